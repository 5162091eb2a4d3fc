//! The text that a page declares to be its article: by microdata, or by JSON-LD's `articleBody`.

use super::{Body, Finder};
use crate::article::ParagraphKind;
use crate::article::html::headline::letters;

/// Share of JSON-LD's text that must be on the page for it to decide.
const MIN_DECLARED_SHARE: f64 = 0.6;
/// Maximum blocks that are looked for in JSON-LD's text.
const MAX_DECLARED_BLOCKS: usize = 5_000;

impl Finder<'_> {
    /// The element that microdata declares to be the text, if it has some.
    pub(super) fn declared_element(&self, scope: usize) -> Option<usize> {
        let inside = self.page.range(scope);
        let elements = self.page.elements().filter(|(at, _)| inside.contains(at));
        let declared = elements.filter(|(_, element)| element.has_value("itemprop", "articleBody"));
        let sizes = declared
            .map(|(at, _)| (self.prose(self.blocks_of(at)), at))
            .take(100);
        let best = sizes.max_by_key(|&(size, at)| (size, std::cmp::Reverse(at)))?;
        (best.0 > 0).then_some(best.1)
    }

    /// The article by the text that JSON-LD declares, if most of that is on the page.
    pub(super) fn by_text(&self, declared: &str) -> Option<Body> {
        let declared = letters(declared);
        if declared.is_empty() {
            return None;
        }
        let after = self.after_headline();
        let mut from = 0;
        let mut found: Vec<usize> = Vec::new();
        let mut covered = 0;
        for (at, block) in self
            .blocks
            .iter()
            .enumerate()
            .skip(after)
            .take(MAX_DECLARED_BLOCKS)
        {
            let text = letters(&block.text);
            if text.len() < 8 {
                continue;
            }
            // In order, so that the search goes over the text once; a block that is not in it costs the rest.
            let rest = declared.get(from..).unwrap_or_default();
            let near = rest
                .len()
                .min(text.len().saturating_mul(4).saturating_add(20_000));
            let near = (near..=rest.len())
                .find(|&end| rest.is_char_boundary(end))
                .unwrap_or(rest.len());
            if let Some(place) = rest.get(..near).unwrap_or_default().find(&text) {
                from += place + text.len();
                covered += text.len();
                found.push(at);
            }
        }
        // What comes after the blocks that are looked at would be lost.
        if self.blocks.len() > after + MAX_DECLARED_BLOCKS && from < declared.len() {
            return None;
        }
        let share = covered as f64 / declared.len() as f64;
        let (first, last) = (*found.first()?, *found.last()?);
        if share < MIN_DECLARED_SHARE {
            return None;
        }
        let is_found = |at: usize| found.binary_search(&at).is_ok();
        let mut chosen: Vec<usize> = Vec::new();
        for at in after.min(first)..=last {
            let Some(block) = self.blocks.get(at) else {
                continue;
            };
            let kept = is_found(at)
                || at < first && self.is_lead(at)
                || at > first
                    && (block.kind == Some(ParagraphKind::Caption)
                        || letters(&block.text).len() < 8);
            if kept {
                chosen.push(at);
            }
        }
        let start = self
            .headline
            .map_or(first, |at| self.blocks_of(at).start)
            .min(first);
        Some(Body {
            blocks: chosen,
            around: start.saturating_sub(8)..(last + 9).min(self.blocks.len()),
        })
    }
}
