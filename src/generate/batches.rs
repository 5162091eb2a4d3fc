//! Decodes many requests in batches of sources of similar length.

use std::ops::Range;

use super::batch::{GenerateError, Request, generate};
use super::options::Options;
use super::search::{Generated, Search};
use crate::seq2seq::Seq2Seq;

/// What a batch may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimits {
    /// Padded source tokens, counted once a beam.
    pub tokens: usize,
    /// Hypotheses decoded together.
    pub rows: usize,
}

impl BatchLimits {
    /// On a CPU with this many threads. Two are at full speed with 2,048 tokens; more threads need more
    /// rows to share. With 8,192 tokens the caches of a batch of NLLB-600M take some hundred megabytes,
    /// as do its logits with 256 rows, on a backend that holds them.
    pub fn cpu(threads: usize) -> Self {
        Self {
            tokens: threads.saturating_mul(1024).clamp(2048, 8192),
            rows: threads.saturating_mul(64).clamp(128, 256),
        }
    }

    /// On a device whose memory holds this many tokens. With more than 1,024 rows only the wait for the
    /// first result grows.
    pub fn device(tokens: usize) -> Self {
        Self { tokens, rows: 1024 }
    }
}

/// Decodes `requests` in batches within `limits`; the results are in the order of the requests, one
/// for each. `done` is called after each batch with the number of its requests.
///
/// # Errors
/// As [`generate`].
pub fn generate_all(
    model: &dyn Seq2Seq,
    requests: &[Request],
    options: &Options,
    limits: BatchLimits,
    done: &mut dyn FnMut(usize),
) -> Result<Vec<Generated>, GenerateError> {
    let sizes: Vec<Size> = requests
        .iter()
        .map(|request| Size {
            beams: Search::max_width(options, request.required),
            tokens: request.source.len(),
        })
        .collect();
    let mut results: Vec<Option<Generated>> = vec![None; requests.len()];
    for batch in batches(&sizes, limits) {
        let own: Vec<Request> = batch.iter().map(|&i| requests[i]).collect();
        let generated = generate(model, &own, options)?;
        for (&i, result) in batch.iter().zip(generated) {
            results[i] = Some(result);
        }
        done(batch.len());
    }
    complete(results)
}

/// All results, or an error if one is missing.
fn complete(results: Vec<Option<Generated>>) -> Result<Vec<Generated>, GenerateError> {
    let expected = results.len();
    let complete: Vec<Generated> = results.into_iter().flatten().collect();
    match complete.len() {
        found if found == expected => Ok(complete),
        found => Err(GenerateError::Results { expected, found }),
    }
}

/// What a request takes of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Size {
    /// Its hypotheses, at most.
    beams: usize,
    /// Tokens of its source.
    tokens: usize,
}

/// Sorts requests into batches of the same number of beams and of neighbours in length, longest
/// first, so that little is padded and the largest batch comes first. A batch stays within `limits`,
/// or has one source.
fn batches(sizes: &[Size], limits: BatchLimits) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|&i| (sizes[i].beams, std::cmp::Reverse(sizes[i].tokens)));
    cut(&order, sizes, limits)
        .into_iter()
        .map(|range| order[range].to_vec())
        .collect()
}

fn cut(order: &[usize], sizes: &[Size], limits: BatchLimits) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    while start < order.len() {
        // The first of a batch is its longest.
        let Size { beams, tokens } = sizes[order[start]];
        let beams = beams.max(1);
        let row = tokens.max(1).saturating_mul(beams);
        let count = (limits.tokens / row).min(limits.rows / beams).max(1);
        let alike = order[start..].iter();
        let alike = alike.take_while(|&&i| sizes[i].beams.max(1) == beams);
        let end = start.saturating_add(count.min(alike.count()));
        ranges.push(start..end);
        start = end;
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(tokens: usize, rows: usize) -> BatchLimits {
        BatchLimits { tokens, rows }
    }

    /// The batches of sources of these lengths with so many beams each.
    fn batches(lengths: &[usize], beams: usize, limits: BatchLimits) -> Vec<Vec<usize>> {
        let size = |&tokens: &usize| Size { beams, tokens };
        let sizes: Vec<Size> = lengths.iter().map(size).collect();
        super::batches(&sizes, limits)
    }

    #[test]
    fn sentences_that_need_more_beams_share_batches_of_their_own() {
        let sizes = [(4, 5), (6, 40), (4, 6), (6, 5)];
        let sizes = sizes.map(|(beams, tokens)| Size { beams, tokens });
        let batches = super::batches(&sizes, limits(1000, 128));
        assert_eq!(batches, [[2, 0], [1, 3]]);
    }

    #[test]
    fn a_result_that_is_missing_is_an_error() {
        let generated = Generated {
            tokens: vec![2],
            log_prob: -1.0,
            ended: true,
            others: Vec::new(),
        };
        let results = vec![Some(generated.clone()), None, Some(generated.clone())];
        let error = complete(results).unwrap_err();
        let expected = GenerateError::Results {
            expected: 3,
            found: 2,
        };
        assert_eq!(error.to_string(), expected.to_string());
        assert_eq!(complete(vec![Some(generated)]).unwrap().len(), 1);
    }

    #[test]
    fn batches_hold_neighbours_in_length_within_the_limits() {
        let lengths = [5, 40, 6, 39, 5];
        let cut = batches(&lengths, 2, limits(160, 128));
        assert_eq!(cut, vec![vec![1, 3], vec![2, 0, 4]]);
        let narrow = batches(&lengths, 2, limits(160, 4));
        assert_eq!(narrow, vec![vec![1, 3], vec![2, 0], vec![4]]);
    }

    #[test]
    fn more_threads_get_larger_batches_within_bounds() {
        let limits = [1, 2, 4, 64].map(|threads| {
            let BatchLimits { tokens, rows } = BatchLimits::cpu(threads);
            (tokens, rows)
        });
        assert_eq!(limits, [(2048, 128), (2048, 128), (4096, 256), (8192, 256)]);
    }

    #[test]
    fn a_source_beyond_the_limits_goes_alone() {
        let small = limits(100, 128);
        assert_eq!(batches(&[500, 500], 4, small), vec![vec![0], vec![1]]);
        assert!(batches(&[], 4, small).is_empty());
    }
}
