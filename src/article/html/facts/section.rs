//! The section of the site that an article is in.

use super::Region;
use crate::article::html::byline;
use crate::article::html::headline::letters;
use crate::article::html::page::{Content, Element};
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
const KEYS: &[&str] = &[
    "бөлім", "бөлімі", "айдар", "айдары", "айдарлар", "санат", "санаты", "санаттар", "санаттары", "рубрика", "рубрики",
    "категория", "категории", "категориялар", "раздел", "разделы", "category", "categories", "posted in", "filed under",
];
/// Words of classes of a section's name below a text.
const NAMES_BELOW: &[&str] = &[
    "cat links",
    "tax category",
    "amp category",
    "post categories",
    "entry categories",
    "footer category",
];
/// Nodes after the text among which a section's name is.
const MAX_NODES_BELOW: usize = 60;
/// Sections that say nothing.
const NO_SECTION: &[&str] = &[
    "uncategorized",
    "без рубрики",
    "санатсыз",
    "other",
    "news",
    "барлық жаңалықтар",
];
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
            let mut ways = self.page.elements().filter(|(_, element)| {
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
                    || element.name == "nav" && element.attribute("aria-label").is_some()
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

    /// The section that is named below the text, as in the footer of an article: behind a key (`Санаттар: Қоғам`),
    /// or with a class or a relation of it. What comes after a heading is of other articles.
    pub(super) fn section_below(&self) -> Option<String> {
        let last = self.blocks.get(*self.chosen.last()?)?;
        let nodes = self.page.nodes.get(last.nodes.end..)?;
        let mut is_behind_key = false;
        for (at, node) in (last.nodes.end..).zip(nodes.iter().take(MAX_NODES_BELOW)) {
            match &node.content {
                Content::Element(element) => {
                    if matches!(
                        element.name.as_str(),
                        "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
                    ) {
                        return None;
                    }
                    if element.has_name(NAMES_BELOW) || element.has_value("rel", "category") {
                        return self.shown_section(at);
                    }
                }
                Content::Text(text) if !text.trim().is_empty() => {
                    let (key, value) = text.split_once(':').unwrap_or((text, ""));
                    if is_behind_key {
                        return self.section(text);
                    }
                    is_behind_key = KEYS.contains(&key.trim().to_lowercase().as_str());
                    if is_behind_key && !value.trim().is_empty() {
                        return self.section(value);
                    }
                }
                _ => {}
            }
        }
        None
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
            && !HOME.contains(&lower.as_str())
            && !NO_SECTION.contains(&lower.as_str())
            && date::find(&name).is_none()
            && (metadata::is_section(&name) || !metadata::is_metadata(&name));
        fits.then_some(name)
    }
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
