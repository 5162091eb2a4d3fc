//! The list of an article's names: words that are one name together, and the names of one person.

use std::collections::HashMap;

use super::parts::{Id, Part, together};
use super::spelling::Spellings;
use crate::document::{Name, NameKind};
use crate::language::romanised;

/// Spellings of a name that are listed at most.
const MAX_WRITTEN: usize = 16;

/// A name and where it occurs.
struct Listed {
    kind: NameKind,
    lemma: String,
    /// Its words, and what is before each but the first.
    ids: Vec<Id>,
    joints: Vec<char>,
    usual: Option<&'static str>,
    /// The English spellings of all its words together, as the model wrote them.
    written: Vec<String>,
    sentences: Vec<usize>,
}

/// The names of sentences, of which the first has the number `first`.
pub(super) fn names(sentences: &[Vec<Part>], spellings: &Spellings, first: usize) -> Vec<Name> {
    let mut listed: Vec<Listed> = Vec::new();
    let mut index: HashMap<Vec<Id>, usize> = HashMap::new();
    for (number, parts) in (first..).zip(sentences) {
        for words in together(parts) {
            let Some(kind) = kind(words) else { continue };
            let ids: Vec<Id> = words.iter().map(|part| part.id.clone()).collect();
            let at = *index.entry(ids).or_insert_with_key(|ids| {
                listed.push(Listed {
                    kind,
                    lemma: joined(words, |part| Some(&part.lemma)),
                    ids: ids.clone(),
                    joints: words
                        .iter()
                        .map(|part| part.joined.unwrap_or(' '))
                        .collect(),
                    usual: usual(words),
                    written: Vec::new(),
                    sentences: Vec::new(),
                });
                listed.len() - 1
            });
            if let Some(name) = listed.get_mut(at) {
                let written = joined(words, |part| part.spelling.as_ref());
                note(&mut name.written, written);
                if name.sentences.last() != Some(&number) {
                    name.sentences.push(number);
                }
            }
        }
    }
    let listed = with_surnames(listed);
    listed
        .into_iter()
        .map(|name| name.finished(spellings))
        .collect()
}

/// Adds a text that is not empty and not there yet.
fn note(texts: &mut Vec<String>, text: String) {
    if !text.is_empty() && texts.len() < MAX_WRITTEN && !texts.contains(&text) {
        texts.push(text);
    }
}

/// What a name is of; `None` if that is not known, or if it may be no name.
fn kind(words: &[Part]) -> Option<NameKind> {
    match words {
        [word] if word.spelling.is_none() && (word.begins || !word.is_marked) => None,
        [word] => Some(word.id.kind.unwrap_or(NameKind::Person)),
        [first, ..] if first.quotation.is_some() => Some(NameKind::Body),
        _ => Some(NameKind::Person),
    }
}

/// The press's spelling, if the gazetteer has it for every word.
fn usual(words: &[Part]) -> Option<&'static str> {
    match words {
        [word] => word.entry.map(|entry| entry.usual),
        _ => None,
    }
}

/// The texts of the words that have one, with what is between the words.
fn joined<'p>(words: &'p [Part], text: impl Fn(&'p Part) -> Option<&'p String>) -> String {
    let mut whole = String::new();
    for part in words {
        if let Some(text) = text(part) {
            if !whole.is_empty() {
                whole.push(part.joined.unwrap_or(' '));
            }
            whole.push_str(text);
        }
    }
    whole
}

/// A person who is named in full is not listed again by one of the names, if no other person has it.
fn with_surnames(listed: Vec<Listed>) -> Vec<Listed> {
    let mut persons: HashMap<&str, Vec<usize>> = HashMap::new();
    let several = listed.iter().enumerate();
    for (at, name) in
        several.filter(|(_, name)| name.ids.len() > 1 && name.kind == NameKind::Person)
    {
        for id in &name.ids {
            persons.entry(&id.key).or_default().push(at);
        }
    }
    let owner = |name: &Listed| match name.ids.as_slice() {
        [id] if name.kind == NameKind::Person => match persons.get(&*id.key).map(Vec::as_slice) {
            Some(&[only]) => Some(only),
            _ => None,
        },
        _ => None,
    };
    let owners: Vec<Option<usize>> = listed.iter().map(owner).collect();
    let mut kept: Vec<Option<Listed>> = listed.into_iter().map(Some).collect();
    for (at, owner) in owners.into_iter().enumerate() {
        let Some(owner) = owner else { continue };
        let single = kept.get_mut(at).and_then(Option::take);
        if let (Some(single), Some(Some(person))) = (single, kept.get_mut(owner)) {
            for written in single.written {
                note(&mut person.written, written);
            }
            person.sentences.extend(single.sentences);
            person.sentences.sort_unstable();
            person.sentences.dedup();
        }
    }
    kept.into_iter().flatten().collect()
}

impl Listed {
    fn finished(self, spellings: &Spellings) -> Name {
        let mut target = String::new();
        let mut single = Vec::new();
        let chosen = spellings.chosen(&self.ids);
        for (chosen, before) in chosen.iter().zip(&self.joints) {
            if let Some(chosen) = chosen {
                if !target.is_empty() {
                    target.push(*before);
                }
                target.push_str(chosen.text);
                single.push(chosen.text);
            }
        }
        // A surname alone is no other spelling of the whole name.
        let is_other = |written: &String| *written != target && !single.contains(&&**written);
        let variants = self
            .written
            .iter()
            .filter(|written| is_other(written))
            .cloned();
        let is_cyrillic = self.lemma.chars().any(crate::text::is_any_cyrillic);
        Name {
            variants: variants.collect(),
            standard: is_cyrillic.then(|| romanised(&self.lemma)),
            usual: self.usual.map(str::to_owned),
            source: self.lemma,
            target: (!target.is_empty()).then_some(target),
            kind: self.kind,
            sentences: self.sentences,
        }
    }
}
