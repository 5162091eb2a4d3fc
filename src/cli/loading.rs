//! Models fetched and opened, with progress on standard error.

use anyhow::Context;

use super::config::{PipelineConfig, SummaryChoice};
use super::exit::{Exit, Failure};
use super::model_proof::prove;
use super::progress::{PullProgress, Spinner};
use crate::catalogue::ModelSpec;
use crate::hub::{self, HubError, HubOptions};
use crate::model_files::ModelFiles;
use crate::pipeline::{Pipeline, Settings};
use crate::summarize::{AbstractiveSummarizer, Summarizer};
use crate::translate::Translator;

/// Fetches the models and loads them.
pub(super) fn open_pipeline(config: &PipelineConfig) -> Result<Pipeline, Failure> {
    let hub = &config.hub;
    // Both models are fetched before the first is loaded: a long download does not end in an error.
    let files = fetch(&config.model, hub)?;
    let summary_files = match &config.summary {
        SummaryChoice::Abstractive(model) => Some(fetch(model, hub)?),
        SummaryChoice::Extractive | SummaryChoice::None => None,
    };
    let model_failure = |error: anyhow::Error| Failure::new(Exit::Model, error);

    let spinner = Spinner::new(format!("loading {}", config.model));
    let target = Some(config.translation.target_language.as_str());
    let state = &hub.state;
    prove(&config.model, &files, target, &config.compute, state)?;
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
            prove(model, files, None, &config.compute, state)?;
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
        unify_names: config.names.unify,
        names: config.names.list.clone(),
        options: config.options.clone(),
    };
    Ok(Pipeline::new(translator, summarizer, settings))
}

/// The files of a model; what is missing is downloaded, with progress.
pub(super) fn fetch(model: &ModelSpec, hub: &HubOptions) -> Result<ModelFiles, Failure> {
    hub::fetch(model, hub, &mut PullProgress::default()).map_err(hub_failure)
}

/// A failure of the hub with its exit code.
pub(super) fn hub_failure(error: HubError) -> Failure {
    let exit = if error.is_disk_full() {
        Exit::Temporary
    } else {
        Exit::Model
    };
    Failure::new(exit, error)
}
