//! The words of names, sentence by sentence, and where they are in the English.

use std::collections::HashSet;
use std::ops::Range;

use crate::checks::names::{Fate, Mention, Target, mentions};
use crate::checks::transliteration::PhoneticKey;
use crate::document::{NameKind, Sentence};
use crate::language::names::{Entry, find};
use crate::language::{Language, NameTables};
use crate::text::{is_latin, letter_runs};

/// Words after a name that say it is a place, by their beginnings.
#[rustfmt::skip]
const PLACE_WORDS: &[&str] = &[
    "қала", "аудан", "облыс", "ауыл", "кент", "өзен", "көл", "тау", "көше", "даңғыл", "шағын", "теңіз",
    "арал", "штат", "провинция", "округ", "станция", "әуежай", "шекара", "мұхит", "түбег",
];
/// Endings of a name that say it is a place.
const PLACE_ENDINGS: &[&str] = &[
    "дағы", "дегі", "тағы", "тегі", "лық", "лік", "дық", "дік", "тық", "тік",
];

/// A word of a name, or a name of several words that the gazetteer has as one.
#[derive(Debug)]
pub(super) struct Part {
    /// In the text that was read.
    pub source: Range<usize>,
    /// As it is there, with its endings.
    pub text: String,
    /// What it may be a form of, in lower case.
    stems: Vec<String>,
    /// In lower case, without endings: what it is known by.
    pub key: String,
    /// The same with its capitals.
    pub lemma: String,
    pub entry: Option<Entry>,
    /// The English word there, if it is a spelling of the name and not derived from it (`Kenyan`).
    pub spelling: Option<String>,
    /// What the words around it say it is.
    pub kind: Option<NameKind>,
    pub begins: bool,
    /// What is between the part before and this one, if they may be one name: a space or a hyphen.
    pub joined: Option<char>,
}

/// The parts of names in a sentence, in their order.
pub(super) fn parts(sentence: &Sentence, article: &'static Language) -> Vec<Part> {
    let code = sentence.language.as_deref();
    let language = code.map_or(article, Language::of_code);
    let Some(tables) = language.names.as_ref() else {
        return Vec::new();
    };
    let read = sentence.model_input.as_deref().unwrap_or(&sentence.source);
    let target = Target::read(&sentence.target);
    let mentions = mentions(read, tables);
    let mut fates: Vec<(usize, Fate)> = mentions
        .iter()
        .map(|mention| target.fate(mention, tables))
        .enumerate()
        .collect();
    // A word of the English is one name's: the one it sounds most like.
    fates.sort_by_key(|(at, fate)| match fate {
        Fate::Found { cost, .. } => (*cost, *at),
        _ => (u16::MAX, *at),
    });
    let mut taken = HashSet::new();
    let mut found: Vec<Option<(usize, usize)>> = vec![None; mentions.len()];
    for (at, fate) in fates {
        if let Fate::Found { word, words, .. } = fate
            && (word..word + words).all(|word| taken.insert(word))
        {
            found[at] = Some((word, words));
        }
    }
    let mut parts: Vec<Part> = Vec::new();
    for (mention, found) in mentions.iter().zip(found) {
        let place = found.and_then(|(word, words)| target.place(word, words));
        let part = part(mention, read, &sentence.target, place, language, tables);
        parts.extend(part);
    }
    for at in 1..parts.len() {
        let gap = read.get(parts[at - 1].source.end..parts[at].source.start);
        parts[at].joined = match gap {
            Some(" ") => Some(' '),
            Some("-" | "‑") => Some('-'),
            _ => None,
        };
    }
    parts
}

fn part(
    mention: &Mention,
    read: &str,
    english: &str,
    place: Option<Range<usize>>,
    language: &Language,
    tables: &NameTables,
) -> Option<Part> {
    if mention.is_common(tables)
        || mention
            .entry
            .is_some_and(|entry| entry.kind == NameKind::People)
    {
        return None;
    }
    let word = place.and_then(|place| english.get(place));
    let has_capital = word.is_some_and(|word| word.starts_with(char::is_uppercase));
    let stem = stem(mention, word);
    let is_surname = |stem: &String| {
        let mut endings = language.sentences.surname_endings.iter();
        stem.chars().nth(4).is_some() && endings.any(|ending| stem.ends_with(ending))
    };
    let is_surname = mention.stems.iter().any(is_surname);
    // A town is called as the person whose surname it is, in another spelling.
    let is_town = |entry: &Entry| {
        entry.kind == NameKind::Place && PhoneticKey::of(entry.usual) != PhoneticKey::of(&stem)
    };
    let entry = mention
        .entry
        .filter(|entry| !(is_surname && is_town(entry)));
    // What begins a sentence may be any word, and so may what the English does not have.
    let is_known =
        entry.is_some_and(|entry| entry.is_known_abroad || entry.kind == NameKind::Person);
    let is_sure = is_known || is_surname || (!mention.begins && (has_capital || entry.is_some()));
    if !is_sure && !has_capital {
        return None;
    }
    let spelling = word.filter(|word| has_capital && is_spelling(word, &stem, entry));
    Some(Part {
        source: mention.place(),
        text: mention.text.to_owned(),
        stems: mention.stems.clone(),
        lemma: lemma(mention.text, &stem),
        kind: kind(mention, entry, &stem, read, is_surname, tables),
        entry,
        spelling: spelling.map(str::to_owned),
        begins: mention.begins && !is_sure,
        joined: None,
        key: stem,
    })
}

/// The stem that the gazetteer knows, or that the English word sounds most like.
fn stem(mention: &Mention, word: Option<&str>) -> String {
    let mut stems = mention.stems.iter();
    let known = stems.find(|stem| mention.entry.is_some() && find(stem).is_some());
    let alike = |word: &str| {
        let sound = PhoneticKey::of(word);
        mention.stems.iter().min_by_key(|stem| {
            let distance = PhoneticKey::of(stem).distance(&sound);
            (distance, std::cmp::Reverse(stem.len()))
        })
    };
    let stem = known
        .or_else(|| word.and_then(alike))
        .or(mention.stems.first());
    stem.cloned().unwrap_or_default()
}

/// Whether an English word spells the name, and is not derived from it.
fn is_spelling(word: &str, stem: &str, entry: Option<Entry>) -> bool {
    let is_form =
        entry.is_some_and(|entry| entry.forms().any(|form| form.eq_ignore_ascii_case(word)));
    is_form
        || PhoneticKey::of(stem)
            .difference(&PhoneticKey::of(word))
            .is_some()
}

/// The stem with the capitals that the text has.
fn lemma(text: &str, stem: &str) -> String {
    let start: String = text.chars().take(stem.chars().count()).collect();
    if start.to_lowercase().replace('-', " ") == stem {
        return start;
    }
    let mut letters = stem.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// What the words around a name, or its endings, say it is.
fn kind(
    mention: &Mention,
    entry: Option<Entry>,
    stem: &str,
    read: &str,
    is_surname: bool,
    tables: &NameTables,
) -> Option<NameKind> {
    if let Some(entry) = entry {
        return Some(entry.kind);
    }
    let rest = read.get(mention.place().end..).unwrap_or_default();
    let next = letter_runs(rest).next();
    let is_form = |word: &str| tables.legal_forms.iter().any(|(form, _)| *form == word);
    if mention.text.chars().all(is_latin) || next.is_some_and(|(at, word)| at <= 4 && is_form(word))
    {
        return Some(NameKind::Body);
    }
    let is_before_place = next.is_some_and(|(at, word)| {
        at == 1 && PLACE_WORDS.iter().any(|place| word.starts_with(place))
    });
    let lower = mention.text.to_lowercase();
    let ending = lower.strip_prefix(stem).unwrap_or_default();
    if is_before_place || PLACE_ENDINGS.contains(&ending) {
        return Some(NameKind::Place);
    }
    is_surname.then_some(NameKind::Person)
}

/// Gives parts that the English says nothing of the key of the same name elsewhere in the article.
pub(super) fn settle_lemmas(sentences: &mut [Vec<Part>]) {
    let known: HashSet<String> = sentences
        .iter()
        .flatten()
        .filter(|part| part.spelling.is_some() || part.entry.is_some())
        .map(|part| part.key.clone())
        .collect();
    for part in sentences.iter_mut().flatten() {
        if part.spelling.is_none()
            && part.entry.is_none()
            && let Some(stem) = part.stems.iter().find(|stem| known.contains(*stem))
        {
            part.lemma = lemma(&part.text, stem);
            part.key.clone_from(stem);
        }
    }
}
