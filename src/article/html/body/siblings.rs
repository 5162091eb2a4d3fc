//! The text of an article in several elements beside its headline.
//!
//! Policy: the text goes on through the siblings that hold running text, whatever their classes are, until a
//! list of other articles, readers' comments, or what the site says of itself. Pictures and boxes between end
//! nothing.

use std::cell::LazyCell;
use std::ops::Range;

use super::{Finder, PageBlock, is_paragraph};
use crate::article::ParagraphKind;
use crate::article::date;
use crate::article::html::headline::letters;
use crate::article::html::lines::{self, Line};

/// Minimum texts like each other that are a list where each is one short sentence.
const MIN_SHORT_ITEMS: usize = 3;
/// Letters of a sentence that can be the title of an article.
const SHORT_ITEM: usize = 40;
/// Minimum letters of a sentence.
const MIN_SENTENCE: usize = 8;
/// Maximum blocks of a text with the title of an article above it, as lists of articles have them.
const MAX_ITEM_BLOCKS: usize = 6;
/// Maximum blocks of an element that are looked at to know what it is.
const MAX_BLOCKS: usize = 1_000;
/// Letters of a date or a name with one above a comment.
const MAX_DATE: usize = 60;
/// Minimum letters of a title that a text repeats.
const MIN_TITLE: usize = 15;
/// Words of classes of what is about the author, of columns that one text is set in, and of what the site says of
/// itself.
const OF_AUTHORS: &[&str] = &["author", "authors", "avtor", "avtory", "bio", "journalist"];
const COLUMNS: &[&str] = &["col", "column", "columns", "kolonka", "bagan"];
const OF_SITES: &[&str] = &[
    "about",
    "agreement",
    "contact",
    "contacts",
    "faq",
    "legal",
    "policy",
    "privacy",
    "registration",
    "rules",
    "terms",
];

/// What a sibling is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sibling {
    /// Running text of the article.
    Text,
    /// A sentence that is too short to be known as running text.
    Sentence,
    /// No running text: a picture, a heading, a statement, a box of links.
    Between,
    /// A box with sentences that are not of the article.
    Box,
    /// A label over other articles.
    Label,
    /// What a paper says of itself, by its words.
    Imprint,
    /// What comes after an article.
    End,
}

/// The texts of an article that are siblings.
#[derive(Debug, Default)]
pub(super) struct Siblings {
    /// The places of their blocks, in order; what is between two of them is no text.
    pub texts: Vec<Range<usize>>,
    /// Where what comes after the article begins.
    pub end: usize,
}

/// Whether a block is a finished sentence, no title and no statement, though a short one.
fn is_short_sentence(block: &PageBlock) -> bool {
    let is_text = !matches!(
        block.kind,
        Some(ParagraphKind::Heading | ParagraphKind::Caption)
    );
    is_text
        && !block.is_note
        && block.linked == 0
        && block.letters >= MIN_SENTENCE
        && block.text.ends_with(['.', '!', '?', '…'])
        && lines::line(&block.text, false) == Line::Text
}

/// Whether a word of a class is another one with the next number (`c1`, `c2`); a number alone is a width.
fn is_next_number(word: &str, next: &str) -> bool {
    let name = |word: &str| {
        word.trim_end_matches(|sign: char| sign.is_ascii_digit())
            .len()
    };
    let (Some((one, number)), Some((other, following))) = (
        word.split_at_checked(name(word)),
        next.split_at_checked(name(next)),
    ) else {
        return false;
    };
    let value = |digits: &str| digits.parse::<u32>().ok();
    !one.is_empty()
        && one == other
        && value(number).is_some_and(|number| value(following) == number.checked_add(1))
}

impl Finder<'_> {
    /// The texts among the children of `around`; where `names` are given, among those with one of them.
    pub(super) fn siblings(
        &self,
        around: usize,
        blocks: Range<usize>,
        names: Option<&[&str]>,
    ) -> Siblings {
        let mut found = Siblings {
            texts: Vec::new(),
            end: blocks.end,
        };
        // The child that the headline is in.
        let mut column = self
            .headline
            .filter(|_| names.is_some())
            .and_then(|headline| {
                let mut branches = [headline].into_iter().chain(self.page.ancestors(headline));
                branches.find(|&at| self.page.parent(at) == around)
            });
        let last_text = LazyCell::new(|| self.last_text(blocks.clone()));
        let mut is_below_label = false;
        let mut at = blocks.start;
        while at < blocks.end {
            let Some(branch) = self.branch(around, at) else {
                break;
            };
            let inside = self.blocks_of(branch);
            let inside = at..inside.end.min(blocks.end).max(at + 1);
            at = inside.end;
            let is_first = found.texts.is_empty() && names.is_none();
            let has_name = |names: &[&str]| {
                self.page
                    .element(branch)
                    .is_some_and(|element| element.has_name(names))
            };
            let sibling = match self.sibling(branch, inside.clone()) {
                // A paragraph of the text can read as an imprint, which no text comes after, but others do.
                Sibling::Imprint
                    if !self.is_division(branch)
                        && ((*last_text).is_some_and(|last| last >= inside.end)
                            || !self.are_imprints(inside.start..blocks.end)) =>
                {
                    Sibling::Text
                }
                Sibling::Imprint => Sibling::End,
                sibling => sibling,
            };
            match sibling {
                Sibling::Text
                    if names.is_some_and(|names| !has_name(names))
                        && !column
                            .is_some_and(|first| self.is_next_column(first, branch, &inside)) =>
                {
                    found.end = inside.start;
                    break;
                }
                Sibling::Text if is_below_label && self.is_division(branch) && !is_first => {
                    found.end = inside.start;
                    break;
                }
                Sibling::Text => {
                    is_below_label = false;
                    column = column.map(|_| branch);
                    found.texts.push(inside);
                }
                Sibling::Sentence if !is_first && !is_below_label => found.texts.push(inside),
                Sibling::Label if !is_first => is_below_label = true,
                Sibling::End if !is_first => {
                    found.end = inside.start;
                    break;
                }
                _ => {}
            }
        }
        found
    }

    /// Whether an element is the column after another one: of the same names, of which one is that of a column, or
    /// with the next number at the end of one, and with text at its beginning. Other numbers are widths.
    fn is_next_column(&self, first: usize, branch: usize, inside: &Range<usize>) -> bool {
        let begins_with_text = self
            .blocks
            .get(inside.start)
            .is_some_and(PageBlock::is_prose);
        let names = |at: usize| self.page.element(at).map_or("", |one| one.names.as_str());
        begins_with_text && !names(first).is_empty() && {
            let element = self.page.element(branch);
            let is_column = element.is_some_and(|one| one.has_name(COLUMNS));
            let (first, branch) = (names(first), names(branch));
            let mut others = first.split(' ').zip(branch.split(' '));
            let is_one_further = first.split(' ').count() == branch.split(' ').count()
                && first != branch
                && others.all(|(one, other)| one == other || is_next_number(one, other));
            first == branch && is_column || is_one_further
        }
    }

    fn is_division(&self, branch: usize) -> bool {
        self.page
            .element(branch)
            .is_some_and(|element| super::beside::is_division(&element.name))
    }

    fn sibling(&self, branch: usize, inside: Range<usize>) -> Sibling {
        let blocks = self.blocks.get(inside.clone()).unwrap_or_default();
        let (Some(first), Some(element)) = (blocks.first(), self.page.element(branch)) else {
            return self.plain(inside);
        };
        if lines::is_above_comments(&first.text) {
            return Sibling::End;
        }
        let is_box_of_links = self.prose(inside.clone()) == 0;
        if is_box_of_links && blocks.len() == 1 && is_short_sentence(first) {
            return Sibling::Sentence;
        }
        if lines::is_above_articles(&first.text) {
            return match (blocks.len() > 1, is_box_of_links) {
                (true, true) => Sibling::Between,
                (true, false) => Sibling::End,
                (false, _) => Sibling::Label,
            };
        }
        if is_box_of_links {
            return Sibling::Between;
        }
        if is_paragraph(&element.name) || !self.is_division(branch) {
            return self.plain(inside);
        }
        if element.has_name(OF_SITES) || self.is_list(branch, inside.clone()) {
            return Sibling::End;
        }
        if element.has_name(OF_AUTHORS) {
            return Sibling::Box;
        }
        self.plain(inside)
    }

    /// What blocks are by their words.
    fn plain(&self, inside: Range<usize>) -> Sibling {
        let blocks = self.blocks.get(inside).unwrap_or_default();
        let prose = || {
            blocks
                .iter()
                .take(MAX_BLOCKS)
                .filter(|block| block.is_prose())
        };
        if prose().any(|block| lines::is_imprint(&block.text)) {
            return Sibling::Imprint;
        }
        let is_text = |block: &PageBlock| lines::line(&block.text, block.linked > 0) == Line::Text;
        if prose().next().is_none() {
            match blocks {
                [block] if is_short_sentence(block) => Sibling::Sentence,
                _ => Sibling::Between,
            }
        } else if prose().any(is_text) {
            Sibling::Text
        } else {
            Sibling::Box
        }
    }

    /// Whether an element is an item of a list of articles or comments, or such a list.
    pub(super) fn is_list(&self, branch: usize, inside: Range<usize>) -> bool {
        let blocks = self.blocks.get(inside.clone()).unwrap_or_default();
        let letters: usize = blocks.iter().map(|block| block.letters).sum();
        let linked: usize = blocks.iter().map(|block| block.linked).sum();
        if linked * 2 > letters || self.is_item(inside.clone()) {
            return true;
        }
        // Elements around a single one are only frames.
        let mut frame = branch;
        let children = loop {
            let children = self.children(frame, inside.clone());
            match &children[..] {
                [(only, _)] if *only != frame => frame = *only,
                _ => break children,
            }
        };
        if children.len() < 2 {
            return false;
        }
        let items = children
            .iter()
            .filter(|(_, blocks)| self.is_item(blocks.clone()));
        if items.count() * 2 > children.len() {
            return true;
        }
        let is_short = |blocks: &Range<usize>| {
            blocks.len() == 1
                && self
                    .blocks
                    .get(blocks.start)
                    .is_some_and(|block| block.letters < SHORT_ITEM && block.element != frame)
        };
        children.len() >= MIN_SHORT_ITEMS
            && children.iter().all(|(child, blocks)| {
                self.page
                    .element(*child)
                    .is_some_and(|one| one.name == "div")
                    && is_short(blocks)
            })
    }

    /// The children of an element with blocks, and the places of these.
    fn children(&self, around: usize, inside: Range<usize>) -> Vec<(usize, Range<usize>)> {
        let mut children = Vec::new();
        let mut at = inside.start;
        while at < inside.end && children.len() < MAX_BLOCKS {
            let Some(branch) = self.branch(around, at) else {
                break;
            };
            let end = self.blocks_of(branch).end.min(inside.end).max(at + 1);
            children.push((branch, at..end));
            at = end;
        }
        children
    }

    /// Whether blocks are the title of an article, or a reader's name, with some text below it.
    fn is_item(&self, inside: Range<usize>) -> bool {
        let blocks = self.blocks.get(inside).unwrap_or_default();
        if blocks.len() < 2 || blocks.len() > MAX_ITEM_BLOCKS {
            return false;
        }
        let Some((first, rest)) = blocks.split_first() else {
            return false;
        };
        let has_prose = rest.iter().any(PageBlock::is_prose);
        if !has_prose || first.is_prose() {
            return false;
        }
        let is_linked = first.linked * 2 > first.letters;
        let is_dated = |block: &&PageBlock| {
            !block.is_prose() && block.letters <= MAX_DATE && date::find(&block.text).is_some()
        };
        let title = letters(&first.text);
        let repeats = |block: &PageBlock| {
            first.kind == Some(ParagraphKind::Heading)
                && title.len() >= MIN_TITLE
                && letters(&block.text).starts_with(&title)
        };
        is_linked || blocks.iter().any(|block| is_dated(&block)) || rest.iter().any(repeats)
    }
}
