//! AVX-512 with VNNI: `vpdpbusd` adds four products of an unsigned and a signed byte to each of
//! sixteen sums. The weights are the unsigned bytes; what their offset adds is subtracted
//! beforehand, as the sum of a row's integers is known.

#![expect(
    unsafe_code,
    reason = "instructions found at run time; loads whose bounds the asserts establish"
)]

use std::arch::x86_64::*;

use super::tile::LINE;
use super::{BlockSize, Kernel, KernelImpl, MAX_ROWS, Rows, Tile, Vectors};
use crate::nn::packed::layout::{BitWidth, PackedShape, SCALE_BYTES, STEP_BYTES, TILE};

/// The most rows at once: each takes four registers, two for sums of integers and two for their
/// floats; more rows were slower (measured).
pub(super) const ROWS: usize = 6;
const _: () = assert!(ROWS <= MAX_ROWS);

/// Proof that this processor has AVX-512 F, BW, VL and VNNI.
#[derive(Clone, Copy)]
pub(crate) struct Avx512(());

impl Avx512 {
    pub(super) fn detect() -> Option<&'static Self> {
        let found = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vnni");
        found.then_some(&Self(()))
    }
}

pub(super) fn detect() -> Option<Kernel> {
    let avx512 = Avx512::detect()?;
    Some(Kernel {
        implementation: avx512,
        vectors: Vectors::Avx512(*avx512),
    })
}

impl KernelImpl for Avx512 {
    fn name(&self) -> &'static str {
        "AVX-512 VNNI"
    }

    fn block_size(&self, _: PackedShape) -> BlockSize {
        BlockSize {
            max_rows: ROWS,
            unit: 1,
        }
    }

    fn multiply(&self, tile: Tile, rows: Rows, outputs: &mut [&mut [f32]]) {
        // SAFETY: `self` exists only where AVX-512 F, BW, VL and VNNI were detected.
        unsafe { multiply(tile, rows, outputs) }
    }
}

/// Multiplies a tile with 1 to [`ROWS`] rows.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
pub(super) fn multiply(tile: Tile, rows: Rows, outputs: &mut [&mut [f32]]) {
    match outputs {
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
fn block<const R: usize>(tile: Tile, rows: Rows, outputs: [&mut [f32]; R]) {
    let Tile { shape, bytes, .. } = tile;
    let group_steps = shape.group_steps();
    assert!(bytes.len() == shape.groups() * SCALE_BYTES + shape.steps() * STEP_BYTES);
    assert!(rows.stride >= shape.steps() * shape.bits.step());
    assert!(rows.values.len() == R * rows.stride);
    assert!(rows.scales.len() == R * rows.groups && rows.offsets.len() == R * rows.groups);
    assert!(rows.groups == shape.groups());

    let mut sums = [[_mm512_setzero_ps(); 2]; R];
    let (ahead, pace) = tile.prefetch.start_and_pace(bytes, shape.steps());
    // Prefetching both lines of a step makes a single row faster on Intel (an eighth, the kernel
    // alone) and slower on AMD, measured on one processor of each. SSE4a distinguishes them: no
    // Intel has it. An AMD whose hypervisor hides it is treated as an Intel, which only costs time.
    let both = !is_x86_feature_detected!("sse4a");
    let mut cursor = TileCursor {
        weights: bytes.as_ptr(),
        values: rows.values.as_ptr(),
        stride: rows.stride,
        ahead,
        pace,
        both,
    };
    for group in 0..shape.groups() {
        let steps = group_steps.min(shape.steps() - group * group_steps);
        // SAFETY: by the assertion above the tile holds the scales and steps of every group, and
        // the cursor has passed those of the groups before.
        let scales = unsafe { _mm512_loadu_si512(cursor.weights.cast()) };
        cursor.weights = cursor.weights.wrapping_add(SCALE_BYTES);
        let low = widen(_mm512_castsi512_si256(scales));
        let high = widen(_mm512_extracti64x4_epi64::<1>(scales));
        let mut totals = [[_mm512_setzero_si512(); 2]; R];
        for (r, totals) in totals.iter_mut().enumerate() {
            *totals = [_mm512_set1_epi32(rows.offsets[r * rows.groups + group]); 2];
        }
        // Unrolled: the end of a long loop of short steps would be mispredicted once a group.
        for _ in 0..steps / 8 {
            // SAFETY: by the assertions the tile and the rows have the group's steps, of which
            // these eight are left.
            unsafe { cursor.steps::<8, R>(shape.bits, &mut totals) };
        }
        for _ in 0..steps % 8 / 4 {
            // SAFETY: of the group's steps, which the tile and the rows have, these four are left.
            unsafe { cursor.steps::<4, R>(shape.bits, &mut totals) };
        }
        for _ in 0..steps % 4 {
            // SAFETY: of the group's steps, which the tile and the rows have, this one is left.
            unsafe { cursor.steps::<1, R>(shape.bits, &mut totals) };
        }
        for (r, (sums, totals)) in sums.iter_mut().zip(totals).enumerate() {
            let scale = _mm512_set1_ps(rows.scales[r * rows.groups + group]);
            for ((sum, total), weight_scale) in sums.iter_mut().zip(totals).zip([low, high]) {
                let factor = _mm512_mul_ps(weight_scale, scale);
                *sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), factor, *sum);
            }
        }
    }
    let width = tile.bias.len();
    assert!(width <= TILE && outputs.iter().all(|output| output.len() == width));
    let mask = u32::MAX.checked_shr((TILE - width) as u32).unwrap_or(0);
    let (mask_low, mask_high) = (mask as u16, (mask >> 16) as u16);
    let bias = tile.bias.as_ptr();
    // SAFETY: the masks leave out what is beyond the bias, which is as long as every output.
    unsafe {
        let bias_low = _mm512_maskz_loadu_ps(mask_low, bias);
        let bias_high = _mm512_maskz_loadu_ps(mask_high, bias.wrapping_add(16));
        for (output, [low, high]) in outputs.into_iter().zip(sums) {
            let output = output.as_mut_ptr();
            let (low, high) = (_mm512_add_ps(low, bias_low), _mm512_add_ps(high, bias_high));
            if width == TILE {
                _mm512_storeu_ps(output, low);
                _mm512_storeu_ps(output.add(16), high);
            } else {
                _mm512_mask_storeu_ps(output, mask_low, low);
                _mm512_mask_storeu_ps(output.wrapping_add(16), mask_high, high);
            }
        }
    }
}

/// The position of a block in its tile and rows.
struct TileCursor {
    weights: *const u8,
    /// In the first row; the others are `stride` integers apart.
    values: *const i8,
    stride: usize,
    /// What is prefetched next, `pace` bytes further with each step.
    ahead: *const u8,
    pace: usize,
    /// Whether a step prefetches both its lines with a single row too.
    both: bool,
}

impl TileCursor {
    /// Adds the products of the inputs of the next `N` steps, unchecked.
    ///
    /// # Safety
    /// The tile and each of the `R` rows have `N` steps from here.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
    unsafe fn steps<const N: usize, const R: usize>(
        &mut self,
        bits: BitWidth,
        totals: &mut [[__m512i; 2]; R],
    ) {
        for _ in 0..N {
            // SAFETY: the caller ensures `N` steps.
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
        // SAFETY: the caller ensures a step, which is two vectors of 64 bytes.
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
            // SAFETY: the caller ensures a step, which is four inputs of eight bits.
            BitWidth::Eight => unsafe { self.add(stored, 0, totals) },
            BitWidth::Four => {
                let mask = _mm512_set1_epi8(0x0f);
                let low = stored.map(|w| _mm512_and_si512(w, mask));
                let high = stored.map(|w| _mm512_and_si512(_mm512_srli_epi16::<4>(w), mask));
                // SAFETY: the caller ensures a step, which is eight inputs of four bits.
                unsafe {
                    self.add(low, 0, totals);
                    self.add(high, 4, totals);
                }
            }
        }
        self.values = self.values.wrapping_add(bits.step());
    }

    /// Adds the products of the step's four inputs from `first`, for 32 outputs and each row.
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
            let inputs = self.values.wrapping_add(r * self.stride + first);
            // SAFETY: the caller ensures four inputs of one byte there; no alignment is needed.
            let four = unsafe { inputs.cast::<i32>().read_unaligned() };
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
