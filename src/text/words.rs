//! Words, runs of letters, and texts cut short for messages.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// Longest quotation of a text in a message, in characters.
const MAX_EXCERPT_CHARS: usize = 60;

/// A run of letters, or a run of other characters between two of those.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Run<'a> {
    Word(&'a str),
    Between(&'a str),
}

/// Cuts a text into words (runs of letters) and what is between them; nothing is left out.
pub(crate) fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let is_word = rest.chars().next()?.is_alphabetic();
        let end = rest
            .find(|next: char| next.is_alphabetic() != is_word)
            .unwrap_or(rest.len());
        let (run, tail) = rest.split_at(end);
        rest = tail;
        Some(if is_word {
            Run::Word(run)
        } else {
            Run::Between(run)
        })
    })
}

/// The runs of letters of `text`, with the byte each starts at.
pub(crate) fn letter_runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    runs(text).filter_map(move |run| {
        let start = at;
        let (Run::Word(run_text) | Run::Between(run_text)) = run;
        at += run_text.len();
        matches!(run, Run::Word(_)).then_some((start, run_text))
    })
}

/// Where `words` are in `text` with no letter or digit next to them that would make them a part of a longer
/// word.
pub(crate) fn places_of_words<'t>(
    text: &'t str,
    words: &'t str,
) -> impl Iterator<Item = Range<usize>> + 't {
    let is_word = char::is_alphanumeric;
    let (begins, ends) = (words.starts_with(is_word), words.ends_with(is_word));
    let places = text.match_indices(words);
    places.filter_map(move |(at, _)| {
        let place = at..at + words.len();
        let is_cut = begins && text[..at].ends_with(is_word)
            || ends && text[place.end..].starts_with(is_word);
        (!is_cut && !words.is_empty()).then_some(place)
    })
}

/// The bytes of `text` that `part`, a slice of it, is.
pub(crate) fn place_of(part: &str, text: &str) -> Range<usize> {
    let start = part.as_ptr().addr().saturating_sub(text.as_ptr().addr());
    start..start + part.len()
}

/// What is between the white space of `text`, each with the byte offset where it starts.
pub(crate) fn words_between_spaces(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive(char::is_whitespace)
        .filter_map(move |piece| {
            let start = at;
            at += piece.len();
            let word = piece.trim_end();
            (!word.is_empty()).then_some((start, word))
        })
}

/// The words of `text` in lower case, by the word boundaries of UAX #29.
pub(crate) fn lowercase_words(text: &str) -> Vec<String> {
    text.unicode_words().map(str::to_lowercase).collect()
}

/// Replaces each run of white space by one space, and drops white space at both ends.
pub(crate) fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first [`MAX_EXCERPT_CHARS`] characters of `text` on one line, to be quoted in a message.
pub(crate) fn excerpt(text: &str) -> String {
    let mut short: String = text
        .trim()
        .chars()
        .take(MAX_EXCERPT_CHARS)
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    if text.trim().chars().nth(MAX_EXCERPT_CHARS).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_letters_leave_everything_else_out() {
        let runs: Vec<(usize, &str)> = letter_runs("Е.Жылқы-бай 7x!").collect();
        assert_eq!(runs, [(0, "Е"), (3, "Жылқы"), (14, "бай"), (22, "x")]);
        assert_eq!(letter_runs("7 …").count(), 0);
    }

    #[test]
    fn words_are_found_where_they_are_no_part_of_others() {
        let places = |text, words| places_of_words(text, words).map(|place| place.start);
        assert_eq!(places("15 пен 5, 5-ші", "5").collect::<Vec<_>>(), [10, 13]);
        assert_eq!(places("C++ және C", "C++").collect::<Vec<_>>(), [0]);
        assert_eq!(places("Асан Хасан", "асан").count(), 0);
        assert_eq!(places("a", "").count(), 0);
    }

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(excerpt("  two\nlines "), "two lines");
        let long = excerpt(&"ұ".repeat(1000));
        assert_eq!(long.chars().count(), MAX_EXCERPT_CHARS + 1);
        assert!(long.ends_with('…'));
    }
}
