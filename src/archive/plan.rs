//! What a run has to do, how it reports progress, and how it ended.

use std::io;
use std::path::{Path, PathBuf};

use super::inputs::{Extent, Inputs};
use super::journal::JournalError;
use super::key::Key;
use super::output::{Output, OutputError};
use super::record::Fault;
use super::shard::Shard;
use super::tally::Tally;
use crate::article::ReadOptions;
use crate::article_reader::{ArticleReader, StartError};
use crate::names::SeenNames;
use crate::pipeline::{PipelineError, Progress};

/// A run over many articles.
#[derive(Debug, Clone)]
pub struct Run {
    /// What to read.
    pub inputs: Inputs,
    /// Where the results go.
    pub output: Output,
    /// How articles are read: the language and charset that the user named.
    pub read: ReadOptions,
    /// Where articles are read.
    pub reader: ArticleReader,
    /// The part of the articles to do; if `None`, all.
    pub shard: Option<Shard>,
    /// Identifies everything besides the articles that results depend on; see
    /// [`super::fingerprint()`].
    pub fingerprint: Key,
    /// Whether to ignore the results of earlier runs and start over.
    pub overwrite: bool,
    /// Whether to retry articles that failed in earlier runs.
    pub retry_failed: bool,
    /// Whether to keep the names of each article, for a list of those of the whole run.
    pub keeps_names: bool,
}

/// Receives the progress of a run. All methods do nothing by default.
pub trait Observer: Sync {
    /// Before the run: how much there is to read.
    fn found(&self, _: &Extent) {}
    /// Before the run: how many articles an earlier run translated with other models or options.
    fn other_options(&self, _articles: usize) {}
    /// Before the run: how many lines of the journal were damaged or missing.
    fn journal_damaged(&self, _lines: u64) {}
    /// Before the run: the file of all results was removed or changed since a run wrote it.
    fn output_changed(&self, _: &Path) {}
    /// All is read: so many articles of earlier runs were not among the inputs, and their results will not be in
    /// the file of all results.
    fn left_out(&self, _articles: usize) {}
    /// The counts after each window.
    fn tally(&self, _: &Tally) {}
    /// The models' progress within their window of so many articles, at whose end `_end` bytes of the inputs
    /// are read.
    fn window(&self, _: Progress, _articles: usize, _end: u64) {}
    /// An article failed in this run.
    fn failed(&self, _: &Fault) {}
    /// An article failed in an earlier run and is not tried again; why, where that is looked up.
    fn failed_before(&self, _id: &str, _message: Option<&str>) {}
    /// In a dry run: this article would be translated.
    fn would_translate(&self, _id: &str) {}
    /// In a dry run: this article cannot be translated.
    fn would_fail(&self, _: &Fault) {}
}

/// Why a run ended early. The results committed before that are kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The journal of the output cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The output would replace what no run made.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// An earlier run into the same output did other articles than this shard's.
    #[error("{output} holds articles that are none of shard {shard}")]
    OtherShard {
        /// The journal of the output.
        output: String,
        /// The shard of this run.
        shard: Shard,
    },
    /// The single file of results has those of an input that is not given this time.
    #[error("{} has the results of {}, which this run would leave out", output.display(), input.display())]
    LeavesOut {
        /// The file.
        output: PathBuf,
        /// An input of an earlier run.
        input: PathBuf,
    },
    /// Results cannot be written, nor the files that go with them.
    #[error("cannot write {what}")]
    Write {
        /// The output, for messages: a path, or `to` and a folder.
        what: String,
        /// The system's error.
        source: io::Error,
    },
    /// The function that opens the models returned `None`, after reporting why.
    #[error("the models could not be opened")]
    NoModels,
    /// No process can be started that reads articles, where others could before.
    #[error("no process can be started that reads articles")]
    Reading(#[source] StartError),
    /// A thread that reads or writes cannot be started.
    #[error("no thread can be started")]
    Thread(#[source] io::Error),
    /// All articles of a window fail in the models: they, not the articles, are at fault. The error
    /// of one of them.
    #[error("the models fail on every article: {0}")]
    Models(#[source] PipelineError),
}

/// How a run ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The counts at its end.
    pub tally: Tally,
    /// Whether the run was stopped before all articles were done.
    pub stopped: bool,
    /// The names of all articles, those of earlier runs among them; none if the run was stopped, or if
    /// they are not kept.
    pub names: SeenNames,
}

/// What a run would do.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Estimate {
    /// Articles to translate.
    pub articles: u64,
    /// Size of the articles to translate.
    pub bytes: u64,
    /// Articles that an earlier run finished.
    pub done: u64,
    /// Articles that failed in an earlier run, or cannot be read.
    pub failed: u64,
    /// Articles of earlier runs to be done again, since models or options changed.
    pub other_options: u64,
    /// Articles of earlier runs to be done again, since their content changed.
    pub other_input: u64,
    /// Articles of earlier runs to be done again, since their results are gone or changed.
    pub other_result: u64,
    /// Estimated from the speed of earlier runs into the same output; `None` if there was none.
    pub seconds: Option<f64>,
}

/// An article of this run, in the inputs' order.
#[derive(Debug, Clone, Copy)]
pub(super) struct SeenArticle {
    /// Byte offset of its entry in the journal.
    pub entry: u64,
    pub failed: bool,
}
