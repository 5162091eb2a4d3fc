//! Names of the translation that the source does not have.

use std::collections::HashSet;

use super::MAX_COMPARED;
use super::missing::{is_of_office, is_sure};
use super::source::{Mention, Sounds, mentions};
use super::target::{Fate, Target};
use crate::checks::SentencePair;
use crate::checks::finding::Problem;
use crate::language::NameTables;
use crate::language::names::{NameKind, spelt};
use crate::text::{excerpt, is_double_quote, letter_runs};

/// Shortest name of the target that the source has to have, in letters.
const MIN_INVENTED: usize = 4;
/// A language with fewer letters of its own does not tell foreign words by them.
const MIN_OWN_LETTERS: usize = 2;
/// Endings of a plural, which no foreign name has after its stem.
const PLURALS: [&str; 6] = ["лар", "лер", "дар", "дер", "тар", "тер"];

/// Names of the target that the source does not have: places, and a name beside the first word of a
/// sentence that has no counterpart.
pub(super) fn invented(
    pair: &SentencePair,
    target: &Target,
    tables: &NameTables,
    found: &HashSet<usize>,
) -> Vec<Problem> {
    let mut source: Option<Sounds> = None;
    let mut invented = Vec::new();
    let mut others = Vec::new();
    let terms = pair.terms.iter();
    let of_terms: HashSet<&str> = terms
        .flat_map(|term| letter_runs(term.target))
        .map(|(_, word)| word)
        .collect();
    let names = (0..target.words.len()).filter(|at| !found.contains(at) && target.may_be_name(*at));
    for at in names.take(MAX_COMPARED) {
        let word = &target.words[at];
        if of_terms.contains(word.text) {
            continue;
        }
        let names = spelt(word.text);
        let source = source.get_or_insert_with(|| Sounds::read(pair.source, tables));
        if source.hold(word, names, tables) {
            continue;
        }
        let place = word.at..word.at + word.text.len();
        let message = format!("the source does not name “{}”", excerpt(word.text));
        if names.is_empty() {
            others.push((place, message));
        } else {
            invented.push(Problem::in_target(place, message));
        }
    }
    // Several are a title.
    if let Some((place, message)) = others.pop()
        && others.is_empty()
        && let Some(lost) = foreign_first_word(pair, target, tables)
    {
        invented.push(Problem::between(lost.place(), place, message));
    }
    if invented.is_empty() {
        invented.extend(other_first_word(pair, target, tables, found));
    }
    if invented.is_empty() {
        invented.extend(replaced_first_word(
            pair,
            target,
            tables,
            (found, &of_terms),
        ));
    }
    invented
}

/// A first word that may be a foreign name and has no counterpart, and the one capitalised word of the
/// target, titles among them, that the source does not have. What is quoted is a title in the source, too,
/// and translated.
fn replaced_first_word(
    pair: &SentencePair,
    target: &Target,
    tables: &NameTables,
    (found, of_terms): (&HashSet<usize>, &HashSet<&str>),
) -> Option<Problem> {
    if pair.language.own_letters.len() < MIN_OWN_LETTERS || pair.source.contains(is_double_quote) {
        return None;
    }
    let lost = foreign_first_word(pair, target, tables)?;
    if !lost.begins || target.holds_kindred(&lost, &mut found.clone()) {
        return None;
    }
    let source = Sounds::read(pair.source, tables);
    // `Жеңіс саябағы`: a name inside the source that is translated, as Victory Park is.
    let has_translated = mentions(pair.source, tables)
        .iter()
        .any(|name| !name.begins && !matches!(target.fate(name, tables), Fate::Found { .. }));
    let mut other: Option<usize> = None;
    let words = (0..target.words.len()).filter(|at| !found.contains(at));
    for at in words
        .filter(|at| target.is_capitalised(*at))
        .take(MAX_COMPARED)
    {
        let word = &target.words[at];
        if of_terms.contains(word.text)
            || (has_translated && target.begins_title(at))
            || source.hold_strictly(word, spelt(word.text), tables)
        {
            continue;
        }
        // Several are a title.
        if other.is_some_and(|other| target.words[other].text != word.text) {
            return None;
        }
        other.get_or_insert(at);
    }
    let word = &target.words[other?];
    let message = format!("the source does not name “{}”", excerpt(word.text));
    let place = word.at..word.at + word.text.len();
    Some(Problem::between(lost.place(), place, message))
}

/// A name that begins the translation in the place of the one that begins the source.
fn other_first_word(
    pair: &SentencePair,
    target: &Target,
    tables: &NameTables,
    found: &HashSet<usize>,
) -> Option<Problem> {
    let first = target.words.first()?;
    let names = spelt(first.text);
    let lost = mentions(pair.source, tables).into_iter().next()?;
    let is_name = |name: &Mention| {
        let kind = name.entry.map(|entry| entry.kind);
        matches!(kind, Some(NameKind::Person | NameKind::Place))
    };
    if names.is_empty()
        || found.contains(&0)
        || !lost.begins
        || !is_name(&lost)
        || is_sure(&lost)
        || target.fate(&lost, tables) != Fate::Lost
        || Sounds::read(pair.source, tables).hold(first, names, tables)
    {
        return None;
    }
    let message = format!("the source does not name “{}”", excerpt(first.text));
    let place = first.at..first.at + first.text.len();
    Some(Problem::between(lost.place(), place, message))
}

/// A first word of a sentence without a counterpart, if its letters say that it may be a foreign name, or
/// the gazetteer knows the place; or the country before an office.
fn foreign_first_word<'s>(
    pair: &SentencePair<'s>,
    target: &Target,
    tables: &NameTables,
) -> Option<Mention<'s>> {
    let is_foreign = |stem: &String| {
        stem.chars().nth(MIN_INVENTED - 1).is_some() && !stem.contains(pair.language.own_letters)
    };
    let is_place = |name: &Mention| {
        let kind = name.entry.map(|entry| entry.kind);
        kind == Some(NameKind::Place)
    };
    let names = mentions(pair.source, tables);
    let mut lost = names.iter().enumerate().filter(|(at, name)| {
        let is_foreign = || name.stems.iter().any(is_foreign) && !is_plural(name);
        let is_first = name.begins && !is_sure(name) && (is_foreign() || is_place(name));
        let is_possible = is_first || is_of_office(name, pair.source, names.get(at + 1));
        is_possible && target.fate(name, tables) == Fate::Lost
    });
    lost.next().map(|(_, name)| name.clone())
}

/// Whether a word is the plural of one of its stems (`Мамандар`), by the endings that the stem may have.
fn is_plural(name: &Mention) -> bool {
    let singular = |stem: &String| {
        let mut endings = PLURALS.iter();
        let singular = endings.find_map(|ending| stem.strip_suffix(ending));
        singular.is_some_and(|singular| name.stems.iter().any(|stem| stem == singular))
    };
    name.stems.iter().any(singular)
}
