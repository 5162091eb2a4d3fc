//! AVX-512 with VNNI: `vpdpbusd` adds four products of an unsigned and a signed byte to each of
//! sixteen sums. The weights are the unsigned ones; what their offset adds is taken away beforehand,
//! as the sum of a row's integers is known.

#![expect(
    unsafe_code,
    reason = "loads through pointers, whose bounds the asserts establish"
)]

use std::arch::x86_64::*;

use super::{Rows, Tile};
use crate::nn::packed::layout::{Bits, SCALE_BYTES, STEP_BYTES, TILE};

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
pub(super) fn multiply(tile: Tile, rows: &Rows, products: &mut [[f32; TILE]]) {
    if tile.fetch_next {
        multiply_and::<true>(tile, rows, products);
    } else {
        multiply_and::<false>(tile, rows, products);
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn multiply_and<const FETCH: bool>(tile: Tile, rows: &Rows, products: &mut [[f32; TILE]]) {
    match products {
        [a] => block::<1, FETCH>(tile, rows, [a]),
        [a, b] => block::<2, FETCH>(tile, rows, [a, b]),
        [a, b, c] => block::<3, FETCH>(tile, rows, [a, b, c]),
        [a, b, c, d] => block::<4, FETCH>(tile, rows, [a, b, c, d]),
        [a, b, c, d, e] => block::<5, FETCH>(tile, rows, [a, b, c, d, e]),
        [a, b, c, d, e, f] => block::<6, FETCH>(tile, rows, [a, b, c, d, e, f]),
        _ => unreachable!("a block has one to six rows"),
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn block<const R: usize, const FETCH: bool>(
    tile: Tile,
    rows: &Rows,
    products: [&mut [f32; TILE]; R],
) {
    let Tile { depth, bytes, .. } = tile;
    let group_steps = depth.group_steps();
    assert!(bytes.len() == depth.groups() * SCALE_BYTES + depth.steps() * STEP_BYTES);
    assert!(rows.stride == depth.steps() * depth.bits.step());
    assert!(rows.values.len() == R * rows.stride);
    assert!(rows.scales.len() == R * rows.groups && rows.offsets.len() == R * rows.groups);
    assert!(rows.groups == depth.groups());

    let mut sums = [[_mm512_setzero_ps(); 2]; R];
    let mut weights = bytes.as_ptr();
    let mut values = rows.values.as_ptr();
    for group in 0..depth.groups() {
        let steps = group_steps.min(depth.steps() - group * group_steps);
        // SAFETY: by the assertion above the tile holds the scales and steps of every group, and the
        // pointer has passed those of the groups before.
        let scales = unsafe { _mm512_loadu_si512(weights.cast()) };
        weights = weights.wrapping_add(SCALE_BYTES);
        let low = widen(_mm512_castsi512_si256(scales));
        let high = widen(_mm512_extracti64x4_epi64::<1>(scales));
        let mut totals = [[_mm512_setzero_si512(); 2]; R];
        for (r, totals) in totals.iter_mut().enumerate() {
            *totals = [_mm512_set1_epi32(rows.offsets[r * rows.groups + group]); 2];
        }
        for _ in 0..steps {
            // SAFETY: as above: a step is two vectors of 64 bytes.
            let (first, second) = unsafe {
                (
                    _mm512_loadu_si512(weights.cast()),
                    _mm512_loadu_si512(weights.wrapping_add(64).cast()),
                )
            };
            if FETCH {
                // Memory's own foresight ends with each page; a prefetch may point anywhere.
                let next = weights.wrapping_add(bytes.len());
                _mm_prefetch::<_MM_HINT_T1>(next.cast());
                _mm_prefetch::<_MM_HINT_T1>(next.wrapping_add(64).cast());
            }
            weights = weights.wrapping_add(STEP_BYTES);
            match depth.bits {
                Bits::Eight => add(&mut totals, [first, second], values, rows.stride),
                Bits::Four => {
                    let mask = _mm512_set1_epi8(0x0f);
                    let low = [first, second].map(|w| _mm512_and_si512(w, mask));
                    let high =
                        [first, second].map(|w| _mm512_and_si512(_mm512_srli_epi16::<4>(w), mask));
                    add(&mut totals, low, values, rows.stride);
                    add(&mut totals, high, values.wrapping_add(4), rows.stride);
                }
            }
            values = values.wrapping_add(depth.bits.step());
        }
        for (r, (sums, totals)) in sums.iter_mut().zip(totals).enumerate() {
            let scale = _mm512_set1_ps(rows.scales[r * rows.groups + group]);
            for ((sum, total), weight_scale) in sums.iter_mut().zip(totals).zip([low, high]) {
                let factor = _mm512_mul_ps(weight_scale, scale);
                *sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), factor, *sum);
            }
        }
    }
    for (product, [low, high]) in products.into_iter().zip(sums) {
        // SAFETY: a product has room for two vectors of sixteen numbers.
        unsafe {
            _mm512_storeu_ps(product.as_mut_ptr(), low);
            _mm512_storeu_ps(product.as_mut_ptr().add(16), high);
        }
    }
}

/// Adds the products of four inputs of 32 outputs and each row; `values` points at the inputs of the
/// first row, that many before the end of its row at least.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn add<const R: usize>(
    totals: &mut [[__m512i; 2]; R],
    weights: [__m512i; 2],
    values: *const i8,
    stride: usize,
) {
    for (r, totals) in totals.iter_mut().enumerate() {
        // SAFETY: a row has four integers for each step, and `values` has gone a step further with
        // each; the rows lie a stride apart (asserted in `block`).
        let four = unsafe { values.add(r * stride).cast::<i32>().read_unaligned() };
        let four = _mm512_set1_epi32(four);
        totals[0] = _mm512_dpbusd_epi32(totals[0], weights[0], four);
        totals[1] = _mm512_dpbusd_epi32(totals[1], weights[1], four);
    }
}

/// Sixteen bf16 as f32.
#[inline]
#[target_feature(enable = "avx512f")]
fn widen(scales: __m256i) -> __m512 {
    _mm512_castsi512_ps(_mm512_slli_epi32::<16>(_mm512_cvtepu16_epi32(scales)))
}
