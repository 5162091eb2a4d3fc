//! The rows of CSV (RFC 4180), strictly, each with the line it begins in.
//!
//! Policy: what a quotation mark encloses is never guessed at. A mark that is not closed would make
//! the rest of the file one row, and a closing mark within a text would join two rows; both are
//! errors with their line, and the rows around them are read. A quotation mark within a field that
//! does not begin with one is an ordinary character. Lines end in LF, CR LF or CR; empty ones are
//! left out.

use std::io::{self, BufRead};

/// Maximum fields of a row.
pub(super) const MAX_FIELDS: usize = 10_000;

/// One row: its fields as bytes.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct CsvRow {
    /// The line it begins in, from 1.
    pub line: u64,
    bytes: Vec<u8>,
    /// Where each field ends in `bytes`.
    ends: Vec<usize>,
}

impl CsvRow {
    /// How many fields it has.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let field = self.bytes.get(start..end).unwrap_or_default();
            start = end;
            field
        })
    }
}

/// Why a row cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum CsvError {
    #[error("line {line}: the quotation mark that opens a field is not closed")]
    NotClosed { line: u64 },
    #[error("line {line}: text follows the quotation mark that closes a field")]
    AfterQuote { line: u64 },
    #[error("line {line}: the row has more than {MAX_FIELDS} fields")]
    TooManyFields { line: u64 },
    #[error("line {line}: the row is larger than {} MiB", .max_bytes >> 20)]
    TooLong { line: u64, max_bytes: usize },
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads rows from a stream.
pub(super) struct CsvRows<R> {
    input: R,
    separator: u8,
    /// Maximum bytes of a row.
    max_bytes: usize,
    /// The line of the last byte read.
    line: u64,
    last: u8,
}

/// Where in a row the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    FieldStart,
    Plain,
    /// Within quotation marks.
    Quoted,
    /// After a quotation mark within quotation marks.
    Quote,
    /// After spaces that follow a closing quotation mark.
    Closed,
    /// The row cannot be read: up to the end of its line.
    Skip,
}

impl<R: BufRead> CsvRows<R> {
    pub(super) fn new(input: R, separator: u8, max_bytes: usize) -> Self {
        Self {
            input,
            separator,
            max_bytes,
            line: 1,
            last: 0,
        }
    }

    /// The next row; `None` at the end.
    pub(super) fn next_row(&mut self) -> Option<Result<CsvRow, CsvError>> {
        let mut row = CsvRow::default();
        let mut state = Place::FieldStart;
        let mut error = None;
        // The line in which the field begins that is being read.
        let mut opened = 0;
        loop {
            let byte = match self.byte() {
                Ok(Some(byte)) => byte,
                Ok(None) if state == Place::Quoted => {
                    return Some(Err(CsvError::NotClosed { line: opened }));
                }
                Ok(None) => break,
                Err(error) => return Some(Err(CsvError::Io(error))),
            };
            let is_end = matches!(byte, b'\n' | b'\r');
            if row.line == 0 {
                if is_end {
                    continue;
                }
                row.line = self.line;
            }
            if is_end && state != Place::Quoted {
                if state != Place::Skip {
                    row.ends.push(row.bytes.len());
                }
                return Some(error.map_or(Ok(row), Err));
            }
            state = match state {
                Place::Skip => Place::Skip,
                Place::FieldStart if byte == b'"' => {
                    opened = self.line;
                    Place::Quoted
                }
                Place::Quoted if byte == b'"' => Place::Quote,
                Place::Quote if byte == b'"' => {
                    row.bytes.push(byte);
                    Place::Quoted
                }
                Place::FieldStart | Place::Plain | Place::Quote | Place::Closed
                    if byte == self.separator =>
                {
                    row.ends.push(row.bytes.len());
                    Place::FieldStart
                }
                Place::Quote | Place::Closed if byte == b' ' => Place::Closed,
                Place::Quote | Place::Closed => {
                    error = Some(CsvError::AfterQuote { line: self.line });
                    Place::Skip
                }
                Place::Quoted => {
                    row.bytes.push(byte);
                    Place::Quoted
                }
                Place::FieldStart | Place::Plain => {
                    row.bytes.push(byte);
                    Place::Plain
                }
            };
            let line = row.line;
            if row.ends.len() >= MAX_FIELDS {
                error = Some(CsvError::TooManyFields { line });
                (state, row) = (
                    Place::Skip,
                    CsvRow {
                        line,
                        ..CsvRow::default()
                    },
                );
            } else if row.bytes.len() > self.max_bytes {
                let max_bytes = self.max_bytes;
                if state == Place::Quoted {
                    // Whether it is closed decides where the next row begins.
                    return Some(Err(self.skip_quoted(opened, line)));
                }
                error = Some(CsvError::TooLong { line, max_bytes });
                (state, row) = (
                    Place::Skip,
                    CsvRow {
                        line,
                        ..CsvRow::default()
                    },
                );
            }
        }
        if row.line == 0 {
            return None;
        }
        if state != Place::Skip {
            row.ends.push(row.bytes.len());
        }
        Some(error.map_or(Ok(row), Err))
    }

    /// Skips a row that is too long from within a field in quotation marks.
    fn skip_quoted(&mut self, opened: u64, line: u64) -> CsvError {
        let mut is_quoted = true;
        loop {
            match self.byte() {
                Ok(Some(b'"')) => is_quoted = !is_quoted,
                Ok(Some(b'\n' | b'\r')) if !is_quoted => break,
                Ok(Some(_)) => {}
                Ok(None) if is_quoted => return CsvError::NotClosed { line: opened },
                Ok(None) => break,
                Err(error) => return CsvError::Io(error),
            }
        }
        let max_bytes = self.max_bytes;
        CsvError::TooLong { line, max_bytes }
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        let byte = loop {
            match self.input.fill_buf() {
                Ok(bytes) => break bytes.first().copied(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        };
        let Some(byte) = byte else {
            return Ok(None);
        };
        self.input.consume(1);
        // The line break is of the line that it ends.
        if self.last == b'\n' || self.last == b'\r' && byte != b'\n' {
            self.line += 1;
        }
        self.last = byte;
        Ok(Some(byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of a text, each as its line and its fields joined by `|`, or as the error.
    fn rows(text: &str, max_bytes: usize) -> Vec<String> {
        let mut rows = CsvRows::new(text.as_bytes(), b',', max_bytes);
        let mut told = Vec::new();
        while let Some(row) = rows.next_row() {
            told.push(match row {
                Ok(row) => {
                    let fields = row.fields().map(|field| str::from_utf8(field).unwrap());
                    format!("{} {}", row.line, fields.collect::<Vec<_>>().join("|"))
                }
                Err(error) => error.to_string(),
            });
        }
        told
    }

    #[test]
    fn fields_are_separated_and_may_be_in_quotation_marks() {
        let text = "a,b\r\n\r\n\"a,1\",\"b\"\"2\n3\"\r,\n\"\",5\" pipe\n\"x\"";
        assert_eq!(
            rows(text, 100),
            ["1 a|b", "3 a,1|b\"2\n3", "5 |", "6 |5\" pipe", "7 x"]
        );
        assert_eq!(rows("\"a\" ,\"b\"  \n\"c\" x", 100)[..1], ["1 a|b"]);
        assert_eq!(rows("\n\r\n", 100), Vec::<String>::new());
        assert_eq!(rows("", 100), Vec::<String>::new());
    }

    #[test]
    fn a_quotation_mark_that_is_not_closed_is_an_error_with_its_line() {
        let text = "id,text\n1,a\n2,\"b\n3,c\n4,d\n";
        let not_closed = "line 3: the quotation mark that opens a field is not closed";
        assert_eq!(rows(text, 100), ["1 id|text", "2 1|a", not_closed]);
        assert_eq!(rows(text, 8)[2..], [not_closed]);
    }

    #[test]
    fn a_row_that_would_swallow_the_next_one_harms_those_two() {
        let text = "id,text\n1,\"a\n2,\"b\"\n3,\"c\"\n";
        let said = "line 3: text follows the quotation mark that closes a field";
        assert_eq!(rows(text, 100), ["1 id|text", said, "4 3|c"]);
    }

    #[test]
    fn rows_beyond_the_limits_are_skipped() {
        let long = format!("a\n{}\n\"{}\n\"\nb\n", "x".repeat(6), "y\n\"\"".repeat(6));
        let said = rows(&long, 5);
        assert_eq!(said.len(), 4, "{said:?}");
        assert_eq!((said[0].as_str(), said[3].as_str()), ("1 a", "11 b"));
        assert!(said[1].starts_with("line 2: the row is larger"), "{said:?}");
        assert!(said[2].starts_with("line 3: the row is larger"), "{said:?}");
        let many = format!("a\n{}\nb", ",".repeat(2 * MAX_FIELDS));
        assert_eq!(
            rows(&many, 100)[1..],
            ["line 2: the row has more than 10000 fields", "3 b"]
        );
    }
}
