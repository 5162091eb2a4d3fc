//! Times that are told with the words for hours and minutes: `15 сағат 30 минутта`, `тоғызға он бес минут
//! қалғанда`, "five to ten".

use super::literal::{Reading, time};
use super::mention::{Found, Mention, single};
use super::token::Token;
use super::words::tables;

/// Endings of an hour after which minutes have passed, and to which they are left.
const PAST: [&str; 6] = ["дан", "ден", "тан", "тен", "нан", "нен"];
pub(super) const LEFT: [&str; 4] = ["ға", "ге", "қа", "ке"];

/// An hour and its minutes.
pub(super) struct Told {
    /// Which of the numbers of the text is the first of the two that tell it.
    first: usize,
    hour: u64,
    minute: u64,
}

impl Told {
    /// The minute of the half of the day, and the numbers that tell it.
    pub(super) fn minute(&self) -> (u64, usize) {
        ((60 * self.hour + self.minute) % 720, self.first)
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

/// The times that the numbers `found` tell.
pub(super) fn told_hours(tokens: &[Token], found: &[Found]) -> Vec<Told> {
    let value = |number: &Found| {
        let last = number.readings.len().saturating_sub(1);
        let readings = if number.in_digits {
            &number.readings
        } else {
            number.readings.get(last..)?
        };
        single(readings)?.to_integer()
    };
    let pairs = found.windows(2).enumerate();
    pairs
        .filter_map(|(hour_at, pair)| {
            let [first, second] = pair else {
                return None;
            };
            let (hour, minute) = (value(first)?, value(second)?);
            let between = tokens.get(first.next..second.start)?;
            if let Some((hour, minute)) = told_in_english(between, (hour, minute)) {
                return Some(Told {
                    first: hour_at,
                    hour,
                    minute,
                });
            }
            if hour > 24 || minute > 59 || !begins(tokens, second.next, "мин") {
                return None;
            }
            let (hour, minute) = match between {
                [word] if is_hour_word(word) => (hour, minute),
                [] | [_, _] => {
                    let ending = between.last().or(tokens.get(first.next.checked_sub(1)?))?;
                    let lower = ending.text.to_lowercase();
                    let has = |endings: &[&str]| endings.iter().any(|end| lower.ends_with(end));
                    if has(&PAST) && begins(tokens, second.next + 1, "өт") {
                        (hour, minute)
                    } else if has(&LEFT) && begins(tokens, second.next + 1, "қал") && minute > 0
                    {
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
