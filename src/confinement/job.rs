//! Children that end with this process, however that ends, where the system has to be told so: on
//! Windows by a job object. Elsewhere a child sees the end of its standard input.

use std::process::Child;

/// What a child belongs to; both end together.
#[derive(Debug)]
pub(crate) struct Job {
    #[cfg(all(windows, feature = "sandbox"))]
    _handle: win32job::Job,
}

impl Job {
    /// `None` where the system has no such thing, or refuses it.
    #[cfg(all(windows, feature = "sandbox"))]
    pub(crate) fn of(child: &Child) -> Option<Self> {
        use std::os::windows::io::AsRawHandle;
        let mut limits = win32job::ExtendedLimitInfo::new();
        limits.limit_kill_on_job_close();
        let job = win32job::Job::create_with_limit_info(&limits).ok()?;
        job.assign_process(child.as_raw_handle() as isize).ok()?;
        Some(Self { _handle: job })
    }

    /// `None`: this system has no such thing.
    #[cfg(not(all(windows, feature = "sandbox")))]
    pub(crate) fn of(_child: &Child) -> Option<Self> {
        None
    }
}
