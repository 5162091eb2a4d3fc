//! Names by their Cyrillic spelling, with the English forms they have.
//!
//! The tables are compiled in and indexed at the first use. territories.tsv and languages.tsv are
//! CLDR's, places.tsv and cities.tsv are GeoNames' (`tests/reference/gazetteer.py` writes the four;
//! NOTICE has their terms), regions.tsv, bodies.tsv and given.tsv are
//! this project's own.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// What a name is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum NameKind {
    /// A person; in the gazetteer, a given name.
    Person,
    /// A country, region, city or other place.
    Place,
    /// A body, a firm, or another organisation.
    Body,
    /// A people or its language; not listed among an article's names.
    People,
}

impl NameKind {
    /// The name in JSON and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Place => "place",
            Self::Body => "body",
            Self::People => "people",
        }
    }
}

/// A name of the gazetteer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Entry {
    pub kind: NameKind,
    /// The English form that the press uses.
    pub usual: &'static str,
    /// Other forms, separated by `|`.
    others: &'static str,
    /// Whether it is a country, or a region or a city, whose name is no other word.
    pub is_known_abroad: bool,
    /// Whether it is a country, or a region or a city abroad.
    pub is_abroad: bool,
}

impl Entry {
    /// Every English form, the usual one first.
    pub(crate) fn forms(self) -> impl Iterator<Item = &'static str> {
        let others = self.others.split('|').filter(|form| !form.is_empty());
        std::iter::once(self.usual).chain(others)
    }

    /// Whether both have an English form in common, as two Cyrillic names of one thing do.
    pub(crate) fn is_also(self, other: Entry) -> bool {
        let is_shared = |form: &str| {
            let mut forms = other.forms();
            forms.any(|known| known.eq_ignore_ascii_case(form))
        };
        self == other || self.forms().any(is_shared)
    }
}

/// Regions whose names are words as well, which any sentence may begin with: `Оралды` also returned,
/// `Алғаны` also what was taken.
const ALSO_WORDS: [&str; 2] = ["алға", "орал"];

const BODIES: &str = include_str!("bodies.tsv");

/// The tables, those that win first.
const TABLES: [(NameKind, &str); 8] = [
    (NameKind::Place, include_str!("regions.tsv")),
    (NameKind::Body, BODIES),
    (NameKind::Place, include_str!("territories.tsv")),
    // States, regions and capitals abroad that the tables made from data lack, or have in other spellings.
    (NameKind::Place, include_str!("abroad.tsv")),
    (NameKind::Place, include_str!("places.tsv")),
    (NameKind::People, include_str!("languages.tsv")),
    (NameKind::Person, include_str!("given.tsv")),
    (NameKind::Place, include_str!("cities.tsv")),
];

/// The numbers of three tables.
const REGIONS: usize = 0;
const TERRITORIES: usize = 2;
const ABROAD: usize = 3;

struct Index {
    names: HashMap<&'static str, Entry>,
    /// Given names, those that are places as well among them.
    given: HashMap<&'static str, Entry>,
    /// The first word of names of several words, and the most words of such a name.
    first_words: HashMap<&'static str, usize>,
    /// English forms of places and given names, and the Cyrillic names that have them.
    spellings: HashMap<&'static str, Vec<&'static str>>,
    /// The entries of places, given names and bodies by their English forms.
    entries: HashMap<&'static str, Vec<Entry>>,
    /// The English names of peoples and languages.
    peoples: HashSet<&'static str>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index {
        names: HashMap::new(),
        given: HashMap::new(),
        first_words: HashMap::new(),
        spellings: HashMap::new(),
        entries: HashMap::new(),
        peoples: HashSet::new(),
    };
    for (number, (kind, table)) in TABLES.into_iter().enumerate() {
        for line in table.lines() {
            let mut columns = line.split('\t');
            let (Some(name), Some(usual)) = (columns.next(), columns.next()) else {
                continue;
            };
            let others = columns.next().unwrap_or_default();
            let entry = Entry {
                kind,
                usual,
                others,
                is_known_abroad: matches!(number, REGIONS | TERRITORIES | ABROAD)
                    && !ALSO_WORDS.contains(&name),
                is_abroad: matches!(number, TERRITORIES | ABROAD),
            };
            let known = *index.names.entry(name).or_insert(entry);
            if kind == NameKind::Person {
                index.given.insert(name, entry);
            }
            if let Some((first, _)) = name.split_once(' ') {
                let most = index.first_words.entry(first).or_default();
                *most = (*most).max(name.split(' ').count());
            }
            if known == entry && matches!(kind, NameKind::Place | NameKind::Person) {
                for form in entry.forms() {
                    index.spellings.entry(form).or_default().push(name);
                }
            }
            if kind == NameKind::People {
                index.peoples.extend(entry.forms());
            } else {
                for form in entry.forms() {
                    index.entries.entry(form).or_default().push(entry);
                }
            }
        }
    }
    index
});

/// The entry of a name in lower case, without endings.
pub(crate) fn find(name: &str) -> Option<Entry> {
    INDEX.names.get(name).copied()
}

/// The entry of a given name, which [`find`] may know as a place.
pub(crate) fn given(name: &str) -> Option<Entry> {
    INDEX.given.get(name).copied()
}

/// The words of the longest name that begins with this word; 1 if no name of several words does.
pub(crate) fn longest(first_word: &str) -> usize {
    INDEX.first_words.get(first_word).copied().unwrap_or(1)
}

/// The Cyrillic names, in lower case, of the place or the given name that is spelt so in English.
pub(crate) fn spelt(english: &str) -> &'static [&'static str] {
    let names = INDEX.spellings.get(english);
    names.map_or(&[], |names| names.as_slice())
}

/// The entries of the places, given names and bodies that are spelt so in English.
pub(crate) fn spelt_entries(english: &str) -> &'static [Entry] {
    let entries = INDEX.entries.get(english);
    entries.map_or(&[], |entries| entries.as_slice())
}

/// Whether an English word is a people or a language.
pub(crate) fn is_people(english: &str) -> bool {
    INDEX.peoples.contains(english)
}

/// The bodies, in the order of their Cyrillic names.
pub(crate) fn bodies() -> impl Iterator<Item = Entry> {
    let names = BODIES.lines().filter_map(|line| line.split('\t').next());
    let entries = names.filter_map(find);
    entries.filter(|entry| entry.kind == NameKind::Body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_table_are_found() {
        for (name, kind, usual) in [
            ("қазақстан", NameKind::Place, "Kazakhstan"),
            ("жаңа зеландия", NameKind::Place, "New Zealand"),
            ("қызылорда", NameKind::Place, "Kyzylorda"),
            ("мюнхен", NameKind::Place, "Munich"),
            ("неміс", NameKind::People, "German"),
            ("ержан", NameKind::Person, "Yerzhan"),
            ("біріккен ұлттар ұйымы", NameKind::Body, "United Nations"),
        ] {
            let entry = find(name).unwrap();
            assert_eq!((entry.kind, entry.usual), (kind, usual), "{name}");
        }
        let same = |one, other| find(one).unwrap().is_also(find(other).unwrap());
        assert!(same("мәскеу", "москва") && !same("иран", "ирак"));
        assert_eq!(find("кітап"), None);
        assert_eq!(find("абай").map(|entry| entry.kind), Some(NameKind::Place));
        assert_eq!(given("абай").map(|entry| entry.usual), Some("Abai"));
        assert_eq!(longest("біріккен"), 3);
        assert!(spelt("Germany").contains(&"германия"));
    }

    #[test]
    fn tables_are_in_order_and_every_line_has_a_form() {
        for (_, table) in TABLES {
            let names: Vec<&str> = table
                .lines()
                .filter_map(|line| line.split('\t').next())
                .collect();
            assert!(names.windows(2).all(|pair| pair[0] < pair[1]));
            for line in table.lines() {
                assert_eq!(line.matches('\t').count(), 2, "{line}");
                assert!(
                    line.split('\t').all(|column| column == column.trim()),
                    "{line}"
                );
            }
        }
    }
}
