//! A finished archive opened for reading: its articles and their pages, and full-text search over both
//! texts.
//!
//! An archive is a folder of results (pages or JSON), a file of JSON lines, or a run's database. The last
//! is searched as it is; of the others an [`index`] is made once. Policy: nothing is changed but that
//! index; pages are those that the journal knows, byte for byte.

mod database;
mod index;
mod page_text;
mod query;
mod results;
mod search;
mod stored;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use self::database::Database;
use self::index::{Index, Results};
pub use self::query::{Filter, MAX_QUERY_CHARS, Order, Query};
pub use self::search::{ArticleEntry, Facets, Found, Hit, MAX_COUNTED, PAGE_ITEMS, Piece, Section};
use super::journal::JournalError;
use super::key::Key;
use super::paths::{ERRORS, OVERVIEW};
use crate::document::Document;
use crate::files::read_file;

/// Searches that are answered at a time; further ones wait.
pub const MAX_SEARCHES: usize = database::CONNECTIONS;

/// Why an archive cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FinishedError {
    /// It cannot be read.
    #[error("cannot read {}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A folder that no run wrote to.
    #[error("{} is no folder of results: it has no journal", path.display())]
    NoJournal {
        /// The folder.
        path: PathBuf,
    },
    /// A file of another kind.
    #[error("{} is neither a folder of results nor a database or JSON lines of one", path.display())]
    Kind {
        /// The file.
        path: PathBuf,
    },
    /// The journal is not sound.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Its results are of a format that texts are not read from.
    #[error("{} is of a format that is not searched", path.display())]
    Format {
        /// One of the results.
        path: PathBuf,
    },
    /// It has no article.
    #[error("{} has no finished article", path.display())]
    Empty {
        /// The archive.
        path: PathBuf,
    },
    /// A database of another program.
    #[error("{} was not written by this program", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// A database that cannot be read.
    #[error("{} is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the database's library says.
        source: rusqlite::Error,
    },
    /// A line of JSON lines that is neither a result nor a failure.
    #[error("{}: line {line} is no result", path.display())]
    NoResult {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
    },
    /// The index cannot be written.
    #[error("the index for searches cannot be written")]
    Index {
        /// The system's error.
        source: io::Error,
    },
}

/// What is worth telling while an archive is opened.
#[derive(Debug)]
#[non_exhaustive]
pub enum IndexNotice<'a> {
    /// An index is made, of so many articles if that is known.
    Begins {
        /// The articles.
        articles: Option<usize>,
    },
    /// The index cannot be kept beside the results, and is made again the next time.
    Unwritable {
        /// Where it would be.
        path: &'a Path,
        /// Why.
        error: &'a io::Error,
    },
    /// Lines of the journal are damaged or missing.
    Lost {
        /// How many.
        lines: u64,
    },
    /// Results are left out.
    LeftOut {
        /// How many.
        count: usize,
        /// The first of them.
        file: &'a str,
        /// Why that is.
        reason: &'a str,
    },
}

/// Why an archive that was opened does not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadingError {
    /// The database is damaged, or the disk is.
    #[error("the archive's database cannot be read")]
    Database(#[from] rusqlite::Error),
    /// The article's page is not as the run wrote it, or not there.
    #[error("the article's page was changed or removed since the run")]
    Page,
}

/// A file of a run's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunFile {
    /// An article's page.
    Page(Vec<u8>),
    /// The page over all articles.
    Overview(Vec<u8>),
    /// The list of failures.
    Failures(Vec<u8>),
}

/// A finished archive.
pub struct FinishedArchive {
    database: Database,
    facets: Facets,
    /// The folder of results whose pages are shown.
    pages: Option<PathBuf>,
    /// Whether the database is an index, which knows pages.
    is_index: bool,
    _temporary: Option<TempDir>,
}

impl FinishedArchive {
    /// Opens an archive; where an index has to be made first, that may take minutes.
    ///
    /// # Errors
    /// If there is no archive, it has no article, or the index cannot be made.
    pub fn open(
        path: &Path,
        notice: &mut dyn FnMut(IndexNotice<'_>),
    ) -> Result<Self, FinishedError> {
        let unread = |source| FinishedError::Io {
            path: path.to_owned(),
            source,
        };
        let is_folder = fs::metadata(path).map_err(unread)?.is_dir();
        let ending = path.extension().and_then(|ending| ending.to_str());
        let root = is_folder.then(|| path.to_owned());
        let results = match (&root, ending) {
            (Some(root), _) => {
                // That there is one is known before its digest is asked for.
                results::in_folder(root)?;
                Some(Results::Folder { root: root.clone() })
            }
            (None, Some("jsonl")) => Some(Results::JsonLines {
                path: path.to_owned(),
            }),
            (None, Some("sqlite")) => None,
            (None, _) => {
                return Err(FinishedError::Kind {
                    path: path.to_owned(),
                });
            }
        };
        let is_index = results.is_some();
        let Index {
            database,
            temporary,
        } = match results {
            Some(results) => results.index(notice)?,
            None => Index {
                database: Database::open(path)?,
                temporary: None,
            },
        };
        let damaged = |source| FinishedError::Damaged {
            path: path.to_owned(),
            source,
        };
        let facets = database.with(search::facets).map_err(damaged)?;
        if facets.articles == 0 {
            return Err(FinishedError::Empty {
                path: path.to_owned(),
            });
        }
        Ok(Self {
            database,
            facets,
            pages: root,
            is_index,
            _temporary: temporary,
        })
    }

    /// What it holds.
    pub fn facets(&self) -> &Facets {
        &self.facets
    }

    /// The sentences that a query finds; `page` is from 0.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn sentences(&self, query: &Query, page: usize) -> Result<Found<Hit>, ReadingError> {
        let is_index = self.is_index;
        let search = |connection: &_| search::sentences(connection, query, page, is_index);
        Ok(self.database.with(search)?)
    }

    /// The articles that a filter leaves, the newest first; `page` is from 0.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn articles(
        &self,
        filter: &Filter,
        page: usize,
    ) -> Result<Found<ArticleEntry>, ReadingError> {
        let is_index = self.is_index;
        let search = |connection: &_| search::articles(connection, filter, page, is_index);
        Ok(self.database.with(search)?)
    }

    /// The article with this number.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn document(&self, number: i64) -> Result<Option<Document>, ReadingError> {
        Ok(self
            .database
            .with(|connection| stored::document(connection, number))?)
    }

    /// Whether the run wrote a page over all articles.
    pub fn has_overview(&self) -> bool {
        self.pages
            .as_ref()
            .is_some_and(|root| is_regular(&root.join(OVERVIEW)))
    }

    /// A file that the run wrote, by its name in the folder; `None` if it wrote no such file.
    ///
    /// # Errors
    /// If the file is not as the run wrote it, or the database cannot be read.
    pub fn file(&self, name: &str) -> Result<Option<RunFile>, ReadingError> {
        let Some(root) = &self.pages else {
            return Ok(None);
        };
        // Names of our own: a client's name is compared, never opened.
        let own = match name {
            OVERVIEW => Some((OVERVIEW, RunFile::Overview as fn(_) -> _)),
            ERRORS => Some((ERRORS, RunFile::Failures as fn(_) -> _)),
            _ => None,
        };
        if let Some((own, kind)) = own {
            let path = root.join(own);
            if !is_regular(&path) {
                return Ok(None);
            }
            let bytes = read_file(&path, results::MAX_RESULT_BYTES).ok().flatten();
            return bytes.map(kind).map(Some).ok_or(ReadingError::Page);
        }
        let known = self.database.with(|connection| {
            let mut select =
                connection.prepare_cached("SELECT file, digest FROM pages WHERE file = ?")?;
            let mut rows = select.query([name])?;
            let row = rows.next()?;
            row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
        })?;
        let Some((file, digest)): Option<(String, Key)> = known else {
            return Ok(None);
        };
        let bytes = results::bytes(root, &file, digest);
        bytes
            .map(|bytes| Some(RunFile::Page(bytes)))
            .map_err(|_| ReadingError::Page)
    }
}

fn is_regular(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|there| there.is_file())
}
