//! Markdown: paragraphs, headings, items and cells; code, addresses and front matter are kept.
//!
//! What is between two texts of a block is a mark (`**`, `[`, `](address)`) and stays with its words. A
//! paragraph becomes one line.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event as Mark, Options, Parser, Tag};

use crate::language::Language;
use crate::markup::flow::{Event, Role, Skeleton};

pub(super) fn read(text: &str, language: &Language) -> Skeleton {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    let mut reader = Reader {
        text,
        read: 0,
        events: Vec::new(),
        open: Vec::new(),
    };
    for (mark, range) in Parser::new_ext(text, options).into_offset_iter() {
        reader.take(mark, range);
    }
    reader.keep(text.len());
    Skeleton::read(reader.events, escaped, language)
}

struct Reader<'t> {
    text: &'t str,
    /// Up to where the text became events.
    read: usize,
    events: Vec<Event>,
    /// What is open, and where it ends.
    open: Vec<Element>,
}

struct Element {
    kind: Open,
    end: usize,
    /// The event that starts it.
    event: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// Holds blocks.
    Structure,
    /// Holds text. Items of tight lists do so too.
    Block,
    Inline,
    /// Is not translated.
    Kept,
}

impl Reader<'_> {
    fn take(&mut self, mark: Mark<'_>, range: Range<usize>) {
        match mark {
            Mark::Start(_) if self.is_kept() => self.push(Open::Kept, range.end),
            Mark::Start(tag) => self.start(&tag, range),
            Mark::End(_) => self.end(),
            _ if self.is_kept() => {}
            Mark::Text(text) => {
                self.begin_text(range.start);
                self.events.push(Event::Text(text.into_string(), None));
                self.read = self.read.max(range.end);
            }
            Mark::SoftBreak => {
                self.begin_text(range.start);
                self.events.push(Event::Text("\n".to_owned(), None));
                self.read = self.next_text(range.end);
            }
            Mark::HardBreak => {
                self.begin_text(range.start);
                let end = self.next_text(range.end);
                let raw = self.text.get(range.start..end).unwrap_or_default();
                self.events.push(Event::Break(raw.to_owned()));
                self.read = end;
            }
            Mark::Code(_) | Mark::InlineHtml(_) | Mark::FootnoteReference(_) => {
                self.begin_text(range.start);
                self.keep(range.end);
            }
            _ => self.keep(range.end),
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        let open = match tag {
            Tag::Paragraph | Tag::Heading { .. } | Tag::TableCell | Tag::Item => Open::Block,
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } => Open::Inline,
            Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::MetadataBlock(_) | Tag::Image { .. } => {
                Open::Kept
            }
            _ => Open::Structure,
        };
        match open {
            Open::Inline | Open::Kept => self.begin_text(range.start),
            Open::Block | Open::Structure => self.keep(range.start),
        }
        self.push(open, range.end);
        let role = match open {
            Open::Inline => Some(Role::Inline),
            Open::Block => Some(Role::Flow),
            Open::Structure => Some(Role::Structure),
            Open::Kept => None,
        };
        if let Some(role) = role {
            self.events.push(Event::Start {
                open: String::new(),
                close: String::new(),
                role,
            });
        }
    }

    fn push(&mut self, kind: Open, end: usize) {
        let event = self.events.len();
        self.open.push(Element { kind, end, event });
    }

    fn is_kept(&self) -> bool {
        self.open
            .last()
            .is_some_and(|element| element.kind == Open::Kept)
    }

    fn end(&mut self) {
        let Some(Element { kind, end, event }) = self.open.pop() else {
            return;
        };
        match kind {
            Open::Kept if self.is_kept() => {}
            Open::Kept => self.keep(end),
            // What closes an inline element is its own.
            Open::Inline => {
                let raw = self.text.get(self.read..end).unwrap_or_default().to_owned();
                self.read = self.read.max(end);
                if let Some(Event::Start { close, .. }) = self.events.get_mut(event) {
                    *close = raw;
                }
                self.events.push(Event::End);
            }
            Open::Block | Open::Structure => self.events.push(Event::End),
        }
    }

    /// What is before a text or a mark in a block: it opens the inline element that was just begun, or is a
    /// sign of escape.
    fn begin_text(&mut self, start: usize) {
        let raw = self.text.get(self.read..start).unwrap_or_default();
        if raw.is_empty() {
            return;
        }
        self.read = start;
        match self.events.last_mut() {
            Some(Event::Start {
                open,
                role: Role::Inline,
                ..
            }) => open.push_str(raw),
            Some(Event::Text(..)) if raw == "\\" => {}
            _ if raw == "\\" => {}
            _ => self.events.push(Event::Raw(raw.to_owned())),
        }
    }

    fn keep(&mut self, end: usize) {
        if let Some(raw) = self.text.get(self.read..end).filter(|raw| !raw.is_empty()) {
            self.events.push(Event::Raw(raw.to_owned()));
            self.read = end;
        }
    }

    /// Where the text of the next line begins, after the marks of the blocks around it.
    fn next_text(&self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        let text = rest.trim_start_matches([' ', '\t', '>']);
        from + rest.len() - text.len()
    }
}

/// A text in which no sign is a mark.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    let is_mark = |c: char| matches!(c, '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '|' | '~');
    if !text.contains(is_mark) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let after = characters.peek().copied().unwrap_or(' ');
        let is_alone = before.is_whitespace() && after.is_whitespace();
        let is_within = before.is_alphanumeric() && after.is_alphanumeric();
        let acts = match character {
            '*' | '~' => !is_alone,
            '_' => !is_alone && !is_within,
            other => is_mark(other),
        };
        if acts {
            escaped.push('\\');
        }
        escaped.push(character);
        before = character;
    }
    Cow::Owned(escaped)
}
