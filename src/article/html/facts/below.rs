//! What is stated below the text of an article, in its element or its footer: section, author and day.

use super::section::KEYS;
use super::{DATE_NAMES, MAX_LEVELS, Region, is_author};
use crate::article::html::blocks;
use crate::article::html::byline;
use crate::article::html::lines;
use crate::article::html::page::{Content, Element};
use crate::article::html::roles;
use crate::article::{date, metadata};

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
/// Links behind a key from which on they are a menu, in a list and in a line, and nodes in which they are counted.
const MIN_MENU_ITEMS: usize = 3;
const MIN_MENU_LINKS: usize = 5;
const MAX_NODES_OF_MENU: usize = 40;
/// Letters of a link beside a date from which on it can be the headline of another article.
const MIN_LINK_LETTERS: usize = 12;
/// Maximum letters of a heading that is a key, and of a count of readers.
const MAX_KEY_LETTERS: usize = 20;
const MAX_LETTERS_OF_COUNT: usize = 40;
/// Words of classes of the day of publication below a text.
const DATES_BELOW: &[&str] = &["published", "post timestamp", "post date", "entry date"];

impl Region<'_> {
    /// The section that is named below the text, in the article's element or its footer: behind a key (`Санаттар:
    /// Қоғам`), or with a class or a relation of it. What comes after a heading or another headline is of other
    /// articles; a key without a colon can be the heading of a menu, if the name is not in one element with it.
    pub(super) fn section_below(&self) -> Option<String> {
        let last = self.blocks.get(*self.chosen.last()?)?;
        let end = self.end_of_article(last.nodes.start);
        let nodes = self.page.nodes.get(last.nodes.end..end)?;
        // Its text, and whether a colon is after it.
        let mut key: Option<(usize, bool)> = None;
        let mut other_end = 0;
        for (at, node) in (last.nodes.end..).zip(nodes.iter().take(MAX_NODES_BELOW)) {
            if at < other_end {
                continue;
            }
            match &node.content {
                Content::Element(element) => {
                    // The article's own footer can lead to another one, too.
                    if element.name == "a" && self.is_of_other(at, element) && self.is_in_footer(at)
                    {
                        other_end = node.end;
                        continue;
                    }
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
                        let is_keyed = has_colon || text.starts_with(':');
                        if is_keyed || self.are_in_one(place, at) {
                            return self.section(text).filter(|_| !self.is_menu(place, at));
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
        let is_own = |(at, element): &(usize, &Element)| {
            let is_in_body = self
                .page
                .element(parent)
                .is_none_or(|one| one.name == "body");
            self.page.parent(*at) == parent
                && (element.name == "footer" && !is_in_body || element.has_name(FOOTERS))
        };
        footer
            .filter(is_own)
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
        // A name can be in inline elements of its own.
        let is_block = |&at: &usize| {
            let element = self.page.element(at);
            element.is_some_and(|one| blocks::is_block(&one.name))
        };
        let around = self
            .page
            .ancestors(at)
            .take_while(|&at| at >= text_end && !self.is_own_footer(at))
            .filter(is_block);
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

    /// Whether a node below the text is in a footer of the article.
    fn is_in_footer(&self, at: usize) -> bool {
        let mut around = self.page.ancestors(at).take(MAX_LEVELS_OF_CARD + 1);
        around.any(|at| self.is_own_footer(at))
    }

    /// Whether an element is a footer of the article, by its class beside the text or since it is in an article.
    /// Cards of other articles have the same classes.
    fn is_own_footer(&self, at: usize) -> bool {
        let is_article = |at: usize| self.page.element(at).is_some_and(roles::is_article);
        self.page.element(at).is_some_and(|element| {
            element.has_name(FOOTERS) && self.is_beside_text(at)
                || element.name == "footer"
                    && self.page.ancestors(at).take(MAX_LEVELS).any(is_article)
        })
    }

    /// Whether the element around an element holds the text, too, and no headline of another article is right after
    /// it.
    fn is_beside_text(&self, at: usize) -> bool {
        let last = self.chosen.last().and_then(|&at| self.blocks.get(at));
        let around = self.page.range(self.page.parent(at));
        let end = self.page.range(at).end;
        let mut after = (end..end.saturating_add(MAX_NODES_BETWEEN))
            .filter_map(|at| Some((at, self.page.element(at)?)));
        let is_link = |(at, element): (usize, &Element)| {
            element.name == "a" && self.page.letters(at) >= MIN_LINK_LETTERS
        };
        last.is_some_and(|last| around.contains(&last.nodes.start)) && !after.any(is_link)
    }

    /// Whether a value behind a key is the first of many links: of those of a list, or of a line.
    fn is_menu(&self, key: usize, value: usize) -> bool {
        let is_list = |&at: &usize| {
            let element = self.page.element(at);
            element.is_some_and(|one| matches!(one.name.as_str(), "ul" | "ol"))
        };
        let mut lists = self.page.ancestors(value).take(MAX_LEVELS_OF_CARD + 1);
        let list = lists.find(is_list);
        if let Some(list) = list.filter(|&list| list > key) {
            let items = self.page.elements_in(list).take(MAX_NODES_OF_MENU);
            return items.filter(|(_, one)| one.name == "li").count() >= MIN_MENU_ITEMS;
        }
        let after = self.page.nodes.get(value..).unwrap_or_default();
        let (mut links, mut link_end) = (1, 0);
        for (at, node) in (value..).zip(after.iter().take(MAX_NODES_OF_MENU)).skip(1) {
            match &node.content {
                Content::Element(element) if element.name == "a" => {
                    links += 1;
                    link_end = node.end;
                }
                Content::Element(element) if blocks::is_block(&element.name) => break,
                Content::Text(text) if at >= link_end && text.contains(char::is_alphabetic) => {
                    break;
                }
                _ => {}
            }
        }
        links >= MIN_MENU_LINKS
    }

    /// The elements below the text, up to another article or comments.
    fn below(&self) -> impl Iterator<Item = (usize, &Element)> {
        let last = self.chosen.last().and_then(|&at| self.blocks.get(at));
        let range = last.map_or(0..0, |last| {
            last.nodes.end..self.end_of_article(last.nodes.start)
        });
        let elements = range.take(MAX_NODES_BELOW);
        let elements = elements.filter_map(|at| Some((at, self.page.element(at)?)));
        // A heading with a colon is the key of a list of tags.
        let is_key = |at: usize| {
            self.page.letters(at) <= MAX_KEY_LETTERS
                && self.page.text(at, MAX_KEY_LETTERS * 4).ends_with(':')
        };
        let is_label = |at: usize| {
            (1..=MAX_LETTERS_OF_COUNT).contains(&self.page.letters(at))
                && self
                    .statement(at)
                    .is_some_and(|text| lines::is_above_articles(&text))
        };
        elements.take_while(move |&(at, element)| {
            if is_label(at) {
                return false;
            }
            let is_other = self.is_of_other(at, element) && !is_key(at);
            let is_around =
                roles::is_always_around(element) && !is_footer(element) && element.name != "li";
            !is_around && (!is_other || element.name == "a" && self.is_in_footer(at))
        })
    }

    /// The author whom the footer of the article names.
    pub(super) fn author_in_footer(&self) -> Option<String> {
        let mut authors = self
            .below()
            .filter(|&(at, element)| is_author(element) && self.is_in_footer(at))
            .filter(|&(at, _)| !self.is_in_card(at));
        authors.find_map(|(at, _)| byline::name(self.page, at, &self.evidence.sites))
    }

    /// The time stamp or the printed day below the text.
    pub(super) fn day_below(&self) -> Option<String> {
        let mut dates = self.below().filter(|&(at, element)| {
            (matches!(element.name.as_str(), "time" | "abbr")
                || element.has_name(DATES_BELOW)
                || element.has_name(DATE_NAMES))
                && !self.is_in_card(at)
                && !self.is_beside_link(at)
        });
        dates.find_map(|(at, element)| {
            let stamp = ["datetime", "title", "content"].into_iter();
            let mut stamp = stamp.filter_map(|name| element.attribute(name));
            let stamp = stamp.find_map(super::dates::day_of);
            stamp.or_else(|| {
                let text = self.statement(at)?;
                let is_day = date::is_only_date(&text) || metadata::is_metadata(&text);
                is_day.then(|| self.day(&text)).flatten()
            })
        })
    }

    /// Whether a link that can be the headline of another article is beside a date.
    fn is_beside_link(&self, at: usize) -> bool {
        let beside = self.page.elements_in(self.page.parent(at));
        let mut links = beside
            .take(MAX_NODES_BELOW)
            .filter(|(_, one)| one.name == "a");
        links.any(|(link, _)| self.page.letters(link) >= MIN_LINK_LETTERS)
    }

    /// How often the article was read, as a line below the text says (`Қаралым саны: 96`).
    pub(super) fn views_below(&self) -> Option<u64> {
        let mut lines = self
            .below()
            .filter(|&(at, _)| (1..=MAX_LETTERS_OF_COUNT).contains(&self.page.letters(at)))
            .filter(|&(at, _)| !self.is_in_card(at) && !self.is_beside_link(at));
        lines.find_map(|(at, _)| metadata::statement(&self.statement(at)?)?.views)
    }
}

/// Whether an element is a footer by its tag or its class.
fn is_footer(element: &Element) -> bool {
    element.name == "footer" || element.has_name(FOOTERS)
}
