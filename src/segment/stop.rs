//! Where a sentence may end: stops with the closing marks and the white space after them.

use crate::text::{Enclosures, addresses};
use std::iter::Peekable;
use std::ops::Range;

/// One place where a sentence may end, as byte offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stop {
    /// Of the first stop.
    pub start: usize,
    /// After the last stop and the quotation marks and brackets that close there.
    pub end: usize,
    /// After the white space: where the next sentence would begin.
    pub next: usize,
    /// A line or paragraph ends here.
    pub line_end: bool,
}

/// Stops of Latin and Cyrillic, of Arabic script, and the commonest of the rest.
pub(super) fn is_stop(c: char) -> bool {
    matches!(
        c,
        '.' | '!' | '?' | '…' | '‥' | '‼' | '⁇' | '⁈' | '⁉' | '؟' | '۔'
    ) || matches!(c, '。' | '．' | '！' | '？' | '｡' | '।' | '॥' | '։')
}

/// What UAX #29 calls a paragraph separator.
fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The stops of a text from left to right, those inside addresses left out.
pub(super) struct Stops<'t> {
    text: &'t str,
    at: usize,
    enclosures: &'t Enclosures,
    shielded: Peekable<std::vec::IntoIter<Range<usize>>>,
}

impl<'t> Stops<'t> {
    pub(super) fn new(text: &'t str, enclosures: &'t Enclosures) -> Self {
        Stops {
            text,
            at: 0,
            enclosures,
            shielded: addresses(text).into_iter().peekable(),
        }
    }

    /// After the stops and the marks that close right there: `?!`, `.»`, `!»).`, `.[3]`.
    fn marks_end(&self, start: usize) -> usize {
        let mut end = start;
        while let Some(c) = self.text[end..].chars().next() {
            if is_stop(c) || self.enclosures.closes(end) {
                end += c.len_utf8();
            } else if let Some(note) = footnote(&self.text[end..]) {
                end += note;
            } else {
                break;
            }
        }
        end
    }

    /// After the white space from `end` on, and whether a line ends in it.
    fn gap_end(&self, end: usize) -> (usize, bool) {
        let rest = &self.text[end..];
        let gap = rest.len() - rest.trim_start().len();
        (end + gap, rest[..gap].contains(is_line_end))
    }
}

/// The length of a footnote's mark (`[12]`) at the start of `rest`.
fn footnote(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('[')?;
    let digits = inner.bytes().take(4).take_while(u8::is_ascii_digit).count();
    (1..=3).contains(&digits).then_some(())?;
    inner[digits..].starts_with(']').then_some(digits + 2)
}

impl Iterator for Stops<'_> {
    type Item = Stop;

    fn next(&mut self) -> Option<Stop> {
        loop {
            let start = self.at + self.text[self.at..].find(|c| is_stop(c) || is_line_end(c))?;
            while self
                .shielded
                .next_if(|address| address.end <= start)
                .is_some()
            {}
            if let Some(address) = self
                .shielded
                .peek()
                .filter(|address| address.contains(&start))
            {
                self.at = address.end;
                continue;
            }
            let mut end = self.marks_end(start);
            let (mut next, mut line_end) = self.gap_end(end);
            // A closing mark may be apart: `келді. »`
            while next > end && self.enclosures.closes(next) {
                end = self.marks_end(next);
                let gap = self.gap_end(end);
                (next, line_end) = (gap.0, line_end || gap.1);
            }
            self.at = next;
            return Some(Stop {
                start,
                end,
                next,
                line_end,
            });
        }
    }
}
