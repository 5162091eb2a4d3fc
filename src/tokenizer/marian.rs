//! Marian's protocol: `>>eng<< text </s>`, the target language's token only where a model has several.
//!
//! Follows transformers' `MarianTokenizer`, but for the punctuation that it normalises where a library of
//! its own is there.

use super::vocabulary::{TokenizerError, Vocabulary, other_files};
use super::{Direction, LanguageToken, Tokenizer};
use crate::model_files::TokenizerFiles;

/// The token that ends a source and a translation.
const END: &str = "</s>";

/// The tokenizer of a Marian model.
pub(super) struct MarianTokenizer {
    vocabulary: Vocabulary,
    end: u32,
    /// Whether the model translates into several languages, each with a token.
    has_languages: bool,
}

impl MarianTokenizer {
    /// Opens a model's tokenizer.json.
    ///
    /// # Errors
    /// If it is missing, cannot be read or lacks `</s>`.
    pub(super) fn open(files: &TokenizerFiles) -> Result<Self, TokenizerError> {
        let TokenizerFiles::Json(path) = files else {
            return Err(other_files(files, "tokenizer.json"));
        };
        let vocabulary = Vocabulary::open(path)?;
        let end = vocabulary.required(END)?;
        let pieces = vocabulary.pieces();
        Ok(Self {
            has_languages: pieces.iter().any(|(_, piece)| is_language(piece)),
            vocabulary,
            end,
        })
    }
}

/// Whether a token stands for a target language.
fn is_language(token: &str) -> bool {
    token.starts_with(">>") && token.ends_with("<<")
}

impl Tokenizer for MarianTokenizer {
    /// A model of one direction takes any language; one of several target languages takes any source.
    fn language(&self, code: &str) -> Result<LanguageToken, TokenizerError> {
        // OPUS-MT has languages as `eng`, or as `srp_Latn` where a script has to be told.
        let short = code.split('_').next().unwrap_or(code);
        let own = [short, code]
            .into_iter()
            .find_map(|name| self.vocabulary.id(&format!(">>{name}<<")));
        Ok(LanguageToken::new(own.unwrap_or(self.end)))
    }

    fn encode_source(&self, text: &str, direction: Direction) -> Result<Vec<u32>, TokenizerError> {
        let target = direction.target.id();
        if self.has_languages && target == self.end {
            let reason = "the model does not translate into this language";
            return Err(TokenizerError::Failed(String::from(reason)));
        }
        let mut ids = Vec::new();
        if self.has_languages {
            ids.push(target);
        }
        ids.extend(self.vocabulary.split(text)?);
        ids.push(self.end);
        Ok(ids)
    }

    fn forced_start(&self, _target: LanguageToken) -> Option<u32> {
        None
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
