//! From inputs to records: files, folders, containers and lists of records, one after the other.
//!
//! A folder is walked in the order of its names. Hidden files and folders (`.git`, `.DS_Store`) are
//! left out. A link to a file is read as that file; a link to a folder is not followed, so that no
//! loop is walked. A container found in a folder is read as well, its members below its name; one
//! inside another container is refused.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use walkdir::WalkDir;

use super::limits::{Counted, LimitError, Limited, Limits, Position, too_large};
use super::name::shown;
use super::record::{Content, Fault, FaultKind, Record};
use super::{lines, table, tar, zip};
use crate::input::{self, InputError, is_stdin};
use crate::panics;

/// What an input or member is, by the ending of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file that is an article.
    Article,
    Zip,
    Tar(Packing),
    /// JSON lines, an article each.
    Lines(Packing),
    Csv,
    Parquet,
}

/// How a stream is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    None,
    Gzip,
    Zstd,
}

impl Kind {
    /// The kind that a name's ending tells.
    pub fn of(name: &str) -> Self {
        let name = name.to_lowercase();
        let (stem, packing) = match name.rsplit_once('.') {
            Some((stem, "gz")) => (stem, Packing::Gzip),
            Some((stem, "zst")) => (stem, Packing::Zstd),
            _ => (name.as_str(), Packing::None),
        };
        match (stem.rsplit_once('.').map(|(_, ending)| ending), packing) {
            (Some("tar"), packing) => Self::Tar(packing),
            (Some("tgz"), Packing::None) => Self::Tar(Packing::Gzip),
            (Some("tzst"), Packing::None) => Self::Tar(Packing::Zstd),
            (Some("jsonl" | "ndjson"), packing) => Self::Lines(packing),
            (Some("zip"), Packing::None) => Self::Zip,
            (Some("csv"), Packing::None) => Self::Csv,
            (Some("parquet"), Packing::None) => Self::Parquet,
            _ => Self::Article,
        }
    }
}

/// Whether an input is a folder or a container, and so holds many articles.
pub fn is_archive(input: &Path) -> bool {
    input.is_dir() || Kind::of(&input.to_string_lossy()) != Kind::Article
}

/// Takes what is found, one after the other, with how many bytes of the inputs were read by then; a
/// break ends the reading.
pub(super) type Sink<'a> = dyn FnMut(Result<Record, Fault>, u64) -> ControlFlow<()> + 'a;

/// The inputs of a run.
#[derive(Debug, Clone)]
pub struct Sources {
    pub inputs: Vec<PathBuf>,
    pub limits: Limits,
    /// What lies below it is no input: the folder of results.
    pub output: Option<PathBuf>,
}

/// How much there is to read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    pub files: u64,
    pub bytes: u64,
    /// Hidden files and links to folders, left out.
    pub left_out: u64,
}

/// A file found among the inputs, or why one cannot be read.
enum Found {
    File {
        path: PathBuf,
        id: String,
        bytes: u64,
    },
    LeftOut,
    Fault(Fault),
}

impl Sources {
    /// Counts what there is, without reading it.
    pub fn extent(&self) -> Extent {
        let mut extent = Extent::default();
        for input in &self.inputs {
            // Nothing breaks this walk.
            let _ = self.walk(input, &mut |found| {
                match found {
                    Found::File { bytes, .. } => {
                        extent.files += 1;
                        extent.bytes += bytes;
                    }
                    Found::LeftOut => extent.left_out += 1,
                    Found::Fault(_) => {}
                }
                ControlFlow::Continue(())
            });
        }
        extent
    }

    /// Hands every record to `sink`, in an order that depends on the inputs alone.
    pub(super) fn read(&self, sink: &mut Sink) -> ControlFlow<()> {
        let mut before = 0;
        for input in &self.inputs {
            self.walk(input, &mut |found| match found {
                Found::File { path, id, bytes } => {
                    let container = path != *input;
                    let file = Source {
                        path: &path,
                        id: &id,
                        below: container.then_some(id.as_str()),
                        limits: self.limits,
                    };
                    let flow = file.read(&mut |record, read| sink(record, before + read));
                    before += bytes;
                    flow
                }
                Found::LeftOut => ControlFlow::Continue(()),
                Found::Fault(fault) => sink(Err(fault), before),
            })?;
        }
        ControlFlow::Continue(())
    }

    fn walk(
        &self,
        input: &Path,
        each: &mut dyn FnMut(Found) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let name = input.to_string_lossy().into_owned();
        if is_stdin(input) {
            let (path, id) = (input.to_owned(), name);
            return each(Found::File { path, id, bytes: 0 });
        }
        let metadata = match std::fs::metadata(input) {
            Ok(metadata) => metadata,
            Err(error) => return each(Found::Fault(unreadable(&name, &error))),
        };
        if !metadata.is_dir() {
            let (path, id, bytes) = (input.to_owned(), name, metadata.len());
            return each(Found::File { path, id, bytes });
        }
        let output = self
            .output
            .as_deref()
            .and_then(|path| path.canonicalize().ok());
        let mut entries = WalkDir::new(input)
            .min_depth(1)
            .sort_by_file_name()
            .into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().unwrap_or(input);
                    let id = below(input, path);
                    let error = error.into_io_error();
                    let error = error.unwrap_or_else(|| io::Error::other("links lead in a circle"));
                    each(Found::Fault(unreadable(&id, &error)))?;
                    continue;
                }
            };
            let folder = entry.file_type().is_dir();
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            let is_output = output.is_some() && entry.path().canonicalize().ok() == output;
            if hidden || is_output {
                if folder {
                    entries.skip_current_dir();
                }
                if hidden {
                    each(Found::LeftOut)?;
                }
                continue;
            }
            if folder {
                continue;
            }
            let id = below(input, entry.path());
            let found = match std::fs::metadata(entry.path()) {
                Ok(metadata) if metadata.is_file() => Found::File {
                    path: entry.path().to_owned(),
                    id,
                    bytes: metadata.len(),
                },
                Ok(metadata) if metadata.is_dir() => Found::LeftOut,
                Ok(_) => Found::Fault(Fault::new(id, FaultKind::Refused, "it is no regular file")),
                Err(error) => Found::Fault(unreadable(&id, &error)),
            };
            each(found)?;
        }
        ControlFlow::Continue(())
    }
}

/// A path below a folder, with `/` between its parts.
fn below(folder: &Path, path: &Path) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path);
    let parts: Vec<_> = below
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}

pub(super) fn unreadable(id: &str, error: &io::Error) -> Fault {
    Fault::new(id, FaultKind::Input, format!("cannot read it: {error}"))
}

/// One file: an article, or a container of them.
pub(super) struct Source<'a> {
    pub path: &'a Path,
    /// Names it in messages.
    pub id: &'a str,
    /// What its members' ids begin with, where it was found in a folder.
    pub below: Option<&'a str>,
    pub limits: Limits,
}

impl Source<'_> {
    fn read(&self, sink: &mut Sink) -> ControlFlow<()> {
        // The libraries are made for sound files; what a file can do to one stays the file's error.
        let flow = panics::catch(|| match Kind::of(self.id) {
            Kind::Article => sink(self.article(), 0),
            Kind::Zip => zip::read(self, sink),
            Kind::Tar(packing) => tar::read(self, packing, sink),
            Kind::Lines(packing) => lines::read(self, packing, sink),
            Kind::Csv => table::csv(self, sink),
            Kind::Parquet => table::parquet(self, sink),
        });
        flow.unwrap_or_else(|_| sink(Err(self.broken("file", &"it is damaged")), 0))
    }

    fn article(&self) -> Result<Record, Fault> {
        match input::read_file(self.path) {
            Ok(bytes) => self.member(self.id.to_owned(), Some(bytes)),
            Err(InputError::Io(error)) => Err(unreadable(self.id, &error)),
            Err(error) => Err(Fault::of(self.id, FaultKind::Refused, error)),
        }
    }

    /// The record of a file's bytes; `None` if there are too many.
    pub(super) fn member(&self, id: String, bytes: Option<Vec<u8>>) -> Result<Record, Fault> {
        let Some(bytes) = bytes else {
            return Err(too_large(id, "it"));
        };
        Ok(Record {
            path: id.clone(),
            id,
            content: Content::Bytes(bytes),
            fields: Default::default(),
        })
    }

    /// The id of a member with this sound name.
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

    /// The fault of the container itself, from which on nothing more is read of it.
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

    /// Opens a stream that keeps the limits, and counts the file's bytes as they are read.
    pub(super) fn open(&self, packing: Packing) -> io::Result<(Box<dyn Read>, Position)> {
        let (file, count) = Counted::new(File::open(self.path)?);
        let file = BufReader::with_capacity(1 << 16, file);
        let unpacked: Box<dyn Read> = match packing {
            Packing::None => return Ok((Box::new(file), count)),
            Packing::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(file)),
            Packing::Zstd => {
                let mut decoder = zstd::Decoder::with_buffer(file)?;
                // A frame may ask for a window of gigabytes; `zstd --long=27` needs 128 MiB.
                decoder.window_log_max(27)?;
                Box::new(decoder)
            }
        };
        let limited = Limited::new(unpacked, Rc::clone(&count), self.limits);
        Ok((Box::new(limited), count))
    }
}

/// Whether bytes begin as an archive or a compressed file does, which no article is; a Word document
/// is a zip archive and an article all the same.
pub(super) fn is_container(name: &str, bytes: &[u8]) -> bool {
    if Kind::of(name) != Kind::Article {
        return true;
    }
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_lowercase());
    let packed = matches!(
        ending.as_deref(),
        Some("gz" | "zst" | "xz" | "bz2" | "7z" | "rar")
    );
    packed || bytes.starts_with(b"\x1f\x8b") || bytes.starts_with(b"\x28\xb5\x2f\xfd")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_tell_what_a_file_is() {
        for (name, kind) in [
            ("a.zip", Kind::Zip),
            ("a.TAR", Kind::Tar(Packing::None)),
            ("a.tar.gz", Kind::Tar(Packing::Gzip)),
            ("a.tgz", Kind::Tar(Packing::Gzip)),
            ("a.tar.zst", Kind::Tar(Packing::Zstd)),
            ("a.jsonl", Kind::Lines(Packing::None)),
            ("a.ndjson.zst", Kind::Lines(Packing::Zstd)),
            ("a.csv", Kind::Csv),
            ("a.parquet", Kind::Parquet),
            ("a.txt", Kind::Article),
            ("a.txt.gz", Kind::Article),
            ("a.docx", Kind::Article),
            ("zip", Kind::Article),
        ] {
            assert_eq!(Kind::of(name), kind, "{name}");
        }
    }
}
