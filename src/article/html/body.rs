//! Which blocks of a page are its article.
//!
//! The article is what the page declares: `articleBody` of microdata or of JSON-LD. Else it is the
//! element whose blocks are most of the running text after the headline, inside of the article or main
//! element that the headline stands in. What is between the headline and that element belongs to it if it
//! reads as a lead, a caption or a statement about the article.

mod beside;
mod declared;
mod siblings;
mod value;

use std::ops::Range;

use self::beside::Near;
use super::blocks::{self, PageBlock};
use super::lines;
use super::page::Page;
use super::roles;
use crate::article::{ParagraphKind, metadata};

/// Words of classes of a lead.
#[rustfmt::skip]
const LEAD_NAMES: &[&str] = &[
    "lead", "lide", "lid", "desc", "description", "subtitle", "sub title", "subheader", "standfirst", "anons", "anonce", "announce", "intro", "excerpt",
    "summary", "preview text", "deck", "dek", "slogan", "kirispe", "short text", "shortstory", "short story", "preamble", "perex", "descr",
];

/// The article's part of a page.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// Places of the article's blocks, in order.
    pub blocks: Vec<usize>,
    /// The blocks among which statements about the article are looked for: from its beginning, headline
    /// included, to its end.
    pub around: Range<usize>,
}

impl Body {
    /// The places of the running text among its blocks.
    pub(super) fn prose<'b>(&'b self, blocks: &'b [PageBlock]) -> impl Iterator<Item = usize> + 'b {
        let is_prose = |at: &usize| blocks.get(*at).is_some_and(PageBlock::is_prose);
        self.blocks.iter().copied().filter(is_prose)
    }
}

/// Finds the article among the blocks of a page.
pub(super) fn find(
    page: &Page,
    blocks: &[PageBlock],
    headline: Option<usize>,
    declared: Option<&str>,
) -> Body {
    let finder = Finder::new(page, blocks, headline);
    if let Some(declared) = declared
        && let Some(body) = finder.by_text(declared)
    {
        return body;
    }
    let (scope, is_sure) = finder.scope();
    let whole = finder.before_comments(finder.blocks_of(scope));
    let near = if is_sure {
        Near {
            blocks: whole.clone(),
            texts: Vec::new(),
            end: whole.end,
        }
    } else {
        finder.near(scope, whole.clone())
    };
    let declared = finder.declared_element(scope);
    if declared.is_none() && near.texts.len() > 1 {
        return finder.several(whole, &near);
    }
    let element = declared.or_else(|| finder.best_element(scope, near.blocks.clone()));
    let Some(element) = element else {
        return finder.all(whole);
    };
    finder.around(whole, near, is_sure, element)
}

/// Whether the class of a block's element is that of a lead.
pub(super) fn is_named_lead(page: &Page, block: &PageBlock) -> bool {
    let element = page.element(block.element);
    element.is_some_and(|element| element.has_name(LEAD_NAMES))
}

/// Whether what was found is a list of other articles.
pub(super) fn is_list(page: &Page, blocks: &[PageBlock], body: &Body) -> bool {
    let prose = || body.prose(blocks);
    let (Some(first), Some(last)) = (prose().next(), prose().last()) else {
        return false;
    };
    let finder = Finder::new(page, blocks, None);
    let node_of = |at: usize| blocks.get(at).map_or(0, |block| block.nodes.start);
    let (first, last) = (node_of(first), node_of(last));
    let mut around = page.ancestors(first);
    let frame = around
        .find(|&at| page.range(at).contains(&last) && finder.has_several(at))
        .unwrap_or(0);
    finder.is_list(frame, finder.blocks_of(frame))
}

struct Finder<'p> {
    page: &'p Page,
    blocks: &'p [PageBlock],
    headline: Option<usize>,
    /// For each block the letters of running text before it, and at the end all.
    prose: Vec<usize>,
}

impl<'p> Finder<'p> {
    fn new(page: &'p Page, blocks: &'p [PageBlock], headline: Option<usize>) -> Self {
        let mut prose = vec![0];
        for block in blocks {
            let before = prose.last().copied().unwrap_or_default();
            prose.push(before + if block.is_prose() { block.letters } else { 0 });
        }
        Self {
            page,
            blocks,
            headline,
            prose,
        }
    }

    /// The places of the blocks inside of an element.
    fn blocks_of(&self, element: usize) -> Range<usize> {
        let nodes = self.page.range(element);
        let start = self
            .blocks
            .partition_point(|block| block.nodes.start < nodes.start);
        let end = self
            .blocks
            .partition_point(|block| block.nodes.start < nodes.end);
        start..end
    }

    /// Where blocks after the headline begin, with those in the headline itself left out.
    fn after_headline(&self) -> usize {
        self.headline.map_or(0, |at| self.blocks_of(at).end)
    }

    fn prose(&self, blocks: Range<usize>) -> usize {
        let before = |at: usize| self.prose.get(at).copied().unwrap_or_default();
        before(blocks.end).saturating_sub(before(blocks.start))
    }

    /// The element that the article is inside of, and whether the page says so itself: the article that the
    /// headline is in, or the first with text after it; the main element; all.
    fn scope(&self) -> (usize, bool) {
        let after = self.after_headline();
        let has_text = |at: &usize| {
            let blocks = self.blocks_of(*at);
            self.prose(blocks.start.max(after)..blocks.end.max(after)) > 0
        };
        if let Some(headline) = self.headline {
            let around: Vec<usize> = self.page.ancestors(headline).collect();
            let of = |is: fn(&super::page::Element) -> bool| {
                let mut around = around.iter().copied();
                around.find(|&at| self.page.element(at).is_some_and(is) && has_text(&at))
            };
            // An article that holds its headline and a lead only has its text beside it.
            let is_head = |at: usize| {
                let blocks = self.blocks_of(at);
                let text = blocks.start.max(after)..blocks.end.max(after);
                self.is_head(&[text])
            };
            if let Some(article) = of(roles::is_article)
                && !is_head(article)
            {
                return (article, true);
            }
            if let Some(main) = of(roles::is_main) {
                return (main, false);
            }
            return (0, false);
        }
        let mains = self
            .page
            .elements()
            .filter(|(_, element)| roles::is_main(element));
        let mains: Vec<usize> = mains.map(|(at, _)| at).filter(has_text).take(2).collect();
        match mains[..] {
            [main] => (main, true),
            _ => (0, false),
        }
    }

    /// Blocks up to where readers' comments begin.
    fn before_comments(&self, blocks: Range<usize>) -> Range<usize> {
        let first = self.after_headline().max(blocks.start);
        let mut labels = (first..blocks.end).filter(|&at| self.prose(first..at) > 0);
        let is_label = |at: &usize| {
            self.blocks
                .get(*at)
                .is_some_and(|block| lines::is_above_comments(&block.text))
        };
        let end = labels.find(is_label).unwrap_or(blocks.end);
        blocks.start..end
    }

    /// The article whose texts are siblings: what is between them belongs to it, but for links.
    fn several(&self, whole: Range<usize>, near: &Near) -> Body {
        let after = self.after_headline();
        let (first, last) = match &near.texts[..] {
            [first, .., last] => (first.clone(), last.clone()),
            _ => return self.all(whole),
        };
        let mut blocks: Vec<usize> = Vec::new();
        let early = after.max(whole.start).min(first.start)..first.start;
        blocks.extend(early.filter(|&at| self.is_lead(at)));
        let mut before = first.start;
        for text in &near.texts {
            let between = before..text.start;
            blocks.extend(between.filter(|&at| {
                let block = self.blocks.get(at);
                block.is_some_and(|block| block.linked * 2 <= block.letters && !block.is_prose())
            }));
            blocks.extend(self.text_of(text.clone()));
            before = text.end;
        }
        blocks.extend(last.end..near.blocks.end.max(last.end));
        let headline = self
            .headline
            .map_or(first.start, |at| self.blocks_of(at).start);
        Body {
            blocks,
            around: headline.min(first.start).saturating_sub(8)
                ..(near.end.min(last.end + 8))
                    .max(last.end)
                    .min(self.blocks.len()),
        }
    }

    /// The blocks of a text without links above and below it; where others than running text are most, those of
    /// its best element.
    fn text_of(&self, text: Range<usize>) -> Range<usize> {
        let blocks = self.blocks.get(text.clone()).unwrap_or_default();
        let is_own = |block: &PageBlock| block.linked < block.letters;
        let Some((first, last)) = blocks
            .iter()
            .position(is_own)
            .zip(blocks.iter().rposition(is_own))
        else {
            return text;
        };
        let text = text.start + first..text.start + last + 1;
        let blocks = blocks.get(first..=last).unwrap_or_default();
        let letters: usize = blocks.iter().map(|block| block.letters).sum();
        let node_of = |block: Option<&PageBlock>| block.map_or(0, |block| block.nodes.start);
        let (first, last) = (node_of(blocks.first()), node_of(blocks.last()));
        let mut around = self.page.ancestors(first);
        let scope = around
            .find(|&at| self.page.range(at).contains(&last))
            .unwrap_or(0);
        if self.prose(text.clone()) * 2 >= letters {
            return text;
        }
        let Some(element) = self.best_element(scope, text.clone()) else {
            return text;
        };
        let best = self.blocks_of(element);
        best.start.max(text.start)..best.end.min(text.end).max(text.start)
    }

    /// The article whose text is in `element`.
    fn around(&self, whole: Range<usize>, near: Near, is_sure: bool, element: usize) -> Body {
        let after_text = near.end;
        let near = near.blocks;
        let inside = self.blocks_of(element);
        let inside = inside.start..inside.end.min(near.end).max(inside.start);
        let after = self.after_headline();
        let all = after.max(whole.start).min(inside.start)..whole.end.max(inside.end);
        let inside = self.with_folded(element, inside, all);
        let start = if after <= inside.end {
            after.max(whole.start)
        } else {
            inside.start
        };
        let first = self.headline.map_or(inside.start, |at| {
            self.blocks_of(at).start.min(inside.start)
        });
        let mut blocks: Vec<usize> = Vec::new();
        // The picture above the headline.
        if is_sure {
            let above = whole.start..first.max(whole.start);
            let is_caption = |at: &usize| {
                self.blocks
                    .get(*at)
                    .is_some_and(|block| block.kind == Some(ParagraphKind::Caption))
            };
            blocks.extend(above.filter(is_caption));
        }
        // Before the text: what reads as its beginning.
        let early = start.min(inside.start)..inside.start;
        blocks.extend(early.filter(|&at| self.is_lead(at)));
        blocks.extend(inside.start.max(start)..inside.end);
        // After it: more text of the same kind.
        let late = inside.end..near.end.max(inside.end);
        let shape = self.page.element(element);
        let last = late
            .clone()
            .rev()
            .find(|&at| self.continues(at, element, shape, is_sure));
        for at in late.start..last.map_or(late.start, |last| last + 1) {
            let is_between = || is_sure && self.is_between(at);
            if self.continues(at, element, shape, is_sure) || is_between() {
                blocks.push(at);
            }
        }
        let end = if is_sure {
            whole.end.max(inside.end)
        } else {
            (inside.end + 8)
                .min(after_text.max(inside.end))
                .min(self.blocks.len())
        };
        let from = if is_sure {
            whole.start.min(first)
        } else {
            first.saturating_sub(8)
        };
        Body {
            blocks,
            around: from..end,
        }
    }

    /// Whether a block between the headline and the text belongs to the article.
    fn is_lead(&self, at: usize) -> bool {
        let Some(block) = self.blocks.get(at) else {
            return false;
        };
        if block.linked * 2 > block.letters {
            return false;
        }
        let named = self
            .page
            .ancestors(block.nodes.start)
            .take(4)
            .filter_map(|at| self.page.element(at));
        let mut named = named.map(|element| element.has_name(LEAD_NAMES));
        block.kind == Some(ParagraphKind::Caption)
            || metadata::is_photo_credit(&block.text)
            || block.has_sentences() && block.letters >= 20
            || lines::is_credit(&block.text)
            || block.letters >= 12 && named.any(|is| is)
    }

    /// Whether a block after the text belongs to it: a paragraph of the same article, or of an element like
    /// the text's.
    fn continues(
        &self,
        at: usize,
        element: usize,
        shape: Option<&super::page::Element>,
        is_sure: bool,
    ) -> bool {
        let Some(block) = self.blocks.get(at) else {
            return false;
        };
        if block.kind == Some(ParagraphKind::Caption) {
            return is_sure || self.is_of_gallery(at);
        }
        if !block.is_prose() {
            return false;
        }
        if is_sure && block.letters >= 40 {
            return true;
        }
        let parent = self.page.parent(element);
        let like = |at: usize| {
            self.page.parent(at) == parent
                && at != element
                && match (self.page.element(at), shape) {
                    (Some(one), Some(other)) => {
                        !one.names.is_empty() && roles::are_alike(one, other)
                    }
                    _ => false,
                }
        };
        let mut around = self.page.ancestors(block.nodes.start).take(6);
        let beside = self.page.parent(block.element) == parent
            && self
                .page
                .element(block.element)
                .is_some_and(|one| is_paragraph(&one.name));
        beside || around.any(like)
    }

    /// Whether a block is a caption in a gallery.
    fn is_of_gallery(&self, at: usize) -> bool {
        self.blocks.get(at).is_some_and(|block| {
            block.kind == Some(ParagraphKind::Caption)
                && blocks::gallery_around(self.page, block.nodes.start).is_some()
        })
    }

    /// Whether a block between texts of an article is a heading, an item or a short sentence of it.
    fn is_between(&self, at: usize) -> bool {
        self.blocks.get(at).is_some_and(|block| {
            let is_kind = matches!(
                block.kind,
                Some(ParagraphKind::Heading | ParagraphKind::List)
            );
            !block.is_note && block.linked == 0 && (is_kind || block.is_prose())
        })
    }

    /// All blocks, where there is no running text.
    fn all(&self, all: Range<usize>) -> Body {
        let start = self.after_headline().max(all.start).min(all.end);
        let start = if start == all.end { all.start } else { start };
        Body {
            blocks: (start..all.end).collect(),
            around: all,
        }
    }
}

/// Whether elements of a name are blocks of text, and not what holds several.
fn is_paragraph(name: &str) -> bool {
    matches!(
        name,
        "p" | "li"
            | "dd"
            | "dt"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "pre"
            | "tr"
            | "figcaption"
            | "caption"
    )
}
