//! NLLB's protocol: `[source language] text </s>`, the target language forced as the first token.
//!
//! Follows transformers' `NllbTokenizer` without `legacy_behaviour`.

use super::vocabulary::{TokenizerError, Vocabulary};
use super::{Direction, LanguageToken, Tokenizer};
use crate::model_files::TokenizerFiles;

/// The tokenizer of an NLLB model.
pub(super) struct NllbTokenizer {
    vocabulary: Vocabulary,
    end: u32,
}

impl NllbTokenizer {
    /// Opens a model's tokenizer.json.
    ///
    /// # Errors
    /// If it is missing, cannot be read or lacks `</s>`.
    pub(super) fn open(files: &TokenizerFiles) -> Result<Self, TokenizerError> {
        let vocabulary = Vocabulary::open_json(files)?;
        let end = vocabulary.required("</s>")?;
        Ok(Self { vocabulary, end })
    }
}

impl Tokenizer for NllbTokenizer {
    fn language(&self, code: &str) -> Result<LanguageToken, TokenizerError> {
        let looks_like_one = code.len() == 8 && code.as_bytes()[3] == b'_';
        let id = self.vocabulary.special(code).filter(|_| looks_like_one);
        id.map(LanguageToken::new)
            .ok_or_else(|| TokenizerError::UnknownLanguage {
                code: code.to_owned(),
            })
    }

    fn encode_source(&self, text: &str, direction: Direction) -> Result<Vec<u32>, TokenizerError> {
        self.vocabulary
            .encode(text, direction.source.id(), self.end)
    }

    fn forced_start(&self, target: LanguageToken) -> Option<u32> {
        Some(target.id())
    }

    fn encode(&self, _text: &str) -> Result<Vec<u32>, TokenizerError> {
        Err(TokenizerError::LanguageNeeded)
    }

    fn decode(&self, ids: &[u32]) -> Result<String, TokenizerError> {
        self.vocabulary.decode(ids)
    }

    fn pieces(&self) -> Vec<(u32, String)> {
        self.vocabulary.pieces()
    }
}
