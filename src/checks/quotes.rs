//! A quotation was lost, or the target opens one that it does not close.
//!
//! Kazakh puts the names of firms, parties and projects in quotation marks, which English often
//! does not, so a short quoted title may lose its marks; quoted speech may not.

use std::ops::Range;

use super::SentencePair;
use super::finding::Problem;
use crate::text::{double_quotes, excerpt, is_any_cyrillic, place_of, quoted, unpaired};

/// A quotation of at least this many words is speech; a shorter one is a title.
const MIN_SPEECH_WORDS: usize = 4;

pub(super) fn problems(pair: &SentencePair) -> Vec<Problem> {
    let (source, target) = (marks(pair.source), marks(pair.target));
    if target.is_empty() && !has_single_quotes(pair.target) {
        let speech = quoted(pair.source, &source)
            .into_iter()
            .filter(|quotation| {
                quotation.split_whitespace().count() >= MIN_SPEECH_WORDS
                    && quotation.contains(is_any_cyrillic)
            });
        return speech
            .map(|words| {
                let message = format!(
                    "the words “{}” are not quoted in the translation",
                    excerpt(words)
                );
                Problem::in_source(place_of(words, pair.source), message)
            })
            .collect();
    }
    if source.len() % 2 == 1 || target.len() % 2 == 0 {
        return Vec::new();
    }
    let message = "a quotation mark of the translation has no partner";
    let alone = unpaired(pair.target);
    let place = alone.opening.iter().chain(&alone.closing).min();
    let mark = target.into_iter().find(|mark| Some(&mark.start) == place);
    vec![match mark {
        Some(mark) => Problem::in_target(mark, message),
        None => Problem::whole(message),
    }]
}

/// The double quotation marks of `text`, without the last one of an odd number after a digit: it
/// stands for inches.
fn marks(text: &str) -> Vec<Range<usize>> {
    let mut marks = double_quotes(text);
    let inches = marks.iter().rposition(|mark| {
        let after_digit = text[..mark.start].ends_with(|c: char| c.is_ascii_digit());
        after_digit && text[mark.clone()] == *"\""
    });
    if let (1, Some(inches)) = (marks.len() % 2, inches) {
        marks.remove(inches);
    }
    marks
}

/// Whether `text` holds a quotation in single marks: one opens before a word, or one closes the text.
fn has_single_quotes(text: &str) -> bool {
    let is_mark = |c: char| matches!(c, '\'' | '‘' | '’');
    let opens = |before: char, after: char| !before.is_alphanumeric() && after.is_alphabetic();
    let closes_the_text = text
        .trim_end()
        .strip_suffix(is_mark)
        .is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_punctuation()));
    let opened = text
        .char_indices()
        .filter(|(_, c)| is_mark(*c))
        .any(|(at, mark)| {
            let before = text[..at].chars().next_back().unwrap_or(' ');
            opens(
                before,
                text[at + mark.len_utf8()..].chars().next().unwrap_or(' '),
            )
        });
    opened || closes_the_text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apostrophes_are_no_quotation_marks() {
        assert!(!has_single_quotes(
            "The workers' union didn't meet in the '90s"
        ));
        assert!(has_single_quotes("He said 'we are ready' and left"));
    }
}
