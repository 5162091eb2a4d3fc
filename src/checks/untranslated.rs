//! Source text is in the target untranslated: in letters that no English word has, or
//! transliterated into Latin letters.
//!
//! Latin words copied from the source (`AMANAT`, `Wi-Fi`), Greek letters, and names in Latin
//! spelling are accepted.

use super::SentencePair;
use super::finding::Problem;
use super::transliteration::PhoneticKey;
use crate::text::{excerpt, is_any_cyrillic, is_greek, is_latin, words_between_spaces};
use std::collections::HashSet;
use unicode_segmentation::UnicodeSegmentation;

/// Shortest source word, in letters, that is looked for in Latin spelling; shorter ones may occur
/// by chance.
const MIN_WORD: usize = 4;
/// How many words found, and how many quarters of the words of the source, make a copy.
const COPY: (usize, usize) = (2, 2);
/// The same if the target has a word of [`ENGLISH`]: it may be a list of dishes, whose names are
/// not translated.
const COPY_AMONG_ENGLISH: (usize, usize) = (3, 3);

/// Words of which nearly every English sentence has one.
const ENGLISH: [&str; 16] = [
    "a", "an", "and", "at", "by", "for", "from", "in", "is", "of", "on", "the", "to", "was",
    "were", "with",
];

pub(super) fn problems(pair: &SentencePair) -> Vec<Problem> {
    let foreign: Vec<Problem> = foreign_words(pair)
        .map(|(at, word)| {
            let message = format!("“{}” is not written in Latin letters", excerpt(word));
            Problem::in_target(at..at + word.len(), message)
        })
        .collect();
    if foreign.is_empty() && romanised(pair) {
        return vec![Problem::whole(
            "the translation spells the source in Latin letters",
        )];
    }
    foreign
}

/// The words of the target that have letters of the source's script, or of no script of English; a
/// Chinese word that the source quotes may be quoted.
fn foreign_words<'a>(pair: &SentencePair<'a>) -> impl Iterator<Item = (usize, &'a str)> {
    let foreign = |c: char| c.is_alphabetic() && !is_latin(c) && !is_greek(c);
    let source: HashSet<&str> = pair.source.split_whitespace().collect();
    words_between_spaces(pair.target)
        .filter(move |(_, word)| word.contains(foreign))
        .filter(move |(_, word)| {
            // Addresses and hashtags are copied.
            let copied = word.contains("://") || word.starts_with('#');
            !source.contains(word) || (word.contains(is_any_cyrillic) && !copied)
        })
        .map(|(at, word)| {
            let inner = word.trim_start_matches(|c: char| !c.is_alphanumeric());
            let at = at + word.len() - inner.len();
            (at, inner.trim_end_matches(|c: char| !c.is_alphanumeric()))
        })
}

/// Whether most words of the source, except names, occur in the target in Latin spelling.
///
/// Loan words rightly do (`интернет`), so one of the words must have a letter that only Kazakh
/// uses.
fn romanised(pair: &SentencePair) -> bool {
    let words: HashSet<&str> = pair
        .source
        .unicode_words()
        .filter(|word| {
            word.chars()
                .all(|c| is_any_cyrillic(c) && !c.is_uppercase())
        })
        .filter(|word| word.chars().nth(MIN_WORD - 1).is_some())
        .collect();
    let target: Vec<String> = pair.target.unicode_words().map(str::to_lowercase).collect();
    if words.len() < COPY.0 {
        return copied_word_by_word(pair, &target);
    }
    let spelled: HashSet<PhoneticKey> = target.iter().flat_map(|word| spellings(word)).collect();
    let found: Vec<&&str> = words
        .iter()
        .filter(|word| spelled.contains(&PhoneticKey::of(word)))
        .collect();
    let english = target.iter().any(|word| ENGLISH.contains(&word.as_str()));
    let (least, share) = if english { COPY_AMONG_ENGLISH } else { COPY };
    let has_own_letters = |word: &&&str| word.contains(pair.language.own_letters);
    let is_copy = found.len() >= least
        && found.len() * 4 >= words.len() * share
        && found.iter().any(has_own_letters);
    is_copy || copied_word_by_word(pair, &target)
}

/// The sounds of a Latin word, and those that it has if its ng is `ң`.
fn spellings(word: &str) -> [PhoneticKey; 2] {
    [
        PhoneticKey::of(word),
        PhoneticKey::of(&word.replace("ng", "n")),
    ]
}

/// Whether each word of a short target is that of the source in Latin spelling, and one of them is no
/// name: the first word and words of three letters count here.
fn copied_word_by_word(pair: &SentencePair, target: &[String]) -> bool {
    let source: Vec<&str> = pair.source.unicode_words().collect();
    let is_alike = |(word, spelled): (&&str, &String)| {
        word.chars().all(is_any_cyrillic)
            && spellings(spelled).contains(&PhoneticKey::of(&word.to_lowercase()))
    };
    let is_own = |word: &&str| {
        word.starts_with(char::is_lowercase) && word.contains(pair.language.own_letters)
    };
    source.len() >= COPY.0
        && source.len() == target.len()
        && source.iter().zip(target).all(is_alike)
        && source.iter().any(is_own)
}
