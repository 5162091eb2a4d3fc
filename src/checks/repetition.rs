//! The target repeats itself: the decoder fell into a loop.
//!
//! Four signs, each beyond what the source itself does: a phrase repeated on the spot, a word that
//! repeats its letters, a phrase that comes back all over the sentence, and a text that compresses as
//! only loops do.

use std::collections::HashMap;
use std::io::Write;
use std::ops::Range;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use unicode_segmentation::UnicodeSegmentation;

use super::SentencePair;
use super::finding::Problem;
use crate::text::{excerpt, lowercase_words};

/// Longest phrase, in words, of which repetitions on the spot are counted.
const MAX_PHRASE: usize = 16;
/// A single word may occur this often in a row (`no, no, no`).
const MAX_WORD_IN_A_ROW: usize = 3;
/// A phrase may occur this often in a row, and begin once more.
const MAX_PHRASE_IN_A_ROW: usize = 2;
/// From this many words on a phrase may not be repeated on the spot at all.
const MIN_CLAUSE_WORDS: usize = 5;
/// Words of which English joins nouns into rows: a phrase of these alone comes back in any long title
/// ("the chairman of the Senate of the Parliament of the Republic").
#[rustfmt::skip]
const JOINING: [&str; 26] = [
    "a", "an", "and", "as", "at", "by", "for", "from", "her", "his", "in", "into", "its", "my", "no",
    "nor", "of", "on", "or", "our", "that", "the", "their", "to", "with", "your",
];
/// Longest group of letters whose repetition inside a word is looked for, and how many letters of a
/// word may be repetitions (`hahahaha`).
const MAX_SYLLABLE: usize = 8;
const LETTERS_IN_A_ROW: usize = 12;
/// Words of a phrase that may not recur throughout the sentence, and how often it may occur.
const RECURRING: usize = 5;
const ALLOWED_RECURRENCES: usize = 2;
/// Text that shrinks by more than this is a loop (the limit Whisper's decoder uses) where the source
/// shrinks by clearly less.
const MAX_COMPRESSION: f64 = 2.4;
const BEYOND_SOURCE: f64 = 1.4;

pub(super) fn problems(pair: &SentencePair) -> Vec<Problem> {
    problem(pair).into_iter().collect()
}

fn problem(pair: &SentencePair) -> Option<Problem> {
    let (source, target) = (lowercase_words(pair.source), lowercase_words(pair.target));
    let in_target = |words: Range<usize>, message: String| match words_place(pair.target, words) {
        Some(place) => Problem::in_target(place, message),
        None => Problem::whole(message),
    };
    if let Some(run) = excessive_run(&target, most_in_a_row(&source)) {
        let phrase = target[run.start..run.start + run.period].join(" ");
        let message = format!(
            "“{}” stands {} times in a row",
            excerpt(&phrase),
            run.times()
        );
        return Some(in_target(run.start..run.start + run.length, message));
    }
    if let Some((at, word)) = target.iter().enumerate().find(|(_, word)| stutters(word))
        && !source.iter().any(|word| stutters(word))
    {
        let message = format!("“{}” repeats its letters", excerpt(word));
        return Some(in_target(at..at + 1, message));
    }
    if let Some((phrase, times)) = most_frequent(&target)
        && times > ALLOWED_RECURRENCES.max(most_frequent(&source).map_or(1, |(_, times)| times))
    {
        let message = format!("“{}” stands {times} times", excerpt(&phrase.join(" ")));
        let occurrences = target.windows(phrase.len()).enumerate();
        // The first one is rarely the wrong one.
        let again = occurrences.filter(|(_, words)| *words == phrase).nth(1);
        return Some(match again {
            Some((at, _)) => in_target(at..at + phrase.len(), message),
            None => Problem::whole(message),
        });
    }
    if let Some(again) = comes_back(&target)
        && !has_echo(&source)
    {
        let phrase = target[again.clone()].join(" ");
        let message = format!("“{}” comes back after a word", excerpt(&phrase));
        return Some(in_target(again, message));
    }
    let ratio = compression(pair.target);
    (ratio > MAX_COMPRESSION && ratio > BEYOND_SOURCE * compression(pair.source)).then(|| {
        Problem::whole(format!(
            "the translation repeats itself: it compresses {ratio:.1} times"
        ))
    })
}

/// The bytes of `text` that the words with these numbers take, counted as [`lowercase_words`] does.
fn words_place(text: &str, words: Range<usize>) -> Option<Range<usize>> {
    let (start, _) = text.unicode_word_indices().nth(words.start)?;
    let last = words.end.checked_sub(1)?;
    let (end, last) = text.unicode_word_indices().nth(last)?;
    Some(start..end + last.len())
}

/// A phrase of `period` items from item `start` on that repeats without a break over `length` items.
struct Run {
    start: usize,
    period: usize,
    length: usize,
}

impl Run {
    /// How often the whole phrase occurs.
    fn times(&self) -> usize {
        self.length / self.period
    }
}

/// The places where phrases of up to `longest` items occur twice or more in a row, shorter phrases
/// first.
fn runs<T: PartialEq>(items: &[T], longest: usize) -> impl Iterator<Item = Run> {
    (1..=longest).flat_map(move |period| {
        let repeats = items
            .iter()
            .zip(items.iter().skip(period))
            .map(|(item, next)| item == next);
        let mut found = Vec::new();
        let mut start = 0;
        for (at, repeats) in repeats.chain(std::iter::once(false)).enumerate() {
            if !repeats {
                let length = at - start + period;
                if length >= 2 * period {
                    found.push(Run {
                        start,
                        period,
                        length,
                    });
                }
                start = at + 1;
            }
        }
        found
    })
}

/// The maximum number of times that a phrase occurs in a row.
fn most_in_a_row(words: &[String]) -> usize {
    runs(words, MAX_PHRASE)
        .map(|run| run.times())
        .max()
        .unwrap_or(1)
}

/// The first run that is longer than prose and than the source's own `in_source` allow.
fn excessive_run(words: &[String], in_source: usize) -> Option<Run> {
    runs(words, MAX_PHRASE).find(|run| {
        let begun = |times: usize| times * run.period + run.period / 2;
        let allowed = match run.period {
            1 => MAX_WORD_IN_A_ROW,
            MIN_CLAUSE_WORDS.. => 2 * run.period - 1,
            _ => begun(MAX_PHRASE_IN_A_ROW),
        };
        let allowed_by_source = if in_source > 1 { begun(in_source) } else { 0 };
        run.length > allowed.max(allowed_by_source)
    })
}

/// The second occurrence of a phrase that comes back with one word between: of a clause, or of two
/// words and more, not all of them [`JOINING`], if it comes back again so.
fn comes_back(words: &[String]) -> Option<Range<usize>> {
    (2..=MAX_PHRASE).find_map(|length| {
        let period = length + 1;
        let at = |start: usize| words.get(start..start + length);
        (0..words.len()).find_map(|start| {
            let phrase = at(start)?;
            let again = start + period;
            let twice = at(again) == Some(phrase);
            let thrice = || at(again + period) == Some(phrase);
            let says = || phrase.iter().any(|word| !JOINING.contains(&&**word));
            let is_loop = twice && (length >= MIN_CLAUSE_WORDS || (thrice() && says()));
            is_loop.then_some(again..again + length)
        })
    })
}

/// Whether a word comes back after one other, as in a list or a proverb.
fn has_echo(words: &[String]) -> bool {
    let echo = |length: usize| {
        words
            .iter()
            .zip(words.iter().skip(length))
            .any(|(a, b)| a == b)
    };
    (2..=3).any(echo)
}

/// Whether `word` repeats a few letters.
fn stutters(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    letters.len() > LETTERS_IN_A_ROW
        && runs(&letters, MAX_SYLLABLE).any(|run| run.length > LETTERS_IN_A_ROW)
}

/// The phrase of [`RECURRING`] words that occurs most often in `words`, and how often.
fn most_frequent(words: &[String]) -> Option<(&[String], usize)> {
    let mut counts: HashMap<&[String], usize> = HashMap::new();
    for phrase in words.windows(RECURRING) {
        *counts.entry(phrase).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|(phrase, times)| (*times, std::cmp::Reverse(*phrase)))
}

/// The compression ratio of `text`: its bytes divided by those of its zlib stream; 0 if compression
/// fails.
fn compression(text: &str) -> f64 {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let written = encoder
        .write_all(text.as_bytes())
        .and_then(|()| encoder.finish());
    written.map_or(0.0, |compressed| {
        text.len() as f64 / compressed.len().max(1) as f64
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        lowercase_words(text)
    }

    fn spans<T: PartialEq>(items: &[T]) -> Vec<(usize, usize, usize)> {
        runs(items, 4)
            .map(|run| (run.start, run.period, run.length))
            .collect()
    }

    #[test]
    fn runs_are_found_for_every_length_of_the_phrase() {
        assert_eq!(spans(&words("he is very very very tall")), [(2, 1, 3)]);
        assert_eq!(spans(&words("but no but no but yes")), [(0, 2, 5)]);
        assert_eq!(spans(&words("one two three")), []);
        assert_eq!(spans(&words("")), []);
    }

    #[test]
    fn a_word_that_goes_round_stutters() {
        assert!(stutters("101010101010101"));
        assert!(!stutters("hahahaha") && !stutters("internationalisation"));
    }

    #[test]
    fn a_loop_compresses_better_than_prose() {
        assert!(compression(&"ha".repeat(200)) > MAX_COMPRESSION);
        assert!(compression("The governor visited three villages and opened a school.") < 1.5);
    }
}
