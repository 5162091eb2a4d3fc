//! The blocks of a page and which of them are the article, with what of its furniture turns out to be the text.
//!
//! Policy: a class can call the text itself furniture (`lenta-item-text`). What it holds decides where else
//! there would be no text beside the headline, or only a list of other articles.

use super::blocks::{self, PageBlock};
use super::body::{self, Body};
use super::evidence::Evidence;
use super::lines::{self, Line};
use super::page::Page;
use super::roles::Roles;
use crate::article::ParagraphKind;

/// Letters of a text that is sooner the article than another that is further from the headline.
const MIN_TEXT: usize = 140;

/// What was read.
pub(super) struct Reading {
    pub blocks: Vec<PageBlock>,
    pub body: Body,
}

/// Reads a page; what contains a place of `protected` is no furniture.
pub(super) fn find(
    page: &Page,
    evidence: &Evidence,
    headline: Option<usize>,
    mut protected: Vec<usize>,
) -> Reading {
    let roles = Roles::find(page, &protected);
    let mut first = read(page, evidence, headline, &roles);
    let text = text_in_furniture(page, &roles, headline, &first);
    let captions = captions_as_text(page, headline, &first);
    let of_captions: usize = captions.iter().map(|&at| first.blocks[at].letters).sum();
    // Of both the longer: a caption with a sentence is no article beside one whose class calls it furniture.
    let text = text.filter(|&text| letters_of(page, text) >= of_captions);
    let Some(text) = text else {
        if !captions.is_empty() {
            for at in captions {
                first.blocks[at].kind = None;
            }
            first.body = body::find(page, &first.blocks, headline, evidence.body.as_deref());
        }
        return first;
    };
    protected.push(text);
    let second = read(page, evidence, headline, &Roles::find(page, &protected));
    if second.has_text() {
        return second;
    }
    let third = read(page, evidence, headline, &Roles::surely(page, &protected));
    if third.has_text() { third } else { first }
}

fn read(page: &Page, evidence: &Evidence, headline: Option<usize>, roles: &Roles) -> Reading {
    let blocks = blocks::blocks(page, &roles.left_out);
    let body = body::find(page, &blocks, headline, evidence.body.as_deref());
    Reading { blocks, body }
}

/// The captions with sentences that are the text rather than what was read: those before it, where it would be less
/// and further from the headline. An article of one paragraph can be in an element for a picture.
fn captions_as_text(page: &Page, headline: Option<usize>, reading: &Reading) -> Vec<usize> {
    let after = headline.map_or(0, |at| page.range(at).end);
    let begins = reading.begins(page);
    let is_caption = |block: &PageBlock| {
        block.kind == Some(ParagraphKind::Caption)
            && block.has_sentences()
            && (after..begins).contains(&block.nodes.start)
    };
    let blocks = reading.blocks.iter().enumerate();
    let captions: Vec<(usize, &PageBlock)> =
        blocks.filter(|(_, block)| is_caption(block)).collect();
    let Some((_, first)) = captions.first() else {
        return captions.into_iter().map(|(at, _)| at).collect();
    };
    let letters: usize = captions.iter().map(|(_, block)| block.letters).sum();
    let is_rather = reading.is_less_than(page, headline, first.nodes.start, letters);
    let captions = captions.into_iter().filter(|_| is_rather);
    captions.map(|(at, _)| at).collect()
}

impl Reading {
    /// The letters of the article's running text.
    fn letters(&self) -> usize {
        let letters = |at: usize| self.blocks.get(at).map_or(0, |block| block.letters);
        self.body.prose(&self.blocks).map(letters).sum()
    }

    fn has_text(&self) -> bool {
        self.body.prose(&self.blocks).next().is_some()
    }

    /// The node that its running text begins at; the page's end if there is none.
    fn begins(&self, page: &Page) -> usize {
        let begins = self.body.prose(&self.blocks).next();
        let block = begins.and_then(|at| self.blocks.get(at));
        block.map_or(page.nodes.len(), |block| block.nodes.start)
    }

    /// Whether a text at a node with so many letters is the article rather: what was read has no text, is a list
    /// of other articles, or less than it and further from the headline.
    fn is_less_than(
        &self,
        page: &Page,
        headline: Option<usize>,
        at: usize,
        letters: usize,
    ) -> bool {
        let is_nearer =
            || levels_from(page, headline, at) < levels_from(page, headline, self.begins(page));
        !self.has_text()
            || letters >= MIN_TEXT && is_nearer() && letters > self.letters()
            || body::is_list(page, &self.blocks, &self.body)
    }
}

/// The furniture that is the text rather than what was read, if some is: the first after the headline that
/// holds sentences and no list.
fn text_in_furniture(
    page: &Page,
    roles: &Roles,
    headline: Option<usize>,
    reading: &Reading,
) -> Option<usize> {
    let after = headline.map_or(0, |at| page.range(at).end);
    let mut usual = roles.usual.iter().copied().filter(|&at| at >= after);
    // Most pages have none that comes before their text.
    let begins = reading.begins(page);
    let text = usual.find(|&at| at < begins && is_text(page, at))?;
    let letters = letters_of(page, text);
    reading
        .is_less_than(page, headline, text, letters)
        .then_some(text)
}

/// How many elements around the headline do not hold a node.
fn levels_from(page: &Page, headline: Option<usize>, node: usize) -> usize {
    let around = headline.into_iter().flat_map(|at| page.ancestors(at));
    around
        .take_while(|&at| !page.range(at).contains(&node))
        .count()
}

fn sentences(page: &Page, at: usize) -> Vec<PageBlock> {
    let mut blocks = blocks::of_element(page, at);
    blocks.retain(PageBlock::is_prose);
    blocks
}

fn letters_of(page: &Page, at: usize) -> usize {
    sentences(page, at).iter().map(|block| block.letters).sum()
}

/// Whether most of an element is sentences that are of an article.
fn is_text(page: &Page, at: usize) -> bool {
    let sentences = sentences(page, at);
    let letters: usize = sentences.iter().map(|block| block.letters).sum();
    let is_own = |block: &PageBlock| {
        lines::line(&block.text, block.linked > 0) == Line::Text && !lines::is_imprint(&block.text)
    };
    letters * 2 > page.letters(at) && !sentences.is_empty() && sentences.iter().all(is_own)
}
