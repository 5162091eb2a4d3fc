//! How much is said on standard error.

/// How much is said on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verbosity {
    /// Errors alone.
    Quiet,
    /// Warnings, notes and progress.
    Normal,
    /// Causes of errors and details.
    Verbose,
    /// What the libraries say, too.
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
