//! `audarma` turns Kazakh news articles into English, with a summary, on the user's own machine.
//!
//! One article goes through the rooms in this order and never back: [`article`] reads bytes,
//! [`segment`] cuts paragraphs into sentences, `translate` turns sentences into hypotheses with a
//! network of `seq2seq` driven by `generate`, [`summarize`] reads the English, and [`report`] writes.
//! Imports run downward only; CONTRIBUTING.md draws the floors.

pub mod article;
pub mod checks;
pub mod report;
pub mod segment;
pub mod summarize;
