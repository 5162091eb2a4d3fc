//! Times of the day: in digits, in words, and in the half of the day that the words around them name.

use super::literal::Convention;
use super::token::{Kind, Token};
use super::value::Value;
use super::words::tables;
use crate::language::DayHalf;

/// Tokens after a time among which its half of the day is looked for ("at 8 in the evening").
const MAX_HALF_TOKENS: usize = 4;
/// Tokens before a time among which it is looked for (`кешкі сағат 8-де`).
const MAX_HALF_TOKENS_BEFORE: usize = 3;

/// The minute of the day that is noon or midnight in words, and the token after it.
pub(super) fn moment(tokens: &[Token], at: usize) -> Option<(u16, usize)> {
    let word = |at: usize| {
        let token = tokens.get(at).filter(|token| token.kind == Kind::Word)?;
        Some(token.text.to_lowercase())
    };
    let lower = word(at)?;
    let moments = tables(&lower, tokens.get(at)?.language)?.moments;
    moments.iter().find_map(|(first, second, minute)| {
        if second.is_empty() {
            return lower.starts_with(first).then_some((*minute, at + 1));
        }
        let follows = word(at + 1).is_some_and(|next| next.starts_with(second));
        (lower == *first && follows).then_some((*minute, at + 2))
    })
}

/// The minutes of the day that a time may be: as it is written where it is on the clock of 24 hours,
/// else in the half that the words around it name, or in both.
pub(super) fn clock(
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
    if let Some((minute, _)) = moment(tokens, start) {
        return vec![minute];
    }
    let half = half(tokens, start, next);
    let written = tokens.get(start).and_then(|token| token.text.parse().ok());
    let spoken = || {
        let value = readings.last()?.first()?.to_integer()?;
        let hour = u16::try_from(value).ok()?;
        is_spoken_hour(tokens, start, next).then_some(hour)
    };
    let written = written.or_else(spoken);
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
        Some(DayHalf::Night) if hour == 12 || hour < 6 => vec![morning],
        Some(DayHalf::Night) if hour > 8 => vec![afternoon],
        Some(DayHalf::Night | DayHalf::Unknown) => vec![morning, afternoon],
        None if with_minutes && convention == Convention::Cyrillic => {
            vec![hour * 60 + minute]
        }
        None => vec![morning, afternoon],
    }
}

/// Whether a number in words is an hour: `таңғы сағат алтыда`, "six in the evening".
fn is_spoken_hour(tokens: &[Token], start: usize, next: usize) -> bool {
    let text = |at: usize| {
        tokens
            .get(at)
            .map(|token| token.text.to_lowercase())
            .unwrap_or_default()
    };
    if !tokens
        .get(start)
        .is_some_and(|token| token.kind == Kind::Word)
    {
        return false;
    }
    if !text(start).is_ascii() {
        let before = start.wrapping_sub(1);
        let is_half = tokens
            .get(before)
            .is_some_and(|before| day_half(before).is_some());
        // An hour has an ending, since something is then; `сағат` may follow what was counted.
        return next == start + 1
            && (text(before) == "сағат" || is_half)
            && AT_ENDINGS
                .iter()
                .any(|ending| text(start).ends_with(ending));
    }
    let at = after_oclock(tokens, next);
    match text(at).as_str() {
        "am" | "pm" => true,
        "a" | "p" => text(at + 1) == "." && text(at + 2) == "m",
        "in" => text(at + 1) == "the" && is_half_word(&text(at + 2)),
        "at" => text(at + 1) == "night",
        _ => at > next,
    }
}

/// Endings of an hour in words at which something is.
const AT_ENDINGS: [&str; 10] = ["да", "де", "та", "те", "ға", "ге", "қа", "ке", "дан", "ден"];

fn is_half_word(word: &str) -> bool {
    matches!(word, "morning" | "afternoon" | "evening")
}

/// The token after "o'clock", if that follows.
fn after_oclock(tokens: &[Token], next: usize) -> usize {
    match tokens.get(next..next + 3) {
        Some([o, mark, clock])
            if o.text == "o" && mark.is_joined(&['\'']) && clock.text == "clock" =>
        {
            next + 3
        }
        _ => next,
    }
}

/// The half of the day that a word before a time names.
fn day_half(token: &Token) -> Option<DayHalf> {
    let lower = token.text.to_lowercase();
    let halves = tables(&lower, token.language)?.day_halves;
    let found = halves.iter().find(|(stem, _)| lower.starts_with(stem));
    found.map(|(_, half)| *half)
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
            .then_some(DayHalf::Unknown);
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
    let before = tokens.get(start.saturating_sub(MAX_HALF_TOKENS_BEFORE)..start);
    if let Some(half) = before.into_iter().flatten().rev().find_map(day_half) {
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
    let next = after_oclock(tokens, next);
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

/// Whether the word at `at` ends "round the clock" or "day and night".
pub(super) fn is_round_the_clock(tokens: &[Token], at: usize) -> bool {
    const MAX_TOKENS: usize = 4;
    let before = tokens.get(at.saturating_sub(MAX_TOKENS)..at);
    let mut before = before.into_iter().flatten();
    match tokens[at].text {
        "clock" => {
            before.any(|token| matches!(token.text, "round" | "around" | "Round" | "Around"))
        }
        "night" => before.any(|token| matches!(token.text, "day" | "Day")),
        _ => false,
    }
}
