//! Multi-head attention with its caches, on plain slices.
//!
//! Nothing is padded but in memory: every sentence has its own length. A source's keys are turned once,
//! so that a query meets sixteen of them in one register. A step's keys and values are written once and
//! never moved; which of them belong to a row is told by the row's path, so that beams that change
//! places exchange paths and no numbers.
//!
//! Keys and values are kept in bf16: a large batch reads as much of them as of weights, and what the
//! rounding costs is below what 8-bit rows cost.

use std::ops::Range;
use std::sync::Arc;

use super::attend::{LANES, Source, TOGETHER, attend_path, attend_source};
use super::kernels::Kernel;
use super::matrix::{Linear, project};
use super::numbers::Numbers;
use super::pool::{Grid, Pool};
use super::vector::narrow;
use crate::nn::Error;

/// Multiplications below this many are not worth a second thread.
const ALONE: usize = 1 << 16;
/// Numbers that are rounded together.
const PIECE: usize = 1 << 12;

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
    steps: Vec<(Numbers<u16>, Numbers<u16>)>,
    /// For each row, which row of each step is its past.
    paths: Vec<Vec<u32>>,
}

/// Keys and values of the sources, shared by all beams of a sentence.
pub struct CrossMemory {
    /// For each sentence its keys, turned: `[heads, head_width, tokens]`, tokens rounded up to whole
    /// registers.
    keys: Arc<Numbers<u16>>,
    /// For each sentence its values, by head: `[heads, tokens rounded up, head_width]`. In their
    /// projection's order a head's values would lie a power of two apart and push each other out of a
    /// cache.
    values: Arc<Numbers<u16>>,
    /// Those that are still translated.
    sentences: Vec<Sentence>,
}

/// Where a sentence's keys and values lie.
#[derive(Clone)]
struct Sentence {
    tokens: usize,
    place: Range<usize>,
}

/// Rows that attend to the same: a sentence's source, or the past of a single row.
struct Span {
    rows: Range<usize>,
    /// The number of that sentence or row.
    source: usize,
}

/// What a span's rows do: `attend(span, queries, contexts)`.
type Attend<'a> = dyn Fn(&Span, &[f32], &mut [f32]) + Sync + 'a;

impl Attention {
    /// Self-attention over whole sources: `hidden` `[tokens, width]`, `sentences` their tokens.
    pub(super) fn encode(
        &self,
        pool: &Pool,
        kernel: Kernel,
        hidden: &[f32],
        sentences: &[Range<usize>],
    ) -> Numbers {
        let maps = [&self.query, &self.key, &self.value];
        let [queries, keys, values] = project(pool, kernel, maps, hidden);
        let width = self.width();
        let memory = CrossMemory::new(pool, kernel, [&keys, &values], sentences, width, self.heads);
        let spans = spans(pool, sentences.iter().cloned());
        self.finish(
            pool,
            kernel,
            (&spans, memory.longest()),
            &queries,
            &|span, queries, contexts| {
                let source = memory.source(span.source);
                attend_source(kernel, queries, source, width, self.heads, contexts);
            },
        )
    }

    /// Self-attention of one new token a row, `[rows, width]`.
    pub(super) fn decode(
        &self,
        pool: &Pool,
        kernel: Kernel,
        hidden: &[f32],
        cache: &mut SelfCache,
    ) -> Result<Numbers, Error> {
        let maps = [&self.query, &self.key, &self.value];
        let [queries, keys, values] = project(pool, kernel, maps, hidden);
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
        let keys = narrowed(pool, kernel, &keys);
        cache.steps.push((keys, narrowed(pool, kernel, &values)));
        let alone = |row| Span {
            rows: row..row + 1,
            source: row,
        };
        let spans: Vec<Span> = (0..rows).map(alone).collect();
        Ok(self.finish(
            pool,
            kernel,
            (&spans, cache.steps.len()),
            &queries,
            &|&Span { source: row, .. }, query, context| {
                let (past, next) = (cache.past(row, width), cache.past(row + 1, width));
                attend_path(kernel, query, &past, &next, self.heads, context);
            },
        ))
    }

    /// Keys and values of the sources, `encoded` `[tokens, width]`.
    pub(super) fn memorise(
        &self,
        pool: &Pool,
        kernel: Kernel,
        encoded: &[f32],
        sentences: &[Range<usize>],
    ) -> CrossMemory {
        let [keys, values] = project(pool, kernel, [&self.key, &self.value], encoded);
        CrossMemory::new(
            pool,
            kernel,
            [&keys, &values],
            sentences,
            self.width(),
            self.heads,
        )
    }

    /// Attention of one new token a row, `[rows, width]`, to its sentence's source; the rows of a
    /// sentence lie together, as many for each.
    pub(super) fn cross(
        &self,
        pool: &Pool,
        kernel: Kernel,
        hidden: &[f32],
        memory: &CrossMemory,
    ) -> Result<Numbers, Error> {
        let [queries] = project(pool, kernel, [&self.query], hidden);
        let width = self.width();
        let (rows, sentences) = (queries.len() / width.max(1), memory.sentences.len());
        if sentences == 0 || !rows.is_multiple_of(sentences) {
            return Err(Error::Invalid(format!(
                "{rows} rows cannot be shared out to {sentences} sentences"
            )));
        }
        let beams = rows / sentences;
        let sentences = (0..sentences).map(|sentence| sentence * beams..(sentence + 1) * beams);
        let spans = spans(pool, sentences);
        Ok(self.finish(
            pool,
            kernel,
            (&spans, memory.longest()),
            &queries,
            &|span, queries, contexts| {
                let source = memory.source(span.source);
                attend_source(kernel, queries, source, width, self.heads, contexts);
            },
        ))
    }

    fn width(&self) -> usize {
        self.query.weight.outputs
    }

    /// Lets the query rows of each span attend (to `longest` tokens at most), then projects what they
    /// found.
    ///
    /// # Panics
    /// Where the spans are not the rows of `queries`, one behind the other: a mistake of this program.
    fn finish(
        &self,
        pool: &Pool,
        kernel: Kernel,
        (spans, longest): (&[Span], usize),
        queries: &[f32],
        attend: &Attend,
    ) -> Numbers {
        let width = self.width();
        let mut end = 0;
        for span in spans {
            assert!(span.rows.start == end && span.rows.end >= end);
            end = span.rows.end;
        }
        assert!(end * width == queries.len());
        let mut context = pool.numbers(queries.len());
        let grid = Grid::new(&mut context, width);
        let alone = queries.len() * longest < ALONE;
        pool.run_rows(spans.len(), alone, &|span| {
            let span = &spans[span];
            let queries = &queries[span.rows.start * width..span.rows.end * width];
            // SAFETY: by the assertions spans have no row in common; each is one part's.
            #[expect(unsafe_code, reason = "pieces of a grid")]
            attend(span, queries, unsafe { grid.rows(span.rows.clone()) });
        });
        let [output] = project(pool, kernel, [&self.output], &context);
        output
    }
}

impl SelfCache {
    /// Keys and values of a row's tokens so far, in their order; none of a row there is not.
    fn past(&self, row: usize, width: usize) -> Vec<(&[u16], &[u16])> {
        let tokens = self
            .steps
            .iter()
            .zip(self.paths.get(row).into_iter().flatten());
        tokens
            .map(|((keys, values), &row)| {
                let place = row as usize * width..(row as usize + 1) * width;
                (&keys[place.clone()], &values[place])
            })
            .collect()
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
    /// Of keys and values (each `[tokens, width]`); `sentences` are the tokens of each.
    fn new(
        pool: &Pool,
        kernel: Kernel,
        keys_and_values: [&[f32]; 2],
        sentences: &[Range<usize>],
        width: usize,
        heads: usize,
    ) -> Self {
        let [keys, values] = keys_and_values.map(|numbers| narrowed(pool, kernel, numbers));
        let mut end = 0;
        let place = |tokens: &Range<usize>| {
            let start = end;
            end += tokens.len().next_multiple_of(LANES) * width;
            Sentence {
                tokens: tokens.len(),
                place: start..end,
            }
        };
        let places: Vec<Sentence> = sentences.iter().map(place).collect();
        let (mut turned, mut sorted) = (pool.halves(end), pool.halves(end));
        let turned_grid = Grid::new(&mut turned, 1);
        let sorted_grid = Grid::new(&mut sorted, 1);
        pool.run_rows(sentences.len(), end < ALONE, &|sentence| {
            let Range { start, end } = sentences[sentence];
            let (keys, values) = (
                &keys[start * width..end * width],
                &values[start * width..end * width],
            );
            let place = &places[sentence].place;
            // SAFETY: the sentences' places lie one behind the other.
            #[expect(unsafe_code, reason = "pieces of a grid")]
            let (turned, sorted) = unsafe {
                (
                    turned_grid.rows(place.clone()),
                    sorted_grid.rows(place.clone()),
                )
            };
            turn(keys, width, turned);
            sort(values, width, heads, sorted);
        });
        Self {
            keys: Arc::new(turned),
            values: Arc::new(sorted),
            sentences: places,
        }
    }

    /// Keys and values of a sentence.
    fn source(&self, sentence: usize) -> Source<'_> {
        let Sentence { tokens, place } = &self.sentences[sentence];
        Source {
            tokens: *tokens,
            keys: &self.keys[place.clone()],
            values: &self.values[place.clone()],
        }
    }

    /// Tokens of the longest sentence.
    fn longest(&self) -> usize {
        let lengths = self.sentences.iter().map(|sentence| sentence.tokens);
        lengths.max().unwrap_or(0)
    }

    /// Keeps these sentences, in this order.
    pub(super) fn select(&mut self, sentences: &[usize]) -> Result<(), Error> {
        let kept = |&sentence: &usize| {
            let kept = self.sentences.get(sentence).cloned();
            kept.ok_or_else(|| {
                Error::Invalid(format!("sentence {sentence} of {}", self.sentences.len()))
            })
        };
        self.sentences = sentences.iter().map(kept).collect::<Result<_, _>>()?;
        Ok(())
    }
}

/// Cuts the rows of each sentence into spans, small ones where there would be too few for all threads.
fn spans(pool: &Pool, sentences: impl Iterator<Item = Range<usize>> + Clone) -> Vec<Span> {
    let rows: usize = sentences.clone().map(|rows| rows.len()).sum();
    let most = (rows / pool.threads()).clamp(1, TOGETHER);
    let cut = |(source, sentence): (usize, Range<usize>)| {
        let end = sentence.end;
        sentence.step_by(most).map(move |start| Span {
            rows: start..(start + most).min(end),
            source,
        })
    };
    sentences.enumerate().flat_map(cut).collect()
}

/// Writes the rows of `keys` (`[tokens, width]`) into the columns of `turned` (`[width, tokens rounded
/// up]`); the columns beyond are nobody's.
fn turn(keys: &[u16], width: usize, turned: &mut [u16]) {
    let tokens = keys.len() / width;
    let padded = tokens.next_multiple_of(LANES);
    // Sixteen inputs at a time: a whole line of memory of each key.
    for start in (0..width).step_by(LANES) {
        let end = (start + LANES).min(width);
        for (token, key) in keys.chunks_exact(width).enumerate() {
            for (input, &number) in key[start..end].iter().enumerate() {
                turned[(start + input) * padded + token] = number;
            }
        }
    }
}

/// Copies the rows of `values` (`[tokens, width]`) by head to `sorted` (`[heads, tokens rounded up,
/// head_width]`).
fn sort(values: &[u16], width: usize, heads: usize, sorted: &mut [u16]) {
    let tokens = values.len() / width;
    let padded = tokens.next_multiple_of(LANES);
    let head_width = width / heads;
    for (token, value) in values.chunks_exact(width).enumerate() {
        for (head, part) in value.chunks_exact(head_width).enumerate() {
            let start = (head * padded + token) * head_width;
            sorted[start..start + head_width].copy_from_slice(part);
        }
    }
}

/// Numbers in bf16.
fn narrowed(pool: &Pool, kernel: Kernel, numbers: &[f32]) -> Numbers<u16> {
    let mut halves = pool.halves(numbers.len());
    let grid = Grid::new(&mut halves, 1);
    let pieces = numbers.len().div_ceil(PIECE);
    pool.run_rows(pieces, numbers.len() < ALONE, &|piece| {
        let place = piece * PIECE..((piece + 1) * PIECE).min(numbers.len());
        // SAFETY: every piece is one part's.
        #[expect(unsafe_code, reason = "pieces of a grid")]
        narrow(kernel, &numbers[place.clone()], unsafe { grid.rows(place) });
    });
    halves
}
