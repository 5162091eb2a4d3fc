//! Names of the source occur in the translation, in one of the spellings that transliteration
//! allows.
//!
//! A name is a capitalised word inside a sentence, or a word in Latin letters. Countries, bodies and
//! other names that are translated are looked up; words that are capitalised as parts of longer titles,
//! which are translated in too many ways, are passed over, and so is what a quotation begins with, unless
//! it is the name of a firm. The check is informative: docs/fidelity.md states how often it is right.

mod invented;
mod known;
mod missing;
mod other;
mod source;
mod target;

use std::collections::HashSet;

use super::finding::Problem;
use super::{LostName, SentencePair};
use crate::text::{excerpt, letter_runs};
use invented::invented;
use missing::lost_mentions;
use source::ends_sentence;
pub(crate) use source::{Mention, mentions};
pub(crate) use target::{Fate, Target, forms};

/// Maximum names without counterpart that are compared with all words of the other text.
const MAX_COMPARED: usize = 16;

pub(super) fn problems(pair: &SentencePair) -> Vec<Problem> {
    let Some(tables) = pair.language.names.as_ref() else {
        return Vec::new();
    };
    let target = Target::read(pair.target);
    let mut found = HashSet::new();
    let lost = lost_mentions(pair, &target, tables, &mut found).into_iter();
    let lost = lost.map(|lost| {
        let message = format!(
            "“{}” has no counterpart in the translation",
            excerpt(lost.text)
        );
        Problem::in_source(lost.place(), message)
    });
    let mut problems: Vec<Problem> = lost.collect();
    problems.extend(invented(pair, &target, tables, &found));
    problems
}

/// The names of the source that the gazetteer knows and that have no counterpart in the target.
pub(super) fn lost(pair: &SentencePair) -> Vec<LostName> {
    let Some(tables) = pair.language.names.as_ref() else {
        return Vec::new();
    };
    let target = Target::read(pair.target);
    let lost = lost_mentions(pair, &target, tables, &mut HashSet::new());
    let known = lost.into_iter().filter_map(|name| {
        let entry = name.entry?;
        Some(LostName {
            words: name.text.to_owned(),
            forms: entry.forms().map(str::to_owned).collect(),
        })
    });
    known.collect()
}

/// The capitalised words inside an English sentence that do not occur in an English text in any
/// form.
pub(super) fn unsupported(sentence: &str, text: &str) -> Vec<Problem> {
    let text: Vec<String> = letter_runs(text)
        .map(|(_, word)| word.to_lowercase())
        .collect();
    let held: HashSet<&str> = text.iter().flat_map(|word| forms(word)).collect();
    let (mut end, mut previous) = (0, "");
    let unsupported = letter_runs(sentence).filter(|&(at, word)| {
        let gap = sentence.get(end..at).unwrap_or_default();
        let begins = end == 0 || ends_sentence(gap, previous);
        (end, previous) = (at + word.len(), word);
        let is_name = !begins && word.starts_with(char::is_uppercase) && word != "I";
        is_name && !forms(&word.to_lowercase()).any(|form| held.contains(form))
    });
    unsupported
        .map(|(at, word)| {
            let message = format!("“{}” is not in the translation", excerpt(word));
            Problem::in_target(at..at + word.len(), message)
        })
        .collect()
}

#[cfg(test)]
mod tests;
