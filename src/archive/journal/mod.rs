//! What a run has done, so that the same command continues where it stopped.
//!
//! A journal is JSON lines: an entry for each finished or failed article, and a commit after the
//! entries of each window. Entries count only once they are committed: when an interrupted run
//! continues, everything after the last commit (which may include an incomplete line) is cut off.
//! Results are durable under their final names before their entries are written.

mod entry;
mod history;

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

pub(super) use self::entry::{Completed, DataFile, Entry, FailureReason, RunCost};
use self::entry::{JournalLine, MAX_LINE_BYTES};
use self::history::read;
pub(super) use self::history::{History, PriorResult};
use crate::files::{AtomicFile, open_file, open_file_with, with_ending};

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
    commits: u64,
}

impl Journal {
    /// Opens a journal, or begins one; with `restart`, an existing one is emptied.
    pub(super) fn open(path: &Path, restart: bool) -> Result<(Self, History), JournalError> {
        let io = |source| JournalError::Io {
            path: path.to_owned(),
            source,
        };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let file = open_file_with(path, &mut options).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let path = path.to_owned();
                return Err(JournalError::InUse { path });
            }
            // The file system has no locks: the user has to take care to start one run at a time.
            Err(TryLockError::Error(_)) => {}
        }
        let (history, length, commits) = match read(&file).map_err(io)? {
            Some(read) if !restart => (read.history, read.bytes, read.commits),
            Some(_) => (History::empty(), 0, 0),
            None => {
                let path = path.to_owned();
                return Err(JournalError::NotOurs { path });
            }
        };
        let mut journal = Self {
            path: path.to_owned(),
            file,
            length,
            commits,
        };
        journal.file.set_len(length).map_err(io)?;
        if length == 0 {
            journal.write(&JournalLine::header().bytes()).map_err(io)?;
        }
        Ok((journal, history))
    }

    /// What a journal holds, without changing it; an empty history if there is no journal.
    pub(super) fn look(path: &Path) -> Result<History, JournalError> {
        let io = |source| JournalError::Io {
            path: path.to_owned(),
            source,
        };
        match open_file(path) {
            Ok(file) => match read(&file).map_err(io)? {
                Some(read) => Ok(read.history),
                None => Err(JournalError::NotOurs {
                    path: path.to_owned(),
                }),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(History::empty()),
            Err(error) => Err(io(error)),
        }
    }

    /// Commits the entries of a window; returns the byte offset of each.
    pub(super) fn commit(&mut self, entries: &[Entry]) -> io::Result<Vec<u64>> {
        let mut lines = Vec::new();
        let mut places = Vec::with_capacity(entries.len());
        for entry in entries {
            places.push(self.length + lines.len() as u64);
            lines.extend(JournalLine::Entry(Box::new(entry.clone())).bytes());
        }
        self.commits += 1;
        let commit = self.commits;
        lines.extend(JournalLine::Commit { commit }.bytes());
        self.write(&lines)?;
        Ok(places)
    }

    /// Records the bytes and the time of a run.
    pub(super) fn cost(&mut self, run: RunCost) -> io::Result<()> {
        self.write(&JournalLine::Run { run }.bytes())
    }

    /// Records which file the ranges of all entries refer to from now on.
    pub(super) fn data(&mut self, data: DataFile) -> io::Result<()> {
        self.write(&JournalLine::Data { data }.bytes())
    }

    /// Replaces the whole journal by these entries, whose `ranges` are in the final file.
    pub(super) fn replace(&mut self, entries: &[u64], ranges: &[(u64, u64)]) -> io::Result<()> {
        let mut reader = self.reader()?;
        let mut new = AtomicFile::create_as(&self.path, &with_ending(&self.path, "new"))?;
        let mut length = 0;
        let mut put = |bytes: &[u8]| {
            length += bytes.len() as u64;
            new.write_all(bytes)
        };
        put(&JournalLine::header().bytes())?;
        let mut ranges = ranges.iter();
        for &place in entries {
            let mut entry = reader.entry(place)?;
            if let Some(done) = &mut entry.done {
                done.range = ranges.next().copied();
            }
            put(&JournalLine::Entry(Box::new(entry)).bytes())?;
        }
        put(&JournalLine::Commit { commit: 1 }.bytes())?;
        put(&JournalLine::Data {
            data: DataFile::Final,
        }
        .bytes())?;
        // A file system without locks is no reason to fail, as in `open`.
        let _ = new.file().try_lock();
        let file = new.rename()?;
        self.file = file;
        (self.length, self.commits) = (length, 1);
        Ok(())
    }

    /// What has been committed so far, in this run and before it.
    pub(super) fn history(&mut self) -> io::Result<History> {
        self.file.seek(SeekFrom::Start(0))?;
        let read = read(&self.file)?;
        Ok(read.map_or_else(History::empty, |read| read.history))
    }

    /// A reader of entries, independent of the writing.
    pub(super) fn reader(&self) -> io::Result<EntryReader> {
        Ok(EntryReader(BufReader::new(File::open(&self.path)?)))
    }

    /// Writes lines and syncs them; after an error none of them counts.
    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        let mut append = || {
            self.file.seek(SeekFrom::Start(self.length))?;
            self.file.write_all(lines)?;
            self.file.sync_data()
        };
        match append() {
            Ok(()) => {
                self.length += lines.len() as u64;
                Ok(())
            }
            Err(error) => {
                // Cuts off what was written; if that fails as well, the next run does it.
                let _ = self.file.set_len(self.length);
                Err(error)
            }
        }
    }
}

/// Reads single entries of a journal.
pub(super) struct EntryReader(BufReader<File>);

impl EntryReader {
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
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use super::*;
    use crate::archive::key::key;
    use crate::files::hex;

    fn entry(id: &str, range: Option<(u64, u64)>) -> Entry {
        Entry {
            id: id.to_owned(),
            key: None,
            input: hex(&key(id.as_bytes())),
            fingerprint: hex(&key(b"options")),
            done: Some(Completed {
                file: None,
                range,
                title: Some(String::from("Title")),
                date: None,
                summary: None,
                flags: BTreeMap::new(),
            }),
            error: None,
        }
    }

    #[test]
    fn wherever_a_journal_breaks_off_whole_windows_are_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let (mut journal, _) = Journal::open(&path, false).unwrap();
        journal
            .commit(&[entry("a", None), entry("b", None)])
            .unwrap();
        let first = fs::metadata(&path).unwrap().len() as usize;
        journal
            .commit(&[entry("c", None), entry("d", None)])
            .unwrap();
        drop(journal);
        let whole = fs::read(&path).unwrap();
        for length in 0..=whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            let (journal, history) = Journal::open(&path, false).unwrap();
            let known = match length {
                _ if length == whole.len() => 4,
                _ if length >= first => 2,
                _ => 0,
            };
            assert_eq!(history.articles.len(), known, "{length}");
            let left = fs::metadata(&path).unwrap().len();
            assert_eq!(left, journal.length);
            drop(journal);
            // The run can be continued.
            let (mut journal, _) = Journal::open(&path, false).unwrap();
            journal.commit(&[entry("e", None)]).unwrap();
            drop(journal);
            assert_eq!(Journal::look(&path).unwrap().articles.len(), known + 1);
        }
    }

    #[test]
    fn another_programs_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        for text in ["{\"id\": 1}\n", "notes\n", "{\"journal\":2}\n"] {
            fs::write(&path, text).unwrap();
            for restart in [false, true] {
                let error = Journal::open(&path, restart).err().unwrap();
                assert!(matches!(error, JournalError::NotOurs { .. }), "{text}");
            }
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn a_second_run_at_the_same_time_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let (first, _) = Journal::open(&path, false).unwrap();
        let error = Journal::open(&path, false).err().unwrap();
        assert!(matches!(error, JournalError::InUse { .. }));
        drop(first);
        assert!(Journal::open(&path, false).is_ok());
    }

    #[test]
    fn entries_are_read_back_in_any_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let (mut journal, _) = Journal::open(&path, false).unwrap();
        let places = journal
            .commit(&[entry("a", Some((0, 5))), entry("b", Some((5, 9)))])
            .unwrap();
        let mut reader = journal.reader().unwrap();
        for (place, id) in [(places[1], "b"), (places[0], "a"), (places[1], "b")] {
            assert_eq!(reader.entry(place).unwrap().id, id);
        }
        journal
            .replace(&[places[1], places[0]], &[(0, 4), (4, 9)])
            .unwrap();
        let history = Journal::look(&path).unwrap();
        assert_eq!(history.data, DataFile::Final);
        assert_eq!(history.articles[&key(b"a")].range, Some((4, 9)));
        journal.commit(&[entry("c", Some((9, 10)))]).unwrap();
        drop(journal);
        assert_eq!(Journal::look(&path).unwrap().articles.len(), 3);
    }
}
