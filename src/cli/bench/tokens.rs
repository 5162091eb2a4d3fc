//! Tokens per second of a model: random sources, targets of a fixed length.

use std::time::Duration;

use anyhow::Context;
use serde_json::{Value, json};

use crate::bench::{Bench, BenchError, Case, Measured, Plan, Work, peak_memory};
use crate::catalogue::resolve;
use crate::cli::args::{BenchArgs, TaskChoice};
use crate::cli::config::{compute, hub_options, start_threads, variant};
use crate::cli::exit::{Exit, Failure};
use crate::cli::loading::hub_failure;
use crate::cli::output::to_stdout;
use crate::cli::progress::{PullProgress, Spinner};
use crate::cli::speeds::{Speed, Speeds};
use crate::generate::OutputVocabulary;
use crate::hub;
use crate::nn::{ComputeOptions, Device, instructions};

/// What of the cases is the same.
struct Shape {
    work: Work,
    plan: Plan,
    compute: ComputeOptions,
}

/// Prints one JSON line a case, as it is measured.
pub(super) fn run(args: &BenchArgs, offline: bool) -> Result<Exit, Failure> {
    let is_summary = args.task == TaskChoice::Summary;
    let (model, source, target) = match args.task {
        TaskChoice::Translate => ("nllb-600m", 40, 40),
        TaskChoice::Summary => ("bart-large-cnn", 600, 100),
    };
    let spec = resolve(args.model.as_deref().unwrap_or(model));
    let spec = spec.map_err(|error| Failure::usage(error.to_string()))?;
    let compute = ComputeOptions {
        instructions: args.instructions.clone(),
        ..compute(&args.compute)?
    };
    if compute.instructions.is_some() && !compute.is_packed() {
        let found = format!("{} on {}", compute.precision.name(), device_name(&compute));
        return Err(Failure::usage(format!(
            "--instructions is about q8 and q4 on a CPU, not about {found}"
        )));
    }
    let hub = hub_options(offline);
    let spec = variant(spec, &compute, &hub)?;
    let work = if is_summary {
        Work::Summary
    } else {
        Work::Translation {
            vocabulary: OutputVocabulary::from(args.vocabulary),
            latin_share: args.latin_share,
        }
    };
    let plan = Plan {
        source_tokens: args.source_tokens.unwrap_or(source),
        target_tokens: args.target_tokens.unwrap_or(target),
        runs: args.runs,
    };
    start_threads(compute.threads)?;
    let files =
        hub::fetch_network(&spec, &hub, &mut PullProgress::default()).map_err(hub_failure)?;

    let spinner = Spinner::new(format!("loading {spec}"));
    let bench = Bench::open(&files, work, &compute)
        .with_context(|| format!("the model {spec} cannot be loaded"))
        .map_err(|error| Failure::new(Exit::Model, error))?;
    drop(spinner);
    if bench.has_synthetic_vocabulary() {
        tracing::warn!(
            "{spec} has no tokenizer that says which tokens are Latin; {} of its tokens stand in \
             for them (--latin-share {})",
            bench.output_tokens(),
            args.latin_share
        );
    }
    let shape = Shape {
        work,
        plan,
        compute,
    };
    for case in cases(args, &bench) {
        let spinner = Spinner::new(format!("{} sources, {} beams", case.batch, case.beam));
        let measured = bench.measure(case, &shape.plan).map_err(failure)?;
        drop(spinner);
        let line = line(case, measured, &bench, &shape);
        let speed = Speed {
            tokens_per_second: rate(case, &shape.plan, measured),
            precision: shape.compute.precision.name().to_owned(),
            device: device_name(&shape.compute).to_owned(),
            threads: shape.compute.threads,
        };
        // Of other instructions than the fastest it is not what an article will have.
        if args.instructions.is_none()
            && let Err(error) = Speeds::keep(&spec.to_string(), &hub.state, case, speed)
        {
            tracing::debug!("the speed of {spec} is not kept: {error}");
        }
        to_stdout(format!("{line}\n").as_bytes())?;
    }
    Ok(Exit::Done)
}

/// The cases asked for, else those of the task.
fn cases(args: &BenchArgs, bench: &Bench) -> Vec<Case> {
    let chosen: Vec<Case> = args.cases.iter().map(|choice| choice.0).collect();
    if !chosen.is_empty() {
        return chosen;
    }
    let case = |(batch, beam)| Case { batch, beam };
    match args.task {
        TaskChoice::Translate => [(1, 1), (1, 4), (8, 1), (8, 4), (32, 1), (16, 4)]
            .map(case)
            .to_vec(),
        TaskChoice::Summary => [(1, bench.beams()), (4, bench.beams())].map(case).to_vec(),
    }
}

fn failure(error: BenchError) -> Failure {
    match error {
        BenchError::Plan(error) => Failure::usage(error.to_string()),
        error => Failure::new(Exit::Model, error),
    }
}

fn line(case: Case, measured: Measured, bench: &Bench, shape: &Shape) -> Value {
    let Shape {
        work,
        plan,
        compute,
    } = shape;
    let (task, vocabulary) = match work {
        Work::Translation { vocabulary, .. } => ("translate", *vocabulary),
        Work::Summary => ("summary", OutputVocabulary::Full),
    };
    json!({
        "engine": "audarma",
        "task": task,
        "batch": case.batch,
        "beam": case.beam,
        "source": plan.source_tokens,
        "target": plan.target_tokens,
        "seconds": seconds(measured.total),
        "tokens_per_second": rate(case, plan, measured),
        "peak_rss_mb": peak_memory().map(|bytes| bytes >> 20),
        "encoder_seconds": seconds(measured.encoder),
        // All that is not the encoder: the decoder's steps and the search over them.
        "decoder_seconds": seconds(measured.total.saturating_sub(measured.encoder)),
        "load_seconds": seconds(bench.load()),
        "precision": compute.precision.name(),
        "vocabulary": match vocabulary {
            OutputVocabulary::Full => "full",
            OutputVocabulary::Latin => "latin",
        },
        "output_tokens": bench.output_tokens(),
        "threads": compute.threads,
        "device": device_name(compute),
        "instructions": compute.is_packed().then(|| match &compute.instructions {
            Some(asked) => asked,
            None => instructions(),
        }),
        "runs": plan.runs,
    })
}

/// Tokens a second, to a tenth.
fn rate(case: Case, plan: &Plan, measured: Measured) -> f64 {
    let tokens = (case.batch * plan.target_tokens) as f64;
    let rate = tokens / measured.total.as_secs_f64().max(f64::MIN_POSITIVE);
    (rate * 10.0).round() / 10.0
}

pub(super) fn device_name(compute: &ComputeOptions) -> &'static str {
    match compute.device {
        Device::Cpu => "cpu",
        Device::Cuda(_) => "cuda",
    }
}

/// Seconds, to the microsecond.
pub(super) fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e6
}
