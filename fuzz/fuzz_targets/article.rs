//! Any bytes as a text, a Markdown file, a Word document or a file without a name: no panic, and of a
//! text nothing is lost but tags. PDF has a target of its own.

#![no_main]

use audarma::article::{self, Charset, Format, ReadOptions};
use audarma_fuzz::lossless::is_lossless;
use audarma_fuzz::{sentences, use_text};
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 4] = ["a.txt", "a.md", "a.docx", "a"];
const ENCODINGS: [&str; 4] = ["", "utf-8", "kz-1048", "utf-16le"];

fuzz_target!(|input: &[u8]| {
    // The first byte says how the others are read.
    let Some((&how, bytes)) = input.split_first() else {
        return;
    };
    if bytes.starts_with(b"%PDF-") {
        return;
    }
    let how = usize::from(how);
    let options = ReadOptions {
        encoding: Charset::parse(ENCODINGS[how / 4 % 4]).ok(),
        lossy: how / 16 % 2 == 1,
        language: Some("kaz_Cyrl".to_owned()),
        given: None,
    };
    let Ok(article) = article::read(bytes, NAMES[how % 4], &options) else {
        return;
    };
    if article.format == Format::Text {
        let charset = Charset::parse(&article.encoding).expect("a known charset");
        let text = charset.decode(bytes, options.lossy).expect("it was read");
        let title = article.title.as_deref();
        let lines = article.metadata.lines.iter().map(String::as_str);
        // Tags that a scraper left are no letters of the article.
        assert!(
            text.contains('<') || is_lossless(&text, title, lines, sentences(&article)),
            "{article:#?}"
        );
    }
    use_text(&article);
});
