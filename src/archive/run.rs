//! A run over an archive: a reader ahead of the models, a writer behind them.
//!
//! The reader hands over windows, at most [`AHEAD`] of them, and knows from the journal what is done;
//! the models work on one window at a time; the writer puts results in their places and commits each
//! window to the journal. Memory holds a few windows and some hundred bytes an article.

use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Instant;

use super::journal::{Journal, JournalError, Past, Spent};
use super::key::Key;
use super::overview;
use super::places::Places;
use super::reader::Reader;
use super::record::{Fault, FaultKind};
use super::shard::Shard;
use super::source::{Extent, Sink, Sources};
use super::store::{Store, Target};
use super::tally::Tally;
use super::windows::{Again, Task, Window};
use super::writer::{Finished, Results, Translated, Writer};
use crate::article::ReadOptions;
use crate::pipeline::{ParsedArticle, Pipeline, PipelineError, Progress};
use crate::report::Document;

/// Windows read ahead of the models, and finished windows ahead of the writer.
const AHEAD: usize = 2;

/// A run over many articles.
#[derive(Debug, Clone)]
pub struct Run {
    pub sources: Sources,
    pub target: Target,
    pub read: ReadOptions,
    /// NLLB code of the articles' language; none where each is looked at.
    pub language: Option<String>,
    /// The part of the articles to do; all where none is given.
    pub shard: Option<Shard>,
    /// What results depend on beside their articles; see [`super::fingerprint()`].
    pub fingerprint: Key,
    /// Does everything anew.
    pub overwrite: bool,
    /// Tries again what failed in earlier runs.
    pub retry_failed: bool,
}

/// Who watches a run.
pub trait Observer: Sync {
    /// What there is to read.
    fn found(&self, extent: &Extent);
    /// The models or options are others than those of so many articles done earlier.
    fn other_options(&self, articles: usize);
    /// Something was finished.
    fn tally(&self, tally: &Tally);
    /// How far the window is that the models work on; at its end so many bytes of the inputs are read.
    fn window(&self, progress: Progress, end: u64);
    /// An article failed in this run.
    fn failed(&self, fault: &Fault);
    /// With a dry run: this article would be translated.
    fn would_translate(&self, id: &str);
    /// With a dry run: this cannot be.
    fn would_fail(&self, fault: &Fault);
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
    /// The opener of the models said no; it knows why.
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
    /// By the speed of earlier runs into the same place; none where there was none.
    pub seconds: Option<f64>,
}

impl Run {
    /// Does what is still to be done. `open` gives the models, when the first article needs them;
    /// where it gives none it has said why. `stop` ends the run behind the window in work.
    ///
    /// # Errors
    /// Where the journal or the place for results cannot be used, the disk is full, or the models
    /// cannot be opened or fail on a whole window.
    pub fn run(
        &self,
        open: &mut dyn FnMut() -> Option<Pipeline>,
        observer: &dyn Observer,
        stop: &AtomicBool,
    ) -> Result<Outcome, RunError> {
        let (mut journal, mut past) = Journal::open(&self.target.journal(), self.overwrite)?;
        self.check_shard(&past)?;
        let others = past.articles.values();
        let others = others
            .filter(|known| known.fingerprint != self.fingerprint)
            .count();
        if others > 0 {
            observer.other_options(others);
        }
        let store = Store::open(&self.target, &past).map_err(self.write_error())?;
        let extent = self.sources.extent();
        observer.found(&extent);
        let tally = Tally::new(extent.bytes);
        let (to_models, windows) = sync_channel(AHEAD);
        let (to_writer, results) = sync_channel(AHEAD);
        let broken = AtomicBool::new(false);
        let halted = || stop.load(Ordering::Relaxed) || broken.load(Ordering::Relaxed);
        let places = std::mem::take(&mut past.places);
        let (writer, modelled) = thread::scope(|scope| {
            scope.spawn(|| self.read(&past, places, &halted, to_models));
            let writer = scope.spawn(|| {
                let mut writer = Writer::new(self, &mut journal, store, tally, observer);
                let written = writer.write(results);
                if written.is_err() {
                    broken.store(true, Ordering::Relaxed);
                }
                (written, writer.end())
            });
            let modelled = translate(windows, to_writer, open, observer, stop);
            if modelled.is_err() {
                broken.store(true, Ordering::Relaxed);
            }
            (writer.join(), modelled)
        });
        let panicked = |_| self.write_error()(io::Error::other("the writer panicked"));
        let (written, (store, tally, order)) = writer.map_err(panicked)?;
        if let Err(error) = written.map_err(self.write_error()).and(modelled) {
            // The error is what is told: that the lists may be those of an earlier run follows from it.
            let _ = overview::write_so_far(&self.target, &mut journal, order);
            return Err(error);
        }
        let stopped = stop.load(Ordering::Relaxed);
        let seconds = tally.translating().as_secs_f64();
        let bytes = tally.bytes;
        let finish = || {
            if tally.done > 0 {
                journal.spent(Spent { bytes, seconds })?;
            }
            if stopped {
                return overview::write_so_far(&self.target, &mut journal, order);
            }
            overview::write(&self.target, &journal, &order)?;
            let done = order.iter().filter(|seen| !seen.failed);
            let done: Vec<u64> = done.map(|seen| seen.entry).collect();
            store.finish(&mut journal, &done)
        };
        finish().map_err(self.write_error())?;
        Ok(Outcome { tally, stopped })
    }

    /// Tells what [`Run::run`] would do, and touches nothing.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub fn estimate(&self, observer: &dyn Observer) -> Result<Estimate, RunError> {
        let mut past = Journal::look(&self.target.journal())?;
        let places = std::mem::take(&mut past.places);
        let mut estimate = Estimate::default();
        let mut reader = Reader::new(self, &past, places);
        // Nothing breaks this reading.
        let _ = self.records(&mut |record, _| {
            let job = reader.job(record);
            match job.task {
                Task::Known { failed: false, .. } => estimate.done += 1,
                Task::Known { failed: true, .. } => estimate.failed += 1,
                Task::Fail(fault) => {
                    estimate.failed += 1;
                    observer.would_fail(&fault);
                }
                Task::Translate(_) => {
                    estimate.articles += 1;
                    estimate.bytes += job.bytes as u64;
                    estimate.other_options += u64::from(job.again == Some(Again::OtherOptions));
                    estimate.other_input += u64::from(job.again == Some(Again::OtherInput));
                    observer.would_translate(&job.id);
                }
            }
            ControlFlow::Continue(())
        });
        let spent = past.spent;
        let known = spent.bytes > 0 && spent.seconds > 0.0;
        estimate.seconds =
            known.then(|| estimate.bytes as f64 * spent.seconds / spent.bytes as f64);
        Ok(estimate)
    }

    fn read(
        &self,
        past: &Past,
        places: Places,
        halted: &dyn Fn() -> bool,
        to_models: SyncSender<Window>,
    ) {
        let mut reader = Reader::new(self, past, places);
        let mut window = Window::default();
        let mut send = |window| match to_models.send(window) {
            Ok(()) => ControlFlow::Continue(()),
            // Whoever no longer listens has said why.
            Err(_) => ControlFlow::Break(()),
        };
        let flow = self.records(&mut |record, position| {
            if halted() {
                return ControlFlow::Break(());
            }
            window.push(reader.job(record), position, &mut send)
        });
        if flow.is_continue() && !window.jobs.is_empty() {
            // It is the last one, whether it is taken or not.
            let _ = send(window);
        }
    }

    /// A shard's results are all that is left in its place: those of another would be dropped.
    fn check_shard(&self, past: &Past) -> Result<(), RunError> {
        let Some(shard) = self.shard else {
            return Ok(());
        };
        // What failed may be known by another key than its id's.
        let mut done = past.articles.iter().filter(|(_, known)| !known.failed);
        if done.all(|(key, _)| shard.holds_key(key)) {
            return Ok(());
        }
        Err(RunError::OtherShard {
            output: self.target.journal().display().to_string(),
            shard,
        })
    }

    /// Hands out the records of the shard.
    fn records(&self, sink: &mut Sink) -> ControlFlow<()> {
        self.sources.read(&mut |record, position| {
            let id = match &record {
                Ok(record) => record.id.as_str(),
                Err(fault) => fault.id.as_deref().unwrap_or_default(),
            };
            match self.shard {
                Some(shard) if !shard.holds(id) => ControlFlow::Continue(()),
                _ => sink(record, position),
            }
        })
    }

    fn write_error(&self) -> impl Fn(io::Error) -> RunError {
        let what = match &self.target {
            Target::Folder { root, .. } => format!("to {}", root.display()),
            Target::Lines(path) | Target::Parquet(path) => path.display().to_string(),
        };
        move |source| RunError::Write {
            what: what.clone(),
            source,
        }
    }
}

fn translate(
    windows: Receiver<Window>,
    to_writer: SyncSender<Results>,
    open: &mut dyn FnMut() -> Option<Pipeline>,
    observer: &dyn Observer,
    stop: &AtomicBool,
) -> Result<(), RunError> {
    let mut opened: Option<(Pipeline, Instant)> = None;
    for window in windows {
        let again = |reason| {
            window
                .jobs
                .iter()
                .filter(|job| job.again == Some(reason))
                .count()
        };
        let (other_options, other_input) = (again(Again::OtherOptions), again(Again::OtherInput));
        let mut inputs: Vec<ParsedArticle> = Vec::new();
        let mut articles = Vec::with_capacity(window.jobs.len());
        for job in window.jobs {
            let result = match job.task {
                Task::Known { entry, failed } => Some(Finished::Known { entry, failed }),
                Task::Fail(fault) => Some(Finished::Failed(fault)),
                Task::Translate(prepared) => {
                    inputs.push(*prepared);
                    None
                }
            };
            articles.push((job.id, job.key, job.input, job.place, job.bytes, result));
        }
        if !inputs.is_empty() && opened.is_none() && !stop.load(Ordering::Relaxed) {
            let pipeline = open().ok_or(RunError::NoModels)?;
            opened = Some((pipeline, Instant::now()));
        }
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let mut documents = match &opened {
            Some((pipeline, _)) if !inputs.is_empty() => {
                let end = window.position;
                pipeline.run_window(&inputs, &mut |progress| observer.window(progress, end))
            }
            _ => Vec::new(),
        };
        if documents.len() > 1
            && let Some(error) = all_failed(&mut documents)
        {
            return Err(RunError::Models(error));
        }
        let mut documents = documents.into_iter();
        let articles = articles
            .into_iter()
            .map(|(id, key, input, place, bytes, result)| {
                let result = result.unwrap_or_else(|| match documents.next() {
                    Some(Ok(document)) => Finished::Done(Box::new(document)),
                    Some(Err(error)) => Finished::Failed(Fault::of(&id, FaultKind::Model, error)),
                    None => {
                        Finished::Failed(Fault::new(&id, FaultKind::Model, PipelineError::Lost))
                    }
                });
                Translated {
                    id,
                    key,
                    input,
                    place,
                    bytes,
                    result,
                }
            });
        let results = Results {
            articles: articles.collect(),
            position: window.position,
            other_options: other_options as u64,
            other_input: other_input as u64,
            since: opened.as_ref().map(|(_, since)| *since),
        };
        if to_writer.send(results).is_err() {
            break;
        }
    }
    Ok(())
}

/// Takes out the first error, where nothing but errors came out of a window.
fn all_failed<E>(documents: &mut Vec<Result<Document, E>>) -> Option<E> {
    let all = documents.iter().all(Result::is_err);
    all.then(|| documents.drain(..).find_map(Result::err))?
}
