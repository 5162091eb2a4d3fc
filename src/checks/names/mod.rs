//! Names of the source occur in the translation, in one of the spellings that transliteration
//! allows.
//!
//! A name is a capitalised word inside a sentence, or a word in Latin letters. Countries, bodies and
//! other names that are translated are looked up; words that are capitalised as parts of longer titles,
//! which are translated in too many ways, are passed over, and so is what a quotation begins with, unless
//! it is the name of a firm. The check is informative: docs/fidelity.md states how often it is right.

mod known;

use std::collections::HashSet;

use super::SentencePair;
use super::finding::Problem;
use super::transliteration::PhoneticKey;
use crate::language::NameTables;
use crate::text::{excerpt, is_any_cyrillic, is_latin, is_roman, letter_runs, place_of};

/// Shortest name that is looked for, in letters and in consonants.
const MIN_LETTERS: usize = 3;
const MIN_CONSONANTS: usize = 2;
/// Maximum names and target words that are compared, which bounds the work on a text that is not a
/// sentence.
const MAX_NAMES: usize = 64;
const MAX_WORDS: usize = 1024;

pub(super) fn problems(pair: &SentencePair) -> Vec<Problem> {
    let Some(tables) = pair.language.names.as_ref() else {
        return Vec::new();
    };
    let target = Target::read(pair.target);
    names(pair.source, tables)
        .into_iter()
        .filter(|name| !target.holds(name, tables))
        .map(|lost| {
            let message = format!("“{}” has no counterpart in the translation", excerpt(lost));
            Problem::in_source(place_of(lost, pair.source), message)
        })
        .collect()
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

/// The names of `source`, in their order and each once.
fn names<'s>(source: &'s str, tables: &NameTables) -> Vec<&'s str> {
    let mut names = Vec::new();
    let mut seen = HashSet::new();
    let mut begins = true;
    let (mut end, mut previous) = (0, "");
    for (at, word) in letter_runs(source) {
        let gap = source.get(end..at).unwrap_or_default();
        let rest = source.get(at + word.len()..).unwrap_or_default();
        begins |= ends_sentence(gap, previous) || (opens(gap) && !is_firm(rest, tables));
        let letters = word.chars().count();
        let is_name = if word.chars().all(is_latin) {
            letters >= MIN_LETTERS && word.starts_with(char::is_uppercase) && !is_roman(word)
        } else {
            !begins
                && letters >= MIN_LETTERS
                && is_capitalised(word)
                && word.chars().all(is_any_cyrillic)
        };
        if is_name && names.len() < MAX_NAMES && seen.insert(word) {
            names.push(word);
        }
        begins = false;
        (end, previous) = (at + word.len(), word);
    }
    names
}

/// A capital and then small letters; all capitals are an abbreviation.
fn is_capitalised(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

/// Whether a sentence ends in `gap`, the text after the word `previous`: not at an initial's point.
fn ends_sentence(gap: &str, previous: &str) -> bool {
    let initial = previous.chars().count() == 1 && previous.starts_with(char::is_uppercase);
    gap.contains(['!', '?', '…', ':', ';', '\n']) || (gap.contains('.') && !initial)
}

/// Whether a quotation opens at the end of `gap`.
fn opens(gap: &str) -> bool {
    gap.ends_with(['«', '“', '„', '"', '”', '‘', '\''])
}

/// Whether a quotation ends here and a legal form follows: what is quoted is a firm, whose name stays.
fn is_firm(rest: &str, tables: &NameTables) -> bool {
    rest.strip_prefix(['»', '”', '"', '“'])
        .is_some_and(|after| {
            let form = letter_runs(after).next().map(|(_, word)| word);
            after.starts_with(' ') && form.is_some_and(|form| tables.legal_forms.contains(&form))
        })
}

/// The words of a translation, as they are written and as they sound.
struct Target {
    words: Vec<String>,
    sounds: Vec<PhoneticKey>,
}

impl Target {
    fn read(target: &str) -> Target {
        let words: Vec<String> = letter_runs(target)
            .take(MAX_WORDS)
            .map(|(_, word)| word.to_lowercase())
            .collect();
        let forms: HashSet<&str> = words.iter().flat_map(|word| forms(word)).collect();
        let sounds: HashSet<PhoneticKey> = forms.into_iter().map(PhoneticKey::of).collect();
        Target {
            words,
            sounds: sounds.into_iter().collect(),
        }
    }

    /// Whether the translation holds `name`, translated or transliterated.
    fn holds(&self, name: &str, tables: &NameTables) -> bool {
        let name = name.to_lowercase();
        if name.chars().all(is_latin) && self.words.contains(&name) {
            return true;
        }
        let stems = (tables.stems)(&name);
        let stems: Vec<&str> = stems.iter().map(|stem| &**stem).collect();
        if let Some(held) = known::look_up(tables, &stems, &self.words) {
            return held;
        }
        let sounds: HashSet<PhoneticKey> = stems.into_iter().map(PhoneticKey::of).collect();
        sounds.iter().any(|stem| stem.consonants() < MIN_CONSONANTS)
            || sounds
                .iter()
                .any(|stem| self.sounds.iter().any(|word| stem.resembles(word)))
    }
}

/// An English word, and what it may be the adjective or the plural of.
fn forms(word: &str) -> impl Iterator<Item = &str> {
    const ENDINGS: [&str; 9] = ["ians", "ian", "ans", "an", "ese", "ish", "i", "n", "s"];
    let stems = ENDINGS
        .iter()
        .filter_map(move |ending| word.strip_suffix(ending));
    std::iter::once(word).chain(stems.filter(|stem| stem.chars().count() > MIN_LETTERS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::KAZAKH;

    fn tables() -> &'static NameTables {
        KAZAKH.names.as_ref().expect("names of Kazakh")
    }

    fn names(source: &str) -> Vec<&str> {
        super::names(source, tables())
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
        for name in ["Жылқыбаевпен", "Ержанды", "Канадалықтармен", "АҚШ"]
        {
            assert!(target.holds(name, tables()), "{name}");
        }
        for name in ["Керімбек", "Ресейде"] {
            assert!(!target.holds(name, tables()), "{name}");
        }
    }
}
