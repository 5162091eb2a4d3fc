//! The index of a folder or a file of results: the database that a run into `.sqlite` writes, and which
//! page belongs to which article.
//!
//! Policy: it is built once, under a hidden name beside the results, and is there whole or not at all.
//! It belongs to the journal (or the file) whose digest it names, and is built again where that changed.
//! Where the folder cannot be written, it is in a temporary folder for as long as it is used.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rusqlite::{Connection, params};
use tempfile::TempDir;

use super::results::{self, Lines, ResultFile};
use super::{Database, FinishedError, IndexNotice};
use crate::archive::paths::{INDEX, JOURNAL, UNFINISHED_INDEX};
use crate::document::Document;
use crate::files::{folder_of, hex, remove_file, sha256_of_file, sync_folder};
use crate::report::{self, Format, Style};

/// What an index is made like; another number has it built again.
const VERSION: i64 = 1;
/// Pages that are read at a time.
const BATCH: usize = 256;

const TABLES: &str = "
CREATE TABLE pages (article INTEGER PRIMARY KEY, file TEXT NOT NULL UNIQUE, digest BLOB NOT NULL);
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

/// Articles whose results are left out, and the first of them.
#[derive(Default)]
struct LeftOut {
    count: usize,
    first: Option<(String, String)>,
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

    /// The index of these results; what is worth telling goes to `notice`.
    pub(super) fn index(
        &self,
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
            && is_current(&database, &digest)
        {
            let temporary = None;
            return Ok(Index {
                database,
                temporary,
            });
        }
        let mut folder = match BuildFolder::beside(&path) {
            Ok(folder) => folder,
            Err(error) => {
                notice(IndexNotice::Unwritable {
                    path: &path,
                    error: &error,
                });
                BuildFolder::temporary().map_err(write_failure)?
            }
        };
        self.build(&folder, &digest, notice)?;
        let built = folder.index();
        if let Some(temporary) = folder.temporary.take() {
            let database = Database::open(&built)?;
            return Ok(Index {
                database,
                temporary: Some(temporary),
            });
        }
        fs::rename(&built, &path).map_err(write_failure)?;
        // Without it the index is built again after a crash at the wrong moment.
        let _ = sync_folder(folder_of(&path));
        let database = Database::open(&path)?;
        Ok(Index {
            database,
            temporary: None,
        })
    }

    fn build(
        &self,
        folder: &BuildFolder,
        digest: &str,
        notice: &mut dyn FnMut(IndexNotice<'_>),
    ) -> Result<(), FinishedError> {
        let out = File::create_new(folder.index()).map_err(write_failure)?;
        let scratch = folder.path.join(SCRATCH);
        let mut writer = report::Writer::with_scratch(
            Format::Sqlite,
            &Style::default(),
            &scratch,
            BufWriter::new(out),
        );
        let mut add = |document: &Document| writer.add(document).map_err(write_failure);
        let mut left_out = LeftOut::default();
        let pages = match self {
            Self::Folder { root } => {
                let (files, lost) = results::in_folder(root)?;
                notice(IndexNotice::Begins {
                    articles: Some(files.len()),
                });
                if lost > 0 {
                    notice(IndexNotice::Lost { lines: lost });
                }
                add_files(root, files, &mut left_out, &mut add)?
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
                Vec::new()
            }
        };
        if let Some((file, reason)) = &left_out.first {
            let count = left_out.count;
            notice(IndexNotice::LeftOut {
                count,
                file,
                reason,
            });
        }
        let out = writer.finish().map_err(write_failure)?;
        let out = out
            .into_inner()
            .map_err(|error| write_failure(error.into_error()))?;
        drop(out);
        self.complete(&folder.index(), &pages, digest)
    }

    /// Adds what an index has besides the tables of a run's database.
    fn complete(
        &self,
        index: &Path,
        pages: &[(i64, ResultFile)],
        digest: &str,
    ) -> Result<(), FinishedError> {
        let complete = || {
            let mut connection = Connection::open(index)?;
            connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = FULL;")?;
            let change = connection.transaction()?;
            change.execute_batch(TABLES)?;
            let mut insert = change.prepare("INSERT INTO pages VALUES (?, ?, ?)")?;
            for (article, page) in pages {
                insert.execute(params![article, page.file, page.digest])?;
            }
            drop(insert);
            change.execute(
                "INSERT INTO made_of VALUES (?, ?)",
                params![digest, VERSION],
            )?;
            change.commit()
        };
        complete().map_err(|error| write_failure(io::Error::other(error)))
    }
}

/// Adds the documents of files, and returns the numbers of those that are pages.
fn add_files(
    root: &Path,
    files: Vec<ResultFile>,
    left_out: &mut LeftOut,
    add: &mut dyn FnMut(&Document) -> Result<(), FinishedError>,
) -> Result<Vec<(i64, ResultFile)>, FinishedError> {
    if let Some(other) = files.first()
        && files.iter().all(|file| file.format().is_none())
    {
        return Err(FinishedError::Format {
            path: root.join(&other.file),
        });
    }
    let mut pages = Vec::new();
    let mut article = 0;
    for batch in files.chunks(BATCH) {
        let documents: Vec<_> = batch.par_iter().map(|file| document(file, root)).collect();
        for (file, document) in batch.iter().zip(documents) {
            match document {
                Ok(document) => {
                    add(&document)?;
                    article += 1;
                    if file.format() == Some(Format::Html) {
                        pages.push((article, file.clone()));
                    }
                }
                Err(reason) => {
                    left_out.count += 1;
                    left_out.first.get_or_insert((file.file.clone(), reason));
                }
            }
        }
    }
    Ok(pages)
}

/// The document in a file, or why it is left out.
fn document(file: &ResultFile, root: &Path) -> Result<Document, String> {
    if file.format().is_none() {
        return Err(String::from("texts are read from html and json alone"));
    }
    file.document(root).map_err(|error| error.to_string())
}

fn is_current(database: &Database, digest: &str) -> bool {
    let made_of = database.with(|connection| {
        connection.query_row("SELECT digest, version FROM made_of", [], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        })
    });
    made_of.is_ok_and(|(own, version)| own == digest && version == VERSION)
}

fn write_failure(source: io::Error) -> FinishedError {
    FinishedError::Index { source }
}

/// The index while it is built, and what is gathered for it.
const UNFINISHED: &str = "index";
const SCRATCH: &str = "scratch";
const LOCK: &str = "lock";

/// A folder in which an index is built, by one process at a time; what a killed one left is replaced.
struct BuildFolder {
    path: PathBuf,
    temporary: Option<TempDir>,
    /// Held by the process that builds; `None` in a temporary folder, which is nobody else's.
    lock: Option<File>,
}

impl BuildFolder {
    /// Beside the place of the index.
    fn beside(index: &Path) -> io::Result<Self> {
        let path = index.with_file_name(UNFINISHED_INDEX);
        match fs::create_dir(&path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        if !fs::symlink_metadata(&path)?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        let lock = File::create(path.join(LOCK))?;
        lock.try_lock()?;
        remove_file(&path.join(UNFINISHED))?;
        remove_file(&path.join(SCRATCH))?;
        Ok(Self {
            path,
            temporary: None,
            lock: Some(lock),
        })
    }

    fn temporary() -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        Ok(Self {
            path: folder.path().to_owned(),
            temporary: Some(folder),
            lock: None,
        })
    }

    fn index(&self) -> PathBuf {
        self.path.join(UNFINISHED)
    }
}

impl Drop for BuildFolder {
    fn drop(&mut self) {
        if self.lock.take().is_none() {
            return;
        }
        // What cannot be removed is replaced by the next one.
        for file in [UNFINISHED, SCRATCH, LOCK] {
            let _ = remove_file(&self.path.join(file));
        }
        let _ = fs::remove_dir(&self.path);
    }
}
