//! Byte-pair encoding: neighbours are joined, the best pair first, of equal ones the first.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};
use std::ops::Range;

use super::Model;
use super::file::PieceKind;

/// A part of the text, between what it may be joined with.
struct Part {
    /// Where it is; empty if it was joined with the part before it.
    at: Range<usize>,
    before: Option<usize>,
    after: Option<usize>,
    /// Whether it stays as it is.
    is_kept: bool,
}

/// Two neighbours whose texts together are a piece.
struct Pair {
    score: f32,
    left: usize,
    right: usize,
    /// The bytes of both, by which a pair is recognised that has changed.
    length: usize,
}

impl Ord for Pair {
    fn cmp(&self, other: &Self) -> Ordering {
        // Scores are finite, and 0 is -0.
        let by_score = self.score.partial_cmp(&other.score);
        let by_score = by_score.unwrap_or(Ordering::Equal);
        by_score.then(other.left.cmp(&self.left))
    }
}

impl PartialOrd for Pair {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Pair {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Pair {}

/// The parts of a text, and the pairs that can be joined.
struct Joining<'a> {
    model: &'a Model,
    text: &'a str,
    parts: Vec<Part>,
    pairs: BinaryHeap<Pair>,
    /// How long the left part was of what was joined to a piece that is not to be used.
    taken_apart: HashMap<&'a str, usize>,
}

/// Splits a normalised text: gives `found` each piece's id and text.
pub(super) fn split<'a>(model: &'a Model, text: &'a str, mut found: impl FnMut(u32, &'a str)) {
    let mut joining = Joining {
        model,
        text,
        parts: parts(model, text),
        pairs: BinaryHeap::new(),
        taken_apart: HashMap::new(),
    };
    for right in 1..joining.parts.len() {
        joining.add(Some(right - 1), Some(right));
    }
    while let Some(pair) = joining.pairs.pop() {
        joining.join(&pair);
    }
    let mut next = (!joining.parts.is_empty()).then_some(0);
    while let Some(place) = next {
        let part = &joining.parts[place];
        joining.give(&text[part.at.clone()], &mut found);
        next = part.after;
    }
}

/// The letters and the user-defined pieces of a text.
fn parts(model: &Model, text: &str) -> Vec<Part> {
    let mut parts = Vec::with_capacity(text.len());
    let mut start = 0;
    while let Some(letter) = text[start..].chars().next() {
        let kept = model.user_defined.longest(&text[start..]);
        let end = start + kept.unwrap_or(letter.len_utf8());
        let place = parts.len();
        parts.push(Part {
            at: start..end,
            before: place.checked_sub(1),
            after: (end < text.len()).then_some(place + 1),
            is_kept: kept.is_some(),
        });
        start = end;
    }
    parts
}

impl<'a> Joining<'a> {
    /// Adds a pair, if it is one and together a piece.
    fn add(&mut self, left: Option<usize>, right: Option<usize>) {
        let (Some(left), Some(right)) = (left, right) else {
            return;
        };
        let [one, other] = [&self.parts[left], &self.parts[right]];
        if one.is_kept || other.is_kept {
            return;
        }
        let text = &self.text[one.at.start..other.at.end];
        let Some(id) = self.model.prefixes.id(text) else {
            return;
        };
        let piece = &self.model.pieces[id as usize];
        if piece.kind == PieceKind::Unused {
            self.taken_apart.insert(text, one.at.len());
        }
        self.pairs.push(Pair {
            score: piece.score,
            left,
            right,
            length: text.len(),
        });
    }

    fn join(&mut self, pair: &Pair) {
        let &Pair { left, right, .. } = pair;
        let [one, other] = [&self.parts[left].at, &self.parts[right].at];
        if one.is_empty() || other.is_empty() || one.len() + other.len() != pair.length {
            return;
        }
        let end = other.end;
        self.parts[right].at = end..end;
        let after = self.parts[right].after;
        self.parts[left].at.end = end;
        self.parts[left].after = after;
        if let Some(after) = after {
            self.parts[after].before = Some(left);
        }
        self.add(self.parts[left].before, Some(left));
        self.add(Some(left), after);
    }

    /// Gives a part to `found`, or the parts that were joined to it, if it is a piece not to be used.
    fn give(&self, text: &'a str, found: &mut impl FnMut(u32, &'a str)) {
        let mut rest = vec![text];
        while let Some(text) = rest.pop() {
            let id = self.model.prefixes.id(text);
            let id = id.unwrap_or(self.model.unknown);
            let is_unused = self.model.pieces[id as usize].kind == PieceKind::Unused;
            match self.taken_apart.get(text).filter(|_| is_unused) {
                Some(&left) => rest.extend([&text[left..], &text[..left]]),
                None => found(id, text),
            }
        }
    }
}
