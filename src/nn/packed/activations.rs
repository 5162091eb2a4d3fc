//! Hidden vectors as 8-bit integers, made anew for each matrix product.
//!
//! A row has one scale for each group of inputs that shares a scale in the weights: an outlier costs
//! its own group precision and no other. Rows know nothing of each other, so that a result does not
//! depend on what shares its batch.

use super::kernels::{Kernel, multiversion};
use super::layout::Depth;

/// Rows `[rows, inputs]` of integers with their scales.
pub(crate) struct Activations {
    /// `[rows, stride]`, zeros beyond the inputs.
    pub values: Vec<i8>,
    /// `[rows, groups]`.
    pub scales: Vec<f32>,
    /// `[rows, groups]`: sums of the integers of a group, times what the stored weights are offset by.
    pub offsets: Vec<i32>,
    pub rows: usize,
    /// Integers from one row to the next.
    pub stride: usize,
    pub groups: usize,
}

impl Activations {
    /// Quantises `hidden` (`[rows, inputs]`) for a matrix of `depth`.
    pub(crate) fn new(kernel: Kernel, depth: Depth, hidden: &[f32]) -> Self {
        let rows = hidden.len() / depth.inputs.max(1);
        let stride = depth.steps() * depth.bits.step();
        let groups = depth.groups();
        let mut activations = Self {
            values: vec![0; rows * stride],
            scales: vec![0.0; rows * groups],
            offsets: vec![0; rows * groups],
            rows,
            stride,
            groups,
        };
        quantize(kernel, depth, hidden, &mut activations);
        activations
    }
}

multiversion! {
    fn quantize(depth: Depth, hidden: &[f32], activations: &mut Activations) {
        let (group, offset) = (depth.bits.group(), depth.bits.offset());
        let rows = hidden
            .chunks_exact(depth.inputs)
            .zip(activations.values.chunks_exact_mut(activations.stride))
            .zip(activations.scales.chunks_exact_mut(activations.groups))
            .zip(activations.offsets.chunks_exact_mut(activations.groups));
        for (((hidden, values), scales), offsets) in rows {
            let groups = hidden
                .chunks(group)
                .zip(values.chunks_mut(group))
                .zip(scales.iter_mut().zip(offsets));
            for ((hidden, values), (scale, sum)) in groups {
                let largest = hidden.iter().fold(0.0_f32, |m, h| if h.abs() > m { h.abs() } else { m });
                *scale = largest / 127.0;
                let inverse = if largest > 0.0 { 127.0 / largest } else { 0.0 };
                let mut total = 0_i32;
                for (value, hidden) in values.iter_mut().zip(hidden) {
                    // Adding and taking away this number rounds to the nearest integer, ties to even.
                    const ROUND: f32 = 12_582_912.0;
                    let rounded = (hidden * inverse + ROUND) - ROUND;
                    let integer = rounded.clamp(-127.0, 127.0) as i32;
                    *value = integer as i8;
                    total += integer;
                }
                *sum = -offset * total;
            }
        }
    }
}
