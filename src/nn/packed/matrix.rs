//! Packed matrices and their products with hidden vectors.

use std::sync::Arc;

use super::activations::Activations;
use super::kernels::{BLOCK, Fetch, Kernel, Tile, fetch_to_write};
use super::layout::{Depth, TILE, copy_row, unpack_row};
use super::numbers::Numbers;
use super::pool::{Grid, PARTS, Pool};
use super::vector::finish;
use crate::nn::Activation;

/// Bytes of quantised rows that a processor's cache holds beside the weights of some tiles.
const PANEL_BYTES: usize = 256 << 10;
/// Products below this many multiplications are not worth a second thread.
const ALONE: usize = 1 << 18;

/// Where a matrix's bytes lie.
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
    pub depth: Depth,
}

impl Matrix {
    /// A matrix over `bytes`; none where they are too few.
    pub(crate) fn new(bytes: Bytes, outputs: usize, depth: Depth) -> Option<Self> {
        let wanted = depth.bytes(outputs)?;
        (bytes.get().len() >= wanted).then_some(Self {
            bytes,
            outputs,
            depth,
        })
    }

    pub(crate) fn tiles(&self) -> usize {
        self.outputs.div_ceil(TILE)
    }

    pub(crate) fn tile(&self, tile: usize, fetch: Fetch) -> Tile<'_> {
        Tile {
            depth: self.depth,
            bytes: self.tile_bytes(tile),
            fetch,
        }
    }

    fn tile_bytes(&self, tile: usize) -> &[u8] {
        let size = self.depth.tile_bytes();
        &self.bytes.get()[tile * size..(tile + 1) * size]
    }

    /// The weights of output `output`, written to `row` (`[inputs]`).
    pub(crate) fn read_row(&self, output: usize, row: &mut [f32]) {
        unpack_row(
            self.depth,
            self.tile_bytes(output / TILE),
            output % TILE,
            row,
        );
    }

    /// The first `outputs` outputs.
    pub(crate) fn first(&self, outputs: usize) -> Self {
        Self {
            outputs: outputs.min(self.outputs),
            ..self.clone()
        }
    }

    /// A copy that has these outputs alone, in this order.
    pub(crate) fn select(&self, outputs: &[usize]) -> Self {
        let size = self.depth.tile_bytes();
        let mut bytes = vec![0; outputs.len().div_ceil(TILE) * size];
        let length = bytes.len();
        for (tile, outputs) in bytes.chunks_exact_mut(size).zip(outputs.chunks(TILE)) {
            for (place, &output) in outputs.iter().enumerate() {
                copy_row(
                    self.depth,
                    self.tile_bytes(output / TILE),
                    output % TILE,
                    tile,
                    place,
                );
            }
        }
        Self {
            bytes: Bytes::Shared(Arc::new(bytes), 0..length),
            outputs: outputs.len(),
            depth: self.depth,
        }
    }
}

/// A linear map: a matrix and a bias `[outputs]`.
pub struct Linear {
    pub(super) weight: Matrix,
    pub(super) bias: Vec<f32>,
}

/// Computes `activation(hidden · weightᵀ + bias)` for several maps of the same hidden vectors at once;
/// each result is `[rows, outputs]`.
pub(crate) fn project<const N: usize>(
    pool: &Pool,
    kernel: Kernel,
    maps: [&Linear; N],
    hidden: &[f32],
    activation: Option<Activation>,
) -> [Numbers; N] {
    let Some(depth) = maps.first().map(|map| map.weight.depth) else {
        return std::array::from_fn(|_| pool.numbers(0));
    };
    let activations = Activations::new(pool, kernel, depth, hidden);
    let rows = activations.rows;
    let mut results = maps.map(|map| pool.numbers(rows * map.weight.outputs));
    let mut maps = maps.into_iter();
    let grids = results.each_mut().map(|result| {
        let map = maps.next();
        let width = map.map_or(1, |map| map.weight.outputs);
        (map, Grid::new(result, width))
    });
    // Tiles of all maps in one row, cut into parts for the threads.
    let mut tiles: Vec<(usize, usize)> = Vec::new();
    for (m, (map, _)) in grids.iter().enumerate() {
        tiles.extend((0..map.map_or(0, |map| map.weight.tiles())).map(|tile| (m, tile)));
    }
    let multiplications = rows * depth.inputs * tiles.len() * TILE;
    let parts = if multiplications < ALONE {
        1
    } else {
        (PARTS * pool.threads()).min(tiles.len())
    };
    let panel = (PANEL_BYTES / activations.stride.max(1))
        .next_multiple_of(BLOCK)
        .max(BLOCK);
    pool.run(parts, &|part| {
        let own = &tiles[part * tiles.len() / parts..(part + 1) * tiles.len() / parts];
        for start in (0..rows).step_by(panel) {
            let panel = start..(start + panel).min(rows);
            for &(m, tile) in own {
                let (Some(map), grid) = &grids[m] else {
                    continue;
                };
                multiply_tile(
                    kernel,
                    map,
                    &activations,
                    panel.clone(),
                    tile,
                    activation,
                    grid,
                );
            }
        }
    });
    results
}

/// One tile of a map for a panel of rows.
fn multiply_tile(
    kernel: Kernel,
    map: &Linear,
    activations: &Activations,
    panel: std::ops::Range<usize>,
    tile: usize,
    activation: Option<Activation>,
    grid: &Grid<f32>,
) {
    let (first, weight) = (tile * TILE, &map.weight);
    let width = TILE.min(weight.outputs - first);
    let bias = &map.bias[first..first + width];
    let mut products = [[0.0; TILE]; BLOCK];
    for (row, count, fetch) in blocks(panel) {
        let mut cells: [&mut [f32]; BLOCK] = Default::default();
        for (r, cells) in cells[..count].iter_mut().enumerate() {
            // SAFETY: a tile of a map is one part's, and each of its rows is written once.
            #[expect(unsafe_code, reason = "pieces of a grid")]
            let place = unsafe { grid.cells(row + r, first, width) };
            fetch_to_write(place);
            *cells = place;
        }
        let tile = weight.tile(tile, fetch);
        kernel.multiply(tile, activations, row, count, &mut products);
        finish(
            kernel,
            &products[..count],
            bias,
            activation,
            &mut cells[..count],
        );
    }
}

/// Cuts rows into blocks of like size, at most [`BLOCK`]: first row, count, and what each fetches of the
/// next tile.
pub(crate) fn blocks(rows: std::ops::Range<usize>) -> impl Iterator<Item = (usize, usize, Fetch)> {
    let total = rows.len();
    let count = total.div_ceil(BLOCK);
    (0..count).map(move |block| {
        let (from, to) = (block * total / count, (block + 1) * total / count);
        let fetch = Fetch {
            turn: block,
            every: count,
        };
        (rows.start + from, to - from, fetch)
    })
}
