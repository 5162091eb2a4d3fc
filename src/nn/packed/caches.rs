//! Keys and values that queries attend to, as 8-bit integers.
//!
//! A large batch reads as much of them as of weights. They are rounded as hidden vectors are, with
//! one scale for each token and head: a token's outlier costs precision in its own head alone. Each
//! sentence is rounded by itself: a result does not depend on the other sentences of its batch.

use std::ops::Range;
use std::sync::Arc;

use super::activations::quantize_group;
use super::attend::{LANES, Source, Token};
use super::buffers::PooledBuffer;
use super::disjoint::DisjointMut;
use super::kernels::{Kernel, multiversion};
use super::pool::{MIN_PARALLEL_NUMBERS, ThreadPool};
use crate::nn::Error;

/// Keys and values of the tokens so far. Those of a step are written once and never moved. A row's
/// path says which row of each step belongs to it, so that reordering beams moves paths and no keys
/// or values.
#[derive(Default)]
pub struct SelfCache {
    /// One a step, in the order of the tokens.
    steps: Vec<Step>,
    /// For each row, the row of each step that is its past.
    paths: Vec<Vec<u32>>,
}

/// Keys and values of one new token a row.
pub(super) struct Step {
    /// `[rows, width]`.
    keys: PooledBuffer<i8>,
    /// `[rows, width]`.
    values: PooledBuffer<i8>,
    /// `[rows, 2 · heads]`: of the keys, then of the values.
    scales: PooledBuffer,
    width: usize,
    heads: usize,
}

/// Writes the rows of a step; several threads share it.
pub(super) struct StepWriter<'a> {
    keys: DisjointMut<'a, i8>,
    values: DisjointMut<'a, i8>,
    scales: DisjointMut<'a, f32>,
    width: usize,
    heads: usize,
}

impl SelfCache {
    /// Sets the number of rows before the first step; later checks that it is the same.
    ///
    /// # Errors
    /// [`Error::NotOnePerRow`] if it is not.
    pub(super) fn expect(&mut self, rows: usize) -> Result<(), Error> {
        if self.steps.is_empty() {
            self.paths = vec![Vec::new(); rows];
        }
        if self.paths.len() != rows {
            return Err(Error::NotOnePerRow {
                what: "tokens",
                found: rows,
                rows: self.paths.len(),
            });
        }
        Ok(())
    }

    /// Tokens of each row.
    pub(super) fn tokens(&self) -> usize {
        self.steps.len()
    }

    /// Appends a token to each row.
    pub(super) fn push(&mut self, step: Step) {
        self.steps.push(step);
        for (row, path) in self.paths.iter_mut().enumerate() {
            path.push(row as u32);
        }
    }

    /// Keys and values of a row's tokens so far, in order; empty if there is no such row.
    pub(super) fn past(&self, row: usize) -> Vec<Token<'_>> {
        let path = self.paths.get(row).into_iter().flatten();
        let tokens = self.steps.iter().zip(path);
        tokens
            .map(|(step, &row)| step.token(row as usize))
            .collect()
    }

    /// Row `i` becomes what row `rows[i]` was.
    pub(super) fn reorder(&mut self, rows: &[usize]) -> Result<(), Error> {
        let path = |&row: &usize| {
            let path = self.paths.get(row).cloned();
            path.ok_or(Error::NotInBatch {
                what: "row",
                index: row,
                count: self.paths.len(),
            })
        };
        self.paths = rows.iter().map(path).collect::<Result<_, _>>()?;
        Ok(())
    }
}

impl Step {
    /// Space for a token of each row, to be overwritten.
    pub(super) fn new(pool: &ThreadPool, rows: usize, width: usize, heads: usize) -> Self {
        Self {
            keys: pool.integers(rows * width),
            values: pool.integers(rows * width),
            scales: pool.floats(rows * 2 * heads),
            width,
            heads,
        }
    }

    /// A writer that several threads share.
    pub(super) fn writer(&mut self) -> StepWriter<'_> {
        StepWriter {
            keys: DisjointMut::new(&mut self.keys, self.width),
            values: DisjointMut::new(&mut self.values, self.width),
            scales: DisjointMut::new(&mut self.scales, 2 * self.heads),
            width: self.width,
            heads: self.heads,
        }
    }

    fn token(&self, row: usize) -> Token<'_> {
        let numbers = row * self.width..(row + 1) * self.width;
        let scales = &self.scales[row * 2 * self.heads..(row + 1) * 2 * self.heads];
        Token::new(&self.keys[numbers.clone()], &self.values[numbers], scales)
    }
}

impl StepWriter<'_> {
    /// Rounds a row's key and value (`[width]`).
    ///
    /// # Safety
    /// Each row is written at most once during the writer's life, and read only through the result.
    #[expect(unsafe_code, reason = "disjoint rows")]
    pub(super) unsafe fn write(
        &self,
        kernel: Kernel,
        row: usize,
        key: &[f32],
        value: &[f32],
    ) -> Token<'_> {
        // SAFETY: rows have no number in common; the caller ensures that this one is written once.
        let (keys, values, scales) = unsafe {
            (
                self.keys.row_mut(row, 0, self.width),
                self.values.row_mut(row, 0, self.width),
                self.scales.row_mut(row, 0, 2 * self.heads),
            )
        };
        let (key_scales, value_scales) = scales.split_at_mut(self.heads);
        quantize_heads(kernel, key, keys, key_scales);
        quantize_heads(kernel, value, values, value_scales);
        Token::new(keys, values, scales)
    }
}

/// Keys and values of the sources, shared by all beams of a sentence.
pub struct CrossMemory {
    /// For each sentence its keys, transposed: `[heads, head_width, tokens]`, tokens rounded up to
    /// whole registers of sixteen, which a query is multiplied with at once.
    keys: Arc<PooledBuffer<i8>>,
    /// For each sentence its values, by head: `[heads, tokens rounded up, head_width]`. In the
    /// order of the projection, a head's values would be a power of two apart and evict each other
    /// from the cache.
    values: Arc<PooledBuffer<i8>>,
    /// For each sentence the scales of its keys, then of its values: `[2, heads, tokens rounded
    /// up]`.
    scales: Arc<PooledBuffer>,
    width: usize,
    heads: usize,
    /// The sentences that are still being decoded, in the decoder's order.
    sentences: Vec<Sentence>,
}

/// The position of a sentence's keys and values.
#[derive(Clone)]
struct Sentence {
    tokens: usize,
    /// In tokens, rounded up.
    range: Range<usize>,
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
            Sentence {
                tokens: tokens.len(),
                range: start..end,
            }
        };
        let ranges: Vec<Sentence> = sentences.iter().map(range).collect();
        let (mut transposed, mut by_head) =
            (pool.integers(end * width), pool.integers(end * width));
        let mut scales = pool.floats(end * 2 * heads);
        let transposed_grid = DisjointMut::new(&mut transposed, width);
        let by_head_grid = DisjointMut::new(&mut by_head, width);
        let scale_grid = DisjointMut::new(&mut scales, 2 * heads);
        let parallel = end * width >= MIN_PARALLEL_NUMBERS;
        pool.run_rows(sentences.len(), parallel, &|sentence| {
            let tokens = sentences[sentence].start * width..sentences[sentence].end * width;
            let range = &ranges[sentence].range;
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
        Self {
            keys: Arc::new(transposed),
            values: Arc::new(by_head),
            scales: Arc::new(scales),
            width,
            heads,
            sentences: ranges,
        }
    }

    /// The number of sentences that are still being decoded.
    pub(super) fn sentences(&self) -> usize {
        self.sentences.len()
    }

    /// Keys and values of a sentence.
    pub(super) fn source(&self, sentence: usize) -> Source<'_> {
        let Sentence { tokens, range } = &self.sentences[sentence];
        let numbers = range.start * self.width..range.end * self.width;
        let scales = &self.scales[range.start * 2 * self.heads..range.end * 2 * self.heads];
        let (key_scales, value_scales) = scales.split_at(scales.len() / 2);
        Source {
            tokens: *tokens,
            keys: &self.keys[numbers.clone()],
            key_scales,
            values: &self.values[numbers],
            value_scales,
        }
    }

    /// Tokens of the longest sentence.
    pub(super) fn longest(&self) -> usize {
        let lengths = self.sentences.iter().map(|sentence| sentence.tokens);
        lengths.max().unwrap_or(0)
    }

    /// Keeps these sentences, in this order.
    pub(super) fn select(&mut self, sentences: &[usize]) -> Result<(), Error> {
        let kept = |&sentence: &usize| {
            let kept = self.sentences.get(sentence).cloned();
            kept.ok_or(Error::NotInBatch {
                what: "sentence",
                index: sentence,
                count: self.sentences.len(),
            })
        };
        self.sentences = sentences.iter().map(kept).collect::<Result<_, _>>()?;
        Ok(())
    }
}

multiversion! {
    /// Rounds the heads of a row, one scale each.
    fn quantize_heads(row: &[f32], integers: &mut [i8], scales: &mut [f32]) {
        debug_assert!(row.len() == integers.len() && row.len().is_multiple_of(scales.len()));
        let head_width = (row.len() / scales.len()).max(1);
        let heads = row.chunks(head_width).zip(integers.chunks_mut(head_width));
        for ((numbers, integers), scale) in heads.zip(scales) {
            *scale = quantize_group(numbers, integers).0;
        }
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
                assert_eq!((memory.sentences(), memory.longest()), (5, 40));
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
    fn a_row_that_replaces_another_has_its_past() {
        let (pool, kernel, width, heads) = (ThreadPool::new(1), Kernel::detect(), 8, 2);
        let mut cache = SelfCache::default();
        let append = |cache: &mut SelfCache, numbers: [f32; 2]| {
            cache.expect(2).unwrap();
            let mut step = Step::new(&pool, 2, width, heads);
            let writer = step.writer();
            for (row, number) in numbers.into_iter().enumerate() {
                // SAFETY: each row is written once, by this thread.
                #[expect(unsafe_code, reason = "disjoint rows")]
                unsafe {
                    writer.write(kernel, row, &[number; 8], &[-number; 8]);
                }
            }
            cache.push(step);
        };
        append(&mut cache, [1.0, 2.0]);
        append(&mut cache, [3.0, 4.0]);
        cache.reorder(&[1, 1]).unwrap();
        append(&mut cache, [5.0, 6.0]);
        assert_eq!(cache.tokens(), 3);
        let found = |row: usize| -> Vec<(f32, f32)> {
            let first = |token: &Token| token.first();
            cache.past(row).iter().map(first).collect()
        };
        assert_eq!(found(0), [(2.0, -2.0), (4.0, -4.0), (5.0, -5.0)]);
        assert_eq!(found(1), [(2.0, -2.0), (4.0, -4.0), (6.0, -6.0)]);
        assert!(cache.past(2).is_empty());
        assert!(matches!(cache.reorder(&[2]), Err(Error::NotInBatch { .. })));
        assert!(matches!(cache.expect(3), Err(Error::NotOnePerRow { .. })));
    }
}
