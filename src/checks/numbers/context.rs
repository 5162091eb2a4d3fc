//! What the words around a number say of it: its unit and its sign.

use std::collections::HashSet;

use super::clock::clock;
use super::literal::Convention;
use super::token::{Kind, Token};
use super::value::Value;
use super::words::tables;
use crate::language::{NumberTables, Side, UNIT_SYMBOLS, Unit};
use crate::text::lowered;

/// Tokens after a number that may be the rest of a range (`...-10`).
const MAX_RANGE_TOKENS: usize = 8;

/// Tokens before degrees, and after them, among which a side of zero is looked for.
const MAX_ZERO_TOKENS: usize = 3;
/// Tokens before a hyphen among which a word is looked for that makes it a minus sign.
const MAX_RESULT_TOKENS: usize = 4;
/// Tokens between a number and its unit.
const MAX_UNIT_TOKENS: usize = 7;

/// Whose money it is, between a number and a currency.
#[rustfmt::skip]
const COUNTRIES: [&str; 25] = [
    "ақш", "америка", "америкалық", "ресей", "ресейлік", "өзбек", "өзбекстан", "қырғыз", "қытай", "түрік",
    "жапон", "канада", "us", "american", "kazakh", "kazakhstani", "russian", "uzbek", "uzbekistani",
    "kyrgyz", "chinese", "turkish", "japanese", "canadian", "australian",
];

/// A unit, squared or cubed where its power is 2 or 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Measure {
    pub(super) unit: Unit,
    pub(super) power: u8,
}

impl Measure {
    fn of(unit: Unit) -> Self {
        Self { unit, power: 1 }
    }

    /// Whether both measure the same and are not the same.
    pub(super) fn conflicts(self, other: Self) -> bool {
        let (own, others) = (
            self.unit.measures(self.power),
            other.unit.measures(other.power),
        );
        self != other && own.iter().any(|kind| *kind > 0 && others.contains(kind))
    }
}

/// What surrounds a number.
#[derive(Debug, Clone, Default)]
pub(super) struct Context {
    pub(super) unit: Option<Measure>,
    pub(super) is_negative: bool,
    /// A hyphen is close before it, which is a minus sign or a dash.
    pub(super) has_hyphen: bool,
    /// The side of zero that words say it is on.
    pub(super) side: Option<Side>,
    pub(super) is_degrees: bool,
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
    let side = side(tokens, start, next);
    let is_share = unit.is_some_and(|measure| measure.unit == Unit::Percent);
    Context {
        is_negative: side == Some(Side::Below) || is_negative(tokens, start, next, is_share, minus),
        has_hyphen: is_hyphened(tokens, start),
        side,
        is_degrees: degrees(tokens, next).is_some(),
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

/// Whether a text has a word such as "loss" or `төмендеді`.
pub(super) fn has_word_of_loss(tokens: &[Token]) -> bool {
    tokens
        .iter()
        .any(|token| begins_as(token, |tables| tables.losses))
}

/// Whether a word begins as one of a list of its language.
fn begins_as(token: &Token, beginnings: impl Fn(&NumberTables) -> &'static [&'static str]) -> bool {
    let lower = token.text.to_lowercase();
    token.kind == Kind::Word
        && tables(&lower, token.language).is_some_and(|tables| {
            let mut beginnings = beginnings(&tables).iter();
            beginnings.any(|beginning| lower.starts_with(beginning))
        })
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
    if let Some(unit) = symbol(token) {
        return unit;
    }
    let lower = token.text.to_lowercase();
    let fits =
        |stem: &str| lower == stem || (stem.chars().nth(3).is_some() && lower.starts_with(stem));
    let units = tables(&lower, token.language)?.units;
    // The underground, Europe and the European Union are no units.
    let other = [
        "метро",
        "еуроо",
        "еуроп",
        "европ",
        "евросо",
        "europe",
        "secondary",
    ];
    let found = units.iter().find(|(stem, _)| fits(stem));
    found
        .map(|(_, unit)| *unit)
        .filter(|_| !other.iter().any(|other| lower.starts_with(other)))
}

/// What [`UNIT_SYMBOLS`] say of a word, capitals included.
fn symbol(token: &Token) -> Option<Option<Unit>> {
    let mut symbols = UNIT_SYMBOLS.iter();
    let (_, unit) = symbols.find(|(symbol, _)| *symbol == token.text)?;
    Some(*unit)
}

fn unit_before(tokens: &[Token], start: usize) -> Option<Measure> {
    let before = tokens.get(start.checked_sub(1)?)?;
    match before.kind {
        Kind::Mark(mark) => sign(mark).filter(|unit| unit.is_money()).map(Measure::of),
        _ => None,
    }
}

fn unit_after(tokens: &[Token], next: usize) -> Option<Measure> {
    let mut at = next;
    let mut power = 1;
    // A case ending or a dash, whose dollars they are, and what is squared.
    for _ in 0..MAX_UNIT_TOKENS {
        let token = tokens.get(at)?;
        match token.kind {
            Kind::Mark('-') if !token.spaced => at += 1,
            // The full stop of `млн.` and `кв.`
            Kind::Mark('.')
                if !token.spaced
                    && (at == next || power > 1)
                    && is_word(tokens, at.wrapping_sub(1)) =>
            {
                at += 1;
            }
            Kind::Mark('°') => {
                let scale = tokens.get(at + 1)?;
                return match scale.text {
                    "C" | "С" => Some(Measure::of(Unit::Celsius)),
                    "F" => Some(Measure::of(Unit::Fahrenheit)),
                    _ => None,
                };
            }
            Kind::Mark(mark) => return sign(mark).map(Measure::of),
            Kind::Word => {
                let lower = token.text.to_lowercase();
                if lower.starts_with("кубометр") {
                    let unit = Unit::Metre;
                    return Some(Measure { unit, power: 3 });
                }
                // `25 градус Цельсий`.
                if power == 1 && degrees(tokens, at) == Some(at + 1) {
                    let scale = tokens.get(at + 1).and_then(unit);
                    let scale =
                        scale.filter(|unit| unit.measures(1)[0] == Unit::Celsius.measures(1)[0]);
                    return scale.map(Measure::of);
                }
                if let Some(named) = named_power(token) {
                    power = named;
                    at += 1;
                    continue;
                }
                match lower.as_str() {
                    word if COUNTRIES.contains(&word) => at += 1,
                    // "Half an hour".
                    "a" | "an" | "of" if is_part(tokens, next) => at += 1,
                    // A particle or an ending after a hyphen (`250-ақ доллар`).
                    _ if at > next && !token.spaced && unit(token).is_none() => at += 1,
                    "per" => {
                        return match tokens.get(at + 1)?.text {
                            "cent" => Some(Measure::of(Unit::Percent)),
                            "mille" | "mil" => Some(Measure::of(Unit::PerMille)),
                            _ => None,
                        };
                    }
                    _ => {
                        let power = written_power(tokens, at + 1).unwrap_or(power);
                        return unit(token).map(|unit| Measure { unit, power });
                    }
                }
            }
            Kind::Digits => return None,
        }
    }
    None
}

/// The power that a word such as "square" says, in full or with its stop.
fn named_power(token: &Token) -> Option<u8> {
    if symbol(token).is_some() {
        return None;
    }
    let lower = token.text.to_lowercase();
    let powers = tables(&lower, token.language)?.powers;
    let fits =
        |word: &str| lower == word || (word.chars().nth(2).is_some() && lower.starts_with(word));
    // `кубометр` is both.
    let found = powers.iter().find(|(word, _)| fits(word))?;
    (!lower.contains("метр")).then_some(found.1)
}

/// The power that a digit after a unit says, raised or not.
fn written_power(tokens: &[Token], at: usize) -> Option<u8> {
    let token = tokens.get(at).filter(|token| !token.spaced)?;
    let digit = match token.kind {
        Kind::Digits => token.text,
        Kind::Mark('²') => "2",
        Kind::Mark('³') => "3",
        _ => "",
    };
    match digit {
        "2" => Some(2),
        "3" => Some(3),
        _ => None,
    }
}

/// Whether the word before `next` is "half" or another part.
fn is_part(tokens: &[Token], next: usize) -> bool {
    let before = next.checked_sub(1).and_then(|before| tokens.get(before));
    before.is_some_and(|before| {
        let lower = before.text.to_lowercase();
        tables(&lower, before.language).is_some_and(|tables| (tables.share)(&lower).is_some())
    })
}

/// The numbers that stand where the marks of notes and exponents do: raised after letters, or in square
/// brackets.
pub(super) fn notes(tokens: &[Token]) -> HashSet<u64> {
    let mut notes = HashSet::new();
    let mut raised = String::new();
    for (at, token) in tokens.iter().enumerate() {
        let digit = match token.kind {
            Kind::Mark(mark) => lowered(mark).filter(char::is_ascii_digit),
            _ => None,
        };
        if digit.is_none() || token.spaced {
            notes.extend(raised.parse::<u64>());
            raised.clear();
        }
        raised.extend(digit);
        if is_bracketed(tokens, at) {
            notes.extend(token.text.parse::<u64>());
        }
    }
    notes.extend(raised.parse::<u64>());
    notes
}

/// Whether the digits at `at` are alone in square brackets, as the mark of a note is.
pub(super) fn is_bracketed(tokens: &[Token], at: usize) -> bool {
    let is = |at: usize, mark: char| {
        let token = tokens.get(at);
        token.is_some_and(|token| token.kind == Kind::Mark(mark))
    };
    let digits = tokens.get(at).filter(|token| token.is_digits());
    digits.is_some() && is(at.wrapping_sub(1), '[') && is(at + 1, ']')
}

/// Whether the digits at `at` stand close to a word or the end of a sentence, as the marks of notes
/// and exponents do.
pub(super) fn is_attached(tokens: &[Token], at: usize) -> bool {
    let (Some(before), Some(token)) = (
        at.checked_sub(1).and_then(|before| tokens.get(before)),
        tokens.get(at),
    ) else {
        return false;
    };
    let is_mark = |mark| ".!?…,;:)»”\"'^[(".contains(mark);
    token.is_digits()
        && !token.spaced
        && match before.kind {
            Kind::Word => true,
            Kind::Mark(mark) => is_mark(mark) && at > 1 && !tokens[at - 2].is_digits(),
            Kind::Digits => false,
        }
}

fn is_word(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| token.kind == Kind::Word)
}

fn is_negative(
    tokens: &[Token],
    start: usize,
    next: usize,
    is_share: bool,
    minus: impl Fn(usize) -> bool,
) -> bool {
    let Some(before) = start.checked_sub(1) else {
        return false;
    };
    let Some(token) = tokens.get(before) else {
        return false;
    };
    match token.kind {
        Kind::Word => matches!(token.text.to_lowercase().as_str(), "минус" | "minus"),
        Kind::Mark('-') if is_hyphened(tokens, start) => {
            minus(before)
                || degrees(tokens, next).is_some()
                || (is_share && follows_result(tokens, before))
        }
        _ => false,
    }
}

/// Whether a hyphen is close before the number at `start`, and joins it to nothing.
fn is_hyphened(tokens: &[Token], start: usize) -> bool {
    let before = start.checked_sub(1);
    let (Some(before), Some(first)) = (before, tokens.get(start)) else {
        return false;
    };
    tokens.get(before).is_some_and(|token| {
        token.kind == Kind::Mark('-')
            && !first.spaced
            && (token.spaced || follows_dots(tokens, before))
    })
}

/// Whether a word of what grows and shrinks is before the hyphen at `at`: elsewhere it is as often a
/// dash.
fn follows_result(tokens: &[Token], at: usize) -> bool {
    let before = tokens.get(at.saturating_sub(MAX_RESULT_TOKENS)..at);
    let mut before = before.into_iter().flatten();
    before.any(|token| begins_as(token, |tables| tables.results) || token.text == "+")
}

/// The side of zero that the words around degrees say.
fn side(tokens: &[Token], start: usize, next: usize) -> Option<Side> {
    let end = degrees(tokens, next)?;
    let before = tokens.get(start.saturating_sub(MAX_ZERO_TOKENS)..start)?;
    let after = tokens.get(end..).unwrap_or_default();
    let after = after.iter().take_while(|token| {
        let is_degree = matches!(token.text, "°" | "C" | "С" | "F");
        token.kind == Kind::Word || is_degree
    });
    let after: Vec<&Token> = after.take(MAX_ZERO_TOKENS).collect();
    let last = before.last();
    if last.is_some_and(|last| last.text == "+" || last.text.to_lowercase() == "plus") {
        return Some(Side::Above);
    }
    // `нөлден төмен 12 градус`, `нөлден 12 градус төмен`.
    let around: Vec<&Token> = before.iter().chain(after.iter().copied()).collect();
    for (at, token) in around.iter().enumerate() {
        let Some(tables) = tables(&token.text.to_lowercase(), token.language) else {
            continue;
        };
        let is = |token: &Token, beginning: &str| token.text.to_lowercase().starts_with(beginning);
        let mut pairs = tables.from_zero.iter();
        let found = pairs.find(|(first, second, _)| {
            let mut rest = around.iter().skip(at + 1);
            is(token, first) && rest.any(|next| is(next, second))
        });
        if let Some((_, _, side)) = found {
            return Some(*side);
        }
    }
    after.iter().enumerate().find_map(|(at, token)| {
        let lower = token.text.to_lowercase();
        let sides = tables(&lower, token.language)?.after_degrees;
        let (word, side) = sides.iter().find(|(word, _)| lower.starts_with(word))?;
        // "Two degrees above the average" is of no side.
        let from = after.get(at + 1).map(|token| token.text.to_lowercase());
        let is_zero = from.is_some_and(|from| from == "zero" || from.starts_with("freez"));
        let is_from = matches!(*word, "below" | "above");
        (!is_from || is_zero).then_some(*side)
    })
}

/// Whether the token at `at` follows the dots of a range (`-5...-10`).
fn follows_dots(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    before.is_some_and(|before| before.is_joined(&['.', '…']))
}

/// The token after the degrees that follow a number, or the range that it begins.
fn degrees(tokens: &[Token], next: usize) -> Option<usize> {
    let is_degrees = |token: &Token| {
        let text = token.text.to_lowercase();
        text == "°" || text.starts_with("градус") || text.starts_with("degree")
    };
    let of_range = |token: &Token| {
        token.is_digits() || matches!(token.text, "-" | "." | "…" | "to" | "and" | "до")
    };
    let mut at = next;
    while at < next + MAX_RANGE_TOKENS && tokens.get(at).is_some_and(of_range) {
        at += 1;
    }
    let mut places = at..at + 2;
    let found = places.find(|at| tokens.get(*at).is_some_and(is_degrees))?;
    Some(found + 1)
}
