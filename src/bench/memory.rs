//! The most memory this process has had resident, as the system counts it.

/// Peak resident memory in bytes, mapped files among it; none where the system does not say.
///
/// Linux tells it in /proc, of this program alone; its getrusage may hand down the peak of the
/// process that started this one, and a Python with torch has more.
#[cfg(target_os = "linux")]
pub fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// Peak resident memory in bytes, mapped files among it; none where the system does not say.
#[cfg(target_os = "macos")]
pub fn peak_memory() -> Option<u64> {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
    // In bytes there, where other systems have kibibytes.
    u64::try_from(usage.max_rss()).ok()
}

/// Peak resident memory in bytes; none where the system does not say.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub fn peak_memory() -> Option<u64> {
    None
}
