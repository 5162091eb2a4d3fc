//! `translate INPUT...`: articles in, reports out.

use std::io::Read;
use std::path::Path;

use anyhow::Context;

use super::archive;
use super::args::TranslateArgs;
use super::config::{Config, PipelineConfig, SummaryChoice, is_stdin, start_threads};
use super::exit::{Exit, Failure, io_kind, is_temporary, print_error};
use super::log::Verbosity;
use super::output::{Output, Sink};
use super::progress::{self, ArticleProgress, PullProgress, Spinner};
use crate::catalogue::ModelSpec;
use crate::hub::{self, HubError, HubOptions, ModelFiles};
use crate::pipeline::{self, ParsedArticle, Pipeline, Settings};
use crate::report::Document;
use crate::summarize::{AbstractiveSummarizer, Summarizer};
use crate::translate::Translator;

/// The largest input taken for one article.
const MAX_INPUT_BYTES: u64 = 256 << 20;

pub(super) fn run(args: TranslateArgs, verbosity: Verbosity) -> Result<Exit, Failure> {
    progress::start(verbosity);
    let config = Config::new(args)?;
    if config.is_archive {
        return archive::run(&config, verbosity);
    }
    let output = Output::plan(config.output.as_deref(), config.format, &config.inputs)?;
    start_threads(config.pipeline.compute.threads)?;

    // What cannot be read is said before anything is downloaded.
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

    let pipeline = open(&config.pipeline)?;
    let several = config.inputs.len() > 1;
    let mut sink = Sink::new(output, config.format, several, verbosity);
    for (input, prepared) in readable {
        let mut shown = ArticleProgress::new(&prepared.id);
        let result = pipeline.run(&prepared, &mut |progress| shown.show(progress));
        drop(shown);
        let document = match result {
            Ok(document) => document,
            Err(error) => {
                // What is done is kept, whatever is wrong with the model.
                let _ = sink.finish();
                return Err(Failure::new(Exit::Model, error));
            }
        };
        tell_flags(&document, verbosity);
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

/// Says on standard error where a reader of plain text has to be careful.
fn tell_flags(document: &Document, verbosity: Verbosity) {
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

/// Names an input that failed; the others go on, unless the disk or the memory is full.
fn failed(input: &Path, error: anyhow::Error, verbosity: Verbosity) -> Result<Exit, Failure> {
    if io_kind(&error).is_some_and(is_temporary) {
        return Err(Failure::new(Exit::Temporary, error));
    }
    print_error(&error.context(input.display().to_string()), verbosity);
    Ok(Exit::SomeFailed)
}

fn read(input: &Path, config: &Config) -> anyhow::Result<ParsedArticle> {
    let mut bytes = Vec::new();
    if is_stdin(input) {
        std::io::stdin()
            .lock()
            .take(MAX_INPUT_BYTES + 1)
            .read_to_end(&mut bytes)
            .context("cannot read standard input")?;
    } else {
        let metadata = std::fs::metadata(input).context("cannot read it")?;
        anyhow::ensure!(!metadata.is_dir(), "it is a folder; give the files in it");
        std::fs::File::open(input)
            .and_then(|file| file.take(MAX_INPUT_BYTES + 1).read_to_end(&mut bytes))
            .context("cannot read it")?;
    }
    anyhow::ensure!(
        bytes.len() as u64 <= MAX_INPUT_BYTES,
        "it is larger than {} MiB, which no article is",
        MAX_INPUT_BYTES >> 20
    );
    let language = config.pipeline.source_language.as_deref();
    let name = input.to_string_lossy();
    Ok(pipeline::read(&name, &bytes, &config.read, language)?)
}

pub(super) fn hub_options(config: &PipelineConfig) -> HubOptions {
    HubOptions {
        offline: config.offline || HubOptions::from_env().offline,
        ..HubOptions::from_env()
    }
}

/// Has the models, and loads them.
pub(super) fn open(config: &PipelineConfig) -> Result<Pipeline, Failure> {
    let hub = hub_options(config);
    // Both models are had before the first is loaded: a long download does not end in an error.
    let files = fetch(&config.model, &hub)?;
    let summary_files = match &config.summary {
        SummaryChoice::Abstractive(model) => Some(fetch(model, &hub)?),
        SummaryChoice::Extractive | SummaryChoice::None => None,
    };
    let model_failure = |error: anyhow::Error| Failure::new(Exit::Model, error);

    let spinner = Spinner::new(format!("loading {}", config.model));
    let translator = Translator::open(&files, &config.translation, &config.compute)
        .with_context(|| format!("the model {} cannot be loaded", config.model))
        .map_err(model_failure)?;
    drop(spinner);
    if let Some(code) = &config.source_language {
        let known = translator.language(code);
        known.map_err(|error| Failure::usage(error.to_string()))?;
    }
    let summarizer = match (&config.summary, &summary_files) {
        (SummaryChoice::Abstractive(model), Some(files)) => {
            let _spinner = Spinner::new(format!("loading {model}"));
            let opened = AbstractiveSummarizer::open(files, &config.compute)
                .with_context(|| format!("the model {model} cannot be loaded"))
                .map_err(model_failure)?;
            Some(Summarizer::Abstractive(Box::new(opened)))
        }
        (SummaryChoice::Extractive, _) => Some(Summarizer::Extractive),
        _ => None,
    };
    let settings = Settings {
        normalize: config.normalize,
        options: config.options.clone(),
    };
    Ok(Pipeline::new(translator, summarizer, settings))
}

/// Has a model's files, downloading what is missing, and shows how it goes.
pub(super) fn fetch(model: &ModelSpec, hub: &HubOptions) -> Result<ModelFiles, Failure> {
    hub::fetch(model, hub, &mut PullProgress::default()).map_err(hub_failure)
}

pub(super) fn hub_failure(error: HubError) -> Failure {
    let exit = if error.is_disk_full() {
        Exit::Temporary
    } else {
        Exit::Model
    };
    Failure::new(exit, error)
}
