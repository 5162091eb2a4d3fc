//! How much memory a process has.

use std::process::Child;

#[cfg(any(target_os = "linux", test))]
const KIB: u64 = 1 << 10;

/// What a process has mapped, in bytes.
#[cfg(target_os = "linux")]
pub(super) struct Mapped {
    /// All addresses.
    pub(super) all: u64,
    /// What it can write to and does not share.
    pub(super) data: u64,
}

#[cfg(target_os = "linux")]
impl Mapped {
    pub(super) fn of_this_process() -> Option<Self> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            let number: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
            Some(number * KIB)
        };
        Some(Self {
            all: bytes("VmSize:")?,
            data: bytes("VmData:")?,
        })
    }
}

/// Measures this process's own memory, also where it can no longer open files.
pub(crate) struct MemoryMeter {
    #[cfg(target_os = "linux")]
    status: std::fs::File,
}

#[cfg(target_os = "linux")]
impl MemoryMeter {
    /// `None` where the system does not tell.
    pub(crate) fn open() -> Option<Self> {
        let status = std::fs::File::open("/proc/self/statm").ok()?;
        Some(Self { status })
    }

    /// The file that it reads.
    pub(crate) fn descriptor(&self) -> Option<i32> {
        Some(std::os::fd::AsRawFd::as_raw_fd(&self.status))
    }

    /// Bytes that this process can write to and does not share.
    pub(crate) fn data_bytes(&self) -> Option<u64> {
        use std::os::unix::fs::FileExt;
        let mut buffer = [0; 256];
        let read = self.status.read_at(&mut buffer, 0).ok()?;
        let text = std::str::from_utf8(buffer.get(..read)?).ok()?;
        // The sixth number: data and stack, in pages.
        let pages: u64 = text.split_whitespace().nth(5)?.parse().ok()?;
        Some(pages.saturating_mul(rustix::param::page_size() as u64))
    }
}

#[cfg(not(target_os = "linux"))]
impl MemoryMeter {
    pub(crate) fn open() -> Option<Self> {
        None
    }

    pub(crate) fn descriptor(&self) -> Option<i32> {
        None
    }

    pub(crate) fn data_bytes(&self) -> Option<u64> {
        None
    }
}

/// Bytes of memory that a child process holds; `None` if it has ended, or the system does not tell.
#[cfg(target_os = "linux")]
pub(crate) fn resident_bytes(child: &Child) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{}/statm", child.id())).ok()?;
    let pages: u64 = text.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages.saturating_mul(rustix::param::page_size() as u64))
}

/// As told by the program that lists processes: there is no call for it that needs no unsafe code.
#[cfg(all(unix, not(target_os = "linux")))]
pub(crate) fn resident_bytes(child: &Child) -> Option<u64> {
    use std::process::{Command, Stdio};
    let mut list = Command::new("ps");
    list.args(["-o", "rss=", "-p"]).arg(child.id().to_string());
    let output = list.stdin(Stdio::null()).stderr(Stdio::null()).output();
    let text = String::from_utf8(output.ok()?.stdout).ok()?;
    Some(text.trim().parse::<u64>().ok()?.saturating_mul(1 << 10))
}

#[cfg(all(windows, feature = "sandbox"))]
pub(crate) fn resident_bytes(child: &Child) -> Option<u64> {
    use std::os::windows::io::AsRawHandle;
    let handle = child.as_raw_handle() as isize;
    let counters = win32job::utils::get_process_memory_info(handle).ok()?;
    u64::try_from(counters.private_usage).ok()
}

#[cfg(not(any(unix, all(windows, feature = "sandbox"))))]
pub(crate) fn resident_bytes(_child: &Child) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn memory_that_is_taken_is_measured() {
        let meter = MemoryMeter::open().unwrap();
        let before = meter.data_bytes().unwrap();
        let taken = std::hint::black_box(vec![1_u8; 64 << 20]);
        assert!(meter.data_bytes().unwrap() >= before + (60 << 20));
        let mapped = Mapped::of_this_process().unwrap();
        assert!(mapped.all >= mapped.data && mapped.data >= 60 * KIB * KIB);
        drop(taken);
    }
}
