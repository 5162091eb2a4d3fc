//! Threads that run at once.

use std::thread::available_parallelism;

/// Threads that this process may run at once: those of its affinity, and no more than the quota of its
/// control groups, of either version and at any level.
pub(crate) fn threads() -> usize {
    // The standard library asks for all of these.
    available_parallelism().map_or(1, usize::from)
}

/// Physical cores that this process may use: two threads of one core compute no faster than one.
pub(crate) fn cores() -> usize {
    num_cpus::get_physical().min(threads()).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_are_at_most_the_threads() {
        assert!((1..=threads()).contains(&cores()));
    }
}
