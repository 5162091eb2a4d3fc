//! Names of the source without a counterpart in the translation.

use std::collections::HashSet;

use super::MAX_COMPARED;
use super::source::{Mention, mentions};
use super::target::{Fate, Target};
use crate::checks::SentencePair;
use crate::checks::numbers::currencies;
use crate::language::NameTables;
use crate::language::names::{NameKind, find};
use crate::text::letter_runs;

/// Shortest surname that is known by its ending, in letters.
const MIN_SURNAME: usize = 6;
/// Endings of surnames that no other words have.
#[rustfmt::skip]
const SURNAMES: [&str; 8] = ["ов", "ев", "ова", "ева", "ұлы", "қызы", "ский", "ская"];
/// Words that end so: a fine, a queen.
const NO_SURNAMES: [&str; 2] = ["айыппұлы", "королева"];
/// Endings of patronymics, which English leaves out of a person's names.
const PATRONYMICS: [&str; 6] = ["ұлы", "қызы", "ович", "евич", "овна", "евна"];
/// Possessives of the third person: what has one is no place but a word (`Астанасы`: its capital).
const POSSESSIVES: [&str; 4] = ["сы", "сі", "ы", "і"];

/// Names of the source without a counterpart; the words of the target that are one go to `found`.
pub(super) fn lost_mentions<'s>(
    pair: &SentencePair<'s>,
    target: &Target,
    tables: &NameTables,
    found: &mut HashSet<usize>,
) -> Vec<Mention<'s>> {
    let mut seen = HashSet::new();
    let mut lost = Vec::new();
    // Whether a term of the glossary is there, its own check says.
    let of_term = |name: &Mention| {
        let (terms, place) = (pair.terms.iter(), name.place());
        let mut places = terms.map(|term| &term.place);
        places.any(|term| term.start < place.end && place.start < term.end)
    };
    let names = mentions(pair.source, tables);
    let mut bodies = Vec::new();
    for (at, name) in names.iter().enumerate() {
        if is_of_money(pair, name) {
            continue;
        }
        let fate = target.fate(name, tables);
        match fate {
            Fate::Found { word, words, .. } => found.extend(word..word + words),
            Fate::Passed if target.is_body_in_part(name, tables) => bodies.push(at),
            Fate::Lost if is_left_out(pair.source, &names, at, tables) => {}
            Fate::Lost if is_sure(name) => lost.push(at),
            Fate::Lost | Fate::Passed => {}
        }
    }
    if !bodies.is_empty() {
        let known = target.bodies();
        let is_other = |at: &usize| {
            let entry = names[*at].entry;
            entry.is_some_and(|entry| target.has_other_body(entry, &known, found))
        };
        lost.extend(bodies.into_iter().filter(is_other));
    }
    lost.sort_unstable();
    let lost = lost.into_iter().map(|at| (at, &names[at]));
    lost.filter(|(_, name)| !of_term(name) && seen.insert(name.text))
        .take(MAX_COMPARED)
        .filter(|(at, name)| {
            let parts = joined(pair.source, &names, *at);
            !target.holds_kindred(name, found) && !target.holds_together(&parts, found)
        })
        .map(|(_, name)| name.clone())
        .collect()
}

/// Whether nothing but a space or a hyphen is between two names.
fn is_next(source: &str, before: &Mention, after: &Mention) -> bool {
    let gap = source.get(before.place().end..after.at);
    matches!(gap, Some(" " | "-" | "‑"))
}

/// The names of two words that a name makes with its neighbours, in every form of the last: `Сары-Арқа`.
fn joined(source: &str, names: &[Mention], at: usize) -> Vec<String> {
    let neighbours = [
        at.checked_sub(1).map(|before| (before, at)),
        Some((at, at + 1)),
    ];
    let pairs = neighbours
        .into_iter()
        .flatten()
        .filter_map(|(first, last)| {
            let (first, last) = (names.get(first)?, names.get(last)?);
            is_next(source, first, last).then_some((first, last))
        });
    let joined = pairs.flat_map(|(first, last)| {
        let start = first.text.to_lowercase();
        let forms = last.stems.iter();
        forms.map(move |stem| format!("{start}{stem}"))
    });
    joined.collect()
}

/// Whether English leaves the name out: a patronymic beside two other names of the person, the country
/// before its office or body (`ҚР Президенті`).
fn is_left_out(source: &str, names: &[Mention], at: usize, tables: &NameTables) -> bool {
    let Some(name) = names.get(at) else {
        return false;
    };
    let follows = |at: usize| match (names.get(at), names.get(at + 1)) {
        (Some(before), Some(after)) => is_next(source, before, after),
        _ => false,
    };
    let is_patronymic = |stem: &String| {
        stem.chars().nth(MIN_SURNAME - 1).is_some()
            && PATRONYMICS.iter().any(|ending| stem.ends_with(ending))
    };
    let is_name =
        |name: &Mention| !name.is_common(tables) && (!name.begins || name.entry.is_some());
    let before = (0..at)
        .rev()
        .take_while(|&at| follows(at) && is_name(&names[at]))
        .count();
    let is_person = before >= 2 || (before == 1 && follows(at));
    is_of_office(name, source, names.get(at + 1))
        || (is_person && name.stems.iter().any(is_patronymic))
}

/// Whether a name says whose money the word after it is, and the translation names that money, as it
/// may without the country: `АҚШ доллары`, $.
fn is_of_money(pair: &SentencePair, name: &Mention) -> bool {
    let rest = pair.source.get(name.place().end..).unwrap_or_default();
    let Some((at, word)) = letter_runs(rest).next().filter(|(at, _)| *at <= 2) else {
        return false;
    };
    let money = currencies(
        rest.get(at..at + word.len()).unwrap_or_default(),
        pair.language,
    );
    !money.is_empty() && !money.is_disjoint(&currencies(pair.target, pair.language))
}

/// Whether a capitalised word is a name although a sentence may begin with it.
pub(super) fn is_sure(name: &Mention) -> bool {
    let is_surname = |stem: &String| {
        stem.chars().nth(MIN_SURNAME - 1).is_some()
            && SURNAMES.iter().any(|ending| stem.ends_with(ending))
    };
    let is_word = |stem: &String| NO_SURNAMES.contains(&stem.as_str());
    let is_known = name.entry.is_some_and(|entry| {
        entry.kind == NameKind::Body || (entry.is_known_abroad && !has_possessive(name))
    });
    let is_surname = !name.stems.iter().any(is_word) && name.stems.iter().any(is_surname);
    !name.begins || is_known || is_surname
}

/// Whether a possessive follows the name that the gazetteer knows.
fn has_possessive(name: &Mention) -> bool {
    let lower = name.text.to_lowercase();
    let known = name.stems.iter().filter(|stem| find(stem).is_some());
    let mut endings = known.filter_map(|stem| lower.strip_prefix(stem.as_str()));
    endings.any(|ending| {
        let mut possessives = POSSESSIVES.iter();
        possessives.any(|possessive| ending.starts_with(possessive))
    })
}

/// Whether a name is the country's before an office or a body of it.
pub(super) fn is_of_office(name: &Mention, source: &str, next: Option<&Mention>) -> bool {
    name.text == "ҚР" && next.is_some_and(|next| is_next(source, name, next))
}
