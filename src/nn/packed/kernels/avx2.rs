//! AVX2: `vpmaddubsw` multiplies unsigned with signed bytes and adds pairs to 16 bits, which saturate. Two ways
//! round that:
//!
//! - Eight bits: the magnitudes of the weights are the unsigned bytes (at most 127), the rows take their signs,
//!   and two products of 127 × 127 stay below 2^15.
//! - Four bits: the weights are unsigned as they are stored, and the products of a whole group fit 16 bits.

#![expect(
    unsafe_code,
    reason = "loads through pointers, whose bounds the asserts establish"
)]

use std::arch::x86_64::*;

use super::avx::{Products, Reader, Totals, block, halves};
use super::{Rows, Tile};
use crate::nn::packed::layout::BitWidth;

/// The most rows at once: their sums, and what it takes to make them, fill sixteen registers.
pub(super) const ROWS: usize = 4;
/// A sum of 16 bits takes half of the four-bit products of a group, at most 15 × 128 each.
const _: () = assert!(BitWidth::Four.group() / 2 * 15 * 128 <= i16::MAX as usize);

#[target_feature(enable = "avx2,fma")]
pub(super) fn multiply(tile: Tile, rows: &Rows, places: &mut [&mut [f32]]) {
    // SAFETY: this function has the instructions itself.
    unsafe {
        match places {
            [a] => block::<Avx2, 1, 4>(tile, rows, [a]),
            [a, b] => block::<Avx2, 2, 2>(tile, rows, [a, b]),
            [a, b, c] => block::<Avx2, 3, 2>(tile, rows, [a, b, c]),
            [a, b, c, d] => block::<Avx2, 4, 2>(tile, rows, [a, b, c, d]),
            _ => unreachable!("a block has one to four rows"),
        }
    }
}

/// Products by `vpmaddubsw`.
struct Avx2;

impl Products for Avx2 {
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn sum_group<const R: usize, const V: usize>(
        at: &mut Reader<V>,
        bits: BitWidth,
        steps: usize,
        offsets: [i32; R],
    ) -> Totals<R, V> {
        // SAFETY: as the caller promises, for both.
        unsafe {
            match bits {
                BitWidth::Eight => eight_bits(at, steps),
                BitWidth::Four => four_bits(at, steps, offsets),
            }
        }
    }
}

/// As [`Products::sum_group`], of eight bits. The rows take the signs of the weights: there is no offset.
/// A row has no -128 but beside a scale that is none, of what was no number.
///
/// # Safety
/// As there.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn eight_bits<const R: usize, const V: usize>(
    at: &mut Reader<V>,
    steps: usize,
) -> Totals<R, V> {
    let mut totals = [[_mm256_setzero_si256(); V]; R];
    for _ in 0..steps {
        // SAFETY: as the caller promises.
        let stored = unsafe { at.stored() };
        let weights = stored.map(|w| _mm256_xor_si256(w, _mm256_set1_epi8(-128)));
        let magnitudes = weights.map(|w| _mm256_abs_epi8(w));
        for (r, totals) in totals.iter_mut().enumerate() {
            // SAFETY: as the caller promises.
            let inputs = unsafe { at.inputs(r, 0) };
            for (v, total) in totals.iter_mut().enumerate() {
                let signed = _mm256_sign_epi8(inputs, weights[v]);
                let pairs = _mm256_maddubs_epi16(magnitudes[v], signed);
                let fours = _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
                *total = _mm256_add_epi32(*total, fours);
            }
        }
        at.next(BitWidth::Eight);
    }
    totals
}

/// As [`Products::sum_group`], of four bits.
///
/// # Safety
/// As there.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn four_bits<const R: usize, const V: usize>(
    at: &mut Reader<V>,
    steps: usize,
    offsets: [i32; R],
) -> Totals<R, V> {
    let mut pairs = [[_mm256_setzero_si256(); V]; R];
    for _ in 0..steps {
        // SAFETY: as the caller promises.
        let stored = unsafe { at.stored() };
        for (weights, first) in halves(stored).into_iter().zip([0, 4]) {
            for (r, pairs) in pairs.iter_mut().enumerate() {
                // SAFETY: as the caller promises.
                let inputs = unsafe { at.inputs(r, first) };
                for (pairs, weights) in pairs.iter_mut().zip(weights) {
                    *pairs = _mm256_add_epi16(*pairs, _mm256_maddubs_epi16(weights, inputs));
                }
            }
        }
        at.next(BitWidth::Four);
    }
    std::array::from_fn(|r| {
        let offset = _mm256_set1_epi32(offsets[r]);
        pairs[r]
            .map(|pairs| _mm256_add_epi32(_mm256_madd_epi16(pairs, _mm256_set1_epi16(1)), offset))
    })
}
