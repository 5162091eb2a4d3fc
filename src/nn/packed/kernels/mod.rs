//! Products of packed weights and quantised rows, for the processor at hand.
//!
//! A kernel multiplies one tile of 32 outputs with up to [`Kernel::rows`] rows: a sum of integers a group,
//! exact, then the groups in their order in f32. All kernels do that same arithmetic, so their results
//! are equal to the bit; [`scalar`] is the one to read.

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
mod scalar;
#[cfg(test)]
mod tests;

use std::marker::PhantomData;

use smallvec::SmallVec;

use super::activations::Activations;
use super::layout::{PackedShape, TILE};

/// The most rows any kernel multiplies a tile with at once; see [`Kernel::rows`].
pub(crate) const BLOCK: usize = 32;
#[cfg(target_arch = "x86_64")]
const _: () = assert!(
    scalar::ROWS <= BLOCK
        && avx2::ROWS <= BLOCK
        && avx_vnni::ROWS <= BLOCK
        && avx512::ROWS <= BLOCK
        && amx::ROWS <= BLOCK
);
#[cfg(target_arch = "aarch64")]
const _: () = assert!(neon::ROWS <= BLOCK);

/// Where the sums of a block of rows go, a place a row.
pub(crate) type OutputRows<'a> = SmallVec<[&'a mut [f32]; BLOCK]>;

/// A tile of a packed matrix, with the bias of its outputs.
#[derive(Clone, Copy)]
pub(crate) struct Tile<'a> {
    pub shape: PackedShape,
    pub bytes: &'a [u8],
    /// One of each output there is, at most [`TILE`].
    pub bias: &'a [f32],
    /// Which part of the bytes behind these, the next tile as a rule, is asked of memory meanwhile.
    #[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
    pub fetch: Fetch,
}

/// Part `turn` of `every` of a tile: the blocks of rows that meet a tile share out the next one, and one that
/// meets it alone asks for what it comes to itself a little later. Asked for all at once, it would keep the
/// processor from what it needs now.
#[derive(Clone, Copy)]
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
pub(crate) struct Fetch {
    pub turn: usize,
    pub every: usize,
}

/// How far ahead of its own bytes a block asks memory that shares the tile with no other; measured.
#[cfg(target_arch = "x86_64")]
const ALONE_AHEAD: usize = 4096;

/// Bytes memory gives at once.
#[cfg(target_arch = "x86_64")]
const LINE: usize = 64;

impl Fetch {
    /// The first byte behind `tile` that is asked of memory, and how many bytes further with each of
    /// `steps` steps.
    #[cfg(target_arch = "x86_64")]
    fn ahead(self, tile: &[u8], steps: usize) -> (*const u8, usize) {
        let every = self.every.max(1);
        // A block that meets the tile alone comes to what is asked for after as many steps.
        let first = match every {
            1 => ALONE_AHEAD,
            _ => tile.len() + tile.len() * self.turn / every,
        };
        // Memory's own foresight ends with each page. A line or two are asked for with each step.
        let pace = tile.len().div_ceil(every * steps.max(1));
        (tile.as_ptr().wrapping_add(first), pace)
    }
}

/// Which instructions are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kernel {
    /// Nothing but what every processor of the target has.
    Scalar,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX2 with AVX-VNNI.
    #[cfg(target_arch = "x86_64")]
    AvxVnni,
    /// AVX-512 with VNNI.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// AVX-512 with VNNI, and AMX.
    #[cfg(target_arch = "x86_64")]
    Amx,
    /// NEON with dot products.
    #[cfg(target_arch = "aarch64")]
    Neon,
}

impl Kernel {
    /// The fastest this processor has.
    pub(crate) fn detect() -> Self {
        Self::available().last().copied().unwrap_or(Self::Scalar)
    }

    /// All this processor has, the fastest last.
    pub(crate) fn available() -> Vec<Self> {
        let mut kernels = vec![Self::Scalar];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                kernels.push(Self::Avx2);
                if is_x86_feature_detected!("avxvnni") {
                    kernels.push(Self::AvxVnni);
                }
            }
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512vnni")
            {
                kernels.push(Self::Avx512);
                if amx::available() {
                    kernels.push(Self::Amx);
                }
            }
        }
        #[cfg(target_arch = "aarch64")]
        if std::arch::is_aarch64_feature_detected!("neon")
            && std::arch::is_aarch64_feature_detected!("dotprod")
        {
            kernels.push(Self::Neon);
        }
        kernels
    }

    /// The most rows it multiplies a tile of this shape with at once, [`BLOCK`] at most.
    #[cfg_attr(not(target_arch = "x86_64"), allow(unused_variables))]
    pub(crate) fn rows(self, shape: PackedShape) -> usize {
        match self {
            Self::Scalar => scalar::ROWS,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => avx2::ROWS,
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni => avx_vnni::ROWS,
            #[cfg(target_arch = "x86_64")]
            Self::Amx if amx::fits(shape) => amx::ROWS,
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 | Self::Amx => avx512::ROWS,
            #[cfg(target_arch = "aarch64")]
            Self::Neon => neon::ROWS,
        }
    }

    /// Rows of a tile of this shape that take as long as one: blocks of whole ones waste nothing.
    #[cfg_attr(not(target_arch = "x86_64"), allow(unused_variables))]
    pub(crate) fn unit(self, shape: PackedShape) -> usize {
        #[cfg(target_arch = "x86_64")]
        if self == Self::Amx && amx::fits(shape) {
            return amx::UNIT;
        }
        1
    }

    /// Says that products follow on this thread, until what this gives is dropped.
    pub(crate) fn configure(self) -> TileConfigGuard {
        TileConfigGuard {
            kernel: self,
            of_thread: PhantomData,
        }
    }

    /// What the instructions are called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Scalar => "plain code",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => "AVX2",
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni => "AVX-VNNI",
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => "AVX-512 VNNI",
            #[cfg(target_arch = "x86_64")]
            Self::Amx => "AMX",
            #[cfg(target_arch = "aarch64")]
            Self::Neon => "NEON dot products",
        }
    }

    /// Multiplies `tile` with the rows of `activations` from `first`, which are quantised for its shape, as
    /// many as there are `places` (at most [`Kernel::rows`]); adds the bias, and writes each row's sums to its
    /// place, which is as long as the bias. Between [`Kernel::configure`] and its end, for speed.
    ///
    /// # Panics
    /// Where tile, rows and places do not belong together: a mistake of this program, never of a file.
    pub(crate) fn multiply(
        self,
        tile: Tile,
        activations: &Activations,
        first: usize,
        places: &mut [&mut [f32]],
    ) {
        let (shape, count) = (tile.shape, places.len());
        assert!(shape == activations.shape);
        assert!(tile.bytes.len() == shape.tile_bytes() && tile.bias.len() <= TILE);
        assert!((1..=self.rows(shape)).contains(&count));
        assert!(places.iter().all(|place| place.len() == tile.bias.len()));
        let rows = Rows::of(activations, first, count);
        // So that no write waits for the line it goes to.
        places.iter().for_each(|place| fetch(place));
        assert!(rows.stride >= shape.steps() * shape.bits.step() && rows.groups == shape.groups());
        match self {
            Self::Scalar => scalar::multiply(tile, &rows, places),
            // SAFETY: `available` found the processor to have these instructions; no other place
            // makes these values outside tests, which take them from `available` too.
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions found at run time")]
            Self::Avx2 => unsafe { avx2::multiply(tile, &rows, places) },
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions found at run time")]
            // SAFETY: as above.
            Self::AvxVnni => unsafe { avx_vnni::multiply(tile, &rows, places) },
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions found at run time")]
            // SAFETY: as above.
            Self::Avx512 => unsafe { avx512::multiply(tile, &rows, places) },
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "instructions found at run time")]
            // SAFETY: as above.
            Self::Amx => unsafe { amx::multiply(tile, &rows, places) },
            #[cfg(target_arch = "aarch64")]
            #[expect(unsafe_code, reason = "instructions found at run time")]
            // SAFETY: as above.
            Self::Neon => unsafe { neon::multiply(tile, &rows, places) },
        }
    }
}

/// Products that follow each other on a thread. Some kernels arrange registers for the first that the others find
/// so; at the end they are given back.
#[must_use = "dropped, it ends the products"]
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
pub(crate) struct TileConfigGuard {
    kernel: Kernel,
    of_thread: PhantomData<*const ()>,
}

impl Drop for TileConfigGuard {
    fn drop(&mut self) {
        #[cfg(target_arch = "x86_64")]
        if self.kernel == Kernel::Amx {
            amx::release();
        }
    }
}

/// Adds a bias to the sums of some outputs, in the order in which all kernels do, to `place`.
#[inline(always)]
fn add_bias(sums: &[f32; TILE], bias: &[f32], place: &mut [f32]) {
    for ((place, sum), bias) in place.iter_mut().zip(sums).zip(bias) {
        *place = sum + bias;
    }
}

/// Asks memory for what is needed soon, where it has no foresight of its own.
#[inline(always)]
pub(crate) fn fetch<T>(numbers: &[T]) {
    #[cfg(target_arch = "x86_64")]
    for line in numbers.chunks(LINE / size_of::<T>().max(1)) {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        #[expect(
            unsafe_code,
            reason = "an instruction every processor of the target has"
        )]
        // SAFETY: prefetching has no effect but on caches.
        unsafe {
            _mm_prefetch::<_MM_HINT_T1>(line.as_ptr().cast());
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = numbers;
}

/// A block of quantised rows; every slice has as many rows as there are places.
struct Rows<'a> {
    values: &'a [i8],
    scales: &'a [f32],
    offsets: &'a [i32],
    stride: usize,
    groups: usize,
}

impl<'a> Rows<'a> {
    fn of(activations: &'a Activations, first: usize, count: usize) -> Self {
        let (stride, groups) = (activations.stride, activations.groups);
        let (values, of_groups) = (
            first * stride..(first + count) * stride,
            first * groups..(first + count) * groups,
        );
        Self {
            values: &activations.values[values],
            scales: &activations.scales[of_groups.clone()],
            offsets: &activations.offsets[of_groups],
            stride,
            groups,
        }
    }
}

/// Compiles a function once for each kernel's instructions, and calls the one for the kernel given as
/// an additional first argument. The body is plain Rust: it computes the same everywhere, in wider
/// registers where there are some.
macro_rules! multiversion {
    ($(#[$attribute:meta])* $visibility:vis fn $name:ident($($argument:ident: $kind:ty),* $(,)?) $(-> $result:ty)? $body:block) => {
        $(#[$attribute])*
        $visibility fn $name(kernel: $crate::nn::packed::kernels::Kernel, $($argument: $kind),*) $(-> $result)? {
            #[inline(always)]
            fn plain($($argument: $kind),*) $(-> $result)? $body
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2($($argument: $kind),*) $(-> $result)? { plain($($argument),*) }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512bw,avx512vl")]
            fn avx512($($argument: $kind),*) $(-> $result)? { plain($($argument),*) }
            match kernel {
                $crate::nn::packed::kernels::Kernel::Scalar => plain($($argument),*),
                // What every processor of the target has is all that is of use here.
                #[cfg(target_arch = "aarch64")]
                $crate::nn::packed::kernels::Kernel::Neon => plain($($argument),*),
                // SAFETY: a kernel is one that `Kernel::available` found.
                #[cfg(target_arch = "x86_64")]
                #[expect(unsafe_code, reason = "instructions found at run time")]
                $crate::nn::packed::kernels::Kernel::Avx2
                | $crate::nn::packed::kernels::Kernel::AvxVnni => unsafe { avx2($($argument),*) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                #[expect(unsafe_code, reason = "instructions found at run time")]
                $crate::nn::packed::kernels::Kernel::Avx512
                | $crate::nn::packed::kernels::Kernel::Amx => unsafe { avx512($($argument),*) },
            }
        }
    };
}
pub(crate) use multiversion;
