//! Which blocks of a page are its article.
//!
//! The article is what the page declares: `articleBody` of microdata or of JSON-LD. Else it is the
//! element whose blocks are most of the running text after the headline, inside of the article or main
//! element that the headline stands in. What is between the headline and that element belongs to it if it
//! reads as a lead, a caption or a statement about the article.

use std::collections::HashMap;
use std::ops::Range;

use super::blocks::PageBlock;
use super::headline::letters;
use super::lines::{self, Line};
use super::page::Page;
use super::roles;
use crate::article::{ParagraphKind, metadata};

/// Letters of a block that count at most.
const MAX_BLOCK_VALUE: usize = 1_000;
/// Elements around a block that it speaks for, the nearest first, and how much.
const SHARES: [f64; 4] = [1.0, 0.6, 0.3, 0.15];
/// Letters of a block from which on it counts in full, and the share of shorter ones: titles of other
/// articles are short.
const SHORT_BLOCK: usize = 60;
const SHORT_SHARE: f64 = 0.4;
/// Words of classes of items of lists of articles, and the share of their blocks.
const ITEM_NAMES: &[&str] = &[
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
/// Share of JSON-LD's text that must be on the page for it to decide.
const MIN_DECLARED_SHARE: f64 = 0.6;
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
/// Maximum blocks that are looked for in it.
const MAX_DECLARED_BLOCKS: usize = 5_000;
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

    /// The element that microdata declares to be the text, if it has some.
    fn declared_element(&self, scope: usize) -> Option<usize> {
        let inside = self.page.range(scope);
        let elements = self.page.elements().filter(|(at, _)| inside.contains(at));
        let declared = elements.filter(|(_, element)| element.has_value("itemprop", "articleBody"));
        let sizes = declared
            .map(|(at, _)| (self.prose(self.blocks_of(at)), at))
            .take(100);
        let best = sizes.max_by_key(|&(size, at)| (size, std::cmp::Reverse(at)))?;
        (best.0 > 0).then_some(best.1)
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

    /// The blocks of the article and what is before them, where the headline stands beside its text: other
    /// texts of the page count only where they are clearly the greater.
    fn near(&self, scope: usize, whole: Range<usize>) -> Range<usize> {
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
        let end = match self.rival(&near, whole.clone()) {
            Some(rival) => self.blocks_of(rival).end.min(whole.end).max(near.end),
            None => near.end,
        };
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
                        (Some(one), Some(other)) => {
                            one.name == other.name && one.names == other.names
                        }
                        _ => false,
                    };
                    let continues = if first_plain {
                        is_plain
                    } else {
                        same && (inside.len() == 1 || !is_unnamed(self.page, branch))
                    };
                    if continues {
                        group.end = inside.end;
                    }
                }
                (Some(_), None) => break,
            }
            at = inside.end;
        }
        group.unwrap_or(blocks)
    }

    /// An element after the text beside the headline that is the article rather: that text is then its lead.
    fn rival(&self, near: &Range<usize>, whole: Range<usize>) -> Option<usize> {
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

    /// The element whose blocks, after the headline, are best.
    fn best_element(&self, scope: usize, near: Range<usize>) -> Option<usize> {
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
    fn value(&self, block: &PageBlock) -> f64 {
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
    fn has_several(&self, at: usize) -> bool {
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
                        !one.names.is_empty() && one.name == other.name && one.names == other.names
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

    /// The article by the text that JSON-LD declares, if most of that is on the page.
    fn by_text(&self, declared: &str) -> Option<Body> {
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
