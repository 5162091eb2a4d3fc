//! The translation stopped before its end: the decoder says so, or the text breaks off.

use super::SentencePair;
use super::finding::Problem;
use crate::text::excerpt;

/// Words that lead on to another word; English prose does not end on them.
const LEADING_ON: [&str; 9] = [
    "a", "an", "and", "because", "every", "or", "than", "the", "whose",
];

/// Words that rarely end a sentence, and never one that goes on to its stop in the source.
#[rustfmt::skip]
const RARELY_LAST: [&str; 46] = [
    "although", "am", "are", "as", "at", "be", "been", "being", "but", "by", "can", "could", "during",
    "for", "from", "had", "has", "have", "his", "how", "if", "in", "into", "is", "its", "may", "might",
    "must", "of", "on", "should", "that", "their", "to", "was", "were", "when", "where", "which",
    "while", "who", "whom", "will", "with", "would", "your",
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
    let source = pair.source.trim_end();
    let lacks_stop = || has_stop(source) && !has_stop(target) && is_last_by_chance(target);
    if !(breaks_off(target) || lacks_stop()) || breaks_off(source) {
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

/// Whether `text` ends with a stop, inside its quotation marks and brackets or after them.
fn has_stop(text: &str) -> bool {
    let is_closing = |c: char| c.is_whitespace() || "»”“\"'’)]".contains(c);
    text.trim_end_matches(is_closing)
        .ends_with(['.', '!', '?', '…'])
}

/// Whether a text without a stop ends on a word of [`RARELY_LAST`], or in the middle of a word.
fn is_last_by_chance(text: &str) -> bool {
    let Some(last) = text.split_whitespace().next_back() else {
        return false;
    };
    let is_half = last
        .strip_suffix('-')
        .is_some_and(|half| half.ends_with(char::is_alphabetic));
    last.len() < text.len() && (is_half || RARELY_LAST.contains(&last))
}
