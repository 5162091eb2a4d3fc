//! Texts of one request, translated together with those of all others.

use std::sync::Arc;

use super::app::App;
use super::engine::{ClientId, EngineError};
use super::http::ApiError;
use super::languages::{Detected, Languages, Source};
use crate::pipeline::{Pipeline, PlannedText};
use crate::translate::Unit;

/// The language that a client says its texts are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// Each text's is found.
    Auto,
    /// The one with this code, which the server knows.
    Code(String),
}

/// A translated text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Translation {
    pub text: String,
    /// What language it was found to be in, if that was asked for.
    pub detected: Option<Detected>,
}

/// A text that is planned.
enum Planned {
    /// In the target language already.
    Kept(String),
    Text(PlannedText),
}

impl Planned {
    fn units(&self) -> &[Unit] {
        match self {
            Self::Kept(_) => &[],
            Self::Text(text) => text.units(),
        }
    }
}

/// Translates texts, in their order.
///
/// # Errors
/// If the models are not loaded, the queue is full, a text is in an alphabet that no model reads, or the
/// models fail.
pub(super) async fn translated(
    app: &Arc<App>,
    client: ClientId,
    texts: Vec<String>,
    asked: Asked,
) -> Result<Vec<Translation>, ApiError> {
    app.loaded()?;
    let bytes = texts.iter().map(String::len).sum();
    let place = app.engine.place(client, bytes)?;
    // Long texts take a while.
    let planning = {
        let app = Arc::clone(app);
        tokio::task::spawn_blocking(move || plan_all(&app, texts, &asked))
    };
    let planned = planning.await.map_err(|_| ApiError::internal())??;
    let units = planned.iter().flat_map(|(planned, _)| planned.units());
    let units: Vec<Unit> = units.cloned().collect();
    let hypotheses = place.translate(units, None).await?;
    let mut rest = hypotheses.as_slice();
    let mut translations = Vec::with_capacity(planned.len());
    for (planned, detected) in planned {
        let text = match planned {
            Planned::Kept(text) => text,
            Planned::Text(text) => {
                let lost = || ApiError::from(EngineError::Panicked);
                let (own, others) = rest.split_at_checked(text.units().len()).ok_or_else(lost)?;
                rest = others;
                text.place(own).map_err(EngineError::from)?.target
            }
        };
        translations.push(Translation { text, detected });
    }
    Ok(translations)
}

fn plan_all(
    app: &App,
    texts: Vec<String>,
    asked: &Asked,
) -> Result<Vec<(Planned, Option<Detected>)>, ApiError> {
    let loaded = app.loaded()?;
    let plan = |text| plan(&loaded.pipeline, &loaded.languages, text, asked);
    texts.into_iter().map(plan).collect()
}

fn plan(
    pipeline: &Pipeline,
    languages: &Languages,
    text: String,
    asked: &Asked,
) -> Result<(Planned, Option<Detected>), ApiError> {
    let (source, detected) = match asked {
        Asked::Auto => {
            let (source, detected) = languages.found_source(&text)?;
            (source, Some(detected))
        }
        Asked::Code(code) => (languages.source(code, &text)?, None),
    };
    let planned = match source {
        Source::Target => Planned::Kept(text),
        Source::Other(language) => {
            let planned = pipeline.plan_text(&text, &language);
            Planned::Text(planned.map_err(EngineError::from)?)
        }
    };
    Ok((planned, detected))
}
