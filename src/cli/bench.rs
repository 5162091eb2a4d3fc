//! `translate bench`: tokens per second of a model on this machine.

use std::time::Duration;

use anyhow::Context;
use serde_json::{Value, json};

use super::args::BenchArgs;
use super::config::{compute, hub_options, start_threads, variant};
use super::exit::{Exit, Failure};
use super::loading::hub_failure;
use super::output::to_stdout;
use super::progress::{PullProgress, Spinner};
use super::speeds::{Speed, Speeds};
use crate::bench::{Bench, BenchError, Case, Measured, Plan, peak_memory};
use crate::catalogue::resolve;
use crate::generate::OutputVocabulary;
use crate::hub;
use crate::nn::{ComputeOptions, Device};

/// Prints one JSON line a case, as it is measured.
pub(super) fn run(args: &BenchArgs, offline: bool) -> Result<Exit, Failure> {
    let spec = resolve(&args.model).map_err(|error| Failure::usage(error.to_string()))?;
    let compute = compute(&args.compute)?;
    let hub = hub_options(offline);
    let spec = variant(spec, &compute, &hub)?;
    let allowed = OutputVocabulary::from(args.vocabulary);
    let plan = Plan {
        source_tokens: args.source_tokens,
        target_tokens: args.target_tokens,
        runs: args.runs,
    };
    start_threads(compute.threads)?;
    let files =
        hub::fetch_network(&spec, &hub, &mut PullProgress::default()).map_err(hub_failure)?;

    let spinner = Spinner::new(format!("loading {spec}"));
    let bench = Bench::open(&files, allowed, args.latin_share, &compute)
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
    for case in args.cases.iter().map(|choice| choice.0) {
        let spinner = Spinner::new(format!("{} sentences, {} beams", case.batch, case.beam));
        let measured = bench.measure(case, &plan).map_err(failure)?;
        drop(spinner);
        let line = line(case, &plan, measured, &bench, &compute, allowed);
        let speed = Speed {
            tokens_per_second: rate(case, &plan, measured),
            precision: compute.precision.name().to_owned(),
            device: device_name(&compute).to_owned(),
            threads: compute.threads,
        };
        if let Err(error) = Speeds::keep(&spec.to_string(), &hub.state, case, speed) {
            tracing::debug!("the speed of {spec} is not kept: {error}");
        }
        to_stdout(format!("{line}\n").as_bytes())?;
    }
    Ok(Exit::Done)
}

fn failure(error: BenchError) -> Failure {
    match error {
        BenchError::Plan(error) => Failure::usage(error.to_string()),
        error => Failure::new(Exit::Model, error),
    }
}

fn line(
    case: Case,
    plan: &Plan,
    measured: Measured,
    bench: &Bench,
    compute: &ComputeOptions,
    allowed: OutputVocabulary,
) -> Value {
    json!({
        "engine": "audarma",
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
        "vocabulary": match allowed {
            OutputVocabulary::Full => "full",
            OutputVocabulary::Latin => "latin",
        },
        "output_tokens": bench.output_tokens(),
        "threads": compute.threads,
        "device": device_name(compute),
        "runs": plan.runs,
    })
}

/// Tokens a second, to a tenth.
fn rate(case: Case, plan: &Plan, measured: Measured) -> f64 {
    let tokens = (case.batch * plan.target_tokens) as f64;
    let rate = tokens / measured.total.as_secs_f64().max(f64::MIN_POSITIVE);
    (rate * 10.0).round() / 10.0
}

fn device_name(compute: &ComputeOptions) -> &'static str {
    match compute.device {
        Device::Cpu => "cpu",
        Device::Cuda(_) => "cuda",
    }
}

/// Seconds, to the microsecond.
fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e6
}
