//! Events of a pull. The library prints nothing; the observer may.

use std::path::Path;

use crate::model_files::Licence;

/// Something happened during [`fetch`](super::fetch) or [`verify`](super::verify).
#[derive(Debug)]
#[non_exhaustive]
pub enum PullEvent<'a> {
    /// The terms a model is published under; sent once, before its first download.
    Licence {
        model: &'a str,
        licence: &'a Licence,
    },
    /// A file's transfer begins; an interrupted pull left `have` of its bytes.
    FileStarted {
        file: &'a str,
        bytes: Option<u64>,
        have: u64,
    },
    /// `have` bytes were received; the number falls if a server restarts from the beginning.
    Progress {
        file: &'a str,
        bytes: Option<u64>,
        have: u64,
    },
    /// A transfer broke off and is tried again.
    Retrying { file: &'a str, reason: &'a str },
    /// Another process is pulling this file; this one waits for it.
    Waiting { file: &'a str },
    /// A file of the cache, or the part an interrupted pull left, is being hashed; `done` of `bytes`.
    Verifying {
        file: &'a str,
        bytes: u64,
        done: u64,
    },
    /// A file has been pulled and verified.
    FileDone { file: &'a str },
    /// A file of the cache was damaged or the wrong file, and was deleted.
    Discarded { path: &'a Path, reason: &'a str },
    /// A file matches the hub's ETag, but not a pin of a single source.
    PinDisagrees {
        file: &'a str,
        pinned: &'a str,
        found: &'a str,
    },
}

/// Receives the events of a pull.
pub trait PullObserver {
    /// Called often and from the pulling thread: be quick.
    fn event(&mut self, event: PullEvent<'_>);
}

/// Ignores every event.
impl PullObserver for () {
    fn event(&mut self, _event: PullEvent<'_>) {}
}

impl<F: FnMut(PullEvent<'_>)> PullObserver for F {
    fn event(&mut self, event: PullEvent<'_>) {
        self(event);
    }
}
