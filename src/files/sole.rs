//! A file that one program at a time writes, and that anybody may read meanwhile.
//!
//! Policy: a lock of Windows keeps every other handle from reading, too, also those of the same program.
//! There nobody else may open the file to write, which is as good; who has it open without leave to write, as
//! a spreadsheet may, keeps it from being opened here. Elsewhere it is locked. Where a file
//! system has no locks, the user has to take care.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use super::open::open_file_with;

/// Opens a file to read and to write, and creates it if it is not there; `None` if another program writes
/// it.
///
/// # Errors
/// If it cannot be opened, or is no regular file.
#[cfg(feature = "archive")]
pub(crate) fn open_alone(path: &Path) -> io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    system::open(path, &mut options)
}

/// Keeps a file, made to take the place of one of [`open_alone`], as that is kept.
#[cfg(feature = "archive")]
pub(crate) fn keep_alone(file: &File) {
    system::keep(file);
}

/// As [`open_alone`], to append; another program that writes the file is waited for, on Windows for ten
/// seconds.
///
/// # Errors
/// As [`open_alone`], and if it cannot be locked or another program does not let it go.
pub(crate) fn wait_alone(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    system::wait(path, &mut options)
}

#[cfg(not(windows))]
mod system {
    #[cfg(feature = "archive")]
    use std::fs::TryLockError;

    use super::*;
    use crate::files::paths::is_file_at;

    #[cfg(feature = "archive")]
    pub(super) fn open(path: &Path, options: &mut OpenOptions) -> io::Result<Option<File>> {
        let file = open_file_with(path, options)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => Ok(None),
            Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(file)),
        }
    }

    #[cfg(feature = "archive")]
    pub(super) fn keep(file: &File) {
        // A file system without locks is no reason to fail.
        let _ = file.try_lock();
    }

    pub(super) fn wait(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
        loop {
            let file = open_file_with(path, options)?;
            match file.lock() {
                Err(error) if error.kind() != io::ErrorKind::Unsupported => return Err(error),
                _ => {}
            }
            // Who had the lock may have put another file in its place.
            if is_file_at(&file, path) {
                return Ok(file);
            }
        }
    }
}

#[cfg(windows)]
mod system {
    use std::os::windows::fs::OpenOptionsExt;
    use std::time::{Duration, Instant};

    use super::*;

    /// Others may read it, and put another in its place.
    const SHARE_READ_AND_DELETE: u32 = 0x1 | 0x4;
    const ERROR_SHARING_VIOLATION: i32 = 32;
    const POLL: Duration = Duration::from_millis(50);
    /// As long as a program that adds to a file may take, and not as long as one that shows it.
    const MAX_WAIT: Duration = Duration::from_secs(10);

    pub(super) fn open(path: &Path, options: &mut OpenOptions) -> io::Result<Option<File>> {
        options.share_mode(SHARE_READ_AND_DELETE);
        match open_file_with(path, options) {
            Err(error) if error.raw_os_error() == Some(ERROR_SHARING_VIOLATION) => Ok(None),
            file => file.map(Some),
        }
    }

    /// Whoever has a file open to write keeps [`open`] from it.
    #[cfg(feature = "archive")]
    pub(super) fn keep(_: &File) {}

    pub(super) fn wait(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
        let started = Instant::now();
        loop {
            if let Some(file) = open(path, options)? {
                return Ok(file);
            }
            if started.elapsed() > MAX_WAIT {
                return Err(io::Error::from_raw_os_error(ERROR_SHARING_VIOLATION));
            }
            std::thread::sleep(POLL);
        }
    }
}

#[cfg(all(test, feature = "archive"))]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::files::{AtomicFile, read_text};

    #[test]
    fn one_writes_a_file_and_others_read_it_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut file = open_alone(&path).unwrap().unwrap();
        file.write_all(b"a line").unwrap();
        assert!(open_alone(&path).unwrap().is_none());
        assert_eq!(read_text(&path, 100).unwrap(), "a line");
        drop(file);
        assert!(open_alone(&path).unwrap().is_some());
    }

    #[test]
    fn what_takes_its_place_is_kept_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut file = open_alone(&path).unwrap().unwrap();
        let mut new = AtomicFile::create(&path).unwrap();
        new.write_all(b"another").unwrap();
        keep_alone(new.file());
        new.replace(&mut file).unwrap();
        assert!(open_alone(&path).unwrap().is_none());
        assert_eq!(read_text(&path, 100).unwrap(), "another");
        drop(file);
        assert!(open_alone(&path).unwrap().is_some());
    }

    #[test]
    fn a_second_writer_waits_for_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("names.csv");
        let mut first = wait_alone(&path).unwrap();
        let second = {
            let path = path.clone();
            std::thread::spawn(move || wait_alone(&path).unwrap().write_all(b"second\n").unwrap())
        };
        first.write_all(b"first\n").unwrap();
        drop(first);
        second.join().unwrap();
        assert_eq!(read_text(&path, 100).unwrap(), "first\nsecond\n");
    }
}
