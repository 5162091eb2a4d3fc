//! A tokenizer for a network that numbers its tokens otherwise.
//!
//! A folder converted for CTranslate2 lists its tokens in the order of the network's ids. That is
//! mostly the tokenizer's own order, and not always: tokens are matched by their text.

use std::collections::HashMap;
use std::path::Path;

use super::bounds::Extent;
use super::{Direction, LanguageToken, Tokenizer, TokenizerError, vocabulary};

/// The token for what has no id of its own.
const UNKNOWN: &str = "<unk>";

/// The tokens of a network, in the order of their ids.
pub(crate) struct TokenList {
    ids: HashMap<String, u32>,
}

impl TokenList {
    /// Reads shared_vocabulary.json (an array) or .txt (a token a line), or the `.vocab` that SentencePiece
    /// writes (a token and its score a line).
    ///
    /// # Errors
    /// [`TokenizerError::Read`] if it cannot be read, [`TokenizerError::Unreadable`] if it is no such
    /// list.
    pub(crate) fn read(path: &Path) -> Result<Self, TokenizerError> {
        let unreadable = |reason: String| TokenizerError::Unreadable {
            path: path.to_owned(),
            reason,
        };
        let bytes = vocabulary::read(path)?;
        let text = String::from_utf8(bytes).map_err(|e| unreadable(e.to_string()))?;
        let has_ending = |ending: &str| path.extension().is_some_and(|own| own == ending);
        let (is_json, has_scores) = (has_ending("json"), has_ending("vocab"));
        let extent = if is_json {
            Extent::of_json(&text).map_err(|e| unreadable(e.to_string()))?
        } else {
            Extent::of_lines(&text)
        };
        extent.check().map_err(|e| unreadable(e.to_string()))?;
        let tokens: Vec<String> = if is_json {
            serde_json::from_str(&text).map_err(|e| unreadable(e.to_string()))?
        } else {
            // Only line feeds end a line: a token may be another break.
            let lines = text.strip_suffix('\n').unwrap_or(&text).split('\n');
            let token = |line: &str| match line.rsplit_once('\t').filter(|_| has_scores) {
                Some((token, _)) => token.to_owned(),
                None => line.to_owned(),
            };
            lines.map(token).collect()
        };
        // Of equal tokens the first counts.
        let mut ids = HashMap::with_capacity(tokens.len());
        for (id, token) in (0..=u32::MAX).zip(tokens) {
            ids.entry(token).or_insert(id);
        }
        Ok(Self { ids })
    }

    /// The ids of the tokens.
    pub(super) fn into_ids(self) -> HashMap<String, u32> {
        self.ids
    }

    /// The id of a token.
    pub(crate) fn id(&self, token: &str) -> Option<u32> {
        self.ids.get(token).copied()
    }
}

/// The network's ids of a tokenizer's tokens.
pub(crate) struct Numbering {
    to_network: HashMap<u32, u32>,
    to_tokenizer: HashMap<u32, u32>,
    /// The network's id of what it has no token for.
    unknown: u32,
}

impl Numbering {
    /// The ids that `list` has for the tokens of `tokenizer`; `None` if they are its own.
    pub(crate) fn of(tokenizer: &dyn Tokenizer, list: &TokenList) -> Option<Self> {
        let pieces = tokenizer.pieces();
        let own = |piece: &(u32, String)| Some((piece.0, list.id(&piece.1)?));
        let is_same = pieces.iter().all(|piece| match own(piece) {
            Some((id, own)) => id == own,
            None => piece.0 as usize >= list.ids.len(),
        });
        if is_same {
            return None;
        }
        let pairs: Vec<(u32, u32)> = pieces.iter().filter_map(own).collect();
        Some(Self {
            to_network: pairs.iter().copied().collect(),
            to_tokenizer: pairs.iter().map(|&(id, own)| (own, id)).collect(),
            unknown: list.id(UNKNOWN).unwrap_or(0),
        })
    }

    /// The network's id of a token of the tokenizer, if it has it.
    pub(crate) fn id(&self, id: u32) -> Option<u32> {
        self.to_network.get(&id).copied()
    }
}

/// A tokenizer whose ids are those of a network.
struct Renumbered {
    tokenizer: Box<dyn Tokenizer>,
    numbering: Numbering,
}

/// `tokenizer` with the ids of a network.
pub(crate) fn renumber(tokenizer: Box<dyn Tokenizer>, numbering: Numbering) -> Box<dyn Tokenizer> {
    Box::new(Renumbered {
        tokenizer,
        numbering,
    })
}

impl Renumbered {
    fn network_id(&self, id: u32) -> u32 {
        self.numbering.id(id).unwrap_or(self.numbering.unknown)
    }

    fn network_ids(&self, mut ids: Vec<u32>) -> Vec<u32> {
        ids.iter_mut().for_each(|id| *id = self.network_id(*id));
        ids
    }
}

impl Tokenizer for Renumbered {
    fn language(&self, code: &str) -> Result<LanguageToken, TokenizerError> {
        let token = self.tokenizer.language(code)?;
        let known = self.numbering.id(token.id()).is_some();
        known
            .then_some(token)
            .ok_or_else(|| TokenizerError::UnknownLanguage {
                code: code.to_owned(),
            })
    }

    fn encode_source(&self, text: &str, direction: Direction) -> Result<Vec<u32>, TokenizerError> {
        let ids = self.tokenizer.encode_source(text, direction)?;
        Ok(self.network_ids(ids))
    }

    fn max_source_tokens(&self) -> usize {
        self.tokenizer.max_source_tokens()
    }

    fn forced_start(&self, target: LanguageToken) -> Option<u32> {
        let id = self.tokenizer.forced_start(target)?;
        Some(self.network_id(id))
    }

    fn encode(&self, text: &str) -> Result<Vec<u32>, TokenizerError> {
        Ok(self.network_ids(self.tokenizer.encode(text)?))
    }

    fn encode_target(&self, text: &str) -> Result<Vec<u32>, TokenizerError> {
        Ok(self.network_ids(self.tokenizer.encode_target(text)?))
    }

    fn decode(&self, ids: &[u32]) -> Result<String, TokenizerError> {
        let own = |id: &u32| self.numbering.to_tokenizer.get(id).copied();
        // Tokens that only fill up the network's table have no text.
        let ids: Vec<u32> = ids.iter().filter_map(own).collect();
        self.tokenizer.decode(&ids)
    }

    fn pieces(&self) -> Vec<(u32, String)> {
        let pieces = self.tokenizer.pieces().into_iter();
        pieces
            .filter_map(|(id, piece)| Some((self.numbering.id(id)?, piece)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model_files::{Protocol, TokenizerFiles};

    fn nllb() -> Box<dyn Tokenizer> {
        let path = Path::new("tests/fixtures/memorised-nllb/tokenizer.json");
        super::super::open(Protocol::Nllb, &TokenizerFiles::Json(path.to_owned())).unwrap()
    }

    fn list(tokens: &[String], name: &str) -> TokenList {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let text = if name.ends_with("json") {
            serde_json::to_string(tokens).unwrap()
        } else {
            tokens.join("\n") + "\n"
        };
        std::fs::write(&path, text).unwrap();
        TokenList::read(&path).unwrap()
    }

    /// The NLLB tokenizer with the ids of a list.
    fn renumbered(list: &TokenList) -> Box<dyn Tokenizer> {
        let numbering = Numbering::of(&*nllb(), list).unwrap();
        renumber(nllb(), numbering)
    }

    /// The tokenizer's tokens in the order of their ids.
    fn tokens() -> Vec<String> {
        let mut pieces = nllb().pieces();
        pieces.sort();
        pieces.into_iter().map(|(_, piece)| piece).collect()
    }

    #[test]
    fn a_list_in_the_tokenizers_order_changes_nothing() {
        let filler = [tokens(), vec![String::from("madeupword0")]].concat();
        for name in ["shared_vocabulary.json", "shared_vocabulary.txt"] {
            assert!(Numbering::of(&*nllb(), &list(&filler, name)).is_none());
        }
    }

    #[test]
    fn a_list_of_more_tokens_than_there_can_be_is_refused_before_it_is_built() {
        let folder = tempfile::tempdir().unwrap();
        for (name, one) in [("v.txt", "\n"), ("v.json", "\"\",")] {
            let path = folder.path().join(name);
            let tokens = one.repeat((1 << 21) + 1);
            let text = if name == "v.json" {
                format!("[{tokens}\"\"]")
            } else {
                tokens
            };
            std::fs::write(&path, text).unwrap();
            let error = TokenList::read(&path).err().unwrap().to_string();
            assert!(error.contains("more than 2097152 tokens"), "{error}");
        }
    }

    #[test]
    fn ids_are_those_of_the_list_and_text_comes_back() {
        let mut other = tokens();
        other.reverse();
        other.insert(3, String::from("madeupword0"));
        let (plain, renumbered) = (nllb(), renumbered(&list(&other, "v.json")));
        let direction = |tokenizer: &dyn Tokenizer| Direction {
            source: tokenizer.language("kaz_Cyrl").unwrap(),
            target: tokenizer.language("eng_Latn").unwrap(),
        };
        let text = "Қазақстан халқы 2024 жылы";
        let expected = plain.encode_source(text, direction(&*plain)).unwrap();
        let found = renumbered
            .encode_source(text, direction(&*renumbered))
            .unwrap();
        let names = |ids: &[u32], of: &[String]| -> Vec<String> {
            ids.iter().map(|&id| of[id as usize].clone()).collect()
        };
        assert_eq!(names(&found, &other), names(&expected, &tokens()));
        assert_ne!(found, expected);
        assert_eq!(
            renumbered.decode(&found).unwrap(),
            plain.decode(&expected).unwrap()
        );
        let start = renumbered.forced_start(direction(&*renumbered).target);
        assert_eq!(other[start.unwrap() as usize], "eng_Latn");
    }

    #[test]
    fn what_the_list_lacks_is_unknown_to_the_network() {
        let mut fewer = tokens();
        fewer.retain(|token| token != "kaz_Cyrl");
        let renumbered = renumbered(&list(&fewer, "v.txt"));
        assert!(renumbered.language("kaz_Cyrl").is_err());
        assert!(renumbered.language("eng_Latn").is_ok());
    }

    #[test]
    fn a_list_that_is_none_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shared_vocabulary.json");
        std::fs::write(&path, r#"{"a": 1}"#).unwrap();
        assert!(TokenList::read(&path).is_err());
        assert!(TokenList::read(&folder.path().join("none.txt")).is_err());
    }
}
