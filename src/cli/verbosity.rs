//! How much is said on standard error.

/// How much is said on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verbosity {
    /// Errors alone.
    Quiet,
    /// Warnings, notes and progress.
    Normal,
    /// Causes of errors, and what is done: files, models, decoding, retries.
    Verbose,
    /// Each sentence that is tried again, and what the libraries say.
    Debug,
}

impl Verbosity {
    /// By `--quiet` and how often `--verbose` was given.
    pub(super) fn new(quiet: bool, verbose: u8) -> Self {
        match (quiet, verbose) {
            (true, _) => Self::Quiet,
            (false, 0) => Self::Normal,
            (false, 1) => Self::Verbose,
            (false, _) => Self::Debug,
        }
    }
}
