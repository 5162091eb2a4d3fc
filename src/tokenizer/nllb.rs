//! NLLB's protocol: `[source language] text </s>`, the target language forced as the first token.
//!
//! Follows transformers' `NllbTokenizer` without `legacy_behaviour`, and `M2M100Tokenizer`, whose
//! language tokens have other names (`__kk__`).

use std::path::Path;

use super::numbered::{PieceIds, read_ids};
use super::vocabulary::{TokenizerError, Vocabulary, other_files};
use super::{Direction, LanguageToken, Tokenizer, languages};
use crate::model_files::TokenizerFiles;

/// The last of NLLB's tokens.
const MASK: &str = "<mask>";
/// The special tokens that are listed among the others.
const SPECIAL: [&str; 4] = ["<s>", "<pad>", "</s>", "<unk>"];

/// The tokenizer of an NLLB or M2M100 model.
pub(super) struct NllbTokenizer {
    vocabulary: Vocabulary,
    end: u32,
}

impl NllbTokenizer {
    /// Opens tokenizer.json; or the file of SentencePiece, numbered as fairseq does (NLLB), or as a list
    /// says (M2M100's vocab.json, or that of a network).
    ///
    /// # Errors
    /// If a file cannot be read or lacks `</s>`.
    pub(super) fn open(files: &TokenizerFiles) -> Result<Self, TokenizerError> {
        let vocabulary = match files {
            TokenizerFiles::Json(path) => Vocabulary::open(path)?,
            TokenizerFiles::SentencePiece { model, vocab: None } => {
                let last = languages::nllb().chain([MASK]).map(str::to_owned);
                Vocabulary::of_pieces(model, PieceIds::Fairseq(last.collect()))?
            }
            TokenizerFiles::SentencePiece {
                model,
                vocab: Some(vocab),
            } => Vocabulary::of_pieces(model, listed(vocab)?)?,
            TokenizerFiles::VocabMerges { .. } | TokenizerFiles::SentencePieceSides { .. } => {
                return Err(other_files(
                    files,
                    "tokenizer.json or sentencepiece.bpe.model",
                ));
            }
        };
        let end = vocabulary.required("</s>")?;
        Ok(Self { vocabulary, end })
    }
}

/// M2M100's token of a language.
fn m2m100_token(short: &str) -> String {
    format!("__{short}__")
}

/// The ids that are listed: those of a network with all its tokens, or M2M100's vocab.json, which has all
/// but the languages that follow.
fn listed(vocab: &Path) -> Result<PieceIds, TokenizerError> {
    let mut ids = read_ids(vocab)?;
    let short: Vec<String> = languages::m2m100().map(m2m100_token).collect();
    let mut names = languages::nllb().map(str::to_owned).chain(short.clone());
    if !names.any(|name| ids.contains_key(&name)) {
        let first = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        let tokens = (0..).map(|place| first.saturating_add(place));
        ids.extend(short.iter().cloned().zip(tokens));
    }
    let special = SPECIAL.into_iter().chain([MASK]).chain(languages::nllb());
    let special = special.map(str::to_owned).chain(short);
    Ok(PieceIds::Listed {
        ids,
        special: special.collect(),
    })
}

impl Tokenizer for NllbTokenizer {
    fn language(&self, code: &str) -> Result<LanguageToken, TokenizerError> {
        let looks_like_one = code.len() == 8 && code.as_bytes()[3] == b'_';
        let id = self.vocabulary.special(code).filter(|_| looks_like_one);
        let id = id.or_else(|| {
            let short = languages::short(code)?;
            self.vocabulary.special(&m2m100_token(short))
        });
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
