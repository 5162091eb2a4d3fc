//! The `translate` command under the name of its package, for systems where another program is called
//! `translate`.

use std::process::ExitCode;

/// An allocation that fails ends the program with its exit code.
#[global_allocator]
static ALLOCATOR: audarma::cli::Allocator = audarma::cli::Allocator;

fn main() -> ExitCode {
    audarma::cli::main()
}
