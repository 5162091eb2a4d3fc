//! Options of everything that reads articles.

use clap::Args;

use super::values::{reader_memory, whole_seconds};

/// Where articles are read, and what that may take. Results do not depend on it.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct ReaderArgs {
    /// Memory for reading an article, in a process of its own; K, M and G are understood
    #[arg(long, value_name = "N", default_value = "1G", value_parser = reader_memory, help_heading = "Input")]
    pub reader_memory: u64,
    /// CPU time for reading an article, in seconds; each MiB of it has one more
    #[arg(long, value_name = "N", default_value = "10", value_parser = whole_seconds, help_heading = "Input")]
    pub reader_seconds: u64,
    /// Read articles in this process, without its limits (for debugging)
    #[arg(long, help_heading = "Input")]
    pub read_in_process: bool,
}
