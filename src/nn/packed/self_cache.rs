//! Keys and values of the tokens that a decoder has said so far, as 8-bit integers.
//!
//! A large batch reads as much of them as of weights. They are rounded as hidden vectors are, with
//! one scale for each token and head: a token's outlier costs precision in its own head alone.

use super::activations::quantize_group;
use super::attend::Token;
use super::buffers::PooledBuffer;
use super::disjoint::DisjointMut;
use super::kernels::{Kernel, multiversion};
use super::pool::ThreadPool;
use crate::nn::Error;

/// Keys and values of the tokens so far. Those of a step are written once and never moved. A row's
/// path says which row of each step belongs to it, so that reordering beams moves paths and no keys
/// or values.
///
/// Rows that begin together have steps of their own: as they end, so does what is held of them, however
/// long a row of others goes on.
#[derive(Default)]
pub struct SelfCache {
    groups: Vec<Group>,
}

/// Rows that began together.
struct Group {
    /// One a token.
    steps: Vec<Step>,
    /// For each row, the row of each step that is its past.
    paths: Vec<Vec<u32>>,
}

/// Where a row is: its group, and its number there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub group: usize,
    pub row: usize,
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
        if self.groups.is_empty() {
            self.groups.push(Group::new(rows));
        }
        let own = self.groups.iter().map(|group| group.paths.len()).sum();
        if own != rows {
            return Err(Error::NotOnePerRow {
                what: "tokens",
                found: rows,
                rows: own,
            });
        }
        Ok(())
    }

    /// Adds rows that have no token yet. Those that come before the first step are made with it.
    pub(super) fn join(&mut self, rows: usize) {
        if !self.groups.is_empty() {
            self.groups.push(Group::new(rows));
        }
    }

    /// The place of each row.
    pub(super) fn places(&self) -> Vec<Place> {
        let groups = self.groups.iter().enumerate();
        let places = groups.flat_map(|(group, rows)| {
            let rows = 0..rows.paths.len();
            rows.map(move |row| Place { group, row })
        });
        places.collect()
    }

    /// Tokens of a row.
    pub(super) fn tokens(&self, place: Place) -> usize {
        self.groups
            .get(place.group)
            .map_or(0, |group| group.steps.len())
    }

    /// Tokens of the row that has most.
    pub(super) fn longest(&self) -> usize {
        let tokens = self.groups.iter().map(|group| group.steps.len());
        tokens.max().unwrap_or(0)
    }

    /// Space for a token of each row, to be overwritten: a step for each group.
    pub(super) fn next_steps(&self, pool: &ThreadPool, width: usize, heads: usize) -> Vec<Step> {
        let rows = self.groups.iter().map(|group| group.paths.len());
        rows.map(|rows| Step::new(pool, rows, width, heads))
            .collect()
    }

    /// Appends a token to each row.
    pub(super) fn push(&mut self, steps: Vec<Step>) {
        for (group, step) in self.groups.iter_mut().zip(steps) {
            group.steps.push(step);
            for (row, path) in group.paths.iter_mut().enumerate() {
                path.push(row as u32);
            }
        }
    }

    /// Keys and values of a row's tokens so far, in order; empty if there is no such row.
    pub(super) fn past(&self, place: Place) -> Vec<Token<'_>> {
        let Some(group) = self.groups.get(place.group) else {
            return Vec::new();
        };
        let path = group.paths.get(place.row).into_iter().flatten();
        let tokens = group.steps.iter().zip(path);
        tokens
            .map(|(step, &row)| step.token(row as usize))
            .collect()
    }

    /// Row `i` becomes what row `rows[i]` was; the rows of those that began together stay together.
    pub(super) fn reorder(&mut self, rows: &[usize]) -> Result<(), Error> {
        let places = self.places();
        let mut paths: Vec<Vec<Vec<u32>>> = vec![Vec::new(); self.groups.len()];
        let mut last = 0;
        for &index in rows {
            let place = places.get(index).ok_or(Error::NotInBatch {
                what: "row",
                index,
                count: places.len(),
            })?;
            if place.group < last {
                return Err(Error::RowsOutOfOrder);
            }
            last = place.group;
            paths[last].push(self.groups[last].paths[place.row].clone());
        }
        for (group, paths) in self.groups.iter_mut().zip(paths) {
            group.paths = paths;
        }
        self.groups.retain(|group| !group.paths.is_empty());
        Ok(())
    }
}

impl Group {
    fn new(rows: usize) -> Self {
        Self {
            steps: Vec::new(),
            paths: vec![Vec::new(); rows],
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_replaces_another_has_its_past() {
        let mut cache = SelfCache::default();
        append(&mut cache, &[1.0, 2.0]);
        append(&mut cache, &[3.0, 4.0]);
        cache.reorder(&[1, 1]).unwrap();
        append(&mut cache, &[5.0, 6.0]);
        assert_eq!(cache.longest(), 3);
        assert_eq!(past(&cache, 0), [(2.0, -2.0), (4.0, -4.0), (5.0, -5.0)]);
        assert_eq!(past(&cache, 1), [(2.0, -2.0), (4.0, -4.0), (6.0, -6.0)]);
        assert!(matches!(cache.reorder(&[2]), Err(Error::NotInBatch { .. })));
        assert!(matches!(cache.expect(3), Err(Error::NotOnePerRow { .. })));
    }

    #[test]
    fn rows_that_join_have_no_past_and_what_has_ended_is_held_no_longer() {
        let mut cache = SelfCache::default();
        // Before the first step its rows are not known yet, nor those that join by then.
        cache.join(1);
        append(&mut cache, &[1.0, 2.0]);
        cache.join(1);
        append(&mut cache, &[3.0, 4.0, 5.0]);
        assert_eq!(past(&cache, 1), [(2.0, -2.0), (4.0, -4.0)]);
        assert_eq!(past(&cache, 2), [(5.0, -5.0)]);
        let tokens = cache.places().into_iter().map(|place| cache.tokens(place));
        assert_eq!(tokens.collect::<Vec<_>>(), [2, 2, 1]);
        assert!(matches!(cache.reorder(&[2, 0]), Err(Error::RowsOutOfOrder)));
        cache.reorder(&[2, 2]).unwrap();
        assert_eq!((cache.groups.len(), cache.longest()), (1, 1));
        append(&mut cache, &[6.0, 7.0]);
        cache.join(1);
        append(&mut cache, &[8.0, 9.0, 10.0]);
        assert_eq!(past(&cache, 1), [(5.0, -5.0), (7.0, -7.0), (9.0, -9.0)]);
        assert_eq!(past(&cache, 2), [(10.0, -10.0)]);
        // The rows of one that goes on alone are all that its steps take.
        cache.reorder(&[1, 2]).unwrap();
        append(&mut cache, &[11.0, 12.0]);
        let rows = |step: &Step| step.keys.len() / 8;
        assert_eq!(cache.groups[0].steps.iter().map(rows).next_back(), Some(1));
    }

    /// Appends to each row a token whose key is this number.
    fn append(cache: &mut SelfCache, numbers: &[f32]) {
        let (pool, kernel) = (ThreadPool::new(1), Kernel::detect());
        cache.expect(numbers.len()).unwrap();
        let mut steps = cache.next_steps(&pool, 8, 2);
        let writers: Vec<StepWriter> = steps.iter_mut().map(Step::writer).collect();
        for (Place { group, row }, &number) in cache.places().into_iter().zip(numbers) {
            // SAFETY: each row is written once, by this thread.
            #[expect(unsafe_code, reason = "disjoint rows")]
            unsafe {
                writers[group].write(kernel, row, &[number; 8], &[-number; 8]);
            }
        }
        cache.push(steps);
    }

    /// The first numbers of the keys and values of a row.
    fn past(cache: &SelfCache, row: usize) -> Vec<(f32, f32)> {
        let past = cache.past(cache.places()[row]);
        past.iter().map(Token::first).collect()
    }
}
