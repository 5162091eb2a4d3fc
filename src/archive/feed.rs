//! Feeds of RSS (also of RDF) and Atom: an article an entry, with its headline, day, author, section
//! and address, and the name of the feed as its origin.
//!
//! Policy: the feed is read as a stream; an entry has at most [`MAX_ARTICLE_BYTES`]. The text is the
//! whole one where the entry has it (`content:encoded`, `yandex:full-text`, Atom's `content`), else
//! its description.

use std::io::{BufRead, BufReader};
use std::ops::ControlFlow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::input_file::{InputFile, Sink, unreadable};
use super::input_kind::Compression;
use super::limits::{PerRecord, too_many};
use super::record::{Content, Fault, FaultKind, Record};
use super::record_fields::{is_markup, title};
use super::transcoded::{Transcoded, utf16};
use crate::article::{Charset, Given, Metadata, date, xml};
use crate::input::MAX_ARTICLE_BYTES;
use crate::text::{is_web_address, squeeze};

/// Maximum elements within each other.
const MAX_DEPTH: usize = 100;
/// Bytes in which the charset is declared.
const DECLARATION_BYTES: usize = 200;

pub(super) fn read(input: &InputFile, sink: &mut Sink) -> ControlFlow<()> {
    let (stream, position) = match input.open(Compression::None) {
        Ok(opened) => opened,
        Err(error) => return sink(Err(unreadable(input.id, &error)), 0),
    };
    let mut stream = BufReader::with_capacity(1 << 16, stream);
    let head = stream.fill_buf().unwrap_or_default();
    let charset = utf16(head, input.records.encoding)
        .or(input.records.encoding)
        .or_else(|| declared(head))
        .unwrap_or(Charset::Utf8);
    let stream = Transcoded::new(stream, charset, input.records.lossy);
    let (stream, left) = PerRecord::new(stream);
    let mut xml = Reader::from_reader(BufReader::with_capacity(1 << 13, stream));
    let mut feed = Feed::default();
    let mut buffer = Vec::new();
    let mut count = 0;
    loop {
        buffer.clear();
        let event = match xml.read_event_into(&mut buffer) {
            Ok(Event::Eof) => return ControlFlow::Continue(()),
            Ok(event) => event,
            Err(error) => return sink(Err(input.broken("feed", &error)), position.get()),
        };
        let Some(entry) = feed.take(&event) else {
            if feed.open.len() > MAX_DEPTH {
                let problem = "its elements are more than 100 deep in each other";
                return sink(Err(input.broken("feed", &problem)), position.get());
            }
            continue;
        };
        count += 1;
        if count > input.limits.entries {
            return sink(Err(too_many(input.id, &input.limits)), position.get());
        }
        let place = format!("{}:{count}", input.id);
        left.set(MAX_ARTICLE_BYTES);
        sink(
            entry.record(input, place, feed.name.as_deref()),
            position.get(),
        )?;
    }
}

/// The charset that the document declares.
fn declared(head: &[u8]) -> Option<Charset> {
    let head = String::from_utf8_lossy(head.get(..DECLARATION_BYTES).unwrap_or(head));
    let (declaration, _) = head.split_once("?>")?;
    let (_, value) = declaration.split_once("encoding=")?;
    let quote = value.chars().next()?;
    let name = value.get(1..)?.split(quote).next()?;
    Charset::parse(name).ok()
}

/// What has been read of a feed.
#[derive(Default)]
struct Feed {
    /// The elements around, with their prefixes.
    open: Vec<String>,
    /// The feed's title.
    name: Option<String>,
    entry: Option<Entry>,
    /// How many elements are around the fields of the entry.
    depth: usize,
    /// Whether a field of the entry, or the feed's title, is being read.
    in_field: bool,
    /// Whether the field's elements and entities are kept, as those of HTML.
    is_markup: bool,
    value: String,
}

/// An entry of a feed.
#[derive(Default)]
struct Entry {
    title: Option<String>,
    link: Option<String>,
    guid: Option<String>,
    date: Option<String>,
    updated: Option<String>,
    author: Option<String>,
    section: Option<String>,
    description: Option<Text>,
    whole: Option<Text>,
}

struct Text {
    text: String,
    is_html: bool,
}

impl Feed {
    /// Takes the next event; the entry that it ends is returned.
    fn take(&mut self, event: &Event<'_>) -> Option<Entry> {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::Empty(tag) => {
                if self.is_markup {
                    self.push(&format!("<{}>", tag.name().as_ref()));
                } else if self.entry.is_some() && self.open.len() == self.depth {
                    self.attributes(tag);
                }
            }
            Event::Text(text) => self.push(text),
            Event::CData(text) => self.push(text),
            Event::GeneralRef(entity) => {
                let entity = format!("&{};", &**entity);
                if self.is_markup {
                    self.push(&entity);
                } else {
                    self.push(&html_escape::decode_html_entities(&entity));
                }
            }
            Event::End(_) => return self.end(),
            _ => {}
        }
        None
    }

    fn push(&mut self, text: &str) {
        // Of an author in Atom, the name alone.
        let is_address = matches!(self.open.last().map(String::as_str), Some("uri" | "email"));
        if self.in_field && !is_address {
            self.value.push_str(text);
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) {
        let name = tag.name().as_ref().to_owned();
        let around = self.open.len();
        if self.in_field {
            if self.is_markup {
                self.value.push_str(&format!("<{name}>"));
            }
        } else if self.entry.is_none() && matches!(name.as_str(), "item" | "entry") {
            self.entry = Some(Entry::default());
            self.depth = around + 1;
        } else if self.entry.is_some() && around == self.depth {
            self.begin(attribute(tag, "type").as_deref() == Some("xhtml"));
            self.attributes(tag);
        } else if self.entry.is_none() && self.name.is_none() && name == "title" {
            self.begin(false);
        }
        self.open.push(name);
    }

    fn begin(&mut self, is_markup: bool) {
        self.in_field = true;
        self.is_markup = is_markup;
        self.value.clear();
    }

    /// What attributes say: the addresses and sections of Atom.
    fn attributes(&mut self, tag: &BytesStart<'_>) {
        let Some(entry) = &mut self.entry else {
            return;
        };
        match tag.name().as_ref() {
            "link" => {
                let kind = attribute(tag, "rel");
                if kind.is_none_or(|kind| kind == "alternate") {
                    entry.link = entry.link.take().or_else(|| attribute(tag, "href"));
                }
            }
            "category" => entry.section = entry.section.take().or_else(|| attribute(tag, "term")),
            _ => {}
        }
    }

    fn end(&mut self) -> Option<Entry> {
        let name = self.open.pop()?;
        let around = self.open.len();
        if let Some(entry) = &mut self.entry {
            if around + 1 == self.depth {
                return self.entry.take();
            }
            if around == self.depth && self.in_field {
                entry.put(&name, &self.value, self.is_markup);
                self.in_field = false;
                self.is_markup = false;
            } else if self.is_markup {
                self.value.push_str(&format!("</{name}>"));
            }
        } else if self.in_field && name == "title" {
            self.name = Some(squeeze(&self.value)).filter(|name| !name.is_empty());
            self.in_field = false;
        }
        None
    }
}

/// The value of an attribute.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let value = xml::attribute(tag, name)?;
    Some(squeeze(&value)).filter(|value| !value.is_empty())
}

impl Entry {
    /// Puts a field in its place; the first of each counts.
    fn put(&mut self, name: &str, value: &str, is_html: bool) {
        let line = || Some(squeeze(value)).filter(|value| !value.is_empty());
        let set = |slot: &mut Option<String>| *slot = slot.take().or_else(line);
        let text = |slot: &mut Option<Text>| {
            if slot.is_none() && !value.trim().is_empty() {
                let is_html = is_html || is_markup(value);
                let text = value.to_owned();
                *slot = Some(Text { text, is_html });
            }
        };
        match name {
            "title" => set(&mut self.title),
            "link" => set(&mut self.link),
            "guid" | "id" => set(&mut self.guid),
            "pubDate" | "published" | "dc:date" => set(&mut self.date),
            "updated" => set(&mut self.updated),
            "author" | "dc:creator" => set(&mut self.author),
            "category" | "dc:subject" => set(&mut self.section),
            "description" | "summary" => text(&mut self.description),
            "content:encoded" | "content" | "yandex:full-text" | "full-text" | "fulltext" => {
                text(&mut self.whole);
            }
            _ => {}
        }
    }

    fn record(self, input: &InputFile, place: String, feed: Option<&str>) -> Result<Record, Fault> {
        let Some(Text { text, is_html }) = self.whole.or(self.description) else {
            let message = "the entry has no text";
            return Err(Fault::new(place, FaultKind::Record, message));
        };
        let content = if is_html {
            Content::Html(text)
        } else {
            Content::Text(html_escape::decode_html_entities(&text).into_owned())
        };
        let url = self.link.or(self.guid).filter(|link| is_web_address(link));
        let day = self.date.or(self.updated);
        Ok(Record {
            id: place,
            path: input.id.to_owned(),
            place: None,
            content,
            given: Given {
                title: self.title.as_deref().and_then(title),
                metadata: Metadata {
                    date: day.as_deref().and_then(date::day_in_kazakhstan),
                    section: self.section,
                    author: self.author,
                    origin: feed.map(str::to_owned),
                    url,
                    ..Metadata::default()
                },
            },
            fields: Default::default(),
        })
    }
}
