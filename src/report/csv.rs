//! CSV: a line a sentence, below a line of names; commas, and quotation marks where a field needs them.
//!
//! Policy: a program that reads the table gets the letters of the text, so nothing is put before a
//! field that a spreadsheet would take for a formula. A table has no types; Excel's format has.

use std::io;

use super::Report;
use super::rows::{COLUMNS, SCORE, rows, texts};
use crate::document::Document;

/// A table, begun or not.
#[derive(Default)]
pub(super) struct Csv {
    has_names: bool,
}

impl Csv {
    /// The names of the columns, if they are not there yet.
    fn names(&mut self, table: &mut csv::Writer<Vec<u8>>) -> csv::Result<()> {
        if std::mem::replace(&mut self.has_names, true) {
            return Ok(());
        }
        table.write_record(COLUMNS)
    }
}

impl Report for Csv {
    fn add(&mut self, document: &Document, out: &mut dyn io::Write) -> io::Result<()> {
        let mut table = csv::Writer::from_writer(Vec::new());
        self.names(&mut table)?;
        for row in rows(document) {
            let mut fields = texts(document, &row);
            fields[SCORE] = row.sentence.score.to_string().into();
            table.write_record(fields.iter().map(|field| field.as_bytes()))?;
        }
        write(table, out)
    }

    fn finish(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        let mut table = csv::Writer::from_writer(Vec::new());
        self.names(&mut table)?;
        write(table, out)
    }
}

fn write(table: csv::Writer<Vec<u8>>, out: &mut dyn io::Write) -> io::Result<()> {
    let lines = table
        .into_inner()
        .map_err(csv::IntoInnerError::into_error)?;
    out.write_all(&lines)
}
