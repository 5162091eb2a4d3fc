//! `translate bench`: how fast a model is on this machine, or how long an article or an archive takes.

mod archive;
mod article;
mod tokens;

use std::path::Path;

use clap::Parser;

use super::args::{BenchArgs, Cli, TranslateArgs};
use super::exit::{Exit, Failure};
use super::verbosity::Verbosity;

/// Prints a JSON line a case, or one for an article or an archive.
pub(super) fn run(args: &BenchArgs, offline: bool, verbosity: Verbosity) -> Result<Exit, Failure> {
    match (&args.article, &args.archive) {
        (Some(path), _) => article::run(args, path, offline),
        (None, Some(path)) => archive::run(args, path, offline, verbosity),
        (None, None) => tokens::run(args, offline),
    }
}

/// What `translate PATH` is with these options.
fn whole(args: &BenchArgs, path: &Path) -> TranslateArgs {
    let mut whole = Cli::parse_from(["translate"]).translate;
    whole.inputs = vec![path.to_owned()];
    let pipeline = &mut whole.pipeline;
    pipeline.compute = args.compute.clone();
    pipeline.vocabulary = args.vocabulary;
    if let Some(model) = &args.model {
        pipeline.model.clone_from(model);
    }
    if let Some(model) = &args.summary_model {
        pipeline.summary_model.clone_from(model);
    }
    if let Some(method) = args.summary {
        pipeline.summary = method;
    }
    if let Some(beams) = args.beam {
        pipeline.beam = beams;
    }
    whole
}
