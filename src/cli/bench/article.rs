//! The seconds that an article takes, phase by phase, as `translate FILE` goes through them.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::{Value, json};

use super::tokens::{device_name, seconds};
use super::whole;
use crate::archive::Holds;
use crate::bench::peak_memory;
use crate::cli::args::BenchArgs;
use crate::cli::config::{Config, start_threads};
use crate::cli::exit::{Exit, Failure};
use crate::cli::loading::open_pipeline;
use crate::cli::output::to_stdout;
use crate::cli::progress::Spinner;
use crate::cli::reader::article_reader;
use crate::input::{self, is_stdin};
use crate::pipeline::{self, ParsedArticle, Pipeline, PipelineError};
use crate::report::{self, Format, Style};

/// What follows the reading of an article and the loading of the models.
#[derive(Debug, Clone, Copy)]
struct Phases {
    /// What the translator is given, the title among it.
    sentences: usize,
    /// Until the first batch of sentences is decoded; zero for an article without a sentence.
    first_sentence: Duration,
    translation: Duration,
    summary: Duration,
    /// Names, checks of the summary, and the text as it is printed.
    report: Duration,
}

impl Phases {
    fn total(&self) -> Duration {
        self.translation + self.summary + self.report
    }
}

/// Prints one JSON line: the first run with all that comes before it, and the fastest of those that find
/// the models loaded.
pub(super) fn run(args: &BenchArgs, path: &Path, offline: bool) -> Result<Exit, Failure> {
    let config = config(args, path, offline)?;
    start_threads(config.pipeline.compute.threads)?;
    let reader = article_reader(config.reader);
    let read = || -> anyhow::Result<(ParsedArticle, Duration)> {
        let start = Instant::now();
        let bytes = input::read_file(path)?;
        let name = path.to_string_lossy();
        let article = pipeline::read_with(&reader, &name, &bytes, &config.read)?;
        Ok((article, start.elapsed()))
    };
    let read = || {
        let read = read().with_context(|| path.display().to_string());
        read.map_err(|error| Failure::new(Exit::SomeFailed, error))
    };
    let (article, reading) = read()?;
    let start = Instant::now();
    let pipeline = open_pipeline(&config.pipeline)?;
    let loading = start.elapsed();

    let spinner = Spinner::new(article.id.clone());
    let failure = |error: PipelineError| Failure::new(Exit::Model, error);
    let cold = phases(&pipeline, article).map_err(failure)?;
    let mut warm = Duration::MAX;
    for _ in 0..args.runs {
        let (article, reading) = read()?;
        let phases = phases(&pipeline, article).map_err(failure)?;
        warm = warm.min(reading + phases.total());
    }
    drop(spinner);

    let before = reading + loading;
    let line: Value = json!({
        "engine": "audarma",
        "article": path.to_string_lossy(),
        "sentences": cold.sentences,
        "reading_seconds": seconds(reading),
        "loading_seconds": seconds(loading),
        "first_sentence_seconds": seconds(before + cold.first_sentence),
        "translation_seconds": seconds(cold.translation),
        "summary_seconds": seconds(cold.summary),
        "report_seconds": seconds(cold.report),
        "total_seconds": seconds(before + cold.total()),
        "warm_seconds": seconds(warm),
        "peak_rss_mb": peak_memory().map(|bytes| bytes >> 20),
        "beam": config.pipeline.translation.num_beams,
        "precision": config.pipeline.compute.precision.name(),
        "threads": config.pipeline.compute.threads,
        "device": device_name(&config.pipeline.compute),
        "runs": args.runs,
    });
    to_stdout(format!("{line}\n").as_bytes())?;
    Ok(Exit::Done)
}

/// What `translate FILE` is with these options.
fn config(args: &BenchArgs, path: &Path, offline: bool) -> Result<Config, Failure> {
    // It is read for each run.
    if is_stdin(path) {
        return Err(Failure::usage("an article that is measured is a file"));
    }
    if Holds::of(path) != Holds::Article {
        return Err(Failure::usage(format!(
            "{} holds many articles: --archive measures them",
            path.display()
        )));
    }
    Config::new(whole(args, path), offline)
}

/// One article through loaded models.
fn phases(pipeline: &Pipeline, article: ParsedArticle) -> Result<Phases, PipelineError> {
    let start = Instant::now();
    let planned = pipeline.plan(article)?;
    let sentences = planned.units().len();
    let mut first_sentence = Duration::ZERO;
    let hypotheses = pipeline.translate(planned.units(), &mut |done, _| {
        if done > 0 && first_sentence.is_zero() {
            first_sentence = start.elapsed();
        }
    })?;
    let translated = pipeline.place(planned, &hypotheses)?;
    let translation = start.elapsed();

    let start = Instant::now();
    let body = translated.summary_source();
    let summary = pipeline.summarize(&[body]).pop().flatten();
    let summarized = start.elapsed();

    let start = Instant::now();
    let document = pipeline.finish(translated, summary, 0.0);
    // Writing into nothing cannot fail.
    report::write(&document, Format::Text, &Style::default(), &mut io::sink()).ok();
    Ok(Phases {
        sentences,
        first_sentence,
        translation,
        summary: summarized,
        report: start.elapsed(),
    })
}
