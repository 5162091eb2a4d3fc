//! The rows of a glossary's file.

use std::io;
use std::path::{Path, PathBuf};

use super::MAX_TERM_WORDS;
use super::words::words;
use crate::files::read_file;
use crate::text::squeeze;

/// Maximum size of a file, in bytes.
const MAX_FILE_BYTES: u64 = 16 << 20;
/// Maximum entries.
const MAX_ENTRIES: usize = 100_000;
/// Maximum size of a term and of what it is in English, in bytes.
const MAX_TERM_BYTES: usize = 512;

/// Why a file is no glossary.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GlossaryError {
    /// The file is missing or cannot be opened.
    #[error("{} cannot be read", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The file is too large.
    #[error("{} is larger than {} MiB", .path.display(), MAX_FILE_BYTES >> 20)]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The file is not UTF-8.
    #[error("{}:{line}: invalid UTF-8", .path.display())]
    Encoding {
        /// The file.
        path: PathBuf,
        /// The line of the first byte that is wrong, from 1.
        line: usize,
    },
    /// A row is no entry.
    #[error("{}:{line}: {reason}", .path.display())]
    Row {
        /// The file.
        path: PathBuf,
        /// The line the row begins in, from 1.
        line: u64,
        /// What is wrong with it.
        reason: RowFault,
    },
    /// There are too many entries.
    #[error("{} has more than {MAX_ENTRIES} entries", .path.display())]
    TooMany {
        /// The file.
        path: PathBuf,
    },
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RowFault {
    /// The first column is empty.
    #[error("the row has no source term")]
    NoSource,
    /// A term is too long to be one.
    #[error("a term has more than {MAX_TERM_BYTES} bytes or {MAX_TERM_WORDS} words")]
    TooLong,
}

/// A row of the file.
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) source: String,
    /// Empty if the term is to be kept.
    pub(super) target: String,
}

/// The text of a file.
pub(super) fn read(path: &Path) -> Result<String, GlossaryError> {
    let bytes = read_file(path, MAX_FILE_BYTES).map_err(|source| GlossaryError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let bytes = bytes.ok_or_else(|| GlossaryError::TooLarge {
        path: path.to_owned(),
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..valid).unwrap_or_default();
        GlossaryError::Encoding {
            path: path.to_owned(),
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
        }
    })
}

/// The rows of a file's text, without that of the columns' names.
pub(super) fn rows(text: &str, path: &Path) -> Result<Vec<Row>, GlossaryError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(text))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| GlossaryError::Unreadable {
            path: path.to_owned(),
            source: error.into(),
        })?;
        let line = record.position().map_or(0, |begin| line_of(text, begin));
        let cell = |at: usize| squeeze(record.get(at).unwrap_or_default());
        let (source, target) = (cell(0), cell(1));
        if source.is_empty() && record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let is_header = source.eq_ignore_ascii_case("source")
            && (target.is_empty() || target.eq_ignore_ascii_case("target"));
        if rows.is_empty() && is_header {
            continue;
        }
        let fault = |reason| GlossaryError::Row {
            path: path.to_owned(),
            line,
            reason,
        };
        if source.is_empty() {
            return Err(fault(RowFault::NoSource));
        }
        let is_long = source.len().max(target.len()) > MAX_TERM_BYTES;
        if is_long || words(&source).count() > MAX_TERM_WORDS {
            return Err(fault(RowFault::TooLong));
        }
        if rows.len() == MAX_ENTRIES {
            return Err(GlossaryError::TooMany {
                path: path.to_owned(),
            });
        }
        rows.push(Row {
            line,
            source,
            target,
        });
    }
    Ok(rows)
}

/// The line of a record that is read from `begin` on: empty lines may come before it.
fn line_of(text: &str, begin: &csv::Position) -> u64 {
    let at = usize::try_from(begin.byte()).unwrap_or(usize::MAX);
    let rest = text.get(at..).unwrap_or_default();
    let empty = rest
        .bytes()
        .take_while(|byte| matches!(byte, b'\n' | b'\r'));
    begin.line() + empty.filter(|byte| *byte == b'\n').count() as u64
}

/// What separates the columns: the first line with a tab, a comma or a semicolon says it.
fn separator(text: &str) -> u8 {
    let of_line = |line: &str| {
        let separators = [b'\t', b',', b';'];
        separators
            .into_iter()
            .find(|separator| line.as_bytes().contains(separator))
    };
    text.lines().find_map(of_line).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(u64, String, String)>, String> {
        let rows = rows(text, Path::new("terms.csv")).map_err(|error| error.to_string())?;
        let cells = rows
            .into_iter()
            .map(|row| (row.line, row.source, row.target));
        Ok(cells.collect())
    }

    #[test]
    fn columns_are_separated_by_commas_semicolons_or_tabs() {
        for text in [
            "әкім,governor,note\n\nAMANAT\n",
            "source,target\nәкім,governor\nAMANAT,\n",
            "\u{feff}Source;Target;Note\r\nәкім;governor;a, b\r\nAMANAT;;\r\n",
            "әкім\tgovernor\nAMANAT\t\tthe party\n",
            "\"әкім\",\" governor \"\n  AMANAT  ,\n,,\n",
        ] {
            let read = read(text).unwrap();
            let terms: Vec<(&str, &str)> = read.iter().map(|row| (&*row.1, &*row.2)).collect();
            assert_eq!(terms, [("әкім", "governor"), ("AMANAT", "")], "{text:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let long = format!("a,b\n\n{},c\n", "сөз ".repeat(MAX_TERM_WORDS + 1));
        for (text, expected) in [
            ("a,b\n,c\n", "terms.csv:2: the row has no source term"),
            (
                long.as_str(),
                "terms.csv:3: a term has more than 512 bytes or 12 words",
            ),
        ] {
            assert_eq!(read(text).unwrap_err(), expected);
        }
        let path = tempfile::tempdir().unwrap();
        let path = path.path().join("terms.csv");
        std::fs::write(&path, b"a,b\nc,\xff\n").unwrap();
        let error = super::read(&path).unwrap_err().to_string();
        assert!(error.ends_with("terms.csv:2: invalid UTF-8"), "{error}");
    }
}
