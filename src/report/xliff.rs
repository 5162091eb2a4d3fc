//! XLIFF 2.1: a file an article, a group a paragraph, a unit a sentence.
//!
//! XLIFF has one source language, which is the first article's here. A sentence in another one has a
//! note that says so.

use std::fmt::Write as _;
use std::io;

use super::Report;
use super::language::Language;
use super::rows::{self, Row, rows};
use super::xml::escaped;
use crate::document::{Document, Sentence};

/// How a file begins that this program wrote.
pub(super) const START: &str =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- made by audarma -->\n";

/// What is in the place of articles where there is none: XLIFF has at least a file, and a file at least a
/// unit or a group, but a group may be empty.
const NO_ARTICLE: &str = "<file id=\"f1\"><notes><note>no article was translated</note></notes>\
                          <group id=\"g1\"/></file>\n";

/// The whole; its source language, once it has begun, and the articles in it.
#[derive(Default)]
pub(super) struct Xliff {
    source: Option<String>,
    articles: usize,
}

impl Xliff {
    /// Writes the head, if it is not there yet. Returns the source language.
    fn begin(&mut self, document: Option<&Document>, out: &mut dyn io::Write) -> io::Result<&str> {
        if self.source.is_none() {
            let codes = document.map(|document| &document.languages);
            let tag = |code: Option<&String>, usual: &str| {
                code.map_or(usual.to_owned(), |code| Language::of(code).tag)
            };
            let source = tag(codes.map(|codes| &codes.source), "kk");
            let target = tag(codes.map(|codes| &codes.target), "en");
            writeln!(
                out,
                "{START}<xliff xmlns=\"urn:oasis:names:tc:xliff:document:2.0\" version=\"2.1\" srcLang=\"{}\" \
                 trgLang=\"{}\">",
                escaped(&source),
                escaped(&target)
            )?;
            self.source = Some(source);
        }
        Ok(self.source.as_deref().unwrap_or_default())
    }
}

impl Report for Xliff {
    fn add(&mut self, document: &Document, out: &mut dyn io::Write) -> io::Result<()> {
        let whole = self.begin(Some(document), out)?;
        let rows: Vec<Row> = rows(document).collect();
        if rows.is_empty() {
            // A file of nothing is not valid.
            return Ok(());
        }
        let language = |sentence: &Sentence| {
            let language = sentence.language.as_ref();
            let tag = Language::of(language.unwrap_or(&document.languages.source)).tag;
            (tag != whole).then_some(tag)
        };
        let mut file = String::new();
        let mut number = 0;
        for group in rows.chunk_by(|a, b| a.paragraph == b.paragraph) {
            let Some(first) = group.first() else { continue };
            // Writing to a String cannot fail; the same below.
            let _ = writeln!(
                file,
                "<group id=\"g{}\" name=\"{}\">",
                first.paragraph, first.kind
            );
            for row in group {
                number += 1;
                let _ = write!(file, "<unit id=\"u{number}\">");
                unit(row.sentence, language(row.sentence), &mut file);
                file.push_str("</unit>\n");
            }
            file.push_str("</group>\n");
        }
        self.articles += 1;
        let id = escaped(&document.id);
        writeln!(out, "<file id=\"f{}\" original=\"{id}\">", self.articles)?;
        out.write_all(file.as_bytes())?;
        out.write_all(b"</file>\n")
    }

    fn finish(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        self.begin(None, out)?;
        if self.articles == 0 {
            out.write_all(NO_ARTICLE.as_bytes())?;
        }
        out.write_all(b"</xliff>\n")
    }
}

/// Writes what a unit holds: what there is to know of a sentence, and its two texts.
fn unit(sentence: &Sentence, language: Option<String>, unit: &mut String) {
    let notes = [
        ("language", language.unwrap_or_default()),
        ("flags", rows::names(&sentence.flags)),
        ("findings", rows::findings(&sentence.findings)),
    ];
    if notes.iter().any(|(_, note)| !note.is_empty()) {
        unit.push_str("<notes>");
        for (category, note) in notes.iter().filter(|(_, note)| !note.is_empty()) {
            let note = escaped(note);
            let _ = write!(unit, "<note category=\"{category}\">{note}</note>");
        }
        unit.push_str("</notes>");
    }
    let state = if sentence.target.is_empty() {
        "initial"
    } else {
        "translated"
    };
    let source = escaped(&sentence.source);
    let _ = write!(unit, "<segment state=\"{state}\"><source>{source}</source>");
    if !sentence.target.is_empty() {
        let _ = write!(unit, "<target>{}</target>", escaped(&sentence.target));
    }
    unit.push_str("</segment>");
}
