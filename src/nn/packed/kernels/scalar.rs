//! The reference: what every other kernel must compute, to the bit.

use super::tile::add_bias;
use super::{BlockSize, Kernel, KernelImpl, MAX_ROWS, Rows, Tile, Vectors};
use crate::nn::packed::layout::{BitWidth, PackedShape, SCALE_BYTES, STEP_BYTES, TILE, widen};

/// Rows at once: as many as a tile is worth keeping in the cache for.
const ROWS: usize = 6;
const _: () = assert!(ROWS <= MAX_ROWS);

/// Instructions of every processor.
struct Scalar;

pub(super) fn detect() -> Option<Kernel> {
    Some(kernel())
}

/// The kernel that every processor has.
pub(super) fn kernel() -> Kernel {
    Kernel {
        implementation: &Scalar,
        vectors: Vectors::Baseline,
    }
}

impl KernelImpl for Scalar {
    fn name(&self) -> &'static str {
        "plain code"
    }

    fn block_size(&self, _: PackedShape) -> BlockSize {
        BlockSize {
            max_rows: ROWS,
            unit: 1,
        }
    }

    fn multiply(&self, tile: Tile, rows: Rows, outputs: &mut [&mut [f32]]) {
        multiply(tile, rows, outputs);
    }
}

fn multiply(tile: Tile, rows: Rows, outputs: &mut [&mut [f32]]) {
    let shape = tile.shape;
    let (step, group_steps) = (shape.bits.step(), shape.group_steps());
    for (r, output) in outputs.iter_mut().enumerate() {
        let mut sums = [0.0; TILE];
        let values = &rows.values[r * rows.stride..][..rows.stride];
        let groups = tile
            .bytes
            .chunks(SCALE_BYTES + group_steps * STEP_BYTES)
            .zip(values.chunks(group_steps * step));
        for (g, (group, values)) in groups.enumerate() {
            let (scales, steps) = group.split_at(SCALE_BYTES);
            let mut totals = [0_i32; TILE];
            for (weights, values) in steps
                .chunks_exact(STEP_BYTES)
                .zip(values.chunks_exact(step))
            {
                add_step(shape.bits, weights, values, &mut totals);
            }
            let scale = rows.scales[r * rows.groups + g];
            for ((sum, total), bytes) in sums.iter_mut().zip(totals).zip(scales.chunks_exact(2)) {
                let weight_scale = widen(u16::from_le_bytes([bytes[0], bytes[1]]));
                *sum = (total as f32).mul_add(weight_scale * scale, *sum);
            }
        }
        add_bias(&sums, tile.bias, output);
    }
}

fn add_step(bits: BitWidth, weights: &[u8], values: &[i8], totals: &mut [i32; TILE]) {
    for (total, weights) in totals.iter_mut().zip(weights.chunks_exact(4)) {
        for (i, &byte) in weights.iter().enumerate() {
            match bits {
                BitWidth::Eight => {
                    *total += (i32::from(byte) - bits.offset()) * i32::from(values[i]);
                }
                BitWidth::Four => {
                    let (low, high) = (i32::from(byte & 0x0f), i32::from(byte >> 4));
                    *total += (low - bits.offset()) * i32::from(values[i]);
                    *total += (high - bits.offset()) * i32::from(values[i + 4]);
                }
            }
        }
    }
}
