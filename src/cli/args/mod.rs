//! The command line, as clap reads it.
//!
//! These types import no other module of the command; `config` turns them into what a run needs.

mod bench;
mod models;
mod pipeline;
mod reader;
mod serve;
mod shard;
mod translate;
mod values;

use std::path::{Path, PathBuf};

use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand};

pub(super) use bench::{BenchArgs, TaskChoice};
pub(super) use models::{ModelArgs, ModelsCommand};
pub(super) use pipeline::{ComputeArgs, PipelineArgs};
pub(super) use reader::ReaderArgs;
pub(super) use serve::ServeArgs;
pub(super) use shard::ShardChoice;
pub(super) use translate::{ArchiveArgs, ResultArgs, TranslateArgs};
pub(super) use values::{DeviceChoice, PrecisionChoice, RecordsForm, SummaryMethod, Switch};

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
/// first run downloads the models (about 2.3 GB) from the Hugging Face Hub; after that no network is
/// needed.
#[derive(Debug, Parser)]
#[command(
    name = "translate",
    version = VERSION,
    args_conflicts_with_subcommands = true,
    subcommand_help_heading = "Commands",
    max_term_width = 100
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub translate: TranslateArgs,
    #[command(flatten)]
    pub global: GlobalArgs,
}

/// Options of every command.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct GlobalArgs {
    /// Use no network at all (also HF_HUB_OFFLINE=1)
    #[arg(long, global = true, help_heading = "Models")]
    pub offline: bool,
    /// Say more on standard error, and mark failed checks in text
    #[arg(short, long, global = true, action = ArgAction::Count, help_heading = "Output")]
    pub verbose: u8,
    /// Say less on standard error
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "verbose",
        help_heading = "Output"
    )]
    pub quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List, download, inspect, verify and remove models
    #[command(subcommand)]
    Models(ModelsCommand),
    /// Run the fidelity checks over two line-aligned files, whoever translated them
    Check(CheckArgs),
    /// Check a file of terms for --glossary
    #[command(subcommand)]
    Glossary(GlossaryCommand),
    /// Translate JSON lines from standard input to standard output (for Spark, Ray, Slurm, xargs)
    ///
    /// A line holds {"id": …, "text": …} or {"id": …, "html": …}; other fields are kept. For each
    /// line one is written, in the same order: the article's JSON with the same id, or {"id": …,
    /// "error": {"kind": …, "message": …}}. The models are loaded once, when the first record comes.
    Worker(WorkerArgs),
    /// Serve a page and an HTTP API: LibreTranslate's, DeepL's, and one for articles; or a finished archive
    ///
    /// Tells on standard error where it listens, as soon as it does; texts are translated when the models
    /// are loaded (GET /ready). SIGTERM and Ctrl-C finish what is in work. `translate serve DIR` shows a finished
    /// archive, with full-text search in both languages; it needs no model.
    Serve(ServeArgs),
    /// Merge the results of shards or workers into one file; proves that every id occurs once
    Merge(MergeArgs),
    /// Measure tokens per second of a model on this machine, or the seconds that an article takes
    Bench(BenchArgs),
    /// Say what this machine and this build can do, and what is missing for CUDA
    Doctor(DoctorArgs),
    /// Translate an article that comes with the program, before anything is downloaded
    ///
    /// Two tiny models that come with the program have memorised this one article and its summary: they show
    /// the form of the results, not how well a real model translates.
    Demo(DemoArgs),
    /// Print a completion script for a shell
    Completions { shell: clap_complete::Shell },
    /// Write the manual pages and the completion scripts of all shells into a folder, for packages
    #[command(hide = true)]
    Manual { folder: PathBuf },
}

impl Cli {
    /// Where and how to compute; `None` for a command that computes nothing.
    pub(super) fn compute(&self) -> Option<&ComputeArgs> {
        match &self.command {
            None => Some(&self.translate.pipeline.compute),
            Some(Command::Worker(args)) => Some(&args.pipeline.compute),
            Some(Command::Serve(args)) => Some(&args.pipeline.compute),
            Some(Command::Bench(args)) => Some(&args.compute),
            Some(Command::Demo(args)) => Some(&args.compute),
            Some(
                Command::Models(_)
                | Command::Check(_)
                | Command::Glossary(_)
                | Command::Merge(_)
                | Command::Doctor(_)
                | Command::Completions { .. }
                | Command::Manual { .. },
            ) => None,
        }
    }
}

/// The first input, if it is a subcommand that an option before it made an input of.
pub(super) fn misplaced_subcommand(inputs: &[PathBuf]) -> Option<&str> {
    let word = inputs.first()?.to_str()?;
    let is_subcommand = word == "help" || Cli::command().find_subcommand(word).is_some();
    (is_subcommand && !Path::new(word).exists()).then_some(word)
}

/// The command that a word is likely to have been typed for; `None` where none is near.
pub(super) fn nearest_command(word: &str) -> Option<String> {
    /// Jaro's similarity, of 1.
    const NEAR: f64 = 0.8;
    // A file's name mostly has an ending.
    if !word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let cli = Cli::command();
    let names = cli
        .get_subcommands()
        .filter(|command| !command.is_hide_set());
    let names: Vec<&str> = names.map(clap::Command::get_name).chain(["help"]).collect();
    if names.contains(&word) {
        return None;
    }
    let near = names
        .into_iter()
        .map(|name| (strsim::jaro(word, name), name));
    let near = near.filter(|(similarity, _)| *similarity > NEAR);
    let (_, name) = near.max_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(name.to_owned())
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Source sentences, one a line
    pub source: PathBuf,
    /// Their English translations, one a line
    pub translation: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(super) enum GlossaryCommand {
    /// Name entries that can never match or contradict each other; the exit code is 1 where there are any
    Check {
        /// The glossary, as --glossary reads it
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(super) struct WorkerArgs {
    #[command(flatten)]
    pub pipeline: PipelineArgs,
    /// Field of records that holds the text [default: text, body, content, article, html]
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    pub text_field: Option<String>,
    /// What the lines are: records, or entities of FollowTheMoney (Aleph, OpenAleph), which come back with
    /// translatedText and translatedLanguage for their bodyText
    #[arg(
        long,
        value_enum,
        value_name = "FORM",
        default_value = "json",
        help_heading = "Input"
    )]
    pub records: RecordsForm,
    #[command(flatten)]
    pub reader: ReaderArgs,
}

#[derive(Debug, Args)]
pub(super) struct MergeArgs {
    /// Files of JSON lines or Parquet: results of a run's shards, or of workers
    #[arg(value_name = "PART", required = true)]
    pub parts: Vec<PathBuf>,
    /// The file to write, in the order of the ids; JSON lines, or by its ending
    /// another format that holds many articles
    #[arg(short, long, value_name = "PATH")]
    pub output: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    #[command(flatten)]
    pub results: ResultArgs,
    #[command(flatten)]
    pub compute: ComputeArgs,
}

#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    /// For programs: one JSON object
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_command_is_near_one() {
        for (word, command) in [
            ("modls", Some("models")),
            ("severe", Some("serve")),
            ("server", Some("serve")),
            ("bnech", Some("bench")),
            ("halp", Some("help")),
            ("mnaual", None),
            ("models", None),
            ("a", None),
            ("page", None),
            ("article", None),
            ("demo.txt", None),
        ] {
            assert_eq!(nearest_command(word).as_deref(), command, "{word}");
        }
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
