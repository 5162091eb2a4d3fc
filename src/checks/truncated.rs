//! The translation stopped before its end: the decoder says so, or the text breaks off.

use super::SentencePair;
use super::finding::Problem;
use crate::text::excerpt;

/// Words that lead on to another word; English prose does not end on them.
const LEADING_ON: [&str; 9] = [
    "a", "an", "and", "because", "every", "or", "than", "the", "whose",
];

pub(super) fn problems(pair: &SentencePair) -> Vec<Problem> {
    problem(pair).into_iter().collect()
}

fn problem(pair: &SentencePair) -> Option<Problem> {
    if pair.truncated {
        return Some(Problem::whole(
            "the translation reached the cap on its length before its end",
        ));
    }
    let target = pair.target.trim_end();
    if !breaks_off(target) || breaks_off(pair.source.trim_end()) {
        return None;
    }
    let last = target.split_whitespace().next_back()?;
    let message = format!("the translation breaks off after “{}”", excerpt(last));
    Some(Problem::in_target(
        target.len() - last.len()..target.len(),
        message,
    ))
}

/// Whether `text` ends where no sentence ends: on a comma, an opening bracket or a word such as "the".
fn breaks_off(text: &str) -> bool {
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—'));
    let leads_on = text
        .split_whitespace()
        .next_back()
        .is_some_and(|word| word.len() < text.len() && LEADING_ON.contains(&word));
    leads_on || text.ends_with([',', ';', '(', '[', '«', '„'])
}
