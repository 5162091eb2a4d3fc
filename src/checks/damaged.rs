//! Letters of the source were lost before it came here: a program that could not write Kazakh put `?` in
//! their place (`?аза?стан`), or bytes that no charset knows became U+FFFD. No decoding repairs that; the
//! reader has to know that the model guessed.

use super::SentencePair;
use crate::text::{excerpt, is_any_cyrillic};

/// Words that begin with a `?` may be a misplaced mark once (`бар ?деді`); so many are none.
const BEGINNINGS: usize = 2;

pub(super) fn problem(pair: &SentencePair) -> Option<String> {
    let mut beginnings = 0;
    for word in pair.source.split_whitespace() {
        let letters = word.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '?');
        let begins = letters.starts_with('?')
            && letters
                .trim_start_matches('?')
                .starts_with(|c: char| is_any_cyrillic(c) && c.is_lowercase());
        beginnings += usize::from(begins);
        if word.contains(char::REPLACEMENT_CHARACTER)
            || has_hole(letters)
            || beginnings == BEGINNINGS
        {
            return Some(format!("letters of “{}” were lost", excerpt(word)));
        }
    }
    None
}

/// Whether question marks stand between letters of one word. After a question that only lacks its space a
/// capital follows (`бе?Иә`).
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
