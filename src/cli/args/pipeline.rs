//! Options of everything that runs models.

use std::path::PathBuf;

use clap::Args;

use super::values::{
    DeviceChoice, ModelName, PrecisionChoice, SummaryMethod, Switch, Vocabulary, at_least_one,
    number, whole_number,
};
use crate::model_files::Task;

/// What articles are translated and summarised with, and how.
#[derive(Debug, Clone, Args)]
pub(crate) struct PipelineArgs {
    /// The translation model: a name of the catalogue, a folder, or ORG/REPO[@REVISION]
    #[arg(
        short,
        long,
        value_name = "MODEL",
        default_value = "nllb-600m",
        value_parser = ModelName(Some(Task::Translation)),
        hide_possible_values = true,
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
        value_parser = ModelName(Some(Task::Summarization)),
        hide_possible_values = true,
        help_heading = "Models"
    )]
    pub summary_model: String,
    #[command(flatten)]
    pub compute: ComputeArgs,

    /// Beams of the search; 1 is greedy
    #[arg(long, value_name = "N", default_value = "4", value_parser = at_least_one, help_heading = "Decoding")]
    pub beam: usize,
    /// Favours longer (above 0) or shorter (below 0) hypotheses among finished beams
    #[arg(
        long,
        value_name = "X",
        default_value = "1.0",
        value_parser = number,
        allow_negative_numbers = true,
        help_heading = "Decoding"
    )]
    pub length_penalty: f32,
    /// Let no N-gram of tokens occur twice in a sentence; 0 for no such rule
    #[arg(long, value_name = "N", default_value = "0", value_parser = whole_number::<usize>, help_heading = "Decoding")]
    pub no_repeat_ngram: usize,
    /// Cap for the tokens of a sentence, or of each piece of a long one [default: 2 × source + 20]
    #[arg(long, value_name = "N", value_parser = at_least_one, help_heading = "Decoding")]
    pub max_output_tokens: Option<usize>,
    /// How often a sentence that fails a check is decoded again in another way, at most 4
    #[arg(long, value_name = "N", default_value = "2", value_parser = clap::value_parser!(u8).range(0..=4), help_heading = "Decoding")]
    pub retries: u8,
    /// Write a name in one spelling through an article, or as a list of names says (CSV: source, target, kind), to
    /// which new names are added; off, and no retries, only list the spellings [default: on]
    #[arg(long, value_name = "on|off|FILE", help_heading = "Decoding")]
    pub names: Option<PathBuf>,
    /// Tidy the text for the model: quotes, hyphens, look-alike letters, headlines
    #[arg(long, value_enum, default_value = "on", help_heading = "Decoding")]
    pub normalize: Switch,
    /// Output tokens allowed: all, or those free of letters outside the Latin script
    #[arg(long, value_enum, default_value = "latin", help_heading = "Decoding")]
    pub vocabulary: Vocabulary,
    /// Terms and what they are to be in English: CSV or TSV with source, target[, note]; without a target a term
    /// is kept
    #[arg(long, value_name = "FILE", help_heading = "Decoding")]
    pub glossary: Option<PathBuf>,

    /// Language of the source: a code of NLLB (rus_Cyrl) or ISO 639 (ru), or an English name; auto expects Kazakh and
    /// finds others
    #[arg(
        long,
        value_name = "CODE",
        default_value = "auto",
        help_heading = "Input"
    )]
    pub source_language: String,
}

/// Where and how to compute.
#[derive(Debug, Clone, Args)]
pub(crate) struct ComputeArgs {
    /// Where to compute: auto, cpu, cuda or cuda:N
    #[arg(short, long, default_value = "auto", help_heading = "Models")]
    pub device: DeviceChoice,
    /// Number format of the weights
    #[arg(long, value_enum, default_value = "auto", help_heading = "Models")]
    pub precision: PrecisionChoice,
    /// CPU threads, at most as many as the machine has [default: physical cores]
    #[arg(long, value_name = "N", value_parser = at_least_one, help_heading = "Models")]
    pub threads: Option<usize>,
}
