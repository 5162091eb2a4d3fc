//! Missing spaces: words that a scraper glued together where a line or an element ended.

use crate::language::GapsTables;
use crate::text::{Run, is_cyrillic, runs};

/// The shortest word that can precede a lost space; `мРНК` and `кВт` are one word.
const MIN_FIRST: usize = 3;
/// A capitalised compound (`ГрадСтрой`, `ҚазМұнайГаз`) is split only after a sure ending, and with
/// at least this many letters before the next capital.
const MIN_CAPITALISED: usize = 6;

/// Puts a space where one is surely missing.
pub(super) fn insert_missing_spaces(text: &str, tables: &GapsTables) -> String {
    let mut filled = String::with_capacity(text.len() + 8);
    let mut before_last = "";
    let mut last = "";
    for piece in runs(text) {
        match piece {
            Run::Word(word) => {
                if is_gap(before_last, last, word, tables) {
                    filled.push(' ');
                }
                push_parted(&mut filled, word, tables);
                before_last = last;
                last = word;
            }
            Run::Between(between) => {
                if matches!(between.chars().next(), Some('«' | '(')) && ends_small(last) {
                    filled.push(' ');
                }
                filled.push_str(between);
                before_last = last;
                last = between;
            }
        }
    }
    filled
}

/// Whether a space is missing between `between` and `word`; `before` precedes both.
fn is_gap(before: &str, between: &str, word: &str, tables: &GapsTables) -> bool {
    let small = word.starts_with(char::is_lowercase);
    let is_word = |text: &str| text.chars().count() >= 2 && text.chars().all(is_cyrillic);
    match between {
        // `млрд.теңге`, `өтті.Жиын`; initials and `т.б.` have one letter before the stop.
        "." => {
            is_word(before)
                && ends_small(before)
                && is_word(word)
                && !tables.domains.contains(&word)
        }
        // A small letter after `?` continues a word in which a letter was lost (`жа?а`).
        "?" if small => false,
        "," | ";" | "!" | "?" | "…" => is_word(before) && word.starts_with(is_cyrillic),
        "»" | ")" => is_word(word) && !small,
        _ => {
            let number = between.ends_with(|last: char| last.is_ascii_digit());
            let letters = word.chars().count();
            number
                && small
                && letters >= 3
                && word.chars().all(is_cyrillic)
                && !tables.number_endings.contains(&word)
        }
    }
}

fn ends_small(word: &str) -> bool {
    word.chars().next_back().is_some_and(char::is_lowercase)
}

/// Appends a word, split where a capital follows a small letter and both sides are words.
fn push_parted(filled: &mut String, word: &str, tables: &GapsTables) {
    let mut start = 0;
    let mut before = None;
    for (at, letter) in word.char_indices() {
        let turns = before.is_some_and(|before: char| before.is_lowercase() && is_cyrillic(before))
            && letter.is_uppercase()
            && is_cyrillic(letter);
        if turns && are_two_words(&word[start..at], &word[at..], tables) {
            filled.push_str(&word[start..at]);
            filled.push(' ');
            start = at;
        }
        before = Some(letter);
    }
    filled.push_str(&word[start..]);
}

fn are_two_words(first: &str, second: &str, tables: &GapsTables) -> bool {
    let shortest = if first.starts_with(char::is_lowercase) {
        MIN_FIRST
    } else {
        MIN_CAPITALISED
    };
    // Not counted, as the word may have many turns and be long.
    first.chars().nth(shortest - 1).is_some()
        && second.chars().nth(1).is_some()
        && (first.starts_with(char::is_lowercase)
            || tables
                .sure_endings
                .iter()
                .any(|ending| first.ends_with(ending)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::KAZAKH;

    fn filled(text: &str) -> Option<String> {
        let tables = KAZAKH.tidying.gaps.as_ref()?;
        Some(insert_missing_spaces(text, tables))
    }

    #[test]
    fn glued_words_are_parted() {
        for (glued, parted) in [
            (
                "партиясыныңАтқарушы хатшысы",
                "партиясының Атқарушы хатшысы",
            ),
            (
                "ПартиясыныңАтқарушы хатшысы",
                "Партиясының Атқарушы хатшысы",
            ),
            ("бұлБілім министрлігі", "бұл Білім министрлігі"),
            ("3,2 млрд.теңге", "3,2 млрд. теңге"),
            ("жиын өтті.Оған әкім келді", "жиын өтті. Оған әкім келді"),
            ("қала,ауыл", "қала, ауыл"),
            ("7154адам", "7154 адам"),
            (
                "партия«Нұрлы жол»Бағдарлама",
                "партия «Нұрлы жол» Бағдарлама",
            ),
        ] {
            assert_eq!(filled(glued).as_deref(), Some(parted));
        }
    }

    #[test]
    fn a_long_word_of_many_turns_is_read_once() {
        let word = "Аб".repeat(500_000);
        assert_eq!(filled(&word).as_deref(), Some(word.as_str()));
    }

    #[test]
    fn names_units_initials_and_endings_stay_whole() {
        for text in [
            "«ГрадСтрой Сервис» ЖШС-і",
            "ҚазМұнайГаз",
            "ҚазАқпарат",
            "iPhone",
            "мРНК",
            "кВт",
            "Е.Жылқыбаев",
            "т.б.",
            "б.з.б.",
            "3,2",
            "100ден",
            "30-шы",
            "«Нұр Отан»дағы",
            "сайт.қаз",
            "turkystan.kz",
            "АлматыЭнерго",
            "“жаңа“ сөз",
            "”Жаңа” сөз",
            "2023ж",
            "10:15-те",
            "5G",
            "жа?а ?а?ыз",
        ] {
            assert_eq!(filled(text).as_deref(), Some(text));
        }
    }
}
