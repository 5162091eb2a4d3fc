//! What a journal says about earlier runs.

use std::collections::HashMap;

use super::entry::{DataFile, Entry, JournalLine, MadeFile, RunCost};
use super::origin::Origins;
use crate::archive::key::{Key, from_hex, key};
use crate::archive::output_names::OutputNames;
use crate::archive::record::FaultKind;
use crate::archive::shard::Shard;
use crate::files::Stamp;

/// What is known of an article from earlier runs.
#[derive(Debug, Clone, Copy)]
pub(in crate::archive) struct PriorResult {
    /// Where its entry begins in the journal.
    pub entry: u64,
    pub input: Key,
    pub fingerprint: Key,
    /// Where its result is; `None` if it failed.
    pub place: Option<ResultPlace>,
    /// Key of the result's bytes.
    pub digest: Key,
    /// The number of the input that it is from, among [`History::origins`].
    pub from: Option<u32>,
    /// Whether its result could not be written, which says nothing about the article: it is looked at
    /// again.
    pub is_unsettled: bool,
}

/// Where a result is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::archive) enum ResultPlace {
    /// In a file of its own, as it was written.
    File(Stamp),
    /// From a byte to another, in a single file of results.
    Range(u64, u64),
}

impl PriorResult {
    /// What the entry that begins at `start` says. An entry of neither kind counts as a failure.
    fn new(start: u64, entry: &Entry, from: Option<u32>) -> Self {
        let done = entry.done.as_ref().filter(|_| entry.error.is_none());
        let place = done.and_then(|done| match (done.stamp, done.range) {
            (Some(stamp), _) => Some(ResultPlace::File(stamp)),
            (None, Some((start, end))) => Some(ResultPlace::Range(start, end)),
            (None, None) => None,
        });
        Self {
            entry: start,
            input: from_hex(&entry.input),
            fingerprint: from_hex(&entry.fingerprint),
            place,
            digest: done.map_or(Key::default(), |done| from_hex(&done.digest)),
            from,
            is_unsettled: entry
                .error
                .as_ref()
                .is_some_and(|error| error.kind == FaultKind::Output.name()),
        }
    }

    pub(in crate::archive) fn failed(&self) -> bool {
        self.place.is_none()
    }
}

/// Everything known from earlier runs: articles by the key of their id, and the files assigned to
/// them.
#[derive(Debug)]
pub(in crate::archive) struct History {
    pub articles: HashMap<Key, PriorResult>,
    pub names: OutputNames,
    /// The inputs of what is done.
    pub origins: Origins,
    pub cost: RunCost,
    pub data: DataFile,
    /// The file that `data` names as the last run left it; `None` if a run did not end.
    pub stamp: Option<Stamp>,
    /// The file of another format that the last run which ended made of the results.
    pub made: Option<MadeFile>,
    /// The parts of the articles that the runs did.
    pub shards: Vec<Shard>,
    /// Lines that are damaged or missing.
    pub lost: u64,
}

impl History {
    pub(in crate::archive) fn empty() -> Self {
        Self {
            articles: HashMap::new(),
            names: OutputNames::default(),
            origins: Origins::default(),
            cost: RunCost::default(),
            data: DataFile::Part,
            stamp: None,
            made: None,
            shards: Vec::new(),
            lost: 0,
        }
    }

    /// Adds a committed line, which begins at `start`.
    pub(super) fn add(&mut self, start: u64, line: JournalLine) {
        match line {
            JournalLine::Header { .. } => {}
            JournalLine::Commit { shard, .. } => {
                let shard = shard.unwrap_or(Shard::WHOLE);
                if !self.shards.contains(&shard) {
                    self.shards.push(shard);
                }
            }
            JournalLine::Writing { writing } => {
                for file in writing {
                    self.names.expect(&file);
                }
            }
            JournalLine::Run { run } => {
                self.cost.bytes += run.bytes;
                self.cost.seconds += run.seconds;
            }
            JournalLine::Data { data, stamp, made } => {
                (self.data, self.stamp) = (data, stamp);
                // A run that did not end leaves the file that an earlier one made.
                self.made = made.or(self.made.take());
            }
            JournalLine::Entry(entry) => self.add_entry(start, &entry),
        }
    }

    fn add_entry(&mut self, start: u64, entry: &Entry) {
        let key = match &entry.key {
            Some(key) => from_hex(key),
            None => key(entry.id.as_bytes()),
        };
        if let Some(done) = &entry.done {
            if let Some(file) = &done.file {
                self.names.keep(file, &entry.id);
            }
            // New results always go to the unfinished file, even if the line that says so is lost.
            if done.range.is_some() {
                (self.data, self.stamp) = (DataFile::Part, None);
            }
        }
        let from = entry.done.as_ref().and_then(|done| done.from.as_deref());
        let from = from.and_then(|from| self.origins.number(from));
        self.articles
            .insert(key, PriorResult::new(start, entry, from));
    }
}
