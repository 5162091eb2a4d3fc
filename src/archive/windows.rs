//! Which articles are translated together.
//!
//! Windows depend on the inputs alone, not on timing nor on where a run was resumed: a window ends
//! behind so many articles, or so many bytes.

use super::record::{Fault, Record};
use super::journal::Key;
use crate::pipeline::Prepared;

/// The most articles of a window: at some twenty sentences each enough for full batches, and few
/// enough that little is lost or waited for when a run is stopped.
const ARTICLES: usize = 32;
/// A window ends when its articles have this many bytes: what is held in memory, three times over.
const BYTES: usize = 4 << 20;

/// One article of a window.
pub(super) struct Job {
    pub id: String,
    pub input: Key,
    pub bytes: usize,
    pub task: Task,
}

/// What there is to do about an article.
pub(super) enum Task {
    /// Nothing: its entry in the journal begins there, and says whether it failed.
    Known { entry: u64, failed: bool },
    Translate(Box<Prepared>),
    /// To be written down as failed.
    Fail(Fault),
}

/// Articles that are translated together.
#[derive(Default)]
pub(super) struct Window {
    pub jobs: Vec<Job>,
    bytes: usize,
    /// Bytes of the inputs read by its end.
    pub position: u64,
}

impl Window {
    /// Takes one article; gives the window out when it is full.
    pub(super) fn push(&mut self, job: Job, position: u64) -> Option<Self> {
        self.bytes += job.bytes;
        self.jobs.push(job);
        self.position = position;
        let full = self.jobs.len() >= ARTICLES || self.bytes >= BYTES;
        full.then(|| std::mem::take(self))
    }
}

/// How many bytes an article counts for.
pub(super) fn size(record: &Result<Record, Fault>) -> usize {
    record.as_ref().map_or(0, Record::size)
}
