//! A month that became another one: each text names one that the other does not have.

use std::collections::HashSet;

use super::super::SentencePair;
use super::super::finding::Problem;
use super::mention::Mention;
use super::value::Value;
use crate::language::english_month;
use crate::text::excerpt;

/// Words before a month, which tell it from a name or a verb (May, March, June).
#[rustfmt::skip]
const BEFORE: [&str; 26] = [
    "in", "of", "last", "this", "next", "since", "from", "to", "until", "till", "by", "during", "between",
    "and", "through", "early", "late", "mid", "for", "every", "each", "before", "after", "on", "past",
    "throughout",
];

pub(super) fn another_month(
    pair: &SentencePair,
    source: &[Mention],
    target: &[Mention],
) -> Option<Problem> {
    let held = |mentions: &'_ [Mention]| -> HashSet<u8> {
        let values = mentions
            .iter()
            .flat_map(|number| number.readings.iter().flatten());
        values
            .filter_map(|value| match value {
                Value::Month(month) => Some(*month),
                _ => None,
            })
            .collect()
    };
    let in_target = held(target);
    let lost = source.iter().find(|number| {
        month(number).is_some_and(|month| {
            !in_target.contains(&month) && is_month_of_source(pair.source, number, month)
        })
    })?;
    let in_source = held(source);
    let invented = target.iter().find(|number| {
        month(number).is_some_and(|month| {
            !in_source.contains(&month) && is_certain(pair.target, number, month)
        })
    })?;
    let message = format!(
        "“{}” became “{}”: the months differ",
        excerpt(&pair.source[lost.place.clone()]),
        excerpt(&pair.target[invented.place.clone()])
    );
    let (lost, invented) = (lost.place.clone(), invented.place.clone());
    Some(Problem::between(lost, invented, message))
}

/// The month in a word that a number is.
fn month(number: &Mention) -> Option<u8> {
    match number.readings.as_slice() {
        [reading] => match reading.as_slice() {
            [Value::Month(month)] => Some(*month),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a word of the source is a month, and not a season (`маусым`), a holiday or a city.
fn is_month_of_source(text: &str, number: &Mention, month: u8) -> bool {
    let word = &text[number.place.clone()];
    let is_named = text[number.place.end..].trim_start().starts_with("ай");
    let is_capital = number.place.start > 0 && word.starts_with(char::is_uppercase);
    is_named
        || match month {
            3 | 10 => !is_capital,
            6 => !word.to_lowercase().starts_with("маусым"),
            _ => true,
        }
}

/// Whether an English word is the name of a month and nothing else.
fn is_certain(text: &str, number: &Mention, month: u8) -> bool {
    if english_month(month) != Some(&text[number.place.clone()]) {
        return false;
    }
    let before = text[..number.place.start].trim_end();
    let after = text[number.place.end..].trim_start();
    let is_joining = |c: char| c.is_ascii_digit() || matches!(c, '-' | '–' | '—');
    let word = before
        .rsplit(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default()
        .to_lowercase();
    // The 5th of May has its day close by.
    let is_day = word.starts_with(|c: char| c.is_ascii_digit());
    !matches!(month, 3..=6 | 8)
        || before.ends_with(is_joining)
        || after.starts_with(is_joining)
        || is_day
        || BEFORE.contains(&&*word)
}
