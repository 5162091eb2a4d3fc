//! BART's protocol: `<s> text </s>`, byte-level BPE.
//!
//! Follows transformers' `BartTokenizer`.

use std::path::Path;

use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::{AddedToken, Tokenizer as FileTokenizer};

use super::numbered::read_ids;
use super::vocabulary::{TokenizerError, Vocabulary, other_files, read};
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
            TokenizerFiles::SentencePiece { .. } | TokenizerFiles::SentencePieceSides { .. } => {
                Err(other_files(
                    files,
                    "tokenizer.json, or vocab.json with merges.txt",
                ))
            }
        }
    }

    fn from_vocabulary(vocab: &Path, merges: &Path) -> Result<Self, TokenizerError> {
        let unreadable = |path: &Path, reason: String| TokenizerError::Unreadable {
            path: path.to_owned(),
            reason,
        };
        let tokens = read_ids(vocab)?;
        let pairs = String::from_utf8(read(merges)?)
            .map_err(|error| unreadable(merges, error.to_string()))?;
        let pairs = pairs_of(&pairs).map_err(|reason| unreadable(merges, reason))?;
        let tokens: Vocab = tokens.into_iter().collect();
        let build = || BPE::builder().vocab_and_merges(tokens, pairs).build();
        let model = panics::catch(build)
            .map_err(|_| unreadable(vocab, String::from("it is malformed")))?
            .map_err(|e| unreadable(vocab, e.to_string()))?;
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
            .map_err(|e| unreadable(vocab, e.to_string()))?;
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

/// The pairs of merges.txt: two tokens a line, after a line with the version.
fn pairs_of(text: &str) -> Result<Vec<(String, String)>, String> {
    let lines = text.lines().enumerate();
    let pairs = lines.filter(|(_, line)| !line.starts_with("#version"));
    let pair = |(number, line): (usize, &str)| match line.split_once(' ') {
        Some((one, other)) if !other.contains(' ') => Ok((one.to_owned(), other.to_owned())),
        _ => Err(format!("line {} is no pair of tokens", number + 1)),
    };
    pairs.map(pair).collect()
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

    fn encode_target(&self, text: &str) -> Result<Vec<u32>, TokenizerError> {
        self.vocabulary.split(text)
    }

    fn decode(&self, ids: &[u32]) -> Result<String, TokenizerError> {
        self.vocabulary.decode(ids)
    }

    fn pieces(&self) -> Vec<(u32, String)> {
        self.vocabulary.pieces()
    }
}
