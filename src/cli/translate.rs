//! `translate INPUT...`: articles in, reports out.

use std::path::Path;

use super::archive;
use super::args::TranslateArgs;
use super::config::{Config, start_threads};
use super::exit::{Exit, Failure, io_error, is_temporary, print_error};
use super::loading::open_pipeline;
use super::output::{Destination, Sink};
use super::progress::ArticleProgress;
use super::reader::article_reader;
use super::records;
use super::verbosity::Verbosity;
use crate::article_reader::{ArticleReader, ReadError};
use crate::checks::Check;
use crate::document::Document;
use crate::input;
use crate::pipeline::{self, ParsedArticle};

pub(super) fn run(
    args: TranslateArgs,
    offline: bool,
    verbosity: Verbosity,
) -> Result<Exit, Failure> {
    let config = Config::new(args, offline)?;
    if config.is_archive {
        return archive::run(&config, verbosity);
    }
    if config.holds_records {
        return records::run(&config, verbosity);
    }
    run_with(&config, verbosity, &|path, reader| {
        read(path, &config, reader)
    })
}

/// Reads one input.
pub(super) type Read<'a> = dyn Fn(&Path, &ArticleReader) -> anyhow::Result<ParsedArticle> + 'a;

/// Translates inputs one after the other, which `read` reads.
pub(super) fn run_with(
    config: &Config,
    verbosity: Verbosity,
    read: &Read,
) -> Result<Exit, Failure> {
    let destination = Destination::plan(config.output.as_deref(), config.format, &config.inputs)?;
    start_threads(config.pipeline.compute.threads)?;

    // Unreadable inputs are reported before anything is downloaded.
    let mut exit = Exit::Done;
    let reader = article_reader(config.reader);
    let mut readable = Vec::new();
    for input in &config.inputs {
        match read(input, &reader) {
            Ok(prepared) => readable.push((input.as_path(), prepared)),
            Err(error) => exit = failed(input, error, verbosity)?,
        }
    }
    if readable.is_empty() {
        return Ok(exit);
    }

    let pipeline = open_pipeline(&config.pipeline)?;
    let several = config.inputs.len() > 1;
    let mut sink = Sink::new(destination, config, several, verbosity);
    for (input, prepared) in readable {
        let mut shown = ArticleProgress::new(&prepared.id);
        let result = pipeline.run(&prepared, &mut |progress| shown.show(progress));
        drop(shown);
        let document = match result {
            Ok(document) => document,
            Err(error) => {
                // Finished articles are still written.
                let _ = sink.finish();
                return Err(Failure::new(Exit::Model, error));
            }
        };
        report_flags(&document, verbosity);
        if let Err(error) = sink.add(input, &document) {
            let cause = io_error(&error).map(std::io::Error::kind);
            if cause == Some(std::io::ErrorKind::BrokenPipe) {
                return Err(Failure::new(Exit::SomeFailed, error));
            }
            exit = failed(input, error, verbosity)?;
        }
    }
    sink.finish()
        .map_err(|error| Failure::new(Exit::SomeFailed, error))?;
    Ok(exit)
}

/// Reports failed checks on standard error: plain text does not show them.
pub(super) fn report_flags(document: &Document, verbosity: Verbosity) {
    let flags: Vec<&[Check]> = document
        .title_and_sentences()
        .map(|sentence| sentence.flags.as_slice())
        .collect();
    let flagged = flags.iter().filter(|flags| !flags.is_empty()).count();
    let mut names: Vec<&str> = flags.concat().into_iter().map(Check::name).collect();
    names.sort_unstable();
    names.dedup();
    let hint = if verbosity >= Verbosity::Verbose {
        ""
    } else {
        "; -v marks them in the text"
    };
    if flagged > 0 {
        tracing::warn!(
            "{}: {flagged} of {} sentences failed a check ({}){hint}",
            document.id,
            flags.len(),
            names.join(", ")
        );
    }
    if let Some(summary) = document.summary.as_ref().filter(|s| !s.flags.is_empty()) {
        tracing::warn!(
            "{}: the summary failed a check ({})",
            document.id,
            checks(&summary.flags)
        );
    }
}

fn checks(failed: &[Check]) -> String {
    let names: Vec<&str> = failed.iter().map(|check| check.name()).collect();
    names.join(", ")
}

/// Reports an input that failed. The others continue, unless the disk or the memory is full.
pub(super) fn failed(
    input: &Path,
    error: anyhow::Error,
    verbosity: Verbosity,
) -> Result<Exit, Failure> {
    let no_process = matches!(error.downcast_ref(), Some(ReadError::Start(_)));
    if no_process || io_error(&error).is_some_and(is_temporary) {
        return Err(Failure::new(Exit::Temporary, error));
    }
    print_error(&error.context(input.display().to_string()), verbosity);
    Ok(Exit::SomeFailed)
}

fn read(path: &Path, config: &Config, reader: &ArticleReader) -> anyhow::Result<ParsedArticle> {
    let bytes = input::read_file(path)?;
    let name = path.to_string_lossy();
    Ok(pipeline::read_with(reader, &name, &bytes, &config.read)?)
}
