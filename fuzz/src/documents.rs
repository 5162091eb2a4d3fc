//! What the targets of documents check.

use std::sync::Once;

use audarma::article::{self, Charset, ReadOptions};
use audarma::panics;

use crate::use_text;

/// Bytes of text that a byte of a document may make: forms of a PDF are drawn more than once, and its
/// fonts may write a character with several.
const MAX_GROWTH: usize = 4_000;

/// Reads a document of this name, and does with its text what is done before it is translated.
///
/// # Panics
/// If a promise is broken.
pub fn read(name: &str, bytes: &[u8]) {
    static ONCE: Once = Once::new();
    // Panics of the libraries that the reader catches are no findings.
    ONCE.call_once(panics::silence_caught_panics);
    let options = ReadOptions {
        encoding: Some(Charset::Utf8),
        lossy: false,
        language: Some("kaz_Cyrl".to_owned()),
        given: None,
    };
    let Ok(article) = article::read(bytes, name, &options) else {
        return;
    };
    let paragraphs = article.paragraphs.iter();
    let text: usize = paragraphs.map(|paragraph| paragraph.text.len()).sum();
    assert!(
        text <= bytes.len() * MAX_GROWTH + (1 << 20),
        "{text} bytes of text"
    );
    use_text(&article);
}
