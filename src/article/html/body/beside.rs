//! Which of a page's texts is beside the headline, and whether another is the article rather.

use std::collections::HashMap;
use std::ops::Range;

use super::PageBlock;
use super::value::ITEM_NAMES;
use super::{Finder, LEAD_NAMES, is_paragraph};
use crate::article::ParagraphKind;
use crate::article::byline;
use crate::article::html::lines;
use crate::article::html::page::Page;
use crate::article::html::roles;

/// Words of classes of what holds a headline and a lead, and of what holds a text.
const HEAD_NAMES: &[&str] = &[
    "header",
    "head",
    "heading",
    "title",
    "top",
    "hero",
    "cover",
    "entry header",
    "post header",
];
const TEXT_NAMES: &[&str] = &[
    "text",
    "body",
    "content",
    "entry",
    "article",
    "story",
    "detail",
    "matin",
    "maqala",
    "main text",
];
/// Blocks and letters of a text that is the article though another is beside the headline.
const MIN_RIVAL_BLOCKS: usize = 2;
const MIN_RIVAL: usize = 120;
/// Maximum blocks without sentences between a text and what is folded of it, and elements around the text
/// alone.
const MAX_GAP: usize = 3;
/// Words of classes of folded texts about the site itself.
const OF_SITES: &[&str] = &[
    "about",
    "agreement",
    "auth",
    "contact",
    "contacts",
    "faq",
    "help",
    "legal",
    "policy",
    "privacy",
    "registration",
    "rules",
    "terms",
];
/// Maximum letters of a block of names.
const MAX_NAMES: usize = 400;
const MAX_FRAMES: usize = 4;

impl Finder<'_> {
    /// The blocks of the article and what is before them, where the headline stands beside its text: other
    /// texts of the page count only where they are clearly the greater.
    pub(super) fn near(&self, scope: usize, whole: Range<usize>) -> Range<usize> {
        let Some(headline) = self.headline else {
            return whole;
        };
        let after = self.after_headline();
        let inside = self.page.range(scope);
        let around = self
            .page
            .ancestors(headline)
            .take_while(|at| inside.contains(at));
        let mut texts = around.filter_map(|at| {
            let blocks = self.blocks_of(at);
            let blocks = blocks.start.max(after)..blocks.end.min(whole.end).max(after);
            (self.prose(blocks.clone()) > 0).then_some((at, blocks))
        });
        let Some((around, blocks)) = texts.next() else {
            return whole;
        };
        let near = self.first_group(around, blocks);
        let end = match self.rival(&near, self.before_lists(&near, whole.clone())) {
            Some(rival) => self.blocks_of(rival).end.min(whole.end).max(near.end),
            None => near.end,
        };
        whole.start..end
    }

    /// The blocks up to the first heading of a list of other articles after the text.
    fn before_lists(&self, near: &Range<usize>, whole: Range<usize>) -> Range<usize> {
        let is_heading = |at: &usize| {
            let block = self.blocks.get(*at);
            block.is_some_and(|block| lines::is_above_articles(&block.text))
        };
        let end = (near.end..whole.end).find(is_heading).unwrap_or(whole.end);
        whole.start..end
    }

    /// The child of `around` that a block is in.
    fn branch(&self, around: usize, block: usize) -> Option<usize> {
        let node = self.blocks.get(block)?.nodes.start;
        let mut branches = [node].into_iter().chain(self.page.ancestors(node));
        branches.find(|&at| self.page.parent(at) == around)
    }

    /// The first blocks with running text among those in `around`: a child with several, or children that are
    /// paragraphs.
    fn first_group(&self, around: usize, blocks: Range<usize>) -> Range<usize> {
        let mut group: Option<Range<usize>> = None;
        let mut shape: Option<usize> = None;
        let mut at = blocks.start;
        while at < blocks.end {
            let Some(branch) = self.branch(around, at) else {
                break;
            };
            let inside = self.blocks_of(branch);
            let inside = at..inside.end.min(blocks.end).max(at + 1);
            let is_plain = self
                .page
                .element(branch)
                .is_none_or(|one| is_paragraph(&one.name) || !is_division(&one.name));
            match (&mut group, shape) {
                (None, _) => {
                    if self.prose(inside.clone()) > 0 {
                        shape = Some(branch);
                        group = Some(blocks.start..inside.end);
                    }
                }
                // Text that is directly in the element, or paragraphs: all of them.
                (Some(group), Some(first)) => {
                    let first_plain = self
                        .page
                        .element(first)
                        .is_none_or(|one| is_paragraph(&one.name) || !is_division(&one.name));
                    let same = match (self.page.element(first), self.page.element(branch)) {
                        (Some(one), Some(other)) => roles::are_alike(one, other),
                        _ => false,
                    };
                    let continues = if first_plain {
                        is_plain || self.is_apart_from_prose(inside.clone())
                    } else {
                        same && (inside.len() == 1 || !is_unnamed(self.page, branch))
                    };
                    let gap = group.end..at;
                    if continues || self.is_short_gap(gap) && self.is_folded_text(branch) {
                        group.end = inside.end;
                    }
                }
                (Some(_), None) => break,
            }
            at = inside.end;
        }
        group.unwrap_or(blocks)
    }

    /// Whether blocks are rows of data, captions and names of persons, which an article has outside of its
    /// paragraphs.
    fn is_apart_from_prose(&self, blocks: Range<usize>) -> bool {
        let mut blocks = self.blocks.get(blocks).unwrap_or_default().iter();
        blocks.all(|block| {
            let element = self.page.element(block.element);
            let is_row = element.is_some_and(|element| element.name == "tr");
            let mut names = block.text.split(',');
            block.kind == Some(ParagraphKind::Caption)
                || is_row && block.linked * 2 <= block.letters
                || block.letters <= MAX_NAMES && names.all(|name| byline::persons(name).is_some())
        })
    }

    /// Whether blocks are so few that what is after them can continue what is before them: a label that
    /// unfolds the rest.
    fn is_short_gap(&self, blocks: Range<usize>) -> bool {
        blocks.len() <= MAX_GAP && self.prose(blocks) == 0
    }

    /// Whether an element is text that is folded: sentences outside of links, without lists of other
    /// articles and comments.
    fn is_folded_text(&self, branch: usize) -> bool {
        let inside = self.page.range(branch);
        let is_in_fold = |block: &PageBlock| {
            let around = self.page.ancestors(block.nodes.start);
            let mut around = around.take_while(|at| inside.contains(at));
            around.any(|at| self.page.element(at).is_some_and(roles::is_folded))
        };
        let range = self.blocks_of(branch);
        let blocks = self.blocks.get(range.clone()).unwrap_or_default();
        let letters: usize = blocks.iter().map(|block| block.letters).sum();
        let is_other = |block: &PageBlock| {
            lines::is_above_articles(&block.text)
                || lines::is_above_comments(&block.text)
                || lines::is_imprint(&block.text)
        };
        let is_item = self
            .page
            .element(branch)
            .is_some_and(|element| element.has_name(ITEM_NAMES) || element.has_name(OF_SITES));
        let prose = self.prose(range);
        prose > 0
            && prose * 2 >= letters
            && !is_item
            && !blocks.iter().any(is_other)
            && blocks
                .iter()
                .filter(|block| block.is_prose())
                .all(is_in_fold)
    }

    /// The blocks of a text with those of the folded elements beside it that it continues in, or that it
    /// continues.
    pub(super) fn with_folded(
        &self,
        element: usize,
        inside: Range<usize>,
        all: Range<usize>,
    ) -> Range<usize> {
        // What frames the text alone is no other than it.
        let mut element = element;
        for _ in 0..MAX_FRAMES {
            let parent = self.page.parent(element);
            let range = self.blocks_of(parent);
            if range.start.max(all.start) < inside.start || range.end.min(all.end) > inside.end {
                break;
            }
            element = parent;
        }
        let parent = self.page.parent(element);
        let Range { mut start, mut end } = inside;
        let mut first = element;
        while self.is_folded_text(first)
            && let Some(before) = (all.start..start)
                .rev()
                .take(MAX_GAP + 1)
                .find(|&at| self.blocks.get(at).is_some_and(PageBlock::is_prose))
            && let Some(branch) = self.branch(parent, before)
        {
            start = self.blocks_of(branch).start.max(all.start);
            first = branch;
        }
        while let Some(after) = (end..all.end)
            .take(MAX_GAP + 1)
            .find(|&at| self.blocks.get(at).is_some_and(PageBlock::is_prose))
            && let Some(branch) = self.branch(parent, after)
            && self.is_folded_text(branch)
        {
            end = self.blocks_of(branch).end.min(all.end).max(after + 1);
        }
        start..end
    }

    /// An element after the text beside the headline that is the article rather: that text is then its lead.
    pub(super) fn rival(&self, near: &Range<usize>, whole: Range<usize>) -> Option<usize> {
        let beside = self.prose(near.clone());
        let first = self
            .blocks
            .get(near.start..near.end)?
            .iter()
            .find(|block| block.is_prose())?;
        let names_of = |node: usize, names: &[&str]| {
            let around = self
                .page
                .ancestors(node)
                .take(3)
                .filter_map(|at| self.page.element(at));
            let mut around =
                around.filter(|element| !matches!(element.name.as_str(), "body" | "html"));
            around.any(|element| element.has_name(names))
        };
        let is_head =
            names_of(first.nodes.start, HEAD_NAMES) || names_of(first.nodes.start, LEAD_NAMES);
        let is_text = names_of(first.nodes.start, TEXT_NAMES);
        let mut found: HashMap<usize, (usize, usize)> = HashMap::new();
        let mut order: Vec<usize> = Vec::new();
        for block in self.blocks.get(near.end..whole.end).unwrap_or_default() {
            if !block.is_prose() || self.value(block) == 0.0 {
                continue;
            }
            let mut around = self.page.ancestors(block.nodes.start);
            let Some(frame) = around.find(|&at| self.has_several(at)) else {
                continue;
            };
            let (count, letters) = found.entry(frame).or_insert_with(|| {
                order.push(frame);
                (0, 0)
            });
            *count += 1;
            *letters += self.value(block) as usize;
        }
        let is_rival = |&(frame, count, letters): &(usize, usize, usize)| {
            let Some(element) = self.page.element(frame) else {
                return false;
            };
            let is_items = element.has_name(ITEM_NAMES);
            let is_long =
                count >= MIN_RIVAL_BLOCKS && letters >= MIN_RIVAL && letters * 2 >= beside * 3;
            let is_named = element.has_name(TEXT_NAMES) && !is_text;
            !is_items
                && (is_long || is_head && letters * 2 > beside || is_named && letters > beside)
        };
        let all = order.into_iter().filter_map(|frame| {
            let (count, letters) = found.get(&frame).copied()?;
            Some((frame, count, letters))
        });
        let best = all
            .filter(is_rival)
            .max_by_key(|&(frame, _, letters)| (letters, std::cmp::Reverse(frame)))?;
        Some(best.0)
    }
}

/// Whether elements of a name part a page.
fn is_division(name: &str) -> bool {
    matches!(
        name,
        "div"
            | "section"
            | "article"
            | "main"
            | "aside"
            | "td"
            | "table"
            | "tr"
            | "tbody"
            | "center"
            | "form"
            | "footer"
            | "header"
    )
}

fn is_unnamed(page: &Page, at: usize) -> bool {
    page.element(at)
        .is_none_or(|element| element.names.is_empty())
}
