//! `translate serve`.

use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches};

use super::pipeline::PipelineArgs;
use super::reader::ReaderArgs;
use super::values::{at_least_one, bytes, port};

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    // Before the models: what was read is no longer known.
    #[command(flatten)]
    pub given: GivenModel,
    /// Show this finished archive at /archive/, with full-text search: a folder of an archive run (HTML or JSON), or
    /// its .sqlite or .jsonl; nothing is translated then, unless --model is given
    #[arg(value_name = "DIR")]
    pub archive: Option<PathBuf>,
    #[command(flatten)]
    pub pipeline: PipelineArgs,
    #[command(flatten)]
    pub reader: ReaderArgs,

    /// Address to listen on; any but this machine's own wants --api-keys or --no-key
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1",
        help_heading = "Server"
    )]
    pub host: String,
    /// Port to listen on; 0 takes a free one
    #[arg(
        long,
        value_name = "N",
        default_value = "5000",
        value_parser = port,
        help_heading = "Server"
    )]
    pub port: u16,
    /// What every path begins with, for a proxy that passes it on: /translate
    #[arg(long, value_name = "PATH", help_heading = "Server")]
    pub url_prefix: Option<String>,
    /// Name by which a proxy or other machines reach the server, besides its addresses
    #[arg(long, value_name = "NAME", help_heading = "Server")]
    pub allow_host: Vec<String>,
    /// Origin whose pages may use the server, such as https://example.org; * for all (browser add-ons)
    #[arg(long, value_name = "ORIGIN", help_heading = "Server")]
    pub cors: Vec<String>,
    /// File of keys, one a line; a client has to give one
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "no_key",
        help_heading = "Server"
    )]
    pub api_keys: Option<PathBuf>,
    /// Want no key, even where other machines reach the server
    #[arg(long, help_heading = "Server")]
    pub no_key: bool,
    /// Maximum characters of a request's texts, of a file or of an article
    #[arg(long, value_name = "N", value_parser = at_least_one, help_heading = "Server")]
    pub char_limit: Option<usize>,
    /// Maximum texts of a request
    #[arg(long, value_name = "N", value_parser = at_least_one, help_heading = "Server")]
    pub batch_limit: Option<usize>,
    /// Maximum requests of a client in a minute
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Server")]
    pub requests_per_minute: Option<u32>,
    /// Maximum bytes of a file; K, M and G are understood
    #[arg(long, value_name = "N", default_value = "20M", value_parser = bytes, help_heading = "Server")]
    pub max_upload: u64,
    /// Maximum requests and articles that wait or are in work; beyond it clients are told to come back
    #[arg(long, value_name = "N", default_value = "256", value_parser = at_least_one, help_heading = "Server")]
    pub queue: usize,
    /// Fetch articles of the public web by their address; never from this machine or its network
    #[arg(long, help_heading = "Server")]
    pub fetch: bool,
    /// Tell counters for Prometheus at /metrics
    #[arg(long, help_heading = "Server")]
    pub metrics: bool,
    /// Keep finished articles in this folder; otherwise they are in memory alone, for an hour
    #[arg(long, value_name = "DIR", help_heading = "Server")]
    pub keep: Option<PathBuf>,
}

/// Whether --model is on the command line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GivenModel(pub bool);

impl Args for GivenModel {
    fn augment_args(command: Command) -> Command {
        command
    }

    fn augment_args_for_update(command: Command) -> Command {
        command
    }
}

impl FromArgMatches for GivenModel {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let is_given = matches.value_source("model") == Some(ValueSource::CommandLine);
        Ok(Self(is_given))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
