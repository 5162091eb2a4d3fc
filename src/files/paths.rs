//! Paths next to other paths.

#[cfg(feature = "archive")]
use std::ffi::OsString;
use std::path::Path;
#[cfg(feature = "archive")]
use std::path::PathBuf;

/// The folder that a file is in: `.` for a bare name.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Whether two paths lead to the same file or folder, which exists.
#[cfg(feature = "archive")]
pub(crate) fn is_same_file(a: &Path, b: &Path) -> bool {
    if numbers(a).is_some_and(|numbers| Some(numbers) == self::numbers(b)) {
        return true;
    }
    let real = a.canonicalize().ok();
    real.is_some() && real == b.canonicalize().ok()
}

/// What the system knows a file by.
#[cfg(all(feature = "archive", unix))]
fn numbers(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let metadata = path.metadata().ok()?;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(all(feature = "archive", not(unix)))]
fn numbers(_: &Path) -> Option<(u64, u64)> {
    None
}

/// The path of a file that goes with another: its name with an ending added.
#[cfg(feature = "archive")]
pub(crate) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// Where a file is written before it gets this path. No other program uses such a name, so that what
/// a killed run left there can be removed.
#[cfg(feature = "archive")]
pub(crate) fn temporary_of(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".audarma-new");
    path.with_file_name(name)
}
