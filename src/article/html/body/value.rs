//! How much the blocks of an element speak for its being the article's text.

use std::collections::HashMap;
use std::ops::Range;

use super::{Finder, is_paragraph};
use crate::article::html::blocks::PageBlock;
use crate::article::html::lines::{self, Line};
use crate::article::html::roles;

/// Letters of a block that count at most.
const MAX_BLOCK_VALUE: usize = 1_000;
/// Elements around a block that it speaks for, the nearest first, and how much.
const SHARES: [f64; 4] = [1.0, 0.6, 0.3, 0.15];
/// Letters of a block from which on it counts in full, and the share of shorter ones: titles of other
/// articles are short.
const SHORT_BLOCK: usize = 60;
const SHORT_SHARE: f64 = 0.4;
/// Words of classes of items of lists of articles, and the share of their blocks.
pub(super) const ITEM_NAMES: &[&str] = &[
    "item",
    "items",
    "card",
    "cards",
    "news list",
    "list item",
    "post list",
    "feed",
];
const ITEM_SHARE: f64 = 0.3;

impl Finder<'_> {
    /// The element whose blocks, after the headline, are best.
    pub(super) fn best_element(&self, scope: usize, near: Range<usize>) -> Option<usize> {
        let inside = self.page.range(scope);
        let mut scores: HashMap<usize, f64> = HashMap::new();
        let mut order: Vec<usize> = Vec::new();
        let after = self.after_headline();
        let range = near;
        for block in self
            .blocks
            .get(range.start.max(after)..range.end)
            .unwrap_or_default()
        {
            if !block.is_prose() {
                continue;
            }
            let value = self.value(block);
            let element = block.element;
            let own = self
                .page
                .element(element)
                .is_some_and(|element| !is_paragraph(&element.name));
            let first = own.then_some(element);
            let around = first.into_iter().chain(self.page.ancestors(element));
            let around = around
                .take_while(|at| inside.contains(at))
                .filter(|at| self.has_several(*at) || *at == scope);
            for (at, share) in around.zip(SHARES) {
                let score = scores.entry(at).or_insert_with(|| {
                    order.push(at);
                    0.0
                });
                *score += value * share;
            }
        }
        let mut best: Option<(usize, f64)> = None;
        for at in order {
            let weight = self.page.element(at).map_or(1.0, roles::body_weight);
            let score = scores.get(&at).copied().unwrap_or_default();
            let score = score * weight * self.plainness(at) * self.nearness(at);
            if best.is_none_or(|(_, before)| score > before) {
                best = Some((at, score));
            }
        }
        best.map(|(at, _)| at)
    }

    /// How much a block speaks for its being of the article's text.
    pub(super) fn value(&self, block: &PageBlock) -> f64 {
        if lines::line(&block.text, block.linked > 0) != Line::Text
            || lines::is_imprint(&block.text)
        {
            return 0.0;
        }
        let letters = block.letters.min(MAX_BLOCK_VALUE) as f64;
        let around = self
            .page
            .ancestors(block.nodes.start)
            .take(3)
            .filter_map(|at| self.page.element(at));
        let mut names = around.map(|element| element.has_name(ITEM_NAMES));
        let of_names = if names.any(|is| is) { ITEM_SHARE } else { 1.0 };
        let of_length = if block.letters < SHORT_BLOCK {
            SHORT_SHARE
        } else {
            1.0
        };
        letters * of_length * of_names
    }

    /// An element with the headline, or beside it, is the likelier the article.
    fn nearness(&self, at: usize) -> f64 {
        let Some(headline) = self.headline else {
            return 1.0;
        };
        let is_whole = self
            .page
            .element(at)
            .is_none_or(|element| matches!(element.name.as_str(), "html" | "body"));
        if is_whole {
            1.0
        } else if self.page.range(at).contains(&headline) {
            1.4
        } else if self.page.range(self.page.parent(at)).contains(&headline) {
            1.2
        } else {
            1.0
        }
    }

    /// Whether an element has more than one block; one with a single block is only a frame.
    pub(super) fn has_several(&self, at: usize) -> bool {
        self.blocks_of(at).len() > 1
    }

    /// The share of an element's letters outside of links.
    fn plainness(&self, at: usize) -> f64 {
        let blocks = self.blocks.get(self.blocks_of(at)).unwrap_or_default();
        let (mut letters, mut linked) = (0, 0);
        // Enough to know a list of links, and bounded.
        for block in blocks.iter().take(1_000) {
            letters += block.letters;
            linked += block.linked;
        }
        if letters == 0 {
            1.0
        } else {
            1.0 - linked as f64 / letters as f64
        }
    }
}
