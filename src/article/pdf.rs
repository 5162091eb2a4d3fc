//! PDF documents with a text layer: letters with their places, made into lines and paragraphs.
//!
//! The library that reads PDF panics on files it does not expect, so it runs in a thread of its
//! own, whose end is the end of nothing else.

mod layout;

use std::panic;
use std::sync::Once;
use std::thread;

use pdf_extract::{Document, OutputDev, output_doc};

use super::{Article, ArticleError, Format, Metadata, text};
use layout::Lines;

/// Name and stack of the reading thread; documents nest, and the library recurses.
const THREAD: &str = "pdf";
const STACK: usize = 64 << 20;

/// Reads a document.
///
/// # Errors
/// [`ArticleError::Damaged`] where it cannot be read, [`ArticleError::NoTextLayer`] where it holds
/// pictures of pages only.
pub(super) fn read(bytes: &[u8]) -> Result<Article, ArticleError> {
    silence_panics_of_the_thread();
    let lines = thread::scope(|scope| {
        let builder = thread::Builder::new()
            .name(THREAD.to_owned())
            .stack_size(STACK);
        let reading = builder
            .spawn_scoped(scope, || lines(bytes))
            .map_err(damaged)?;
        reading
            .join()
            .unwrap_or_else(|_| Err(damaged("its structure is not understood")))
    })?;
    let parts = lines.into_parts();
    if parts.is_empty() {
        return Err(ArticleError::NoTextLayer);
    }
    let metadata = Metadata::default();
    Ok(text::assemble(
        parts,
        None,
        metadata,
        "UTF-8".to_owned(),
        Format::Pdf,
    ))
}

fn lines(bytes: &[u8]) -> Result<Lines, ArticleError> {
    let mut document = Document::load_mem(bytes).map_err(damaged)?;
    if document.is_encrypted() {
        document
            .decrypt("")
            .map_err(|_| damaged("it is protected by a password"))?;
    }
    let mut lines = Lines::default();
    let output: &mut dyn OutputDev = &mut lines;
    output_doc(&document, output).map_err(damaged)?;
    Ok(lines)
}

fn damaged(error: impl std::fmt::Display) -> ArticleError {
    ArticleError::Damaged {
        format: "PDF document",
        reason: error.to_string(),
    }
}

/// A panic in the reading thread is an error of the file and is reported as one, so the usual
/// message is left out there; panics elsewhere are told as before.
fn silence_panics_of_the_thread() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let tell = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if thread::current().name() != Some(THREAD) {
                tell(panic);
            }
        }));
    });
}
