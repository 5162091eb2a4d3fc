//! What the words around a number say of it: its unit, its sign, its half of the day.

use std::collections::HashSet;

use super::literal::Convention;
use super::token::{Kind, Token};
use super::value::Value;
use super::words::tables;
use crate::language::{DayHalf, Unit};

/// Tokens after a time among which its half of the day is looked for ("at 8 in the evening").
const MAX_HALF_TOKENS: usize = 4;
/// Tokens before a time among which it is looked for (`кешкі сағат 8-де`).
const MAX_HALF_TOKENS_BEFORE: usize = 3;

/// Tokens after a number that may be the rest of a range (`...-10`).
const MAX_RANGE_TOKENS: usize = 8;

/// What surrounds a number.
#[derive(Debug, Clone, Default)]
pub(super) struct Context {
    pub(super) unit: Option<Unit>,
    pub(super) is_negative: bool,
    /// The minutes of the day it may be, if it is a time.
    pub(super) clock: Vec<u16>,
}

/// The surroundings of the number from token `start` to before `next`; `minus` tells whether the mark
/// at a token is a minus sign and no dash.
pub(super) fn context(
    tokens: &[Token],
    (start, next): (usize, usize),
    readings: &[Vec<Value>],
    convention: Convention,
    minus: impl Fn(usize) -> bool,
) -> Context {
    let unit = unit_before(tokens, start).or_else(|| unit_after(tokens, next));
    Context {
        is_negative: is_negative(tokens, start, next, minus),
        clock: clock(tokens, start, next, readings, convention),
        unit,
    }
}

/// The currencies that a text names anywhere.
pub(super) fn money(tokens: &[Token]) -> HashSet<Unit> {
    tokens
        .iter()
        .flat_map(|token| match token.kind {
            Kind::Mark('¥') => vec![Unit::Yen, Unit::Yuan],
            Kind::Mark(mark) => sign(mark).into_iter().collect(),
            Kind::Word => unit(token).into_iter().collect(),
            Kind::Digits => vec![],
        })
        .filter(|unit| unit.is_money())
        .collect()
}

/// Whether a text has a word such as "below" or `аяз`.
pub(super) fn has_negative_word(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| is_negative_word(token))
}

fn is_negative_word(token: &Token) -> bool {
    let lower = token.text.to_lowercase();
    token.kind == Kind::Word
        && tables(&lower, token.language).is_some_and(|tables| {
            tables.negative_words.contains(&&*lower)
                || tables.negative.iter().any(|stem| lower.starts_with(stem))
        })
}

fn sign(mark: char) -> Option<Unit> {
    match mark {
        '%' => Some(Unit::Percent),
        '‰' => Some(Unit::PerMille),
        '$' => Some(Unit::Dollar),
        '€' => Some(Unit::Euro),
        '£' => Some(Unit::Pound),
        '₸' => Some(Unit::Tenge),
        '₽' => Some(Unit::Rouble),
        _ => None,
    }
}

fn unit(token: &Token) -> Option<Unit> {
    let lower = token.text.to_lowercase();
    let fits =
        |stem: &str| lower == stem || (stem.chars().nth(3).is_some() && lower.starts_with(stem));
    let units = tables(&lower, token.language)?.units;
    // The underground, Europe and the European Union are no units.
    let other = ["метро", "еуроо", "еуроп", "европ", "евросо", "europe"];
    let found = units.iter().find(|(stem, _)| fits(stem));
    found
        .map(|(_, unit)| *unit)
        .filter(|_| !other.iter().any(|other| lower.starts_with(other)))
}

fn unit_before(tokens: &[Token], start: usize) -> Option<Unit> {
    let before = tokens.get(start.checked_sub(1)?)?;
    match before.kind {
        Kind::Mark(mark) => sign(mark).filter(|unit| unit.is_money()),
        _ => None,
    }
}

fn unit_after(tokens: &[Token], next: usize) -> Option<Unit> {
    let mut at = next;
    // A case ending or a dash, and whose dollars they are.
    for _ in 0..4 {
        let token = tokens.get(at)?;
        match token.kind {
            Kind::Mark('-') if !token.spaced => at += 1,
            // The full stop of `млн.`
            Kind::Mark('.')
                if !token.spaced && at == next && is_word(tokens, at.wrapping_sub(1)) =>
            {
                at += 1;
            }
            Kind::Mark('°') => {
                let scale = tokens.get(at + 1)?;
                return match scale.text {
                    "C" | "С" => Some(Unit::Celsius),
                    "F" => Some(Unit::Fahrenheit),
                    _ => None,
                };
            }
            Kind::Mark(mark) => return sign(mark),
            Kind::Word => {
                let lower = token.text.to_lowercase();
                let second = tokens.get(at + 1);
                match lower.as_str() {
                    "ақш" | "us" | "америка" => at += 1,
                    // A particle or an ending after a hyphen (`250-ақ доллар`).
                    _ if at > next && !token.spaced && unit(token).is_none() => at += 1,
                    "per" => {
                        return match second?.text {
                            "cent" => Some(Unit::Percent),
                            "mille" | "mil" => Some(Unit::PerMille),
                            _ => None,
                        };
                    }
                    _ => {
                        let is_power = second.is_some_and(|power| {
                            power.is_digits() && !power.spaced || power.is_joined(&['²', '³'])
                        });
                        return unit(token).filter(|_| !is_power);
                    }
                }
            }
            Kind::Digits => return None,
        }
    }
    None
}

fn is_word(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| token.kind == Kind::Word)
}

fn is_negative(tokens: &[Token], start: usize, next: usize, minus: impl Fn(usize) -> bool) -> bool {
    let (Some(before), Some(first)) = (start.checked_sub(1), tokens.get(start)) else {
        return false;
    };
    let Some(token) = tokens.get(before) else {
        return false;
    };
    match token.kind {
        Kind::Word => matches!(token.text.to_lowercase().as_str(), "минус" | "minus"),
        Kind::Mark('-') if !first.spaced && (token.spaced || follows_dots(tokens, before)) => {
            minus(before) || has_degrees(tokens, next)
        }
        _ => false,
    }
}

/// Whether the token at `at` follows the dots of a range (`-5...-10`).
fn follows_dots(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    before.is_some_and(|before| before.is_joined(&['.', '…']))
}

/// Whether degrees follow a number, or the range that it begins.
fn has_degrees(tokens: &[Token], next: usize) -> bool {
    let is_degrees = |token: &Token| {
        let text = token.text.to_lowercase();
        text == "°" || text.starts_with("градус") || text.starts_with("degree")
    };
    let of_range = |token: &&Token| {
        token.is_digits() || matches!(token.text, "-" | "." | "…" | "to" | "and" | "до")
    };
    let after = tokens.get(next..).unwrap_or_default();
    let after = after.iter().take(MAX_RANGE_TOKENS).skip_while(of_range);
    after.take(2).any(is_degrees)
}

/// The minutes of the day that a time may be: as it is written where it is on the clock of 24 hours,
/// else in the half that the words around it name, or in both.
fn clock(
    tokens: &[Token],
    start: usize,
    next: usize,
    readings: &[Vec<Value>],
    convention: Convention,
) -> Vec<u16> {
    let times = readings
        .iter()
        .filter_map(|reading| match reading.as_slice() {
            [Value::Time { hour, minute }] => Some((u16::from(*hour), u16::from(*minute))),
            _ => None,
        });
    let half = half(tokens, start, next);
    let written = tokens.get(start).and_then(|token| token.text.parse().ok());
    let first = times.clone().find(|(hour, _)| Some(*hour) == written);
    let is_hour = tokens
        .get(start.wrapping_sub(1))
        .is_some_and(|token| token.text.to_lowercase() == "сағат");
    let (hour, minute) = match (first.or(times.clone().next()), written) {
        (Some(time), _) => time,
        (None, Some(hour)) if (is_hour || half.is_some()) && hour <= 24 => (hour, 0),
        _ => return vec![],
    };
    let with_minutes = first.is_some();
    let morning = hour % 12 * 60 + minute;
    let afternoon = morning + 720;
    match half {
        _ if hour > 12 || hour == 0 => vec![hour % 24 * 60 + minute],
        Some(DayHalf::Morning) => vec![morning],
        Some(DayHalf::Afternoon) => vec![afternoon],
        Some(DayHalf::Day) if (7..12).contains(&hour) => vec![morning],
        Some(DayHalf::Day) => vec![afternoon],
        Some(DayHalf::Night) => vec![morning, afternoon],
        None if with_minutes && convention == Convention::Cyrillic => {
            vec![hour * 60 + minute]
        }
        None => vec![morning, afternoon],
    }
}

/// The half of the day that the word after a time of the source names: `8:30 вечера`, `3 часа дня`.
fn half_after(tokens: &[Token], start: usize, next: usize) -> Option<DayHalf> {
    let word = |at: usize| {
        let token = tokens.get(at).filter(|token| token.kind == Kind::Word)?;
        let lower = token.text.to_lowercase();
        let tables = tables(&lower, token.language)?;
        Some((lower, tables))
    };
    let has_ending = tokens.get(next).is_some_and(|mark| mark.is_joined(&['-']));
    if has_ending {
        // `8:30-да кешке` is in the evening, `9:00-ден кешке дейін` is not.
        let (lower, tables) = word(next + 2)?;
        let ending = tokens.get(next + 1).map_or("", |token| token.text);
        let is_span = word(next + 3).is_some_and(|(word, tables)| {
            let mut until = tables.until.iter();
            until.any(|until| word == *until)
        });
        let mut halves = tables.day_halves_after_case.iter();
        if tables.at_endings.contains(&ending)
            && !is_span
            && let Some((_, half)) = halves.find(|(stem, _)| lower.starts_with(stem))
        {
            return Some(*half);
        }
        let mut halves = tables.day_halves.iter();
        return halves
            .any(|(stem, _)| lower.starts_with(stem))
            .then_some(DayHalf::Night);
    }
    let has_hours = word(next).is_some_and(|(word, tables)| tables.hours.contains(&&*word));
    let (lower, tables) = word(next + usize::from(has_hours))?;
    let mut halves = tables.day_halves_after.iter();
    let (_, half) = halves.find(|(word, _)| lower == *word)?;
    // `2 дня` and `3 ночи` are as often a span.
    let is_span = matches!(half, DayHalf::Day | DayHalf::Night) && !has_hours && next == start + 1;
    (!is_span).then_some(*half)
}

/// The half of the day that the words around a time name.
fn half(tokens: &[Token], start: usize, next: usize) -> Option<DayHalf> {
    let of_source = |token: &Token| {
        let lower = token.text.to_lowercase();
        let halves = tables(&lower, token.language)?.day_halves;
        let found = halves.iter().find(|(stem, _)| lower.starts_with(stem));
        found.map(|(_, half)| *half)
    };
    let before = tokens.get(start.saturating_sub(MAX_HALF_TOKENS_BEFORE)..start);
    if let Some(half) = before.into_iter().flatten().rev().find_map(of_source) {
        return Some(half);
    }
    if let Some(half) = half_after(tokens, start, next) {
        return Some(half);
    }
    let text = |at: usize| {
        tokens
            .get(at)
            .map(|token| token.text.to_lowercase())
            .unwrap_or_default()
    };
    let stop = usize::from(text(next) == "." && !tokens[next].spaced);
    match (
        text(next + stop).as_str(),
        text(next + stop + 1).as_str(),
        text(next + stop + 2).as_str(),
    ) {
        ("am", ..) | ("a", ".", "m") => return Some(DayHalf::Morning),
        ("pm", ..) | ("p", ".", "m") => return Some(DayHalf::Afternoon),
        _ => {}
    }
    tokens
        .iter()
        .skip(next)
        .take(MAX_HALF_TOKENS)
        .find_map(|token| match token.text {
            "morning" => Some(DayHalf::Morning),
            "afternoon" | "evening" => Some(DayHalf::Afternoon),
            "night" => Some(DayHalf::Night),
            _ => None,
        })
}
