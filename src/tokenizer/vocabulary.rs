//! An untrusted tokenizer file, used only to convert text to ids and ids to text.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use tokenizers::Tokenizer;

use super::bounds::{self, MAX_FILE_BYTES};
use super::numbered::{NumberedPieces, PieceIds};
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
    /// The model's protocol does not use tokenizer files of this kind.
    #[error(
        "{} has no tokenizer file of the kind that the model's protocol uses: {needed} \
         (transformers' AutoTokenizer.from_pretrained(…).save_pretrained(…) writes tokenizer.json)",
        .folder.display()
    )]
    OtherFiles {
        /// The model's folder.
        folder: PathBuf,
        /// The files that would do, in words.
        needed: &'static str,
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

/// The error of a protocol that does not use these files.
pub(super) fn other_files(files: &TokenizerFiles, needed: &'static str) -> TokenizerError {
    let path = files.paths().first().copied().unwrap_or(Path::new(""));
    TokenizerError::OtherFiles {
        folder: path.parent().unwrap_or(path).to_owned(),
        needed,
    }
}

/// Converts text to token ids and back, independent of any protocol.
pub(super) struct Vocabulary {
    splitter: Splitter,
    /// The tokenizer's file, for error messages.
    path: PathBuf,
}

/// What splits texts.
enum Splitter {
    /// A tokenizer.json, or what is built of other files of the tokenizers crate.
    Built {
        tokenizer: Box<Tokenizer>,
        /// The ids of special tokens.
        special_ids: HashSet<u32>,
    },
    /// A file of SentencePiece.
    Pieces(Box<NumberedPieces>),
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
            splitter: Splitter::Built {
                tokenizer: Box::new(tokenizer),
                special_ids,
            },
            path: path.to_owned(),
        })
    }

    /// Opens a file of SentencePiece, whose pieces have these ids.
    pub(super) fn of_pieces(path: &Path, ids: PieceIds) -> Result<Self, TokenizerError> {
        let pieces = NumberedPieces::open(path, ids)?;
        Ok(Self {
            splitter: Splitter::Pieces(Box::new(pieces)),
            path: path.to_owned(),
        })
    }

    /// The id of a special token.
    pub(super) fn special(&self, token: &str) -> Option<u32> {
        let id = self.id(token)?;
        let is_special = match &self.splitter {
            Splitter::Built { special_ids, .. } => special_ids.contains(&id),
            Splitter::Pieces(pieces) => pieces.is_special(id),
        };
        is_special.then_some(id)
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
        match &self.splitter {
            Splitter::Built { tokenizer, .. } => tokenizer.token_to_id(token),
            Splitter::Pieces(pieces) => pieces.id(token),
        }
    }

    /// The token of an id.
    pub(super) fn token(&self, id: u32) -> Option<String> {
        match &self.splitter {
            Splitter::Built { tokenizer, .. } => tokenizer.id_to_token(id),
            Splitter::Pieces(pieces) => pieces.token(id).map(str::to_owned),
        }
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
        let tokenizer = match &self.splitter {
            Splitter::Built { tokenizer, .. } => tokenizer,
            Splitter::Pieces(pieces) => return Ok(pieces.split(text)),
        };
        let encoding = panics::catch(|| tokenizer.encode_fast(text, false))
            .map_err(|_| TokenizerError::Failed(String::from("it gave up on a text")))?
            .map_err(|e| TokenizerError::Failed(e.to_string()))?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The text of `ids` without special tokens; spaces at its ends are kept.
    pub(super) fn decode(&self, ids: &[u32]) -> Result<String, TokenizerError> {
        let tokenizer = match &self.splitter {
            Splitter::Built { tokenizer, .. } => tokenizer,
            Splitter::Pieces(pieces) => return Ok(pieces.join(ids)),
        };
        panics::catch(|| tokenizer.decode(ids, true))
            .map_err(|_| TokenizerError::Failed(String::from("it gave up on what was generated")))?
            .map_err(|e| TokenizerError::Failed(e.to_string()))
    }

    /// Every token as its id and its text.
    pub(super) fn pieces(&self) -> Vec<(u32, String)> {
        match &self.splitter {
            Splitter::Built { tokenizer, .. } => {
                let pieces = tokenizer.get_vocab(true).into_iter();
                pieces.map(|(piece, id)| (id, piece)).collect()
            }
            Splitter::Pieces(pieces) => pieces.pieces(),
        }
    }
}
