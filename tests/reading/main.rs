//! What is read and what is made of it before and after the networks: articles, sentences, checks.

mod charsets;
mod checks;
mod checks_eval;
mod foreign;
mod formats;
mod growth;
mod growth_records;
mod html;
mod kept;
mod languages;
mod lossless;
mod names_eval;
mod pages;
mod pdf;
mod plain_text;
mod properties;
mod records;
mod scraped;
mod sentences;

use audarma::article::ReadOptions;

/// What is read is said to be Kazakh: the tests of formats are short and of any letters.
fn as_kazakh() -> ReadOptions {
    ReadOptions {
        language: Some("kaz_Cyrl".to_owned()),
        ..ReadOptions::default()
    }
}
