//! Hidden vectors as 8-bit integers, made anew for each matrix product.
//!
//! A row has one scale for each group of inputs that shares a scale in the weights: an outlier costs
//! its own group precision and no other. Rows know nothing of each other, so that a result does not
//! depend on what shares its batch.

use super::kernels::{Kernel, multiversion};
use super::layout::{Bits, Depth};
use super::numbers::Numbers;
use super::pool::{Grid, Pool};

/// Rows `[rows, inputs]` of integers with their scales.
pub(crate) struct Activations {
    /// `[rows, stride]`, zeros beyond the inputs.
    pub values: Numbers<i8>,
    /// `[rows, groups]`.
    pub scales: Vec<f32>,
    /// `[rows, groups]`: minus the sums of the integers of a group, times what the stored weights are offset by.
    pub offsets: Vec<i32>,
    pub rows: usize,
    /// Integers from one row to the next.
    pub stride: usize,
    pub groups: usize,
}

/// Numbers below this many are not worth a second thread.
const ALONE: usize = 1 << 15;

impl Activations {
    /// Quantises `hidden` (`[rows, inputs]`) for a matrix of `depth`.
    pub(crate) fn new(pool: &Pool, kernel: Kernel, depth: Depth, hidden: &[f32]) -> Self {
        let inputs = depth.inputs.max(1);
        let rows = hidden.len() / inputs;
        let stride = depth.steps() * depth.bits.step();
        let groups = depth.groups();
        let mut activations = Self {
            values: pool.integers(rows * stride),
            scales: vec![0.0; rows * groups],
            offsets: vec![0; rows * groups],
            rows,
            stride,
            groups,
        };
        let values = Grid::new(&mut activations.values, stride);
        let scales = Grid::new(&mut activations.scales, groups);
        let offsets = Grid::new(&mut activations.offsets, groups);
        pool.run_rows(rows, hidden.len() < ALONE, &|row| {
            let hidden = &hidden[row * inputs..(row + 1) * inputs];
            // SAFETY: every row is one part's.
            #[expect(unsafe_code, reason = "pieces of a grid")]
            let (values, scales, offsets) = unsafe {
                (
                    values.cells(row, 0, stride),
                    scales.cells(row, 0, groups),
                    offsets.cells(row, 0, groups),
                )
            };
            let (values, beyond) = values.split_at_mut(inputs.min(stride));
            quantize(kernel, depth.bits, hidden, values, scales, offsets);
            beyond.fill(0);
        });
        activations
    }
}

multiversion! {
    /// Quantises one row. What is no number, or beyond all, makes a scale that is none either.
    fn quantize(bits: Bits, hidden: &[f32], values: &mut [i8], scales: &mut [f32], offsets: &mut [i32]) {
        /// Adding this number leaves the nearest integer, ties to even, in the low bits.
        const ROUND: f32 = 12_582_912.0;
        let (group, offset) = (bits.group(), bits.offset());
        let groups = hidden
            .chunks(group)
            .zip(values.chunks_mut(group))
            .zip(scales.iter_mut().zip(offsets));
        for ((hidden, values), (scale, sum)) in groups {
            // Without their sign, floats are ordered as their bits are, NaN last.
            let largest = hidden.iter().fold(0, |m, h| u32::max(m, h.abs().to_bits()));
            let largest = f32::from_bits(largest);
            *scale = largest / 127.0;
            let inverse = if largest > 0.0 { 127.0 / largest } else { 0.0 };
            let mut total = 0_i32;
            for (value, hidden) in values.iter_mut().zip(hidden) {
                let integer = (hidden * inverse + ROUND).to_bits() as i8;
                *value = integer;
                total += i32::from(integer);
            }
            *sum = -offset * total;
        }
    }
}
