//! The fields of a row as JSON.
//!
//! Texts are read as bytes and become text here, so that one that is not UTF-8 is an error of its
//! row: the library's rows cannot be read on after such an error. Which columns are text is known by
//! the schema of the file; those with a name that records use are, whatever it says.

use std::sync::Arc;

use parquet::basic::{ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::errors::Result;
use parquet::record::{Field, Row};
use parquet::schema::types::{Type, TypePtr};
use serde_json::{Map, Value};

use crate::archive::member_name::shown;
use crate::archive::record_fields::{RecordOptions, is_known};
use crate::panics;

/// Maximum digits of a decimal number after its point; writing a number takes time that grows with the
/// square of its digits.
const MAX_DIGITS: i32 = 1000;
/// Maximum bytes of a decimal number.
const MAX_DECIMAL_BYTES: usize = 400;

/// Why a row is no record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum FieldError {
    #[error("its {0} is not UTF-8")]
    NotUtf8(String),
    #[error("its {0} is no date, time or number that can be written")]
    Unwritable(String),
    #[error("it is not of the schema of its file")]
    OtherSchema,
}

/// Bytes of an interval: months, days and milliseconds.
const INTERVAL_BYTES: i32 = 12;

/// The schema with all texts as bytes, and intervals, which the library does not read.
pub(super) fn with_bytes(schema: &Type) -> Result<Type> {
    let fields = schema.get_fields().iter().map(bytes_of);
    Type::group_type_builder(schema.name())
        .with_fields(fields.collect::<Result<_>>()?)
        .build()
}

fn bytes_of(column: &TypePtr) -> Result<TypePtr> {
    let info = column.get_basic_info();
    let id = info.has_id().then(|| info.id());
    if column.is_group() {
        let fields = column.get_fields().iter().map(bytes_of);
        let group = Type::group_type_builder(column.name())
            .with_repetition(info.repetition())
            .with_converted_type(info.converted_type())
            .with_logical_type(info.logical_type_ref().cloned())
            .with_id(id)
            .with_fields(fields.collect::<Result<_>>()?);
        return Ok(Arc::new(group.build()?));
    }
    let is_interval = info.converted_type() == ConvertedType::INTERVAL;
    if !is_text(column) && !is_interval {
        return Ok(Arc::clone(column));
    }
    let bytes = Type::primitive_type_builder(column.name(), column.get_physical_type())
        .with_repetition(info.repetition())
        .with_id(id)
        .with_length(if is_interval { INTERVAL_BYTES } else { -1 });
    Ok(Arc::new(bytes.build()?))
}

fn is_text(column: &Type) -> bool {
    let info = column.get_basic_info();
    let converted = matches!(
        info.converted_type(),
        ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON
    );
    let logical = matches!(
        info.logical_type_ref(),
        Some(LogicalType::String | LogicalType::Enum | LogicalType::Json)
    );
    let is_bytes = column.is_primitive() && column.get_physical_type() == Physical::BYTE_ARRAY;
    is_bytes && (converted || logical)
}

/// The fields of a row; `schema` is that of the file.
pub(super) fn json(
    row: &Row,
    schema: &Type,
    options: &RecordOptions,
) -> std::result::Result<Map<String, Value>, FieldError> {
    let mut fields = Map::new();
    for ((name, field), column) in row.get_column_iter().zip(schema.get_fields()) {
        let value = match field {
            Field::Bytes(bytes)
                if column.is_primitive() && !is_text(column) && is_known(name, options) =>
            {
                text(bytes.data(), column)?
            }
            _ => value(field, column)?,
        };
        fields.insert(name.clone(), value);
    }
    Ok(fields)
}

fn text(bytes: &[u8], column: &Type) -> std::result::Result<Value, FieldError> {
    match str::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(_) => Err(FieldError::NotUtf8(shown(column.name()))),
    }
}

fn value(field: &Field, column: &Type) -> std::result::Result<Value, FieldError> {
    match field {
        Field::Bytes(bytes) if is_text(column) => text(bytes.data(), column),
        Field::Group(row) if row.len() == fields_of(column).len() => {
            let columns = row.get_column_iter().zip(fields_of(column));
            let fields =
                columns.map(|((name, field), column)| Ok((name.clone(), value(field, column)?)));
            fields.collect()
        }
        Field::Group(_) => Err(FieldError::OtherSchema),
        Field::ListInternal(list) => {
            let elements = match list.elements() {
                // The library gives the elements of such a list as a list within it.
                [Field::ListInternal(inner)] if is_of_two_levels(column) => inner.elements(),
                elements => elements,
            };
            let element = element(column, elements.first());
            let values = elements.iter().map(|field| value(field, element));
            values.collect()
        }
        Field::MapInternal(map) => {
            let entry = fields_of(column).first().map(|entry| fields_of(entry));
            let Some([keys, values]) = entry else {
                return Err(FieldError::OtherSchema);
            };
            let entries = map.entries().iter().map(|(key, field)| {
                let key = match value(key, keys)? {
                    Value::String(key) => key,
                    key => key.to_string(),
                };
                Ok((key, value(field, values)?))
            });
            entries.collect()
        }
        Field::Decimal(decimal)
            if decimal.scale() > MAX_DIGITS || decimal.data().len() > MAX_DECIMAL_BYTES =>
        {
            Err(unwritable(column))
        }
        // The library panics at a time beyond its calendar.
        _ => panics::catch(|| field.to_json_value()).map_err(|_| unwritable(column)),
    }
}

fn unwritable(column: &Type) -> FieldError {
    FieldError::Unwritable(shown(column.name()))
}

/// The column that the elements of a list are of: the list's repeated column or what is within it, or
/// the column itself where it is repeated and no list by name.
fn element<'a>(column: &'a Type, first: Option<&Field>) -> &'a Type {
    if column.is_primitive() || !is_list(column) && is_repeated(column) {
        return column;
    }
    let Some(repeated) = column.get_fields().first() else {
        return column;
    };
    let Some(inner) = fields_of(repeated).first() else {
        return repeated;
    };
    match first {
        Some(Field::Group(row)) => {
            let names = row.get_column_iter().map(|(name, _)| name.as_str());
            let is_row = names.eq(fields_of(repeated).iter().map(|field| field.name()));
            if is_row { repeated } else { inner }
        }
        _ => inner,
    }
}

/// Whether a list is as old writers made them: its repeated column is of the elements themselves.
fn is_of_two_levels(column: &Type) -> bool {
    let Some(repeated) = fields_of(column).first() else {
        return false;
    };
    is_list(column)
        && match fields_of(repeated) {
            [inner] => !is_list(inner) && !is_repeated(inner),
            _ => true,
        }
}

fn is_repeated(column: &Type) -> bool {
    column.get_basic_info().repetition() == Repetition::REPEATED
}

fn is_list(column: &Type) -> bool {
    matches!(
        column.get_basic_info().converted_type(),
        ConvertedType::LIST | ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE
    )
}

/// The fields of a group; none of any other column.
fn fields_of(column: &Type) -> &[TypePtr] {
    if column.is_group() {
        return column.get_fields();
    }
    &[]
}

/// The size of a row: bytes of text, and how many values there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct RowSize {
    pub bytes: u64,
    pub values: usize,
}

/// The size of a row, which is known before its texts are copied.
pub(super) fn size(row: &Row) -> RowSize {
    let mut size = RowSize::default();
    for (name, field) in row.get_column_iter() {
        size.bytes += name.len() as u64;
        add(&mut size, field);
    }
    size
}

fn add(size: &mut RowSize, field: &Field) {
    size.values += 1;
    match field {
        Field::Bytes(bytes) => size.bytes += bytes.len() as u64,
        Field::Str(text) => size.bytes += text.len() as u64,
        Field::Group(row) => {
            for (name, field) in row.get_column_iter() {
                size.bytes += name.len() as u64;
                add(size, field);
            }
        }
        Field::ListInternal(list) => list.elements().iter().for_each(|field| add(size, field)),
        Field::MapInternal(map) => {
            for (key, field) in map.entries() {
                add(size, key);
                add(size, field);
            }
        }
        _ => {}
    }
}
