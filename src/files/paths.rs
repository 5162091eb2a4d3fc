//! Paths next to other paths.

#[cfg(feature = "archive")]
use std::ffi::OsString;
#[cfg(not(windows))]
use std::fs::File;
use std::path::Path;
#[cfg(feature = "archive")]
use std::path::{Component, PathBuf};

/// The folder that a file is in: `.` for a bare name.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Whether an open file is still the one that a path leads to; taken for granted where files have no
/// numbers.
#[cfg(not(windows))]
pub(super) fn is_file_at(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let number = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
        let there = path.metadata().map(number);
        file.metadata()
            .map(number)
            .is_ok_and(|own| there.is_ok_and(|there| own == there))
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        path.exists()
    }
}

/// What the system knows a file or folder by: the numbers of its device and of the file, or its real
/// path where files have no numbers.
#[cfg(feature = "archive")]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct FileId(#[cfg(unix)] (u64, u64), #[cfg(not(unix))] PathBuf);

#[cfg(feature = "archive")]
impl FileId {
    /// Links are followed; `None` if nothing is there.
    #[cfg(unix)]
    pub(crate) fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let metadata = path.metadata().ok()?;
        Some(Self((metadata.dev(), metadata.ino())))
    }

    /// Links are followed; `None` if nothing is there.
    #[cfg(not(unix))]
    pub(crate) fn of(path: &Path) -> Option<Self> {
        path.canonicalize().ok().map(Self)
    }
}

/// Whether two paths lead to the same file or folder, which exists.
#[cfg(feature = "archive")]
pub(crate) fn is_same_file(a: &Path, b: &Path) -> bool {
    let id = FileId::of(a);
    id.is_some() && id == FileId::of(b)
}

/// The path that a path leads to, all links followed; what does not exist yet is taken as it is
/// written.
#[cfg(feature = "archive")]
pub(crate) fn real_path(path: &Path) -> PathBuf {
    let mut missing = Vec::new();
    let mut known = path;
    let mut real = loop {
        // The parent of a bare name is the empty path.
        let there = if known.as_os_str().is_empty() {
            Path::new(".")
        } else {
            known
        };
        if let Ok(real) = there.canonicalize() {
            break real;
        }
        match (known.parent(), known.components().next_back()) {
            (Some(parent), Some(part)) => {
                missing.push(part);
                known = parent;
            }
            _ => break known.to_owned(),
        }
    };
    for part in missing.into_iter().rev() {
        match part {
            Component::ParentDir => {
                real.pop();
            }
            part => real.push(part),
        }
    }
    real
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

#[cfg(all(test, feature = "archive"))]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_real_as_far_as_it_exists() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("a")).unwrap();
        for (path, real) in [
            ("a", "a"),
            ("a/../a/.", "a"),
            ("b/c", "b/c"),
            ("a/b/../../c", "c"),
        ] {
            assert_eq!(
                real_path(&folder.path().join(path)),
                root.join(real),
                "{path}"
            );
        }
        let here = Path::new(".").canonicalize().unwrap();
        assert_eq!(
            real_path(Path::new("no-such-file")),
            here.join("no-such-file")
        );
        assert_eq!(real_path(Path::new("")), here);
        assert!(is_same_file(&root, &root.join("a/..")));
        assert!(!is_same_file(&root.join("b"), &root.join("b")));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_even_before_what_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("a")).unwrap();
        std::os::unix::fs::symlink("a", root.join("link")).unwrap();
        assert_eq!(real_path(&root.join("link/b/c")), root.join("a/b/c"));
        assert!(is_same_file(&root.join("link"), &root.join("a")));
    }
}
