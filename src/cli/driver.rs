//! NVIDIA's driver on this machine, found without linking against it: by files of the system and by
//! `nvidia-smi`.

use std::path::Path;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

/// The driver, as far as it is installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Driver {
    /// Its version; `None` if no driver is loaded.
    pub(super) version: Option<String>,
    /// Whether the loader finds libcuda, its library.
    pub(super) library: bool,
}

/// A device, by the driver's index; a megabyte is 2^20 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DeviceReport {
    pub(super) index: usize,
    pub(super) name: String,
    pub(super) compute_capability: String,
    pub(super) memory_mb: u64,
    pub(super) free_mb: u64,
}

/// Looks for the driver.
pub(super) fn driver() -> Driver {
    let version = std::fs::read_to_string("/proc/driver/nvidia/version").ok();
    Driver {
        version: version
            .and_then(|text| version_in(&text))
            .or_else(|| query("driver_version")?.lines().next().map(str::to_owned)),
        library: has_library(),
    }
}

/// The devices `nvidia-smi` lists, for a build that cannot ask the driver; empty if there is no such
/// program or no device.
#[cfg(not(feature = "cuda"))]
pub(super) fn devices() -> Vec<DeviceReport> {
    let lines = query("index,name,compute_cap,memory.total,memory.free").unwrap_or_default();
    lines.lines().filter_map(device).collect()
}

/// Whether the system has a device file of NVIDIA.
#[cfg(not(feature = "cuda"))]
pub(super) fn has_device() -> bool {
    let numbered = |name: &str| {
        let number = name.strip_prefix("nvidia");
        number.is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let Ok(entries) = std::fs::read_dir("/dev") else {
        return false;
    };
    entries
        .flatten()
        .any(|entry| entry.file_name().to_str().is_some_and(numbered))
}

/// The version in the driver's description, such as `NVRM version: NVIDIA UNIX x86_64 Kernel Module
/// 580.65.06  Sun Jul …`.
fn version_in(text: &str) -> Option<String> {
    let is_version = |word: &&str| {
        let mut parts = word.split('.');
        let numbers = parts.clone().count() >= 2;
        numbers && parts.all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let word = text.split_whitespace().find(is_version)?;
    Some(word.to_owned())
}

/// Whether libcuda is among the libraries of the loader, in a folder of LD_LIBRARY_PATH, or in the
/// folder of Windows' subsystem for Linux.
fn has_library() -> bool {
    const LIBRARY: &str = "libcuda.so.1";
    if cfg!(windows) {
        let root = std::env::var_os("SYSTEMROOT").unwrap_or_default();
        return Path::new(&root)
            .join("System32")
            .join("nvcuda.dll")
            .is_file();
    }
    let folders = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    let named = std::env::split_paths(&folders).any(|folder| folder.join(LIBRARY).is_file());
    let cached = std::fs::read("/etc/ld.so.cache").is_ok_and(|cache| {
        let name = format!("{LIBRARY}\0");
        cache
            .windows(name.len())
            .any(|window| window == name.as_bytes())
    });
    named || cached || Path::new("/usr/lib/wsl/lib").join(LIBRARY).is_file()
}

/// What `nvidia-smi` prints for these properties, one line a device.
fn query(properties: &str) -> Option<String> {
    let output = Command::new("nvidia-smi")
        .arg(format!("--query-gpu={properties}"))
        .arg("--format=csv,noheader,nounits")
        .stdin(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// `0, NVIDIA H100 80GB HBM3, 9.0, 81559, 81008`
#[cfg(not(feature = "cuda"))]
fn device(line: &str) -> Option<DeviceReport> {
    let fields: Vec<&str> = line.split(',').map(str::trim).collect();
    let [index, name, compute_capability, memory, free] = fields[..] else {
        return None;
    };
    Some(DeviceReport {
        index: index.parse().ok()?,
        name: name.to_owned(),
        compute_capability: compute_capability.to_owned(),
        memory_mb: memory.parse().ok()?,
        free_mb: free.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drivers_version_is_read_from_its_description() {
        for (text, version) in [
            (
                "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.129.03  Thu Oct 19 18:56:32",
                Some("535.129.03"),
            ),
            (
                "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release\n\
                 GCC version:  gcc version 12.3.0 (Ubuntu 12.3.0-1)",
                Some("580.65.06"),
            ),
            ("something else", None),
        ] {
            assert_eq!(version_in(text).as_deref(), version);
        }
    }

    #[test]
    #[cfg(not(feature = "cuda"))]
    fn a_device_is_a_line() {
        let read = device("0, NVIDIA H100 80GB HBM3, 9.0, 81559, 81008").unwrap();
        assert_eq!(read.name, "NVIDIA H100 80GB HBM3");
        assert_eq!(
            (read.index, read.memory_mb, read.free_mb),
            (0, 81559, 81008)
        );
        assert_eq!(device("No devices were found"), None);
        assert_eq!(device("0, NVIDIA A2, 8.6, [N/A], [N/A]"), None);
    }
}
