//! PDF documents with a text layer: letters with their places, made into lines and paragraphs.
//!
//! The library that reads PDF panics on files it does not expect, and recurses over what they nest;
//! it runs contained.

mod layout;

use pdf_extract::{Document, OutputDev, output_doc};

use super::paragraphs::Block;
use super::{ArticleError, Format};
use crate::panics;
use layout::LineCollector;

/// The paragraphs of a document.
///
/// # Errors
/// [`ArticleError::Damaged`] where it cannot be read, [`ArticleError::NoTextLayer`] where it holds
/// pictures of pages only.
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
    let mut document = Document::load_mem(bytes).map_err(damaged)?;
    if document.is_encrypted() {
        document
            .decrypt("")
            .map_err(|_| damaged("it is protected by a password"))?;
    }
    let mut lines = LineCollector::default();
    let output: &mut dyn OutputDev = &mut lines;
    output_doc(&document, output).map_err(damaged)?;
    Ok(lines)
}

fn damaged(error: impl std::fmt::Display) -> ArticleError {
    ArticleError::Damaged {
        format: Format::Pdf.description(),
        reason: error.to_string(),
    }
}
