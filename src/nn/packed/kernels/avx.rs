//! How a tile and its rows are gone over in registers of 32 bytes, whichever instructions add up the products.

#![expect(
    unsafe_code,
    reason = "loads through pointers, whose bounds the asserts establish"
)]

use std::arch::x86_64::*;

use super::{LINE, Rows, Tile, add_bias};
use crate::nn::packed::layout::{BitWidth, PackedShape, SCALE_BYTES, STEP_BYTES, TILE};

/// Outputs of a vector of sums.
const LANES: usize = 8;
/// Bytes of a vector: a step's weights for its outputs.
const BYTES: usize = 32;

/// The sums of `R` rows and `V` vectors of outputs.
pub(super) type Totals<const R: usize, const V: usize> = [[__m256i; V]; R];

/// How the products of a group are added up.
pub(super) trait Products {
    /// The sums of the products of the next `steps` steps, a group's at most. Where weights are taken as stored,
    /// a row's sums begin with its offset (`Activations::offsets`); where with their signs, with zero.
    ///
    /// # Safety
    /// The processor has the instructions; the tile and each of the `R` rows have so many steps from here.
    unsafe fn sum_group<const R: usize, const V: usize>(
        at: &mut Reader<V>,
        bits: BitWidth,
        steps: usize,
        offsets: [i32; R],
    ) -> Totals<R, V>;
}

/// A tile for `R` rows. The sums for `V` vectors of outputs are in registers at once: each group is gone over
/// as often as it takes for all of the tile.
///
/// # Safety
/// The processor has the instructions of `P`.
#[inline]
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn block<P: Products, const R: usize, const V: usize>(
    tile: Tile,
    rows: &Rows,
    places: [&mut [f32]; R],
) {
    const { assert!((TILE / LANES).is_multiple_of(V)) };
    let Tile { shape, bytes, .. } = tile;
    let PackedShape { bits, .. } = shape;
    let group_steps = shape.group_steps();
    assert!(bytes.len() == shape.groups() * SCALE_BYTES + shape.steps() * STEP_BYTES);
    assert!(rows.stride >= shape.steps() * bits.step() && rows.groups == shape.groups());
    assert!(rows.values.len() == R * rows.stride);
    assert!(rows.scales.len() == R * rows.groups && rows.offsets.len() == R * rows.groups);

    let sweeps = TILE / LANES / V;
    let (mut ahead, pace) = tile.fetch.ahead(bytes, shape.steps() * sweeps);
    let mut sums = [[0.0_f32; TILE]; R];
    for group in 0..shape.groups() {
        let first = group * group_steps;
        let steps = group_steps.min(shape.steps() - first);
        let group_bytes = &bytes[group * SCALE_BYTES + first * STEP_BYTES..];
        let (scales, weights) = group_bytes.split_at(SCALE_BYTES);
        let offsets = std::array::from_fn(|r| rows.offsets[r * rows.groups + group]);
        for sweep in 0..sweeps {
            let mut at = Reader {
                weights: weights[sweep * V * BYTES..].as_ptr(),
                values: rows.values[first * bits.step()..].as_ptr(),
                stride: rows.stride,
                ahead,
                pace,
            };
            // SAFETY: by the assertions above the tile and the rows have the steps of every group; the caller
            // promises the instructions.
            let totals = unsafe { P::sum_group::<R, V>(&mut at, bits, steps, offsets) };
            ahead = at.ahead;
            for (r, (sums, totals)) in sums.iter_mut().zip(totals).enumerate() {
                let scale = _mm256_set1_ps(rows.scales[r * rows.groups + group]);
                for (v, total) in totals.into_iter().enumerate() {
                    let output = (sweep * V + v) * LANES;
                    let sum = sums[output..output + LANES].as_mut_ptr();
                    let scales = scales[2 * output..2 * (output + LANES)].as_ptr();
                    // SAFETY: both slices have eight numbers, of four and of two bytes.
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
    for (place, sums) in places.into_iter().zip(sums) {
        add_bias(&sums, tile.bias, place);
    }
}

/// Where a block has come to in its tile and rows, for `V` vectors of outputs.
pub(super) struct Reader<const V: usize> {
    weights: *const u8,
    /// Of the first row; the others lie a `stride` apart.
    values: *const i8,
    stride: usize,
    /// What is asked of memory next, `pace` bytes further with each step.
    ahead: *const u8,
    pace: usize,
}

impl<const V: usize> Reader<V> {
    /// The stored weights of this step for the outputs of this sweep.
    ///
    /// # Safety
    /// The tile has a step from here.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn stored(&self) -> [__m256i; V] {
        std::array::from_fn(|v| {
            // SAFETY: as the caller promises; a step has a vector of bytes for eight outputs.
            unsafe { _mm256_loadu_si256(self.weights.add(BYTES * v).cast()) }
        })
    }

    /// Four integers of row `r`, the step's from `first`, for every output.
    ///
    /// # Safety
    /// The row has them.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn inputs(&self, r: usize, first: usize) -> __m256i {
        // SAFETY: as the caller promises.
        let four = unsafe { self.values.add(r * self.stride + first).cast::<i32>() };
        // SAFETY: as above.
        _mm256_set1_epi32(unsafe { four.read_unaligned() })
    }

    /// Goes a step further.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn next(&mut self, bits: BitWidth) {
        // A prefetch may point anywhere. What a step reads of the tile is two lines, or one where it reads
        // half of it; a single row is two fifths faster where both are asked for (measured with AVX2).
        _mm_prefetch::<_MM_HINT_T1>(self.ahead.cast());
        if V * BYTES > LINE {
            _mm_prefetch::<_MM_HINT_T1>(self.ahead.wrapping_add(LINE).cast());
        }
        self.ahead = self.ahead.wrapping_add(self.pace);
        self.weights = self.weights.wrapping_add(STEP_BYTES);
        self.values = self.values.wrapping_add(bits.step());
    }
}

/// The four-bit weights of the first four inputs of a step, and of the next four, as stored.
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
