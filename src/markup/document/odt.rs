//! OpenDocument texts: paragraphs, headings, lists, tables, notes, headers and footers. Changes that are
//! recorded as deleted are kept and not translated.

use super::language::{ENGLISH_TAG, with_values};
use super::package::{Package, Reader, damaged};
use super::xml::{self, Kind, Token, attribute, local};
use crate::language::Language;
use crate::markup::MarkupError;
use crate::markup::flow::{Event, Role};

/// The attribute of a style that names the language of its texts.
const LANGUAGE: &str = "fo:language";
/// Members that hold text: the document, and headers and footers.
const PARTS: &[&str] = &["content.xml", "styles.xml"];

pub(super) fn open(bytes: &[u8], language: &Language) -> Result<Package, MarkupError> {
    let mut reader = Reader::open(bytes)?;
    if !reader.has("content.xml") {
        return Err(damaged("it has no content.xml"));
    }
    let mut package = Package::new(bytes);
    for &part in PARTS {
        if reader.has(part) {
            let text = reader.text(part)?;
            package.add(part, events(&text, part, language)?, Vec::new(), language);
        }
    }
    Ok(package)
}

/// What an element holds, by where it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Other elements.
    Structure,
    /// Text of a paragraph.
    Paragraph,
    /// What is not translated.
    Kept,
}

fn events(text: &str, part: &str, language: &Language) -> Result<Vec<Event>, MarkupError> {
    let mut events = Vec::new();
    let mut places = vec![Place::Structure];
    for token in xml::tokens(text, part)? {
        let around = places.last().copied().unwrap_or(Place::Structure);
        let raw = in_english(&token, language);
        match token.kind {
            Kind::Start(name) => {
                let (role, inside) = role(local(name), around);
                events.push(Event::Start {
                    open: raw,
                    close: format!("</{name}>"),
                    role,
                });
                places.push(inside);
            }
            Kind::End => {
                places.pop();
                events.push(Event::End);
            }
            Kind::Empty(name) if around == Place::Paragraph => {
                events.push(match local(name) {
                    "line-break" | "tab" => Event::Break(raw),
                    _ => Event::Raw(raw),
                });
            }
            // An empty paragraph is between two texts.
            Kind::Empty(_) => {
                events.push(Event::Start {
                    open: raw,
                    close: String::new(),
                    role: Role::Structure,
                });
                events.push(Event::End);
            }
            Kind::Text(text) if around == Place::Paragraph => {
                events.push(Event::Text(text.into_owned(), None));
            }
            Kind::Text(_) | Kind::Other => events.push(Event::Raw(raw)),
        }
    }
    Ok(events)
}

/// What a token is written as, the language of texts English if it is the source's.
fn in_english(token: &Token<'_>, language: &Language) -> String {
    let (Kind::Start(name) | Kind::Empty(name)) = token.kind else {
        return token.raw.to_owned();
    };
    let stated = attribute(token.raw, LANGUAGE).filter(|_| name == "style:text-properties");
    if !stated.is_some_and(|stated| language.is_named_by(&stated)) {
        return token.raw.to_owned();
    }
    let (english, country) = ENGLISH_TAG.split_once('-').unwrap_or_default();
    let tag = with_values(token.raw, |name, _| match name {
        LANGUAGE => Some(english),
        "fo:country" => Some(country),
        _ => None,
    });
    tag.into_owned()
}

/// What an element is for, and what it holds.
fn role(name: &str, around: Place) -> (Role, Place) {
    match (name, around) {
        (_, Place::Kept) => (Role::Structure, Place::Kept),
        ("tracked-changes", Place::Structure) => (Role::Structure, Place::Kept),
        ("p" | "h", _) => (Role::Flow, Place::Paragraph),
        ("span" | "a" | "meta" | "meta-field" | "ruby" | "ruby-base", Place::Paragraph) => {
            (Role::Inline, Place::Paragraph)
        }
        (_, Place::Paragraph) => (Role::Atom, Place::Structure),
        _ => (Role::Structure, Place::Structure),
    }
}
