//! Books (EPUB): every chapter, the table of contents, and the title in the book's description. Chapters are
//! XHTML and stay so; scripts, styles and code in them are kept as they are.

use std::collections::HashSet;

use super::language;
use super::package::{Package, Reader, damaged};
use super::xml::{self, Kind, Token, attribute, local};
use crate::language::Language;
use crate::markup::MarkupError;
use crate::markup::flow::{Event, Role};
use crate::markup::html::names;

/// The member that names the one which describes the book.
const CONTAINER: &str = "META-INF/container.xml";

pub(super) fn open(bytes: &[u8], language: &Language) -> Result<Package, MarkupError> {
    let mut reader = Reader::open(bytes)?;
    let container = reader.text(CONTAINER)?;
    let description = xml::tokens(&container, CONTAINER)?
        .iter()
        .find_map(|token| match token.kind {
            Kind::Start("rootfile") | Kind::Empty("rootfile") => attribute(token.raw, "full-path"),
            _ => None,
        })
        .filter(|name| reader.has(name))
        .ok_or_else(|| damaged("it does not say what describes the book"))?;
    let mut package = Package::new(bytes);
    let text = reader.text(&description)?;
    package.add(
        &description,
        title(&text, &description, language)?,
        Vec::new(),
        language,
    );
    let folder = description
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder);
    let mut names = HashSet::new();
    for token in xml::tokens(&text, &description)? {
        let (Kind::Start(name) | Kind::Empty(name)) = token.kind else {
            continue;
        };
        if local(name) != "item" {
            continue;
        }
        let (Some(address), Some(kind)) = (
            attribute(token.raw, "href"),
            attribute(token.raw, "media-type"),
        ) else {
            continue;
        };
        let name = member(folder, &address);
        let is_new = name != description && !names.contains(&name) && reader.has(&name);
        match kind.as_str() {
            "application/xhtml+xml" if is_new => {
                let text = reader.text(&name)?;
                package.add(
                    &name,
                    chapter(&text, &name, language)?,
                    Vec::new(),
                    language,
                );
            }
            "application/x-dtbncx+xml" if is_new => {
                let text = reader.text(&name)?;
                package.add(
                    &name,
                    contents(&text, &name, language)?,
                    Vec::new(),
                    language,
                );
            }
            _ => continue,
        }
        names.insert(name);
    }
    Ok(package)
}

/// The member that an address of the book's description means.
fn member(folder: &str, address: &str) -> String {
    let address = address.split('#').next().unwrap_or_default();
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let decoded = percent_decoded(address);
    for part in decoded.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn percent_decoded(address: &str) -> String {
    let mut bytes = Vec::with_capacity(address.len());
    let mut rest = address.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = after
            .get(..2)
            .and_then(|code| std::str::from_utf8(code).ok());
        let code = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        match code.filter(|_| byte == b'%') {
            Some(code) => {
                bytes.push(code);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The description of a book, of which the title is text.
fn title(text: &str, part: &str, language: &Language) -> Result<Vec<Event>, MarkupError> {
    of_elements(text, part, language, |name| local(name) == "title")
}

/// The table of contents of older books, of which the labels are text.
fn contents(text: &str, part: &str, language: &Language) -> Result<Vec<Event>, MarkupError> {
    of_elements(text, part, language, |name| local(name) == "text")
}

/// XML in which some elements hold text and the others do not.
fn of_elements(
    text: &str,
    part: &str,
    language: &Language,
    is_text: impl Fn(&str) -> bool,
) -> Result<Vec<Event>, MarkupError> {
    let mut events = Vec::new();
    let mut open = vec![false];
    let mut is_language = false;
    for token in xml::tokens(text, part)? {
        let raw = in_english(&token, language);
        match token.kind {
            Kind::Start(name) => {
                is_language = name == "dc:language";
                let is_text = is_text(name);
                open.push(is_text);
                events.push(Event::Start {
                    open: raw,
                    close: format!("</{name}>"),
                    role: if is_text { Role::Flow } else { Role::Structure },
                });
            }
            Kind::End => {
                is_language = false;
                open.pop();
                events.push(Event::End);
            }
            Kind::Text(text) if open.last() == Some(&true) => {
                events.push(Event::Text(text.into_owned(), None));
            }
            // The book's own.
            Kind::Text(tag) if is_language && language.is_named_by(&tag) => {
                events.push(Event::Raw("en".to_owned()));
            }
            _ => events.push(Event::Raw(raw)),
        }
    }
    Ok(events)
}

/// A chapter.
fn chapter(text: &str, part: &str, language: &Language) -> Result<Vec<Event>, MarkupError> {
    let mut events = Vec::new();
    // Whether the text of each open element is translated.
    let mut open = vec![true];
    for token in xml::tokens(text, part)? {
        let around = open.last().copied().unwrap_or_default();
        let raw = token.raw.to_owned();
        match token.kind {
            Kind::Start(name) => {
                let (role, inside) = role(name, token.raw, around);
                open.push(inside);
                let raw = if inside {
                    in_english(&token, language)
                } else {
                    raw
                };
                events.push(Event::Start {
                    open: raw,
                    close: format!("</{name}>"),
                    role,
                });
            }
            Kind::Empty(name) => {
                let (role, _) = role(name, token.raw, around);
                match (name, role) {
                    ("br", _) if around => events.push(Event::Break(raw)),
                    (_, Role::Inline | Role::Atom) => events.push(Event::Raw(raw)),
                    _ if names::is_void(name) && name != "hr" => events.push(Event::Raw(raw)),
                    (_, role) => {
                        events.push(Event::Start {
                            open: raw,
                            close: String::new(),
                            role,
                        });
                        events.push(Event::End);
                    }
                }
            }
            Kind::End => {
                open.pop();
                events.push(Event::End);
            }
            Kind::Text(text) if around => events.push(Event::Text(text.into_owned(), None)),
            Kind::Text(_) | Kind::Other => events.push(Event::Raw(raw)),
        }
    }
    Ok(events)
}

/// What a token is written as, its language in English if it is the source's.
fn in_english(token: &Token<'_>, language: &Language) -> String {
    let names = ["lang", "xml:lang"];
    match token.kind {
        Kind::Start(_) | Kind::Empty(_) => {
            language::in_english(token.raw, &names, language, "en").into_owned()
        }
        _ => token.raw.to_owned(),
    }
}

/// What an element is for, and whether its text is translated.
fn role(name: &str, raw: &str, around: bool) -> (Role, bool) {
    let stated = names::translates(
        attribute(raw, "translate").as_deref(),
        attribute(raw, "class").as_deref(),
    );
    let role = match name {
        "script" | "template" | "object" => Role::Atom,
        name => names::role(name),
    };
    match (around, stated.unwrap_or(around) && role != Role::Atom) {
        (true, true) => (role, true),
        (false, true) if role == Role::Inline => (Role::Flow, true),
        (false, true) => (role, true),
        (true, false) if role == Role::Atom => (Role::Atom, false),
        (true, false) => (names::untranslated_role(name), false),
        (false, false) => (Role::Structure, false),
    }
}
