//! Texts with markup, HTML or whole files: their sentences are translated like those of any text, and put
//! back between the tags.

use super::engine::{EngineError, Place};
use super::http::ApiError;
use super::languages::{Detected, Languages, Source};
use super::texts::{Asked, source};
use crate::article::ArticleLanguage;
use crate::language::{KAZAKH, Language};
use crate::markup::document::Document;
use crate::markup::html::Fragment;
use crate::markup::{Alignment, MarkupError, TranslatedUnit};
use crate::pipeline::{Pipeline, PlannedText, TranslatedText};
use crate::translate::{Hypothesis, Unit};

/// What has sentences between its markup.
pub(super) trait Markup: Sized {
    fn sentences(&self) -> &[String];
}

impl Markup for Fragment {
    fn sentences(&self) -> &[String] {
        self.units()
    }
}

impl Markup for Document {
    fn sentences(&self) -> &[String] {
        self.units()
    }
}

/// Markup whose sentences are planned.
pub(super) struct Planned<M> {
    markup: M,
    /// None where it is in the target language already.
    sentences: Vec<PlannedText>,
    pub detected: Option<Detected>,
}

impl<M: Markup> Planned<M> {
    /// Reads markup by `parse` in the language that is asked for, or that its sentences are found to be in.
    ///
    /// # Errors
    /// If it cannot be read, or is in an alphabet that no model reads.
    pub(super) fn new(
        pipeline: &Pipeline,
        languages: &Languages,
        asked: &Asked,
        parse: impl Fn(&'static Language) -> Result<M, MarkupError>,
    ) -> Result<Self, ApiError> {
        let parse = |language| parse(language).map_err(|error| ApiError::bad(error.to_string()));
        let mut markup = parse(&KAZAKH)?;
        let (source, detected) = source(languages, &markup.sentences().join("\n"), asked)?;
        let sentences = match source {
            Source::Target => Vec::new(),
            Source::Other(language) => {
                if language.known != &KAZAKH {
                    markup = parse(language.known)?;
                }
                planned(pipeline, markup.sentences(), &language)?
            }
        };
        Ok(Self {
            markup,
            sentences,
            detected,
        })
    }

    pub(super) fn sentences(&self) -> impl Iterator<Item = &str> {
        self.markup.sentences().iter().map(String::as_str)
    }

    pub(super) fn units(&self) -> impl Iterator<Item = &Unit> {
        self.sentences.iter().flat_map(PlannedText::units)
    }

    /// The markup and the translations of its sentences, none where it stays as it is; `rest` are the
    /// hypotheses from its own on, and afterwards those behind them.
    pub(super) fn placed(self, rest: &mut Rest) -> Result<(M, Vec<TranslatedUnit>), EngineError> {
        let unit = |text: PlannedText| {
            // Of a sentence in several units, the words are counted otherwise.
            let alignment = match text.units() {
                [_] => rest.alignments.first().cloned().flatten(),
                _ => None,
            };
            Ok(TranslatedUnit {
                target: placed(text, rest)?.target,
                alignment,
            })
        };
        let units: Result<Vec<_>, EngineError> = self.sentences.into_iter().map(unit).collect();
        Ok((self.markup, units?))
    }
}

fn planned(
    pipeline: &Pipeline,
    sentences: &[String],
    language: &ArticleLanguage,
) -> Result<Vec<PlannedText>, EngineError> {
    let plan = |sentence: &String| Ok(pipeline.plan_text(sentence, language)?);
    sentences.iter().map(plan).collect()
}

/// The translation of a text whose hypotheses are the first of `rest`.
pub(super) fn placed(text: PlannedText, rest: &mut Rest) -> Result<TranslatedText, EngineError> {
    let count = text.units().len();
    let own = rest.hypotheses.split_at_checked(count);
    let (own, others) = own.ok_or(EngineError::Panicked)?;
    rest.hypotheses = others;
    rest.alignments = rest.alignments.get(count..).unwrap_or_default();
    Ok(text.place(own)?)
}

/// Hypotheses that are not placed yet, and their alignments if there are any.
pub(super) struct Rest<'a> {
    pub hypotheses: &'a [Hypothesis],
    pub alignments: &'a [Option<Alignment>],
}

/// Translates the units of markup, and aligns the translations with them.
pub(super) async fn translated(
    place: &Place,
    units: Vec<Unit>,
) -> Result<(Vec<Hypothesis>, Vec<Option<Alignment>>), EngineError> {
    let hypotheses = place.translate(units.clone(), None).await?;
    let targets = hypotheses
        .iter()
        .map(|hypothesis| hypothesis.target.clone());
    let alignments = place
        .align(units.into_iter().zip(targets).collect())
        .await?;
    Ok((hypotheses, alignments))
}
