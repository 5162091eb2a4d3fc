//! `translate models …`.

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum ModelsCommand {
    /// List the catalogue and which of its models are on this machine
    List,
    /// Download and verify a model
    Pull(ModelArgs),
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
pub(crate) struct ModelArgs {
    /// A name of the catalogue, or ORG/REPO[@REVISION] on the hub
    #[arg(value_name = "MODEL", required = true)]
    pub models: Vec<String>,
}
