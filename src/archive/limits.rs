//! Limits on what is read of an archive, and a reader that keeps them.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::record::{Fault, FaultKind};

/// How much is read of one archive before it is taken for a bomb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most members, rows or lines.
    pub entries: u64,
    /// The most bytes, uncompressed.
    pub bytes: u64,
    /// The most bytes that one compressed byte may become, beyond the first 64 MiB.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 1_000_000,
            bytes: 1 << 40,
            ratio: 200,
        }
    }
}

/// The largest article taken from an archive; a window of them has to fit in memory.
pub(super) const MAX_ARTICLE_BYTES: u64 = 64 << 20;
/// Below this a ratio says nothing: a small file of one letter compresses a thousandfold and harms
/// nobody.
const HARMLESS: u64 = 64 << 20;

/// So many bytes of a file were read by now.
pub(super) type Position = Rc<Cell<u64>>;

/// Counts bytes as they are read.
pub(super) struct Counted<R> {
    inner: R,
    count: Position,
}

impl<R> Counted<R> {
    pub(super) fn new(inner: R) -> (Self, Position) {
        let count = Rc::new(Cell::new(0));
        let counted = Self {
            inner,
            count: Rc::clone(&count),
        };
        (counted, count)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}

/// Ends in an error where more is read than the limits allow.
pub(super) struct Limited<R> {
    inner: R,
    compressed: Position,
    read: u64,
    limits: Limits,
}

impl<R: Read> Limited<R> {
    /// `inner` gives what the `compressed` bytes counted so far became.
    pub(super) fn new(inner: R, compressed: Position, limits: Limits) -> Self {
        Self {
            inner,
            compressed,
            read: 0,
            limits,
        }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read += read as u64;
        match bomb(self.read, self.compressed.get(), &self.limits) {
            Some(what) => Err(io::Error::other(what)),
            None => Ok(read),
        }
    }
}

/// What is wrong where `compressed` bytes became `bytes`.
pub(super) fn bomb(bytes: u64, compressed: u64, limits: &Limits) -> Option<String> {
    if bytes > limits.bytes {
        return Some(format!(
            "it unpacks to more than {} bytes; a larger limit is --max-bytes",
            limits.bytes
        ));
    }
    if bytes > HARMLESS && bytes / compressed.max(1) > limits.ratio {
        return Some(format!(
            "it unpacks to more than {} times its size; a larger limit is --max-ratio",
            limits.ratio
        ));
    }
    None
}

/// The fault of an archive with too many members.
pub(super) fn too_many(archive: &str, limits: &Limits) -> Fault {
    let message = format!(
        "it holds more than {} articles, and the rest is not read; a larger limit is --max-entries",
        limits.entries
    );
    Fault::new(archive, FaultKind::Refused, message)
}

/// The fault of a line or row that is too long for an article.
pub(super) fn too_long(place: &str, what: &str) -> Fault {
    let message = format!(
        "the {what} is longer than {} MiB, which no article is",
        MAX_ARTICLE_BYTES >> 20
    );
    Fault::new(place, FaultKind::Refused, message)
}
