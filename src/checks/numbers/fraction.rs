//! Fractions in words and in one character, and times told by halves and quarters of an hour.

use super::clock::moment;
use super::phrase::{Phrase, is_denominator, is_ordinal, phrase};
use super::token::{Kind, Token};
use super::value::{Decimal, Value};
use super::words::part;
use crate::language::NumberWord;

/// Numerator and denominator of a fraction that is one character.
pub(super) fn vulgar(mark: char) -> Option<(u64, u64)> {
    match mark {
        '½' => Some((1, 2)),
        '⅓' => Some((1, 3)),
        '⅔' => Some((2, 3)),
        '¼' => Some((1, 4)),
        '¾' => Some((3, 4)),
        '⅕' => Some((1, 5)),
        '⅖' => Some((2, 5)),
        '⅗' => Some((3, 5)),
        '⅘' => Some((4, 5)),
        '⅙' => Some((1, 6)),
        '⅛' => Some((1, 8)),
        '⅜' => Some((3, 8)),
        '⅝' => Some((5, 8)),
        '⅞' => Some((7, 8)),
        _ => None,
    }
}

/// What a fraction of one character vouches for: its parts, its value and its percentage.
pub(super) fn vulgar_values(mark: char) -> Vec<Value> {
    let Some((numerator, denominator)) = vulgar(mark) else {
        return vec![];
    };
    let mut values = vec![Value::integer(numerator), Value::integer(denominator)];
    values.extend(of_fraction(numerator, denominator));
    values
}

/// The decimal digits of a fraction below one; `None` if they have no end.
pub(super) fn decimal_digits(numerator: u64, denominator: u64) -> Option<String> {
    let thousandths = numerator.checked_mul(1000)?;
    let whole = denominator > 0 && thousandths.is_multiple_of(denominator);
    whole.then(|| format!("{:03}", thousandths / denominator))
}

/// What a whole number and a fraction vouch for together (`4⅔`): their sum, rounded too.
pub(super) fn mixed(whole: &str, numerator: u64, denominator: u64) -> Vec<Value> {
    if let Some(digits) = decimal_digits(numerator, denominator) {
        return vec![Value::Number(Decimal::written(whole, &digits))];
    }
    let sum = whole
        .parse::<u64>()
        .ok()
        .and_then(|whole| whole.checked_mul(denominator))
        .and_then(|whole| whole.checked_add(numerator));
    let exact = sum.and_then(|sum| Value::rational(sum, denominator));
    let hundredths = 100 * numerator / denominator.max(1);
    let rounded = [hundredths, hundredths + 1].map(|part| format!("{part:02}"));
    let tenths = [10 * numerator / denominator.max(1), (hundredths + 5) / 10];
    let tenths = tenths.map(|part| part.to_string());
    let rounded = rounded.iter().chain(&tenths);
    let rounded = rounded.map(|digits| Value::Number(Decimal::written(whole, digits)));
    exact.into_iter().chain(rounded).collect()
}

/// The value and the percentage of a fraction.
fn of_fraction(numerator: u64, denominator: u64) -> Vec<Value> {
    if denominator == 0 || numerator >= denominator {
        return vec![];
    }
    let percent = 100 * numerator / denominator;
    let mut values = vec![Value::integer(percent)];
    if !(100 * numerator).is_multiple_of(denominator) {
        values.push(Value::integer(percent + 1));
    }
    values.extend(Value::rational(numerator, denominator));
    values
}

/// What the fraction of which `phrase` is the numerator, or the denominator, vouches for: "three
/// quarters", `төрттен үші`.
pub(super) fn fraction(tokens: &[Token], said: &Phrase) -> Vec<Value> {
    let Some(number) = said.values.last() else {
        return vec![];
    };
    let Some(number @ 1..=99) = number.to_integer() else {
        return vec![];
    };
    let hyphen = usize::from(tokens.get(said.next).is_some_and(|t| t.is_joined(&['-'])));
    let Some(second) = tokens.get(said.next + hyphen) else {
        return vec![];
    };
    let denominator = match second.text {
        "third" | "thirds" => 3,
        "quarter" | "quarters" | "fourths" => 4,
        "fifth" | "fifths" => 5,
        "sixths" => 6,
        "eighths" => 8,
        "tenth" | "tenths" => 10,
        _ => 0,
    };
    let last = said.next.checked_sub(1).and_then(|last| tokens.get(last));
    if denominator > 0 && last.is_some_and(is_ordinal) {
        return vec![];
    }
    if denominator > 0 {
        return of_fraction(number, denominator);
    }
    let inflected = is_denominator(tokens, said.next - 1);
    let numerator = part(&second.text.to_lowercase(), second.language);
    match numerator {
        Some(NumberWord::Count(numerator)) if inflected => of_fraction(numerator, number),
        _ => vec![],
    }
}

/// The time that "half past six" or "quarter to midnight" is, on either clock, and the token after it.
pub(super) fn past_the_hour(tokens: &[Token], at: usize) -> Option<(Vec<Value>, usize)> {
    let word = |at: usize| {
        let word = tokens.get(at).filter(|token| token.kind == Kind::Word)?;
        Some(word.text.to_lowercase())
    };
    let minutes = match word(at)?.as_str() {
        "half" => 30,
        "quarter" => 15,
        _ => return None,
    };
    let past = match word(at + 1)?.as_str() {
        "past" | "after" => true,
        "to" if minutes == 15 => false,
        _ => return None,
    };
    let at = at + 2;
    let (hours, next) = if let Some((minute, next)) = moment(tokens, at) {
        (if minute == 0 { vec![0, 12] } else { vec![12] }, next)
    } else {
        let (hour, next) = match tokens.get(at)? {
            digits if digits.is_digits() => (digits.text.parse().ok()?, at + 1),
            _ => {
                let hour = phrase(tokens, at)?;
                (hour.values.last()?.to_integer()?, hour.next)
            }
        };
        let hour = u8::try_from(hour).ok();
        (vec![hour.filter(|hour| (1..=24).contains(hour))?], next)
    };
    let time = |hour: u8| match (past, hour) {
        (true, hour) => Value::Time {
            hour,
            minute: minutes,
        },
        (false, hour) => Value::Time {
            hour: match hour {
                0 => 23,
                1 => 12,
                hour => hour - 1,
            },
            minute: 60 - minutes,
        },
    };
    Some((hours.into_iter().map(time).collect(), next))
}
