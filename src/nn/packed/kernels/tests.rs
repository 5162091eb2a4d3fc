//! Every kernel computes the same bits, and they are those of the products.

use super::*;
use crate::nn::packed::activations::Activations;
use crate::nn::packed::layout::{BitWidth, SCALE_BYTES, STEP_BYTES, pack_tile};
use crate::nn::packed::pool::ThreadPool;
use crate::nn::packed::testing::weights;

/// All kernels of this processor, and those whose instructions can be emulated on it.
fn kernels() -> Vec<Kernel> {
    #[cfg(target_arch = "x86_64")]
    let emulated = [avx_vnni::emulation::detect(), amx::emulation::detect()];
    #[cfg(not(target_arch = "x86_64"))]
    let emulated: [Option<Kernel>; 0] = [];
    let available = Kernel::available().into_iter();
    available.chain(emulated.into_iter().flatten()).collect()
}

/// Products of every kernel for the first `outputs` of one tile, `[rows, outputs]`.
fn products(
    shape: PackedShape,
    outputs: usize,
    weights: &[f32],
    hidden: &[f32],
) -> Vec<(Kernel, Vec<f32>)> {
    let mut bytes = vec![0; shape.tile_bytes()];
    pack_tile(shape, |i| weights.chunks(shape.inputs).nth(i), &mut bytes).unwrap();
    products_of(shape, &bytes, outputs, hidden)
}

/// [`products`] of a tile as it is stored.
fn products_of(
    shape: PackedShape,
    bytes: &[u8],
    outputs: usize,
    hidden: &[f32],
) -> Vec<(Kernel, Vec<f32>)> {
    let bias: Vec<f32> = (0..outputs).map(|output| output as f32 / 10.0).collect();
    let tile = Tile {
        shape,
        bytes,
        bias: &bias,
        prefetch: Prefetch { part: 1, parts: 2 },
    };
    let run = |kernel: Kernel| (kernel, multiply_rows(kernel, tile, hidden));
    kernels().into_iter().map(run).collect()
}

/// Products of one kernel with all rows of `hidden`, in blocks as large as it takes.
fn multiply_rows(kernel: Kernel, tile: Tile, hidden: &[f32]) -> Vec<f32> {
    let width = tile.bias.len();
    let activations = Activations::new(&ThreadPool::new(1), kernel, tile.shape, hidden);
    let mut sums = vec![-1.0; activations.rows * width];
    let at_once = kernel.block_size(tile.shape).max_rows;
    for (block, sums) in sums.chunks_mut(at_once * width).enumerate() {
        let mut outputs: Vec<&mut [f32]> = sums.chunks_mut(width).collect();
        let rows = activations.rows(block * at_once, outputs.len());
        kernel.multiply(tile, rows, &mut outputs);
    }
    sums
}

#[track_caller]
fn assert_all_equal(shape: PackedShape, outputs: usize, weights: &[f32], hidden: &[f32]) {
    let all = products(shape, outputs, weights, hidden);
    assert!(all[0].1.iter().all(|number| number.is_finite()));
    assert_equal_bits(shape, &all);
}

#[track_caller]
fn assert_equal_bits(shape: PackedShape, all: &[(Kernel, Vec<f32>)]) {
    let bits = |rows: &[f32]| rows.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    for (kernel, rows) in &all[1..] {
        assert_eq!(bits(rows), bits(&all[0].1), "{kernel:?} {shape:?}");
    }
}

#[test]
fn every_kernel_computes_the_same_bits_for_every_size() {
    for bits in [BitWidth::Eight, BitWidth::Four] {
        for inputs in [1, 4, 5, 31, 64, 80, 127, 128, 129, 200, 256, 1000] {
            for rows in [1, 2, 3, 4, 5, 6, 7, 13] {
                let shape = PackedShape { bits, inputs };
                let (weights, hidden) = (weights(TILE, inputs, 1), weights(rows, inputs, 2));
                for outputs in [TILE, 1, 15, 16, 17, 31] {
                    assert_all_equal(shape, outputs, &weights, &hidden);
                }
            }
        }
    }
    for inputs in [64, 192, 1024] {
        for rows in [15, 16, 17, 31, 32, 33, 49] {
            let shape = PackedShape {
                bits: BitWidth::Eight,
                inputs,
            };
            let (weights, hidden) = (weights(TILE, inputs, 1), weights(rows, inputs, 2));
            for outputs in [TILE, 5] {
                assert_all_equal(shape, outputs, &weights, &hidden);
            }
        }
    }
}

#[test]
fn the_largest_values_of_either_sign_do_not_saturate() {
    for bits in [BitWidth::Eight, BitWidth::Four] {
        let shape = PackedShape { bits, inputs: 256 };
        for (w, h) in [(1.0, 1.0), (-1.0, 1.0), (1.0, -1.0), (-1.0, -1.0)] {
            let (weights, hidden) = (vec![w; TILE * 256], vec![h; 20 * 256]);
            for (kernel, rows) in products(shape, TILE, &weights, &hidden) {
                for row in rows.chunks(TILE) {
                    // The scale of the weights is 1/127 or 1/7, rounded up to bf16.
                    let ratio = row[0] / (w * h * 256.0);
                    assert!((0.99..1.01).contains(&ratio), "{kernel:?} {bits:?} {ratio}");
                }
            }
            assert_all_equal(shape, TILE, &weights, &hidden);
        }
    }
}

#[test]
fn every_byte_a_file_may_hold_is_multiplied_alike() {
    for bits in [BitWidth::Eight, BitWidth::Four] {
        for inputs in [300, 320] {
            let shape = PackedShape { bits, inputs };
            let hidden = weights(20, inputs, 7);
            // What is never packed among them: the least integer of either width.
            let some = |i: usize| (i * 7919 % 251) as u8;
            let fills: [&dyn Fn(usize) -> u8; 3] = [&|_| 0, &|_| 0xff, &some];
            for fill in fills {
                let mut bytes: Vec<u8> = (0..shape.tile_bytes()).map(fill).collect();
                let group = SCALE_BYTES + shape.group_steps() * STEP_BYTES;
                for group in bytes.chunks_mut(group) {
                    let scale = 0x3c00_u16.to_le_bytes();
                    group[..SCALE_BYTES].copy_from_slice(&scale.repeat(TILE));
                }
                assert_equal_bits(shape, &products_of(shape, &bytes, TILE, &hidden));
            }
        }
    }
}

#[test]
fn a_row_that_is_no_numbers_spoils_itself_alone() {
    for bits in [BitWidth::Eight, BitWidth::Four] {
        let shape = PackedShape { bits, inputs: 256 };
        let (weights, mut hidden) = (weights(TILE, 256, 8), weights(20, 256, 9));
        let whole = products(shape, TILE, &weights, &hidden);
        // Its low byte is that of the least integer.
        hidden[256 + 5] = f32::from_bits(0x7fc0_0080);
        let spoilt = products(shape, TILE, &weights, &hidden);
        for ((kernel, whole), (_, spoilt)) in whole.iter().zip(&spoilt) {
            let rows = whole.chunks(TILE).zip(spoilt.chunks(TILE));
            for (row, (whole, spoilt)) in rows.enumerate() {
                if row == 1 {
                    assert!(spoilt.iter().all(|x| x.is_nan()), "{kernel:?} {bits:?}");
                } else {
                    assert_eq!(whole, spoilt, "{kernel:?} {bits:?}");
                }
            }
        }
    }
}

#[test]
fn products_are_near_those_of_the_numbers_themselves() {
    for (bits, bound) in [(BitWidth::Eight, 0.01), (BitWidth::Four, 0.12)] {
        let shape = PackedShape { bits, inputs: 512 };
        // Without outliers, which cost their groups precision.
        let tame = |numbers: Vec<f32>| -> Vec<f32> {
            numbers
                .iter()
                .map(|number| number.clamp(-1.0, 1.0))
                .collect()
        };
        let (weights, hidden) = (tame(weights(32, 512, 5)), tame(weights(4, 512, 6)));
        let (_, rows) = &products(shape, TILE, &weights, &hidden)[0];
        let (mut error, mut norm) = (0.0_f64, 0.0_f64);
        for (row, hidden) in rows.chunks(TILE).zip(hidden.chunks(512)) {
            for (output, weights) in weights.chunks(512).enumerate() {
                let products = weights.iter().zip(hidden).map(|(w, h)| w * h);
                let exact = products.sum::<f32>() + output as f32 / 10.0;
                error += f64::from(row[output] - exact).powi(2);
                norm += f64::from(exact).powi(2);
            }
        }
        let relative = (error / norm).sqrt();
        assert!(relative < bound, "{bits:?}: {relative}");
    }
}

#[test]
fn blocks_of_different_sizes_follow_each_other_on_a_thread() {
    let shape = PackedShape {
        bits: BitWidth::Eight,
        inputs: 128,
    };
    let (weights, hidden) = (weights(TILE, 128, 1), weights(32, 128, 2));
    let mut bytes = vec![0; shape.tile_bytes()];
    pack_tile(shape, |i| weights.chunks(128).nth(i), &mut bytes).unwrap();
    let bias = [0.5; TILE];
    let tile = Tile {
        shape,
        bytes: &bytes,
        bias: &bias,
        prefetch: Prefetch { part: 0, parts: 1 },
    };
    for kernel in kernels() {
        let mut guard = Some(kernel.configure());
        for rows in [32, 17, 9, 16, 30, 1, 16, 7] {
            let hidden = &hidden[..rows * 128];
            assert_eq!(
                multiply_rows(kernel, tile, hidden),
                multiply_rows(scalar::kernel(), tile, hidden),
                "{kernel:?} {rows}"
            );
            // Every second time what the kernel keeps on the thread is released.
            guard = guard.is_none().then(|| kernel.configure());
        }
    }
}

#[test]
fn no_kernel_takes_more_rows_than_a_block_may_have() {
    for kernel in kernels() {
        for (bits, inputs) in [
            (BitWidth::Eight, 128),
            (BitWidth::Eight, 80),
            (BitWidth::Four, 128),
        ] {
            let BlockSize { max_rows, unit } = kernel.block_size(PackedShape { bits, inputs });
            assert!((1..=MAX_ROWS).contains(&max_rows) && max_rows.is_multiple_of(unit));
        }
    }
}
