//! The section of the site that an article is in.

use super::Region;
use crate::article::html::byline;
use crate::article::html::headline::letters;
use crate::article::html::page::Element;
use crate::article::{date, metadata};
use crate::text::squeeze;

/// Words of classes of a section's name.
#[rustfmt::skip]
const SECTION_NAMES: &[&str] = &[
    "category", "categories", "cat links", "cat", "rubric", "rubrics", "rubrika", "rubrica", "section name", "section title", "bolim", "bölim", "aidar", "aydar", "sanat",
    "post category", "post cat", "entry category", "news category", "article category", "item category", "seca", "topic", "kicker",
];
/// Words that a way through the site begins with.
#[rustfmt::skip]
const HOME: &[&str] = &[
    "басты бет", "басты", "бастапқы бет", "бас бет", "главная", "главная страница", "home", "үй", "жаңалықтар лентасы", "barlyq jańalyqtar", "basty bet",
];
/// What is written before a section's name.
#[rustfmt::skip]
pub(super) const KEYS: &[&str] = &[
    "бөлім", "бөлімі", "айдар", "айдары", "айдарлар", "санат", "санаты", "санаттар", "санаттары", "рубрика", "рубрики",
    "категория", "категории", "категориялар", "раздел", "разделы", "category", "categories", "posted in", "filed under",
];
/// What a heading above an article names that is no section.
const NO_SECTION_ABOVE: &[&str] = &["жаңалықтар", "новости", "мақалалар", "статьи", "блог"];
/// Sections that say nothing.
const NO_SECTION: &[&str] = &[
    "uncategorized",
    "без рубрики",
    "санатсыз",
    "other",
    "news",
    "барлық жаңалықтар",
];
/// Nodes between a section's heading and the headline below it.
const MAX_NODES_ABOVE: usize = 6;
/// Maximum names on the way to an article.
const MAX_BREADCRUMBS: usize = 30;
/// Maximum letters of an element with names of sections; one of a text has more.
const MAX_SECTION_LETTERS: usize = 80;
/// Maximum words of a section's name.
const MAX_SECTION_WORDS: usize = 6;

impl Region<'_> {
    /// The last name on the way to the article, as JSON-LD or the page shows it.
    pub(super) fn breadcrumb(&self) -> Option<String> {
        let mut names = self.evidence.breadcrumbs.clone();
        if names.is_empty() {
            let is_frame = |element: &Element| {
                matches!(element.name.as_str(), "html" | "body" | "main" | "article")
            };
            let elements = self.page.elements();
            let elements = elements.filter(|(_, element)| !is_frame(element));
            let mut ways = elements.filter(|(_, element)| {
                element.has_name(&[
                    "breadcrumb",
                    "breadcrumbs",
                    "crumbs",
                    "bread crumbs",
                    "path",
                    "breadcrumbs trail",
                    "pathway",
                    "speedbar",
                    "bread",
                ]) || element
                    .attribute("itemtype")
                    .is_some_and(|kind| kind.ends_with("BreadcrumbList"))
                    || element
                        .attribute("aria-label")
                        .is_some_and(|label| label.to_ascii_lowercase().contains("breadcrumb"))
            });
            let (at, _) = ways.next()?;
            names = byline::parts(self.page, self.page.range(at));
        }
        let names = names.iter().rev();
        let mut parts = names
            .flat_map(|name| name.rsplit(['/', '»', '›', '→', '>', '|']))
            .take(MAX_BREADCRUMBS);
        parts.find_map(|name| self.section(name))
    }

    /// The section that a heading above the headline names (`ҚОҒАМ`, and the headline below it).
    pub(super) fn section_above(&self) -> Option<String> {
        let headline = self.headline?;
        let before = headline.saturating_sub(MAX_NODES_ABOVE)..headline;
        let mut above = before
            .rev()
            .filter_map(|at| Some((at, self.page.element(at)?)));
        let (at, _) = above.find(|(_, element)| matches!(element.name.as_str(), "h1" | "h2"))?;
        let text = self.page.text(at, MAX_SECTION_LETTERS * 4);
        let name = self.section(&text)?;
        (metadata::is_section(&name) && !is_generic(&name)).then_some(name)
    }

    /// The name of a section in an element: the first, of which a word before it can say what it is.
    pub(super) fn shown_section(&self, at: usize) -> Option<String> {
        if self.page.letters(at) > MAX_SECTION_LETTERS {
            return None;
        }
        let parts = byline::parts(self.page, self.page.range(at));
        let is_key = |part: &str| {
            let key = part.trim_end_matches([':', ' ']).to_lowercase();
            let last = key.split(' ').next_back().unwrap_or_default();
            KEYS.contains(&key.as_str()) || part.ends_with(':') && KEYS.contains(&last)
        };
        let mut names = parts.iter().filter(|part| !is_key(part));
        names.find_map(|part| self.section(part))
    }

    /// A section's name, if a text can be one.
    pub(super) fn section(&self, text: &str) -> Option<String> {
        let name = squeeze(
            text.trim_matches(|sign: char| !sign.is_alphanumeric() && !"«»\"()".contains(sign)),
        );
        let name = name.split_once(':').map_or(name.clone(), |(key, value)| {
            let is_key = KEYS.contains(&key.trim().to_lowercase().as_str());
            if is_key { squeeze(value) } else { name.clone() }
        });
        let has_letters = name.chars().any(char::is_alphabetic);
        // Long texts are told before they are compared with all that is known.
        if !has_letters
            || name.chars().count() > 60
            || name.split_whitespace().count() > MAX_SECTION_WORDS
        {
            return None;
        }
        let plain = letters(&name);
        let lower = name.to_lowercase();
        let is_title = self.title.is_some_and(|title| {
            let title = letters(title);
            title == plain || plain.len() > 20 && title.starts_with(&plain)
        });
        let is_site = self
            .evidence
            .sites
            .iter()
            .any(|site| letters(site) == plain);
        // The way through an archive by its days.
        let is_month = date::find(&format!("1 {name} 2000")).is_some();
        let fits = !is_title
            && !is_month
            && !is_site
            && !metadata::is_counter(&name)
            && !HOME.contains(&lower.as_str())
            && !NO_SECTION.contains(&lower.as_str())
            && date::find(&name).is_none()
            && (metadata::is_section(&name) || !metadata::is_metadata(&name));
        fits.then_some(name)
    }
}

fn is_generic(name: &str) -> bool {
    NO_SECTION_ABOVE.contains(&name.to_lowercase().as_str())
}

/// Whether an element holds a section's name.
pub(super) fn is_section(element: &Element) -> bool {
    element.has_value("itemprop", "articleSection")
        || element.has_value("rel", "category")
        || element.has_name(SECTION_NAMES)
            && !matches!(
                element.name.as_str(),
                "body" | "article" | "main" | "html" | "ul" | "section"
            )
}
