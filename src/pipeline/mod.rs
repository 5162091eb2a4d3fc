//! One article, from bytes to a finished [`Document`]: calls the other modules in their order.
//!
//! [`read`] needs no model, so that a wrong file is known before one is downloaded; a [`Pipeline`]
//! holds the models and takes one article after the other, or a window of several whose sentences share
//! batches. Its stages can be called one by one, too: a server spreads an article's sentences over
//! several batches, and has texts that are no articles.

mod document;
mod plan;
mod stages;
mod text;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use crate::article::{self, Article, ArticleError, ArticleLanguage, ReadOptions};
use crate::article_reader::{ArticleReader, ReadError};
use crate::document::{Document, RecordFields};
use crate::files::{hex, sha256};
use crate::glossary::Glossary;
use crate::language::Language;
use crate::model::ModelError;
use crate::names::{AppliedTerm, NameList, Rules};
use crate::summarize::{Summarizer, Summary};
use crate::translate::{Translator, Unit};
use plan::{Plan, SentenceLanguages, Translated};
pub use stages::{PlannedArticle, TranslatedArticle};
pub use text::{PlannedText, TranslatedText};

/// The version of what becomes of an article: how it is read, tidied and split, how it is translated
/// and tried again, and what the checks find. A run over an archive that is continued by a program
/// of another version does its articles again, so that results of two versions do not mix.
///
/// The test `results_are_those_of_their_version` tells when it has to be raised.
pub const RESULTS_VERSION: u32 = 13;

/// An input that was read and is ready to be translated.
#[derive(Debug, Clone)]
pub struct ParsedArticle {
    /// The input as given, which names it in every report.
    pub id: String,
    /// The file it was found in or as; equal to `id` where it was read from a file of its own.
    pub path: String,
    /// SHA-256 of the input's bytes, hexadecimal.
    pub sha256: String,
    /// What was read from the bytes.
    pub article: Article,
    /// Fields of an input record that are not ours, for the document.
    pub record: RecordFields,
}

impl ParsedArticle {
    /// Says what was read, for whoever wants to know.
    fn log(&self) {
        let Article {
            format,
            encoding,
            language,
            paragraphs,
            ..
        } = &self.article;
        tracing::debug!(
            "{}: {} in {encoding}, {}, {} paragraphs",
            self.id,
            format.name(),
            language.code,
            paragraphs.len()
        );
    }
}

/// Reads the article in `bytes` in this process; `path` names it, and its ending gives the format.
///
/// # Errors
/// As [`crate::article::read`].
pub fn read(
    path: &str,
    bytes: &[u8],
    options: &ReadOptions,
) -> Result<ParsedArticle, ArticleError> {
    Ok(parsed(path, bytes, article::read(bytes, path, options)?))
}

/// As [`read`], where `reader` reads articles.
///
/// # Errors
/// As [`ArticleReader::read`].
pub fn read_with(
    reader: &ArticleReader,
    path: &str,
    bytes: &[u8],
    options: &ReadOptions,
) -> Result<ParsedArticle, ReadError> {
    Ok(parsed(path, bytes, reader.read(bytes, path, options)?))
}

/// As [`read_with`], without the article's warnings.
#[cfg(feature = "archive")]
pub(crate) fn parse_with(
    reader: &ArticleReader,
    path: &str,
    bytes: &[u8],
    options: &ReadOptions,
) -> Result<ParsedArticle, ReadError> {
    Ok(parsed(path, bytes, reader.parse(bytes, path, options)?))
}

fn parsed(path: &str, bytes: &[u8], article: Article) -> ParsedArticle {
    ParsedArticle {
        id: path.to_owned(),
        path: path.to_owned(),
        sha256: hex(&sha256(bytes)),
        article,
        record: RecordFields::default(),
    }
}

/// The settings of a pipeline, apart from those its models were opened with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether the text is tidied for the model.
    pub normalize: bool,
    /// Whether a name that the model spells in several ways is put in one spelling.
    pub unify_names: bool,
    /// Spellings that names have whatever the model says, where names are put in one.
    pub names: Option<Arc<NameList>>,
    /// The options the result depends on, for the reports.
    pub options: Map<String, Value>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            normalize: true,
            unify_names: true,
            names: None,
            options: Map::new(),
        }
    }
}

/// Why an article could not be translated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PipelineError {
    /// The translation model failed.
    #[error(transparent)]
    Translate(#[from] ModelError),
    /// A fault of this program: a window gave fewer results than it had articles.
    #[error("the window came back without its article; please report this")]
    Lost,
}

/// How far an article or a window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// `done` of `total` sentences (or pieces of long ones) are translated.
    Translating {
        /// Those that have a hypothesis.
        done: usize,
        /// All of the article or window.
        total: usize,
    },
    /// All have a hypothesis, and those that failed a check are decoded again.
    Retrying {
        /// Those that were decoded again.
        done: usize,
        /// Those that are known to be decoded again; it grows with each attempt.
        total: usize,
    },
    /// The translation is finished, and the summariser reads it.
    Summarizing,
}

impl Progress {
    /// About which part of the work is done, from 0 to 1. It can fall where sentences are decoded again
    /// in yet another way.
    pub fn share(self) -> f64 {
        // Shares of the default models on a CPU, about.
        const TRANSLATED: f64 = 0.8;
        const RETRIED: f64 = 0.9;
        let share = |done: usize, total: usize| done as f64 / total.max(1) as f64;
        match self {
            Self::Translating { done, total } => TRANSLATED * share(done, total),
            Self::Retrying { done, total } => {
                TRANSLATED + (RETRIED - TRANSLATED) * share(done, total)
            }
            Self::Summarizing => RETRIED,
        }
    }

    /// From the counts of a translator: `first` is what it had to do before any check failed.
    fn of_translation(first: usize, done: usize, total: usize) -> Self {
        if total > first {
            Self::Retrying {
                done: done.saturating_sub(first),
                total: total - first,
            }
        } else {
            Self::Translating { done, total }
        }
    }
}

/// The models, ready for one article after the other.
pub struct Pipeline {
    translator: Translator,
    summarizer: Option<Summarizer>,
    settings: Settings,
}

impl Pipeline {
    /// Without a summariser, documents have no summary.
    pub fn new(translator: Translator, summarizer: Option<Summarizer>, settings: Settings) -> Self {
        Self {
            translator,
            summarizer,
            settings,
        }
    }

    /// Translates and summarises one article.
    ///
    /// # Errors
    /// If a model fails.
    pub fn run(
        &self,
        input: &ParsedArticle,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Document, PipelineError> {
        let mut window = self.run_window(std::slice::from_ref(input), progress);
        window.pop().unwrap_or(Err(PipelineError::Lost))
    }

    /// Translates and summarises several articles together, so that their sentences share batches;
    /// one result an article, in their order. What becomes of an article does not depend on what
    /// else is in the window: if the window as a whole fails, each article is tried by itself.
    ///
    /// The window's time is shared out among its articles by the characters they gave to the models.
    pub fn run_window(
        &self,
        inputs: &[ParsedArticle],
        progress: &mut dyn FnMut(Progress),
    ) -> Vec<Result<Document, PipelineError>> {
        match self.together(inputs, progress) {
            Ok(documents) => documents,
            Err(error) if inputs.len() == 1 => vec![Err(error)],
            Err(_) => inputs
                .iter()
                .map(|input| self.run(input, progress))
                .collect(),
        }
    }

    /// Translates the window as a whole; an error concerns the whole window.
    fn together(
        &self,
        inputs: &[ParsedArticle],
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Vec<Result<Document, PipelineError>>, PipelineError> {
        let started = Instant::now();
        inputs.iter().for_each(ParsedArticle::log);
        let plans: Vec<Result<Plan, PipelineError>> =
            inputs.iter().map(|input| self.plan_of(input)).collect();
        let units = plans.iter().flatten().flat_map(Plan::units);
        let units: Vec<Unit> = units.cloned().collect();
        let characters = units.iter().map(|unit| unit.text.chars().count()).sum();
        // The first count is of all units, before any check.
        let mut first = None;
        let hypotheses = self.translate(&units, &mut |done, total| {
            let first = *first.get_or_insert(total);
            progress(Progress::of_translation(first, done, total));
        })?;
        let mut rest = hypotheses.as_slice();
        let translated: Vec<Result<Translated, PipelineError>> = plans
            .into_iter()
            .zip(inputs)
            .map(|(plan, input)| {
                let plan = plan?;
                let (own, others) = rest
                    .split_at_checked(plan.units().len())
                    .ok_or(PipelineError::Lost)?;
                rest = others;
                Ok(self.with_names(plan.place(own), input.article.language.known))
            })
            .collect();
        let summaries = self.summaries(&translated, progress);
        if summaries.len() != inputs.len() {
            return Err(PipelineError::Lost);
        }
        let elapsed = started.elapsed();
        let documents = inputs.iter().zip(translated).zip(summaries);
        Ok(documents
            .map(|((input, translated), summary)| {
                let translated = translated?;
                let seconds = share(elapsed, translated.characters, characters);
                Ok(self.document(input, translated, summary, seconds))
            })
            .collect())
    }

    /// With its names, spelt by the glossary's terms that it has, by the list of names, or in one way.
    fn with_names(&self, translated: Translated, language: &'static Language) -> Translated {
        let glossary = self.translator.glossary();
        let entries = glossary.map_or(&[][..], Glossary::entries);
        let applied = translated.terms.iter().filter(|term| term.is_applied);
        let applied: BTreeSet<usize> = applied.map(|term| term.entry).collect();
        let terms = applied.into_iter().filter_map(|entry| entries.get(entry));
        let terms: Vec<AppliedTerm> = terms
            .map(|entry| AppliedTerm {
                source: entry.source.clone(),
                target: entry.target.clone(),
            })
            .collect();
        let rules = Rules {
            unify: self.settings.unify_names,
            terms: &terms,
            list: self.settings.names.as_deref(),
        };
        translated.with_names(language, &rules)
    }

    fn plan_of(&self, input: &ParsedArticle) -> Result<Plan, PipelineError> {
        self.with_languages(&input.article.language, |languages| {
            Plan::new(&input.article, languages, self.settings.normalize)
        })
    }

    /// Calls `plan` with the languages of sentences in an article or a text in `language`.
    fn with_languages<T>(
        &self,
        language: &ArticleLanguage,
        plan: impl FnOnce(&SentenceLanguages) -> T,
    ) -> Result<T, PipelineError> {
        let lookup = |code: &str| self.translator.language(code).ok();
        let languages = SentenceLanguages {
            article: self.translator.language(language.model_code())?,
            known: language.known,
            alphabet: language.alphabet,
            target: self.translator.target_language(),
            other: (!language.is_given).then_some(&lookup),
        };
        Ok(plan(&languages))
    }

    /// A summary for each article that has one, in the articles' order.
    fn summaries(
        &self,
        translated: &[Result<Translated, PipelineError>],
        progress: &mut dyn FnMut(Progress),
    ) -> Vec<Option<Summary>> {
        if self.summarizer.is_some() {
            progress(Progress::Summarizing);
        }
        let bodies: Vec<Vec<&str>> = translated
            .iter()
            .map(|translated| match translated {
                Ok(translated) => document::summary_source(&translated.paragraphs),
                Err(_) => Vec::new(),
            })
            .collect();
        self.summarize(&bodies)
    }
}

/// An article's share of its window's time, in seconds to the millisecond.
fn share(elapsed: Duration, characters: usize, of: usize) -> f64 {
    let part = if of == 0 {
        1.0
    } else {
        characters as f64 / of as f64
    };
    (elapsed.as_secs_f64() * part * 1e3).round() / 1e3
}
