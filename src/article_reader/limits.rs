//! What reading one article may take.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Limits of a process that reads articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReaderLimits {
    /// Bytes of memory, beyond what the process has when it starts.
    pub memory: u64,
    /// Seconds of CPU time for an article; each MiB of it has one more.
    pub cpu_seconds: u64,
}

impl Default for ReaderLimits {
    /// 1 GiB and 10 seconds. An honest article of the largest size takes a third of either.
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
    /// CPU time, in seconds, for an input of this size in bytes.
    pub(super) fn cpu_seconds_for(&self, input: usize) -> u64 {
        self.cpu_seconds.saturating_add(input as u64 >> 20)
    }

    /// How long the answer to an input of this size is waited for.
    pub(super) fn wait_for(&self, input: usize) -> Duration {
        Duration::from_secs(self.cpu_seconds_for(input).saturating_mul(MAX_WAIT_FACTOR))
    }

    /// The size of the stack that articles are read on, which counts as memory.
    pub(super) fn stack_bytes(&self) -> usize {
        usize::try_from(self.memory / 4)
            .unwrap_or(usize::MAX)
            .clamp(1 << 20, 256 << 20)
    }

    /// The largest answer to an input of this size, in bytes.
    pub(super) fn max_answer_bytes(input: usize) -> u64 {
        MAX_SMALL_ANSWER_BYTES.saturating_add((input as u64).saturating_mul(MAX_ANSWER_FACTOR))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_article_may_take_more_time_and_answer_with_more() {
        let limits = ReaderLimits::default();
        assert_eq!(limits.cpu_seconds_for(1000), 10);
        assert_eq!(limits.cpu_seconds_for(64 << 20), 74);
        assert_eq!(limits.wait_for(64 << 20), Duration::from_secs(12 * 74));
        assert_eq!(ReaderLimits::max_answer_bytes(1 << 20), 36 << 20);
    }

    #[test]
    fn the_stack_is_a_quarter_of_the_memory() {
        let stack = |memory: u64| {
            let limits = ReaderLimits {
                memory,
                ..ReaderLimits::default()
            };
            limits.stack_bytes()
        };
        assert_eq!(stack(1 << 30), 256 << 20);
        assert_eq!(stack(64 << 30), 256 << 20);
        assert_eq!(stack(32 << 20), 8 << 20);
    }
}
