//! What the fuzz targets share.

pub mod containers;
pub mod documents;
pub mod journal;
#[path = "../../tests/reading/lossless.rs"]
pub mod lossless;
pub mod merging;
pub mod models;

use audarma::article::{Article, tidy};
use audarma::language::{self, KAZAKH};
use audarma::segment;

/// The letters and digits of a text.
pub fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|letter| letter.is_alphanumeric())
}

/// The sentences of an article's body, as the pipeline makes them.
pub fn sentences(article: &Article) -> impl Iterator<Item = &str> {
    let paragraphs = article.paragraphs.iter();
    paragraphs
        .flat_map(|paragraph| segment::sentences(&paragraph.text, &KAZAKH))
        .map(str::trim)
}

/// What becomes of each sentence before it is translated.
pub fn use_text(article: &Article) {
    for sentence in article
        .title
        .as_deref()
        .into_iter()
        .chain(sentences(article))
    {
        let _ = tidy::model_input(sentence, &KAZAKH);
        let _ = language::detect(sentence);
    }
}
