//! Which blocks of a page are its article.
//!
//! The article is what the page declares: `articleBody` of microdata or of JSON-LD. Else it is the
//! element whose blocks are most of the running text after the headline, inside of the article or main
//! element that the headline stands in. What is between the headline and that element belongs to it if it
//! reads as a lead, a caption or a statement about the article.

mod beside;
mod declared;
mod value;

use std::ops::Range;

use super::blocks::PageBlock;
use super::lines;
use super::page::Page;
use super::roles;
use crate::article::{ParagraphKind, metadata};

/// Words of classes of a lead.
#[rustfmt::skip]
const LEAD_NAMES: &[&str] = &[
    "lead", "lide", "lid", "desc", "description", "subtitle", "sub title", "subheader", "standfirst", "anons", "anonce", "announce", "intro", "excerpt",
    "summary", "preview text", "deck", "dek", "slogan", "kirispe", "short text", "shortstory", "preamble", "perex",
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

/// Finds the article among the blocks of a page.
pub(super) fn find(
    page: &Page,
    blocks: &[PageBlock],
    headline: Option<usize>,
    declared: Option<&str>,
) -> Body {
    let mut prose = vec![0];
    for block in blocks {
        let before = prose.last().copied().unwrap_or_default();
        prose.push(before + if block.is_prose() { block.letters } else { 0 });
    }
    let finder = Finder {
        page,
        blocks,
        headline,
        prose,
    };
    if let Some(declared) = declared
        && let Some(body) = finder.by_text(declared)
    {
        return body;
    }
    let (scope, is_sure) = finder.scope();
    let whole = finder.before_comments(finder.blocks_of(scope));
    let near = if is_sure {
        whole.clone()
    } else {
        finder.near(scope, whole.clone())
    };
    let element = finder
        .declared_element(scope)
        .or_else(|| finder.best_element(scope, near.clone()));
    let Some(element) = element else {
        return finder.all(whole);
    };
    finder.around(whole, near, is_sure, element)
}

struct Finder<'p> {
    page: &'p Page,
    blocks: &'p [PageBlock],
    headline: Option<usize>,
    /// For each block the letters of running text before it, and at the end all.
    prose: Vec<usize>,
}

impl Finder<'_> {
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
            if let Some(article) = of(roles::is_article) {
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

    /// The article whose text is in `element`.
    fn around(
        &self,
        whole: Range<usize>,
        near: Range<usize>,
        is_sure: bool,
        element: usize,
    ) -> Body {
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
        for at in late {
            if self.continues(at, element, shape, is_sure) {
                blocks.push(at);
            }
        }
        let end = if is_sure {
            whole.end.max(inside.end)
        } else {
            (inside.end + 8).min(self.blocks.len())
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
            return is_sure;
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
