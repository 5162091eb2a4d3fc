//! Numbers and matrices for tests.

use std::sync::Arc;

use super::layout::{PackedShape, TILE, pack_tile};
use super::matrix::{Bytes, Matrix};

/// A packed matrix of [`weights`] of a `seed`.
pub(super) fn matrix(shape: PackedShape, outputs: usize, seed: u64) -> Matrix {
    let weights = weights(outputs, shape.inputs, seed);
    let mut bytes = vec![0; shape.bytes(outputs).unwrap()];
    for (tile, bytes) in bytes.chunks_mut(shape.tile_bytes()).enumerate() {
        let row = |output: usize| weights.chunks(shape.inputs).nth(tile * TILE + output);
        pack_tile(shape, row, bytes).unwrap();
    }
    let length = bytes.len();
    Matrix::new(Bytes::Shared(Arc::new(bytes), 0..length), outputs, shape).unwrap()
}

/// `rows × width` numbers between -1 and 1, some ten times larger; the same for the same `seed`.
pub(super) fn weights(rows: usize, width: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut number = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let small = (state >> 40) as f32 / (1 << 23) as f32 - 1.0;
        if state.is_multiple_of(97) {
            small * 10.0
        } else {
            small
        }
    };
    (0..rows * width).map(|_| number()).collect()
}
