//! The `translate` command; everything it does is in the library.

use std::process::ExitCode;

/// An allocation that fails ends the program with its exit code.
#[global_allocator]
static ALLOCATOR: audarma::cli::Allocator = audarma::cli::Allocator;

fn main() -> ExitCode {
    audarma::cli::main()
}
