//! `translate INPUT...`: articles in, reports out.

use std::path::Path;

use super::archive;
use super::args::TranslateArgs;
use super::config::{Config, start_threads};
use super::exit::{Exit, Failure, io_kind, is_temporary, print_error};
use super::loading::open_pipeline;
use super::output::{Output, Sink};
use super::progress::ArticleProgress;
use super::verbosity::Verbosity;
use crate::input;
use crate::pipeline::{self, ParsedArticle};
use crate::report::Document;

pub(super) fn run(
    args: TranslateArgs,
    offline: bool,
    verbosity: Verbosity,
) -> Result<Exit, Failure> {
    let config = Config::new(args, offline)?;
    if config.is_archive {
        return archive::run(&config, verbosity);
    }
    let output = Output::plan(config.output.as_deref(), config.format, &config.inputs)?;
    start_threads(config.pipeline.compute.threads)?;

    // Unreadable inputs are reported before anything is downloaded.
    let mut exit = Exit::Done;
    let mut readable = Vec::new();
    for input in &config.inputs {
        match read(input, &config) {
            Ok(prepared) => readable.push((input.as_path(), prepared)),
            Err(error) => exit = failed(input, error, verbosity)?,
        }
    }
    if readable.is_empty() {
        return Ok(exit);
    }

    let pipeline = open_pipeline(&config.pipeline)?;
    let several = config.inputs.len() > 1;
    let mut sink = Sink::new(output, config.format, several, verbosity);
    for (input, prepared) in readable {
        let mut shown = ArticleProgress::new(&prepared.id);
        let result = pipeline.run(&prepared, &mut |progress| shown.show(progress));
        drop(shown);
        let document = match result {
            Ok(document) => document,
            Err(error) => {
                // Finished articles are written all the same.
                let _ = sink.finish();
                return Err(Failure::new(Exit::Model, error));
            }
        };
        report_flags(&document, verbosity);
        if let Err(error) = sink.add(input, &document) {
            if io_kind(&error) == Some(std::io::ErrorKind::BrokenPipe) {
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
fn report_flags(document: &Document, verbosity: Verbosity) {
    let title = document.title.iter();
    let sentences = title.chain(document.paragraphs.iter().flat_map(|p| &p.sentences));
    let flags: Vec<&[&str]> = sentences
        .map(|sentence| sentence.flags.as_slice())
        .collect();
    let flagged = flags.iter().filter(|flags| !flags.is_empty()).count();
    let mut names: Vec<&str> = flags.iter().copied().flatten().copied().collect();
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
            summary.flags.join(", ")
        );
    }
}

/// Reports an input that failed. The others continue, unless the disk or the memory is full.
fn failed(input: &Path, error: anyhow::Error, verbosity: Verbosity) -> Result<Exit, Failure> {
    if io_kind(&error).is_some_and(is_temporary) {
        return Err(Failure::new(Exit::Temporary, error));
    }
    print_error(&error.context(input.display().to_string()), verbosity);
    Ok(Exit::SomeFailed)
}

fn read(path: &Path, config: &Config) -> anyhow::Result<ParsedArticle> {
    let bytes = input::read_file(path)?;
    let language = config.pipeline.source_language.as_deref();
    let name = path.to_string_lossy();
    Ok(pipeline::read(&name, &bytes, &config.read, language)?)
}
