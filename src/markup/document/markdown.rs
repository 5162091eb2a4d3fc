//! Markdown: paragraphs, headings, items and cells; code, addresses and front matter are kept.
//!
//! What is between two texts of a block is a mark (`**`, `[`, `](address)`) and stays with its words. A
//! paragraph becomes one line.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event as Mark, LinkType, Options, Parser, Tag};

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
    Skeleton {
        at_start: Some(escaped_at_start),
        ..Skeleton::read(reader.events, escaped, language)
    }
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
                self.end_escape(range.start, &text);
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
            // An address between `<` and `>`, which any other text between them would hide.
            Tag::Link {
                link_type: LinkType::Autolink | LinkType::Email,
                ..
            } => Open::Kept,
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

    /// Leaves out the backslash before a text: what needs one gets it when it is written.
    fn end_escape(&mut self, start: usize, text: &str) {
        let marks = self.text.get(self.read..start).unwrap_or_default();
        if let Some(marks) = marks.strip_suffix('\\')
            && text.starts_with(|c: char| c.is_ascii_punctuation())
        {
            self.begin_text(self.read + marks.len());
            self.read = start;
        }
    }

    /// What is before a text or a mark in a block: it opens the inline element that was just begun.
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
    escaped_with(text, None)
}

/// A text at the beginning of a line, in which no sign is a mark; `before` is what is written before it.
fn escaped_at_start<'t>(before: &str, text: &'t str) -> Cow<'t, str> {
    let marks = before.trim_end_matches([' ', '\t']);
    let begins_line = marks.is_empty() || marks.ends_with('\n');
    let start = match text.len() - text.trim_start_matches([' ', '\t']).len() {
        // No block begins in a heading or a cell, nor behind code that begins a paragraph.
        _ if marks.ends_with(['#', '|']) => None,
        spaces if spaces > 0 && !begins_line => None,
        spaces => block_sign(text, spaces),
    };
    escaped_with(text, start)
}

/// A text with a backslash at `sign`, and before every sign that would be a mark.
fn escaped_with(text: &str, mut sign: Option<usize>) -> Cow<'_, str> {
    let is_mark = |c: char| matches!(c, '\\' | '*' | '_' | '`' | '[' | ']' | '<' | '|' | '~');
    let may_act = |c: char| is_mark(c) || matches!(c, '\n' | '&' | '#');
    if sign.is_none() && !text.contains(may_act) {
        return Cow::Borrowed(text);
    }
    // Signs that close a heading.
    let tail = text.trim_end_matches(['#', ' ', '\t']).len();
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let after = characters.peek().map_or(' ', |&(_, after)| after);
        let is_alone = before.is_whitespace() && after.is_whitespace();
        let is_within = before.is_alphanumeric() && after.is_alphanumeric();
        let acts = match character {
            _ if sign == Some(at) => true,
            '*' | '~' => !is_alone,
            '_' => !is_alone && !is_within,
            '#' => at >= tail && before.is_whitespace(),
            '&' => is_entity(text.get(at..).unwrap_or_default()),
            other => is_mark(other),
        };
        if acts {
            escaped.push('\\');
        }
        escaped.push(character);
        if character == '\n' {
            let line = text.get(at + 1..).unwrap_or_default();
            let spaces = line.len() - line.trim_start_matches([' ', '\t']).len();
            sign = block_sign(text, at + 1 + spaces);
        }
        before = character;
    }
    Cow::Owned(escaped)
}

/// Where in a line, whose text begins at `start`, a backslash keeps it from beginning a heading, an item, a
/// quotation or a rule.
fn block_sign(text: &str, start: usize) -> Option<usize> {
    let line = text.get(start..).unwrap_or_default();
    let line = line.split_once('\n').map_or(line, |(line, _)| line);
    // Behind the sign is a space or the end.
    let is_apart = |signs: usize| {
        let rest = line.get(signs..).unwrap_or_default();
        rest.is_empty() || rest.starts_with([' ', '\t'])
    };
    let all = |sign: char| line.chars().all(|c| c == sign || matches!(c, ' ' | '\t'));
    let begins = |signs: usize| is_apart(signs).then_some(start);
    match line.chars().next()? {
        '>' => Some(start),
        sign @ ('-' | '+' | '*') => begins(1).or_else(|| all(sign).then_some(start)),
        sign @ ('=' | '_') => all(sign).then_some(start),
        '#' => match line.bytes().take_while(|&byte| byte == b'#').count() {
            signs @ 1..=6 => begins(signs),
            _ => None,
        },
        '0'..='9' => {
            let digits = line.bytes().take_while(u8::is_ascii_digit).count();
            let is_mark = line.get(digits..)?.starts_with(['.', ')']);
            (is_mark && digits <= 9 && is_apart(digits + 1)).then_some(start + digits)
        }
        _ => None,
    }
}

/// Whether a text begins with what is read as a character by its name or number.
fn is_entity(text: &str) -> bool {
    let name = text.char_indices().skip(1).take(34);
    let mut rest = name.skip_while(|(_, c)| c.is_ascii_alphanumeric() || *c == '#');
    matches!(rest.next(), Some((3.., ';')))
}
