//! From arguments to a configuration: everything that can be wrong with a command line is found here,
//! before anything is read or downloaded. A configuration does not depend on clap.

mod compute;
mod names;
mod pipeline;
mod variant;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::args::{ArchiveArgs, ReaderArgs, TranslateArgs, misplaced_subcommand};
use super::exit::{Exit, Failure};
use super::output::{self, is_stdout};
use super::shard;
use crate::archive::{CollectionFormat, Holds, Limits, RecordOptions, Shard};
use crate::article::{Charset, ReadOptions};
use crate::files::{Stdin, is_same_file, read_text, read_text_from};
use crate::input::is_stdin;
use crate::report::{Format, Layout};

pub(super) use compute::{compute, hub_options, start_threads, threads};
pub(super) use names::NamesConfig;
pub(super) use pipeline::{PipelineConfig, Reading, SummaryChoice};
pub(super) use variant::variant;

/// A validated run of `translate INPUT...`.
pub(super) struct Config {
    pub inputs: Vec<PathBuf>,
    /// The file that lists inputs.
    pub list: Option<PathBuf>,
    pub output: Option<PathBuf>,
    pub format: Format,
    pub layout: Layout,
    pub read: ReadOptions,
    pub records: RecordOptions,
    pub reader: ReaderArgs,
    pub pipeline: PipelineConfig,
    /// Whether there are many articles, which are recorded in a journal.
    pub is_archive: bool,
    /// Whether articles come from lists of them and go to standard output, without a journal.
    pub holds_records: bool,
    pub archive: ArchiveConfig,
}

/// How an archive is read, and which of its articles are translated.
pub(super) struct ArchiveConfig {
    pub overwrite: bool,
    pub retry_failed: bool,
    pub dry_run: bool,
    pub limits: Limits,
    /// The part of the articles to do; if `None`, all.
    pub shard: Option<Shard>,
}

impl Config {
    pub(super) fn new(mut args: TranslateArgs, offline: bool) -> Result<Self, Failure> {
        let from_list = list(args.files_from.as_deref())?;
        if args.inputs.is_empty() && args.files_from.is_none() {
            return Err(Failure::usage(
                "there is nothing to translate: give a file, or - for standard input \
                 (translate --help shows all options)",
            ));
        }
        if let Some(word) = misplaced_subcommand(&args.inputs) {
            return Err(Failure::usage(format!(
                "options go after the command: translate {word} … [OPTIONS]"
            )));
        }
        let list_is_stdin = args.files_from.as_deref().is_some_and(is_stdin);
        args.inputs.extend(from_list);
        let stdin = args.inputs.iter().filter(|input| is_stdin(input)).count();
        if stdin + usize::from(list_is_stdin) > 1 {
            return Err(Failure::usage("standard input (-) can be read once"));
        }
        let archive = ArchiveConfig::new(&args.archive)?;
        let needs_journal = archive.retry_failed || archive.dry_run || archive.shard.is_some();
        let is_to_stdout = args.results.output.as_deref().is_none_or(is_stdout);
        let holds: Vec<Holds> = args.inputs.iter().map(|input| Holds::of(input)).collect();
        let holds_records =
            is_to_stdout && !needs_journal && !archive.overwrite && holds.contains(&Holds::Records);
        let needs_output = |holds: Holds| match holds {
            Holds::Article => false,
            Holds::Records => !holds_records,
            Holds::Files => true,
        };
        let mut inputs = args.inputs.iter().zip(&holds);
        if let Some((input, _)) = inputs.find(|&(_, &holds)| needs_output(holds))
            && is_to_stdout
        {
            return Err(Failure::usage(format!(
                "{} holds many articles: say with --output which folder their translations go to, \
                 or which file that ends in {}",
                input.display(),
                output::endings_for_many()
            )));
        }
        // A table of articles is written from what a journal has.
        let is_table = args
            .results
            .output
            .as_deref()
            .and_then(CollectionFormat::from_path)
            == Some(CollectionFormat::Parquet);
        // The results of single articles replace what is there, so --overwrite needs no journal.
        let holds_many = holds.iter().any(|holds| *holds != Holds::Article);
        let is_archive =
            is_table || !is_to_stdout && (holds_many || needs_journal || args.files_from.is_some());
        let encoding = match args.encoding.as_str() {
            "auto" => None,
            name => Some(Charset::parse(name).map_err(|e| Failure::usage(e.to_string()))?),
        };
        let reading = Reading {
            encoding: &args.encoding,
            lossy: args.lossy,
        };
        let format = output::format(args.results.format, args.results.output.as_deref())?;
        if args.results.layout.is_some() && format != Format::Docx {
            return Err(Failure::usage(format!(
                "--layout is for Word documents, and the format is {format}: add -f docx"
            )));
        }
        if is_to_stdout && !format.is_text() && io::stdout().is_terminal() {
            return Err(Failure::usage(format!(
                "{format} is no text for a terminal: give --output NAME.{}",
                format.extension()
            )));
        }
        let pipeline = PipelineConfig::new(&args.pipeline, reading, offline)?;
        let lists = [
            args.pipeline.glossary.as_deref(),
            pipeline.names.file.as_deref(),
        ];
        if let Some(output) = args.results.output.as_deref()
            && let Some(list) = lists
                .into_iter()
                .flatten()
                .find(|list| *list == output || is_same_file(list, output))
        {
            return Err(Failure::usage(format!(
                "the result would replace {}: give another --output",
                list.display()
            )));
        }
        Ok(Self {
            format,
            layout: args.results.layout.map(Layout::from).unwrap_or_default(),
            read: ReadOptions {
                encoding,
                lossy: args.lossy,
                language: pipeline.source_language.clone(),
                given: None,
            },
            records: RecordOptions {
                text_field: args.text_field,
                encoding,
                lossy: args.lossy,
            },
            reader: args.reader,
            pipeline,
            inputs: args.inputs,
            list: args.files_from,
            output: args.results.output,
            is_archive,
            holds_records,
            archive,
        })
    }
}

impl ArchiveConfig {
    fn new(args: &ArchiveArgs) -> Result<Self, Failure> {
        let shard = args
            .shard
            .map(|choice| shard::shard(choice, |name| std::env::var(name).ok()));
        Ok(Self {
            overwrite: args.overwrite,
            retry_failed: args.retry_failed,
            dry_run: args.dry_run,
            limits: Limits {
                entries: args.max_entries,
                bytes: args.max_bytes,
                ratio: args.max_ratio,
            },
            shard: shard.transpose()?,
        })
    }
}

/// Maximum size of a list of inputs: some million paths.
const MAX_LIST_BYTES: u64 = 256 << 20;

/// The paths in a list, one a line.
fn list(file: Option<&Path>) -> Result<Vec<PathBuf>, Failure> {
    let Some(file) = file else {
        return Ok(Vec::new());
    };
    let text = if is_stdin(file) {
        read_text_from(Stdin, MAX_LIST_BYTES)
    } else {
        read_text(file, MAX_LIST_BYTES)
    };
    let text = text
        .with_context(|| format!("cannot read the list {}", file.display()))
        .map_err(|error| Failure::new(Exit::Usage, error))?;
    let lines = text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty());
    Ok(lines.map(PathBuf::from).collect())
}
