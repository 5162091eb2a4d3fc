//! How kernels with 32-byte registers walk a tile and its rows, whichever instructions add up the
//! products.

#![expect(
    unsafe_code,
    reason = "loads through pointers, whose bounds the asserts establish"
)]

use std::arch::x86_64::*;

use super::tile::{LINE, ROW_ALIGNMENT, add_bias};
use super::{Rows, Tile};
use crate::nn::packed::layout::{BitWidth, PackedShape, SCALE_BYTES, STEP_BYTES, TILE};

/// Outputs of a vector of sums.
const LANES: usize = 8;
/// What lets a kernel read whole vectors of a row.
const _: () = assert!(
    ROW_ALIGNMENT.is_multiple_of(BYTES)
        && BitWidth::Eight.group().is_multiple_of(BYTES)
        && BitWidth::Four.group().is_multiple_of(BYTES)
);
/// Bytes of a vector: a step's weights for its outputs.
pub(super) const BYTES: usize = 32;

/// The sums of `R` rows and `V` vectors of outputs.
pub(super) type Totals<const R: usize, const V: usize> = [[__m256i; V]; R];

/// How the products of a group are added up.
pub(super) trait Products {
    /// The most rows at once, five at most.
    const ROWS: usize;
    /// Whether the registers hold the sums of two rows for all outputs of a tile.
    const TWO_ROWS_FIT: bool;

    /// What a group's inputs are made into once, for all sweeps over the outputs of a tile.
    type Prepared<const R: usize>;

    /// Makes it of the next `steps` steps, a group's at most.
    ///
    /// # Safety
    /// The processor has the instructions; each of the `R` rows has `steps` steps from here, and
    /// integers up to the next multiple of a vector's bytes.
    unsafe fn prepare<const R: usize>(inputs: InputCursor, steps: usize) -> Self::Prepared<R>;

    /// The sums of the products of the next `steps` steps, a group's at most; those of a row begin
    /// with its offset ([`Rows::offsets`]).
    ///
    /// # Safety
    /// The processor has the instructions; the tile and each of the `R` rows have `steps` steps
    /// from here, of which `prepared` was made.
    unsafe fn sum_group<const R: usize, const V: usize>(
        cursor: &mut TileCursor<V>,
        prepared: &Self::Prepared<R>,
        bits: BitWidth,
        steps: usize,
        offsets: [i32; R],
    ) -> Totals<R, V>;
}

/// Multiplies a tile with 1 to [`Products::ROWS`] rows.
///
/// # Safety
/// The processor has the instructions of `P`.
///
/// # Panics
/// If there are more rows, or tile, rows and outputs do not belong together.
#[inline]
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn multiply<P: Products>(tile: Tile, rows: Rows, outputs: &mut [&mut [f32]]) {
    assert!(outputs.len() <= P::ROWS);
    // SAFETY: the caller ensures the instructions of `P`.
    unsafe {
        match outputs {
            [a] => block::<P, 1, 4>(tile, rows, [a]),
            [a, b] if P::TWO_ROWS_FIT => block::<P, 2, 4>(tile, rows, [a, b]),
            [a, b] => block::<P, 2, 2>(tile, rows, [a, b]),
            [a, b, c] => block::<P, 3, 2>(tile, rows, [a, b, c]),
            [a, b, c, d] => block::<P, 4, 2>(tile, rows, [a, b, c, d]),
            [a, b, c, d, e] => block::<P, 5, 2>(tile, rows, [a, b, c, d, e]),
            _ => unreachable!("a block has one to five rows"),
        }
    }
}

/// A tile for `R` rows. The registers hold the sums for `V` vectors of outputs at a time: each
/// group is read as often as all outputs of the tile take.
///
/// # Safety
/// The processor has the instructions of `P`.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn block<P: Products, const R: usize, const V: usize>(
    tile: Tile,
    rows: Rows,
    outputs: [&mut [f32]; R],
) {
    const { assert!((TILE / LANES).is_multiple_of(V)) };
    let Tile { shape, bytes, .. } = tile;
    let PackedShape { bits, .. } = shape;
    let group_steps = shape.group_steps();
    assert!(bytes.len() == shape.groups() * SCALE_BYTES + shape.steps() * STEP_BYTES);
    assert!(rows.stride >= shape.steps() * bits.step() && rows.groups == shape.groups());
    assert!(rows.values.len() == R * rows.stride && rows.stride.is_multiple_of(ROW_ALIGNMENT));
    assert!(rows.scales.len() == R * rows.groups && rows.offsets.len() == R * rows.groups);

    let sweeps = TILE / LANES / V;
    let (mut ahead, pace) = tile.prefetch.start_and_pace(bytes, shape.steps() * sweeps);
    let mut sums = [[0.0_f32; TILE]; R];
    for group in 0..shape.groups() {
        let first = group * group_steps;
        let steps = group_steps.min(shape.steps() - first);
        let group_bytes = &bytes[group * SCALE_BYTES + first * STEP_BYTES..];
        let (scales, weights) = group_bytes.split_at(SCALE_BYTES);
        let offsets = std::array::from_fn(|r| rows.offsets[r * rows.groups + group]);
        let inputs = InputCursor {
            values: rows.values[first * bits.step()..].as_ptr(),
            stride: rows.stride,
        };
        // SAFETY: by the assertions above the rows have the steps of every group; a group begins at
        // a multiple of a vector's bytes, of which a row's length is one too. The caller ensures the
        // instructions.
        let prepared = unsafe { P::prepare::<R>(inputs, steps) };
        for sweep in 0..sweeps {
            let mut cursor = TileCursor {
                weights: weights[sweep * V * BYTES..].as_ptr(),
                inputs,
                ahead,
                pace,
            };
            // SAFETY: by the assertions above the tile and the rows have the steps of every group;
            // the caller ensures the instructions.
            let totals =
                unsafe { P::sum_group::<R, V>(&mut cursor, &prepared, bits, steps, offsets) };
            ahead = cursor.ahead;
            for (r, (sums, totals)) in sums.iter_mut().zip(totals).enumerate() {
                let scale = _mm256_set1_ps(rows.scales[r * rows.groups + group]);
                for (v, total) in totals.into_iter().enumerate() {
                    let output = (sweep * V + v) * LANES;
                    let sum = sums[output..output + LANES].as_mut_ptr();
                    let scales = scales[2 * output..2 * (output + LANES)].as_ptr();
                    // SAFETY: `sum` points to eight f32, `scales` to eight bf16: both slices were
                    // cut so.
                    unsafe {
                        let factor = _mm256_mul_ps(widen(_mm_loadu_si128(scales.cast())), scale);
                        let total = _mm256_cvtepi32_ps(total);
                        let added = _mm256_fmadd_ps(total, factor, _mm256_loadu_ps(sum));
                        _mm256_storeu_ps(sum, added);
                    }
                }
            }
        }
    }
    for (output, sums) in outputs.into_iter().zip(sums) {
        add_bias(&sums, tile.bias, output);
    }
}

/// The position of a block in its rows.
#[derive(Clone, Copy)]
pub(super) struct InputCursor {
    /// In the first row; the others are `stride` integers apart.
    values: *const i8,
    stride: usize,
}

impl InputCursor {
    /// The integers of row `r` from here.
    #[inline]
    pub(super) fn row(self, r: usize) -> *const i8 {
        self.values.wrapping_add(r * self.stride)
    }
}

/// The position of a block in its tile and rows, for `V` vectors of outputs.
pub(super) struct TileCursor<const V: usize> {
    weights: *const u8,
    inputs: InputCursor,
    /// What is prefetched next, `pace` bytes further with each step.
    ahead: *const u8,
    pace: usize,
}

impl<const V: usize> TileCursor<V> {
    /// The stored weights of this step for the outputs of this sweep.
    ///
    /// # Safety
    /// The tile has a step from here.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn stored(&self) -> [__m256i; V] {
        std::array::from_fn(|v| {
            // SAFETY: the caller ensures a step from here, which has a vector of bytes for each
            // eight outputs.
            unsafe { _mm256_loadu_si256(self.weights.add(BYTES * v).cast()) }
        })
    }

    /// Four integers of row `r`, of this step's from the `first`, repeated for every output.
    ///
    /// # Safety
    /// The row has them.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn inputs(&self, r: usize, first: usize) -> __m256i {
        // SAFETY: the caller ensures four bytes there; no alignment is needed.
        let four = unsafe {
            let four = self.inputs.row(r).add(first).cast::<i32>();
            four.read_unaligned()
        };
        _mm256_set1_epi32(four)
    }

    /// Goes to the next step.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn advance(&mut self, bits: BitWidth) {
        // A prefetch may point anywhere. A step reads two lines of the tile, or one where it reads
        // half of it; a single row is two fifths faster if both are prefetched (measured with
        // AVX2).
        _mm_prefetch::<_MM_HINT_T1>(self.ahead.cast());
        if V * BYTES > LINE {
            _mm_prefetch::<_MM_HINT_T1>(self.ahead.wrapping_add(LINE).cast());
        }
        self.ahead = self.ahead.wrapping_add(self.pace);
        self.weights = self.weights.wrapping_add(STEP_BYTES);
        self.inputs.values = self.inputs.values.wrapping_add(bits.step());
    }
}

/// The stored four-bit weights of a step's first four inputs, and of its next four.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn halves<const V: usize>(stored: [__m256i; V]) -> [[__m256i; V]; 2] {
    let mask = _mm256_set1_epi8(0x0f);
    [
        stored.map(|w| _mm256_and_si256(w, mask)),
        stored.map(|w| _mm256_and_si256(_mm256_srli_epi16::<4>(w), mask)),
    ]
}

/// Eight bf16 as f32.
#[inline]
#[target_feature(enable = "avx2")]
fn widen(scales: __m128i) -> __m256 {
    _mm256_castsi256_ps(_mm256_slli_epi32::<16>(_mm256_cvtepu16_epi32(scales)))
}
