//! Marian's protocol: `>>eng<< text </s>`, the target language's token only where a model has several.
//!
//! Follows transformers' `MarianTokenizer`: a file of SentencePiece for each side, and a list of tokens that
//! both share or a list a side. What no list has is looked up as the pieces are spelt.

use std::path::Path;

use super::numbered::{PieceIds, read_ids};
use super::vocabulary::{TokenizerError, Vocabulary, other_files};
use super::{Direction, LanguageToken, Tokenizer};
use crate::model_files::TokenizerFiles;

/// The token that ends a source and a translation.
const END: &str = "</s>";
/// The tokens that no text becomes, but for those of languages.
const SPECIAL: [&str; 4] = [END, "<unk>", "<pad>", "<s>"];

/// The tokenizer of a Marian model.
pub(super) struct MarianTokenizer {
    source: Vocabulary,
    /// `None` if both sides are split alike.
    target: Option<Vocabulary>,
    /// The end of a source.
    end: u32,
    /// Whether the model translates into several languages, each with a token.
    has_languages: bool,
}

impl MarianTokenizer {
    /// Opens a model's tokenizer.json, or its files of SentencePiece with their lists of tokens.
    ///
    /// # Errors
    /// If a file is missing, cannot be read or lacks `</s>`.
    pub(super) fn open(files: &TokenizerFiles) -> Result<Self, TokenizerError> {
        let (source, target) = match files {
            TokenizerFiles::Json(path) => (Vocabulary::open(path)?, None),
            TokenizerFiles::SentencePieceSides {
                source,
                target,
                source_tokens,
                target_tokens,
            } => {
                let is_alike = source == target && source_tokens == target_tokens;
                let open = |model: &Path, tokens: Option<&Path>| {
                    Vocabulary::of_pieces(model, tokens.map_or(Ok(PieceIds::Own), listed)?)
                };
                let own = open(source, source_tokens.as_deref())?;
                let other = (!is_alike).then(|| open(target, target_tokens.as_deref()));
                (own, other.transpose()?)
            }
            TokenizerFiles::VocabMerges { .. } | TokenizerFiles::SentencePiece { .. } => {
                return Err(other_files(
                    files,
                    "source.spm and target.spm with vocab.json",
                ));
            }
        };
        let pieces = source.pieces();
        Ok(Self {
            end: source.required(END)?,
            has_languages: pieces.iter().any(|(_, piece)| is_language(piece)),
            source,
            target,
        })
    }

    fn target(&self) -> &Vocabulary {
        self.target.as_ref().unwrap_or(&self.source)
    }
}

/// The ids of a list of tokens: vocab.json, a list of CTranslate2's, or the `.vocab` of SentencePiece.
fn listed(path: &Path) -> Result<PieceIds, TokenizerError> {
    let ids = read_ids(path)?;
    let is_special = |token: &&String| SPECIAL.contains(&token.as_str()) || is_language(token);
    let special = ids.keys().filter(is_special).cloned().collect();
    Ok(PieceIds::Listed { ids, special })
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
        let mut names = [code, short].into_iter();
        let own = names.find_map(|name| self.source.id(&format!(">>{name}<<")));
        Ok(LanguageToken::new(own.unwrap_or(self.end)))
    }

    fn encode_source(&self, text: &str, direction: Direction) -> Result<Vec<u32>, TokenizerError> {
        let target = direction.target.id();
        let mut ids = Vec::new();
        if self.has_languages {
            if target == self.end {
                let reason = "the model does not translate into this language";
                return Err(TokenizerError::Failed(String::from(reason)));
            }
            ids.push(target);
        }
        ids.extend(self.source.split(text)?);
        ids.push(self.end);
        Ok(ids)
    }

    fn forced_start(&self, _target: LanguageToken) -> Option<u32> {
        None
    }

    fn encode(&self, _text: &str) -> Result<Vec<u32>, TokenizerError> {
        Err(TokenizerError::LanguageNeeded)
    }

    fn encode_target(&self, text: &str) -> Result<Vec<u32>, TokenizerError> {
        self.target().split(text)
    }

    fn decode(&self, ids: &[u32]) -> Result<String, TokenizerError> {
        self.target().decode(ids)
    }

    fn pieces(&self) -> Vec<(u32, String)> {
        self.target().pieces()
    }
}
