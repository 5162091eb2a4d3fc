//! `translate INPUT...`.

use std::path::PathBuf;

use clap::Args;

use super::pipeline::PipelineArgs;
use super::reader::ReaderArgs;
use super::shard::ShardChoice;
use super::values::{LayoutChoice, bytes, format_parser, limit};
use crate::archive::Limits;
use crate::report::Format;

#[derive(Debug, Args)]
pub(crate) struct TranslateArgs {
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
    /// Field or column of records that holds the text [default: text, body, content, article, html]
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    pub text_field: Option<String>,
    /// Read more inputs from FILE, one path a line; - reads standard input
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub files_from: Option<PathBuf>,
    #[command(flatten)]
    pub reader: ReaderArgs,

    #[command(flatten)]
    pub archive: ArchiveArgs,

    #[command(flatten)]
    pub results: ResultArgs,
}

/// Where results go, and in which form.
#[derive(Debug, Args)]
pub(crate) struct ResultArgs {
    /// File to write, or folder if there are many inputs [default: standard output]
    #[arg(short, long, value_name = "PATH", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// Format [default: from the ending of --output, else text]
    #[arg(short, long, value_parser = format_parser(), help_heading = "Output")]
    pub format: Option<Format>,
    /// What a Word document shows [default: columns]
    #[arg(long, value_enum, help_heading = "Output")]
    pub layout: Option<LayoutChoice>,
}

/// Options of runs over folders, archives and lists.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct ArchiveArgs {
    /// Do everything again, whatever earlier runs have done
    #[arg(long, requires = "output", help_heading = "Archives")]
    pub overwrite: bool,
    /// Try articles again that failed in an earlier run
    #[arg(long, requires = "output", help_heading = "Archives")]
    pub retry_failed: bool,
    /// List what would be translated, with an estimate of the time, and do nothing
    #[arg(long, requires = "output", help_heading = "Archives")]
    pub dry_run: bool,
    /// Do part I, from 0, of N equal parts, assigned by the articles' ids; auto asks Slurm or
    /// Kubernetes
    #[arg(
        long,
        value_name = "I/N",
        requires = "output",
        help_heading = "Archives"
    )]
    pub shard: Option<ShardChoice>,
    /// Read at most N articles of an archive
    #[arg(long, value_name = "N", default_value_t = Limits::default().entries, value_parser = limit, help_heading = "Archives")]
    pub max_entries: u64,
    /// Unpack at most N bytes of an archive; K, M, G and T are understood
    #[arg(long, value_name = "N", default_value = "1T", value_parser = bytes, help_heading = "Archives")]
    pub max_bytes: u64,
    /// Unpack at most N bytes for each byte of an archive, beyond its first 64 MiB
    #[arg(long, value_name = "N", default_value_t = Limits::default().ratio, value_parser = limit, help_heading = "Archives")]
    pub max_ratio: u64,
}
