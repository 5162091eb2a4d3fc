//! Numbers in words: `жүз елу мың`, `бір жарым миллион`, "one hundred and fifty", "nineteen ninety".

use crate::language::{Language, NumberTables, NumberWord};
use crate::text::roman_value;

use super::hours::LEFT;
use super::token::{Kind, Token};
use super::value::{Decimal, Value};
use super::words::{loosely, part, tables};

/// A number in words.
pub(super) struct Phrase {
    /// All values it may be the counterpart of.
    pub(super) values: Vec<Value>,
    /// The token after it.
    pub(super) next: usize,
    /// It is too definite to be an idiom: exact, beyond twenty and of several words.
    pub(super) definite: bool,
}

/// The largest number that is taken for an idiom even in several words.
const MAX_IDIOM: u64 = 20;

/// The number in words that starts at `at`, if one does.
pub(super) fn phrase(tokens: &[Token], at: usize) -> Option<Phrase> {
    let (number, next) = cardinal(tokens, at)?;
    let first = tokens.get(at)?;
    // Half a million is no half.
    let mut values = if next == at + 1 {
        loosely(&first.text.to_lowercase(), first.language)
    } else {
        vec![]
    };
    // A year in two halves.
    if let (Some(century @ 10..=99), Some((years, _))) =
        (number.to_integer(), following(tokens, next))
        && let Some(years @ 10..=99) = years.to_integer()
    {
        values.push(Value::integer(100 * century + years));
    }
    let alone = following(tokens, next).is_none() && !is_number_before(tokens, at);
    let exact = tokens[at..next]
        .iter()
        .all(|token| !is_approximate(&token.text.to_lowercase(), token.language));
    let several = tokens[at..next]
        .iter()
        .filter(|token| token.kind == Kind::Word)
        .count()
        > 1;
    let whole = number.to_integer();
    let definite = alone && exact && several && whole.is_none_or(|number| number > MAX_IDIOM);
    // A time to half an hour.
    if let (None, Some(hour @ 1..=24)) = (whole, number.floor()) {
        for hour in [hour, hour + 12] {
            if let Ok(hour) = u8::try_from(hour) {
                values.push(Value::Time { hour, minute: 30 });
            }
        }
    }
    values.push(Value::Number(number));
    Some(Phrase {
        values,
        next,
        definite,
    })
}

/// Whether another number in words ends right before `at`: half a year, a fraction or a range.
fn is_number_before(tokens: &[Token], at: usize) -> bool {
    let hyphen = tokens
        .get(at)
        .is_some_and(|_| at > 0 && tokens[at - 1].is_joined(&['-']));
    at.checked_sub(1 + usize::from(hyphen))
        .is_some_and(|before| word_part(tokens, before).is_some())
}

/// Whether a word is an approximate number: `ондаған`, "tens", "thousands".
pub(super) fn is_approximate(word: &str, language: &Language) -> bool {
    matches!(
        word,
        "tens" | "hundreds" | "thousands" | "millions" | "billions" | "dozens"
    ) || language
        .numbers
        .iter()
        .flat_map(|numbers| numbers.approximate_endings)
        .any(|ending| word.ends_with(ending))
}

/// The number that follows the one ending before `next` with no more than a hyphen between.
fn following(tokens: &[Token], next: usize) -> Option<(Decimal, usize)> {
    let at = next
        + usize::from(
            tokens
                .get(next)
                .is_some_and(|token| token.is_joined(&['-'])),
        );
    cardinal(tokens, at)
}

/// Sum of a number in words so far, in tenths, so that a half can be held.
#[derive(Default)]
struct Sum {
    /// Below the scale that comes next.
    group: u64,
    /// Groups already scaled.
    total: u64,
    /// The power of the last scale; a later one must be smaller.
    scale: Option<u32>,
}

impl Sum {
    /// Adds `part` where the grammar of numbers lets it follow; otherwise the number ends before it.
    fn add(&mut self, part: NumberWord) -> bool {
        let group = self.group / 10;
        let whole = self.group.is_multiple_of(10);
        match part {
            NumberWord::Count(count) if whole && group.is_multiple_of(10) => {
                self.group += 10 * count;
            }
            NumberWord::Teen(ten) | NumberWord::Ten(ten) if whole && group.is_multiple_of(100) => {
                self.group += 10 * ten;
            }
            NumberWord::Hundreds(hundreds) if self.group == 0 => self.group = 10 * hundreds,
            NumberWord::Hundred if self.group == 0 => self.group = 1000,
            NumberWord::Hundred if group < 100 => self.group *= 100,
            // `жүз жарым` is 150.
            NumberWord::AndHalf if self.group == 1000 => self.group += 500,
            NumberWord::AndHalf if whole && !group.is_multiple_of(100) => self.group += 5,
            NumberWord::Half if self.group == 0 && self.total == 0 => self.group = 5,
            NumberWord::Scale(power) if self.scale.is_none_or(|last| power < last) => {
                let group = if self.group == 0 { 10 } else { self.group };
                self.total += group * 10u64.pow(power);
                self.group = 0;
                self.scale = Some(power);
            }
            _ => return false,
        }
        true
    }

    fn value(&self) -> Decimal {
        let tenths = self.total + self.group;
        Decimal::written(&(tenths / 10).to_string(), &(tenths % 10).to_string())
    }
}

/// The value of the number in words that starts at `at`, and the token after it.
pub(super) fn cardinal(tokens: &[Token], at: usize) -> Option<(Decimal, usize)> {
    let mut sum = Sum::default();
    if !sum.add(word_part(tokens, at)?) {
        return None;
    }
    let mut next = at + 1;
    loop {
        if is(tokens, next, "and") && is(tokens, next + 1, "a") && is(tokens, next + 2, "half") {
            if sum.add(NumberWord::AndHalf) {
                next += 3;
                continue;
            }
            break;
        }
        // "one hundred and fifty", but not "five and six"; "half a million".
        let large = sum.group >= 1000 || sum.total > 0;
        let half = sum.group == 5;
        let skipped = match () {
            () if is(tokens, next, "and") && large && !starts_anew(tokens, next + 1, &sum) => 1,
            () if is(tokens, next, "a") && half => 1,
            () if is(tokens, next, "of") && are_many(tokens, next) => 1,
            () if tokens
                .get(next)
                .is_some_and(|token| token.is_joined(&['-'])) =>
            {
                1
            }
            () => 0,
        };
        // A denominator ends here: `оннан сегізі` is eight of ten, and no eighteen; and so does an hour that
        // minutes are left to: `онға бес минут қалғанда`.
        let last = tokens[next - 1].text.to_lowercase();
        if is_denominator(tokens, next - 1) || LEFT.iter().any(|ending| last.ends_with(ending)) {
            break;
        }
        match word_part(tokens, next + skipped) {
            Some(part) if sum.add(part) => next += skipped + 1,
            _ => break,
        }
    }
    Some((sum.value(), next))
}

/// Whether "of" at `at` joins hundreds to thousands.
fn are_many(tokens: &[Token], at: usize) -> bool {
    let is_one = |token: &Token, words: &[&str]| {
        words
            .iter()
            .any(|word| token.text.eq_ignore_ascii_case(word))
    };
    let any = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|token| is_one(token, words));
    at > 0
        && any(at - 1, &["tens", "hundreds"])
        && any(at + 1, &["thousands", "millions", "billions"])
}

/// Whether a number word says a place in an order: `екінші`, "first", a Roman numeral.
pub(super) fn is_ordinal(token: &Token) -> bool {
    let lower = token.text.to_lowercase();
    matches!(&*lower, "first" | "second" | "third")
        || (lower.ends_with("th") && lower.is_ascii())
        || has_part(token, |tables| tables.ordinal_parts)
        || roman_value(token.text).is_some()
}

/// Whether the number word at `at` has the ending of a denominator.
pub(super) fn is_denominator(tokens: &[Token], at: usize) -> bool {
    has_ending(tokens, at, |tables| tables.denominator_endings)
}

/// Whether the word at `at` has one of these endings of its language.
pub(super) fn has_ending(
    tokens: &[Token],
    at: usize,
    endings: impl Fn(&NumberTables) -> &'static [&'static str],
) -> bool {
    tokens.get(at).is_some_and(|token| {
        let lower = token.text.to_lowercase();
        tables(&lower, token.language).is_some_and(|tables| {
            let mut endings = endings(&tables).iter();
            endings.any(|ending| lower.ends_with(ending))
        })
    })
}

/// Whether a word has one of these parts of its language inside.
pub(super) fn has_part(
    token: &Token,
    parts: impl Fn(&NumberTables) -> &'static [&'static str],
) -> bool {
    let lower = token.text.to_lowercase();
    tables(&lower, token.language)
        .is_some_and(|tables| parts(&tables).iter().any(|part| lower.contains(part)))
}

/// Whether the words from `at` on are a separate number after the one in `sum`: "two hundred and
/// three hundred".
fn starts_anew(tokens: &[Token], at: usize, sum: &Sum) -> bool {
    match word_part(tokens, at + 1) {
        Some(NumberWord::Hundred) => true,
        Some(NumberWord::Scale(power)) => sum.scale.is_some_and(|last| power >= last),
        _ => false,
    }
}

fn word_part(tokens: &[Token], at: usize) -> Option<NumberWord> {
    let token = tokens.get(at)?;
    if token.kind == Kind::Word {
        part(&token.text.to_lowercase(), token.language)
    } else {
        None
    }
}

fn is(tokens: &[Token], at: usize, word: &str) -> bool {
    tokens.get(at).is_some_and(|token| token.text == word)
}

#[cfg(test)]
mod tests {
    use super::super::token::{plain, tokens};
    use super::*;
    use crate::language::KAZAKH;

    fn value(text: &str) -> Option<Decimal> {
        let text = plain(text).text;
        let tokens = tokens(&text, &KAZAKH);
        let (value, next) = cardinal(&tokens, 0)?;
        (next == tokens.len()).then_some(value)
    }

    #[test]
    fn numbers_in_words_have_their_value() {
        for (text, expected) in [
            ("жүз елу", 150),
            ("он бес мың үш жүз қырық жеті", 15_347),
            ("екі жарым мың", 2_500),
            ("бір жарым миллион", 1_500_000),
            ("жарты миллион", 500_000),
            ("двадцать пять тысяч двести один", 25_201),
            ("one hundred and fifty", 150),
            ("twenty-five thousand", 25_000),
            ("half a million", 500_000),
            ("жүз жарым", 150),
            ("жиырма жарым мың", 20_500),
            ("жүздеген мың", 100_000),
            ("hundreds of thousands", 100_000),
            ("one and a half million", 1_500_000),
            ("two thousand and eight", 2_008),
            ("nineteen hundred", 1_900),
        ] {
            assert_eq!(value(text), Some(Decimal::integer(expected)), "{text}");
        }
    }

    #[test]
    fn numbers_side_by_side_are_not_added() {
        for text in [
            "онға бес",
            "бес он",
            "five and six",
            "он он",
            "two three",
            "мың миллион",
        ] {
            assert_eq!(value(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_joined_by_and_are_told_from_numbers_that_hold_it() {
        for text in [
            "two hundred and three hundred",
            "two thousand and three thousand",
        ] {
            let tokens = tokens(text, &KAZAKH);
            assert_eq!(
                cardinal(&tokens, 0).map(|(_, next)| next),
                Some(2),
                "{text}"
            );
        }
    }

    #[test]
    fn only_definite_numbers_of_several_words_are_definite() {
        let definite =
            |text: &str| phrase(&tokens(text, &KAZAKH), 0).is_some_and(|phrase| phrase.definite);
        for text in [
            "жүз елу мың",
            "жиырма бес",
            "one hundred and fifty",
            "бес жүз",
        ] {
            assert!(definite(text), "{text}");
        }
        for text in [
            "жүз",
            "ондаған мың",
            "tens of thousands",
            "он төрттен бір",
            "он екі",
            "жарты миллион",
        ] {
            assert_eq!(definite(text), text == "жарты миллион", "{text}");
        }
    }

    #[test]
    fn a_year_may_be_said_in_two_halves() {
        let text = plain("nineteen eighty-four").text;
        let phrase = phrase(&tokens(&text, &KAZAKH), 0).expect("a number");
        assert!(phrase.values.contains(&Value::integer(1984)));
    }

    #[test]
    fn the_largest_sum_does_not_overflow() {
        let text = "nine hundred ninety nine trillion nine hundred ninety nine billion";
        assert!(value(text).is_some());
    }
}
