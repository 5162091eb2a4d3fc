//! One file among the inputs: its bytes, and the records and faults read from it.

use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::rc::Rc;

use super::gzip::GzipMembers;
use super::input_kind::Compression;
use super::limits::{Counted, LimitError, Limited, Limits, Position, too_large};
use super::member_name::shown;
use super::record::{Content, Fault, FaultKind, Record};
use super::record_fields::RecordOptions;
use super::transcoded::{Transcoded, utf16};
use crate::article::Given;
use crate::files::open_file;
use crate::input::{self, InputError};

/// Bytes of the mark that UTF-16 begins with.
const MARK_BYTES: u64 = 2;

/// Receives each record or fault, with the number of bytes of the inputs read so far; a break ends
/// the reading.
pub(super) type Sink<'a> = dyn FnMut(Result<Record, Fault>, u64) -> ControlFlow<()> + 'a;

/// One file: an article, or a container of them.
pub(super) struct InputFile<'a> {
    pub path: &'a Path,
    /// Names it in messages.
    pub id: &'a str,
    /// The prefix of its members' ids, if it was found in a folder.
    pub below: Option<&'a str>,
    pub limits: Limits,
    pub records: &'a RecordOptions,
}

impl InputFile<'_> {
    /// The record of a file that is an article itself.
    pub(super) fn article(&self) -> Result<Record, Fault> {
        match input::read_file(self.path) {
            Ok(bytes) => self.member(self.id.to_owned(), Some(bytes)),
            Err(InputError::Io(error)) => Err(unreadable(self.id, &error)),
            Err(error) => Err(Fault::of(self.id, FaultKind::Refused, error)),
        }
    }

    /// The record of a file's bytes; `bytes` is `None` if there are more than an article may have.
    pub(super) fn member(&self, id: String, bytes: Option<Vec<u8>>) -> Result<Record, Fault> {
        let Some(bytes) = bytes else {
            return Err(too_large(id, "it"));
        };
        Ok(Record {
            path: id.clone(),
            place: None,
            id,
            content: Content::Bytes(bytes),
            given: Given::default(),
            fields: Default::default(),
        })
    }

    /// The id of a member with this name, which was checked by
    /// [`member_id`](super::member_name::member_id).
    pub(super) fn id_of(&self, member: &str) -> String {
        match self.below {
            Some(container) => format!("{container}/{member}"),
            None => member.to_owned(),
        }
    }

    /// The fault of a member whose name may be anything.
    pub(super) fn refused(&self, name: &str, message: impl std::fmt::Display) -> Fault {
        Fault::new(self.id_of(&shown(name)), FaultKind::Refused, message)
    }

    /// As [`Self::refused`], for a member that exceeds a limit.
    pub(super) fn over_limit(&self, name: &str, limit: LimitError) -> Fault {
        Fault::of(self.id_of(&shown(name)), FaultKind::Refused, limit)
    }

    /// A fault of the container itself, after which nothing more is read from it.
    pub(super) fn broken(&self, what: &str, error: &dyn std::fmt::Display) -> Fault {
        let message = format!("the {what} cannot be read further: {error}");
        Fault::new(self.id, FaultKind::Input, message)
    }

    /// As [`Self::broken`], keeping the error.
    pub(super) fn broken_stream(&self, what: &str, error: io::Error) -> Fault {
        Fault {
            message: self.broken(what, &error).message,
            ..Fault::of(self.id, FaultKind::Input, error)
        }
    }

    /// Opens the file as a decompressed stream that fails beyond the limits; the second value
    /// counts the file's own bytes as they are read.
    pub(super) fn open(&self, compression: Compression) -> io::Result<(Box<dyn Read>, Position)> {
        let (file, count) = Counted::new(open_file(self.path)?);
        let file = BufReader::with_capacity(1 << 16, file);
        let unpacked: Box<dyn Read> = match compression {
            Compression::None => return Ok((Box::new(file), count)),
            Compression::Gzip => Box::new(GzipMembers::new(file)),
            Compression::Zstd => {
                let mut decoder = zstd::Decoder::with_buffer(file)?;
                // A frame may ask for a window of gigabytes; `zstd --long=27` needs 128 MiB.
                decoder.window_log_max(27)?;
                Box::new(decoder)
            }
        };
        let limited = Limited::new(unpacked, Rc::clone(&count), self.limits);
        Ok((Box::new(limited), count))
    }

    /// As [`Self::open`], of a file that is UTF-8 or, by its byte order mark, UTF-16, which is decoded.
    pub(super) fn open_utf(
        &self,
        compression: Compression,
    ) -> io::Result<(Box<dyn Read>, Position)> {
        let (mut stream, count) = self.open(compression)?;
        let mut head = Vec::with_capacity(MARK_BYTES as usize);
        let error = stream.by_ref().take(MARK_BYTES).read_to_end(&mut head);
        let charset = utf16(&head, self.records.encoding);
        // An error is met by whoever reads on.
        let stream = io::Cursor::new(head)
            .chain(Failed(error.err()))
            .chain(stream);
        let stream = BufReader::new(stream);
        match charset {
            Some(charset) => {
                let stream = Transcoded::new(stream, charset, self.records.lossy);
                Ok((Box::new(stream), count))
            }
            None => Ok((Box::new(stream), count)),
        }
    }
}

/// Fails once with an error that was met before, if there is one, and has no bytes.
struct Failed(Option<io::Error>);

impl Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

pub(super) fn unreadable(id: &str, error: &io::Error) -> Fault {
    Fault::new(id, FaultKind::Input, format!("cannot read it: {error}"))
}
