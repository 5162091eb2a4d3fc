//! Date, author, section and readers of an article, as the page shows or states them.
//!
//! What is shown goes before what is stated where both can be right: the day that is printed is that of
//! the site's own time zone, and the byline names who wrote the text where metadata name an account.

mod section;

use std::ops::Range;

use self::section::is_section;
use super::address;
use super::blocks::PageBlock;
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
    "kuni", "küni", "uaqyt", "uaqyty", "uakyt", "data", "dateline", "clock", "calendar",
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
    "author", "authors", "byline", "avtor", "avtory", "journalist", "reporter", "writer", "author name", "post author", "createdby", "created by", "posted by", "written by", "entry author", "vcard", "tilshi", "автор",
];
const PHOTO_NAMES: &[&str] = &[
    "photo", "image", "img", "picture", "foto", "caption", "figure", "avatar", "credit", "comment",
    "comments", "quote",
];
#[rustfmt::skip]
const VIEWS_NAMES: &[&str] = &[
    "view", "views", "viewed", "view count", "views count", "viewers", "hits", "eye", "fa eye", "icon eye", "post views", "entry views", "page views", "show count",
    "qaraldy", "karaldy", "qaralym", "karalym", "oqyldy", "okyldy", "prosmotr", "prosmotry", "readers", "reads",
];
/// Maximum bytes of a statement.
const MAX_STATEMENT: usize = 400;
/// Maximum letters and digits of a date without a class.
const MAX_DATE: usize = 30;
/// Levels around the headline in which a statement is beside it, and levels that it is in there.
const MAX_LEVELS: usize = 5;
const MAX_LEVELS_BESIDE: usize = 2;
/// Maximum elements whose blocks are no paragraphs since they state something.
const MAX_STATED: usize = 100;
/// Blocks at the beginning of the text among which a date may be.
const HEAD_BLOCKS: usize = 3;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub date: Option<String>,
    pub author: Option<String>,
    pub section: Option<String>,
    pub views: Option<u64>,
    /// Nodes that state these; blocks in them are no paragraphs.
    pub stated: Vec<Range<usize>>,
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
        let mut shown_author = None;
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
                || element.has_value("itemprop", "datePublished")
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
                    shown_author = name;
                    facts.stated.push(nodes.clone());
                }
            }
            if shown_section.is_none() && is_section(element) {
                shown_section = self.statement(at).and_then(|text| self.section(&text));
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
        let (line_day, line_section) = self.lines(&mut facts);
        let printed = printed.or(line_day);
        facts.date = self.date(&stamps, printed);
        let evident = self.evidence.author.as_deref();
        let evident = evident.and_then(|name| byline::clean(name, &self.evidence.sites));
        let shown_author = shown_author
            .or(facts.author.take())
            .or_else(|| self.byline_below());
        facts.author = match (evident, shown_author) {
            (Some(evident), Some(shown)) if evident.split(' ').count() < 2 => Some(shown),
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
            .or(line_section);
        facts
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
        let around: Vec<usize> = self.page.ancestors(place).take(MAX_LEVELS).collect();
        let mut above = self.page.ancestors(at).take(MAX_LEVELS_BESIDE);
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

    /// The day that a statement prints: with the day of capture, also of `Бүгін, 12:30`.
    fn day(&self, text: &str) -> Option<String> {
        if text.chars().count() > 90 || byline::is_change(text) {
            return None;
        }
        date::find(text).or_else(|| {
            let captured = self.evidence.captured.as_deref()?;
            let first = text
                .split(|next: char| !next.is_alphabetic())
                .find(|word| !word.is_empty())?;
            match first.to_lowercase().as_str() {
                "бүгін" | "сегодня" | "today" => Some(captured.to_owned()),
                "кеше" | "вчера" | "yesterday" => date::day_before(captured),
                _ => None,
            }
        })
    }

    /// Statements in lines of their own near the headline: a date, a section beside it.
    fn lines(&self, facts: &mut Facts) -> (Option<String>, Option<String>) {
        let (mut day, mut section) = (None, None);
        let first = self.chosen.first().copied().unwrap_or(self.around.start);
        let last = self.chosen.last().map_or(self.around.end, |last| last + 1);
        let headline = self.headline.map_or(first, |at| {
            self.blocks.partition_point(|block| block.nodes.start < at)
        });
        let head = headline.min(first)..(first + HEAD_BLOCKS).min(self.around.end);
        let above = self.around.start..headline.min(first);
        let below = last.saturating_sub(2).max(head.end)..self.around.end;
        for at in head.chain(above.rev().take(4)).chain(below) {
            let Some(block) = self.blocks.get(at) else {
                continue;
            };
            let place = block.nodes.start;
            if block.letters > 120
                || day.is_some() && section.is_some()
                || !(self.is_inside(place) || self.is_beside(self.page.parent(place)))
            {
                continue;
            }
            let texts = if block.is_prose() {
                vec![block.text.clone()]
            } else {
                byline::parts(self.page, block.nodes.clone())
            };
            let parts: Vec<&str> = texts
                .iter()
                .flat_map(|text| text.split(['|', '•', '·', '/', '—', '●']))
                .map(|part| without_place(part.trim()))
                .filter(|part| !part.is_empty() && !byline::is_before_statement(part))
                .collect();
            let days: Vec<bool> = parts
                .iter()
                .map(|part| {
                    date::is_only_date(part)
                        || metadata::is_metadata(part) && !metadata::is_section(part)
                })
                .collect();
            let counts: Vec<bool> = parts.iter().map(|part| is_count(part)).collect();
            // A number alone: an issue's, or a count without its sign.
            let is_number = |part: &str| !part.contains(char::is_alphabetic);
            let others = days
                .iter()
                .zip(&counts)
                .zip(&parts)
                .filter(|&((day, count), part)| !day && !count && !is_number(part))
                .count();
            if !days.iter().any(|&is| is) || others > 1 {
                continue;
            }
            let count = parts
                .iter()
                .zip(&counts)
                .find(|&(_, is)| *is)
                .map(|(part, _)| *part);
            facts.views = facts.views.or_else(|| digits(count?));
            let days: Vec<bool> = days
                .iter()
                .zip(&counts)
                .map(|(day, count)| *day || *count)
                .collect();
            let found = parts.iter().find_map(|part| date::find(part));
            let found = found.filter(|_| !byline::is_change(&block.text));
            let Some(found) = found else { continue };
            day.get_or_insert(found);
            if let Some(name) = parts
                .iter()
                .zip(&days)
                .find_map(|(part, is)| (!is && !is_number(part)).then_some(*part))
            {
                if let Some(name) = crate::article::byline::author(name) {
                    facts.author.get_or_insert_with(|| name.to_owned());
                    facts.stated.push(block.nodes.clone());
                } else if let Some(name) = self.section(name) {
                    section.get_or_insert(name);
                    facts.stated.push(block.nodes.clone());
                }
            } else {
                facts.stated.push(block.nodes.clone());
            }
        }
        (day, section)
    }

    /// The author whom the line right below the finished text names.
    fn byline_below(&self) -> Option<String> {
        let last = *self.chosen.last()?;
        let text = self.blocks.get(last)?;
        let next = last + 1;
        let block = self.blocks.get(next).filter(|_| next < self.around.end)?;
        let name = crate::article::byline::author(&block.text)?;
        (block.linked == 0 && paragraphs::ends_sentence(&text.text)).then(|| name.to_owned())
    }

    /// The day of publication.
    fn date(&self, stamps: &[String], printed: Option<String>) -> Option<String> {
        let all = self.evidence.dates.iter().chain(stamps);
        let stated = all.filter_map(|stamp| day_of(stamp)).next();
        match (stated, printed) {
            // The printed day is that of the site's clock; a stamp can be of another zone.
            (Some(stated), Some(printed)) if date::are_neighbours(&stated, &printed) => {
                Some(printed)
            }
            (Some(stated), _) => Some(stated),
            (None, Some(printed)) => Some(printed),
            (None, None) => self
                .evidence
                .url
                .as_deref()
                .and_then(address::day)
                .or_else(|| self.act_day()),
        }
    }

    /// The day in the line of an act above its text (`2005 жылғы 7 қаңтардағы № 29 Заңы`).
    fn act_day(&self) -> Option<String> {
        let first = self
            .chosen
            .iter()
            .take(2)
            .filter_map(|&at| self.blocks.get(at));
        let mut acts = first.filter(|block| block.letters <= 200 && block.text.contains('№'));
        acts.find_map(|block| date::find(&block.text))
    }

    /// The number of readers that an element, or what is beside it, says.
    fn views(&self, at: usize) -> Option<u64> {
        let text = self.statement(at);
        let text = text.or_else(|| {
            let end = self.page.range(at).end;
            let after = self.page.nodes.get(end..end + 3)?.iter();
            let mut texts = after.filter_map(|node| match &node.content {
                Content::Text(text) => Some(squeeze(text)).filter(|text| !text.is_empty()),
                _ => None,
            });
            texts.next()
        })?;
        let others = text.chars().filter(|next| next.is_alphabetic()).count();
        if others > 20 || text.contains(':') && others == 0 || date::find(&text).is_some() {
            return None;
        }
        digits(&text)
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
    })
}

/// A date without the place after it (`27 қаңтар 2024, Қарағанды`).
fn without_place(part: &str) -> &str {
    match part.rsplit_once(", ") {
        Some((day, place))
            if date::is_only_date(day)
                && place.starts_with(char::is_uppercase)
                && place.split_whitespace().count() <= 2 =>
        {
            day
        }
        _ => part,
    }
}

/// Whether a part of a line counts readers (`456 рет көрсетілді`).
fn is_count(part: &str) -> bool {
    let lower = part.to_lowercase();
    let words = [
        "рет",
        "көрсетілді",
        "қаралды",
        "қаралым",
        "оқылды",
        "оқылым",
        "просмотр",
        "views",
    ];
    part.starts_with(|first: char| first.is_ascii_digit())
        && lower.split_whitespace().count() <= 4
        && lower
            .split_whitespace()
            .any(|word| words.iter().any(|known| word.starts_with(known)))
}

/// The number that the digits of a text make.
fn digits(text: &str) -> Option<u64> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// The day in Kazakhstan of a time stamp, or the date of another text.
fn day_of(stamp: &str) -> Option<String> {
    let stamp = stamp.trim();
    date::day_in_kazakhstan(stamp).or_else(|| date::find(stamp))
}
