//! The list of an article's names: words that are one name together, and the names of one person.

use std::collections::HashMap;

use super::parts::Part;
use super::spelling::Spellings;
use crate::document::{Name, NameKind};
use crate::language::romanised;

/// Words of a person's name at most.
const MAX_WORDS: usize = 4;

/// Spellings of a name that are listed at most.
const MAX_WRITTEN: usize = 16;

/// A name and where it occurs.
struct Listed {
    kind: NameKind,
    lemma: String,
    /// The keys of its words, and what is before each but the first.
    keys: Vec<(String, char)>,
    usual: Option<&'static str>,
    /// The English spellings of all its words together, as the model wrote them.
    written: Vec<String>,
    sentences: Vec<usize>,
}

/// The names of sentences, of which the first has the number `first`.
pub(super) fn names(sentences: &[Vec<Part>], spellings: &Spellings, first: usize) -> Vec<Name> {
    let mut listed: Vec<Listed> = Vec::new();
    let mut index: HashMap<String, usize> = HashMap::new();
    for (number, parts) in (first..).zip(sentences) {
        for words in together(parts) {
            let Some(kind) = kind(words) else { continue };
            let key: String = words.iter().map(|part| format!("{} ", part.key)).collect();
            let at = *index.entry(key).or_insert_with(|| {
                listed.push(Listed {
                    kind,
                    lemma: joined(words, |part| Some(&part.lemma)),
                    keys: words
                        .iter()
                        .map(|part| (part.key.clone(), part.joined.unwrap_or(' ')))
                        .collect(),
                    usual: usual(words),
                    written: Vec::new(),
                    sentences: Vec::new(),
                });
                listed.len() - 1
            });
            if let Some(name) = listed.get_mut(at) {
                if kind != NameKind::Person {
                    name.kind = kind;
                }
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

/// The runs of parts that are one name: words of a person's name next to each other, of which only the
/// last has endings.
fn together(parts: &[Part]) -> impl Iterator<Item = &[Part]> {
    let mut rest = parts;
    std::iter::from_fn(move || {
        let mut length = usize::from(!rest.is_empty());
        while let [before, next] = rest
            .get(length.checked_sub(1)?..=length)
            .unwrap_or_default()
        {
            let is_bare = before.text.chars().count() == before.lemma.chars().count();
            let is_one =
                is_personal(before) && is_personal(next) && is_bare && next.joined.is_some();
            if !is_one || length == MAX_WORDS {
                break;
            }
            length += 1;
        }
        let (words, after) = rest.split_at(length);
        rest = after;
        Some(words)
    })
    .filter(|words| !words.is_empty())
}

/// Whether a part may be of a person's name.
fn is_personal(part: &Part) -> bool {
    matches!(part.kind, None | Some(NameKind::Person))
}

/// What a name is of; `None` if that is not known, or if it may be no name.
fn kind(words: &[Part]) -> Option<NameKind> {
    match words {
        [word] if word.begins && word.spelling.is_none() => None,
        [word] => word
            .kind
            .or(word.spelling.as_ref().map(|_| NameKind::Person)),
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
    for (at, name) in listed
        .iter()
        .enumerate()
        .filter(|(_, name)| name.keys.len() > 1)
    {
        for (key, _) in &name.keys {
            persons.entry(key).or_default().push(at);
        }
    }
    let owner = |name: &Listed| match name.keys.as_slice() {
        [(key, _)] => match persons.get(&**key).map(Vec::as_slice) {
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
        for (key, before) in &self.keys {
            if let Some(chosen) = spellings.chosen(key) {
                if !target.is_empty() {
                    target.push(*before);
                }
                target.push_str(chosen);
                single.push(chosen);
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
