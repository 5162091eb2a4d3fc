//! A run over an archive: a reader ahead of the models, a writer after them.
//!
//! The reader hands over windows, at most [`AHEAD`] of them, and knows from the journal what is
//! done; the models work on one window at a time; the writer stores the results and commits each
//! window to the journal. Memory holds a few windows, and some hundred bytes for each article.

use std::collections::HashSet;
use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Instant;

use super::inputs::GivenSink;
use super::journal::{History, Journal, JournalError, RunCost, earlier_input};
use super::output::Output;
use super::output_names::OutputNames;
use super::overview;
use super::plan::{Estimate, Observer, Outcome, Run, RunError};
use super::record::{Fault, FaultKind};
use super::shard_footer::ShardFooter;
use super::source::{Source, SourceDigest, portable_key};
use super::split_window::{Joined, Pending, SplitWindow};
use super::store::{Store, changed_since};
use super::tally::Tally;
use super::triage::Triage;
use super::window::{RedoReason, Window, Work};
use super::writer::{ArticleResult, Finished, WindowResults, Writer};
use crate::document::Document;
use crate::files::{FileId, hex};
use crate::names::SeenNames;
use crate::pipeline::{Pipeline, PipelineError};

/// Windows read ahead of the models, and finished windows ahead of the writer.
const AHEAD: usize = 2;

/// What the reading thread came to.
struct ReadOutcome {
    /// Whether all windows were handed over, rather than up to where the run was stopped.
    is_whole: bool,
    /// What the inputs hold, if all of a shard was read.
    source: Option<SourceDigest>,
}

impl Run {
    /// Does what is still to be done. `open` loads the models when the first article needs them; if
    /// it returns `None`, it has reported why. `stop` ends the run after the window in work.
    ///
    /// # Errors
    /// If the journal or the output cannot be used, the disk is full, or the models cannot be opened
    /// or fail on a whole window.
    pub fn run(
        &self,
        open: &mut dyn FnMut() -> Option<Pipeline>,
        observer: &dyn Observer,
        stop: &AtomicBool,
    ) -> Result<Outcome, RunError> {
        self.output.check(&self.inputs)?;
        let (mut journal, mut history) = Journal::open(&self.output.journal(), self.overwrite)?;
        self.check_shard(&history)?;
        self.check_left_out(&history)?;
        self.tell_damage(&history, observer);
        let others = history.articles.values();
        let others = others
            .filter(|prior| prior.fingerprint != self.fingerprint)
            .count();
        if others > 0 {
            observer.other_options(others);
        }
        let store = Store::open(&self.output, &history).map_err(self.write_error())?;
        let extent = self.inputs.extent();
        observer.found(&extent);
        let tally = Tally::new(extent.bytes);
        observer.tally(&tally);
        let (to_models, windows) = sync_channel(AHEAD);
        let (to_writer, results) = sync_channel(AHEAD);
        let broken = AtomicBool::new(false);
        let halted = || stop.load(Ordering::Relaxed) || broken.load(Ordering::Relaxed);
        let names = std::mem::take(&mut history.names);
        let threads = thread::scope(|scope| {
            let spawn = thread::Builder::new;
            let writer = spawn().spawn_scoped(scope, || {
                let mut writer = Writer::new(self, &mut journal, store, tally, observer);
                let written = writer.write(results);
                if written.is_err() {
                    broken.store(true, Ordering::Relaxed);
                }
                (written, writer.end())
            })?;
            // Where this one cannot be had, the other ends with its channel.
            let read = || self.read(&history, names, observer, &halted, to_models);
            let reader = spawn().spawn_scoped(scope, read);
            let reader = match reader {
                Ok(reader) => reader,
                Err(error) => {
                    drop((windows, to_writer));
                    return Err(error);
                }
            };
            let modelled = translate(windows, to_writer, open, observer, stop);
            if modelled.is_err() {
                broken.store(true, Ordering::Relaxed);
            }
            Ok((reader.join(), writer.join(), modelled))
        });
        let (read, writer, modelled) = threads.map_err(RunError::Thread)?;
        let panicked = |thread: &str| {
            let message = format!("the {thread} panicked");
            self.write_error()(io::Error::other(message))
        };
        let (written, (store, tally, order)) = writer.map_err(|_| panicked("writer"))?;
        let read = read.unwrap_or_else(|_| Err(panicked("reader")));
        let ended = written.map_err(self.write_error());
        let ended = ended.and_then(|()| Ok((modelled?, read?)));
        let (is_all_modelled, outcome) = match ended {
            Ok(ended) => ended,
            Err(error) => {
                // Only the first error is reported; the lists may then be those of an earlier run.
                let _ = overview::write_so_far(&self.output, &mut journal, &order);
                return Err(error);
            }
        };
        // A signal during the last window left nothing undone.
        let stopped = !(is_all_modelled && outcome.is_whole);
        let seconds = tally.translating().as_secs_f64();
        let bytes = tally.bytes;
        let mut names = SeenNames::default();
        let finish = || {
            if tally.done > 0 {
                journal.cost(RunCost { bytes, seconds })?;
            }
            if stopped {
                return overview::write_so_far(&self.output, &mut journal, &order);
            }
            // A single file holds the articles of this run alone.
            let keeps_earlier = matches!(self.output, Output::Folder { .. });
            if keeps_earlier && self.inputs.are_articles() {
                overview::write_with_earlier(&self.output, &mut journal, &order)?;
            } else {
                overview::write(&self.output, &journal, &order)?;
            }
            let done = order.iter().filter(|seen| !seen.failed);
            let done: Vec<u64> = done.map(|seen| seen.entry).collect();
            if self.keeps_names {
                names = seen_names(&journal, &done)?;
            }
            let articles = done.len() as u64;
            let footer = self
                .shard
                .zip(outcome.source)
                .map(|(shard, source)| ShardFooter {
                    shard,
                    articles,
                    failed: order.len() as u64 - articles,
                    records: source.records,
                    source: hex(&source.digest),
                });
            store.finish(&mut journal, &done, self.shard, footer.as_ref())
        };
        finish().map_err(self.write_error())?;
        Ok(Outcome {
            tally,
            stopped,
            names,
        })
    }

    /// Estimates what [`Run::run`] would do, and changes nothing.
    ///
    /// # Errors
    /// If the journal cannot be read, the output cannot be used, or no process can be started that
    /// reads articles.
    pub fn estimate(&self, observer: &dyn Observer) -> Result<Estimate, RunError> {
        self.output.check(&self.inputs)?;
        let mut history = match Journal::look(&self.output.journal()) {
            // The run would begin it anew.
            Err(JournalError::EarlierVersion { .. }) if self.overwrite => History::empty(),
            history => history?,
        };
        self.check_left_out(&history)?;
        self.tell_damage(&history, observer);
        let names = std::mem::take(&mut history.names);
        let mut estimate = Estimate::default();
        let mut triage = Triage::new(self, &history, names);
        let mut read = Ok(());
        // The closure breaks only with an error.
        let _ = self.records(&mut |record, _, from| {
            let item = match triage.item(record, from) {
                Ok(item) => item,
                Err(error) => {
                    read = Err(RunError::Reading(error));
                    return ControlFlow::Break(());
                }
            };
            match item.work {
                Work::Known { failed: false, .. } => estimate.done += 1,
                Work::Known { failed: true, .. } => {
                    estimate.failed += 1;
                    observer.failed_before(&item.id, None);
                }
                Work::Fail(fault) => {
                    estimate.failed += 1;
                    observer.would_fail(&fault);
                }
                Work::Translate(_) => {
                    estimate.articles += 1;
                    estimate.bytes += item.bytes as u64;
                    estimate.other_options += u64::from(item.redo == Some(RedoReason::Options));
                    estimate.other_input += u64::from(item.redo == Some(RedoReason::Input));
                    estimate.other_result += u64::from(item.redo == Some(RedoReason::Result));
                    observer.would_translate(&item.id);
                }
            }
            ControlFlow::Continue(())
        });
        read?;
        self.tell_missing(&triage, observer);
        let cost = history.cost;
        let known = cost.bytes > 0 && cost.seconds > 0.0;
        estimate.seconds = known.then(|| estimate.bytes as f64 * cost.seconds / cost.bytes as f64);
        Ok(estimate)
    }

    /// Hands windows to the models.
    fn read(
        &self,
        history: &History,
        names: OutputNames,
        observer: &dyn Observer,
        halted: &dyn Fn() -> bool,
        to_models: SyncSender<Window>,
    ) -> Result<ReadOutcome, RunError> {
        let mut triage = Triage::new(self, history, names);
        let mut window = Window::default();
        let mut send = |window| match to_models.send(window) {
            Ok(()) => ControlFlow::Continue(()),
            // The receiver has stopped and reported why.
            Err(_) => ControlFlow::Break(()),
        };
        let mut read = Ok(());
        let flow = self.records(&mut |record, position, from| {
            if halted() {
                return ControlFlow::Break(());
            }
            let item = match triage.item(record, from) {
                Ok(item) => item,
                Err(error) => {
                    read = Err(RunError::Reading(error));
                    return ControlFlow::Break(());
                }
            };
            // Reading may have been stopped before its end, which is no failure of the article.
            if halted() {
                return ControlFlow::Break(());
            }
            window.push(item, position, &mut send)
        });
        read?;
        let ControlFlow::Continue(source) = flow else {
            return Ok(ReadOutcome {
                is_whole: false,
                source: None,
            });
        };
        self.tell_missing(&triage, observer);
        let is_whole = window.items.is_empty() || send(window).is_continue();
        Ok(ReadOutcome { is_whole, source })
    }

    /// Reports what happened to the journal and the output since earlier runs.
    fn tell_damage(&self, history: &History, observer: &dyn Observer) {
        if history.lost > 0 {
            observer.journal_damaged(history.lost);
        }
        for path in changed_since(&self.output, history) {
            observer.output_changed(&path);
        }
    }

    /// Reports articles of earlier runs that are in the file of all results and will not be.
    fn tell_missing(&self, triage: &Triage, observer: &dyn Observer) {
        let missing = triage.missing();
        if missing > 0 && !self.overwrite && !matches!(self.output, Output::Folder { .. }) {
            observer.left_out(missing);
        }
    }

    /// Refuses an output that holds results of another shard: they would be dropped at the end.
    fn check_shard(&self, history: &History) -> Result<(), RunError> {
        let Some(shard) = self.shard else {
            return Ok(());
        };
        let mut done = history.articles.values().filter(|prior| !prior.failed());
        if done.next().is_none() || history.shards == [shard] {
            return Ok(());
        }
        Err(RunError::OtherShard {
            output: self.output.journal().display().to_string(),
            shard,
        })
    }

    /// Refuses a single file that has results of an input which is there and is not given: the file holds
    /// the articles of one run, so those results would be dropped at the end. An input that is gone may
    /// have been moved.
    fn check_left_out(&self, history: &History) -> Result<(), RunError> {
        if self.overwrite || matches!(self.output, Output::Folder { .. }) {
            return Ok(());
        }
        let journal = self.output.journal();
        let given = self.inputs.paths.iter();
        let given: HashSet<FileId> = given.filter_map(|path| FileId::of(path)).collect();
        let left_out = history.origins.paths().find_map(|from| {
            let path = earlier_input(&journal, from);
            let is_given = given.contains(&FileId::of(&path)?);
            (!is_given).then_some(path)
        });
        match left_out {
            Some(input) => Err(RunError::LeavesOut {
                output: self.output.file_or_folder().to_owned(),
                input,
            }),
            None => Ok(()),
        }
    }

    /// Hands the records of the shard to `sink`. Returns what the inputs hold if there is a shard.
    fn records(&self, sink: &mut GivenSink) -> ControlFlow<(), Option<SourceDigest>> {
        let Some(shard) = self.shard else {
            self.inputs.read_given(sink)?;
            return ControlFlow::Continue(None);
        };
        let mut source = Source::default();
        self.inputs.read_given(&mut |record, position, from| {
            let key = portable_key(&record, from.given);
            source.add(&key, &record);
            if shard.holds(&key) {
                sink(record, position, from)
            } else {
                ControlFlow::Continue(())
            }
        })?;
        ControlFlow::Continue(Some(source.end()))
    }

    fn write_error(&self) -> impl Fn(io::Error) -> RunError {
        let what = match &self.output {
            Output::Folder { root, .. } => format!("to {}", root.display()),
            Output::JsonLines(path) | Output::Collection(path, _) => path.display().to_string(),
        };
        move |source| RunError::Write {
            what: what.clone(),
            source,
        }
    }
}

/// The names of the articles that these entries of the journal are of.
fn seen_names(journal: &Journal, entries: &[u64]) -> io::Result<SeenNames> {
    let mut reader = journal.reader()?;
    let mut names = SeenNames::default();
    for &entry in entries {
        let done = reader.entry(entry)?.done;
        for name in done.iter().flat_map(|done| &done.names) {
            names.add(name);
        }
    }
    Ok(names)
}

/// Gives each window to the models, and the results to the writer. Returns whether none was left.
fn translate(
    windows: Receiver<Window>,
    to_writer: SyncSender<WindowResults>,
    open: &mut dyn FnMut() -> Option<Pipeline>,
    observer: &dyn Observer,
    stop: &AtomicBool,
) -> Result<bool, RunError> {
    let mut opened: Option<(Pipeline, Instant)> = None;
    for window in windows {
        let other_options = window.redone(RedoReason::Options);
        let other_input = window.redone(RedoReason::Input);
        let other_result = window.redone(RedoReason::Result);
        let end = window.position;
        let items = window.items.into_iter().map(|item| {
            let article = ArticleResult {
                id: item.id,
                key: item.key,
                input: item.input,
                from: item.from,
                file: item.file,
                bytes: item.bytes,
                result: (),
            };
            let pending = match item.work {
                Work::Translate(parsed) => Pending::Translate(parsed),
                Work::Known { entry, failed } => {
                    Pending::Settled(Finished::Known { entry, failed })
                }
                Work::Fail(fault) => Pending::Settled(Finished::Failed(fault)),
            };
            (article, pending)
        });
        let split = SplitWindow::new(items);
        let needs_models = !split.articles().is_empty();
        if needs_models && opened.is_none() && !stop.load(Ordering::Relaxed) {
            let pipeline = open().ok_or(RunError::NoModels)?;
            opened = Some((pipeline, Instant::now()));
        }
        if stop.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let mut documents = match &opened {
            Some((pipeline, _)) if needs_models => {
                let articles = split.articles();
                pipeline.run_window(articles, &mut |progress| {
                    observer.window(progress, articles.len(), end);
                })
            }
            _ => Vec::new(),
        };
        if documents.len() > 1
            && let Some(error) = all_failed(&mut documents)
        {
            return Err(RunError::Models(error));
        }
        let articles = split
            .join(documents)
            .into_iter()
            .map(|(article, joined)| finished(article, joined))
            .collect();
        let results = WindowResults {
            articles,
            position: end,
            other_options,
            other_input,
            other_result,
            since: opened.as_ref().map(|(_, since)| *since),
        };
        if to_writer.send(results).is_err() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn finished(
    article: ArticleResult<()>,
    joined: Joined<Finished, PipelineError>,
) -> ArticleResult<Finished> {
    let failed = |error| Finished::Failed(Fault::of(&article.id, FaultKind::Model, error));
    let result = match joined {
        Joined::Settled(finished) => finished,
        Joined::Done(document) => Finished::Done(document),
        Joined::Failed(_, error) => failed(error),
        Joined::Lost => failed(PipelineError::Lost),
    };
    article.with(result)
}

/// Removes and returns the first error, if all results of a window are errors.
fn all_failed<E>(documents: &mut Vec<Result<Document, E>>) -> Option<E> {
    let all = documents.iter().all(Result::is_err);
    all.then(|| documents.drain(..).find_map(Result::err))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{Inputs, Limits, RecordOptions};
    use crate::article::ReadOptions;
    use crate::article_reader::ArticleReader;

    /// A signal that comes once an article failed.
    struct SignalAfter<'a>(&'a AtomicBool);

    impl Observer for SignalAfter<'_> {
        fn tally(&self, tally: &Tally) {
            self.0.fetch_or(tally.failed > 0, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_run_that_left_nothing_undone_was_not_stopped() {
        let world = tempfile::tempdir().unwrap();
        let article = world.path().join("empty.txt");
        std::fs::write(&article, "").unwrap();
        let run = Run {
            inputs: Inputs {
                paths: vec![article],
                limits: Limits::default(),
                records: RecordOptions::default(),
                output: None,
            },
            output: Output::JsonLines(world.path().join("out.jsonl")),
            read: ReadOptions::default(),
            reader: ArticleReader::InProcess,
            shard: None,
            fingerprint: Default::default(),
            overwrite: false,
            retry_failed: false,
            keeps_names: false,
        };
        let stop = AtomicBool::new(false);
        let outcome = run.run(&mut || None, &SignalAfter(&stop), &stop).unwrap();
        assert!(stop.load(Ordering::Relaxed));
        assert_eq!((outcome.tally.failed, outcome.stopped), (1, false));
        assert!(world.path().join("out.jsonl").exists());
        // One that comes before the first window leaves everything.
        let outcome = run.run(&mut || None, &SignalAfter(&stop), &stop).unwrap();
        assert_eq!((outcome.tally.failed, outcome.stopped), (0, true));
    }
}
