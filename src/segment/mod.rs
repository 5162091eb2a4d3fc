//! From a paragraph to sentences, for Kazakh and for English.
//!
//! Policy: lossless. The pieces a splitter returns, concatenated, are the paragraph.
