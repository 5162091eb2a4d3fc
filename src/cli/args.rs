//! The command line: words and their meaning, nothing computed.

use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::bench::BenchArgs;
use super::doctor::DoctorArgs;
use super::shard::ShardChoice;
use crate::archive::Limits;
use crate::report::Format;

/// What `--version` says of a build with CUDA in it.
pub(super) const CUDA_VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (cuda)");

/// What `--version` says of this build.
const VERSION: &str = if cfg!(feature = "cuda") {
    CUDA_VERSION
} else {
    env!("CARGO_PKG_VERSION")
};

/// Translates Kazakh news articles into English, with a summary, on your own machine.
///
/// `translate article.txt` prints the English title, the English text and an English summary. The
/// first run downloads the models (about 4 GB) from the Hugging Face Hub; after that no network is
/// needed.
#[derive(Debug, Parser)]
#[command(
    name = "translate",
    version = VERSION,
    args_conflicts_with_subcommands = true,
    subcommand_help_heading = "Commands",
    max_term_width = 100
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub translate: TranslateArgs,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List, download, inspect, verify and remove models
    #[command(subcommand)]
    Models(ModelsCommand),
    /// Run the fidelity checks over two line-aligned files, whoever translated them
    Check(CheckArgs),
    /// Translate JSON lines from standard input to standard output (for Spark, Ray, Slurm, xargs)
    ///
    /// A line holds {"id": …, "text": …} or {"id": …, "html": …}; other fields are kept. For each
    /// line one is written, in the same order: the article's JSON with the same id, or {"id": …,
    /// "error": {"kind": …, "message": …}}. The models are loaded once, when the first record comes.
    Worker(WorkerArgs),
    /// Merge the results of shards or workers into one file; proves that every id occurs once
    Merge(MergeArgs),
    /// Measure tokens per second of a model on this machine
    Bench(BenchArgs),
    /// Say what this machine and this build can do, and what is missing for CUDA
    Doctor(DoctorArgs),
    /// Print a completion script for a shell
    Completions { shell: clap_complete::Shell },
}

impl Cli {
    /// Where to compute and in which numbers, where anything is computed.
    pub(super) fn device(&self) -> Option<(DeviceChoice, PrecisionChoice)> {
        match &self.command {
            None => {
                let pipeline = &self.translate.pipeline;
                Some((pipeline.device, pipeline.precision))
            }
            Some(Command::Worker(args)) => Some((args.pipeline.device, args.pipeline.precision)),
            Some(Command::Bench(args)) => Some((args.device, args.precision)),
            Some(
                Command::Models(_)
                | Command::Check(_)
                | Command::Merge(_)
                | Command::Doctor(_)
                | Command::Completions { .. },
            ) => None,
        }
    }
}

/// What every command that touches models knows.
#[derive(Debug, Clone, Copy, Args)]
pub struct CommonArgs {
    /// Use no network at all (also HF_HUB_OFFLINE=1)
    #[arg(long, help_heading = "Models")]
    pub offline: bool,
    /// Say more on standard error, and mark failed checks in text
    #[arg(short, long, action = clap::ArgAction::Count, help_heading = "Output")]
    pub verbose: u8,
    /// Say less on standard error
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub quiet: bool,
}

#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// List the catalogue and what of it lies on this machine
    List(ModelsArgs),
    /// Download and verify a model
    Pull(ModelArgs),
    /// Show a model's licence, languages, files and where they lie
    Show(ModelArgs),
    /// Hash a model's files again and compare
    Verify(ModelArgs),
    /// Remove a model from this machine
    Rm(ModelArgs),
    /// Print where models are kept
    Where(ModelsArgs),
}

#[derive(Debug, Args)]
pub struct ModelsArgs {
    #[command(flatten)]
    pub common: CommonArgs,
}

#[derive(Debug, Args)]
pub struct ModelArgs {
    /// A name of the catalogue, or ORG/REPO[@REVISION] on the hub
    #[arg(value_name = "MODEL", required = true)]
    pub models: Vec<String>,
    #[command(flatten)]
    pub common: CommonArgs,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Source sentences, one a line
    pub source: PathBuf,
    /// Their English translations, one a line
    pub translation: PathBuf,
}

#[derive(Debug, Args)]
pub struct TranslateArgs {
    /// Files, folders and archives to translate (.zip, .tar, .tar.gz, .tar.zst; .jsonl, .csv and
    /// .parquet with an article a line or row); - reads standard input
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,

    #[command(flatten)]
    pub pipeline: PipelineArgs,

    /// Charset of text inputs
    #[arg(
        long,
        value_name = "NAME",
        default_value = "auto",
        help_heading = "Input"
    )]
    pub encoding: String,
    /// Replace bytes that cannot be read instead of failing
    #[arg(long, help_heading = "Input")]
    pub lossy: bool,
    /// Read more inputs from FILE, one path a line; - reads standard input
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub files_from: Option<PathBuf>,

    #[command(flatten)]
    pub archive: ArchiveArgs,

    /// File to write, or folder where there are many inputs [default: standard output]
    #[arg(short, long, value_name = "PATH", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// Format [default: from the ending of --output, else text]
    #[arg(short, long, value_parser = format_parser(), help_heading = "Output")]
    pub format: Option<Format>,

    #[command(flatten)]
    pub common: CommonArgs,
}

#[derive(Debug, Args)]
pub struct WorkerArgs {
    #[command(flatten)]
    pub pipeline: PipelineArgs,
    #[command(flatten)]
    pub common: CommonArgs,
}

#[derive(Debug, Args)]
pub struct MergeArgs {
    /// Files of JSON lines or Parquet: results of a run's shards, or of workers
    #[arg(value_name = "PART", required = true)]
    pub parts: Vec<PathBuf>,
    /// The file to write, in the order of the ids; JSON lines, or Parquet by its ending
    #[arg(short, long, value_name = "PATH")]
    pub output: PathBuf,
}

/// What articles are translated and summarised with, and how.
#[derive(Debug, Clone, Args)]
pub struct PipelineArgs {
    /// The translation model: a name of the catalogue, a folder, or ORG/REPO[@REVISION]
    #[arg(
        short,
        long,
        value_name = "MODEL",
        default_value = "nllb-600m",
        help_heading = "Models"
    )]
    pub model: String,
    /// How to summarise
    #[arg(
        short,
        long,
        value_enum,
        default_value = "abstractive",
        help_heading = "Models"
    )]
    pub summary: SummaryMethod,
    /// The summarisation model: a name of the catalogue, a folder, or ORG/REPO[@REVISION]
    #[arg(
        long,
        value_name = "MODEL",
        default_value = "bart-large-cnn",
        help_heading = "Models"
    )]
    pub summary_model: String,
    /// Where to compute: auto, cpu, cuda or cuda:N
    #[arg(short, long, default_value = "auto", help_heading = "Models")]
    pub device: DeviceChoice,
    /// Number format of the weights
    #[arg(long, value_enum, default_value = "auto", help_heading = "Models")]
    pub precision: PrecisionChoice,
    /// CPU threads, at most as many as the machine has [default: physical cores]
    #[arg(long, value_name = "N", value_parser = at_least_one, help_heading = "Models")]
    pub threads: Option<usize>,

    /// Beams of the search; 1 is greedy
    #[arg(long, value_name = "N", default_value = "4", value_parser = at_least_one, help_heading = "Decoding")]
    pub beam: usize,
    /// Favours longer (above 0) or shorter (below 0) hypotheses among finished beams
    #[arg(
        long,
        value_name = "X",
        default_value = "1.0",
        allow_negative_numbers = true,
        help_heading = "Decoding"
    )]
    pub length_penalty: f32,
    /// Let no N-gram of tokens occur twice in a sentence; 0 for no such rule
    #[arg(long, value_name = "N", default_value = "0", help_heading = "Decoding")]
    pub no_repeat_ngram: usize,
    /// Cap for the tokens of a sentence, or of each piece of a long one [default: 2 × source + 20]
    #[arg(long, value_name = "N", value_parser = at_least_one, help_heading = "Decoding")]
    pub max_output_tokens: Option<usize>,
    /// How often a sentence that fails a check is decoded again in another way, at most 4
    #[arg(long, value_name = "N", default_value = "2", value_parser = clap::value_parser!(u8).range(0..=4), help_heading = "Decoding")]
    pub retries: u8,
    /// Tidy the text for the model: quotes, hyphens, look-alike letters, headlines
    #[arg(long, value_enum, default_value = "on", help_heading = "Decoding")]
    pub normalize: Switch,
    /// Output tokens allowed: all, or those free of letters outside the Latin script
    #[arg(long, value_enum, default_value = "latin", help_heading = "Decoding")]
    pub vocabulary: Vocabulary,

    /// NLLB code of the source, such as rus_Cyrl; auto expects Kazakh
    #[arg(
        long,
        value_name = "CODE",
        default_value = "auto",
        help_heading = "Input"
    )]
    pub source_language: String,
}

/// Options of runs over folders, archives and lists.
#[derive(Debug, Clone, Copy, Args)]
pub struct ArchiveArgs {
    /// Do everything anew, whatever earlier runs have done
    #[arg(long, requires = "output", help_heading = "Archives")]
    pub overwrite: bool,
    /// Try articles again that failed in an earlier run
    #[arg(long, requires = "output", help_heading = "Archives")]
    pub retry_failed: bool,
    /// List what would be translated, with an estimate of the time, and do nothing
    #[arg(long, requires = "output", help_heading = "Archives")]
    pub dry_run: bool,
    /// Do one of N like parts, I from 0, dealt by the articles' ids; auto asks Slurm or Kubernetes
    #[arg(
        long,
        value_name = "I/N",
        requires = "output",
        help_heading = "Archives"
    )]
    pub shard: Option<ShardChoice>,
    /// Read at most N articles of an archive
    #[arg(long, value_name = "N", default_value_t = Limits::default().entries, help_heading = "Archives")]
    pub max_entries: u64,
    /// Unpack at most N bytes of an archive; K, M, G and T are understood
    #[arg(long, value_name = "N", default_value = "1T", value_parser = bytes, help_heading = "Archives")]
    pub max_bytes: u64,
    /// Unpack at most N bytes for each byte of an archive, beyond its first 64 MiB
    #[arg(long, value_name = "N", default_value_t = Limits::default().ratio, help_heading = "Archives")]
    pub max_ratio: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SummaryMethod {
    /// Written anew by the summarisation model
    Abstractive,
    /// The best sentences of the body; needs no model
    Extractive,
    /// No summary
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PrecisionChoice {
    Auto,
    F32,
    F16,
    Bf16,
    Q8,
    Q4,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    On,
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Vocabulary {
    Full,
    Latin,
}

/// Where to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceChoice {
    Auto,
    Cpu,
    Cuda(usize),
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let unknown = || format!("`{word}` is no device; auto, cpu, cuda or cuda:N are");
        match word {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda(0)),
            _ => {
                let index = word.strip_prefix("cuda:").ok_or_else(unknown)?;
                index.parse().map(Self::Cuda).map_err(|_| unknown())
            }
        }
    }
}

fn format_parser() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::name)).try_map(|word| word.parse::<Format>())
}

/// A number of bytes: `500`, `64K`, `1T`.
fn bytes(word: &str) -> Result<u64, String> {
    let (digits, shift) = match word.trim_end_matches(['K', 'M', 'G', 'T']) {
        digits if digits.len() == word.len() => (word, 0),
        digits => match word.get(digits.len()..) {
            Some("K") => (digits, 10),
            Some("M") => (digits, 20),
            Some("G") => (digits, 30),
            Some("T") => (digits, 40),
            _ => (word, 0),
        },
    };
    let number: Option<u64> = digits.parse().ok();
    number
        .and_then(|number| number.checked_mul(1 << shift))
        .ok_or_else(|| String::from("a number of bytes is expected, such as 500M or 20G"))
}

pub(super) fn at_least_one(word: &str) -> Result<usize, String> {
    match word.parse() {
        Ok(0) | Err(_) => Err(String::from("a whole number from 1 is expected")),
        Ok(number) => Ok(number),
    }
}
