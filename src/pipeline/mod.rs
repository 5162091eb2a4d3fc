//! One article, from bytes to a finished [`Document`]: the rooms below, driven in their order.
//!
//! [`read`] needs no model, so that a wrong file is known before one is downloaded; a [`Pipeline`]
//! holds the models and takes one article after the other.

mod plan;

use std::time::Instant;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::article::{self, Article, ArticleError, ReadOptions};
use crate::report::document::{self, Document};
use crate::summarize::{SummarizeError, Summarizer};
use crate::translate::{TranslateError, Translator};
use plan::Plan;

/// The language articles are expected in.
pub const EXPECTED_LANGUAGE: &str = "kaz_Cyrl";

/// An input that was read and is ready to be translated.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The input as given, which names it in every report.
    pub id: String,
    pub path: String,
    /// SHA-256 of the input's bytes, hexadecimal.
    pub sha256: String,
    pub article: Article,
}

/// Reads the article in `bytes`; `path` names it, and its ending tells the format.
///
/// # Errors
/// Where the bytes are no article; [`ArticleError`] says what to do.
pub fn read(path: &str, bytes: &[u8], options: &ReadOptions) -> Result<Prepared, ArticleError> {
    Ok(Prepared {
        id: path.to_owned(),
        path: path.to_owned(),
        sha256: format!("{:x}", Sha256::digest(bytes)),
        article: article::read(bytes, path, options)?,
    })
}

/// What a pipeline is to do, beside what its models were opened with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// NLLB code of the articles; none where Kazakh is expected and each article is looked at.
    pub source_language: Option<String>,
    /// NLLB code of the language translated into.
    pub target_language: String,
    /// Whether the text is tidied for the model.
    pub normalize: bool,
    /// The models' names, for the reports.
    pub models: document::Models,
    /// The options the result depends on, for the reports.
    pub options: Map<String, Value>,
}

/// Why an article could not be translated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PipelineError {
    #[error(transparent)]
    Translate(#[from] TranslateError),
    #[error("the summary failed: {0}")]
    Summarize(#[from] SummarizeError),
}

/// How far an article is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// So many sentences (or pieces of long ones) are translated, of so many.
    Translating { done: usize, total: usize },
    Summarizing,
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
    /// Where a model fails.
    pub fn run(
        &self,
        input: &Prepared,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Document, PipelineError> {
        let started = Instant::now();
        let article = &input.article;
        let source = self.settings.source_language.as_deref();
        let source = source.unwrap_or(EXPECTED_LANGUAGE);
        let language = self.translator.language(source)?;
        let plan = Plan::new(article, language, self.settings.normalize);
        let hypotheses = self.translator.translate(plan.units(), &mut |done, total| {
            progress(Progress::Translating { done, total });
        })?;
        let translated = plan.place(&hypotheses);
        let summary = match &self.summarizer {
            None => None,
            Some(summarizer) => {
                progress(Progress::Summarizing);
                summarizer.summarize(&body(&translated.paragraphs))?
            }
        };
        let metadata = &article.metadata;
        Ok(Document {
            schema: 1,
            id: input.id.clone(),
            input: document::Input {
                path: input.path.clone(),
                encoding: article.encoding.clone(),
                format: article.format.name().to_owned(),
                sha256: input.sha256.clone(),
            },
            languages: document::Languages {
                source: source.to_owned(),
                target: self.settings.target_language.clone(),
            },
            title: translated.title,
            metadata: document::Metadata {
                date: metadata.date.clone(),
                views: metadata.views,
                section: translated.section,
                origin: metadata.origin.clone(),
                author: metadata.author.clone(),
                lines: metadata.lines.clone(),
            },
            paragraphs: translated.paragraphs,
            summary: summary.map(|summary| document::Summary {
                target: summary.text,
                method: if summary.abstractive {
                    "abstractive"
                } else {
                    "extractive"
                },
                flags: if summary.truncated {
                    vec!["truncated"]
                } else {
                    Vec::new()
                },
            }),
            models: self.settings.models.clone(),
            options: self.settings.options.clone(),
            record: Map::new(),
            seconds: started.elapsed().as_secs_f64(),
        })
    }
}

/// What the summariser reads: the English sentences of everything but captions and the title.
fn body(paragraphs: &[document::Paragraph]) -> Vec<&str> {
    paragraphs
        .iter()
        .filter(|paragraph| paragraph.kind != "caption")
        .flat_map(|paragraph| &paragraph.sentences)
        .map(|sentence| sentence.target.trim())
        .filter(|target| !target.is_empty())
        .collect()
}
