//! What is wrong with the entries of a glossary, beyond the form of its file.

use std::collections::HashMap;
use std::fmt;

use super::Entry;
use super::words::words;
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
    /// The term has no letter and no digit.
    NoWord,
    /// A word of the term has Latin and Cyrillic letters; texts are tidied before they are looked
    /// through.
    MixedLetters {
        /// The word.
        word: String,
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

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = &self.source;
        match &self.kind {
            FaultKind::NoWord => write!(f, "“{source}” never matches: it has no word"),
            FaultKind::MixedLetters { word } => write!(
                f,
                "“{source}” never matches: “{word}” has both Latin and Cyrillic letters"
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

/// The faults of `entries`, in their order.
pub(super) fn faults(entries: &[Entry]) -> Vec<Fault> {
    let mut first: HashMap<Vec<&str>, &Entry> = HashMap::new();
    let mut faults = Vec::new();
    for entry in entries {
        let words: Vec<&str> = words(&entry.source).map(|word| word.text).collect();
        let mixed = words.iter().find(|word| is_mixed(word));
        let earlier = *first.entry(words.clone()).or_insert(entry);
        let kind = if words.is_empty() {
            FaultKind::NoWord
        } else if let Some(word) = mixed {
            FaultKind::MixedLetters {
                word: (*word).to_owned(),
            }
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

fn is_mixed(word: &str) -> bool {
    word.chars().any(is_latin) && word.chars().any(is_any_cyrillic)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::glossary::Glossary;

    #[test]
    fn entries_that_do_nothing_or_contradict_each_other_are_named() {
        let terms = "әкім,governor\n\
                     «—»,dash\n\
                     әкiм,governor\n\
                     Әкім,Governor\n\
                     кеңес,кеңес\n\
                     әкім,mayor\n\
                     әкім,governor\n";
        let glossary = Glossary::parse(terms, Path::new("terms.csv")).unwrap();
        let faults = glossary.faults().into_iter();
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
            ]
        );
    }
}
