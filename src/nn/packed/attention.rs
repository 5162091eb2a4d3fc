//! Multi-head attention on plain slices. Every sentence has its own length; only the memory layout
//! is padded.

use std::ops::Range;

use super::attend::{QUERY_BLOCK, Scoring, attend_past, attend_source, mean_weights};
use super::buffers::PooledBuffer;
use super::cross_memory::CrossMemory;
use super::disjoint::DisjointMut;
use super::kernels::Kernel;
use super::matrix::{Linear, project};
use super::pool::ThreadPool;
use super::self_cache::{SelfCache, Step, StepWriter};
use crate::nn::Error;
use crate::nn::positions::DistanceTable;

/// Minimum multiplications for which a second thread is used.
const MIN_PARALLEL_PRODUCTS: usize = 1 << 16;

/// The projections of one attention.
pub struct Attention {
    pub(super) query: Linear,
    pub(super) key: Linear,
    pub(super) value: Linear,
    pub(super) output: Linear,
    pub(super) heads: usize,
    /// Factor on the products of queries and keys.
    pub(super) scale: f32,
}

/// Rows that attend to the same keys, a sentence's source or the past of a single row, and the heads
/// with which they do.
struct Span {
    rows: Range<usize>,
    heads: Range<usize>,
    /// The index of that sentence or row.
    source: usize,
}

/// Attention of the rows of a span: `attend(span, queries, contexts)`, where a context is the numbers of
/// the span's heads.
type Attend<'a> = dyn Fn(&Span, &[f32], &mut [&mut [f32]]) + Sync + 'a;

impl Attention {
    /// Self-attention over whole sources: `hidden` `[tokens, width]`, `sentences` their tokens.
    pub(super) fn encode(
        &self,
        pool: &ThreadPool,
        kernel: Kernel,
        bias: Option<&DistanceTable>,
        hidden: &[f32],
        sentences: &[Range<usize>],
    ) -> PooledBuffer {
        let maps = [&self.query, &self.key, &self.value];
        let [queries, keys, values] = project(pool, kernel, maps, hidden);
        let width = self.width();
        let memory = CrossMemory::new(pool, kernel, [&keys, &values], sentences, width, self.heads);
        let spans = spans(pool, sentences.iter().cloned(), self.heads);
        self.finish(
            pool,
            kernel,
            (&spans, memory.longest()),
            &queries,
            &|span, queries, contexts| {
                let source = memory.source(span.source);
                let first = span.rows.start - sentences[span.source].start;
                let scoring = self.scoring(bias, first);
                let heads = span.heads.clone();
                attend_source(kernel, queries, source, width, scoring, heads, contexts);
            },
        )
    }

    /// Self-attention of one new token a row, `[rows, width]`.
    pub(super) fn decode(
        &self,
        pool: &ThreadPool,
        kernel: Kernel,
        bias: Option<&DistanceTable>,
        hidden: &[f32],
        cache: &mut SelfCache,
    ) -> Result<PooledBuffer, Error> {
        let maps = [&self.query, &self.key, &self.value];
        let [queries, keys, values] = project(pool, kernel, maps, hidden);
        let width = self.width();
        let rows = queries.len() / width.max(1);
        cache.expect(rows)?;
        let places = cache.places();
        let mut steps = cache.next_steps(pool, width, self.heads);
        let writers: Vec<StepWriter> = steps.iter_mut().map(Step::writer).collect();
        let of_row = |row| Span {
            rows: row..row + 1,
            heads: 0..self.heads,
            source: row,
        };
        let spans: Vec<Span> = (0..rows).map(of_row).collect();
        let found = self.finish(
            pool,
            kernel,
            (&spans, cache.longest() + 1),
            &queries,
            &|&Span { source: row, .. }, query, contexts| {
                let own = row * width..(row + 1) * width;
                let place = places[row];
                let mut past = cache.past(place);
                let next = places.get(row + 1).map(|&next| cache.past(next));
                let next = next.unwrap_or_default();
                let scoring = self.scoring(bias, cache.tokens(place));
                // SAFETY: `finish` calls this once for each span, which is one row.
                #[expect(unsafe_code, reason = "disjoint rows")]
                past.push(unsafe {
                    let (key, value) = (&keys[own.clone()], &values[own]);
                    writers[place.group].write(kernel, place.row, key, value)
                });
                for context in contexts {
                    attend_past(kernel, query, &past, &next, scoring, context);
                }
            },
        );
        cache.push(steps);
        Ok(found)
    }

    /// Keys and values of the sources for cross-attention; `encoded` is `[tokens, width]`.
    pub(super) fn project_cross_kv(
        &self,
        pool: &ThreadPool,
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

    /// Attention of one new token a row, `[rows, width]`, to its sentence's source.
    pub(super) fn cross(
        &self,
        pool: &ThreadPool,
        kernel: Kernel,
        hidden: &[f32],
        memory: &CrossMemory,
    ) -> Result<PooledBuffer, Error> {
        let [queries] = project(pool, kernel, [&self.query], hidden);
        let width = self.width();
        let sentences = rows_of_sentences(queries.len() / width.max(1), memory)?;
        let spans = spans(pool, sentences.into_iter(), self.heads);
        Ok(self.finish(
            pool,
            kernel,
            (&spans, memory.longest()),
            &queries,
            &|span, queries, contexts| {
                let source = memory.source(span.source);
                let (scoring, heads) = (self.scoring(None, 0), span.heads.clone());
                attend_source(kernel, queries, source, width, scoring, heads, contexts);
            },
        ))
    }

    /// What the new token of each row attends to in [`Attention::cross`], the mean over the heads:
    /// `[rows][source]`, 0 beyond the tokens of a shorter source.
    pub(super) fn cross_weights(
        &self,
        pool: &ThreadPool,
        kernel: Kernel,
        hidden: &[f32],
        memory: &CrossMemory,
    ) -> Result<Vec<Vec<f32>>, Error> {
        let [queries] = project(pool, kernel, [&self.query], hidden);
        let width = self.width();
        let sentences = rows_of_sentences(queries.len() / width.max(1), memory)?;
        let longest = memory.longest();
        let sentences = sentences.into_iter().enumerate();
        let sources = sentences.flat_map(|(sentence, rows)| rows.map(move |_| sentence));
        let queries = queries.chunks_exact(width.max(1));
        let weights = sources.zip(queries).map(|(sentence, query)| {
            let source = memory.source(sentence);
            let mut weights = mean_weights(kernel, query, source, self.scoring(None, 0));
            weights.resize(longest, 0.0);
            weights
        });
        Ok(weights.collect())
    }

    /// Width of all heads together.
    fn width(&self) -> usize {
        self.query.weight.outputs
    }

    /// How queries from position `first` on are scored.
    fn scoring<'a>(&self, bias: Option<&'a DistanceTable>, first: usize) -> Scoring<'a> {
        Scoring {
            heads: self.heads,
            scale: self.scale,
            bias,
            first,
        }
    }

    /// Lets the query rows of each span attend (to at most `longest` tokens), then projects the
    /// contexts.
    ///
    /// # Panics
    /// If the spans are not consecutive rows, each with all heads in turn, that together are the rows of
    /// `queries`: a bug.
    fn finish(
        &self,
        pool: &ThreadPool,
        kernel: Kernel,
        (spans, longest): (&[Span], usize),
        queries: &[f32],
        attend: &Attend,
    ) -> PooledBuffer {
        let width = self.width();
        let (mut rows, mut heads) = (0..0, self.heads);
        for span in spans {
            if heads == self.heads {
                assert!(span.rows.start == rows.end && span.rows.end >= rows.end);
                (rows, heads) = (span.rows.clone(), 0);
            }
            assert!(span.rows == rows && span.heads.start == heads && span.heads.end >= heads);
            heads = span.heads.end;
        }
        assert!(rows.end * width == queries.len() && heads == self.heads);
        let head_width = width / self.heads.max(1);
        let mut context = pool.floats(queries.len());
        let grid = DisjointMut::new(&mut context, width);
        let parallel = queries.len() * longest >= MIN_PARALLEL_PRODUCTS;
        pool.run_rows(spans.len(), parallel, &|span| {
            let span = &spans[span];
            let queries = &queries[span.rows.start * width..span.rows.end * width];
            let (first, count) = (span.heads.start * head_width, span.heads.len() * head_width);
            // SAFETY: by the assertions no two spans have a head of a row in common, and `run_rows` does
            // each once.
            #[expect(unsafe_code, reason = "disjoint heads of rows")]
            let context = |row| unsafe { grid.row_mut(row, first, count) };
            let mut contexts: Vec<&mut [f32]> = span.rows.clone().map(context).collect();
            attend(span, queries, &mut contexts);
        });
        let [output] = project(pool, kernel, [&self.output], &context);
        output
    }
}

/// The rows of each sentence, which must be `rows` in all.
fn rows_of_sentences(rows: usize, memory: &CrossMemory) -> Result<Vec<Range<usize>>, Error> {
    let sentences = memory.rows_of_sentences();
    match sentences.last() {
        Some(last) if last.end == rows => Ok(sentences),
        _ => Err(Error::NotOnePerRow {
            what: "tokens",
            found: rows,
            rows: memory.rows(),
        }),
    }
}

/// Cuts the rows of each sentence into spans of as many as are attended with together, and their heads
/// among several spans if there would be too few for all threads.
fn spans(
    pool: &ThreadPool,
    sentences: impl Iterator<Item = Range<usize>> + Clone,
    heads: usize,
) -> Vec<Span> {
    let blocks = sentences
        .clone()
        .map(|rows| rows.len().div_ceil(QUERY_BLOCK));
    let blocks: usize = blocks.sum();
    let parts = pool
        .threads()
        .div_ceil(blocks.max(1))
        .clamp(1, heads.max(1));
    let mut spans = Vec::with_capacity(blocks * parts);
    for (source, sentence) in sentences.enumerate() {
        for start in sentence.clone().step_by(QUERY_BLOCK) {
            let rows = start..(start + QUERY_BLOCK).min(sentence.end);
            spans.extend((0..parts).map(|part| Span {
                rows: rows.clone(),
                heads: part * heads / parts..(part + 1) * heads / parts,
                source,
            }));
        }
    }
    spans
}
