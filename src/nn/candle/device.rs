//! CUDA devices: which there are, and one to compute on. A build without CUDA has none.

use candle_core::Device;

#[cfg(feature = "cuda")]
pub use super::cuda::{cuda, cuda_devices};
use crate::nn::Error;

/// A CUDA device of this machine, as the driver numbers them: CUDA_VISIBLE_DEVICES hides the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CudaDevice {
    pub index: usize,
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
    /// [`Error::Device`] where the device is older than the ones this build was made for.
    pub fn check_build(&self) -> Result<(), Error> {
        let (major, minor) = self.compute_capability;
        match built_for() {
            Some(least) if self.compute_capability < least => Err(Error::Device(format!(
                "cuda:{} has compute capability {major}.{minor}, and this build is for {}.{} and \
                 above: build it with CUDA_COMPUTE_CAP={major}{minor}",
                self.index, least.0, least.1
            ))),
            _ => Ok(()),
        }
    }
}

/// The lowest compute capability kernels of this build run on, where CUDA_COMPUTE_CAP named one when
/// it was built: without, the build's own machine decided.
pub fn built_for() -> Option<(u32, u32)> {
    let named = option_env!("CUDA_COMPUTE_CAP").filter(|_| cfg!(feature = "cuda"))?;
    let number: u32 = named.parse().ok()?;
    Some((number / 10, number % 10))
}

/// The device to compute on.
///
/// # Errors
/// [`Error::Device`]: this build has no CUDA.
#[cfg(not(feature = "cuda"))]
pub fn cuda(_index: usize) -> Result<Device, Error> {
    Err(Error::Device(String::from("CUDA is not in this build")))
}

/// All devices.
///
/// # Errors
/// [`Error::Device`]: this build has no CUDA.
#[cfg(not(feature = "cuda"))]
pub fn cuda_devices() -> Result<Vec<CudaDevice>, Error> {
    Err(Error::Device(String::from("CUDA is not in this build")))
}

/// Bytes free on a device that has memory of its own.
pub(super) fn free_memory(device: &Device) -> Option<u64> {
    match device {
        #[cfg(feature = "cuda")]
        Device::Cuda(device) => super::cuda::free_memory(device),
        _ => None,
    }
}
