//! An article in the list, and the list by day.

use maud::{Markup, html};

use super::days::{iso, section_id, written_out};
use super::{Day, Flag, Item};
use crate::report::flags;
use crate::report::html::{Sanitized, mark_class, web_link};
use crate::report::language::Language;

/// Articles by day, as markup.
pub(super) struct List {
    markup: String,
    /// What leads from the page to the folder of the first page.
    root: &'static str,
    /// The day whose section is open.
    open: Option<Day>,
}

impl List {
    pub(super) fn new(root: &'static str) -> Self {
        Self {
            markup: String::new(),
            root,
            open: None,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.markup.len()
    }

    /// Adds an article; those of a day follow one another.
    pub(super) fn add(&mut self, item: &Item) {
        if self.open != Some(item.day) {
            self.close();
            let heading = match item.day {
                Some(day) => html! { h2 { time datetime=(iso(day)) { (written_out(day)) } } },
                None => html! { h2 { "No date" } },
            };
            let id = section_id(item.day);
            self.markup.push_str("<section class=\"day\" id=\"");
            self.markup.push_str(&id);
            self.markup.push_str("\">");
            self.markup.push_str(&heading.into_string());
            self.open = Some(item.day);
        }
        self.markup.push_str(&entry(item, self.root).into_string());
        self.markup.push('\n');
    }

    pub(super) fn finish(mut self) -> String {
        self.close();
        self.markup
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.markup.push_str("</section>\n");
        }
    }
}

/// An article; `script/entry.js` makes the same of the data.
fn entry(item: &Item, root: &str) -> Markup {
    let title = item.title.map(str::trim).filter(|title| !title.is_empty());
    html! {
        article class=[(!item.flags.is_empty()).then_some("flagged")] {
            h3 { a href=(address(root, item.file)) { (Sanitized(title.unwrap_or(item.id))) } }
            @if let Some(original) = item.original {
                @let language = item.language.map(Language::of);
                @let tag = language.as_ref().map(|language| language.tag.as_str());
                @let rtl = language.as_ref().is_some_and(|language| language.right_to_left);
                p.original lang=[tag] dir=[rtl.then_some("rtl")] { (Sanitized(original)) }
            }
            @if let Some(summary) = item.summary { p.summary { (Sanitized(summary)) } }
            @if !item.flags.is_empty() {
                ul.why { @for flag in item.flags { (why(flag)) } }
            }
            ul.about {
                @if let Some((source, target)) = item.section {
                    li { (Sanitized(if target.is_empty() { source } else { target })) }
                }
                @if let Some(outlet) = item.outlet { li { (Sanitized(outlet)) } }
                @if let Some(url) = item.url { li { (web_link(url)) } }
                li.id { (Sanitized(item.id)) }
            }
        }
    }
}

/// A mark with what its check saw or, if that is not known, what it means.
fn why(flag: &Flag) -> Markup {
    let reasons = match flag.reasons {
        [] => flags::meaning(flag.check).words.to_owned(),
        reasons => reasons.join("; "),
    };
    html! {
        li {
            span class=(mark_class(flag.check)) {
                (flag.check.name()) @if flag.sentences > 1 { " × " (flag.sentences) }
            }
            " " (Sanitized(&reasons))
        }
    }
}

/// A relative path as a link: characters with a meaning in links are written as `%` and two
/// hexadecimal digits, and what comes before it keeps a name from being read as a scheme.
pub(super) fn address(root: &str, path: &str) -> String {
    use std::fmt::Write as _;
    let mut address = String::from(root);
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                address.push(char::from(byte));
            }
            // Writing to a String cannot fail.
            _ => drop(write!(address, "%{byte:02X}")),
        }
    }
    address
}
