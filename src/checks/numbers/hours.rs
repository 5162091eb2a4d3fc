//! Times that are told with the words for hours and minutes: `15 сағат 30 минутта`, `тоғызға он бес минут
//! қалғанда`.

use super::literal::{Reading, time};
use super::mention::{Found, Mention, single};
use super::token::Token;
use super::words::tables;

/// Endings of an hour after which minutes have passed, and to which they are left.
const PAST: [&str; 6] = ["дан", "ден", "тан", "тен", "нан", "нен"];
const LEFT: [&str; 4] = ["ға", "ге", "қа", "ке"];

/// An hour and its minutes.
pub(super) struct Told {
    /// Which of the numbers of the text is the hour; the next one is the minutes.
    hour_at: usize,
    hour: u64,
    minute: u64,
}

impl Told {
    /// Gives both numbers the time as another reading.
    pub(super) fn add_to(self, mentions: &mut [Mention]) {
        let Some(both) = mentions.get_mut(self.hour_at..self.hour_at + 2) else {
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
            if hour > 24 || minute > 59 || !begins(tokens, second.next, "мин") {
                return None;
            }
            let between = tokens.get(first.next..second.start)?;
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
                hour_at,
                hour,
                minute,
            })
        })
        .collect()
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
