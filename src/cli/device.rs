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
use crate::nn::{self, Precision};

/// Sees to a choice before anything is read or computed: in a build without CUDA, its companion then
/// takes this program's place, with all its arguments and an untouched standard input.
///
/// # Errors
/// Where CUDA is asked for and there is no companion, or for weights it does not compute with.
pub(super) fn prepare(choice: DeviceChoice, precision: PrecisionChoice) -> Result<(), Failure> {
    match choice {
        DeviceChoice::Cuda(_) if is_integers(precision) => Err(Failure::usage(
            "q8 and q4 weights are computed with on the CPU alone: use --precision f16, bf16 or \
             f32 with --device cuda, or --device cpu",
        )),
        DeviceChoice::Cuda(_) => hand_over().map_err(unavailable),
        DeviceChoice::Auto if wants_cpu(precision) || !expected() => Ok(()),
        DeviceChoice::Auto => {
            hand_over().unwrap_or_else(|reason| fall_back(&reason));
            Ok(())
        }
        DeviceChoice::Cpu => Ok(()),
    }
}

/// The device a choice means to this build.
///
/// # Errors
/// Where CUDA is asked for and cannot be had.
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
        "--device cuda cannot be had: {reason}; translate doctor says what is missing, and \
         --device cpu computes without"
    ))
}

fn fall_back(reason: &str) {
    tracing::info!("computing on the CPU: {reason}; translate doctor says more");
}

/// Whether `auto` means the CPU: for whoever asks for integers, or hides all devices.
fn wants_cpu(precision: PrecisionChoice) -> bool {
    is_integers(precision) || hidden()
}

fn is_integers(precision: PrecisionChoice) -> bool {
    matches!(precision, PrecisionChoice::Q8 | PrecisionChoice::Q4)
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

/// This build computes on a device itself.
#[cfg(feature = "cuda")]
fn hand_over() -> Result<(), String> {
    Ok(())
}

#[cfg(feature = "cuda")]
fn expected() -> bool {
    true
}

/// Comes back only where there is no companion to hand over to.
#[cfg(not(feature = "cuda"))]
fn hand_over() -> Result<(), String> {
    let unavailable = match companion::find() {
        Ok(companion) => companion.replace_process(),
        Err(unavailable) => unavailable,
    };
    Err(unavailable.to_string())
}

/// Whether there is a companion or a device: without either nobody expects one to be used.
#[cfg(not(feature = "cuda"))]
fn expected() -> bool {
    companion::candidate().is_some() || driver::has_device()
}
