//! The pages over many articles: by day, each with its titles, its summary, its marks and a link.
//!
//! Policy: opened as files, pages cannot fetch, so what they search is in scripts that hold data and
//! nothing else: a month each, or a part of one (`report-index/2023-08.js`), which the page loads when
//! they are needed. Without scripts the pages are a list: the newest articles are on the first one,
//! and each part that is not has a page of its own beside its data. All texts are untrusted; they are
//! escaped in markup, in data, and scripts make text of them, never markup.
//!
//! Memory holds one part and the first page, both bounded, and a line for each part and day.

mod data;
mod days;
mod entry;
mod facets;
mod failures;
mod names;
mod page;

use std::collections::BTreeMap;
use std::io;

use self::data::{Part, PartData};
use self::days::DayCount;
use self::entry::List;
use self::facets::Facets;
use self::failures::Failures;
pub use self::names::{BEGINNING_BYTES, is_beginning, is_name, parts_path};
use crate::checks::Check;

/// The first page.
pub const FILE: &str = "report.html";
/// The folder beside it that has the data and the other pages.
pub const FOLDER: &str = "report-index";
/// The file in it that lists the parts.
pub const PARTS: &str = "parts.js";

/// Articles of a part, and of the first page, at most.
const MAX_PART_ARTICLES: usize = 500;
const MAX_LISTED: usize = 1000;
/// Size after which a part ends, and of the list on the first page, in bytes.
const MAX_PART_BYTES: usize = 512 << 10;
const MAX_LISTED_BYTES: usize = 1 << 20;

/// A day as a number that sorts: 20230829; `None` for an article without a date.
pub type Day = Option<u32>;

/// The day of a date that begins with `YYYY-MM-DD`.
pub fn day_of(date: Option<&str>) -> Day {
    let mut parts = date?
        .get(..10)?
        .split('-')
        .map(|part| part.parse::<u32>().ok());
    let mut next = || parts.next().flatten();
    let (year, month, day) = (next()?, next()?, next()?);
    (month < 100 && day < 100).then_some(year * 10_000 + month * 100 + day)
}

/// One article.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// The article's id ([`Document::id`](crate::Document::id)).
    pub id: &'a str,
    /// The day it was published.
    pub day: Day,
    /// Its English title, if it has one.
    pub title: Option<&'a str>,
    /// Its title as it was published, and the NLLB code of its language.
    pub original: Option<&'a str>,
    /// See [`Self::original`].
    pub language: Option<&'a str>,
    /// Its English summary, if it has one.
    pub summary: Option<&'a str>,
    /// The section of the site in the article's language, and in English.
    pub section: Option<(&'a str, &'a str)>,
    /// Where it was published.
    pub outlet: Option<&'a str>,
    /// Its own address on the web.
    pub url: Option<&'a str>,
    /// What the checks found.
    pub flags: &'a [Flag<'a>],
    /// Names that it has, in any language: searched, not shown.
    pub names: &'a [String],
    /// The article's own page, relative to [`FILE`].
    pub file: &'a str,
}

/// A failed check of an article.
#[derive(Debug, Clone, Copy)]
pub struct Flag<'a> {
    /// The check.
    pub check: Check,
    /// Sentences that failed it.
    pub sentences: usize,
    /// What it saw, in words; empty if that is not known.
    pub reasons: &'a [String],
}

/// What is known at the end.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'a> {
    /// The file that lists the failures for programs.
    pub errors: &'a str,
    /// Whether these are all articles; `false` if the run ended early.
    pub is_complete: bool,
}

/// Receives each finished file: its path relative to the folder of [`FILE`], and its bytes. The first
/// page comes last, since it refers to all others.
pub type Files<'f> = dyn FnMut(&str, &[u8]) -> io::Result<()> + 'f;

/// The pages, being written.
pub struct Index<'f> {
    files: &'f mut Files<'f>,
    part: Option<OpenPart>,
    parts: Vec<Part>,
    /// The list on the first page, as far as it goes.
    listing: List,
    is_listing: bool,
    days: BTreeMap<Day, DayCount>,
    facets: Facets,
    failures: Failures,
    articles: usize,
    marked: usize,
}

/// A part that is not finished.
struct OpenPart {
    part: Part,
    data: PartData,
    /// The part's page, if the first page does not have its articles.
    page: Option<List>,
}

impl<'f> Index<'f> {
    /// Begins the pages.
    pub fn new(files: &'f mut Files<'f>) -> Self {
        Self {
            files,
            part: None,
            parts: Vec::new(),
            listing: List::new("./"),
            is_listing: true,
            days: BTreeMap::new(),
            facets: Facets::default(),
            failures: Failures::default(),
            articles: 0,
            marked: 0,
        }
    }

    /// Adds an article. The newest day comes first, articles without a date last; those of a day
    /// follow one another.
    ///
    /// # Errors
    /// Whatever `files` reports, here and below.
    pub fn add(&mut self, item: &Item) -> io::Result<()> {
        let was_listing = self.is_listing;
        self.is_listing &= self.articles < MAX_LISTED && self.listing.bytes() < MAX_LISTED_BYTES;
        let ends = self.part.as_ref().is_some_and(|open| {
            was_listing != self.is_listing || open.data.is_full() || !open.part.holds(item.day)
        });
        if ends {
            let next = self.next_name(item.day);
            self.end_part(Some(&next))?;
        }
        if self.part.is_none() {
            self.part = Some(OpenPart {
                part: Part::begin(self.next_name(item.day), item, !self.is_listing),
                data: PartData::default(),
                page: (!self.is_listing).then(|| List::new("../")),
            });
        }
        let part = self.parts.len();
        let day = self.days.entry(item.day).or_insert(DayCount {
            articles: 0,
            part: (!self.is_listing).then_some(part),
        });
        day.articles += 1;
        self.articles += 1;
        self.marked += usize::from(!item.flags.is_empty());
        self.facets.add(item);
        if self.is_listing {
            self.listing.add(item);
        }
        if let Some(open) = &mut self.part {
            open.part.add(item);
            open.data.add(item);
            if let Some(page) = &mut open.page {
                page.add(item);
            }
        }
        Ok(())
    }

    /// Adds an article that failed, with the reason in words.
    ///
    /// # Errors
    /// Whatever `files` reports.
    pub fn fail(&mut self, id: &str, reason: &str) -> io::Result<()> {
        match self.failures.add(id, reason) {
            Some((name, page)) => self.put(&name, page.as_bytes()),
            None => Ok(()),
        }
    }

    /// Writes what is still due, the first page last.
    ///
    /// # Errors
    /// Whatever `files` reports.
    pub fn finish(mut self, ending: &Ending) -> io::Result<()> {
        self.end_part(None)?;
        if let Some((name, page)) = self.failures.finish() {
            self.put(&name, page.as_bytes())?;
        }
        let parts = data::parts_script(&self.parts);
        self.put(PARTS, parts.as_bytes())?;
        let page = page::first(&mut self, ending);
        (self.files)(FILE, page.as_bytes())
    }

    fn put(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        (self.files)(&format!("{FOLDER}/{name}"), bytes)
    }

    /// The name of the part after those that are finished or open, if it begins with this day.
    fn next_name(&self, day: Day) -> String {
        let month = day.map_or_else(|| String::from("undated"), days::iso_month);
        let parts = self
            .parts
            .iter()
            .chain(self.part.iter().map(|open| &open.part));
        match 1 + parts.filter(|part| part.holds(day)).count() {
            1 => month,
            number => format!("{month}-{number}"),
        }
    }

    fn end_part(&mut self, next: Option<&str>) -> io::Result<()> {
        let Some(OpenPart { part, data, page }) = self.part.take() else {
            return Ok(());
        };
        let script = data.script(&part.name);
        self.put(&format!("{}.js", part.name), script.as_bytes())?;
        if let Some(list) = page {
            let newer = self.parts.last().filter(|part| part.has_page);
            let page = page::of_part(&part, list, newer.map(|part| &*part.name), next);
            self.put(&format!("{}.html", part.name), page.as_bytes())?;
        }
        self.parts.push(part);
        Ok(())
    }
}

#[cfg(test)]
pub(in crate::report) use self::page::SCRIPT;

#[cfg(test)]
mod tests;
