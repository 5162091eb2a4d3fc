//! AVX2: `vpmaddubsw` multiplies unsigned with signed bytes and adds pairs to 16 bits, which saturate.
//! So the magnitudes of the weights are the unsigned ones (at most 127), the rows take their signs, and
//! two products of 127 × 127 stay below 2^15.

#![expect(
    unsafe_code,
    reason = "loads through pointers, whose bounds the asserts establish"
)]

use std::arch::x86_64::*;

use super::{Rows, Tile, add_bias};
use crate::nn::packed::layout::{Bits, SCALE_BYTES, STEP_BYTES, TILE};

/// Outputs of a vector of sums.
const LANES: usize = 8;
/// Vectors of a tile.
const VECTORS: usize = TILE / LANES;

#[target_feature(enable = "avx2,fma")]
pub(super) fn multiply(tile: Tile, rows: &Rows, places: &mut [&mut [f32]]) {
    let mut first = 0;
    for pair in places.chunks_mut(2) {
        match pair {
            [a, b] => block(tile, rows, first, [a, b]),
            [a] => block(tile, rows, first, [a]),
            _ => {}
        }
        first += 2;
    }
}

/// Rows `first..first + R`: with sixteen registers there is room for two.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn block<const R: usize>(tile: Tile, rows: &Rows, first: usize, places: [&mut [f32]; R]) {
    let Tile { depth, bytes, .. } = tile;
    let group_steps = depth.group_steps();
    assert!(bytes.len() == depth.groups() * SCALE_BYTES + depth.steps() * STEP_BYTES);
    assert!(rows.stride >= depth.steps() * depth.bits.step() && rows.groups == depth.groups());
    assert!(rows.values.len() >= (first + R) * rows.stride);

    let mut sums = [[_mm256_setzero_ps(); VECTORS]; R];
    let mut weights = bytes.as_ptr();
    let mut values = rows.values[first * rows.stride..].as_ptr();
    for group in 0..depth.groups() {
        let steps = group_steps.min(depth.steps() - group * group_steps);
        let scales = weights;
        weights = weights.wrapping_add(SCALE_BYTES);
        let mut totals = [[_mm256_setzero_si256(); VECTORS]; R];
        for _ in 0..steps {
            for vector in 0..VECTORS {
                // SAFETY: by the assertion above the tile holds the scales and steps of every group,
                // and the pointer has passed those before; a step is four vectors of 32 bytes.
                let stored =
                    unsafe { _mm256_loadu_si256(weights.wrapping_add(32 * vector).cast()) };
                match depth.bits {
                    Bits::Eight => {
                        let signed = _mm256_xor_si256(stored, _mm256_set1_epi8(-128));
                        add(&mut totals, vector, signed, values, rows.stride);
                    }
                    Bits::Four => {
                        let mask = _mm256_set1_epi8(0x0f);
                        let eight = _mm256_set1_epi8(8);
                        let low = _mm256_and_si256(stored, mask);
                        let high = _mm256_and_si256(_mm256_srli_epi16::<4>(stored), mask);
                        let (low, high) =
                            (_mm256_sub_epi8(low, eight), _mm256_sub_epi8(high, eight));
                        add(&mut totals, vector, low, values, rows.stride);
                        add(
                            &mut totals,
                            vector,
                            high,
                            values.wrapping_add(4),
                            rows.stride,
                        );
                    }
                }
            }
            weights = weights.wrapping_add(STEP_BYTES);
            values = values.wrapping_add(depth.bits.step());
        }
        for (r, (sums, totals)) in sums.iter_mut().zip(totals).enumerate() {
            let scale = _mm256_set1_ps(rows.scales[(first + r) * rows.groups + group]);
            for (vector, (sum, total)) in sums.iter_mut().zip(totals).enumerate() {
                // SAFETY: a group begins with 32 scales of two bytes.
                let weight_scale =
                    widen(unsafe { _mm_loadu_si128(scales.wrapping_add(16 * vector).cast()) });
                let factor = _mm256_mul_ps(weight_scale, scale);
                *sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(total), factor, *sum);
            }
        }
    }
    for (place, sums) in places.into_iter().zip(sums) {
        let mut numbers = [0.0; TILE];
        for (eight, sum) in numbers.chunks_exact_mut(LANES).zip(sums) {
            // SAFETY: the chunk has room for eight numbers.
            unsafe { _mm256_storeu_ps(eight.as_mut_ptr(), sum) };
        }
        add_bias(&numbers, tile.bias, place);
    }
}

/// Adds the products of four inputs of eight outputs and each row; `values` points at the inputs of
/// the first row, that many before the end of its row at least.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn add<const R: usize>(
    totals: &mut [[__m256i; VECTORS]; R],
    vector: usize,
    weights: __m256i,
    values: *const i8,
    stride: usize,
) {
    let magnitudes = _mm256_abs_epi8(weights);
    for (r, totals) in totals.iter_mut().enumerate() {
        // SAFETY: a row has four integers for each step, and `values` has gone a step further with
        // each; the rows lie a stride apart (asserted in `block`).
        let four = unsafe { values.add(r * stride).cast::<i32>().read_unaligned() };
        let signed = _mm256_sign_epi8(_mm256_set1_epi32(four), weights);
        let pairs = _mm256_maddubs_epi16(magnitudes, signed);
        let fours = _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
        totals[vector] = _mm256_add_epi32(totals[vector], fours);
    }
}

/// Eight bf16 as f32.
#[inline]
#[target_feature(enable = "avx2")]
fn widen(scales: __m128i) -> __m256 {
    _mm256_castsi256_ps(_mm256_slli_epi32::<16>(_mm256_cvtepu16_epi32(scales)))
}
