//! Entities of FollowTheMoney, the form in which Aleph and OpenAleph hold documents.
//!
//! Policy: an entity comes back as it was written, byte for byte, but for the two properties that are
//! added: the translation of its text, and the language of that. One without a text, or whose text has
//! no translation, comes back unchanged.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::json_line;
use super::record::{Fault, FaultKind, line_fault};
use crate::document::{Document, Sentence};

/// The property with the text; each of its values is a part of it.
const TEXT: &str = "bodyText";
/// The property with the translation.
const TRANSLATION: &str = "translatedText";
/// The property with its language, and the schema that has another.
const LANGUAGE: &str = "translatedLanguage";
const PAGE: (&str, &str) = ("Page", "translatedTextLanguage");
/// English, as FollowTheMoney writes languages (ISO 639-3).
const ENGLISH: &str = "eng";

/// An entity.
#[derive(Debug)]
pub(super) struct Entity {
    /// Its line, as it was read.
    line: String,
    /// Its id.
    pub id: String,
    /// Its text; `None` if it has none.
    pub text: Option<String>,
    is_page: bool,
}

impl Entity {
    /// Reads a line.
    ///
    /// # Errors
    /// If it is no entity: no JSON object, or one without an id, a schema and properties.
    pub(super) fn read(line: &[u8]) -> Result<Self, Fault> {
        let fields = json_line::fields(line).map_err(|error| line_fault(&error, None))?;
        let id = fields.id.as_deref();
        let id: Option<String> = id.and_then(|id| serde_json::from_str(id).ok());
        let fault = |message: &str| Fault {
            id: id.clone(),
            kind: FaultKind::Record,
            message: message.to_owned(),
            cause: None,
        };
        let id = id
            .clone()
            .ok_or_else(|| fault("it has no id that is a text"))?;
        let schema = fields.others.get("schema").and_then(Value::as_str);
        let schema = schema.ok_or_else(|| fault("it has no schema, as an entity has"))?;
        let properties = fields.others.get("properties").and_then(Value::as_object);
        let properties =
            properties.ok_or_else(|| fault("it has no properties, as an entity has"))?;
        let values = match properties.get(TEXT) {
            Some(Value::Array(values)) => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
            None => &[],
        };
        // What was parsed as JSON is UTF-8.
        let text = String::from_utf8_lossy(line.trim_ascii()).into_owned();
        if let Some(name) = twice(&text) {
            return Err(fault(&format!("its properties name {name:?} twice")));
        }
        let texts: Vec<&str> = values
            .iter()
            .filter_map(Value::as_str)
            .filter(|text| !text.trim().is_empty())
            .collect();
        Ok(Self {
            line: text,
            text: (!texts.is_empty()).then(|| texts.join("\n\n")),
            is_page: schema == PAGE.0,
            id,
        })
    }

    /// The entity as it was read.
    pub(super) fn unchanged(self) -> String {
        self.line
    }

    /// The entity with its translation: its line, with two properties set.
    pub(super) fn translated(self, document: &Document) -> String {
        let line = self.line.as_str();
        let fields = fields(line).unwrap_or_default();
        let properties = fields.into_iter().find(|(name, _)| name == "properties");
        let Some((_, place)) = properties else {
            return self.line;
        };
        let properties = line.get(place.clone()).unwrap_or_default();
        let own = self::fields(properties).unwrap_or_default();
        let language = if self.is_page { PAGE.1 } else { LANGUAGE };
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        let mut added = String::new();
        for (name, value) in [(TRANSLATION, &*english(document)), (language, ENGLISH)] {
            let values = Value::from(vec![value]).to_string();
            match own.iter().find(|(own, _)| own == name) {
                Some((_, there)) => {
                    edits.push((place.start + there.start..place.start + there.end, values));
                }
                None => {
                    let comma = if own.is_empty() && added.is_empty() {
                        ""
                    } else {
                        ", "
                    };
                    added.push_str(&format!("{comma}\"{name}\": {values}"));
                }
            }
        }
        // Before the brace that closes the properties.
        let end = place.end.saturating_sub(1);
        edits.push((end..end, added));
        edits.sort_by_key(|(place, _)| place.start);
        let mut edited = String::with_capacity(line.len());
        let mut done = 0;
        for (place, text) in edits {
            edited.push_str(line.get(done..place.start).unwrap_or_default());
            edited.push_str(&text);
            done = place.end;
        }
        edited.push_str(line.get(done..).unwrap_or_default());
        edited
    }
}

/// The English of an article: the title and the paragraphs, an empty line between them.
fn english(document: &Document) -> String {
    let text = |sentence: &Sentence| match sentence.target.trim() {
        // A sentence never vanishes.
        "" => sentence.source.clone(),
        target => target.to_owned(),
    };
    let title = document.title.iter().map(text);
    let paragraphs = document.paragraphs.iter().map(|paragraph| {
        let sentences: Vec<String> = paragraph.sentences.iter().map(text).collect();
        sentences.join(" ")
    });
    title.chain(paragraphs).collect::<Vec<_>>().join("\n\n")
}

/// A property that the entity in `line` has twice: which of its values counts is nowhere said.
fn twice(line: &str) -> Option<String> {
    let fields = fields(line).ok()?;
    let (_, place) = fields.into_iter().find(|(name, _)| name == "properties")?;
    let mut seen = HashSet::new();
    let own = self::fields(line.get(place)?).ok()?;
    own.into_iter()
        .map(|(name, _)| name)
        .find(|name| !seen.insert(name.clone()))
}

/// The fields of an object: the name of each, and the bytes of `json` that its value takes.
fn fields(json: &str) -> serde_json::Result<Vec<(String, Range<usize>)>> {
    let Fields(fields) = serde_json::from_str(json)?;
    let place = |value: &RawValue| {
        let start = value.get().as_ptr() as usize - json.as_ptr() as usize;
        start..start + value.get().len()
    };
    let fields = fields.into_iter().map(|(name, value)| (name, place(value)));
    Ok(fields.collect())
}

/// The fields of an object, each value as it was written, in the text that it was read from.
struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry::<String, &RawValue>()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "{\"id\": \"a\", \"schema\": \"Article\", \"n\": 123456789012345678901234567890, \
                        \"properties\": {\"bodyText\": [\"Бірінші сөз.\", \"\", \"Екінші сөз.\"], \
                        \"title\": [\"Тақырып\"]}}";

    fn document() -> Document {
        serde_json::from_value(serde_json::json!({
            "schema": 1,
            "id": "a",
            "input": {"path": "a", "encoding": "UTF-8", "format": "text", "sha256": ""},
            "languages": {"source": "kaz_Cyrl", "target": "eng_Latn"},
            "title": {"source": "Т", "target": "A \"title\"", "score": 0.0, "flags": []},
            "metadata": {"lines": []},
            "paragraphs": [{"kind": "text", "sentences": [
                {"source": "Б", "target": "First.", "score": 0.0, "flags": []},
                {"source": "Е.", "target": "", "score": 0.0, "flags": []}]}],
            "summary": null,
            "models": {"translation": "m"},
            "options": {},
            "seconds": null,
        }))
        .unwrap()
    }

    #[test]
    fn two_properties_are_added_and_the_rest_is_as_it_was_written() {
        let entity = Entity::read(LINE.as_bytes()).unwrap();
        assert_eq!(entity.text.as_deref(), Some("Бірінші сөз.\n\nЕкінші сөз."));
        let added = ", \"translatedText\": [\"A \\\"title\\\"\\n\\nFirst. Е.\"], \
                     \"translatedLanguage\": [\"eng\"]}}";
        assert_eq!(entity.translated(&document()), LINE.replace("}}", added));
        // Once more: they are replaced.
        let entity = Entity::read(LINE.as_bytes()).unwrap();
        let once = entity.translated(&document());
        let twice = Entity::read(once.as_bytes())
            .unwrap()
            .translated(&document());
        assert_eq!(twice, once);
    }

    #[test]
    fn what_is_between_the_fields_stays() {
        let line = "{\"id\":\"a\",\"schema\":\"Page\",\"properties\":{\"translatedText\":[\"old\"],\
                    \"bodyText\":[\"Сөз.\"] },\"\\u0061\":1}";
        let entity = Entity::read(line.as_bytes()).unwrap();
        let expected = line
            .replace("[\"old\"]", "[\"A \\\"title\\\"\\n\\nFirst. Е.\"]")
            .replace(" }", " , \"translatedTextLanguage\": [\"eng\"]}");
        assert_eq!(entity.translated(&document()), expected);
        let twice = line.replace("bodyText", "translatedText");
        assert!(Entity::read(twice.as_bytes()).is_err());
    }

    #[test]
    fn a_page_names_the_language_in_a_property_of_its_own() {
        let line = LINE.replace("Article", "Page");
        let translated = Entity::read(line.as_bytes())
            .unwrap()
            .translated(&document());
        assert!(
            translated.contains("\"translatedTextLanguage\": [\"eng\"]"),
            "{translated}"
        );
        assert!(!translated.contains("translatedLanguage"));
    }

    #[test]
    fn an_entity_without_a_text_has_none() {
        for body in [
            "",
            "\"bodyText\": []",
            "\"bodyText\": [\" \"]",
            "\"bodyText\": null",
            "\"bodyText\": [1]",
        ] {
            let line = format!("{{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{{{body}}}}}");
            let entity = Entity::read(line.as_bytes()).unwrap();
            assert_eq!(entity.text, None, "{body}");
            assert_eq!(entity.unchanged(), line);
        }
        let line = b"{\"id\":\"a\",\"schema\":\"Page\",\"properties\":{\"bodyText\":\"x\"}}";
        assert_eq!(Entity::read(line).unwrap().text.as_deref(), Some("x"));
    }

    #[test]
    fn what_is_no_entity_is_a_fault() {
        for line in [
            "",
            "[]",
            "{}",
            "{\"id\":1,\"schema\":\"A\",\"properties\":{}}",
            "{\"id\":\"a\",\"properties\":{}}",
            "{\"id\":\"a\",\"schema\":\"A\"}",
            "{\"id\":\"a\",\"schema\":\"A\",\"properties\":[]}",
        ] {
            assert!(Entity::read(line.as_bytes()).is_err(), "{line}");
        }
    }
}
