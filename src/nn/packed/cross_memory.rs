//! Keys and values of the sources, as 8-bit integers.
//!
//! They are rounded as those of a [`SelfCache`](super::self_cache::SelfCache) are. Each
//! sentence is rounded by itself: a result does not depend on the other sentences of its batch.

use std::ops::Range;
use std::sync::Arc;

use super::activations::quantize_group;
use super::attend::{LANES, Source};
use super::buffers::PooledBuffer;
use super::disjoint::DisjointMut;
use super::kernels::{Kernel, multiversion};
use super::pool::{MIN_PARALLEL_NUMBERS, ThreadPool};
use crate::nn::Error;

/// Keys and values of the sources, shared by all beams of a sentence.
pub struct CrossMemory {
    /// The sentences that are still being decoded, in the decoder's order.
    sentences: Vec<Sentence>,
}

/// Keys and values of the sentences that were encoded together, held until the last of them has ended.
struct Encoded {
    /// For each sentence its keys, transposed: `[heads, head_width, tokens]`, tokens rounded up to
    /// whole registers of sixteen, which a query is multiplied with at once.
    keys: PooledBuffer<i8>,
    /// For each sentence its values, by head: `[heads, tokens rounded up, head_width]`. In the
    /// order of the projection, a head's values would be a power of two apart and evict each other
    /// from the cache.
    values: PooledBuffer<i8>,
    /// For each sentence the scales of its keys, then of its values: `[2, heads, tokens rounded
    /// up]`.
    scales: PooledBuffer,
    width: usize,
    heads: usize,
}

/// A sentence's keys and values, and its hypotheses.
#[derive(Clone)]
struct Sentence {
    /// What holds its keys and values.
    encoded: Arc<Encoded>,
    tokens: usize,
    /// Its place there, in tokens rounded up.
    range: Range<usize>,
    /// The rows that attend to it.
    rows: usize,
}

impl CrossMemory {
    /// Rounds keys and values (each `[tokens, width]`); `sentences` are the token ranges of the
    /// sentences, none of them empty.
    pub(super) fn new(
        pool: &ThreadPool,
        kernel: Kernel,
        [keys, values]: [&[f32]; 2],
        sentences: &[Range<usize>],
        width: usize,
        heads: usize,
    ) -> Self {
        let mut end = 0;
        let range = |tokens: &Range<usize>| {
            let start = end;
            end += tokens.len().next_multiple_of(LANES);
            start..end
        };
        let ranges: Vec<Range<usize>> = sentences.iter().map(range).collect();
        let (mut transposed, mut by_head) =
            (pool.integers(end * width), pool.integers(end * width));
        let mut scales = pool.floats(end * 2 * heads);
        let transposed_grid = DisjointMut::new(&mut transposed, width);
        let by_head_grid = DisjointMut::new(&mut by_head, width);
        let scale_grid = DisjointMut::new(&mut scales, 2 * heads);
        let parallel = end * width >= MIN_PARALLEL_NUMBERS;
        pool.run_rows(sentences.len(), parallel, &|sentence| {
            let tokens = sentences[sentence].start * width..sentences[sentence].end * width;
            let range = &ranges[sentence];
            // SAFETY: the sentences' ranges do not overlap, and `run_rows` does each sentence once.
            #[expect(unsafe_code, reason = "disjoint rows")]
            let (transposed, by_head, scales) = unsafe {
                (
                    transposed_grid.rows_mut(range.clone()),
                    by_head_grid.rows_mut(range.clone()),
                    scale_grid.rows_mut(range.clone()),
                )
            };
            let (key_scales, value_scales) = scales.split_at_mut(range.len() * heads);
            transpose_keys(kernel, &keys[tokens.clone()], width, transposed, key_scales);
            group_values_by_head(kernel, &values[tokens], width, by_head, value_scales);
        });
        let encoded = Arc::new(Encoded {
            keys: transposed,
            values: by_head,
            scales,
            width,
            heads,
        });
        let sentence = |(range, tokens): (Range<usize>, &Range<usize>)| Sentence {
            encoded: Arc::clone(&encoded),
            tokens: tokens.len(),
            range,
            rows: 1,
        };
        Self {
            sentences: ranges.into_iter().zip(sentences).map(sentence).collect(),
        }
    }

    /// Keys and values of a sentence.
    pub(super) fn source(&self, sentence: usize) -> Source<'_> {
        let Sentence {
            encoded,
            tokens,
            range,
            ..
        } = &self.sentences[sentence];
        let numbers = range.start * encoded.width..range.end * encoded.width;
        let of_token = 2 * encoded.heads;
        let scales = &encoded.scales[range.start * of_token..range.end * of_token];
        let (key_scales, value_scales) = scales.split_at(scales.len() / 2);
        Source {
            tokens: *tokens,
            keys: &encoded.keys[numbers.clone()],
            key_scales,
            values: &encoded.values[numbers],
            value_scales,
        }
    }

    /// The rows of each sentence, counted through.
    pub(super) fn rows_of_sentences(&self) -> Vec<Range<usize>> {
        let mut end = 0;
        let rows = self.sentences.iter().map(|sentence| {
            let start = end;
            end += sentence.rows;
            start..end
        });
        rows.collect()
    }

    /// The rows of all sentences.
    pub(super) fn rows(&self) -> usize {
        self.sentences.iter().map(|sentence| sentence.rows).sum()
    }

    /// Tokens of the longest sentence.
    pub(super) fn longest(&self) -> usize {
        let lengths = self.sentences.iter().map(|sentence| sentence.tokens);
        lengths.max().unwrap_or(0)
    }

    /// Keeps these sentences, in this order, each with so many rows.
    pub(super) fn select(&mut self, sentences: &[usize], rows: &[usize]) -> Result<(), Error> {
        let kept = |(&index, &rows): (&usize, &usize)| match self.sentences.get(index) {
            Some(sentence) => Ok(Sentence {
                rows,
                ..sentence.clone()
            }),
            None => Err(Error::NotInBatch {
                what: "sentence",
                index,
                count: self.sentences.len(),
            }),
        };
        let kept = sentences.iter().zip(rows).map(kept);
        self.sentences = kept.collect::<Result<_, _>>()?;
        Ok(())
    }

    /// Adds the sentences of `other` after its own.
    pub(super) fn join(&mut self, other: Self) {
        self.sentences.extend(other.sentences);
    }
}

multiversion! {
    /// Rounds the rows of `keys` (`[tokens, width]`) and writes them into the columns of
    /// `transposed` (`[width, tokens rounded up]`), their scales into those of `scales` (`[heads,
    /// tokens rounded up]`); the columns beyond the tokens are left as they are.
    fn transpose_keys(keys: &[f32], width: usize, transposed: &mut [i8], scales: &mut [f32]) {
        let padded = transposed.len() / width;
        let heads = scales.len() / padded;
        let head_width = (width / heads).max(1);
        let mut integers = vec![0; LANES * head_width];
        for (head, (transposed, scales)) in transposed
            .chunks_exact_mut(head_width * padded)
            .zip(scales.chunks_exact_mut(padded))
            .enumerate()
        {
            // As many tokens as fill a register, since their columns are adjacent.
            for (first, keys) in (0..padded).step_by(LANES).zip(keys.chunks(LANES * width)) {
                for ((key, integers), scale) in keys
                    .chunks_exact(width)
                    .zip(integers.chunks_exact_mut(head_width))
                    .zip(&mut scales[first..])
                {
                    let part = &key[head * head_width..][..head_width];
                    *scale = quantize_group(part, integers).0;
                }
                for (input, columns) in transposed.chunks_exact_mut(padded).enumerate() {
                    let columns = &mut columns[first..first + LANES];
                    for (token, column) in columns.iter_mut().enumerate() {
                        *column = integers[token * head_width + input];
                    }
                }
            }
        }
    }
}

multiversion! {
    /// Rounds the rows of `values` (`[tokens, width]`) and writes them by head to `by_head`
    /// (`[heads, tokens rounded up, head_width]`), their scales to `scales` (`[heads, tokens
    /// rounded up]`).
    fn group_values_by_head(values: &[f32], width: usize, by_head: &mut [i8], scales: &mut [f32]) {
        let padded = by_head.len() / width;
        let heads = scales.len() / padded;
        let head_width = (width / heads).max(1);
        for (token, value) in values.chunks_exact(width).enumerate() {
            for (head, part) in value.chunks_exact(head_width).enumerate() {
                let at = head * padded + token;
                let integers = &mut by_head[at * head_width..][..head_width];
                scales[at] = quantize_group(part, integers).0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::packed::testing::weights;

    /// The numbers that a head's integers and scale represent.
    fn numbers<'a>(
        integers: impl Iterator<Item = &'a i8> + 'a,
        scale: f32,
    ) -> impl Iterator<Item = f32> + 'a {
        integers.map(move |&integer| f32::from(integer) * scale)
    }

    #[track_caller]
    fn assert_near(found: impl Iterator<Item = f32>, exact: &[f32]) {
        let largest = exact.iter().fold(0.0, |m, x| f32::max(m, x.abs()));
        let found: Vec<f32> = found.collect();
        assert_eq!(found.len(), exact.len());
        for (found, exact) in found.iter().zip(exact) {
            assert!((found - exact).abs() <= largest / 250.0, "{found} {exact}");
        }
    }

    #[test]
    fn a_source_is_what_was_projected_to_eight_bits_whatever_its_length_and_batch() {
        let lengths = [1, 15, 16, 17, 40];
        for (heads, head_width) in [(2, 64), (4, 16), (3, 5)] {
            let width = heads * head_width;
            let mut end = 0;
            let sentences = lengths.map(|length| {
                end += length;
                end - length..end
            });
            let (keys, values) = (weights(end, width, 1), weights(end, width, 2));
            for kernel in Kernel::available() {
                let (pool, maps) = (ThreadPool::new(2), [&keys[..], &values[..]]);
                let memory = CrossMemory::new(&pool, kernel, maps, &sentences, width, heads);
                assert_eq!((memory.rows(), memory.longest()), (5, 40));
                for (sentence, tokens) in sentences.iter().enumerate() {
                    let source = memory.source(sentence);
                    assert_eq!(source.tokens, tokens.len());
                    let padded = source.tokens.next_multiple_of(LANES);
                    for (token, head) in
                        (0..source.tokens).flat_map(|t| (0..heads).map(move |head| (t, head)))
                    {
                        let place = (tokens.start + token) * width + head * head_width;
                        let column = source.keys[head * head_width * padded + token..]
                            .iter()
                            .step_by(padded)
                            .take(head_width);
                        let found = numbers(column, source.key_scales[head * padded + token]);
                        assert_near(found, &keys[place..place + head_width]);
                        let row = source.values[(head * padded + token) * head_width..]
                            .iter()
                            .take(head_width);
                        let found = numbers(row, source.value_scales[head * padded + token]);
                        assert_near(found, &values[place..place + head_width]);
                    }
                }
            }
        }
    }

    #[test]
    fn sentences_that_join_keep_their_sources_and_those_before_keep_their_rows() {
        let (pool, kernel, width) = (ThreadPool::new(1), Kernel::detect(), 16);
        let memory = |lengths: &[usize], seed| {
            let mut end = 0;
            let sentence = |length: &usize| {
                end += length;
                end - length..end
            };
            let sentences: Vec<Range<usize>> = lengths.iter().map(sentence).collect();
            let numbers = weights(end, width, seed);
            CrossMemory::new(&pool, kernel, [&numbers, &numbers], &sentences, width, 2)
        };
        let mut joined = memory(&[3, 20], 1);
        joined.select(&[1], &[4]).unwrap();
        joined.join(memory(&[7, 5], 2));
        assert_eq!(joined.rows_of_sentences(), [0..4, 4..5, 5..6]);
        assert_eq!((joined.rows(), joined.longest()), (6, 20));
        let of = |memory: &CrossMemory, sentence| {
            let Source { tokens, keys, .. } = memory.source(sentence);
            (tokens, keys.to_vec())
        };
        assert_eq!(of(&joined, 0), of(&memory(&[3, 20], 1), 1));
        assert_eq!(of(&joined, 2), of(&memory(&[7, 5], 2), 1));
        assert!(joined.select(&[3], &[1]).is_err());
    }
}
