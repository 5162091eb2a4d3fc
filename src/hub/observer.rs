//! Events of a pull. The library prints nothing; the observer may.

use std::path::Path;

use crate::model_files::Licence;

/// Something happened during [`fetch`](super::fetch) or [`verify`](super::verify).
#[derive(Debug)]
#[non_exhaustive]
pub enum PullEvent<'a> {
    /// What is about to be downloaded; sent before the first byte. A model whose weights are in parts
    /// has its parts planned when their index is here.
    Planned {
        /// The model, as it was named.
        model: &'a str,
        /// How many files.
        files: usize,
        /// Bytes that are not here yet.
        bytes: u64,
        /// The terms it is published under, if they are known.
        licence: Option<&'a Licence>,
        /// Bytes that the disk has room for, if that is known.
        free: Option<u64>,
        /// The folder of the cache.
        folder: &'a Path,
    },
    /// A file's transfer begins; an interrupted pull left `have` of its bytes.
    FileStarted {
        /// Its path in the repository.
        file: &'a str,
        /// Its size; `None` if the hub does not say.
        bytes: Option<u64>,
        /// Bytes that need not be downloaded again.
        have: u64,
    },
    /// `have` bytes were received; the number falls if a server restarts from the beginning.
    Progress {
        /// Its path in the repository.
        file: &'a str,
        /// Its size; `None` if the hub does not say.
        bytes: Option<u64>,
        /// Bytes of it on the disk, those of earlier pulls included.
        have: u64,
    },
    /// A transfer broke off and is tried again.
    Retrying {
        /// Its path in the repository.
        file: &'a str,
        /// Why it broke off.
        reason: &'a str,
    },
    /// Another process is pulling this file; this one waits for it.
    Waiting {
        /// Its path in the repository.
        file: &'a str,
    },
    /// A file of the cache, or the part an interrupted pull left, is being hashed; `done` of `bytes`.
    Verifying {
        /// Its path in the repository.
        file: &'a str,
        /// Its size on the disk.
        bytes: u64,
        /// Bytes hashed so far.
        done: u64,
    },
    /// A file has been pulled and verified.
    FileDone {
        /// Its path in the repository.
        file: &'a str,
    },
    /// A file of the cache was damaged or the wrong file, and was deleted.
    Discarded {
        /// Where it was.
        path: &'a Path,
        /// How it differed from what it must be.
        reason: &'a str,
    },
    /// A file matches the hub's ETag, but not a pin of a single source.
    PinDisagrees {
        /// Its path in the repository.
        file: &'a str,
        /// Size and SHA-256 of the pin.
        pinned: &'a str,
        /// Size and SHA-256 of the file, which is used.
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
