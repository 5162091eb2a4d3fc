//! Memory that is free.

use std::fs;
use std::path::Path;

use super::control_groups;

/// Bytes of memory that this process can take without that the machine swaps, or that the limit of one of
/// its control groups ends it. `None` where the system does not tell.
pub(crate) fn free_memory() -> Option<u64> {
    of(Path::new("/"))
}

/// As [`free_memory`], of a system whose files are below `root`.
fn of(root: &Path) -> Option<u64> {
    let machine = fs::read_to_string(root.join("proc/meminfo")).ok();
    let machine = machine.and_then(|text| available(&text));
    let groups = control_groups::free_memory(root);
    machine.into_iter().chain(groups).min()
}

/// What can be taken without swapping, by `/proc/meminfo`.
fn available(meminfo: &str) -> Option<u64> {
    let mut lines = meminfo.lines();
    let kib = lines.find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = kib.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib.saturating_mul(1 << 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A system with these files.
    fn system(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        root
    }

    const MEMINFO: (&str, &str) = (
        "proc/meminfo",
        "MemTotal:       16000 kB\nMemFree:         1000 kB\nMemAvailable:    8000 kB\n",
    );
    const VERSION_2: (&str, &str) = (
        "proc/self/mountinfo",
        "25 1 0:22 / /proc rw shared:5 - proc proc rw\n\
         30 1 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n",
    );

    #[test]
    fn without_control_groups_it_is_what_the_machine_has_available() {
        assert_eq!(of(system(&[MEMINFO]).path()), Some(8000 << 10));
        assert_eq!(of(system(&[]).path()), None);
        let broken = system(&[("proc/meminfo", "MemAvailable: many\n")]);
        assert_eq!(of(broken.path()), None);
    }

    #[test]
    fn the_narrowest_control_group_counts_at_any_level() {
        let root = system(&[
            MEMINFO,
            VERSION_2,
            ("proc/self/cgroup", "0::/user/job\n"),
            ("sys/fs/cgroup/user/job/memory.max", "max\n"),
            ("sys/fs/cgroup/user/job/memory.current", "500000\n"),
            ("sys/fs/cgroup/user/memory.max", "3000000\n"),
            ("sys/fs/cgroup/user/memory.current", "1500000\n"),
            // What was read of files is given back where it is needed.
            (
                "sys/fs/cgroup/user/memory.stat",
                "anon 1\ninactive_file 200000\nactive_file 400000\n",
            ),
        ]);
        assert_eq!(of(root.path()), Some(2_100_000));
    }

    #[test]
    fn a_limit_that_is_used_up_leaves_nothing() {
        let root = system(&[
            MEMINFO,
            VERSION_2,
            ("proc/self/cgroup", "0::/job\n"),
            ("sys/fs/cgroup/job/memory.max", "3000000\n"),
            ("sys/fs/cgroup/job/memory.current", "3100000\n"),
        ]);
        assert_eq!(of(root.path()), Some(0));
    }

    #[test]
    fn control_groups_of_version_1_have_other_names() {
        let root = system(&[
            MEMINFO,
            (
                "proc/self/mountinfo",
                "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n\
                 35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n\
                 38 31 0:35 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n",
            ),
            (
                "proc/self/cgroup",
                "4:memory:/job/step\n1:cpu:/other\n0::/\n",
            ),
            (
                "sys/fs/cgroup/memory/memory.limit_in_bytes",
                "9223372036854771712\n",
            ),
            ("sys/fs/cgroup/memory/memory.usage_in_bytes", "7000000\n"),
            (
                "sys/fs/cgroup/memory/job/memory.limit_in_bytes",
                "5000000\n",
            ),
            (
                "sys/fs/cgroup/memory/job/memory.usage_in_bytes",
                "2000000\n",
            ),
            (
                "sys/fs/cgroup/memory/job/memory.stat",
                "inactive_file 1\ntotal_inactive_file 500000\n",
            ),
        ]);
        assert_eq!(of(root.path()), Some(3_500_000));
    }

    #[test]
    fn a_container_sees_its_own_group_as_the_root_of_the_mount() {
        let root = system(&[
            MEMINFO,
            (
                "proc/self/mountinfo",
                "30 1 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n",
            ),
            ("proc/self/cgroup", "0::/docker/abc/step\n"),
            ("sys/fs/cgroup/memory.max", "2000000\n"),
            ("sys/fs/cgroup/memory.current", "1000000\n"),
        ]);
        assert_eq!(of(root.path()), Some(1_000_000));
    }

    #[test]
    fn a_path_out_of_the_mount_is_not_followed() {
        let root = system(&[
            MEMINFO,
            VERSION_2,
            ("proc/self/cgroup", "0::/../../../other\n"),
            ("other/memory.max", "1\n"),
        ]);
        assert_eq!(of(root.path()), Some(8000 << 10));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_machine_has_memory() {
        assert!(free_memory().is_some_and(|bytes| bytes > 1 << 20));
    }
}
