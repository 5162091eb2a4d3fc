//! Parquet with one article in each row. The columns have the names of the fields of a JSON record:
//! `id`, and `text` or `html`; other columns are kept with the article.
//!
//! Policy: a file of some kilobytes may say that it holds gigabytes, in its pages, its dictionaries
//! and its lists. All of these are counted before there is room made for them ([`pages`]), and the
//! texts of the rows are counted against the limits of the archive as they are read: a dictionary's
//! value may be that of every row. Rows are read one at a time. A text that is not UTF-8 harms its
//! row alone.

mod delta;
mod fields;
mod footer;
mod pages;
#[cfg(test)]
mod tests;
mod thrift;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::sync::Arc;

use parquet::errors::ParquetError;
use parquet::file::metadata::{
    ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader, ParquetStatisticsPolicy,
};
use parquet::record::Row;
use parquet::record::reader::TreeBuilder;
use parquet::schema::types::{SchemaDescriptor, Type};
use serde_json::Value;

use self::pages::{BoundedGroup, Budget};
use super::csv_input::check_columns;
use super::input_file::{InputFile, Sink, unreadable};
use super::json_line::MAX_VALUES;
use super::limits::{LimitError, too_large, too_many};
use super::record::{Fault, FaultKind, Record, of_parts};
use crate::files::open_file;
use crate::input::MAX_ARTICLE_BYTES;

/// Maximum bytes of a file's metadata: some hundred for each column of each group of rows.
const MAX_METADATA_BYTES: u64 = 32 << 20;
/// What a file ends with: the length of its metadata, and a name.
const END_BYTES: u64 = 8;

pub(super) fn read(input: &InputFile, sink: &mut Sink) -> ControlFlow<()> {
    let opened = open_file(input.path).and_then(|file| {
        let size = file.metadata()?.len();
        Ok((file, size))
    });
    let (file, size) = match opened {
        Ok(opened) => opened,
        Err(error) => return sink(Err(unreadable(input.id, &error)), 0),
    };
    match rows(input, file, size, sink) {
        Ok(flow) => flow,
        Err(error) => sink(Err(fault(input, error)), size),
    }
}

/// The fault of a file that cannot be read further.
fn fault(input: &InputFile, error: ParquetError) -> Fault {
    let said = match error {
        ParquetError::External(error) => match error.downcast::<LimitError>() {
            Ok(limit) => return Fault::of(input.id, FaultKind::Refused, *limit),
            Err(error) => error.to_string(),
        },
        ParquetError::General(said) | ParquetError::NYI(said) | ParquetError::EOF(said) => said,
        error => error.to_string(),
    };
    input.broken("Parquet file", &said)
}

fn rows(
    input: &InputFile,
    mut file: File,
    size: u64,
    sink: &mut Sink,
) -> Result<ControlFlow<()>, ParquetError> {
    let (metadata, schema) = metadata(&mut file, size)?;
    let names = schema.get_fields().iter().map(|column| column.name());
    if let Err(message) = check_columns(names) {
        let fault = Fault::new(input.id, FaultKind::Record, message);
        return Ok(sink(Err(fault), 0));
    }
    let total = u64::try_from(metadata.file_metadata().num_rows()).unwrap_or_default();
    let groups = metadata.row_groups().iter();
    let unpacked = groups.map(|group| u64::try_from(group.total_byte_size()).unwrap_or(u64::MAX));
    let unpacked = unpacked.fold(0, u64::saturating_add);
    if let Err(limit) = input.limits.check(unpacked, size) {
        let fault = Fault::of(input.id, FaultKind::Refused, limit);
        return Ok(sink(Err(fault), size));
    }
    let file = Arc::new(file);
    let budget = Arc::new(Budget::new(input.limits, size));
    let (mut number, mut bytes) = (0, 0);
    for metadata in metadata.row_groups() {
        let group = BoundedGroup {
            file: &file,
            metadata,
            budget: &budget,
        };
        budget.begin_group(metadata.num_columns());
        let columns = metadata.schema_descr_ptr();
        let rows = TreeBuilder::new()
            .with_batch_size(1)
            .as_iter(columns, &group)?;
        for row in rows {
            let row = row?;
            budget.begin_row();
            number += 1;
            let position =
                (u128::from(size) * u128::from(number) / u128::from(total.max(1))) as u64;
            if number > input.limits.entries {
                return Ok(sink(Err(too_many(input.id, &input.limits)), position));
            }
            let place = format!("{}:{number}", input.id);
            let row_size = fields::size(&row);
            bytes += row_size.bytes;
            if let Err(limit) = input.limits.check(bytes, size) {
                let fault = Fault::of(input.id, FaultKind::Refused, limit);
                return Ok(sink(Err(fault), position));
            }
            let record = if row_size.bytes > MAX_ARTICLE_BYTES {
                Err(too_large(&place, "the row"))
            } else if row_size.values > MAX_VALUES {
                let message =
                    format!("it holds more than {MAX_VALUES} values, which no article does");
                Err(Fault::new(&place, FaultKind::Refused, message))
            } else {
                record(input, &row, &schema, &place)
            };
            let flow = sink(record, position);
            if flow.is_break() {
                return Ok(flow);
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// The metadata of a file, in which all texts are bytes, and the schema as the file has it.
fn metadata(file: &mut File, size: u64) -> Result<(ParquetMetaData, Arc<Type>), ParquetError> {
    let mut end = [0; END_BYTES as usize];
    file.seek(SeekFrom::Start(size.saturating_sub(END_BYTES)))?;
    file.read_exact(&mut end)?;
    let length = match end {
        [a, b, c, d, b'P', b'A', b'R', b'1'] => u64::from(u32::from_le_bytes([a, b, c, d])),
        [.., b'P', b'A', b'R', b'E'] => return Err(broken("it is encrypted")),
        _ => return Err(broken("it does not end as a Parquet file does")),
    };
    if length > MAX_METADATA_BYTES {
        return Err(broken("its metadata has more than 32 MiB"));
    }
    let start = size.checked_sub(END_BYTES + length);
    let start = start.ok_or_else(|| broken("its metadata is larger than the file"))?;
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    footer::check(&bytes)?;
    let schema = ParquetMetaDataReader::decode_schema(&bytes)?.root_schema_ptr();
    let texts_as_bytes = Arc::new(fields::with_bytes(&schema)?);
    let options = ParquetMetaDataOptions::new()
        .with_schema(Arc::new(SchemaDescriptor::new(texts_as_bytes)))
        .with_column_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_encoding_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_size_stats_policy(ParquetStatisticsPolicy::SkipAll);
    let metadata = ParquetMetaDataReader::decode_metadata_with_options(&bytes, Some(&options))?;
    Ok((metadata, schema))
}

fn broken(message: &str) -> ParquetError {
    ParquetError::General(message.to_owned())
}

fn record(input: &InputFile, row: &Row, schema: &Type, place: &str) -> Result<Record, Fault> {
    let fault = |message: String| Fault::new(place, FaultKind::Record, message);
    let mut fields = fields::json(row, schema).map_err(|error| fault(error.to_string()))?;
    let id = match fields.shift_remove("id") {
        None | Some(Value::Null) => None,
        Some(Value::String(id)) => Some(id),
        Some(Value::Number(number)) if !number.is_f64() => Some(number.to_string()),
        Some(_) => {
            let message = "its id is neither a string nor a whole number";
            return Err(fault(String::from(message)));
        }
    };
    of_parts(id, fields, input.id, Some(place))
}
