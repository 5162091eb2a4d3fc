//! One article of an archive or a stream before it is read, or the fault that prevents reading it.
//!
//! A JSON record is an object with a text (a string, under one of the names of [`record_fields`]), an
//! `id` (a string or a whole number, of at most [`MAX_ID_BYTES`]) and any other fields, which are kept
//! untouched for the document. Those with a usual name say what the headline, the date and so on are.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::json_line::{self, LineError, LineFields, memory_of_fields};
use super::key::{Key, shortened};
use super::record_fields::{self, RecordOptions};
use crate::article::{Charset, Format, Given, ReadOptions, WarningsOfMany};
use crate::article_reader::{ArticleReader, ReadError};
use crate::document::RecordFields;
use crate::pipeline::{self, ParsedArticle};
use crate::text::one_line;

/// Maximum length of a record's id, in bytes: that of the name of an archive's member.
pub(super) const MAX_ID_BYTES: usize = 1024;

/// Maximum length of a fault's message, in bytes.
const MAX_MESSAGE_BYTES: usize = 1000;

/// An article as it was found: its name, its content, and the other fields of its record.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Names the article in every report; below a folder or archive its path relative to that, or
    /// the record's own id.
    pub id: String,
    /// The file it was found in or as; the ending of a file's name gives its format.
    pub path: String,
    /// Where a record is in that file, as `news.jsonl:17`, if its id does not say so.
    pub place: Option<String>,
    /// Its bytes or text.
    pub content: Content,
    /// What its record or archive says of it.
    pub given: Given,
    /// Fields of a record that are not ours, untouched.
    pub fields: RecordFields,
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
    /// Bytes of which the archive says the format: charsets are recognised.
    Of(Format, Vec<u8>),
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
            message: bounded(message.to_string()),
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
            message: bounded(error.to_string()),
            cause: Some(Arc::new(error)),
        }
    }
}

impl Fault {
    /// As it is, and where in a file of records, if the id does not say so.
    pub(crate) fn at(self, place: Option<&str>) -> Self {
        match place {
            Some(place) if self.id.as_deref() != Some(place) => Self {
                message: bounded(format!("{place}: {}", self.message)),
                ..self
            },
            _ => self,
        }
    }
}

/// A message of at most [`MAX_MESSAGE_BYTES`]: some libraries quote what they could not read, all of it.
fn bounded(mut message: String) -> String {
    if message.len() > MAX_MESSAGE_BYTES {
        let mut end = MAX_MESSAGE_BYTES - '…'.len_utf8();
        while !message.is_char_boundary(end) {
            end -= 1;
        }
        message.truncate(end);
        message.push('…');
    }
    message
}

impl Record {
    /// Reads the article, as [`pipeline::read_with`] does; a record's text and page are UTF-8
    /// whatever the options say. Its warnings name its id.
    ///
    /// # Errors
    /// If the content is not an article, is in another language, or cannot be read.
    pub fn prepare(
        self,
        reader: &ArticleReader,
        options: &ReadOptions,
    ) -> Result<ParsedArticle, ReadError> {
        let parsed = self.parse(reader, options)?;
        parsed.article.log_warnings(&one_line(&parsed.id));
        Ok(parsed)
    }

    /// As [`Self::prepare`], one of many articles.
    ///
    /// # Errors
    /// As [`Self::prepare`].
    pub(crate) fn prepare_one_of(
        self,
        reader: &ArticleReader,
        options: &ReadOptions,
        warnings: &WarningsOfMany,
    ) -> Result<ParsedArticle, ReadError> {
        let parsed = self.parse(reader, options)?;
        warnings.log(&parsed.article, &one_line(&parsed.id));
        Ok(parsed)
    }

    /// Reads the article and gives no warnings.
    fn parse(
        self,
        reader: &ArticleReader,
        options: &ReadOptions,
    ) -> Result<ParsedArticle, ReadError> {
        let given = (!self.given.is_empty()).then(|| Box::new(self.given.clone()));
        let options = ReadOptions {
            given,
            ..options.clone()
        };
        let utf8 = || ReadOptions {
            encoding: Some(Charset::Utf8),
            lossy: false,
            ..options.clone()
        };
        let read = |path: &str, bytes: &[u8], options: &ReadOptions| {
            pipeline::parse_with(reader, path, bytes, options)
        };
        let read = match &self.content {
            Content::Bytes(bytes) => read(&self.path, bytes, &options),
            Content::Of(format, bytes) => {
                read(&format!("record.{}", format.ending()), bytes, &options)
            }
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
        self.key_with(&self.path)
    }

    /// As [`Self::revision`], whatever the path.
    pub(super) fn content_key(&self) -> Key {
        self.key_with("")
    }

    fn key_with(&self, path: &str) -> Key {
        let (kind, content) = match &self.content {
            Content::Bytes(bytes) => ("bytes", bytes.as_slice()),
            Content::Of(format, bytes) => (format.name(), bytes.as_slice()),
            Content::Text(text) => ("text", text.as_bytes()),
            Content::Html(html) => ("html", html.as_bytes()),
        };
        // Fields that were read are strings, numbers and the like, which always become JSON.
        let fields = serde_json::to_string(&self.fields).unwrap_or_default();
        let mut hasher = Sha256::new();
        let mut part = |part: &[u8]| {
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part);
        };
        part(kind.as_bytes());
        part(path.as_bytes());
        part(fields.as_bytes());
        if !self.given.is_empty() {
            part(&serde_json::to_vec(&self.given).unwrap_or_default());
        }
        hasher.update(content);
        shortened(&hasher.finalize().into())
    }

    /// How many bytes of memory its content and its fields take, about.
    pub(super) fn memory(&self) -> usize {
        self.size() + memory_of_fields(&self.fields)
    }

    /// How many bytes its content has.
    pub fn size(&self) -> usize {
        match &self.content {
            Content::Bytes(bytes) | Content::Of(_, bytes) => bytes.len(),
            Content::Text(text) | Content::Html(text) => text.len(),
        }
    }
}

/// Reads one JSON record. `path` names the file or stream it comes from. A record without an id
/// gets the id `unnamed`; if that is `None`, it is a fault.
///
/// # Errors
/// If the line is not a JSON object, has too many values or two fields of one name, does not have
/// exactly one text, or has no usable `id`.
pub fn parse_json(
    line: &[u8],
    path: &str,
    unnamed: Option<&str>,
    options: &RecordOptions,
) -> Result<Record, Fault> {
    let mut fields = json_line::fields(line).map_err(|error| line_fault(&error, unnamed))?;
    of_fields(&mut fields, path, unnamed, options)
}

/// The fault of a line whose fields cannot be read.
pub(super) fn line_fault(error: &LineError, unnamed: Option<&str>) -> Fault {
    let kind = match error {
        LineError::TooManyValues => FaultKind::Refused,
        LineError::NoJson(_) | LineError::NoObject | LineError::TwoFields(_) => FaultKind::Record,
    };
    Fault {
        id: unnamed.map(str::to_owned),
        kind,
        message: bounded(error.to_string()),
        cause: None,
    }
}

/// As [`parse_json`], for a line whose fields were read already. In an error, the fields that are not
/// the text are left.
pub(super) fn of_fields(
    fields: &mut LineFields,
    path: &str,
    unnamed: Option<&str>,
    options: &RecordOptions,
) -> Result<Record, Fault> {
    let id = match &fields.id {
        Some(id) => id_of(id).map_err(|message| Fault {
            id: unnamed.map(str::to_owned),
            kind: FaultKind::Record,
            message: message.to_owned(),
            cause: None,
        }),
        None => Ok(None),
    };
    let LineFields {
        written, others, ..
    } = fields;
    let fields = others;
    id.and_then(|id| of_parts(id, fields, path, unnamed, options))
        .map(|record| Record {
            fields: RecordFields::new(record.fields.into_values(), std::mem::take(written)),
            ..record
        })
        .inspect_err(|_| {
            for ours in ["text", "html"] {
                fields.shift_remove(ours);
            }
        })
}

/// The id that a JSON value is.
fn id_of(value: &str) -> Result<Option<String>, &'static str> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    if !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Ok(Some(value.to_owned()));
    }
    // A string, or null.
    let id: Result<Option<String>, _> = serde_json::from_str(value);
    id.map_err(|_| "its id is neither a string nor a whole number")
}

/// The record of these fields, of which `id` is not one; they are taken unless there is an error.
pub(super) fn of_parts(
    id: Option<String>,
    fields: &mut Map<String, Value>,
    path: &str,
    unnamed: Option<&str>,
    options: &RecordOptions,
) -> Result<Record, Fault> {
    let fault = |id: Option<&str>, kind, message: String| {
        let fault = Fault {
            id: id.or(unnamed).map(str::to_owned),
            kind,
            message,
            cause: None,
        };
        fault.at(unnamed)
    };
    if id.as_ref().is_some_and(|id| id.len() > MAX_ID_BYTES) {
        let message = format!("its id is longer than {MAX_ID_BYTES} bytes");
        return Err(fault(None, FaultKind::Refused, message));
    }
    let place = id.as_ref().and(unnamed).map(str::to_owned);
    let Some(id) = id.or_else(|| unnamed.map(str::to_owned)) else {
        let message = String::from("it has no id; give each record one of its own");
        return Err(fault(None, FaultKind::Record, message));
    };
    let content = record_fields::take_content(fields, options)
        .map_err(|message| fault(Some(&id), FaultKind::Record, message))?;
    Ok(Record {
        id,
        path: path.to_owned(),
        place,
        content,
        given: record_fields::given(fields),
        fields: std::mem::take(fields).into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn message(line: &str) -> String {
        parse_json(line.as_bytes(), "in.jsonl", None, &RecordOptions::default())
            .unwrap_err()
            .message
    }

    #[test]
    fn a_record_keeps_its_other_fields_in_their_order() {
        let line = r#"{"z": 1, "id": "a", "text": "Мәтін", "a": {"b": [null]}}"#;
        let record =
            parse_json(line.as_bytes(), "in.jsonl", None, &RecordOptions::default()).unwrap();
        assert_eq!(
            (record.id.as_str(), record.path.as_str()),
            ("a", "in.jsonl")
        );
        assert_eq!(record.content, Content::Text(String::from("Мәтін")));
        assert_eq!(
            serde_json::to_string(&record.fields).unwrap(),
            json!({"z": 1, "a": {"b": [null]}}).to_string()
        );
    }

    #[test]
    fn an_id_is_a_string_or_a_whole_number_or_given_by_its_place() {
        let parse = |line: &str, unnamed| {
            parse_json(line.as_bytes(), "in", unnamed, &RecordOptions::default())
        };
        assert_eq!(parse(r#"{"id": 7, "text": "а"}"#, None).unwrap().id, "7");
        let placed = parse(r#"{"text": "а"}"#, Some("in:3")).unwrap();
        assert_eq!(placed.id, "in:3");
        assert!(message(r#"{"text": "а"}"#).contains("no id"));
        for id in ["[1]", "1.5", "1e3", "true", "{}"] {
            let line = format!(r#"{{"id": {id}, "text": "а"}}"#);
            assert!(message(&line).contains("neither a string"), "{id}");
        }
        let long = "18446744073709551616";
        let line = format!(r#"{{"id": {long}, "text": "а"}}"#);
        assert_eq!(parse(&line, None).unwrap().id, long);
    }

    #[test]
    fn a_record_with_a_long_id_is_refused_by_its_place() {
        let line = |count| format!(r#"{{"id": "{}", "text": "а"}}"#, "x".repeat(count));
        assert!(
            parse_json(
                line(MAX_ID_BYTES).as_bytes(),
                "in",
                None,
                &RecordOptions::default()
            )
            .is_ok()
        );
        let long = line(MAX_ID_BYTES + 1);
        let fault = parse_json(
            long.as_bytes(),
            "in",
            Some("in:3"),
            &RecordOptions::default(),
        )
        .unwrap_err();
        assert_eq!(fault.kind, FaultKind::Refused);
        assert_eq!(fault.id.as_deref(), Some("in:3"));
        assert_eq!(fault.message, "its id is longer than 1024 bytes");
    }

    #[test]
    fn a_message_that_quotes_a_file_is_cut() {
        let fault = Fault::new("a", FaultKind::Input, "ә".repeat(10_000));
        assert_eq!(fault.message.len(), MAX_MESSAGE_BYTES - 1);
        assert!(fault.message.ends_with("ә…"));
        let short = "x".repeat(MAX_MESSAGE_BYTES);
        assert_eq!(Fault::new("a", FaultKind::Input, &short).message, short);
    }

    #[test]
    fn what_is_no_record_is_said() {
        assert!(message("{").contains("no JSON"));
        assert!(message("[1]").contains("no JSON object"));
        assert!(message(r#"{"id": "a"}"#).contains("neither text nor html"));
        assert!(message(r#"{"id": "a", "text": 5}"#).contains("text is no string"));
    }

    #[test]
    fn of_several_texts_the_first_of_the_usual_names_counts() {
        let parse = |line: &str| {
            let line = line.as_bytes();
            parse_json(line, "in", None, &RecordOptions::default()).unwrap()
        };
        for (line, text) in [
            (r#"{"id": "a", "html": "<p>б</p>", "text": "а"}"#, "а"),
            (
                r#"{"id": "a", "html": "<p>б</p>", "body": "а", "raw_text": "в"}"#,
                "а",
            ),
            (
                r#"{"id": "a", "article_html": "<p>б</p>", "text": "а"}"#,
                "а",
            ),
            (
                r#"{"id": "a", "text": null, "content": "а", "html": "б"}"#,
                "а",
            ),
            (
                r#"{"id": "a", "text": ["а", {"text": "б"}], "html": "в"}"#,
                "а\n\nб",
            ),
            (
                r#"{"id": "a", "text": [], "paragraphs": 1, "body": ["а", ""]}"#,
                "а\n\n",
            ),
        ] {
            let record = parse(line);
            assert_eq!(record.content, Content::Text(text.to_owned()), "{line}");
        }
        let record = parse(r#"{"id": "a", "html": "<p>б</p>", "text": " "}"#);
        assert_eq!(record.content, Content::Html("<p>б</p>".to_owned()));
        let kept = parse(r#"{"id": "a", "html": "<p>б</p>", "text": "а"}"#).fields;
        assert_eq!(
            serde_json::to_string(&kept).unwrap(),
            json!({"html": "<p>б</p>"}).to_string()
        );
    }

    #[test]
    fn equal_texts_with_other_fields_are_other_revisions() {
        let revision = |line: &str| {
            parse_json(line.as_bytes(), "in", None, &RecordOptions::default())
                .unwrap()
                .revision()
        };
        let plain = revision(r#"{"id": "a", "text": "а"}"#);
        assert_ne!(plain, revision(r#"{"id": "a", "text": "а", "b": 1}"#));
        assert_ne!(plain, revision(r#"{"id": "a", "html": "а"}"#));
        assert_eq!(plain, revision(r#"{"text": "а", "id": "a"}"#));
    }
}
