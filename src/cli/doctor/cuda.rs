//! CUDA: whether it is in this build or in `translate-cuda`, and what the machine lacks for it.

#[cfg(not(feature = "cuda"))]
use serde::Deserialize;
use serde::Serialize;

#[cfg(not(feature = "cuda"))]
use crate::cli::cuda_binary;
use crate::cli::device::hidden;
use crate::cli::driver::{self, DeviceReport, Driver};
#[cfg(feature = "cuda")]
use crate::nn;

#[derive(Debug, Serialize)]
pub(super) struct Cuda {
    /// Whether CUDA is in this build.
    built: bool,
    /// The compute capability that this build, or `translate-cuda`, was made for.
    built_for: Option<String>,
    /// The path of `translate-cuda`, if this is a build without CUDA.
    cuda_binary: Option<String>,
    driver: Driver,
    /// CUDA_VISIBLE_DEVICES.
    visible_devices: Option<String>,
    devices: Vec<DeviceReport>,
    /// What is missing for CUDA; empty if it can be used.
    missing: Vec<String>,
}

/// The part that is taken over from the report of `translate-cuda`.
#[cfg(not(feature = "cuda"))]
#[derive(Deserialize)]
struct OtherReport {
    cuda: OtherCuda,
}

#[cfg(not(feature = "cuda"))]
#[derive(Deserialize)]
struct OtherCuda {
    built_for: Option<String>,
    devices: Vec<DeviceReport>,
    missing: Vec<String>,
}

impl Cuda {
    #[cfg(feature = "cuda")]
    pub(super) fn of_this_machine() -> Self {
        let mut cuda = Self::bare();
        cuda.built = true;
        cuda.built_for = nn::built_for().map(|built| built.to_string());
        match nn::cuda_devices() {
            Ok(devices) => {
                // Each is asked for as for computing: what its driver refuses shows only then.
                let refused = devices.iter().filter_map(|one| nn::cuda(one.index).err());
                cuda.missing.extend(refused.map(|error| error.to_string()));
                cuda.devices = devices.into_iter().map(DeviceReport::from).collect();
            }
            Err(error) => cuda.missing.push(error.to_string()),
        }
        cuda
    }

    #[cfg(not(feature = "cuda"))]
    pub(super) fn of_this_machine() -> Self {
        let mut cuda = Self::bare();
        cuda.cuda_binary = cuda_binary::candidate().map(|path| path.display().to_string());
        let other = cuda_binary::find()
            .map_err(|error| error.to_string())
            .and_then(|binary| {
                let json = binary.doctor()?;
                serde_json::from_slice(&json).map_err(|error| error.to_string())
            });
        match other {
            Ok(OtherReport { cuda: other }) => {
                cuda.built_for = other.built_for;
                cuda.devices = other.devices;
                cuda.missing = other.missing;
            }
            Err(reason) => {
                cuda.devices = driver::devices();
                cuda.missing.extend(cuda.missing_below());
                cuda.missing.push(reason);
            }
        }
        cuda
    }

    /// The device that a run takes by itself; `None` if it computes on the CPU.
    pub(super) fn first_usable(&self) -> Option<&DeviceReport> {
        self.devices.first().filter(|_| self.missing.is_empty())
    }

    /// What is missing for CUDA; empty if it can be used.
    pub(super) fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Lines of a name and what is told.
    pub(super) fn rows(&self) -> Vec<(&'static str, String)> {
        let capability = self.built_for.as_ref();
        let capability = capability.map(|c| format!(" for compute capability {c}"));
        let capability = capability.unwrap_or_default();
        let built = match (&self.cuda_binary, self.built) {
            (_, true) => format!("in this build{capability}"),
            (Some(path), _) => format!("not in this build, but in {path}{capability}"),
            (None, _) => String::from("not in this build"),
        };
        let driver = match &self.driver.version {
            Some(version) => format!("NVIDIA {version}"),
            None => String::from("none found"),
        };
        let mut rows = vec![("CUDA", built), ("driver", driver)];
        if let Some(visible) = &self.visible_devices {
            rows.push(("visible", format!("CUDA_VISIBLE_DEVICES={visible}")));
        }
        for device in &self.devices {
            rows.push((
                "device",
                format!(
                    "cuda:{} {}, compute capability {}, {} of {} MB free",
                    device.index,
                    device.name,
                    device.compute_capability,
                    device.free_mb,
                    device.memory_mb
                ),
            ));
        }
        if self.devices.is_empty() {
            rows.push(("device", String::from("none found")));
        }
        rows
    }

    /// What is known without CUDA and without `translate-cuda`.
    fn bare() -> Self {
        Self {
            built: false,
            built_for: None,
            cuda_binary: None,
            driver: driver::driver(),
            visible_devices: std::env::var("CUDA_VISIBLE_DEVICES").ok(),
            devices: Vec::new(),
            missing: hidden()
                .then(|| String::from("a device that is seen: CUDA_VISIBLE_DEVICES hides all"))
                .into_iter()
                .collect(),
        }
    }

    /// What `translate-cuda` would miss on this machine, as far as it is known without it.
    #[cfg(not(feature = "cuda"))]
    fn missing_below(&self) -> Vec<String> {
        let mut missing = Vec::new();
        match (&self.driver.version, self.driver.library) {
            (None, _) => missing.push("NVIDIA's driver: none is loaded"),
            (Some(_), false) => missing.push(
                "libcuda.so.1, the driver's library: the driver is loaded, but cannot be used from \
                 here (a container is given its devices when it is started)",
            ),
            (Some(_), true) => {}
        }
        missing.into_iter().map(String::from).collect()
    }
}

#[cfg(feature = "cuda")]
fn capability((major, minor): (u32, u32)) -> String {
    format!("{major}.{minor}")
}

#[cfg(feature = "cuda")]
impl From<nn::CudaDevice> for DeviceReport {
    fn from(device: nn::CudaDevice) -> Self {
        Self {
            index: device.index,
            name: device.name,
            compute_capability: capability(device.compute_capability),
            memory_mb: device.memory >> 20,
            free_mb: device.free >> 20,
        }
    }
}
