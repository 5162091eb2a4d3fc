//! JSON that is no lines: an array of records, one record, an object with a list of them (a feed, the
//! answer of a news service), or a chat that Telegram exported.
//!
//! Policy: the file is read as a stream, a record at a time, each of at most [`MAX_ARTICLE_BYTES`]. A
//! record that is none harms itself alone; after an error of the JSON itself the file is read no
//! further.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::input_file::{InputFile, Sink, unreadable};
use super::input_kind::Compression;
use super::json_line::{LineError, MAX_VALUES};
use super::limits::{PerRecord, Position, too_many};
use super::member_name::shown;
use super::record::{Fault, FaultKind, Record, parse_json};
use super::record_fields::{RecordOptions, may_be_text};
use super::{jsonl, telegram};
use crate::input::MAX_ARTICLE_BYTES;

/// Names of a list of records in an object that is none itself.
const LISTS: &[&str] = &[
    "messages",
    "items",
    "articles",
    "posts",
    "news",
    "data",
    "results",
    "records",
    "entries",
    "documents",
    "rows",
    "list",
];
/// The field of Telegram's export that holds the chats, where there are several.
const CHATS: &str = "chats";

pub(super) fn read(input: &InputFile, sink: &mut Sink) -> ControlFlow<()> {
    match is_lines(input) {
        Ok(true) => return jsonl::read(input, Compression::None, sink),
        Ok(false) => {}
        Err(error) => return sink(Err(unreadable(input.id, &error)), 0),
    }
    let (stream, position) = match input.open_utf(Compression::None) {
        Ok(opened) => opened,
        Err(error) => return sink(Err(unreadable(input.id, &error)), 0),
    };
    let (stream, left) = PerRecord::new(stream);
    let mut records = Records {
        input,
        sink,
        position,
        left,
        count: 0,
        flow: ControlFlow::Continue(()),
        is_over: false,
    };
    let mut stream = BufReader::with_capacity(1 << 13, stream);
    let read = all(&mut stream, &mut records);
    records.flow?;
    match read {
        Err(_) if records.is_over => ControlFlow::Continue(()),
        Err(error) => {
            let position = records.position.get();
            (records.sink)(Err(input.broken("JSON", &error)), position)
        }
        Ok(()) => ControlFlow::Continue(()),
    }
}

/// Whether the first line is an object and more follows it.
fn is_lines(input: &InputFile) -> io::Result<bool> {
    let (stream, _) = input.open_utf(Compression::None)?;
    let mut stream = BufReader::new(stream);
    skip_blank(&mut stream)?;
    if stream.fill_buf()?.first() != Some(&b'{') {
        return Ok(false);
    }
    let mut line = Vec::new();
    let mut limited = stream.by_ref().take(MAX_ARTICLE_BYTES);
    limited.read_until(b'\n', &mut line)?;
    let is_whole = serde_json::from_slice::<IgnoredAny>(&line).is_ok();
    drop(line);
    skip_blank(&mut stream)?;
    Ok(is_whole && !stream.fill_buf()?.is_empty())
}

/// Passes white space, and a byte order mark.
fn skip_blank(stream: &mut impl BufRead) -> io::Result<()> {
    loop {
        let bytes = stream.fill_buf()?;
        let is_blank = |byte: &&u8| byte.is_ascii_whitespace() || b"\xEF\xBB\xBF".contains(byte);
        let blank = bytes.iter().take_while(is_blank).count();
        let is_end = blank < bytes.len() || bytes.is_empty();
        stream.consume(blank);
        if is_end {
            return Ok(());
        }
    }
}

/// Reads the values of a stream, one after the other.
fn all(stream: &mut impl BufRead, records: &mut Records) -> serde_json::Result<()> {
    loop {
        records.left.set(MAX_ARTICLE_BYTES);
        skip_blank(stream).map_err(serde_json::Error::io)?;
        if stream.fill_buf().map_err(serde_json::Error::io)?.is_empty() {
            return Ok(());
        }
        let is_first = records.count == 0;
        let container = Container {
            records,
            is_first,
            in_chats: false,
        };
        let mut json = serde_json::Deserializer::from_reader(&mut *stream);
        container.deserialize(&mut json)?;
    }
}

/// Where records go.
struct Records<'a, 'b> {
    input: &'a InputFile<'a>,
    sink: &'a mut Sink<'b>,
    position: Position,
    /// Bytes that the record may have yet.
    left: Position,
    count: u64,
    flow: ControlFlow<()>,
    /// Whether a limit of the file was met, which was said.
    is_over: bool,
}

impl Records<'_, '_> {
    /// Counts an article; its place in the file is returned.
    fn next<E: Error>(&mut self) -> Result<String, E> {
        self.count += 1;
        if self.count > self.input.limits.entries {
            self.is_over = true;
            self.send(Err(too_many(self.input.id, &self.input.limits)))?;
            return Err(E::custom("too many"));
        }
        Ok(format!("{}:{}", self.input.id, self.count))
    }

    fn send<E: Error>(&mut self, record: Result<Record, Fault>) -> Result<(), E> {
        self.left.set(MAX_ARTICLE_BYTES);
        self.flow = (self.sink)(record, self.position.get());
        match self.flow {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(E::custom("stopped")),
        }
    }

    fn element<E: Error>(&mut self, json: &str, list: &List) -> Result<(), E> {
        let (input, line) = (self.input, json.as_bytes());
        if list.is_chat {
            let Some(message) = telegram::message(line, input, list.channel.as_deref()) else {
                return Ok(());
            };
            // The numbers of messages are those of a chat.
            let place = self.next()?;
            let record = message.map(|mut record| {
                if list.in_chats {
                    record.id = place;
                }
                record
            });
            return self.send(record);
        }
        let place = self.next()?;
        let mut record = parse_json(line, input.id, Some(&place), input.records);
        if let (Ok(record), Some(channel)) = (&mut record, &list.channel) {
            let origin = &mut record.given.metadata.origin;
            *origin = origin.take().or_else(|| Some(channel.clone()));
        }
        self.send(record)
    }

    /// Tells of a text that is no record's, since a list of records was before it.
    fn after_list<E: Error>(&mut self, name: &str, json: &str) -> Result<(), E> {
        if !may_be_text(name, self.input.records) || !is_text(json) {
            return Ok(());
        }
        let place = self.next()?;
        let name = shown(name);
        let message = format!("its \"{name}\" comes after a list of records and is not read");
        self.send(Err(Fault::new(place, FaultKind::Record, message)))
    }

    /// The one record that the file is, or one of those that follow each other.
    fn object<E: Error>(&mut self, json: &str, is_first: bool) -> Result<(), E> {
        let place = self.next()?;
        let place = if is_first { self.input.id } else { &place };
        let record = parse_json(
            json.as_bytes(),
            self.input.id,
            Some(place),
            self.input.records,
        );
        self.send(record)
    }
}

/// What is known of the records of a list.
#[derive(Default)]
struct List {
    /// Whether they are messages of a chat that Telegram exported.
    is_chat: bool,
    /// Whether the chat is one of several.
    in_chats: bool,
    /// The name of the chat or feed.
    channel: Option<String>,
}

/// A value that holds records, or is one.
struct Container<'r, 'a, 'b> {
    records: &'r mut Records<'a, 'b>,
    /// Whether no record was before it.
    is_first: bool,
    in_chats: bool,
}

impl<'de> DeserializeSeed<'de> for Container<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Container<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, or an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, values: A) -> Result<(), A::Error> {
        elements(self.records, values, &List::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let Container {
            records,
            is_first,
            in_chats,
        } = self;
        let mut kept: Vec<(String, Box<RawValue>)> = Vec::new();
        let mut known = Known::default();
        let mut is_list = false;
        while let Some(name) = fields.next_key::<String>()? {
            if name == CHATS && !in_chats {
                fields.next_value_seed(Chats {
                    records: &mut *records,
                })?;
                is_list = true;
            } else if LISTS.contains(&name.as_str()) && !known.has_text {
                let is_chat = name == "messages" && known.kind.is_some();
                let channel = match (is_chat, known.is_feed) {
                    (true, _) => known.name.clone(),
                    (false, true) => known.title.clone(),
                    (false, false) => None,
                };
                let list = List {
                    is_chat,
                    in_chats,
                    channel: channel.filter(|name| !name.trim().is_empty()),
                };
                let seed = ListOrValue {
                    records: &mut *records,
                    list: &list,
                };
                match fields.next_value_seed(seed)? {
                    None => is_list = true,
                    Some(json) if is_list => records.after_list(&name, &json)?,
                    Some(json) => {
                        known.add(&name, &json, records.input.records);
                        let value = RawValue::from_string(json).map_err(Error::custom)?;
                        kept.push((name, value));
                    }
                }
            } else if is_list {
                if !may_be_text(&name, records.input.records) {
                    fields.next_value::<IgnoredAny>()?;
                } else {
                    let value: Box<RawValue> = fields.next_value()?;
                    records.after_list(&name, value.get())?;
                }
            } else {
                let value: Box<RawValue> = fields.next_value()?;
                known.add(&name, value.get(), records.input.records);
                kept.push((name, value));
            }
            check_count(kept.len())?;
            if is_list {
                // It is no record, and each record of the list has the memory of one.
                kept = Vec::new();
            }
        }
        if is_list || in_chats {
            return Ok(());
        }
        records.object(&joined(&kept), is_first)
    }
}

/// What the fields of an object say before its list of records comes.
#[derive(Default)]
struct Known {
    has_text: bool,
    /// Of a chat.
    kind: Option<String>,
    name: Option<String>,
    /// Of a feed.
    title: Option<String>,
    is_feed: bool,
}

impl Known {
    fn add(&mut self, name: &str, json: &str, options: &RecordOptions) {
        let text = || serde_json::from_str::<String>(json).ok();
        match name {
            "type" => self.kind = text(),
            "name" => self.name = text(),
            "title" => self.title = text(),
            "version" => self.is_feed = json.contains("jsonfeed"),
            _ => self.has_text |= may_be_text(name, options) && is_text(json),
        }
    }
}

/// Whether the value of a field that may hold a text holds one.
fn is_text(json: &str) -> bool {
    /// A content system's text.
    #[derive(serde::Deserialize)]
    struct Parts {
        rendered: Option<String>,
    }
    match json.bytes().next() {
        Some(b'"') => serde_json::from_str(json).is_ok_and(|text: String| !text.trim().is_empty()),
        Some(b'{') => serde_json::from_str(json).is_ok_and(|parts: Parts| parts.rendered.is_some()),
        _ => false,
    }
}

/// The object of these fields.
fn joined(fields: &[(String, Box<RawValue>)]) -> String {
    let fields = fields.iter().map(|(name, value)| {
        let name = Value::from(name.as_str());
        format!("{name}:{}", value.get())
    });
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}

fn elements<'de, A: SeqAccess<'de>>(
    records: &mut Records,
    mut values: A,
    list: &List,
) -> Result<(), A::Error> {
    while let Some(value) = values.next_element::<Box<RawValue>>()? {
        records.element(value.get(), list)?;
        records.left.set(MAX_ARTICLE_BYTES);
    }
    Ok(())
}

/// Refuses more values than are kept of a record.
fn check_count<E: Error>(values: usize) -> Result<(), E> {
    if values > MAX_VALUES {
        return Err(E::custom(LineError::TooManyValues));
    }
    Ok(())
}

/// Some chats of an export.
struct Chats<'r, 'a, 'b> {
    records: &'r mut Records<'a, 'b>,
}

impl<'de> DeserializeSeed<'de> for Chats<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Chats<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("chats")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some(name) = fields.next_key::<String>()? {
            if name == "list" {
                fields.next_value_seed(Chats {
                    records: &mut *self.records,
                })?;
            } else {
                fields.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut chats: A) -> Result<(), A::Error> {
        loop {
            let chat = Container {
                records: &mut *self.records,
                is_first: false,
                in_chats: true,
            };
            if chats.next_element_seed(chat)?.is_none() {
                return Ok(());
            }
        }
    }
}

/// A field that may be a list of records; its JSON if it is something else.
struct ListOrValue<'r, 'a, 'b> {
    records: &'r mut Records<'a, 'b>,
    list: &'r List,
}

impl<'de> DeserializeSeed<'de> for ListOrValue<'_, '_, '_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ListOrValue<'_, '_, '_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(Value::from(value).to_string()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Some(Value::from(value).to_string()))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Some(Value::Null.to_string()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        let mut kept = Vec::new();
        while let Some(field) = fields.next_entry()? {
            kept.push(field);
            check_count(kept.len())?;
        }
        Ok(Some(joined(&kept)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Self::Value, A::Error> {
        let mut kept: Vec<Box<RawValue>> = Vec::new();
        while let Some(value) = values.next_element::<Box<RawValue>>()? {
            if kept.is_empty() && value.get().starts_with('{') {
                self.records.element(value.get(), self.list)?;
                elements(self.records, values, self.list)?;
                return Ok(None);
            }
            kept.push(value);
            check_count(kept.len())?;
        }
        let values: Vec<&str> = kept.iter().map(|value| value.get()).collect();
        Ok(Some(format!("[{}]", values.join(","))))
    }
}
