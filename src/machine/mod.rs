//! What this machine gives the program: threads and memory, within what its processor affinity and its
//! control groups allow.

mod control_groups;
mod memory;
mod threads;

pub(crate) use memory::free_memory;
pub(crate) use threads::cores;
#[cfg(feature = "cli")]
pub(crate) use threads::threads;
