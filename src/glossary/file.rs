//! The rows of a glossary's file.

use std::path::{Path, PathBuf};

use super::MAX_TERM_WORDS;
use super::words::words;
use crate::files::{TableError, read_table, table_rows};
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
    /// The file cannot be read as a table.
    #[error(transparent)]
    Table(#[from] TableError),
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
    Ok(read_table(path, MAX_FILE_BYTES)?)
}

/// A row that is no entry.
#[derive(Debug)]
pub(super) struct BadRow {
    pub(super) line: u64,
    /// Its first column.
    pub(super) source: String,
    pub(super) fault: RowFault,
}

/// The rows of a file's text, without that of the columns' names.
pub(super) fn rows(text: &str, path: &Path) -> Result<Vec<Row>, GlossaryError> {
    let (rows, bad) = all_rows(text, path)?;
    match bad.into_iter().next() {
        None => Ok(rows),
        Some(row) => Err(GlossaryError::Row {
            path: path.to_owned(),
            line: row.line,
            reason: row.fault,
        }),
    }
}

/// As [`rows`], and apart from them the rows that are no entries.
pub(super) fn all_rows(text: &str, path: &Path) -> Result<(Vec<Row>, Vec<BadRow>), GlossaryError> {
    let (mut rows, mut bad) = (Vec::new(), Vec::new());
    for row in table_rows(text, path) {
        let row = row?;
        let (source, target) = (squeeze(row.cell(0)), squeeze(row.cell(1)));
        if rows.len() + bad.len() == MAX_ENTRIES {
            return Err(GlossaryError::TooMany {
                path: path.to_owned(),
            });
        }
        let is_long = source.len().max(target.len()) > MAX_TERM_BYTES;
        let fault = if source.is_empty() {
            Some(RowFault::NoSource)
        } else if is_long || words(&source).count() > MAX_TERM_WORDS {
            Some(RowFault::TooLong)
        } else {
            None
        };
        if let Some(fault) = fault {
            bad.push(BadRow {
                line: row.line,
                source,
                fault,
            });
            continue;
        }
        rows.push(Row {
            line: row.line,
            source,
            target,
        });
    }
    Ok((rows, bad))
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
