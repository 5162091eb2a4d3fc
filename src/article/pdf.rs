//! PDF documents with a text layer: lines and paragraphs are made from letters and their positions.
//!
//! The library that reads PDF panics on unexpected files, recurses into nested structures, and unpacks and
//! draws what it is told to, however often. It is therefore called on a big stack, its panics are caught,
//! and what it would do is counted before.

mod collector;
mod columns;
mod furniture;
mod gutters;
mod layout;
mod page_numbers;
mod tables;
mod unicode_maps;
mod unpack;
mod widths;
mod work;

use pdf_extract::{OutputDev, output_doc};

use super::contents::Contents;
use super::paragraphs::Block;
use super::{ArticleError, Format, Metadata};
use crate::panics;
use crate::text::is_web_address;
use collector::LineCollector;
use furniture::Print;

/// Blocks at the top of a print that may be the site's name and its menu.
const MAX_ABOVE_TITLE: usize = 10;
/// Maximum characters of each.
const MAX_LINE_ABOVE: usize = 80;
/// Minimum characters of a title that the head of a print names.
const MIN_TITLE: usize = 10;

/// The contents of a document.
///
/// # Errors
/// [`ArticleError::Damaged`] if the document cannot be read, [`ArticleError::TooMany`] if reading it
/// would take too long, [`ArticleError::NoTextLayer`] if it holds no text.
pub(super) fn read(bytes: &[u8]) -> Result<Contents, ArticleError> {
    let lines = panics::catch_on_big_stack(|| lines(bytes))
        .unwrap_or_else(|_| Err(damaged("its structure is not understood")))?;
    let (mut blocks, print) = lines.into_blocks();
    if blocks.is_empty() {
        return Err(ArticleError::NoTextLayer);
    }
    let title = printed_title(&mut blocks, &print);
    let metadata = Metadata {
        url: print.url.filter(|url| is_web_address(url)),
        captured: print.day,
        ..Metadata::default()
    };
    Ok(Contents::of_blocks(blocks, title, metadata))
}

/// The title of a page that a browser printed: the line that the head of the print begins with. What is
/// above it is the site's.
fn printed_title(blocks: &mut Vec<Block>, print: &Print) -> Option<String> {
    let head = print.title.as_deref()?;
    let above = blocks.iter().take(MAX_ABOVE_TITLE);
    let at = above.clone().position(|block| {
        head.starts_with(&block.text) && block.text.chars().nth(MIN_TITLE - 1).is_some()
    })?;
    let is_short = |block: &Block| block.text.chars().nth(MAX_LINE_ABOVE).is_none();
    if !above.take(at).all(is_short) {
        return None;
    }
    let title = blocks.drain(..=at).next_back()?;
    Some(title.text)
}

fn lines(bytes: &[u8]) -> Result<LineCollector, ArticleError> {
    let mut document = unpack::load(bytes)?;
    if document.is_encrypted() {
        document
            .decrypt("")
            .map_err(|_| damaged("it is protected by a password"))?;
    }
    unpack::empty_what_makes_no_text(&mut document);
    widths::spell_out(&mut document);
    unicode_maps::repair(&mut document);
    work::refuse_much(&document)?;
    let mut lines = LineCollector::default();
    let output: &mut dyn OutputDev = &mut lines;
    output_doc(&document, output).map_err(damaged)?;
    Ok(lines)
}

fn damaged(error: impl std::fmt::Display) -> ArticleError {
    ArticleError::Damaged {
        format: Format::Pdf.description().into(),
        reason: error.to_string(),
    }
}

fn too_many(what: &'static str, limit: usize) -> ArticleError {
    ArticleError::TooMany {
        format: Format::Pdf.description().into(),
        what: what.into(),
        limit,
    }
}
