//! Letters of the source were lost before this program read it: another program that could not
//! write Kazakh put `?` in their place (`?аза?стан`), or undecodable bytes became U+FFFD. No
//! decoding can repair that; the reader has to know that the model guessed.

use super::SentencePair;
use super::finding::Problem;
use crate::text::{excerpt, is_any_cyrillic, words_between_spaces};

/// From this many words that begin with `?` on, letters were lost; a single one may be a misplaced
/// question mark (`бар ?деді`).
const MIN_BEGINNINGS: usize = 2;
/// Minimum letters of a word before which a fraction is a lost letter; fewer may be a unit (`½ кг`).
const MIN_WORD: usize = 4;
/// Minimum pairs, and letters of first bytes in windows-1252, that only misread words have.
const MIN_PAIRS: usize = 2;
const MIN_WESTERN: usize = 3;

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
            || is_misread(word)
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
    }) || begins_or_ends_in_sign(word)
}

/// Whether such a sign takes the place of a word's first or last letter.
fn begins_or_ends_in_sign(word: &str) -> bool {
    let word = word.trim_end_matches(|c: char| c.is_ascii_punctuation() || "»”…".contains(c));
    let is_at_edge = |c: char| matches!(c, '¼' | '½' | '¾' | 'À'..='ÿ') && !"×÷".contains(c);
    let is_word = |word: &str, least: usize| {
        word.chars().all(is_any_cyrillic) && word.chars().nth(least - 1).is_some()
    };
    word.strip_prefix(is_at_edge)
        .is_some_and(|word| is_word(word, MIN_WORD))
        || word
            .strip_suffix(is_at_edge)
            .is_some_and(|word| is_word(word, 1))
}

fn is_foreign_sign(c: char) -> bool {
    "¡¢£¤¥¦§¨ª¬¯±µ¶¸º¼½¾¿†‡ˆ‰Š‹ŒЂђЉљЏџ".contains(c) || matches!(c, 'À'..='ÿ')
}

/// Whether a word is UTF-8 that was read in windows-1252 or Latin-1 (`Ðµ`) or in windows-1251 (`РљС–С‚`):
/// the letters of first bytes are many, and each has a sign or a rare letter after it.
fn is_misread(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| !c.is_ascii()).peekable();
    let (mut count, mut western, mut pairs, mut sure) = (0, 0, 0, 0);
    while let Some(letter) = letters.next() {
        count += 1;
        western += usize::from("ÐÑÒÓ".contains(letter));
        let is_second = |c: &char| {
            matches!(u32::from(*c), 0x80..=0xBF | 0x2013..=0x203A)
                || "ЂЃѓЉЊЌЋЏђљњќћџЎўЈјҐґЁёЄєЇїІіЅѕ№™€".contains(*c)
        };
        if let Some(second) = letters.next_if(|c| "РСТУ".contains(letter) && is_second(c)) {
            count += 1;
            pairs += 1;
            sure += usize::from(!"ЁёІі".contains(second));
        }
    }
    western >= MIN_WESTERN && western * 3 >= count || sure >= MIN_PAIRS && pairs * 5 >= count * 2
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::KAZAKH;

    fn is_damaged(source: &str) -> bool {
        let pair = SentencePair {
            language: &KAZAKH,
            source,
            target: "",
            truncated: false,
            terms: &[],
        };
        !problems(&pair).is_empty()
    }

    #[test]
    fn signs_in_the_place_of_letters_and_misread_words_are_damage() {
        for source in [
            "т¼рғын үй",
            "м½ғалім келді",
            "Б±л заң",
            "жаңа з±ң қабылданды",
            "кітаб½.",
            "жаља заң",
            "«¾кімет отырысы»",
            "РњРµРєС‚РµРї ашылды",
            "Ð\u{9C}ÐµÐºÑ\u{82}ÐµÐ¿",
            "ÐÐµÐºÑÐµÐ¿ Ð°ÑÑÐ»Ð´Ñ",
        ] {
            assert!(is_damaged(source), "{source}");
        }
    }

    #[test]
    fn fractions_measures_and_capitals_are_none() {
        for source in [
            "½ бөлігі, 2½ сағат, ½ кг",
            "ауданы 5×7 м, температура ±5 градус",
            "ТІСІ ТҮСІРІП, РЕСПУБЛИКА СТАТИСТИКАСЫ",
            "Тойота® және «Самұрық»",
            "Д’Артаньян – роман кейіпкері",
        ] {
            assert!(!is_damaged(source), "{source}");
        }
    }
}
