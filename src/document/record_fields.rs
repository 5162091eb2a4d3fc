//! Fields of an input record that are not ours, kept as they were written.
//!
//! A number in memory has at most 64 bits or 17 digits. The JSON text of a field with a longer one is
//! kept beside its value, and written in its place.

use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// Digits in a row that a number in memory may lose.
const LONG_NUMBER: usize = 17;

/// Fields of a record, in their order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RecordFields {
    values: Map<String, Value>,
    /// The JSON of fields with long numbers, without white space.
    written: HashMap<String, String>,
}

impl RecordFields {
    /// Fields, and the JSON text of those whose numbers may be longer than a value holds.
    pub(crate) fn new(values: Map<String, Value>, mut written: HashMap<String, String>) -> Self {
        written.retain(|name, _| values.contains_key(name));
        Self { values, written }
    }

    /// The fields as values.
    pub fn into_values(self) -> Map<String, Value> {
        self.values
    }
}

impl From<Map<String, Value>> for RecordFields {
    fn from(values: Map<String, Value>) -> Self {
        Self::new(values, HashMap::new())
    }
}

impl Deref for RecordFields {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        &self.values
    }
}

/// Whether JSON has a number that may be longer than a value holds; a text with many digits counts too.
pub(crate) fn has_long_number(json: &[u8]) -> bool {
    let mut digits = 0;
    json.iter().any(|byte| {
        digits = if byte.is_ascii_digit() { digits + 1 } else { 0 };
        digits >= LONG_NUMBER
    })
}

/// The JSON text of the fields of an object that have such a number.
#[cfg(any(test, feature = "archive"))]
pub(crate) fn with_long_numbers(json: &[u8]) -> HashMap<String, String> {
    if !has_long_number(json) {
        return HashMap::new();
    }
    let fields: HashMap<String, &RawValue> = serde_json::from_slice(json).unwrap_or_default();
    let long = fields
        .into_iter()
        .filter(|(_, json)| has_long_number(json.get().as_bytes()));
    long.map(|(name, json)| (name, without_spaces(json.get())))
        .collect()
}

/// JSON without white space between its parts.
fn without_spaces(json: &str) -> String {
    let (mut in_text, mut is_escaped) = (false, false);
    let is_kept = |c: &char| {
        if is_escaped {
            is_escaped = false;
        } else if in_text {
            is_escaped = *c == '\\';
            in_text = *c != '"';
        } else {
            in_text = *c == '"';
            return !c.is_ascii_whitespace();
        }
        true
    };
    json.chars().filter(is_kept).collect()
}

impl Serialize for RecordFields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(Some(self.values.len()))?;
        for (name, value) in &self.values {
            let written = self.written.get(name);
            match written.and_then(|json| serde_json::from_str::<&RawValue>(json).ok()) {
                Some(json) => fields.serialize_entry(name, json)?,
                None => fields.serialize_entry(name, value)?,
            }
        }
        fields.end()
    }
}

impl<'de> Deserialize<'de> for RecordFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = RecordFields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the fields of a record")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = RecordFields::default();
                while let Some((name, json)) = map.next_entry::<String, Box<RawValue>>()? {
                    let json = json.get();
                    let value = serde_json::from_str(json).map_err(serde::de::Error::custom)?;
                    if has_long_number(json.as_bytes()) {
                        fields.written.insert(name.clone(), without_spaces(json));
                    }
                    fields.values.insert(name, value);
                }
                Ok(fields)
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_come_out_as_they_were_written() {
        let json = "{\"b\":[1,{\"n\":123456789012345678901234567890}],\"x\":0.12345678901234567890,\"a\":1,\
                    \"t\":\"12345678901234567890 \\\" [\"}";
        let fields: RecordFields = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&fields).unwrap(), json);
        assert_eq!(fields["a"], 1);
        let spaced = json.replace(':', " :\n ");
        let values: Map<String, Value> = serde_json::from_str(&spaced).unwrap();
        let fields = RecordFields::new(values, with_long_numbers(spaced.as_bytes()));
        assert_eq!(serde_json::to_string(&fields).unwrap(), json);
    }
}
