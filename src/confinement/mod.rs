//! Confines a process that handles bytes from strangers: its memory, its CPU time, and what it may ask
//! of the kernel.
//!
//! Policy: a process confines itself before it takes the first byte, and its parent does not rely on
//! that alone: it has a clock of its own, and explains how the process ended.

mod end;
mod job;
mod limits;
mod memory;
mod sandbox;
#[cfg(all(test, target_os = "linux"))]
mod testing;

pub(crate) use end::{ProcessEnd, TEMPORARY_FAILURE};
pub(crate) use job::Job;
#[cfg(feature = "cli")]
pub(crate) use limits::{has_memory_limit, no_dumps};
pub(crate) use limits::{limit_cpu_time, limit_memory, no_files_and_no_dumps};
pub(crate) use memory::{MemoryMeter, resident_bytes};
pub(crate) use sandbox::{Calls, refuse_paths};
