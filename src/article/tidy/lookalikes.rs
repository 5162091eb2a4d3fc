//! Latin letters that stand for Cyrillic ones of the same look inside Kazakh words, and the
//! reverse inside Latin words.
//!
//! Typists without a Kazakh keyboard wrote `i`, `h` and `ə`; copying from other alphabets brings in
//! the rest. A tokenizer sees a foreign word in each.

use crate::text::{Run, is_cyrillic, is_small_roman, runs};

/// Latin letters, and below each the Cyrillic one that looks like it.
const LATIN: &str = "acehikopxyəɵABCEHIKMOPTXYƏƟ";
const CYRILLIC: &str = "асеһікорхуәөАВСЕНІКМОРТХҮӘӨ";

/// Cyrillic letters of other languages, and below each the Kazakh one of nearly the same look.
const NEIGHBOURS: &str = "ӊҥӈҝӄӉҤӇҜӃ";
const KAZAKH: &str = "ңңңққҢҢҢҚҚ";

/// Gives each mixed word the letters of one script.
pub(super) fn replace(text: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    for piece in runs(text) {
        match piece {
            Run::Word(word) => replaced.extend(unmixed(word)),
            Run::Between(between) => replaced.push_str(between),
        }
    }
    replaced
}

/// The character of `to` that stands where `letter` does in `from`.
fn counterpart(letter: char, from: &str, to: &str) -> Option<char> {
    from.chars()
        .zip(to.chars())
        .find(|(known, _)| *known == letter)
        .map(|(_, other)| other)
}

fn to_cyrillic(letter: char) -> Option<char> {
    counterpart(letter, LATIN, CYRILLIC)
}

fn to_latin(letter: char) -> Option<char> {
    counterpart(letter, CYRILLIC, LATIN)
}

fn to_kazakh(letter: char) -> char {
    counterpart(letter, NEIGHBOURS, KAZAKH).unwrap_or(letter)
}

/// The letters of a word in the script that all of them can be of; Cyrillic where both can.
fn unmixed(word: &str) -> impl Iterator<Item = char> {
    let cyrillic = word.chars().filter(|&letter| is_cyrillic(letter)).count();
    let is_mixed = cyrillic > 0 && word.chars().any(|letter| !is_cyrillic(letter));
    let (mut to_be_cyrillic, mut to_be_latin) = (false, false);
    if is_mixed && !is_suffixed_acronym(word) {
        let mut letters = word.chars();
        to_be_cyrillic = letters.all(|letter| is_cyrillic(letter) || to_cyrillic(letter).is_some());
        let mut letters = word.chars();
        to_be_latin = !to_be_cyrillic
            && cyrillic * 2 <= word.chars().count()
            && letters.all(|letter| !is_cyrillic(letter) || to_latin(letter).is_some());
    }
    // Roman numerals are often typed with the Cyrillic `І` and `Х`.
    to_be_latin |= word.chars().nth(1).is_some() && is_small_roman(word);
    word.chars().map(move |letter| {
        if to_be_latin {
            to_latin(letter).unwrap_or(letter)
        } else if to_be_cyrillic {
            to_kazakh(to_cyrillic(letter).unwrap_or(letter))
        } else {
            to_kazakh(letter)
        }
    })
}

/// Latin capitals with a Kazakh ending and no hyphen: `BMWға`, `XXғасыр`.
fn is_suffixed_acronym(word: &str) -> bool {
    let capitals = word
        .chars()
        .take_while(|letter| letter.is_ascii_uppercase())
        .count();
    let mut ending = word.chars().skip(capitals).peekable();
    capitals >= 2
        && ending.peek().is_some()
        && ending.all(|letter| is_cyrillic(letter) && letter.is_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_letters_in_a_kazakh_word_become_cyrillic() {
        for (mixed, kazakh) in [
            ("жəне", "және"),
            ("бiлiм", "білім"),
            ("Пpeзидeнт", "Президент"),
            ("қahарман", "қаһарман"),
            ("Yкімет", "Үкімет"),
            ("таӊ", "таң"),
        ] {
            assert_eq!(replace(mixed), kazakh, "{mixed}");
        }
    }

    #[test]
    fn latin_words_and_acronyms_with_endings_stay() {
        for text in [
            "iPhone",
            "AMANAT",
            "BMWға",
            "NATOның",
            "XXғасыр",
            "ac/dc",
            "Əliyev",
            "YouTube-та",
        ] {
            assert_eq!(replace(text), text);
        }
    }

    #[test]
    fn cyrillic_letters_in_a_latin_word_become_latin() {
        assert_eq!(replace("АMАNАT"), "AMANAT");
        assert_eq!(replace("ХХІ ғасыр, XІX, ІІ"), "XXI ғасыр, XIX, II");
    }
}
