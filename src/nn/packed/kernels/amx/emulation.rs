//! Tile registers as plain vectors, for processors with AVX-512 but without AMX: slow, and a proof
//! of the order in which rows, weights and groups are read and added up. They prove nothing of the
//! instructions and of the registers' configuration.

use std::sync::OnceLock;

use super::registers::{COLUMN_STEPS, ROW_BYTES, Registers, SIDE};
use super::{Avx512, BlockSize, Kernel, KernelImpl, Rows, Tile, Vectors};
use super::{block_size, fits, multiply};
use crate::nn::packed::layout::{PackedShape, STEP_BYTES, TILE};

/// AMX with emulated registers, which multiplies few rows too.
struct EmulatedAmx(Avx512);

pub(in super::super) fn detect() -> Option<Kernel> {
    static FOUND: OnceLock<Option<EmulatedAmx>> = OnceLock::new();
    let detect = || Some(EmulatedAmx(*Avx512::detect()?));
    let amx = FOUND.get_or_init(detect).as_ref()?;
    Some(Kernel {
        implementation: amx,
        vectors: Vectors::Avx512(amx.0),
    })
}

impl KernelImpl for EmulatedAmx {
    fn name(&self) -> &'static str {
        "AMX, emulated"
    }

    fn block_size(&self, shape: PackedShape) -> BlockSize {
        block_size(shape, &self.0)
    }

    fn multiply(&self, tile: Tile, rows: Rows, outputs: &mut [&mut [f32]]) {
        if !fits(tile.shape) {
            return self.0.multiply(tile, rows, outputs);
        }
        // SAFETY: `self` exists only where AVX-512 F, BW and VL were detected.
        unsafe { multiply(&mut EmulatedRegisters::default(), tile, rows, outputs) }
    }
}

#[derive(Default)]
struct EmulatedRegisters {
    /// How many rows either register of rows holds.
    configured: [usize; 2],
    rows: [Vec<Vec<i8>>; 2],
    weights: [Vec<Vec<u8>>; 2],
    sums: [[[[i32; SIDE]; SIDE]; 2]; 2],
}

impl Registers for EmulatedRegisters {
    fn configure(&mut self, first: usize, second: Option<usize>) {
        self.configured = [first, second.unwrap_or(0)];
    }

    fn clear<const R: usize>(&mut self) {
        for sums in &mut self.sums[..R] {
            *sums = Default::default();
        }
    }

    unsafe fn load_rows<const AT: usize>(&mut self, from: *const i8, stride: usize) {
        let row = |row: usize| {
            // SAFETY: the caller ensures 64 bytes of as many rows as were configured.
            unsafe { std::slice::from_raw_parts(from.add(row * stride), ROW_BYTES) }.to_vec()
        };
        self.rows[AT] = (0..self.configured[AT]).map(row).collect();
    }

    unsafe fn load_weights<const HALF: usize>(&mut self, from: *const u8) {
        let row = |step: usize| {
            // SAFETY: the caller ensures sixteen steps, each of two rows of a register.
            let row = unsafe {
                let from = from.add(step * STEP_BYTES + HALF * ROW_BYTES);
                std::slice::from_raw_parts(from, ROW_BYTES)
            };
            row.to_vec()
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
        for (row, totals) in totals.iter_mut().enumerate().take(self.configured[AT]) {
            for (half, totals) in totals.chunks_exact_mut(SIDE).enumerate() {
                totals.copy_from_slice(&self.sums[AT][half][row]);
            }
        }
    }
}
