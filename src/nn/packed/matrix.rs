//! Packed matrices and their products with hidden vectors.

use std::sync::Arc;

use super::activations::Activations;
use super::buffers::PooledBuffer;
use super::disjoint::DisjointMut;
use super::kernels::{BlockSize, Kernel, OutputRows, Prefetch, Rows, Tile};
use super::layout::{PackedShape, TILE, copy_row, unpack_row};
use super::pool::{MIN_PARALLEL_NUMBERS, PARTS, ThreadPool};
use super::vector::{activate, multiply};
use crate::nn::Activation;

/// Bytes of quantised rows that fit into a processor's cache together with the weights of some
/// tiles and a group's results.
const PANEL_BYTES: usize = 256 << 10;
/// Minimum multiplications for which a second thread is used.
const MIN_PARALLEL_PRODUCTS: usize = 1 << 18;

/// The bytes of a matrix: a part of a mapped file, or memory.
#[derive(Clone)]
pub(crate) enum Bytes {
    Mapped(Arc<memmap2::Mmap>, std::ops::Range<usize>),
    Shared(Arc<Vec<u8>>, std::ops::Range<usize>),
}

impl Bytes {
    fn get(&self) -> &[u8] {
        match self {
            Self::Mapped(map, range) => map.get(range.clone()).unwrap_or(&[]),
            Self::Shared(bytes, range) => bytes.get(range.clone()).unwrap_or(&[]),
        }
    }
}

/// A matrix `[outputs, inputs]` in tiles.
#[derive(Clone)]
pub(crate) struct Matrix {
    bytes: Bytes,
    pub outputs: usize,
    pub shape: PackedShape,
    /// What the weights of each output are divided by, if that is not in the scales of its groups.
    divisors: Option<Arc<[f32]>>,
}

impl Matrix {
    /// A matrix over `bytes`; `None` if they are too few.
    pub(crate) fn new(bytes: Bytes, outputs: usize, shape: PackedShape) -> Option<Self> {
        let needed = shape.bytes(outputs)?;
        (bytes.get().len() >= needed).then_some(Self {
            bytes,
            outputs,
            shape,
            divisors: None,
        })
    }

    /// The same, the weights of each output divided by a number; `None` if there is not one each.
    pub(crate) fn divided(self, divisors: Vec<f32>) -> Option<Self> {
        (divisors.len() == self.outputs).then(|| Self {
            divisors: Some(divisors.into()),
            ..self
        })
    }

    pub(crate) fn tiles(&self) -> usize {
        self.outputs.div_ceil(TILE)
    }

    fn tile_bytes(&self, tile: usize) -> &[u8] {
        let size = self.shape.tile_bytes();
        &self.bytes.get()[tile * size..(tile + 1) * size]
    }

    /// The weights of output `output`, written to `row` (`[inputs]`).
    pub(crate) fn read_row(&self, output: usize, row: &mut [f32]) {
        unpack_row(
            self.shape,
            self.tile_bytes(output / TILE),
            output % TILE,
            row,
        );
        if let Some(divisors) = &self.divisors {
            row.iter_mut()
                .for_each(|weight| *weight /= divisors[output]);
        }
    }

    /// The first `outputs` outputs.
    pub(crate) fn first(&self, outputs: usize) -> Self {
        Self {
            outputs: outputs.min(self.outputs),
            ..self.clone()
        }
    }

    /// A copy of these outputs, in this order.
    pub(crate) fn select(&self, outputs: &[usize]) -> Self {
        let size = self.shape.tile_bytes();
        let mut bytes = vec![0; outputs.len().div_ceil(TILE) * size];
        let length = bytes.len();
        for (tile, outputs) in bytes.chunks_exact_mut(size).zip(outputs.chunks(TILE)) {
            for (to, &output) in outputs.iter().enumerate() {
                copy_row(
                    self.shape,
                    self.tile_bytes(output / TILE),
                    output % TILE,
                    tile,
                    to,
                );
            }
        }
        Self {
            bytes: Bytes::Shared(Arc::new(bytes), 0..length),
            outputs: outputs.len(),
            shape: self.shape,
            divisors: self
                .divisors
                .as_ref()
                .map(|all| outputs.iter().map(|&output| all[output]).collect()),
        }
    }
}

/// A linear map: a matrix and a bias `[outputs]`.
pub struct Linear {
    pub(super) weight: Matrix,
    pub(super) bias: Vec<f32>,
}

impl Linear {
    /// Multiplies tile `tile` of the map with `rows`, adds the bias, and writes the sums of each row
    /// to `outputs` (`[rows, outputs of the tile]`).
    pub(super) fn multiply(
        &self,
        kernel: Kernel,
        (tile, prefetch): (usize, Prefetch),
        rows: Rows,
        outputs: &mut OutputRows,
    ) {
        /// The bias where the sums are divided before the map's own is added.
        const NO_BIAS: [f32; TILE] = [0.0; TILE];
        let own = tile * TILE..self.weight.outputs.min((tile + 1) * TILE);
        let bias = &self.bias[own.clone()];
        let divisors = self.weight.divisors.as_ref().map(|all| &all[own]);
        let tile = Tile {
            shape: self.weight.shape,
            bytes: self.weight.tile_bytes(tile),
            bias: match divisors {
                None => bias,
                Some(_) => &NO_BIAS[..bias.len()],
            },
            prefetch,
        };
        kernel.multiply(tile, rows, outputs);
        if let Some(divisors) = divisors {
            for row in outputs.iter_mut() {
                for ((sum, divisor), bias) in row.iter_mut().zip(divisors).zip(bias) {
                    *sum = *sum / divisor + bias;
                }
            }
        }
    }
}

/// Computes `hidden · weightᵀ + bias` for several maps of the same hidden vectors at once;
/// each result is `[rows, outputs]`.
pub(crate) fn project<const N: usize>(
    pool: &ThreadPool,
    kernel: Kernel,
    maps: [&Linear; N],
    hidden: &[f32],
) -> [PooledBuffer; N] {
    let Some(shape) = maps.first().map(|map| map.weight.shape) else {
        return std::array::from_fn(|_| pool.floats(0));
    };
    let activations = Activations::new(pool, kernel, shape, hidden);
    project_quantised(pool, kernel, maps, &activations)
}

/// [`project`] of quantised rows.
fn project_quantised<const N: usize>(
    pool: &ThreadPool,
    kernel: Kernel,
    maps: [&Linear; N],
    activations: &Activations,
) -> [PooledBuffer; N] {
    let rows = activations.rows;
    let mut results = maps.map(|map| pool.floats(rows * map.weight.outputs));
    let mut maps = maps.into_iter();
    let grids = results.each_mut().map(|result| {
        let map = maps.next();
        let width = map.map_or(1, |map| map.weight.outputs);
        (map, DisjointMut::new(result, width))
    });
    // Tiles of all maps in one list, which is cut into parts for the threads.
    let mut tiles: Vec<(usize, usize)> = Vec::new();
    for (m, (map, _)) in grids.iter().enumerate() {
        tiles.extend((0..map.map_or(0, |map| map.weight.tiles())).map(|tile| (m, tile)));
    }
    let parts = parts(pool, activations, tiles.len(), tiles.len());
    pool.run(parts, &|part| {
        let _products = kernel.configure();
        let own = &tiles[part * tiles.len() / parts..(part + 1) * tiles.len() / parts];
        for panel in panels(kernel, activations) {
            for &(m, tile) in own {
                let (Some(map), grid) = &grids[m] else {
                    continue;
                };
                let destination = Destination {
                    grid,
                    row: 0,
                    output: 0,
                };
                // SAFETY: each tile of a map is in one part, which multiplies it with each row
                // once.
                #[expect(unsafe_code, reason = "disjoint parts of a result")]
                unsafe {
                    multiply_tile(kernel, map, activations, panel.clone(), tile, destination);
                }
            }
        }
    });
    results
}

/// Computes `outer(activation(inner(hidden)))`. The result of `activation` is quantised one group
/// at a time, while it is in the processor's cache: the widest activations of the network are never
/// in memory as f32.
pub(crate) fn feed_forward(
    pool: &ThreadPool,
    kernel: Kernel,
    [inner, outer]: [&Linear; 2],
    hidden: &[f32],
    activation: Activation,
) -> PooledBuffer {
    assert_eq!(inner.weight.outputs, outer.weight.shape.inputs);
    let activations = Activations::new(pool, kernel, inner.weight.shape, hidden);
    let (rows, shape) = (activations.rows, outer.weight.shape);
    let mut between = Activations::empty(pool, shape, rows);
    let writer = between.writer();
    let width = shape.bits.group();
    let groups = shape.groups();
    // Each part takes whole groups, so at most as many threads have work as there are groups (32
    // for NLLB-600M in q8).
    let parts = parts(pool, &activations, inner.weight.tiles(), groups);
    pool.run(parts, &|part| {
        let _products = kernel.configure();
        let own = part * groups / parts..(part + 1) * groups / parts;
        for panel in panels(kernel, &activations) {
            let mut numbers = pool.floats(panel.len() * width);
            for group in own.clone() {
                let grid = DisjointMut::new(&mut numbers, width);
                let tiles = group * width / TILE..((group + 1) * width / TILE);
                for tile in tiles.start..tiles.end.min(inner.weight.tiles()) {
                    let destination = Destination {
                        grid: &grid,
                        row: panel.start,
                        output: group * width,
                    };
                    // SAFETY: `numbers` is of this part, and each tile writes its own outputs.
                    #[expect(unsafe_code, reason = "disjoint parts of a result")]
                    unsafe {
                        multiply_tile(
                            kernel,
                            inner,
                            &activations,
                            panel.clone(),
                            tile,
                            destination,
                        );
                    }
                }
                let filled = width.min(shape.inputs - group * width);
                for (row, numbers) in panel.clone().zip(numbers.chunks_exact_mut(width)) {
                    let numbers = &mut numbers[..filled];
                    activate(kernel, activation, numbers);
                    // SAFETY: each group is in one part, which writes each row once.
                    #[expect(unsafe_code, reason = "disjoint parts of a result")]
                    unsafe {
                        writer.write(kernel, row, group, numbers);
                    }
                }
            }
        }
    });
    let [result] = project_quantised(pool, kernel, [outer], &between);
    result
}

/// Computes `outer(activation(gate(hidden)) × inner(hidden))`.
pub(crate) fn gated_feed_forward(
    pool: &ThreadPool,
    kernel: Kernel,
    [gate, inner, outer]: [&Linear; 3],
    hidden: &[f32],
    activation: Activation,
) -> PooledBuffer {
    let [mut gates, between] = project(pool, kernel, [gate, inner], hidden);
    let width = inner.weight.outputs;
    let parallel = gates.len() >= MIN_PARALLEL_NUMBERS;
    pool.run_rows_mut(&mut gates, width, parallel, &|row, gates| {
        activate(kernel, activation, gates);
        multiply(kernel, gates, &between[row * width..(row + 1) * width]);
    });
    let [result] = project(pool, kernel, [outer], &gates);
    result
}

/// How many parts a product with this number of tiles is cut into for the threads, at most `most`;
/// 1 if it is too small for two threads.
fn parts(pool: &ThreadPool, activations: &Activations, tiles: usize, most: usize) -> usize {
    if activations.rows * activations.stride * tiles * TILE < MIN_PARALLEL_PRODUCTS {
        1
    } else {
        (PARTS * pool.threads()).min(most)
    }
}

/// Blocks of rows that stay in a processor's cache while they are multiplied with all tiles of a
/// part.
fn panels(
    kernel: Kernel,
    activations: &Activations,
) -> impl Iterator<Item = std::ops::Range<usize>> {
    let rows = activations.rows;
    let panel = (PANEL_BYTES / activations.stride.max(1))
        .max(1)
        .next_multiple_of(kernel.block_size(activations.shape).max_rows);
    (0..rows)
        .step_by(panel)
        .map(move |start| start..(start + panel).min(rows))
}

/// Where products are written: to a table that begins with this row and output.
#[derive(Clone, Copy)]
struct Destination<'a, 'g> {
    grid: &'a DisjointMut<'g, f32>,
    row: usize,
    output: usize,
}

/// Multiplies a tile of a map with a panel of rows, and writes the tile's outputs of those rows to
/// `destination`.
///
/// # Safety
/// No other thread accesses these numbers of the table at the same time.
#[expect(unsafe_code, reason = "disjoint parts of a result")]
unsafe fn multiply_tile(
    kernel: Kernel,
    map: &Linear,
    activations: &Activations,
    panel: std::ops::Range<usize>,
    tile: usize,
    destination: Destination,
) {
    let output = tile * TILE - destination.output;
    let width = TILE.min(map.weight.outputs - tile * TILE);
    for (first, count, prefetch) in blocks(kernel.block_size(activations.shape), panel) {
        let rows = first - destination.row..first - destination.row + count;
        // SAFETY: rows have no number in common; the caller ensures that no other thread has them.
        let own = |row| unsafe { destination.grid.row_mut(row, output, width) };
        let mut outputs = OutputRows::new();
        outputs.extend(rows.map(own));
        let rows = activations.rows(first, count);
        map.multiply(kernel, (tile, prefetch), rows, &mut outputs);
    }
}

/// Cuts rows into blocks of similar size, each at most what a kernel multiplies a tile with at
/// once: first row, count, and what the block prefetches.
pub(crate) fn blocks(
    BlockSize { max_rows, unit }: BlockSize,
    rows: std::ops::Range<usize>,
) -> impl Iterator<Item = (usize, usize, Prefetch)> {
    let total = rows.len();
    let units = total.div_ceil(unit);
    let parts = total.div_ceil(max_rows);
    (0..parts).map(move |part| {
        let [from, to] = [part, part + 1].map(|b| total.min(b * units / parts * unit));
        (rows.start + from, to - from, Prefetch { part, parts })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::packed::kernels::MAX_ROWS;
    use crate::nn::packed::layout::BitWidth;
    use crate::nn::packed::testing::{matrix, weights};

    fn linear(bits: BitWidth, inputs: usize, outputs: usize, seed: u64) -> Linear {
        Linear {
            weight: matrix(PackedShape { bits, inputs }, outputs, seed),
            bias: (0..outputs).map(|i| i as f32 / 100.0 - 0.3).collect(),
        }
    }

    #[test]
    fn blocks_hold_each_row_once_and_no_more_than_the_kernel_takes() {
        for (max_rows, unit) in [(6, 1), (4, 1), (5, 1), (32, 16)] {
            for rows in (0..100).map(|end| end / 3..end) {
                let mut next = rows.start;
                for (first, count, _) in blocks(BlockSize { max_rows, unit }, rows.clone()) {
                    assert_eq!(first, next);
                    assert!((1..=max_rows).contains(&count), "{max_rows} {rows:?}");
                    assert!(
                        (first - rows.start).is_multiple_of(unit),
                        "{max_rows} {rows:?}"
                    );
                    next += count;
                }
                assert_eq!(next, rows.end);
            }
        }
    }

    #[test]
    fn a_feed_forward_is_its_two_products_to_the_bit_whatever_the_kernel_rows_and_threads() {
        let sizes = [(64, 80), (33, 1), (40, 128), (64, 300)];
        for (bits, (width, between)) in [BitWidth::Eight, BitWidth::Four]
            .into_iter()
            .flat_map(|bits| sizes.map(|size| (bits, size)))
        {
            let inner = linear(bits, width, between, 1);
            let outer = linear(bits, between, width, 2);
            let stride = Activations::empty(&ThreadPool::new(1), inner.weight.shape, 1).stride;
            let few = |kernel| [(1, kernel), (7, kernel), (33, kernel)];
            let panels = (PANEL_BYTES / stride + 2 * MAX_ROWS, Kernel::detect());
            let cases = Kernel::available().into_iter().flat_map(few);
            for (rows, kernel) in cases.chain([panels]) {
                let hidden = weights(rows, width, 3);
                for activation in [Activation::Relu, Activation::Gelu] {
                    let pool = ThreadPool::new(1);
                    let [mut wide] = project(&pool, kernel, [&inner], &hidden);
                    activate(kernel, activation, &mut wide);
                    let [expected] = project(&pool, kernel, [&outer], &wide);
                    for threads in [1, 3] {
                        let (pool, maps) = (ThreadPool::new(threads), [&inner, &outer]);
                        let found = feed_forward(&pool, kernel, maps, &hidden, activation);
                        assert!(
                            found[..] == expected[..],
                            "{bits:?} {between} {rows} {kernel:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn a_gated_feed_forward_is_its_three_products_to_the_bit_whatever_the_kernel_and_threads() {
        for (width, between) in [(64, 80), (33, 1), (64, 300)] {
            let (gate, inner) = (
                linear(BitWidth::Eight, width, between, 1),
                linear(BitWidth::Eight, width, between, 3),
            );
            let outer = linear(BitWidth::Eight, between, width, 2);
            let mut first = None;
            for kernel in Kernel::available() {
                let hidden = weights(40, width, 3);
                let pool = ThreadPool::new(1);
                let [mut gates, between] = project(&pool, kernel, [&gate, &inner], &hidden);
                activate(kernel, Activation::GeluTanh, &mut gates);
                gates
                    .iter_mut()
                    .zip(&between[..])
                    .for_each(|(x, y)| *x *= y);
                let [expected] = project(&pool, kernel, [&outer], &gates);
                for threads in [1, 3] {
                    let (pool, maps) = (ThreadPool::new(threads), [&gate, &inner, &outer]);
                    let activation = Activation::GeluTanh;
                    let found = gated_feed_forward(&pool, kernel, maps, &hidden, activation);
                    assert!(found[..] == expected[..], "{kernel:?}");
                }
                let first = first.get_or_insert_with(|| expected.to_vec());
                assert!(first[..] == expected[..], "{kernel:?}");
            }
        }
    }
}
