//! What a journal says about earlier runs.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use super::entry::{DataFile, Entry, JournalLine, MAX_LINE_BYTES, RunCost, VERSION};
use crate::archive::key::{Key, from_hex, key};
use crate::archive::output_names::OutputNames;

/// What is known of an article from earlier runs.
#[derive(Debug, Clone, Copy)]
pub(in crate::archive) struct PriorResult {
    /// Where its entry begins in the journal.
    pub entry: u64,
    pub input: Key,
    pub fingerprint: Key,
    pub failed: bool,
    pub range: Option<(u64, u64)>,
}

impl PriorResult {
    /// What the entry that begins at `start` says.
    fn new(start: u64, entry: &Entry) -> Self {
        Self {
            entry: start,
            input: from_hex(&entry.input),
            fingerprint: from_hex(&entry.fingerprint),
            failed: entry.error.is_some(),
            range: entry.done.as_ref().and_then(|done| done.range),
        }
    }
}

/// Everything known from earlier runs: articles by the key of their id, and the files assigned to
/// them.
#[derive(Debug)]
pub(in crate::archive) struct History {
    pub articles: HashMap<Key, PriorResult>,
    pub names: OutputNames,
    pub cost: RunCost,
    pub data: DataFile,
}

impl History {
    pub(super) fn empty() -> Self {
        Self {
            articles: HashMap::new(),
            names: OutputNames::default(),
            cost: RunCost::default(),
            data: DataFile::Part,
        }
    }

    /// Adds the entry that begins at `start`.
    fn add(&mut self, start: u64, entry: &Entry) {
        let key = match &entry.key {
            Some(key) => from_hex(key),
            None => key(entry.id.as_bytes()),
        };
        self.articles.insert(key, PriorResult::new(start, entry));
        if let Some(file) = entry.done.as_ref().and_then(|done| done.file.as_ref()) {
            self.names.keep(file, &entry.id);
        }
    }
}

/// A journal up to its last commit.
pub(super) struct Committed {
    pub history: History,
    pub bytes: u64,
    pub commits: u64,
}

/// Reads a journal; `None` if it is the file of another program.
pub(super) fn read(file: &File) -> io::Result<Option<Committed>> {
    let mut reader = BufReader::new(file);
    let mut committed = Committed {
        history: History::empty(),
        bytes: 0,
        commits: 0,
    };
    let mut pending: Vec<(u64, Entry)> = Vec::new();
    let mut here = 0;
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let read = reader
            .by_ref()
            .take(MAX_LINE_BYTES)
            .read_until(b'\n', &mut bytes)?;
        let whole = bytes.ends_with(b"\n");
        let parsed = serde_json::from_slice::<JournalLine>(&bytes).ok();
        let Some(line) = parsed.filter(|_| whole) else {
            // An incomplete first line is that of a journal if it is the beginning of a header.
            let header = JournalLine::header().bytes();
            let is_ours = committed.bytes > 0 || header.starts_with(&bytes);
            return Ok(is_ours.then_some(committed));
        };
        let start = here;
        here += read as u64;
        match line {
            JournalLine::Header { journal } if journal == VERSION && start == 0 => {
                committed.bytes = here;
            }
            _ if committed.bytes == 0 => return Ok(None),
            JournalLine::Header { .. } => return Ok(Some(committed)),
            JournalLine::Commit { commit } => {
                for (start, entry) in pending.drain(..) {
                    committed.history.add(start, &entry);
                }
                (committed.bytes, committed.commits) = (here, commit);
            }
            JournalLine::Run { run } => {
                committed.history.cost.bytes += run.bytes;
                committed.history.cost.seconds += run.seconds;
                if pending.is_empty() {
                    committed.bytes = here;
                }
            }
            JournalLine::Data { data } => {
                committed.history.data = data;
                if pending.is_empty() {
                    committed.bytes = here;
                }
            }
            JournalLine::Entry(entry) => pending.push((start, *entry)),
        }
    }
}
