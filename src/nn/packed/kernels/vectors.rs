//! Plain Rust, compiled once for each width of vector registers.

#[cfg(target_arch = "x86_64")]
use super::{avx2::Avx2, avx512::Avx512};

/// The instructions that plain Rust is compiled for; see [`multiversion`].
#[derive(Clone, Copy)]
pub(crate) enum Vectors {
    /// What every processor of the target has.
    Baseline,
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
}

/// Compiles a function once for each of [`Vectors`], and calls the version for the kernel that is
/// given as an additional first argument. The body is plain Rust: it computes the same everywhere,
/// in wider registers where there are some.
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
            match kernel.vectors() {
                $crate::nn::packed::kernels::Vectors::Baseline => plain($($argument),*),
                #[cfg(target_arch = "x86_64")]
                #[expect(unsafe_code, reason = "instructions found at run time")]
                // SAFETY: an `Avx2` exists only where AVX2 and FMA were detected.
                $crate::nn::packed::kernels::Vectors::Avx2(_) => unsafe { avx2($($argument),*) },
                #[cfg(target_arch = "x86_64")]
                #[expect(unsafe_code, reason = "instructions found at run time")]
                // SAFETY: an `Avx512` exists only where AVX-512 F, BW and VL were detected.
                $crate::nn::packed::kernels::Vectors::Avx512(_) => unsafe { avx512($($argument),*) },
            }
        }
    };
}
pub(crate) use multiversion;
