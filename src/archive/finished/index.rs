//! The index of a folder or a file of results: the database that a run into `.sqlite` writes, and which
//! page belongs to which article.
//!
//! Policy: it is built once, in a new folder of a hidden name beside the results, and is there whole or
//! not at all. What is there already may be anybody's: nothing in it is opened to be written. An index
//! belongs to the journal (or the file) whose digest it names, and is built again where that changed, or
//! where a result that was left out can be read, or one that it has cannot. Where the folder cannot be written, it is in a temporary
//! folder for as long as it is used.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use rayon::prelude::*;
use rusqlite::{Connection, params};
use tempfile::TempDir;

use super::results::{self, Lines, ResultFile, Stamp};
use super::{Database, FinishedError, IndexNotice};
use crate::archive::key::Key;
use crate::archive::paths::{INDEX, JOURNAL, UNFINISHED_INDEX};
use crate::document::Document;
use crate::files::{folder_of, hex, sha256_of_file, sync_folder};
use crate::report::{self, Format, Style};

/// What an index is made like; another number has it built again.
const VERSION: i64 = 3;
/// Maximum results that are read at a time, and their bytes unless there is only one.
const MAX_BATCH: usize = 256;
const MAX_BATCH_BYTES: u64 = 64 << 20;
/// Time after which nobody is at work any longer in a folder whose files do not change.
const ABANDONED_AFTER: Duration = Duration::from_secs(3600);

const TABLES: &str = "
CREATE TABLE pages (article INTEGER PRIMARY KEY, file TEXT NOT NULL UNIQUE, digest BLOB NOT NULL);
CREATE TABLE left_out (id TEXT NOT NULL, file TEXT NOT NULL, reason TEXT NOT NULL, digest BLOB);
CREATE TABLE read_from (file TEXT NOT NULL, digest BLOB NOT NULL, size INTEGER, modified INTEGER);
CREATE TABLE made_of (digest TEXT NOT NULL, version INTEGER NOT NULL);
";

/// What an index is made of.
pub(super) enum Results {
    /// A folder with a file for each article.
    Folder { root: PathBuf },
    /// A file of JSON lines.
    JsonLines { path: PathBuf },
}

/// An index that can be asked.
pub(super) struct Index {
    pub database: Database,
    /// The folder that it is in if it is not beside the results.
    pub temporary: Option<TempDir>,
}

/// A result that is left out.
struct LeftOut {
    id: String,
    file: String,
    reason: String,
    /// The digest by which the result would be known if its file changed; `None` if that cannot help.
    digest: Option<Key>,
}

impl LeftOut {
    fn new(file: &ResultFile, reason: impl Into<String>, digest: Option<Key>) -> Self {
        Self {
            id: file.id.clone(),
            file: file.file.clone(),
            reason: reason.into(),
            digest,
        }
    }

    /// Whether the result can be read now.
    fn is_back(&self, root: &Path) -> bool {
        let digest = self.digest;
        digest.is_some_and(|digest| {
            let file = ResultFile {
                id: self.id.clone(),
                file: self.file.clone(),
                digest,
            };
            file.document(root).is_ok()
        })
    }
}

/// What an index has besides the tables of a run's database.
#[derive(Default)]
struct Pages {
    /// The files of articles, by their number.
    files: Vec<(i64, ResultFile)>,
    /// All files whose documents it has, as they were before they were read.
    read: Vec<(ResultFile, Stamp)>,
    left_out: Vec<LeftOut>,
}

impl Results {
    /// Where the index is kept.
    fn index_path(&self) -> PathBuf {
        match self {
            Self::Folder { root } => root.join(INDEX),
            Self::JsonLines { path } => {
                let mut name = std::ffi::OsString::from(".");
                name.push(path.file_name().unwrap_or_default());
                name.push(INDEX);
                path.with_file_name(name)
            }
        }
    }

    /// The file whose digest the index names.
    fn origin(&self) -> PathBuf {
        match self {
            Self::Folder { root } => root.join(JOURNAL),
            Self::JsonLines { path } => path.clone(),
        }
    }

    /// The index of these results; what is worth telling goes to `notice`. Building it ends early where
    /// `stop` is set.
    pub(super) fn index(
        &self,
        stop: &AtomicBool,
        notice: &mut dyn FnMut(IndexNotice<'_>),
    ) -> Result<Index, FinishedError> {
        let path = self.index_path();
        let origin = self.origin();
        let failed = |source| FinishedError::Io {
            path: origin.clone(),
            source,
        };
        let digest = hex(&sha256_of_file(&origin).map_err(failed)?);
        let is_there = fs::symlink_metadata(&path).is_ok_and(|there| there.is_file());
        if is_there
            && let Ok(database) = Database::open(&path)
            && let Some(left_out) = left_out_of(&database, &digest)
            && !self.is_any_back(&left_out)
            && !self.is_any_changed(&database)
        {
            tell_left_out(&left_out, notice);
            let temporary = None;
            return Ok(Index {
                database,
                temporary,
            });
        }
        let (folder, is_kept) = match folder_beside(&path) {
            Ok(folder) => (folder, true),
            Err(error) => {
                notice(IndexNotice::Unwritable {
                    path: &path,
                    error: &error,
                });
                (tempfile::tempdir().map_err(write_failure)?, false)
            }
        };
        self.build(folder.path(), &digest, stop, notice)?;
        let built = folder.path().join(UNFINISHED);
        if !is_kept {
            let database = Database::open(&built)?;
            return Ok(Index {
                database,
                temporary: Some(folder),
            });
        }
        is_replaceable(&path)
            .and_then(|()| fs::rename(&built, &path))
            .map_err(write_failure)?;
        // Without it the index is built again after a crash at the wrong moment.
        let _ = sync_folder(folder_of(&path));
        let database = Database::open(&path)?;
        Ok(Index {
            database,
            temporary: None,
        })
    }

    fn is_any_back(&self, left_out: &[LeftOut]) -> bool {
        match self {
            Self::Folder { root } => left_out.iter().any(|result| result.is_back(root)),
            Self::JsonLines { .. } => false,
        }
    }

    /// Whether a result that the index has is no longer what it was made of.
    fn is_any_changed(&self, database: &Database) -> bool {
        match self {
            // A database that does not say is no index of this version.
            Self::Folder { root } => read_from(database).is_none_or(|read| {
                let is_changed = |(file, stamp): &(ResultFile, Stamp)| {
                    file.stamp(root) != *stamp
                        && results::bytes(root, &file.file, file.digest).is_err()
                };
                read.par_iter().any(is_changed)
            }),
            Self::JsonLines { .. } => false,
        }
    }

    fn build(
        &self,
        folder: &Path,
        digest: &str,
        stop: &AtomicBool,
        notice: &mut dyn FnMut(IndexNotice<'_>),
    ) -> Result<(), FinishedError> {
        let index = folder.join(UNFINISHED);
        let out = File::create_new(&index).map_err(write_failure)?;
        let scratch = folder.join(SCRATCH);
        let mut writer = report::Writer::with_scratch(
            Format::Sqlite,
            &Style::default(),
            &scratch,
            BufWriter::new(out),
        );
        let mut add = |document: &Document| {
            if stop.load(Ordering::Relaxed) {
                return Err(FinishedError::Stopped);
            }
            writer.add(document).map_err(write_failure)
        };
        let pages = match self {
            Self::Folder { root } => {
                let (files, lost) = results::in_folder(root)?;
                notice(IndexNotice::Begins {
                    articles: Some(files.len()),
                });
                if lost > 0 {
                    notice(IndexNotice::Lost { lines: lost });
                }
                add_files(root, files, &mut add)?
            }
            Self::JsonLines { path } => {
                notice(IndexNotice::Begins { articles: None });
                let failed = |source| FinishedError::Io {
                    path: path.clone(),
                    source,
                };
                let mut lines = Lines::open(path).map_err(failed)?;
                while let Some(document) = lines.next()? {
                    add(&document)?;
                }
                Pages::default()
            }
        };
        tell_left_out(&pages.left_out, notice);
        let out = writer.finish().map_err(write_failure)?;
        let out = out
            .into_inner()
            .map_err(|error| write_failure(error.into_error()))?;
        drop(out);
        complete(&index, &pages, digest)
    }
}

/// Adds what an index has besides the tables of a run's database.
fn complete(index: &Path, pages: &Pages, digest: &str) -> Result<(), FinishedError> {
    let complete = || {
        let mut connection = Connection::open(index)?;
        connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = FULL;")?;
        let change = connection.transaction()?;
        change.execute_batch(TABLES)?;
        let mut insert = change.prepare("INSERT INTO pages VALUES (?, ?, ?)")?;
        for (article, page) in &pages.files {
            insert.execute(params![article, page.file, page.digest])?;
        }
        drop(insert);
        let mut insert = change.prepare("INSERT INTO left_out VALUES (?, ?, ?, ?)")?;
        for result in &pages.left_out {
            insert.execute(params![
                result.id,
                result.file,
                result.reason,
                result.digest
            ])?;
        }
        drop(insert);
        let mut insert = change.prepare("INSERT INTO read_from VALUES (?, ?, ?, ?)")?;
        for (file, Stamp { size, modified }) in &pages.read {
            insert.execute(params![file.file, file.digest, size, modified])?;
        }
        drop(insert);
        change.execute(
            "INSERT INTO made_of VALUES (?, ?)",
            params![digest, VERSION],
        )?;
        change.commit()
    };
    complete().map_err(|error| write_failure(report::database_failure(index, error)))
}

/// Adds the documents of files, and returns which are pages and which are left out.
fn add_files(
    root: &Path,
    files: Vec<ResultFile>,
    add: &mut dyn FnMut(&Document) -> Result<(), FinishedError>,
) -> Result<Pages, FinishedError> {
    if let Some(other) = files.first()
        && files.iter().all(|file| file.format().is_none())
    {
        return Err(FinishedError::Format {
            path: root.join(&other.file),
        });
    }
    let mut pages = Pages::default();
    let mut known = HashSet::new();
    let mut article = 0;
    let mut rest = files.as_slice();
    while !rest.is_empty() {
        let (batch, others) = rest.split_at(batch_length(rest, |file| file.size(root)));
        rest = others;
        let documents: Vec<_> = batch
            .par_iter()
            .map(|file| (file.stamp(root), document(file, root)))
            .collect();
        for (file, (stamp, document)) in batch.iter().zip(documents) {
            match document {
                Ok(_) if known.contains(&file.file) => {
                    let reason = "another article has the same file";
                    pages.left_out.push(LeftOut::new(file, reason, None));
                }
                Ok(document) => {
                    add(&document)?;
                    article += 1;
                    known.insert(file.file.clone());
                    pages.read.push((file.clone(), stamp));
                    if file.format() == Some(Format::Html) {
                        pages.files.push((article, file.clone()));
                    }
                }
                Err(left_out) => pages.left_out.push(left_out),
            }
        }
    }
    Ok(pages)
}

/// How many of the first files make a batch.
fn batch_length(files: &[ResultFile], size: impl Fn(&ResultFile) -> u64) -> usize {
    let mut total: u64 = 0;
    let fitting = files.iter().take(MAX_BATCH).take_while(|file| {
        total = total.saturating_add(size(file));
        total <= MAX_BATCH_BYTES
    });
    fitting.count().max(1).min(files.len())
}

/// The document in a file.
fn document(file: &ResultFile, root: &Path) -> Result<Document, LeftOut> {
    if file.format().is_none() {
        let reason = "texts are read from html and json alone";
        return Err(LeftOut::new(file, reason, None));
    }
    file.document(root)
        .map_err(|error| LeftOut::new(file, error.to_string(), Some(file.digest)))
}

/// What an index leaves out; `None` if it is not of this digest.
fn left_out_of(database: &Database, digest: &str) -> Option<Vec<LeftOut>> {
    let left_out = database.with(|connection| {
        let made_of = connection.query_row("SELECT digest, version FROM made_of", [], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        })?;
        if made_of != (digest.to_owned(), VERSION) {
            return Ok(None);
        }
        let mut select =
            connection.prepare("SELECT id, file, reason, digest FROM left_out ORDER BY rowid")?;
        let rows = select.query_map([], |row| {
            Ok(LeftOut {
                id: row.get(0)?,
                file: row.get(1)?,
                reason: row.get(2)?,
                digest: row.get(3)?,
            })
        })?;
        rows.collect::<Result<Vec<_>, _>>().map(Some)
    });
    left_out.ok().flatten()
}

/// The files that an index was made of.
fn read_from(database: &Database) -> Option<Vec<(ResultFile, Stamp)>> {
    let read = database.with(|connection| {
        let mut select =
            connection.prepare("SELECT file, digest, size, modified FROM read_from")?;
        let rows = select.query_map([], |row| {
            let file = ResultFile {
                id: String::new(),
                file: row.get(0)?,
                digest: row.get(1)?,
            };
            let stamp = Stamp {
                size: row.get(2)?,
                modified: row.get(3)?,
            };
            Ok((file, stamp))
        })?;
        rows.collect::<Result<Vec<_>, _>>()
    });
    read.ok()
}

fn tell_left_out(left_out: &[LeftOut], notice: &mut dyn FnMut(IndexNotice<'_>)) {
    if let Some(LeftOut { file, reason, .. }) = left_out.first() {
        notice(IndexNotice::LeftOut {
            count: left_out.len(),
            file,
            reason,
        });
    }
}

fn write_failure(source: io::Error) -> FinishedError {
    FinishedError::Index { source }
}

/// The index while it is built, and what is gathered for it.
const UNFINISHED: &str = "index";
const SCRATCH: &str = "scratch";
/// What an earlier version made besides.
const LOCK: &str = "lock";

/// A new folder beside the place of an index, in which it is built; what is in that place may be replaced.
fn folder_beside(index: &Path) -> io::Result<TempDir> {
    is_replaceable(index)?;
    let folder = folder_of(index);
    remove_abandoned(folder);
    let prefix = format!("{UNFINISHED_INDEX}-");
    tempfile::Builder::new().prefix(&prefix).tempdir_in(folder)
}

/// # Errors
/// If there is something else than a regular file.
fn is_replaceable(index: &Path) -> io::Result<()> {
    match fs::symlink_metadata(index) {
        Ok(there) if there.is_file() => Ok(()),
        Ok(_) => Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "it is no regular file",
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Removes the folders of processes that were killed while they built an index; what is not certainly
/// one of those is left.
fn remove_abandoned(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten();
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name();
        if !name
            .as_encoded_bytes()
            .starts_with(UNFINISHED_INDEX.as_bytes())
        {
            continue;
        }
        let path = entry.path();
        // What cannot be removed is left to the next one.
        if let Ok(Some(files)) = abandoned(&path) {
            let _ = files.iter().try_for_each(fs::remove_file);
            let _ = fs::remove_dir(&path);
        }
    }
}

/// The files of a folder in which an index was built; `None` if it is no such folder, or one in which
/// somebody may be at work.
fn abandoned(folder: &Path) -> io::Result<Option<Vec<PathBuf>>> {
    let there = fs::symlink_metadata(folder)?;
    if !there.is_dir() {
        return Ok(None);
    }
    let mut files = Vec::new();
    let mut changed: Vec<SystemTime> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_own = [UNFINISHED, SCRATCH, LOCK]
            .iter()
            .any(|own| entry.file_name() == *own);
        let file = fs::symlink_metadata(entry.path())?;
        if !is_own || !file.is_file() {
            return Ok(None);
        }
        changed.push(file.modified()?);
        files.push(entry.path());
    }
    if changed.is_empty() {
        changed.push(there.modified()?);
    }
    let is_old = |time: &SystemTime| time.elapsed().is_ok_and(|age| age > ABANDONED_AFTER);
    Ok(changed.iter().all(is_old).then_some(files))
}

#[cfg(test)]
mod tests;
