//! SentencePiece's own files (`.model`, `.spm`): a text to pieces, and pieces to a text.
//!
//! Policy: the pieces are those of SentencePiece's own program, to the last one, which the tokenizers
//! crate's models are not: they find special tokens in a text, replace characters by grapheme, and
//! split user-defined pieces. The file is untrusted: the bytes, the number and the length of pieces,
//! and the growth by replaced characters are bounded, so that splitting is linear in the text but for
//! the order of pairs.

mod bpe;
mod characters;
mod file;
mod normalizer;
mod pieces;
mod unigram;
mod wire;

use std::path::Path;

use file::{Algorithm, File, FileError, Piece, PieceKind};
use normalizer::{Normalizer, SPACE};
use pieces::Prefixes;

use super::vocabulary::{TokenizerError, read};

/// A file of SentencePiece, ready to split texts.
#[derive(Debug)]
pub(crate) struct Model {
    pieces: Vec<Piece>,
    algorithm: Algorithm,
    normalizer: Normalizer,
    /// The pieces that texts can have.
    prefixes: Prefixes,
    /// Those of them that are always kept together.
    user_defined: Prefixes,
    /// The id of what no piece has.
    unknown: u32,
    /// The ids of the bytes of what no piece has, if it becomes bytes.
    bytes: Option<Box<[u32; 256]>>,
    unknown_score: f32,
}

impl Model {
    /// Opens a file.
    ///
    /// # Errors
    /// [`TokenizerError::Read`] if it cannot be read, [`TokenizerError::Unreadable`] if it is no file of
    /// SentencePiece, or is beyond a bound.
    pub(crate) fn open(path: &Path) -> Result<Self, TokenizerError> {
        let bytes = read(path)?;
        Self::parse(&bytes).map_err(|error| TokenizerError::Unreadable {
            path: path.to_owned(),
            reason: error.to_string(),
        })
    }

    fn parse(bytes: &[u8]) -> Result<Self, FileError> {
        let file = File::parse(bytes)?;
        let of = |kinds: &'static [PieceKind]| {
            let pieces = (0..).zip(&file.pieces);
            pieces.filter(|(_, piece)| kinds.contains(&piece.kind))
        };
        let mut unknown = of(&[PieceKind::Unknown]);
        let (Some((unknown, _)), None) = (unknown.next(), unknown.next()) else {
            return Err(FileError::Unknown);
        };
        let bytes = byte_ids(of(&[PieceKind::Byte]), file.byte_fallback)?;
        Ok(Self {
            algorithm: file.algorithm,
            normalizer: Normalizer::new(file.normalization, file.space_at_end)?,
            prefixes: Prefixes::new(of(&[
                PieceKind::Normal,
                PieceKind::UserDefined,
                PieceKind::Unused,
            ]))?,
            user_defined: Prefixes::new(of(&[PieceKind::UserDefined]))?,
            unknown,
            bytes,
            unknown_score: unigram::unknown_score(&file.pieces),
            pieces: file.pieces,
        })
    }

    /// The texts of the pieces in the order of their ids.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().map(|piece| &*piece.text)
    }

    /// The ids of the pieces that no text becomes: control tokens, and what stands for the unknown.
    pub(crate) fn special(&self) -> impl Iterator<Item = u32> {
        let is_special =
            |piece: &Piece| matches!(piece.kind, PieceKind::Control | PieceKind::Unknown);
        let pieces = (0..).zip(&self.pieces);
        pieces.filter_map(move |(id, piece)| is_special(piece).then_some(id))
    }

    /// The id of what no piece has.
    pub(crate) fn unknown(&self) -> u32 {
        self.unknown
    }

    /// Splits a text: gives `found` each piece's id and text. What no piece has is given as one, with
    /// the id of the unknown, as far as it goes; or as bytes.
    pub(crate) fn split(&self, text: &str, mut found: impl FnMut(u32, &str)) {
        let normalized = self.normalizer.normalize(text, &self.user_defined);
        // Where what is unknown began, and its end.
        let mut unknown = 0..0;
        let mut end = 0;
        let give = |id: u32, piece: &str| {
            let start = end;
            end += piece.len();
            if id != self.unknown {
                if !unknown.is_empty() {
                    found(self.unknown, &normalized[unknown.clone()]);
                    unknown = 0..0;
                }
                found(id, piece);
                return;
            }
            match &self.bytes {
                Some(ids) => {
                    for byte in piece.bytes() {
                        let id = ids[usize::from(byte)];
                        found(id, &self.pieces[id as usize].text);
                    }
                }
                None if unknown.is_empty() => unknown = start..end,
                None => unknown.end = end,
            }
        };
        match self.algorithm {
            Algorithm::Unigram => unigram::split(self, &normalized, give),
            Algorithm::Bpe => bpe::split(self, &normalized, give),
        }
        if !unknown.is_empty() {
            found(self.unknown, &normalized[unknown]);
        }
    }

    /// The text of pieces, none of them special.
    pub(crate) fn join<'a>(&self, pieces: impl Iterator<Item = &'a str>) -> String {
        let mut text = String::new();
        let mut bytes = Vec::new();
        let mut strips = self.normalizer.has_space_at_start();
        for piece in pieces {
            if self.bytes.is_some()
                && let Some(byte) = byte_of(piece)
            {
                bytes.push(byte);
                continue;
            }
            text.push_str(&String::from_utf8_lossy(&bytes));
            bytes.clear();
            let word = piece
                .strip_prefix(SPACE)
                .filter(|_| strips && text.is_empty());
            strips &= self.normalizer.removes_spaces();
            text.push_str(&word.unwrap_or(piece).replace(SPACE, " "));
        }
        text.push_str(&String::from_utf8_lossy(&bytes));
        text
    }
}

/// The byte that a piece such as `<0x0A>` stands for.
fn byte_of(piece: &str) -> Option<u8> {
    let digits = piece.strip_prefix("<0x")?.strip_suffix('>')?;
    let is_hexadecimal = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let byte = u8::from_str_radix(digits, 16).ok();
    byte.filter(|_| is_hexadecimal)
}

/// The ids of the 256 bytes, if what is unknown becomes bytes.
fn byte_ids<'a>(
    pieces: impl Iterator<Item = (u32, &'a Piece)>,
    byte_fallback: bool,
) -> Result<Option<Box<[u32; 256]>>, FileError> {
    let mut ids = [None; 256];
    let mut count = 0;
    for (id, piece) in pieces {
        let byte = byte_of(&piece.text).ok_or(FileError::Bytes)?;
        ids[usize::from(byte)] = Some(id);
        count += 1;
    }
    if !byte_fallback && count == 0 {
        return Ok(None);
    }
    let mut all = Box::new([0; 256]);
    for (own, id) in all.iter_mut().zip(ids) {
        *own = id.ok_or(FileError::Bytes)?;
    }
    Ok(Some(all))
}

#[cfg(test)]
mod tests;
