//! What a kernel multiplies: a tile of a packed matrix with quantised rows.

use smallvec::SmallVec;

use crate::nn::packed::layout::{PackedShape, TILE};

/// The most rows that any kernel multiplies a tile with at once.
pub(crate) const MAX_ROWS: usize = 32;

/// Where the sums of a block of rows are written: one slice a row, as long as the tile's bias.
pub(crate) type OutputRows<'a> = SmallVec<[&'a mut [f32]; MAX_ROWS]>;

/// What the length of a row is a multiple of: kernels may read whole vectors of it. A cache line.
pub(crate) const ROW_ALIGNMENT: usize = 64;

/// How many rows a kernel multiplies a tile with at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BlockSize {
    /// At most [`MAX_ROWS`].
    pub max_rows: usize,
    /// Rows that take as long as one: blocks of a multiple of them waste nothing.
    pub unit: usize,
}

/// A tile of a packed matrix, with the bias of its outputs.
#[derive(Clone, Copy)]
pub(crate) struct Tile<'a> {
    pub shape: PackedShape,
    /// [`PackedShape::tile_bytes`] of them.
    pub bytes: &'a [u8],
    /// `[outputs]`, at most [`TILE`].
    pub bias: &'a [f32],
    /// Which bytes after these are prefetched meanwhile.
    #[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
    pub prefetch: Prefetch,
}

/// Consecutive rows, quantised for a matrix of `shape`.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub shape: PackedShape,
    /// `[rows, stride]`: a row's integers, zeros up to the end of its last step, then integers that
    /// no result depends on (some kernels read whole vectors).
    pub values: &'a [i8],
    /// `[rows, groups]`.
    pub scales: &'a [f32],
    /// `[rows, groups]`: minus the sum of a group's integers, times what is added to stored
    /// weights.
    pub offsets: &'a [i32],
    /// Integers from one row to the next: a multiple of [`ROW_ALIGNMENT`].
    pub stride: usize,
    /// Scales of a row.
    pub groups: usize,
}

/// The share of a block of rows in prefetching: part `part` of `parts` of the next tile. The blocks
/// that are multiplied with a tile share out the next one; a block that is alone prefetches what it
/// reads itself a little later. All at once would keep the processor from what it needs now.
#[derive(Clone, Copy)]
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
pub(crate) struct Prefetch {
    pub part: usize,
    pub parts: usize,
}

/// Bytes that memory delivers at once.
#[cfg(target_arch = "x86_64")]
pub(super) const LINE: usize = 64;

impl Prefetch {
    /// The first byte to prefetch while `tile` is read, and how many bytes further with each of
    /// `steps` steps.
    #[cfg(target_arch = "x86_64")]
    pub(super) fn start_and_pace(self, tile: &[u8], steps: usize) -> (*const u8, usize) {
        /// Bytes from what a block that is alone reads to what it prefetches; measured.
        const DISTANCE: usize = 4096;
        let parts = self.parts.max(1);
        let first = match parts {
            1 => DISTANCE,
            _ => tile.len() + tile.len() * self.part / parts,
        };
        // The hardware prefetcher stops at each page. One or two lines are prefetched with each
        // step.
        let pace = tile.len().div_ceil(parts * steps.max(1));
        (tile.as_ptr().wrapping_add(first), pace)
    }
}

/// Adds a bias to the sums of some outputs, in the order in which all kernels do, and writes them
/// to `outputs`.
#[inline(always)]
pub(super) fn add_bias(sums: &[f32; TILE], bias: &[f32], outputs: &mut [f32]) {
    for ((output, sum), bias) in outputs.iter_mut().zip(sums).zip(bias) {
        *output = sum + bias;
    }
}

/// Prefetches numbers that are needed soon, where the hardware prefetcher does not foresee them.
#[inline(always)]
pub(crate) fn prefetch<T>(numbers: &[T]) {
    #[cfg(target_arch = "x86_64")]
    for line in numbers.chunks(LINE / size_of::<T>().max(1)) {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        #[expect(unsafe_code, reason = "an instruction of every x86-64 processor")]
        // SAFETY: a prefetch affects caches alone, whatever the address.
        unsafe {
            _mm_prefetch::<_MM_HINT_T1>(line.as_ptr().cast());
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = numbers;
}
