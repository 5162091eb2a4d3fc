//! JSON (schema 1): one object, an array of objects, or one object a line.

use std::io;

use serde::Serialize;

use super::{Framing, Report, escape};
use crate::document::Document;

/// How a file of one article begins, how one of several does, and one of none.
#[cfg(feature = "archive")]
pub(super) const STARTS: [&str; 3] = ["{\n  \"schema\": ", "[\n  {\n    \"schema\": ", "[]\n"];

/// Pretty-printed JSON: the object alone, or an array of objects.
pub(super) struct Json {
    framing: Framing,
    written: usize,
}

impl Json {
    pub(super) const fn new(framing: Framing) -> Self {
        Self {
            framing,
            written: 0,
        }
    }
}

impl Report for Json {
    fn add(&mut self, document: &Document, out: &mut dyn io::Write) -> io::Result<()> {
        let object = serde_json::to_string_pretty(document)?;
        let object = escape::json(&object);
        match self.framing {
            Framing::Standalone => writeln!(out, "{object}")?,
            Framing::Linked => {
                out.write_all(if self.written == 0 { b"[" } else { b"," })?;
                // No string of JSON holds a line break, so indenting lines changes no value.
                for line in object.lines() {
                    write!(out, "\n  {line}")?;
                }
            }
        }
        self.written += 1;
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        match (self.framing, self.written) {
            (Framing::Standalone, _) => Ok(()),
            (Framing::Linked, 0) => out.write_all(b"[]\n"),
            (Framing::Linked, _) => out.write_all(b"\n]\n"),
        }
    }
}

/// JSON lines: one compact object a line.
pub(super) struct Lines;

impl Report for Lines {
    fn add(&mut self, document: &Document, out: &mut dyn io::Write) -> io::Result<()> {
        let object = serde_json::to_string(document)?;
        writeln!(out, "{}", escape::json(&object))
    }

    fn finish(&mut self, _: &mut dyn io::Write) -> io::Result<()> {
        Ok(())
    }
}

/// Any value as a line of JSON lines, without the line break.
pub fn line(value: &impl Serialize) -> String {
    // What is written is made of strings, numbers and the like, which always become JSON.
    let json = serde_json::to_string(value).unwrap_or_default();
    escape::json(&json).into_owned()
}
