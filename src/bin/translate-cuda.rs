//! The `translate` command with CUDA in it, under the name `translate` looks for.

use std::process::ExitCode;

fn main() -> ExitCode {
    audarma::cli::main()
}
