//! Numbers in a word that are compared with those of the other text: small ones, places in an order, and
//! powers of ten.

use super::mention::Found;
use super::phrase::{is_approximate, is_ordinal};
use super::token::Token;
use super::words::part;

/// A number in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spoken {
    pub(super) value: u64,
    /// It says a place in an order: `екінші`, "first", World War I.
    pub(super) is_ordinal: bool,
    /// It is a power of ten in one word, exact or not: `жүз`, `мыңдаған`, "millions".
    pub(super) is_power: bool,
}

/// The number in a word that `number` is, if it is of a kind that is no article, pronoun or idiom.
pub(super) fn spoken(tokens: &[Token], number: &Found) -> Option<Spoken> {
    let is_word = !number.in_digits && !number.demanded && number.is_phrase;
    // What a word stands for comes before the number that it is.
    let value = number.readings.last()?.last()?.to_integer();
    let value = value.filter(|_| is_word)?;
    let token = tokens.get(number.next.checked_sub(1)?)?;
    let lower = token.text.to_lowercase();
    let is_ordinal = is_ordinal(token);
    let is_rough = is_approximate(&lower, token.language);
    // `тоқсан` is a quarter of the year, and tens of something are about so many.
    let is_exact = !is_rough && !lower.starts_with("тоқсан");
    let is_power = number.next == number.start + 1
        && (is_power_of_ten(value) || (value == 10 && is_rough))
        && is_count(&lower)
        && !is_beside_another(tokens, number);
    let is_compared = match value {
        1 => is_ordinal,
        2..=20 => true,
        21..=99 => is_exact,
        _ => is_power,
    };
    is_compared.then_some(Spoken {
        value,
        is_ordinal,
        is_power,
    })
}

fn is_power_of_ten(value: u64) -> bool {
    matches!(
        value,
        100 | 1_000 | 1_000_000 | 1_000_000_000 | 1_000_000_000_000
    )
}

/// Whether a word for a power of ten is no other word: with most endings `жүз` is as often a face, or to
/// swim.
fn is_count(word: &str) -> bool {
    !word.starts_with("жүз") || matches!(word, "жүз" | "жүзге" | "жүзден" | "жүздеген")
}

/// Whether a number is a part of another one: "hundreds of thousands", `мың жарым`.
fn is_beside_another(tokens: &[Token], number: &Found) -> bool {
    let is_number = |token: Option<&Token>| {
        token.is_some_and(|token| {
            token.is_digits() || part(&token.text.to_lowercase(), token.language).is_some()
        })
    };
    let is_of = |token: Option<&Token>| token.is_some_and(|token| token.text == "of");
    let before = |places: usize| {
        number
            .start
            .checked_sub(places)
            .and_then(|at| tokens.get(at))
    };
    let after = |places: usize| tokens.get(number.next + places);
    is_number(before(1))
        || is_number(after(0))
        || (is_of(before(1)) && is_number(before(2)))
        || (is_of(after(0)) && is_number(after(1)))
}

/// Whether a word says how many times as much something is.
pub(super) fn is_multiple(word: &str) -> bool {
    matches!(
        word,
        "twice" | "thrice" | "doubled" | "tripled" | "trebled" | "quadrupled"
    )
}

/// Whether the word at `at` is a part of the year that numerals before it count (`I жартыжылдық`).
pub(super) fn is_numbered(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| {
        let lower = token.text.to_lowercase();
        ["жартыжыл", "тоқсан"]
            .iter()
            .any(|part| lower.starts_with(part))
    })
}
