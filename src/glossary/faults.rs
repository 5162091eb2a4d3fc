//! What is wrong with the entries of a glossary, beyond the form of its file.

use std::collections::HashMap;
use std::fmt;

use super::Entry;
use super::file::{BadRow, RowFault};
use super::index::Index;
use super::words::{edges, words};
use crate::language::Language;
use crate::text::{is_any_cyrillic, is_latin};

/// An entry that does not do what its author expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line of the entry.
    pub line: u64,
    /// The entry's term.
    pub source: String,
    /// What is wrong with it.
    pub kind: FaultKind,
}

/// What is wrong with an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The row is no entry, and a translation that is to follow the file stops at it.
    Row(RowFault),
    /// The term has no letter and no digit.
    NoWord,
    /// A word of the term has Latin and Cyrillic letters; texts are tidied before they are looked
    /// through.
    MixedLetters {
        /// The word.
        word: String,
    },
    /// The term has marks that no text has any more when it is looked through.
    Altered {
        /// What is read where a text has the term.
        read: String,
    },
    /// What the term is to be has letters that English does not.
    ForeignTarget {
        /// What it is to be.
        target: String,
    },
    /// An earlier entry has the same term and another target.
    Contradicts {
        /// The line of the earlier one.
        line: u64,
        /// The target of the earlier one, which counts.
        target: String,
    },
    /// An earlier entry is the same.
    Repeats {
        /// The line of the earlier one.
        line: u64,
    },
}

impl Fault {
    pub(super) fn of_row(row: BadRow) -> Self {
        Self {
            line: row.line,
            source: row.source,
            kind: FaultKind::Row(row.fault),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = &self.source;
        match &self.kind {
            FaultKind::Row(fault) => fault.fmt(f),
            FaultKind::NoWord => write!(f, "“{source}” never matches: it has no word"),
            FaultKind::MixedLetters { word } => write!(
                f,
                "“{source}” never matches: “{word}” has both Latin and Cyrillic letters"
            ),
            FaultKind::Altered { read } => write!(
                f,
                "“{source}” never matches: it is read as “{read}” before terms are looked for"
            ),
            FaultKind::ForeignTarget { target } => write!(
                f,
                "“{source}” is never put in: “{target}” has letters of another script than English"
            ),
            FaultKind::Contradicts { line, target } => write!(
                f,
                "“{source}” contradicts line {line}, where it is “{target}”"
            ),
            FaultKind::Repeats { line } => write!(f, "“{source}” repeats line {line}"),
        }
    }
}

/// The faults of `entries`, in their order; `read` tells what becomes of a term in a text of this language
/// before terms are looked for.
pub(super) fn faults(
    entries: &[Entry],
    language: &Language,
    read: &dyn Fn(&str) -> Vec<String>,
) -> Vec<Fault> {
    let mut first: HashMap<Vec<&str>, &Entry> = HashMap::new();
    let mut faults = Vec::new();
    for entry in entries {
        let words: Vec<&str> = words(&entry.source).map(|word| word.text).collect();
        let mixed = words.iter().find(|word| is_mixed(word));
        // Terms of the same words and other marks are other terms.
        let key = if has_marks(&entry.source) {
            vec![&*entry.source]
        } else {
            words.clone()
        };
        let earlier = *first.entry(key).or_insert(entry);
        let kind = if words.is_empty() {
            FaultKind::NoWord
        } else if let Some(word) = mixed {
            FaultKind::MixedLetters {
                word: (*word).to_owned(),
            }
        } else if let Some(read) = altered(entry, language, read) {
            FaultKind::Altered { read }
        } else if entry
            .target
            .chars()
            .any(|c| c.is_alphabetic() && !is_latin(c))
        {
            FaultKind::ForeignTarget {
                target: entry.target.clone(),
            }
        } else if earlier.line == entry.line {
            continue;
        } else if earlier.target == entry.target {
            FaultKind::Repeats { line: earlier.line }
        } else {
            FaultKind::Contradicts {
                line: earlier.line,
                target: earlier.target.clone(),
            }
        };
        faults.push(Fault {
            line: entry.line,
            source: entry.source.clone(),
            kind,
        });
    }
    faults
}

fn has_marks(term: &str) -> bool {
    edges(term) != ("", "")
        || words(term)
            .skip(1)
            .any(|word| word.marks().is_none_or(|marks| !marks.is_empty()))
}

/// What is read in the place of a term with marks, if that is no longer the term.
fn altered(
    entry: &Entry,
    language: &Language,
    read: &dyn Fn(&str) -> Vec<String>,
) -> Option<String> {
    if !has_marks(&entry.source) {
        return None;
    }
    let index = Index::new(std::slice::from_ref(entry));
    let units = read(&entry.source);
    let is_found = |unit: &String| !index.matches(unit, language).is_empty();
    (!units.iter().any(is_found)).then(|| units.join(" | "))
}

fn is_mixed(word: &str) -> bool {
    word.chars().any(is_latin) && word.chars().any(is_any_cyrillic)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::glossary::Glossary;
    use crate::language::KAZAKH;

    #[test]
    fn entries_that_do_nothing_or_contradict_each_other_are_named() {
        let terms = "әкім,governor\n\
                     «—»,dash\n\
                     әкiм,governor\n\
                     Әкім,Governor\n\
                     кеңес,кеңес\n\
                     әкім,mayor\n\
                     әкім,governor\n\
                     т.б.,etc.\n\
                     Б.А.Қ.,media\n\
                     C++,C++\n\
                     C,the letter\n";
        let glossary = Glossary::parse(terms, Path::new("terms.csv")).unwrap();
        let read = |term: &str| vec![term.replace(".А", ". А")];
        let faults = glossary.faults(&KAZAKH, &read).into_iter();
        let faults: Vec<String> = faults
            .map(|fault| format!("{}: {fault}", fault.line))
            .collect();
        assert_eq!(
            faults,
            [
                "2: “«—»” never matches: it has no word",
                "3: “әкiм” never matches: “әкiм” has both Latin and Cyrillic letters",
                "5: “кеңес” is never put in: “кеңес” has letters of another script than English",
                "6: “әкім” contradicts line 1, where it is “governor”",
                "7: “әкім” repeats line 1",
                "9: “Б.А.Қ.” never matches: it is read as “Б. А.Қ.” before terms are looked for",
            ]
        );
    }
}
