//! ARM with dot products (Apple's processors, and most of ARM's own since 2018): `sdot` adds four
//! products of signed bytes to each of four sums.

#![expect(
    unsafe_code,
    reason = "instructions found at run time; loads through pointers, whose bounds the asserts \
              establish; an instruction without stable intrinsic"
)]

use std::arch::aarch64::*;
use std::arch::{asm, is_aarch64_feature_detected};

use super::tile::add_bias;
use super::{BlockSize, Kernel, KernelImpl, MAX_ROWS, Rows, Tile, Vectors};
use crate::nn::packed::layout::{BitWidth, PackedShape, SCALE_BYTES, STEP_BYTES, TILE};

/// Outputs of a vector of sums.
const LANES: usize = 4;
/// Bytes of a vector.
pub(super) const BYTES: usize = 16;
/// The most rows at once: sixteen sums keep the processor from waiting for one.
const ROWS: usize = 4;
const _: () = assert!(ROWS <= MAX_ROWS);

/// Proof that this processor has NEON with dot products.
struct Neon(());

pub(super) fn detect() -> Option<Kernel> {
    let found = is_aarch64_feature_detected!("neon") && is_aarch64_feature_detected!("dotprod");
    found.then_some(Kernel {
        implementation: &Neon(()),
        // Every processor of the target has NEON, which is all that plain Rust can use.
        vectors: Vectors::Baseline,
    })
}

impl KernelImpl for Neon {
    fn name(&self) -> &'static str {
        "NEON dot products"
    }

    fn block_size(&self, _: PackedShape) -> BlockSize {
        BlockSize {
            max_rows: ROWS,
            unit: 1,
        }
    }

    fn multiply(&self, tile: Tile, rows: Rows, outputs: &mut [&mut [f32]]) {
        // SAFETY: `self` exists only where NEON and its dot products were detected.
        unsafe { multiply(tile, rows, outputs) }
    }
}

/// The sums of `R` rows and `V` vectors of outputs.
type Totals<const R: usize, const V: usize> = [[int32x4_t; V]; R];

/// Multiplies a tile with 1 to [`ROWS`] rows.
#[target_feature(enable = "neon,dotprod")]
pub(super) fn multiply(tile: Tile, rows: Rows, outputs: &mut [&mut [f32]]) {
    match outputs {
        [a] => block::<1, 8>(tile, rows, [a]),
        [a, b] => block::<2, 8>(tile, rows, [a, b]),
        [a, b, c] => block::<3, 4>(tile, rows, [a, b, c]),
        [a, b, c, d] => block::<4, 4>(tile, rows, [a, b, c, d]),
        _ => unreachable!("a block has one to four rows"),
    }
}

/// A tile for `R` rows. The registers hold the sums for `V` vectors of outputs at a time: each
/// group is read as often as all outputs of the tile take.
#[inline]
#[target_feature(enable = "neon,dotprod")]
fn block<const R: usize, const V: usize>(tile: Tile, rows: Rows, outputs: [&mut [f32]; R]) {
    const { assert!((TILE / LANES).is_multiple_of(V)) };
    let Tile { shape, bytes, .. } = tile;
    let (bits, group_steps) = (shape.bits, shape.group_steps());
    assert!(bytes.len() == shape.groups() * SCALE_BYTES + shape.steps() * STEP_BYTES);
    // Rows are read a vector at a time, to its end.
    assert!(rows.stride >= (shape.steps() * bits.step()).next_multiple_of(BYTES));
    assert!(rows.values.len() == R * rows.stride && rows.groups == shape.groups());
    assert!(rows.scales.len() == R * rows.groups && rows.offsets.len() == R * rows.groups);

    let sweeps = TILE / LANES / V;
    let mut sums = [[0.0_f32; TILE]; R];
    for group in 0..shape.groups() {
        let first = group * group_steps;
        let steps = group_steps.min(shape.steps() - first);
        let group_bytes = &bytes[group * SCALE_BYTES + first * STEP_BYTES..];
        let (scales, weights) = group_bytes.split_at(SCALE_BYTES);
        for sweep in 0..sweeps {
            let mut cursor = TileCursor {
                weights: weights[sweep * V * BYTES..].as_ptr(),
                values: rows.values[first * bits.step()..].as_ptr(),
                stride: rows.stride,
            };
            // SAFETY: by the assertions above the tile and the rows have the steps of every group.
            let totals = unsafe {
                match bits {
                    BitWidth::Eight => cursor.eight_bits::<R, V>(steps),
                    BitWidth::Four => {
                        let offsets =
                            std::array::from_fn(|r| rows.offsets[r * rows.groups + group]);
                        cursor.four_bits::<R, V>(steps, offsets)
                    }
                }
            };
            for (r, (sums, totals)) in sums.iter_mut().zip(totals).enumerate() {
                let scale = rows.scales[r * rows.groups + group];
                for (v, total) in totals.into_iter().enumerate() {
                    let output = (sweep * V + v) * LANES;
                    add_scaled(&mut sums[output..], total, &scales[2 * output..], scale);
                }
            }
        }
    }
    for (output, sums) in outputs.into_iter().zip(sums) {
        add_bias(&sums, tile.bias, output);
    }
}

/// The position of a block in its tile and rows.
struct TileCursor {
    weights: *const u8,
    /// In the first row; the others are `stride` integers apart.
    values: *const i8,
    stride: usize,
}

impl TileCursor {
    /// Sums of the products of the next `steps` steps, of eight bits. The weights are read with
    /// their signs: no offset is needed.
    ///
    /// # Safety
    /// The tile and each of the `R` rows have `steps` steps from here, the rows to the end of a
    /// vector.
    #[inline]
    #[target_feature(enable = "neon,dotprod")]
    unsafe fn eight_bits<const R: usize, const V: usize>(&mut self, steps: usize) -> Totals<R, V> {
        let mut totals = [[vdupq_n_s32(0); V]; R];
        // A vector of a row has the inputs of four steps.
        for first in (0..steps).step_by(4) {
            // SAFETY: the caller ensures these steps; a vector of the rows ends with the last or
            // after it.
            unsafe {
                let values = self.next_values::<R>();
                self.step_eight::<0, R, V>(values, &mut totals);
                if first + 1 < steps {
                    self.step_eight::<1, R, V>(values, &mut totals);
                }
                if first + 2 < steps {
                    self.step_eight::<2, R, V>(values, &mut totals);
                }
                if first + 3 < steps {
                    self.step_eight::<3, R, V>(values, &mut totals);
                }
            }
        }
        totals
    }

    /// Sums of the products of the next `steps` steps, of four bits; they begin with `offsets`.
    ///
    /// # Safety
    /// The tile and each of the `R` rows have `steps` steps from here, the rows to the end of a
    /// vector.
    #[inline]
    #[target_feature(enable = "neon,dotprod")]
    unsafe fn four_bits<const R: usize, const V: usize>(
        &mut self,
        steps: usize,
        offsets: [i32; R],
    ) -> Totals<R, V> {
        let mut totals = offsets.map(|offset| [vdupq_n_s32(offset); V]);
        // A vector of a row has the inputs of two steps.
        for first in (0..steps).step_by(2) {
            // SAFETY: the caller ensures these steps; a vector of the rows ends with the last or
            // after it.
            unsafe {
                let values = self.next_values::<R>();
                self.step_four::<0, 1, R, V>(values, &mut totals);
                if first + 1 < steps {
                    self.step_four::<2, 3, R, V>(values, &mut totals);
                }
            }
        }
        totals
    }

    /// Adds the products of a step, whose inputs are the four at `FOUR` of the rows' vectors.
    ///
    /// # Safety
    /// The tile has a step from here.
    #[inline]
    #[target_feature(enable = "neon,dotprod")]
    unsafe fn step_eight<const FOUR: i32, const R: usize, const V: usize>(
        &mut self,
        values: [int8x16_t; R],
        totals: &mut Totals<R, V>,
    ) {
        // SAFETY: the caller ensures that the tile has this step.
        let stored: [uint8x16_t; V] = unsafe { self.next_stored() };
        let weights = stored.map(|w| vreinterpretq_s8_u8(veorq_u8(w, vdupq_n_u8(0x80))));
        add::<FOUR, R, V>(weights, values, totals);
    }

    /// Adds the products of a step, whose inputs are the fours at `LOW` and `HIGH` of the rows'
    /// vectors.
    ///
    /// # Safety
    /// The tile has a step from here.
    #[inline]
    #[target_feature(enable = "neon,dotprod")]
    unsafe fn step_four<const LOW: i32, const HIGH: i32, const R: usize, const V: usize>(
        &mut self,
        values: [int8x16_t; R],
        totals: &mut Totals<R, V>,
    ) {
        // SAFETY: the caller ensures that the tile has this step.
        let stored: [uint8x16_t; V] = unsafe { self.next_stored() };
        let low = stored.map(|w| vreinterpretq_s8_u8(vandq_u8(w, vdupq_n_u8(0x0f))));
        add::<LOW, R, V>(low, values, totals);
        let high = stored.map(|w| vreinterpretq_s8_u8(vshrq_n_u8::<4>(w)));
        add::<HIGH, R, V>(high, values, totals);
    }

    /// The next vector of each row.
    ///
    /// # Safety
    /// The rows have it.
    #[inline]
    #[target_feature(enable = "neon")]
    unsafe fn next_values<const R: usize>(&mut self) -> [int8x16_t; R] {
        let values = self.values;
        self.values = values.wrapping_add(BYTES);
        std::array::from_fn(|r| {
            // SAFETY: the caller ensures a vector of each row here.
            unsafe { vld1q_s8(values.add(r * self.stride)) }
        })
    }

    /// The stored weights of the next step for the outputs of this sweep.
    ///
    /// # Safety
    /// The tile has a step from here.
    #[inline]
    #[target_feature(enable = "neon")]
    unsafe fn next_stored<const V: usize>(&mut self) -> [uint8x16_t; V] {
        let weights = self.weights;
        self.weights = weights.wrapping_add(STEP_BYTES);
        std::array::from_fn(|v| {
            // SAFETY: the caller ensures a step, which has a vector of bytes for each four outputs.
            unsafe { vld1q_u8(weights.add(BYTES * v)) }
        })
    }
}

/// Adds the products of four inputs of each output and each row, those at `FOUR` of the rows'
/// vectors.
#[inline]
#[target_feature(enable = "neon,dotprod")]
fn add<const FOUR: i32, const R: usize, const V: usize>(
    weights: [int8x16_t; V],
    values: [int8x16_t; R],
    totals: &mut Totals<R, V>,
) {
    for (totals, values) in totals.iter_mut().zip(values) {
        for (total, weights) in totals.iter_mut().zip(weights) {
            // SAFETY: the instruction reads and writes these registers alone. Its intrinsic is not
            // stable (rust-lang/rust#117224).
            unsafe {
                asm!(
                    "sdot {total:v}.4s, {weights:v}.16b, {values:v}.4b[{four}]",
                    total = inout(vreg) *total,
                    weights = in(vreg) weights,
                    values = in(vreg) values,
                    four = const FOUR,
                    options(pure, nomem, nostack, preserves_flags),
                );
            }
        }
    }
}

/// Adds the totals of four outputs, scaled by a row's scale and by those of the weights (bf16).
#[inline]
#[target_feature(enable = "neon")]
pub(super) fn add_scaled(sums: &mut [f32], total: int32x4_t, scales: &[u8], scale: f32) {
    let (sum, scales) = (sums[..LANES].as_mut_ptr(), scales[..2 * LANES].as_ptr());
    // SAFETY: `sum` points to four f32, `scales` to four bf16: both slices were cut so.
    unsafe {
        let factor = vmulq_f32(widen(vld1_u8(scales)), vdupq_n_f32(scale));
        let added = vfmaq_f32(vld1q_f32(sum), vcvtq_f32_s32(total), factor);
        vst1q_f32(sum, added);
    }
}

/// Four bf16 as f32.
#[inline]
#[target_feature(enable = "neon")]
fn widen(scales: uint8x8_t) -> float32x4_t {
    vreinterpretq_f32_u32(vshll_n_u16::<16>(vreinterpret_u16_u8(scales)))
}
