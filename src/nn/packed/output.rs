//! From hidden vectors to the best next tokens, without ever holding the logits of a vocabulary.
//!
//! The output table is projected in blocks of the vocabulary; of each block a row keeps its best
//! tokens, its largest logit and the sum of exponentials. Blocks have a fixed size and are merged
//! in their order: neither threads nor batch change a score.

use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::activations::Activations;
use super::kernels::{Kernel, OutputRows};
use super::layout::TILE;
use super::matrix::{Linear, blocks, project};
use super::pool::ThreadPool;
use super::vector::{largest_k, log_sum_parts};
use super::vocabulary::Table;
use crate::nn::candidates::{append_scored, without};
use crate::nn::{Candidate, Error, TokenConstraints};

/// Tiles of a block of the vocabulary: 1,024 tokens.
const VOCAB_BLOCK_TILES: usize = 32;

/// The output projection: one row a token that can be generated.
pub struct Output {
    map: Linear,
    table: Table,
    /// The token of each row, ascending, if the output is restricted to some.
    tokens: Option<Vec<u32>>,
}

/// The logit a candidate of a row must reach: the `k`-th best of all blocks done so far. It rises,
/// in whatever order blocks are done, and only saves work: a token below it has `k` better ones in
/// other blocks.
struct TopKThreshold {
    /// The threshold, as [`total_order`] has it.
    reached: AtomicI32,
    /// The best so far, best first, `k` at most.
    best: Mutex<Vec<f32>>,
}

impl TopKThreshold {
    fn new() -> Self {
        Self {
            reached: AtomicI32::new(total_order(f32::NEG_INFINITY.to_bits())),
            best: Mutex::new(Vec::new()),
        }
    }

    fn get(&self) -> f32 {
        // The mapping is its own inverse.
        f32::from_bits(total_order(self.reached.load(Ordering::Relaxed) as u32) as u32)
    }

    /// Takes in the best logits of a block, best first.
    fn raise(&self, found: impl Iterator<Item = f32>, k: usize) {
        let mut best = self.best.lock().unwrap_or_else(PoisonError::into_inner);
        for logit in found {
            let place = best.partition_point(|other| other.total_cmp(&logit).is_ge());
            if place == k {
                break;
            }
            best.truncate(k.saturating_sub(1));
            best.insert(place, logit);
        }
        if let Some(last) = best.get(k.wrapping_sub(1)) {
            // Only raised, and only under the lock.
            let reached = total_order(last.to_bits());
            self.reached.store(reached, Ordering::Relaxed);
        }
    }
}

/// Maps the bits of a float to an integer that compares as `f32::total_cmp` does; its own inverse.
fn total_order(bits: u32) -> i32 {
    let bits = bits as i32;
    bits ^ ((bits >> 31) & i32::MAX)
}

/// The constraints of a row of the batch, with tokens as rows of the output.
struct Asked<'a> {
    constraints: &'a TokenConstraints,
    threshold: TopKThreshold,
    /// Rows of the output that are candidates whatever their logit, ascending.
    scored: Vec<usize>,
    /// Rows of the output that probabilities are not over.
    left_out: Vec<usize>,
}

/// The results of a block of the vocabulary for one row of the batch.
struct BlockBest {
    largest: f32,
    /// Sum of `exp(logit - largest)`.
    total: f32,
    /// Rows of the output and their logits, best first.
    best: Vec<(usize, f32)>,
    /// Rows of the output that are to be scored, and their logits.
    scored: Vec<(usize, f32)>,
}

impl Output {
    /// An output of all tokens; `bias` is by token.
    pub(super) fn new(table: Table, bias: Option<&[f32]>) -> Self {
        let of_row = |row| bias.map_or(0.0, |bias| bias[table.token(row) as usize]);
        Self {
            map: Linear {
                weight: table.matrix.clone(),
                bias: (0..table.matrix.outputs).map(of_row).collect(),
            },
            table,
            tokens: None,
        }
    }

    /// An output of these tokens alone. If they are the first rows of the table it is a view.
    pub(super) fn restrict(&self, tokens: &[u32]) -> Result<Self, Error> {
        if self.tokens.is_some() || tokens.is_empty() || !tokens.is_sorted_by(|a, b| a < b) {
            return Err(Error::Restriction);
        }
        let rows: Vec<usize> = tokens
            .iter()
            .map(|&token| self.table.row(token))
            .collect::<Option<_>>()
            .ok_or(Error::Restriction)?;
        let leading = rows.iter().enumerate().all(|(i, &row)| i == row);
        let weight = if leading {
            self.map.weight.first(rows.len())
        } else {
            self.map.weight.select(&rows)
        };
        Ok(Self {
            map: Linear {
                weight,
                bias: rows.iter().map(|&row| self.map.bias[row]).collect(),
            },
            table: self.table.clone(),
            tokens: Some(tokens.to_vec()),
        })
    }

    /// The token of a row of the output.
    fn token(&self, row: usize) -> u32 {
        match &self.tokens {
            Some(tokens) => tokens[row],
            None => self.table.token(row),
        }
    }

    /// The row of a token, if it can be generated.
    fn row(&self, token: u32) -> Option<usize> {
        match &self.tokens {
            Some(tokens) => tokens.binary_search(&token).ok(),
            None => self.table.row(token),
        }
    }

    fn asked<'a>(&self, constraints: &'a TokenConstraints) -> Asked<'a> {
        let allowed = |token: &&u32| !constraints.banned.contains(token);
        let scored = constraints.scored.iter().filter(allowed);
        let mut scored: Vec<usize> = scored.filter_map(|&token| self.row(token)).collect();
        scored.sort_unstable();
        let left_out = constraints
            .banned
            .iter()
            .filter(|_| constraints.renormalized);
        Asked {
            left_out: left_out.filter_map(|&token| self.row(token)).collect(),
            constraints,
            threshold: TopKThreshold::new(),
            scored,
        }
    }

    /// Logits of `hidden` (`[rows, width]`), one vector a row: by token id, or in the order of the
    /// tokens that the output is restricted to.
    pub(super) fn logits(
        &self,
        pool: &ThreadPool,
        kernel: Kernel,
        hidden: &[f32],
    ) -> Vec<Vec<f32>> {
        let [logits] = project(pool, kernel, [&self.map], hidden);
        let by_token = |row: &[f32]| {
            if self.tokens.is_some() {
                return row.to_vec();
            }
            let mut by_token = vec![0.0; row.len()];
            for (i, &logit) in row.iter().enumerate() {
                by_token[self.table.token(i) as usize] = logit;
            }
            by_token
        };
        logits
            .chunks(self.map.weight.outputs.max(1))
            .map(by_token)
            .collect()
    }

    /// The `k` best tokens of each row of `hidden` under its constraints and those to be scored,
    /// best first, as [`rank`](crate::nn::rank) returns them. Equal logits are in the order of
    /// token ids, except that where more than `k` of a block are equal, the first in the table are
    /// kept.
    pub(super) fn candidates(
        &self,
        pool: &ThreadPool,
        kernel: Kernel,
        hidden: &[f32],
        constraints: &[TokenConstraints],
        k: usize,
    ) -> Result<Vec<Vec<Candidate>>, Error> {
        if constraints
            .iter()
            .all(|constraints| constraints.forced.is_some())
        {
            return Ok(constraints.iter().map(forced).collect());
        }
        let activations = Activations::new(pool, kernel, self.map.weight.shape, hidden);
        let blocks = self.map.weight.tiles().div_ceil(VOCAB_BLOCK_TILES);
        let asked: Vec<Asked> = constraints
            .iter()
            .map(|constraints| self.asked(constraints))
            .collect();
        let found: Vec<OnceLock<Vec<BlockBest>>> = (0..blocks).map(|_| OnceLock::new()).collect();
        pool.run(blocks, &|block| {
            // Each block is done once, so the cell is empty.
            let _ =
                found[block].set(self.best_of_block(pool, kernel, block, &activations, &asked, k));
        });
        let found: Vec<Vec<BlockBest>> =
            found.into_iter().filter_map(OnceLock::into_inner).collect();
        constraints
            .iter()
            .enumerate()
            .map(|(row, constraints)| match constraints.forced {
                Some(_) => Ok(forced(constraints)),
                None => self.merge(found.iter().map(|block| &block[row]), k),
            })
            .collect()
    }

    /// The results of one block of the table for every row of the batch.
    fn best_of_block(
        &self,
        pool: &ThreadPool,
        kernel: Kernel,
        block: usize,
        activations: &Activations,
        asked: &[Asked],
        k: usize,
    ) -> Vec<BlockBest> {
        let _products = kernel.configure();
        let weight = &self.map.weight;
        let tiles =
            block * VOCAB_BLOCK_TILES..((block + 1) * VOCAB_BLOCK_TILES).min(weight.tiles());
        let first = tiles.start * TILE;
        let width = weight.outputs.min(tiles.end * TILE) - first;
        let mut logits = pool.floats(activations.rows * width);
        for tile in tiles {
            let start = tile * TILE - first;
            let outputs = TILE.min(width - start);
            let size = kernel.block_size(activations.shape);
            for (row, count, prefetch) in blocks(size, 0..activations.rows) {
                let rows = logits.chunks_exact_mut(width).skip(row).take(count);
                let mut sums = OutputRows::new();
                sums.extend(rows.map(|row| &mut row[start..start + outputs]));
                let rows = activations.rows(row, count);
                self.map.multiply(kernel, (tile, prefetch), rows, &mut sums);
            }
        }
        let best_of = |(logits, asked): (&[f32], &Asked)| {
            let Asked {
                constraints,
                threshold,
                left_out,
                ..
            } = asked;
            let left_out = left_out.iter().filter_map(|row| row.checked_sub(first));
            let left_out: Vec<u32> = left_out.map(|row| row as u32).collect();
            let left = (!left_out.is_empty()).then(|| without(logits, &left_out));
            let (largest, total) = log_sum_parts(kernel, left.as_deref().unwrap_or(logits));
            let mut best = Vec::new();
            let reached = threshold.get();
            if largest >= reached {
                best.reserve(k + 1);
                let allowed =
                    |index: usize| !constraints.banned.contains(&self.token(first + index));
                let refused = constraints.banned.len();
                largest_k(kernel, logits, k, reached, refused, &allowed, &mut best);
                threshold.raise(best.iter().map(|&(_, logit)| logit), k);
            }
            best.iter_mut().for_each(|(index, _)| *index += first);
            let scored = asked.scored.iter().filter_map(|&row| {
                let logit = logits.get(row.checked_sub(first)?)?;
                Some((row, *logit))
            });
            BlockBest {
                largest,
                total,
                best,
                scored: scored.collect(),
            }
        };
        logits.chunks_exact(width).zip(asked).map(best_of).collect()
    }

    fn merge<'a>(
        &self,
        blocks: impl Iterator<Item = &'a BlockBest> + Clone,
        k: usize,
    ) -> Result<Vec<Candidate>, Error> {
        let largest = blocks
            .clone()
            .map(|best| best.largest)
            .fold(f32::NEG_INFINITY, f32::max);
        let total: f32 = blocks
            .clone()
            .map(|best| match best.total {
                0.0 => 0.0,
                total => total * (best.largest - largest).exp(),
            })
            .sum();
        if !largest.is_finite() || !total.is_finite() {
            return Err(Error::NotFinite);
        }
        let log_total = largest + total.ln();
        let mut best: Vec<(f32, u32)> = blocks
            .clone()
            .flat_map(|best| &best.best)
            .map(|&(row, logit)| (logit, self.token(row)))
            .collect();
        // By logit, not by score: different logits can round to one score, and which of those a
        // block has left out depends on the order in which blocks were done.
        best.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        best.truncate(k);
        let candidate = |(logit, token)| Candidate {
            token,
            log_prob: logit - log_total,
        };
        let mut best: Vec<Candidate> = best.into_iter().map(candidate).collect();
        let scored = blocks
            .flat_map(|best| &best.scored)
            .filter(|(_, logit)| *logit > f32::NEG_INFINITY)
            .map(|&(row, logit)| candidate((logit, self.token(row))));
        append_scored(&mut best, scored.collect());
        Ok(best)
    }
}

fn forced(constraints: &TokenConstraints) -> Vec<Candidate> {
    let candidate = |token| Candidate {
        token,
        log_prob: 0.0,
    };
    constraints.forced.map(candidate).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::nn::packed::layout::{BitWidth, PackedShape};
    use crate::nn::packed::testing::{matrix, weights};
    use crate::nn::packed::vocabulary::VocabPermutation;
    use crate::nn::rank;

    /// An output of several blocks.
    fn output(width: usize, vocabulary: usize, bias: f32) -> Output {
        let shape = PackedShape {
            bits: BitWidth::Eight,
            inputs: width,
        };
        let table = Table {
            matrix: matrix(shape, vocabulary, 1),
            permutation: None,
        };
        Output::new(table, Some(&vec![bias; vocabulary]))
    }

    #[test]
    fn a_threshold_rises_to_the_kth_best_of_all_it_was_given() {
        let threshold = TopKThreshold::new();
        let none = f32::NEG_INFINITY;
        for (given, reached) in [
            (&[-5.0, -6.0][..], none),
            (&[-7.0], -7.0),
            (&[-5.5, -9.0, -9.0], -6.0),
            (&[2.0], -5.5),
            (&[], -5.5),
            (&[3.0, 1.0, 0.0], 1.0),
            (&[1.0, 1.0], 1.0),
        ] {
            threshold.raise(given.iter().copied(), 3);
            assert_eq!(threshold.get(), reached, "{given:?}");
        }
    }

    #[test]
    fn what_is_no_number_has_no_candidates() {
        let output = output(16, 2 * VOCAB_BLOCK_TILES * TILE, 0.0);
        for none in [f32::NAN, f32::INFINITY] {
            let mut hidden = weights(3, 16, 2);
            hidden[20] = none;
            let constraints = vec![TokenConstraints::default(); 3];
            for kernel in Kernel::available() {
                let found =
                    output.candidates(&ThreadPool::new(2), kernel, &hidden, &constraints, 2);
                assert!(matches!(found, Err(Error::NotFinite)), "{none} {kernel:?}");
            }
        }
    }

    #[test]
    fn candidates_are_those_of_all_logits_whatever_the_threads() {
        let vocabulary = 5 * VOCAB_BLOCK_TILES * TILE + 7;
        for (width, rows, bias) in [(16, 9, 0.0), (16, 9, -1000.0), (64, 40, 0.0)] {
            assert_candidates(&output(width, vocabulary, bias), rows, 8);
        }
    }

    #[test]
    fn of_equal_logits_the_first_tokens_are_candidates_whatever_the_threads() {
        let vocabulary = 5 * VOCAB_BLOCK_TILES * TILE + 7;
        let shape = PackedShape {
            bits: BitWidth::Eight,
            inputs: 16,
        };
        let table = Table {
            matrix: matrix(shape, vocabulary, 1),
            permutation: None,
        };
        let bias: Vec<f32> = (0..vocabulary).map(|token| (token % 3) as f32).collect();
        let output = Output::new(table, Some(&bias));
        // With hidden vectors of zeros the logits are the bias: a third of each block is best.
        let (hidden, banned) = (vec![0.0; 2 * 16], vec![2, 5, 11]);
        let constraints = [
            TokenConstraints::default(),
            TokenConstraints {
                banned,
                ..TokenConstraints::default()
            },
        ];
        for k in [1, 8, 2000, vocabulary + 5] {
            for threads in [1, 2, 3, 8] {
                for kernel in Kernel::available() {
                    let pool = ThreadPool::new(threads);
                    let found = output
                        .candidates(&pool, kernel, &hidden, &constraints, k)
                        .unwrap();
                    for (found, constraints) in found.iter().zip(&constraints) {
                        let expected = rank(&bias, constraints, k).unwrap();
                        let tokens = |all: &[Candidate]| -> Vec<u32> {
                            all.iter().map(|candidate| candidate.token).collect()
                        };
                        assert_eq!(tokens(found), tokens(&expected), "{k} {threads} {kernel:?}");
                    }
                }
            }
        }
    }

    /// In the order of ids and in another, whole and restricted.
    #[test]
    fn scored_tokens_have_the_log_probability_of_their_rank_whatever_it_is() {
        let vocabulary = 3 * VOCAB_BLOCK_TILES * TILE + 7;
        let in_order = output(16, vocabulary, 0.0).table;
        let tokens: Vec<u32> = (0..vocabulary as u32).rev().collect();
        let reversed = Table {
            permutation: Some(Arc::new(VocabPermutation::new(tokens).unwrap())),
            ..in_order.clone()
        };
        let hidden = weights(3, 16, 2);
        let some: Vec<u32> = (0..vocabulary as u32)
            .filter(|token| token % 3 != 1)
            .collect();
        for table in [in_order, reversed] {
            let whole = Output::new(table, None);
            for output in [whole.restrict(&some).unwrap(), whole] {
                let pool = ThreadPool::new(2);
                let find = |constraints: &[TokenConstraints], k| {
                    let kernel = Kernel::detect();
                    output
                        .candidates(&pool, kernel, &hidden, constraints, k)
                        .unwrap()
                };
                let all = find(&vec![TokenConstraints::default(); 3], vocabulary);
                let constraints = TokenConstraints {
                    banned: vec![9],
                    // Repeated, banned, beyond the vocabulary, and in the restricted one or not.
                    scored: vec![3102, 3, 3, 1, 1501, 9, 2050, vocabulary as u32],
                    ..TokenConstraints::default()
                };
                let found = find(&vec![constraints.clone(); 3], 4);
                for (found, all) in found.iter().zip(&all) {
                    let is_expected = |rank: usize, token: u32| {
                        token != 9 && (rank < 4 || constraints.scored.contains(&token))
                    };
                    let allowed = all.iter().filter(|candidate| candidate.token != 9);
                    let expected = allowed
                        .enumerate()
                        .filter(|(rank, c)| is_expected(*rank, c.token));
                    let expected: Vec<Candidate> = expected.map(|(_, c)| *c).collect();
                    assert_eq!(*found, expected);
                    assert!(found.len() > 4);
                }
            }
        }
    }

    fn assert_candidates(output: &Output, rows: usize, k: usize) {
        let hidden = weights(rows, output.table.matrix.shape.inputs, 2);
        let logits = output.logits(&ThreadPool::new(1), Kernel::detect(), &hidden);
        let best = |row: usize| rank(&logits[row], &TokenConstraints::default(), 2).unwrap();
        // Some rows have their best tokens banned, one has its token forced.
        let mut constraints = vec![TokenConstraints::default(); rows];
        constraints[2].banned = best(2).iter().map(|candidate| candidate.token).collect();
        constraints[4].forced = Some(3);
        let expected: Vec<Vec<Candidate>> = logits
            .iter()
            .zip(&constraints)
            .map(|(logits, constraints)| rank(logits, constraints, k).unwrap())
            .collect();
        for threads in [1, 2, 3, 8] {
            let pool = ThreadPool::new(threads);
            let mut first = None;
            for _ in 0..20 {
                let found = output.candidates(&pool, Kernel::detect(), &hidden, &constraints, k);
                let found = found.unwrap();
                for (found, expected) in found.iter().zip(&expected) {
                    assert_eq!(found.len(), expected.len());
                    for (found, expected) in found.iter().zip(expected) {
                        assert_eq!(found.token, expected.token);
                        assert!((found.log_prob - expected.log_prob).abs() < 1e-3);
                    }
                }
                assert_eq!(first.get_or_insert_with(|| found.clone()), &found);
            }
        }
    }
}
