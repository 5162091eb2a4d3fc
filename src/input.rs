//! The bytes of an article, from a file, a stream or a member of an archive: one limit for all.

use std::io::{self, Read};
use std::path::Path;

use crate::files::{Stdin, open_file, read_at_most};

/// The largest article that is read; a window of them has to fit in memory.
pub const MAX_ARTICLE_BYTES: u64 = 64 << 20;

/// Why an article's bytes were not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// The file cannot be opened, or the system failed while it was read.
    #[error("cannot read it")]
    Io(#[from] io::Error),
    /// Reading stopped at the limit.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
}

/// More than [`MAX_ARTICLE_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what} is larger than {} MiB, which no article is", MAX_ARTICLE_BYTES >> 20)]
pub struct TooLarge {
    /// What was too large: "it", where the message follows the article's name.
    pub what: &'static str,
}

/// Reads an article to its end.
///
/// # Errors
/// If it cannot be read, or is larger than [`MAX_ARTICLE_BYTES`].
pub fn read(from: impl Read) -> Result<Vec<u8>, InputError> {
    let bytes = read_at_most(from, MAX_ARTICLE_BYTES)?;
    Ok(bytes.ok_or(TooLarge { what: "it" })?)
}

/// Reads the article in a file; `-` is standard input.
///
/// # Errors
/// As [`read`], and if the file cannot be opened or is a named pipe, a device or a socket.
pub fn read_file(path: &Path) -> Result<Vec<u8>, InputError> {
    if is_stdin(path) {
        return read(Stdin);
    }
    read(open_file(path)?)
}

/// Whether an input is standard input.
pub fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}
