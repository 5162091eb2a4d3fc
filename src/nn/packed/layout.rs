//! The memory layout of a matrix of small integers, and packing into it.
//!
//! A matrix `[outputs, inputs]` is cut into tiles of [`TILE`] outputs. A tile holds its inputs
//! group by group; a group is [`TILE`] scales followed by its integers, four inputs of each output
//! together, in the order a kernel reads them:
//!
//! ```text
//! tile:  group | group | … | shorter last group
//! group: scale of output 0 … 31 (bf16)
//!        step 0: output 0: inputs 0 1 2 3 | output 1: inputs 0 1 2 3 | … | output 31
//!        step 1: inputs 4 5 6 7 …
//! ```
//!
//! A q8 step is 128 bytes of `integer + 128`. A q4 step is 128 bytes of `integer + 8` for eight
//! inputs: the first four in the low halves of the bytes, the next four in the high halves. Missing
//! inputs and outputs are zeros. Scales are rounded up to bf16 before the integers are computed, so
//! that rounding them costs no accuracy.

use crate::nn::{Error, Precision};

/// Outputs of a tile.
pub(crate) const TILE: usize = 32;
/// Bytes of a group's scales.
pub(crate) const SCALE_BYTES: usize = 2 * TILE;
/// Bytes of a step.
pub(crate) const STEP_BYTES: usize = 4 * TILE;

/// The width of a matrix's integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum BitWidth {
    Eight,
    Four,
}

impl BitWidth {
    /// The integers of a precision; `None` if it is one of floats.
    pub(crate) fn of(precision: Precision) -> Option<Self> {
        match precision {
            Precision::Q8 => Some(Self::Eight),
            Precision::Q4 => Some(Self::Four),
            Precision::F32 | Precision::F16 | Precision::Bf16 => None,
        }
    }

    /// Inputs that share a scale.
    pub(crate) const fn group(self) -> usize {
        match self {
            Self::Eight => 128,
            Self::Four => 32,
        }
    }

    /// Inputs of a step.
    pub(crate) const fn step(self) -> usize {
        match self {
            Self::Eight => 4,
            Self::Four => 8,
        }
    }

    /// The largest integer; the smallest is its negative.
    const fn largest(self) -> f32 {
        match self {
            Self::Eight => 127.0,
            Self::Four => 7.0,
        }
    }

    /// Added to an integer to store it without a sign.
    pub(crate) const fn offset(self) -> i32 {
        match self {
            Self::Eight => 128,
            Self::Four => 8,
        }
    }
}

/// How a row of a matrix is cut into groups and steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PackedShape {
    pub bits: BitWidth,
    pub inputs: usize,
}

impl PackedShape {
    pub(crate) fn groups(self) -> usize {
        self.inputs.div_ceil(self.bits.group())
    }

    pub(crate) fn steps(self) -> usize {
        self.inputs.div_ceil(self.bits.step())
    }

    /// Steps of a full group.
    pub(crate) const fn group_steps(self) -> usize {
        self.bits.group() / self.bits.step()
    }

    pub(crate) fn tile_bytes(self) -> usize {
        self.groups() * SCALE_BYTES + self.steps() * STEP_BYTES
    }

    /// Bytes of a matrix with this number of outputs; `None` if it overflows.
    pub(crate) fn bytes(self, outputs: usize) -> Option<usize> {
        outputs.div_ceil(TILE).checked_mul(self.tile_bytes())
    }
}

/// Packs one tile. `row(i)` gives the weights of its output `i`; `None` beyond the matrix.
///
/// # Errors
/// [`Error::NotFinite`] if a weight is NaN or infinite.
pub(crate) fn pack_tile<'a>(
    shape: PackedShape,
    row: impl Fn(usize) -> Option<&'a [f32]>,
    tile: &mut [u8],
) -> Result<(), Error> {
    let bits = shape.bits;
    let zero = match bits {
        BitWidth::Eight => 0x80,
        BitWidth::Four => 0x88,
    };
    tile.fill(zero);
    let group_bytes = SCALE_BYTES + shape.group_steps() * STEP_BYTES;
    for (g, group) in tile.chunks_mut(group_bytes).enumerate() {
        let (scales, steps) = group.split_at_mut(SCALE_BYTES);
        for output in 0..TILE {
            let weights = row(output).map_or(&[][..], |weights| {
                let start = g * bits.group();
                &weights[start..weights.len().min(start + bits.group())]
            });
            let largest = weights.iter().fold(0.0_f32, |m, w| m.max(w.abs()));
            if !weights.iter().all(|w| w.is_finite()) {
                return Err(Error::NotFinite);
            }
            let scale = round_up(largest / bits.largest());
            scales[2 * output..2 * output + 2].copy_from_slice(&scale.to_le_bytes());
            let scale = widen(scale);
            let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
            for (i, weight) in weights.iter().enumerate() {
                let rounded = (weight * inverse).round_ties_even();
                let integer = rounded.clamp(-bits.largest(), bits.largest()) as i32;
                let at = i / bits.step() * STEP_BYTES + 4 * output + i % 4;
                let stored = (integer + bits.offset()) as u8;
                steps[at] = match bits {
                    BitWidth::Eight => stored,
                    BitWidth::Four if i % 8 < 4 => (steps[at] & 0xf0) | stored,
                    BitWidth::Four => (steps[at] & 0x0f) | stored << 4,
                };
            }
        }
    }
    Ok(())
}

/// Packs one tile of weights that are 8-bit integers already. `row(i)` gives those of its output
/// `i`; `None` beyond the matrix. The scale of every group is 1.
pub(crate) fn pack_integers<'a>(
    shape: PackedShape,
    row: impl Fn(usize) -> Option<&'a [i8]>,
    tile: &mut [u8],
) {
    const ONE: u16 = 0x3f80;
    debug_assert_eq!(shape.bits, BitWidth::Eight);
    tile.fill(0x80);
    let group_bytes = SCALE_BYTES + shape.group_steps() * STEP_BYTES;
    for (g, group) in tile.chunks_mut(group_bytes).enumerate() {
        let (scales, steps) = group.split_at_mut(SCALE_BYTES);
        for output in 0..TILE {
            let integers = row(output).and_then(|row| row.chunks(shape.bits.group()).nth(g));
            let scale = if integers.is_some() { ONE } else { 0 };
            scales[2 * output..2 * output + 2].copy_from_slice(&scale.to_le_bytes());
            for (i, integer) in integers.unwrap_or(&[]).iter().enumerate() {
                let at = i / shape.bits.step() * STEP_BYTES + 4 * output + i % 4;
                steps[at] = (i32::from(*integer) + shape.bits.offset()) as u8;
            }
        }
    }
}

/// Reads output `output` of a tile back into `row` (`[inputs]`).
pub(crate) fn unpack_row(shape: PackedShape, tile: &[u8], output: usize, row: &mut [f32]) {
    let bits = shape.bits;
    let group_bytes = SCALE_BYTES + shape.group_steps() * STEP_BYTES;
    for (group, weights) in tile.chunks(group_bytes).zip(row.chunks_mut(bits.group())) {
        let (scales, steps) = group.split_at(SCALE_BYTES);
        let scale = widen(u16::from_le_bytes([
            scales[2 * output],
            scales[2 * output + 1],
        ]));
        for (i, weight) in weights.iter_mut().enumerate() {
            let byte = steps[i / bits.step() * STEP_BYTES + 4 * output + i % 4];
            let stored = match bits {
                BitWidth::Eight => byte,
                BitWidth::Four if i % 8 < 4 => byte & 0x0f,
                BitWidth::Four => byte >> 4,
            };
            *weight = (i32::from(stored) - bits.offset()) as f32 * scale;
        }
    }
}

/// Copies output `from` of one tile to output `to` of another of the same shape.
pub(crate) fn copy_row(shape: PackedShape, source: &[u8], from: usize, tile: &mut [u8], to: usize) {
    let group_bytes = SCALE_BYTES + shape.group_steps() * STEP_BYTES;
    for (source, group) in source.chunks(group_bytes).zip(tile.chunks_mut(group_bytes)) {
        group[2 * to..2 * to + 2].copy_from_slice(&source[2 * from..2 * from + 2]);
        let source = source[SCALE_BYTES..].chunks_exact(STEP_BYTES);
        let steps = group[SCALE_BYTES..].chunks_exact_mut(STEP_BYTES);
        for (source, step) in source.zip(steps) {
            step[4 * to..4 * to + 4].copy_from_slice(&source[4 * from..4 * from + 4]);
        }
    }
}

/// The bf16 that is `value` or the next above it; `value` is finite and not negative.
fn round_up(value: f32) -> u16 {
    let bits = value.to_bits();
    let up = u32::from(bits & 0xffff != 0);
    ((bits >> 16) + up) as u16
}

/// A bf16 as f32.
#[inline(always)]
pub(crate) fn widen(scale: u16) -> f32 {
    f32::from_bits(u32::from(scale) << 16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::packed::testing::weights;

    fn round_trip(bits: BitWidth, outputs: usize, inputs: usize) -> f32 {
        let shape = PackedShape { bits, inputs };
        let weights = weights(outputs, inputs, 3);
        let mut tile = vec![0; shape.tile_bytes()];
        let row = |i: usize| weights.chunks(inputs).nth(i).filter(|_| i < outputs);
        pack_tile(shape, row, &mut tile).unwrap();
        let mut worst = 0.0_f32;
        for (output, row) in weights.chunks(inputs).enumerate() {
            let mut read = vec![0.0; inputs];
            unpack_row(shape, &tile, output, &mut read);
            for (group, read) in row.chunks(bits.group()).zip(read.chunks(bits.group())) {
                let largest = group.iter().fold(0.0_f32, |m, w| m.max(w.abs()));
                for (weight, read) in group.iter().zip(read) {
                    worst = worst.max((weight - read).abs() / largest);
                }
            }
        }
        worst
    }

    #[test]
    fn integers_are_within_half_a_step_of_their_weights() {
        for inputs in [1, 3, 64, 80, 127, 128, 129, 300] {
            for outputs in [1, 31, 32] {
                assert!(round_trip(BitWidth::Eight, outputs, inputs) <= 0.51 / 127.0 * 1.01);
                assert!(round_trip(BitWidth::Four, outputs, inputs) <= 0.51 / 7.0 * 1.01);
            }
        }
    }

    #[test]
    fn integers_that_are_packed_as_they_are_come_back_as_they_were() {
        for inputs in [1, 5, 128, 300] {
            let shape = PackedShape {
                bits: BitWidth::Eight,
                inputs,
            };
            let rows: Vec<i8> = (0..31 * inputs)
                .map(|i| (i * 37 % 255) as u8 as i8)
                .collect();
            let rows: Vec<i8> = rows.into_iter().map(|i| i.max(-127)).collect();
            let mut tile = vec![0; shape.tile_bytes()];
            pack_integers(shape, |i| rows.chunks(inputs).nth(i), &mut tile);
            for (output, row) in rows.chunks(inputs).enumerate() {
                let mut read = vec![0.0; inputs];
                unpack_row(shape, &tile, output, &mut read);
                let expected: Vec<f32> = row.iter().map(|&i| f32::from(i)).collect();
                assert_eq!(read, expected);
            }
        }
    }

    #[test]
    fn a_scale_is_rounded_up_never_down() {
        for value in [0.0, 1.0, 1.0 / 127.0, 3.1e-5, 7.7e9] {
            let scale = widen(round_up(value));
            assert!(scale >= value && scale <= value * 1.008, "{value} {scale}");
        }
    }

    #[test]
    fn weights_that_are_not_finite_are_refused() {
        let shape = PackedShape {
            bits: BitWidth::Eight,
            inputs: 4,
        };
        let row = [0.0, f32::NAN, 1.0, 1.0];
        let mut tile = vec![0; shape.tile_bytes()];
        let packed = pack_tile(shape, |i| (i == 0).then_some(&row[..]), &mut tile);
        assert!(matches!(packed, Err(Error::NotFinite)));
    }
}
