//! How much a disk has room for.

use std::path::Path;

/// Bytes that this user can still write below a folder, which need not be there yet; `None` if the
/// system does not say.
pub(crate) fn free_space(folder: &Path) -> Option<u64> {
    let folder = std::path::absolute(folder).ok()?;
    let there = folder.ancestors().find(|folder| folder.exists())?;
    free(there)
}

#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}

#[cfg(not(unix))]
fn free(_folder: &Path) -> Option<u64> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_there_yet_has_the_room_of_the_one_it_will_be_in() {
        let folder = tempfile::tempdir().unwrap();
        assert!(free_space(&folder.path().join("a/b")).is_some_and(|bytes| bytes > 0));
    }
}
