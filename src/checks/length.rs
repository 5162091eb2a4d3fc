//! The translation is much shorter or longer than translations are: clauses lost, or invented.
//!
//! Lengths are letters and digits. The bounds are straight lines, fitted for each language; their
//! constants let short sentences vary.

use super::SentencePair;
use super::finding::Problem;
use crate::text::alnum_count;

/// Letters that one letter of an abbreviation may expand to (`ҚР`: Republic of Kazakhstan).
const SPELLED_OUT: f64 = 10.0;
/// Longest word in capitals that is taken for an abbreviation.
const MAX_ABBREVIATION_LETTERS: usize = 6;

pub(super) fn problems(pair: &SentencePair) -> Vec<Problem> {
    problem(pair).map(Problem::whole).into_iter().collect()
}

fn problem(pair: &SentencePair) -> Option<String> {
    let bounds = pair.language.length?;
    let letters = pair.source.chars().filter(|c| c.is_alphabetic());
    let (alphabetic, syllabic) = letters.fold((0usize, 0usize), |(near, far), c| {
        if c < '\u{0700}' {
            (near + 1, far)
        } else {
            (near, far + 1)
        }
    });
    // In Chinese and similar scripts one character may be a word: no bound was fitted for them.
    if syllabic > alphabetic {
        return None;
    }
    let (source, target) = (
        alnum_count(pair.source) as f64,
        alnum_count(pair.target) as f64,
    );
    let words = |many: f64| format!("{:.0} % of the source's length", 100.0 * many);
    if target < bounds.low_slope * source - bounds.low_slack {
        return Some(format!(
            "the translation is short: {}",
            words(target / source)
        ));
    }
    let abbreviated = abbreviation_letters(pair.source) as f64;
    if target > bounds.high_slope * source + bounds.high_slack + SPELLED_OUT * abbreviated {
        return Some(format!(
            "the translation is long: {}",
            words(target / source.max(1.0))
        ));
    }
    None
}

/// Letters in the abbreviations of `source`, such as АҚШ, which expand to several words.
fn abbreviation_letters(source: &str) -> usize {
    source
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| (2..=MAX_ABBREVIATION_LETTERS).contains(&word.chars().count()))
        .filter(|word| word.chars().all(char::is_uppercase))
        .map(|word| word.chars().count())
        .sum()
}
