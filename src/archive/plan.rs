//! What a run is to do, who watches it, and how it ended.

use std::io;

use super::inputs::{Extent, Inputs};
use super::journal::JournalError;
use super::key::Key;
use super::output::Output;
use super::record::Fault;
use super::shard::Shard;
use super::tally::Tally;
use crate::article::ReadOptions;
use crate::pipeline::{PipelineError, Progress};

/// A run over many articles.
#[derive(Debug, Clone)]
pub struct Run {
    pub inputs: Inputs,
    pub output: Output,
    pub read: ReadOptions,
    /// The part of the articles to do; if `None`, all.
    pub shard: Option<Shard>,
    /// What results depend on besides their articles; see [`super::fingerprint()`].
    pub fingerprint: Key,
    /// Does everything again.
    pub overwrite: bool,
    /// Tries again what failed in earlier runs.
    pub retry_failed: bool,
}

/// Who watches a run.
pub trait Observer: Sync {
    /// What there is to read.
    fn found(&self, _: &Extent) {}
    /// This many articles were done earlier with other models or options.
    fn other_options(&self, _articles: usize) {}
    /// Something was finished.
    fn tally(&self, _: &Tally) {}
    /// How far the models are with their window; at its end, `_end` bytes of the inputs are read.
    fn window(&self, _: Progress, _end: u64) {}
    /// An article failed in this run.
    fn failed(&self, _: &Fault) {}
    /// In a dry run: this article would be translated.
    fn would_translate(&self, _id: &str) {}
    /// In a dry run: this cannot be.
    fn would_fail(&self, _: &Fault) {}
}

/// Why a run ended early; what was committed stays.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error("{output} holds articles that are none of shard {shard}")]
    OtherShard { output: String, shard: Shard },
    #[error("cannot write {what}")]
    Write { what: String, source: io::Error },
    /// The opener of the models gave none; it has reported why.
    #[error("the models could not be opened")]
    NoModels,
    #[error("the models fail on every article: {0}")]
    Models(PipelineError),
}

/// How a run ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub tally: Tally,
    /// Whether it was stopped before all was done.
    pub stopped: bool,
}

/// What a run would do.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Estimate {
    pub articles: u64,
    pub bytes: u64,
    /// Articles that are done.
    pub done: u64,
    /// Articles that failed in an earlier run, or cannot be read.
    pub failed: u64,
    pub other_options: u64,
    pub other_input: u64,
    /// By the speed of earlier runs into the same output; `None` if there was none.
    pub seconds: Option<f64>,
}

/// An article of this run, in the inputs' order.
#[derive(Debug, Clone, Copy)]
pub(super) struct SeenArticle {
    /// Where its entry begins in the journal.
    pub entry: u64,
    pub failed: bool,
}
