//! From text to a model's token ids and back; each protocol has its own file.
//!
//! Policy: the special tokens of a sequence are placed here by hand, never by the file's own
//! post-processor (NLLB's is fixed to one language, and old files put the language at the wrong
//! end); and text that merely looks like a special token (`</s>` in an article) is text.

mod bart;
mod bounds;
mod languages;
mod madlad;
mod marian;
mod nllb;
mod numbered;
mod renumbered;
mod sentencepiece;
mod vocabulary;

use crate::model_files::{Protocol, TokenizerFiles};

pub(crate) use renumbered::{Numbering, TokenList, renumber};
pub use vocabulary::TokenizerError;

/// The token of a language; valid only for the tokenizer that returned it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LanguageToken(u32);

impl LanguageToken {
    /// For tokenizers: wraps the id of a language's token.
    pub(crate) fn new(id: u32) -> Self {
        Self(id)
    }

    /// For tokenizers: the id of the language's token.
    pub(crate) fn id(self) -> u32 {
        self.0
    }
}

/// The source and the target language of a translation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Direction {
    /// The language of the text.
    pub source: LanguageToken,
    /// The language to translate it into.
    pub target: LanguageToken,
}

/// Converts text to token ids and back by a model's protocol.
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

    /// Maximum tokens of a source, special ones included, with which the model translates as well as
    /// it can. The default is NLLB's: sillsdev/silnlp#182.
    fn max_source_tokens(&self) -> usize {
        200
    }

    /// The token that every translation into `target` begins with; `None` if the protocol forces
    /// none.
    fn forced_start(&self, target: LanguageToken) -> Option<u32>;

    /// The ids of a text for a model without languages, special tokens included.
    ///
    /// # Errors
    /// [`TokenizerError::Failed`] if the tokenizer cannot split the text, and
    /// [`TokenizerError::LanguageNeeded`] if the protocol has languages.
    fn encode(&self, text: &str) -> Result<Vec<u32>, TokenizerError>;

    /// The ids of a part of a translation, without special tokens; a space is before it.
    ///
    /// # Errors
    /// [`TokenizerError::Failed`] if the tokenizer cannot split the text.
    fn encode_target(&self, text: &str) -> Result<Vec<u32>, TokenizerError>;

    /// The text of generated ids, special tokens left out.
    ///
    /// # Errors
    /// [`TokenizerError::Failed`] if the tokenizer cannot join the ids.
    fn decode(&self, ids: &[u32]) -> Result<String, TokenizerError>;

    /// Every token as its id and its text, in no particular order.
    fn pieces(&self) -> Vec<(u32, String)>;
}

/// Opens the tokenizer of a model that uses `protocol`.
///
/// # Errors
/// If a file cannot be read, is not of a kind that the protocol can use, or lacks a token that the
/// protocol needs.
pub fn open(
    protocol: Protocol,
    files: &TokenizerFiles,
) -> Result<Box<dyn Tokenizer>, TokenizerError> {
    Ok(match protocol {
        Protocol::Nllb => Box::new(nllb::NllbTokenizer::open(files)?),
        Protocol::Madlad => Box::new(madlad::MadladTokenizer::open(files)?),
        Protocol::Marian => Box::new(marian::MarianTokenizer::open(files)?),
        Protocol::Bart => Box::new(bart::BartTokenizer::open(files)?),
    })
}
