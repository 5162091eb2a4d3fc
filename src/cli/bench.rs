//! `translate bench`: tokens per second of a model on this machine.

use std::str::FromStr;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use serde_json::{Value, json};

use super::args::{CommonArgs, DeviceChoice, PrecisionChoice, Vocabulary, at_least_one};
use super::config::{start_threads, threads, vocabulary};
use super::device::{device, precision};
use super::exit::{Exit, Failure};
use super::log::Verbosity;
use super::output::to_stdout;
use super::progress::{self, PullProgress, Spinner};
use super::translate::hub_failure;
use crate::bench::{Bench, BenchError, Case, Measured, Plan, peak_memory};
use crate::catalogue::resolve;
use crate::generate::OutputVocabulary;
use crate::hub::{self, HubOptions, converted};
use crate::nn::ComputeOptions;

#[derive(Debug, Args)]
pub struct BenchArgs {
    /// The translation model: a name of the catalogue, a folder, or ORG/REPO[@REVISION]; a folder
    /// needs no tokenizer
    #[arg(short, long, value_name = "MODEL", default_value = "nllb-600m")]
    model: String,
    /// Where to compute: auto, cpu, cuda or cuda:N
    #[arg(short, long, default_value = "auto")]
    pub(super) device: DeviceChoice,
    /// Number format of the weights
    #[arg(long, value_enum, default_value = "auto")]
    pub(super) precision: PrecisionChoice,
    /// CPU threads, at most as many as the machine has [default: physical cores]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    threads: Option<usize>,
    /// Sentences decoded together × beams of each
    #[arg(
        long,
        value_name = "SENTENCESxBEAMS",
        value_delimiter = ',',
        default_value = "1x1,1x4,8x1,8x4,32x1,16x4"
    )]
    cases: Vec<CaseChoice>,
    /// Tokens of each source
    #[arg(long, value_name = "N", default_value = "40", value_parser = at_least_one)]
    source_tokens: usize,
    /// Tokens of each target: no more and no fewer are generated
    #[arg(long, value_name = "N", default_value = "40", value_parser = at_least_one)]
    target_tokens: usize,
    /// Output tokens allowed: all, or those free of letters outside the Latin script
    #[arg(long, value_enum, default_value = "latin")]
    vocabulary: Vocabulary,
    /// The part of the vocabulary taken for Latin where no tokenizer says which tokens are
    #[arg(long, value_name = "X", default_value = "0.55", value_parser = fraction)]
    latin_share: f64,
    /// Runs of which the fastest counts, after one to warm up
    #[arg(long, value_name = "N", default_value = "3", value_parser = at_least_one)]
    runs: usize,
    #[command(flatten)]
    pub common: CommonArgs,
}

/// A case, as `8x4`.
#[derive(Debug, Clone, Copy)]
struct CaseChoice(Case);

impl FromStr for CaseChoice {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let wrong = || format!("`{word}` is no case; 8x4 is 8 sentences with 4 beams each");
        let (batch, beam) = word.split_once('x').ok_or_else(wrong)?;
        let number = |word: &str| at_least_one(word.trim()).map_err(|_| wrong());
        Ok(Self(Case {
            batch: number(batch)?,
            beam: number(beam)?,
        }))
    }
}

fn fraction(word: &str) -> Result<f64, String> {
    match word.parse() {
        Ok(number) if (0.0..=1.0).contains(&number) => Ok(number),
        _ => Err(String::from("a number from 0 to 1 is expected")),
    }
}

/// Prints one JSON line a case, as it is measured.
pub(super) fn run(args: &BenchArgs, verbosity: Verbosity) -> Result<Exit, Failure> {
    progress::start(verbosity);
    let spec = resolve(&args.model).map_err(|error| Failure::usage(error.to_string()))?;
    let device = device(args.device, args.precision)?;
    let compute = ComputeOptions {
        precision: precision(args.precision, &device),
        device,
        threads: threads(args.threads),
        converted: converted::folder(),
    };
    let allowed = vocabulary(args.vocabulary);
    let plan = Plan {
        source_tokens: args.source_tokens,
        target_tokens: args.target_tokens,
        runs: args.runs,
    };
    start_threads(compute.threads)?;
    let mut hub = HubOptions::from_env();
    hub.offline |= args.common.offline;
    let files =
        hub::fetch_network(&spec, &hub, &mut PullProgress::default()).map_err(hub_failure)?;

    let spinner = Spinner::new(format!("loading {spec}"));
    let bench = Bench::open(&files, allowed, args.latin_share, &compute)
        .with_context(|| format!("the model {spec} cannot be loaded"))
        .map_err(|error| Failure::new(Exit::Model, error))?;
    drop(spinner);
    if bench.is_share() {
        tracing::warn!(
            "{spec} has no tokenizer that says which tokens are Latin; {} of its tokens stand in \
             for them (--latin-share {})",
            bench.output_tokens(),
            args.latin_share
        );
    }
    for CaseChoice(case) in &args.cases {
        let spinner = Spinner::new(format!("{} sentences, {} beams", case.batch, case.beam));
        let measured = bench.measure(*case, &plan).map_err(failure)?;
        drop(spinner);
        let line = line(*case, &plan, measured, &bench, &compute, allowed);
        to_stdout(format!("{line}\n").as_bytes())?;
    }
    Ok(Exit::Done)
}

fn failure(error: BenchError) -> Failure {
    match error {
        BenchError::Plan(reason) => Failure::usage(reason),
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
    let tokens = (case.batch * plan.target_tokens) as f64;
    let rate = tokens / measured.total.as_secs_f64().max(f64::MIN_POSITIVE);
    let device = if compute.device.is_cpu() {
        "cpu"
    } else {
        "cuda"
    };
    json!({
        "engine": "audarma",
        "batch": case.batch,
        "beam": case.beam,
        "source": plan.source_tokens,
        "target": plan.target_tokens,
        "seconds": seconds(measured.total),
        "tokens_per_second": (rate * 10.0).round() / 10.0,
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
        "device": device,
        "runs": plan.runs,
    })
}

/// Seconds, to the microsecond.
fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e6
}
