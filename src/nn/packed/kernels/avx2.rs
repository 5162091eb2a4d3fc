//! Registers of 32 bytes: AVX2, whose products of bytes `vpmaddubsw` adds in pairs to 16 bits, which saturate.
//! Two ways round that:
//!
//! - Eight bits: the magnitudes of the weights are the unsigned bytes (at most 127), the rows take their signs,
//!   and two products of 127 × 127 stay below 2^15.
//! - Four bits: the weights are unsigned as they are stored, and the products of a whole group fit 16 bits
//!   ([`FITS`]).
//!
//! How rows and outputs are gone over is shared with [`avx_vnni`](super::avx_vnni), which adds products otherwise.

#![expect(
    unsafe_code,
    reason = "loads through pointers, whose bounds the asserts establish"
)]

use std::arch::x86_64::*;

use super::{LINE, Rows, Tile, add_bias};
use crate::nn::packed::layout::{Bits, Depth, SCALE_BYTES, STEP_BYTES, TILE};

/// Outputs of a vector of sums.
const LANES: usize = 8;
/// Bytes of a vector: a step's weights for its outputs.
const BYTES: usize = 32;
/// The most rows at once: their sums, and what it takes to make them, fill sixteen registers.
pub(super) const ROWS: usize = 4;
/// Two sums of 16 bits share the four-bit products of a group: none is beyond them.
const FITS: () = assert!(Bits::Four.group() / 2 * 15 * 128 <= i16::MAX as usize);

/// The sums of `R` rows and `V` vectors of outputs.
pub(super) type Totals<const R: usize, const V: usize> = [[__m256i; V]; R];

#[target_feature(enable = "avx2,fma")]
pub(super) fn multiply(tile: Tile, rows: &Rows, places: &mut [&mut [f32]]) {
    match places {
        [a] => block::<Avx2, 1, 4>(tile, rows, [a]),
        [a, b] => block::<Avx2, 2, 2>(tile, rows, [a, b]),
        [a, b, c] => block::<Avx2, 3, 2>(tile, rows, [a, b, c]),
        [a, b, c, d] => block::<Avx2, 4, 2>(tile, rows, [a, b, c, d]),
        _ => unreachable!("a block has one to four rows"),
    }
}

/// How the products of a group are added up.
pub(super) trait Products {
    /// The sums of the products of the next `steps` steps, a group's at most.
    ///
    /// # Safety
    /// The processor has the instructions; the tile and each of the `R` rows have so many steps from here.
    unsafe fn group<const R: usize, const V: usize>(
        at: &mut Reader<V>,
        bits: Bits,
        steps: usize,
        offsets: [i32; R],
    ) -> Totals<R, V>;
}

/// A tile for `R` rows. The sums for `V` vectors of outputs are in registers at once: each group is gone over
/// as often as it takes for all of the tile.
#[inline]
#[target_feature(enable = "avx2,fma")]
pub(super) fn block<P: Products, const R: usize, const V: usize>(
    tile: Tile,
    rows: &Rows,
    places: [&mut [f32]; R],
) {
    let Tile { depth, bytes, .. } = tile;
    let Depth { bits, .. } = depth;
    let group_steps = depth.group_steps();
    assert!(bytes.len() == depth.groups() * SCALE_BYTES + depth.steps() * STEP_BYTES);
    assert!(rows.stride >= depth.steps() * bits.step() && rows.groups == depth.groups());
    assert!(rows.values.len() == R * rows.stride);
    assert!(rows.scales.len() == R * rows.groups && rows.offsets.len() == R * rows.groups);

    let sweeps = TILE / LANES / V;
    let (mut ahead, pace) = tile.fetch.ahead(bytes, depth.steps() * sweeps);
    let mut sums = [[0.0_f32; TILE]; R];
    for group in 0..depth.groups() {
        let first = group * group_steps;
        let steps = group_steps.min(depth.steps() - first);
        let group_bytes = &bytes[group * SCALE_BYTES + first * STEP_BYTES..];
        let (scales, weights) = group_bytes.split_at(SCALE_BYTES);
        for sweep in 0..sweeps {
            let mut at = Reader {
                weights: weights[sweep * V * BYTES..].as_ptr(),
                values: rows.values[first * bits.step()..].as_ptr(),
                stride: rows.stride,
                ahead,
                pace,
            };
            let offsets = std::array::from_fn(|r| rows.offsets[r * rows.groups + group]);
            // SAFETY: by the assertions above the tile and the rows have the steps of every group; the kernel's
            // `multiply` has called this.
            let totals = unsafe { P::group::<R, V>(&mut at, bits, steps, offsets) };
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
    pub(super) unsafe fn four(&self, r: usize, first: usize) -> __m256i {
        // SAFETY: as the caller promises.
        let four = unsafe { self.values.add(r * self.stride + first).cast::<i32>() };
        // SAFETY: as above.
        _mm256_set1_epi32(unsafe { four.read_unaligned() })
    }

    /// Goes a step further.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn next(&mut self, bits: Bits) {
        // A prefetch may point anywhere. What a step reads of the tile is two lines, or one where half of it is read.
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

/// Products by `vpmaddubsw`.
struct Avx2;

impl Products for Avx2 {
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn group<const R: usize, const V: usize>(
        at: &mut Reader<V>,
        bits: Bits,
        steps: usize,
        offsets: [i32; R],
    ) -> Totals<R, V> {
        // SAFETY: as the caller promises, for both.
        unsafe {
            match bits {
                Bits::Eight => eight(at, steps),
                Bits::Four => four(at, steps, offsets),
            }
        }
    }
}

/// As [`Products::group`], of eight bits. The signs are in the rows: no offset is to be taken away.
///
/// # Safety
/// As there.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn eight<const R: usize, const V: usize>(at: &mut Reader<V>, steps: usize) -> Totals<R, V> {
    let mut totals = [[_mm256_setzero_si256(); V]; R];
    for _ in 0..steps {
        // SAFETY: as the caller promises.
        let stored = unsafe { at.stored() };
        let weights = stored.map(|w| _mm256_xor_si256(w, _mm256_set1_epi8(-128)));
        let magnitudes = weights.map(|w| _mm256_abs_epi8(w));
        for (r, totals) in totals.iter_mut().enumerate() {
            // SAFETY: as the caller promises.
            let four = unsafe { at.four(r, 0) };
            for (v, total) in totals.iter_mut().enumerate() {
                let signed = _mm256_sign_epi8(four, weights[v]);
                let pairs = _mm256_maddubs_epi16(magnitudes[v], signed);
                let fours = _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
                *total = _mm256_add_epi32(*total, fours);
            }
        }
        at.next(Bits::Eight);
    }
    totals
}

/// As [`Products::group`], of four bits.
///
/// # Safety
/// As there.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn four<const R: usize, const V: usize>(
    at: &mut Reader<V>,
    steps: usize,
    offsets: [i32; R],
) -> Totals<R, V> {
    const { FITS };
    let mut pairs = [[_mm256_setzero_si256(); V]; R];
    for _ in 0..steps {
        // SAFETY: as the caller promises.
        let stored = unsafe { at.stored() };
        for (weights, first) in halves(stored).into_iter().zip([0, 4]) {
            for (r, pairs) in pairs.iter_mut().enumerate() {
                // SAFETY: as the caller promises.
                let four = unsafe { at.four(r, first) };
                for (pairs, weights) in pairs.iter_mut().zip(weights) {
                    *pairs = _mm256_add_epi16(*pairs, _mm256_maddubs_epi16(weights, four));
                }
            }
        }
        at.next(Bits::Four);
    }
    std::array::from_fn(|r| {
        let offset = _mm256_set1_epi32(offsets[r]);
        pairs[r]
            .map(|pairs| _mm256_add_epi32(_mm256_madd_epi16(pairs, _mm256_set1_epi16(1)), offset))
    })
}

/// Eight bf16 as f32.
#[inline]
#[target_feature(enable = "avx2")]
fn widen(scales: __m128i) -> __m256 {
    _mm256_castsi256_ps(_mm256_slli_epi32::<16>(_mm256_cvtepu16_epi32(scales)))
}
