//! ARM with products of small matrices (i8mm: Apple's processors since 2021, ARM's own since Neoverse V1 and N2):
//! `usmmla` adds eight products of unsigned and signed bytes to each of four sums, those of two
//! outputs with two rows. The weights are the unsigned bytes; what their offset adds is subtracted
//! beforehand. A single row is left to dot products, which waste no half.

#![expect(
    unsafe_code,
    reason = "instructions found at run time; loads through pointers, whose bounds the asserts \
              establish; an instruction without stable intrinsic"
)]

use std::arch::aarch64::*;
use std::arch::{asm, is_aarch64_feature_detected};

use super::neon::{self, BYTES, add_scaled};
use super::tile::add_bias;
use super::{BlockSize, Kernel, KernelImpl, MAX_ROWS, Rows, Tile, Vectors};
use crate::nn::packed::layout::{BitWidth, PackedShape, SCALE_BYTES, STEP_BYTES, TILE};

/// The most rows at once.
const ROWS: usize = 8;
const _: () = assert!(ROWS <= MAX_ROWS);
/// Inputs of an output that an instruction multiplies.
const INPUTS: usize = 8;

/// Proof that this processor has NEON with dot products and products of matrices.
struct NeonI8mm(());

pub(super) fn detect() -> Option<Kernel> {
    let found = is_aarch64_feature_detected!("neon")
        && is_aarch64_feature_detected!("dotprod")
        && is_aarch64_feature_detected!("i8mm");
    found.then_some(Kernel {
        implementation: &NeonI8mm(()),
        vectors: Vectors::Baseline,
    })
}

impl KernelImpl for NeonI8mm {
    fn name(&self) -> &'static str {
        "NEON matrix products"
    }

    fn block_size(&self, _: PackedShape) -> BlockSize {
        BlockSize {
            max_rows: ROWS,
            unit: 2,
        }
    }

    fn multiply(&self, tile: Tile, rows: Rows, outputs: &mut [&mut [f32]]) {
        // SAFETY: `self` exists only where these instructions were detected.
        unsafe { multiply(tile, rows, outputs) }
    }
}

/// The sums of `P` pairs of rows and `V` pairs of outputs: of the first output with both rows, then of
/// the second.
type Totals<const P: usize, const V: usize> = [[int32x4_t; V]; P];

#[target_feature(enable = "neon,dotprod,i8mm")]
fn multiply(tile: Tile, rows: Rows, outputs: &mut [&mut [f32]]) {
    // Sixteen sums keep the processor from waiting for one.
    match outputs.len() {
        1 => neon::multiply(tile, rows, outputs),
        2 => block::<1, 16>(tile, rows, outputs),
        3 | 4 => block::<2, 8>(tile, rows, outputs),
        5 | 6 => block::<3, 4>(tile, rows, outputs),
        7 | 8 => block::<4, 4>(tile, rows, outputs),
        _ => unreachable!("a block has one to eight rows"),
    }
}

/// A tile for `P` pairs of rows; of an odd number the last row is its own partner. The registers hold
/// the sums for `V` pairs of outputs at a time: each group is read as often as all outputs of the
/// tile take.
#[inline]
#[target_feature(enable = "neon,dotprod,i8mm")]
fn block<const P: usize, const V: usize>(tile: Tile, rows: Rows, outputs: &mut [&mut [f32]]) {
    const { assert!(V.is_multiple_of(2) && (TILE / 2).is_multiple_of(V) && 2 * P <= ROWS) };
    let count = outputs.len();
    let Tile { shape, bytes, .. } = tile;
    let (bits, group_steps) = (shape.bits, shape.group_steps());
    assert!((2 * P - 1..=2 * P).contains(&count));
    assert!(bytes.len() == shape.groups() * SCALE_BYTES + shape.steps() * STEP_BYTES);
    // Rows are read in eights, to the end of the last.
    assert!(rows.stride >= (shape.steps() * bits.step()).next_multiple_of(INPUTS));
    assert!(rows.values.len() == count * rows.stride && rows.groups == shape.groups());
    assert!(rows.scales.len() == count * rows.groups && rows.offsets.len() == count * rows.groups);

    let row = |pair: usize, second: usize| (2 * pair + second).min(count - 1);
    let sweeps = TILE / 2 / V;
    let mut sums = [[0.0_f32; TILE]; ROWS];
    for group in 0..shape.groups() {
        let first = group * group_steps;
        let steps = group_steps.min(shape.steps() - first);
        let group_bytes = &bytes[group * SCALE_BYTES + first * STEP_BYTES..];
        let (scales, weights) = group_bytes.split_at(SCALE_BYTES);
        let values = &rows.values[first * bits.step()..];
        let of_row = |row: usize| row * rows.groups + group;
        let offsets = std::array::from_fn(|pair| {
            [0, 1].map(|second| rows.offsets[of_row(row(pair, second))])
        });
        for sweep in 0..sweeps {
            let mut cursor = Cursor {
                weights: weights[sweep * V / 2 * BYTES..].as_ptr(),
                rows: std::array::from_fn(|pair| {
                    [0, 1].map(|second| values[row(pair, second) * rows.stride..].as_ptr())
                }),
            };
            // SAFETY: by the assertions above the tile and the rows have the steps of every group.
            let totals: Totals<P, V> = unsafe {
                match bits {
                    BitWidth::Eight => cursor.eight_bits(steps, offsets),
                    BitWidth::Four => cursor.four_bits(steps, offsets),
                }
            };
            for (r, sums) in sums.iter_mut().enumerate().take(count) {
                let scale = rows.scales[of_row(r)];
                for (v, pairs) in totals[r / 2].chunks_exact(2).enumerate() {
                    // The sums of one row with four outputs.
                    let total = match r % 2 {
                        0 => vuzp1q_s32(pairs[0], pairs[1]),
                        _ => vuzp2q_s32(pairs[0], pairs[1]),
                    };
                    let output = (sweep * V + 2 * v) * 2;
                    add_scaled(&mut sums[output..], total, &scales[2 * output..], scale);
                }
            }
        }
    }
    for (output, sums) in outputs.iter_mut().zip(sums) {
        add_bias(&sums, tile.bias, output);
    }
}

/// The position of a block in its tile and its rows.
struct Cursor<const P: usize> {
    weights: *const u8,
    rows: [[*const i8; 2]; P],
}

impl<const P: usize> Cursor<P> {
    /// Sums of the products of the next `steps` steps, of eight bits; they begin with `offsets`.
    ///
    /// # Safety
    /// The tile and each of the rows have `steps` steps from here, the rows to the end of eight
    /// inputs.
    #[inline]
    #[target_feature(enable = "neon,i8mm")]
    unsafe fn eight_bits<const V: usize>(
        &mut self,
        steps: usize,
        offsets: [[i32; 2]; P],
    ) -> Totals<P, V> {
        let mut totals = begun(offsets);
        for first in (0..steps).step_by(2) {
            // SAFETY: the caller ensures these steps, and eight inputs of each row.
            unsafe {
                let values = self.next_values();
                for v in 0..V / 2 {
                    let low = vld1q_u8(self.weights.add(v * BYTES));
                    // Beyond the last step are no weights, whatever the rows have there.
                    let high = if first + 1 < steps {
                        vld1q_u8(self.weights.add(STEP_BYTES + v * BYTES))
                    } else {
                        vdupq_n_u8(0)
                    };
                    add(joined(low, high), values, v, &mut totals);
                }
            }
            self.weights = self.weights.wrapping_add(2 * STEP_BYTES);
        }
        totals
    }

    /// Sums of the products of the next `steps` steps, of four bits; they begin with `offsets`.
    ///
    /// # Safety
    /// The tile and each of the rows have `steps` steps from here.
    #[inline]
    #[target_feature(enable = "neon,i8mm")]
    unsafe fn four_bits<const V: usize>(
        &mut self,
        steps: usize,
        offsets: [[i32; 2]; P],
    ) -> Totals<P, V> {
        let mut totals = begun(offsets);
        for _ in 0..steps {
            // SAFETY: the caller ensures this step, which has eight inputs.
            unsafe {
                let values = self.next_values();
                for v in 0..V / 2 {
                    let stored = vld1q_u8(self.weights.add(v * BYTES));
                    let low = vandq_u8(stored, vdupq_n_u8(0x0f));
                    add(joined(low, vshrq_n_u8::<4>(stored)), values, v, &mut totals);
                }
            }
            self.weights = self.weights.wrapping_add(STEP_BYTES);
        }
        totals
    }

    /// The next eight inputs of each pair of rows.
    ///
    /// # Safety
    /// The rows have them.
    #[inline]
    #[target_feature(enable = "neon")]
    unsafe fn next_values(&mut self) -> [int8x16_t; P] {
        self.rows.each_mut().map(|pair| {
            // SAFETY: the caller ensures eight bytes of each row here.
            let [first, second] = pair.map(|row| unsafe { vld1_s8(row) });
            *pair = pair.map(|row| row.wrapping_add(INPUTS));
            vcombine_s8(first, second)
        })
    }
}

#[inline]
#[target_feature(enable = "neon")]
fn begun<const P: usize, const V: usize>(offsets: [[i32; 2]; P]) -> Totals<P, V> {
    offsets.map(|[first, second]| {
        let pair = vset_lane_s32::<1>(second, vdup_n_s32(first));
        [vcombine_s32(pair, pair); V]
    })
}

/// The weights of four outputs for four inputs and for the next four, as those of two pairs of outputs for
/// eight.
#[inline]
#[target_feature(enable = "neon")]
fn joined(low: uint8x16_t, high: uint8x16_t) -> [uint8x16_t; 2] {
    let (low, high) = (vreinterpretq_u32_u8(low), vreinterpretq_u32_u8(high));
    [vzip1q_u32(low, high), vzip2q_u32(low, high)].map(|pair| vreinterpretq_u8_u32(pair))
}

/// Adds the products of the `v`-th two pairs of outputs with all pairs of rows.
#[inline]
#[target_feature(enable = "neon,i8mm")]
fn add<const P: usize, const V: usize>(
    weights: [uint8x16_t; 2],
    values: [int8x16_t; P],
    v: usize,
    totals: &mut Totals<P, V>,
) {
    for (totals, values) in totals.iter_mut().zip(values) {
        for (total, weights) in totals[2 * v..].iter_mut().zip(weights) {
            // SAFETY: the instruction reads and writes these registers alone. Its intrinsic is not
            // stable (rust-lang/rust#117223).
            unsafe {
                asm!(
                    "usmmla {total:v}.4s, {weights:v}.16b, {values:v}.16b",
                    total = inout(vreg) *total,
                    weights = in(vreg) weights,
                    values = in(vreg) values,
                    options(pure, nomem, nostack, preserves_flags),
                );
            }
        }
    }
}
