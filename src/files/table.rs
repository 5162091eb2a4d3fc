//! Tables that people write and keep: CSV with commas or semicolons, or TSV, in UTF-8.

use std::cmp::Reverse;
use std::io;
use std::path::{Path, PathBuf};

use super::open::read_file;

/// Lines of a table by which its separator is told.
const MAX_TELLING_LINES: usize = 64;

/// Why a file is no table.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The file is missing or cannot be opened.
    #[error("{} cannot be read", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The file is too large.
    #[error("{} is larger than {} MiB", .path.display(), .max_bytes >> 20)]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Maximum size, in bytes.
        max_bytes: u64,
    },
    /// The file is not UTF-8.
    #[error("{}:{line}: invalid UTF-8", .path.display())]
    Encoding {
        /// The file.
        path: PathBuf,
        /// The line of the first byte that is wrong, from 1.
        line: usize,
    },
    /// A quotation mark that opens a cell has no partner, so that the rest of the file is in the cell.
    #[error("{}:{line}: a quotation mark is not closed", .path.display())]
    UnclosedQuote {
        /// The file.
        path: PathBuf,
        /// The line of the mark, from 1.
        line: u64,
    },
}

/// A row of a table that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TableRow {
    /// The line it begins in, from 1.
    pub line: u64,
    /// Its cells, as they are written.
    pub cells: Vec<String>,
}

impl TableRow {
    /// The cell of a column; empty if the row is shorter.
    pub(crate) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

/// The text of a table's file.
pub(crate) fn read_table(path: &Path, max_bytes: u64) -> Result<String, TableError> {
    let bytes = read_file(path, max_bytes).map_err(|source| TableError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let bytes = bytes.ok_or_else(|| TableError::TooLarge {
        path: path.to_owned(),
        max_bytes,
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..valid).unwrap_or_default();
        TableError::Encoding {
            path: path.to_owned(),
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
        }
    })
}

/// The rows of a table's text, one after the other, without that of the columns' names: `source` or `term`
/// and, if there is a second one, `target` or `translation`. `path` names its file.
pub(crate) fn table_rows<'t>(
    text: &'t str,
    path: &'t Path,
) -> impl Iterator<Item = Result<TableRow, TableError>> + 't {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let unclosed = unclosed_quote(text).map(|line| {
        Err(TableError::UnclosedQuote {
            path: path.to_owned(),
            line,
        })
    });
    let reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(text))
        .from_reader(text.as_bytes());
    let row = move |record: csv::Result<csv::StringRecord>| {
        let record = record.map_err(|error| TableError::Unreadable {
            path: path.to_owned(),
            source: error.into(),
        })?;
        Ok(TableRow {
            line: record.position().map_or(0, |begin| line_of(text, begin)),
            cells: record.iter().map(str::to_owned).collect(),
        })
    };
    let is_empty = |row: &TableRow| row.cells.iter().all(|cell| cell.trim().is_empty());
    let rows = reader.into_records().map(row);
    let rows = rows.filter(move |row| !row.as_ref().is_ok_and(is_empty));
    let is_header = |(at, row): &(usize, Result<TableRow, TableError>)| {
        *at == 0
            && row
                .as_ref()
                .is_ok_and(|row| has_names_of_columns(&row.cells))
    };
    let rows = rows.enumerate().filter(move |row| !is_header(row));
    unclosed.into_iter().chain(rows.map(|(_, row)| row))
}

/// Whether the first row of a table's text names the columns.
pub(crate) fn has_header(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(text))
        .from_reader(text.as_bytes());
    let first = reader.records().next().and_then(Result::ok);
    first.is_some_and(|row| {
        let cells: Vec<String> = row.iter().map(str::to_owned).collect();
        has_names_of_columns(&cells)
    })
}

fn has_names_of_columns(cells: &[String]) -> bool {
    let cell = |at: usize| cells.get(at).map_or("", |cell| cell.trim()).to_lowercase();
    let (source, target) = (cell(0), cell(1));
    match source.as_str() {
        "source" => matches!(target.as_str(), "" | "target" | "translation"),
        "term" => matches!(target.as_str(), "target" | "translation"),
        _ => false,
    }
}

/// The line of a quotation mark that opens a cell and is not closed.
fn unclosed_quote(text: &str) -> Option<u64> {
    let separator = separator(text);
    let (mut line, mut opened, mut begins) = (1, None, true);
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' if opened.is_some() => {
                // Two of them are one in the cell.
                if bytes.next_if_eq(&b'"').is_none() {
                    opened = None;
                }
                begins = false;
            }
            b'"' if begins => opened = Some(line),
            _ => begins = opened.is_none() && (byte == separator || matches!(byte, b'\n' | b'\r')),
        }
        line += u64::from(byte == b'\n');
    }
    opened
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

/// What separates the columns: the sign that most of the first lines have outside of quotation marks; of
/// two, the one that comes first.
pub(crate) fn separator(text: &str) -> u8 {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let lines: Vec<Vec<u8>> = lines.take(MAX_TELLING_LINES).map(unquoted).collect();
    let rank = |separator: &u8| {
        let having = lines.iter().filter(|line| line.contains(separator));
        let first = lines.iter().flatten().position(|byte| byte == separator);
        (having.count(), Reverse(first))
    };
    let separators = [b'\t', b';', b','].into_iter();
    separators.max_by_key(rank).unwrap_or(b',')
}

/// A line without what it has in quotation marks.
fn unquoted(line: &str) -> Vec<u8> {
    let mut is_quoted = false;
    line.bytes()
        .filter(|byte| {
            is_quoted ^= *byte == b'"';
            !is_quoted
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        let rows = table_rows(text, Path::new("table.csv"));
        rows.map(|row| row.unwrap().cells).collect()
    }

    #[test]
    fn the_separator_is_what_most_lines_have() {
        for (text, expected) in [
            ("a, b;c\nd;e\nf;g\n", ["a, b", "c"]),
            ("a;b\nc;d, e\nf;g, h\n", ["a", "b"]),
            ("a,b; c\n", ["a", "b; c"]),
            ("a;b, c\n", ["a", "b, c"]),
            ("\"a, b\";c\n\"d, e\";f, g\n", ["a, b", "c"]),
            ("a\tb\nc, d; e\tf\n", ["a", "b"]),
            ("\u{feff}a;b\r\n\r\nc;d\r\n", ["a", "b"]),
        ] {
            assert_eq!(cells(text)[0], expected, "{text:?}");
        }
        assert_eq!(cells("a b\n;;\n"), [["a b"]]);
    }

    #[test]
    fn the_names_of_the_columns_are_no_row() {
        for header in [
            "source",
            "Source,Target,note",
            "term,translation",
            "term,target",
        ] {
            assert_eq!(cells(&format!("{header}\na,b\n")), [["a", "b"]], "{header}");
            assert!(has_header(header));
        }
        assert_eq!(cells("term,word\na,b\n").len(), 2);
        assert!(!has_header("a,b\nsource,target\n"));
    }

    #[test]
    fn a_quotation_mark_that_is_not_closed_is_told() {
        let error = |text: &str| {
            let mut rows = table_rows(text, Path::new("table.csv"));
            rows.find_map(Result::err).map(|error| error.to_string())
        };
        let expected = "table.csv:2: a quotation mark is not closed";
        assert_eq!(error("a,b\nc,\"d\ne,f\n").as_deref(), Some(expected));
        for text in [
            "a,\"b\"\"\nc\"\n",
            "a,b\"c\n",
            "a 5\" b,c\nd,e\n",
            "\"a\"\n",
        ] {
            assert_eq!(error(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_row_knows_its_line() {
        let rows = table_rows("a,b\n\n\"c\nd\",e\nf\n", Path::new("table.csv"));
        let lines: Vec<u64> = rows.map(|row| row.unwrap().line).collect();
        assert_eq!(lines, [1, 3, 5]);
    }
}
