//! HTML: one self-contained page, the source and its English side by side, sentence by sentence.
//!
//! The page is whole without scripts. One of its own, which its content security policy knows by its
//! hash, copies the text and, in a folder of results, links to the articles before and after this one;
//! any other script is forbidden, so that even text which slipped through the escaping could neither
//! act nor call home. Escaping is the template's default: a text has to be marked to go unescaped, and
//! none is.

mod article;
mod marks;
mod names;
mod place;
mod script;
mod words;

use std::io;

use maud::{DOCTYPE, Markup, PreEscaped, Render, html};

use super::{Report, english, escape};
use crate::document::Document;
pub(super) use article::{mark_class, web_link};
pub(super) use place::Place;
pub(super) use script::{POLICY, Script};

/// What pages of articles and over articles share.
pub(super) const BASE_STYLE: &str = include_str!("base.css");
const STYLE: &str = include_str!("page.css");
/// Copies the text.
const COPY: Script = Script(include_str!("copy.js"));
/// Copies the text, and links to the articles next to this one.
const COPY_AND_LINK: Script = Script(concat!(
    include_str!("dom.js"),
    include_str!("load.js"),
    include_str!("copy.js"),
    include_str!("neighbours.js"),
));

/// One page with all documents. It is kept in memory until the end, since its head is known only
/// then; a browser has to keep it in memory as well.
#[derive(Default)]
pub(super) struct Html {
    articles: Vec<Entry>,
    /// Where the page is, if that is a folder of results.
    place: Option<Place>,
}

/// An article of the page and what the list of articles says about it.
struct Entry {
    heading: String,
    marked: usize,
    markup: Markup,
}

impl Html {
    /// The page of one article in a folder of results.
    pub(super) fn at(place: Place) -> Self {
        Self {
            place: Some(place),
            ..Self::default()
        }
    }

    fn page(&self) -> Markup {
        let title = match self.articles.as_slice() {
            [only] => only.heading.clone(),
            articles => format!("{} translated articles", articles.len()),
        };
        let (script, policy) = match &self.place {
            Some(_) => (COPY_AND_LINK, COPY_AND_LINK.loading_policy()),
            None => (COPY, COPY.policy()),
        };
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    meta name="generator" content={ "audarma " (env!("CARGO_PKG_VERSION")) };
                    title { (Sanitized(&title)) }
                    style { (PreEscaped(BASE_STYLE)) (PreEscaped(STYLE)) }
                }
                body {
                    @if let Some(place) = &self.place { (place.nav()) }
                    @if self.articles.len() > 1 { (self.contents(&title)) }
                    main { @for article in &self.articles { (article.markup) } }
                    footer.page {
                        p { strong { "Machine translation, check before quoting." } }
                        p { "Made by audarma " (env!("CARGO_PKG_VERSION")) " on its user’s own computer." }
                    }
                    (script.element())
                }
            }
        }
    }

    fn contents(&self, title: &str) -> Markup {
        html! {
            nav.contents aria-label="Articles" {
                p.contents-title { (title) }
                ol {
                    @for (index, article) in self.articles.iter().enumerate() {
                        li {
                            a href={ "#" (key(index)) } { (Sanitized(&article.heading)) }
                            @if article.marked > 0 { span.count { (article.marked) " marked" } }
                        }
                    }
                }
            }
        }
    }
}

impl Report for Html {
    fn add(&mut self, document: &Document, _: &mut dyn io::Write) -> io::Result<()> {
        let heading = match &document.title {
            Some(title) => english(title).into_owned(),
            None => document.id.clone(),
        };
        let key = key(self.articles.len());
        let marks = marks::Marks::of(document);
        let markup = article::article(document, &heading, &key, &marks);
        self.articles.push(Entry {
            heading,
            marked: marks.marked,
            markup,
        });
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        writeln!(out, "{}", self.page().into_string())
    }
}

/// The beginning of every `id` within the article of this index.
fn key(index: usize) -> String {
    format!("a{}", index + 1)
}

/// A text of a document, without characters that act; the template escapes it.
pub(super) struct Sanitized<'a>(pub(super) &'a str);

impl Render for Sanitized<'_> {
    fn render_to(&self, buffer: &mut String) {
        escape::without_controls_and_bidi(self.0)
            .trim()
            .render_to(buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_make_no_markup_and_end_no_element() {
        for script in [COPY, COPY_AND_LINK, crate::report::index_page::SCRIPT] {
            for sink in [
                "innerHTML",
                "insertAdjacentHTML",
                "document.write",
                "DOMParser",
                "eval(",
                "</",
                "<!--",
            ] {
                assert!(!script.0.contains(sink), "{sink}");
            }
        }
    }
}
