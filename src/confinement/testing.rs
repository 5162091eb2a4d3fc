//! Tests that confine their own process, which is therefore another one than that of all tests.

use std::process::{Command, Output};

const VARIABLE: &str = "AUDARMA_TEST_ALONE";

/// Runs one test, by its path in this crate, in a process of its own.
pub(super) fn run_alone(test: &str) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .arg(test)
        .env(VARIABLE, test)
        .env("RUST_TEST_NOCAPTURE", "1")
        .env("RUST_TEST_THREADS", "1");
    command.output().unwrap()
}

/// Whether this process was started for one test.
pub(super) fn is_alone() -> bool {
    std::env::var_os(VARIABLE).is_some()
}
