//! A sentence as digits, words and marks.

use std::ops::Range;

use crate::language::Language;
use crate::text::lowered;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// ASCII digits.
    Digits,
    /// Letters.
    Word,
    /// One character of any other kind, but no white space.
    Mark(char),
}

/// A piece of a text that [`plain`] made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    pub(super) text: &'t str,
    /// Where it starts, in bytes.
    pub(super) start: usize,
    /// White space precedes it.
    pub(super) spaced: bool,
    /// The source's language, whose number words are known.
    pub(super) language: &'static Language,
}

impl Token<'_> {
    /// Where the token ends, in bytes.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub(super) fn is_digits(&self) -> bool {
        self.kind == Kind::Digits
    }

    /// Whether this is one of `marks`, without a space before it.
    pub(super) fn is_joined(&self, marks: &[char]) -> bool {
        !self.spaced && matches!(self.kind, Kind::Mark(mark) if marks.contains(&mark))
    }
}

/// A text as [`plain`] makes it, and where each character of it came from.
pub(super) struct Plain {
    pub(super) text: String,
    characters: Vec<Origin>,
}

/// Where a character of a plain text is, and which bytes of the original it was.
struct Origin {
    at: usize,
    original: Range<usize>,
}

impl Plain {
    /// The bytes of the original text that became those of `place`.
    pub(super) fn original(&self, place: Range<usize>) -> Range<usize> {
        let before = |at: usize| self.characters.partition_point(|origin| origin.at < at);
        let of = self.characters.get(before(place.start)..before(place.end));
        match of {
            Some([only]) => only.original.clone(),
            Some([first, .., last]) => first.original.start..last.original.end,
            _ => 0..0,
        }
    }
}

/// `text` with one character for each of what typography has many: spaces, dashes, apostrophes, digits;
/// without soft hyphens and characters of no width.
pub(super) fn plain(text: &str) -> Plain {
    let mut out = String::with_capacity(text.len());
    let mut characters = Vec::with_capacity(text.len());
    let mut raised = false;
    for (start, c) in text.char_indices() {
        let original = start..start + c.len_utf8();
        let exponent = lowered(c);
        let begins =
            exponent.is_some() && !raised && out.ends_with(|last: char| last.is_ascii_digit());
        if begins {
            characters.push(Origin {
                at: out.len(),
                original: original.clone(),
            });
            out.push('^');
        }
        raised = exponent.is_some() && (raised || begins);
        let plain = match exponent.unwrap_or(c) {
            // After a letter a raised digit is of a unit or a formula, or the mark of a note.
            _ if exponent.is_some() && !raised => c,
            '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' => continue,
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            '‘' | '’' | 'ʼ' => '\'',
            '\u{0660}'..='\u{0669}' => digit(c, 0x0660),
            '\u{06F0}'..='\u{06F9}' => digit(c, 0x06F0),
            '\u{FF10}'..='\u{FF19}' => digit(c, 0xFF10),
            c if c.is_whitespace() => ' ',
            c => c,
        };
        characters.push(Origin {
            at: out.len(),
            original,
        });
        out.push(plain);
    }
    Plain {
        text: out,
        characters,
    }
}

fn digit(c: char, zero: u32) -> char {
    char::from_digit((c as u32).saturating_sub(zero), 10).unwrap_or('0')
}

/// The tokens of a [`plain`] text: a source in this language, or a translation from it.
pub(super) fn tokens<'t>(text: &'t str, language: &'static Language) -> Vec<Token<'t>> {
    let mut tokens: Vec<Token<'t>> = Vec::new();
    let mut spaced = true;
    for (start, c) in text.char_indices() {
        if c == ' ' {
            spaced = true;
            continue;
        }
        let kind = match c {
            '0'..='9' => Kind::Digits,
            c if c.is_alphabetic() => Kind::Word,
            c => Kind::Mark(c),
        };
        let end = start + c.len_utf8();
        match tokens.last_mut() {
            Some(last) if !spaced && last.kind == kind && !matches!(kind, Kind::Mark(_)) => {
                last.text = &text[last.start..end];
            }
            _ => tokens.push(Token {
                kind,
                text: &text[start..end],
                start,
                spaced,
                language,
            }),
        }
        spaced = false;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::KAZAKH;

    #[test]
    fn digits_words_and_marks_are_parted() {
        let text = plain("A320-ның 7\u{a0}154\u{202f}орны, 3,2\u{ad}%").text;
        let read: Vec<(&str, bool)> = tokens(&text, &KAZAKH)
            .iter()
            .map(|t| (t.text, t.spaced))
            .collect();
        let expected = [
            ("A", true),
            ("320", false),
            ("-", false),
            ("ның", false),
            ("7", true),
            ("154", true),
            ("орны", true),
            (",", false),
            ("3", true),
            (",", false),
            ("2", false),
            ("%", false),
        ];
        assert_eq!(read, expected);
    }

    #[test]
    fn digits_of_other_scripts_are_digits() {
        assert_eq!(plain("٢٠٢٣ ۲۰ ７").text, "2023 20 7");
    }

    #[test]
    fn a_place_in_a_plain_text_has_its_place_in_the_original() {
        let original = "Сағат «18–\u{AD}30»";
        let plain = plain(original);
        let at = plain.text.find("18-30").unwrap();
        let place = plain.original(at..at + 5);
        assert_eq!(&original[place], "18–\u{AD}30");
        assert_eq!(plain.original(1..1), 0..0);
    }
}
