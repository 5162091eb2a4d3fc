//! The most likely pieces of a text.
//!
//! A piece's score is the logarithm of its probability. Scores are added in f32 and from the left, as
//! SentencePiece does (0.2.3), so that what is nearly a tie is decided as there.

use super::Model;
use super::file::{Piece, PieceKind};

/// What a letter without a piece scores below the least likely piece.
const UNKNOWN_PENALTY: f32 = 10.0;
/// What a user-defined piece scores for each byte but its first: more than other pieces do.
const USER_DEFINED_SCORE: f64 = 0.1;

/// The score of a letter that no piece has.
pub(super) fn unknown_score(pieces: &[Piece]) -> f32 {
    let normal = pieces.iter().filter(|p| p.kind == PieceKind::Normal);
    normal.map(|piece| piece.score).fold(f32::MAX, f32::min) - UNKNOWN_PENALTY
}

/// The best way to split what is before a place.
#[derive(Clone, Copy)]
struct Best {
    score: f32,
    /// Where its last piece starts; `None` if there is no way.
    start: Option<usize>,
    id: u32,
}

impl Best {
    fn or(&mut self, score: f32, start: usize, id: u32) {
        if self.start.is_none() || score > self.score {
            *self = Self {
                score,
                start: Some(start),
                id,
            };
        }
    }
}

/// Splits a normalised text: gives `found` each piece's id and text.
pub(super) fn split<'a>(model: &Model, text: &'a str, mut found: impl FnMut(u32, &'a str)) {
    let nothing = Best {
        score: 0.0,
        start: None,
        id: model.unknown,
    };
    let mut best = vec![nothing; text.len() + 1];
    for (start, character) in text.char_indices() {
        let before = best[start].score;
        let letter = character.len_utf8();
        let mut has_letter = false;
        model.prefixes.each(&text[start..], |length, id| {
            let Piece { score, kind, .. } = model.pieces[id as usize];
            let score = match kind {
                PieceKind::Unused => return,
                PieceKind::UserDefined => (USER_DEFINED_SCORE * (length - 1) as f64) as f32,
                _ => score,
            };
            best[start + length].or(before + score, start, id);
            has_letter |= length == letter;
        });
        if !has_letter {
            let score = before + model.unknown_score;
            best[start + letter].or(score, start, model.unknown);
        }
    }
    let mut ends = Vec::new();
    let mut end = text.len();
    while let Some(start) = best[end].start {
        ends.push((start, end, best[end].id));
        end = start;
    }
    for (start, end, id) in ends.into_iter().rev() {
        found(id, &text[start..end]);
    }
}
