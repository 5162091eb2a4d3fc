//! The words of names, sentence by sentence, and where they are in the English.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::quotations;
use crate::checks::names::{Fate, Mention, Target, forms, mentions};
use crate::checks::transliteration::PhoneticKey;
use crate::document::{NameKind, Sentence};
use crate::language::names::{Entry, english, find, given, is_people};
use crate::language::{Language, NameTables};
use crate::text::{is_double_quote, is_latin, letter_runs};

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

/// Endings that a place has more often than a person: where something is.
const WHERE_ENDINGS: &[&str] = &["да", "де", "та", "те", "нда", "нде"];

/// What is between names that are listed.
const LIST_GAPS: &[&str] = &[", ", " және ", " мен ", " бен ", " пен ", " и "];

/// Words of a person's name at most.
const MAX_WORDS: usize = 4;

/// What a name is known by in an article: a place and a person of the same letters are two names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Id {
    /// In lower case, without endings.
    pub key: String,
    /// `None` if nothing in the article says it.
    pub kind: Option<NameKind>,
}

/// A word of a name, or a name of several words that the gazetteer has as one.
#[derive(Debug)]
pub(super) struct Part {
    /// In the text that was read.
    pub source: Range<usize>,
    /// As it is there, with its endings.
    pub text: String,
    /// What it may be a form of, in lower case.
    stems: Vec<String>,
    /// Without endings, in the capitals of the text.
    pub lemma: String,
    pub id: Id,
    pub entry: Option<Entry>,
    /// The English word there, if it is a spelling of the name and not derived from it (`Kenyan`).
    pub spelling: Option<String>,
    /// Whether its own letters, or the words around it, say what it is.
    pub is_marked: bool,
    pub begins: bool,
    /// What is between the part before and this one, if they may be one name: a space or a hyphen.
    pub joined: Option<char>,
    /// The quotation, by its number in the sentence, whose words are all of one name: a firm's.
    pub quotation: Option<usize>,
    /// Its capital says nothing, nor does that of the English word: both begin their sentences.
    is_doubtful: bool,
}

/// The parts of names in a sentence, in their order.
pub(super) fn parts(sentence: &Sentence, article: &'static Language) -> Vec<Part> {
    let code = sentence.language.as_deref();
    let language = code.map_or(article, Language::of_code);
    let read = sentence.model_input.as_deref().unwrap_or(&sentence.source);
    parts_of(read, &sentence.target, language)
}

/// The parts of names in a text that was read in `language`, in their order, and what they are in its
/// translation.
pub(super) fn parts_of(read: &str, english: &str, language: &'static Language) -> Vec<Part> {
    let Some(tables) = language.names.as_ref() else {
        return Vec::new();
    };
    let target = Target::read(english);
    let mut mentions = mentions(read, tables);
    for mention in &mut mentions {
        mention.entry = person_or_place(mention, read);
    }
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
        let mut part = part(mention, read, english, place, language, tables);
        if let Some(part) = &mut part {
            let word = found.and_then(|(word, _)| target.words.get(word));
            part.is_doubtful = part.begins && word.is_none_or(|word| word.begins);
        }
        parts.extend(part);
    }
    quotations::settle(&mut parts, read, tables);
    join(&mut parts, read);
    settle_listed(&mut parts, read);
    parts
}

/// Names that are listed with two places and more are places, too, where nothing says what they are.
fn settle_listed(parts: &mut [Part], read: &str) {
    let mut rest = parts;
    while !rest.is_empty() {
        let is_next = |pair: &[Part]| {
            let gap = read.get(pair[0].source.end..pair[1].source.start);
            gap.is_some_and(|gap| LIST_GAPS.contains(&gap))
        };
        let length = 1 + rest.windows(2).take_while(|pair| is_next(pair)).count();
        let (listed, after) = rest.split_at_mut(length);
        rest = after;
        let is_place = |part: &&Part| part.id.kind == Some(NameKind::Place);
        let is_open = |part: &Part| is_place(&part) || part.id.kind.is_none();
        if listed.iter().filter(is_place).count() < 2 || !listed.iter().all(is_open) {
            continue;
        }
        for part in listed {
            (part.id.kind, part.is_marked) = (Some(NameKind::Place), true);
        }
    }
}

/// Notes what is between the parts.
fn join(parts: &mut [Part], read: &str) {
    for at in 1..parts.len() {
        let gap = read.get(parts[at - 1].source.end..parts[at].source.start);
        parts[at].joined = match gap {
            Some(" ") => Some(' '),
            Some("-" | "‑") => Some('-'),
            _ => None,
        };
    }
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
    let is_surname = |stem: &str| {
        let mut endings = language.sentences.surname_endings.iter();
        stem.chars().nth(4).is_some() && endings.any(|ending| stem.ends_with(ending))
    };
    let known = known_stem(mention);
    let stem = stem(mention, word, known, &is_surname);
    let is_surname = is_surname(&stem);
    // A town is called as the person whose surname it is, in another spelling.
    let is_town = |entry: &Entry| {
        entry.kind == NameKind::Place && PhoneticKey::of(entry.usual) != PhoneticKey::of(&stem)
    };
    let is_known = known.is_some_and(|known| *known == stem);
    let entry = mention
        .entry
        .filter(|entry| is_known && !(is_surname && is_town(entry)));
    // What begins a sentence may be any word, and so may what the English does not have.
    let is_known =
        entry.is_some_and(|entry| entry.is_known_abroad || entry.kind == NameKind::Person);
    let is_sure = is_known || is_surname || (!mention.begins && (has_capital || entry.is_some()));
    if !is_sure && !has_capital {
        return None;
    }
    // What the English has in marks of quotation is spelt without them.
    let word = word.map(|word| word.replace(is_double_quote, ""));
    let spelling = word.filter(|word| has_capital && is_spelling(word, &stem, entry));
    let kind = kind(mention, entry, &stem, read, is_surname, tables);
    Some(Part {
        source: mention.place(),
        text: mention.text.to_owned(),
        stems: mention.stems.clone(),
        lemma: lemma(mention.text, &stem),
        is_marked: kind.is_some(),
        entry,
        spelling,
        begins: mention.begins && !is_sure,
        joined: None,
        quotation: None,
        is_doubtful: false,
        id: Id { key: stem, kind },
    })
}

/// The stem that the gazetteer knows.
fn known_stem<'m>(mention: &'m Mention) -> Option<&'m String> {
    let mut stems = mention.stems.iter();
    stems.find(|stem| mention.entry.is_some() && find(stem).is_some())
}

/// What the gazetteer knows of a name: of those that are a given name and a place the person, unless it is
/// where something is.
fn person_or_place(mention: &Mention, read: &str) -> Option<Entry> {
    let entry = mention.entry?;
    if entry.kind != NameKind::Place {
        return Some(entry);
    }
    let stem = known_stem(mention)?;
    let person = given(stem).filter(|_| !is_where(mention, stem, read));
    person.or(Some(entry))
}

/// The stem that the gazetteer knows, or a surname that the English word sounds more like (`Асанов`, and not
/// `Асан`); else the one that it sounds most like, or a surname, or the first.
fn stem(
    mention: &Mention,
    word: Option<&str>,
    known: Option<&String>,
    is_surname: &dyn Fn(&str) -> bool,
) -> String {
    let sound = word.map(PhoneticKey::of);
    let distance = |stem: &String| {
        let sound = sound.as_ref();
        sound.map_or(0, |sound| PhoneticKey::of(stem).distance(sound))
    };
    let mut stems = mention.stems.iter();
    let is_known = known.is_some_and(|known| is_surname(known));
    let surname = stems.find(|stem| is_surname(stem) && !is_known);
    let nearer = surname.filter(|surname| match known {
        Some(known) => match word {
            Some(_) => distance(surname) < distance(known),
            None => surname.starts_with(known.as_str()),
        },
        None => word.is_none(),
    });
    let alike = mention
        .stems
        .iter()
        .min_by_key(|stem| (distance(stem), std::cmp::Reverse(stem.len())));
    let alike = alike.filter(|_| word.is_some());
    let stem = nearer.or(known).or(alike).or(mention.stems.first());
    stem.cloned().unwrap_or_default()
}

/// Whether an English word spells the name, and is not derived from it.
fn is_spelling(word: &str, stem: &str, entry: Option<Entry>) -> bool {
    let is_form =
        entry.is_some_and(|entry| entry.forms().any(|form| form.eq_ignore_ascii_case(word)));
    // Of `Германия`, German is no spelling.
    let is_of_place = entry.is_some_and(|entry| entry.kind == NameKind::Place);
    let sound = PhoneticKey::of(stem);
    is_form
        || sound.difference(&PhoneticKey::of(word)).is_some()
            && !is_derived(word, &sound)
            && !(is_of_place && is_of_people(word))
}

/// Whether an English word is a people or a language, or the plural of one.
pub(super) fn is_of_people(word: &str) -> bool {
    forms(word).any(is_people)
}

/// Whether an English word is derived from a name (`Mongolian`), or its plural: without that ending it
/// sounds more like the name.
pub(super) fn is_derived(word: &str, name: &PhoneticKey) -> bool {
    let lower = word.to_lowercase();
    let distance = name.distance(&PhoneticKey::of(&lower));
    let mut stems = forms(&lower).skip(1);
    stems.any(|stem| name.distance(&PhoneticKey::of(stem)) < distance)
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
    if is_place(mention, stem, read) {
        return Some(NameKind::Place);
    }
    is_surname.then_some(NameKind::Person)
}

/// Whether the word after a name, or an ending that only places have, says it is a place.
fn is_place(mention: &Mention, stem: &str, read: &str) -> bool {
    let rest = read.get(mention.place().end..).unwrap_or_default();
    let is_before_place = letter_runs(rest).next().is_some_and(|(at, word)| {
        at == 1 && PLACE_WORDS.iter().any(|place| word.starts_with(place))
    });
    let lower = mention.text.to_lowercase();
    let is_settlement = rest.trim_start().starts_with("елді мекен");
    is_before_place
        || is_settlement
        || PLACE_ENDINGS.contains(&lower.strip_prefix(stem).unwrap_or_default())
}

/// Whether a name that may be a person's and a place's is the place's here.
fn is_where(mention: &Mention, stem: &str, read: &str) -> bool {
    let lower = mention.text.to_lowercase();
    is_place(mention, stem, read)
        || WHERE_ENDINGS.contains(&lower.strip_prefix(stem).unwrap_or_default())
}

/// The runs of parts that are one name: words of a person's name next to each other, of which only the
/// last has endings.
pub(super) fn together(parts: &[Part]) -> impl Iterator<Item = &[Part]> {
    let mut rest = parts;
    std::iter::from_fn(move || {
        let mut length = usize::from(!rest.is_empty());
        while let [before, next] = rest
            .get(length.checked_sub(1)?..=length)
            .unwrap_or_default()
        {
            let is_bare = before.text.chars().count() == before.lemma.chars().count();
            let is_quoted = before.quotation.is_some();
            let is_one = before.quotation == next.quotation
                && next.joined.is_some()
                && (is_quoted || (is_personal(before) && is_personal(next) && is_bare));
            if !is_one || (length == MAX_WORDS && !is_quoted) {
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
    matches!(part.id.kind, None | Some(NameKind::Person))
}

/// Gives names that nothing around them says the kind of the kind that they have elsewhere in the article:
/// a person's if they have several. The words of a person's name are a person's.
pub(super) fn settle_kinds(sentences: &mut [Vec<Part>]) {
    let mut kinds: HashMap<String, NameKind> = HashMap::new();
    for parts in sentences.iter_mut() {
        let lengths: Vec<usize> = together(parts).map(<[Part]>::len).collect();
        let mut rest = parts.as_mut_slice();
        for length in lengths {
            let (words, after) = rest.split_at_mut(length);
            rest = after;
            for part in words {
                if length > 1 && part.quotation.is_none() {
                    part.id.kind = Some(NameKind::Person);
                }
                let Some(kind) = part.id.kind else { continue };
                let known = kinds.entry(part.id.key.clone()).or_insert(kind);
                if kind == NameKind::Person {
                    *known = kind;
                }
            }
        }
    }
    for part in sentences.iter_mut().flatten() {
        if part.id.kind.is_none() {
            part.id.kind = kinds.get(&part.id.key).copied();
        }
    }
}

/// Leaves out words that begin sentences in both texts, unless they are names elsewhere in the article,
/// the first of a person's, or `is_given` as names; and those that the article has without a capital.
pub(super) fn leave_out_doubtful(
    sentences: &mut [Vec<Part>],
    texts: &[&mut Sentence],
    is_given: &dyn Fn(&Id) -> bool,
) {
    let sure = sentences.iter().flatten().filter(|part| !part.begins);
    let sure: HashSet<String> = sure.map(|part| part.id.key.clone()).collect();
    let is_open =
        |part: &Part| part.begins && part.quotation.is_none() && !sure.contains(&part.id.key);
    if !sentences.iter().flatten().any(is_open) {
        return;
    }
    let mut common: HashSet<String> = HashSet::new();
    for sentence in texts {
        let read = sentence.model_input.as_deref().unwrap_or(&sentence.source);
        for text in [read, sentence.target.as_str()] {
            let words = letter_runs(text).map(|(_, word)| word);
            let words = words.filter(|word| word.starts_with(char::is_lowercase));
            common.extend(words.map(str::to_owned));
        }
    }
    // Of `делегаттар`, the article may have another form.
    let is_common = |part: &Part| {
        let english = part.spelling.as_ref().map(|word| word.to_lowercase());
        let english = english.filter(|word| common.contains(word) || english::is_common(word));
        english.is_some() || part.stems.iter().any(|stem| common.contains(stem))
    };
    for (parts, sentence) in sentences.iter_mut().zip(texts) {
        let begins_person: Vec<bool> = (0..parts.len())
            .map(|at| {
                let next = parts.get(at + 1);
                let is_next = |next: &Part| next.joined.is_some() && !next.begins;
                let is_plural = parts[at].text.ends_with('р') && parts[at].stems.len() > 1;
                next.is_some_and(|next| is_next(next) && is_personal(next)) && !is_plural
            })
            .collect();
        let mut begins_person = begins_person.into_iter();
        parts.retain(|part| {
            let begins_person = begins_person.next().unwrap_or_default();
            let is_sure = || begins_person || (part.spelling.is_some() && is_given(&part.id));
            let is_doubted = is_common(part) || (part.is_doubtful && !is_sure());
            !(is_open(part) && is_doubted)
        });
        let read = sentence.model_input.as_deref().unwrap_or(&sentence.source);
        join(parts, read);
    }
}

/// Gives parts that the English says nothing of the key of the same name elsewhere in the article.
pub(super) fn settle_lemmas(sentences: &mut [Vec<Part>]) {
    let known: HashSet<String> = sentences
        .iter()
        .flatten()
        .filter(|part| part.spelling.is_some() || part.entry.is_some())
        .map(|part| part.id.key.clone())
        .collect();
    for part in sentences.iter_mut().flatten() {
        if part.spelling.is_none()
            && part.entry.is_none()
            && let Some(stem) = part.stems.iter().find(|stem| known.contains(*stem))
        {
            part.lemma = lemma(&part.text, stem);
            part.id.key.clone_from(stem);
        }
    }
}
