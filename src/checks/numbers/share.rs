//! Parts of a whole in words: "two thirds", "half", `төрттен үші`, `ғасырдың ширегі`.

use super::phrase::{cardinal, has_ending, is_denominator, is_ordinal};
use super::token::{Kind, Token};
use super::value::{Decimal, Value};
use super::words::tables;

/// Beginnings of numerators after a denominator in the genitive.
const POSSESSED: [&str; 9] = [
    "бірі",
    "екісі",
    "үші",
    "төрті",
    "бесі",
    "алтысы",
    "жетісі",
    "сегізі",
    "тоғызы",
];
/// Words before an ordinal that make it a part: "every fifth".
#[rustfmt::skip]
const EVERY: [&str; 10] = [
    "every", "each", "әр", "әрбір", "каждый", "каждая", "каждое", "каждого", "каждой", "каждому",
];
/// Words between a part and its whole: "one out of every four".
const OF: [&str; 5] = ["in", "of", "out", "every", "the"];

/// A part of a whole, and the tokens it is from and to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) start: usize,
    pub(super) next: usize,
    pub(super) numerator: u64,
    pub(super) denominator: u64,
}

impl Share {
    /// What says the same: the value, rounded too, and the percentage; half an hour is 30 minutes.
    pub(super) fn values(&self) -> Vec<Value> {
        let (numerator, denominator) = (self.numerator, self.denominator);
        let mut values: Vec<Value> = Value::rational(numerator, denominator)
            .into_iter()
            .collect();
        for (parts, places) in [(10, 1), (100, 2), (100, 0), (1000, 1)] {
            // A quarter is not about two tenths: its decimals end.
            if places == 1 && parts == 10 && (100 * numerator).is_multiple_of(denominator) {
                continue;
            }
            let floor = parts * numerator / denominator;
            let is_whole = (parts * numerator).is_multiple_of(denominator);
            for rounded in [floor, floor + u64::from(!is_whole)] {
                let value = Decimal::integer(rounded).parts(places);
                values.push(Value::Number(value));
            }
        }
        if 60 % denominator == 0 && matches!(denominator, 2 | 4) {
            values.push(Value::integer(60 / denominator * numerator));
        }
        values
    }

    /// The numbers of percent that the part is: exact, or rounded up or down to ones, tenths and
    /// hundredths.
    pub(super) fn percentages(&self) -> Vec<Value> {
        let rounded = |places: u32| {
            let parts = 10u64.pow(2 + places) * self.numerator;
            let floor = parts / self.denominator;
            let above = floor + u64::from(!parts.is_multiple_of(self.denominator));
            [floor, above].map(|value| Value::Number(Decimal::integer(value).parts(places)))
        };
        (0..=2).flat_map(rounded).collect()
    }
}

/// The parts that a text names.
pub(super) fn shares(tokens: &[Token]) -> Vec<Share> {
    let mut shares: Vec<Share> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        // "And a half" belongs to the number before it.
        let is_rest = at > 0 && matches!(tokens[at - 1].text, "and" | "бүтін");
        let share = share(tokens, at).filter(|_| !is_rest);
        at = share.map_or(at + 1 + usize::from(is_rest), |share| share.next);
        shares.extend(share);
    }
    shares
}

/// The part that is named from `at` on.
pub(super) fn share(tokens: &[Token], at: usize) -> Option<Share> {
    let of = |numerator: u64, denominator: u64, next: usize| {
        let is_part = numerator > 0 && numerator < denominator && denominator <= 100;
        is_part.then_some(Share {
            start: at,
            next,
            numerator,
            denominator,
        })
    };
    let first = word(tokens, at)?;
    if EVERY.contains(&&*first) {
        // "Every fifth", `әр бесінші`: one in five.
        let token = tokens.get(at + 1)?;
        let is_ordinal = is_ordinal(token) || first.starts_with("кажд");
        let (number, next) = cardinal(tokens, at + 1).filter(|_| is_ordinal)?;
        return of(1, number.to_integer()?, next);
    }
    if first == "a" || first == "an" {
        let denominator = part(tokens, at + 1)?;
        let is_part = is_part_of(tokens, at + 1, denominator);
        return of(1, denominator, at + 2).filter(|_| is_part);
    }
    let number = cardinal(tokens, at);
    if let Some(denominator) = part(tokens, at) {
        // Half a million is a number.
        let is_number = number.is_some_and(|(_, next)| next > at + 1);
        let is_bare = is_bare_part(tokens, at, denominator) && !is_number;
        return of(1, denominator, at + 1).filter(|_| is_bare);
    }
    let (number, next) = number?;
    let number = number.to_integer()?;
    // The third quarter is not three quarters.
    let is_place = next
        .checked_sub(1)
        .and_then(|last| tokens.get(last))
        .is_some_and(is_ordinal);
    if is_place {
        return None;
    }
    let hyphen = usize::from(tokens.get(next).is_some_and(|t| t.is_joined(&['-'])));
    if let Some(denominator) = part(tokens, next + hyphen) {
        let is_final = begins(tokens, next + hyphen + 1, "final");
        return of(number, denominator, next + hyphen + 1).filter(|_| !is_final);
    }
    let numerator = || {
        let (numerator, after) = cardinal(tokens, next)?;
        Some((numerator.to_integer()?, after))
    };
    if is_denominator(tokens, next - 1)
        && let Some((numerator, after)) = numerator()
    {
        return of(numerator, number, after);
    }
    if has_ending(tokens, next - 1, |tables| tables.genitive_endings)
        && POSSESSED.iter().any(|part| begins(tokens, next, part))
        && let Some((numerator, after)) = numerator()
    {
        return of(numerator, number, after);
    }
    // "One in four".
    let mut whole = next;
    while whole < next + 3 && word(tokens, whole).is_some_and(|word| OF.contains(&&*word)) {
        whole += 1;
    }
    let (denominator, after) = cardinal(tokens, whole).filter(|_| whole > next)?;
    of(number, denominator.to_integer()?, after)
}

/// Whether the English ordinal after "a" is a part, and no third person or quarter-final.
fn is_part_of(tokens: &[Token], at: usize, denominator: u64) -> bool {
    let is_end = tokens
        .get(at + 1)
        .is_none_or(|next| matches!(next.kind, Kind::Mark(mark) if mark != '-'));
    let after = word(tokens, at + 1).unwrap_or_default();
    match denominator {
        2 | 4 => !is_other_half(tokens, at),
        _ => is_end || after == "of",
    }
}

/// Whether a part that nothing counts is one: not a time, a half of a match or a quarter of the year.
fn is_bare_part(tokens: &[Token], at: usize, denominator: u64) -> bool {
    let own = word(tokens, at).unwrap_or_default();
    let before = at.checked_sub(1).and_then(|before| word(tokens, before));
    let before = before.unwrap_or_default();
    let is_ordered = matches!(before.as_str(), "first" | "second" | "алғашқы" | "соңғы")
        || before.ends_with("нші")
        || before.ends_with("ншы");
    if is_ordered || is_other_half(tokens, at) {
        return false;
    }
    let after = word(tokens, at + 1).unwrap_or_default();
    let is_english = own.is_ascii();
    match (is_english, denominator) {
        (true, 2) => own == "half",
        (true, 4) => own == "quarter" && matches!(after.as_str(), "of" | "century" | "hour"),
        (true, _) => false,
        (false, _) => true,
    }
}

/// Whether "half" or "quarter" is of the clock or of a tournament.
fn is_other_half(tokens: &[Token], at: usize) -> bool {
    let hyphen = usize::from(tokens.get(at + 1).is_some_and(|t| t.is_joined(&['-'])));
    let after = word(tokens, at + 1 + hyphen).unwrap_or_default();
    matches!(after.as_str(), "past" | "to" | "after" | "time")
        || after.starts_with("final")
        || after.starts_with("финал")
}

fn word(tokens: &[Token], at: usize) -> Option<String> {
    let token = tokens.get(at).filter(|token| token.kind == Kind::Word)?;
    Some(token.text.to_lowercase())
}

fn begins(tokens: &[Token], at: usize, beginning: &str) -> bool {
    word(tokens, at).is_some_and(|word| word.starts_with(beginning))
}

/// The denominator that the word at `at` names.
fn part(tokens: &[Token], at: usize) -> Option<u64> {
    let lower = word(tokens, at)?;
    (tables(&lower, tokens[at].language)?.share)(&lower)
}

#[cfg(test)]
mod tests {
    use super::super::token::{plain, tokens};
    use super::*;
    use crate::language::{KAZAKH, RUSSIAN};

    fn read(text: &str) -> Vec<(u64, u64)> {
        let text = plain(text).text;
        let language = if text.contains("трети") {
            &RUSSIAN
        } else {
            &KAZAKH
        };
        let shares = shares(&tokens(&text, language)).into_iter();
        shares
            .map(|share| (share.numerator, share.denominator))
            .collect()
    }

    #[test]
    fn parts_in_words_are_read() {
        for (text, expected) in [
            ("балалардың үштен екісі", (2, 3)),
            ("елдің төрттің бірі", (1, 4)),
            ("ғасырдың ширегінде", (1, 4)),
            ("жарты сағаттан кейін", (1, 2)),
            ("тұрғындардың жартысынан көбі", (1, 2)),
            ("две трети жителей", (2, 3)),
            ("two-thirds of them", (2, 3)),
            ("a third of them", (1, 3)),
            ("it fell by a third.", (1, 3)),
            ("three quarters", (3, 4)),
            ("one in five", (1, 5)),
            ("a quarter of an hour", (1, 4)),
            ("half a century", (1, 2)),
            ("nine out of ten", (9, 10)),
            ("every fifth person", (1, 5)),
            ("әр бесінші тұрғын", (1, 5)),
        ] {
            assert_eq!(read(text), [expected], "{text}");
        }
    }

    #[test]
    fn what_is_no_part_of_a_whole_is_not_read_as_one() {
        for text in [
            "a third person came",
            "the second half",
            "in the third quarter",
            "half past six",
            "a quarter to six",
            "the quarter-final",
            "two and a half",
            "жарты миллион",
            "жартылай финал",
            "half a million",
            "бестен алтыға дейін",
        ] {
            assert_eq!(read(text), [], "{text}");
        }
    }
}
