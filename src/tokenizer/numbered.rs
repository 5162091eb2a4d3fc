//! The pieces of a file of SentencePiece by the ids that a network has for them.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::bounds::Extent;
use super::renumbered::TokenList;
use super::sentencepiece::Model;
use super::vocabulary::{TokenizerError, read};

/// Which ids a network has for the pieces of a file.
#[derive(Debug)]
pub(super) enum PieceIds {
    /// The file's own.
    Own,
    /// fairseq's: its special tokens, then the file's pieces but for its first three, then these
    /// special tokens.
    Fairseq(Vec<String>),
    /// Those that each token is listed with. A text that no piece has is looked for among them, too.
    Listed {
        ids: HashMap<String, u32>,
        /// Those of the tokens that no text becomes, and that are left out of decoded texts.
        special: Vec<String>,
    },
}

/// fairseq's first tokens. The first three pieces of a file are its own of these, in another order.
const FAIRSEQ: [&str; 4] = ["<s>", "<pad>", "</s>", "<unk>"];
/// What stands for a text without a token.
const UNKNOWN: &str = "<unk>";

/// The tokens of a network that splits texts as a file of SentencePiece says.
#[derive(Debug)]
pub(super) struct NumberedPieces {
    model: Model,
    /// The network's id of each piece of the file.
    of_pieces: Vec<u32>,
    ids: HashMap<String, u32>,
    tokens: HashMap<u32, String>,
    special: HashSet<u32>,
    unknown: u32,
    /// Whether what no piece has may be a token nevertheless.
    finds_unknown: bool,
}

impl NumberedPieces {
    /// Opens a file.
    ///
    /// # Errors
    /// If it cannot be read or is no file of SentencePiece, or there is no token for the unknown.
    pub(super) fn open(path: &Path, ids: PieceIds) -> Result<Self, TokenizerError> {
        let model = Model::open(path)?;
        let finds_unknown = matches!(ids, PieceIds::Listed { .. });
        let pieces = || (0..).zip(model.pieces().map(str::to_owned));
        let (ids, special): (HashMap<String, u32>, HashSet<u32>) = match ids {
            PieceIds::Own => (
                pieces().map(|(id, piece)| (piece, id)).collect(),
                model.special().collect(),
            ),
            PieceIds::Fairseq(last) => {
                let own = pieces().skip(FAIRSEQ.len() - 1);
                let own = own.map(|(_, piece)| (piece, false));
                let first = FAIRSEQ.map(|token| (token.to_owned(), true));
                let last = last.into_iter().map(|token| (token, true));
                let all: Vec<_> = first.into_iter().chain(own).chain(last).collect();
                let special = (0..).zip(&all).filter(|(_, (_, is_special))| *is_special);
                let special = special.map(|(id, _)| id).collect();
                let ids = (0..).zip(all).map(|(id, (token, _))| (token, id));
                // Of equal tokens the first counts.
                let ids: Vec<_> = ids.collect();
                (ids.into_iter().rev().collect(), special)
            }
            PieceIds::Listed { ids, special } => {
                let special = special.iter().filter_map(|token| ids.get(token));
                let special = special.copied().collect();
                (ids, special)
            }
        };
        let unknown = match ids.get(UNKNOWN) {
            Some(&id) => id,
            None if !finds_unknown => model.unknown(),
            None => {
                return Err(TokenizerError::MissingToken {
                    path: path.to_owned(),
                    token: UNKNOWN.to_owned(),
                });
            }
        };
        let id_of = |piece: &str| ids.get(piece).copied().unwrap_or(unknown);
        Ok(Self {
            of_pieces: model.pieces().map(id_of).collect(),
            tokens: ids.iter().map(|(token, id)| (*id, token.clone())).collect(),
            model,
            ids,
            special,
            unknown,
            finds_unknown,
        })
    }

    /// The ids of a text. No special token is among them but that of the unknown.
    pub(super) fn split(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        self.model.split(text, |piece, text| {
            let id = if piece != self.model.unknown() {
                self.of_pieces.get(piece as usize).copied()
            } else if self.finds_unknown {
                let found = self.ids.get(text).copied();
                found.filter(|id| !self.special.contains(id))
            } else {
                None
            };
            ids.push(id.unwrap_or(self.unknown));
        });
        ids
    }

    /// The text of `ids` without special tokens.
    pub(super) fn join(&self, ids: &[u32]) -> String {
        let ids = ids.iter().filter(|id| !self.special.contains(id));
        let tokens = ids.filter_map(|id| self.tokens.get(id));
        self.model.join(tokens.map(String::as_str))
    }

    pub(super) fn id(&self, token: &str) -> Option<u32> {
        self.ids.get(token).copied()
    }

    pub(super) fn token(&self, id: u32) -> Option<&str> {
        self.tokens.get(&id).map(String::as_str)
    }

    pub(super) fn is_special(&self, id: u32) -> bool {
        self.special.contains(&id)
    }

    /// Every token as its id and its text.
    pub(super) fn pieces(&self) -> Vec<(u32, String)> {
        let tokens = self.ids.iter();
        tokens.map(|(token, id)| (*id, token.clone())).collect()
    }
}

/// Reads the id of each token: a vocab.json, or a list in the order of the ids ([`TokenList`]).
///
/// # Errors
/// If it cannot be read, is neither, or has too many tokens.
pub(super) fn read_ids(path: &Path) -> Result<HashMap<String, u32>, TokenizerError> {
    let unreadable = |reason: String| TokenizerError::Unreadable {
        path: path.to_owned(),
        reason,
    };
    let bytes = read(path)?;
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Ok(TokenList::read(path)?.into_ids());
    }
    let text = str::from_utf8(&bytes).map_err(|error| unreadable(error.to_string()))?;
    Extent::of_json(text)
        .and_then(|extent| extent.check())
        .map_err(|error| unreadable(error.to_string()))?;
    serde_json::from_str(text).map_err(|error| unreadable(error.to_string()))
}
