//! Documents translated with their structure kept.
//!
//! A document becomes units, which are plain sentences, in their order; with the units' translations it is
//! built again: everything that is no text stays as it was, and what is around words (links, emphasis,
//! runs of a style) goes to the words of the translation that come from them. Which words do is what an
//! [`Alignment`] says; where there is none, equal words and the place in the sentence decide.
//!
//! Nothing here translates: the caller batches the units of many documents.

mod alignment;
pub mod document;
mod flow;
pub mod html;
mod place;
mod render;
mod units;

use crate::article::ArticleError;

pub use alignment::Alignment;

/// A unit's translation.
#[derive(Debug, Clone, PartialEq)]
pub struct TranslatedUnit {
    /// The text in the target language.
    pub target: String,
    /// Which of its words come from which of the unit's, if the model says so.
    pub alignment: Option<Alignment>,
}

/// Why a document is not translated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MarkupError {
    /// It is larger or deeper than any document, or is not text.
    #[error(transparent)]
    Unreadable(#[from] ArticleError),

    /// Its name is that of no format that is translated with its structure kept.
    #[error("files with this ending are not translated as such")]
    UnknownFormat,

    /// More of something than any document has.
    #[error("the document has more than {limit} {what}")]
    TooLarge {
        /// Of what, in the plural.
        what: &'static str,
        /// How many there may be.
        limit: usize,
    },

    /// It is not of its format.
    #[error("the document is damaged: {part}: {reason}")]
    Damaged {
        /// The part of it that is.
        part: String,
        /// What is wrong with it.
        reason: String,
    },
}
