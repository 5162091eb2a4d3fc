//! Numbers that have their counterpart, and yet say something else: in another unit, without their
//! sign, in the other half of the day, once more than in the source; and small numbers in words of
//! which one became another.

use std::collections::{HashMap, HashSet};

use super::super::SentencePair;
use super::super::finding::Problem;
use super::mention::{Mention, Numbers};
use super::value::Value;
use crate::text::excerpt;

/// Numbers of one value that are compared, which bounds the work on a loop.
const MAX_EQUAL: usize = 8;
/// Times of the source that are compared, for the same reason.
const MAX_TIMES: usize = 64;

pub(super) fn problems(pair: &SentencePair, source: &Numbers, target: &Numbers) -> Vec<Problem> {
    let by_value = by_value(&source.mentions);
    let times = source.mentions.iter();
    let times: Vec<&Mention> = times
        .filter(|number| !number.context.clock.is_empty())
        .take(MAX_TIMES)
        .collect();
    let mut problems = Vec::new();
    for number in &target.mentions {
        let equal = equal(number, &by_value);
        problems.extend(of_unit(pair, number, &equal));
        problems.extend(of_currency(pair, number, &equal, target));
        problems.extend(of_sign(pair, number, &equal, source, target));
        problems.extend(of_clock(pair, number, &times));
    }
    problems.extend(said_again(pair, &source.mentions, &target.mentions));
    problems.extend(small_numbers(pair, &source.mentions, &target.mentions));
    problems
}

type ByValue<'n> = HashMap<&'n Value, Vec<&'n Mention>>;

fn by_value(mentions: &[Mention]) -> ByValue<'_> {
    let mut by_value = ByValue::new();
    for mention in mentions {
        let values: HashSet<&Value> = mention.readings.iter().flatten().collect();
        for value in values {
            let equal = by_value.entry(value).or_default();
            if equal.len() < MAX_EQUAL {
                equal.push(mention);
            }
        }
    }
    by_value
}

/// The numbers of the source that may be `number`.
fn equal<'n>(number: &Mention, by_value: &ByValue<'n>) -> Vec<&'n Mention> {
    let values = number.readings.iter().flatten();
    let equal = values.filter_map(|value| by_value.get(value)).flatten();
    equal.copied().take(MAX_EQUAL).collect()
}

fn between(pair: &SentencePair, source: &Mention, target: &Mention, what: &str) -> Problem {
    let (of_source, of_target) = (source.place.clone(), target.place.clone());
    let message = format!(
        "“{}” became “{}”: {what}",
        excerpt(&pair.source[of_source.clone()]),
        excerpt(&pair.target[of_target.clone()])
    );
    Problem::between(of_source, of_target, message)
}

fn of_unit(pair: &SentencePair, number: &Mention, equal: &[&Mention]) -> Option<Problem> {
    let unit = number.context.unit?;
    let units = || equal.iter().filter_map(|of_source| of_source.context.unit);
    if units().any(|of_source| of_source == unit) {
        return None;
    }
    let other = equal
        .iter()
        .find(|of_source| of_source.context.unit.is_some_and(|of| of.conflicts(unit)))?;
    Some(between(pair, other, number, "the units differ"))
}

/// A currency of the source that the translation does not name at all.
fn of_currency(
    pair: &SentencePair,
    number: &Mention,
    equal: &[&Mention],
    target: &Numbers,
) -> Option<Problem> {
    if number.context.unit.is_some() {
        return None;
    }
    let is_lost = |of_source: &&&Mention| {
        let unit = of_source.context.unit.filter(|unit| unit.is_money());
        unit.is_some_and(|unit| !target.money.contains(&unit))
    };
    let all_lost = !equal.is_empty() && equal.iter().all(|of_source| is_lost(&of_source));
    let lost = equal.first().filter(|_| all_lost)?;
    Some(between(pair, lost, number, "its currency is missing"))
}

fn of_sign(
    pair: &SentencePair,
    number: &Mention,
    equal: &[&Mention],
    source: &Numbers,
    target: &Numbers,
) -> Option<Problem> {
    let negative = number.context.is_negative;
    let first = equal.first()?;
    let differs = equal
        .iter()
        .all(|of_source| of_source.context.is_negative != negative);
    let said_in_words = if negative {
        source.has_negative_word
    } else {
        target.has_negative_word
    };
    (differs && !said_in_words).then(|| between(pair, first, number, "the signs differ"))
}

/// A time in the other half of the day.
fn of_clock(pair: &SentencePair, number: &Mention, source: &[&Mention]) -> Option<Problem> {
    let [time] = number.context.clock[..] else {
        return None;
    };
    let mut same = source.iter().filter(|of_source| {
        let mut times = of_source.context.clock.iter();
        times.any(|of_source| of_source % 720 == time % 720)
    });
    let first = same.clone().next()?;
    let agrees = same.any(|of_source| of_source.context.clock.contains(&time));
    (!agrees).then(|| between(pair, first, number, "another half of the day"))
}

/// Numbers in digits that the translation says more often than the source does.
fn said_again(pair: &SentencePair, source: &[Mention], target: &[Mention]) -> Vec<Problem> {
    let in_source = counts(source.iter());
    // An index of a formula or a unit is written or not.
    let demanded = |mention: &&Mention| mention.in_digits && mention.demanded;
    let in_digits = || target.iter().filter(demanded);
    let in_target = counts(in_digits());
    let mut problems = Vec::new();
    let mut told: HashSet<&Value> = HashSet::new();
    for mention in in_digits().rev() {
        let values: Vec<&Value> = mention
            .readings
            .iter()
            .filter_map(|reading| match reading.as_slice() {
                [value @ Value::Number(_)] => Some(value),
                _ => None,
            })
            .filter(|value| in_source.contains_key(value))
            .collect();
        let too_often = |value: &&Value| in_target.get(value) > in_source.get(value);
        if let Some(value) = values.first()
            && values.iter().all(too_often)
            && told.insert(value)
        {
            let words = excerpt(&pair.target[mention.place.clone()]);
            let message = format!("“{words}” stands more often than in the source");
            problems.push(Problem::in_target(mention.place.clone(), message));
        }
    }
    problems
}

/// How often a value may be said; a number says it as often as the reading that has it most (`2:2`).
fn counts<'n>(mentions: impl Iterator<Item = &'n Mention>) -> HashMap<&'n Value, usize> {
    let mut counts = HashMap::new();
    for mention in mentions {
        let mut most: HashMap<&Value, usize> = HashMap::new();
        for reading in &mention.readings {
            let mut own: HashMap<&Value, usize> = HashMap::new();
            for value in reading {
                *own.entry(value).or_default() += 1;
            }
            for (value, times) in own {
                let most = most.entry(value).or_default();
                *most = times.max(*most);
            }
        }
        for (value, times) in most {
            *counts.entry(value).or_default() += times;
        }
    }
    counts
}

/// A small number in words of the source, and one of the translation, neither of which has a
/// counterpart.
fn small_numbers(pair: &SentencePair, source: &[Mention], target: &[Mention]) -> Option<Problem> {
    let alone = |numbers: &[Mention], others: &[Mention]| {
        let held: HashSet<&Value> = others
            .iter()
            .flat_map(|other| other.readings.iter().flatten())
            .collect();
        let mut alone = numbers.iter().filter(|number| {
            let mut values = number.readings.iter().flatten();
            number.small.is_some() && !values.any(|value| held.contains(value))
        });
        alone.next().cloned()
    };
    let (lost, invented) = (alone(source, target)?, alone(target, source)?);
    Some(between(pair, &lost, &invented, "the numbers differ"))
}
