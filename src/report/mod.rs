//! One writer a format. A writer gets a finished [`Document`] and writes; it computes nothing.

pub mod document;

pub use document::Document;
