//! Devices to compute on. A build without CUDA has the CPU alone.

use candle_core as candle;

#[cfg(feature = "cuda")]
pub use super::cuda::cuda_devices;
#[cfg(not(feature = "cuda"))]
use super::cuda_device::CudaDevice;
use crate::nn::{Device, Error};

/// A CUDA device, made ready to compute on.
///
/// # Errors
/// [`Error::Device`] if there is no such device, it cannot be used, or this build has no CUDA.
pub fn cuda(index: usize) -> Result<Device, Error> {
    let device = Device::Cuda(index);
    open(device)?;
    Ok(device)
}

/// All devices.
///
/// # Errors
/// [`Error::Device`]: this build has no CUDA.
#[cfg(not(feature = "cuda"))]
pub fn cuda_devices() -> Result<Vec<CudaDevice>, Error> {
    Err(without_cuda())
}

/// The device as candle has it.
///
/// # Errors
/// As [`cuda`].
pub(super) fn open(device: Device) -> Result<candle::Device, Error> {
    match device {
        Device::Cpu => Ok(candle::Device::Cpu),
        #[cfg(feature = "cuda")]
        Device::Cuda(index) => super::cuda::open(index),
        #[cfg(not(feature = "cuda"))]
        Device::Cuda(_) => Err(without_cuda()),
    }
}

#[cfg(not(feature = "cuda"))]
fn without_cuda() -> Error {
    Error::Device(String::from("CUDA is not in this build"))
}

/// Bytes free on a device that has memory of its own.
pub(super) fn free_memory(device: &candle::Device) -> Option<u64> {
    match device {
        #[cfg(feature = "cuda")]
        candle::Device::Cuda(device) => super::cuda::free_memory(device),
        _ => None,
    }
}
