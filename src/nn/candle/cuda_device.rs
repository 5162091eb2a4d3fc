//! A CUDA device as the driver describes it, and which devices the kernels of this build run on.

use std::fmt;

use crate::nn::Error;

/// A CUDA device of this machine, as the driver numbers them: CUDA_VISIBLE_DEVICES hides the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CudaDevice {
    /// Its number N in `cuda:N`, from 0.
    pub index: usize,
    /// The product's name (`NVIDIA H200`).
    pub name: String,
    /// Major and minor.
    pub compute_capability: (u32, u32),
    /// Bytes in all.
    pub memory: u64,
    /// Bytes free now.
    pub free: u64,
}

impl CudaDevice {
    /// Whether kernels of this build run on it.
    ///
    /// # Errors
    /// [`Error::Device`] if they were made for other devices.
    pub fn check_build(&self) -> Result<(), Error> {
        let Some(built) = built_for().filter(|built| !built.covers(self.compute_capability)) else {
            return Ok(());
        };
        let (major, minor) = self.compute_capability;
        Err(Error::Device(format!(
            "cuda:{} has compute capability {major}.{minor}, and this build is for {built}: build \
             it with CUDA_COMPUTE_CAP={major}{minor}",
            self.index
        )))
    }
}

/// The compute capability kernels were made for, major and minor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuiltFor(u32, u32);

impl BuiltFor {
    /// From 9.0 on, candle's build makes kernels for one capability alone; earlier ones run on all
    /// later devices.
    const ALONE: (u32, u32) = (9, 0);

    /// As CUDA_COMPUTE_CAP has it: `86`, `90` or `90a`.
    fn parse(word: &str) -> Option<Self> {
        let number: u32 = word.trim_end_matches(['a', 'f']).parse().ok()?;
        Some(Self(number / 10, number % 10))
    }

    fn covers(self, capability: (u32, u32)) -> bool {
        let own = (self.0, self.1);
        capability == own || own < Self::ALONE && capability > own
    }
}

impl fmt::Display for BuiltFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extent = if (self.0, self.1) < Self::ALONE {
            "and above"
        } else {
            "alone"
        };
        write!(f, "{}.{} {extent}", self.0, self.1)
    }
}

/// What the kernels of this build were made for, if CUDA_COMPUTE_CAP was set when it was built;
/// otherwise the device of that machine decided.
pub fn built_for() -> Option<BuiltFor> {
    let named = option_env!("CUDA_COMPUTE_CAP").filter(|_| cfg!(feature = "cuda"));
    BuiltFor::parse(named?)
}

/// Why a device cannot be used, from the driver's words in candle's error.
#[cfg(any(feature = "cuda", test))]
pub(super) fn unusable(index: usize, error: &candle_core::Error) -> Error {
    let error = error.to_string();
    let reason = if error.contains("CUDA_ERROR_UNSUPPORTED_PTX_VERSION") {
        "the NVIDIA driver is older than the CUDA toolkit this build was made with: install a \
         newer driver, or build with an older toolkit"
    } else {
        &error
    };
    Error::Device(format!("cuda:{index} cannot be used: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_run_on_later_devices_until_they_are_made_for_one_alone() {
        let ampere = BuiltFor::parse("80").unwrap();
        assert!(ampere.covers((8, 0)) && ampere.covers((9, 0)) && !ampere.covers((7, 5)));
        assert_eq!(ampere.to_string(), "8.0 and above");
        let hopper = BuiltFor::parse("90a").unwrap();
        assert_eq!(BuiltFor::parse("90"), Some(hopper));
        assert!(hopper.covers((9, 0)) && !hopper.covers((12, 0)) && !hopper.covers((8, 9)));
        assert_eq!(hopper.to_string(), "9.0 alone");
        assert_eq!(BuiltFor::parse("native"), None);
    }

    #[test]
    fn a_driver_that_is_too_old_is_told_as_such() {
        let refused = |code: &str| {
            let error = candle_core::Error::Cuda(format!("DriverError({code}, \"…\")").into());
            unusable(0, &error).to_string()
        };
        let old = refused("CUDA_ERROR_UNSUPPORTED_PTX_VERSION");
        assert!(old.contains("install a newer driver"), "{old}");
        let busy = refused("CUDA_ERROR_DEVICE_UNAVAILABLE");
        assert!(busy.contains("CUDA_ERROR_DEVICE_UNAVAILABLE"), "{busy}");
    }
}
