//! Letters of the source were lost before this program read it: another program that could not
//! write Kazakh put `?` in their place (`?аза?стан`), or undecodable bytes became U+FFFD. No
//! decoding can repair that; the reader has to know that the model guessed.

use super::SentencePair;
use super::finding::Problem;
use crate::text::{excerpt, is_any_cyrillic, words_between_spaces};

/// From this many words that begin with `?` on, letters were lost; a single one may be a misplaced
/// question mark (`бар ?деді`).
const MIN_BEGINNINGS: usize = 2;

pub(super) fn problems(pair: &SentencePair) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut beginnings = 0;
    for (at, word) in words_between_spaces(pair.source) {
        let letters = word.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '?');
        let begins = letters.starts_with('?')
            && letters
                .trim_start_matches('?')
                .starts_with(|c: char| is_any_cyrillic(c) && c.is_lowercase());
        beginnings += usize::from(begins);
        if word.contains(char::REPLACEMENT_CHARACTER)
            || has_hole(letters)
            || has_foreign_sign(letters)
            || (begins && beginnings >= MIN_BEGINNINGS)
        {
            let message = format!("letters of “{}” were lost", excerpt(word));
            problems.push(Problem::in_source(at..at + word.len(), message));
        }
    }
    problems
}

/// Whether a sign or a letter of Western Europe is between Cyrillic letters of one word: an old font
/// showed a Kazakh letter in its place, and which one is not known.
fn has_foreign_sign(word: &str) -> bool {
    let mut letters = word.chars();
    let (mut before, mut sign) = (letters.next(), letters.next());
    letters.any(|after| {
        let between = before.is_some_and(is_any_cyrillic) && is_any_cyrillic(after);
        let found = between && after.is_lowercase() && sign.is_some_and(is_foreign_sign);
        (before, sign) = (sign, Some(after));
        found
    })
}

fn is_foreign_sign(c: char) -> bool {
    "¡¢£¤¥¦§¨ª¬¯µ¶¸º¼½¾¿†‡ˆ‰Š‹Œ".contains(c) || matches!(c, 'À'..='ÿ')
}

/// Whether a question mark is between letters of one word. A capital after it (`бе?Иә`) only means
/// that a space is missing after a question.
fn has_hole(word: &str) -> bool {
    let mut before: Option<char> = None;
    let mut marks = false;
    for character in word.chars() {
        if character == '?' {
            marks = before.is_some();
            continue;
        }
        if !is_any_cyrillic(character) {
            (before, marks) = (None, false);
            continue;
        }
        if marks && before.is_some_and(|before| before.is_uppercase() >= character.is_uppercase()) {
            return true;
        }
        (before, marks) = (Some(character), false);
    }
    false
}
