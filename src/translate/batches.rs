//! Which sources share a batch.

use std::ops::Range;

use crate::seq2seq::Seq2Seq;

/// What a batch may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Padded source tokens, counted once a beam.
    pub tokens: usize,
    /// Hypotheses decoded together.
    pub rows: usize,
}

impl Room {
    /// On a CPU. The tokens keep the caches of a batch of NLLB-600M within some hundred megabytes,
    /// and are where matrix products are already at full speed; each row has logits over the
    /// vocabulary, a megabyte for NLLB's.
    const CPU: Self = Self {
        tokens: 2048,
        rows: 128,
    };

    /// The most rows on a device of its own memory, whatever that holds: more only wait longer for
    /// the first to be done.
    const DEVICE_ROWS: usize = 1024;

    /// For what `network` computes on.
    pub(super) fn of(network: &dyn Seq2Seq, beams: usize) -> Self {
        match network.batch_tokens(beams) {
            Some(tokens) => Self {
                tokens,
                rows: Self::DEVICE_ROWS,
            },
            None => Self::CPU,
        }
    }
}

/// Sorts `lengths` (tokens of each source) into batches of neighbours in length, longest first, so
/// that little is padded and the largest batch comes first. A batch has at most what there is `room`
/// for, or one source.
pub(super) fn batches(lengths: &[usize], beams: usize, room: Room) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(lengths[i]));
    cut(&order, lengths, beams, room)
        .into_iter()
        .map(|range| order[range].to_vec())
        .collect()
}

fn cut(order: &[usize], lengths: &[usize], beams: usize, room: Room) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    while start < order.len() {
        // The first of a batch is its longest.
        let row = lengths[order[start]].max(1) * beams;
        let count = (room.tokens / row).min(room.rows / beams).max(1);
        let end = (start + count).min(order.len());
        ranges.push(start..end);
        start = end;
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(tokens: usize, rows: usize) -> Room {
        Room { tokens, rows }
    }

    #[test]
    fn batches_hold_neighbours_in_length_within_the_room() {
        let lengths = [5, 40, 6, 39, 5];
        let cut = batches(&lengths, 2, room(160, 128));
        assert_eq!(cut, vec![vec![1, 3], vec![2, 0, 4]]);
        let narrow = batches(&lengths, 2, room(160, 4));
        assert_eq!(narrow, vec![vec![1, 3], vec![2, 0], vec![4]]);
    }

    #[test]
    fn a_source_beyond_the_room_goes_alone() {
        let small = room(100, 128);
        assert_eq!(batches(&[500, 500], 4, small), vec![vec![0], vec![1]]);
        assert!(batches(&[], 4, small).is_empty());
    }
}
