//! What a pull tells while it runs. The library prints nothing: whoever watches shows it.

use std::path::Path;

use crate::model_files::Licence;

/// Something happened during [`fetch`](super::fetch) or [`verify`](super::verify).
#[derive(Debug)]
#[non_exhaustive]
pub enum PullEvent<'a> {
    /// Before the first download of a model: under which terms it is published. Said once a pull.
    Licence {
        model: &'a str,
        licence: &'a Licence,
    },
    /// A file's transfer begins, `have` of its bytes being there from an interrupted pull.
    FileStarted {
        file: &'a str,
        bytes: Option<u64>,
        have: u64,
    },
    /// `have` bytes are there now; it can fall back where a server begins anew.
    Progress {
        file: &'a str,
        bytes: Option<u64>,
        have: u64,
    },
    /// A transfer broke off and is tried again.
    Retrying { file: &'a str, reason: &'a str },
    /// Another process is pulling this file; its end is waited for.
    Waiting { file: &'a str },
    /// A file of the cache, or the part an interrupted pull left, is hashed, `done` of its `bytes` so far.
    Verifying {
        file: &'a str,
        bytes: u64,
        done: u64,
    },
    /// A file has been pulled and verified.
    FileDone { file: &'a str },
    /// A file of the cache was not what it should be and has been thrown away.
    Discarded { path: &'a Path, reason: &'a str },
    /// A file is what the hub says, and not what one source of the catalogue said.
    PinDisagrees {
        file: &'a str,
        pinned: &'a str,
        found: &'a str,
    },
}

/// Watches a pull.
pub trait PullObserver {
    /// Called often and from the pulling thread: be quick.
    fn event(&mut self, event: PullEvent<'_>);
}

/// Watches nothing.
impl PullObserver for () {
    fn event(&mut self, _event: PullEvent<'_>) {}
}

impl<F: FnMut(PullEvent<'_>)> PullObserver for F {
    fn event(&mut self, event: PullEvent<'_>) {
        self(event)
    }
}
