//! Tile registers of plain vectors, for processors with AVX-512 that lack AMX: slow, and a proof of the order in which
//! rows, weights and groups are taken and added up. Of the instructions and the arranging of registers they show nothing.

use super::registers::{COLUMN_STEPS, ROW_BYTES, Registers, SIDE};
use super::{Rows, Tile, multiply_by};
use crate::nn::packed::layout::{STEP_BYTES, TILE};

#[derive(Default)]
struct Imitation {
    /// How many rows either register of rows holds.
    arranged: [usize; 2],
    rows: [Vec<Vec<i8>>; 2],
    weights: [Vec<Vec<u8>>; 2],
    sums: [[[[i32; SIDE]; SIDE]; 2]; 2],
}

impl Registers for Imitation {
    fn arrange(&mut self, first: usize, second: Option<usize>) {
        self.arranged = [first, second.unwrap_or(0)];
    }

    fn clear<const R: usize>(&mut self) {
        for sums in &mut self.sums[..R] {
            *sums = Default::default();
        }
    }

    unsafe fn load_rows<const AT: usize>(&mut self, from: *const i8, stride: usize) {
        let row = |row: usize| {
            // SAFETY: as the caller promises.
            unsafe { std::slice::from_raw_parts(from.add(row * stride), ROW_BYTES) }.to_vec()
        };
        self.rows[AT] = (0..self.arranged[AT]).map(row).collect();
    }

    unsafe fn load_weights<const HALF: usize>(&mut self, from: *const u8) {
        let row = |step: usize| {
            // SAFETY: as the caller promises.
            let from = unsafe { from.add(step * STEP_BYTES + HALF * ROW_BYTES) };
            unsafe { std::slice::from_raw_parts(from, ROW_BYTES) }.to_vec()
        };
        self.weights[HALF] = (0..COLUMN_STEPS).map(row).collect();
    }

    fn multiply<const AT: usize, const HALF: usize>(&mut self) {
        for (sums, row) in self.sums[AT][HALF].iter_mut().zip(&self.rows[AT]) {
            for (weights, inputs) in self.weights[HALF].iter().zip(row.chunks_exact(4)) {
                for (sum, weights) in sums.iter_mut().zip(weights.chunks_exact(4)) {
                    let products = weights.iter().zip(inputs);
                    *sum += products
                        .map(|(&w, &x)| i32::from(w) * i32::from(x))
                        .sum::<i32>();
                }
            }
        }
    }

    fn store<const AT: usize>(&mut self, totals: &mut [[i32; TILE]]) {
        for (row, totals) in totals.iter_mut().enumerate().take(self.arranged[AT]) {
            for (half, totals) in totals.chunks_exact_mut(SIDE).enumerate() {
                totals.copy_from_slice(&self.sums[AT][half][row]);
            }
        }
    }
}

/// As [`multiply`](super::multiply), without AVX-512 for few rows.
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
pub(in super::super) fn multiply(tile: Tile, rows: &Rows, places: &mut [&mut [f32]]) {
    multiply_by(&mut Imitation::default(), tile, rows, places);
}
