//! The finished result of one article: what every report shows, and the JSON of schema 1.
//!
//! Reading a document back gives the document that was written; docs/schema has its JSON Schema.

mod id;
mod record_fields;
#[cfg(test)]
mod schema;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use crate::article::{Format, ParagraphKind};
pub use crate::checks::{Check, Finding, Spans};
pub use crate::language::NameKind;
pub(crate) use id::read_id;
pub use record_fields::RecordFields;
#[cfg(feature = "archive")]
pub(crate) use record_fields::with_long_numbers;

/// One article, translated and summarised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Document {
    /// Version of this layout; 1.
    pub schema: u32,
    /// The input as given; below a folder or archive its path relative to that; or the record's own
    /// id, a string even where that is a number. `translate worker` alone gives a whole number back as
    /// one.
    #[serde(deserialize_with = "read_id")]
    #[cfg_attr(test, schemars(schema_with = "schema::id"))]
    pub id: String,
    /// Where the article came from, and how it was read.
    pub input: Input,
    /// The article's language and the language of the translation.
    pub languages: Languages,
    /// The headline; null if the article has none.
    pub title: Option<Sentence>,
    /// What the site states about the article besides its text.
    pub metadata: Metadata,
    /// The body, in order; sections, captions and lists included.
    pub paragraphs: Vec<Paragraph>,
    /// The English summary; null if none was asked for, or the body has no sentences.
    pub summary: Option<Summary>,
    /// What computed the result.
    pub models: Models,
    /// The options the result depends on.
    pub options: Map<String, Value>,
    /// The persons, places and bodies that the article names, in the order in which they first occur.
    #[serde(default)]
    pub names: Vec<Name>,
    /// The terms of the glossary that occur in the article, in the order of the glossary; absent where
    /// none was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub glossary: Option<Vec<GlossaryTerm>>,
    /// Fields of an input record that are not ours, untouched.
    #[serde(default, skip_serializing_if = "no_fields")]
    #[cfg_attr(test, schemars(with = "Map<String, Value>"))]
    pub record: RecordFields,
    /// Tokens the translation's sentences were generated in; for reports of speed alone.
    #[serde(skip)]
    pub tokens: usize,
    /// Wall-clock time spent on this article, or its share of the time of articles translated with
    /// it; null where a run must give the same bytes whenever it is made (archives).
    pub seconds: Option<f64>,
}

fn no_fields(record: &RecordFields) -> bool {
    record.is_empty()
}

/// Where the article came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Input {
    /// The file the article was found in or as.
    pub path: String,
    /// The charset the bytes were read in, as its IANA name (`UTF-8`, `windows-1251`).
    pub encoding: String,
    /// The format the bytes were read as.
    pub format: Format,
    /// SHA-256 of the input's bytes, hexadecimal.
    pub sha256: String,
}

/// NLLB codes of the two languages (`kaz_Cyrl`, `eng_Latn`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Languages {
    /// The article's language.
    pub source: String,
    /// The language of the translation.
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
    /// The translation; empty only if the model wrote nothing.
    pub target: String,
    /// Mean log-probability per generated token.
    pub score: f64,
    /// The checks that failed.
    pub flags: Vec<Check>,
    /// What the checks saw: the reason of each flag, and what was repaired.
    #[serde(default)]
    pub findings: Vec<Finding>,
}

/// Metadata of the site, the section translated; only what was found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Metadata {
    /// Date of publication as `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// How often the page was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub views: Option<u64>,
    /// The section of the site the article is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<Section>,
    /// Where the text comes from: an agency or another site, untranslated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// Who wrote it, untranslated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The article's own address on the web.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The day on which an archive of the web captured the page, as `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captured: Option<String>,
    /// The metadata lines, verbatim.
    pub lines: Vec<String>,
}

/// The section's name and its translation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Section {
    /// The section's name in the article's language.
    pub source: String,
    /// Its translation.
    pub target: String,
}

/// One translated paragraph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Paragraph {
    /// What the paragraph is in the article.
    pub kind: ParagraphKind,
    /// Its sentences, in order.
    pub sentences: Vec<Sentence>,
}

/// The English summary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Summary {
    /// The text of the summary.
    pub target: String,
    /// What was done, not what was asked for.
    pub method: SummaryMethod,
    /// The checks it fails against the translation: numbers, names, or a text that was cut off.
    pub flags: Vec<Check>,
    /// What the checks saw; their source is the translation.
    #[serde(default)]
    pub findings: Vec<Finding>,
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

/// A person, a place or a body that the article names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Name {
    /// As the article writes it, without endings.
    pub source: String,
    /// Its spelling in the translation; null if the translation does not have it.
    pub target: Option<String>,
    /// Other spellings that the model wrote.
    pub variants: Vec<String>,
    /// In the romanisation of the United States' intelligence community for Kazakh names (ICS-630-01,
    /// annex Q); null for a name in Latin letters.
    pub standard: Option<String>,
    /// The spelling that the English-language press uses, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual: Option<String>,
    /// What it is.
    pub kind: NameKind,
    /// The sentences that name it: 0 is the title, those of the text are counted from 1.
    pub sentences: Vec<usize>,
}

/// The models that computed the result, as `repository@commit` or a folder's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Models {
    /// The model that translated.
    pub translation: String,
    /// The model that wrote the summary; absent if no model was opened for summaries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

/// A term of the glossary in an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct GlossaryTerm {
    /// The term, as the glossary has it.
    pub source: String,
    /// What it is to be in English.
    pub target: String,
    /// Sentences whose translation has it.
    pub applied: usize,
    /// Sentences that have the term and whose translation does not.
    pub missing: usize,
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
