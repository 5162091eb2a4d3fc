//! Opening files to read: regular files, and nothing that waits or has no end.
//!
//! Policy: where a file is expected, a named pipe, a device or a socket is refused before it is
//! opened. Opening a pipe waits for a writer, a device may act on being opened, and reading either
//! may never end. Only a descriptor that this process was given, named as one (`/dev/stdin`,
//! `/dev/fd/63` of a shell's `<(…)`), may be anything.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use super::bounded::read_at_most;

/// What is in the place of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is {0}, and a file is expected")]
struct NotAFile(&'static str);

/// Opens a file to read.
///
/// # Errors
/// If it cannot be opened; a pipe, device or socket is refused. A folder is opened, and fails
/// when it is read.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    open_file_with(path, OpenOptions::new().read(true))
}

/// As [`open_file`], opened or created as `options` say.
///
/// # Errors
/// As [`open_file`].
pub(crate) fn open_file_with(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    if is_descriptor(path) {
        return options.open(path);
    }
    // What is not there may be created.
    if let Ok(metadata) = fs::metadata(path) {
        check(&metadata)?;
    }
    let file = at_once(options).open(path)?;
    // Something else may have taken its place since.
    check(&file.metadata()?)?;
    Ok(file)
}

/// Whether a path names a descriptor of this process.
pub(super) fn is_descriptor(path: &Path) -> bool {
    let named = ["/dev/stdin", "/dev/stdout", "/dev/stderr"];
    named.iter().any(|name| path == Path::new(name))
        || ["/dev/fd", "/proc/self/fd"]
            .iter()
            .any(|folder| path.parent() == Some(Path::new(folder)))
}

/// Reads a whole file; `None` if it has more than `limit` bytes.
///
/// # Errors
/// As [`open_file`], and if it cannot be read.
pub(crate) fn read_file(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    read_at_most(open_file(path)?, limit)
}

/// Reads a whole file of UTF-8 text.
///
/// # Errors
/// As [`open_file`] and [`read_text_from`].
pub(crate) fn read_text(path: &Path, limit: u64) -> io::Result<String> {
    read_text_from(open_file(path)?, limit)
}

/// Reads UTF-8 text to its end; a byte order mark, as editors on Windows write one, is none of it.
///
/// # Errors
/// If it cannot be read, has more than `limit` bytes, or is not UTF-8.
pub(crate) fn read_text_from(from: impl Read, limit: u64) -> io::Result<String> {
    let bytes = read_at_most(from, limit)?.ok_or_else(|| io::Error::other(TooLong { limit }))?;
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        io::Error::new(io::ErrorKind::InvalidData, NotUtf8 { offset })
    })?;
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    Ok(text)
}

/// A file that is read whole is longer than anything it is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it has more than {limit} bytes")]
struct TooLong {
    limit: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not UTF-8 text: byte {offset} is invalid")]
struct NotUtf8 {
    offset: usize,
}

/// Asks not to wait for whatever has taken the place of a file, and not to become its terminal.
#[cfg(unix)]
fn at_once(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    options.custom_flags(flags.bits().cast_signed())
}

#[cfg(not(unix))]
fn at_once(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// # Errors
/// refused for a pipe, a device or a socket.
fn check(metadata: &Metadata) -> io::Result<()> {
    match other_kind(metadata) {
        Some(kind) => Err(io::Error::new(io::ErrorKind::InvalidInput, NotAFile(kind))),
        None => Ok(()),
    }
}

#[cfg(unix)]
fn other_kind(metadata: &Metadata) -> Option<&'static str> {
    use std::os::unix::fs::FileTypeExt;
    let kind = metadata.file_type();
    match () {
        () if kind.is_fifo() => Some("a named pipe"),
        () if kind.is_socket() => Some("a socket"),
        () if kind.is_char_device() || kind.is_block_device() => Some("a device"),
        () => None,
    }
}

#[cfg(not(unix))]
fn other_kind(metadata: &Metadata) -> Option<&'static str> {
    let is_known = metadata.is_file() || metadata.is_dir();
    (!is_known).then_some("a device")
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;

    fn pipe(folder: &Path) -> std::path::PathBuf {
        let path = folder.join("pipe");
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        let kind = rustix::fs::FileType::Fifo;
        rustix::fs::mknodat(rustix::fs::CWD, &path, kind, mode, 0).unwrap();
        path
    }

    #[test]
    fn what_waits_or_has_no_end_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let _listener = UnixListener::bind(&socket).unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        for (path, kind) in [
            (pipe(folder.path()), "a named pipe"),
            (socket, "a socket"),
            (link, "a device"),
        ] {
            let error = open_file(&path).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("it is {kind}, and a file is expected")
            );
        }
    }

    #[test]
    fn a_pipe_that_takes_the_place_of_a_file_does_not_make_the_program_wait() {
        let folder = tempfile::tempdir().unwrap();
        let path = pipe(folder.path());
        let mut options = OpenOptions::new();
        let opened = at_once(options.read(true)).open(path).unwrap();
        assert!(check(&opened.metadata().unwrap()).is_err());
    }

    #[test]
    fn a_file_is_read_to_its_end_within_a_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "мәтін").unwrap();
        let mut text = String::new();
        open_file(&path).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "мәтін");
        assert_eq!(read_text(&path, 10).unwrap(), "мәтін");
        let error = read_text(&path, 9).unwrap_err();
        assert_eq!(error.to_string(), "it has more than 9 bytes");
        fs::write(&path, "\u{feff}a").unwrap();
        assert_eq!(read_text(&path, 10).unwrap(), "a");
        fs::write(&path, b"a\xff").unwrap();
        let error = read_text(&path, 9).unwrap_err();
        assert_eq!(error.to_string(), "it is not UTF-8 text: byte 1 is invalid");
    }

    #[test]
    fn descriptors_of_the_process_are_known_by_their_path() {
        for path in ["/dev/stdin", "/dev/stderr", "/dev/fd/63", "/proc/self/fd/0"] {
            assert!(is_descriptor(Path::new(path)), "{path}");
        }
        for path in ["/dev/zero", "/dev/fd/6/3", "dev/fd/3", "a"] {
            assert!(!is_descriptor(Path::new(path)), "{path}");
        }
    }
}
