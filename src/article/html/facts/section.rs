//! The section of the site that an article is in.

use super::Region;
use crate::article::html::blocks;
use crate::article::html::byline;
use crate::article::html::headline::letters;
use crate::article::html::page::{Content, Element};
use crate::article::html::roles;
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
/// Nodes after the text among which a section's name is: a row of links to share it, some with pictures, and a
/// dozen of tags have about fifty.
const MAX_NODES_BELOW: usize = 60;
/// Letters of a link from which on it can be the headline of another article: a section's name has fewer.
const MIN_HEADLINE_LETTERS: usize = 40;
/// Elements around a name that hold a card with it, or around a key that hold its value with it.
const MAX_LEVELS_OF_CARD: usize = 2;
/// Blocks at the end of the text that cards may be.
const MAX_BLOCKS_OF_CARD: usize = 20;
/// Nodes between an article's element and its footer: white space, a comment.
const MAX_NODES_BETWEEN: usize = 4;
/// Words of classes of a footer after an article's element.
const FOOTERS: &[&str] = &[
    "entry footer",
    "post footer",
    "article footer",
    "entry meta",
    "post meta",
];
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

    /// The section that is named below the text, in the article's element or its footer: behind a key (`Санаттар:
    /// Қоғам`), or with a class or a relation of it. What comes after a heading or another headline is of other
    /// articles; a key without a colon can be the heading of a menu, if the name is not in one element with it.
    pub(super) fn section_below(&self) -> Option<String> {
        let last = self.blocks.get(*self.chosen.last()?)?;
        let end = self.end_of_article(last.nodes.start);
        let nodes = self.page.nodes.get(last.nodes.end..end)?;
        // Its text, and whether a colon is after it.
        let mut key: Option<(usize, bool)> = None;
        for (at, node) in (last.nodes.end..).zip(nodes.iter().take(MAX_NODES_BELOW)) {
            match &node.content {
                Content::Element(element) => {
                    if self.is_of_other(at, element) {
                        return None;
                    }
                    if element.has_name(NAMES_BELOW) || element.has_value("rel", "category") {
                        let is_own = !self.is_in_card(at);
                        return self.shown_section(at).filter(|_| is_own);
                    }
                }
                Content::Text(text) if !text.trim().is_empty() => {
                    let text = text.trim();
                    if let Some((place, has_colon)) = key.take() {
                        if text == ":" {
                            key = Some((place, true));
                            continue;
                        }
                        if has_colon || text.starts_with(':') || self.are_in_one(place, at) {
                            return self.section(text);
                        }
                    }
                    let (name, value) = text.split_once(':').unwrap_or((text, ""));
                    if KEYS.contains(&name.trim().to_lowercase().as_str()) {
                        if !value.trim().is_empty() {
                            return self.section(value);
                        }
                        key = Some((at, name.len() < text.len()));
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// The end of the article that a node is in, with the footer right after its element; without such an element,
    /// of what holds the headline, too.
    fn end_of_article(&self, at: usize) -> usize {
        let first = self.chosen.first().and_then(|&at| self.blocks.get(at));
        let first = self.headline.or(first.map(|block| block.nodes.start));
        let is_article = |at: &usize| self.page.element(*at).is_some_and(roles::is_article);
        let holds_all = |around: &usize| {
            let nodes = self.page.range(*around);
            first.is_none_or(|first| nodes.contains(&first))
        };
        let article = self.page.ancestors(at).find(is_article);
        let article = article.or_else(|| self.page.ancestors(at).find(holds_all));
        let article = article.unwrap_or(0);
        let end = self.page.range(article).end;
        let after = self.page.nodes.get(end..).unwrap_or_default();
        let mut after = (end..).zip(after.iter().take(MAX_NODES_BETWEEN));
        let parent = self.page.parent(article);
        let footer = after.find_map(|(at, node)| match &node.content {
            Content::Element(element) => Some((at, element)),
            _ => None,
        });
        let is_footer = |(at, element): &(usize, &Element)| {
            let is_in_body = self
                .page
                .element(parent)
                .is_none_or(|one| one.name == "body");
            self.page.parent(*at) == parent
                && (element.name == "footer" && !is_in_body || element.has_name(FOOTERS))
        };
        footer
            .filter(is_footer)
            .map_or(end, |(at, _)| self.page.range(at).end)
    }

    /// Whether a name below the text is in one element with the headline of another article.
    pub(super) fn is_in_card(&self, at: usize) -> bool {
        // The link of a card can be among the blocks of the article.
        let chosen = self
            .chosen
            .iter()
            .rev()
            .filter_map(|&at| self.blocks.get(at));
        let last = chosen
            .take(MAX_BLOCKS_OF_CARD)
            .find(|block| block.is_prose());
        let text_end = last.map_or(usize::MAX, |block| block.nodes.end);
        let around = self.page.ancestors(at).take_while(|&at| at >= text_end);
        around.take(MAX_LEVELS_OF_CARD).any(|around| {
            let mut inside = self.page.elements_in(around).take(MAX_NODES_BELOW);
            inside.any(|(at, element)| self.is_of_other(at, element))
        })
    }

    /// Whether an element below the text is a heading, the headline or the text of another article.
    fn is_of_other(&self, at: usize, element: &Element) -> bool {
        blocks::is_heading(&element.name)
            || element.name == "a" && self.page.letters(at) >= MIN_HEADLINE_LETTERS
            || roles::is_article(element)
    }

    /// Whether a value is in the element of its key, and not in a list below it.
    fn are_in_one(&self, key: usize, value: usize) -> bool {
        let name = |at: usize| self.page.element(at).map_or("", |one| one.name.as_str());
        let is_inline = |at: usize| {
            matches!(
                name(at),
                "span" | "b" | "strong" | "i" | "em" | "small" | "font"
            )
        };
        let mut around = self.page.ancestors(key).take(MAX_LEVELS_OF_CARD + 1);
        let Some(element) = around.find(|&at| !is_inline(at)) else {
            return false;
        };
        let mut between = self.page.ancestors(value).take_while(|&at| at != element);
        self.page.range(element).contains(&value)
            && !between.any(|at| matches!(name(at), "ul" | "ol"))
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
