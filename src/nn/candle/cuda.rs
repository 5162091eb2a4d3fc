//! CUDA devices, through the driver.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use candle_core::cuda_backend::CudaDevice as CandleDevice;
use candle_core::cuda_backend::cudarc::driver::sys::{CUmemPool_attribute, CUresult};
use candle_core::cuda_backend::cudarc::driver::{CudaContext, DriverError, result};
use candle_core::{Device, Tensor};

use super::cuda_device::{CudaDevice, unusable};
use crate::nn::Error;

/// The devices in use: the networks of a program share one stream a device.
static OPEN: LazyLock<Mutex<HashMap<usize, Device>>> = LazyLock::new(Mutex::default);

/// The device of this number, made ready at its first use.
///
/// All work goes to one stream, in the order of the calls, from any thread. Freed memory is kept for
/// reuse: returning it to the driver would cost time at every step.
///
/// # Errors
/// [`Error::Device`] if there is no such device or it cannot be used.
pub(super) fn open(index: usize) -> Result<Device, Error> {
    let mut devices = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(device) = devices.get(&index) {
        return Ok(device.clone());
    }
    let device = prepare(index)?;
    devices.insert(index, device.clone());
    Ok(device)
}

fn prepare(index: usize) -> Result<Device, Error> {
    let count = count()?;
    if index >= count {
        return Err(Error::Device(match count {
            1 => format!("there is no device cuda:{index}; the only one is cuda:0"),
            _ => format!(
                "there is no device cuda:{index}; there are cuda:0 to cuda:{}",
                count - 1
            ),
        }));
    }
    describe(index)?.check_build()?;
    let device = Device::new_cuda_with_stream(index).map_err(|error| unusable(index, &error))?;
    if let Device::Cuda(device) = &device {
        // SAFETY: events order the work of several streams on the same memory; this device has one
        // stream, made above, and candle makes no other.
        #[expect(unsafe_code, reason = "one stream needs no events")]
        unsafe {
            device.disable_event_tracking();
        }
        if let Err(error) = keep_memory(device) {
            tracing::debug!("the device's memory is returned at every step: {error}");
        }
    }
    // Only a kernel that runs shows that the driver takes the code of this build.
    let computed = Tensor::full(1.0_f32, 1, &device).and_then(|one| one.to_vec1::<f32>());
    computed.map_err(|error| unusable(index, &error))?;
    Ok(device)
}

/// All devices, in the driver's order.
///
/// # Errors
/// [`Error::Device`] if there are none or the driver does not work.
pub fn cuda_devices() -> Result<Vec<CudaDevice>, Error> {
    (0..count()?).map(describe).collect()
}

/// Bytes free on a device.
pub(super) fn free_memory(device: &CandleDevice) -> Option<u64> {
    let stream = device.cuda_stream();
    // Weights are converted as they are loaded; the pool keeps that memory, and it counts as used.
    if let Err(error) = stream.synchronize().and_then(|()| release_unused(device)) {
        tracing::debug!("memory used by loading is not counted as free: {error}");
    }
    let (free, _) = stream.context().mem_get_info().ok()?;
    Some(free as u64)
}

/// How many devices there are, at least one.
fn count() -> Result<usize, Error> {
    let none = || Error::Device(String::from("there is no CUDA device"));
    match CudaContext::device_count() {
        Ok(count) => usize::try_from(count)
            .ok()
            .filter(|&count| count > 0)
            .ok_or_else(none),
        Err(DriverError(CUresult::CUDA_ERROR_NO_DEVICE)) => Err(none()),
        Err(DriverError(CUresult::CUDA_ERROR_STUB_LIBRARY)) => Err(Error::Device(String::from(
            "the libcuda.so.1 that is found is a CUDA toolkit's stand-in for the NVIDIA driver's: \
             install the driver, or take the toolkit's folder `stubs` off LD_LIBRARY_PATH",
        ))),
        Err(DriverError(CUresult::CUDA_ERROR_SYSTEM_DRIVER_MISMATCH)) => {
            Err(Error::Device(String::from(
                "the NVIDIA driver that is loaded and its library are of different versions: \
                 restart the machine",
            )))
        }
        Err(DriverError(code)) => Err(Error::Device(format!(
            "the NVIDIA driver does not work: {code:?}"
        ))),
    }
}

fn describe(index: usize) -> Result<CudaDevice, Error> {
    let asked = || {
        let context = CudaContext::new(index)?;
        let (major, minor) = context.compute_capability()?;
        let (free, memory) = context.mem_get_info()?;
        Ok(CudaDevice {
            index,
            name: context.name()?,
            compute_capability: (major.unsigned_abs(), minor.unsigned_abs()),
            memory: memory as u64,
            free: free as u64,
        })
    };
    asked().map_err(|DriverError(code)| {
        Error::Device(format!("cuda:{index} cannot be used: {code:?}"))
    })
}

/// Returns unused memory of the device's pool to the driver.
fn release_unused(device: &CandleDevice) -> Result<(), DriverError> {
    let stream = device.cuda_stream();
    let context = stream.context();
    if !context.has_async_alloc() {
        return Ok(());
    }
    // SAFETY: the device is the context's own, and the pool is that device's.
    #[expect(
        unsafe_code,
        reason = "a function of the driver's that cudarc wraps no further"
    )]
    unsafe {
        let pool = result::device::get_default_mem_pool(context.cu_device())?;
        result::mem_pool::trim_to(pool, 0)
    }
}

/// Makes the device's memory pool keep what is freed.
fn keep_memory(device: &CandleDevice) -> Result<(), DriverError> {
    let stream = device.cuda_stream();
    let context = stream.context();
    if !context.has_async_alloc() {
        return Ok(());
    }
    let mut all = u64::MAX;
    // SAFETY: the device is the context's own, the pool is that device's, and the threshold is a
    // 64-bit number, read before the call returns.
    #[expect(
        unsafe_code,
        reason = "a setting of the driver's that cudarc wraps no further"
    )]
    unsafe {
        let pool = result::device::get_default_mem_pool(context.cu_device())?;
        result::mem_pool::set_attribute(
            pool,
            CUmemPool_attribute::CU_MEMPOOL_ATTR_RELEASE_THRESHOLD,
            (&raw mut all).cast(),
        )
    }
}
