//! Every kernel computes the same bits, and they are those of the products.

use super::*;
use crate::nn::packed::layout::{BitWidth, SCALE_BYTES, STEP_BYTES, pack_tile};
use crate::nn::packed::pool::Pool;
use crate::nn::packed::testing::weights;

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

/// As [`products`], of a tile as it is stored.
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
        fetch: Fetch { turn: 1, every: 2 },
    };
    let run = |kernel: Kernel, at_once: usize, multiply: &Multiply| {
        let activations = Activations::new(&Pool::new(1), kernel, shape, hidden);
        let mut rows = vec![-1.0; activations.rows * outputs];
        for (block, rows) in rows.chunks_mut(at_once * outputs).enumerate() {
            let mut places: Vec<&mut [f32]> = rows.chunks_mut(outputs).collect();
            multiply(tile, &activations, block * at_once, &mut places);
        }
        rows
    };
    let run_kernel = |kernel: Kernel| {
        let rows = run(kernel, kernel.rows(shape), &|tile, rows, first, places| {
            kernel.multiply(tile, rows, first, places);
        });
        (kernel, rows)
    };
    // On processors that lack an instruction, all but it.
    #[cfg(target_arch = "x86_64")]
    let imitated = imitations(shape)
        .into_iter()
        .map(|(imitated, base, at_once, imitation)| {
            let rows = run(base, at_once, &|tile, rows, first, places| {
                imitation(tile, &Rows::of(rows, first, places.len()), places);
            });
            (imitated, rows)
        });
    #[cfg(not(target_arch = "x86_64"))]
    let imitated = None;
    let available = Kernel::available().into_iter().map(run_kernel);
    available.chain(imitated).collect()
}

/// Kernels with an instruction imitated: which, one the processor has, and the most rows at once.
#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "instructions found at run time")]
fn imitations(shape: PackedShape) -> Vec<(Kernel, Kernel, usize, &'static Imitation)> {
    let mut imitations: Vec<(Kernel, Kernel, usize, &Imitation)> = Vec::new();
    let available = Kernel::available();
    if available.contains(&Kernel::Avx2) {
        imitations.push((
            Kernel::AvxVnni,
            Kernel::Avx2,
            avx_vnni::ROWS,
            &|tile, rows, places| {
                // SAFETY: `available` found AVX2.
                unsafe { avx_vnni::imitation::multiply(tile, rows, places) }
            },
        ));
    }
    if available.contains(&Kernel::Avx512) && amx::fits(shape) {
        imitations.push((
            Kernel::Amx,
            Kernel::Avx512,
            amx::ROWS,
            &|tile, rows, places| {
                // SAFETY: `available` found AVX-512.
                unsafe { amx::imitation::multiply(tile, rows, places) }
            },
        ));
    }
    imitations
}

#[cfg(target_arch = "x86_64")]
type Imitation = dyn Fn(Tile, &Rows, &mut [&mut [f32]]);

/// A tile with the rows from one on, to their places.
type Multiply<'a> = dyn Fn(Tile, &Activations, usize, &mut [&mut [f32]]) + 'a;

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
        fetch: Fetch { turn: 0, every: 1 },
    };
    let products = |kernel: Kernel, rows: usize| {
        let activations = Activations::new(&Pool::new(1), kernel, shape, &hidden[..rows * 128]);
        let mut sums = vec![0.0; rows * TILE];
        let mut places: Vec<&mut [f32]> = sums.chunks_mut(TILE).collect();
        for (block, places) in places.chunks_mut(kernel.rows(shape)).enumerate() {
            kernel.multiply(tile, &activations, block * kernel.rows(shape), places);
        }
        sums
    };
    for kernel in Kernel::available() {
        let mut begun = Some(kernel.configure());
        for rows in [32, 17, 9, 16, 30, 1, 16, 7] {
            assert_eq!(
                products(kernel, rows),
                products(Kernel::Scalar, rows),
                "{kernel:?} {rows}"
            );
            // Every second time what the kernel keeps on the thread is given back.
            begun = begun.is_none().then(|| kernel.configure());
        }
    }
}
