//! Number words: those of the source's language in its text, English ones in either text.
//!
//! A word on its own only vouches for a number on the other side and is never missed. A word that
//! is mistaken for a number can hide an error, but causes no false alarm, so the tables accept many
//! endings.

use crate::language::NumberWord::{self, Count, Half, Hundred, Scale, Teen, Ten};
use crate::language::{ENGLISH, Language, NumberTables};

use super::value::{Decimal, Value};

/// Whose numbers in words may be meant: English ones are in ASCII letters, others in the source's
/// language.
pub(super) fn tables(word: &str, language: &Language) -> Option<NumberTables> {
    if word.is_ascii() {
        ENGLISH.numbers
    } else {
        language.numbers
    }
}

/// The part that `word`, in lower case, plays in a number in words.
pub(super) fn part(word: &str, language: &Language) -> Option<NumberWord> {
    (tables(word, language)?.word)(word)
}

/// The power of ten that `word` means after digits (`3,2 млрд`, `5 thousand`, `$2.8bn`).
pub(super) fn scale(word: &str, language: &Language) -> Option<u32> {
    match word {
        "mn" | "mln" => return Some(6),
        "bn" | "bln" => return Some(9),
        "tn" | "trn" => return Some(12),
        _ => {}
    }
    match part(word, language)? {
        Hundred => Some(2),
        Scale(power) => Some(power),
        _ => None,
    }
}

/// The power of ten that a single letter may mean right after digits; it may also be a unit.
pub(super) fn scale_letter(word: &str) -> Option<u32> {
    match word {
        "k" => Some(3),
        "m" => Some(6),
        "b" => Some(9),
        _ => None,
    }
}

/// What a word vouches for besides its place among the number words: "twice" for 2, "half" for 50 %.
pub(super) fn loosely(word: &str, language: &Language) -> Vec<Value> {
    let counts: &[u64] = match tables(word, language) {
        Some(tables) if (tables.word)(word) == Some(Half) => &[30, 50],
        Some(tables) => (tables.vouched)(word),
        None => &[],
    };
    let decimals: &[(&str, &str)] = match counts {
        [4, 15, 25] => &[("0", "25")],
        // "A year and a half".
        [30, 50] => &[("0", "5"), ("1", "5")],
        _ => &[],
    };
    let decimals = decimals
        .iter()
        .map(|(whole, fraction)| Value::Number(Decimal::written(whole, fraction)));
    let fold = word
        .strip_suffix("fold")
        .and_then(|times| part(times, language))
        .and_then(|part| match part {
            Count(times) | Teen(times) | Ten(times) => Some(Value::integer(times)),
            Hundred => Some(Value::integer(100)),
            _ => None,
        });
    counts
        .iter()
        .copied()
        .map(Value::integer)
        .chain(decimals)
        .chain(fold)
        .collect()
}

/// The month that `word`, in lower case, names.
pub(super) fn month(word: &str, language: &Language) -> Option<Value> {
    (tables(word, language)?.month)(word).map(Value::Month)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::KAZAKH;

    #[test]
    fn months_are_known_in_three_languages() {
        for word in ["тамыз", "тамызға", "августа", "august", "aug"] {
            assert_eq!(month(word, &KAZAKH), Some(Value::Month(8)), "{word}");
        }
        assert_eq!(month("мама", &KAZAKH), None);
    }
}
