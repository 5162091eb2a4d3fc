//! PDF documents with a text layer: lines and paragraphs are made from letters and their positions.
//!
//! The library that reads PDF panics on unexpected files, recurses into nested structures, and unpacks and
//! draws what it is told to, however often. It is therefore called on a big stack, its panics are caught,
//! and what it would do is counted before.

mod layout;
mod unpack;
mod work;

use pdf_extract::{OutputDev, output_doc};

use super::paragraphs::Block;
use super::{ArticleError, Format};
use crate::panics;
use layout::LineCollector;

/// The paragraphs of a document.
///
/// # Errors
/// [`ArticleError::Damaged`] if the document cannot be read, [`ArticleError::TooMany`] if reading it
/// would take too long, [`ArticleError::NoTextLayer`] if it holds no text.
pub(super) fn blocks(bytes: &[u8]) -> Result<Vec<Block>, ArticleError> {
    let lines = panics::catch_on_big_stack(|| lines(bytes))
        .unwrap_or_else(|_| Err(damaged("its structure is not understood")))?;
    let blocks = lines.into_blocks();
    if blocks.is_empty() {
        return Err(ArticleError::NoTextLayer);
    }
    Ok(blocks)
}

fn lines(bytes: &[u8]) -> Result<LineCollector, ArticleError> {
    let mut document = unpack::load(bytes)?;
    if document.is_encrypted() {
        document
            .decrypt("")
            .map_err(|_| damaged("it is protected by a password"))?;
    }
    unpack::empty_what_makes_no_text(&mut document);
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
