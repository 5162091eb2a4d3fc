//! Plain English text: title, a line of day, section and outlet, paragraphs, summary; one blank line between
//! blocks. From which language it was translated is said if that is not Kazakh; other metadata is in the
//! other formats.

use std::borrow::Cow;
use std::io;

use anstyle::{AnsiColor, Style as TextStyle};
use textwrap::{Options, WordSplitter, WrapAlgorithm};

use super::language::{sentence_from, translated_from};
use super::list::Item;
use super::{Framing, Report, Style, english, escape, flags, short_metadata_line};
use crate::checks::{Check, Finding};
use crate::document::{Document, Name, Paragraph, ParagraphKind, Sentence};

const TITLE: TextStyle = TextStyle::new().bold();
const FAINT: TextStyle = TextStyle::new().dimmed();
const MARK: TextStyle = AnsiColor::Yellow.on_default();
const PLAIN: TextStyle = TextStyle::new();

/// Minimum width to wrap to; a narrower terminal wraps better by itself.
const NARROWEST: usize = 20;

/// Text, for a terminal or for a pipe.
pub(super) struct Text {
    style: Style,
    framing: Framing,
    written: usize,
}

impl Text {
    pub(super) const fn new(style: Style, framing: Framing) -> Self {
        Self {
            style,
            framing,
            written: 0,
        }
    }

    /// The text without what a terminal would obey.
    fn safe<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.style.terminal {
            escape::without_controls_and_bidi(text)
        } else {
            escape::without_controls(text)
        }
    }

    fn styled(&self, style: TextStyle, text: &str) -> String {
        if self.style.colour {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// A text with its failed checks and what they saw, if they are asked for; `around` is the style
    /// of its block, which continues after a mark.
    fn marked(
        &self,
        text: &str,
        flags: &[Check],
        findings: &[Finding],
        around: TextStyle,
    ) -> String {
        let text = self.safe(text.trim());
        if !self.style.marks || flags.is_empty() {
            return text.into_owned();
        }
        let failed = |check: &Check| match flags::reason(*check, findings) {
            Some(reason) => format!("{}: {}", check.name(), self.safe(&reason)),
            None => check.name().to_owned(),
        };
        let failed = flags.iter().map(failed).collect::<Vec<_>>().join("; ");
        if self.style.colour {
            format!("{text}{around:#} {MARK}[{failed}]{MARK:#}{around}")
        } else {
            format!("{text} [{failed}]")
        }
    }

    /// The paragraph's sentences, joined by single spaces.
    fn sentences(&self, paragraph: &Paragraph, around: TextStyle) -> String {
        let sentence = |s: &Sentence| {
            let text = self.marked(&english(s), &s.flags, &s.findings, around);
            match sentence_from(s).filter(|_| self.style.marks) {
                Some(from) => format!("{text} [{from}]"),
                None => text,
            }
        };
        paragraph
            .sentences
            .iter()
            .map(sentence)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// A line of text wrapped to the width, further lines indented by `indent` columns.
    fn wrapped(&self, line: &str, indent: usize) -> String {
        let Some(width) = self.style.width else {
            return line.to_owned();
        };
        let indent = " ".repeat(indent);
        // Words stay whole, also at their hyphens: names, numbers and addresses can be copied.
        let options = Options::new(width.max(NARROWEST))
            .subsequent_indent(&indent)
            .break_words(false)
            .wrap_algorithm(WrapAlgorithm::FirstFit)
            .word_splitter(WordSplitter::NoHyphenation);
        textwrap::fill(line, options)
    }

    fn block(&self, style: TextStyle, line: &str) -> String {
        self.styled(style, &self.wrapped(line, 0))
    }

    fn paragraph(&self, paragraph: &Paragraph) -> String {
        let style = match paragraph.kind {
            ParagraphKind::Heading => TITLE,
            ParagraphKind::Caption => FAINT,
            ParagraphKind::Text | ParagraphKind::List => PLAIN,
        };
        let text = self.sentences(paragraph, style);
        match paragraph.kind {
            ParagraphKind::List => {
                let (marker, text) = match Item::of(&text) {
                    Item::Numbered { marker, text } => (marker, text),
                    Item::Bulleted { text } => ("-", text),
                };
                self.wrapped(&format!("{marker} {text}"), marker.len() + 1)
            }
            _ => self.block(style, &text),
        }
    }

    /// A line for a name: its spelling, the others that the model wrote, and the source's own.
    fn name(&self, name: &Name) -> String {
        let target = name.target.as_deref().unwrap_or("not in the translation");
        let others = match name.variants.as_slice() {
            [] => String::new(),
            others => format!("; also {}", others.join(", ")),
        };
        let standard = name.standard.iter().filter(|standard| {
            name.target.as_ref() != Some(standard) && !name.variants.contains(standard)
        });
        let standard: String = standard.map(|text| format!("; standard {text}")).collect();
        let kind = name.kind.name();
        let line = format!("{}: {target}{others}{standard} ({kind})", name.source);
        self.wrapped(&format!("- {}", self.safe(&line)), 2)
    }

    fn title(&self, document: &Document) -> Option<String> {
        let title = document.title.as_ref()?;
        let marked = self.marked(&english(title), &title.flags, &title.findings, TITLE);
        Some(self.block(TITLE, &marked))
    }

    /// The paragraphs as blocks; the items of a list are one block.
    fn body(&self, paragraphs: &[Paragraph]) -> Vec<String> {
        let in_one_list = |a: &Paragraph, b: &Paragraph| {
            a.kind == ParagraphKind::List && b.kind == ParagraphKind::List
        };
        paragraphs
            .chunk_by(in_one_list)
            .map(|block| {
                let lines: Vec<String> = block.iter().map(|p| self.paragraph(p)).collect();
                lines.join("\n")
            })
            .collect()
    }
}

impl Report for Text {
    fn add(&mut self, document: &Document, out: &mut dyn io::Write) -> io::Result<()> {
        let mut blocks = Vec::new();
        if self.framing == Framing::Linked {
            blocks.push(self.styled(FAINT, &format!("==> {} <==", self.safe(&document.id))));
        }
        blocks.extend(self.title(document));
        let metadata = short_metadata_line(&document.metadata);
        blocks.extend(metadata.map(|line| self.block(FAINT, &self.safe(&line))));
        let from = translated_from(&document.languages);
        blocks.extend(from.map(|from| self.block(FAINT, &from)));
        blocks.extend(self.body(&document.paragraphs));
        if let Some(summary) = &document.summary {
            blocks.push(self.styled(TITLE, "Summary"));
            let marked = self.marked(&summary.target, &summary.flags, &summary.findings, PLAIN);
            blocks.push(self.block(PLAIN, &marked));
        }
        if self.style.names && !document.names.is_empty() {
            blocks.push(self.styled(TITLE, "Names"));
            let names = document.names.iter().map(|name| self.name(name));
            blocks.push(names.collect::<Vec<_>>().join("\n"));
        }
        blocks.retain(|block| !block.is_empty());
        if self.written > 0 && !blocks.is_empty() {
            writeln!(out)?;
        }
        self.written += 1;
        if blocks.is_empty() {
            Ok(())
        } else {
            writeln!(out, "{}", blocks.join("\n\n"))
        }
    }

    fn finish(&mut self, _: &mut dyn io::Write) -> io::Result<()> {
        Ok(())
    }
}
