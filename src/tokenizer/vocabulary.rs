//! An untrusted tokenizer file, used only to convert text to ids and ids to text.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use tokenizers::Tokenizer;

use super::bounds::{self, MAX_FILE_BYTES};
use crate::files::read_file;
use crate::model_files::TokenizerFiles;
use crate::panics;

/// What can go wrong between text and token ids.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenizerError {
    /// The system does not let a tokenizer file be read, or has no memory for it.
    #[error("{} cannot be read", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A tokenizer file is damaged, of a kind that is not known, or asks for more than a tokenizer does.
    #[error("{} is no tokenizer this program can use: {reason}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the parser says of it.
        reason: String,
    },
    /// A token that the protocol places by hand is not in the tokenizer, or is no special token
    /// there.
    #[error(
        "{} has no token `{token}`, which the model's protocol needs; \
         do tokenizer and model belong together?",
        .path.display()
    )]
    MissingToken {
        /// The tokenizer's file.
        path: PathBuf,
        /// The token's text (`</s>`).
        token: String,
    },
    /// The model's tokenizer has no token for the language.
    #[error(
        "the model knows no language `{code}`; codes are those of FLORES-200, \
         such as kaz_Cyrl, rus_Cyrl or eng_Latn"
    )]
    UnknownLanguage {
        /// The code that was asked for.
        code: String,
    },
    /// A language was asked of a protocol without languages (BART).
    #[error("the model has no languages to choose from")]
    NoLanguages,
    /// A text was given without its language to a protocol with languages (NLLB).
    #[error("the model reads a text only with its language")]
    LanguageNeeded,
    /// A model for translation has its tokenizer as other files than tokenizer.json.
    #[error(
        "{} has no tokenizer.json, which a model for translation needs \
         (transformers' AutoTokenizer.from_pretrained(…).save_pretrained(…) writes one)",
        .folder.display()
    )]
    JsonNeeded {
        /// The model's folder.
        folder: PathBuf,
    },
    /// The tokenizer refused a text, or ids that were generated; its reason.
    #[error("the tokenizer failed: {0}")]
    Failed(String),
}

/// Reads a file of a tokenizer.
///
/// # Errors
/// [`TokenizerError::Read`] if the system does not let it be read, [`TokenizerError::Unreadable`] if it is
/// too large.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, TokenizerError> {
    match read_file(path, MAX_FILE_BYTES) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(TokenizerError::Unreadable {
            path: path.to_owned(),
            reason: format!("it has more than {MAX_FILE_BYTES} bytes"),
        }),
        Err(source) => Err(TokenizerError::Read {
            path: path.to_owned(),
            source,
        }),
    }
}

/// Converts text to token ids and back, independent of any protocol.
pub(super) struct Vocabulary {
    tokenizer: Tokenizer,
    /// The ids of special tokens.
    special_ids: HashSet<u32>,
    /// The tokenizer's file, for error messages.
    path: PathBuf,
}

impl Vocabulary {
    /// Opens a tokenizer.json.
    pub(super) fn open(path: &Path) -> Result<Self, TokenizerError> {
        let unreadable = |reason: String| TokenizerError::Unreadable {
            path: path.to_owned(),
            reason,
        };
        let json = read(path)?;
        bounds::check(&json).map_err(|error| unreadable(error.to_string()))?;
        // The tokenizers crate panics on some malformed files (tokenizers#2094).
        let tokenizer = panics::catch(|| Tokenizer::from_bytes(&json))
            .map_err(|_| unreadable(String::from("it is malformed")))?
            .map_err(|e| unreadable(e.to_string()))?;
        Self::new(tokenizer, path)
    }

    /// Opens the tokenizer.json of a model that has no other tokenizer this program can use.
    pub(super) fn open_json(files: &TokenizerFiles) -> Result<Self, TokenizerError> {
        match files {
            TokenizerFiles::Json(path) => Self::open(path),
            TokenizerFiles::VocabMerges { vocab, .. } => {
                let folder = vocab.parent().unwrap_or(vocab).to_owned();
                Err(TokenizerError::JsonNeeded { folder })
            }
        }
    }

    /// Wraps a tokenizer that was built from `path`.
    pub(super) fn new(mut tokenizer: Tokenizer, path: &Path) -> Result<Self, TokenizerError> {
        tokenizer
            .with_truncation(None)
            .map_err(|e| TokenizerError::Failed(e.to_string()))?;
        tokenizer.with_padding(None);
        tokenizer.set_encode_special_tokens(true);
        let special_ids = tokenizer
            .get_added_tokens_decoder()
            .into_iter()
            .filter(|(_, token)| token.special)
            .map(|(id, _)| id)
            .collect();
        Ok(Self {
            tokenizer,
            special_ids,
            path: path.to_owned(),
        })
    }

    /// The id of a special token.
    pub(super) fn special(&self, token: &str) -> Option<u32> {
        let id = self.tokenizer.token_to_id(token)?;
        self.special_ids.contains(&id).then_some(id)
    }

    /// The id of a special token that the protocol needs.
    pub(super) fn required(&self, token: &str) -> Result<u32, TokenizerError> {
        self.special(token)
            .ok_or_else(|| TokenizerError::MissingToken {
                path: self.path.clone(),
                token: token.to_owned(),
            })
    }

    /// The id of a token, special or not.
    pub(super) fn id(&self, token: &str) -> Option<u32> {
        self.tokenizer.token_to_id(token)
    }

    /// The token of an id.
    pub(super) fn token(&self, id: u32) -> Option<String> {
        self.tokenizer.id_to_token(id)
    }

    /// The token ids of `text`, with `prefix` before and `suffix` after them.
    pub(super) fn encode(
        &self,
        text: &str,
        prefix: u32,
        suffix: u32,
    ) -> Result<Vec<u32>, TokenizerError> {
        let own = self.split(text)?;
        let mut ids = Vec::with_capacity(own.len() + 2);
        ids.push(prefix);
        ids.extend(own);
        ids.push(suffix);
        Ok(ids)
    }

    /// The token ids of `text` alone.
    pub(super) fn split(&self, text: &str) -> Result<Vec<u32>, TokenizerError> {
        let encoding = panics::catch(|| self.tokenizer.encode_fast(text, false))
            .map_err(|_| TokenizerError::Failed(String::from("it gave up on a text")))?
            .map_err(|e| TokenizerError::Failed(e.to_string()))?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The text of `ids` without special tokens; spaces at its ends are kept.
    pub(super) fn decode(&self, ids: &[u32]) -> Result<String, TokenizerError> {
        panics::catch(|| self.tokenizer.decode(ids, true))
            .map_err(|_| TokenizerError::Failed(String::from("it gave up on what was generated")))?
            .map_err(|e| TokenizerError::Failed(e.to_string()))
    }

    /// Every token as its id and its text.
    pub(super) fn pieces(&self) -> Vec<(u32, String)> {
        let pieces = self.tokenizer.get_vocab(true).into_iter();
        pieces.map(|(piece, id)| (id, piece)).collect()
    }
}
