//! Every line of the parts: its id, and where it is.

use std::io::{self, BufReader, BufWriter, Seek};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use tempfile::{NamedTempFile, TempPath};

use super::shard_by_ids::shard_by_ids;
use super::{MergeError, failure_list_of, kind};
use crate::archive::failure_list::is_failure;
use crate::archive::input_file::InputFile;
use crate::archive::input_kind::{Compression, InputKind};
use crate::archive::limits::Limits;
use crate::archive::line_reader::{Line, next_line};
use crate::archive::parquet_output;
use crate::archive::record_fields::RecordOptions;
use crate::archive::shard::Shard;
use crate::archive::shard_footer::ShardFooter;
use crate::files::open_file;

/// Maximum size of a line of a part: a document is larger than its article.
const MAX_LINE_BYTES: u64 = 1 << 30;

/// One line of a part.
pub(super) struct PartLine {
    /// `None` if a failed record had no id.
    pub id: Option<Box<str>>,
    pub failed: bool,
    pub position: LinePosition,
}

/// The position of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct LinePosition {
    /// Index of the file.
    pub file: usize,
    line: u64,
    pub start: u64,
    pub length: u64,
}

/// A file of lines.
pub(super) struct PartFile {
    /// The path as it was given, for messages.
    given: PathBuf,
    /// The file to read lines from: the part itself, or its unpacked copy.
    pub read: PathBuf,
    /// The unpacked copy, which is deleted when this is dropped.
    _unpacked: Option<TempPath>,
}

/// A part with the list of failures next to it.
pub(super) struct Part {
    pub path: PathBuf,
    pub articles: u64,
    pub failed: u64,
    /// What closes it, if it is a shard.
    pub footer: Option<ShardFooter>,
    /// The shard that it is by the ids in it, if there are enough of them.
    pub shard_by_ids: Option<Shard>,
}

/// Every line of the parts.
pub(super) struct Index {
    pub files: Vec<PartFile>,
    pub entries: Vec<PartLine>,
    pub parts: Vec<Part>,
    /// Errors found, one message each.
    pub problems: Vec<String>,
    /// The folder for unpacked copies.
    temporary: PathBuf,
}

impl PartLine {
    /// The sort key: the components of the id, so that a folder's files are in the order in which a
    /// run reads them; entries without an id come last.
    pub(super) fn order(&self) -> impl Iterator<Item = (bool, &str)> {
        let parts = self.id.iter().flat_map(|id| id.split('/'));
        let nameless = self.id.is_none().then_some((true, ""));
        parts.map(|part| (false, part)).chain(nameless)
    }
}

impl Index {
    pub(super) fn new(temporary: PathBuf) -> Self {
        Self {
            files: Vec::new(),
            entries: Vec::new(),
            parts: Vec::new(),
            problems: Vec::new(),
            temporary,
        }
    }

    /// Adds a part, and the list of failures next to it.
    pub(super) fn add(&mut self, path: &Path) -> Result<(), MergeError> {
        let from = self.entries.len();
        let footer = self.add_file(path)?;
        let failures = failure_list_of(path);
        if failures.exists() && self.add_file(&failures)?.is_some() {
            let failures = failures.display();
            self.problems
                .push(format!("{failures}: it is no list of failures"));
        }
        let added = self.entries.get(from..).unwrap_or_default();
        let failed = added.iter().filter(|entry| entry.failed).count();
        self.parts.push(Part {
            path: path.to_owned(),
            articles: (added.len() - failed) as u64,
            failed: failed as u64,
            footer,
            shard_by_ids: shard_by_ids(added.iter().filter_map(|entry| entry.id.as_deref())),
        });
        Ok(())
    }

    /// Adds every line of a file; a compressed or Parquet file is unpacked first.
    fn add_file(&mut self, path: &Path) -> Result<Option<ShardFooter>, MergeError> {
        self.lines(path).map_err(|source| MergeError::Read {
            path: path.to_owned(),
            source,
        })
    }

    fn lines(&mut self, path: &Path) -> io::Result<Option<ShardFooter>> {
        let (unpacked, mut footer) = match unpacked(path, &self.temporary)? {
            Some((unpacked, footer)) => (Some(unpacked), footer),
            None => (None, None),
        };
        let read = unpacked.as_deref().unwrap_or(path).to_owned();
        let mut stream = BufReader::with_capacity(1 << 16, open_file(&read)?);
        let (mut number, mut start) = (0, 0);
        while let Some(line) = next_line(&mut stream, MAX_LINE_BYTES)? {
            number += 1;
            let is_last = footer.is_some() && unpacked.is_none();
            let what = match line {
                _ if is_last => Some(String::from("it follows the line that closes the shard")),
                Line::Whole(line) => match head(&line) {
                    Ok(Head::Result(id, failed)) => {
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
                    Ok(Head::Footer(closing)) => {
                        footer = Some(closing);
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
        Ok(footer)
    }
}

/// Unpacks the lines of a compressed or Parquet file into a temporary file, and reads a Parquet
/// file's footer; `None` for other files.
fn unpacked(path: &Path, temporary: &Path) -> io::Result<Option<(TempPath, Option<ShardFooter>)>> {
    let new = || NamedTempFile::new_in(temporary);
    let id = path.to_string_lossy();
    let (file, footer) = match kind(path) {
        InputKind::Parquet => {
            let mut file = new()?;
            let footer = parquet_output::read(path, &mut BufWriter::new(&mut file))?;
            (file, footer)
        }
        InputKind::JsonLines(compression @ (Compression::Gzip | Compression::Zstd)) => {
            let input = InputFile {
                path,
                id: &id,
                below: None,
                limits: Limits::default(),
                records: &RecordOptions::default(),
            };
            let mut file = new()?;
            io::copy(&mut input.open(compression)?.0, &mut file)?;
            (file, None)
        }
        _ => return Ok(None),
    };
    Ok(Some((file.into_temp_path(), footer)))
}

/// What a line is.
enum Head {
    /// A result or a failure, with its id.
    Result(Option<Box<str>>, bool),
    Footer(ShardFooter),
}

/// The id of a line, and whether the line reports a failure.
fn head(line: &[u8]) -> Result<Head, String> {
    #[derive(Deserialize)]
    struct Fields {
        #[serde(default)]
        id: Value,
        error: Option<IgnoredAny>,
        schema: Option<IgnoredAny>,
    }
    if let Some(footer) = ShardFooter::parse(line) {
        return Ok(Head::Footer(footer));
    }
    let head: Fields = match serde_json::from_slice(line) {
        Ok(head) => head,
        Err(error) => return Err(format!("it is no result: {error}")),
    };
    if head.error.is_none() && head.schema.is_none() {
        return Err(String::from(
            "it is no result: it has neither schema nor error",
        ));
    }
    let failed = head.error.is_some();
    // What is listed here is known as a list later.
    if failed && !is_failure(line) {
        return Err(String::from(
            "it is no result: its error has no kind and message, or it has a schema",
        ));
    }
    match head.id {
        Value::String(id) => Ok(Head::Result(Some(id.into()), failed)),
        Value::Number(id) => Ok(Head::Result(Some(id.to_string().into()), failed)),
        _ if failed => Ok(Head::Result(None, true)),
        _ => Err(String::from("it has no id")),
    }
}

/// Errors for ids that several results have; `entries` are sorted. A failure with the id of a
/// result is not an error: a run refuses the second input with an id.
pub(super) fn twice(files: &[PartFile], entries: &[PartLine]) -> Vec<String> {
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
