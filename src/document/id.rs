//! Ids of articles, which the worker gives back as the numbers that they were.

use std::fmt;

use serde::Deserializer;
use serde::de::{Error, Visitor};

/// An id that is a string or a whole number.
pub(crate) fn read_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    deserializer.deserialize_any(IdVisitor)
}

struct IdVisitor;

impl Visitor<'_> for IdVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a string or a whole number")
    }

    fn visit_str<E: Error>(self, id: &str) -> Result<String, E> {
        Ok(id.to_owned())
    }

    fn visit_u64<E: Error>(self, id: u64) -> Result<String, E> {
        Ok(id.to_string())
    }

    fn visit_i64<E: Error>(self, id: i64) -> Result<String, E> {
        Ok(id.to_string())
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Line {
        #[serde(deserialize_with = "super::read_id")]
        id: String,
    }

    #[test]
    fn an_id_is_a_string_or_a_whole_number() {
        let id = |json: &str| serde_json::from_str::<Line>(json).map(|line| line.id).ok();
        assert_eq!(id(r#"{"id": "a"}"#).as_deref(), Some("a"));
        assert_eq!(id(r#"{"id": 7}"#).as_deref(), Some("7"));
        assert_eq!(id(r#"{"id": -7}"#).as_deref(), Some("-7"));
        for wrong in [r#"{"id": 7.5}"#, r#"{"id": null}"#, r#"{"id": []}"#, "{}"] {
            assert_eq!(id(wrong), None, "{wrong}");
        }
    }
}
