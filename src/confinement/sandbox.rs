//! What a process gives up asking of the kernel: paths and networks by Landlock, and by seccomp every
//! call that computing does not take.
//!
//! Policy: the list of calls is of those allowed. Others fail as forbidden, they do not end the
//! process. A kernel that lacks either restricts less, which is reported and no error.

/// The files that a confined process goes on using, by their descriptors.
pub(crate) struct Calls {
    pub(crate) readable: Vec<i32>,
    pub(crate) writable: Vec<i32>,
}

#[cfg(all(target_os = "linux", feature = "sandbox"))]
mod kernel {
    use std::collections::BTreeMap;

    use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus, Scope};
    use seccompiler::{
        BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
        SeccompFilter, SeccompRule, TargetArch,
    };

    use super::Calls;

    /// Refuses this thread, and those that it starts, every path and every connection from now on.
    /// Returns whether the kernel does so, fully or in part.
    pub(crate) fn refuse_paths() -> bool {
        /// The newest that is known here; an older kernel takes what it has of it.
        const KNOWN: ABI = ABI::V6;
        let restrict = || {
            Ruleset::default()
                .handle_access(AccessFs::from_all(KNOWN))?
                .handle_access(AccessNet::from_all(KNOWN))?
                .scope(Scope::from_all(KNOWN))?
                .create()?
                .restrict_self()
        };
        restrict().is_ok_and(|status| status.ruleset != RulesetStatus::NotEnforced)
    }

    impl Calls {
        /// Refuses this process every other call from now on. Returns whether the kernel does so.
        pub(crate) fn refuse_others(&self) -> bool {
            let program = self.program();
            program.is_ok_and(|program| seccompiler::apply_filter_all_threads(&program).is_ok())
        }

        fn program(&self) -> Result<BpfProgram, BackendError> {
            let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
                COMPUTING.iter().map(|&call| (call, Vec::new())).collect();
            for call in [libc::SYS_read, libc::SYS_readv, libc::SYS_pread64] {
                rules.insert(call, first_argument(&self.readable)?);
            }
            for call in [libc::SYS_write, libc::SYS_writev] {
                rules.insert(call, first_argument(&self.writable)?);
            }
            // A signal to itself, by which a program aborts.
            let own = i32::try_from(std::process::id()).unwrap_or_default();
            rules.insert(libc::SYS_tgkill, first_argument(&[own])?);
            // Its type differs from one C library to another.
            let resource = libc::RLIMIT_CPU as u64;
            let cpu_time = SeccompRule::new(vec![equal(0, 0)?, equal(1, resource)?])?;
            rules.insert(libc::SYS_prlimit64, vec![cpu_time]);
            let forbidden = SeccompAction::Errno(libc::EPERM.unsigned_abs());
            let processor = TargetArch::try_from(std::env::consts::ARCH)?;
            SeccompFilter::new(rules, forbidden, SeccompAction::Allow, processor)?.try_into()
        }
    }

    fn equal(argument: u8, value: u64) -> Result<SeccompCondition, BackendError> {
        let (length, equal) = (SeccompCmpArgLen::Dword, SeccompCmpOp::Eq);
        SeccompCondition::new(argument, length, equal, value)
    }

    /// Allows a call if its first argument is one of these.
    fn first_argument(values: &[i32]) -> Result<Vec<SeccompRule>, BackendError> {
        let rules = values.iter().map(|&value| {
            let value = u64::from(value.unsigned_abs());
            SeccompRule::new(vec![equal(0, value)?])
        });
        rules.collect()
    }

    /// What computing takes: memory, threads that wait for each other, clocks, random numbers for hash
    /// tables, handlers of signals, and ending.
    #[rustfmt::skip]
    const COMPUTING: &[i64] = &[
        libc::SYS_brk, libc::SYS_mmap, libc::SYS_munmap, libc::SYS_mremap, libc::SYS_mprotect,
        libc::SYS_madvise, libc::SYS_futex, libc::SYS_set_robust_list, libc::SYS_rseq,
        libc::SYS_sched_yield, libc::SYS_sched_getaffinity, libc::SYS_membarrier,
        libc::SYS_clock_gettime, libc::SYS_clock_nanosleep, libc::SYS_nanosleep,
        libc::SYS_gettimeofday, libc::SYS_getrandom, libc::SYS_getpid, libc::SYS_gettid,
        libc::SYS_rt_sigaction, libc::SYS_rt_sigprocmask, libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack, libc::SYS_restart_syscall, libc::SYS_ppoll, libc::SYS_close,
        libc::SYS_exit, libc::SYS_exit_group,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_poll,
    ];
}

#[cfg(not(all(target_os = "linux", feature = "sandbox")))]
mod kernel {
    pub(crate) fn refuse_paths() -> bool {
        false
    }

    impl super::Calls {
        pub(crate) fn refuse_others(&self) -> bool {
            let _ = (&self.readable, &self.writable);
            false
        }
    }
}

pub(crate) use kernel::refuse_paths;

#[cfg(all(test, target_os = "linux", feature = "sandbox"))]
mod tests {
    use std::fs::File;
    use std::io::{self, Write};
    use std::net::UdpSocket;
    use std::os::fd::AsRawFd;
    use std::process::Command;

    use super::*;
    use crate::confinement::ProcessEnd;
    use crate::confinement::testing::{is_alone, run_alone};

    /// The process gives up for good what it gives up.
    #[test]
    fn confined() {
        if !is_alone() {
            return;
        }
        let mut open = tempfile::tempfile().unwrap();
        let mut other = tempfile::tempfile().unwrap();
        let _ = refuse_paths();
        let calls = Calls {
            readable: vec![0],
            writable: vec![1, 2, open.as_raw_fd()],
        };
        assert!(calls.refuse_others());
        let refused = |result: io::Result<()>| {
            let error = result.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{error}");
        };
        refused(File::open("/etc/passwd").map(drop));
        refused(UdpSocket::bind("127.0.0.1:0").map(drop));
        refused(Command::new("/bin/true").spawn().map(drop));
        refused(other.write_all(b"x"));
        open.write_all(b"x").unwrap();
        assert_eq!(
            vec![7_u8; 8 << 20]
                .iter()
                .filter(|&&byte| byte == 7)
                .count(),
            8 << 20
        );
        println!("confined");
    }

    #[test]
    fn overflows() {
        fn depth(n: u64) -> u64 {
            if n == u64::MAX {
                return 0;
            }
            1 + std::hint::black_box(depth(n + 1))
        }
        if !is_alone() {
            return;
        }
        let calls = Calls {
            readable: Vec::new(),
            writable: vec![1, 2],
        };
        assert!(calls.refuse_others());
        println!("{}", depth(0));
    }

    #[test]
    fn a_confined_process_that_overflows_its_stack_says_so() {
        let output = run_alone("confinement::sandbox::tests::overflows");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            ProcessEnd::of(output.status, &said),
            ProcessEnd::StackOverflow
        );
    }

    #[test]
    fn a_confined_process_computes_and_does_nothing_else() {
        let output = run_alone("confinement::sandbox::tests::confined");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("confined\n"), "{said}");
    }
}
