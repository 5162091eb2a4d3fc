//! Markdown: CommonMark, with failed checks as footnotes (GitHub, Pandoc and most readers know them).
//!
//! A text of the document can never become markup: whatever CommonMark, GitHub's extensions or
//! inline mathematics would read as such is escaped by a backslash. Bare web addresses are escaped
//! too: GitHub would make links of them in which the other backslashes show.

use std::fmt::Write as _;
use std::io;

use super::language::{sentence_from, translated_from};
use super::list::Item;
use super::{Framing, Report, english, escape, flags, metadata_line};
use crate::checks::{Check, Finding};
use crate::document::{Document, Paragraph, ParagraphKind, Sentence};

/// Markdown, one document after another; footnotes are numbered through all of them.
pub(super) struct Markdown {
    framing: Framing,
    written: usize,
    notes: usize,
}

impl Markdown {
    pub(super) const fn new(framing: Framing) -> Self {
        Self {
            framing,
            written: 0,
            notes: 0,
        }
    }

    /// The mark of a footnote, whose text is added to `notes`; empty if no check failed.
    fn mark(
        &mut self,
        flags: &[Check],
        findings: &[Finding],
        source: Option<&str>,
        notes: &mut Vec<String>,
    ) -> String {
        if flags.is_empty() {
            return String::new();
        }
        self.notes += 1;
        let number = self.notes;
        let mut note = format!("[^{number}]:");
        for &check in flags {
            let words = match flags::reason(check, findings) {
                Some(reason) => format!("{}.", escaped(&reason)),
                None => flags::meaning(check).words.to_owned(),
            };
            // Writing to a String cannot fail.
            let _ = write!(note, " **{}**: {words}", check.name());
        }
        if let Some(source) = source {
            let _ = write!(note, " Source: {}", escaped(source));
        }
        notes.push(note);
        format!("[^{number}]")
    }

    /// A text of the document with the mark of its sentence's footnote.
    fn marked(&mut self, text: &str, sentence: &Sentence, notes: &mut Vec<String>) -> String {
        let Sentence {
            flags,
            findings,
            source,
            ..
        } = sentence;
        let mark = self.mark(flags, findings, Some(source), notes);
        match sentence_from(sentence) {
            Some(from) => format!("{} *({from})*{mark}", escaped(text)),
            None => format!("{}{mark}", escaped(text)),
        }
    }

    /// Sentences joined by single spaces.
    fn joined(&mut self, sentences: &[Sentence], notes: &mut Vec<String>) -> String {
        let marked = sentences.iter().map(|s| self.marked(&english(s), s, notes));
        marked.collect::<Vec<_>>().join(" ")
    }

    fn paragraph(&mut self, paragraph: &Paragraph, notes: &mut Vec<String>) -> String {
        let sentences = &paragraph.sentences;
        match paragraph.kind {
            ParagraphKind::Heading => format!("### {}", self.joined(sentences, notes)),
            ParagraphKind::Caption => format!("*Caption:* {}", self.joined(sentences, notes)),
            ParagraphKind::List => self.item(sentences, notes),
            ParagraphKind::Text => at_start(self.joined(sentences, notes)),
        }
    }

    fn item(&mut self, sentences: &[Sentence], notes: &mut Vec<String>) -> String {
        let Some((first, others)) = sentences.split_first() else {
            return String::new();
        };
        let text = english(first);
        let (marker, text) = match Item::of(&text) {
            Item::Numbered { marker, text } => (marker, text),
            Item::Bulleted { text } => ("-", text),
        };
        let mut item = self.marked(text, first, notes);
        if !others.is_empty() {
            item = format!("{item} {}", self.joined(others, notes));
        }
        format!("{marker} {}", at_start(item))
    }

    /// The paragraphs as blocks; the items of a list are one block.
    fn body(&mut self, paragraphs: &[Paragraph], notes: &mut Vec<String>) -> Vec<String> {
        let in_one_list = |a: &Paragraph, b: &Paragraph| {
            a.kind == ParagraphKind::List && b.kind == ParagraphKind::List
        };
        let mut blocks = Vec::new();
        for block in paragraphs.chunk_by(in_one_list) {
            let lines: Vec<String> = block.iter().map(|p| self.paragraph(p, notes)).collect();
            blocks.push(lines.join("\n"));
        }
        blocks
    }
}

impl Report for Markdown {
    fn add(&mut self, document: &Document, out: &mut dyn io::Write) -> io::Result<()> {
        if self.written > 0 {
            write!(out, "\n---\n\n")?;
        }
        self.written += 1;

        let mut notes = Vec::new();
        let heading = match &document.title {
            Some(title) => self.marked(&english(title), title, &mut notes),
            None => escaped(&document.id),
        };
        let mut blocks = vec![format!("# {heading}")];
        let named = self.framing == Framing::Linked && document.title.is_some();
        let id = named.then(|| escaped(&document.id));
        let metadata = metadata_line(&document.metadata).map(|line| escaped(&line));
        let from = translated_from(&document.languages);
        let line: Vec<String> = [metadata, from, id].into_iter().flatten().collect();
        if !line.is_empty() {
            blocks.push(at_start(line.join(" · ")));
        }
        if let Some(summary) = &document.summary {
            let mark = self.mark(&summary.flags, &summary.findings, None, &mut notes);
            blocks.push("## Summary".to_owned());
            blocks.push(format!("{}{mark}", at_start(escaped(&summary.target))));
        }
        blocks.push("## Text".to_owned());
        blocks.extend(self.body(&document.paragraphs, &mut notes));
        blocks.push(format!(
            "*Machine translation, check before quoting. Model: {}.*",
            escaped(&document.models.translation)
        ));
        blocks.extend(notes);
        blocks.retain(|block| !block.is_empty());
        writeln!(out, "{}", blocks.join("\n\n"))
    }

    fn finish(&mut self, _: &mut dyn io::Write) -> io::Result<()> {
        Ok(())
    }
}

/// The text on one line, with a backslash before every character that could be markup inside a line.
fn escaped(text: &str) -> String {
    let text = escape::without_controls_and_bidi(text);
    let text = text.trim();
    let mut escaped = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        let (before, rest) = text.split_at(at);
        let is_markup = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|' | '$' | '#' | '^'
            | '{' => true,
            // An image, also where the bracket is that of a footnote's mark.
            '!' => rest == "!" || rest.starts_with("!["),
            ':' => rest.starts_with("://"),
            '.' => ends_in_www(before),
            _ => false,
        };
        if is_markup {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Escaped text at the start of a block, where a few more characters begin lists, rules or, in some
/// dialects, definitions.
fn at_start(mut text: String) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text.as_bytes().get(digits) {
        Some(b'-' | b'+' | b'=' | b':') if digits == 0 => text.insert(0, '\\'),
        Some(b'.' | b')') if digits > 0 => text.insert(digits, '\\'),
        _ => {}
    }
    text
}

fn ends_in_www(text: &str) -> bool {
    text.as_bytes()
        .last_chunk::<3>()
        .is_some_and(|end| end.eq_ignore_ascii_case(b"www"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_inside_a_line_is_escaped() {
        for (text, markdown) in [
            ("**b** _i_ `c` ~s~ ^2", r"\*\*b\*\* \_i\_ \`c\` \~s\~ \^2"),
            ("[a](javascript:b)", r"\[a\](javascript:b)"),
            ("<b> &lt; | $x$ #1", r"\<b\> \&lt; \| \$x\$ \#1"),
            (r"C:\dir", r"C:\\dir"),
            ("Title {#id}", r"Title \{\#id}"),
            (
                "http://a.kz, WWW.a.kz, a@b.kz",
                r"http\://a.kz, WWW\.a.kz, a@b.kz",
            ),
            ("Look! ![i] End!", r"Look! \!\[i\] End\!"),
        ] {
            assert_eq!(escaped(text), markdown);
        }
    }

    #[test]
    fn what_begins_a_block_is_escaped_only_at_its_start() {
        for (text, markdown) in [
            ("- a - b", r"\- a - b"),
            ("+ a", r"\+ a"),
            ("===", r"\==="),
            ("12. a 1. b", r"12\. a 1. b"),
            ("3) a", r"3\) a"),
            ("12 a.", "12 a."),
            ("Ә - a", "Ә - a"),
            ("", ""),
        ] {
            assert_eq!(at_start(text.to_owned()), markdown);
        }
    }
}
