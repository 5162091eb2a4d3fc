//! One process at a time pulls a file.
//!
//! The lock files are those of Python's huggingface_hub (`.locks/models--org--name/<etag>.lock`,
//! flock), so that it and this program wait for each other. On a file system whose locks do not
//! work the cache stays consistent even so: a file is hashed before it gets its name.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use super::error::{HubError, io_error};
use crate::files::open_file_with;

/// Held until dropped.
pub(super) struct Lock {
    _file: File,
}

const POLL: Duration = Duration::from_millis(100);

/// Waits for the lock, however long another process needs; `waiting` is called once if it does.
pub(super) fn acquire(path: &Path, waiting: impl FnOnce()) -> Result<Lock, HubError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(io_error("create", folder))?;
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let file = open_file_with(path, &mut options).map_err(io_error("open", path))?;
    let mut waiting = Some(waiting);
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) => {
                if let Some(waiting) = waiting.take() {
                    waiting();
                }
                std::thread::sleep(POLL);
            }
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => {}
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => break,
            Err(TryLockError::Error(error)) => return Err(HubError::io("lock", path, error)),
        }
    }
    Ok(Lock { _file: file })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_waits_for_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.lock");
        let first = acquire(&path, || panic!("nobody else holds it")).unwrap();
        let (told, tells) = std::sync::mpsc::channel();
        let second = {
            let path = path.clone();
            std::thread::spawn(move || acquire(&path, || told.send(()).unwrap()).map(drop))
        };
        tells.recv().unwrap();
        drop(first);
        second.join().unwrap().unwrap();
    }
}
