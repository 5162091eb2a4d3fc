//! From text to a model's token ids and back, one protocol a file.
//!
//! Policy: the special tokens of a sequence are placed here by hand, never by the file's own
//! post-processor (NLLB's is baked for one language, and old files put it at the wrong end); and text
//! that merely looks like a special token (`</s>` in an article) is text.

mod bart;
mod nllb;
mod vocabulary;

use crate::model_files::{Protocol, TokenizerFiles};

pub use vocabulary::TokenizerError;

/// A language as a tokenizer knows it; only valid for the tokenizer that returned it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LanguageToken(u32);

impl LanguageToken {
    /// For tokenizers: by the id of a token.
    pub(crate) fn new(id: u32) -> Self {
        Self(id)
    }

    /// For tokenizers: the id it was made of.
    pub(crate) fn id(self) -> u32 {
        self.0
    }
}

/// From which language into which a text is translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Direction {
    pub source: LanguageToken,
    pub target: LanguageToken,
}

/// Text to token ids and back, as a model's protocol wants it.
pub trait Tokenizer: Send + Sync {
    /// Looks up a language by its FLORES-200 code (`kaz_Cyrl`).
    ///
    /// # Errors
    /// [`TokenizerError::UnknownLanguage`] or [`TokenizerError::NoLanguages`].
    fn language(&self, code: &str) -> Result<LanguageToken, TokenizerError>;

    /// The ids of a text to translate, special tokens included.
    ///
    /// # Errors
    /// [`TokenizerError::Failed`] if the tokenizer cannot split the text.
    fn encode_source(&self, text: &str, direction: Direction) -> Result<Vec<u32>, TokenizerError>;

    /// The token that a translation into `target` is made to begin with.
    fn forced_start(&self, target: LanguageToken) -> Option<u32>;

    /// The ids of a text of a model without languages, special tokens included.
    ///
    /// # Errors
    /// [`TokenizerError::Failed`] if the tokenizer cannot split the text, and
    /// [`TokenizerError::LanguageNeeded`] if the protocol has languages.
    fn encode(&self, text: &str) -> Result<Vec<u32>, TokenizerError>;

    /// The text of generated ids, special tokens left out.
    ///
    /// # Errors
    /// [`TokenizerError::Failed`] if the tokenizer cannot join the ids.
    fn decode(&self, ids: &[u32]) -> Result<String, TokenizerError>;

    /// Every token: its id and its piece of text, in no order.
    fn pieces(&self) -> Vec<(u32, String)>;
}

/// Opens the tokenizer of a model that is used by `protocol`.
///
/// # Errors
/// If a file cannot be read, is not one the protocol can use, or lacks a token it needs.
pub fn open(
    protocol: Protocol,
    files: &TokenizerFiles,
) -> Result<Box<dyn Tokenizer>, TokenizerError> {
    Ok(match protocol {
        Protocol::Nllb => Box::new(nllb::NllbTokenizer::open(files)?),
        Protocol::Bart => Box::new(bart::BartTokenizer::open(files)?),
    })
}
