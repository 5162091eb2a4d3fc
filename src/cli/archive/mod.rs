//! `translate ARCHIVE... -o OUT`: many articles, an account of them, and a report at the end.

mod progress;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;

use super::config::{Config, SummaryChoice, start_threads};
use super::exit::{Exit, Failure};
use super::loading::{fetch, hub_failure, open_pipeline};
use super::names;
use super::output::{archive_output, make_folder};
use super::reader::article_reader;
use super::signals;
use super::verbosity::Verbosity;
use super::words::{counted, duration, plural, size};
use crate::archive::{
    self, CollectionFormat, Estimate, Inputs, Model, Outcome, Output, Run, RunError,
};
use crate::catalogue::ModelSpec;
use crate::hub::{self, HubOptions};
use crate::pipeline::Pipeline;
use crate::report::{Format, Layout, Style};
use crate::text::one_line;
pub(super) use progress::ArchiveProgress;
use progress::DryRun;

pub(super) fn run(config: &Config, verbosity: Verbosity) -> Result<Exit, Failure> {
    let run = plan(config, verbosity)?;
    if config.archive.dry_run {
        return dry_run(&run);
    }
    let outcome = translate(&run, config, &ArchiveProgress::new(verbosity))?;
    let exit = ended(&outcome, &run.output);
    names::add(&config.pipeline.names, &outcome.names)?;
    Ok(exit)
}

/// What is read, and where results go; nothing is written yet.
pub(super) fn plan(config: &Config, verbosity: Verbosity) -> Result<Run, Failure> {
    let style = Style {
        marks: config.format == Format::Text && verbosity >= Verbosity::Verbose,
        names: config.format == Format::Text && config.pipeline.names.is_listed,
        layout: config.layout,
        ..Style::default()
    };
    let path = config.output.as_deref().unwrap_or(Path::new(""));
    let list = config.list.as_deref();
    let output = archive_output(path, config.format, style, &config.inputs, list)?;
    if let (Some(_), Output::Collection(_, CollectionFormat::Report(format))) =
        (config.archive.shard, &output)
    {
        return Err(Failure::usage(format!(
            "the shards of a run are written to .jsonl or .parquet; `translate merge` makes one \
             .{} of them",
            format.extension()
        )));
    }
    let inputs = Inputs {
        paths: config.inputs.clone(),
        limits: config.archive.limits,
        records: config.records.clone(),
        output: match &output {
            Output::Folder { root, .. } => Some(root.clone()),
            Output::JsonLines(_) | Output::Collection(..) => None,
        },
    };
    // Before a model is asked for.
    output
        .check(&inputs)
        .map_err(|error| Failure::new(Exit::Usage, error))?;
    Ok(Run {
        inputs,
        read: config.read.clone(),
        reader: article_reader(config.reader),
        shard: config.archive.shard,
        fingerprint: fingerprint(config, &output)?,
        overwrite: config.archive.overwrite,
        retry_failed: config.archive.retry_failed,
        keeps_names: config.pipeline.names.file.is_some(),
        output,
    })
}

/// Translates what is still to be done.
pub(super) fn translate(
    run: &Run,
    config: &Config,
    progress: &ArchiveProgress,
) -> Result<Outcome, Failure> {
    make_folder(&run.output)?;
    start_threads(config.pipeline.compute.threads)?;
    let mut failure = None;
    let mut models = || -> Option<Pipeline> {
        let opened = progress.paused(|| open_pipeline(&config.pipeline));
        // Before this point, ending at once loses nothing.
        signals::request_graceful_shutdown();
        opened.map_err(|error| failure = Some(error)).ok()
    };
    let outcome = run.run(&mut models, progress, signals::stop_flag());
    match (outcome, failure) {
        (Ok(outcome), _) => Ok(outcome),
        (Err(RunError::NoModels), Some(failure)) => Err(failure),
        (Err(error @ (RunError::NoModels | RunError::Models(_))), _) => {
            Err(Failure::new(Exit::Model, error))
        }
        (Err(error @ RunError::Reading(_)), _) => Err(Failure::new(Exit::Temporary, error)),
        // A full disk is recognised by the error's kind and has its own exit code.
        (Err(error), _) => Err(Failure::new(Exit::Usage, error)),
    }
}

/// The fingerprint of everything besides the articles that results depend on.
fn fingerprint(config: &Config, output: &Output) -> Result<[u8; 16], Failure> {
    let mut models = vec![model(config, &config.pipeline.model)?];
    if let SummaryChoice::Abstractive(summary) = &config.pipeline.summary {
        models.push(model(config, summary)?);
    }
    let mut options = config.pipeline.options.clone();
    if let Output::Folder { marks: true, .. } = output {
        options.insert(String::from("marks"), true.into());
    }
    if let Output::Folder { names: true, .. } = output {
        options.insert(String::from("names listed"), true.into());
    }
    if let Output::Folder {
        layout: Layout::English,
        ..
    } = output
    {
        options.insert(String::from("layout"), "english".into());
    }
    archive::fingerprint(&models, &options)
        .context("a model's file cannot be read")
        .map_err(|error| Failure::new(Exit::Model, error))
}

/// Identifies a model's content. For a model of the catalogue that needs no files: if all articles
/// are done, nothing is downloaded.
fn model(config: &Config, spec: &ModelSpec) -> Result<Model, Failure> {
    if let ModelSpec::Catalogue(entry) = spec {
        return Ok(Model::Pinned(format!(
            "{}@{}",
            entry.repository, entry.commit
        )));
    }
    let files = if config.archive.dry_run {
        let hub = HubOptions {
            offline: true,
            ..config.pipeline.hub.clone()
        };
        hub::fetch(spec, &hub, &mut ()).map_err(hub_failure)?
    } else {
        fetch(spec, &config.pipeline.hub)?
    };
    Ok(match spec {
        ModelSpec::Folder(_) => Model::Folder(Box::new(files)),
        _ => Model::Pinned(files.id),
    })
}

fn dry_run(run: &Run) -> Result<Exit, Failure> {
    let list = DryRun::new();
    let estimate = run
        .estimate(&list)
        .map_err(|error| Failure::new(Exit::Usage, error))?;
    list.finish()
        .context("cannot write to standard output")
        .map_err(|error| Failure::new(Exit::SomeFailed, error))?;
    let Estimate {
        articles,
        bytes,
        done,
        failed,
        other_options,
        other_input,
        other_result,
        seconds,
    } = estimate;
    tracing::info!(
        "{} ({}) would be translated; {done} {} done, {failed} failed",
        counted(articles, "article", "articles"),
        size(bytes),
        plural(done, "is", "are")
    );
    tell_again(other_options, other_input, other_result);
    match seconds {
        Some(seconds) if articles > 0 => {
            tracing::info!(
                "at the speed of earlier runs that takes {}",
                duration(seconds)
            );
        }
        None if articles > 0 => {
            tracing::info!("how long that takes is known once some articles are done");
        }
        _ => {}
    }
    Ok(if failed > 0 {
        Exit::SomeFailed
    } else {
        Exit::Done
    })
}

fn tell_again(other_options: u64, other_input: u64, other_result: u64) {
    if other_options > 0 {
        let were = plural(other_options, "was", "were");
        tracing::info!("{other_options} of them {were} done before with another model or options");
    }
    if other_input > 0 {
        let were = plural(other_input, "was", "were");
        let have = plural(other_input, "has", "have");
        tracing::info!("{other_input} of them {were} done before, and {have} changed since");
    }
    if other_result > 0 {
        let were = plural(other_result, "was", "were");
        let their = plural(other_result, "its result is", "their results are");
        tracing::info!(
            "{other_result} of them {were} done before, and {their} gone or changed since"
        );
    }
}

/// Which checks failed how often.
fn named(flags: &BTreeMap<&str, u64>) -> String {
    let names = flags.iter().map(|(name, count)| format!("{name} {count}"));
    match names.collect::<Vec<_>>().as_slice() {
        [] => String::new(),
        names => format!(" ({})", names.join(", ")),
    }
}

/// Says what was done, and how the program ends.
fn ended(outcome: &Outcome, output: &Output) -> Exit {
    let tally = &outcome.tally;
    let failed = tally.failed + tally.failed_before;
    let mut parts = vec![format!(
        "{} translated",
        counted(tally.done, "article", "articles")
    )];
    if tally.skipped > 0 {
        parts.push(format!("{} done before", tally.skipped));
    }
    if failed > 0 {
        parts.push(format!("{failed} failed"));
    }
    tracing::info!("{}", parts.join(", "));
    tell_again(tally.other_options, tally.other_input, tally.other_result);
    if tally.sentences > 0 {
        tracing::info!(
            "{}, {} with a mark{}",
            counted(tally.sentences, "sentence", "sentences"),
            tally.flagged,
            named(&tally.flags)
        );
        if tally.summaries > 0 {
            tracing::info!(
                "{}, {} with a mark{}",
                counted(tally.summaries, "summary", "summaries"),
                tally.summaries_flagged,
                named(&tally.summary_flags)
            );
        }
        let spent = tally.translating().as_secs_f64();
        tracing::info!("{}, {:.0} tokens a second", duration(spent), tally.speed());
    }
    if outcome.stopped {
        tracing::info!("stopped; the same command goes on from here");
    }
    if let Some(page) = output.overview().filter(|page| page.exists()) {
        let of = if outcome.stopped {
            " of what is done"
        } else {
            ""
        };
        let page = page.display().to_string();
        tracing::info!("an overview{of} is in {}", one_line(&page));
    }
    if outcome.stopped {
        return signals::exit_code();
    }
    if failed == 0 {
        return Exit::Done;
    }
    let again = match tally.failed_before {
        0 => "",
        _ => "; --retry-failed tries them again",
    };
    let errors = output.errors();
    tracing::warn!("what failed is listed in {}{again}", errors.display());
    Exit::SomeFailed
}
