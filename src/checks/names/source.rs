//! The names of a source sentence.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use super::other;
use super::target::{self, Word};
use crate::checks::transliteration::PhoneticKey;
use crate::language::NameTables;
use crate::language::names::english::{is_implied, is_other_country};
use crate::language::names::{Entry, NameKind, find, longest};
use crate::text::{is_any_cyrillic, is_latin, is_roman, letter_runs};

/// Shortest name that is looked for, in letters.
pub(super) const MIN_LETTERS: usize = 3;
/// Maximum words whose sounds are compared.
const MAX_SOUNDS: usize = 512;
/// Longest abbreviation in capitals; longer words are shouted.
const MAX_ACRONYM: usize = 5;
/// Maximum names that are looked for, and words of a sentence that are looked at.
const MAX_NAMES: usize = 64;
const MAX_WORDS: usize = 2048;

/// A name of the source: one word, or several that the gazetteer knows as one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mention<'s> {
    /// As it is written, with its endings.
    pub text: &'s str,
    /// Where it begins.
    pub at: usize,
    /// In lower case, without the endings that its last word may have: the likeliest stem first. For a
    /// name of several words, the gazetteer's key alone.
    pub stems: Vec<String>,
    /// What the gazetteer knows of it.
    pub entry: Option<Entry>,
    /// Whether it begins a sentence, so that its capital says nothing.
    pub begins: bool,
    /// Whether nothing but a space or a hyphen is between the word before and it.
    pub joined: bool,
}

impl Mention<'_> {
    pub(crate) fn place(&self) -> Range<usize> {
        self.at..self.at + self.text.len()
    }

    /// Whether it is a word that is capitalised without being a name.
    pub(crate) fn is_common(&self, tables: &NameTables) -> bool {
        let is_ignored = |stem: &String| tables.ignored.binary_search(&&**stem).is_ok();
        self.entry.is_none() && self.stems.iter().any(is_ignored)
    }
}

/// What all words of a source sound like, and what they are forms of.
pub(super) struct Sounds {
    stems: HashSet<String>,
    /// With each the number in `own` of the word's names, and whether the word is capitalised.
    keys: Vec<(PhoneticKey, Option<usize>, bool)>,
    own: Vec<Vec<Entry>>,
    /// Whether it names another country or people than those of the newspaper.
    names_another: bool,
    /// Whether the source has more words than were read, so that a name may be among those.
    is_cut: bool,
}

impl Sounds {
    pub(super) fn read(source: &str, tables: &NameTables) -> Self {
        let mut words = letter_runs(source);
        let mut stems = HashSet::new();
        let mut keys = HashSet::new();
        let mut own = Vec::new();
        let mut names_another = mentions(source, tables)
            .iter()
            .any(|name| name.entry.is_some_and(is_other_country));
        for (_, word) in words.by_ref().take(MAX_SOUNDS) {
            let lower = word.to_lowercase();
            let capital = word.starts_with(char::is_uppercase);
            let forms = (tables.stems)(&lower);
            let entry = forms.iter().find_map(|stem| find(stem)).map(|entry| {
                names_another |= is_other_country(entry);
                own.push(other::kin(entry));
                own.len() - 1
            });
            keys.extend(
                forms
                    .iter()
                    .map(|stem| (PhoneticKey::of(stem), entry, capital)),
            );
            // `қазақша`: in Kazakh.
            let language = ["ша", "ше"]
                .iter()
                .find_map(|ending| lower.strip_suffix(ending));
            stems.extend(language.map(str::to_owned));
            stems.extend(forms.into_iter().map(Cow::into_owned));
        }
        Self {
            stems,
            keys: keys.into_iter().collect(),
            own,
            names_another,
            is_cut: words.next().is_some(),
        }
    }

    /// Whether a word is one of these names, is translated as the English word, is implied or sounds as it
    /// does; or may do so among those that were not read. What is a name of something else does not sound
    /// as it does, and a
    /// name that is known sounds much as a capitalised word does.
    pub(super) fn hold(&self, english: &Word, names: &[&str], tables: &NameTables) -> bool {
        self.hold_by(english, names, tables, false)
    }

    /// As [`hold`](Self::hold), but a word without a capital has to sound as a spelling does.
    pub(super) fn hold_strictly(
        &self,
        english: &Word,
        names: &[&str],
        tables: &NameTables,
    ) -> bool {
        self.hold_by(english, names, tables, true)
    }

    fn hold_by(
        &self,
        english: &Word,
        names: &[&str],
        tables: &NameTables,
        is_strict: bool,
    ) -> bool {
        let is_there = |name: &&str| name.split(' ').any(|word| self.stems.contains(word));
        let is_translated = |(name, forms): &(&str, &str)| {
            let mut translations = forms.split('|');
            let is_another = || {
                find(name)
                    .is_some_and(|entry| other::is_another(&english.known, &other::kin(entry)))
            };
            self.stems.contains(*name)
                && translations.any(|form| {
                    target::forms(&english.lower).any(|known| known == form)
                        || form.len() > 2 && english.lower.starts_with(form) && !is_another()
                })
        };
        let sounds = [
            PhoneticKey::of(&english.lower),
            PhoneticKey::of_english(&english.lower),
        ];
        let known = names.iter().filter(|name| !name.contains(' '));
        let known: Vec<PhoneticKey> = known.map(|name| PhoneticKey::of(name)).collect();
        let is_alike = |(key, own, capital): &(PhoneticKey, Option<usize>, bool)| {
            let alike = if names.is_empty() {
                let is_lax = *capital || !is_strict;
                sounds.iter().any(|sound| {
                    if is_lax {
                        key.is_kindred(sound)
                    } else {
                        key.difference(sound).is_some()
                    }
                })
            } else {
                let mut forms = sounds.iter().chain(&known);
                *capital && forms.any(|form| key.difference(form).is_some())
            };
            let own = own.and_then(|own| self.own.get(own));
            alike && !own.is_some_and(|own| other::is_another(&english.known, own))
        };
        self.is_cut
            || names.iter().any(is_there)
            || tables.translated.iter().any(is_translated)
            || is_implied(english.text, &self.stems, self.names_another)
            || self.keys.iter().any(is_alike)
    }
}

/// A word of the source.
struct SourceWord<'s> {
    text: &'s str,
    lower: String,
    at: usize,
    /// Whether a sentence, or a quotation that is no firm's name, begins with it.
    begins: bool,
    /// Whether nothing but a space or a hyphen is before it.
    joined: bool,
}

/// The names of `source`, in their order.
pub(crate) fn mentions<'s>(source: &'s str, tables: &NameTables) -> Vec<Mention<'s>> {
    let words = words(source, tables);
    let mut mentions = Vec::new();
    let mut next = 0;
    while let Some(word) = words.get(next) {
        let (mention, length) = match of_several(&words[next..], source, tables) {
            Some((mention, length)) => (Some(mention), length),
            None => (single(word, tables), 1),
        };
        next += length;
        mentions.extend(mention);
        if mentions.len() == MAX_NAMES {
            break;
        }
    }
    mentions
}

fn words<'s>(source: &'s str, tables: &NameTables) -> Vec<SourceWord<'s>> {
    let mut begins = true;
    let (mut end, mut previous) = (0, "");
    let mut words = Vec::new();
    for (at, text) in letter_runs(source).take(MAX_WORDS) {
        let gap = source.get(end..at).unwrap_or_default();
        let rest = source.get(at + text.len()..).unwrap_or_default();
        begins |= ends_sentence(gap, previous) || (opens(gap) && !is_firm(rest, tables));
        words.push(SourceWord {
            text,
            lower: text.to_lowercase(),
            at,
            begins,
            joined: matches!(gap, " " | "-" | "‑" | "’"),
        });
        begins = false;
        (end, previous) = (at + text.len(), text);
    }
    words
}

/// The longest name of several words that the gazetteer knows and that `words` begin with, and how
/// many words it has.
fn of_several<'s>(
    words: &[SourceWord<'s>],
    source: &'s str,
    tables: &NameTables,
) -> Option<(Mention<'s>, usize)> {
    let first = words.first()?;
    if !first.text.starts_with(char::is_uppercase) {
        return None;
    }
    let most = longest(&first.lower).min(words.len());
    let mut start = String::new();
    let mut found = None;
    for (length, last) in words.iter().enumerate().take(most).skip(1) {
        if !last.joined {
            break;
        }
        start.push_str(&words[length - 1].lower);
        start.push(' ');
        let known = (tables.stems)(&last.lower).into_iter().find_map(|stem| {
            let key = format!("{start}{stem}");
            find(&key).map(|entry| (key, entry))
        });
        if let Some((key, entry)) = known {
            let text = source.get(first.at..last.at + last.text.len())?;
            let mention = Mention {
                text,
                at: first.at,
                stems: vec![key],
                entry: Some(entry),
                begins: first.begins,
                joined: first.joined,
            };
            found = Some((mention, length + 1));
        }
    }
    found
}

fn single<'s>(word: &SourceWord<'s>, tables: &NameTables) -> Option<Mention<'s>> {
    let text = word.text;
    let letters = text.chars().count();
    if !text.starts_with(char::is_uppercase) {
        return None;
    }
    let mention = |stems: Vec<String>, entry| Mention {
        text,
        at: word.at,
        stems,
        entry,
        begins: word.begins,
        joined: word.joined,
    };
    if text.chars().all(is_latin) {
        let is_name = letters >= MIN_LETTERS && !is_roman(text);
        // Among Cyrillic words it is a name wherever it is.
        let name = || Mention {
            begins: false,
            ..mention(vec![word.lower.clone()], find(&word.lower))
        };
        return is_name.then(name);
    }
    if !text.chars().all(is_any_cyrillic) {
        return None;
    }
    let stems = (tables.stems)(&word.lower);
    let stems: Vec<String> = stems.into_iter().map(Cow::into_owned).collect();
    let entry = stems.iter().find_map(|stem| find(stem));
    let is_acronym = text.chars().nth(1).is_some_and(char::is_uppercase);
    let known = entry.is_some_and(|entry| match entry.kind {
        NameKind::Body | NameKind::Place => true,
        NameKind::Person | NameKind::People => !is_acronym,
    });
    if is_acronym {
        let known = known && letters <= MAX_ACRONYM;
        return known.then(|| mention(stems, entry));
    }
    (letters >= MIN_LETTERS).then(|| mention(stems, entry))
}

/// Whether a sentence ends in `gap`, the text after the word `previous`: not at an initial's point.
pub(super) fn ends_sentence(gap: &str, previous: &str) -> bool {
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
            let is_form = |form: &str| tables.legal_forms.iter().any(|(known, _)| *known == form);
            after.starts_with(' ') && form.is_some_and(is_form)
        })
}
