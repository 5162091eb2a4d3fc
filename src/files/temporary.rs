//! Which failures of the system pass.

use std::io;

/// Whether the same may succeed later: the disk is full, or there is no memory, thread or descriptor
/// to be had.
pub(crate) fn is_temporary(error: &io::Error) -> bool {
    let is_kind = matches!(
        error.kind(),
        io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge
            | io::ErrorKind::OutOfMemory
            | io::ErrorKind::WouldBlock
    );
    is_kind || error.raw_os_error().is_some_and(is_too_many_files)
}

#[cfg(unix)]
fn is_too_many_files(code: i32) -> bool {
    use rustix::io::Errno;
    [Errno::MFILE, Errno::NFILE].contains(&Errno::from_raw_os_error(code))
}

/// As Windows numbers it.
#[cfg(not(unix))]
fn is_too_many_files(code: i32) -> bool {
    code == 4
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use rustix::io::Errno;

    #[test]
    fn a_lack_of_resources_passes_and_a_missing_file_does_not() {
        let of = |code: Errno| is_temporary(&io::Error::from(code));
        for code in [
            Errno::NOMEM,
            Errno::NOSPC,
            Errno::DQUOT,
            Errno::FBIG,
            Errno::MFILE,
            Errno::NFILE,
            Errno::AGAIN,
        ] {
            assert!(of(code), "{code}");
        }
        for code in [Errno::NOENT, Errno::ACCESS, Errno::PIPE, Errno::ISDIR] {
            assert!(!of(code), "{code}");
        }
    }
}
