//! BART's protocol: `<s> text </s>`, byte-level BPE.
//!
//! Follows transformers' `BartTokenizer`.

use std::path::Path;

use tokenizers::models::bpe::BPE;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::{AddedToken, Tokenizer};

use super::vocabulary::{TokenizerError, Vocabulary};
use crate::panics;

/// Tokens that vocab.json lists among the others and that stand for no text.
const SPECIAL: [&str; 5] = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"];

/// The tokenizer of a BART model.
pub struct BartTokenizer {
    vocabulary: Vocabulary,
    start: u32,
    end: u32,
}

impl BartTokenizer {
    /// Opens a model's tokenizer.json.
    ///
    /// # Errors
    /// Where the file cannot be read or lacks `<s>` and `</s>`.
    pub fn open(path: &Path) -> Result<Self, TokenizerError> {
        Self::new(Vocabulary::open(path)?)
    }

    /// Opens vocab.json and merges.txt, for models that have no tokenizer.json.
    ///
    /// # Errors
    /// As [`BartTokenizer::open`].
    pub fn from_vocabulary(vocab: &Path, merges: &Path) -> Result<Self, TokenizerError> {
        let unreadable = |reason: String| TokenizerError::Unreadable {
            path: vocab.to_owned(),
            reason,
        };
        let (vocab_name, merges_name) = (vocab.to_string_lossy(), merges.to_string_lossy());
        let model = panics::catch(|| BPE::from_file(&vocab_name, &merges_name).build())
            .map_err(|_| unreadable(String::from("it is malformed")))?
            .map_err(|e| unreadable(e.to_string()))?;
        let byte_level = ByteLevel::default().add_prefix_space(false);
        let mut tokenizer = Tokenizer::new(model);
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

    /// The ids of a text, start and end token among them.
    ///
    /// # Errors
    /// Where the tokenizer fails on the text.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, TokenizerError> {
        self.vocabulary.encode(text, self.start, self.end)
    }

    /// The text of generated ids.
    ///
    /// # Errors
    /// Where the tokenizer fails on the ids.
    pub fn decode(&self, ids: &[u32]) -> Result<String, TokenizerError> {
        self.vocabulary.decode(ids)
    }
}
