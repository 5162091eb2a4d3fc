//! Numbers in Kazakh words.

use super::endings::{COMPOUNDS, OF_NUMERALS};
use crate::language::NumberWord::{self, AndHalf, Count, Half, Hundred, Scale, Ten};

/// Stems; a word is a stem and one of the endings of numerals.
const STEMS: &[(&str, NumberWord)] = &[
    ("бір", Count(1)),
    ("екі", Count(2)),
    ("екеу", Count(2)),
    ("үш", Count(3)),
    ("төрт", Count(4)),
    ("бес", Count(5)),
    ("алты", Count(6)),
    ("алтау", Count(6)),
    ("жеті", Count(7)),
    ("жетеу", Count(7)),
    ("сегіз", Count(8)),
    ("тоғыз", Count(9)),
    ("он", Ten(10)),
    ("жиырма", Ten(20)),
    ("отыз", Ten(30)),
    ("қырық", Ten(40)),
    ("елу", Ten(50)),
    ("алпыс", Ten(60)),
    ("жетпіс", Ten(70)),
    ("сексен", Ten(80)),
    ("тоқсан", Ten(90)),
    ("жүз", Hundred),
    ("мың", Scale(3)),
    ("миллион", Scale(6)),
    ("млн", Scale(6)),
    ("миллиард", Scale(9)),
    ("млрд", Scale(9)),
    ("триллион", Scale(12)),
    ("трлн", Scale(12)),
    ("жарым", AndHalf),
    ("жарты", Half),
    ("жартысы", Half),
    ("жартылай", Half),
];

/// Words that look like a numeral with an ending and are not one: him, his, for, face.
#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "оны", "онда", "онан", "оның", "онымен", "үшін", "жүзі", "жүзін", "жүзінде", "жүзіне",
    "жүзінен", "жүзінің", "жүзіндегі", "жүздегі", "бесін", "мыңжылдық", "ондағы",
];

/// What a word in lower case contributes to a number.
pub(super) fn word(word: &str) -> Option<NumberWord> {
    if OTHERS.contains(&word) {
        return None;
    }
    let fits = |rest: &str| {
        OF_NUMERALS.contains(rest) || COMPOUNDS.iter().any(|second| rest.starts_with(second))
    };
    STEMS
        .iter()
        .find(|(stem, _)| word.strip_prefix(stem).is_some_and(fits))
        .map(|(_, part)| *part)
}

/// Words that say a number without being one.
pub(super) fn vouched(word: &str) -> &'static [u64] {
    match word {
        "нөл" => &[0],
        "жалғыз" | "алғаш" | "алғашқы" | "тұңғыш" | "әуелгі" | "бастапқы" => {
            &[1]
        }
        "жұп" | "қос" | "егіз" => &[2],
        "тәулік" => &[24, 7],
        "мыңжылдық" => &[1000],
        "ширек" | "ширегі" => &[4, 15, 25],
        word if word.starts_with("ғасыр") => &[100],
        _ => &[],
    }
}

/// The denominator of the part that a word names.
pub(super) fn share(word: &str) -> Option<u64> {
    if word.starts_with("жарты") && word != "жартылай" && !word.starts_with("жартыжыл")
    {
        return Some(2);
    }
    (word.starts_with("ширек") || word.starts_with("ширег")).then_some(4)
}

/// The month a word names, in any case.
pub(super) fn month(word: &str) -> Option<u8> {
    let at = super::MONTHS.iter().position(|stem| {
        // The last к of `қыркүйек` is г before a vowel.
        word.starts_with(stem)
            || stem.strip_suffix('к').is_some_and(|stem| {
                word.strip_prefix(stem)
                    .is_some_and(|rest| rest.starts_with('г'))
            })
    })?;
    u8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kazakh_numerals_are_known_in_their_endings() {
        for (word, expected) in [
            ("екіншіден", Count(2)),
            ("онжылдықта", Ten(10)),
            ("жүзге", Hundred),
            ("мыңнан", Scale(3)),
            ("миллиардқа", Scale(9)),
            ("жетінші", Count(7)),
            ("қырыққа", Ten(40)),
            ("бестегі", Count(5)),
            ("жетісінде", Count(7)),
        ] {
            assert_eq!(super::word(word), Some(expected), "{word}");
        }
    }

    #[test]
    fn words_that_look_like_numerals_are_none() {
        for word in [
            "оның",
            "оны",
            "үшін",
            "алтын",
            "жетістік",
            "бірақ",
            "бірнеше",
            "миллионер",
            "оналды",
            "ондағы",
            "жүзіндегі",
        ] {
            assert_eq!(super::word(word), None, "{word}");
        }
    }
}
