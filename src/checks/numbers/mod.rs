//! Every number of the source stands in the translation, and every number of the translation in the
//! source, value for value across the conventions of the two languages.
//!
//! Numbers in digits are demanded, and so are those in several words beyond twenty. Other numbers in
//! words, Roman numerals, months and words such as "twice" only vouch for numbers on the other side:
//! `бір` and "one" are as often an article or a pronoun. Units are not converted, so miles for
//! kilometres are reported; signs, currencies and percent are not compared.

mod literal;
mod mention;
mod phrase;
mod token;
mod value;
mod words;

use std::collections::HashSet;

use super::Evidence;
use super::text::excerpt;
use literal::Convention;
use mention::{Mention, mentions};
use value::Value;

/// Most numbers named in an explanation.
const NAMED: usize = 3;

pub(super) fn problem(evidence: &Evidence) -> Option<String> {
    let source = mentions(evidence.source, Convention::Cyrillic);
    let target = mentions(evidence.target, Convention::English);
    if let Some(lost) = without_counterpart(&source, &target) {
        return Some(format!("{lost} has no counterpart in the translation"));
    }
    without_counterpart(&target, &source)
        .map(|invented| format!("{invented} has no counterpart in the source"))
}

/// Whether every demanded number of an English sentence stands in an English text.
pub(super) fn supported(sentence: &str, text: &str) -> bool {
    let sentence = mentions(sentence, Convention::English);
    without_counterpart(&sentence, &mentions(text, Convention::English)).is_none()
}

/// The first of the demanded `numbers` that `others` do not hold, quoted and in a row.
fn without_counterpart(numbers: &[Mention], others: &[Mention]) -> Option<String> {
    let held: HashSet<&Value> = others
        .iter()
        .flat_map(|other| other.readings.iter().flatten())
        .collect();
    let found = |number: &Mention| {
        number
            .readings
            .iter()
            .any(|reading| reading.iter().all(|value| held.contains(value)))
    };
    let missing: Vec<String> = numbers
        .iter()
        .filter(|number| number.demanded && !found(number))
        .take(NAMED)
        .map(|number| format!("“{}”", excerpt(&number.text)))
        .collect();
    (!missing.is_empty()).then(|| missing.join(", "))
}
