//! How each name is spelt, and which spelling it gets.

use std::collections::HashMap;
use std::ops::Range;

use super::parts::Part;
use crate::checks::transliteration::PhoneticKey;
use crate::checks::{Check, Finding, Spans};
use crate::document::Sentence;
use crate::language::names::Entry;
use crate::text::excerpt;

/// Maximum spellings of a name that are told apart, and words of a sentence that are replaced: bounds on
/// the work.
const MAX_SPELLINGS: usize = 8;
const MAX_REPLACED: usize = 64;

/// The English spellings of an article's names, by their keys.
pub(super) struct Spellings {
    names: HashMap<String, Spelling>,
}

/// Spellings and how often each occurs, in the order of their first occurrences.
type Counts = Vec<(String, usize)>;

struct Spelling {
    counts: Counts,
    chosen: String,
}

impl Spellings {
    pub(super) fn of(sentences: &[Vec<Part>]) -> Self {
        let mut counts: HashMap<&str, (Counts, Option<Entry>)> = HashMap::new();
        for part in sentences.iter().flatten() {
            let Some(spelling) = &part.spelling else {
                continue;
            };
            let (counts, _) = counts
                .entry(&part.key)
                .or_insert_with(|| (Vec::new(), part.entry));
            if let Some((_, count)) = counts.iter_mut().find(|(known, _)| known == spelling) {
                *count += 1;
            } else if counts.len() < MAX_SPELLINGS {
                counts.push((spelling.clone(), 1));
            }
        }
        let names = counts.into_iter().map(|(key, (counts, entry))| {
            let chosen = chosen(&counts, entry);
            (key.to_owned(), Spelling { counts, chosen })
        });
        Self {
            names: names.collect(),
        }
    }

    /// The spelling that a name has or gets; `None` if the English does not have it.
    pub(super) fn chosen(&self, key: &str) -> Option<&str> {
        self.names.get(key).map(|spelling| &*spelling.chosen)
    }

    /// Every spelling of a name, as the model wrote it.
    pub(super) fn all(&self, key: &str) -> impl Iterator<Item = &str> {
        let spelling = self.names.get(key);
        spelling
            .into_iter()
            .flat_map(|spelling| spelling.counts.iter().map(|(written, _)| &**written))
    }

    /// Writes the names of a sentence in their chosen spellings, with a finding for each word.
    pub(super) fn put_into(&self, sentence: &mut Sentence, parts: &[Part]) {
        for part in parts {
            let Some(spelling) = self.names.get(&part.key) else {
                continue;
            };
            let others = spelling.counts.iter().map(|(written, _)| written);
            let others: Vec<&String> = others
                .filter(|written| {
                    **written != spelling.chosen && is_variant(written, &spelling.chosen)
                })
                .collect();
            // Another name of the sentence may be spelt so.
            let is_others = |written: &str| {
                parts.iter().any(|other| {
                    other.key != part.key && self.all(&other.key).any(|spelt| spelt == written)
                })
            };
            for written in others {
                if !is_others(written) {
                    replace_all(sentence, part, written, &spelling.chosen);
                }
            }
        }
    }
}

/// The gazetteer's spelling if the article has several, else the commonest; of two, the first.
fn chosen(counts: &[(String, usize)], entry: Option<Entry>) -> String {
    let usual = entry.map(|entry| entry.usual).filter(|usual| {
        let alike = |(written, _): &(String, usize)| written == usual || is_variant(written, usual);
        counts.len() > 1 && counts.iter().all(alike)
    });
    if let Some(usual) = usual {
        return usual.to_owned();
    }
    let most = counts.iter().map(|(_, count)| *count).max();
    let commonest = counts.iter().find(|(_, count)| Some(*count) == most);
    commonest
        .map(|(written, _)| written.clone())
        .unwrap_or_default()
}

/// Whether both are spellings of one name by their sound, and not two names of one place (`Oral`,
/// Uralsk).
pub(super) fn is_variant(written: &str, chosen: &str) -> bool {
    let (one, other) = (PhoneticKey::of(written), PhoneticKey::of(chosen));
    one.difference(&other).is_some() && other.difference(&one).is_some()
}

/// Replaces a spelling wherever it is as a word of its own.
fn replace_all(sentence: &mut Sentence, part: &Part, written: &str, chosen: &str) {
    let mut from = 0;
    while let Some(place) = word_place(&sentence.target, written, from)
        && sentence.findings.len() < MAX_REPLACED
    {
        from = place.start + chosen.len();
        replace(sentence, part, place, chosen);
    }
}

/// Where `words` are in `text` from byte `from` on, with no letter before or after them.
fn word_place(text: &str, words: &str, from: usize) -> Option<Range<usize>> {
    let rest = text.get(from..)?;
    rest.match_indices(words).find_map(|(at, _)| {
        let place = from + at..from + at + words.len();
        let is_letter = |c: char| c.is_alphabetic();
        let ends = !text.get(place.end..)?.starts_with(is_letter);
        (ends && !text.get(..place.start)?.ends_with(is_letter)).then_some(place)
    })
}

fn replace(sentence: &mut Sentence, part: &Part, place: Range<usize>, chosen: &str) {
    let written = sentence
        .target
        .get(place.clone())
        .unwrap_or_default()
        .to_owned();
    sentence.target.replace_range(place.clone(), chosen);
    let end = place.start + chosen.len();
    for finding in &mut sentence.findings {
        let Some((start, stop)) = &mut finding.span.target else {
            continue;
        };
        // What comes after the word moves with its end, what holds it grows or shrinks.
        let moved = |at: usize| {
            if at >= place.end {
                at - place.end + end
            } else {
                at
            }
        };
        let overlaps = *start < place.end && *stop > place.start;
        (*start, *stop) = (moved(*start).min(sentence.target.len()), moved(*stop));
        if overlaps && !finding.repaired {
            finding.target = sentence.target.get(*start..*stop).map(str::to_owned);
        }
    }
    let finding = Finding {
        check: Check::Names,
        source: Some(part.text.clone()),
        target: Some(written.clone()),
        message: format!(
            "“{}” is written “{}”, as elsewhere in the article",
            excerpt(&written),
            excerpt(chosen)
        ),
        span: Spans {
            source: Some((part.source.start, part.source.end)),
            target: Some((place.start, end)),
        },
        repaired: true,
    };
    let finding = match &sentence.model_input {
        Some(read) => finding.relocated(read, &sentence.source),
        None => finding,
    };
    let at = sentence
        .findings
        .partition_point(|known| known.check <= Check::Names);
    sentence.findings.insert(at, finding);
}
