//! Multi-head attention with its caches, on plain slices.
//!
//! Nothing is padded: every sentence has its own length. A step's keys and values are written once and
//! never moved; which of them belong to a row is told by the row's path, so that beams that change
//! places exchange paths and no numbers.

use std::ops::Range;
use std::sync::Arc;

use super::kernels::{Kernel, multiversion};
use super::matrix::{Linear, project};
use super::pool::Pool;
use super::vector::{dot, softmax};
use crate::nn::Error;

/// Multiplications below this many are not worth a second thread.
const ALONE: usize = 1 << 16;

/// The projections of one attention.
pub struct Attention {
    pub(super) query: Linear,
    pub(super) key: Linear,
    pub(super) value: Linear,
    pub(super) output: Linear,
    pub(super) heads: usize,
}

/// Keys and values of the tokens so far.
#[derive(Default)]
pub struct SelfCache {
    /// One a step, each `[rows of that step, width]`.
    steps: Vec<(Vec<f32>, Vec<f32>)>,
    /// For each row, which row of each step is its past.
    paths: Vec<Vec<u32>>,
}

/// Keys and values of the sources, shared by all beams of a sentence.
pub struct CrossMemory {
    /// `[tokens of all sources, width]`.
    keys: Arc<Vec<f32>>,
    values: Arc<Vec<f32>>,
    /// The tokens of each sentence that is still translated.
    sentences: Vec<Range<usize>>,
}

/// What a row attends to: its keys and values in their order.
struct Past<'a> {
    keys: Vec<&'a [f32]>,
    values: Vec<&'a [f32]>,
}

impl Attention {
    /// Self-attention over whole sources: `hidden` `[tokens, width]`, `sentences` their tokens.
    pub(super) fn encode(
        &self,
        pool: &Pool,
        kernel: Kernel,
        hidden: &[f32],
        sentences: &[Range<usize>],
    ) -> Vec<f32> {
        let maps = [&self.query, &self.key, &self.value];
        let [queries, keys, values] = project(pool, kernel, maps, hidden, None);
        let width = self.width();
        let pasts: Vec<Past> = sentences
            .iter()
            .map(|tokens| Past::of(&keys, &values, tokens, width))
            .collect();
        let mut owner = vec![0; queries.len() / width.max(1)];
        for (sentence, tokens) in sentences.iter().enumerate() {
            if let Some(owner) = owner.get_mut(tokens.clone()) {
                owner.fill(sentence);
            }
        }
        self.finish(pool, kernel, &queries, &pasts, &|row| owner[row])
    }

    /// Self-attention of one new token a row, `[rows, width]`.
    pub(super) fn decode(
        &self,
        pool: &Pool,
        kernel: Kernel,
        hidden: &[f32],
        cache: &mut SelfCache,
    ) -> Result<Vec<f32>, Error> {
        let maps = [&self.query, &self.key, &self.value];
        let [queries, keys, values] = project(pool, kernel, maps, hidden, None);
        let width = self.width();
        let rows = queries.len() / width.max(1);
        if cache.steps.is_empty() {
            cache.paths = vec![Vec::new(); rows];
        }
        if cache.paths.len() != rows {
            let reason = format!("{rows} rows for a cache of {}", cache.paths.len());
            return Err(Error::Invalid(reason));
        }
        for (row, path) in cache.paths.iter_mut().enumerate() {
            path.push(row as u32);
        }
        cache.steps.push((keys, values));
        let pasts: Vec<Past> = cache
            .paths
            .iter()
            .map(|path| cache.past(path, width))
            .collect();
        Ok(self.finish(pool, kernel, &queries, &pasts, &|row| row))
    }

    /// Keys and values of the sources, `encoded` `[tokens, width]`.
    pub(super) fn memorise(
        &self,
        pool: &Pool,
        kernel: Kernel,
        encoded: &[f32],
        sentences: &[Range<usize>],
    ) -> CrossMemory {
        let [keys, values] = project(pool, kernel, [&self.key, &self.value], encoded, None);
        CrossMemory {
            keys: Arc::new(keys),
            values: Arc::new(values),
            sentences: sentences.to_vec(),
        }
    }

    /// Attention of one new token a row, `[rows, width]`, to its sentence's source; the rows of a
    /// sentence lie together, as many for each.
    pub(super) fn cross(
        &self,
        pool: &Pool,
        kernel: Kernel,
        hidden: &[f32],
        memory: &CrossMemory,
    ) -> Result<Vec<f32>, Error> {
        let [queries] = project(pool, kernel, [&self.query], hidden, None);
        let width = self.width();
        let (rows, sentences) = (queries.len() / width.max(1), memory.sentences.len());
        if sentences == 0 || !rows.is_multiple_of(sentences) {
            return Err(Error::Invalid(format!(
                "{rows} rows cannot be shared out to {sentences} sentences"
            )));
        }
        let pasts: Vec<Past> = memory
            .sentences
            .iter()
            .map(|tokens| Past::of(&memory.keys, &memory.values, tokens, width))
            .collect();
        let beams = rows / sentences;
        Ok(self.finish(pool, kernel, &queries, &pasts, &|row| row / beams))
    }

    fn width(&self) -> usize {
        self.query.weight.outputs
    }

    /// Each query row attends to the past `past_of` names for it; then the output projection.
    fn finish(
        &self,
        pool: &Pool,
        kernel: Kernel,
        queries: &[f32],
        pasts: &[Past],
        past_of: &(dyn Fn(usize) -> usize + Sync),
    ) -> Vec<f32> {
        let width = self.width();
        let mut context = vec![0.0; queries.len()];
        let longest = pasts.iter().map(|past| past.keys.len()).max().unwrap_or(0);
        let attend_row = |row: usize, context: &mut [f32]| {
            let query = &queries[row * width..(row + 1) * width];
            attend(kernel, query, &pasts[past_of(row)], self.heads, context);
        };
        if queries.len() * longest < ALONE {
            context
                .chunks_mut(width)
                .enumerate()
                .for_each(|(row, context)| attend_row(row, context));
        } else {
            pool.run_chunks(&mut context, width, &attend_row);
        }
        let [output] = project(pool, kernel, [&self.output], &context, None);
        output
    }
}

impl<'a> Past<'a> {
    fn of(keys: &'a [f32], values: &'a [f32], tokens: &Range<usize>, width: usize) -> Self {
        let rows = |numbers: &'a [f32]| -> Vec<&'a [f32]> {
            tokens
                .clone()
                .map(|token| &numbers[token * width..(token + 1) * width])
                .collect()
        };
        Self {
            keys: rows(keys),
            values: rows(values),
        }
    }
}

multiversion! {
    /// Softmax attention of one query (`[width]`) over its past, head by head, to `context` (`[width]`).
    fn attend(query: &[f32], past: &Past, heads: usize, context: &mut [f32]) {
        let width = query.len() / heads;
        let scale = 1.0 / (width as f32).sqrt();
        let mut weights = vec![0.0; past.keys.len()];
        for ((head, query), context) in query
            .chunks_exact(width)
            .enumerate()
            .zip(context.chunks_exact_mut(width))
        {
            let part = head * width..(head + 1) * width;
            for (weight, key) in weights.iter_mut().zip(&past.keys) {
                *weight = dot(query, &key[part.clone()]) * scale;
            }
            softmax(&mut weights);
            context.fill(0.0);
            for (weight, value) in weights.iter().zip(&past.values) {
                for (sum, value) in context.iter_mut().zip(&value[part.clone()]) {
                    *sum += weight * value;
                }
            }
        }
    }
}

impl SelfCache {
    fn past(&self, path: &[u32], width: usize) -> Past<'_> {
        let row = |numbers: &'_ [f32], row: u32| {
            let start = row as usize * width;
            start..(start + width).min(numbers.len())
        };
        let steps = || self.steps.iter().zip(path);
        Past {
            keys: steps().map(|((keys, _), &r)| &keys[row(keys, r)]).collect(),
            values: steps()
                .map(|((_, values), &r)| &values[row(values, r)])
                .collect(),
        }
    }

    /// Row `i` becomes what row `rows[i]` was.
    pub(super) fn reorder(&mut self, rows: &[usize]) -> Result<(), Error> {
        let path = |&row: &usize| {
            let path = self.paths.get(row).cloned();
            path.ok_or_else(|| Error::Invalid(format!("row {row} of {}", self.paths.len())))
        };
        self.paths = rows.iter().map(path).collect::<Result<_, _>>()?;
        Ok(())
    }
}

impl CrossMemory {
    /// Keeps these sentences, in this order.
    pub(super) fn select(&mut self, sentences: &[usize]) -> Result<(), Error> {
        let tokens = |&sentence: &usize| {
            let tokens = self.sentences.get(sentence).cloned();
            tokens.ok_or_else(|| {
                Error::Invalid(format!("sentence {sentence} of {}", self.sentences.len()))
            })
        };
        self.sentences = sentences.iter().map(tokens).collect::<Result<_, _>>()?;
        Ok(())
    }
}
