//! MADLAD-400's protocol: `<2en> text </s>`, the target language before the text; nothing says what
//! language the text is in.
//!
//! Follows google/madlad400-3b-mt with transformers' `T5Tokenizer`: the language's token and the
//! text are split together, so that the first word keeps its boundary.

use super::numbered::{PieceIds, read_ids};
use super::vocabulary::{TokenizerError, Vocabulary, other_files};
use super::{Direction, LanguageToken, Tokenizer, languages};
use crate::model_files::TokenizerFiles;

/// The special tokens that are listed among the others.
const SPECIAL: [&str; 4] = ["<s>", "<pad>", "</s>", "<unk>"];
/// The token that ends a source and a translation.
const END: &str = "</s>";

/// The tokenizer of a MADLAD-400 model.
pub(super) struct MadladTokenizer {
    vocabulary: Vocabulary,
    end: u32,
}

impl MadladTokenizer {
    /// Opens tokenizer.json; or the file of SentencePiece, whose ids are its own or those of a network's
    /// list.
    ///
    /// # Errors
    /// If it cannot be read or lacks `</s>`.
    pub(super) fn open(files: &TokenizerFiles) -> Result<Self, TokenizerError> {
        let vocabulary = match files {
            TokenizerFiles::Json(path) => Vocabulary::open(path)?,
            TokenizerFiles::SentencePiece { model, vocab: None } => {
                Vocabulary::of_pieces(model, PieceIds::Own)?
            }
            TokenizerFiles::SentencePiece {
                model,
                vocab: Some(vocab),
            } => {
                let ids = PieceIds::Listed {
                    ids: read_ids(vocab)?,
                    special: SPECIAL.map(String::from).into(),
                };
                Vocabulary::of_pieces(model, ids)?
            }
            TokenizerFiles::VocabMerges { .. } | TokenizerFiles::SentencePieceSides { .. } => {
                return Err(other_files(files, "tokenizer.json or spiece.model"));
            }
        };
        let end = vocabulary.required(END)?;
        Ok(Self { vocabulary, end })
    }

    /// The ids of a text. A unigram model makes the end's token of a text that looks like it: such a
    /// text gets a space.
    fn split(&self, text: &str) -> Result<Vec<u32>, TokenizerError> {
        let ids = self.vocabulary.split(text)?;
        if !ids.contains(&self.end) {
            return Ok(ids);
        }
        let mut ids = self.vocabulary.split(&text.replace(END, "< /s>"))?;
        // A normalizer may make one of other letters: of full-width ones, for instance.
        ids.retain(|&id| id != self.end);
        Ok(ids)
    }

    /// The text of a language's token.
    fn token(&self, language: LanguageToken) -> Result<String, TokenizerError> {
        let token = self.vocabulary.token(language.id());
        token.ok_or_else(|| TokenizerError::Failed(String::from("it has no such language")))
    }
}

impl Tokenizer for MadladTokenizer {
    fn language(&self, code: &str) -> Result<LanguageToken, TokenizerError> {
        let short = languages::short(code);
        let id = short.and_then(|short| self.vocabulary.id(&format!("<2{short}>")));
        id.map(LanguageToken::new)
            .ok_or_else(|| TokenizerError::UnknownLanguage {
                code: code.to_owned(),
            })
    }

    fn encode_source(&self, text: &str, direction: Direction) -> Result<Vec<u32>, TokenizerError> {
        let token = self.token(direction.target)?;
        // A special token is not recognised in a text, and is not joined with a word either.
        let mut ids = if self.vocabulary.special(&token).is_some() {
            let mut ids = vec![direction.target.id()];
            ids.extend(self.split(text)?);
            ids
        } else {
            self.split(&format!("{token} {text}"))?
        };
        ids.push(self.end);
        Ok(ids)
    }

    /// Longer sources lose their end, or are answered by loops (google-research/t5x#1553).
    fn max_source_tokens(&self) -> usize {
        60
    }

    fn forced_start(&self, _target: LanguageToken) -> Option<u32> {
        None
    }

    fn encode(&self, _text: &str) -> Result<Vec<u32>, TokenizerError> {
        Err(TokenizerError::LanguageNeeded)
    }

    fn encode_target(&self, text: &str) -> Result<Vec<u32>, TokenizerError> {
        self.split(text)
    }

    fn decode(&self, ids: &[u32]) -> Result<String, TokenizerError> {
        self.vocabulary.decode(ids)
    }

    fn pieces(&self) -> Vec<(u32, String)> {
        self.vocabulary.pieces()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A tokenizer as MADLAD's, of some pieces; its post-processor adds an end that is not asked for.
    fn open(language_is_special: bool) -> MadladTokenizer {
        let pieces = [
            ("<s>", 0.0),
            ("<pad>", 0.0),
            ("</s>", 0.0),
            ("<unk>", 0.0),
            ("<2en>", -1.0),
            ("<2kk>", -1.0),
            ("▁", -3.0),
            ("▁алма", -2.0),
            ("алма", -6.0),
            ("ты", -2.0),
        ];
        let special = |id: u32, token: &str, special: bool| {
            json!({"id": id, "content": token, "single_word": false, "lstrip": false,
                   "rstrip": false, "normalized": false, "special": special})
        };
        let file = json!({
            "version": "1.0",
            "truncation": null,
            "padding": null,
            "added_tokens": [special(2, "</s>", true), special(4, "<2en>", language_is_special)],
            "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always",
                              "split": true},
            "normalizer": {"type": "NFKC"},
            "post_processor": {"type": "TemplateProcessing",
                "single": [{"Sequence": {"id": "A", "type_id": 0}},
                           {"SpecialToken": {"id": "</s>", "type_id": 0}}],
                "pair": [{"Sequence": {"id": "A", "type_id": 0}}],
                "special_tokens": {"</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]}}},
            "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always",
                        "split": true},
            "model": {"type": "Unigram", "unk_id": 3, "vocab": pieces, "byte_fallback": false},
        });
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokenizer.json");
        std::fs::write(&path, file.to_string()).unwrap();
        MadladTokenizer::open(&TokenizerFiles::Json(path)).unwrap()
    }

    #[test]
    fn the_target_language_comes_first_and_one_end_last() {
        for language_is_special in [false, true] {
            let tokenizer = open(language_is_special);
            let direction = Direction {
                source: tokenizer.language("kaz_Cyrl").unwrap(),
                target: tokenizer.language("eng_Latn").unwrap(),
            };
            let ids = tokenizer.encode_source("алматы", direction).unwrap();
            assert_eq!(ids, [4, 7, 9, 2], "{language_is_special}");
            assert_eq!(tokenizer.decode(&[7, 9, 2]).unwrap(), "алматы");
            assert_eq!(tokenizer.forced_start(direction.target), None);
            // Text that looks like the end of a sentence is text.
            for text in ["</s>", "＜/s＞"] {
                let ids = tokenizer.encode_source(text, direction).unwrap();
                assert_eq!(ids.iter().filter(|&&id| id == 2).count(), 1, "{ids:?}");
            }
        }
    }

    #[test]
    fn a_language_is_known_if_the_file_has_its_token() {
        let tokenizer = open(false);
        assert!(tokenizer.language("kaz_Cyrl").is_ok());
        for code in ["rus_Cyrl", "en", "xxx_Latn"] {
            assert!(tokenizer.language(code).is_err(), "{code}");
        }
        assert!(tokenizer.encode("алма").is_err());
    }
}
