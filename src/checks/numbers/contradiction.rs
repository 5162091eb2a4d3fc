//! Numbers that have their counterpart, and yet say something else: in another unit, without their
//! sign, in the other half of the day, once more than in the source; and small numbers in words of
//! which one became another.

use std::collections::{HashMap, HashSet};

use super::super::SentencePair;
use super::super::finding::Problem;
use super::context::Measure;
use super::mention::{Mention, Numbers, Part};
use super::months::another_month;
use super::value::Value;
use crate::language::Side;
use crate::text::{excerpt, is_dash};

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
    problems.extend(number_words(pair, &source.mentions, &target.mentions));
    problems.extend(parts(pair, source, target));
    problems.extend(merged(pair, &source.mentions, &target.mentions));
    problems.extend(another_month(pair, &source.mentions, &target.mentions));
    problems.extend(exchanged(pair, &source.mentions, &target.mentions));
    problems.extend(another_time(pair, source, target));
    if problems.is_empty() {
        problems.extend(another_currency(source, target));
    }
    problems
}

/// A time told in words (`онға бес минут қалғанда`, "five to ten") that became another one.
fn another_time(pair: &SentencePair, source: &Numbers, target: &Numbers) -> Option<Problem> {
    fn minutes(numbers: &Numbers) -> HashSet<u64> {
        let values = numbers.mentions.iter().flat_map(|number| &number.readings);
        let minutes = values.flatten().filter_map(|value| match value {
            Value::Time { hour, minute } => {
                Some((60 * u64::from(*hour) + u64::from(*minute)) % 720)
            }
            _ => None,
        });
        minutes.collect()
    }
    fn alone(own: &Numbers, others: &HashSet<u64>) -> Option<usize> {
        let mut told = own.told.iter();
        let (_, at) = told.find(|(minute, _)| !others.contains(minute))?;
        Some(*at)
    }
    if source.told.is_empty() || target.told.is_empty() {
        return None;
    }
    let lost = source.mentions.get(alone(source, &minutes(target))?)?;
    let invented = target.mentions.get(alone(target, &minutes(source))?)?;
    Some(between(pair, lost, invented, "the times differ"))
}

/// A currency that the source names and the translation does not, and the reverse.
fn another_currency(source: &Numbers, target: &Numbers) -> Option<Problem> {
    let is_lost = source.money.difference(&target.money).next().is_some();
    let is_invented = target.money.difference(&source.money).next().is_some();
    (is_lost && is_invented).then(|| Problem::whole("a currency of the source became another one"))
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
    // 1.5 hours are 90 minutes.
    let is_as_long = |of_source: &&Mention| {
        let mut spans = of_source
            .readings
            .iter()
            .flatten()
            .filter(|value| matches!(value, Value::Seconds(_) | Value::Months(_)));
        spans.any(|span| number.readings.iter().flatten().any(|value| value == span))
    };
    if units().any(|of_source| of_source == unit) || equal.iter().any(is_as_long) {
        return None;
    }
    // Without "square" an area is a length; where the source has lost its index, it may be added.
    let is_other = |of: Measure| {
        of.conflicts(unit)
            || (of.power > 1
                && of.power != unit.power
                && of.unit.measures(1) == unit.unit.measures(1))
    };
    let other = equal
        .iter()
        .find(|of_source| of_source.context.unit.is_some_and(is_other))?;
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
        let unit = of_source.context.unit.map(|measure| measure.unit);
        unit.is_some_and(|unit| unit.is_money() && !target.money.contains(&unit))
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
    let is_opposite = |of_source: &&Mention| {
        let (own, other) = (&number.context, &of_source.context);
        (own.side == Some(Side::Above) && other.is_negative)
            || (negative && other.side == Some(Side::Above))
    };
    if equal.iter().all(is_opposite) {
        return Some(between(pair, first, number, "the signs differ"));
    }
    let is_degrees = number.context.is_degrees || first.context.is_degrees;
    let differs = equal.iter().all(|of_source| {
        let (own, other) = (&number.context, &of_source.context);
        let unsure = if negative { other } else { own };
        other.is_negative != negative && !unsure.has_hyphen
    });
    let of_words = if negative { source } else { target };
    let said_in_words = of_words.has_negative_word || (of_words.has_word_of_loss && !is_degrees);
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

/// A span of time (`08:00–20:00`) whose ends are exchanged, where no other time is named.
fn exchanged(pair: &SentencePair, source: &[Mention], target: &[Mention]) -> Option<Problem> {
    fn only_two(mentions: &[Mention]) -> Option<[(&Mention, u16); 2]> {
        let mut times = mentions
            .iter()
            .filter(|number| !number.context.clock.is_empty());
        let mut next = || {
            let number = times.next()?;
            match number.context.clock[..] {
                [time] => Some((number, time)),
                _ => None,
            }
        };
        let two = [next()?, next()?];
        times.next().is_none().then_some(two)
    }
    let [(first, from), (second, to)] = only_two(source)?;
    let [(said_first, said_from), (said_second, said_to)] = only_two(target)?;
    let is_joined = |text: &str, first: &Mention, second: &Mention| {
        let between = text.get(first.place.end..second.place.start);
        let mut words = between
            .into_iter()
            .flat_map(|between| between.split([' ', '\u{A0}']));
        words.any(|word| matches!(word, "to" | "until" | "till") || is_dashes(word))
    };
    let is_span =
        is_joined(pair.source, first, second) && is_joined(pair.target, said_first, said_second);
    let is_exchanged = is_span && from != to && (said_from, said_to) == (to, from);
    is_exchanged.then(|| {
        self::between(
            pair,
            first,
            said_first,
            "the ends of the span are exchanged",
        )
    })
}

fn is_dashes(word: &str) -> bool {
    !word.is_empty() && word.chars().all(is_dash)
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

/// A number in words of the source, and one of the translation, neither of which has a counterpart; what
/// the translation says more often than the source has none, either.
fn number_words(pair: &SentencePair, source: &[Mention], target: &[Mention]) -> Option<Problem> {
    let held = |others: &[Mention]| -> HashSet<Value> {
        let values = others
            .iter()
            .flat_map(|other| other.readings.iter().flatten());
        values.cloned().collect()
    };
    let has = |number: &Mention, held: &HashSet<Value>| {
        number
            .readings
            .iter()
            .flatten()
            .any(|value| held.contains(value))
    };
    let in_target = held(target);
    let lost = source
        .iter()
        .filter(|number| number.word.is_some() && !has(number, &in_target));
    let in_source = held(source);
    let (said, wanted) = (counts(target.iter()), counts(source.iter()));
    let is_extra = |number: &Mention| {
        let word = number.word.filter(|word| word.value > 1);
        let value = word.map(|word| Value::integer(word.value));
        value.is_some_and(|value| said.get(&value) > wanted.get(&value))
    };
    let invented: Vec<&Mention> = target
        .iter()
        .filter(|number| number.word.is_some() && (!has(number, &in_source) || is_extra(number)))
        .collect();
    // "First" is often no number, and is compared with those of an order alone; powers of ten are
    // about so many.
    let compares = |lost: &Mention, number: &Mention| match (lost.word, number.word) {
        (Some(lost), Some(other)) => {
            let is_count = lost.value > 1 && other.value > 1 && lost.is_power == other.is_power;
            is_count || (lost.is_ordinal && other.is_ordinal)
        }
        _ => false,
    };
    lost.take(MAX_EQUAL).find_map(|lost| {
        let mut invented = invented.iter();
        let other = invented.find(|number| compares(lost, number))?;
        Some(between(pair, lost, other, "the numbers differ"))
    })
}

/// A part of a whole that became another one: both texts have one without counterpart.
fn parts(pair: &SentencePair, source: &Numbers, target: &Numbers) -> Option<Problem> {
    let is_held = |part: &Part, others: &Numbers| {
        let is_same = |other: &Part| other.values.first() == part.values.first();
        let has = |value: &Value| {
            let mut others = others.mentions.iter();
            others.any(|other| {
                other
                    .readings
                    .iter()
                    .any(|reading| *reading == [value.clone()])
            })
        };
        let [numerator, denominator] = &part.terms;
        let is_several = *numerator != Value::integer(1);
        others.parts.iter().any(is_same)
            || part.values.iter().any(has)
            || (is_several && has(numerator) && has(denominator))
    };
    let alone = |own: &[Part], others: &Numbers| {
        let mut own = own.iter().take(MAX_EQUAL);
        own.find(|part| !is_held(part, others)).cloned()
    };
    let lost = alone(&source.parts, target)?;
    let invented = alone(&target.parts, source)?;
    let message = format!(
        "“{}” became “{}”: the parts differ",
        excerpt(&pair.source[lost.place.clone()]),
        excerpt(&pair.target[invented.place.clone()])
    );
    Some(Problem::between(lost.place, invented.place, message))
}

/// A number that the source has of two units and the translation only once.
fn merged(pair: &SentencePair, source: &[Mention], target: &[Mention]) -> Option<Problem> {
    let said = counts(target.iter());
    let mut of_value: HashMap<&Value, HashSet<Measure>> = HashMap::new();
    for mention in source.iter().filter(|mention| mention.in_digits) {
        let (Some([value @ Value::Number(_)]), Some(unit)) = (
            mention.readings.first().map(Vec::as_slice),
            mention.context.unit,
        ) else {
            continue;
        };
        let units = of_value.entry(value).or_default();
        units.insert(unit);
        if units.len() > 1 && said.get(value) == Some(&1) {
            let words = excerpt(&pair.source[mention.place.clone()]);
            let message = format!("“{words}” stands more often than in the translation");
            return Some(Problem::in_source(mention.place.clone(), message));
        }
    }
    None
}
