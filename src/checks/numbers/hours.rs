//! Times that are told with the words for hours and minutes: `15 сағат 30 минутта`, `тоғызға он бес минут
//! қалғанда`, "five to ten".

use std::collections::HashSet;

use super::literal::{Reading, time};
use super::mention::{Found, MAX_RANGE_TOKENS, Mention, single};
use super::phrase::is_denominator;
use super::token::Token;
use super::words::tables;

/// Endings of an hour to which minutes are left; those of one after which they have passed are a
/// denominator's.
pub(super) const LEFT: [&str; 4] = ["ға", "ге", "қа", "ке"];

/// An hour and its minutes.
pub(super) struct Told {
    /// Which of the numbers of the text is the first of the two that tell it.
    first: usize,
    hour: u64,
    minute: u64,
    /// It may be how long something takes: `2 сағат 30 минут`.
    may_be_duration: bool,
}

impl Told {
    /// The minute of the half of the day, and the numbers that tell it; `None` if it may be no time of
    /// the day.
    pub(super) fn minute(&self) -> Option<(u64, usize)> {
        let minute = (60 * self.hour + self.minute) % 720;
        (!self.may_be_duration).then_some((minute, self.first))
    }

    /// Gives both numbers the time as another reading.
    pub(super) fn add_to(self, mentions: &mut [Mention]) {
        let Some(both) = mentions.get_mut(self.first..self.first + 2) else {
            return;
        };
        let readings: Vec<Reading> = time(&self.hour.to_string(), &format!("{:02}", self.minute));
        for mention in both.iter_mut() {
            mention.readings.extend(readings.iter().cloned());
        }
        // On the clock of twelve hours it may be in either half.
        let is_certain = self.hour == 0 || (13..24).contains(&self.hour);
        if let ([hour, ..], true, Ok(of_day)) = (
            both,
            is_certain,
            u16::try_from(60 * self.hour + self.minute),
        ) {
            hour.context.clock = vec![of_day];
        }
    }
}

/// Two numbers side by side, of which the first is the smaller: a range, as `5-10` and `бестен онға дейін`
/// are.
pub(super) fn ranges(tokens: &[Token], found: &[Found]) -> HashSet<(u64, u64)> {
    let pairs = found.windows(2).filter_map(|pair| {
        let [first, second] = pair else {
            return None;
        };
        let between = tokens.get(first.next..second.start)?;
        let is_near = between.len() <= MAX_RANGE_TOKENS
            && !between
                .iter()
                .any(|token| matches!(token.text, "." | "," | ";" | ":"));
        let (from, to) = (whole(first)?, whole(second)?);
        (is_near && from < to).then_some((from, to))
    });
    pairs.collect()
}

/// The whole number that a number is: in digits as it is read first, in words as it is read last.
fn whole(number: &Found) -> Option<u64> {
    let last = number.readings.len().saturating_sub(1);
    let readings = if number.in_digits {
        &number.readings
    } else {
        number.readings.get(last..)?
    };
    single(readings)?.to_integer()
}

/// The times that the numbers `found` tell; "5 to 10" tells none if it is one of `ranges`.
pub(super) fn told_hours(
    tokens: &[Token],
    found: &[Found],
    ranges: &HashSet<(u64, u64)>,
) -> Vec<Told> {
    let pairs = found.windows(2).enumerate();
    pairs
        .filter_map(|(hour_at, pair)| {
            let [first, second] = pair else {
                return None;
            };
            let (hour, minute) = (whole(first)?, whole(second)?);
            let between = tokens.get(first.next..second.start)?;
            if let Some(told) = told_in_english(between, (hour, minute)) {
                let is_open = matches!(between, [word] if matches!(word.text, "to" | "till"));
                let is_range = is_open && ranges.contains(&(hour, minute));
                return (!is_range).then_some(Told {
                    first: hour_at,
                    hour: told.0,
                    minute: told.1,
                    may_be_duration: false,
                });
            }
            if hour > 24 || minute > 59 || !begins(tokens, second.next, "мин") {
                return None;
            }
            let mut may_be_duration = false;
            let (hour, minute) = match between {
                [word] if is_hour_word(word) => {
                    may_be_duration = true;
                    (hour, minute)
                }
                [] | [_, _] => {
                    let last = (first.next + between.len()).checked_sub(1)?;
                    let lower = tokens.get(last)?.text.to_lowercase();
                    let is_left = LEFT.iter().any(|end| lower.ends_with(end));
                    if is_denominator(tokens, last) && begins(tokens, second.next + 1, "өт") {
                        (hour, minute)
                    } else if is_left && begins(tokens, second.next + 1, "қал") && minute > 0 {
                        (hour.checked_sub(1)?, 60 - minute)
                    } else {
                        return None;
                    }
                }
                _ => return None,
            };
            Some(Told {
                first: hour_at,
                hour,
                minute,
                may_be_duration,
            })
        })
        .collect()
}

/// The hour and the minute of "five to ten" and "twenty minutes past six", by what is between the two
/// numbers.
fn told_in_english(between: &[Token], (minutes, hour): (u64, u64)) -> Option<(u64, u64)> {
    let (word, has_unit) = match between {
        [word] => (word, false),
        [unit, word] if unit.text.starts_with("minute") => (word, true),
        _ => return None,
    };
    if !(1..=12).contains(&hour) || !(1..30).contains(&minutes) || !(has_unit || minutes % 5 == 0) {
        return None;
    }
    match word.text {
        "past" | "after" => Some((hour, minutes)),
        "to" | "before" | "till" => Some((if hour == 1 { 12 } else { hour - 1 }, 60 - minutes)),
        _ => None,
    }
}

fn begins(tokens: &[Token], at: usize, beginning: &str) -> bool {
    let token = tokens.get(at);
    token.is_some_and(|token| token.text.to_lowercase().starts_with(beginning))
}

fn is_hour_word(token: &Token) -> bool {
    let lower = token.text.to_lowercase();
    lower.starts_with("сағ")
        || tables(&lower, token.language).is_some_and(|tables| tables.hours.contains(&&*lower))
}
