//! Models fetched and opened, with progress on standard error.

use std::time::Instant;

use anyhow::Context;

use super::config::{PipelineConfig, SummaryChoice};
use super::exit::{Exit, Failure};
use super::model_proof::prove;
use super::progress::{PullProgress, Spinner};
use crate::catalogue::ModelSpec;
use crate::hub::{self, HubError, HubOptions};
use crate::model_files::ModelFiles;
use crate::nn::ComputeOptions;
use crate::pipeline::{Pipeline, Settings};
use crate::summarize::{AbstractiveSummarizer, Summarizer};
use crate::translate::Translator;

/// Fetches the models and loads them.
pub(super) fn open_pipeline(config: &PipelineConfig) -> Result<Pipeline, Failure> {
    let hub = &config.hub;
    // Both models are fetched before the first is loaded: a long download does not end in an error.
    let summary = match &config.summary {
        SummaryChoice::Abstractive(model) => Some(model),
        SummaryChoice::Extractive | SummaryChoice::None => None,
    };
    let fetched = |model, needed: &[&ModelSpec], is_summary| {
        hub::fetch(model, hub, &mut PullProgress::default())
            .map_err(|source| ModelMissing::failure(source, needed, hub, is_summary))
    };
    let needed: Vec<&ModelSpec> = [&config.model].into_iter().chain(summary).collect();
    let files = fetched(&config.model, &needed, false)?;
    let summary_files = summary
        .map(|model| fetched(model, &[model], true))
        .transpose()?;
    let model_failure = |error: anyhow::Error| Failure::new(Exit::Model, error);

    let started = Instant::now();
    let spinner = Spinner::new(format!("loading {}", config.model));
    let target = Some(config.translation.target_language.as_str());
    let state = &hub.state;
    prove(&config.model, &files, target, &config.compute, state)?;
    let translator = Translator::open(&files, &config.translation, &config.compute)
        .with_context(|| format!("the model {} cannot be loaded", config.model))
        .map_err(model_failure)?;
    drop(spinner);
    tell_opened(&config.model, &files, &config.compute, started);
    if let Some(code) = &config.source_language {
        let known = translator.language(code);
        known.map_err(|error| Failure::usage(error.to_string()))?;
    }
    let summarizer = match (&config.summary, &summary_files) {
        (SummaryChoice::Abstractive(model), Some(files)) => {
            let started = Instant::now();
            let spinner = Spinner::new(format!("loading {model}"));
            prove(model, files, None, &config.compute, state)?;
            let opened = AbstractiveSummarizer::open(files, &config.compute)
                .with_context(|| format!("the model {model} cannot be loaded"))
                .map_err(model_failure)?;
            drop(spinner);
            tell_opened(model, files, &config.compute, started);
            Some(Summarizer::Abstractive(Box::new(opened)))
        }
        (SummaryChoice::Extractive, _) => Some(Summarizer::Extractive),
        _ => None,
    };
    let settings = Settings {
        normalize: config.normalize,
        unify_names: config.names.unify,
        names: config.names.list.clone(),
        options: config.options.clone(),
    };
    Ok(Pipeline::new(translator, summarizer, settings))
}

/// Says which model was opened, and how.
fn tell_opened(model: &ModelSpec, files: &ModelFiles, compute: &ComputeOptions, started: Instant) {
    tracing::debug!(
        "{model}: {} in {} on {}, {:.1} s",
        files.id,
        compute.precision.name(),
        compute.device,
        started.elapsed().as_secs_f64()
    );
}

/// The files of a model; what is missing is downloaded, with progress.
pub(super) fn fetch(model: &ModelSpec, hub: &HubOptions) -> Result<ModelFiles, Failure> {
    hub::fetch(model, hub, &mut PullProgress::default()).map_err(hub_failure)
}

/// A model that a run needs cannot be had.
#[derive(Debug, thiserror::Error)]
#[error("{source}")]
pub(super) struct ModelMissing {
    pub source: HubError,
    /// What would be downloaded, in words; empty where that is not the matter.
    pub downloads: Vec<String>,
    /// Whether it is the model of summaries, which a run can do without.
    pub is_summary: bool,
}

impl ModelMissing {
    fn failure(
        source: HubError,
        needed: &[&ModelSpec],
        hub: &HubOptions,
        is_summary: bool,
    ) -> Failure {
        let is_connection = matches!(
            source,
            HubError::Offline { .. } | HubError::Unreachable { .. } | HubError::Network { .. }
        );
        let exit = hub_exit(&source);
        let needed = needed.iter().filter(|_| is_connection);
        let downloads = needed.filter_map(|model| download(model, hub)).collect();
        let missing = Self {
            source,
            downloads,
            is_summary,
        };
        Failure::new(exit, missing)
    }
}

/// A model's name, size and licence; `None` if it is here.
fn download(model: &ModelSpec, hub: &HubOptions) -> Option<String> {
    let Some(entry) = model.entry() else {
        return Some(model.to_string());
    };
    // Where the cache cannot be looked at, the error tells why.
    let is_here = hub::is_here(entry, hub).unwrap_or(false);
    let words = || format!("{} ({}, {})", entry.name, entry.download, entry.licence.id);
    (!is_here).then(words)
}

/// A failure of the hub with its exit code.
pub(super) fn hub_failure(error: HubError) -> Failure {
    Failure::new(hub_exit(&error), error)
}

fn hub_exit(error: &HubError) -> Exit {
    if error.is_disk_full() {
        Exit::Temporary
    } else {
        Exit::Model
    }
}
