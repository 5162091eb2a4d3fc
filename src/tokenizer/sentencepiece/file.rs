//! What a file of SentencePiece says: its pieces, and how texts are normalised.
//!
//! Fields and their numbers follow `sentencepiece_model.proto`; fields that change nothing here are
//! passed over.

use super::wire::{Fields, Value, WireError};
use crate::tokenizer::bounds::MAX_TOKENS;

/// The most bytes of a piece. Trainers make pieces of at most 16 letters; user-defined ones are longer.
pub(super) const MAX_PIECE_BYTES: usize = 1024;

/// Why a file is not used.
#[derive(Debug, thiserror::Error)]
pub(in crate::tokenizer) enum FileError {
    #[error("it is no file of SentencePiece: {0}")]
    Message(#[from] WireError),
    #[error("it has no pieces")]
    Empty,
    #[error("it has more than {MAX_TOKENS} pieces")]
    Pieces,
    #[error("its piece {0} is empty, has more than {MAX_PIECE_BYTES} bytes, or is no text")]
    Piece(usize),
    #[error("its piece {0} has a score that is no number")]
    Score(usize),
    #[error("its piece {0} is of a type that is not known")]
    Type(usize),
    #[error("its piece {0} is there twice")]
    Twice(usize),
    #[error("its piece for what it does not know is not one")]
    Unknown,
    #[error("its pieces for bytes are not 256")]
    Bytes,
    #[error("it splits texts into {0}, not by unigrams or byte-pair encoding")]
    Algorithm(&'static str),
    #[error("its map of characters is malformed")]
    CharacterMap,
    #[error("its map of characters has a replacement of more than {0} bytes")]
    Replacement(usize),
}

/// How texts are split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// Into the most likely pieces.
    Unigram,
    /// By joining pairs, the best first.
    Bpe,
}

/// What a piece is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PieceKind {
    Normal,
    /// Stands for what no piece has.
    Unknown,
    /// A special token: no text becomes one.
    Control,
    /// A text that is always a piece of its own.
    UserDefined,
    /// Pairs are joined by way of it, and it is none of the result.
    Unused,
    /// A byte of what no piece has.
    Byte,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub(super) text: Box<str>,
    pub(super) score: f32,
    pub(super) kind: PieceKind,
}

/// A file as it is, its pieces in the order of their ids.
#[derive(Debug)]
pub(super) struct File<'a> {
    pub(super) pieces: Vec<Piece>,
    pub(super) algorithm: Algorithm,
    /// Whether what no piece has becomes bytes.
    pub(super) byte_fallback: bool,
    /// Whether the added space follows the text.
    pub(super) space_at_end: bool,
    pub(super) normalization: Normalization<'a>,
}

/// What is done to a text before it is split.
#[derive(Debug, Clone, Copy)]
pub(super) struct Normalization<'a> {
    /// See [`super::characters`]; empty if no character is replaced.
    pub(super) character_map: &'a [u8],
    /// Whether a space is added to the text.
    pub(super) adds_space: bool,
    /// Whether spaces at the ends are removed, and of several only one is kept.
    pub(super) removes_spaces: bool,
    /// Whether a space becomes `▁`.
    pub(super) escapes_spaces: bool,
}

impl<'a> File<'a> {
    /// Reads a file.
    ///
    /// # Errors
    /// If it is malformed, or has a piece or a splitting that is not known.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, FileError> {
        let mut file = Self {
            pieces: Vec::new(),
            algorithm: Algorithm::Unigram,
            byte_fallback: false,
            space_at_end: false,
            normalization: Normalization {
                character_map: &[],
                adds_space: true,
                removes_spaces: true,
                escapes_spaces: true,
            },
        };
        for field in Fields::of(bytes) {
            match field? {
                (1, Value::Bytes(message)) => {
                    let id = file.pieces.len();
                    if id == MAX_TOKENS {
                        return Err(FileError::Pieces);
                    }
                    file.pieces.push(Piece::parse(id, message)?);
                }
                (2, Value::Bytes(message)) => file.training(message)?,
                (3, Value::Bytes(message)) => file.normalization.parse(message)?,
                _ => {}
            }
        }
        if file.pieces.is_empty() {
            return Err(FileError::Empty);
        }
        Ok(file)
    }

    fn training(&mut self, message: &[u8]) -> Result<(), FileError> {
        for field in Fields::of(message) {
            match field? {
                (3, Value::Number(algorithm)) => {
                    self.algorithm = match algorithm {
                        1 => Algorithm::Unigram,
                        2 => Algorithm::Bpe,
                        3 => return Err(FileError::Algorithm("words")),
                        4 => return Err(FileError::Algorithm("characters")),
                        _ => return Err(FileError::Algorithm("something else")),
                    };
                }
                (24, Value::Number(is_so)) => self.space_at_end = is_so != 0,
                (35, Value::Number(is_so)) => self.byte_fallback = is_so != 0,
                _ => {}
            }
        }
        Ok(())
    }
}

impl Piece {
    fn parse(id: usize, message: &[u8]) -> Result<Self, FileError> {
        let (mut text, mut score, mut kind) = (&[][..], 0.0, PieceKind::Normal);
        for field in Fields::of(message) {
            match field? {
                (1, Value::Bytes(bytes)) => text = bytes,
                (2, Value::Four(bytes)) => score = f32::from_le_bytes(bytes),
                (3, Value::Number(number)) => {
                    kind = match number {
                        1 => PieceKind::Normal,
                        2 => PieceKind::Unknown,
                        3 => PieceKind::Control,
                        4 => PieceKind::UserDefined,
                        5 => PieceKind::Unused,
                        6 => PieceKind::Byte,
                        _ => return Err(FileError::Type(id)),
                    }
                }
                _ => {}
            }
        }
        let is_sized = (1..=MAX_PIECE_BYTES).contains(&text.len());
        let text = std::str::from_utf8(text).ok().filter(|_| is_sized);
        if !score.is_finite() {
            return Err(FileError::Score(id));
        }
        Ok(Self {
            text: text.ok_or(FileError::Piece(id))?.into(),
            score,
            kind,
        })
    }
}

impl<'a> Normalization<'a> {
    fn parse(&mut self, message: &'a [u8]) -> Result<(), FileError> {
        for field in Fields::of(message) {
            match field? {
                (2, Value::Bytes(map)) => self.character_map = map,
                (3, Value::Number(is_so)) => self.adds_space = is_so != 0,
                (4, Value::Number(is_so)) => self.removes_spaces = is_so != 0,
                (5, Value::Number(is_so)) => self.escapes_spaces = is_so != 0,
                _ => {}
            }
        }
        Ok(())
    }
}
