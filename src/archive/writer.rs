//! Stores the results of the models and commits them to the journal.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Instant;

use super::journal::{Completed, Entry, EntryReader, FailureReason, Journal, Shown};
use super::key::Key;
use super::output::StoredAt;
use super::plan::{Observer, Run, SeenArticle};
use super::record::{Fault, FaultKind};
use super::store::Store;
use super::tally::{self, Tally};
use crate::document::Document;
use crate::files::{hex, is_temporary};
use crate::names::SeenName;

/// An article after the models: what the journal and the output need to know about it.
pub(super) struct ArticleResult<R> {
    pub id: String,
    /// What the journal knows it by, if that is not its id.
    pub key: Option<Key>,
    /// Key of the article's content; see [`Record::revision`](super::Record::revision).
    pub input: Key,
    /// The input that it is from, as a journal names it.
    pub from: Option<Arc<str>>,
    /// Name of the result's file; empty if it can have none.
    pub file: String,
    /// Size of what the article was read from.
    pub bytes: usize,
    pub result: R,
}

impl<R> ArticleResult<R> {
    /// The article without its result, and the result.
    fn parted(self) -> (ArticleResult<()>, R) {
        let Self {
            id,
            key,
            input,
            from,
            file,
            bytes,
            result,
        } = self;
        let article = ArticleResult {
            id,
            key,
            input,
            from,
            file,
            bytes,
            result: (),
        };
        (article, result)
    }

    /// The same article with another result.
    pub(super) fn with<T>(self, result: T) -> ArticleResult<T> {
        ArticleResult {
            id: self.id,
            key: self.key,
            input: self.input,
            from: self.from,
            file: self.file,
            bytes: self.bytes,
            result,
        }
    }
}

/// What became of an article.
pub(super) enum Finished {
    /// An earlier run has done it; `entry` is the byte offset of its entry in the journal.
    Known { entry: u64, failed: bool },
    /// Translated, not yet stored.
    Done(Box<Document>),
    /// It could not be read or translated.
    Failed(Fault),
}

/// A window after the models.
pub(super) struct WindowResults {
    pub articles: Vec<ArticleResult<Finished>>,
    /// Bytes of the inputs read at the end of the window.
    pub position: u64,
    /// Articles of the window done again because models or options changed.
    pub other_options: u64,
    /// Articles of the window done again because their content changed.
    pub other_input: u64,
    /// Articles of the window done again because their results are gone or changed.
    pub other_result: u64,
    /// When the first article of the run was given to the models; `None` before that.
    pub since: Option<Instant>,
}

/// Stores results and commits them to the journal, window by window.
pub(super) struct Writer<'a> {
    run: &'a Run,
    journal: &'a mut Journal,
    store: Store,
    tally: Tally,
    /// The articles of the run so far.
    order: Vec<SeenArticle>,
    observer: &'a dyn Observer,
    /// Reads what the journal has of earlier runs; opened when it is needed.
    earlier: Option<EntryReader>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
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
            earlier: None,
        }
    }

    /// Returns the store, the counts, and all articles of the run in order.
    pub(super) fn end(self) -> (Store, Tally, Vec<SeenArticle>) {
        (self.store, self.tally, self.order)
    }

    /// Names an article that failed in an earlier run, whose entry is there in the journal.
    fn tell_failed_before(&mut self, place: u64) -> io::Result<()> {
        let reader = match &mut self.earlier {
            Some(reader) => reader,
            None => self.earlier.insert(self.journal.reader()?),
        };
        let entry = reader.entry(place)?;
        let message = entry.error.as_ref().map(|error| error.message.as_str());
        self.observer.failed_before(&entry.id, message);
        Ok(())
    }

    /// Stores windows until the models have no more.
    pub(super) fn write(&mut self, results: Receiver<WindowResults>) -> io::Result<()> {
        self.observer.tally(&self.tally);
        for window in results {
            self.write_window(window)?;
            self.observer.tally(&self.tally);
        }
        Ok(())
    }

    /// Stores a window's results and commits them.
    fn write_window(&mut self, window: WindowResults) -> io::Result<()> {
        self.announce(&window)?;
        let mut entries = Vec::new();
        let mut seen: Vec<Option<SeenArticle>> = Vec::new();
        for article in window.articles {
            let (article, result) = article.parted();
            let (done, error) = match result {
                Finished::Known { entry, failed } => {
                    seen.push(Some(SeenArticle { entry, failed }));
                    if failed {
                        self.tally.failed_before += 1;
                        self.tell_failed_before(entry)?;
                    }
                    self.tally.skipped += u64::from(!failed);
                    continue;
                }
                Finished::Done(document) => match self.put(*document, &article)? {
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
            let failed: Vec<bool> = entries.iter().map(|entry| entry.error.is_some()).collect();
            let places = self.journal.commit(entries, self.run.shard)?;
            let mut new = places.into_iter().zip(failed);
            for slot in seen.iter_mut().filter(|seen| seen.is_none()) {
                *slot = new
                    .next()
                    .map(|(entry, failed)| SeenArticle { entry, failed });
            }
        }
        self.order.extend(seen.into_iter().flatten());
        self.tally.other_options += window.other_options;
        self.tally.other_input += window.other_input;
        self.tally.other_result += window.other_result;
        if window.since.is_none() {
            self.tally.skipped_bytes = window.position;
        }
        self.tally.position = window.position;
        self.tally.translating_since = window.since;
        Ok(())
    }

    /// Records the names of the files that the window's results get, so that no other file is taken
    /// for one of them later.
    fn announce(&mut self, window: &WindowResults) -> io::Result<()> {
        if self.store.is_single_file() {
            return Ok(());
        }
        let done = window.articles.iter();
        let done = done.filter(|article| matches!(article.result, Finished::Done(_)));
        let files: Vec<String> = done.map(|article| article.file.clone()).collect();
        if files.is_empty() {
            return Ok(());
        }
        self.journal.writing(files)
    }

    /// Writes one result. The outer error ends the run: the disk is full, or the single file of all
    /// results cannot be written. The inner one concerns only this article.
    fn put(
        &mut self,
        mut document: Document,
        article: &ArticleResult<()>,
    ) -> io::Result<Result<Completed, Fault>> {
        // The same archive must give the same bytes, even if the run was interrupted.
        document.seconds = None;
        let stored = match self.store.put(&document, &article.file, self.journal) {
            Ok(stored) => stored,
            Err(error) if self.store.is_single_file() || is_temporary(&error) => {
                return Err(error);
            }
            Err(error) => {
                let message = format!("its result cannot be written: {error}");
                return Ok(Err(Fault::new(document.id, FaultKind::Output, message)));
            }
        };
        self.tally.add(&document, article.bytes);
        let mut flags = BTreeMap::new();
        let summary = document
            .summary
            .iter()
            .map(|summary| summary.flags.as_slice());
        for flag in tally::sentences(&document).chain(summary).flatten() {
            *flags.entry(flag.name().to_owned()).or_default() += 1;
        }
        let (file, stamp, range) = match stored.place {
            StoredAt::File(file, stamp) => (Some(file), Some(stamp), None),
            StoredAt::Range(start, end) => (None, None, Some((start, end))),
        };
        let names = document.names.iter().filter(|_| self.run.keeps_names);
        let has_page = self.run.output.overview().is_some();
        let shown = has_page.then(|| Box::new(Shown::of(&document)));
        let completed = Completed {
            names: names.filter_map(SeenName::of).collect(),
            file,
            stamp,
            range,
            digest: hex(&stored.digest),
            from: article.from.as_deref().map(str::to_owned),
            title: document.title.map(|title| title.target),
            date: document.metadata.date,
            summary: document.summary.map(|summary| summary.target),
            flags,
            shown,
        };
        Ok(Ok(completed.bounded()))
    }

    /// Counts and reports a failure.
    fn fail(&mut self, fault: &Fault) -> FailureReason {
        self.tally.failed += 1;
        self.observer.failed(fault);
        FailureReason::new(fault.kind.name(), &fault.message)
    }
}
