//! Several files of results into one, with the proof that every id occurs once.
//!
//! Parts are files of JSON lines: those of a run's shards, or what workers wrote. The whole holds
//! every article once, in the order of the ids; so it does not depend on how many parts there were,
//! and of one folder it is what a single run leaves. Failures (lines with an `error`, and the lists
//! that runs leave beside their results) are listed beside it, as a run lists them.
//!
//! Policy: nothing is written unless everything holds. Memory keeps ids and places, not articles.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::dealt::Dealt;
use super::stream::{Line, next_line};

/// The longest line of a part: an article's with all that was added to it.
const LONGEST_LINE: u64 = 1 << 30;
/// Parts kept open at once.
const OPEN: usize = 128;
/// How much wrong is told one by one.
const TOLD: usize = 20;

/// What was merged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Merged {
    pub articles: u64,
    pub failed: u64,
}

/// Why nothing was merged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    #[error("cannot read {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write {}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error(
        "{} is not finished ({} is there): run its shard to the end",
        path.display(),
        unfinished.display()
    )]
    Unfinished { path: PathBuf, unfinished: PathBuf },
    #[error("{}", wrong.join("\n"))]
    Wrong { wrong: Vec<String> },
}

/// One line of a part.
struct Entry {
    /// None where a failed record had none.
    id: Option<Box<str>>,
    failed: bool,
    place: Place,
}

/// Where a line stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// Index of the file.
    file: usize,
    line: u64,
    start: u64,
    length: u64,
}

/// Merges `parts` into `out`.
///
/// # Errors
/// Where a part cannot be read or is not finished, a line is no result, an id occurs twice, a shard
/// is missing, or the whole cannot be written.
pub fn merge(parts: &[PathBuf], out: &Path) -> Result<Merged, MergeError> {
    let mut files = Vec::new();
    let mut entries = Vec::new();
    let mut wrong = Vec::new();
    let mut dealt = Dealt::default();
    for part in parts {
        let unfinished = beside(part, "part");
        if unfinished.exists() {
            let path = part.clone();
            return Err(MergeError::Unfinished { path, unfinished });
        }
        let from = entries.len();
        index(part, &mut files, &mut entries, &mut wrong)?;
        let failures = beside(part, "errors.jsonl");
        if failures.exists() {
            index(&failures, &mut files, &mut entries, &mut wrong)?;
        }
        let ids = entries.get(from..).unwrap_or_default().iter();
        dealt.part(ids.filter_map(|entry| entry.id.as_deref()));
    }
    entries.sort_by(|a, b| order(a).cmp(order(b)));
    wrong.extend(twice(&files, &entries));
    wrong.extend(dealt.missing());
    if !wrong.is_empty() {
        let more = wrong.len().saturating_sub(TOLD);
        wrong.truncate(TOLD);
        if more > 0 {
            wrong.push(format!("and {more} more"));
        }
        return Err(MergeError::Wrong { wrong });
    }
    write(&files, &entries, out)
}

/// The path of a file that goes with another: its name with an ending added.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// Notes every line of a file.
fn index(
    path: &Path,
    files: &mut Vec<PathBuf>,
    entries: &mut Vec<Entry>,
    wrong: &mut Vec<String>,
) -> Result<(), MergeError> {
    let failed = |source| MergeError::Read {
        path: path.to_owned(),
        source,
    };
    let mut stream = BufReader::with_capacity(1 << 16, File::open(path).map_err(failed)?);
    let (mut number, mut start) = (0, 0);
    while let Some(line) = next_line(&mut stream, LONGEST_LINE).map_err(failed)? {
        number += 1;
        let end = stream.stream_position().map_err(failed)?;
        let at = || format!("{}, line {number}", path.display());
        match line {
            Line::Whole(line) => match head(&line) {
                Ok((id, failed)) => entries.push(Entry {
                    id,
                    failed,
                    place: Place {
                        file: files.len(),
                        line: number,
                        start,
                        length: line.len() as u64,
                    },
                }),
                Err(what) => wrong.push(format!("{}: {what}", at())),
            },
            Line::TooLong => wrong.push(format!("{}: it is no result, by its length", at())),
        }
        start = end;
    }
    files.push(path.to_owned());
    Ok(())
}

/// Id of a line, and whether it tells of a failure.
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
        return Err(String::from("it is no result: it has neither schema nor error"));
    }
    let failed = head.error.is_some();
    match head.id {
        Value::String(id) => Ok((Some(id.into()), failed)),
        Value::Number(id) => Ok((Some(id.to_string().into()), failed)),
        _ if failed => Ok((None, true)),
        _ => Err(String::from("it has no id")),
    }
}

/// Sorts as the parts of a path do, so that a folder's files stand as they are walked; what has no
/// id comes last.
fn order(entry: &Entry) -> impl Iterator<Item = (bool, &str)> {
    let parts = entry.id.iter().flat_map(|id| id.split('/'));
    let nameless = entry.id.is_none().then_some((true, ""));
    parts.map(|part| (false, part)).chain(nameless)
}

/// What is wrong where an id occurs more than once; `entries` are sorted.
fn twice(files: &[PathBuf], entries: &[Entry]) -> Vec<String> {
    let place = |entry: &Entry| {
        let file = files.get(entry.place.file).map(|file| file.display());
        let file = file.map(|file| file.to_string()).unwrap_or_default();
        format!("{file}, line {}", entry.place.line)
    };
    let pairs = entries.windows(2);
    pairs
        .filter_map(|pair| match pair {
            [a, b] if a.id.is_some() && a.id == b.id => Some(format!(
                "the id {:?} occurs twice: {} and {}",
                a.id.as_deref().unwrap_or_default(),
                place(a),
                place(b)
            )),
            _ => None,
        })
        .collect()
}

fn write(files: &[PathBuf], entries: &[Entry], out: &Path) -> Result<Merged, MergeError> {
    let mut reader = Reader::new(files);
    let failures = beside(out, "errors.jsonl");
    let failed = entries.iter().filter(|entry| entry.failed).count();
    if failed > 0 {
        let failed = entries.iter().filter(|entry| entry.failed);
        reader.copy(failed, &failures)?;
    } else if let Err(source) = fs::remove_file(&failures)
        && source.kind() != io::ErrorKind::NotFound
    {
        let path = failures;
        return Err(MergeError::Write { path, source });
    }
    let articles = entries.iter().filter(|entry| !entry.failed);
    reader.copy(articles, out)?;
    Ok(Merged {
        articles: (entries.len() - failed) as u64,
        failed: failed as u64,
    })
}

/// Reads lines at their places.
struct Reader<'a> {
    files: &'a [PathBuf],
    open: HashMap<usize, File>,
}

impl<'a> Reader<'a> {
    fn new(files: &'a [PathBuf]) -> Self {
        Self {
            files,
            open: HashMap::new(),
        }
    }

    /// Copies lines to a file that appears whole or not at all.
    fn copy<'e>(
        &mut self,
        entries: impl Iterator<Item = &'e Entry>,
        to: &Path,
    ) -> Result<(), MergeError> {
        let failed = |source| MergeError::Write {
            path: to.to_owned(),
            source,
        };
        let temporary = beside(to, "new");
        let file = File::create(&temporary).map_err(failed)?;
        let mut writer = io::BufWriter::with_capacity(1 << 16, file);
        for entry in entries {
            let line = self.line(entry.place)?;
            writer
                .write_all(&line)
                .and_then(|()| writer.write_all(b"\n"))
                .map_err(failed)?;
        }
        let file = writer.into_inner().map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)?;
        fs::rename(&temporary, to).map_err(failed)
    }

    fn line(&mut self, place: Place) -> Result<Vec<u8>, MergeError> {
        let path = self.files.get(place.file);
        let path = path.map(PathBuf::as_path).unwrap_or(Path::new(""));
        self.read(path, place).map_err(|source| MergeError::Read {
            path: path.to_owned(),
            source,
        })
    }

    fn read(&mut self, path: &Path, place: Place) -> io::Result<Vec<u8>> {
        if self.open.len() >= OPEN && !self.open.contains_key(&place.file) {
            self.open.clear();
        }
        let file = match self.open.entry(place.file) {
            std::collections::hash_map::Entry::Occupied(open) => open.into_mut(),
            std::collections::hash_map::Entry::Vacant(closed) => {
                closed.insert(File::open(path)?)
            }
        };
        file.seek(SeekFrom::Start(place.start))?;
        let mut line = Vec::new();
        file.take(place.length).read_to_end(&mut line)?;
        if line.len() as u64 != place.length {
            return Err(io::Error::other("it became shorter while it was read"));
        }
        Ok(line)
    }
}
