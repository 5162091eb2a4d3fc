//! Summaries of an English body: written by a model, or its own best sentences.

mod abstractive;
pub mod extractive;

pub use abstractive::{Abstract, AbstractiveSummarizer};

use crate::document::SummaryMethod;

/// How a summary is made.
pub enum Summarizer {
    /// Written by a model; a body too short for it is summarised by its own sentences.
    Abstractive(Box<AbstractiveSummarizer>),
    /// The body's best sentences.
    Extractive,
}

/// A finished summary.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// The summary, in English.
    pub text: String,
    /// How it was made; extractive also where the model failed or the body is too short for it.
    pub method: SummaryMethod,
    /// Whether a length limit cut the model's text off.
    pub truncated: bool,
}

impl Summarizer {
    /// The id of its model; `None` if it uses none.
    pub fn model(&self) -> Option<&str> {
        match self {
            Self::Abstractive(model) => Some(model.id()),
            Self::Extractive => None,
        }
    }

    /// Summarises bodies given as their sentences; `None` for a body without sentences. The parts of all
    /// share batches, and a body's summary does not depend on the others. If the model fails, the body's
    /// own sentences are extracted instead.
    pub fn summarize_all(&self, bodies: &[Vec<&str>]) -> Vec<Option<Summary>> {
        let written = match self {
            Self::Abstractive(model) => model.summarize_all(bodies),
            Self::Extractive => Vec::new(),
        };
        let mut written = written.into_iter();
        let summary = |body: &Vec<&str>| match (body.as_slice(), written.next()) {
            ([], _) => None,
            (_, Some(Ok(Some(Abstract { text, truncated })))) => Some(Summary {
                text,
                method: SummaryMethod::Abstractive,
                truncated,
            }),
            (sentences, None | Some(Ok(None))) => Some(extract(sentences)),
            (sentences, Some(Err(error))) => {
                tracing::warn!(
                    "the summariser failed, and sentences of the text stand in its place: {error}"
                );
                Some(extract(sentences))
            }
        };
        bodies.iter().map(summary).collect()
    }
}

/// The body's best sentences.
fn extract(sentences: &[&str]) -> Summary {
    let best = extractive::extract(sentences, extractive::summary_length(sentences.len()));
    let best = best.into_iter().filter_map(|i| sentences.get(i).copied());
    Summary {
        text: best.collect::<Vec<_>>().join(" "),
        method: SummaryMethod::Extractive,
        truncated: false,
    }
}
