//! Date, author, section and readers of an article, as the page shows or states them.
//!
//! What is shown goes before what is stated where both can be right: the day that is printed is that of
//! the site's own time zone, and the byline names who wrote the text where metadata name an account.

mod below;
mod dates;
mod section;
mod statements;

use std::ops::Range;

use self::section::is_section;
use super::blocks::{PICTURE_NAMES, PageBlock};
use super::byline;
use super::evidence::Evidence;
use super::page::{Content, Element, Page};
use super::roles;
use crate::article::{date, metadata, paragraphs};
use crate::text::squeeze;

/// Words of classes of statements.
#[rustfmt::skip]
const DATE_NAMES: &[&str] = &[
    "date", "datetime", "date time", "time", "timestamp", "published", "pubdate", "pub date", "publish", "posted on", "entry date", "post date", "news date",
    "submitted", "kuni", "küni", "uaqyt", "uaqyty", "uakyt", "data", "dateline", "clock", "calendar",
];
const CHANGED_NAMES: &[&str] = &[
    "updated",
    "modified",
    "update",
    "zhanartyldy",
    "janartyldy",
    "changed",
];
#[rustfmt::skip]
const AUTHOR_NAMES: &[&str] = &[
    "author", "authors", "byline", "avtor", "avtory", "autor", "journalist", "reporter", "writer", "author name", "post author", "createdby", "created by", "posted by", "written by", "entry author", "vcard", "tilshi", "автор",
];
/// Words of classes of a picture before an author's name, and parts of addresses of pages about authors.
const AUTHOR_ICONS: &[&str] = &[
    "user", "author", "avtor", "pencil", "pen", "feather", "person", "profile",
];
const AUTHOR_PATHS: &[&str] = &[
    "author",
    "authors",
    "avtor",
    "avtory",
    "avtorlar",
    "journalist",
    "journalists",
    "tilshi",
];
const PHOTO_NAMES: &[&str] = &[
    "photo", "image", "img", "picture", "foto", "caption", "figure", "avatar", "credit", "comment",
    "comments", "quote", "ph",
];
/// Names under which RDFa and microdata state the day of publication.
const DATE_PROPERTIES: &[&str] = &[
    "datePublished",
    "dc:date",
    "dc:created",
    "dcterms:created",
    "schema:datePublished",
];
#[rustfmt::skip]
const VIEWS_NAMES: &[&str] = &[
    "view", "views", "viewed", "view count", "views count", "viewers", "hits", "eye", "fa eye", "icon eye", "post views", "entry views", "page views", "show count",
    "qaraldy", "karaldy", "qaralym", "karalym", "oqyldy", "okyldy", "prosmotr", "prosmotry", "readers", "reads",
];
/// Words of classes of a tag that names the section where it is above the headline.
const TAG_NAMES: &[&str] = &["article tag", "post tag", "primary tag"];
/// Maximum bytes of a statement.
const MAX_STATEMENT: usize = 400;
/// Maximum words of an author's name that a link or a picture shows.
const MAX_NAME_WORDS: usize = 4;
/// Maximum letters and digits of a date without a class.
const MAX_DATE: usize = 30;
/// Levels around the headline in which a statement is beside it, and levels that it is in there.
const MAX_LEVELS: usize = 5;
const MAX_LEVELS_BESIDE: usize = 2;
/// Levels around an author's name in which another is of the same article, and levels around the text in
/// which a statement is beside it.
const MAX_LEVELS_OF_AUTHORS: usize = 3;
const MAX_LEVELS_OF_TEXT: usize = 4;
/// Maximum letters of a picture's credit.
const MAX_CREDIT: usize = 80;
/// Maximum elements whose blocks are no paragraphs since they state something.
const MAX_STATED: usize = 100;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub date: Option<String>,
    pub author: Option<String>,
    pub section: Option<String>,
    pub views: Option<u64>,
    /// Nodes that state these; blocks in them are no paragraphs.
    pub stated: Vec<Range<usize>>,
    /// Lines beside the article that state something, verbatim.
    pub lines: Vec<String>,
}

/// Where facts are looked for.
pub(super) struct Region<'p> {
    pub page: &'p Page,
    pub evidence: &'p Evidence,
    pub blocks: &'p [PageBlock],
    /// The article's blocks, and those around them.
    pub chosen: &'p [usize],
    pub around: Range<usize>,
    pub headline: Option<usize>,
    pub title: Option<&'p str>,
}

impl Region<'_> {
    pub(super) fn facts(&self) -> Facts {
        let mut facts = Facts::default();
        let mut stamps: Vec<String> = Vec::new();
        let mut printed: Option<String> = None;
        let mut shown_author: Option<String> = None;
        // The first link or picture that names an author.
        let mut signed: Option<usize> = None;
        let mut shown_section = None;
        // What stands between the headline and the text's end goes before what is beside these.
        let mut places: Vec<(bool, usize)> = self
            .elements()
            .filter_map(|(at, _)| {
                Some((!self.is_inside(at), at))
                    .filter(|&(outside, at)| !outside || self.is_beside(at))
            })
            .collect();
        places.sort_unstable();
        for (_, at) in places {
            let Some(element) = self.page.element(at) else {
                continue;
            };
            let nodes = self.page.range(at);
            if self.is_in_text(&nodes) {
                continue;
            }
            let is_date = element.name == "time"
                || DATE_PROPERTIES.iter().any(|name| {
                    element.has_value("itemprop", name) || element.has_value("property", name)
                })
                || element.has_name(DATE_NAMES)
                || element.name != "a"
                    && !is_of_photo(self.page, at)
                    && self.page.letters(at) <= MAX_DATE
                    && self
                        .statement(at)
                        .is_some_and(|text| date::is_only_date(&text));
            if is_date
                && !element.has_name(CHANGED_NAMES)
                && !element.has_value("itemprop", "dateModified")
            {
                if let Some(stamp) = element
                    .attribute("datetime")
                    .or(element.attribute("content"))
                    .or(element
                        .attribute("title")
                        .filter(|_| element.name == "abbr"))
                {
                    stamps.push(stamp.to_owned());
                }
                let text = self.statement(at);
                let day = text.as_deref().and_then(|text| self.day(text));
                if let (Some(day), Some(text)) = (day, text) {
                    printed.get_or_insert(day);
                    if date::is_only_date(&text) || metadata::is_metadata(&text) {
                        facts.stated.push(nodes.clone());
                    }
                }
            }
            if shown_author.is_none() && is_author(element) && !is_of_photo(self.page, at) {
                let name = byline::name(self.page, at, &self.evidence.sites);
                if name.is_some() {
                    let text = self.statement(at);
                    printed = printed.or_else(|| self.day(text.as_deref()?));
                    shown_author = name;
                    facts.stated.push(nodes.clone());
                }
            }
            let is_beside_signed = || {
                let around: Vec<usize> = self
                    .page
                    .ancestors(at)
                    .take(MAX_LEVELS_OF_AUTHORS)
                    .collect();
                signed.is_some_and(|first| {
                    let mut other = self.page.ancestors(first).take(MAX_LEVELS_OF_AUTHORS);
                    other.any(|at| around.contains(&at))
                })
            };
            if (shown_author.is_none() || is_beside_signed())
                && let Some((name, nodes)) = self.author_by_sign(at, element)
            {
                signed.get_or_insert(at);
                let names = shown_author.take();
                shown_author = Some(match names {
                    Some(names) if names.contains(&name) => names,
                    Some(names) => format!("{names}, {name}"),
                    None => name,
                });
                facts.stated.push(nodes);
            }
            let is_tag_above =
                || element.has_name(TAG_NAMES) && self.headline.is_some_and(|title| at < title);
            if shown_section.is_none()
                && (is_section(element) || is_tag_above())
                && !self.is_in_card(at)
            {
                shown_section = self.shown_section(at);
                if shown_section.is_some() {
                    facts.stated.push(nodes.clone());
                }
            }
            if facts.views.is_none() && element.has_name(VIEWS_NAMES) {
                facts.views = self.views(at);
                if facts.views.is_some() {
                    facts.stated.push(nodes.clone());
                }
            }
        }
        facts.stated.truncate(MAX_STATED);
        facts.author = shown_author;
        let (line_day, line_section) = self.lines(&mut facts);
        let printed = printed.or(line_day);
        facts.views = facts.views.or_else(|| self.views_below());
        facts.date = self.date(&stamps, printed);
        let evident = self.evidence.author.as_deref();
        let evident = evident.and_then(|name| byline::clean(name, &self.evidence.sites));
        let shown_author = facts.author.take().or_else(|| self.byline_below());
        let shown_author = shown_author.or_else(|| self.author_in_footer());
        facts.author = match (evident, shown_author) {
            (Some(evident), Some(shown)) if is_less(&evident, &shown) => Some(shown),
            (Some(evident), _) => Some(evident),
            (None, shown) => shown,
        };
        let stated = self
            .evidence
            .section
            .as_deref()
            .and_then(|name| self.section(name));
        facts.section = stated
            .or_else(|| self.breadcrumb())
            .or(shown_section)
            .or(line_section)
            .or_else(|| self.section_above())
            .or_else(|| self.section_below());
        facts
    }

    /// The author whom a link to a page about authors names, or the text after a picture of a person or a
    /// pen; with the nodes that do.
    fn author_by_sign(&self, at: usize, element: &Element) -> Option<(String, Range<usize>)> {
        let is_inline = matches!(
            element.name.as_str(),
            "i" | "span" | "em" | "b" | "img" | "svg"
        );
        let is_icon = is_inline && element.has_name(AUTHOR_ICONS) && self.page.letters(at) == 0;
        let (text, nodes) = if is_icon {
            let (text, nodes) = self.text_after(at)?;
            // `by`, and the name after it.
            if byline::is_before_statement(&text) {
                self.text_after(nodes.start)?
            } else {
                (text, nodes)
            }
        } else if element.name == "a" && leads_to_author(element) && !self.is_in_sentence(at) {
            (self.statement(at)?, self.page.range(at))
        } else {
            return None;
        };
        if is_of_photo(self.page, at) {
            return None;
        }
        let name = byline::clean(&text, &self.evidence.sites)?;
        let words = name.split_whitespace().count();
        let is_name = (2..=MAX_NAME_WORDS).contains(&words) && text.chars().all(is_in_names);
        is_name.then_some((name, nodes))
    }

    /// Whether a node is inside of a sentence of the text.
    fn is_in_sentence(&self, at: usize) -> bool {
        let next = self
            .blocks
            .partition_point(|block| block.nodes.start <= at + 1);
        let block = next
            .checked_sub(1)
            .and_then(|before| self.blocks.get(before));
        block.is_some_and(|block| block.nodes.end > at && block.is_prose())
    }

    /// The text right after an element, with its node.
    fn text_after(&self, at: usize) -> Option<(String, Range<usize>)> {
        let end = self.page.range(at).end;
        let after = self.page.nodes.get(end..)?.iter().take(3).enumerate();
        let mut texts = after.filter_map(|(offset, node)| match &node.content {
            Content::Text(text) => {
                let text = Some(squeeze(text)).filter(|text| !text.is_empty())?;
                Some((text, end + offset..end + offset + 1))
            }
            _ => None,
        });
        texts.next()
    }

    /// The elements among which statements about the article are, comments left out.
    fn elements(&self) -> impl Iterator<Item = (usize, &Element)> {
        let first = self
            .blocks
            .get(self.around.start)
            .map_or(0, |block| block.nodes.start);
        let last = self
            .around
            .end
            .checked_sub(1)
            .and_then(|at| self.blocks.get(at));
        let end = last.map_or(self.page.nodes.len(), |block| block.nodes.end);
        // Elements that hold the first block begin before it; furniture before the headline has none.
        let first = self.headline.map_or(first, |at| first.min(at));
        let first = self
            .page
            .parent(self.page.parent(first))
            .max(first.saturating_sub(60))
            .min(first);
        let mut at = first;
        std::iter::from_fn(move || {
            while at < end {
                let here = at;
                let Content::Element(element) = &self.page.nodes.get(here)?.content else {
                    at += 1;
                    continue;
                };
                // A picture says what the text after it is.
                if element.name == "svg" {
                    at = self.page.range(here).end.max(here + 1);
                    return Some((here, element));
                }
                if roles::has_no_text(element) && element.name != "head"
                    || roles::is_always_around(element) && element.name != "nav"
                {
                    at = self.page.range(here).end.max(here + 1);
                    continue;
                }
                at += 1;
                return Some((here, element));
            }
            None
        })
    }

    /// Whether a node is between the headline and the end of the text.
    fn is_inside(&self, at: usize) -> bool {
        let first = self
            .chosen
            .first()
            .and_then(|&at| self.blocks.get(at))
            .map_or(0, |block| block.nodes.start);
        let last = self
            .chosen
            .last()
            .and_then(|&at| self.blocks.get(at))
            .map_or(0, |block| block.nodes.end);
        (self.headline.unwrap_or(first).min(first)..last).contains(&at)
    }

    /// Whether a node stands beside the headline or around it, and not in a list of other articles.
    fn is_beside(&self, at: usize) -> bool {
        let first = || {
            self.chosen
                .first()
                .and_then(|&at| self.blocks.get(at))
                .map(|block| block.nodes.start)
        };
        let Some(place) = self.headline.or_else(first) else {
            return true;
        };
        let mut around: Vec<usize> = self.page.ancestors(place).take(MAX_LEVELS).collect();
        if let Some(text) = first() {
            around.extend(self.page.ancestors(text).take(MAX_LEVELS_OF_TEXT));
        }
        // Rows part nothing.
        let is_row = |at: &usize| {
            let element = self.page.element(*at);
            element.is_some_and(|one| matches!(one.name.as_str(), "tr" | "tbody" | "ul" | "ol"))
        };
        let above = self.page.ancestors(at).take(MAX_LEVELS_BESIDE + 2);
        let mut above = above
            .filter(|at| !is_row(at) || around.contains(at))
            .take(MAX_LEVELS_BESIDE);
        let is_item = self
            .page
            .ancestors(at)
            .take(MAX_LEVELS_BESIDE)
            .filter_map(|at| self.page.element(at))
            .any(|element| element.name == "a");
        !is_item && above.any(|at| around.contains(&at))
    }

    /// Whether nodes hold running text of the article, so that they state nothing about it.
    fn is_in_text(&self, nodes: &Range<usize>) -> bool {
        let start = self
            .blocks
            .partition_point(|block| block.nodes.start < nodes.start);
        let inside = self.blocks.get(start..).unwrap_or_default().iter();
        let mut inside = inside
            .take_while(|block| block.nodes.start < nodes.end)
            .take(12);
        inside.any(|block| block.is_prose() && block.letters > 120)
    }

    /// The text of an element, if it is short.
    fn statement(&self, at: usize) -> Option<String> {
        let text = self.page.text(at, MAX_STATEMENT);
        (!text.is_empty() && text.len() <= MAX_STATEMENT).then_some(text)
    }

    /// The author whom the line right below the finished text names.
    fn byline_below(&self) -> Option<String> {
        let last = *self.chosen.last()?;
        let text = self.blocks.get(last)?;
        let next = last + 1;
        let block = self.blocks.get(next).filter(|_| next < self.around.end)?;
        let name = crate::article::byline::author(&block.text)
            .or_else(|| byline::signature(&block.text))?;
        (block.linked == 0 && paragraphs::ends_sentence(&text.text)).then(|| name.to_owned())
    }

    /// The number of readers that an element, or what is beside it, says.
    fn views(&self, at: usize) -> Option<u64> {
        let after = || self.text_after(at).map(|(text, _)| text);
        let of = |text: String| {
            let others = text.chars().filter(|next| next.is_alphabetic()).count();
            let is_other =
                others > 20 || text.contains(':') && others == 0 || date::find(&text).is_some();
            if is_other { None } else { number(&text) }
        };
        let is_picture = self.page.letters(at) == 0
            || self
                .page
                .element(at)
                .is_some_and(|element| element.name == "svg");
        if is_picture {
            after().and_then(of)
        } else {
            self.statement(at).and_then(of)
        }
    }
}

fn is_author(element: &Element) -> bool {
    element.has_value("itemprop", "author")
        || element.has_value("rel", "author")
        || element.has_name(AUTHOR_NAMES) && !element.has_name(PHOTO_NAMES)
}

/// Whether an element is in a picture's caption or a quotation.
fn is_of_photo(page: &Page, at: usize) -> bool {
    let around = page.ancestors(at).take(4).filter_map(|at| page.element(at));
    let mut around = around.take_while(|element| !roles::is_article(element));
    around.any(|element| {
        matches!(
            element.name.as_str(),
            "figure" | "figcaption" | "blockquote"
        )
    }) || page
        .ancestors(at)
        .take(2)
        .filter_map(|at| page.element(at))
        .any(|element| {
            element.has_name(PICTURE_NAMES)
                && !matches!(element.name.as_str(), "body" | "html" | "article" | "main")
                && page.letters(at) <= MAX_CREDIT
        })
}

/// The first number of a text.
fn number(text: &str) -> Option<u64> {
    let start = text.find(|next: char| next.is_ascii_digit())?;
    metadata::count(text.get(start..)?)
}

/// Whether an author whom the page states is less than the one whom it shows: one word, or an
/// organisation where a person is named.
fn is_less(stated: &str, shown: &str) -> bool {
    use crate::article::byline;
    let is_name_of_site = byline::is_organisation(stated)
        || !stated.contains(',')
            && stated
                .split_whitespace()
                .skip(1)
                .all(|word| word.starts_with(char::is_lowercase));
    stated.split(' ').count() < 2 || is_name_of_site && byline::persons(shown).is_some()
}

/// Whether a link is to a page about an author.
fn leads_to_author(element: &Element) -> bool {
    let address = element.attribute("href").unwrap_or_default();
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let mut parts = path.split('/').rev().skip(1).take(6);
    parts.any(|part| AUTHOR_PATHS.contains(&part))
}

fn is_in_names(character: char) -> bool {
    character.is_alphabetic() || character.is_whitespace() || "-.,’'ʼ:".contains(character)
}
