//! Where to compute: what a choice of device means in this build and on this machine.
//!
//! A build with CUDA computes on a device itself. A build without replaces itself with
//! `translate-cuda`, the same program built with CUDA. If CUDA is not available, an explicit `cuda` is
//! an error, and `auto` computes on the CPU; it says so if a device might have been expected.

use super::args::{DeviceChoice, PrecisionChoice};
#[cfg(not(feature = "cuda"))]
use super::cuda_binary;
#[cfg(not(feature = "cuda"))]
use super::driver;
use super::exit::Failure;
use crate::nn::{self, Device, Precision};

/// Acts on a choice before anything is read or computed: a build without CUDA is replaced by
/// `translate-cuda`, with all its arguments and an untouched standard input.
///
/// # Errors
/// If CUDA is asked for and is not available, or is asked for with q8 or q4 weights.
pub(super) fn prepare(choice: DeviceChoice, precision: PrecisionChoice) -> Result<(), Failure> {
    match choice {
        DeviceChoice::Cuda(_) if is_integers(precision) => Err(Failure::usage(
            "q8 and q4 weights run on the CPU alone: use --precision f16, bf16 or \
             f32 with --device cuda, or --device cpu",
        )),
        DeviceChoice::Cuda(_) => switch_to_cuda().map_err(unavailable),
        DeviceChoice::Auto if wants_cpu(precision) || !expected() => Ok(()),
        DeviceChoice::Auto => {
            switch_to_cuda().unwrap_or_else(|reason| fall_back(&reason));
            Ok(())
        }
        DeviceChoice::Cpu => Ok(()),
    }
}

/// The device a choice means in this build.
///
/// # Errors
/// If CUDA is asked for and is not available.
pub(super) fn device(choice: DeviceChoice, precision: PrecisionChoice) -> Result<Device, Failure> {
    match choice {
        DeviceChoice::Cuda(index) => {
            nn::cuda(index).map_err(|error| unavailable(error.to_string()))
        }
        DeviceChoice::Auto if cfg!(feature = "cuda") && !wants_cpu(precision) => Ok(nn::cuda(0)
            .unwrap_or_else(|error| {
                fall_back(&error.to_string());
                Device::Cpu
            })),
        DeviceChoice::Auto | DeviceChoice::Cpu => Ok(Device::Cpu),
    }
}

fn unavailable(reason: String) -> Failure {
    Failure::usage(format!(
        "--device cuda is not available: {reason}; translate doctor says what is missing, and \
         --device cpu computes without"
    ))
}

fn fall_back(reason: &str) {
    tracing::info!("computing on the CPU: {reason}; translate doctor says more");
}

/// Whether `auto` means the CPU: with q8 and q4 weights, or if all devices are hidden.
fn wants_cpu(precision: PrecisionChoice) -> bool {
    is_integers(precision) || hidden()
}

fn is_integers(precision: PrecisionChoice) -> bool {
    matches!(precision, PrecisionChoice::Q8 | PrecisionChoice::Q4)
}

/// The number format a choice means on a device.
pub(super) fn precision(choice: PrecisionChoice, device: Device) -> Precision {
    match choice {
        PrecisionChoice::Auto if device == Device::Cpu => Precision::Q8,
        PrecisionChoice::Auto | PrecisionChoice::F16 => Precision::F16,
        PrecisionChoice::Q8 => Precision::Q8,
        PrecisionChoice::Q4 => Precision::Q4,
        PrecisionChoice::F32 => Precision::F32,
        PrecisionChoice::Bf16 => Precision::Bf16,
    }
}

/// Whether CUDA_VISIBLE_DEVICES hides every device.
pub(super) fn hidden() -> bool {
    std::env::var("CUDA_VISIBLE_DEVICES")
        .is_ok_and(|visible| visible.trim().is_empty() || visible.trim().starts_with('-'))
}

/// This build computes on a device itself.
#[cfg(feature = "cuda")]
fn switch_to_cuda() -> Result<(), String> {
    Ok(())
}

#[cfg(feature = "cuda")]
fn expected() -> bool {
    true
}

/// Returns only if there is no `translate-cuda` that starts.
#[cfg(not(feature = "cuda"))]
fn switch_to_cuda() -> Result<(), String> {
    let unavailable = match cuda_binary::find() {
        Ok(binary) => binary.replace_process(),
        Err(unavailable) => unavailable,
    };
    Err(unavailable.to_string())
}

/// Whether `translate-cuda` or a device is there: without either nobody expects CUDA to be used.
#[cfg(not(feature = "cuda"))]
fn expected() -> bool {
    cuda_binary::candidate().is_some() || driver::has_device()
}
