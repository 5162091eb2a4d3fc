//! What is in the place that a file is to be written to.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;

use super::open::is_descriptor;

/// What is in the place that a file is to be written to, links followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Nothing, or a regular file: a new file can get the name.
    File,
    /// A folder.
    Folder,
    /// A named pipe, a terminal or the like, or a descriptor of this process: it is written through.
    Stream,
    /// What is neither replaced nor written through; its name, for messages.
    Other(&'static str),
}

impl Place {
    /// # Errors
    /// If the system does not say what is there.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        if is_descriptor(path) {
            return Ok(Self::Stream);
        }
        match fs::metadata(path) {
            Ok(metadata) => Ok(Self::of_metadata(&metadata)),
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Err(_) if fs::symlink_metadata(path).is_ok() => {
                Ok(Self::Other("a link that leads nowhere"))
            }
            Err(_) => Ok(Self::File),
        }
    }

    #[cfg(unix)]
    fn of_metadata(metadata: &Metadata) -> Self {
        use std::os::unix::fs::FileTypeExt;
        let kind = metadata.file_type();
        match () {
            () if kind.is_file() => Self::File,
            () if kind.is_dir() => Self::Folder,
            () if kind.is_socket() => Self::Other("a socket"),
            () if kind.is_block_device() => Self::Other("a block device"),
            () => Self::Stream,
        }
    }

    #[cfg(not(unix))]
    fn of_metadata(metadata: &Metadata) -> Self {
        match () {
            () if metadata.is_file() => Self::File,
            () if metadata.is_dir() => Self::Folder,
            () => Self::Stream,
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn what_is_in_a_place_is_told_through_links() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let _listener = UnixListener::bind(path("socket")).unwrap();
        fs::write(path("file"), "").unwrap();
        symlink("nowhere", path("dangling")).unwrap();
        symlink("dangling", path("twice")).unwrap();
        symlink("file", path("link")).unwrap();
        symlink("/dev/null", path("null")).unwrap();
        for (name, place) in [
            ("file", Place::File),
            ("free", Place::File),
            ("link", Place::File),
            (".", Place::Folder),
            ("null", Place::Stream),
            ("socket", Place::Other("a socket")),
            ("dangling", Place::Other("a link that leads nowhere")),
            ("twice", Place::Other("a link that leads nowhere")),
        ] {
            assert_eq!(Place::of(&path(name)).unwrap(), place, "{name}");
        }
        assert_eq!(Place::of(Path::new("/dev/fd/1")).unwrap(), Place::Stream);
        assert!(Place::of(&path("file/below")).is_err());
    }
}
