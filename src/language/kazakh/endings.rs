//! Endings of Kazakh words, each list with what it is for.
//!
//! The lists differ on purpose: an ending of numerals may be the end of a surname, and the endings
//! that are certain are far fewer than those that are possible.

use crate::language::WordLists;

/// Case endings of nouns and numerals.
#[rustfmt::skip]
const CASES: &[&str] = &[
    "ға", "ге", "қа", "ке", "ды", "ді", "ты", "ті", "ны", "ні", "да", "де", "та", "те", "дан",
    "ден", "тан", "тен", "нан", "нен", "ның", "нің", "дың", "дің", "тың", "тің", "мен", "бен",
    "пен",
];

/// Endings of adjectives and of nouns of origin (`алматылық`).
const ADJECTIVES: &[&str] = &["лық", "лік", "дық", "дік", "тық", "тік"];

/// Endings of names of places and people in headlines.
pub(super) const OF_NAMES: WordLists = WordLists(&[&[""], CASES, ADJECTIVES, MORE_OF_NAMES]);
const MORE_OF_NAMES: &[&str] = &["на", "не", "дағы", "дегі", "тағы", "тегі", "ндағы"];

/// Endings of numerals.
pub(super) const OF_NUMERALS: WordLists = WordLists(&[&[""], CASES, ADJECTIVES, MORE_OF_NUMERALS]);
#[rustfmt::skip]
const MORE_OF_NUMERALS: &[&str] = &[
    "еу", "і", "ы", "сы", "сі", "ін", "ын", "сын", "сін", "іне", "ына", "інде", "ында", "інен",
    "ынан", "даған", "деген", "еуі", "дағы", "дегі", "тағы", "тегі", "сында", "сінде", "сындағы",
    "сіндегі", "ындағы", "індегі", "сына", "сіне", "сынан", "сінен", "сының", "сінің", "ының", "інің",
];

/// Ordinals, and what numerals are compounded with (`үшжақты`, `онжылдық`, `бесқабатты`): more
/// letters may follow them.
#[rustfmt::skip]
pub(super) const COMPOUNDS: &[&str] = &[
    "інші", "ыншы", "нші", "ншы", "жақ", "жыл", "айл", "күн", "апта", "қабат", "тілд", "жас",
    "бөлме", "бұрыш",
];

/// Endings that follow a number in digits without a hyphen (`100ден`, `30ыншы`).
#[rustfmt::skip]
pub(super) const AFTER_DIGITS: &[&str] = &[
    "дан", "ден", "тан", "тен", "нан", "нен", "дай", "дей", "тай", "тей", "лық", "лік", "дық",
    "дік", "тық", "тік", "нші", "ншы", "інші", "ыншы", "сынан", "інен", "ында", "інде", "дағы",
    "дегі", "тағы", "тегі",
];

/// Endings that no part of a name has: what follows them in a compound is another word.
#[rustfmt::skip]
pub(super) const SURE: &[&str] = &[
    "ның", "нің", "дың", "дің", "тың", "тің", "ында", "інде", "ынан", "інен", "ына", "іне",
    "ылды", "ілді", "ланды", "ленді",
];

pub(super) const OF_SURNAMES: &[&str] = &["ұлы", "қызы", "тегі", "uly", "qyzy"];
