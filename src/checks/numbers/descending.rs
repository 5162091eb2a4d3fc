//! Numbers that are said in parts of descending scales: `5 млн. 300 мың`, `2 мың бес жүз`.

use super::literal::{Convention, Reading};
use super::mention::{scaled, single};
use super::phrase::{cardinal, is_approximate, is_denominator, is_ordinal};
use super::token::{Kind, Token};
use super::value::{Decimal, Value};

/// The smallest number in one word that is a part; `бір` is as often an article.
const MIN_WORD: u64 = 2;

/// A number in parts: their sum, or each part alone.
pub(super) struct Parts {
    pub(super) readings: Vec<Reading>,
    /// The token after it.
    pub(super) next: usize,
}

/// The number that begins with `first`, which ends before `next` on a word for 10^`power`, if another
/// part follows.
pub(super) fn descending(
    tokens: &[Token],
    first: &Reading,
    power: u32,
    next: usize,
    convention: Convention,
) -> Option<Parts> {
    let [Value::Number(begun)] = first.as_slice() else {
        return None;
    };
    let (mut sum, mut last, mut next) = (begun.clone(), power, next);
    let mut apart = first.clone();
    while last > 0
        && let Some((part, power, after)) = part_after(tokens, next, convention)
        && part
            .to_integer()
            .is_some_and(|part| part < 10u64.saturating_pow(last))
        && let Some(added) = sum.plus(&part)
    {
        apart.push(Value::Number(part));
        (sum, last, next) = (added, power, after);
    }
    (apart.len() > 1).then(|| Parts {
        readings: vec![vec![Value::Number(sum)], apart],
        next,
    })
}

/// The part that follows a scale, the power of ten of its own scale, and the token after it.
fn part_after(
    tokens: &[Token],
    next: usize,
    convention: Convention,
) -> Option<(Decimal, u32, usize)> {
    let is_cyrillic = convention == Convention::Cyrillic;
    // The full stop of an abbreviation (`млн.`).
    let has_stop = is_cyrillic && tokens.get(next)?.is_joined(&['.']);
    let at = next + usize::from(has_stop);
    let token = tokens.get(at).filter(|token| token.spaced)?;
    match token.kind {
        Kind::Digits => {
            let (readings, power, after) = scaled(tokens, at, convention);
            Some((single(&readings)?, power, after))
        }
        Kind::Word if is_cyrillic => {
            let (number, after) = cardinal(tokens, at)?;
            let last = tokens.get(after.checked_sub(1)?)?;
            let is_alone = after == at + 1;
            let is_small = number.to_integer().is_none_or(|number| number < MIN_WORD);
            let is_other = (is_alone && is_small)
                || is_approximate(&token.text.to_lowercase(), token.language)
                || is_ordinal(last)
                || is_denominator(tokens, after - 1);
            (!is_other).then_some((number, 0, after))
        }
        _ => None,
    }
}
