//! Which sources share a batch.

use std::ops::Range;

/// The most hypotheses decoded together: each has logits over the vocabulary, a megabyte for NLLB's.
const MOST_ROWS: usize = 128;

/// Sorts `lengths` (tokens of each source) into batches of neighbours in length, longest first, so
/// that little is padded and the largest batch comes first. A batch has at most `budget` padded
/// tokens, counted once a beam, and [`MOST_ROWS`] rows; or one source.
pub(super) fn batches(lengths: &[usize], beams: usize, budget: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(lengths[i]));
    cut(&order, lengths, beams, budget)
        .into_iter()
        .map(|range| order[range].to_vec())
        .collect()
}

fn cut(order: &[usize], lengths: &[usize], beams: usize, budget: usize) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    while start < order.len() {
        // The first of a batch is its longest.
        let row = lengths[order[start]].max(1) * beams;
        let count = (budget / row).min(MOST_ROWS / beams).max(1);
        let end = (start + count).min(order.len());
        ranges.push(start..end);
        start = end;
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_hold_neighbours_in_length_within_the_budget() {
        let lengths = [5, 40, 6, 39, 5];
        assert_eq!(batches(&lengths, 2, 160), vec![vec![1, 3], vec![2, 0, 4]]);
    }

    #[test]
    fn a_source_beyond_the_budget_goes_alone() {
        assert_eq!(batches(&[500, 500], 4, 100), vec![vec![0], vec![1]]);
        assert!(batches(&[], 4, 100).is_empty());
    }
}
