//! Tables with one article in each row: CSV with a header, and Parquet. The columns have the names
//! of the fields of a JSON record: `id`, and `text` or `html`; other columns are kept with the
//! article.

use std::cell::Cell;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::rc::Rc;

use parquet::file::reader::{FileReader, SerializedFileReader};
use serde_json::{Map, Value};

use super::input_file::{InputFile, Sink, unreadable};
use super::input_kind::Compression;
use super::limits::{too_large, too_many};
use super::record::{Fault, FaultKind, Record, parse_value};
use crate::files::open_file;
use crate::input::MAX_ARTICLE_BYTES;

pub(super) fn csv(input: &InputFile, sink: &mut Sink) -> ControlFlow<()> {
    let (stream, position) = match input.open(Compression::None) {
        Ok(opened) => opened,
        Err(error) => return sink(Err(unreadable(input.id, &error)), 0),
    };
    let left = Rc::new(Cell::new(MAX_ARTICLE_BYTES));
    let stream = Rationed {
        inner: stream,
        left: Rc::clone(&left),
    };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(stream);
    let columns = match reader.headers() {
        Ok(columns) => columns.clone(),
        Err(error) => return sink(Err(input.broken("table", &error)), 0),
    };
    let names: Vec<&str> = columns
        .iter()
        .map(|name| name.trim_start_matches('\u{feff}').trim())
        .collect();
    if !names.iter().any(|name| matches!(*name, "text" | "html")) {
        return sink(Err(no_columns(input)), 0);
    }
    let mut number = 0;
    for row in reader.records() {
        left.set(MAX_ARTICLE_BYTES);
        number += 1;
        if number > input.limits.entries {
            return sink(Err(too_many(input.id, &input.limits)), position.get());
        }
        let place = format!("{}:{number}", input.id);
        let record = match row {
            Ok(row) if row.len() != names.len() => {
                let message = format!(
                    "the row has {} fields, and the header {}",
                    row.len(),
                    names.len()
                );
                Err(Fault::new(place, FaultKind::Record, message))
            }
            Ok(row) => {
                let fields = names.iter().zip(&row).filter(|(name, field)| {
                    // A table may have both columns; each row then fills one of them.
                    !(field.is_empty() && matches!(**name, "id" | "text" | "html"))
                });
                let fields = fields.map(|(name, field)| ((*name).to_owned(), field.into()));
                row_record(input, fields.collect(), &place)
            }
            Err(error) if matches!(error.kind(), csv::ErrorKind::Io(_)) => {
                return sink(Err(input.broken("table", &error)), position.get());
            }
            Err(error) => Err(Fault::new(place, FaultKind::Record, error)),
        };
        sink(record, position.get())?;
    }
    ControlFlow::Continue(())
}

pub(super) fn parquet(input: &InputFile, sink: &mut Sink) -> ControlFlow<()> {
    let size = std::fs::metadata(input.path).map_or(0, |metadata| metadata.len());
    match rows(input, size, sink) {
        Ok(flow) => flow,
        Err(error) => sink(Err(input.broken("Parquet file", &error)), size),
    }
}

fn rows(
    input: &InputFile,
    size: u64,
    sink: &mut Sink,
) -> Result<ControlFlow<()>, parquet::errors::ParquetError> {
    let reader = SerializedFileReader::new(open_file(input.path)?)?;
    let metadata = reader.metadata().file_metadata();
    let total = u64::try_from(metadata.num_rows()).unwrap_or_default();
    let groups = reader.metadata().row_groups().iter();
    let unpacked = groups.map(|group| u64::try_from(group.total_byte_size()).unwrap_or(u64::MAX));
    let unpacked = unpacked.fold(0, u64::saturating_add);
    if let Err(limit) = input.limits.check(unpacked, size) {
        let fault = Fault::of(input.id, FaultKind::Refused, limit);
        return Ok(sink(Err(fault), size));
    }
    let columns = metadata.schema_descr().root_schema().get_fields();
    if !columns
        .iter()
        .any(|column| matches!(column.name(), "text" | "html"))
    {
        return Ok(sink(Err(no_columns(input)), 0));
    }
    let mut number = 0;
    for row in reader.get_row_iter(None)? {
        let row = row?;
        number += 1;
        let position = (u128::from(size) * u128::from(number) / u128::from(total.max(1))) as u64;
        if number > input.limits.entries {
            return Ok(sink(Err(too_many(input.id, &input.limits)), position));
        }
        let place = format!("{}:{number}", input.id);
        let fields = match row.to_json_value() {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        let flow = sink(row_record(input, fields, &place), position);
        if flow.is_break() {
            return Ok(flow);
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn row_record(input: &InputFile, fields: Map<String, Value>, place: &str) -> Result<Record, Fault> {
    let row = Value::Object(fields);
    if text_bytes(&row) as u64 > MAX_ARTICLE_BYTES {
        return Err(too_large(place, "the row"));
    }
    parse_value(row, input.id, Some(place))
}

/// How much text there is in a value, in bytes.
fn text_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(text_bytes).sum(),
        Value::Object(fields) => fields.values().map(text_bytes).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

fn no_columns(input: &InputFile) -> Fault {
    let message = "it has no column named text or html; id, text and html are known, others kept";
    Fault::new(input.id, FaultKind::Record, message)
}

/// A reader that returns at most `left` bytes: with an unclosed quotation mark a whole file would
/// be one row.
struct Rationed<R> {
    inner: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Rationed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.left.get()).unwrap_or(usize::MAX);
        let room = buffer.len().min(left);
        if room == 0 && !buffer.is_empty() {
            return Err(io::Error::other(format!(
                "a row is longer than {} MiB; is a quotation mark not closed?",
                MAX_ARTICLE_BYTES >> 20
            )));
        }
        let read = self
            .inner
            .read(buffer.get_mut(..room).unwrap_or_default())?;
        self.left.set(self.left.get() - read as u64);
        Ok(read)
    }
}
