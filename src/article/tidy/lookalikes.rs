//! Latin letters in place of Cyrillic ones of the same look inside words, and the reverse
//! inside Latin words.
//!
//! Typists without a Kazakh keyboard wrote `i`, `h` and `ə`; copying from other alphabets brings in
//! the rest. A tokenizer sees a foreign word in each.

use crate::language::TidyTables;
use crate::text::{Run, is_cyrillic, is_small_roman, runs};

/// Gives each mixed word the letters of one script.
pub(super) fn replace(text: &str, tables: &TidyTables) -> String {
    let mut replaced = String::with_capacity(text.len());
    for piece in runs(text) {
        match piece {
            Run::Word(word) => replaced.extend(unmixed(word, tables)),
            Run::Between(between) => replaced.push_str(between),
        }
    }
    replaced
}

/// The Cyrillic letter that looks like the Latin `letter`, if there is one.
fn to_cyrillic(letter: char, tables: &TidyTables) -> Option<char> {
    let pair = tables.lookalikes.iter().find(|(latin, _)| *latin == letter);
    pair.map(|(_, cyrillic)| *cyrillic)
}

/// The Latin letter that looks like the Cyrillic `letter`, if there is one.
fn to_latin(letter: char, tables: &TidyTables) -> Option<char> {
    let mut pairs = tables.lookalikes.iter();
    let pair = pairs.find(|(_, cyrillic)| *cyrillic == letter);
    pair.map(|(latin, _)| *latin)
}

/// The language's own letter where another alphabet's was typed.
fn to_own(letter: char, tables: &TidyTables) -> char {
    let pair = tables.neighbours.iter().find(|(other, _)| *other == letter);
    pair.map_or(letter, |(_, own)| *own)
}

/// A letter of a Roman numeral in Latin script.
fn to_latin_numeral(letter: char) -> char {
    match letter {
        'І' => 'I',
        'Х' => 'X',
        _ => letter,
    }
}

/// The letters of a word in the script that all of them can belong to; Cyrillic if both can.
fn unmixed(word: &str, tables: &TidyTables) -> impl Iterator<Item = char> {
    let cyrillic = word.chars().filter(|&letter| is_cyrillic(letter)).count();
    let is_mixed = cyrillic > 0 && word.chars().any(|letter| !is_cyrillic(letter));
    let (mut to_be_cyrillic, mut to_be_latin) = (false, false);
    if is_mixed && !is_suffixed_acronym(word) {
        let mut letters = word.chars();
        to_be_cyrillic =
            letters.all(|letter| is_cyrillic(letter) || to_cyrillic(letter, tables).is_some());
        let mut letters = word.chars();
        to_be_latin = !to_be_cyrillic
            && cyrillic * 2 <= word.chars().count()
            && letters.all(|letter| !is_cyrillic(letter) || to_latin(letter, tables).is_some());
    }
    // Roman numerals are often typed with the Cyrillic `І` and `Х`.
    let is_numeral = word.chars().nth(1).is_some() && is_small_roman(word);
    word.chars().map(move |letter| {
        if is_numeral {
            to_latin_numeral(letter)
        } else if to_be_latin {
            to_latin(letter, tables).unwrap_or(letter)
        } else if to_be_cyrillic {
            to_own(to_cyrillic(letter, tables).unwrap_or(letter), tables)
        } else {
            to_own(letter, tables)
        }
    })
}

/// Latin capitals with a Kazakh ending and no hyphen: `BMWға`, `XXғасыр`.
fn is_suffixed_acronym(word: &str) -> bool {
    let capitals = word.chars().take_while(char::is_ascii_uppercase).count();
    let mut ending = word.chars().skip(capitals).peekable();
    capitals >= 2
        && ending.peek().is_some()
        && ending.all(|letter| is_cyrillic(letter) && letter.is_lowercase())
}

#[cfg(test)]
mod tests {
    use crate::language::KAZAKH;

    fn replace(text: &str) -> String {
        super::replace(text, &KAZAKH.tidying)
    }

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
