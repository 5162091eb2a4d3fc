//! AVX-VNNI, of processors without AVX-512: `vpdpbusd` as in [`avx512`](super::avx512), in registers of 32 bytes.

#![expect(
    unsafe_code,
    reason = "loads through pointers, whose bounds the asserts establish"
)]

use std::arch::x86_64::*;
use std::marker::PhantomData;

use super::avx::{Products, Reader, Totals, block, halves};
use super::{Rows, Tile};
use crate::nn::packed::layout::Bits;

/// The most rows at once: `vpdpbusd` takes five cycles and two begin in each, so that their ten sums leave none
/// idle (by its timings, not measured).
pub(super) const ROWS: usize = 5;

#[target_feature(enable = "avx2,fma,avxvnni")]
pub(super) fn multiply(tile: Tile, rows: &Rows, places: &mut [&mut [f32]]) {
    // SAFETY: this function has the instructions itself.
    unsafe { multiply_by::<Vnni>(tile, rows, places) }
}

/// # Safety
/// The processor has the instructions of `D`.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn multiply_by<D: Dot>(tile: Tile, rows: &Rows, places: &mut [&mut [f32]]) {
    // SAFETY: as the caller promises.
    unsafe {
        match places {
            [a] => block::<Sums<D>, 1, 4>(tile, rows, [a]),
            [a, b] => block::<Sums<D>, 2, 4>(tile, rows, [a, b]),
            [a, b, c] => block::<Sums<D>, 3, 2>(tile, rows, [a, b, c]),
            [a, b, c, d] => block::<Sums<D>, 4, 2>(tile, rows, [a, b, c, d]),
            [a, b, c, d, e] => block::<Sums<D>, 5, 2>(tile, rows, [a, b, c, d, e]),
            _ => unreachable!("a block has one to five rows"),
        }
    }
}

/// The instruction; tests put another in its place, for processors that lack it.
trait Dot {
    /// Adds four products of unsigned and signed bytes to each sum.
    ///
    /// # Safety
    /// The processor has it.
    unsafe fn dot(sums: __m256i, unsigned: __m256i, signed: __m256i) -> __m256i;
}

struct Vnni;

impl Dot for Vnni {
    #[inline]
    #[target_feature(enable = "avx2,avxvnni")]
    unsafe fn dot(sums: __m256i, unsigned: __m256i, signed: __m256i) -> __m256i {
        _mm256_dpbusd_avx_epi32(sums, unsigned, signed)
    }
}

/// Products added up by `D`.
struct Sums<D>(PhantomData<D>);

impl<D: Dot> Products for Sums<D> {
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn sum_group<const R: usize, const V: usize>(
        at: &mut Reader<V>,
        bits: Bits,
        steps: usize,
        offsets: [i32; R],
    ) -> Totals<R, V> {
        let mut totals = offsets.map(|offset| [_mm256_set1_epi32(offset); V]);
        for _ in 0..steps {
            // SAFETY: as the caller promises, everywhere here.
            unsafe {
                match bits {
                    Bits::Eight => add::<D, R, V>(at, at.stored(), 0, &mut totals),
                    Bits::Four => {
                        let [low, high] = halves(at.stored());
                        add::<D, R, V>(at, low, 0, &mut totals);
                        add::<D, R, V>(at, high, 4, &mut totals);
                    }
                }
            }
            at.next(bits);
        }
        totals
    }
}

/// Adds the products of four inputs of each output and each row, the step's from `first`.
///
/// # Safety
/// The processor has the instructions of `D`; each of the `R` rows has these inputs.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn add<D: Dot, const R: usize, const V: usize>(
    at: &Reader<V>,
    weights: [__m256i; V],
    first: usize,
    totals: &mut Totals<R, V>,
) {
    for (r, totals) in totals.iter_mut().enumerate() {
        // SAFETY: as the caller promises.
        let inputs = unsafe { at.inputs(r, first) };
        for (total, weights) in totals.iter_mut().zip(weights) {
            // SAFETY: as above.
            *total = unsafe { D::dot(*total, weights, inputs) };
        }
    }
}

/// The same with the instruction's sums made by AVX2's: slow, and a proof of all but the instruction.
#[cfg(test)]
pub(super) mod imitation {
    use super::*;

    struct Imitation;

    impl Dot for Imitation {
        #[target_feature(enable = "avx2")]
        unsafe fn dot(sums: __m256i, unsigned: __m256i, signed: __m256i) -> __m256i {
            // Of each four bytes, those at 0 and 2 as 16 bits, and those at 1 and 3.
            let even = |x| _mm256_slli_epi16::<8>(x);
            let even = _mm256_madd_epi16(
                _mm256_srli_epi16::<8>(even(unsigned)),
                _mm256_srai_epi16::<8>(even(signed)),
            );
            let odd = _mm256_madd_epi16(
                _mm256_srli_epi16::<8>(unsigned),
                _mm256_srai_epi16::<8>(signed),
            );
            _mm256_add_epi32(sums, _mm256_add_epi32(even, odd))
        }
    }

    /// As [`multiply`](super::multiply).
    #[target_feature(enable = "avx2,fma")]
    pub(in super::super) fn multiply(tile: Tile, rows: &Rows, places: &mut [&mut [f32]]) {
        // SAFETY: this function has the instructions itself.
        unsafe { multiply_by::<Imitation>(tile, rows, places) }
    }
}
