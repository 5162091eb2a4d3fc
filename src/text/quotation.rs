//! Double quotation marks and what is between them.
//!
//! [`Enclosures`](super::Enclosures) pairs the marks of a whole paragraph by the characters next to
//! them. This module looks at a single sentence, whose quotation may have begun in an earlier one:
//! what it quotes ([`quoted`]), and which of its marks have no partner ([`unpaired`]).

use std::ops::Range;

/// Whether `c` is a double quotation mark of any style.
pub(crate) fn is_double_quote(c: char) -> bool {
    matches!(c, '"' | '«' | '»' | '“' | '”' | '„' | '‟' | '＂')
}

/// Byte ranges of the double quotation marks of `text`.
pub(crate) fn double_quotes(text: &str) -> Vec<Range<usize>> {
    text.char_indices()
        .filter(|&(_, c)| is_double_quote(c))
        .map(|(at, c)| at..at + c.len_utf8())
        .collect()
}

/// The quoted parts of `text`, whose double quotation marks are `marks`. Marks alternately open and
/// close; if the first one closes, the text before it is quoted, and if the last one opens, the
/// text after it is.
pub(crate) fn quoted<'t>(text: &'t str, marks: &[Range<usize>]) -> Vec<&'t str> {
    let closes_first = marks.first().is_some_and(|mark| {
        let before = text[..mark.start].chars().next_back();
        let after = text[mark.end..].chars().next();
        before.is_some_and(|c| !c.is_whitespace() && !matches!(c, '(' | '[' | '-' | '–' | '—'))
            && !after.is_some_and(char::is_alphanumeric)
    });
    let starts = std::iter::once(0).chain(marks.iter().map(|mark| mark.end));
    let ends = marks
        .iter()
        .map(|mark| mark.start)
        .chain(std::iter::once(text.len()));
    let parts = starts.zip(ends).map(|(start, end)| &text[start..end]);
    parts.skip(usize::from(!closes_first)).step_by(2).collect()
}

/// Byte offsets of the double quotation marks of a text that have no partner in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Unpaired {
    pub opening: Vec<usize>,
    pub closing: Vec<usize>,
}

/// The double quotation marks of `text` without a partner. Marks of different styles may pair.
pub(crate) fn unpaired(text: &str) -> Unpaired {
    let mut unpaired = Unpaired::default();
    let mut before = None;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let opens = match character {
            '«' | '“' | '„' => Some(true),
            '»' | '”' => Some(false),
            // A straight mark opens before a word and closes after one.
            '"' => {
                let word_follows = characters.peek().is_some_and(|(_, c)| !c.is_whitespace());
                let word_precedes = before.is_some_and(|c: char| !c.is_whitespace() && c != '(');
                Some(word_follows && !word_precedes)
            }
            _ => None,
        };
        match opens {
            Some(true) => unpaired.opening.push(at),
            Some(false) if unpaired.opening.pop().is_some() => {}
            Some(false) => unpaired.closing.push(at),
            None => {}
        }
        before = Some(character);
    }
    unpaired
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quotations(text: &str) -> Vec<&str> {
        quoted(text, &double_quotes(text))
    }

    #[test]
    fn quoted_parts_are_found_in_every_style() {
        assert_eq!(quotations("«Иә», – деді ол. «Жоқ»."), ["Иә", "Жоқ"]);
        assert_eq!(
            quotations("Ол “ашық” және \"жабық\" деді"),
            ["ашық", "жабық"]
        );
    }

    #[test]
    fn a_quotation_cut_by_the_splitter_is_open_at_one_end() {
        assert_eq!(quotations("Ол: «Бұл бізге керек."), ["Бұл бізге керек."]);
        assert_eq!(
            quotations("Бұл бізге керек», – деді ол."),
            ["Бұл бізге керек"]
        );
    }

    #[test]
    fn marks_are_paired_across_kinds() {
        assert_eq!(unpaired("«Бір “екі” үш»"), Unpaired::default());
        let expected = Unpaired {
            opening: vec![11],
            closing: Vec::new(),
        };
        assert_eq!(unpaired("(\"one\" and \"two"), expected);
    }
}
