//! Subtitles (SubRip and WebVTT): what each cue says, with its times as they are.
//!
//! A cue is translated by itself, so that what is said is shown when it is said; lines that begin with a
//! dash are said by different people. A translation is cut into as many lines as the cue has. The marks
//! of letters and places (`<i>`, `<v Name>`, `{\an8}`) are kept; notes and styles are not translated.

use std::borrow::Cow;

use crate::language::Language;
use crate::markup::TranslatedUnit;
use crate::markup::flow::{Event, Piece, Role, Skeleton};

const ARROW: &str = "-->";
/// Maximum characters of a mark within a line.
const MAX_MARK: usize = 200;

#[derive(Debug)]
pub(super) struct Subtitles {
    skeleton: Skeleton,
    /// Of each block, how many lines it has.
    lines: Vec<usize>,
    line_end: &'static str,
}

impl Subtitles {
    pub(super) fn read(text: &str, language: &Language) -> Self {
        let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut events = Vec::new();
        let mut lines = Vec::new();
        let mut said: Vec<&str> = Vec::new();
        let mut is_said = false;
        for line in text.split_inclusive('\n') {
            let is_blank = line.trim().is_empty();
            if is_said && !is_blank {
                if line.trim_start().starts_with(['-', '–', '—']) {
                    end(&mut said, &mut events, &mut lines);
                }
                said.push(line);
                continue;
            }
            end(&mut said, &mut events, &mut lines);
            is_said = !is_blank && line.contains(ARROW);
            events.push(Event::Raw(line.to_owned()));
        }
        end(&mut said, &mut events, &mut lines);
        let skeleton = Skeleton::read(events, escaped, language);
        Self {
            skeleton,
            lines,
            line_end,
        }
    }

    pub(super) fn units(&self) -> &[String] {
        &self.skeleton.units
    }

    pub(super) fn rebuild(&self, translations: &[TranslatedUnit]) -> String {
        let mut out = String::new();
        let mut lines = self.lines.iter();
        for piece in &self.skeleton.pieces {
            match piece {
                Piece::Raw(raw) => out.push_str(raw),
                Piece::Block(block) => {
                    let count = lines.next().copied().unwrap_or(1);
                    let text = self.skeleton.rebuild_block(*block, translations, escaped);
                    wrap(&mut out, &text, count, self.line_end);
                }
            }
        }
        out
    }
}

/// Ends what is said together: a block of so many lines, and the end of its last line.
fn end(said: &mut Vec<&str>, events: &mut Vec<Event>, lines: &mut Vec<usize>) {
    let Some(last) = said.last() else { return };
    let last_end = last.get(last.trim_end_matches(['\r', '\n']).len()..);
    let last_end = last_end.unwrap_or_default().to_owned();
    events.push(Event::Start {
        open: String::new(),
        close: last_end,
        role: Role::Flow,
    });
    let before = events.len();
    for (at, line) in said.iter().enumerate() {
        if at > 0 {
            events.push(Event::Text("\n".to_owned(), None));
        }
        push_marked(line.trim_end_matches(['\r', '\n']), events);
    }
    balance(events, before);
    // Marks alone make no block.
    let own = events.get(before..).unwrap_or_default();
    let has_text = |event: &Event| match event {
        Event::Text(text, _) => !text.trim().is_empty(),
        Event::Start { .. } => true,
        _ => false,
    };
    if own.iter().any(has_text) {
        lines.push(said.len());
    }
    events.push(Event::End);
    said.clear();
}

/// A line as text and marks; the marks of letters are elements.
fn push_marked(line: &str, events: &mut Vec<Event>) {
    let mut rest = line;
    while let Some(at) = rest.find(['<', '{']) {
        let (before, mark) = rest.split_at(at);
        if !before.is_empty() {
            events.push(Event::Text(before.to_owned(), None));
        }
        let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '/';
        let (close, begins) = if mark.starts_with('{') {
            ('}', mark.starts_with("{\\"))
        } else {
            (
                '>',
                mark.get(1..)
                    .is_some_and(|mark| mark.starts_with(is_letter)),
            )
        };
        let near = mark.char_indices().take(MAX_MARK);
        let end = near.filter(|_| begins).find(|(_, c)| *c == close);
        let length = end.map_or(1, |(end, _)| end + 1);
        let (mark, after) = mark.split_at(length);
        if end.is_none() {
            events.push(Event::Text(mark.to_owned(), None));
        } else if mark.starts_with("</") {
            events.push(Event::End);
        } else if mark.starts_with('<') && !mark.starts_with(|c: char| c.is_ascii_digit()) {
            let name: String = mark
                .chars()
                .skip(1)
                .take_while(|c| c.is_alphanumeric())
                .collect();
            let is_time = name.starts_with(|c: char| c.is_ascii_digit());
            events.push(if is_time {
                Event::Raw(mark.to_owned())
            } else {
                Event::Start {
                    open: mark.to_owned(),
                    close: format!("</{name}>"),
                    role: Role::Inline,
                }
            });
        } else {
            events.push(Event::Raw(mark.to_owned()));
        }
        rest = after;
    }
    if !rest.is_empty() {
        events.push(Event::Text(rest.to_owned(), None));
    }
}

/// Makes ends without a start and starts without an end into marks without content (`<v Name>`).
fn balance(events: &mut [Event], from: usize) {
    let mut open = Vec::new();
    for at in from..events.len() {
        match events.get(at) {
            Some(Event::Start { .. }) => open.push(at),
            Some(Event::End) if open.pop().is_none() => {
                events[at] = Event::Raw(String::new());
            }
            _ => {}
        }
    }
    for at in open {
        if let Event::Start { open, .. } = &mut events[at] {
            let mark = std::mem::take(open);
            events[at] = Event::Raw(mark);
        }
    }
}

/// Writes a text in so many lines of about the same length; a line break of its own stays.
fn wrap(out: &mut String, text: &str, lines: usize, line_end: &str) {
    if lines <= 1 || text.contains('\n') {
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                out.push_str(line_end);
            }
            out.push_str(line);
        }
        return;
    }
    let length = text.chars().count();
    let mut written = 0;
    let mut done = 0;
    let mut depth = 0_usize;
    for character in text.chars() {
        match character {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        done += 1;
        let wanted = length * (written + 1) / lines;
        if character == ' ' && depth == 0 && written + 1 < lines && done >= wanted {
            out.push_str(line_end);
            written += 1;
        } else {
            out.push(character);
        }
    }
}

fn escaped(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}
