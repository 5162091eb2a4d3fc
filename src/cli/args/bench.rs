//! `translate bench`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};

use super::pipeline::ComputeArgs;
use super::values::{ModelName, SummaryMethod, Vocabulary, at_least_one};
use crate::bench::Case;
use crate::model_files::Task;
use crate::nn::available_instructions;

#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// The model: a name of the catalogue, a folder, or ORG/REPO[@REVISION]; a folder needs no tokenizer
    /// unless articles are measured [default: nllb-600m, or bart-large-cnn for summaries]
    #[arg(
        short,
        long,
        value_name = "MODEL",
        value_parser = ModelName(None),
        hide_possible_values = true,
        help_heading = "Models"
    )]
    pub model: Option<String>,
    #[command(flatten)]
    pub compute: ComputeArgs,
    /// What the model is measured at
    #[arg(long, value_enum, default_value = "translate")]
    pub task: TaskChoice,
    /// Sources decoded together × beams of each [default: 1x1,1x4,8x1,8x4,32x1,16x4; for summaries 1
    /// and 4 texts with the model's own beams]
    #[arg(long, value_name = "SOURCESxBEAMS", value_delimiter = ',')]
    pub cases: Vec<CaseChoice>,
    /// Tokens of each source [default: 40, for summaries 600]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub source_tokens: Option<usize>,
    /// Tokens of each target: no more and no fewer are generated [default: 40, for summaries 100]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub target_tokens: Option<usize>,
    /// Output tokens allowed in a translation: all, or those free of letters outside the Latin script
    #[arg(long, value_enum, default_value = "latin")]
    pub vocabulary: Vocabulary,
    /// The part of the vocabulary taken for Latin where no tokenizer says which tokens are
    #[arg(long, value_name = "X", default_value = "0.55", value_parser = fraction)]
    pub latin_share: f64,
    /// Instructions that multiply 8-bit and 4-bit weights, by the name that `doctor` shows: to measure others
    /// than the fastest of this processor
    #[arg(long, value_name = "NAME", value_parser = instructions)]
    pub instructions: Option<String>,
    /// Runs of which the fastest counts, after one to warm up
    #[arg(long, value_name = "N", default_value = "3", value_parser = at_least_one)]
    pub runs: usize,

    /// Measure a whole article instead: reading, loading, translation, summary, report
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["task", "cases", "source_tokens", "target_tokens", "latin_share", "instructions"],
        group = "whole",
        help_heading = "Articles"
    )]
    pub article: Option<PathBuf>,
    /// Measure a run over a folder or archive instead, once; its results are not kept
    #[arg(
        long,
        value_name = "PATH",
        conflicts_with_all = ["task", "cases", "source_tokens", "target_tokens", "latin_share", "instructions", "runs"],
        group = "whole",
        help_heading = "Articles"
    )]
    pub archive: Option<PathBuf>,
    /// How to summarise [default: abstractive]
    #[arg(short, long, value_enum, requires = "whole", help_heading = "Articles")]
    pub summary: Option<SummaryMethod>,
    /// The summarisation model [default: bart-large-cnn]
    #[arg(
        long,
        value_name = "MODEL",
        value_parser = ModelName(Some(Task::Summarization)),
        hide_possible_values = true,
        requires = "whole",
        help_heading = "Articles"
    )]
    pub summary_model: Option<String>,
    /// Beams of the search; 1 is greedy [default: 4]
    #[arg(long, value_name = "N", value_parser = at_least_one, requires = "whole", help_heading = "Articles")]
    pub beam: Option<usize>,
}

/// What a model is measured at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TaskChoice {
    /// Sentences, by a translation model
    Translate,
    /// Texts to summarise, by a summarisation model
    Summary,
}

/// A case, as `8x4`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CaseChoice(pub Case);

impl FromStr for CaseChoice {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let wrong = || format!("`{word}` is not a valid case; 8x4 is 8 sources with 4 beams each");
        let (batch, beam) = word.split_once('x').ok_or_else(wrong)?;
        let number = |word: &str| at_least_one(word.trim()).map_err(|_| wrong());
        Ok(Self(Case {
            batch: number(batch)?,
            beam: number(beam)?,
        }))
    }
}

/// The name of instructions that this processor has.
fn instructions(word: &str) -> Result<String, String> {
    let available = available_instructions();
    let found = available
        .iter()
        .find(|name| name.eq_ignore_ascii_case(word));
    let missing = || format!("this processor has {}", available.join(", "));
    found.map(|name| String::from(*name)).ok_or_else(missing)
}

fn fraction(word: &str) -> Result<f64, String> {
    match word.parse() {
        Ok(number) if (0.0..=1.0).contains(&number) => Ok(number),
        _ => Err(String::from("a number from 0 to 1 is expected")),
    }
}
