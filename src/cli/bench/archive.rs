//! How long a run over a folder or an archive takes, as `translate PATH -o FILE.jsonl` does it.

use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use serde_json::{Value, json};

use super::tokens::{device_name, seconds};
use super::whole;
use crate::archive::Holds;
use crate::bench::peak_memory;
use crate::cli::archive::{ArchiveProgress, plan, translate};
use crate::cli::args::BenchArgs;
use crate::cli::config::Config;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::to_stdout;
use crate::cli::verbosity::Verbosity;

/// Prints one JSON line; results are written to a folder that is removed at the end.
pub(super) fn run(
    args: &BenchArgs,
    path: &Path,
    offline: bool,
    verbosity: Verbosity,
) -> Result<Exit, Failure> {
    if Holds::of(path) == Holds::Article {
        return Err(Failure::usage(format!(
            "{} is one article: --article measures it",
            path.display()
        )));
    }
    let folder = tempfile::tempdir()
        .context("there is no folder for the results")
        .map_err(|error| Failure::new(Exit::Temporary, error))?;
    let mut whole = whole(args, path);
    whole.results.output = Some(folder.path().join("results.jsonl"));
    let config = Config::new(whole, offline)?;
    let start = Instant::now();
    let run = plan(&config, verbosity)?;
    let outcome = translate(&run, &config, &ArchiveProgress::new(verbosity))?;
    let total = start.elapsed();
    let tally = &outcome.tally;
    // From the first article given to the models to the last result; reading goes on meanwhile.
    let translating = tally.translating();
    let line: Value = json!({
        "engine": "audarma",
        "archive": path.to_string_lossy(),
        "articles": tally.done,
        "failed": tally.failed,
        "sentences": tally.sentences,
        "tokens": tally.tokens,
        "total_seconds": seconds(total),
        "translating_seconds": seconds(translating),
        "tokens_per_second": tally.speed(),
        "articles_per_minute": per_minute(tally.done, translating.as_secs_f64()),
        "peak_rss_mb": peak_memory().map(|bytes| bytes >> 20),
        "beam": config.pipeline.translation.num_beams,
        "precision": config.pipeline.compute.precision.name(),
        "threads": config.pipeline.compute.threads,
        "device": device_name(&config.pipeline.compute),
    });
    to_stdout(format!("{line}\n").as_bytes())?;
    Ok(if outcome.stopped {
        crate::cli::signals::exit_code()
    } else if tally.failed > 0 {
        Exit::SomeFailed
    } else {
        Exit::Done
    })
}

fn per_minute(articles: u64, seconds: f64) -> f64 {
    if seconds > 0.0 {
        60.0 * articles as f64 / seconds
    } else {
        0.0
    }
}
