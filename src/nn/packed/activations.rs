//! Hidden vectors as 8-bit integers, quantised for each matrix product.
//!
//! A row has one scale for each group of inputs that shares a scale in the weights: an outlier
//! costs precision in its own group alone. A row is quantised by itself, so that a result does not
//! depend on the other rows of its batch.

use super::buffers::PooledBuffer;
use super::disjoint::DisjointMut;
use super::kernels::{Kernel, ROW_ALIGNMENT, Rows, multiversion};
use super::layout::{BitWidth, PackedShape};
use super::pool::{MIN_PARALLEL_NUMBERS, ThreadPool};

/// Rows `[rows, inputs]` of integers with their scales.
pub(crate) struct Activations {
    /// `[rows, stride]`: a row's integers, zeros from there to `filled`, and after that values that
    /// no result depends on (some kernels read whole vectors).
    pub values: PooledBuffer<i8>,
    /// `[rows, groups]`.
    pub scales: Vec<f32>,
    /// `[rows, groups]`: minus the sum of the integers of a group, times the offset of the stored
    /// weights.
    pub offsets: Vec<i32>,
    /// The shape of the matrices they are made for.
    pub shape: PackedShape,
    /// Integers of a row up to the end of its last step, zeros included.
    filled: usize,
    pub rows: usize,
    /// Integers from the start of one row to that of the next: a multiple of [`ROW_ALIGNMENT`].
    pub stride: usize,
    pub groups: usize,
}

impl Activations {
    /// Quantises `hidden` (`[rows, inputs]`) for a matrix of `shape`.
    pub(crate) fn new(
        pool: &ThreadPool,
        kernel: Kernel,
        shape: PackedShape,
        hidden: &[f32],
    ) -> Self {
        let inputs = shape.inputs.max(1);
        let rows = hidden.len() / inputs;
        let mut activations = Self::empty(pool, shape, rows);
        let writer = activations.writer();
        pool.run_rows(rows, hidden.len() >= MIN_PARALLEL_NUMBERS, &|row| {
            let hidden = &hidden[row * inputs..(row + 1) * inputs];
            for (group, hidden) in hidden.chunks(shape.bits.group()).enumerate() {
                // SAFETY: `run_rows` does each row once.
                #[expect(unsafe_code, reason = "disjoint groups")]
                unsafe {
                    writer.write(kernel, row, group, hidden);
                }
            }
        });
        activations
    }

    /// Rows for a matrix of `shape`, to be overwritten.
    pub(crate) fn empty(pool: &ThreadPool, shape: PackedShape, rows: usize) -> Self {
        // An odd number of lines: rows a power of two apart would evict each other from a cache.
        let stride = (shape.steps() * shape.bits.step()).div_ceil(ROW_ALIGNMENT) | 1;
        let stride = stride * ROW_ALIGNMENT;
        let groups = shape.groups();
        Self {
            shape,
            filled: shape.steps() * shape.bits.step(),
            values: pool.integers(rows * stride),
            scales: vec![0.0; rows * groups],
            offsets: vec![0; rows * groups],
            rows,
            stride,
            groups,
        }
    }

    /// A view of `count` rows from `first`.
    pub(crate) fn rows(&self, first: usize, count: usize) -> Rows<'_> {
        let values = first * self.stride..(first + count) * self.stride;
        let groups = first * self.groups..(first + count) * self.groups;
        Rows {
            shape: self.shape,
            values: &self.values[values],
            scales: &self.scales[groups.clone()],
            offsets: &self.offsets[groups],
            stride: self.stride,
            groups: self.groups,
        }
    }

    /// A writer that several threads share.
    pub(crate) fn writer(&mut self) -> Writer<'_> {
        Writer {
            bits: self.shape.bits,
            filled: self.filled,
            values: DisjointMut::new(&mut self.values, self.stride),
            scales: DisjointMut::new(&mut self.scales, self.groups),
            offsets: DisjointMut::new(&mut self.offsets, self.groups),
        }
    }
}

/// Writes groups of rows, from several threads at once.
pub(crate) struct Writer<'a> {
    bits: BitWidth,
    filled: usize,
    values: DisjointMut<'a, i8>,
    scales: DisjointMut<'a, f32>,
    offsets: DisjointMut<'a, i32>,
}

impl Writer<'_> {
    /// Quantises the numbers of one group of a row.
    ///
    /// # Safety
    /// No other thread writes the same group of the same row at the same time.
    #[expect(unsafe_code, reason = "disjoint groups")]
    pub(crate) unsafe fn write(&self, kernel: Kernel, row: usize, group: usize, hidden: &[f32]) {
        let first = group * self.bits.group();
        let length = self.bits.group().min(self.filled - first);
        // SAFETY: groups have no number in common; the caller ensures that this one is written
        // once.
        let (values, scale, offset) = unsafe {
            (
                self.values.row_mut(row, first, length),
                self.scales.row_mut(row, group, 1),
                self.offsets.row_mut(row, group, 1),
            )
        };
        let (values, rest) = values.split_at_mut(hidden.len());
        let (quantised, sum) = quantize(kernel, hidden, values);
        rest.fill(0);
        scale.fill(quantised);
        offset.fill(-self.bits.offset() * sum);
    }
}

multiversion! {
    /// [`quantize_group`] for a kernel.
    fn quantize(numbers: &[f32], integers: &mut [i8]) -> (f32, i32) {
        quantize_group(numbers, integers)
    }
}

/// Rounds numbers that share a scale; returns that scale and the sum of the integers. If a number
/// is NaN or infinite, so is the scale.
#[inline(always)]
pub(super) fn quantize_group(numbers: &[f32], integers: &mut [i8]) -> (f32, i32) {
    /// Adding this number leaves the nearest integer, ties to even, in the low bits.
    const ROUND: f32 = 12_582_912.0;
    // Without their sign, floats are ordered as their bits are, NaN last.
    let largest = numbers
        .iter()
        .fold(0, |m, x| u32::max(m, x.abs().to_bits()));
    let largest = f32::from_bits(largest);
    let inverse = if largest > 0.0 { 127.0 / largest } else { 0.0 };
    let mut sum = 0_i32;
    for (integer, number) in integers.iter_mut().zip(numbers) {
        *integer = (number * inverse + ROUND).to_bits() as i8;
        sum += i32::from(*integer);
    }
    (largest / 127.0, sum)
}
