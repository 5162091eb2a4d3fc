//! What a run has done, so that the same command continues where it stopped.
//!
//! A journal is JSON lines, each with its number and a checksum: an entry for each finished or
//! failed article, and a commit after the entries of each window. Entries count only once they are
//! committed: when an interrupted run continues, everything after the last commit (which may
//! include an incomplete line) is cut off. Results are durable under their final names before their
//! entries are written, and each entry names the digest of its result; the names of files are
//! written before the files are, so that no other file is taken for a result.

mod earlier;
mod entry;
mod history;
mod line;
mod origin;
mod reading;
mod shown;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use self::earlier::EarlierJournal;
pub(super) use self::entry::{Completed, DataFile, Entry, FailureReason, MadeFile, RunCost};
use self::entry::{JournalLine, MAX_LINE_BYTES, VERSION};
pub(super) use self::history::{History, PriorResult, ResultPlace};
pub(super) use self::origin::{earlier_input, origin};
use self::reading::{Found, read};
pub(super) use self::shown::Shown;
use super::shard::Shard;
use crate::files::{AtomicFile, Stamp, keep_alone, open_alone, open_file, temporary_of};

/// Names of files in one line.
const MAX_NAMES: usize = 512;

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// It cannot be opened, read or written.
    #[error("cannot use the journal {}", path.display())]
    Io {
        /// The journal.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The file does not begin as a journal does; it is left as it is.
    #[error("{} is no journal of this program", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// A later version of this program wrote it, whose journals are not read.
    #[error("{} is a journal of format {version}, which this version does not read", path.display())]
    LaterVersion {
        /// The journal.
        path: PathBuf,
        /// Its format.
        version: u32,
    },
    /// An earlier version of this program wrote it, which named results and did articles otherwise.
    #[error(
        "{} is of an earlier version, which named results otherwise; what it did would be translated \
         again ({articles} done)",
        path.display()
    )]
    EarlierVersion {
        /// The journal.
        path: PathBuf,
        /// Its articles with a result.
        articles: u64,
    },
    /// Another process has it locked.
    #[error("another run is writing to {}", path.display())]
    InUse {
        /// The journal.
        path: PathBuf,
    },
}

/// The journal of a run, open for writing and locked: one run at a time.
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    length: u64,
    /// Number of the next line.
    lines: u64,
    commits: u64,
}

impl Journal {
    /// Opens a journal, or begins one; with `restart`, an existing one keeps only the names of the
    /// files that are its results.
    pub(super) fn open(path: &Path, restart: bool) -> Result<(Self, History), JournalError> {
        let io = |source| JournalError::Io {
            path: path.to_owned(),
            source,
        };
        let Some(file) = open_alone(path).map_err(io)? else {
            let path = path.to_owned();
            return Err(JournalError::InUse { path });
        };
        let mut journal = Self {
            path: path.to_owned(),
            file,
            length: 0,
            lines: 0,
            commits: 0,
        };
        let mut history = match journal.load() {
            Err(JournalError::EarlierVersion { .. }) if restart => {
                let earlier = EarlierJournal::read(&journal.file).map_err(io)?;
                journal.rewrite(restart, earlier.files).map_err(io)?;
                journal.load()?
            }
            history => history?,
        };
        let lost = history.lost;
        if journal.length > 0 && (restart || lost > 0) {
            journal.rewrite(restart, Vec::new()).map_err(io)?;
            history = journal.load()?;
            history.lost = lost;
        }
        // A line that was lost may have said that another file holds the results.
        history.stamp = history.stamp.filter(|_| lost == 0);
        history.made = history.made.filter(|_| lost == 0);
        journal.file.set_len(journal.length).map_err(io)?;
        if journal.length == 0 {
            journal.write(&[JournalLine::header()]).map_err(io)?;
        }
        Ok((journal, history))
    }

    /// Reads the whole journal, to be continued after its last commit.
    fn load(&mut self) -> Result<History, JournalError> {
        let (history, extent) = history(&self.file, &self.path)?;
        (self.length, self.lines) = (extent.bytes, extent.lines);
        self.commits = extent.commits;
        Ok(history)
    }

    /// What a journal holds, without changing it; an empty history if there is no journal.
    pub(super) fn look(path: &Path) -> Result<History, JournalError> {
        match open_file(path) {
            Ok(file) => history(&file, path).map(|(history, _)| history),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(History::empty()),
            Err(source) => Err(JournalError::Io {
                path: path.to_owned(),
                source,
            }),
        }
    }

    /// Writes the lines that count anew, numbered without gaps; with `restart`, only the names of
    /// results and `files`, which an earlier journal named.
    fn rewrite(&mut self, restart: bool, mut files: Vec<String>) -> io::Result<()> {
        let mut new = NewJournal::begin(&self.path)?;
        read(&self.file, &mut |_, line| match line {
            JournalLine::Header { .. } => Ok(()),
            line if !restart => new.put(&line),
            JournalLine::Entry(entry) => {
                files.extend(entry.done.and_then(|done| done.file));
                new.put_names(&mut files, MAX_NAMES)
            }
            JournalLine::Writing { writing } => {
                files.extend(writing);
                new.put_names(&mut files, MAX_NAMES)
            }
            _ => Ok(()),
        })?;
        while !files.is_empty() {
            let rest = files.split_off(files.len().min(MAX_NAMES));
            new.put_names(&mut files, 1)?;
            files = rest;
        }
        (self.length, self.lines) = new.finish(&mut self.file)?;
        Ok(())
    }

    /// Records the names of files that are about to be written.
    pub(super) fn writing(&mut self, files: Vec<String>) -> io::Result<()> {
        self.write(&[JournalLine::Writing { writing: files }])
            .map(drop)
    }

    /// Commits the entries of a window; returns the byte offset of each.
    pub(super) fn commit(
        &mut self,
        entries: Vec<Entry>,
        shard: Option<Shard>,
    ) -> io::Result<Vec<u64>> {
        let entries = entries.into_iter();
        let mut lines: Vec<JournalLine> = entries
            .map(|entry| JournalLine::Entry(Box::new(entry)))
            .collect();
        let commit = self.commits + 1;
        lines.push(JournalLine::Commit { commit, shard });
        let mut places = self.write(&lines)?;
        self.commits = commit;
        places.pop();
        Ok(places)
    }

    /// Records the bytes and the time of a run.
    pub(super) fn cost(&mut self, run: RunCost) -> io::Result<()> {
        self.write(&[JournalLine::Run { run }]).map(drop)
    }

    /// Records which file the ranges of all entries refer to from now on, its stamp if it is
    /// complete, and the file of another format that was made of it.
    pub(super) fn data(
        &mut self,
        data: DataFile,
        stamp: Option<Stamp>,
        made: Option<MadeFile>,
    ) -> io::Result<()> {
        self.write(&[JournalLine::Data { data, stamp, made }])
            .map(drop)
    }

    /// Replaces the whole journal by these entries, whose `ranges` are in the final file.
    pub(super) fn replace(
        &mut self,
        entries: &[u64],
        ranges: &[(u64, u64)],
        shard: Option<Shard>,
        stamp: Stamp,
    ) -> io::Result<()> {
        let mut reader = self.reader()?;
        let mut new = NewJournal::begin(&self.path)?;
        let mut ranges = ranges.iter();
        for &place in entries {
            let mut entry = reader.entry(place)?;
            if let Some(done) = &mut entry.done {
                done.range = ranges.next().copied();
            }
            new.put(&JournalLine::Entry(Box::new(entry)))?;
        }
        drop(reader);
        new.put(&JournalLine::Commit { commit: 1, shard })?;
        new.put(&JournalLine::Data {
            data: DataFile::Final,
            stamp: Some(stamp),
            made: None,
        })?;
        (self.length, self.lines) = new.finish(&mut self.file)?;
        self.commits = 1;
        Ok(())
    }

    /// What has been committed so far, in this run and before it.
    pub(super) fn history(&mut self) -> io::Result<History> {
        history(&self.file, &self.path)
            .map(|(history, _)| history)
            .map_err(io::Error::other)
    }

    /// A reader of entries, independent of the writing.
    pub(super) fn reader(&self) -> io::Result<EntryReader> {
        EntryReader::open(&self.path)
    }

    /// Writes lines and syncs them; after an error none of them counts. Returns the byte offset of
    /// each.
    fn write(&mut self, lines: &[JournalLine]) -> io::Result<Vec<u64>> {
        let mut bytes = Vec::new();
        let mut places = Vec::with_capacity(lines.len());
        for (line, number) in lines.iter().zip(self.lines..) {
            places.push(self.length + bytes.len() as u64);
            bytes.extend(line::bytes(line, number));
        }
        let mut append = || {
            self.file.seek(SeekFrom::Start(self.length))?;
            self.file.write_all(&bytes)?;
            self.file.sync_data()
        };
        match append() {
            Ok(()) => {
                self.length += bytes.len() as u64;
                self.lines += lines.len() as u64;
                Ok(places)
            }
            Err(error) => {
                // Cuts off what was written; if that fails as well, the next run does it.
                let _ = self.file.set_len(self.length);
                Err(error)
            }
        }
    }
}

/// What the journal `file` says, and how far it counts.
fn history(file: &File, path: &Path) -> Result<(History, reading::Extent), JournalError> {
    let mut history = History::empty();
    let found = read(file, &mut |start, line| {
        history.add(start, line);
        Ok(())
    });
    let path = path.to_owned();
    match found {
        Ok(Found::Journal(extent)) => {
            history.lost = extent.lost;
            Ok((history, extent))
        }
        Ok(Found::Version(version)) if version > VERSION => {
            Err(JournalError::LaterVersion { path, version })
        }
        Ok(Found::Version(_)) => match EarlierJournal::read(file) {
            Ok(earlier) => Err(JournalError::EarlierVersion {
                path,
                articles: earlier.articles(),
            }),
            Err(source) => Err(JournalError::Io { path, source }),
        },
        Ok(Found::Other) => Err(JournalError::NotOurs { path }),
        Err(source) => Err(JournalError::Io { path, source }),
    }
}

/// A journal being written in the place of another.
struct NewJournal {
    out: AtomicFile,
    length: u64,
    lines: u64,
}

impl NewJournal {
    fn begin(path: &Path) -> io::Result<Self> {
        let mut new = Self {
            out: AtomicFile::create_as(path, &temporary_of(path))?,
            length: 0,
            lines: 0,
        };
        new.put(&JournalLine::header())?;
        Ok(new)
    }

    fn put(&mut self, line: &JournalLine) -> io::Result<()> {
        let bytes = line::bytes(line, self.lines);
        self.length += bytes.len() as u64;
        self.lines += 1;
        self.out.write_all(&bytes)
    }

    /// Writes names of files as a line, if there are at least so many.
    fn put_names(&mut self, files: &mut Vec<String>, min: usize) -> io::Result<()> {
        if files.len() < min {
            return Ok(());
        }
        let writing = std::mem::take(files);
        self.put(&JournalLine::Writing { writing })
    }

    /// Gives the journal its name and puts it in the place of `old`. Returns its length and its number of
    /// lines.
    fn finish(self, old: &mut File) -> io::Result<(u64, u64)> {
        keep_alone(self.out.file());
        self.out.replace(old)?;
        Ok((self.length, self.lines))
    }
}

/// Reads single entries of a journal.
pub(super) struct EntryReader(BufReader<File>);

impl EntryReader {
    /// Opens the journal at this path.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(BufReader::new(open_file(path)?)))
    }

    pub(super) fn entry(&mut self, place: u64) -> io::Result<Entry> {
        let here = self.0.stream_position()?;
        // Entries are mostly read in order: a relative seek keeps the buffer.
        self.0
            .seek_relative(i64::try_from(place).unwrap_or(0) - i64::try_from(here).unwrap_or(0))?;
        let mut bytes = Vec::new();
        self.0
            .by_ref()
            .take(MAX_LINE_BYTES)
            .read_until(b'\n', &mut bytes)?;
        Ok(serde_json::from_slice(&bytes)?)
    }
}

#[cfg(test)]
mod tests;
