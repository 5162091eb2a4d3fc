//! From arguments to a configuration: everything that can be wrong with a command line is found here,
//! before anything is read or downloaded. A configuration does not depend on clap.

mod compute;
mod inputs;
mod names;
mod pipeline;
mod variant;

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use super::args::{ArchiveArgs, ReaderArgs, TranslateArgs};
use super::exit::Failure;
use super::output::{self, is_stdout};
use super::shard;
use crate::archive::{self, CollectionFormat, Holds, Limits, RecordOptions, Shard};
use crate::article::{Charset, ReadOptions};
use crate::files::is_same_file;
use crate::input::is_stdin;
use crate::report::{Format, Layout};

pub(super) use compute::{compute, hub_options, start_threads, threads};
pub(super) use names::NamesConfig;
pub(super) use pipeline::{PipelineConfig, Reading, SummaryChoice};
pub(super) use variant::variant;

/// A validated run of `translate INPUT...`.
pub(super) struct Config {
    pub inputs: Vec<PathBuf>,
    /// Whether the article comes with the program: then the input is a name, and no file.
    pub is_carried: bool,
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
    /// Whether many articles go to standard output, one after the other, without a journal.
    pub is_streamed: bool,
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
        args.inputs = inputs::inputs(&args)?;
        let archive = ArchiveConfig::new(&args.archive)?;
        let needs_journal = archive.retry_failed || archive.dry_run || archive.shard.is_some();
        let is_to_stdout = args.results.output.as_deref().is_none_or(is_stdout);
        let holds: Vec<Holds> = args.inputs.iter().map(|input| Holds::of(input)).collect();
        // The text of many files is read in files; who names a format, and no output, wants a stream.
        let is_streamed = is_to_stdout
            && !needs_journal
            && !archive.overwrite
            && (holds.contains(&Holds::Records)
                || holds.contains(&Holds::Files) && args.results.format.is_some());
        let needs_output = |holds: Holds| match holds {
            Holds::Article => false,
            Holds::Records => !is_streamed,
            Holds::Files => !is_streamed || args.results.format.is_none(),
        };
        let mut inputs = args.inputs.iter().zip(&holds);
        if let Some((input, _)) = inputs.find(|&(_, &holds)| needs_output(holds))
            && is_to_stdout
        {
            return Err(Failure::usage(format!(
                "{} holds many articles: say with --output which folder their translations go to, \
                 or which file that ends in {}; or with --format what standard output gets",
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
        // The result of a single article replaces what is there, so --overwrite needs no journal. What is
        // written through, as a pipe is, can have none.
        let holds_many = holds.iter().any(|holds| *holds != Holds::Article);
        let output = args.results.output.as_deref();
        // A list is a run even of one article, so that it is one whatever is in it, unless its result is
        // named as the file of one.
        let is_list_of_one = args.inputs.len() == 1 && output.is_some_and(output::is_file_of_one);
        if needs_journal
            && !holds_many
            && args.inputs.len() == 1
            && output.is_some_and(output::is_file_of_one)
        {
            return Err(Failure::usage(
                "--dry-run, --retry-failed and --shard are for runs over many articles, and this is \
                 one with a file of its own: leave them out, or give a folder as --output",
            ));
        }
        let is_several = args.inputs.len() > 1 || args.files_from.is_some() && !is_list_of_one;
        let is_run = output.is_some_and(|output| {
            is_table
                || !is_to_stdout
                    && (holds_many || needs_journal || is_several && !output::is_stream(output))
        });
        let joined =
            output.filter(|output| !is_run && !is_to_stdout && archive::has_journal(output));
        if let Some(output) = joined.filter(|output| !output.is_dir() && !archive.overwrite) {
            // The file of a run holds the articles of its last call alone.
            return Err(Failure::usage(format!(
                "{} is the file of a run over many articles, which one would replace: give their inputs \
                 with it, another --output, or --overwrite",
                output.display()
            )));
        }
        let is_archive = is_run || joined.is_some();
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
        // A run checks all of its files.
        let list = args
            .files_from
            .as_deref()
            .filter(|list| !is_archive && !is_stdin(list));
        let lists = [
            args.pipeline.glossary.as_deref(),
            pipeline.names.file.as_deref(),
            list,
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
            is_carried: false,
            list: args.files_from,
            output: args.results.output,
            is_archive,
            is_streamed,
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
