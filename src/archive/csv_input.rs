//! Tables of text with one article in each row. The columns have the names of the fields of a record;
//! those that are not the text are kept with the article.
//!
//! Policy: the header tells what separates columns: commas, semicolons (Excel where the comma is the
//! decimal point), tabs or vertical bars, whichever makes a column of it that holds the text. Tables
//! are UTF-8, or UTF-16 with its mark; of another charset only if the user names it.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;

use serde_json::{Map, Value};

use super::csv_rows::{CsvError, CsvRow, CsvRows};
use super::input_file::{InputFile, Sink, unreadable};
use super::input_kind::Compression;
use super::limits::too_many;
use super::member_name::shown;
use super::record::{Fault, FaultKind, Record, of_parts};
use super::record_fields::{RecordOptions, may_be_text};
use super::transcoded::{Transcoded, utf16};
use crate::article::Charset;
use crate::input::MAX_ARTICLE_BYTES;

/// What Windows begins a table in UTF-8 with.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
/// Maximum bytes of all columns' names, which every record has.
const MAX_HEADER_BYTES: usize = 64 << 10;
/// What separates columns; the first of several that fit counts.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// What Excel begins a table with to name the separator.
const SEPARATOR_LINE: &[u8] = b"sep=";

pub(super) fn read(input: &InputFile, sink: &mut Sink) -> ControlFlow<()> {
    let (stream, position) = match input.open(Compression::None) {
        Ok(opened) => opened,
        Err(error) => return sink(Err(unreadable(input.id, &error)), 0),
    };
    let mut stream = BufReader::with_capacity(MAX_HEADER_BYTES, stream);
    // An error is met again by whoever reads on.
    let wide = utf16(
        stream.fill_buf().unwrap_or_default(),
        input.records.encoding,
    );
    let (mut stream, encoding): (BufReader<Box<dyn Read + '_>>, _) = match wide {
        Some(charset) => {
            let stream = Transcoded::new(stream, charset, input.records.lossy);
            let stream = BufReader::with_capacity(MAX_HEADER_BYTES, Box::new(stream) as Box<_>);
            (stream, None)
        }
        None => {
            let stream = BufReader::with_capacity(MAX_HEADER_BYTES, Box::new(stream) as Box<_>);
            (stream, input.records.encoding)
        }
    };
    let table = Table { input, encoding };
    if stream
        .fill_buf()
        .is_ok_and(|bytes| bytes.starts_with(BYTE_ORDER_MARK))
    {
        stream.consume(BYTE_ORDER_MARK.len());
    }
    let separator = table.separator(&mut stream);
    let max_bytes = usize::try_from(MAX_ARTICLE_BYTES).unwrap_or(usize::MAX);
    let mut rows = CsvRows::new(stream, separator, max_bytes);
    let columns = match table.columns(&mut rows) {
        Ok(columns) => columns,
        Err(message) => return sink(Err(Fault::new(input.id, FaultKind::Record, message)), 0),
    };
    let mut number = 0;
    while let Some(row) = rows.next_row() {
        number += 1;
        if number > input.limits.entries {
            return sink(Err(too_many(input.id, &input.limits)), position.get());
        }
        let place = format!("{}:{number}", input.id);
        let record = match row {
            Ok(row) => table.record(&columns, &row, &place),
            // The same would be met again at every further row.
            Err(CsvError::Io(error)) => {
                return sink(Err(input.broken_stream("table", error)), position.get());
            }
            Err(error @ CsvError::TooLong { .. }) => {
                Err(Fault::new(place, FaultKind::Refused, error))
            }
            Err(error) => Err(Fault::new(place, FaultKind::Record, error)),
        };
        sink(record, position.get())?;
    }
    ControlFlow::Continue(())
}

/// A table, whose bytes are in this charset or in UTF-8.
struct Table<'a> {
    input: &'a InputFile<'a>,
    encoding: Option<Charset>,
}

/// A column of a table.
struct Column {
    name: String,
    /// Whether a row may have nothing in it, as others of its kind have the text.
    is_optional: bool,
}

impl Table<'_> {
    /// The separator of the columns, by the first row.
    fn separator(&self, stream: &mut impl BufRead) -> u8 {
        let head = stream.fill_buf().unwrap_or_default();
        if let Some(&[separator, end, ..]) = head.strip_prefix(SEPARATOR_LINE)
            && matches!(end, b'\r' | b'\n')
        {
            stream.consume(SEPARATOR_LINE.len() + 1);
            return separator;
        }
        let header = |separator| {
            let mut rows = CsvRows::new(head, separator, MAX_HEADER_BYTES);
            rows.next_row().unwrap_or_else(|| Ok(CsvRow::default()))
        };
        let has_text = |separator: &u8| {
            let row = header(*separator).unwrap_or_default();
            row.fields().any(|name| {
                self.text(name)
                    .is_ok_and(|name| may_be_text(name.trim(), self.input.records))
            })
        };
        SEPARATORS.into_iter().find(has_text).unwrap_or_else(|| {
            // The first of those that part the row into most fields.
            let most = SEPARATORS.into_iter().rev();
            most.max_by_key(|&separator| match header(separator) {
                Ok(row) => row.len(),
                // More than a row may have; or it is no row, whatever parts it.
                Err(_) => usize::MAX,
            })
            .unwrap_or(b',')
        })
    }

    /// The text of a field.
    ///
    /// # Errors
    /// The charset that the field is not in.
    fn text(&self, field: &[u8]) -> Result<String, &'static str> {
        let charset = self.encoding.unwrap_or(Charset::Utf8);
        let lossy = self.input.records.lossy;
        charset.decode(field, lossy).map_err(|_| charset.name())
    }

    /// The columns, from the first row.
    ///
    /// # Errors
    /// Why the table's rows cannot be read.
    fn columns<R: BufRead>(&self, rows: &mut CsvRows<R>) -> Result<Vec<Column>, String> {
        let header = match rows.next_row() {
            Some(Ok(header)) => header,
            Some(Err(error)) => return Err(error.to_string()),
            None => CsvRow::default(),
        };
        let options = self.input.records;
        let columns = header.fields().map(|name| match self.text(name) {
            Ok(name) => {
                let name = name.trim().to_owned();
                let is_optional = matches!(name.as_str(), "" | "id") || may_be_text(&name, options);
                Ok(Column { name, is_optional })
            }
            Err(charset) => Err(format!("a column's name is not {charset}")),
        });
        let columns: Vec<Column> = columns.collect::<Result<_, _>>()?;
        check_columns(columns.iter().map(|column| column.name.as_str()), options)?;
        Ok(columns)
    }

    fn record(&self, columns: &[Column], row: &CsvRow, place: &str) -> Result<Record, Fault> {
        let fault = |message| Err(Fault::new(place, FaultKind::Record, message));
        let line = row.line;
        if row.len() != columns.len() {
            let (fields, columns) = (row.len(), columns.len());
            let message =
                format!("line {line}: the row has {fields} fields, and the header {columns}");
            return fault(message);
        }
        let mut fields = Map::new();
        for (Column { name, is_optional }, field) in columns.iter().zip(row.fields()) {
            // A table may have several columns for the text; each row then fills one of them.
            if field.is_empty() && *is_optional {
                continue;
            }
            let field = match self.text(field) {
                Ok(field) => field,
                Err(charset) => {
                    return fault(format!("line {line}: its {} is not {charset}", shown(name)));
                }
            };
            if fields.insert(name.clone(), field.into()).is_some() {
                return fault(format!(
                    "line {line}: it fills two columns that have no name"
                ));
            }
        }
        let id = match fields.shift_remove("id") {
            Some(Value::String(id)) => Some(id),
            _ => None,
        };
        let input = self.input;
        of_parts(id, &mut fields, input.id, Some(place), input.records)
    }
}

/// Checks the names of a table's columns; those without a name may be several.
///
/// # Errors
/// If none holds articles, two have one name, or the names are too long together.
pub(super) fn check_columns<'a>(
    names: impl Iterator<Item = &'a str> + Clone,
    options: &RecordOptions,
) -> Result<(), String> {
    if names.clone().map(str::len).sum::<usize>() > MAX_HEADER_BYTES {
        let most = MAX_HEADER_BYTES >> 10;
        return Err(format!(
            "the names of its columns have more than {most} KiB"
        ));
    }
    let mut seen = HashSet::new();
    let mut named = names.clone().filter(|name| !name.is_empty());
    if let Some(twice) = named.find(|name| !seen.insert(*name)) {
        return Err(format!("it has two columns named \"{}\"", shown(twice)));
    }
    let mut names = names;
    if names.any(|name| may_be_text(name, options)) {
        return Ok(());
    }
    Err(match &options.text_field {
        Some(name) => format!("it has no column named \"{}\"", shown(name)),
        None => String::from("it has no column named text, html, body, content or article"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::inputs::Inputs;
    use crate::archive::limits::Limits;
    use crate::archive::record_fields::RecordOptions;

    /// The records of a table, each as its id, text and other fields, or as the message of its fault.
    fn records(table: &[u8]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, table).unwrap();
        let inputs = Inputs {
            paths: vec![path],
            limits: Limits::default(),
            records: RecordOptions::default(),
            output: None,
        };
        let mut told = Vec::new();
        let flow = inputs.read(&mut |record, _| {
            told.push(match record {
                Ok(record) => {
                    let id = record.id.rsplit('/').next().unwrap_or_default();
                    format!(
                        "{id} {:?} {}",
                        record.content,
                        serde_json::to_string(&record.fields).unwrap()
                    )
                }
                Err(fault) => fault.message,
            });
            ControlFlow::Continue(())
        });
        assert!(flow.is_continue());
        told
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_columns_name() {
        let table = "\u{feff}\"id\",text\n1,а\n".as_bytes();
        assert_eq!(records(table), ["1 Text(\"а\") {}"]);
    }

    #[test]
    fn each_row_fills_one_of_text_and_html_and_may_have_no_id() {
        let table = b"id,text,html\n,a,\n2,,<p>\n3,,\n";
        let records = records(table);
        assert_eq!(
            records[..2],
            ["a.csv:1 Text(\"a\") {}", "2 Html(\"<p>\") {}"]
        );
        let told = "a.csv:3: it has neither text nor html";
        assert!(records[2].ends_with(told), "{}", records[2]);
    }

    #[test]
    fn columns_without_a_name_are_left_out_where_they_are_empty() {
        let table = b"id,text,,\n1,a,,\n2,a,x,\n3,a,x,y\n";
        let expected = [
            "1 Text(\"a\") {}",
            "2 Text(\"a\") {\"\":\"x\"}",
            "line 4: it fills two columns that have no name",
        ];
        assert_eq!(records(table), expected);
    }

    #[test]
    fn a_row_that_is_not_utf8_or_of_another_length_harms_its_row_alone() {
        let table = b"id,text\n1,a\n2,\xff\n3,a,b\n4,a\n";
        let expected = [
            "1 Text(\"a\") {}",
            "line 3: its text is not UTF-8",
            "line 4: the row has 3 fields, and the header 2",
            "4 Text(\"a\") {}",
        ];
        assert_eq!(records(table), expected);
    }

    #[test]
    fn a_character_that_is_not_utf16_ends_the_table_with_one_fault() {
        let units = "id,text\n1,a\n2,b".encode_utf16();
        let broken = [0xFEFF]
            .into_iter()
            .chain(units)
            .chain([0xD800, 0x62, 0x0A]);
        let table: Vec<u8> = broken.flat_map(u16::to_le_bytes).collect();
        let told = records(&table);
        let faults = told.iter().filter(|told| told.contains("UTF-16"));
        assert_eq!(faults.count(), 1, "{} records", told.len());
    }
}
