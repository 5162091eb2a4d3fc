//! `translate bench`.

use std::str::FromStr;

use clap::Args;

use super::pipeline::ComputeArgs;
use super::values::{ModelName, Vocabulary, at_least_one};
use crate::bench::Case;
use crate::model_files::Task;

#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// The translation model: a name of the catalogue, a folder, or ORG/REPO[@REVISION]; a folder
    /// needs no tokenizer
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
    #[command(flatten)]
    pub compute: ComputeArgs,
    /// Sentences decoded together × beams of each
    #[arg(
        long,
        value_name = "SENTENCESxBEAMS",
        value_delimiter = ',',
        default_value = "1x1,1x4,8x1,8x4,32x1,16x4"
    )]
    pub cases: Vec<CaseChoice>,
    /// Tokens of each source
    #[arg(long, value_name = "N", default_value = "40", value_parser = at_least_one)]
    pub source_tokens: usize,
    /// Tokens of each target: no more and no fewer are generated
    #[arg(long, value_name = "N", default_value = "40", value_parser = at_least_one)]
    pub target_tokens: usize,
    /// Output tokens allowed: all, or those free of letters outside the Latin script
    #[arg(long, value_enum, default_value = "latin")]
    pub vocabulary: Vocabulary,
    /// The part of the vocabulary taken for Latin where no tokenizer says which tokens are
    #[arg(long, value_name = "X", default_value = "0.55", value_parser = fraction)]
    pub latin_share: f64,
    /// Runs of which the fastest counts, after one to warm up
    #[arg(long, value_name = "N", default_value = "3", value_parser = at_least_one)]
    pub runs: usize,
}

/// A case, as `8x4`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CaseChoice(pub Case);

impl FromStr for CaseChoice {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let wrong =
            || format!("`{word}` is not a valid case; 8x4 is 8 sentences with 4 beams each");
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
