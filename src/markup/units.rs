//! The sentences of a block.

use std::ops::Range;

use crate::language::Language;
use crate::segment::sentences;
use crate::text::{has_only_addresses, squeeze, words_between_spaces};

use super::flow::LINE_BREAK;

/// A part of a block's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segment {
    /// Bytes of the block's text.
    pub range: Range<usize>,
    /// The number of its unit; what has none is kept as it is.
    pub unit: Option<usize>,
}

/// Cuts a block's text at its units, which are added to `units`: sentences with single spaces for
/// white space, and none around them. A text without letters, or of addresses alone, has none. A line break
/// ends a sentence, unless what follows goes on with a small letter; where lines are kept, every line ends one.
pub(super) fn segments(
    text: &str,
    keeps_lines: bool,
    language: &Language,
    units: &mut Vec<String>,
) -> Vec<Segment> {
    // Same bytes, so that places are those of `text`.
    let spaced = text.replace(['\n', '\r', '\t', LINE_BREAK], " ");
    let mut segments = Vec::new();
    let mut end = 0;
    for line in lines(text, keeps_lines) {
        let mut start = line.start;
        for sentence in sentences(spaced.get(line).unwrap_or_default(), language) {
            let after = start + sentence.len();
            let from = start + (sentence.len() - sentence.trim_start().len());
            let unit = sentence.trim();
            start = after;
            if !unit.contains(char::is_alphabetic) || has_only_addresses(unit) {
                continue;
            }
            let range = from..from + unit.len();
            if range.start > end {
                segments.push(Segment {
                    range: end..range.start,
                    unit: None,
                });
            }
            end = range.end;
            segments.push(Segment {
                range,
                unit: Some(units.len()),
            });
            units.push(squeeze(unit));
        }
    }
    if end < text.len() {
        segments.push(Segment {
            range: end..text.len(),
            unit: None,
        });
    }
    segments
}

/// The lines that sentences do not go over.
fn lines(text: &str, keeps_lines: bool) -> Vec<Range<usize>> {
    // From the end, so that what follows a break is known: a line that begins with a small letter
    // continues the sentence of the line before it.
    let mut ends = Vec::new();
    let mut following = None;
    for (at, character) in text.char_indices().rev() {
        let is_end = match character {
            '\n' | '\r' => keeps_lines,
            LINE_BREAK => !following.is_some_and(char::is_lowercase),
            _ => false,
        };
        if is_end {
            ends.push(at);
        }
        if !character.is_whitespace() {
            following = Some(character);
        }
    }
    let mut lines = Vec::with_capacity(ends.len() + 1);
    let mut start = 0;
    for end in ends.into_iter().rev() {
        lines.push(start..end);
        start = end;
    }
    lines.push(start..text.len());
    lines
}

/// The words of a text between white space, as bytes of a longer one in which it begins at `start`.
pub(super) fn words(text: &str, start: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    words_between_spaces(text).map(move |(at, word)| start + at..start + at + word.len())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_break_ends_a_line_unless_a_small_letter_follows() {
        let lines = |text: &str| -> Vec<String> {
            let lines = super::lines(text, false).into_iter();
            lines.map(|line| text[line].to_owned()).collect()
        };
        assert_eq!(lines("Сөз\u{b} \u{b}бар"), ["Сөз\u{b} \u{b}бар"]);
        assert_eq!(lines("Сөз\u{b}Бар\u{b}"), ["Сөз", "\u{b}Бар", "\u{b}"]);
        let many = format!("Сөз{}", "\u{b}".repeat(500_000));
        assert_eq!(lines(&many).len(), 500_001);
    }
}
