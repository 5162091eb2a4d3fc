//! Disk, memory and processor.

use serde::Serialize;

use crate::cli::config::threads;
use crate::files::free_space;
use crate::hub::HubOptions;
use crate::machine;
use crate::nn;

/// The disk that models are kept on.
#[derive(Debug, Serialize)]
pub(super) struct Disk {
    /// `None` where the system does not tell.
    free_mb: Option<u64>,
}

impl Disk {
    pub(super) fn of(hub: &HubOptions) -> Self {
        Self {
            free_mb: free_space(&hub.cache).map(|bytes| bytes >> 20),
        }
    }

    /// `None` if there is nothing to tell.
    pub(super) fn to_text(&self) -> Option<String> {
        let free = self.free_mb?;
        Some(format!("{free} MB free for models"))
    }
}

/// What this process can take, within the limits of its control groups.
#[derive(Debug, Serialize)]
pub(super) struct Memory {
    /// `None` where the system does not tell.
    free_mb: Option<u64>,
}

impl Memory {
    pub(super) fn of_this_machine() -> Self {
        Self {
            free_mb: machine::free_memory().map(|bytes| bytes >> 20),
        }
    }

    /// `None` if there is nothing to tell.
    pub(super) fn to_text(&self) -> Option<String> {
        let free = self.free_mb?;
        Some(format!("{free} MB free for this program"))
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Processor {
    threads: usize,
    /// The instructions used for packed weights.
    instructions: &'static str,
}

impl Processor {
    pub(super) fn of_this_machine() -> Self {
        Self {
            threads: threads(None),
            instructions: nn::instructions(),
        }
    }

    pub(super) fn to_text(&self) -> String {
        format!(
            "{} threads; products of packed weights by {}",
            self.threads, self.instructions
        )
    }
}
