//! What is read and what is made of it before and after the networks: articles, sentences, checks.

mod charsets;
mod checks;
mod checks_eval;
mod formats;
mod html;
mod languages;
mod lossless;
mod plain_text;
mod properties;
mod sentences;
