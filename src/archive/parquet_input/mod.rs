//! Parquet with one article in each row. The columns have the names of the fields of a JSON record:
//! `id`, and `text` or `html`; other columns are kept with the article.
//!
//! Policy: a file of some kilobytes may say that it holds gigabytes, in its pages, its dictionaries
//! and its lists. All of these are counted before there is room made for them ([`pages`]), and the
//! texts of the rows are counted against the limits of the archive as they are read: a dictionary's
//! value may be that of every row. Rows are read one at a time. A text that is not UTF-8 harms its
//! row alone, and a damaged page its group of rows.

mod delta;
mod fields;
mod footer;
mod pages;
#[cfg(test)]
mod tests;
mod thrift;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use parquet::errors::ParquetError;
use parquet::file::metadata::{
    ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader, ParquetStatisticsPolicy,
    RowGroupMetaData,
};
use parquet::record::reader::TreeBuilder;
use parquet::record::{Field, Row};
use parquet::schema::types::{SchemaDescriptor, Type};
use serde_json::Value;

use self::pages::{BoundedGroup, Budget};
use super::csv_input::check_columns;
use super::input_file::{InputFile, Sink, unreadable};
use super::json_line::MAX_VALUES;
use super::limits::{LimitError, Limits, too_large, too_many};
use super::parquet_output::failure;
use super::record::{Fault, FaultKind, Record, of_parts};
use crate::files::open_file;
use crate::input::MAX_ARTICLE_BYTES;
use crate::panics;

/// Maximum bytes of a file's metadata: some hundred for each column of each group of rows.
const MAX_METADATA_BYTES: u64 = 32 << 20;
/// Groups of rows that may be damaged; after more, the rest of a file is not read.
const MAX_DAMAGED: usize = 100;
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
    let error = match error {
        ParquetError::External(error) => match error.downcast::<LimitError>() {
            Ok(limit) => return Fault::of(input.id, FaultKind::Refused, *limit),
            Err(error) => ParquetError::External(error),
        },
        error => error,
    };
    input.broken("Parquet file", &said(error))
}

/// An error in the library's words, without the name of its kind.
fn said(error: ParquetError) -> String {
    match error {
        ParquetError::External(error) => error.to_string(),
        ParquetError::General(said) | ParquetError::NYI(said) | ParquetError::EOF(said) => said,
        error => error.to_string(),
    }
}

fn rows(
    input: &InputFile,
    mut file: File,
    size: u64,
    sink: &mut Sink,
) -> Result<ControlFlow<()>, ParquetError> {
    let (metadata, schema) = metadata(&mut file, size)?;
    let names = schema.get_fields().iter().map(|column| column.name());
    if let Err(message) = check_columns(names, input.records) {
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
    let position_at =
        |number: u64| (u128::from(size) * u128::from(number) / u128::from(total.max(1))) as u64;
    let groups = metadata.row_groups();
    let mut damaged = 0;
    for (index, group) in groups.iter().enumerate() {
        let before = number;
        let read = each_row(&file, group, &budget, &mut |row| {
            number += 1;
            let position = position_at(number);
            if number > input.limits.entries {
                let fault = too_many(input.id, &input.limits);
                sink(Err(fault), position).map_break(|()| End::Reading)?;
                return ControlFlow::Break(End::File);
            }
            let place = format!("{}:{number}", input.id);
            let row_size = fields::size(row);
            bytes += row_size.bytes;
            if let Err(limit) = input.limits.check(bytes, size) {
                let fault = Fault::of(input.id, FaultKind::Refused, limit);
                sink(Err(fault), position).map_break(|()| End::Reading)?;
                return ControlFlow::Break(End::File);
            }
            let record = if row_size.bytes > MAX_ARTICLE_BYTES {
                Err(too_large(&place, "the row"))
            } else if row_size.values > MAX_VALUES {
                let message =
                    format!("it holds more than {MAX_VALUES} values, which no article does");
                Err(Fault::new(&place, FaultKind::Refused, message))
            } else {
                record(input, row, &schema, &place)
            };
            sink(record, position).map_break(|()| End::Reading)
        });
        match read {
            Ok(ControlFlow::Continue(())) => {}
            Ok(ControlFlow::Break(End::File)) => return Ok(ControlFlow::Continue(())),
            Ok(ControlFlow::Break(End::Reading)) => return Ok(ControlFlow::Break(())),
            Err(error) if is_limit(&error) || groups.len() == 1 || damaged == MAX_DAMAGED => {
                return Err(error);
            }
            Err(error) => {
                damaged += 1;
                let what = format!("row group {} of {}", index + 1, groups.len());
                let place = format!("{}:{}", input.id, number + 1);
                let rows = u64::try_from(group.num_rows()).unwrap_or_default();
                number = number.max(before.saturating_add(rows));
                let fault = Fault {
                    id: Some(place),
                    ..input.broken(&what, &said(error))
                };
                if sink(Err(fault), position_at(number.min(total))).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// What ends with a row.
enum End {
    /// The file, at a limit: its other rows are not read.
    File,
    /// All reading.
    Reading,
}

/// Hands out the rows of a group. A panic of the library is an error of the group.
fn each_row<B>(
    file: &Arc<File>,
    metadata: &RowGroupMetaData,
    budget: &Arc<Budget>,
    each: &mut dyn FnMut(&Row) -> ControlFlow<B>,
) -> Result<ControlFlow<B>, ParquetError> {
    let damaged = || broken("it is damaged");
    let group = BoundedGroup {
        file,
        metadata,
        budget,
    };
    budget.begin_group(metadata.num_columns());
    let columns = metadata.schema_descr_ptr();
    let rows = panics::catch(|| {
        TreeBuilder::new()
            .with_batch_size(1)
            .as_iter(columns, &group)
    });
    let mut rows = rows.map_err(|_| damaged())??;
    while let Some(row) = panics::catch(|| rows.next()).map_err(|_| damaged())? {
        budget.begin_row();
        if let ControlFlow::Break(end) = each(&row?) {
            return Ok(ControlFlow::Break(end));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Hands the text of a column to `each`, row by row; `None` where a row has none. Returns what the
/// metadata has under `key`. Pages are bounded as those of an input; the whole file is not.
pub(super) fn texts(
    path: &Path,
    column: &str,
    key: &str,
    each: &mut dyn FnMut(Option<&str>) -> io::Result<()>,
) -> io::Result<Option<String>> {
    let unlimited = Limits {
        entries: u64::MAX,
        bytes: u64::MAX,
        ratio: u64::MAX,
    };
    let mut file = open_file(path)?;
    let size = file.metadata()?.len();
    let damaged = |_| Err(broken("it is damaged"));
    let metadata = panics::catch(|| metadata(&mut file, size)).unwrap_or_else(damaged);
    let (metadata, _) = metadata.map_err(failure)?;
    let file = Arc::new(file);
    let budget = Arc::new(Budget::new(unlimited, size));
    for group in metadata.row_groups() {
        let mut taken = Ok(());
        let read = each_row(&file, group, &budget, &mut |row| {
            let text = row.get_column_iter().find(|(name, _)| *name == column);
            let text = text.and_then(|(_, field)| match field {
                Field::Bytes(bytes) => str::from_utf8(bytes.data()).ok(),
                Field::Str(text) => Some(text.as_str()),
                _ => None,
            });
            taken = each(text);
            match taken {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        });
        if read.map_err(failure)?.is_break() {
            taken?;
        }
    }
    let values = metadata.file_metadata().key_value_metadata();
    let mut values = values.into_iter().flatten();
    let value = values.find(|value| value.key == key);
    Ok(value.and_then(|value| value.value.clone()))
}

/// Whether an error is a limit of the whole file.
fn is_limit(error: &ParquetError) -> bool {
    matches!(error, ParquetError::External(error) if error.is::<LimitError>())
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
    let mut fields =
        fields::json(row, schema, input.records).map_err(|error| fault(error.to_string()))?;
    let id = match fields.shift_remove("id") {
        None | Some(Value::Null) => None,
        Some(Value::String(id)) => Some(id),
        Some(Value::Number(number)) if !number.is_f64() => Some(number.to_string()),
        Some(_) => {
            let message = "its id is neither a string nor a whole number";
            return Err(fault(String::from(message)));
        }
    };
    of_parts(id, &mut fields, input.id, Some(place), input.records)
}
