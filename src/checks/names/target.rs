//! Where the names of a source are in its translation.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::known;
use super::other;
use super::source::{Mention, ends_sentence};
use crate::checks::transliteration::PhoneticKey;
use crate::language::NameTables;
use crate::language::names::english::is_common;
use crate::language::names::{Entry, NameKind, bodies, find, is_people, spelt};
use crate::text::{is_latin, letter_runs};

/// A name is known by its consonants: shorter ones are not looked for by their sound.
const MIN_CONSONANTS: usize = 2;
/// How unlike two words may sound in one piece: a surname's sounds outweigh another given name before it.
const MAX_JOINED_COST: u16 = 2;
/// Maximum words of a translation that are compared.
const MAX_WORDS: usize = 1024;
/// Shortest word that the source has to name, in letters.
const MIN_NAME: usize = 4;
/// What is left of a word's form when its last vowels are taken off, in letters: `Kenya`, Kenyan.
const MIN_FORM: usize = 4;

/// A word of a translation.
#[derive(Debug)]
pub(crate) struct Word<'t> {
    pub text: &'t str,
    pub at: usize,
    pub lower: String,
    pub capital: bool,
    /// Whether a sentence begins with it, so that its capital says nothing.
    pub begins: bool,
    /// What it is a name of, or derived from the name of.
    pub known: Vec<Entry>,
}

/// The words of a translation, as they are written and as they sound.
pub(crate) struct Target<'t> {
    pub words: Vec<Word<'t>>,
    lower: Vec<String>,
    /// What the words, and two capitalised words next to each other, sound like, with the first word of
    /// each and how many words they are.
    sounds: Vec<(PhoneticKey, usize, usize)>,
}

/// What became of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is these many words from this word on; the cost says how unlike it sounds.
    Found {
        word: usize,
        words: usize,
        cost: u16,
    },
    /// It is translated, or it is no name.
    Passed,
    Lost,
}

impl<'t> Target<'t> {
    pub(crate) fn read(target: &'t str) -> Self {
        let (mut end, mut previous) = (0, "");
        let words: Vec<Word> = letter_runs(target)
            .take(MAX_WORDS)
            .map(|(at, text)| {
                let gap = target.get(end..at).unwrap_or_default();
                let begins = end == 0 || ends_sentence(gap, previous);
                (end, previous) = (at + text.len(), text);
                let capital = text.starts_with(char::is_uppercase);
                Word {
                    text,
                    at,
                    lower: text.to_lowercase(),
                    capital,
                    begins,
                    known: if capital {
                        other::named(text)
                    } else {
                        Vec::new()
                    },
                }
            })
            .collect();
        let mut sounds = HashMap::new();
        for (at, word) in words.iter().enumerate() {
            for form in forms(&word.lower) {
                let key = PhoneticKey::of(form);
                let known = sounds.entry(key).or_insert((at, 1));
                if word.capital && !words[known.0].capital {
                    *known = (at, 1);
                }
            }
            let next = words.get(at + 1).filter(|next| {
                let is_joined = target.get(word.at + word.text.len()..next.at) == Some("-");
                word.capital && (next.capital || is_joined)
            });
            if let Some(next) = next {
                let both = format!("{}{}", word.lower, next.lower);
                sounds.entry(PhoneticKey::of(&both)).or_insert((at, 2));
            }
        }
        let mut sounds: Vec<_> = sounds
            .into_iter()
            .map(|(key, (word, words))| (key, word, words))
            .collect();
        sounds.sort();
        let lower = words.iter().map(|word| word.lower.clone()).collect();
        Self {
            words,
            lower,
            sounds,
        }
    }

    /// Where these words are, in bytes.
    pub(crate) fn place(&self, word: usize, words: usize) -> Option<Range<usize>> {
        let first = self.words.get(word)?;
        let last = self.words.get((word + words).checked_sub(1)?)?;
        Some(first.at..last.at + last.text.len())
    }

    /// What became of `name`, by the tables and by its sound.
    pub(crate) fn fate(&self, name: &Mention, tables: &NameTables) -> Fate {
        let stems: Vec<&str> = name.stems.iter().map(String::as_str).collect();
        let own = name.entry.map_or_else(Vec::new, other::kin);
        if let Some(entry) = name.entry
            && let Some(found) = self.form(entry, &own).or_else(|| self.abbreviation(entry))
        {
            return found;
        }
        let is_latin_name = name.text.chars().all(is_latin);
        let same = |lower: &String| is_latin_name && stems.contains(&lower.as_str());
        if let Some(word) = self.lower.iter().position(same) {
            return Fate::Found {
                word,
                words: 1,
                cost: 0,
            };
        }
        if is_latin_name && self.has_initials(&name.text.to_lowercase()) {
            return Fate::Passed;
        }
        let spelt = self.by_sound(&stems, &own);
        let is_another = |word: usize| self.is_another(word, 1, &own);
        match known::look_up(tables, &stems, &self.lower, is_another) {
            Some(true) => return spelt.unwrap_or(Fate::Passed),
            Some(false) => return spelt.unwrap_or(Fate::Lost),
            None => {}
        }
        if let Some(spelt) = spelt {
            return spelt;
        }
        if let Some(found) = self.by_words(name, tables) {
            return found;
        }
        match name.entry {
            // Bodies have many names.
            Some(entry) if entry.kind == NameKind::Body && self.has_part(entry) => Fate::Passed,
            // The table has what their letters stand for.
            Some(entry) if entry.kind == NameKind::Body => Fate::Lost,
            _ if stems.iter().any(|stem| stem.contains(' ')) => Fate::Lost,
            _ if is_short(&stems) => Fate::Passed,
            _ => Fate::Lost,
        }
    }

    /// Whether a capitalised word that is no other name's, by its number in `found`, may be a spelling
    /// of the name after rules that are not known (`Хьюз`: Hughes); it is its from then on.
    pub(crate) fn holds_kindred(&self, name: &Mention, found: &mut HashSet<usize>) -> bool {
        let keys: Vec<PhoneticKey> = name
            .stems
            .iter()
            .map(|stem| PhoneticKey::of(stem))
            .collect();
        let own = name.entry.map_or_else(Vec::new, other::kin);
        let kindred = self.words.iter().enumerate().find(|(at, word)| {
            let is_free = word.capital && !found.contains(at) && !self.is_another(*at, 1, &own);
            is_free && {
                let sounds = [
                    PhoneticKey::of(&word.lower),
                    PhoneticKey::of_english(&word.lower),
                ];
                keys.iter()
                    .any(|key| sounds.iter().any(|sound| key.is_kindred(sound)))
            }
        });
        kindred.is_some_and(|(at, _)| found.insert(at))
    }

    /// Whether one of these names, in lower case, is here as one word or two; it is theirs from then on.
    pub(crate) fn holds_together(&self, names: &[String], found: &mut HashSet<usize>) -> bool {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        match self.by_sound(&names, &[]) {
            Some(Fate::Found { word, words, cost }) if cost <= MAX_JOINED_COST => {
                found.extend(word..word + words);
                true
            }
            _ => false,
        }
    }

    /// Whether only words of a body's forms are here, and not one of the forms.
    pub(crate) fn is_body_in_part(&self, name: &Mention, tables: &NameTables) -> bool {
        let stems: Vec<&str> = name.stems.iter().map(String::as_str).collect();
        let is_translated = || known::look_up(tables, &stems, &self.lower, |_| false) == Some(true);
        let is_body = name.entry.is_some_and(|entry| entry.kind == NameKind::Body);
        is_body && !is_translated()
    }

    /// Whether a word may be a name of a person or a place: it is capitalised, and neither it nor the
    /// word after it is one of those that are capitalised in titles.
    pub(crate) fn may_be_name(&self, at: usize) -> bool {
        let Some(word) = self.words.get(at) else {
            return false;
        };
        // A given name or a place that begins a sentence is known by the name after it.
        let begins_name = || {
            let next = self.words.get(at + 1);
            let is_known = !spelt(word.text).is_empty();
            is_known
                && next.is_some_and(|next| next.capital && !next.begins && !is_common(&next.lower))
        };
        word.capital
            && (!word.begins || begins_name())
            && word
                .text
                .chars()
                .nth(MIN_NAME - 1)
                .is_some_and(char::is_lowercase)
            && !self.begins_title(at)
            && !is_common(&word.lower)
    }

    /// Whether the word after this one is one of those that are capitalised in titles.
    pub(crate) fn begins_title(&self, at: usize) -> bool {
        let next = self.words.get(at + 1);
        next.is_some_and(|next| next.capital && !next.begins && is_common(&next.lower))
    }

    /// Whether a word inside a sentence is capitalised and neither a common word nor a people, though it may
    /// begin a title.
    pub(crate) fn is_capitalised(&self, at: usize) -> bool {
        let Some(word) = self.words.get(at) else {
            return false;
        };
        let mut letters = word.text.chars().skip(MIN_NAME - 1);
        word.capital
            && !word.begins
            && letters.next().is_some_and(char::is_lowercase)
            && !is_common(&word.lower)
            && !forms(word.text).any(is_people)
    }

    /// Whether these words are a name that is known, and none of `own`.
    fn is_another(&self, word: usize, words: usize, own: &[Entry]) -> bool {
        let Some(first) = self.words.get(word).filter(|_| !own.is_empty()) else {
            return false;
        };
        match self.words.get(word + 1).filter(|_| words == 2) {
            Some(second) => {
                let both = format!("{} {}", first.text, second.text);
                other::is_another(&other::named(&both), own)
            }
            None => other::is_another(&first.known, own),
        }
    }

    /// Where an abbreviation of the name is.
    fn abbreviation(&self, entry: Entry) -> Option<Fate> {
        let is_short = |word: &Word| {
            word.text.chars().all(char::is_uppercase) && is_abbreviation(&word.lower, entry)
        };
        let word = self.words.iter().position(is_short)?;
        Some(Fate::Found {
            word,
            words: 1,
            cost: 0,
        })
    }

    /// Whether capitalised words one after the other begin with the letters of an abbreviation.
    fn has_initials(&self, abbreviation: &str) -> bool {
        let initials: String = self
            .words
            .iter()
            .filter(|word| word.capital)
            .filter_map(|word| word.lower.chars().next())
            .collect();
        initials.contains(abbreviation)
    }

    /// Where the words of a name of several words are, by their sounds.
    fn by_words(&self, name: &Mention, tables: &NameTables) -> Option<Fate> {
        let [stem] = name.stems.as_slice() else {
            return None;
        };
        let mut found = None;
        if !stem.contains(' ') {
            return None;
        }
        for word in stem.split(' ') {
            // `министрлігі` is no name, whatever sounds like it.
            let forms = (tables.stems)(word);
            let forms: Vec<&str> = forms.iter().map(|form| &**form).collect();
            match known::look_up(tables, &forms, &self.lower, |_| false) {
                Some(true) => {}
                _ => {
                    let own = find(word).map_or_else(Vec::new, other::kin);
                    let spelt = self.by_sound(&[word], &own);
                    found = found.or(spelt);
                    spelt?;
                }
            }
        }
        found
    }

    /// Where a form that the gazetteer has for the name is, or a word derived from it that is none of another
    /// name (`Niger`, Nigeria).
    fn form(&self, entry: Entry, own: &[Entry]) -> Option<Fate> {
        entry.forms().find_map(|form| {
            let wanted: Vec<String> = letter_runs(form)
                .map(|(_, word)| word.to_lowercase())
                .collect();
            let wanted_words = wanted.len();
            let fits = |word: &Word, wanted: &String| {
                let stem = wanted.trim_end_matches(['a', 'e', 'i', 'o', 'y']);
                let stem = if stem.chars().nth(MIN_FORM - 1).is_some() {
                    stem
                } else {
                    wanted
                };
                word.lower == *wanted
                    || (stem.chars().nth(MIN_FORM - 1).is_some()
                        && word.capital
                        && word.lower.starts_with(stem)
                        && (wanted_words > 1 || !other::is_another(&word.known, own)))
            };
            let runs = self.words.windows(wanted.len().max(1));
            let at = runs.enumerate().find(|(_, run)| {
                run.iter()
                    .zip(&wanted)
                    .all(|(word, wanted)| fits(word, wanted))
            });
            at.filter(|_| !wanted.is_empty())
                .map(|(word, _)| Fate::Found {
                    word,
                    words: wanted.len(),
                    cost: 0,
                })
        })
    }

    /// Whether the translation has a longer word of one of the forms.
    fn has_part(&self, entry: Entry) -> bool {
        self.has_part_outside(entry, &[])
    }

    /// Where the translation has the full names of bodies.
    pub(crate) fn bodies(&self) -> Vec<(Entry, Range<usize>)> {
        let places = bodies().flat_map(|body| {
            let titles = self.titles(body).into_iter();
            titles.map(move |place| (body, place))
        });
        places.collect()
    }

    /// Whether one of `bodies` is another body, where no other name was found, and the words of this
    /// one's forms are only in such: `Ministry of Finance` has a word of every ministry.
    pub(crate) fn has_other_body(
        &self,
        entry: Entry,
        bodies: &[(Entry, Range<usize>)],
        found: &HashSet<usize>,
    ) -> bool {
        let is_other = |(body, place): &&(Entry, Range<usize>)| {
            !body.is_also(entry) && !place.clone().any(|at| found.contains(&at))
        };
        let others = bodies.iter().filter(is_other);
        let others: Vec<Range<usize>> = others.map(|(_, place)| place.clone()).collect();
        !others.is_empty() && !self.has_part_outside(entry, &others)
    }

    /// Where the forms of a body are that only it has: capitalised words.
    fn titles(&self, body: Entry) -> Vec<Range<usize>> {
        let titles = body
            .forms()
            .filter(|form| form.starts_with(char::is_uppercase));
        let places = titles.filter_map(|form| {
            let wanted: Vec<String> = letter_runs(form)
                .map(|(_, word)| word.to_lowercase())
                .collect();
            let mut runs = self.words.windows(wanted.len().max(1));
            let at = runs.position(|run| {
                run[0].capital
                    && run
                        .iter()
                        .zip(&wanted)
                        .all(|(word, wanted)| word.lower == *wanted)
            });
            at.map(|at| at..at + wanted.len())
        });
        places.collect()
    }

    fn has_part_outside(&self, entry: Entry, others: &[Range<usize>]) -> bool {
        let longer = |form: &'static str| {
            let words = letter_runs(form).map(|(_, word)| word.to_lowercase());
            words.filter(|word| word.chars().nth(MIN_FORM).is_some())
        };
        entry.forms().flat_map(longer).any(|part| {
            let mut words = self.lower.iter().enumerate();
            words.any(|(at, word)| {
                word.starts_with(&part[..]) && !others.iter().any(|other| other.contains(&at))
            })
        })
    }

    /// The word that sounds most like one of the stems, if any may be a spelling of it: what sounds
    /// otherwise is none if it is a name that the gazetteer has for another one than `own`.
    fn by_sound(&self, stems: &[&str], own: &[Entry]) -> Option<Fate> {
        let keys: HashSet<PhoneticKey> = stems
            .iter()
            .filter(|stem| !stem.contains(' '))
            .map(|stem| PhoneticKey::of(stem))
            .filter(|key| key.consonants() >= MIN_CONSONANTS)
            .collect();
        let alike = self.sounds.iter().filter_map(|(sound, word, words)| {
            let cost = keys.iter().filter_map(|key| key.difference(sound)).min()?;
            // A word that is not capitalised is a name only if it sounds the same.
            let is_name = self.words[*word].capital || cost <= 1;
            let is_own = is_name && (cost == 0 || !self.is_another(*word, *words, own));
            is_own.then_some((cost, *word, *words))
        });
        alike
            .min()
            .map(|(cost, word, words)| Fate::Found { word, words, cost })
    }
}

/// Whether a word, in lower case, is the initials of a form, or begins as a form of one word does:
/// NYC, AUD.
fn is_abbreviation(word: &str, entry: Entry) -> bool {
    let is_of = |form: &str| {
        let lower = form.to_lowercase();
        let mut initials = letter_runs(&lower).filter_map(|(_, word)| word.chars().next());
        let short = (2..=3).contains(&word.len());
        short
            && (lower.starts_with(word.get(..2).unwrap_or(word))
                || (lower.contains(' ') && word.chars().take(2).eq(initials.by_ref().take(2))))
    };
    entry.forms().any(is_of)
}

/// Whether the sound of one of the stems says too little.
fn is_short(stems: &[&str]) -> bool {
    let mut keys = stems.iter().map(|stem| PhoneticKey::of(stem));
    keys.any(|key| key.consonants() < MIN_CONSONANTS)
}

/// An English word, and what it may be the adjective or the plural of.
pub(crate) fn forms(word: &str) -> impl Iterator<Item = &str> {
    const ENDINGS: [&str; 11] = [
        "ians", "ian", "ans", "an", "ns", "ese", "ish", "is", "i", "n", "s",
    ];
    let stems = ENDINGS
        .iter()
        .filter_map(move |ending| word.strip_suffix(ending));
    std::iter::once(word).chain(stems.filter(|stem| stem.chars().nth(3).is_some()))
}
