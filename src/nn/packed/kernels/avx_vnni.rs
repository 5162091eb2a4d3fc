//! AVX-VNNI, of processors without AVX-512: `vpdpbusd` as in [`avx512`](super::avx512), in registers of 32 bytes.

#![expect(
    unsafe_code,
    reason = "loads through pointers, whose bounds the asserts establish"
)]

use std::arch::x86_64::*;

use super::avx::{Products, Reader, Totals, block, halves};
use super::{Rows, Tile};
use crate::nn::packed::layout::BitWidth;

/// The most rows at once: `vpdpbusd` takes five cycles and two begin in each, so that their ten sums leave none
/// idle (by its timings, not measured).
pub(super) const ROWS: usize = 5;

#[target_feature(enable = "avx2,fma,avxvnni")]
pub(super) fn multiply(tile: Tile, rows: &Rows, places: &mut [&mut [f32]]) {
    // SAFETY: this function has the instructions itself.
    unsafe { multiply_by::<AvxVnni>(tile, rows, places) }
}

/// # Safety
/// The processor has the instructions of `P`.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn multiply_by<P: Products>(tile: Tile, rows: &Rows, places: &mut [&mut [f32]]) {
    // SAFETY: as the caller promises.
    unsafe {
        match places {
            [a] => block::<P, 1, 4>(tile, rows, [a]),
            [a, b] => block::<P, 2, 4>(tile, rows, [a, b]),
            [a, b, c] => block::<P, 3, 2>(tile, rows, [a, b, c]),
            [a, b, c, d] => block::<P, 4, 2>(tile, rows, [a, b, c, d]),
            [a, b, c, d, e] => block::<P, 5, 2>(tile, rows, [a, b, c, d, e]),
            _ => unreachable!("a block has one to five rows"),
        }
    }
}

/// Products by `vpdpbusd`.
struct AvxVnni;

impl Products for AvxVnni {
    #[inline]
    #[target_feature(enable = "avx2,fma,avxvnni")]
    unsafe fn sum_group<const R: usize, const V: usize>(
        at: &mut Reader<V>,
        bits: BitWidth,
        steps: usize,
        offsets: [i32; R],
    ) -> Totals<R, V> {
        let dot = |sums, unsigned, signed| _mm256_dpbusd_avx_epi32(sums, unsigned, signed);
        // SAFETY: as the caller promises.
        unsafe { sum_by(at, bits, steps, offsets, dot) }
    }
}

/// As [`Products::sum_group`]; `dot` adds four products of unsigned and signed bytes to each sum. Tests put
/// another in the instruction's place, for processors that lack it. Without features of its own, and always
/// inlined, this has those of its caller: an instruction is not inlined where they are missing.
///
/// # Safety
/// As there; the caller has AVX2.
#[inline(always)]
unsafe fn sum_by<const R: usize, const V: usize>(
    at: &mut Reader<V>,
    bits: BitWidth,
    steps: usize,
    offsets: [i32; R],
    dot: impl Fn(__m256i, __m256i, __m256i) -> __m256i,
) -> Totals<R, V> {
    // SAFETY: as the caller promises, everywhere here.
    unsafe {
        let mut totals = [[_mm256_setzero_si256(); V]; R];
        for (totals, offset) in totals.iter_mut().zip(offsets) {
            *totals = [_mm256_set1_epi32(offset); V];
        }
        for _ in 0..steps {
            let stored = at.stored();
            // Four inputs of a step, or twice four.
            let (fours, count) = match bits {
                BitWidth::Eight => ([stored; 2], 1),
                BitWidth::Four => (halves(stored), 2),
            };
            for (four, weights) in fours.into_iter().take(count).enumerate() {
                for (r, totals) in totals.iter_mut().enumerate() {
                    let inputs = at.inputs(r, 4 * four);
                    for (total, weights) in totals.iter_mut().zip(weights) {
                        *total = dot(*total, weights, inputs);
                    }
                }
            }
            at.next(bits);
        }
        totals
    }
}

/// The same with the instruction's sums made by AVX2's: slow, and a proof of all but the instruction.
#[cfg(test)]
pub(super) mod imitation {
    use super::*;

    struct Imitation;

    impl Products for Imitation {
        #[target_feature(enable = "avx2,fma")]
        unsafe fn sum_group<const R: usize, const V: usize>(
            at: &mut Reader<V>,
            bits: BitWidth,
            steps: usize,
            offsets: [i32; R],
        ) -> Totals<R, V> {
            let dot = |sums, unsigned, signed| {
                // Of each four bytes, those at 0 and 2 as 16 bits, and those at 1 and 3.
                let unsigned_even = _mm256_srli_epi16::<8>(_mm256_slli_epi16::<8>(unsigned));
                let signed_even = _mm256_srai_epi16::<8>(_mm256_slli_epi16::<8>(signed));
                let even = _mm256_madd_epi16(unsigned_even, signed_even);
                let unsigned_odd = _mm256_srli_epi16::<8>(unsigned);
                let signed_odd = _mm256_srai_epi16::<8>(signed);
                let odd = _mm256_madd_epi16(unsigned_odd, signed_odd);
                _mm256_add_epi32(sums, _mm256_add_epi32(even, odd))
            };
            // SAFETY: as the caller promises.
            unsafe { sum_by(at, bits, steps, offsets, dot) }
        }
    }

    /// As [`multiply`](super::multiply).
    #[target_feature(enable = "avx2,fma")]
    pub(in super::super) fn multiply(tile: Tile, rows: &Rows, places: &mut [&mut [f32]]) {
        // SAFETY: this function has the instructions itself.
        unsafe { multiply_by::<Imitation>(tile, rows, places) }
    }
}
