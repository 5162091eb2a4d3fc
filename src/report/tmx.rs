//! TMX 1.4b: a translation memory, a unit a sentence.
//!
//! The memory's source language is the first article's. A sentence in another one says so, and one
//! that was not translated has no target.

use std::fmt::Write as _;
use std::io;

use super::Report;
use super::language::Language;
use super::rows::{self, rows};
use super::xml::escaped;
use crate::document::Document;

/// How a memory begins that this program wrote.
pub(super) const START: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<tmx version=\"1.4\">\n\
                                <header creationtool=\"audarma\"";

/// A memory; its source language, once it has begun.
#[derive(Default)]
pub(super) struct Tmx {
    source: Option<String>,
}

impl Tmx {
    /// Writes the head, if it is not there yet. Returns the memory's source language.
    fn begin(&mut self, document: Option<&Document>, out: &mut dyn io::Write) -> io::Result<&str> {
        if self.source.is_none() {
            let source = document.map_or(String::from("*all*"), |document| {
                Language::of(&document.languages.source).tag
            });
            writeln!(
                out,
                "{START} creationtoolversion=\"{}\" segtype=\"sentence\" o-tmf=\"audarma\" adminlang=\"en\" srclang=\"{}\" datatype=\"plaintext\"/>\n<body>",
                env!("CARGO_PKG_VERSION"),
                escaped(&source)
            )?;
            self.source = Some(source);
        }
        Ok(self.source.as_deref().unwrap_or_default())
    }
}

impl Report for Tmx {
    fn add(&mut self, document: &Document, out: &mut dyn io::Write) -> io::Result<()> {
        let memory = self.begin(Some(document), out)?;
        let target = Language::of(&document.languages.target).tag;
        let mut units = String::new();
        for row in rows(document) {
            let sentence = row.sentence;
            let language = sentence.language.as_ref();
            let source = Language::of(language.unwrap_or(&document.languages.source)).tag;
            units.push_str("<tu");
            if source != memory {
                // Writing to a String cannot fail; the same below.
                let _ = write!(units, " srclang=\"{}\"", escaped(&source));
            }
            units.push('>');
            let findings = rows::findings(&sentence.findings);
            if !findings.is_empty() {
                let _ = write!(units, "<note>{}</note>", escaped(&findings));
            }
            for (name, value) in [
                ("x-article", document.id.as_str()),
                ("x-kind", row.kind),
                ("x-flags", &rows::names(&sentence.flags)),
            ] {
                if !value.is_empty() {
                    let _ = write!(units, "<prop type=\"{name}\">{}</prop>", escaped(value));
                }
            }
            for (language, text) in [(&source, &sentence.source), (&target, &sentence.target)] {
                if !text.is_empty() {
                    let (language, text) = (escaped(language), escaped(text));
                    let _ = write!(
                        units,
                        "<tuv xml:lang=\"{language}\"><seg>{text}</seg></tuv>"
                    );
                }
            }
            units.push_str("</tu>\n");
        }
        out.write_all(units.as_bytes())
    }

    fn finish(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        self.begin(None, out)?;
        out.write_all(b"</body>\n</tmx>\n")
    }
}
