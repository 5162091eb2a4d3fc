//! One article of an archive or a stream before it is read, or the fault that prevents reading it.
//!
//! A JSON record is an object with `text` or `html` (a string), an `id` (a string or a whole number)
//! and any other fields, which are kept untouched for the document.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::key::{Key, shortened};
use crate::article::{Charset, ReadOptions};
use crate::article_reader::{ArticleReader, ReadError};
use crate::pipeline::{self, ParsedArticle};

/// An article as it was found: its name, its content, and the other fields of its record.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Names the article in every report; below a folder or archive its path relative to that, or
    /// the record's own id.
    pub id: String,
    /// The file it was found in or as; the ending of a file's name gives its format.
    pub path: String,
    /// Its bytes or text.
    pub content: Content,
    /// Fields of a record that are not ours, untouched.
    pub fields: Map<String, Value>,
}

/// What is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A file: charset and format are recognised.
    Bytes(Vec<u8>),
    /// A record's text.
    Text(String),
    /// A record's page.
    Html(String),
}

/// An article that cannot be read, translated or written: which one, and why.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The article's id, or the best name there is for it; `None` if a record's id is unknown.
    pub id: Option<String>,
    /// Which step failed.
    pub kind: FaultKind,
    /// What was wrong, in one line.
    pub message: String,
    /// The error behind the message, if it has a type of its own.
    pub cause: Option<Arc<dyn Error + Send + Sync>>,
}

/// Which kind of thing went wrong, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// A line, row or record that is not what it should be.
    Record,
    /// A member or file refused by its name, size or nature.
    Refused,
    /// A file that could not be opened or read.
    Input,
    /// An article that could not be read as one.
    Article,
    /// A model failed on it.
    Model,
    /// Its result could not be written.
    Output,
}

impl FaultKind {
    /// The kind's name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Refused => "refused",
            Self::Input => "input",
            Self::Article => "article",
            Self::Model => "model",
            Self::Output => "output",
        }
    }
}

impl Fault {
    /// A fault without an error behind it.
    pub fn new(id: impl Into<String>, kind: FaultKind, message: impl fmt::Display) -> Self {
        Self {
            id: Some(id.into()),
            kind,
            message: message.to_string(),
            cause: None,
        }
    }

    /// A fault that keeps its error as the cause, so that a caller can add advice.
    pub fn of(
        id: impl Into<String>,
        kind: FaultKind,
        error: impl Error + Send + Sync + 'static,
    ) -> Self {
        Self {
            id: Some(id.into()),
            kind,
            message: error.to_string(),
            cause: Some(Arc::new(error)),
        }
    }
}

impl Record {
    /// Reads the article, as [`pipeline::read_with`] does; a record's text and page are UTF-8
    /// whatever the options say.
    ///
    /// # Errors
    /// If the content is not an article, is in another language, or cannot be read.
    pub fn prepare(
        self,
        reader: &ArticleReader,
        options: &ReadOptions,
    ) -> Result<ParsedArticle, ReadError> {
        let utf8 = || ReadOptions {
            encoding: Charset::parse("utf-8").ok(),
            lossy: false,
            language: options.language.clone(),
        };
        let read = |path: &str, bytes: &[u8], options: &ReadOptions| {
            pipeline::read_with(reader, path, bytes, options)
        };
        let read = match &self.content {
            Content::Bytes(bytes) => read(&self.path, bytes, options),
            Content::Text(text) => read("record.txt", text.as_bytes(), &utf8()),
            Content::Html(html) => read("record.html", html.as_bytes(), &utf8()),
        };
        Ok(ParsedArticle {
            id: self.id,
            path: self.path,
            record: self.fields,
            ..read?
        })
    }

    /// Shows whether an article changed since an earlier run: a hash of everything its document is
    /// made from (content, path and fields). (The `sha256` of a document's input is of the content
    /// alone.)
    pub(super) fn revision(&self) -> Key {
        let (kind, content) = match &self.content {
            Content::Bytes(bytes) => ("bytes", bytes.as_slice()),
            Content::Text(text) => ("text", text.as_bytes()),
            Content::Html(html) => ("html", html.as_bytes()),
        };
        let fields = Value::Object(self.fields.clone()).to_string();
        let mut hasher = Sha256::new();
        for part in [kind.as_bytes(), self.path.as_bytes(), fields.as_bytes()] {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        hasher.update(content);
        shortened(&hasher.finalize().into())
    }

    /// How many bytes its content has.
    pub fn size(&self) -> usize {
        match &self.content {
            Content::Bytes(bytes) => bytes.len(),
            Content::Text(text) | Content::Html(text) => text.len(),
        }
    }
}

/// Reads one JSON record. `path` names the file or stream it comes from. A record without an id
/// gets the id `unnamed`; if that is `None`, it is a fault.
///
/// # Errors
/// If the line is not a JSON object, does not have exactly one of `text` and `html`, or has no
/// usable `id`.
pub fn parse_json(line: &[u8], path: &str, unnamed: Option<&str>) -> Result<Record, Fault> {
    match serde_json::from_slice(line) {
        Ok(value) => parse_value(value, path, unnamed),
        Err(error) => Err(Fault {
            id: unnamed.map(str::to_owned),
            kind: FaultKind::Record,
            message: format!("the line is no JSON: {error}"),
            cause: None,
        }),
    }
}

/// As [`parse_json`], for JSON that was parsed already.
///
/// # Errors
/// As [`parse_json`].
pub(super) fn parse_value(
    value: Value,
    path: &str,
    unnamed: Option<&str>,
) -> Result<Record, Fault> {
    let fault = |id: Option<&str>, message: String| Fault {
        id: id.or(unnamed).map(str::to_owned),
        kind: FaultKind::Record,
        message,
        cause: None,
    };
    let Value::Object(mut fields) = value else {
        return Err(fault(
            None,
            String::from("the line is no JSON object; {\"id\": …, \"text\": …} is one"),
        ));
    };
    let id = match fields.shift_remove("id") {
        Some(Value::String(id)) => Some(id),
        Some(Value::Number(number)) if !number.is_f64() => Some(number.to_string()),
        None | Some(Value::Null) => unnamed.map(str::to_owned),
        Some(_) => {
            let message = "its id is neither a string nor a whole number";
            return Err(fault(None, String::from(message)));
        }
    };
    let Some(id) = id else {
        return Err(fault(
            None,
            String::from("it has no id; give each record one of its own"),
        ));
    };
    let mut string = |name: &str| match fields.shift_remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(fault(Some(&id), format!("its {name} is no string"))),
    };
    let content = match (string("text")?, string("html")?) {
        (Some(text), None) => Content::Text(text),
        (None, Some(html)) => Content::Html(html),
        (None, None) => {
            let message = "it has neither text nor html";
            return Err(fault(Some(&id), String::from(message)));
        }
        (Some(_), Some(_)) => {
            let message = "it has both text and html; give one of them";
            return Err(fault(Some(&id), String::from(message)));
        }
    };
    Ok(Record {
        id,
        path: path.to_owned(),
        content,
        fields,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn message(line: &str) -> String {
        parse_json(line.as_bytes(), "in.jsonl", None)
            .unwrap_err()
            .message
    }

    #[test]
    fn a_record_keeps_its_other_fields_in_their_order() {
        let line = r#"{"z": 1, "id": "a", "text": "Мәтін", "a": {"b": [null]}}"#;
        let record = parse_json(line.as_bytes(), "in.jsonl", None).unwrap();
        assert_eq!(
            (record.id.as_str(), record.path.as_str()),
            ("a", "in.jsonl")
        );
        assert_eq!(record.content, Content::Text(String::from("Мәтін")));
        assert_eq!(
            Value::Object(record.fields).to_string(),
            json!({"z": 1, "a": {"b": [null]}}).to_string()
        );
    }

    #[test]
    fn an_id_is_a_string_or_a_whole_number_or_given_by_its_place() {
        let parse = |line: &str, unnamed| parse_json(line.as_bytes(), "in", unnamed);
        assert_eq!(parse(r#"{"id": 7, "text": "а"}"#, None).unwrap().id, "7");
        let placed = parse(r#"{"text": "а"}"#, Some("in:3")).unwrap();
        assert_eq!(placed.id, "in:3");
        assert!(message(r#"{"text": "а"}"#).contains("no id"));
        assert!(message(r#"{"id": [1], "text": "а"}"#).contains("neither a string"));
    }

    #[test]
    fn what_is_no_record_is_said() {
        assert!(message("{").contains("no JSON"));
        assert!(message("[1]").contains("no JSON object"));
        assert!(message(r#"{"id": "a"}"#).contains("neither text nor html"));
        assert!(message(r#"{"id": "a", "text": "а", "html": "а"}"#).contains("both"));
        assert!(message(r#"{"id": "a", "text": 5}"#).contains("text is no string"));
    }

    #[test]
    fn equal_texts_with_other_fields_are_other_revisions() {
        let revision = |line: &str| parse_json(line.as_bytes(), "in", None).unwrap().revision();
        let plain = revision(r#"{"id": "a", "text": "а"}"#);
        assert_ne!(plain, revision(r#"{"id": "a", "text": "а", "b": 1}"#));
        assert_ne!(plain, revision(r#"{"id": "a", "html": "а"}"#));
        assert_eq!(plain, revision(r#"{"text": "а", "id": "a"}"#));
    }
}
