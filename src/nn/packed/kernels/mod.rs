//! Products of packed weights and quantised rows, for the processor at hand.
//!
//! A kernel multiplies one tile of 32 outputs with a block of rows: an exact sum of integers for
//! each group, then the groups in their order in f32. All kernels do the same arithmetic: their
//! results are equal to the bit, and [`scalar`] is the one to read.
//!
//! A [`Kernel`] exists only where this processor has its instructions. Each kernel is a type
//! without public constructor, of which its module's `detect` makes the only value. To add a
//! kernel, add its module and a line to [`TABLE`].

#[cfg(target_arch = "x86_64")]
mod amx;
#[cfg(target_arch = "x86_64")]
mod avx;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod avx_vnni;
#[cfg(target_arch = "aarch64")]
mod neon;
#[cfg(target_arch = "aarch64")]
mod neon_i8mm;
mod scalar;
#[cfg(test)]
mod tests;
mod tile;
mod vectors;

use std::marker::PhantomData;

use super::layout::{PackedShape, TILE};
pub(crate) use tile::{
    BlockSize, MAX_ROWS, OutputRows, Prefetch, ROW_ALIGNMENT, Rows, Tile, prefetch,
};
pub(crate) use vectors::{Vectors, multiversion};

/// The kernels of this architecture, each faster than those before it where both are there.
const TABLE: &[fn() -> Option<Kernel>] = &[
    scalar::detect,
    #[cfg(target_arch = "x86_64")]
    avx2::detect,
    #[cfg(target_arch = "x86_64")]
    avx_vnni::detect,
    #[cfg(target_arch = "x86_64")]
    avx512::detect,
    #[cfg(target_arch = "x86_64")]
    amx::detect,
    #[cfg(target_arch = "aarch64")]
    neon::detect,
    #[cfg(target_arch = "aarch64")]
    neon_i8mm::detect,
];

/// One way of multiplying tiles. A value of a type that implements it proves that the processor has
/// the instructions, since only detection creates one.
trait KernelImpl: Sync {
    /// What the instructions are called.
    fn name(&self) -> &'static str;

    /// How many rows it multiplies a tile of this shape with at once.
    fn block_size(&self, shape: PackedShape) -> BlockSize;

    /// Multiplies `tile` with `rows`, adds the bias, and writes the sums of each row to `outputs`
    /// (`[rows, outputs of the tile]`, 1 to [`BlockSize::max_rows`] rows).
    ///
    /// # Panics
    /// If the three do not belong together.
    fn multiply(&self, tile: Tile, rows: Rows, outputs: &mut [&mut [f32]]);

    /// Gives back what [`KernelImpl::multiply`] keeps configured on this thread.
    fn release(&self) {}
}

/// What products are computed with: instructions that were found on this processor.
#[derive(Clone, Copy)]
pub(crate) struct Kernel {
    implementation: &'static dyn KernelImpl,
    vectors: Vectors,
}

impl Kernel {
    /// The fastest of this processor.
    pub(crate) fn detect() -> Self {
        let fastest = TABLE.iter().rev().find_map(|detect| detect());
        fastest.unwrap_or_else(scalar::kernel)
    }

    /// All of this processor, the fastest last.
    pub(crate) fn available() -> Vec<Self> {
        TABLE.iter().filter_map(|detect| detect()).collect()
    }

    /// What the instructions are called.
    pub(crate) fn name(self) -> &'static str {
        self.implementation.name()
    }

    /// The instructions that plain Rust is compiled for.
    pub(crate) fn vectors(self) -> Vectors {
        self.vectors
    }

    /// How many rows it multiplies a tile of this shape with at once.
    pub(crate) fn block_size(self, shape: PackedShape) -> BlockSize {
        self.implementation.block_size(shape)
    }

    /// Announces products on this thread, until the guard is dropped.
    pub(crate) fn configure(self) -> TileConfigGuard {
        TileConfigGuard {
            kernel: self,
            of_thread: PhantomData,
        }
    }

    /// Multiplies `tile` with `rows`, adds the bias, and writes the sums of each row to `outputs`
    /// (`[rows, outputs of the tile]`, 1 to [`BlockSize::max_rows`] rows). Faster while
    /// [`Kernel::configure`]'s guard lives.
    ///
    /// # Panics
    /// If tile, rows and outputs do not belong together: a mistake of this program, never of a
    /// file.
    pub(crate) fn multiply(self, tile: Tile, rows: Rows, outputs: &mut [&mut [f32]]) {
        let (shape, count) = (tile.shape, outputs.len());
        assert!(shape == rows.shape && rows.groups == shape.groups());
        assert!(tile.bytes.len() == shape.tile_bytes() && tile.bias.len() <= TILE);
        assert!(rows.stride >= shape.steps() * shape.bits.step());
        assert!(rows.values.len() == count * rows.stride);
        assert!(rows.stride.is_multiple_of(ROW_ALIGNMENT));
        assert!(outputs.iter().all(|row| row.len() == tile.bias.len()));
        // Prefetched, since a write would wait for its cache line.
        outputs.iter().for_each(|row| prefetch(row));
        self.implementation.multiply(tile, rows, outputs);
    }
}

impl std::fmt::Debug for Kernel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Products that follow each other on a thread. Some kernels configure registers for the first,
/// which the others reuse; when this is dropped they are released.
#[must_use = "dropped, it ends the products"]
pub(crate) struct TileConfigGuard {
    kernel: Kernel,
    of_thread: PhantomData<*const ()>,
}

impl Drop for TileConfigGuard {
    fn drop(&mut self) {
        self.kernel.implementation.release();
    }
}
