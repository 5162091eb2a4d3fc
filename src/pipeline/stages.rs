//! The stages of a pipeline, for callers that put batches together themselves: an article is planned,
//! its units are translated with whatever else waits, the hypotheses are placed, a summary is written,
//! and the document is put together. [`Pipeline::run_window`] goes through the same stages.

use super::plan::{Plan, Translated};
use super::{ParsedArticle, Pipeline, PipelineError, document};
use crate::document::Document;
use crate::markup::Alignment;
use crate::summarize::Summary;
use crate::tokenizer::LanguageToken;
use crate::translate::{Hypothesis, Unit};

/// An article whose sentences are found and ready for the translator.
pub struct PlannedArticle {
    input: ParsedArticle,
    plan: Plan,
}

impl PlannedArticle {
    /// What is to be translated, in the order of the article.
    pub fn units(&self) -> &[Unit] {
        self.plan.units()
    }
}

/// An article with its translation, but without a summary.
pub struct TranslatedArticle {
    input: ParsedArticle,
    translated: Translated,
}

impl TranslatedArticle {
    /// The English sentences that a summary is made of.
    pub fn summary_source(&self) -> Vec<&str> {
        document::summary_source(&self.translated.paragraphs)
    }
}

impl Pipeline {
    /// Finds what is to be translated of an article.
    ///
    /// # Errors
    /// If the model does not know the article's language.
    pub fn plan(&self, input: ParsedArticle) -> Result<PlannedArticle, PipelineError> {
        let plan = self.plan_of(&input)?;
        Ok(PlannedArticle { input, plan })
    }

    /// Translates units of any articles and texts together: one hypothesis a unit, in their order, which
    /// do not depend on what else is among them. `progress` is called after each batch with the units
    /// done and those in all, which grow where checks fail.
    ///
    /// # Errors
    /// If the model fails.
    pub fn translate(
        &self,
        units: &[Unit],
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Vec<Hypothesis>, PipelineError> {
        let hypotheses = self.translator.translate(units, progress)?;
        if hypotheses.len() != units.len() {
            return Err(PipelineError::Lost);
        }
        Ok(hypotheses)
    }

    /// Puts each hypothesis where its unit came from; `hypotheses` are those of the article's units, in
    /// their order.
    ///
    /// # Errors
    /// If there is not one hypothesis for each unit.
    pub fn place(
        &self,
        planned: PlannedArticle,
        hypotheses: &[Hypothesis],
    ) -> Result<TranslatedArticle, PipelineError> {
        let PlannedArticle { input, plan } = planned;
        if hypotheses.len() != plan.units().len() {
            return Err(PipelineError::Lost);
        }
        let language = input.article.language.known;
        let translated = self.with_names(plan.place(hypotheses), language);
        Ok(TranslatedArticle { input, translated })
    }

    /// Summaries of bodies given as their English sentences, one a body, in their order; `None` for a
    /// body without sentences, and where the pipeline writes no summaries.
    pub fn summarize(&self, bodies: &[Vec<&str>]) -> Vec<Option<Summary>> {
        match &self.summarizer {
            Some(summarizer) => summarizer.summarize_all(bodies),
            None => vec![None; bodies.len()],
        }
    }

    /// Whether the pipeline writes summaries.
    pub fn has_summarizer(&self) -> bool {
        self.summarizer.is_some()
    }

    /// The finished document of an article that took `seconds`.
    pub fn finish(
        &self,
        article: TranslatedArticle,
        summary: Option<Summary>,
        seconds: f64,
    ) -> Document {
        let TranslatedArticle { input, translated } = article;
        self.document(&input, translated, summary, seconds)
    }

    /// Of each target the alignment with its unit; `None` where the model does not say, or fails.
    pub fn align(&self, pairs: &[(&Unit, &str)]) -> Vec<Option<Alignment>> {
        let found = self.translator.alignments(pairs);
        found.unwrap_or_else(|error| {
            tracing::warn!("translations are not aligned with their sources: {error}");
            vec![None; pairs.len()]
        })
    }

    /// Units of common length that fill a batch.
    pub fn batch_units(&self) -> usize {
        self.translator.batch_units()
    }

    /// The model's token for a source language, by its FLORES-200 code; `None` if it has no such language.
    pub fn source_language(&self, code: &str) -> Option<LanguageToken> {
        self.translator.language(code).ok()
    }

    /// FLORES-200 code of the language translated into.
    pub fn target_language(&self) -> &str {
        self.translator.target_language()
    }
}
