//! Any text as a web page: no panic, and no letters that the page does not have.

#![no_main]

use audarma::article::{self, Charset, ReadOptions};
use audarma_fuzz::{letters, use_text};
use dom_query::Document;
use libfuzzer_sys::fuzz_target;

/// Whether the letters of `part` stand in `whole` in their order, with others between them.
fn is_within(part: &str, whole: &[char]) -> bool {
    let mut rest = whole.iter();
    letters(part).all(|letter| rest.any(|&other| other == letter))
}

fuzz_target!(|page: &str| {
    let options = ReadOptions {
        encoding: Some(Charset::Utf8),
        lossy: false,
        language: Some("kaz_Cyrl".to_owned()),
        given: None,
    };
    if let Ok(article) = article::read(page.as_bytes(), "a.html", &options) {
        let whole: Vec<char> = letters(&Document::from(page).text()).collect();
        for part in &article.paragraphs {
            assert!(is_within(&part.text, &whole), "{part:?} is invented");
        }
        use_text(&article);
    }
});
