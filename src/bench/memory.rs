//! The peak resident memory of this process, as the system counts it.

/// Peak resident memory in bytes, mapped files included; `None` if the system does not report it.
///
/// On Linux from /proc: getrusage may report the peak of the process that started this one, such as a
/// Python with torch.
#[cfg(target_os = "linux")]
pub fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// Peak resident memory in bytes, mapped files included; `None` if the system does not report it.
#[cfg(target_os = "macos")]
pub fn peak_memory() -> Option<u64> {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
    // Bytes on macOS; kibibytes on other systems.
    u64::try_from(usage.max_rss()).ok()
}

/// Peak resident memory in bytes; `None` if the system does not report it.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub fn peak_memory() -> Option<u64> {
    None
}
