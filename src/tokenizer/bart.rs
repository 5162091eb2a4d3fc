//! BART's protocol: `<s> text </s>`, byte-level BPE.
//!
//! Follows transformers' `BartTokenizer`.

use std::path::Path;

use tokenizers::models::bpe::BPE;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::{AddedToken, Tokenizer as FileTokenizer};

use super::vocabulary::{TokenizerError, Vocabulary};
use super::{Direction, LanguageToken, Tokenizer};
use crate::model_files::TokenizerFiles;
use crate::panics;

/// Special tokens, which vocab.json lists among the others.
const SPECIAL: [&str; 5] = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"];

/// The tokenizer of a BART model.
pub(super) struct BartTokenizer {
    vocabulary: Vocabulary,
    start: u32,
    end: u32,
}

impl BartTokenizer {
    /// Opens tokenizer.json, or vocab.json and merges.txt of a model that has none.
    ///
    /// # Errors
    /// If a file cannot be read or lacks `<s>` and `</s>`.
    pub(super) fn open(files: &TokenizerFiles) -> Result<Self, TokenizerError> {
        match files {
            TokenizerFiles::Json(path) => Self::new(Vocabulary::open(path)?),
            TokenizerFiles::VocabMerges { vocab, merges } => Self::from_vocabulary(vocab, merges),
        }
    }

    fn from_vocabulary(vocab: &Path, merges: &Path) -> Result<Self, TokenizerError> {
        let unreadable = |reason: String| TokenizerError::Unreadable {
            path: vocab.to_owned(),
            reason,
        };
        let (vocab_name, merges_name) = (vocab.to_string_lossy(), merges.to_string_lossy());
        let model = panics::catch(|| BPE::from_file(&vocab_name, &merges_name).build())
            .map_err(|_| unreadable(String::from("it is malformed")))?
            .map_err(|e| unreadable(e.to_string()))?;
        let byte_level = ByteLevel::default().add_prefix_space(false);
        let mut tokenizer = FileTokenizer::new(model);
        tokenizer.with_pre_tokenizer(Some(byte_level));
        tokenizer.with_decoder(Some(byte_level));
        for token in SPECIAL {
            if tokenizer.token_to_id(token).is_none() {
                return Err(TokenizerError::MissingToken {
                    path: vocab.to_owned(),
                    token: token.to_owned(),
                });
            }
        }
        tokenizer
            .add_special_tokens(SPECIAL.map(|token| AddedToken::from(token, true)))
            .map_err(|e| unreadable(e.to_string()))?;
        Self::new(Vocabulary::new(tokenizer, vocab)?)
    }

    fn new(vocabulary: Vocabulary) -> Result<Self, TokenizerError> {
        let start = vocabulary.required("<s>")?;
        let end = vocabulary.required("</s>")?;
        Ok(Self {
            vocabulary,
            start,
            end,
        })
    }
}

impl Tokenizer for BartTokenizer {
    fn language(&self, _code: &str) -> Result<LanguageToken, TokenizerError> {
        Err(TokenizerError::NoLanguages)
    }

    fn encode_source(&self, text: &str, _direction: Direction) -> Result<Vec<u32>, TokenizerError> {
        self.encode(text)
    }

    fn forced_start(&self, _target: LanguageToken) -> Option<u32> {
        None
    }

    fn encode(&self, text: &str) -> Result<Vec<u32>, TokenizerError> {
        self.vocabulary.encode(text, self.start, self.end)
    }

    fn decode(&self, ids: &[u32]) -> Result<String, TokenizerError> {
        self.vocabulary.decode(ids)
    }

    fn pieces(&self) -> Vec<(u32, String)> {
        self.vocabulary.pieces()
    }
}
