//! `translate models …`.

use clap::{Args, Subcommand};

use super::PrecisionChoice;
use super::values::ModelName;

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsCommand {
    /// List the models to choose from: what they take, how good and how fast they are, their licences
    List(ListArgs),
    /// Download and verify a model
    Pull(PullArgs),
    /// Show a model's licence, languages, files and folder
    Show(ModelArgs),
    /// Hash a model's files again and compare
    Verify(ModelArgs),
    /// Remove a model from this machine
    Rm(ModelArgs),
    /// Print where models are kept
    Where,
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Print one JSON array
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ModelArgs {
    /// A name of the catalogue, or ORG/REPO[@REVISION] on the hub
    #[arg(value_name = "MODEL", required = true, value_parser = ModelName(None), hide_possible_values = true)]
    pub models: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct PullArgs {
    #[command(flatten)]
    pub models: ModelArgs,
    /// Number format that the model will be used in: it decides which files are downloaded
    #[arg(long, value_enum, default_value = "auto")]
    pub precision: PrecisionChoice,
}
