//! Texts of one request, translated together with those of all others.

use std::sync::Arc;

use super::app::App;
use super::engine::{ClientId, EngineError};
use super::http::ApiError;
use super::languages::{Detected, Languages, Source};
use super::marked::{self, Rest, placed};
use crate::markup::html::Fragment;
use crate::pipeline::{Pipeline, PlannedText, TranslatedText};
use crate::translate::Unit;

/// The language that a client says its texts are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// Each text's is found.
    Auto,
    /// The one with this code, which the server knows.
    Code(String),
}

/// What texts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Plain text.
    Text,
    /// Parts of HTML pages, whose tags are kept.
    Html,
}

/// A translated text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Translation {
    pub text: String,
    /// Other translations, better ones first; HTML has none.
    pub others: Vec<String>,
    /// What language it was found to be in, if that was asked for.
    pub detected: Option<Detected>,
}

/// A text that is planned.
enum Planned {
    /// In the target language already.
    Kept(String),
    Text(PlannedText),
    Html(marked::Planned<Fragment>),
}

impl Planned {
    fn units(&self) -> Vec<Unit> {
        match self {
            Self::Kept(_) => Vec::new(),
            Self::Text(text) => text.units().to_vec(),
            Self::Html(html) => html.units().cloned().collect(),
        }
    }

    /// The translation; `rest` are the hypotheses from its own on, and afterwards those behind them.
    fn placed(self, rest: &mut Rest) -> Result<TranslatedText, EngineError> {
        let alone = |target| TranslatedText {
            target,
            sentences: Vec::new(),
            others: Vec::new(),
        };
        match self {
            Self::Kept(text) => Ok(alone(text)),
            Self::Text(text) => placed(text, rest),
            Self::Html(html) => {
                let (fragment, units) = html.placed(rest)?;
                Ok(alone(fragment.rebuild(&units)))
            }
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
    format: Format,
    asked: Asked,
) -> Result<Vec<Translation>, ApiError> {
    app.loaded()?;
    let bytes = texts.iter().map(String::len).sum();
    let place = app.engine.place(client, bytes)?;
    // Long texts take a while.
    let planning = {
        let app = Arc::clone(app);
        tokio::task::spawn_blocking(move || plan_all(&app, texts, format, &asked))
    };
    let planned = planning.await.map_err(|_| ApiError::internal())??;
    let units = planned.iter().flat_map(|(planned, _)| planned.units());
    let units = units.collect();
    let (hypotheses, alignments) = match format {
        Format::Text => (place.translate(units, None).await?, Vec::new()),
        Format::Html => marked::translated(&place, units).await?,
    };
    let placing = tokio::task::spawn_blocking(move || {
        let mut rest = Rest {
            hypotheses: &hypotheses,
            alignments: &alignments,
        };
        let place = |(planned, detected): (Planned, Option<Detected>)| {
            let placed = planned.placed(&mut rest)?;
            Ok::<_, ApiError>(Translation {
                text: placed.target,
                others: placed.others,
                detected,
            })
        };
        planned.into_iter().map(place).collect()
    });
    placing.await.map_err(|_| ApiError::internal())?
}

fn plan_all(
    app: &App,
    texts: Vec<String>,
    format: Format,
    asked: &Asked,
) -> Result<Vec<(Planned, Option<Detected>)>, ApiError> {
    let loaded = app.loaded()?;
    let (pipeline, languages) = (&loaded.pipeline, &loaded.languages);
    let plan = |text: String| match format {
        Format::Text => plan(pipeline, languages, text, asked),
        Format::Html => {
            let parse = |language| Fragment::parse(&text, language);
            let mut html = marked::Planned::new(pipeline, languages, asked, parse)?;
            let detected = html.detected.take();
            Ok((Planned::Html(html), detected))
        }
    };
    texts.into_iter().map(plan).collect()
}

fn plan(
    pipeline: &Pipeline,
    languages: &Languages,
    text: String,
    asked: &Asked,
) -> Result<(Planned, Option<Detected>), ApiError> {
    let (source, detected) = source(languages, &text, asked)?;
    let planned = match source {
        Source::Target => Planned::Kept(text),
        Source::Other(language) => {
            let planned = pipeline.plan_text(&text, &language);
            Planned::Text(planned.map_err(EngineError::from)?)
        }
    };
    Ok((planned, detected))
}

/// How to translate a text, and the language that it was found to be in if that was asked for.
///
/// # Errors
/// If it is in an alphabet that no model reads.
pub(super) fn source(
    languages: &Languages,
    text: &str,
    asked: &Asked,
) -> Result<(Source, Option<Detected>), ApiError> {
    match asked {
        Asked::Auto => {
            let (source, detected) = languages.found_source(text)?;
            Ok((source, Some(detected)))
        }
        Asked::Code(code) => Ok((languages.source(code, text)?, None)),
    }
}
