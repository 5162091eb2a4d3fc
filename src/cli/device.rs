//! Where to compute: what a choice of device comes to in this build and on this machine.
//!
//! A build with CUDA computes on a device itself. One without hands over to its companion, the same
//! program with CUDA in it. An explicit `cuda` that cannot be had is an error; `auto` then computes on
//! the CPU, and says so where a device might have been expected.

use candle_core::Device;

use super::args::{DeviceChoice, PrecisionChoice};
#[cfg(not(feature = "cuda"))]
use super::companion;
#[cfg(not(feature = "cuda"))]
use super::driver;
use super::exit::Failure;
#[cfg(feature = "cuda")]
use crate::nn;
use crate::nn::Precision;

/// The device a choice means. Where it is a CUDA device and this build has none, this program's place
/// is taken by its companion, which does all that is left to do.
///
/// # Errors
/// Where CUDA is asked for and cannot be had, or for weights it does not compute with.
pub(super) fn device(choice: DeviceChoice, precision: PrecisionChoice) -> Result<Device, Failure> {
    let integers = matches!(precision, PrecisionChoice::Q8 | PrecisionChoice::Q4);
    match choice {
        DeviceChoice::Cpu => Ok(Device::Cpu),
        DeviceChoice::Cuda(_) if integers => Err(Failure::usage(
            "q8 and q4 weights are computed with on the CPU alone: use --precision f16, bf16 or \
             f32 with --device cuda, or --device cpu",
        )),
        DeviceChoice::Cuda(index) => cuda(index).map_err(|reason| {
            Failure::usage(format!(
                "--device cuda cannot be had: {reason}; translate doctor says what is missing, and \
                 --device cpu computes without"
            ))
        }),
        // Whoever asks for integers asks for the CPU.
        DeviceChoice::Auto if integers || hidden() => Ok(Device::Cpu),
        DeviceChoice::Auto if !expected() => Ok(Device::Cpu),
        DeviceChoice::Auto => Ok(cuda(0).unwrap_or_else(|reason| {
            tracing::info!("computing on the CPU: {reason}; translate doctor says more");
            Device::Cpu
        })),
    }
}

/// The number format a choice means on a device.
pub(super) fn precision(choice: PrecisionChoice, device: &Device) -> Precision {
    match choice {
        PrecisionChoice::Auto if device.is_cpu() => Precision::Q8,
        PrecisionChoice::Auto | PrecisionChoice::F16 => Precision::F16,
        PrecisionChoice::Q8 => Precision::Q8,
        PrecisionChoice::Q4 => Precision::Q4,
        PrecisionChoice::F32 => Precision::F32,
        PrecisionChoice::Bf16 => Precision::Bf16,
    }
}

/// Whether CUDA_VISIBLE_DEVICES leaves no device to be seen: then none is asked for.
pub(super) fn hidden() -> bool {
    std::env::var("CUDA_VISIBLE_DEVICES")
        .is_ok_and(|visible| visible.trim().is_empty() || visible.trim().starts_with('-'))
}

#[cfg(feature = "cuda")]
fn cuda(index: usize) -> Result<Device, String> {
    nn::cuda(index).map_err(|error| error.to_string())
}

/// A build with CUDA was made for a device.
#[cfg(feature = "cuda")]
fn expected() -> bool {
    true
}

/// Comes back only where there is no companion to hand over to.
#[cfg(not(feature = "cuda"))]
fn cuda(_index: usize) -> Result<Device, String> {
    match companion::find() {
        Ok(found) => Err(found.take_over().to_string()),
        Err(unavailable) => Err(unavailable.to_string()),
    }
}

/// Whether there is a companion or a device: without either nobody expects one to be used.
#[cfg(not(feature = "cuda"))]
fn expected() -> bool {
    companion::candidate().is_some() || driver::has_device()
}
