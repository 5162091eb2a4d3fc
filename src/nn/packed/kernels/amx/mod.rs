//! AMX: one instruction adds the products of sixteen rows of 64 bytes with sixteen columns of as many.
//!
//! A packed tile holds its weights as the instruction reads them. The sums of integers leave their registers at the
//! end of a group. They are scaled and added up between the instructions for the next group, some rows after each:
//! the processor does both at once only where they stand together (a third faster, measured).

#![expect(
    unsafe_code,
    reason = "loads through pointers, whose bounds the asserts establish"
)]

#[cfg(test)]
pub(super) mod imitation;
mod registers;

use std::arch::x86_64::*;

use super::{LINE, Rows, Tile, avx512};
use crate::nn::packed::layout::{BitWidth, PackedShape, SCALE_BYTES, STEP_BYTES, TILE};
use registers::{COLUMN_STEPS, ROW_BYTES, Registers, SIDE, TileRegisters};
pub(super) use registers::{available, release};

/// Rows of a register.
pub(super) const UNIT: usize = SIDE;
/// The most rows at once: those of two registers.
pub(super) const ROWS: usize = 2 * SIDE;
/// The most rows that AVX-512 multiplies no slower: an instruction takes as long for few rows as for all (measured).
const FEW: usize = avx512::ROWS;
/// Instructions that multiply a group's inputs with the rows of a register: two for each half of the outputs.
const GROUP_PRODUCTS: usize = 4;

/// Whether tiles of this shape can be multiplied so: bytes, and no register of inputs in part.
pub(super) fn fits(shape: PackedShape) -> bool {
    shape.bits == BitWidth::Eight && shape.inputs.is_multiple_of(ROW_BYTES)
}

/// # Safety
/// [`available`] has found the instructions.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
pub(super) unsafe fn multiply(tile: Tile, rows: &Rows, places: &mut [&mut [f32]]) {
    if places.len() <= FEW || !fits(tile.shape) {
        return avx512::multiply(tile, rows, places);
    }
    // SAFETY: as the caller promises.
    let mut registers = unsafe { TileRegisters::new() };
    multiply_by(&mut registers, tile, rows, places);
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
fn multiply_by(registers: &mut impl Registers, tile: Tile, rows: &Rows, places: &mut [&mut [f32]]) {
    if places.len() <= SIDE {
        block::<1>(registers, tile, rows, places);
    } else {
        block::<2>(registers, tile, rows, places);
    }
}

/// A number for each row and output. Aligned, so that no row shares its lines of memory.
#[repr(align(64))]
struct Block<T>([[T; TILE]; ROWS]);

/// Multiplies a tile with the rows of `R` registers.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
fn block<const R: usize>(
    registers: &mut impl Registers,
    tile: Tile,
    rows: &Rows,
    places: &mut [&mut [f32]],
) {
    let Tile { shape, bytes, .. } = tile;
    let (count, groups) = (places.len(), shape.groups());
    assert!(fits(shape) && (R - 1) * SIDE < count && count <= R * SIDE);
    assert!(bytes.len() == groups * SCALE_BYTES + shape.steps() * STEP_BYTES);
    assert!(rows.stride >= shape.inputs && rows.values.len() == count * rows.stride);
    assert!(rows.scales.len() == count * groups && rows.offsets.len() == count * groups);
    assert!(rows.groups == groups);
    let second = (R == 2).then(|| count - SIDE);
    registers.arrange(count.min(SIDE), second);

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
    let mut ahead = Ahead::new(tile);
    let (mut weights, mut values) = (bytes.as_ptr(), rows.values.as_ptr());
    for group in 0..groups {
        // SAFETY: by the assertion above the tile holds the scales and steps of every group, and the pointer
        // has passed those of the groups before.
        let scales = unsafe { _mm512_loadu_si512(weights.cast()) };
        weights = weights.wrapping_add(SCALE_BYTES);
        registers.clear::<R>();
        let steps = shape.steps() - group * shape.group_steps();
        for _ in 0..steps.min(shape.group_steps()) / COLUMN_STEPS {
            for product in 0..2 * R {
                // SAFETY: a group's steps are a multiple of a register's, as the inputs are; the tile and the rows
                // have so many, and the rows of the second register are there.
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
                adder.some(&totals, &mut sums);
                ahead.some(R);
            }
            weights = weights.wrapping_add(COLUMN_STEPS * STEP_BYTES);
            values = values.wrapping_add(ROW_BYTES);
        }
        adder.rest(&totals, &mut sums);
        let (first_rows, second_rows) = totals.0.split_at_mut(SIDE);
        registers.store::<0>(first_rows);
        if R == 2 {
            registers.store::<1>(second_rows);
        }
        adder.begin(group, scales);
    }
    adder.rest(&totals, &mut sums);
    write(&sums, tile.bias, places);
}

/// Adds up the totals of a group, row by row, when it is given time.
struct Adder<'a> {
    rows: &'a Rows<'a>,
    count: usize,
    group: usize,
    /// The first row that is not added up.
    next: usize,
    at_once: usize,
    /// Of the group's weights, for either half of the outputs.
    scales: [__m512; 2],
}

impl Adder<'_> {
    /// Turns to the totals of a group, whose weights have these scales (bf16).
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl")]
    fn begin(&mut self, group: usize, scales: __m512i) {
        self.group = group;
        self.next = 0;
        self.scales = [
            avx512::widen(_mm512_castsi512_si256(scales)),
            avx512::widen(_mm512_extracti64x4_epi64::<1>(scales)),
        ];
    }

    /// Adds up some rows.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl")]
    fn some(&mut self, totals: &Block<i32>, sums: &mut Block<f32>) {
        self.until(self.next + self.at_once, totals, sums);
    }

    /// Adds up those that are left.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl")]
    fn rest(&mut self, totals: &Block<i32>, sums: &mut Block<f32>) {
        self.until(self.count, totals, sums);
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512vl")]
    fn until(&mut self, end: usize, totals: &Block<i32>, sums: &mut Block<f32>) {
        let end = end.min(self.count);
        for row in self.next..end {
            let at = row * self.rows.groups + self.group;
            let offset = _mm512_set1_epi32(self.rows.offsets[at]);
            let scale = _mm512_set1_ps(self.rows.scales[at]);
            let (totals, sums) = (&totals.0[row], &mut sums.0[row]);
            let halves = totals.chunks_exact(SIDE).zip(sums.chunks_exact_mut(SIDE));
            for ((totals, sums), weight_scale) in halves.zip(self.scales) {
                let (totals, place) = (totals.as_ptr(), sums.as_mut_ptr());
                // SAFETY: a half of a row is a whole register.
                unsafe {
                    let total = _mm512_add_epi32(_mm512_loadu_si512(totals.cast()), offset);
                    let factor = _mm512_mul_ps(weight_scale, scale);
                    let sum = _mm512_loadu_ps(place);
                    let sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), factor, sum);
                    _mm512_storeu_ps(place, sum);
                }
            }
        }
        self.next = end;
    }
}

/// Writes sums with their bias to the places.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
fn write(sums: &Block<f32>, bias: &[f32], places: &mut [&mut [f32]]) {
    for (place, sums) in places.iter_mut().zip(&sums.0) {
        // A length known beforehand makes two instructions of it.
        match (place.first_chunk_mut::<TILE>(), bias.first_chunk::<TILE>()) {
            (Some(place), Some(bias)) => super::add_bias(sums, bias, place),
            _ => super::add_bias(sums, bias, place),
        }
    }
}

/// What is asked of memory meanwhile.
struct Ahead {
    next: *const u8,
    pace: usize,
    alone: bool,
}

impl Ahead {
    fn new(tile: Tile) -> Self {
        let (next, pace) = tile.fetch.ahead(tile.bytes, tile.shape.steps());
        Self {
            next,
            pace,
            alone: tile.fetch.every <= 1,
        }
    }

    /// Asks for its share of what a register of steps asks for, by one of the instructions for `registers` of rows.
    #[inline(always)]
    fn some(&mut self, registers: usize) {
        for _ in 0..COLUMN_STEPS / (2 * registers) {
            // SAFETY: a prefetch may point anywhere.
            unsafe {
                _mm_prefetch::<_MM_HINT_T1>(self.next.cast());
                // Blocks that share the next tile ask for a line a step, one that has none beside it for two.
                if self.alone {
                    _mm_prefetch::<_MM_HINT_T1>(self.next.wrapping_add(LINE).cast());
                }
            }
            self.next = self.next.wrapping_add(self.pace);
        }
    }
}
