//! From a page's tree to events.

use dom_query::{Document, NodeData, NodeRef};
use html5ever::ns;

use super::{names, sanitize};
use crate::language::Language;
use crate::markup::flow::{Event, Role};

#[derive(Debug, Clone, Copy)]
pub(super) struct Options<'l> {
    /// Whether it is a whole page, or a part whose root element is the parser's.
    pub is_page: bool,
    /// Whether a page that states its charset states UTF-8.
    pub as_utf8: bool,
    /// The language that is stated as English where it is translated.
    pub language: Option<&'l Language>,
}

/// What is done with a node's children, and after them.
enum Visit {
    /// Its children follow, and then the end of its element if it has one.
    Inside { ends: bool, mode: Mode },
    /// It has none, or they are left out.
    Past,
}

/// How the text of an element is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Translated,
    Untranslated,
    Style,
}

pub(super) fn read(document: &Document, options: Options<'_>, events: &mut Vec<Event>) {
    let mut open: Vec<(bool, Mode)> = Vec::new();
    let mut next = Some(document.root());
    while let Some(node) = next {
        let mode = open.last().map_or(Mode::Translated, |&(_, mode)| mode);
        // The root and, in a part of a page, the parser's own element.
        let is_outside =
            node.is_document() || !options.is_page && open.len() == 1 && node.is_element();
        let visit = if is_outside {
            Visit::Inside { ends: false, mode }
        } else {
            enter(&node, mode, options, events)
        };
        let child = node.first_child();
        match (visit, child) {
            (Visit::Inside { ends, mode }, Some(child)) => {
                open.push((ends, mode));
                next = Some(child);
                continue;
            }
            (Visit::Inside { ends: true, .. }, None) => events.push(Event::End),
            _ => {}
        }
        let mut last = Some(node);
        next = None;
        while let Some(node) = last {
            next = node.next_sibling();
            if next.is_some() {
                break;
            }
            match open.pop() {
                Some((true, _)) => events.push(Event::End),
                Some((false, _)) => {}
                None => return,
            }
            last = node.parent();
        }
    }
}

fn enter(node: &NodeRef<'_>, mode: Mode, options: Options<'_>, events: &mut Vec<Event>) -> Visit {
    node.query_or(Visit::Past, |tree_node| match &tree_node.data {
        NodeData::Document | NodeData::Fragment => Visit::Inside { ends: false, mode },
        NodeData::Text { contents } => {
            events.push(match mode {
                Mode::Style => Event::Raw(sanitize::style(contents).to_owned()),
                Mode::Translated | Mode::Untranslated => Event::Text(contents.to_string(), None),
            });
            Visit::Past
        }
        NodeData::Comment { contents } => {
            events.extend(sanitize::comment(contents).map(Event::Raw));
            Visit::Past
        }
        NodeData::Doctype {
            name,
            public_id,
            system_id,
        } => {
            events.push(Event::Raw(doctype(name, public_id, system_id)));
            Visit::Past
        }
        NodeData::Element(element) => enter_element(node, element, mode, options, events),
        NodeData::ProcessingInstruction { .. } => Visit::Past,
    })
}

fn enter_element(
    node: &NodeRef<'_>,
    element: &dom_query::Element,
    mode: Mode,
    options: Options<'_>,
    events: &mut Vec<Event>,
) -> Visit {
    let name: &str = &element.name.local;
    let is_html = element.name.ns == ns!(html);
    if sanitize::is_left_out(name) || name == "style" && !is_html {
        return Visit::Past;
    }
    if !sanitize::is_name(name) {
        return Visit::Inside { ends: false, mode };
    }
    let name = if is_html {
        sanitize::written_name(name)
    } else {
        name
    };
    if is_html && names::is_void(name) {
        let open = tag(name, element, options);
        match name {
            "br" if mode == Mode::Translated => events.push(Event::Break(open)),
            "hr" => {
                events.push(start(open, String::new(), Role::Structure));
                events.push(Event::End);
            }
            _ => events.push(Event::Raw(open)),
        }
        return Visit::Past;
    }
    let attribute = |name: &str| {
        let found = element.attrs.iter().find(|own| &*own.name.local == name);
        found.map(|own| &*own.value)
    };
    let stated = names::translates(attribute("translate"), attribute("class"));
    let role = names::role(name);
    let is_translated = stated.unwrap_or(mode == Mode::Translated) && role != Role::Atom && is_html;
    let (role, inner) = match (mode, is_translated) {
        (_, true) => (role, Mode::Translated),
        (Mode::Translated, false) => (names::untranslated_role(name), Mode::Untranslated),
        (_, false) => (Role::Structure, Mode::Untranslated),
    };
    // An inline element that is translated within one that is not has a block of its own.
    let role = match role {
        Role::Inline if mode != Mode::Translated => Role::Flow,
        role => role,
    };
    let options = Options {
        language: options.language.filter(|_| inner == Mode::Translated),
        ..options
    };
    let mut open = tag(name, element, options);
    if matches!(name, "pre" | "listing" | "textarea") && begins_with_line(node) {
        open.push('\n');
    }
    events.push(start(open, format!("</{name}>"), role));
    if name == "iframe" {
        events.push(Event::End);
        return Visit::Past;
    }
    let mode = if name == "style" { Mode::Style } else { inner };
    Visit::Inside { ends: true, mode }
}

fn start(open: String, close: String, role: Role) -> Event {
    Event::Start { open, close, role }
}

/// Whether the first line of an element is empty: a parser leaves the first line break out.
fn begins_with_line(node: &NodeRef<'_>) -> bool {
    let first = node.first_child();
    first.is_some_and(|child| {
        child.query_or(false, |child| {
            matches!(&child.data, NodeData::Text { contents } if contents.starts_with('\n'))
        })
    })
}

fn tag(name: &str, element: &dom_query::Element, options: Options<'_>) -> String {
    let mut tag = format!("<{name}");
    let states = |what: &str| {
        let mut attributes = element.attrs.iter();
        attributes.any(|own| {
            &*own.name.local == "http-equiv" && own.value.trim().eq_ignore_ascii_case(what)
        })
    };
    let names_source = |value| options.language.is_some_and(|own| own.is_named_by(value));
    for attribute in &element.attrs {
        let Some(written) = sanitize::attribute_name(name, attribute) else {
            continue;
        };
        tag.push(' ');
        tag.push_str(&written);
        tag.push_str("=\"");
        let value = match written.as_str() {
            "charset" if options.as_utf8 && name == "meta" => "utf-8",
            "content" if options.as_utf8 && name == "meta" && states("content-type") => {
                "text/html; charset=utf-8"
            }
            "lang" | "xml:lang" if names_source(&attribute.value) => "en",
            "content"
                if name == "meta"
                    && names_source(&attribute.value)
                    && states("content-language") =>
            {
                "en"
            }
            _ => &attribute.value,
        };
        sanitize::push_value(&mut tag, value);
        tag.push('"');
    }
    tag.push('>');
    tag
}

fn doctype(name: &str, public_id: &str, system_id: &str) -> String {
    let is_written = |text: &str| !text.contains(['<', '>', '"']);
    let name = if sanitize::is_name(name) {
        name
    } else {
        "html"
    };
    match (public_id, system_id) {
        ("", "") => format!("<!DOCTYPE {name}>"),
        ("", system) if is_written(system) => format!("<!DOCTYPE {name} SYSTEM \"{system}\">"),
        (public, "") if is_written(public) => format!("<!DOCTYPE {name} PUBLIC \"{public}\">"),
        (public, system) if is_written(public) && is_written(system) => {
            format!("<!DOCTYPE {name} PUBLIC \"{public}\" \"{system}\">")
        }
        _ => format!("<!DOCTYPE {name}>"),
    }
}
