//! NLLB's protocol: `[source language] text </s>`, the target language forced as the first token.
//!
//! Follows transformers' `NllbTokenizer` without `legacy_behaviour`.

use std::path::Path;

use super::vocabulary::{TokenizerError, Vocabulary};

/// A language of an NLLB model, by the id of its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Language(u32);

impl Language {
    /// The token that names the language: first in a source, forced first in a target.
    pub fn token(self) -> u32 {
        self.0
    }
}

/// The tokenizer of an NLLB model.
pub struct NllbTokenizer {
    vocabulary: Vocabulary,
    end: u32,
}

impl NllbTokenizer {
    /// Opens a model's tokenizer.json.
    ///
    /// # Errors
    /// Where the file cannot be read or lacks `</s>`.
    pub fn open(path: &Path) -> Result<Self, TokenizerError> {
        let vocabulary = Vocabulary::open(path)?;
        let end = vocabulary.required("</s>")?;
        Ok(Self { vocabulary, end })
    }

    /// Looks up a language by its FLORES-200 code (`kaz_Cyrl`).
    ///
    /// # Errors
    /// Where the model has no such language.
    pub fn language(&self, code: &str) -> Result<Language, TokenizerError> {
        let looks_like_one = code.len() == 8 && code.as_bytes()[3] == b'_';
        let id = self.vocabulary.special(code).filter(|_| looks_like_one);
        id.map(Language)
            .ok_or_else(|| TokenizerError::UnknownLanguage {
                code: code.to_owned(),
            })
    }

    /// The ids of a source text, language and end token among them.
    ///
    /// # Errors
    /// Where the tokenizer fails on the text.
    pub fn encode(&self, text: &str, language: Language) -> Result<Vec<u32>, TokenizerError> {
        self.vocabulary.encode(text, language.token(), self.end)
    }

    /// The text of generated ids.
    ///
    /// # Errors
    /// Where the tokenizer fails on the ids.
    pub fn decode(&self, ids: &[u32]) -> Result<String, TokenizerError> {
        self.vocabulary.decode(ids)
    }

    /// Every token: its id and its piece of text.
    pub fn pieces(&self) -> Vec<(u32, String)> {
        self.vocabulary.pieces()
    }
}
