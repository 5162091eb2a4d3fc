//! What a run has done, so that the same command goes on where it stopped.
//!
//! A journal is JSON lines: an entry for each finished or failed article, and behind the entries of
//! each window a commit. A window counts from its commit on: when an interrupted run goes on,
//! everything behind the last commit (a torn line among it) is cut off. Results are on the disk under
//! their names before the entries that tell of them are written.

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::key::{Key, from_hex, key};
use super::places::Places;
use crate::files::{AtomicFile, with_ending};

/// What became of one article.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Entry {
    pub id: String,
    /// What it is known by, where that is not its id: of several things with one id, all but the
    /// article that has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// SHA-256 of what was found under that id, shortened.
    pub input: String,
    pub fingerprint: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Done>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Reason>,
}

/// A finished article: where its result is, and what an overview says of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Done {
    /// The result's file below the folder of results.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Where the result begins and ends in a file of many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<(u64, u64)>,
    pub title: Option<String>,
    pub date: Option<String>,
    pub summary: Option<String>,
    /// Sentences that failed a check, by its name.
    pub flags: BTreeMap<String, usize>,
}

/// Why an article failed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Reason {
    pub kind: String,
    pub message: String,
}

/// What runs took, for estimates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Spent {
    /// Bytes of the articles translated.
    pub bytes: u64,
    pub seconds: f64,
}

/// The file in which ranges lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Data {
    /// The unfinished file, or where it is gone the final one that it became.
    Part,
    /// The final file.
    Final,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Header { journal: u32 },
    Commit { commit: u64 },
    Run { run: Spent },
    Data { data: Data },
    Entry(Box<Entry>),
}

const VERSION: u32 = 1;
/// No line of a journal is longer.
const MAX_LINE_BYTES: u64 = 16 << 20;

/// What is known of an article from earlier runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// Where its entry begins in the journal.
    pub entry: u64,
    pub input: Key,
    pub fingerprint: Key,
    pub failed: bool,
    pub range: Option<(u64, u64)>,
}

/// Everything known from earlier runs, by the key of an id, and which files they gave to whom.
#[derive(Debug)]
pub(super) struct Past {
    pub articles: HashMap<Key, Known>,
    pub places: Places,
    pub spent: Spent,
    pub data: Data,
}

impl Past {
    fn nothing() -> Self {
        Self {
            articles: HashMap::new(),
            places: Places::default(),
            spent: Spent::default(),
            data: Data::Part,
        }
    }

    /// Adds the entry that begins at `start`.
    fn add(&mut self, start: u64, entry: &Entry) {
        let key = match &entry.key {
            Some(key) => from_hex(key),
            None => key(entry.id.as_bytes()),
        };
        self.articles.insert(key, known(entry, start));
        if let Some(file) = entry.done.as_ref().and_then(|done| done.file.as_ref()) {
            self.places.keep(file, &entry.id);
        }
    }
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    #[error("cannot use the journal {}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{} is no journal of this program", path.display())]
    NotOurs { path: PathBuf },
    #[error("another run is writing to {}", path.display())]
    InUse { path: PathBuf },
}

/// The journal of a run, open for writing; one run at a time has it.
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    length: u64,
    commits: u64,
}

impl Journal {
    /// Opens or begins a journal; `anew` forgets what it holds.
    pub(super) fn open(path: &Path, anew: bool) -> Result<(Self, Past), JournalError> {
        let io = |source| JournalError::Io {
            path: path.to_owned(),
            source,
        };
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let path = path.to_owned();
                return Err(JournalError::InUse { path });
            }
            // A file system without locks: one run at a time is the user's care.
            Err(TryLockError::Error(_)) => {}
        }
        let (past, length, commits) = match read(&file).map_err(io)? {
            Some(read) if !anew => read,
            Some(_) => (Past::nothing(), 0, 0),
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
            journal
                .write(&line(&Line::Header { journal: VERSION }))
                .map_err(io)?;
        }
        Ok((journal, past))
    }

    /// What a journal holds, without touching it; nothing where there is none.
    pub(super) fn look(path: &Path) -> Result<Past, JournalError> {
        let io = |source| JournalError::Io {
            path: path.to_owned(),
            source,
        };
        match File::open(path) {
            Ok(file) => match read(&file).map_err(io)? {
                Some((past, ..)) => Ok(past),
                None => Err(JournalError::NotOurs {
                    path: path.to_owned(),
                }),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Past::nothing()),
            Err(error) => Err(io(error)),
        }
    }

    /// Commits the entries of a window; tells where each begins.
    pub(super) fn commit(&mut self, entries: &[Entry]) -> io::Result<Vec<u64>> {
        let mut lines = Vec::new();
        let mut places = Vec::with_capacity(entries.len());
        for entry in entries {
            places.push(self.length + lines.len() as u64);
            lines.extend(line(&Line::Entry(Box::new(entry.clone()))));
        }
        self.commits += 1;
        let commit = self.commits;
        lines.extend(line(&Line::Commit { commit }));
        self.write(&lines)?;
        Ok(places)
    }

    /// Notes what a run took.
    pub(super) fn spent(&mut self, run: Spent) -> io::Result<()> {
        self.write(&line(&Line::Run { run }))
    }

    /// Notes in which file ranges lie from now on.
    pub(super) fn data(&mut self, data: Data) -> io::Result<()> {
        self.write(&line(&Line::Data { data }))
    }

    /// Replaces the whole journal by these entries, whose ranges lie in the final file.
    pub(super) fn replace(&mut self, entries: &[u64], ranges: &[(u64, u64)]) -> io::Result<()> {
        let mut reader = self.reader()?;
        let mut new = AtomicFile::create_as(&self.path, &with_ending(&self.path, "new"))?;
        let mut length = 0;
        let mut put = |bytes: &[u8]| {
            length += bytes.len() as u64;
            new.write_all(bytes)
        };
        put(&line(&Line::Header { journal: VERSION }))?;
        let mut ranges = ranges.iter();
        for &place in entries {
            let mut entry = reader.entry(place)?;
            if let Some(done) = &mut entry.done {
                done.range = ranges.next().copied();
            }
            put(&line(&Line::Entry(Box::new(entry))))?;
        }
        put(&line(&Line::Commit { commit: 1 }))?;
        put(&line(&Line::Data { data: Data::Final }))?;
        // As in `open`: a file system without locks is no reason to fail.
        let _ = new.file().try_lock();
        let file = new.rename()?;
        self.file = file;
        (self.length, self.commits) = (length, 1);
        Ok(())
    }

    /// What has been committed so far, in this run and before it.
    pub(super) fn past(&mut self) -> io::Result<Past> {
        self.file.seek(SeekFrom::Start(0))?;
        let read = read(&self.file)?;
        Ok(read.map_or_else(Past::nothing, |(past, ..)| past))
    }

    /// Reads entries beside the writing.
    pub(super) fn reader(&self) -> io::Result<EntryReader> {
        Ok(EntryReader(BufReader::new(File::open(&self.path)?)))
    }

    /// Writes lines so that they are on the disk, or none of them counts.
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
                // What was written of it is cut off; if that fails as well, the next run does it.
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
        // Most reading is onward, within the buffer.
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

fn line(line: &Line) -> Vec<u8> {
    // A journal's lines are made of strings and numbers, which always become JSON.
    let mut bytes = serde_json::to_vec(line).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// What a journal holds up to its last commit, how many bytes that are, and its commits; nothing
/// where it is the file of another program.
fn read(file: &File) -> io::Result<Option<(Past, u64, u64)>> {
    let mut reader = BufReader::new(file);
    let mut past = Past::nothing();
    let mut pending: Vec<(u64, Entry)> = Vec::new();
    let (mut here, mut sound, mut commits) = (0, 0, 0);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let read = reader
            .by_ref()
            .take(MAX_LINE_BYTES)
            .read_until(b'\n', &mut bytes)?;
        let whole = bytes.ends_with(b"\n");
        let parsed = serde_json::from_slice::<Line>(&bytes).ok();
        let Some(line) = parsed.filter(|_| whole) else {
            // A first line that broke off is ours as far as it goes.
            let header = line(&Line::Header { journal: VERSION });
            let ours = sound > 0 || header.starts_with(&bytes);
            return Ok(ours.then_some((past, sound, commits)));
        };
        let start = here;
        here += read as u64;
        match line {
            Line::Header { journal } if journal == VERSION && start == 0 => sound = here,
            _ if sound == 0 => return Ok(None),
            Line::Header { .. } => return Ok(Some((past, sound, commits))),
            Line::Commit { commit } => {
                for (start, entry) in pending.drain(..) {
                    past.add(start, &entry);
                }
                (sound, commits) = (here, commit);
            }
            Line::Run { run } => {
                past.spent.bytes += run.bytes;
                past.spent.seconds += run.seconds;
                if pending.is_empty() {
                    sound = here;
                }
            }
            Line::Data { data } => {
                past.data = data;
                if pending.is_empty() {
                    sound = here;
                }
            }
            Line::Entry(entry) => pending.push((start, *entry)),
        }
    }
}

fn known(entry: &Entry, place: u64) -> Known {
    Known {
        entry: place,
        input: from_hex(&entry.input),
        fingerprint: from_hex(&entry.fingerprint),
        failed: entry.error.is_some(),
        range: entry.done.as_ref().and_then(|done| done.range),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::files::hex;

    fn entry(id: &str, range: Option<(u64, u64)>) -> Entry {
        Entry {
            id: id.to_owned(),
            key: None,
            input: hex(&key(id.as_bytes())),
            fingerprint: hex(&key(b"options")),
            done: Some(Done {
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
            let (journal, past) = Journal::open(&path, false).unwrap();
            let known = match length {
                _ if length == whole.len() => 4,
                _ if length >= first => 2,
                _ => 0,
            };
            assert_eq!(past.articles.len(), known, "{length}");
            let left = fs::metadata(&path).unwrap().len();
            assert_eq!(left, journal.length);
            drop(journal);
            // It can be gone on with.
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
            for anew in [false, true] {
                let error = Journal::open(&path, anew).err().unwrap();
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
        let past = Journal::look(&path).unwrap();
        assert_eq!(past.data, Data::Final);
        assert_eq!(past.articles[&key(b"a")].range, Some((4, 9)));
        journal.commit(&[entry("c", Some((9, 10)))]).unwrap();
        drop(journal);
        assert_eq!(Journal::look(&path).unwrap().articles.len(), 3);
    }
}
