//! Names of the source occur in the translation, in one of the spellings that transliteration
//! allows.
//!
//! A name is a capitalised word inside a sentence, or a word in Latin letters. Countries, bodies and
//! other names that are translated are looked up; words that are capitalised as parts of longer titles,
//! which are translated in too many ways, are passed over, and so is what a quotation begins with, unless
//! it is the name of a firm. The check is informative: docs/fidelity.md states how often it is right.

mod known;
mod source;
mod target;

use std::collections::HashSet;

use super::finding::Problem;
use super::numbers::currencies;
use super::{LostName, SentencePair};
use crate::language::NameTables;
use crate::language::names::spelt;
use crate::text::{excerpt, letter_runs};
use source::ends_sentence;
pub(crate) use source::{Mention, mentions};
use target::forms;
pub(crate) use target::{Fate, Target};

/// Shortest surname that is known by its ending, in letters.
const MIN_SURNAME: usize = 6;
/// Maximum names without counterpart that are compared with all words of the other text.
const MAX_COMPARED: usize = 16;
/// Endings of surnames that no other words have.
#[rustfmt::skip]
const SURNAMES: [&str; 8] = ["ов", "ев", "ова", "ева", "ұлы", "қызы", "ский", "ская"];
/// Shortest name of the target that the source has to have, in letters.
const MIN_INVENTED: usize = 4;

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

/// Names of the source without a counterpart; the words of the target that are one go to `found`.
fn lost_mentions<'s>(
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
    for name in mentions(pair.source, tables) {
        if is_of_money(pair, &name) {
            continue;
        }
        match target.fate(&name, tables) {
            Fate::Found { word, words, .. } => found.extend(word..word + words),
            Fate::Lost if is_sure(&name) && !of_term(&name) && seen.insert(name.text) => {
                lost.push(name);
            }
            Fate::Lost | Fate::Passed => {}
        }
    }
    lost.into_iter()
        .take(MAX_COMPARED)
        .filter(|name| !target.holds_kindred(name, found))
        .collect()
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
fn is_sure(name: &Mention) -> bool {
    let is_surname = |stem: &String| {
        stem.chars().nth(MIN_SURNAME - 1).is_some()
            && SURNAMES.iter().any(|ending| stem.ends_with(ending))
    };
    let is_place = name.entry.is_some_and(|entry| entry.is_known_abroad);
    !name.begins || is_place || name.stems.iter().any(is_surname)
}

/// Names of the target that the source does not have: places, and a name beside the first word of a
/// sentence that has no counterpart.
fn invented(
    pair: &SentencePair,
    target: &Target,
    tables: &NameTables,
    found: &HashSet<usize>,
) -> Vec<Problem> {
    let mut source: Option<source::Sounds> = None;
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
        let source = source.get_or_insert_with(|| source::Sounds::read(pair.source, tables));
        if source.hold(word.text, names, tables) {
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
    invented
}

/// A first word of a sentence without a counterpart, if its letters say that it may be a foreign name.
fn foreign_first_word<'s>(
    pair: &SentencePair<'s>,
    target: &Target,
    tables: &NameTables,
) -> Option<Mention<'s>> {
    let is_foreign = |stem: &String| {
        stem.chars().nth(MIN_INVENTED - 1).is_some() && !stem.contains(pair.language.own_letters)
    };
    mentions(pair.source, tables).into_iter().find(|name| {
        name.begins
            && !is_sure(name)
            && name.stems.iter().any(is_foreign)
            && target.fate(name, tables) == Fate::Lost
    })
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
mod tests {
    use super::*;
    use crate::language::KAZAKH;

    fn tables() -> &'static NameTables {
        KAZAKH.names.as_ref().expect("names of Kazakh")
    }

    fn names(source: &str) -> Vec<&str> {
        let inside = mentions(source, tables())
            .into_iter()
            .filter(|name| !name.begins);
        inside.map(|name| name.text).collect()
    }

    #[test]
    fn a_lost_name_comes_with_the_forms_that_english_has_for_it() {
        let lost = |target: &'static str| {
            let pair = SentencePair {
                language: &KAZAKH,
                source: "Делегация Қазақстаннан Өскемен арқылы Бурятияға аттанды.",
                target,
                truncated: false,
                terms: &[],
            };
            super::lost(&pair)
        };
        assert_eq!(lost("The Kazakh delegation left Oskemen for Buryatia."), []);
        let found = lost("The delegation left for Buryatia.");
        let words: Vec<&str> = found.iter().map(|name| name.words.as_str()).collect();
        assert_eq!(words, ["Қазақстаннан", "Өскемен"]);
        assert_eq!(found[0].forms[0], "Kazakhstan");
    }

    #[test]
    fn names_are_the_capitalised_words_inside_a_sentence() {
        let text = "Жиынға хатшы Е.Жылқыбаев пен Болат Керімбек келді. Арман сөйледі.";
        assert_eq!(names(text), ["Жылқыбаев", "Болат", "Керімбек"]);
    }

    #[test]
    fn what_begins_a_quotation_is_no_name_unless_it_is_a_firm() {
        assert_eq!(
            names("Биыл «Бақытты отбасы» жобасы мен «AMANAT» бар"),
            ["AMANAT"]
        );
        assert_eq!(names("Мердігер «Сервис» ЖШС салды"), ["Сервис"]);
    }

    #[test]
    fn a_name_is_found_in_its_case_and_in_any_spelling() {
        let target =
            Target::read("Secretary Yerzhan Zhylqybaev met Canadians in the U.S. on Friday.");
        let lost = |source: &str| {
            let names = mentions(source, tables()).into_iter();
            let lost =
                names.filter(|name| !name.begins && target.fate(name, tables()) == Fate::Lost);
            lost.map(|name| name.text.to_owned()).collect::<Vec<_>>()
        };
        let none: [&str; 0] = [];
        assert_eq!(lost("Ол Жылқыбаевпен, Ержанды, Канадалықтармен, АҚШ"), none);
        assert_eq!(lost("Ол Керімбек Ресейде"), ["Керімбек", "Ресейде"]);
    }

    #[test]
    fn no_name_is_invented_where_the_source_was_not_read_to_its_end() {
        let invented = |words: usize| {
            let pair = SentencePair {
                language: &KAZAKH,
                source: &("сөз ".repeat(words) + "Мюнхенде"),
                target: "The words were said, and he is in Tokyo now.",
                truncated: false,
                terms: &[],
            };
            let problems = problems(&pair).into_iter();
            let findings =
                problems.map(|problem| problem.finding(super::super::Check::Names, &pair));
            findings.filter(|found| found.target.is_some()).count()
        };
        assert_eq!([invented(10), invented(600)], [1, 0]);
    }
}
