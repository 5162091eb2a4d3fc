//! Limits that a process sets itself and the kernel enforces.

#[cfg(unix)]
mod kernel {
    use std::io;
    use std::time::Duration;

    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use rustix::time::{ClockId, clock_gettime};

    /// Sets the soft limit, and the hard one too if `for_good`; neither above the hard limit there is.
    fn set(resource: Resource, value: u64, for_good: bool) -> io::Result<()> {
        let maximum = getrlimit(resource).maximum;
        let value = maximum.map_or(value, |maximum| maximum.min(value));
        let limit = Rlimit {
            current: Some(value),
            maximum: if for_good { Some(value) } else { maximum },
        };
        Ok(setrlimit(resource, limit)?)
    }

    /// Allows this process `more` CPU time from now on; then it ends by SIGXCPU. The kernel counts
    /// whole seconds, so that it may be one more.
    pub(crate) fn limit_cpu_time(more: Duration) -> io::Result<()> {
        let used = clock_gettime(ClockId::ProcessCPUTime);
        let used = u64::try_from(used.tv_sec).unwrap_or_default() + 1;
        set(Resource::Cpu, used + more.as_secs().max(1), false)
    }

    /// No core dump, for good.
    pub(crate) fn no_dumps() -> io::Result<()> {
        set(Resource::Core, 0, true)
    }

    /// Whether this process was given a limit of memory.
    #[cfg(feature = "cli")]
    pub(crate) fn has_memory_limit() -> bool {
        let limits = [Resource::As, Resource::Data];
        limits
            .into_iter()
            .any(|limit| getrlimit(limit).current.is_some())
    }

    /// Nothing written to files and no core dump, for good.
    pub(crate) fn no_files_and_no_dumps() -> io::Result<()> {
        no_dumps()?;
        set(Resource::Fsize, 0, true)
    }

    /// Allows this process `more` bytes of memory beyond what it has now, for good. Stacks count when
    /// their threads start. Returns whether the kernel enforces it.
    #[cfg(target_os = "linux")]
    pub(crate) fn limit_memory(more: u64) -> bool {
        /// Address space that is reserved without being memory: arenas, guard pages.
        const RESERVED: u64 = 512 << 20;
        let Some(now) = crate::confinement::memory::Mapped::of_this_process() else {
            return false;
        };
        // The limit on data counts everything that can be written to and is not shared; the one on
        // addresses is for kernels that count less than that.
        let data = set(Resource::Data, now.data.saturating_add(more), true);
        let all = now.all.saturating_add(more).saturating_add(RESERVED);
        data.is_ok() && set(Resource::As, all, true).is_ok()
    }

    /// Other systems have these limits in name only.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn limit_memory(_more: u64) -> bool {
        false
    }
}

#[cfg(not(unix))]
mod kernel {
    use std::io;
    use std::time::Duration;

    pub(crate) fn limit_cpu_time(_more: Duration) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    #[cfg(feature = "cli")]
    pub(crate) fn no_dumps() -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    #[cfg(feature = "cli")]
    pub(crate) fn has_memory_limit() -> bool {
        false
    }

    pub(crate) fn no_files_and_no_dumps() -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn limit_memory(_more: u64) -> bool {
        false
    }
}

#[cfg(feature = "cli")]
pub(crate) use kernel::{has_memory_limit, no_dumps};
pub(crate) use kernel::{limit_cpu_time, limit_memory, no_files_and_no_dumps};

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::hint::black_box;
    use std::os::unix::process::ExitStatusExt;
    use std::process::Output;
    use std::time::Duration;

    use super::*;
    use crate::confinement::ProcessEnd;
    use crate::confinement::testing::{is_alone, run_alone};

    fn end(output: &Output) -> ProcessEnd {
        ProcessEnd::of(output.status, &String::from_utf8_lossy(&output.stderr))
    }

    #[test]
    fn takes_memory_within_its_limit_and_beyond_it() {
        if !is_alone() {
            return;
        }
        assert!(limit_memory(256 << 20));
        for _ in 0..8 {
            black_box(vec![1_u8; 128 << 20]);
        }
        println!("within");
        black_box(vec![1_u8; 512 << 20]);
    }

    #[test]
    fn memory_beyond_the_limit_ends_a_process() {
        let output =
            run_alone("confinement::limits::tests::takes_memory_within_its_limit_and_beyond_it");
        assert_eq!(end(&output), ProcessEnd::OutOfMemory);
        assert!(String::from_utf8_lossy(&output.stdout).contains("within"));
    }

    #[test]
    fn computes_without_end() {
        if !is_alone() {
            return;
        }
        limit_cpu_time(Duration::from_secs(1)).unwrap();
        no_files_and_no_dumps().unwrap();
        loop {
            black_box(());
        }
    }

    #[test]
    fn cpu_time_beyond_the_limit_ends_a_process() {
        let output = run_alone("confinement::limits::tests::computes_without_end");
        assert_eq!(end(&output), ProcessEnd::CpuTime);
        assert!(!output.status.core_dumped());
    }
}
