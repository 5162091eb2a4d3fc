//! The finished result of one article: what every report shows, and the JSON of schema 1.
//!
//! Reading a document back gives the document that was written; docs/schema has its JSON Schema.

#[cfg(test)]
mod schema;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use crate::article::{Format, ParagraphKind};
pub use crate::checks::Check;

/// One article, translated and summarised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Document {
    /// Version of this layout; 1.
    pub schema: u32,
    /// The input as given; below a folder or archive its path relative to that.
    pub id: String,
    pub input: Input,
    pub languages: Languages,
    pub title: Option<Sentence>,
    pub metadata: Metadata,
    pub paragraphs: Vec<Paragraph>,
    pub summary: Option<Summary>,
    pub models: Models,
    /// The options the result depends on.
    pub options: Map<String, Value>,
    /// Fields of an input record that are not ours, untouched.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub record: Map<String, Value>,
    /// Tokens the translation's sentences were generated in; for reports of speed alone.
    #[serde(skip)]
    pub tokens: usize,
    /// Wall-clock time spent on this article, or its share of the time of articles translated with
    /// it; null where a run must give the same bytes whenever it is made (archives).
    pub seconds: Option<f64>,
}

/// Where the article came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Input {
    pub path: String,
    pub encoding: String,
    pub format: Format,
    /// SHA-256 of the input's bytes, hexadecimal.
    pub sha256: String,
}

/// NLLB codes of the two languages (`kaz_Cyrl`, `eng_Latn`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Languages {
    pub source: String,
    pub target: String,
}

/// A source sentence and its translation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Sentence {
    /// Verbatim from the article, except that runs of white space are one space.
    pub source: String,
    /// What the model read, where that differs from `source`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_input: Option<String>,
    /// The sentence's language where it is not the article's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    pub target: String,
    /// Mean log-probability per generated token.
    pub score: f64,
    /// The checks that failed.
    pub flags: Vec<Check>,
}

/// Metadata of the site, the section translated; only what was found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Metadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub views: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<Section>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The metadata lines, verbatim.
    pub lines: Vec<String>,
}

/// The section's name and its translation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Section {
    pub source: String,
    pub target: String,
}

/// One translated paragraph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Paragraph {
    pub kind: ParagraphKind,
    pub sentences: Vec<Sentence>,
}

/// The English summary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summary {
    pub target: String,
    /// What was done, not what was asked for.
    pub method: SummaryMethod,
    pub flags: Vec<Check>,
}

/// How a summary was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum SummaryMethod {
    /// Written by a model.
    Abstractive,
    /// Sentences of the body.
    Extractive,
}

impl SummaryMethod {
    /// The name in reports and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Abstractive => "abstractive",
            Self::Extractive => "extractive",
        }
    }
}

/// The models that computed the result, as `repository@commit` or a folder's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Models {
    pub translation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

impl Document {
    /// The sentences of the body, in their order.
    pub fn sentences(&self) -> impl Iterator<Item = &Sentence> {
        let paragraphs = self.paragraphs.iter();
        paragraphs.flat_map(|paragraph| &paragraph.sentences)
    }

    /// The title and the sentences of the body.
    pub fn title_and_sentences(&self) -> impl Iterator<Item = &Sentence> {
        self.title.iter().chain(self.sentences())
    }
}
