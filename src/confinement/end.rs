//! Why a process ended, from its exit status and the last that it wrote to standard error.

use std::process::ExitStatus;

/// The exit code of a program that had no memory (`EX_TEMPFAIL`).
pub(crate) const TEMPORARY_FAILURE: i32 = 75;

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProcessEnd {
    OutOfMemory,
    /// At its limit of CPU time.
    CpuTime,
    StackOverflow,
    /// Another signal.
    Signal(i32),
    /// Its exit code, where the system has one.
    Exit(Option<i32>),
}

impl ProcessEnd {
    /// `said` is the end of its standard error. The runtime of Rust says there why it aborts.
    pub(crate) fn of(status: ExitStatus, said: &str) -> Self {
        if status.code() == Some(TEMPORARY_FAILURE) || said.contains("memory allocation of ") {
            return Self::OutOfMemory;
        }
        if said.contains("has overflowed its stack") {
            return Self::StackOverflow;
        }
        match signal(status) {
            Some(SIGXCPU) => Self::CpuTime,
            Some(signal) => Self::Signal(signal),
            None => Self::Exit(status.code()),
        }
    }
}

/// The same on every system that has it.
const SIGXCPU: i32 = 24;

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    #[test]
    fn an_end_is_told_by_status_and_by_what_the_runtime_said() {
        let exited = |code: i32| ExitStatus::from_raw(code << 8);
        let killed = ExitStatus::from_raw;
        let overflow = "\nthread 'x' has overflowed its stack\nfatal runtime error: stack overflow";
        let memory = "memory allocation of 4194304 bytes failed\n";
        for (status, said, end) in [
            (exited(75), "", ProcessEnd::OutOfMemory),
            (killed(6), memory, ProcessEnd::OutOfMemory),
            (killed(6), overflow, ProcessEnd::StackOverflow),
            (killed(11), "", ProcessEnd::Signal(11)),
            (killed(9), "", ProcessEnd::Signal(9)),
            (killed(24), "", ProcessEnd::CpuTime),
            (exited(2), "", ProcessEnd::Exit(Some(2))),
        ] {
            assert_eq!(ProcessEnd::of(status, said), end, "{status} {said}");
        }
    }
}
