//! Reports: what each format shows of a made document, and that no text of it can act.

mod csv;
mod docx;
mod html;
mod json;
mod markdown;
mod sample;
mod sqlite;
mod text;
mod translators;
mod xlsx;

use audarma::document::Document;
use audarma::report::{Format, Style, write, write_all};

fn alone(document: &Document, format: Format, style: &Style) -> String {
    let mut out = Vec::new();
    write(document, format, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn together(documents: &[Document], format: Format) -> String {
    let mut out = Vec::new();
    write_all(documents, format, &Style::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
