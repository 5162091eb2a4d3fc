//! Which of a page's texts is beside the headline, and whether another is the article rather.

use std::cell::LazyCell;
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
/// Maximum paragraphs of a lead, and levels around the headline at which its text is looked for.
const MAX_LEAD_BLOCKS: usize = 2;
const MAX_HEAD_LEVELS: usize = 6;

/// What stands beside the headline.
pub(super) struct Near {
    /// The blocks of the article and what is before them.
    pub blocks: Range<usize>,
    /// Its texts, if it has several.
    pub texts: Vec<Range<usize>>,
    /// Where what comes after the article begins.
    pub end: usize,
}

impl Finder<'_> {
    /// The article's texts where the headline stands beside them: other texts of the page count only where
    /// they are clearly the greater.
    pub(super) fn near(&self, scope: usize, whole: Range<usize>) -> Near {
        let all = |blocks: Range<usize>| Near {
            end: blocks.end,
            blocks,
            texts: Vec::new(),
        };
        let Some(headline) = self.headline else {
            return all(whole);
        };
        let after = self.after_headline();
        let inside = self.page.range(scope);
        let around = self
            .page
            .ancestors(headline)
            .take_while(|at| inside.contains(at));
        // What is in the element below was judged there.
        let mut judged = after;
        let levels = around.filter_map(|at| {
            let blocks = self.blocks_of(at);
            let from = std::mem::replace(&mut judged, blocks.end.max(after));
            let blocks = blocks.start.max(from)..blocks.end.min(whole.end).max(from);
            (self.prose(blocks.clone()) > 0).then_some((at, blocks))
        });
        let mut texts: Vec<Range<usize>> = Vec::new();
        let mut group: Option<Range<usize>> = None;
        let mut after_text = whole.end;
        for (around, blocks) in levels.take(MAX_HEAD_LEVELS) {
            // A lead in the element of the headline has its text outside of that.
            let needs_name = !texts.is_empty() && !self.is_head(&texts);
            let siblings = self.siblings(around, blocks.clone(), needs_name.then_some(TEXT_NAMES));
            let before = texts.len();
            texts.extend(siblings.texts);
            if texts.len() > before {
                after_text = siblings.end;
            }
            let first = group.get_or_insert_with(|| self.first_group(around, blocks.clone()));
            if let Some(last) = texts.last() {
                first.end = if texts.len() > 1 {
                    last.end
                } else {
                    first.end.max(last.end)
                };
            }
            if !self.is_head(&texts) && (before > 0 || !self.can_be_lead(&texts)) {
                break;
            }
        }
        let Some(group) = group else {
            return all(whole);
        };
        let mut group = group;
        // Statements, data and names below the last text.
        let is_below = |at: usize| {
            self.blocks.get(at).is_some_and(|block| block.is_note)
                || self.is_apart_from_prose(at..at + 1)
        };
        while group.end < after_text
            && (texts.len() > 1 && is_below(group.end) || self.is_of_gallery(group.end))
        {
            group.end += 1;
        }
        let before_lists = self.before_lists(&group, whole.clone());
        match self.rival(&group, &texts, before_lists) {
            Some(rival) => {
                let end = self.blocks_of(rival).end.min(whole.end).max(group.end);
                all(whole.start..end)
            }
            None => Near {
                blocks: whole.start..group.end,
                texts,
                end: after_text.max(group.end),
            },
        }
    }

    /// Whether all of some texts stands in elements for headlines or leads.
    pub(super) fn is_head(&self, texts: &[Range<usize>]) -> bool {
        let blocks = texts
            .iter()
            .flat_map(|text| self.blocks.get(text.clone()).unwrap_or_default());
        let mut prose = blocks.filter(|block| block.is_prose()).peekable();
        prose.peek().is_some()
            && prose
                .take(MAX_LEAD_BLOCKS + 1)
                .enumerate()
                .all(|(place, block)| {
                    place < MAX_LEAD_BLOCKS
                        && self.has_names_around(block.nodes.start, &[HEAD_NAMES, LEAD_NAMES])
                })
    }

    /// Whether texts are short enough for a lead, and in no element for texts.
    fn can_be_lead(&self, texts: &[Range<usize>]) -> bool {
        let blocks = texts
            .iter()
            .flat_map(|text| self.blocks.get(text.clone()).unwrap_or_default());
        let mut prose = blocks
            .filter(|block| block.is_prose())
            .take(MAX_LEAD_BLOCKS + 1)
            .enumerate();
        prose.all(|(place, block)| {
            place < MAX_LEAD_BLOCKS && !self.has_names_around(block.nodes.start, &[TEXT_NAMES])
        })
    }

    /// Whether one of the nearest elements around a node has one of these names, or is a header.
    fn has_names_around(&self, node: usize, names: &[&[&str]]) -> bool {
        let around = self
            .page
            .ancestors(node)
            .take(3)
            .filter_map(|at| self.page.element(at));
        let mut around = around.filter(|element| !matches!(element.name.as_str(), "body" | "html"));
        around.any(|element| {
            names.contains(&HEAD_NAMES) && element.name == "header"
                || names.iter().any(|names| element.has_name(names))
        })
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
    pub(super) fn branch(&self, around: usize, block: usize) -> Option<usize> {
        let node = self.blocks.get(block)?.nodes.start;
        let mut branches = [node].into_iter().chain(self.page.ancestors(node));
        branches.find(|&at| self.page.parent(at) == around)
    }

    /// The first blocks with running text among those in `around`: a child with several, or children that are
    /// paragraphs.
    fn first_group(&self, around: usize, blocks: Range<usize>) -> Range<usize> {
        let mut group: Option<Range<usize>> = None;
        let mut shape: Option<usize> = None;
        let last_text = LazyCell::new(|| self.last_text(blocks.clone()));
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
            let is_imprint = || {
                let blocks = self.blocks.get(inside.clone()).unwrap_or_default();
                let mut prose = blocks.iter().filter(|block| block.is_prose());
                prose.any(|block| lines::is_imprint(&block.text))
            };
            if group.is_some()
                && is_imprint()
                && (*last_text).is_none_or(|last| last < inside.end)
                && (!is_plain || self.are_imprints(inside.start..blocks.end))
            {
                break;
            }
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

    /// Whether blocks that no text comes after are imprints: a text can end in a sentence that says of a firm what
    /// papers say of themselves.
    pub(super) fn are_imprints(&self, blocks: Range<usize>) -> bool {
        let blocks = self.blocks.get(blocks).unwrap_or_default().iter();
        let prose = blocks.filter(|block| block.is_prose());
        let mut imprints = prose.filter(|block| lines::is_imprint(&block.text));
        let first = imprints.next();
        first.is_some_and(|first| lines::is_surely_imprint(&first.text))
            || imprints.next().is_some()
    }

    /// The last of some blocks that is running text and of no imprint.
    pub(super) fn last_text(&self, mut blocks: Range<usize>) -> Option<usize> {
        blocks.rfind(|&at| {
            self.blocks.get(at).is_some_and(|block| {
                block.is_prose()
                    && !lines::is_imprint(&block.text)
                    && lines::line(&block.text, block.linked > 0) == lines::Line::Text
            })
        })
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
    fn rival(
        &self,
        near: &Range<usize>,
        texts: &[Range<usize>],
        whole: Range<usize>,
    ) -> Option<usize> {
        let beside = self.prose(near.clone());
        let first = self
            .blocks
            .get(near.start..near.end)?
            .iter()
            .find(|block| block.is_prose())?;
        let is_head = self.is_head(texts);
        let is_text = self.has_names_around(first.nodes.start, &[TEXT_NAMES]);
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
            let is_items =
                element.has_name(ITEM_NAMES) || self.is_list(frame, self.blocks_of(frame));
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
pub(super) fn is_division(name: &str) -> bool {
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
