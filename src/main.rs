//! The `translate` command; everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    audarma::cli::main()
}
