//! A run over an archive: a reader ahead of the models, a writer behind them.
//!
//! The reader hands over windows, at most [`AHEAD`] of them, and knows from the journal what is done;
//! the models work on one window at a time; the writer puts results in their places and commits each
//! window to the journal. Memory holds a few windows and some hundred bytes an article.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Instant;

use super::journal::{
    Done, Entry, Journal, JournalError, Key, Known, Past, Reason, Spent, hex, key, shortened,
};
use super::overview;
use super::record::{Fault, FaultKind, Record};
use super::shard::Shard;
use super::source::{Extent, Sink, Sources};
use super::store::{Placed, Store, Target, data_length};
use super::tally::{self, Tally};
use super::windows::{Again, Job, Task, Window};
use crate::article::ReadOptions;
use crate::pipeline::{Pipeline, PipelineError, Prepared, Progress};
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
    #[error(
        "{output} holds articles that are none of shard {shard}; give each shard an --output of its own"
    )]
    OtherShard { output: String, shard: Shard },
    #[error("cannot write {what}")]
    Write { what: String, source: io::Error },
    /// The opener of the models said no; it knows why.
    #[error("the models could not be opened")]
    NoModels,
    #[error("the models fail on every article: {0}")]
    Models(String),
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
        let (mut journal, past) = Journal::open(&self.target.journal(), self.overwrite)?;
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
        let (written, modelled) = thread::scope(|scope| {
            scope.spawn(|| self.read(&past, &halted, to_models));
            let writer = scope.spawn(|| {
                let mut writer = Writer::new(self, &mut journal, store, tally, observer);
                let result = writer.write(results);
                broken.store(result.is_err(), Ordering::Relaxed);
                result.map(|()| writer.end())
            });
            let modelled = translate(windows, to_writer, open, observer, stop);
            if modelled.is_err() {
                broken.store(true, Ordering::Relaxed);
            }
            (writer.join(), modelled)
        });
        let written = written.unwrap_or_else(|_| Err(io::Error::other("the writer panicked")));
        let (store, tally, order) = written.map_err(self.write_error())?;
        modelled?;
        let seconds = tally.translating().as_secs_f64();
        let bytes = tally.bytes;
        if tally.done > 0 {
            let spent = Spent { bytes, seconds };
            journal.spent(spent).map_err(self.write_error())?;
        }
        let stopped = stop.load(Ordering::Relaxed);
        if !stopped {
            let finish = || {
                overview::write(&self.target, &journal, &order)?;
                let done = order.iter().filter(|seen| !seen.failed);
                let done: Vec<u64> = done.map(|seen| seen.entry).collect();
                store.finish(&mut journal, &done)
            };
            finish().map_err(self.write_error())?;
        }
        Ok(Outcome { tally, stopped })
    }

    /// Tells what [`Run::run`] would do, and touches nothing.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub fn estimate(&self, observer: &dyn Observer) -> Result<Estimate, RunError> {
        let past = Journal::look(&self.target.journal())?;
        let mut estimate = Estimate::default();
        let mut reader = Reader::new(self, &past);
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

    fn read(&self, past: &Past, halted: &dyn Fn() -> bool, to_models: SyncSender<Window>) {
        let mut reader = Reader::new(self, past);
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

/// Decides what there is to do about each record.
struct Reader<'a> {
    run: &'a Run,
    past: &'a Past,
    /// Bytes of what ranges lie in.
    data: u64,
    /// The places results of this run go to, and how many articles ask for each.
    taken: HashMap<Key, u32>,
}

impl<'a> Reader<'a> {
    fn new(run: &'a Run, past: &'a Past) -> Self {
        Self {
            run,
            past,
            data: data_length(&run.target, past.data),
            taken: HashMap::new(),
        }
    }

    fn job(&mut self, record: Result<Record, Fault>) -> Job {
        let record = match record {
            Ok(record) => record,
            Err(fault) => return self.failed(fault, &[], 0),
        };
        let place = key(self.run.target.place(&record.id).as_bytes());
        let asked = self.taken.entry(place).or_insert(0);
        *asked += 1;
        if *asked > 1 {
            let number = asked.to_le_bytes();
            let message = "another article before it has this id, and so its place; \
                           give one of them another name, or translate them apart";
            let fault = Fault::new(&record.id, FaultKind::Refused, message);
            return self.failed(fault, &number, record.size());
        }
        let (id, bytes) = (record.id.clone(), record.size());
        let input = shortened(&record.digest());
        let (task, again) = self.task(record, input);
        Job {
            id,
            key: None,
            input,
            bytes,
            task,
            again,
        }
    }

    /// What failed before it was an article. It has a key of its own, so that it is not taken for an
    /// article with its id; `more` tells it from others like it.
    fn failed(&self, fault: Fault, more: &[u8], bytes: usize) -> Job {
        let id = fault.id.clone().unwrap_or_default();
        let said = [id.as_str(), fault.kind.name(), &fault.message].join("\0");
        let own = key(&[said.as_bytes(), b"\0", more].concat());
        let known = self.known(&own).filter(|known| known.failed);
        let task = match known {
            Some(known) if !self.run.retry_failed => Task::Known {
                entry: known.entry,
                failed: true,
            },
            _ => Task::Fail(fault),
        };
        Job {
            id,
            key: Some(own),
            input: own,
            bytes,
            task,
            again: None,
        }
    }

    fn known(&self, key: &Key) -> Option<&Known> {
        let past = &self.past.articles;
        past.get(key).filter(|_| !self.run.overwrite)
    }

    fn task(&self, record: Record, input: Key) -> (Task, Option<Again>) {
        let mut again = None;
        if let Some(known) = self.known(&key(record.id.as_bytes())) {
            let there = if known.failed {
                !self.run.retry_failed
            } else {
                Store::holds(&self.run.target, &record.id, known, self.data)
            };
            again = match known {
                _ if known.input != input => Some(Again::OtherInput),
                _ if known.fingerprint != self.run.fingerprint => Some(Again::OtherOptions),
                _ if there => {
                    let task = Task::Known {
                        entry: known.entry,
                        failed: known.failed,
                    };
                    return (task, None);
                }
                _ => None,
            };
        }
        let id = record.id.clone();
        let task = match record.prepare(&self.run.read, self.run.language.as_deref()) {
            Ok(prepared) => Task::Translate(Box::new(prepared)),
            Err(error) => Task::Fail(Fault::new(id, FaultKind::Article, error)),
        };
        (task, again)
    }
}

/// An article as the models leave it.
struct Translated {
    id: String,
    key: Option<Key>,
    input: Key,
    bytes: usize,
    result: Finished,
}

enum Finished {
    Known { entry: u64, failed: bool },
    Done(Box<Document>),
    Failed(Fault),
}

/// A window as the models leave it.
struct Results {
    articles: Vec<Translated>,
    position: u64,
    /// Articles of earlier runs that were done again.
    other_options: u64,
    other_input: u64,
    /// When the models began.
    since: Option<Instant>,
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
        let mut inputs: Vec<Prepared> = Vec::new();
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
            articles.push((job.id, job.key, job.input, job.bytes, result));
        }
        if !inputs.is_empty() && opened.is_none() && !stop.load(Ordering::Relaxed) {
            let pipeline = open().ok_or(RunError::NoModels)?;
            opened = Some((pipeline, Instant::now()));
        }
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let documents = match &opened {
            Some((pipeline, _)) if !inputs.is_empty() => {
                let end = window.position;
                pipeline.run_window(&inputs, &mut |progress| observer.window(progress, end))
            }
            _ => Vec::new(),
        };
        if documents.len() > 1
            && let Some(error) = all_failed(&documents)
        {
            return Err(RunError::Models(error));
        }
        let mut documents = documents.into_iter();
        let articles = articles.into_iter().map(|(id, key, input, bytes, result)| {
            let result = result.unwrap_or_else(|| match documents.next() {
                Some(Ok(document)) => Finished::Done(Box::new(document)),
                Some(Err(error)) => Finished::Failed(Fault::new(&id, FaultKind::Model, error)),
                None => Finished::Failed(Fault::new(&id, FaultKind::Model, PipelineError::Lost)),
            });
            Translated {
                id,
                key,
                input,
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

/// The first error, where nothing but errors came out of a window.
fn all_failed<E: std::fmt::Display>(documents: &[Result<Document, E>]) -> Option<String> {
    let mut errors = documents.iter().map(|document| document.as_ref().err());
    let first = errors.next()??;
    errors
        .all(|error| error.is_some())
        .then(|| first.to_string())
}

/// An article of this run, in the inputs' order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    /// Where its entry begins in the journal.
    pub entry: u64,
    pub failed: bool,
}

/// Puts results in their places, and commits them.
struct Writer<'a> {
    run: &'a Run,
    journal: &'a mut Journal,
    store: Store,
    tally: Tally,
    order: Vec<Seen>,
    observer: &'a dyn Observer,
}

impl<'a> Writer<'a> {
    fn new(
        run: &'a Run,
        journal: &'a mut Journal,
        store: Store,
        tally: Tally,
        observer: &'a dyn Observer,
    ) -> Self {
        Self {
            run,
            journal,
            store,
            tally,
            order: Vec::new(),
            observer,
        }
    }

    fn end(self) -> (Store, Tally, Vec<Seen>) {
        (self.store, self.tally, self.order)
    }

    fn write(&mut self, results: Receiver<Results>) -> io::Result<()> {
        self.observer.tally(&self.tally);
        for window in results {
            self.window(window)?;
            self.observer.tally(&self.tally);
        }
        Ok(())
    }

    fn window(&mut self, window: Results) -> io::Result<()> {
        let mut entries = Vec::new();
        let mut seen: Vec<Option<Seen>> = Vec::new();
        for article in window.articles {
            let (done, error) = match article.result {
                Finished::Known { entry, failed } => {
                    seen.push(Some(Seen { entry, failed }));
                    self.tally.failed_before += u64::from(failed);
                    self.tally.skipped += u64::from(!failed);
                    continue;
                }
                Finished::Done(document) => match self.put(*document, article.bytes)? {
                    Ok(done) => (Some(done), None),
                    Err(fault) => (None, Some(self.fail(&fault))),
                },
                Finished::Failed(fault) => (None, Some(self.fail(&fault))),
            };
            seen.push(None);
            entries.push(Entry {
                id: article.id,
                key: article.key.map(|key| hex(&key)),
                input: hex(&article.input),
                fingerprint: hex(&self.run.fingerprint),
                done,
                error,
            });
        }
        if !entries.is_empty() {
            self.store.sync()?;
            let mut new = self.journal.commit(&entries)?.into_iter().zip(&entries);
            for place in seen.iter_mut().filter(|seen| seen.is_none()) {
                *place = new.next().map(|(entry, written)| Seen {
                    entry,
                    failed: written.error.is_some(),
                });
            }
        }
        self.order.extend(seen.into_iter().flatten());
        self.tally.other_options += window.other_options;
        self.tally.other_input += window.other_input;
        if window.since.is_none() {
            self.tally.skipped_bytes = window.position;
        }
        self.tally.position = window.position;
        self.tally.translating_since = window.since;
        Ok(())
    }

    /// Writes one result. A full disk, or a file of many that cannot be written, ends the run; any
    /// other failure is the article's own.
    fn put(&mut self, mut document: Document, bytes: usize) -> io::Result<Result<Done, Fault>> {
        // The same archive gives the same bytes, whenever and however often it was interrupted.
        document.seconds = None;
        let placed = match self.store.put(&document, self.journal) {
            Ok(placed) => placed,
            Err(error) if matches!(self.store, Store::One(_)) || is_temporary(error.kind()) => {
                return Err(error);
            }
            Err(error) => {
                let message = format!("its result cannot be written: {error}");
                return Ok(Err(Fault::new(document.id, FaultKind::Output, message)));
            }
        };
        self.tally.add(&document, bytes);
        let mut flags = BTreeMap::new();
        let summary = document
            .summary
            .iter()
            .map(|summary| summary.flags.as_slice());
        for flag in tally::sentences(&document).chain(summary).flatten() {
            *flags.entry((*flag).to_owned()).or_default() += 1;
        }
        let (file, range) = match placed {
            Placed::File(file) => (Some(file), None),
            Placed::Range(start, end) => (None, Some((start, end))),
        };
        Ok(Ok(Done {
            file,
            range,
            title: document.title.map(|title| title.target),
            date: document.metadata.date,
            summary: document.summary.map(|summary| summary.target),
            flags,
        }))
    }

    fn fail(&mut self, fault: &Fault) -> Reason {
        self.tally.failed += 1;
        self.observer.failed(fault);
        Reason {
            kind: fault.kind.name().to_owned(),
            message: fault.message.clone(),
        }
    }
}

/// Whether the same command may succeed later with nothing changed.
pub(crate) fn is_temporary(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::OutOfMemory
    )
}
