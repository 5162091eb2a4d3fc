//! Which sources share a batch.

use std::ops::Range;

use crate::seq2seq::Seq2Seq;

/// What a batch may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct BatchLimits {
    /// Padded source tokens, counted once a beam.
    pub tokens: usize,
    /// Hypotheses decoded together.
    pub rows: usize,
}

impl BatchLimits {
    /// On a CPU with so many threads. Two are at full speed with 2,048 tokens; more share out the rows
    /// of a batch, so that there should be more of them. 8,192 tokens keep the caches of a batch of
    /// NLLB-600M within some hundred megabytes, and 256 rows its logits, where a backend holds them.
    fn cpu(threads: usize) -> Self {
        Self {
            tokens: threads.saturating_mul(1024).clamp(2048, 8192),
            rows: threads.saturating_mul(64).clamp(128, 256),
        }
    }

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
            None => Self::cpu(std::thread::available_parallelism().map_or(1, usize::from)),
        }
    }
}

/// Sorts `lengths` (tokens of each source) into batches of neighbours in length, longest first, so
/// that little is padded and the largest batch comes first. A batch has at most what there is `room`
/// for, or one source.
pub(super) fn batches(lengths: &[usize], beams: usize, room: BatchLimits) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(lengths[i]));
    cut(&order, lengths, beams, room)
        .into_iter()
        .map(|range| order[range].to_vec())
        .collect()
}

fn cut(order: &[usize], lengths: &[usize], beams: usize, room: BatchLimits) -> Vec<Range<usize>> {
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

    fn room(tokens: usize, rows: usize) -> BatchLimits {
        BatchLimits { tokens, rows }
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
    fn more_threads_have_room_for_more_within_bounds() {
        let rooms = [1, 2, 4, 64].map(|threads| {
            let BatchLimits { tokens, rows } = BatchLimits::cpu(threads);
            (tokens, rows)
        });
        assert_eq!(rooms, [(2048, 128), (2048, 128), (4096, 256), (8192, 256)]);
    }

    #[test]
    fn a_source_beyond_the_room_goes_alone() {
        let small = room(100, 128);
        assert_eq!(batches(&[500, 500], 4, small), vec![vec![0], vec![1]]);
        assert!(batches(&[], 4, small).is_empty());
    }
}
