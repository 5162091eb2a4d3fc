//! Limits on what is read of an archive, and a reader that keeps them.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::record::{Fault, FaultKind};
use crate::input::{MAX_ARTICLE_BYTES, TooLarge};

/// How much is read of one archive before it is refused as a decompression bomb.
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

/// Output up to this many bytes may have any ratio: a small file of one repeated letter compresses
/// a thousandfold and is harmless.
const HARMLESS: u64 = 64 << 20;

/// The number of bytes of a file read so far, shared between a reader and its user.
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

/// A reader that fails when more is read than the limits allow.
pub(super) struct Limited<R> {
    inner: R,
    compressed: Position,
    read: Position,
    limits: Limits,
}

impl<R: Read> Limited<R> {
    /// `inner` decompresses the bytes that `compressed` counts.
    pub(super) fn new(inner: R, compressed: Position, limits: Limits) -> Self {
        Self::sharing(inner, compressed, Position::default(), limits)
    }

    /// As [`Self::new`], where `read` counts what several readers read.
    pub(super) fn sharing(inner: R, compressed: Position, read: Position, limits: Limits) -> Self {
        Self {
            inner,
            compressed,
            read,
            limits,
        }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read.set(self.read.get() + read as u64);
        self.limits.check(self.read.get(), self.compressed.get())?;
        Ok(read)
    }
}

/// A reader that fails where one record has more than [`MAX_ARTICLE_BYTES`]. Who reads records sets the
/// number of bytes that are left anew for each.
pub(super) struct PerRecord<R> {
    inner: R,
    left: Position,
}

impl<R> PerRecord<R> {
    /// The second value is the number of bytes that are left for the record.
    pub(super) fn new(inner: R) -> (Self, Position) {
        let left = Rc::new(Cell::new(MAX_ARTICLE_BYTES));
        let limited = Self {
            inner,
            left: Rc::clone(&left),
        };
        (limited, left)
    }
}

impl<R: Read> Read for PerRecord<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let Some(left) = self.left.get().checked_sub(read as u64) else {
            return Err(io::Error::other(TooLarge { what: "a record" }));
        };
        self.left.set(left);
        Ok(read)
    }
}

/// A limit that an archive exceeds, with its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LimitError {
    /// More members, rows or lines than [`Limits::entries`], the value here.
    #[error("it holds more than {0} articles, and the rest is not read")]
    Entries(u64),
    /// More bytes than [`Limits::bytes`], the value here.
    #[error("it unpacks to more than {0} bytes")]
    Bytes(u64),
    /// The archive unpacks to more than this number of bytes; the rest is not read.
    #[error("it unpacks to more than {0} bytes, and the rest is not read")]
    BytesInAll(u64),
    /// More bytes to each compressed one than [`Limits::ratio`], the value here.
    #[error("it unpacks to more than {0} times its size")]
    Ratio(u64),
}

impl From<LimitError> for io::Error {
    fn from(error: LimitError) -> Self {
        Self::other(error)
    }
}

impl Limits {
    /// Checks `bytes`, which `compressed` bytes were unpacked to.
    pub(super) fn check(&self, bytes: u64, compressed: u64) -> Result<(), LimitError> {
        if bytes > self.bytes {
            return Err(LimitError::Bytes(self.bytes));
        }
        if bytes > HARMLESS && bytes / compressed.max(1) > self.ratio {
            return Err(LimitError::Ratio(self.ratio));
        }
        Ok(())
    }

    /// As [`Self::check`], of all that was unpacked of an archive so far.
    pub(super) fn check_so_far(&self, bytes: u64, compressed: u64) -> Result<(), LimitError> {
        match self.check(bytes, compressed) {
            Err(LimitError::Bytes(bytes)) => Err(LimitError::BytesInAll(bytes)),
            checked => checked,
        }
    }
}

/// The fault of an archive with too many members.
pub(super) fn too_many(archive: &str, limits: &Limits) -> Fault {
    let error = LimitError::Entries(limits.entries);
    Fault::of(archive, FaultKind::Refused, error)
}

/// The fault of an article that is too large: `what` is "it", a line or a row.
pub(super) fn too_large(id: impl Into<String>, what: &'static str) -> Fault {
    Fault::of(id, FaultKind::Refused, TooLarge { what })
}
