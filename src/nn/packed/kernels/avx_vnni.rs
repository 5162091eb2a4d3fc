//! AVX-VNNI, of processors without AVX-512: `vpdpbusd` as in [`avx512`](super::avx512), in registers of 32 bytes.

#![expect(
    unsafe_code,
    reason = "loads through pointers, whose bounds the asserts establish"
)]

use std::arch::x86_64::*;

use super::avx2::{Products, Reader, Totals, block, halves};
use super::{Rows, Tile};
use crate::nn::packed::layout::Bits;

/// The most rows at once: their ten sums keep a processor busy that takes five cycles for each, two at a time.
pub(super) const ROWS: usize = 5;

#[target_feature(enable = "avx2,fma,avxvnni")]
pub(super) fn multiply(tile: Tile, rows: &Rows, places: &mut [&mut [f32]]) {
    match places {
        [a] => block::<AvxVnni, 1, 4>(tile, rows, [a]),
        [a, b] => block::<AvxVnni, 2, 4>(tile, rows, [a, b]),
        [a, b, c] => block::<AvxVnni, 3, 2>(tile, rows, [a, b, c]),
        [a, b, c, d] => block::<AvxVnni, 4, 2>(tile, rows, [a, b, c, d]),
        [a, b, c, d, e] => block::<AvxVnni, 5, 2>(tile, rows, [a, b, c, d, e]),
        _ => unreachable!("a block has one to five rows"),
    }
}

/// Products by `vpdpbusd`.
struct AvxVnni;

impl Products for AvxVnni {
    #[inline]
    #[target_feature(enable = "avx2,fma,avxvnni")]
    unsafe fn group<const R: usize, const V: usize>(
        at: &mut Reader<V>,
        bits: Bits,
        steps: usize,
        offsets: [i32; R],
    ) -> Totals<R, V> {
        let mut totals = offsets.map(|offset| [_mm256_set1_epi32(offset); V]);
        // SAFETY: as the caller promises, everywhere here.
        unsafe {
            match bits {
                Bits::Eight => {
                    for _ in 0..steps {
                        add(at, at.stored(), 0, &mut totals);
                        at.next(bits);
                    }
                }
                Bits::Four => {
                    for _ in 0..steps {
                        let [low, high] = halves(at.stored());
                        add(at, low, 0, &mut totals);
                        add(at, high, 4, &mut totals);
                        at.next(bits);
                    }
                }
            }
        }
        totals
    }
}

/// Adds the products of four inputs of each output and each row, the step's from `first`.
///
/// # Safety
/// Each of the `R` rows has these inputs.
#[inline]
#[target_feature(enable = "avx2,avxvnni")]
unsafe fn add<const R: usize, const V: usize>(
    at: &Reader<V>,
    weights: [__m256i; V],
    first: usize,
    totals: &mut Totals<R, V>,
) {
    for (r, totals) in totals.iter_mut().enumerate() {
        // SAFETY: as the caller promises.
        let four = unsafe { at.four(r, first) };
        for (total, weights) in totals.iter_mut().zip(weights) {
            *total = _mm256_dpbusd_avx_epi32(*total, weights, four);
        }
    }
}
