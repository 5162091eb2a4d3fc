//! AVX-VNNI, of processors without AVX-512: `vpdpbusd` as in [`avx512`](super::avx512), in
//! registers of 32 bytes.

#![expect(unsafe_code, reason = "instructions found at run time")]

use std::arch::x86_64::*;

use super::avx::{self, InputCursor, Products, TileCursor, Totals, halves};
use super::avx2::Avx2;
use super::{BlockSize, Kernel, KernelImpl, MAX_ROWS, Rows, Tile, Vectors};
use crate::nn::packed::layout::{BitWidth, PackedShape};

const _: () = assert!(AvxVnni::ROWS <= MAX_ROWS);

/// Proof that this processor has AVX2, FMA and AVX-VNNI; products by `vpdpbusd`.
struct AvxVnni(());

pub(super) fn detect() -> Option<Kernel> {
    let avx2 = Avx2::detect()?;
    is_x86_feature_detected!("avxvnni").then_some(Kernel {
        implementation: &AvxVnni(()),
        vectors: Vectors::Avx2(*avx2),
    })
}

impl KernelImpl for AvxVnni {
    fn name(&self) -> &'static str {
        "AVX-VNNI"
    }

    fn block_size(&self, _: PackedShape) -> BlockSize {
        BlockSize {
            max_rows: Self::ROWS,
            unit: 1,
        }
    }

    fn multiply(&self, tile: Tile, rows: Rows, outputs: &mut [&mut [f32]]) {
        // SAFETY: `self` exists only where AVX2, FMA and AVX-VNNI were detected.
        unsafe { avx::multiply::<Self>(tile, rows, outputs) }
    }
}

impl Products for AvxVnni {
    /// `vpdpbusd` takes five cycles and two begin in each: ten sums leave none idle (by its
    /// timings, not measured).
    const ROWS: usize = 5;
    const TWO_ROWS_FIT: bool = true;

    /// The inputs are multiplied as they are.
    type Prepared<const R: usize> = ();

    unsafe fn prepare<const R: usize>(_: InputCursor, _: usize) {}

    #[inline]
    #[target_feature(enable = "avx2,fma,avxvnni")]
    unsafe fn sum_group<const R: usize, const V: usize>(
        cursor: &mut TileCursor<V>,
        (): &(),
        bits: BitWidth,
        steps: usize,
        offsets: [i32; R],
    ) -> Totals<R, V> {
        let dot = |sums, unsigned, signed| _mm256_dpbusd_avx_epi32(sums, unsigned, signed);
        // SAFETY: the caller ensures `steps` steps of the tile and the rows; this function has
        // AVX2.
        unsafe { sum_by(cursor, bits, steps, offsets, dot) }
    }
}

/// [`Products::sum_group`], where `dot` adds four products of unsigned and signed bytes to each
/// sum; tests replace the instruction, for processors without it. This has no features of its own
/// and is always inlined, so that it has those of its caller: an instruction is not inlined into a
/// function without its feature.
///
/// # Safety
/// The tile and each of the `R` rows have `steps` steps from here; the caller has AVX2.
#[inline(always)]
unsafe fn sum_by<const R: usize, const V: usize>(
    cursor: &mut TileCursor<V>,
    bits: BitWidth,
    steps: usize,
    offsets: [i32; R],
    dot: impl Fn(__m256i, __m256i, __m256i) -> __m256i,
) -> Totals<R, V> {
    // SAFETY: the caller has AVX2, and ensures that the tile and the rows have each of these steps,
    // which are four inputs, or eight of four bits.
    unsafe {
        let mut totals = [[_mm256_setzero_si256(); V]; R];
        for (totals, offset) in totals.iter_mut().zip(offsets) {
            *totals = [_mm256_set1_epi32(offset); V];
        }
        for _ in 0..steps {
            let stored = cursor.stored();
            // Four inputs of a step, or twice four.
            let (fours, count) = match bits {
                BitWidth::Eight => ([stored; 2], 1),
                BitWidth::Four => (halves(stored), 2),
            };
            for (four, weights) in fours.into_iter().take(count).enumerate() {
                for (r, totals) in totals.iter_mut().enumerate() {
                    let inputs = cursor.inputs(r, 4 * four);
                    for (total, weights) in totals.iter_mut().zip(weights) {
                        *total = dot(*total, weights, inputs);
                    }
                }
            }
            cursor.advance(bits);
        }
        totals
    }
}

/// The kernel with the instruction emulated by AVX2's: slow, and a proof of all but the
/// instruction.
#[cfg(test)]
pub(super) mod emulation {
    use super::*;

    /// Proof of AVX2 and FMA.
    struct EmulatedAvxVnni(());

    pub(in super::super) fn detect() -> Option<Kernel> {
        let avx2 = Avx2::detect()?;
        Some(Kernel {
            implementation: &EmulatedAvxVnni(()),
            vectors: Vectors::Avx2(*avx2),
        })
    }

    impl KernelImpl for EmulatedAvxVnni {
        fn name(&self) -> &'static str {
            "AVX-VNNI, emulated"
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

    impl Products for EmulatedAvxVnni {
        const ROWS: usize = AvxVnni::ROWS;
        const TWO_ROWS_FIT: bool = AvxVnni::TWO_ROWS_FIT;

        type Prepared<const R: usize> = ();

        unsafe fn prepare<const R: usize>(_: InputCursor, _: usize) {}

        #[target_feature(enable = "avx2,fma")]
        unsafe fn sum_group<const R: usize, const V: usize>(
            cursor: &mut TileCursor<V>,
            (): &(),
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
            // SAFETY: the caller ensures `steps` steps of the tile and the rows; this function has
            // AVX2.
            unsafe { sum_by(cursor, bits, steps, offsets, dot) }
        }
    }
}
