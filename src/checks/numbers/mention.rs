//! All numbers of a sentence, however they are written.

use std::collections::HashSet;
use std::ops::Range;

use crate::language::{Language, NumberWord, Unit};
use crate::text::{is_small_roman, roman_value};

use super::clock::{is_round_the_clock, moment};
use super::context::{
    Context, context, has_negative_word, has_word_of_loss, is_attached, is_bracketed, money, notes,
};
use super::decade::place_decades;
use super::descending::descending;
use super::duration::add_durations;
use super::fraction::{fraction, mixed, past_the_hour, vulgar, vulgar_values};
use super::hours::{Told, ranges, told_hours};
use super::literal::{Convention, Reading, literal};
use super::phrase::{is_ordinal, phrase};
use super::share::{share, shares};
use super::spoken::{Spoken, is_multiple, is_numbered, spoken};
use super::token::{Kind, Token, plain, tokens};
use super::value::{Decimal, Value};
use super::words::{loosely, month, part, scale, scale_letter};

/// Tokens between two numbers of a range of which the second carries the scale (`3-4 млн`).
pub(super) const MAX_RANGE_TOKENS: usize = 3;

/// A number that a sentence mentions.
#[derive(Debug, Clone)]
pub(super) struct Mention {
    /// The bytes it takes in the text.
    pub(super) place: Range<usize>,
    /// The ways to read it.
    pub(super) readings: Vec<Reading>,
    /// Whether it must have a counterpart on the other side: it is written in digits, or in several
    /// words.
    pub(super) demanded: bool,
    pub(super) in_digits: bool,
    /// What a number in a word is, where that is compared.
    pub(super) word: Option<Spoken>,
    /// It stands close to a word, as the marks of notes and exponents do.
    pub(super) is_attached: bool,
    pub(super) context: Context,
}

/// A part of a whole in words.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// The bytes it takes in the text.
    pub(super) place: Range<usize>,
    /// The numbers it is written with.
    pub(super) terms: [Value; 2],
    /// What says the same.
    pub(super) values: Vec<Value>,
    /// The numbers of percent that it is.
    pub(super) percentages: Vec<Value>,
}

/// What a text says of numbers.
#[derive(Debug, Clone)]
pub(super) struct Numbers {
    /// The numbers in their order.
    pub(super) mentions: Vec<Mention>,
    /// Parts of a whole.
    pub(super) parts: Vec<Part>,
    /// The minutes of the half of the day that two numbers tell, and the first of the two.
    pub(super) told: Vec<(u64, usize)>,
    /// Two numbers side by side, the smaller one first.
    pub(super) ranges: HashSet<(u64, u64)>,
    /// Numbers that are written as the marks of notes and exponents are.
    pub(super) notes: HashSet<u64>,
    /// The currencies that it names anywhere.
    pub(super) money: HashSet<Unit>,
    /// Whether a word says that a number is below zero.
    pub(super) has_negative_word: bool,
    /// Whether a word says that something was lost.
    pub(super) has_word_of_loss: bool,
}

/// The numbers of `text`. Number words are those of English and of `language`.
pub(super) fn numbers(text: &str, convention: Convention, language: &'static Language) -> Numbers {
    numbers_beside(text, convention, language, &HashSet::new())
}

/// As [`numbers`]; what is one of the `ranges` of the other text tells no time.
pub(super) fn numbers_beside(
    text: &str,
    convention: Convention,
    language: &'static Language,
    other_ranges: &HashSet<(u64, u64)>,
) -> Numbers {
    let original = text;
    let plain = plain(text);
    let tokens = tokens(&plain.text, language);
    let mut found: Vec<Found> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let next = match tokens[at].kind {
            Kind::Digits => {
                let number = in_digits(&tokens, at, convention);
                let next = number.next;
                found.push(number);
                next
            }
            _ => {
                let number = in_words(&tokens, at, convention);
                let next = number.next;
                if !number.readings.is_empty() {
                    found.push(number);
                }
                next
            }
        };
        at = next.max(at + 1);
    }
    scale_ranges(&tokens, &mut found);
    demand_months(&tokens, &mut found);
    place_decades(&tokens, &mut found);
    let ranges = ranges(&tokens, &found);
    let told = told_hours(&tokens, &found, other_ranges);
    let minus = |at: usize| {
        let mark = plain.original(tokens[at].start..tokens[at].end());
        original.get(mark) == Some("−")
    };
    let place = |number: &Found| {
        let last = tokens.get(number.next.saturating_sub(1));
        plain.original(tokens[number.start].start..last.map_or(0, Token::end))
    };
    let starts: Vec<usize> = found.iter().map(|number| number.start).collect();
    let mut mentions: Vec<Mention> = found
        .into_iter()
        .map(|number| Mention {
            place: place(&number),
            word: spoken(&tokens, &number),
            is_attached: is_attached(&tokens, number.start),
            context: context(
                &tokens,
                (number.start, number.next),
                &number.readings,
                convention,
                minus,
            ),
            in_digits: number.in_digits,
            readings: number.readings,
            demanded: number.demanded,
        })
        .collect();
    if convention == Convention::Cyrillic {
        release_conversions(&tokens, &mut mentions, &starts);
    }
    add_durations(&mut mentions);
    let minutes = told.iter().filter_map(Told::minute).collect();
    told.into_iter().for_each(|told| told.add_to(&mut mentions));
    let parts = shares(&tokens).into_iter().map(|share| {
        let last = tokens.get(share.next.saturating_sub(1));
        let end = last.map_or(0, Token::end);
        Part {
            place: plain.original(tokens[share.start].start..end),
            terms: [share.numerator, share.denominator].map(Value::integer),
            values: share.values(),
            percentages: share.percentages(),
        }
    });
    Numbers {
        parts: parts.collect(),
        told: minutes,
        ranges,
        notes: notes(&tokens),
        has_word_of_loss: has_word_of_loss(&tokens),
        mentions,
        money: money(&tokens),
        has_negative_word: has_negative_word(&tokens),
    }
}

/// Demands the months beside a day or a year in digits.
fn demand_months(tokens: &[Token], found: &mut [Found]) {
    let value = |number: &Found| {
        let value = single(&number.readings).and_then(|value| value.to_integer());
        value.filter(|_| number.in_digits)
    };
    let is_mark = |token: &Token| matches!(token.kind, Kind::Mark(_));
    let first_word = tokens.iter().position(|token| !is_mark(token));
    for at in 0..found.len() {
        let number = &found[at];
        let [Value::Month(month)] = number.readings.concat()[..] else {
            continue;
        };
        let capital = |c: char| c.is_uppercase() || !c.is_ascii();
        let (start, next) = (number.start, number.next);
        let before = at.checked_sub(1).and_then(|before| found.get(before));
        let between = before.and_then(|before| tokens.get(before.next..start));
        let (after_day, after_year) = match (before.and_then(value), between) {
            (Some(1..=31), Some([])) => (true, false),
            // `маусым` is June, and a season.
            (Some(1000..=2099), Some([year])) => {
                (false, month != 6 && year.text.starts_with("жыл"))
            }
            _ => (false, false),
        };
        let before_number = found.get(at + 1).is_some_and(|after| {
            // A day that another month follows is that month's.
            let is_others = found.get(at + 2).is_some_and(|third| {
                let readings = third.readings.concat();
                third.start == after.next && matches!(readings[..], [Value::Month(_)])
            });
            after.start == next && !is_others && matches!(value(after), Some(1..=31 | 1000..=2099))
        });
        let text = tokens[start].text;
        // Inside a sentence `Қазан` is Kazan and `Наурыз` a feast, unless a day is before them.
        let is_name = matches!(month, 3 | 10)
            && first_word.is_some_and(|first| first < start)
            && text.starts_with(|c: char| c.is_uppercase() && !c.is_ascii());
        let is_dated = if is_name {
            after_day
        } else {
            after_day || after_year || before_number
        };
        let demanded = text.starts_with(capital) && is_dated;
        found[at].demanded = demanded;
    }
}

/// Lets go of numbers in brackets that give the one before them in another unit: a translation may
/// leave them out.
fn release_conversions(tokens: &[Token], mentions: &mut [Mention], starts: &[usize]) {
    for at in 1..mentions.len() {
        let opens = starts[at]
            .checked_sub(1)
            .and_then(|before| tokens.get(before))
            .is_some_and(|token| token.kind == Kind::Mark('('));
        let (before, own) = (&mentions[at - 1].context, &mentions[at].context);
        if let (true, Some(before), Some(own)) = (opens, before.unit, own.unit)
            && before.conflicts(own)
        {
            mentions[at].demanded = false;
        }
    }
}

/// A number and its place among the tokens.
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) next: usize,
    pub(super) readings: Vec<Reading>,
    /// The power of ten of the words after it (`млн`: 6).
    scale: u32,
    pub(super) in_digits: bool,
    pub(super) demanded: bool,
    /// It is a cardinal or ordinal number in words, or a numeral after a name.
    pub(super) is_phrase: bool,
}

/// A number that starts with digits, with its words: `3,2 млрд`, `15 мың 347`, `2 жарым`, `1990s`.
fn in_digits(tokens: &[Token], at: usize, convention: Convention) -> Found {
    let (readings, power, next) = scaled(tokens, at, convention);
    let mut number = Found {
        start: at,
        next,
        readings,
        scale: power,
        in_digits: true,
        demanded: !(is_formula(tokens, at)
            || is_footnote(tokens, at, convention)
            || convention == Convention::Cyrillic && is_bracketed(tokens, at)),
        is_phrase: false,
    };
    let parts = number
        .readings
        .first()
        .and_then(|first| descending(tokens, first, power, next, convention));
    if let Some(parts) = parts {
        (number.readings, number.next) = (parts.readings, parts.next);
    }
    number
}

/// A number in digits and the scale after it.
pub(super) fn scaled(
    tokens: &[Token],
    at: usize,
    convention: Convention,
) -> (Vec<Reading>, u32, usize) {
    let number = literal(tokens, at, convention);
    let (mut readings, mut next) = (number.readings, number.next);
    if let Some((numerator, denominator, after)) = fraction_after(tokens, next)
        && next == at + 1
    {
        let whole = tokens[at].text;
        let values = mixed(whole, numerator, denominator);
        readings = values.into_iter().map(|value| vec![value]).collect();
        if let (Ok(hour @ 1..=24), 1, 2) = (whole.parse::<u8>(), numerator, denominator) {
            readings.push(vec![Value::Time { hour, minute: 30 }]);
        }
        next = after;
    }
    readings.extend(decades(tokens, next, &readings));
    let mut power = 0;
    loop {
        let hyphen = usize::from(
            tokens
                .get(next)
                .is_some_and(|token| token.is_joined(&['-'])),
        );
        let Some(word) = tokens
            .get(next + hyphen)
            .filter(|token| token.kind == Kind::Word)
        else {
            break;
        };
        let lower = word.text.to_lowercase();
        if let Some(places) = scale(&lower, word.language).filter(|places| *places > power) {
            power += places;
            next += hyphen + 1;
        } else {
            if power == 0
                && !word.spaced
                && hyphen == 0
                && let Some(places) = scale_letter(&lower)
            {
                readings.extend(times(&readings, places));
            }
            break;
        }
        // Three words (`2 жүз мың`) are as many as a number takes.
        if power > 12 {
            break;
        }
    }
    if power > 0 {
        readings = times(&readings, power);
    }
    (readings, power, next)
}

/// The half or the fraction that follows a whole number (`2 жарым`, `2½`, `2 1/2`, "2 and a half",
/// `2 бүтін үштен екі`): numerator, denominator, and the token after it.
fn fraction_after(tokens: &[Token], at: usize) -> Option<(u64, u64, usize)> {
    let token = tokens.get(at)?;
    match token.kind {
        Kind::Word => {
            let lower = token.text.to_lowercase();
            if part(&lower, token.language) == Some(NumberWord::AndHalf) {
                return Some((1, 2, at + 1));
            }
            let is_whole = lower == "бүтін";
            let written = || written_fraction(tokens, at + 1).filter(|_| is_whole);
            let said = || {
                let share = share(tokens, at + 1)?;
                let is_counted = share.next > at + 2;
                (is_whole || (lower == "and" && is_counted)).then_some((
                    share.numerator,
                    share.denominator,
                    share.next,
                ))
            };
            written().or_else(said)
        }
        Kind::Mark(mark) => {
            let (numerator, denominator) = vulgar(mark)?;
            Some((numerator, denominator, at + 1))
        }
        Kind::Digits => written_fraction(tokens, at),
    }
}

/// `1/2`.
fn written_fraction(tokens: &[Token], at: usize) -> Option<(u64, u64, usize)> {
    let [numerator, slash, denominator, ..] = tokens.get(at..)? else {
        return None;
    };
    if !slash.is_joined(&['/']) || !denominator.is_digits() || denominator.spaced {
        return None;
    }
    let numerator: u64 = numerator.text.parse().ok()?;
    let denominator = denominator.text.parse().ok()?;
    let is_part = (1..=9).contains(&numerator) && numerator < denominator && denominator <= 10;
    is_part.then_some((numerator, denominator, at + 3))
}

/// Whether the digits at `at` count atoms in a formula, or say that a unit is squared or cubed: they
/// are often not written, or written small.
fn is_formula(tokens: &[Token], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|before| tokens.get(before)) else {
        return false;
    };
    let single = tokens[at].text.len() == 1 && !tokens[at].spaced && before.kind == Kind::Word;
    single
        && (FORMULAS.contains(&before.text)
            || (matches!(before.text, "H" | "Н")
                && tokens.get(at + 1).is_some_and(|after| {
                    !after.spaced && after.text.starts_with(['O', 'О', 'S', 'С'])
                }))
            || (matches!(tokens[at].text, "2" | "3") && MEASURES.contains(&before.text)))
}

/// Beginnings of formulas before their digits, in Latin letters and in Cyrillic ones of their looks.
const FORMULAS: [&str; 13] = [
    "CO", "СО", "O", "О", "SO", "NO", "CH", "СН", "NH", "PO", "HO", "OH", "Fe",
];
/// Units that are squared and cubed.
const MEASURES: [&str; 12] = [
    "м", "км", "см", "мм", "дм", "m", "km", "cm", "mm", "dm", "ft", "М",
];

/// Whether the digits at `at` are the mark of a footnote after the full stop of a sentence.
fn is_footnote(tokens: &[Token], at: usize, convention: Convention) -> bool {
    let Some([word, stop]) = at.checked_sub(2).and_then(|from| tokens.get(from..at)) else {
        return false;
    };
    convention == Convention::English
        && tokens[at].text.len() <= 2
        && !tokens[at].spaced
        && stop.is_joined(&['.', '!', '?'])
        && word.kind == Kind::Word
        && word.text.len() >= 4
        && tokens.get(at + 1).is_none_or(|after| after.spaced)
}

/// Readings of a decade or century in the other language: 1990s and `90-жылдар`.
fn decades(tokens: &[Token], next: usize, readings: &[Reading]) -> Vec<Reading> {
    let Some(year) = single(readings).and_then(|year| year.to_integer()) else {
        return vec![];
    };
    let of_years = are_years_after(tokens, next);
    let plural = tokens
        .get(next)
        .is_some_and(|token| !token.spaced && (token.text == "s" || token.text == "'"));
    let value = match year {
        10..=90 if year.is_multiple_of(10) && of_years => 1900 + year,
        1000..=2099 if plural || of_years => year % 100,
        10..=90 if plural => 1900 + year,
        _ => return vec![],
    };
    vec![vec![Value::integer(value)]]
}

/// The one number that the first reading is, where it is one.
pub(super) fn single(readings: &[Reading]) -> Option<Decimal> {
    match readings.first()?.as_slice() {
        [Value::Number(number)] => Some(number.clone()),
        _ => None,
    }
}

/// The readings that are one number, times 10^`power`.
fn times(readings: &[Reading], power: u32) -> Vec<Reading> {
    let scale = |reading: &Reading| match reading.as_slice() {
        [Value::Number(number)] => Some(vec![Value::Number(number.scaled(power))]),
        _ => None,
    };
    readings.iter().filter_map(scale).collect()
}

/// A number that starts with a word or a mark; without readings if none starts there.
fn in_words(tokens: &[Token], at: usize, convention: Convention) -> Found {
    let found = |values: Vec<Value>, next: usize, demanded: bool| Found {
        start: at,
        next,
        readings: values.into_iter().map(|value| vec![value]).collect(),
        scale: 0,
        in_digits: false,
        demanded,
        is_phrase: false,
    };
    let token = &tokens[at];
    if let Kind::Mark(mark) = token.kind {
        return found(vulgar_values(mark), at + 1, false);
    }
    if let Some((times, next)) = past_the_hour(tokens, at) {
        return found(times, next, false);
    }
    if let Some((minute, next)) = moment(tokens, at) {
        let hour = if minute == 0 { 0 } else { 12 };
        let time = |hour| Value::Time { hour, minute: 0 };
        return found(vec![Value::integer(12), time(12), time(hour)], next, false);
    }
    if let Some(phrase) = phrase(tokens, at) {
        // "Four and two thirds".
        let whole = phrase.values.last().and_then(Value::to_integer);
        if let (Some(whole), Some((numerator, denominator, next))) =
            (whole, fraction_after(tokens, phrase.next))
            && tokens[phrase.next].kind == Kind::Word
        {
            let values = mixed(&whole.to_string(), numerator, denominator);
            return found(values, next, true);
        }
        let last = phrase.next.checked_sub(1).and_then(|last| tokens.get(last));
        let power = last.and_then(|last| scale(&last.text.to_lowercase(), last.language));
        let first = phrase.values.last().cloned().into_iter().collect();
        let parts = (convention == Convention::Cyrillic)
            .then_some(power)
            .flatten();
        let parts =
            parts.and_then(|power| descending(tokens, &first, power, phrase.next, convention));
        if let Some(parts) = parts {
            return Found {
                readings: parts.readings,
                ..found(vec![], parts.next, true)
            };
        }
        let mut values = fraction(tokens, &phrase);
        values.extend(phrase.values);
        return Found {
            is_phrase: true,
            ..found(values, phrase.next, phrase.definite)
        };
    }
    let lower = token.text.to_lowercase();
    // The third quarter is not a quarter.
    let is_ordered = lower == "quarter" && at > 0 && is_ordinal(&tokens[at - 1]);
    // "Per" is for each one, but "per cent" for each hundred.
    let after = tokens.get(at + 1).map(|token| token.text.to_lowercase());
    let is_percent = lower == "per" && after.is_some_and(|after| after.starts_with("cent"));
    let mut values = if is_ordered || is_percent {
        vec![]
    } else {
        loosely(&lower, token.language)
    };
    // "An hour and a half".
    let half = tokens.get(at + 2..at + 5).unwrap_or_default();
    let half: Vec<&str> = half.iter().map(|token| token.text).collect();
    if matches!(&*lower, "a" | "an") && half == ["and", "a", "half"] {
        values.push(Value::Number(Decimal::written("1", "5")));
    }
    if is_round_the_clock(tokens, at) {
        values.extend([24, 7].map(Value::integer));
    }
    values.extend(month(&lower, token.language));
    // A lone I is a pronoun, unless it numbers a name (World War I).
    let numbers_a_name = at > 0
        && token.spaced
        && tokens[at - 1]
            .text
            .chars()
            .next()
            .is_some_and(char::is_uppercase)
        || is_numbered(tokens, at + 1);
    let roman = roman_value(token.text).filter(|_| token.text != "I" || numbers_a_name);
    // Letters alone, and longer numerals, are abbreviations as often.
    let demanded = is_small_roman(token.text) && token.text.chars().count() > 1 && roman.is_some();
    values.extend(roman.map(Value::integer));
    Found {
        // A letter alone is a numeral after a name: World War I.
        is_phrase: is_multiple(&lower)
            || roman.is_some() && numbers_a_name && matches!(token.text, "I" | "І" | "V"),
        ..found(values, at + 1, demanded)
    }
}

/// Whether the years of a decade follow within a few tokens: `90-жылдары`, `90-е годы`.
pub(super) fn are_years_after(tokens: &[Token], next: usize) -> bool {
    let years = ["жылдар", "годы", "годов", "годах", "годам"];
    tokens.iter().skip(next).take(4).any(|token| {
        let lower = token.text.to_lowercase();
        years.iter().any(|years| lower.starts_with(years))
    })
}

/// Applies the scale of a range's second number to the first one.
fn scale_ranges(tokens: &[Token], found: &mut [Found]) {
    for at in 1..found.len() {
        let (before, after) = found.split_at_mut(at);
        let (Some(first), Some(second)) = (before.last_mut(), after.first()) else {
            continue;
        };
        let between = tokens.get(first.next..second.start).unwrap_or_default();
        let near = between.len() <= MAX_RANGE_TOKENS
            && !between.iter().any(|t| matches!(t.text, "." | ";" | ":"));
        if near && first.scale == 0 && second.scale > 0 && first.in_digits {
            first.readings.extend(times(&first.readings, second.scale));
        }
        let years = between.len() == 1 && between.iter().all(|token| token.is_joined(&['-']));
        if let (true, Some(from), Some(to)) =
            (years, single(&first.readings), single(&second.readings))
            && let (Some(from @ 1000..=2099), Some(to @ 0..=99)) =
                (from.to_integer(), to.to_integer())
            && second.in_digits
        {
            let year = from - from % 100 + to;
            if let Some(second) = after.first_mut() {
                second.readings.push(vec![Value::integer(year)]);
            }
        }
    }
}

#[cfg(test)]
mod tests;
