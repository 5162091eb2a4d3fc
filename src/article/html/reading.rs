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
    let first = read(page, evidence, headline, &roles);
    let Some(text) = text_in_furniture(page, &roles, headline, &first) else {
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

impl Reading {
    /// The letters of the article's running text.
    fn letters(&self) -> usize {
        let letters = |at: usize| self.blocks.get(at).map_or(0, |block| block.letters);
        self.body.prose(&self.blocks).map(letters).sum()
    }

    fn has_text(&self) -> bool {
        self.body.prose(&self.blocks).next().is_some()
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
    let has_text = reading.has_text();
    // Most pages have none that comes before their text.
    let begins = reading.body.prose(&reading.blocks).next();
    let begins = begins
        .and_then(|at| reading.blocks.get(at))
        .map_or(page.nodes.len(), |block| block.nodes.start);
    let text = usual.find(|&at| at < begins && is_text(page, at))?;
    let letters = letters_of(page, text);
    let is_nearer = || levels_from(page, headline, text) < levels_from(page, headline, begins);
    let is_list = || body::is_list(page, &reading.blocks, &reading.body);
    let is_sooner =
        !has_text || letters >= MIN_TEXT && is_nearer() && letters > reading.letters() || is_list();
    is_sooner.then_some(text)
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
