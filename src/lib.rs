//! `audarma` turns Kazakh news articles into English, with a summary, on the user's own machine.
//!
//! One article goes through the rooms in this order and never back: [`article`] reads bytes,
//! [`segment`] cuts paragraphs into sentences, [`translate`] turns sentences into hypotheses with a
//! network of [`seq2seq`] driven by [`generate`](mod@generate), [`summarize`] reads the English, and
//! [`report`] writes; [`pipeline`] drives them. Imports run downward only; CONTRIBUTING.md draws the
//! floors.

pub mod article;
pub mod catalogue;
pub mod checks;
pub mod cli;
pub mod generate;
pub mod hub;
pub mod nn;
pub mod pipeline;
pub mod report;
pub mod segment;
pub mod seq2seq;
pub mod summarize;
pub mod tokenizer;
pub mod translate;
