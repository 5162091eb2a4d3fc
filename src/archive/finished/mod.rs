//! A finished archive opened for reading: its articles and their pages, and full-text search over both
//! texts.
//!
//! An archive is a folder of results (pages or JSON), a file of JSON lines, or a run's database. The last
//! is searched as it is; of the others an index is made once. Policy: nothing is changed but that
//! index; articles' pages are those that the journal knows, byte for byte, and other files of a run are
//! known by their names and by how they begin.

mod database;
mod index;
mod marks;
mod page_text;
mod places;
mod query;
mod results;
mod search;
mod stored;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use rusqlite::ErrorCode;
use tempfile::TempDir;

use self::database::Database;
use self::index::{Index, Results};
pub use self::marks::Piece;
use self::places::Places;
pub use self::query::{Filter, MAX_QUERY_CHARS, Order, Query};
pub use self::search::{ArticleEntry, Facets, Found, Hit, MAX_COUNTED, PAGE_ITEMS, Section};
use super::failure_list::is_failure;
use super::journal::JournalError;
use super::key::Key;
use super::paths::{ERRORS, OVERVIEW, OVERVIEW_FOLDER};
use crate::document::Document;
use crate::files::read_file;
use crate::report::index_page;

/// Searches that are answered at a time; further ones wait.
pub const MAX_SEARCHES: usize = database::CONNECTIONS;
/// Time after which a search is given up.
const MAX_SEARCH_TIME: Duration = Duration::from_secs(5);

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
    Journal(JournalError),
    /// An earlier version of this program wrote the journal.
    #[error(
        "{} is of an earlier version, whose results are not searched; a run of this version into \
         another folder makes some that are",
        path.display()
    )]
    EarlierVersion {
        /// The journal.
        path: PathBuf,
    },
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
    /// It was asked to stop while the index was made.
    #[error("the index for searches is not finished")]
    Stopped,
    /// The index cannot be written.
    #[error("the index for searches cannot be written")]
    Index {
        /// The system's error.
        source: io::Error,
    },
}

impl From<JournalError> for FinishedError {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::EarlierVersion { path, .. } => Self::EarlierVersion { path },
            error => Self::Journal(error),
        }
    }
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
    Database(#[source] rusqlite::Error),
    /// The search takes longer than is allowed.
    #[error("the search takes too long; narrow it by more letters, days or a section")]
    TooLong,
    /// Its texts are too long to be shown.
    #[error("the texts of this answer are too long to be shown")]
    TooBig,
    /// The article's page is not as the run wrote it, or not there.
    #[error("the article's page was changed or removed since the run")]
    Page,
}

impl From<rusqlite::Error> for ReadingError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) => Self::TooLong,
            Some(ErrorCode::TooBig) => Self::TooBig,
            _ => Self::Database(error),
        }
    }
}

/// A file of a run's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunFile {
    /// An article's page.
    Page(Vec<u8>),
    /// The page over all articles, or one of those that it consists of.
    Overview(Vec<u8>),
    /// The list of failures.
    Failures(Vec<u8>),
}

/// A finished archive.
pub struct FinishedArchive {
    database: Database,
    places: Places,
    facets: Facets,
    /// The folder of results whose pages are shown.
    pages: Option<PathBuf>,
    /// Whether the database is an index, which knows pages.
    is_index: bool,
    has_overview: bool,
    _temporary: Option<TempDir>,
}

impl FinishedArchive {
    /// Opens an archive; where an index has to be made first, that may take minutes, and ends early if
    /// `stop` is set.
    ///
    /// # Errors
    /// If there is no archive, it has no article, or the index cannot be made.
    pub fn open(
        path: &Path,
        stop: &AtomicBool,
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
                results::journal(root)?;
                Some(Results::Folder { root: root.clone() })
            }
            (None, Some("jsonl")) => Some(Results::JsonLines {
                path: path.to_owned(),
            }),
            (None, Some("sqlite" | "sqlite3")) => None,
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
            Some(results) => results.index(stop, notice)?,
            None => Index {
                database: Database::open(path)?,
                temporary: None,
            },
        };
        let damaged = |source| FinishedError::Damaged {
            path: path.to_owned(),
            source,
        };
        let read = |connection: &_| {
            let places = Places::read(connection)?;
            let facets = search::facets(connection, &places)?;
            Ok((places, facets))
        };
        let (places, facets) = database.with(read).map_err(damaged)?;
        if facets.articles == 0 {
            return Err(FinishedError::Empty {
                path: path.to_owned(),
            });
        }
        let own = |root: &PathBuf| matches!(own_file(root, OVERVIEW), Ok(Some(_)));
        Ok(Self {
            database,
            places,
            facets,
            has_overview: root.as_ref().is_some_and(own),
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
    /// If the database cannot be read, or that takes too long.
    pub fn sentences(&self, query: &Query, page: usize) -> Result<Found<Hit>, ReadingError> {
        let (places, is_index) = (&self.places, self.is_index);
        let search = |connection: &_| search::sentences(connection, places, query, page, is_index);
        Ok(self.database.within(MAX_SEARCH_TIME, search)?)
    }

    /// The articles that a filter leaves, the newest first; `page` is from 0.
    ///
    /// # Errors
    /// If the database cannot be read, or that takes too long.
    pub fn articles(
        &self,
        filter: &Filter,
        page: usize,
    ) -> Result<Found<ArticleEntry>, ReadingError> {
        let (places, is_index) = (&self.places, self.is_index);
        let search = |connection: &_| search::articles(connection, places, filter, page, is_index);
        Ok(self.database.within(MAX_SEARCH_TIME, search)?)
    }

    /// The article with this number.
    ///
    /// # Errors
    /// If the database cannot be read, or that takes too long.
    pub fn document(&self, number: i64) -> Result<Option<Document>, ReadingError> {
        let read = |connection: &_| stored::document(connection, number);
        Ok(self.database.within(MAX_SEARCH_TIME, read)?)
    }

    /// Whether the run wrote a page over all articles, when the archive was opened.
    pub fn has_overview(&self) -> bool {
        self.has_overview
    }

    /// A file that the run wrote, by its name in the folder; `None` if it wrote no such file.
    ///
    /// # Errors
    /// If the file is not as the run wrote it, or the database cannot be read.
    pub fn file(&self, name: &str) -> Result<Option<RunFile>, ReadingError> {
        let Some(root) = &self.pages else {
            return Ok(None);
        };
        if let Some(own) = own_file(root, name)? {
            return Ok(Some(own));
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

/// A file that a run writes besides the articles', known by its name and by what it holds.
fn own_file(root: &Path, name: &str) -> Result<Option<RunFile>, ReadingError> {
    // A client's name is opened only if it is one of those that this program gives: no path.
    let (folder, name) = match name.split_once('/') {
        None if name == OVERVIEW || name == ERRORS => (root.to_owned(), name),
        Some((OVERVIEW_FOLDER, name)) if name.ends_with(".html") && index_page::is_name(name) => {
            (root.join(OVERVIEW_FOLDER), name)
        }
        _ => return Ok(None),
    };
    let is_link = |path: &Path| fs::symlink_metadata(path).is_ok_and(|there| there.is_symlink());
    let path = folder.join(name);
    let is_there = fs::symlink_metadata(&path).is_ok_and(|there| there.is_file());
    if !is_there || folder != root && is_link(&folder) {
        return Ok(None);
    }
    let bytes = read_file(&path, results::MAX_RESULT_BYTES).ok().flatten();
    let bytes = bytes.ok_or(ReadingError::Page)?;
    Ok(match name {
        ERRORS if is_failure_list(&bytes) => Some(RunFile::Failures(bytes)),
        ERRORS => None,
        name if index_page::is_beginning(name, &bytes) => Some(RunFile::Overview(bytes)),
        _ => None,
    })
}

/// Whether every line reports a failure.
fn is_failure_list(bytes: &[u8]) -> bool {
    let lines = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    lines.is_empty() || lines.split(|&byte| byte == b'\n').all(is_failure)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::overview::made;
    use crate::report::{self, Format, Style};

    /// A run's database of two articles, changed by these statements.
    fn foreign(path: &Path, statements: &str) -> FinishedArchive {
        let file = fs::File::create(path).unwrap();
        let mut writer = report::Writer::new(Format::Sqlite, &Style::default(), file);
        for number in [0, 6] {
            writer.add(&made::document(number)).unwrap();
        }
        writer.finish().unwrap();
        let connection = rusqlite::Connection::open(path).unwrap();
        connection.execute_batch(statements).unwrap();
        drop(connection);
        FinishedArchive::open(path, &AtomicBool::new(false), &mut |_| {}).unwrap()
    }

    #[test]
    fn no_text_of_a_foreign_database_is_without_bound() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite");
        let is_too_big = |error: ReadingError| matches!(error, ReadingError::TooBig);
        // Twice as many bytes; the bound is 64 MiB.
        let long = "hex(zeroblob(34000000))";
        for (table, column, is_listed) in [
            ("articles", "title_source", true),
            ("articles", "metadata", false),
            ("names", "target", false),
            ("flags", "message", false),
        ] {
            let archive = foreign(&path, &format!("UPDATE {table} SET {column} = {long}"));
            assert!(is_too_big(archive.document(1).unwrap_err()), "{column}");
            let listed = archive.articles(&Filter::default(), 0);
            assert_eq!(listed.is_err(), is_listed, "{column}");
            assert!(listed.err().is_none_or(is_too_big), "{column}");
        }
        // Many that are empty.
        let archive = foreign(
            &path,
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) \
             INSERT INTO names (article, source) SELECT 1, '' FROM n",
        );
        assert!(is_too_big(archive.document(1).unwrap_err()));
        assert!(archive.document(2).unwrap().is_some());
    }

    #[test]
    fn names_without_bound_are_not_offered_and_an_archive_with_them_opens() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite");
        let archive = foreign(
            &path,
            "UPDATE articles SET section_source = hex(zeroblob(34000000)), date = hex(zeroblob(50)), \
             origin = hex(zeroblob(1000)) WHERE article = 1",
        );
        let facets = archive.facets();
        assert_eq!((facets.articles, facets.sections.len()), (2, 1));
        assert_eq!(facets.outlets.len(), 1);
        assert_eq!(facets.days.as_ref().unwrap().0, "2023-12-28");
    }

    #[test]
    fn other_files_of_a_run_are_known_by_their_names_and_beginnings() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let page = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
                    <meta name=\"generator\" content=\"audarma 1\"></head></html>";
        let failure =
            "{\"id\":\"a\",\"error\":{\"kind\":\"article\",\"message\":\"no letters\"}}\n";
        fs::create_dir(root.join(OVERVIEW_FOLDER)).unwrap();
        let own = |name: &str| own_file(root, name).unwrap().is_some();
        for (name, text) in [
            (OVERVIEW, page),
            (ERRORS, failure),
            ("report-index/2023-08.html", page),
            ("report-index/failed.html", page),
        ] {
            assert!(!own(name), "{name}");
            fs::write(root.join(name), text).unwrap();
            assert!(own(name), "{name}");
            fs::write(root.join(name), "notes").unwrap();
            assert!(!own(name), "{name}");
        }
        for name in [
            "report-index/notes.html",
            "report-index/2023-08.js",
            "notes.html",
        ] {
            fs::write(root.join(name), page).unwrap();
            assert!(!own(name), "{name}");
        }
        for name in [
            "report-index/../report.html",
            "report-index/",
            "report-index",
            "",
        ] {
            assert!(!own(name), "{name}");
        }
        #[cfg(unix)]
        {
            let name = "report-index/2023-08.html";
            fs::write(root.join(name), page).unwrap();
            assert!(own(name));
            fs::rename(root.join(OVERVIEW_FOLDER), root.join("elsewhere")).unwrap();
            std::os::unix::fs::symlink("elsewhere", root.join(OVERVIEW_FOLDER)).unwrap();
            assert!(!own(name));
        }
    }

    #[test]
    fn a_journal_of_an_earlier_version_is_told_in_words_of_its_own() {
        let error = FinishedError::from(JournalError::EarlierVersion {
            path: PathBuf::from("out/journal.jsonl"),
            articles: 2,
        });
        let message = error.to_string();
        assert!(message.contains("earlier version"), "{message}");
        assert!(!message.contains("translated again"), "{message}");
    }
}
