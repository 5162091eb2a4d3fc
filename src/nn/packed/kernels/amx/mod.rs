//! AMX: one instruction adds the products of sixteen rows of 64 bytes with sixteen columns of 64
//! bytes.
//!
//! A packed tile holds its weights as the instruction reads them. At the end of a group the sums of
//! integers leave their registers. They are scaled and added up between the instructions for the
//! next group, some rows after each: the processor overlaps the two only where they are next to
//! each other (a third faster, measured).

#![expect(
    unsafe_code,
    reason = "instructions found at run time; loads whose bounds the asserts establish"
)]

#[cfg(test)]
pub(super) mod emulation;
mod registers;

use std::arch::x86_64::*;
use std::sync::OnceLock;

use super::avx512::{self, Avx512};
use super::tile::{LINE, add_bias};
use super::{BlockSize, Kernel, KernelImpl, MAX_ROWS, Rows, Tile, Vectors};
use crate::nn::packed::layout::{BitWidth, PackedShape, SCALE_BYTES, STEP_BYTES, TILE};
use registers::{COLUMN_STEPS, ROW_BYTES, Registers, SIDE, TileRegisters};

/// The most rows at once: those of two registers.
const ROWS: usize = 2 * SIDE;
const _: () = assert!(ROWS <= MAX_ROWS);
/// The most rows that AVX-512 multiplies at least as fast: an instruction takes as long for few
/// rows as for all (measured).
const FEW: usize = avx512::ROWS;
/// Instructions that multiply a group's inputs with the rows of a register: two for each half of
/// the outputs.
const GROUP_PRODUCTS: usize = 4;

/// Proof that this processor has AVX-512 with VNNI and AMX, whose registers the system granted.
struct Amx {
    avx512: Avx512,
    registers: TileRegisters,
}

impl Amx {
    fn detect() -> Option<&'static Self> {
        static FOUND: OnceLock<Option<Amx>> = OnceLock::new();
        let detect = || {
            Some(Self {
                avx512: *Avx512::detect()?,
                registers: TileRegisters::detect()?,
            })
        };
        FOUND.get_or_init(detect).as_ref()
    }
}

pub(super) fn detect() -> Option<Kernel> {
    let amx = Amx::detect()?;
    Some(Kernel {
        implementation: amx,
        vectors: Vectors::Avx512(amx.avx512),
    })
}

impl KernelImpl for Amx {
    fn name(&self) -> &'static str {
        "AMX"
    }

    fn block_size(&self, shape: PackedShape) -> BlockSize {
        block_size(shape, &self.avx512)
    }

    fn multiply(&self, tile: Tile, rows: Rows, outputs: &mut [&mut [f32]]) {
        if outputs.len() <= FEW || !fits(tile.shape) {
            return self.avx512.multiply(tile, rows, outputs);
        }
        // SAFETY: `self` exists only where AVX-512 F, BW and VL were detected.
        unsafe { multiply(&mut { self.registers }, tile, rows, outputs) }
    }

    fn release(&self) {
        self.registers.release();
    }
}

/// Whether tiles of this shape can be multiplied so: bytes, and no register of inputs in part.
fn fits(shape: PackedShape) -> bool {
    shape.bits == BitWidth::Eight && shape.inputs.is_multiple_of(ROW_BYTES)
}

/// Rows at once: of AMX where the shape fits, else of AVX-512.
fn block_size(shape: PackedShape, avx512: &Avx512) -> BlockSize {
    if fits(shape) {
        BlockSize {
            max_rows: ROWS,
            unit: SIDE,
        }
    } else {
        avx512.block_size(shape)
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
fn multiply(registers: &mut impl Registers, tile: Tile, rows: Rows, outputs: &mut [&mut [f32]]) {
    if outputs.len() <= SIDE {
        block::<1>(registers, tile, rows, outputs);
    } else {
        block::<2>(registers, tile, rows, outputs);
    }
}

/// A number for each row and output; aligned: no two rows share a line of memory.
#[repr(align(64))]
struct Block<T>([[T; TILE]; ROWS]);

/// Multiplies a tile with the rows of `R` registers.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
fn block<const R: usize>(
    registers: &mut impl Registers,
    tile: Tile,
    rows: Rows,
    outputs: &mut [&mut [f32]],
) {
    let Tile { shape, bytes, .. } = tile;
    let (count, groups) = (outputs.len(), shape.groups());
    assert!(fits(shape) && (R - 1) * SIDE < count && count <= R * SIDE);
    assert!(bytes.len() == groups * SCALE_BYTES + shape.steps() * STEP_BYTES);
    assert!(rows.stride >= shape.inputs && rows.values.len() == count * rows.stride);
    assert!(rows.scales.len() == count * groups && rows.offsets.len() == count * groups);
    assert!(rows.groups == groups);
    let second = (R == 2).then(|| count - SIDE);
    registers.configure(count.min(SIDE), second);

    let mut sums = Block([[0.0_f32; TILE]; ROWS]);
    let mut totals = Block([[0_i32; TILE]; ROWS]);
    let mut adder = Adder {
        rows,
        count,
        group: 0,
        next: count,
        at_once: count.div_ceil(R * GROUP_PRODUCTS),
        scales: [_mm512_setzero_ps(); 2],
    };
    let mut prefetcher = Prefetcher::new(tile);
    let (mut weights, mut values) = (bytes.as_ptr(), rows.values.as_ptr());
    for group in 0..groups {
        // SAFETY: by the assertion above the tile holds the scales and steps of every group, and
        // the pointer has passed those of the groups before.
        let scales = unsafe { _mm512_loadu_si512(weights.cast()) };
        weights = weights.wrapping_add(SCALE_BYTES);
        registers.clear::<R>();
        let steps = shape.steps() - group * shape.group_steps();
        for _ in 0..steps.min(shape.group_steps()) / COLUMN_STEPS {
            for product in 0..2 * R {
                // SAFETY: a group's steps are a multiple of a register's, as the inputs are; by the
                // assertions the tile and all rows, those of the second register too, have them.
                unsafe {
                    match product {
                        0 => {
                            registers.load_weights::<0>(weights);
                            registers.load_rows::<0>(values, rows.stride);
                            registers.multiply::<0, 0>();
                        }
                        1 => {
                            registers.load_weights::<1>(weights);
                            registers.multiply::<0, 1>();
                        }
                        2 => {
                            let second = values.wrapping_add(SIDE * rows.stride);
                            registers.load_rows::<1>(second, rows.stride);
                            registers.multiply::<1, 0>();
                        }
                        _ => registers.multiply::<1, 1>(),
                    }
                }
                adder.add_some(&totals, &mut sums);
                prefetcher.advance(R);
            }
            weights = weights.wrapping_add(COLUMN_STEPS * STEP_BYTES);
            values = values.wrapping_add(ROW_BYTES);
        }
        adder.add_rest(&totals, &mut sums);
        let (first_rows, second_rows) = totals.0.split_at_mut(SIDE);
        registers.store::<0>(first_rows);
        if R == 2 {
            registers.store::<1>(second_rows);
        }
        adder.start(group, scales);
    }
    adder.add_rest(&totals, &mut sums);
    write(&sums, tile.bias, outputs);
}

/// Scales and adds up the totals of a group, some rows at a time.
struct Adder<'a> {
    rows: Rows<'a>,
    count: usize,
    group: usize,
    /// The first row that is not yet added up.
    next: usize,
    /// Rows of a call of [`Adder::add_some`].
    at_once: usize,
    /// Of the group's weights, for either half of the outputs.
    scales: [__m512; 2],
}

impl Adder<'_> {
    /// Starts with the totals of a group, whose weights have these scales (bf16).
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl")]
    fn start(&mut self, group: usize, scales: __m512i) {
        self.group = group;
        self.next = 0;
        self.scales = [
            avx512::widen(_mm512_castsi512_si256(scales)),
            avx512::widen(_mm512_extracti64x4_epi64::<1>(scales)),
        ];
    }

    /// Adds up the next rows.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl")]
    fn add_some(&mut self, totals: &Block<i32>, sums: &mut Block<f32>) {
        self.add_until(self.next + self.at_once, totals, sums);
    }

    /// Adds up the rows that are left.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl")]
    fn add_rest(&mut self, totals: &Block<i32>, sums: &mut Block<f32>) {
        self.add_until(self.count, totals, sums);
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl")]
    fn add_until(&mut self, end: usize, totals: &Block<i32>, sums: &mut Block<f32>) {
        let end = end.min(self.count);
        for row in self.next..end {
            let at = row * self.rows.groups + self.group;
            let offset = _mm512_set1_epi32(self.rows.offsets[at]);
            let scale = _mm512_set1_ps(self.rows.scales[at]);
            let (totals, sums) = (&totals.0[row], &mut sums.0[row]);
            let halves = totals.chunks_exact(SIDE).zip(sums.chunks_exact_mut(SIDE));
            for ((totals, sums), weight_scale) in halves.zip(self.scales) {
                let (totals, sum_at) = (totals.as_ptr(), sums.as_mut_ptr());
                // SAFETY: both point to half a row, which is sixteen numbers: a whole register.
                unsafe {
                    let total = _mm512_add_epi32(_mm512_loadu_si512(totals.cast()), offset);
                    let factor = _mm512_mul_ps(weight_scale, scale);
                    let sum = _mm512_loadu_ps(sum_at);
                    let sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), factor, sum);
                    _mm512_storeu_ps(sum_at, sum);
                }
            }
        }
        self.next = end;
    }
}

/// Writes sums with their bias to the outputs of each row.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
fn write(sums: &Block<f32>, bias: &[f32], outputs: &mut [&mut [f32]]) {
    for (output, sums) in outputs.iter_mut().zip(&sums.0) {
        // With a length known at compile time this is two additions of registers.
        match (output.first_chunk_mut::<TILE>(), bias.first_chunk::<TILE>()) {
            (Some(output), Some(bias)) => add_bias(sums, bias, output),
            _ => add_bias(sums, bias, output),
        }
    }
}

/// Prefetches the next tile, or what this block itself reads later.
struct Prefetcher {
    next: *const u8,
    pace: usize,
    alone: bool,
}

impl Prefetcher {
    fn new(tile: Tile) -> Self {
        let (next, pace) = tile.prefetch.start_and_pace(tile.bytes, tile.shape.steps());
        Self {
            next,
            pace,
            alone: tile.prefetch.parts <= 1,
        }
    }

    /// Prefetches after one of the `2 · registers` instructions of a register of steps: its share
    /// of what those steps prefetch.
    #[inline(always)]
    fn advance(&mut self, registers: usize) {
        for _ in 0..COLUMN_STEPS / (2 * registers) {
            // SAFETY: a prefetch affects caches alone, whatever the address.
            unsafe {
                _mm_prefetch::<_MM_HINT_T1>(self.next.cast());
                // Blocks that share the next tile prefetch a line a step, one that is alone two.
                if self.alone {
                    _mm_prefetch::<_MM_HINT_T1>(self.next.wrapping_add(LINE).cast());
                }
            }
            self.next = self.next.wrapping_add(self.pace);
        }
    }
}
