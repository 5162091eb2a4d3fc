//! Merges several files of results into one, and checks that every id occurs once.
//!
//! Parts are files of JSON lines or Parquet, written by the shards of a run or by workers. The
//! merged file holds every article once, in the order of the ids. It does not depend on the number
//! of parts; for a folder of articles it equals the result of a single run. Failures (lines with an
//! `error`, and the lists that runs write next to their results) are listed in a file next to it,
//! as a run lists them.
//!
//! Policy: nothing is written unless all checks pass. Memory holds ids and offsets, not articles.

use std::collections::{HashMap, hash_map};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use tempfile::{NamedTempFile, TempPath};

use super::input_file::InputFile;
use super::input_kind::{Compression, InputKind};
use super::limits::Limits;
use super::line_reader::{Line, next_line};
use super::parquet_output;
use super::shard_detector::ShardDetector;
use crate::files::{AtomicFile, folder_of, remove, with_ending};

/// Maximum size of a line of a part: a document is larger than its article.
const MAX_LINE_BYTES: u64 = 1 << 30;
/// Parts kept open at once.
const MAX_OPEN_FILES: usize = 128;
/// Maximum number of errors that are listed one by one.
const MAX_REPORTED: usize = 20;

/// What was merged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Merged {
    /// Results in the merged file.
    pub articles: u64,
    /// Failures in the list next to it.
    pub failed: u64,
}

/// Why nothing was merged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// A part cannot be opened, read or unpacked.
    #[error("cannot read {}", path.display())]
    Read {
        /// The part.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The merged file or its list of failures cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The run that writes a part has not ended.
    #[error("{} is not finished ({} is there)", path.display(), unfinished.display())]
    Unfinished {
        /// The part.
        path: PathBuf,
        /// The file that exists only while the run is not finished.
        unfinished: PathBuf,
    },
    /// The errors are listed up to a maximum number; `count` counts all.
    #[error("nothing is merged; errors found: {count}")]
    Problems {
        /// One line each, of the first errors.
        problems: Vec<String>,
        /// How many errors there are.
        count: usize,
    },
}

/// One line of a part.
struct PartLine {
    /// `None` if a failed record had no id.
    id: Option<Box<str>>,
    failed: bool,
    position: LinePosition,
}

/// The position of a line.
#[derive(Debug, Clone, Copy)]
struct LinePosition {
    /// Index of the file.
    file: usize,
    line: u64,
    start: u64,
    length: u64,
}

/// A file of lines.
struct PartFile {
    /// The path as it was given, for messages.
    given: PathBuf,
    /// The file to read lines from: the part itself, or its unpacked copy.
    read: PathBuf,
    /// The unpacked copy, which is deleted when this is dropped.
    _unpacked: Option<TempPath>,
}

/// Merges `parts` into `out`, JSON lines or (by its ending) Parquet.
///
/// # Errors
/// If a part cannot be read or is not finished, a line is not a result, an id occurs twice, a shard
/// is missing, or the merged file cannot be written.
pub fn merge(parts: &[PathBuf], out: &Path) -> Result<Merged, MergeError> {
    let mut index = Index::default();
    let mut detector = ShardDetector::default();
    for part in parts {
        let parquet = kind(part) == InputKind::Parquet;
        let unfinished = with_ending(part, "part");
        if unfinished.exists() && !(parquet && part.exists()) {
            let path = part.clone();
            return Err(MergeError::Unfinished { path, unfinished });
        }
        let from = index.entries.len();
        index.add(part, out)?;
        let failures = with_ending(part, "errors.jsonl");
        if failures.exists() {
            index.add(&failures, out)?;
        }
        let ids = index.entries.get(from..).unwrap_or_default().iter();
        detector.part(ids.filter_map(|entry| entry.id.as_deref()));
    }
    index.entries.sort_by(|a, b| order(a).cmp(order(b)));
    let Index {
        files,
        entries,
        mut problems,
    } = index;
    problems.extend(detector.missing());
    problems.extend(twice(&files, &entries));
    if !problems.is_empty() {
        let count = problems.len();
        problems.truncate(MAX_REPORTED);
        return Err(MergeError::Problems { problems, count });
    }
    write(&files, &entries, out)
}

fn kind(path: &Path) -> InputKind {
    InputKind::of(&path.to_string_lossy())
}

/// Every line of the parts.
#[derive(Default)]
struct Index {
    files: Vec<PartFile>,
    entries: Vec<PartLine>,
    /// Errors found, one message each.
    problems: Vec<String>,
}

impl Index {
    /// Adds every line of a file; a compressed or Parquet file is first unpacked next to `out`.
    fn add(&mut self, path: &Path, out: &Path) -> Result<(), MergeError> {
        self.lines(path, out).map_err(|source| MergeError::Read {
            path: path.to_owned(),
            source,
        })
    }

    fn lines(&mut self, path: &Path, out: &Path) -> io::Result<()> {
        let unpacked = unpacked(path, out)?;
        let read = unpacked.as_deref().unwrap_or(path).to_owned();
        let mut stream = BufReader::with_capacity(1 << 16, File::open(&read)?);
        let (mut number, mut start) = (0, 0);
        while let Some(line) = next_line(&mut stream, MAX_LINE_BYTES)? {
            number += 1;
            let what = match line {
                Line::Whole(line) => match head(&line) {
                    Ok((id, failed)) => {
                        let position = LinePosition {
                            file: self.files.len(),
                            line: number,
                            start,
                            length: line.len() as u64,
                        };
                        self.entries.push(PartLine {
                            id,
                            failed,
                            position,
                        });
                        None
                    }
                    Err(what) => Some(what),
                },
                Line::TooLong => Some(String::from("it is no result, by its length")),
            };
            if let Some(what) = what {
                let path = path.display();
                self.problems.push(format!("{path}, line {number}: {what}"));
            }
            start = stream.stream_position()?;
        }
        self.files.push(PartFile {
            given: path.to_owned(),
            read,
            _unpacked: unpacked,
        });
        Ok(())
    }
}

/// Unpacks the lines of a compressed or Parquet file into a temporary file next to `out`; `None`
/// for other files.
fn unpacked(path: &Path, out: &Path) -> io::Result<Option<TempPath>> {
    let near = || NamedTempFile::new_in(folder_of(out));
    let id = path.to_string_lossy();
    let file = match kind(path) {
        InputKind::Parquet => {
            let mut file = near()?;
            parquet_output::read(path, &mut BufWriter::new(&mut file))?;
            file
        }
        InputKind::JsonLines(compression @ (Compression::Gzip | Compression::Zstd)) => {
            let input = InputFile {
                path,
                id: &id,
                below: None,
                limits: Limits::default(),
            };
            let mut file = near()?;
            io::copy(&mut input.open(compression)?.0, &mut file)?;
            file
        }
        _ => return Ok(None),
    };
    Ok(Some(file.into_temp_path()))
}

/// The id of a line, and whether the line reports a failure.
fn head(line: &[u8]) -> Result<(Option<Box<str>>, bool), String> {
    #[derive(Deserialize)]
    struct Head {
        #[serde(default)]
        id: Value,
        error: Option<IgnoredAny>,
        schema: Option<IgnoredAny>,
    }
    let head: Head = match serde_json::from_slice(line) {
        Ok(head) => head,
        Err(error) => return Err(format!("it is no result: {error}")),
    };
    if head.error.is_none() && head.schema.is_none() {
        return Err(String::from(
            "it is no result: it has neither schema nor error",
        ));
    }
    let failed = head.error.is_some();
    match head.id {
        Value::String(id) => Ok((Some(id.into()), failed)),
        Value::Number(id) => Ok((Some(id.to_string().into()), failed)),
        _ if failed => Ok((None, true)),
        _ => Err(String::from("it has no id")),
    }
}

/// The sort key of an entry: by the components of its id, so that a folder's files are in the order
/// in which a run reads them; entries without an id come last.
fn order(entry: &PartLine) -> impl Iterator<Item = (bool, &str)> {
    let parts = entry.id.iter().flat_map(|id| id.split('/'));
    let nameless = entry.id.is_none().then_some((true, ""));
    parts.map(|part| (false, part)).chain(nameless)
}

/// Errors for ids that several results have; `entries` are sorted. A failure with the id of a
/// result is not an error: a run refuses the second input with an id.
fn twice(files: &[PartFile], entries: &[PartLine]) -> Vec<String> {
    let position = |entry: &PartLine| {
        let file = files.get(entry.position.file);
        let file = file.map(|file| file.given.display().to_string());
        format!("{}, line {}", file.unwrap_or_default(), entry.position.line)
    };
    let articles = || entries.iter().filter(|entry| !entry.failed);
    let pairs = articles().zip(articles().skip(1));
    pairs
        .filter(|(a, b)| a.id == b.id)
        .map(|(a, b)| {
            let id = a.id.as_deref().unwrap_or_default();
            format!(
                "the id {id:?} occurs twice: {} and {}",
                position(a),
                position(b)
            )
        })
        .collect()
}

fn write(files: &[PartFile], entries: &[PartLine], out: &Path) -> Result<Merged, MergeError> {
    let mut reader = LineReader::new(files);
    let failures = with_ending(out, "errors.jsonl");
    let failed = entries.iter().filter(|entry| entry.failed).count();
    let written = if failed > 0 {
        let failed = entries.iter().filter(|entry| entry.failed);
        reader.copy(failed, &failures)
    } else {
        remove(&failures)
    };
    let write_error = |path: &Path, source| MergeError::Write {
        path: path.to_owned(),
        source,
    };
    written.map_err(|error| write_error(&failures, error))?;
    let articles = entries.iter().filter(|entry| !entry.failed);
    let written = if kind(out) == InputKind::Parquet {
        reader.table(articles, out)
    } else {
        reader.copy(articles, out)
    };
    written.map_err(|error| write_error(out, error))?;
    Ok(Merged {
        articles: (entries.len() - failed) as u64,
        failed: failed as u64,
    })
}

/// Creates a file that appears only when it is complete.
fn new_file(path: &Path) -> io::Result<AtomicFile> {
    AtomicFile::create_as(path, &with_ending(path, "new"))
}

/// Reads lines at their positions.
struct LineReader<'a> {
    files: &'a [PartFile],
    open: HashMap<usize, File>,
}

impl<'a> LineReader<'a> {
    fn new(files: &'a [PartFile]) -> Self {
        Self {
            files,
            open: HashMap::new(),
        }
    }

    fn copy<'e>(
        &mut self,
        entries: impl Iterator<Item = &'e PartLine>,
        out: &Path,
    ) -> io::Result<()> {
        let mut to = new_file(out)?;
        for entry in entries {
            to.write_all(&self.line(entry.position)?)?;
            to.write_all(b"\n")?;
        }
        to.commit().map(drop)
    }

    fn table<'e>(
        &mut self,
        entries: impl Iterator<Item = &'e PartLine>,
        out: &Path,
    ) -> io::Result<()> {
        let data = NamedTempFile::new_in(folder_of(out))?;
        let mut lines = BufWriter::new(&data);
        let (mut ranges, mut end) = (Vec::new(), 0);
        for entry in entries {
            lines.write_all(&self.line(entry.position)?)?;
            ranges.push((end, end + entry.position.length));
            end += entry.position.length;
        }
        lines.flush()?;
        parquet_output::write(data.path(), &ranges, new_file(out)?)
    }

    fn line(&mut self, position: LinePosition) -> io::Result<Vec<u8>> {
        let lost = || io::Error::other("a part changed while it was read");
        if self.open.len() >= MAX_OPEN_FILES && !self.open.contains_key(&position.file) {
            self.open.clear();
        }
        let file = match self.open.entry(position.file) {
            hash_map::Entry::Occupied(open) => open.into_mut(),
            hash_map::Entry::Vacant(closed) => {
                let lines = self.files.get(position.file).ok_or_else(lost)?;
                closed.insert(File::open(&lines.read)?)
            }
        };
        file.seek(SeekFrom::Start(position.start))?;
        let mut line = Vec::new();
        file.take(position.length).read_to_end(&mut line)?;
        if line.len() as u64 != position.length {
            return Err(lost());
        }
        Ok(line)
    }
}
