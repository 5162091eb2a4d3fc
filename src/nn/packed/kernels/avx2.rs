//! AVX2: `vpmaddubsw` multiplies unsigned with signed bytes and adds pairs to 16 bits, which
//! saturate. Two ways avoid that:
//!
//! - Eight bits: the magnitudes of the weights are the unsigned bytes (at most 127), the rows take
//!   the signs of the weights, and two products of 127 × 127 stay below 2^15.
//! - Four bits: the weights are unsigned as they are stored, and the products of a whole group fit
//!   16 bits.

#![expect(unsafe_code, reason = "instructions found at run time")]

use std::arch::x86_64::*;

use super::avx::{self, Products, TileCursor, Totals, halves};
use super::{BlockSize, Kernel, KernelImpl, MAX_ROWS, Rows, Tile, Vectors};
use crate::nn::packed::layout::{BitWidth, PackedShape};

const _: () = assert!(Avx2::ROWS <= MAX_ROWS);
/// A sum of 16 bits takes half of the four-bit products of a group, at most 15 × 128 each.
const _: () = assert!(BitWidth::Four.group() / 2 * 15 * 128 <= i16::MAX as usize);

/// Proof that this processor has AVX2 and FMA; products by `vpmaddubsw`.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

impl Avx2 {
    pub(super) fn detect() -> Option<&'static Self> {
        let found = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        found.then_some(&Self(()))
    }
}

pub(super) fn detect() -> Option<Kernel> {
    let avx2 = Avx2::detect()?;
    Some(Kernel {
        implementation: avx2,
        vectors: Vectors::Avx2(*avx2),
    })
}

impl KernelImpl for Avx2 {
    fn name(&self) -> &'static str {
        "AVX2"
    }

    fn block_size(&self, _: PackedShape) -> BlockSize {
        BlockSize {
            max_rows: Self::ROWS,
            unit: 1,
        }
    }

    fn multiply(&self, tile: Tile, rows: Rows, outputs: &mut [&mut [f32]]) {
        // SAFETY: `self` exists only where AVX2 and FMA were detected.
        unsafe { avx::multiply::<Self>(tile, rows, outputs) }
    }
}

impl Products for Avx2 {
    /// Their sums, and what it takes to make them, fill sixteen registers.
    const ROWS: usize = 4;
    const TWO_ROWS_FIT: bool = false;

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn sum_group<const R: usize, const V: usize>(
        cursor: &mut TileCursor<V>,
        bits: BitWidth,
        steps: usize,
        offsets: [i32; R],
    ) -> Totals<R, V> {
        // SAFETY: the caller ensures `steps` steps of the tile and the rows, for both.
        unsafe {
            match bits {
                BitWidth::Eight => eight_bits(cursor, steps),
                BitWidth::Four => four_bits(cursor, steps, offsets),
            }
        }
    }
}

/// [`Products::sum_group`] of eight bits. The rows take the signs of the weights: no offset is
/// needed. A row contains -128 only where its scale is not a number, because the row was not.
///
/// # Safety
/// The tile and each of the `R` rows have `steps` steps from here.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn eight_bits<const R: usize, const V: usize>(
    cursor: &mut TileCursor<V>,
    steps: usize,
) -> Totals<R, V> {
    let mut totals = [[_mm256_setzero_si256(); V]; R];
    for _ in 0..steps {
        // SAFETY: the caller ensures that the tile has this step.
        let stored = unsafe { cursor.stored() };
        let weights = stored.map(|w| _mm256_xor_si256(w, _mm256_set1_epi8(-128)));
        let magnitudes = weights.map(|w| _mm256_abs_epi8(w));
        for (r, totals) in totals.iter_mut().enumerate() {
            // SAFETY: the caller ensures that the rows have this step, which is four inputs.
            let inputs = unsafe { cursor.inputs(r, 0) };
            for (v, total) in totals.iter_mut().enumerate() {
                let signed = _mm256_sign_epi8(inputs, weights[v]);
                let pairs = _mm256_maddubs_epi16(magnitudes[v], signed);
                let fours = _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
                *total = _mm256_add_epi32(*total, fours);
            }
        }
        cursor.advance(BitWidth::Eight);
    }
    totals
}

/// [`Products::sum_group`] of four bits.
///
/// # Safety
/// The tile and each of the `R` rows have `steps` steps from here.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn four_bits<const R: usize, const V: usize>(
    cursor: &mut TileCursor<V>,
    steps: usize,
    offsets: [i32; R],
) -> Totals<R, V> {
    let mut pairs = [[_mm256_setzero_si256(); V]; R];
    for _ in 0..steps {
        // SAFETY: the caller ensures that the tile has this step.
        let stored = unsafe { cursor.stored() };
        for (weights, first) in halves(stored).into_iter().zip([0, 4]) {
            for (r, pairs) in pairs.iter_mut().enumerate() {
                // SAFETY: the caller ensures that the rows have this step, which is eight inputs.
                let inputs = unsafe { cursor.inputs(r, first) };
                for (pairs, weights) in pairs.iter_mut().zip(weights) {
                    *pairs = _mm256_add_epi16(*pairs, _mm256_maddubs_epi16(weights, inputs));
                }
            }
        }
        cursor.advance(BitWidth::Four);
    }
    std::array::from_fn(|r| {
        let offset = _mm256_set1_epi32(offsets[r]);
        pairs[r]
            .map(|pairs| _mm256_add_epi32(_mm256_madd_epi16(pairs, _mm256_set1_epi16(1)), offset))
    })
}
