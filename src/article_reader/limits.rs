//! What reading one article may take.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Limits of a process that reads articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReaderLimits {
    /// Bytes of memory, beyond what the process has when it starts.
    pub memory: u64,
    /// Whole seconds of CPU time for an article.
    pub cpu_seconds: u64,
}

impl Default for ReaderLimits {
    /// 1 GiB and 10 seconds: an honest article of the largest size takes a third of either.
    fn default() -> Self {
        Self {
            memory: 1 << 30,
            cpu_seconds: 10,
        }
    }
}

/// A process that uses no CPU time, or shares the processor with many, is waited for this many times
/// as long as it may compute.
const MAX_WAIT_FACTOR: u64 = 12;
/// The largest answer to an input of no bytes: a small file may be a compressed one.
const MAX_SMALL_ANSWER_BYTES: u64 = 32 << 20;
/// Bytes of an answer for a byte of the input: a charset of one byte a letter becomes two, and quotation
/// marks are escaped.
const MAX_ANSWER_FACTOR: u64 = 4;

impl ReaderLimits {
    pub(super) fn cpu_time(&self) -> Duration {
        Duration::from_secs(self.cpu_seconds)
    }

    /// How long an answer is waited for.
    pub(super) fn wait(&self) -> Duration {
        Duration::from_secs(self.cpu_seconds.saturating_mul(MAX_WAIT_FACTOR))
    }

    /// The size of the stack that articles are read on, which counts as memory.
    pub(super) fn stack_bytes(&self) -> usize {
        usize::try_from(self.memory / 4)
            .unwrap_or(usize::MAX)
            .clamp(1 << 20, 256 << 20)
    }

    /// The largest answer to an input of this size, in bytes.
    pub(super) fn max_answer_bytes(input: u64) -> u64 {
        MAX_SMALL_ANSWER_BYTES.saturating_add(input.saturating_mul(MAX_ANSWER_FACTOR))
    }
}
