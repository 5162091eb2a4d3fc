//! Books (EPUB): an article each chapter, in the order of the book, with the book's author and date, and
//! the book as its origin.
//!
//! The archive is read as other zip archives are. What says which of its members are chapters, and
//! in which order, is read here: some kilobytes of XML. Contents, covers and other pages without text
//! are no articles.

use std::collections::HashMap;
use std::ops::ControlFlow;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::input_file::{InputFile, Sink};
use super::limits::too_many;
use super::record::{Content, Fault, FaultKind, Record};
use super::zip::OpenZip;
use crate::article::xml::attribute;
use crate::article::{Format, Metadata, date};
use crate::text::squeeze;

/// The member that names the one which describes the book.
const CONTAINER: &str = "META-INF/container.xml";
/// Maximum bytes of what describes the book.
const MAX_PACKAGE_BYTES: u64 = 16 << 20;
/// Maximum members that are listed.
const MAX_ITEMS: usize = 100_000;

pub(super) fn read(input: &InputFile, sink: &mut Sink) -> ControlFlow<()> {
    let mut archive = match OpenZip::open(input, sink) {
        Ok(archive) => archive,
        Err(flow) => return flow,
    };
    let book = match book(&mut archive) {
        Ok(book) => book,
        Err(message) => return sink(Err(Fault::new(input.id, FaultKind::Record, message)), 0),
    };
    let mut count = 0;
    for chapter in &book.chapters {
        let Some(index) = archive.index_of(chapter) else {
            let message = "the book lists it and does not hold it";
            sink(Err(input.refused(chapter, message)), archive.read)?;
            continue;
        };
        let Some(record) = archive.member(input, index) else {
            continue;
        };
        let record = match record {
            Ok(Record {
                content: Content::Bytes(bytes),
                ..
            }) if !has_text(&bytes) => None,
            Ok(record) => Some(Ok(book.chapter(record))),
            Err(fault) => Some(Err(fault)),
        };
        if let Some(record) = record {
            count += 1;
            if count > input.limits.entries {
                return sink(Err(too_many(input.id, &input.limits)), archive.read);
            }
            sink(record, archive.read)?;
        }
        if let Err(fault) = archive.check_so_far(input) {
            return sink(Err(fault), archive.read);
        }
    }
    ControlFlow::Continue(())
}

/// What a book says of itself.
#[derive(Default)]
struct Book {
    title: Option<String>,
    author: Option<String>,
    date: Option<String>,
    /// The members that are its chapters, in their order.
    chapters: Vec<String>,
}

impl Book {
    fn chapter(&self, mut record: Record) -> Record {
        if let Content::Bytes(bytes) = record.content {
            record.content = Content::Of(Format::Html, bytes);
        }
        record.given.metadata = Metadata {
            date: self.date.clone(),
            author: self.author.clone(),
            origin: self.title.clone(),
            ..Metadata::default()
        };
        record
    }
}

/// Reads what describes the book.
fn book(archive: &mut OpenZip) -> Result<Book, String> {
    let container = text_of(archive, CONTAINER)?;
    let path = root_file(&container).ok_or("the book does not name what describes it")?;
    let package = text_of(archive, &path)?;
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    package_of(&package, folder)
}

fn text_of(archive: &mut OpenZip, name: &str) -> Result<String, String> {
    let bytes = archive.bytes_of(name, MAX_PACKAGE_BYTES);
    let bytes = bytes.map_err(|error| format!("{name} of the book cannot be read: {error}"))?;
    String::from_utf8(bytes).map_err(|_| format!("{name} of the book is not UTF-8"))
}

fn root_file(container: &str) -> Option<String> {
    let mut reader = Reader::from_str(container);
    loop {
        match reader.read_event().ok()? {
            Event::Eof => return None,
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == "rootfile" => {
                return attribute(&tag, "full-path");
            }
            _ => {}
        }
    }
}

fn package_of(package: &str, folder: &str) -> Result<Book, String> {
    let mut book = Book::default();
    let mut pages = HashMap::new();
    let mut field = String::new();
    let mut text = String::new();
    let mut reader = Reader::from_str(package);
    loop {
        let event = reader.read_event();
        let event = event.map_err(|error| format!("what describes the book is broken: {error}"))?;
        match event {
            Event::Eof => return Ok(book),
            Event::Start(tag) | Event::Empty(tag) => {
                match tag.local_name().as_ref() {
                    "item" => {
                        let media = attribute(&tag, "media-type").unwrap_or_default();
                        let is_page =
                            matches!(media.as_str(), "application/xhtml+xml" | "text/html");
                        let properties = attribute(&tag, "properties").unwrap_or_default();
                        let is_contents = properties.split(' ').any(|property| property == "nav");
                        let item = attribute(&tag, "id").zip(attribute(&tag, "href"));
                        if is_page && !is_contents && pages.len() < MAX_ITEMS {
                            pages.extend(item);
                        }
                    }
                    "itemref" if book.chapters.len() < MAX_ITEMS => {
                        let page = attribute(&tag, "idref").and_then(|id| pages.remove(&id));
                        book.chapters.extend(page.map(|page| joined(folder, &page)));
                    }
                    _ => {}
                }
                field = tag.local_name().as_ref().to_owned();
                text.clear();
            }
            Event::Text(part) => text.push_str(&part),
            Event::GeneralRef(entity) => {
                let entity = format!("&{};", &*entity);
                text.push_str(&html_escape::decode_html_entities(&entity));
            }
            Event::End(tag) => {
                if tag.local_name().as_ref() == field {
                    let value = Some(squeeze(&text)).filter(|text| !text.is_empty());
                    let slot = match field.as_str() {
                        "title" => Some(&mut book.title),
                        "creator" => Some(&mut book.author),
                        "date" => Some(&mut book.date),
                        _ => None,
                    };
                    if let Some(slot @ None) = slot {
                        *slot = value.and_then(|value| match field.as_str() {
                            "date" => date::find(&value),
                            _ => Some(value),
                        });
                    }
                }
                field.clear();
            }
            _ => {}
        }
    }
}

/// The name of the member that a link from the folder leads to.
fn joined(folder: &str, link: &str) -> String {
    let link = link.split('#').next().unwrap_or_default();
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let link = decoded(link);
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A link without its escapes.
fn decoded(link: &str) -> String {
    let mut bytes = Vec::with_capacity(link.len());
    let mut rest = link.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = (first == b'%')
            .then(|| str::from_utf8(after.get(..2)?).ok())
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(first));
        rest = after
            .get(if escaped.is_some() { 2 } else { 0 }..)
            .unwrap_or_default();
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether a page has letters or digits outside of its tags and its head.
fn has_text(page: &[u8]) -> bool {
    let mark = b"<body";
    let body = page.windows(mark.len()).position(|window| window == mark);
    let body = page.get(body.unwrap_or(0)..).unwrap_or_default();
    let mut in_tag = false;
    body.iter().any(|&byte| {
        match byte {
            b'<' => in_tag = true,
            b'>' => in_tag = false,
            _ => return !in_tag && (byte.is_ascii_alphanumeric() || byte >= 0x80),
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_members() {
        for (folder, link, member) in [
            ("EPUB", "1.xhtml", "EPUB/1.xhtml"),
            ("", "a%20b/./c.html#d", "a b/c.html"),
            ("a/b", "../c.html", "a/c.html"),
            ("a", "../../%2e%2", ".%2"),
        ] {
            assert_eq!(joined(folder, link), member, "{link}");
        }
    }

    #[test]
    fn pages_without_text_are_known() {
        assert!(!has_text(
            b"<html><title>A</title><body id='x'><img src='a.png'/>\n</body></html>"
        ));
        assert!(has_text("<body><p>ә</p></body>".as_bytes()));
    }
}
