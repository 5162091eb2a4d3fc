//! A user's glossary: how terms of the source are to read in English, and where a text has them.
//!
//! Policy: a term is found in any inflected form of its last word, and the longest one that fits is
//! taken; a capital of an entry asks for a capital in the text, a small letter does not care; marks within
//! a term are as the entry has them, but for hyphens and quotation marks. The work grows linearly with a
//! text, however many entries there are.

mod faults;
mod file;
mod index;
mod words;

use std::ops::Range;
use std::path::Path;

pub use crate::files::TableError;
use crate::files::{hex, sha256};
use crate::language::{Language, romanised};
use crate::text::is_any_cyrillic;
pub use faults::{Fault, FaultKind};
use file::Row;
pub use file::{GlossaryError, RowFault};
use index::Index;

/// How many words a term has at most.
pub const MAX_TERM_WORDS: usize = 12;

/// An entry of a glossary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The line of the file it begins in, from 1.
    pub line: u64,
    /// The term in the source's language.
    pub source: String,
    /// What it is to be in English: as the file has it, or the term itself where it has none, in
    /// Latin letters.
    pub target: String,
}

/// A term in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermMatch {
    /// The place of its entry in the glossary.
    pub entry: usize,
    /// The bytes it takes in the text.
    pub place: Range<usize>,
}

/// A glossary, ready to be looked up.
#[derive(Debug, Clone)]
pub struct Glossary {
    entries: Vec<Entry>,
    index: Index,
    digest: String,
}

/// Two glossaries are equal if their files are.
impl PartialEq for Glossary {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl Glossary {
    /// Reads a file: CSV with commas or semicolons, or TSV; `source, target[, note]`, with or without
    /// a first row of such names.
    ///
    /// # Errors
    /// If the file cannot be read, is too large or is not UTF-8, or a row is no entry.
    pub fn open(path: &Path) -> Result<Self, GlossaryError> {
        Self::parse(&file::read(path)?, path)
    }

    /// As [`open`](Self::open), of a file's text; `path` names it.
    ///
    /// # Errors
    /// If a row is no entry.
    pub fn parse(text: &str, path: &Path) -> Result<Self, GlossaryError> {
        Ok(Self::of_rows(file::rows(text, path)?, text))
    }

    /// As [`open`](Self::open), without the rows that are no entries, which come as faults.
    ///
    /// # Errors
    /// If the file cannot be read, is too large, is not UTF-8 or is no table.
    pub fn open_in_part(path: &Path) -> Result<(Self, Vec<Fault>), GlossaryError> {
        let text = file::read(path)?;
        let (rows, bad) = file::all_rows(&text, path)?;
        let faults = bad.into_iter().map(Fault::of_row).collect();
        Ok((Self::of_rows(rows, &text), faults))
    }

    fn of_rows(rows: Vec<Row>, text: &str) -> Self {
        let entries: Vec<Entry> = rows
            .into_iter()
            .map(|row| Entry {
                line: row.line,
                target: match row.target {
                    target if !target.is_empty() => target,
                    _ if row.source.chars().any(is_any_cyrillic) => romanised(&row.source),
                    _ => row.source.clone(),
                },
                source: row.source,
            })
            .collect();
        Self {
            index: Index::new(&entries),
            entries,
            digest: hex(&sha256(text.as_bytes())),
        }
    }

    /// The entries, in the order of the file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// SHA-256 of the file's text, hexadecimal.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The terms in a text of this language, in their order; they do not overlap.
    pub fn matches(&self, text: &str, language: &Language) -> Vec<TermMatch> {
        self.index.matches(text, language)
    }

    /// The entries that can never match or never be put in, and those that contradict or repeat
    /// another one, in the order of the file.
    ///
    /// `read` tells what becomes of a term in a text of this language before terms are looked for: the
    /// units it is in, tidied.
    pub fn faults(&self, language: &Language, read: &dyn Fn(&str) -> Vec<String>) -> Vec<Fault> {
        faults::faults(&self.entries, language, read)
    }
}
