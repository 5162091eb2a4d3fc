//! What a format's reader finds, and how its blocks become the paragraphs of an article.

use super::paragraphs::{self, Block};
use super::{Metadata, Paragraph, ParagraphKind, captions, letterhead, metadata};

/// Maximum length of a title, in characters.
pub(super) const MAX_TITLE: usize = 250;

/// The contents of an article, apart from facts about its file.
#[derive(Debug)]
pub(super) struct Contents {
    pub title: Option<String>,
    pub metadata: Metadata,
    pub paragraphs: Vec<Paragraph>,
}

impl Contents {
    /// Makes the contents from blocks whose bounds the format gave: metadata at the head and foot
    /// is taken out. If the format gave no title, it is the first heading or the first block that
    /// reads as a title.
    pub(super) fn of_blocks(
        mut blocks: Vec<Block>,
        mut title: Option<String>,
        mut metadata: Metadata,
    ) -> Self {
        if title.is_none() {
            title = take_dated_title(&mut blocks);
        }
        take_metadata(&mut blocks, &mut metadata);
        if title.is_none() {
            take_letterhead(&mut blocks, &mut metadata);
        }
        if title.is_none() && blocks.first().is_some_and(is_title) {
            title = Some(blocks.remove(0).text);
            take_metadata(&mut blocks, &mut metadata);
        }
        let paragraphs = captions::split_off(paragraphs::from_blocks(blocks), title.as_deref());
        Self {
            title,
            metadata,
            paragraphs,
        }
    }

    /// The title and the paragraphs, in order.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let body = self.paragraphs.iter().map(|p| p.text.as_str());
        self.title.as_deref().into_iter().chain(body)
    }
}

/// Whether a block is the title where it is the first.
fn is_title(first: &Block) -> bool {
    match first.kind {
        Some(kind) => kind == ParagraphKind::Heading,
        None => reads_as_title(&first.text, Some("")),
    }
}

/// Takes the line that has the form of a paper's issue and is the headline, since no other can be.
fn take_dated_title(blocks: &mut Vec<Block>) -> Option<String> {
    let body = blocks
        .iter()
        .position(|block| !metadata::is_metadata(&block.text))?;
    if blocks.get(body).is_some_and(is_title) {
        return None;
    }
    let mut head = blocks.iter().take(body);
    let at = head.position(|block| letterhead::is_issue_of_paper(&block.text))?;
    Some(blocks.remove(at).text)
}

/// Moves the letterhead above a headline to the metadata's lines: what follows it is a headline where no
/// sentence ends with it and a text comes after it.
fn take_letterhead(blocks: &mut Vec<Block>, metadata: &mut Metadata) {
    let lines = blocks
        .iter()
        .take_while(|block| letterhead::is_letterhead(&block.text))
        .count();
    let is_headline = |block: &Block| {
        reads_as_title(&block.text, Some("")) && !paragraphs::ends_sentence(&block.text)
    };
    let is_text = |block: &Block| paragraphs::ends_sentence(&block.text);
    let mut rest = blocks
        .iter()
        .skip(lines)
        .filter(|block| !metadata::is_metadata(&block.text));
    if lines > 0 && rest.next().is_some_and(is_headline) && rest.next().is_some_and(is_text) {
        let taken = blocks.drain(..lines).map(|block| block.text);
        metadata.lines.extend(taken);
        take_metadata(blocks, metadata);
    }
}

/// Moves the metadata lines at the head and the foot of an article's blocks to its metadata.
pub(super) fn take_metadata(blocks: &mut Vec<Block>, metadata: &mut Metadata) {
    let is_metadata = |block: &Block| metadata::is_metadata(&block.text);
    let body = blocks
        .iter()
        .position(|block| !is_metadata(block))
        .unwrap_or(blocks.len());
    let end = blocks
        .iter()
        .rposition(|block| !is_metadata(block))
        .map_or(body, |last| last + 1);
    let foot: Vec<Block> = blocks.drain(end..).collect();
    let head: Vec<Block> = blocks.drain(..body).collect();
    for block in head.iter().chain(&foot) {
        metadata::add_line(metadata, &block.text);
    }
}

/// The contract's rule for a title: a blank or a metadata line follows, at most [`MAX_TITLE`]
/// characters, no full stop at its end (an ellipsis is allowed).
pub(super) fn reads_as_title(line: &str, next: Option<&str>) -> bool {
    let line = line.trim();
    let full_stop = line.ends_with('.') && !line.ends_with("..");
    next.is_some_and(|next| is_blank(next) || metadata::is_metadata(next))
        && !full_stop
        && line.chars().nth(MAX_TITLE).is_none()
}

pub(super) fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}
