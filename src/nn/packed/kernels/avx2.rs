//! AVX2 has no exact product of bytes: `vpmaddubsw` adds pairs of them to 16 bits, which saturate.
//! Two ways avoid that:
//!
//! - Eight bits: weights, as they are stored, and rows are widened to 16 bits, for which `vpmaddwd`
//!   adds pairs of exact products. That is as many instructions as magnitudes of weights with rows
//!   that take their signs (`vpsignb`, `vpmaddubsw`, `vpmaddwd`, `vpaddd`), but two of four rather
//!   than three need the two units that multiply: the kernel is a tenth faster on AMD (Zen 4).
//! - Four bits: the weights are unsigned as they are stored, and the products of a whole group fit
//!   16 bits.

#![expect(unsafe_code, reason = "instructions found at run time")]

use std::arch::x86_64::*;

use super::avx::{self, BYTES, InputCursor, Products, TileCursor, Totals, halves};
use super::{BlockSize, Kernel, KernelImpl, MAX_ROWS, Rows, Tile, Vectors};
use crate::nn::packed::layout::{BitWidth, PackedShape};

/// The most rows at once: their sums, and what it takes to make them, fill sixteen registers.
const ROWS: usize = 4;
const _: () = assert!(ROWS <= MAX_ROWS);
/// A sum of 16 bits takes half of the four-bit products of a group, at most 15 × 128 each.
const _: () = assert!(BitWidth::Four.group() / 2 * 15 * 128 <= i16::MAX as usize);

/// Proof that this processor has AVX2 and FMA.
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
            max_rows: ROWS,
            unit: 1,
        }
    }

    fn multiply(&self, tile: Tile, rows: Rows, outputs: &mut [&mut [f32]]) {
        // SAFETY: `self` exists only where AVX2 and FMA were detected.
        unsafe {
            match tile.shape.bits {
                BitWidth::Eight => avx::multiply::<EightBits>(tile, rows, outputs),
                BitWidth::Four => avx::multiply::<FourBits>(tile, rows, outputs),
            }
        }
    }
}

/// Products of eight-bit weights.
struct EightBits;

impl Products for EightBits {
    const ROWS: usize = ROWS;
    const TWO_ROWS_FIT: bool = false;
    type Prepared<const R: usize> = [WideInputs; R];

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn prepare<const R: usize>(inputs: InputCursor, steps: usize) -> [WideInputs; R] {
        // SAFETY: the caller ensures `steps` steps of each row, and what ends the last vector.
        std::array::from_fn(|r| unsafe { WideInputs::new(inputs.row(r), steps) })
    }

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn sum_group<const R: usize, const V: usize>(
        cursor: &mut TileCursor<V>,
        inputs: &[WideInputs; R],
        _: BitWidth,
        steps: usize,
        offsets: [i32; R],
    ) -> Totals<R, V> {
        let mut totals = offsets.map(|offset| [_mm256_set1_epi32(offset); V]);
        debug_assert!(steps <= GROUP_STEPS);
        // The least of both spares a check of each index.
        for step in 0..steps.min(GROUP_STEPS) {
            // SAFETY: the caller ensures that the tile has this step.
            let stored = unsafe { cursor.stored() };
            let even = stored.map(|w| _mm256_and_si256(w, _mm256_set1_epi16(0xff)));
            let odd = stored.map(|w| _mm256_srli_epi16::<8>(w));
            for (totals, inputs) in totals.iter_mut().zip(inputs) {
                for (weights, inputs) in [(even, inputs.even[step]), (odd, inputs.odd[step])] {
                    let inputs = _mm256_set1_epi32(inputs);
                    for (total, weights) in totals.iter_mut().zip(weights) {
                        let pairs = _mm256_madd_epi16(weights, inputs);
                        *total = _mm256_add_epi32(*total, pairs);
                    }
                }
            }
            cursor.advance(BitWidth::Eight);
        }
        totals
    }
}

/// The most steps of a group of eight bits, four inputs each.
const GROUP_STEPS: usize = BitWidth::Eight.group() / BitWidth::Eight.step();
/// Vectors of the inputs of a group.
const VECTORS: usize = GROUP_STEPS / VECTOR_STEPS;
/// Steps whose inputs one vector has.
const VECTOR_STEPS: usize = BYTES / BitWidth::Eight.step();

/// The inputs of a group as 16 bits: of each step two pairs, for the weights of an output at the even
/// bytes of a step and for those at its odd bytes.
#[derive(Clone, Copy)]
struct WideInputs {
    /// Inputs 0 and 2 of each step.
    even: [i32; GROUP_STEPS],
    /// Inputs 1 and 3.
    odd: [i32; GROUP_STEPS],
}

impl WideInputs {
    /// Widens `steps` steps of a row, a group's at most.
    ///
    /// # Safety
    /// From `inputs` on there are `steps` steps, and integers up to the next multiple of a vector's
    /// bytes.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn new(inputs: *const i8, steps: usize) -> Self {
        let bytes: [__m256i; VECTORS] = std::array::from_fn(|i| {
            if i * VECTOR_STEPS < steps {
                // SAFETY: the caller ensures what this vector begins with, and its end.
                unsafe { _mm256_loadu_si256(inputs.add(BYTES * i).cast()) }
            } else {
                _mm256_setzero_si256()
            }
        });
        let even = bytes.map(|b| _mm256_srai_epi16::<8>(_mm256_slli_epi16::<8>(b)));
        let odd = bytes.map(|b| _mm256_srai_epi16::<8>(b));
        // SAFETY: integers, both as many bytes.
        let pairs = |vectors: [__m256i; VECTORS]| unsafe {
            std::mem::transmute::<[__m256i; VECTORS], [i32; GROUP_STEPS]>(vectors)
        };
        Self {
            even: pairs(even),
            odd: pairs(odd),
        }
    }
}

/// Products of four-bit weights.
struct FourBits;

impl Products for FourBits {
    const ROWS: usize = ROWS;
    const TWO_ROWS_FIT: bool = false;
    type Prepared<const R: usize> = ();

    unsafe fn prepare<const R: usize>(_: InputCursor, _: usize) {}

    #[inline]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn sum_group<const R: usize, const V: usize>(
        cursor: &mut TileCursor<V>,
        (): &(),
        _: BitWidth,
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
            pairs[r].map(|pairs| {
                _mm256_add_epi32(_mm256_madd_epi16(pairs, _mm256_set1_epi16(1)), offset)
            })
        })
    }
}
