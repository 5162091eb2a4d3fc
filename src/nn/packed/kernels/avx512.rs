//! AVX-512 with VNNI: `vpdpbusd` adds four products of an unsigned and a signed byte to each of
//! sixteen sums. The weights are the unsigned ones; what their offset adds is taken away beforehand,
//! as the sum of a row's integers is known.

#![expect(
    unsafe_code,
    reason = "loads through pointers, whose bounds the asserts establish"
)]

use std::arch::x86_64::*;

use super::{LINE, Rows, Tile};
use crate::nn::packed::layout::{BitWidth, SCALE_BYTES, STEP_BYTES, TILE};

/// The most rows at once: each takes four registers, two for sums of integers and two for their floats; more rows
/// were slower (measured).
pub(super) const ROWS: usize = 6;

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
pub(super) fn multiply(tile: Tile, rows: &Rows, places: &mut [&mut [f32]]) {
    match places {
        [a] => block(tile, rows, [a]),
        [a, b] => block(tile, rows, [a, b]),
        [a, b, c] => block(tile, rows, [a, b, c]),
        [a, b, c, d] => block(tile, rows, [a, b, c, d]),
        [a, b, c, d, e] => block(tile, rows, [a, b, c, d, e]),
        [a, b, c, d, e, f] => block(tile, rows, [a, b, c, d, e, f]),
        _ => unreachable!("a block has one to six rows"),
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn block<const R: usize>(tile: Tile, rows: &Rows, places: [&mut [f32]; R]) {
    let Tile { shape, bytes, .. } = tile;
    let group_steps = shape.group_steps();
    assert!(bytes.len() == shape.groups() * SCALE_BYTES + shape.steps() * STEP_BYTES);
    assert!(rows.stride >= shape.steps() * shape.bits.step());
    assert!(rows.values.len() == R * rows.stride);
    assert!(rows.scales.len() == R * rows.groups && rows.offsets.len() == R * rows.groups);
    assert!(rows.groups == shape.groups());

    let mut sums = [[_mm512_setzero_ps(); 2]; R];
    let (ahead, pace) = tile.fetch.ahead(bytes, shape.steps());
    // Asking for both lines of a step makes a single row faster on Intel (an eighth, the kernel alone) and slower on
    // AMD, measured on one processor of each. SSE4a tells them apart: no Intel has it. An AMD whose hypervisor
    // hides it is taken for an Intel, at a cost in time alone.
    let both = !is_x86_feature_detected!("sse4a");
    let mut reader = Reader {
        weights: bytes.as_ptr(),
        values: rows.values.as_ptr(),
        stride: rows.stride,
        ahead,
        pace,
        both,
    };
    for group in 0..shape.groups() {
        let steps = group_steps.min(shape.steps() - group * group_steps);
        // SAFETY: by the assertion above the tile holds the scales and steps of every group, and the
        // pointer has passed those of the groups before.
        let scales = unsafe { _mm512_loadu_si512(reader.weights.cast()) };
        reader.weights = reader.weights.wrapping_add(SCALE_BYTES);
        let low = widen(_mm512_castsi512_si256(scales));
        let high = widen(_mm512_extracti64x4_epi64::<1>(scales));
        let mut totals = [[_mm512_setzero_si512(); 2]; R];
        for (r, totals) in totals.iter_mut().enumerate() {
            *totals = [_mm512_set1_epi32(rows.offsets[r * rows.groups + group]); 2];
        }
        // The end of a long loop of short steps is foreseen wrongly once a group.
        for _ in 0..steps / 8 {
            // SAFETY: the tile and the rows have so many steps, here and in the next two loops.
            unsafe { reader.steps::<8, R>(shape.bits, &mut totals) };
        }
        for _ in 0..steps % 8 / 4 {
            // SAFETY: as above.
            unsafe { reader.steps::<4, R>(shape.bits, &mut totals) };
        }
        for _ in 0..steps % 4 {
            // SAFETY: as above.
            unsafe { reader.steps::<1, R>(shape.bits, &mut totals) };
        }
        for (r, (sums, totals)) in sums.iter_mut().zip(totals).enumerate() {
            let scale = _mm512_set1_ps(rows.scales[r * rows.groups + group]);
            for ((sum, total), weight_scale) in sums.iter_mut().zip(totals).zip([low, high]) {
                let factor = _mm512_mul_ps(weight_scale, scale);
                *sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), factor, *sum);
            }
        }
    }
    let outputs = tile.bias.len();
    assert!(outputs <= TILE && places.iter().all(|place| place.len() == outputs));
    let there = u32::MAX.checked_shr((TILE - outputs) as u32).unwrap_or(0);
    let (there_low, there_high) = (there as u16, (there >> 16) as u16);
    let bias = tile.bias.as_ptr();
    // SAFETY: the masks leave out what is beyond the bias, whose length is that of every place.
    unsafe {
        let bias_low = _mm512_maskz_loadu_ps(there_low, bias);
        let bias_high = _mm512_maskz_loadu_ps(there_high, bias.wrapping_add(16));
        for (place, [low, high]) in places.into_iter().zip(sums) {
            let place = place.as_mut_ptr();
            let (low, high) = (_mm512_add_ps(low, bias_low), _mm512_add_ps(high, bias_high));
            if outputs == TILE {
                _mm512_storeu_ps(place, low);
                _mm512_storeu_ps(place.add(16), high);
            } else {
                _mm512_mask_storeu_ps(place, there_low, low);
                _mm512_mask_storeu_ps(place.wrapping_add(16), there_high, high);
            }
        }
    }
}

/// Where a block has come to in its tile and rows.
struct Reader {
    weights: *const u8,
    /// Of the first row; the others lie a `stride` apart.
    values: *const i8,
    stride: usize,
    /// What is asked of memory next, `pace` bytes further with each step.
    ahead: *const u8,
    pace: usize,
    /// Whether a step asks for both its lines with a single row too.
    both: bool,
}

impl Reader {
    /// Adds the products of the inputs of the next `N` steps, without a look at whether there are so many.
    ///
    /// # Safety
    /// The tile and each of the `R` rows have so many steps from here.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
    unsafe fn steps<const N: usize, const R: usize>(
        &mut self,
        bits: BitWidth,
        totals: &mut [[__m512i; 2]; R],
    ) {
        for _ in 0..N {
            // SAFETY: as the caller promises.
            unsafe { self.step(bits, totals) };
        }
    }

    /// Adds the products of the next step's inputs.
    ///
    /// # Safety
    /// The tile and each of the `R` rows have a step from here.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
    unsafe fn step<const R: usize>(&mut self, bits: BitWidth, totals: &mut [[__m512i; 2]; R]) {
        // SAFETY: as the caller promises; a step is two vectors of 64 bytes.
        let stored = unsafe {
            [
                _mm512_loadu_si512(self.weights.cast()),
                _mm512_loadu_si512(self.weights.wrapping_add(64).cast()),
            ]
        };
        // A prefetch may point anywhere.
        _mm_prefetch::<_MM_HINT_T1>(self.ahead.cast());
        if R > 1 || self.both {
            _mm_prefetch::<_MM_HINT_T1>(self.ahead.wrapping_add(LINE).cast());
        }
        self.ahead = self.ahead.wrapping_add(self.pace);
        self.weights = self.weights.wrapping_add(STEP_BYTES);
        match bits {
            // SAFETY: the rows have a step of inputs, which is four, or with four bits eight.
            BitWidth::Eight => unsafe { self.add(stored, 0, totals) },
            BitWidth::Four => {
                let mask = _mm512_set1_epi8(0x0f);
                let low = stored.map(|w| _mm512_and_si512(w, mask));
                let high = stored.map(|w| _mm512_and_si512(_mm512_srli_epi16::<4>(w), mask));
                // SAFETY: as above.
                unsafe {
                    self.add(low, 0, totals);
                    self.add(high, 4, totals);
                }
            }
        }
        self.values = self.values.wrapping_add(bits.step());
    }

    /// Adds the products of four inputs of 32 outputs and each row, the inputs from `first` of the step.
    ///
    /// # Safety
    /// Each of the `R` rows has these inputs.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
    unsafe fn add<const R: usize>(
        &self,
        weights: [__m512i; 2],
        first: usize,
        totals: &mut [[__m512i; 2]; R],
    ) {
        for (r, totals) in totals.iter_mut().enumerate() {
            let place = self.values.wrapping_add(r * self.stride + first);
            // SAFETY: as the caller promises.
            let four = unsafe { place.cast::<i32>().read_unaligned() };
            let four = _mm512_set1_epi32(four);
            totals[0] = _mm512_dpbusd_epi32(totals[0], weights[0], four);
            totals[1] = _mm512_dpbusd_epi32(totals[1], weights[1], four);
        }
    }
}

/// Sixteen bf16 as f32.
#[inline]
#[target_feature(enable = "avx512f")]
pub(super) fn widen(scales: __m256i) -> __m512 {
    _mm512_castsi512_ps(_mm512_slli_epi32::<16>(_mm512_cvtepu16_epi32(scales)))
}
