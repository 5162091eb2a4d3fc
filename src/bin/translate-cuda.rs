//! The `translate` command with CUDA in it, under the name `translate` looks for.

use std::process::ExitCode;

/// An allocation that fails ends the program with its exit code.
#[global_allocator]
static ALLOCATOR: audarma::cli::Allocator = audarma::cli::Allocator;

fn main() -> ExitCode {
    audarma::cli::main()
}
