//! Pieces, found by what a text begins with.

use super::file::{FileError, Piece};

/// Some texts, each with an id, in the order of their bytes.
#[derive(Debug)]
pub(super) struct Prefixes {
    sorted: Vec<(Box<str>, u32)>,
    /// Where the texts of each first byte begin, and one entry more.
    starts: Vec<usize>,
}

impl Prefixes {
    /// # Errors
    /// If a text is there twice.
    pub(super) fn new<'a>(
        pieces: impl Iterator<Item = (u32, &'a Piece)>,
    ) -> Result<Self, FileError> {
        let mut sorted: Vec<(Box<str>, u32)> =
            pieces.map(|(id, piece)| (piece.text.clone(), id)).collect();
        sorted.sort_unstable();
        let twice = sorted.windows(2).find(|pair| pair[0].0 == pair[1].0);
        if let Some([_, (_, id)]) = twice {
            return Err(FileError::Twice(*id as usize));
        }
        let first = |text: &str| text.as_bytes().first().map_or(0, |&byte| usize::from(byte));
        let starts = (0..=256)
            .map(|byte| sorted.partition_point(|(text, _)| first(text) < byte))
            .collect();
        Ok(Self { sorted, starts })
    }

    /// The id of a text.
    pub(super) fn id(&self, text: &str) -> Option<u32> {
        let found = self.sorted.binary_search_by(|(own, _)| (**own).cmp(text));
        found.ok().map(|at| self.sorted[at].1)
    }

    /// Gives `found` the length and the id of each that `text` begins with, the shortest first.
    pub(super) fn each(&self, text: &str, mut found: impl FnMut(usize, u32)) {
        let text = text.as_bytes();
        let Some(&first) = text.first() else {
            return;
        };
        let first = usize::from(first);
        let mut rest = &self.sorted[self.starts[first]..self.starts[first + 1]];
        let mut length = 1;
        // `rest` has those whose first `length` bytes are the text's.
        while let Some(((own, id), longer)) = rest.split_first() {
            if own.len() == length {
                found(length, *id);
                rest = longer;
            }
            let Some(&byte) = text.get(length) else {
                return;
            };
            let at = |(own, _): &(Box<str>, u32)| own.as_bytes()[length];
            let start = rest.partition_point(|piece| at(piece) < byte);
            rest = &rest[start..];
            let end = rest.partition_point(|piece| at(piece) <= byte);
            rest = &rest[..end];
            length += 1;
        }
    }

    /// The length of the longest that `text` begins with.
    pub(super) fn longest(&self, text: &str) -> Option<usize> {
        let mut longest = None;
        if !self.sorted.is_empty() {
            self.each(text, |length, _| longest = Some(length));
        }
        longest
    }
}
