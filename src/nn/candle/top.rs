//! The best of a row, found on its device: a vocabulary's logits are not copied.
//!
//! A sort on a CUDA device keeps a row's indices in shared memory, which is too small for a vocabulary.
//! A long row is therefore cut into blocks: its `k` best values are in the `k` blocks with the highest
//! maxima. Those blocks, and the best values in them, are found in the same way.

use candle_core::{DType, Tensor};

use crate::nn::Error;

/// The longest row that is sorted as a whole: its indices take 8 KiB of at least 48.
const MAX_SORTED: usize = 2048;

/// Positions of the `k` greatest values of each row of `values` (`[rows, length]`, no NaN), greatest
/// first: `[rows, k]`, or all if the rows are shorter. Equal values keep their order if the device's
/// sort is stable: a CPU's is, a CUDA device's is not.
pub(super) fn best(values: &Tensor, k: usize) -> Result<Tensor, Error> {
    let (rows, length) = values.dims2()?;
    let k = k.min(length);
    // Blocks save nothing unless there are several times more of them than are kept.
    if length <= MAX_SORTED.max(4 * k) {
        let sorted = values.contiguous()?.arg_sort_last_dim(false)?;
        return Ok(sorted.narrow(1, 0, k)?.contiguous()?);
    }
    let width = block_width(length, k);
    let count = length.div_ceil(width);
    let values = padded(values, count * width)?;
    let blocks = values.reshape((rows, count, width))?;
    // In the order of the row: a stable sort of their values is then one of the row.
    let (chosen, _) = best(&blocks.max(2)?, k)?.sort_last_dim(true)?;

    let device = values.device();
    let first = Tensor::arange(0, rows as u32, device)?.affine(count as f64, 0.0)?;
    let rows_of_blocks = chosen.broadcast_add(&first.reshape((rows, 1))?)?;
    let held = blocks
        .reshape((rows * count, width))?
        .index_select(&rows_of_blocks.flatten_all()?, 0)?
        .reshape((rows, k * width))?;
    let inside = Tensor::arange(0, width as u32, device)?.reshape((1, 1, width))?;
    let positions = chosen
        .affine(width as f64, 0.0)?
        .reshape((rows, k, 1))?
        .broadcast_add(&inside)?
        .reshape((rows, k * width))?;
    Ok(positions.gather(&best(&held, k)?, 1)?)
}

/// The width of a block, a power of two: about as many blocks as values in those that are kept.
fn block_width(length: usize, k: usize) -> usize {
    let balanced = (length / k.max(1)).isqrt().max(2);
    1 << balanced.ilog2()
}

/// `values` with rows of `length`, padded with −∞.
fn padded(values: &Tensor, length: usize) -> Result<Tensor, Error> {
    let (rows, there) = values.dims2()?;
    if there == length {
        return Ok(values.contiguous()?);
    }
    let nothing = Tensor::full(f32::NEG_INFINITY, (rows, length - there), values.device())?;
    let nothing = nothing.to_dtype(values.dtype())?;
    Ok(Tensor::cat(&[values, &nothing], 1)?)
}

/// Writes −∞ at these positions (row, column) of `values` (`[rows, length]`, contiguous), in place.
pub(super) fn rule_out(values: &Tensor, positions: &[(usize, usize)]) -> Result<(), Error> {
    if positions.is_empty() {
        return Ok(());
    }
    let length = values.dim(1)?;
    let flat: Vec<u32> = positions
        .iter()
        .map(|(row, column)| (row * length + column) as u32)
        .collect();
    let count = flat.len();
    let flat = Tensor::new(flat, values.device())?;
    let nothing = Tensor::full(f32::NEG_INFINITY, count, values.device())?;
    let nothing = nothing.to_dtype(DType::F32)?;
    // A view of the same memory.
    values.flatten_all()?.scatter_set(&flat, &nothing, 0)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use candle_core::Device;
    use proptest::prelude::*;

    use super::*;

    /// The same by sorting whole rows, of equal values the first first.
    fn sorted(row: &[f32], k: usize) -> Vec<u32> {
        let mut order: Vec<u32> = (0..row.len() as u32).collect();
        order.sort_by(|&a, &b| row[b as usize].total_cmp(&row[a as usize]));
        order.truncate(k);
        order
    }

    #[track_caller]
    fn check(rows: &[Vec<f32>], k: usize) {
        let length = rows[0].len();
        let values = Tensor::new(rows.concat(), &Device::Cpu).unwrap();
        let values = values.reshape((rows.len(), length)).unwrap();
        let found: Vec<Vec<u32>> = best(&values, k).unwrap().to_vec2().unwrap();
        for (row, found) in rows.iter().zip(found) {
            assert_eq!(found, sorted(row, k), "{k} of {length}");
        }
    }

    /// Numbers that look random, many of them equal if `kinds` is small.
    fn numbers(count: usize, kinds: u64, seed: u64) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) % kinds
        };
        (0..count).map(|_| next() as f32 / 8.0 - 100.0).collect()
    }

    #[test]
    fn the_best_of_a_vocabulary_are_those_of_a_sort() {
        for (length, k) in [
            (256_206, 8),
            (141_003, 2),
            (50_264, 16),
            (256_206, 136),
            (9_000, 1),
        ] {
            let rows: Vec<_> = (0..3).map(|seed| numbers(length, 1 << 31, seed)).collect();
            check(&rows, k);
            // Every value occurs thousands of times.
            check(&[numbers(length, 40, 7)], k);
        }
    }

    #[test]
    fn impossible_values_come_last_and_no_more_come_than_there_are() {
        let mut row = vec![f32::NEG_INFINITY; 5000];
        row[4999] = -1.0;
        row[17] = -2.0;
        check(&[row], 4);
        check(&[vec![1.0, 3.0, 2.0]], 9);
    }

    #[test]
    fn what_is_ruled_out_is_not_found() {
        let values = Tensor::new(&[[1.0_f32, 3.0, 2.0], [5.0, 4.0, 6.0]], &Device::Cpu).unwrap();
        rule_out(&values, &[(0, 1), (1, 2), (1, 0)]).unwrap();
        let found: Vec<Vec<u32>> = best(&values, 1).unwrap().to_vec2().unwrap();
        assert_eq!(found, [[2], [1]]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_best_of_any_row_are_those_of_a_sort(
            length in 1_usize..12_000, k in 1_usize..140, kinds in 1_u64..100_000, seed: u64
        ) {
            check(&[numbers(length, kinds, seed), numbers(length, kinds, !seed)], k);
        }
    }
}
