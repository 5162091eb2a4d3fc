//! Decodes many requests: a batch that is filled up as sentences end, or batches of sources of similar length.

use std::ops::Range;

use super::batch::{Batch, GenerateError, Request, generate};
use super::options::Options;
use super::search::{Generated, Search};
use crate::seq2seq::Seq2Seq;

/// What a batch may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLimits {
    /// Source tokens, with padding where the network pads, counted once a beam.
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

/// Fewer tokens of sources than this join a batch only if no others wait, since the encoder reads its weights once
/// for all that join together. Chosen as two sentences of the news, and not tuned.
const MIN_JOINING_TOKENS: usize = 64;

/// Decodes `requests` in batches within `limits`; the results are in the order of the requests, one
/// for each. Where the network can, sentences join a batch as others end. `done` is called from time to time
/// with the number of requests that have been done since.
///
/// # Errors
/// As [`generate`]; where sentences can join, a batch is not halved when memory is too small.
pub fn generate_all(
    model: &dyn Seq2Seq,
    requests: &[Request],
    options: &Options,
    limits: BatchLimits,
    done: &mut dyn FnMut(usize),
) -> Result<Vec<Generated>, GenerateError> {
    options.check()?;
    let sizes: Vec<Size> = requests
        .iter()
        .map(|request| Size {
            beams: Search::max_width(options, request.required),
            tokens: request.source.len(),
        })
        .collect();
    let order = longest_first(&sizes);
    let mut results: Vec<Option<Generated>> = vec![None; requests.len()];
    let mut take = |generated: Vec<(usize, Generated)>| {
        let count = generated.len();
        for (i, result) in generated {
            results[i] = Some(result);
        }
        if count > 0 {
            done(count);
        }
    };
    let numbered = |order: &[usize]| -> Vec<(usize, Request)> {
        order.iter().map(|&i| (i, requests[i])).collect()
    };
    if model.can_join() {
        let mut waiting = &order[..];
        let mut batch = Batch::new(model, options);
        while !waiting.is_empty() || !batch.is_empty() {
            let running: Vec<Size> = batch.numbers().map(|i| sizes[i]).collect();
            let (next, rest) = waiting.split_at(joining(&running, waiting, &sizes, limits));
            batch.join(&numbered(next))?;
            waiting = rest;
            take(batch.step()?);
        }
    } else {
        for range in cut(&order, &sizes, limits) {
            let (places, batch): (Vec<usize>, Vec<Request>) =
                numbered(&order[range]).into_iter().unzip();
            let generated = generate(model, &batch, options)?;
            take(places.into_iter().zip(generated).collect());
        }
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

impl Size {
    fn rows(&self) -> usize {
        self.beams.max(1)
    }

    /// Tokens of its source, counted once a beam.
    fn tokens_of_rows(&self) -> usize {
        self.tokens.max(1).saturating_mul(self.rows())
    }
}

/// The order in which requests are decoded: those of the same number of beams together, longest first, so
/// that little is padded and those that end last do not begin last.
fn longest_first(sizes: &[Size]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|&i| (sizes[i].beams, std::cmp::Reverse(sizes[i].tokens)));
    order
}

/// How many of those that wait join the running ones now, the first ones: as many as `limits` leave room
/// for, or none where they would keep the encoder busy for too little.
fn joining(running: &[Size], waiting: &[usize], sizes: &[Size], limits: BatchLimits) -> usize {
    let mut tokens: usize = running.iter().map(Size::tokens_of_rows).sum();
    let mut rows: usize = running.iter().map(Size::rows).sum();
    let mut joining_tokens = 0;
    let mut count = 0;
    for &i in waiting {
        let size = sizes[i];
        tokens = tokens.saturating_add(size.tokens_of_rows());
        rows += size.rows();
        if (tokens > limits.tokens || rows > limits.rows) && rows > size.rows() {
            break;
        }
        joining_tokens += size.tokens;
        count += 1;
    }
    let is_worth_it = joining_tokens >= MIN_JOINING_TOKENS;
    if is_worth_it || running.is_empty() || count == waiting.len() {
        count
    } else {
        0
    }
}

/// Cuts an order into batches of the same number of beams. A batch stays within `limits`, or has one
/// source.
fn cut(order: &[usize], sizes: &[Size], limits: BatchLimits) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    while start < order.len() {
        // The first of a batch is its longest.
        let longest = sizes[order[start]];
        let rows = longest.rows();
        let fitting = (limits.tokens / longest.tokens_of_rows()).min(limits.rows / rows);
        let count = fitting.max(1);
        let alike = order[start..].iter();
        let alike = alike.take_while(|&&i| sizes[i].rows() == rows);
        let end = start.saturating_add(count.min(alike.count()));
        ranges.push(start..end);
        start = end;
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::toy::{END, Toy};

    fn limits(tokens: usize, rows: usize) -> BatchLimits {
        BatchLimits { tokens, rows }
    }

    /// The batches of sources of these lengths with so many beams each.
    fn batches(lengths: &[usize], beams: usize, limits: BatchLimits) -> Vec<Vec<usize>> {
        let size = |&tokens: &usize| Size { beams, tokens };
        let sizes: Vec<Size> = lengths.iter().map(size).collect();
        cut_all(&sizes, limits)
    }

    fn cut_all(sizes: &[Size], limits: BatchLimits) -> Vec<Vec<usize>> {
        let order = longest_first(sizes);
        let batches = cut(&order, sizes, limits).into_iter();
        batches.map(|range| order[range].to_vec()).collect()
    }

    #[test]
    fn sentences_that_need_more_beams_share_batches_of_their_own() {
        let sizes = [(4, 5), (6, 40), (4, 6), (6, 5)];
        let sizes = sizes.map(|(beams, tokens)| Size { beams, tokens });
        let batches = cut_all(&sizes, limits(1000, 128));
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
    fn sentences_join_as_far_as_there_is_room() {
        let size = |(beams, tokens)| Size { beams, tokens };
        let sizes = [(2, 40), (2, 30), (2, 30), (2, 3), (2, 2)].map(size);
        let joining = |running: &[usize], waiting: &[usize]| {
            let running: Vec<Size> = running.iter().map(|&i| sizes[i]).collect();
            super::joining(&running, waiting, &sizes, limits(200, 6))
        };
        // At first as many as fit: 2 × 40 and twice 2 × 30 tokens.
        assert_eq!(joining(&[], &[0, 1, 2, 3, 4]), 3);
        assert_eq!(joining(&[0, 1], &[2, 3, 4]), 0);
        // Room for 60 tokens of sources is little to encode, unless nothing else waits.
        assert_eq!(joining(&[0], &[1, 2, 3, 4]), 0);
        assert_eq!(joining(&[3], &[0, 1, 4]), 2);
        assert_eq!(joining(&[0], &[1, 2]), 2);
        // Rows are bounded too; a source that is too long goes alone.
        assert_eq!(joining(&[3, 4], &[0]), 1);
        let long = [size((4, 5000)), size((4, 4000))];
        let alone = |running: &[Size]| super::joining(running, &[0, 1], &long, limits(100, 6));
        assert_eq!((alone(&[]), alone(&long[1..])), (1, 0));
    }

    #[test]
    fn a_batch_is_filled_up_as_sentences_end() {
        let toy = Toy {
            words: (10..30).collect(),
            rows: Some(Default::default()),
            ..Toy::default()
        };
        let source = [5; 30];
        let lengths = [9, 2, 30, 4, 15, 3, 8, 12, 5, 6];
        let requests = lengths.map(|max_length| Request {
            source: &source,
            max_length,
            required: None,
        });
        let options = Options::ending_with(END);
        let mut done = 0;
        let found = generate_all(&toy, &requests, &options, limits(1000, 4), &mut |more| {
            done += more;
        });
        let found = found.unwrap();
        assert_eq!(done, requests.len());
        let rows = std::mem::take(&mut *toy.rows.as_ref().unwrap().lock().unwrap());
        for (request, found) in requests.iter().zip(found) {
            let alone = generate(&toy, &[*request], &options).unwrap();
            assert_eq!(alone, [found]);
        }
        // Never more than four at once; two leave room for three, whose sources are long enough to join.
        assert_eq!(rows.iter().max(), Some(&4));
        let last_full = rows.iter().rposition(|&rows| rows >= 2).unwrap();
        assert!(rows[..=last_full].iter().all(|&rows| rows >= 2), "{rows:?}");
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
