//! One line of JSON to the fields of a record, within bounds.
//!
//! Policy: how many values a line holds is known before any of them is kept: a value takes some
//! hundred bytes of memory and two of a line. A name that occurs twice is refused, since one of its
//! two values would be lost. The id is kept as it was written: a whole number may have more digits
//! than a number in memory.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::member_name::shown;
use crate::document::with_long_numbers;
use crate::report;

/// Maximum values of a line, nested ones included: a record with its fields has some dozens.
pub(super) const MAX_VALUES: usize = 1 << 18;
/// Bytes that a value takes in memory, besides its text.
const VALUE_BYTES: usize = size_of::<Value>();
/// Bytes that a field's name takes in memory, besides its text: the string, its hash, its index.
const NAME_BYTES: usize = 48;

/// The fields of a record.
#[derive(Debug, Default)]
pub(super) struct LineFields {
    /// The field `id` as JSON: a number as it was written, anything else without white space.
    pub id: Option<String>,
    /// All other fields, in their order.
    pub others: Map<String, Value>,
    /// The JSON of those with numbers that may be longer than a value holds.
    pub written: HashMap<String, String>,
}

/// Why a line is no record.
#[derive(Debug, thiserror::Error)]
pub(super) enum LineError {
    #[error("the line is no JSON: {0}")]
    NoJson(serde_json::Error),
    #[error("the line is no JSON object; {{\"id\": …, \"text\": …}} is one")]
    NoObject,
    #[error("it has two fields named \"{0}\"")]
    TwoFields(String),
    #[error("it holds more than {MAX_VALUES} values, which no article does")]
    TooManyValues,
}

/// Reads the fields of a line.
pub(super) fn fields(line: &[u8]) -> Result<LineFields, LineError> {
    if most_values(line) > MAX_VALUES {
        let left = Cell::new(MAX_VALUES);
        match ValueCount(&left).deserialize(&mut serde_json::Deserializer::from_slice(line)) {
            Err(_) if left.get() == 0 => return Err(LineError::TooManyValues),
            counted => counted.map_err(LineError::NoJson)?,
        }
    }
    let mut twice = None;
    let mut json = serde_json::Deserializer::from_slice(line);
    let read = Object { twice: &mut twice }.deserialize(&mut json);
    if let Some(name) = twice {
        return Err(LineError::TwoFields(shown(&name)));
    }
    let read = read.and_then(|read| json.end().map(|()| read));
    let read = read.map_err(LineError::NoJson)?;
    let read = read.ok_or(LineError::NoObject)?;
    let id = read.id.map(|id| match id {
        // Digits may be lost in memory.
        Value::Number(number) if number.is_f64() => {
            written_id(line).unwrap_or_else(|| number.to_string())
        }
        id => report::json_line(&id),
    });
    Ok(LineFields {
        id,
        others: read.others,
        written: with_long_numbers(line),
    })
}

/// At least as many values as the line has: each but the first follows one of these signs.
fn most_values(line: &[u8]) -> usize {
    let signs = line
        .iter()
        .filter(|sign| matches!(sign, b',' | b'[' | b':'));
    signs.count() + 1
}

/// Bytes of memory that a value takes, about.
pub(super) fn memory(value: &Value) -> usize {
    let inside = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(memory).sum(),
        Value::Object(fields) => memory_of_fields(fields),
    };
    VALUE_BYTES + inside
}

/// As [`memory`], of fields.
pub(super) fn memory_of_fields(fields: &Map<String, Value>) -> usize {
    let field = |(name, value): (&String, &Value)| NAME_BYTES + name.len() + memory(value);
    fields.iter().map(field).sum()
}

/// Counts down for each value, and ends with an error at zero.
#[derive(Clone, Copy)]
struct ValueCount<'a>(&'a Cell<usize>);

impl ValueCount<'_> {
    fn one<E: Error>(self) -> Result<(), E> {
        match self.0.get() {
            0 => Err(E::custom("too many values")),
            left => {
                self.0.set(left - 1);
                Ok(())
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for ValueCount<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueCount<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.one()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.one()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.one()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.one()
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.one()
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.one()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        self.one()?;
        while values.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        self.one()?;
        while fields.next_key::<IgnoredAny>()?.is_some() {
            fields.next_value_seed(self)?;
        }
        Ok(())
    }
}

/// The fields of an object, as they are parsed.
#[derive(Default)]
struct ParsedObject {
    id: Option<Value>,
    others: Map<String, Value>,
}

/// Reads the fields of an object; `None` for a value that is none.
struct Object<'a> {
    /// Set to the name that occurs twice.
    twice: &'a mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = Option<ParsedObject>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Option<ParsedObject>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Self::Value, A::Error> {
        while values.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        let mut read = ParsedObject::default();
        while let Some(name) = fields.next_key::<String>()? {
            let is_id = name == "id";
            if is_id && read.id.is_some() || read.others.contains_key(&name) {
                *self.twice = Some(name);
                return Err(A::Error::custom("a name occurs twice"));
            }
            if is_id {
                read.id = Some(fields.next_value()?);
            } else {
                read.others.insert(name, fields.next_value()?);
            }
        }
        Ok(Some(read))
    }
}

/// The number that an object's field `id` is, as it was written. The line is JSON: what is skipped
/// here was parsed before.
fn written_id(line: &[u8]) -> Option<String> {
    let mut depth = 0_usize;
    let mut is_id = false;
    let mut place = 0;
    while let Some(&byte) = line.get(place) {
        let mut end = place + 1;
        match byte {
            b'"' => {
                end += string_length(line.get(end..)?);
                // The last string before a colon is a name.
                let string = line.get(place..end)?;
                is_id = depth == 1 && serde_json::from_slice::<String>(string).ok()? == "id";
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            b':' if is_id && depth == 1 => {
                let value = line.get(end..)?.trim_ascii_start();
                let is_part =
                    |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
                let length = value.iter().take_while(|byte| is_part(byte)).count();
                return String::from_utf8(value.get(..length)?.to_vec()).ok();
            }
            _ => {}
        }
        place = end;
    }
    None
}

/// The length of a string after its first quotation mark, the last one included.
fn string_length(text: &[u8]) -> usize {
    let mut escaped = false;
    let end = text.iter().position(|byte| {
        let is_end = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        is_end
    });
    end.map_or(text.len(), |end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(line: &str) -> String {
        fields(line.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn values_are_counted_before_they_are_kept() {
        let line = |value: &str, count: usize| {
            let values = vec![value; count].join(",");
            format!("{{\"id\": 1, \"n\": [{values}]}}")
        };
        // The object, the id and the list are values too.
        assert!(fields(line("0", MAX_VALUES - 3).as_bytes()).is_ok());
        for value in ["0", "{}", "[]", "\"\"", "null", "1.5", "-1", "true"] {
            let said = said(&line(value, MAX_VALUES - 2));
            assert!(said.contains("more than 262144 values"), "{value}: {said}");
        }
        let nested = line("{\"a\": [0]}", MAX_VALUES / 3);
        assert!(said(&nested).contains("more than 262144 values"));
        assert!(fields(line("{\"a\": [0]}", MAX_VALUES / 3 - 1).as_bytes()).is_ok());
    }

    #[test]
    fn signs_within_a_text_are_no_values() {
        let text = ",:[".repeat(MAX_VALUES);
        let fields = fields(format!("{{\"text\": \"{text}\"}}").as_bytes()).unwrap();
        assert_eq!(fields.others["text"], text);
    }

    #[test]
    fn an_id_is_kept_as_it_was_written() {
        for (written, kept) in [
            ("18446744073709551616", "18446744073709551616"),
            ("1.50", "1.50"),
            ("-0", "-0"),
            ("\"\\u0430\"", "\"а\""),
            ("[1,\t{ \"a\": 2}]", "[1,{\"a\":2}]"),
            ("null", "null"),
            ("-1e5 ", "-1e5"),
        ] {
            let line = format!("{{\"text\": \"\", \"id\": {written}}}");
            let fields = fields(line.as_bytes()).unwrap();
            assert_eq!(fields.id.unwrap(), kept);
        }
        assert!(fields(b"{}").unwrap().id.is_none());
        let line = r#"{"a\"\\": "id", "b": [{"id": 2.5}, ":"], "i\u0064" : 1.50, "c": 3}"#;
        assert_eq!(fields(line.as_bytes()).unwrap().id.unwrap(), "1.50");
    }

    #[test]
    fn a_name_that_occurs_twice_is_refused() {
        for name in ["id", "text", "a\"b"] {
            let quoted = Value::from(name).to_string();
            let line = format!("{{{quoted}: 1, \"b\": {{\"c\": 1, \"c\": 2}}, {quoted}: 1}}");
            assert_eq!(said(&line), format!("it has two fields named {name:?}"));
        }
    }

    #[test]
    fn what_is_no_object_is_said() {
        for line in ["[1, {}]", "1", "\"a\"", "null", "true", "-1", "1.5"] {
            assert!(said(line).contains("no JSON object"), "{line}");
        }
        for line in ["{", "", "{} {}", "{\"a\": 1e999}", &"[".repeat(1000)] {
            assert!(said(line).contains("no JSON:"), "{line}");
        }
    }

    #[test]
    fn the_memory_of_values_counts_names_and_texts() {
        let small = memory(&serde_json::json!({"a": [1, 2, {"b": "c"}]}));
        assert!(small >= 6 * VALUE_BYTES, "{small}");
        let large = memory(&serde_json::json!({"a": [1, 2, {"b".repeat(1000): "c".repeat(2000)}]}));
        assert_eq!(large - small, 999 + 1999);
    }
}
