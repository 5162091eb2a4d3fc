//! `translate bench`: how fast a model is on this machine, or how long an article takes.

mod article;
mod tokens;

use super::args::BenchArgs;
use super::exit::{Exit, Failure};

/// Prints a JSON line a case, or one for an article.
pub(super) fn run(args: &BenchArgs, offline: bool) -> Result<Exit, Failure> {
    match &args.article {
        Some(path) => article::run(args, path, offline),
        None => tokens::run(args, offline),
    }
}
