//! How each name is spelt, and which spelling it gets.

use std::collections::HashMap;
use std::ops::Range;

use super::Rules;
use super::list::plain_words;
use super::parts::{Id, Part, is_derived, is_of_people, together};
use crate::checks::transliteration::PhoneticKey;
use crate::checks::{Check, Finding, Spans, TermFinder};
use crate::document::Sentence;
use crate::language::names::Entry;
use crate::text::{excerpt, places_of_words};

/// Maximum spellings of a name that are told apart, and words of a text that are replaced: bounds on
/// the work.
const MAX_SPELLINGS: usize = 8;
pub(super) const MAX_REPLACED: usize = 64;
/// Longest spelling that may be an English word as well (`Oral`), in letters.
const MAX_WORD: usize = 6;

/// The English spellings of an article's names.
pub(super) struct Spellings<'a> {
    names: HashMap<Id, Spelling>,
    rules: &'a Rules<'a>,
    /// What the terms of the glossary say of names, by their words in lower case.
    terms: HashMap<String, &'a str>,
}

/// Spellings and how often each occurs, in the order of their first occurrences.
type Counts = Vec<(String, usize)>;

struct Spelling {
    counts: Counts,
    /// What the gazetteer or the article itself says.
    chosen: String,
}

/// The spelling that a word of a name gets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen<'s> {
    pub(super) text: &'s str,
    rule: Rule,
}

impl<'s> Chosen<'s> {
    /// What a glossary says.
    pub(super) fn by_glossary(text: &'s str) -> Self {
        let rule = Rule::Glossary;
        Self { text, rule }
    }
    /// Whether it is put in the place of what was written; what the article alone decides, it decides
    /// between spellings of one sound.
    pub(super) fn replaces(&self, written: &str) -> bool {
        written != self.text && (self.rule != Rule::Article || is_variant(written, self.text))
    }

    /// What is said of a word that it was put in the place of.
    pub(super) fn message(&self, written: &str) -> String {
        format!(
            "“{}” is written “{}”, {}",
            excerpt(written),
            excerpt(self.text),
            match self.rule {
                Rule::Article => "in the one spelling that this name has in the article",
                Rule::Glossary => "as the glossary has it",
                Rule::List => "as the list of names has it",
            }
        )
    }

    pub(super) fn with_text<'t>(&self, text: &'t str) -> Chosen<'t> {
        Chosen {
            text,
            rule: self.rule,
        }
    }
}

/// What decides how a name is spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    Article,
    Glossary,
    List,
}

impl<'a> Spellings<'a> {
    pub(super) fn of(sentences: &[Vec<Part>], rules: &'a Rules<'a>) -> Self {
        let mut counts: HashMap<&Id, (Counts, Option<Entry>)> = HashMap::new();
        for part in sentences.iter().flatten() {
            let Some(spelling) = &part.spelling else {
                continue;
            };
            let (counts, _) = counts
                .entry(&part.id)
                .or_insert_with(|| (Vec::new(), part.entry));
            if let Some((_, count)) = counts.iter_mut().find(|(known, _)| known == spelling) {
                *count += 1;
            } else if counts.len() < MAX_SPELLINGS {
                counts.push((spelling.clone(), 1));
            }
        }
        let names = counts.into_iter().map(|(id, (counts, entry))| {
            let chosen = chosen(&counts, entry);
            (id.clone(), Spelling { counts, chosen })
        });
        let terms = rules.terms.iter();
        Self {
            names: names.collect(),
            rules,
            terms: terms
                .map(|term| (plain_words(&term.source), &*term.target))
                .collect(),
        }
    }

    /// The spelling that each word of a name has or gets; `None` for those that the English does not have.
    /// The glossary decides, then the list of names, then the gazetteer and the article.
    pub(super) fn chosen<'s>(&'s self, ids: &[Id]) -> Vec<Option<Chosen<'s>>> {
        let keys: Vec<&str> = ids.iter().map(|id| id.key.as_str()).collect();
        let whole = keys.join(" ");
        let kind = ids.first().and_then(|id| id.kind);
        let list = self.rules.list;
        let of_term = |words: &str| self.terms.get(words).copied();
        let of_list = |words: &str, kind| list.and_then(|list| list.spelling(words, kind));
        let given = of_term(&whole).map(|target| (target, Rule::Glossary));
        let given = given.or_else(|| Some((of_list(&whole, kind)?, Rule::List)));
        let given = given.and_then(|(target, rule)| Some((in_words(target, ids.len())?, rule)));
        let word = |(at, id): (usize, &Id)| {
            let known = self.names.get(id)?;
            let chosen = |text, rule| Some(Chosen { text, rule });
            if let Some((words, rule)) = &given {
                return chosen(words[at], *rule);
            }
            let alone = of_term(&id.key).map(|target| (target, Rule::Glossary));
            let alone = alone.or_else(|| Some((of_list(&id.key, id.kind)?, Rule::List)));
            let alone = alone.filter(|(target, _)| ids.len() == 1 || !target.contains(' '));
            match alone {
                Some((text, rule)) => chosen(text, rule),
                None => chosen(&known.chosen, Rule::Article),
            }
        };
        ids.iter().enumerate().map(word).collect()
    }

    /// The targets of the glossary's terms, as they may be in a text.
    pub(super) fn terms(&self) -> impl Iterator<Item = &str> {
        self.rules.terms.iter().map(|term| term.target.as_str())
    }

    /// Every spelling of a name, as the model wrote it.
    pub(super) fn all(&self, id: &Id) -> impl Iterator<Item = &str> {
        let spelling = self.names.get(id);
        spelling
            .into_iter()
            .flat_map(|spelling| spelling.counts.iter().map(|(written, _)| &**written))
    }

    /// Writes the names of a sentence in their chosen spellings, with a finding for each word.
    pub(super) fn put_into(&self, sentence: &mut Sentence, parts: &[Part]) {
        for words in together(parts) {
            let ids: Vec<Id> = words.iter().map(|part| part.id.clone()).collect();
            for (part, chosen) in words.iter().zip(self.chosen(&ids)) {
                let Some(chosen) = chosen else { continue };
                // Another name of the sentence may be spelt so.
                let is_others = |written: &str| {
                    parts.iter().any(|other| {
                        other.id != part.id && self.all(&other.id).any(|spelt| spelt == written)
                    })
                };
                let is_other = |written: &&str| chosen.replaces(written) && !is_others(written);
                let mentions = parts.iter().filter(|other| other.id == part.id).count();
                for written in self.all(&part.id).filter(is_other) {
                    self.replace_all(sentence, (part, mentions), written, chosen);
                }
            }
        }
    }

    /// Replaces a spelling of a name that the source has so many times, wherever it is as a word of its own,
    /// but not within a term of the glossary.
    fn replace_all(
        &self,
        sentence: &mut Sentence,
        (part, mentions): (&Part, usize),
        written: &str,
        chosen: Chosen,
    ) {
        let lower = written.to_lowercase();
        let terms = self.rules.terms.iter().map(|term| term.target.as_str());
        let kept: Vec<&str> = terms
            .filter(|term| term.to_lowercase().contains(&lower))
            .collect();
        let has_other = has_other_word(&sentence.target, (written, chosen.text), mentions);
        let mut from = 0;
        for _ in 0..MAX_REPLACED {
            let Some(place) = word_place(&sentence.target, written, from) else {
                break;
            };
            let is_kept = || {
                let finder = TermFinder::new(&sentence.target);
                let mut terms = kept.iter().flat_map(|term| finder.places_of(term));
                terms.any(|term| term.start <= place.start && place.end <= term.end)
            };
            let is_other = has_other && begins_sentence(&sentence.target, place.start);
            if is_other || (!kept.is_empty() && is_kept()) {
                from = place.end;
            } else if sentence.findings.len() < MAX_REPLACED {
                from = place.start + chosen.text.len();
                replace(sentence, part, place, chosen);
            } else {
                break;
            }
        }
    }
}

/// A text with a capital, as it may begin a sentence.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// Whether a word at this byte begins a sentence, so that its capital says nothing: only marks are between
/// a stop, or the beginning of the text, and it.
pub(super) fn begins_sentence(text: &str, at: usize) -> bool {
    let is_stop = |c: char| matches!(c, '.' | '!' | '?' | '…');
    let before = text.get(..at).unwrap_or_default();
    let before = before.trim_end_matches(|c: char| !c.is_alphanumeric() && !is_stop(c));
    before.is_empty() || before.ends_with(is_stop)
}

/// Whether a spelling that begins a sentence is another word than the name (`Oral exams`): the text has the
/// spelling, or the one that replaces it, more often than the source has the name, and also inside a
/// sentence.
pub(super) fn has_other_word(text: &str, (written, chosen): (&str, &str), mentions: usize) -> bool {
    if written.chars().nth(MAX_WORD).is_some() {
        return false;
    }
    let places = [written, chosen].map(|words| places_of_words(text, words));
    let places: Vec<Range<usize>> = places.into_iter().flatten().collect();
    let mut inside = places
        .iter()
        .filter(|place| !begins_sentence(text, place.start));
    places.len() > mentions && inside.next().is_some()
}

/// The words of a spelling, if they are so many; one word may be any text.
fn in_words(text: &str, count: usize) -> Option<Vec<&str>> {
    if count == 1 {
        return Some(vec![text]);
    }
    let words: Vec<&str> = text.split([' ', '-']).collect();
    (words.len() == count).then_some(words)
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
/// Uralsk), nor the one derived from the other (`Mongolian`, `German`).
pub(super) fn is_variant(written: &str, chosen: &str) -> bool {
    let (one, other) = (PhoneticKey::of(written), PhoneticKey::of(chosen));
    one.difference(&other).is_some()
        && other.difference(&one).is_some()
        && !is_derived(written, &other)
        && (is_of_people(chosen) || !is_of_people(written))
}

/// Where `words` are in `text` from byte `from` on, as words of their own.
fn word_place(text: &str, words: &str, from: usize) -> Option<Range<usize>> {
    let place = places_of_words(text.get(from..)?, words).next()?;
    Some(from + place.start..from + place.end)
}

fn replace(sentence: &mut Sentence, part: &Part, place: Range<usize>, chosen: Chosen) {
    let written = sentence
        .target
        .get(place.clone())
        .unwrap_or_default()
        .to_owned();
    sentence.target.replace_range(place.clone(), chosen.text);
    let end = place.start + chosen.text.len();
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
        message: chosen.message(&written),
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
