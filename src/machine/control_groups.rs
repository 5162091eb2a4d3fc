//! Memory that the control groups of Linux leave, of either version.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// Names of a group's files.
#[derive(Clone, Copy)]
struct Names {
    limit: &'static str,
    usage: &'static str,
    /// What of the usage is given back where memory is short, as `memory.stat` calls it: what was read
    /// of files, mapped weights among it, once or more often.
    reclaimable: [&'static str; 2],
}

const VERSION_1: Names = Names {
    limit: "memory.limit_in_bytes",
    usage: "memory.usage_in_bytes",
    reclaimable: ["total_inactive_file", "total_active_file"],
};
const VERSION_2: Names = Names {
    limit: "memory.max",
    usage: "memory.current",
    reclaimable: ["inactive_file", "active_file"],
};

/// Bytes that this process's groups leave it: the least of all levels, since each counts what those below
/// it use. `None` if no level has a limit. The system's files are below `root`.
pub(super) fn free_memory(root: &Path) -> Option<u64> {
    let groups = fs::read_to_string(root.join("proc/self/cgroup")).ok()?;
    let mounts = fs::read_to_string(root.join("proc/self/mountinfo")).ok()?;
    let hierarchies = groups.lines().filter_map(|line| hierarchy(line, &mounts));
    let free = hierarchies.flat_map(|(names, mount, group)| {
        let mount = root.join(mount.strip_prefix("/").unwrap_or(&mount));
        // From the mount down to the group itself.
        let mut folder = mount.clone();
        let below = group.components().map(move |part| {
            folder.push(part);
            folder.clone()
        });
        let levels: Vec<PathBuf> = std::iter::once(mount).chain(below).collect();
        levels
            .into_iter()
            .filter_map(move |level| free_at(&level, &names))
    });
    free.min()
}

/// Of a line `number:controllers:path`: where the hierarchy is mounted if it is one of memory, and the path
/// of the group below that.
fn hierarchy(line: &str, mounts: &str) -> Option<(Names, PathBuf, PathBuf)> {
    let mut parts = line.splitn(3, ':').skip(1);
    let (controllers, path) = (parts.next()?, Path::new(parts.next()?));
    let (names, kind) = match controllers {
        "" => (VERSION_2, "cgroup2"),
        many if many.split(',').any(|one| one == "memory") => (VERSION_1, "cgroup"),
        _ => return None,
    };
    mounts.lines().find_map(|line| {
        // `… root mount-point options … - type source options`, separated by spaces.
        let (mount, system) = line.split_once(" - ")?;
        let mut system = system.split(' ');
        let is_this = system.next()? == kind
            && (kind == "cgroup2" || system.nth(1)?.split(',').any(|option| option == "memory"));
        let mut mount = mount.split(' ').skip(3);
        let (root, point) = (mount.next()?, mount.next()?);
        // In a container, the mount may be of a group further down than the root of all.
        let below = path.strip_prefix(root).unwrap_or(Path::new(""));
        let is_below = below
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        let below = if is_below { below } else { Path::new("") };
        is_this.then(|| (names, point.into(), below.to_owned()))
    })
}

/// What a group leaves; `None` if it has no limit.
fn free_at(folder: &Path, names: &Names) -> Option<u64> {
    let number = |name: &str| -> Option<u64> {
        let text = fs::read_to_string(folder.join(name)).ok()?;
        text.trim().parse().ok()
    };
    let (limit, usage) = (number(names.limit)?, number(names.usage)?);
    let stat = fs::read_to_string(folder.join("memory.stat")).unwrap_or_default();
    let reclaimable = stat.lines().filter_map(|line| {
        let (name, bytes) = line.split_once(' ')?;
        let bytes = bytes.parse::<u64>().ok()?;
        names.reclaimable.contains(&name).then_some(bytes)
    });
    let used = reclaimable.fold(usage, u64::saturating_sub);
    Some(limit.saturating_sub(used))
}
