//! Every number of the source occurs in the translation, and every number of the translation in the
//! source; values are compared, whatever the conventions of the two languages.
//!
//! Numbers in digits, and those above twenty in several words, are demanded: they need a
//! counterpart. Other numbers in words, Roman numerals, months and words such as "twice" only vouch
//! for numbers on the other side (they may be the counterpart, and need none): `бір` and "one" are
//! as often an article or a pronoun. What has its counterpart may still differ in what is beside it:
//! see `contradiction`. Units are not converted.

mod clock;
mod context;
mod contradiction;
mod decade;
mod descending;
mod duration;
mod forms;
mod fraction;
mod hours;
mod literal;
mod mention;
mod months;
mod phrase;
mod share;
mod spoken;
mod token;
mod value;
mod words;

use std::collections::HashSet;

use super::finding::Problem;
use super::{LostNumber, SentencePair};
use crate::language::{ENGLISH, Language, Unit};
use crate::text::{excerpt, places_of_words};
use literal::Convention;
use mention::{Mention, Numbers, numbers, numbers_beside};
use value::Value;

pub(super) fn problems(pair: &SentencePair) -> Vec<Problem> {
    let (source, target) = of_pair(pair);
    let lost = without_counterpart(&source.mentions, &target).map(|number| {
        let words = excerpt(&pair.source[number.place.clone()]);
        let message = format!("“{words}” has no counterpart in the translation");
        Problem::in_source(number.place.clone(), message)
    });
    // A source whose number words are unknown may say in words what the translation says in digits.
    let known = pair.language.numbers.is_some();
    let invented = without_counterpart(&target.mentions, &source)
        .filter(|_| known)
        .map(|number| {
            let words = excerpt(&pair.target[number.place.clone()]);
            let message = format!("“{words}” has no counterpart in the source");
            Problem::in_target(number.place.clone(), message)
        });
    let mut problems: Vec<Problem> = lost.chain(invented).collect();
    if known {
        problems.extend(contradiction::problems(pair, &source, &target));
    }
    problems
}

/// The numbers of both texts; none of a note or an exponent that the other one writes in another way is
/// demanded.
fn of_pair(pair: &SentencePair) -> (Numbers, Numbers) {
    let mut source = numbers(pair.source, Convention::Cyrillic, pair.language);
    let english = Convention::English;
    let mut target = numbers_beside(pair.target, english, pair.language, &source.ranges);
    release_notes(&mut source.mentions, &target.notes);
    release_notes(&mut target.mentions, &source.notes);
    release_kazan(pair, &mut source.mentions);
    (source, target)
}

/// Lets go of a month that begins the sentence where it is the city of that name.
fn release_kazan(pair: &SentencePair, source: &mut [Mention]) {
    let Some(first) = source.first_mut() else {
        return;
    };
    let (before, rest) = pair.source.split_at(first.place.start);
    if !before.contains(char::is_alphanumeric)
        && rest.starts_with("Қазан")
        && places_of_words(pair.target, "Kazan").next().is_some()
    {
        first.demanded = false;
    }
}

fn release_notes(mentions: &mut [Mention], notes: &HashSet<u64>) {
    for number in mentions {
        let mut values = number.readings.iter().flatten();
        let is_note = |value: &Value| value.to_integer().is_some_and(|n| notes.contains(&n));
        number.demanded &= !(number.is_attached && values.any(is_note));
    }
}

/// The currencies that a text names, in words or by their signs.
pub(super) fn currencies(text: &str, language: &'static Language) -> HashSet<Unit> {
    numbers(text, Convention::English, language).money
}

/// The numbers of the source that have no counterpart in the target.
pub(super) fn lost(pair: &SentencePair) -> Vec<LostNumber> {
    let (source, target) = of_pair(pair);
    without_counterpart(&source.mentions, &target)
        .map(|number| LostNumber {
            words: pair.source[number.place.clone()].to_owned(),
            values: forms::forms(number),
        })
        .collect()
}

/// The demanded numbers of an English sentence that do not occur in an English text.
pub(super) fn unsupported(sentence: &str, text: &str) -> Vec<Problem> {
    let english = |text| numbers(text, Convention::English, &ENGLISH);
    without_counterpart(&english(sentence).mentions, &english(text))
        .map(|number| {
            let words = excerpt(&sentence[number.place.clone()]);
            let message = format!("“{words}” is not in the translation");
            Problem::in_target(number.place.clone(), message)
        })
        .collect()
}

/// The demanded `numbers` that `others` do not hold.
fn without_counterpart<'n>(
    numbers: &'n [Mention],
    others: &'n Numbers,
) -> impl Iterator<Item = &'n Mention> {
    let held: HashSet<&Value> = others
        .mentions
        .iter()
        .flat_map(|other| other.readings.iter().flatten())
        .collect();
    // A percentage may be said as a part: "one in four".
    let shares = others.parts.iter().flat_map(|part| &part.percentages);
    let shares: HashSet<&Value> = shares.collect();
    let found = move |number: &Mention| {
        let unit = number.context.unit.map(|measure| measure.unit);
        number.readings.iter().any(|reading| {
            reading.iter().all(|value| held.contains(value))
                || (unit == Some(Unit::Percent)
                    && matches!(&reading[..], [value] if shares.contains(value)))
        })
    };
    numbers
        .iter()
        .filter(move |number| number.demanded && !found(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{GENERIC, KAZAKH, Language, RUSSIAN};

    fn is_problem(language: &'static Language, source: &str, target: &str) -> bool {
        let pair = SentencePair {
            language,
            source,
            target,
            truncated: false,
            terms: &[],
        };
        !problems(&pair).is_empty()
    }

    #[test]
    fn number_words_are_those_of_the_language() {
        let english = "Thirty-five came.";
        assert!(!is_problem(&RUSSIAN, "Пришли тридцать пять.", english));
        assert!(!is_problem(&KAZAKH, "Отыз бес адам келді.", english));
        assert!(is_problem(&RUSSIAN, "Отыз бес адам келді.", english));
        // `он` is ten in Kazakh and "he" in Russian.
        assert!(!is_problem(&KAZAKH, "Он адам келді.", "10 came."));
        assert!(is_problem(&RUSSIAN, "Он пришёл.", "10 came."));
    }

    #[test]
    fn a_word_after_a_time_with_an_ending_says_its_half_of_the_day() {
        let morning = "The meeting begins at 8:30 a.m.";
        let evening = "The meeting begins at 8:30 p.m.";
        for (source, fits, other) in [
            ("Жиын 8:30-да таңертең басталады.", morning, evening),
            ("Жиын 8:30-да кешке басталады.", evening, morning),
            ("Жиын сағат 8:30-да таңертеңгі уақытта.", morning, evening),
        ] {
            assert!(!is_problem(&KAZAKH, source, fits), "{source}");
            assert!(is_problem(&KAZAKH, source, other), "{source}");
        }
        for source in [
            "Ол 8:30-да таңдалды.",
            "Көпір 8:30-дан кешке дейін ашық.",
            "Көпір 8:30-да кешке дейін жабылады.",
        ] {
            assert!(!is_problem(&KAZAKH, source, morning), "{source}");
        }
    }

    #[test]
    fn of_a_language_without_number_words_only_digits_of_the_source_are_demanded() {
        assert!(!is_problem(&GENERIC, "Zwanzig kamen.", "20 came."));
        assert!(is_problem(&GENERIC, "15 kamen.", "50 came."));
    }
}
