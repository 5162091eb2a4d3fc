//! Summaries of an English body: written anew by a model, or its own best sentences.

mod abstractive;
pub mod extractive;

pub use abstractive::{Abstract, AbstractiveSummarizer, SummarizeError};

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
    pub text: String,
    /// Whether a model wrote it; otherwise it is sentences of the body.
    pub abstractive: bool,
    /// Whether a length limit cut the model's text off.
    pub truncated: bool,
}

impl Summarizer {
    /// The name of the model it uses, where it uses one.
    pub fn model(&self) -> Option<&str> {
        match self {
            Self::Abstractive(model) => Some(model.id()),
            Self::Extractive => None,
        }
    }

    /// Summarises a body given as its sentences; nothing where there are none. A model that fails
    /// costs the reader its summary, not the translation: the body's own sentences take its place.
    pub fn summarize(&self, sentences: &[&str]) -> Option<Summary> {
        if sentences.is_empty() {
            return None;
        }
        if let Self::Abstractive(model) = self {
            match model.summarize(sentences) {
                Ok(Some(Abstract { text, truncated })) => {
                    return Some(Summary {
                        text,
                        abstractive: true,
                        truncated,
                    });
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(
                    "the summariser failed, and sentences of the text stand in its place: {error}"
                ),
            }
        }
        let best = extractive::extract(sentences, extractive::summary_length(sentences.len()));
        let best = best.into_iter().filter_map(|i| sentences.get(i).copied());
        Some(Summary {
            text: best.collect::<Vec<_>>().join(" "),
            abstractive: false,
            truncated: false,
        })
    }
}
