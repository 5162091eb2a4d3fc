//! SQLite: articles, sentences, names and flags, and a full-text index over the sentences.
//!
//! The database is made in a temporary file, without a journal, and appears whole. It holds the same
//! bytes for the same articles.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Error, ErrorCode, params};
use tempfile::{NamedTempFile, TempPath};

use super::Report;
use super::rows::{self, rows, safe};
use crate::checks::{Check, Finding};
use crate::document::Document;
use crate::files::{is_temporary, open_file};

/// What a database's header says of its program: `auda`.
const APPLICATION_ID: u32 = 0x6175_6461;

/// The tables. `unicode61` folds capitals and would take the breve off `й` and the dots off `ё`; the
/// index keeps such letters. Words that begin alike are found by an index of their first letters.
const TABLES: &str = "
CREATE TABLE articles (
  article INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  title_source TEXT,
  title_target TEXT,
  date TEXT,
  section_source TEXT,
  section_target TEXT,
  author TEXT,
  origin TEXT,
  url TEXT,
  captured TEXT,
  metadata TEXT NOT NULL,
  summary TEXT,
  summary_method TEXT,
  flags TEXT NOT NULL,
  language TEXT NOT NULL,
  translation_model TEXT NOT NULL,
  summary_model TEXT,
  format TEXT NOT NULL,
  sha256 TEXT NOT NULL
);
CREATE TABLE sentences (
  sentence INTEGER PRIMARY KEY,
  article INTEGER NOT NULL REFERENCES articles (article),
  paragraph INTEGER NOT NULL,
  kind TEXT NOT NULL,
  source TEXT NOT NULL,
  target TEXT NOT NULL,
  score REAL,
  flags TEXT NOT NULL,
  language TEXT NOT NULL
);
CREATE TABLE names (
  name INTEGER PRIMARY KEY,
  article INTEGER NOT NULL REFERENCES articles (article),
  source TEXT NOT NULL,
  target TEXT,
  standard TEXT,
  kind TEXT
);
CREATE TABLE flags (
  flag INTEGER PRIMARY KEY,
  article INTEGER NOT NULL REFERENCES articles (article),
  sentence INTEGER REFERENCES sentences (sentence),
  \"check\" TEXT NOT NULL,
  source TEXT,
  target TEXT,
  message TEXT
);
CREATE INDEX articles_id ON articles (id);
CREATE INDEX articles_date ON articles (date);
CREATE INDEX sentences_article ON sentences (article);
CREATE INDEX names_source ON names (source);
CREATE INDEX flags_article ON flags (article);
CREATE INDEX flags_sentence ON flags (sentence);
CREATE INDEX flags_check ON flags (\"check\");
CREATE VIRTUAL TABLE search USING fts5 (
  source, target, content=\"sentences\", content_rowid=\"sentence\",
  tokenize=\"unicode61 remove_diacritics 0\", prefix=\"2 3 4\"
);
";

/// What is made of the tables at the end.
const INDEX: &str = "
INSERT INTO search (search) VALUES ('rebuild');
INSERT INTO search (search) VALUES ('optimize');
";

/// A database, begun with its first article.
pub(super) struct Sqlite {
    /// The file in which it is made; if there is none, one of the system's temporary folder.
    scratch: Option<PathBuf>,
    database: Option<Database>,
}

/// A database being written.
struct Database {
    path: TempPath,
    connection: Connection,
}

impl Sqlite {
    /// A database that is made under this path, else in the system's temporary folder.
    pub(super) fn new(scratch: Option<&Path>) -> Self {
        Self {
            scratch: scratch.map(Path::to_owned),
            database: None,
        }
    }

    fn database(&mut self) -> io::Result<&mut Database> {
        let database = match self.database.take() {
            Some(database) => database,
            None => Database::begin(self.scratch.as_deref())?,
        };
        Ok(self.database.insert(database))
    }
}

impl Report for Sqlite {
    fn add(&mut self, document: &Document, _: &mut dyn io::Write) -> io::Result<()> {
        let database = self.database()?;
        database
            .add(document)
            .map_err(|error| write_failure(&database.path, error))
    }

    fn finish(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        self.database()?;
        let Some(Database { path, connection }) = self.database.take() else {
            return Ok(());
        };
        let failed = |error| write_failure(&path, error);
        connection.execute_batch(INDEX).map_err(failed)?;
        connection.execute_batch("COMMIT").map_err(failed)?;
        connection.close().map_err(|(_, error)| failed(error))?;
        io::copy(&mut open_file(&path)?, out).map(drop)
    }
}

impl Database {
    fn begin(scratch: Option<&Path>) -> io::Result<Self> {
        let path = match scratch {
            Some(path) => {
                // What a killed run left there would be added to.
                match fs::remove_file(path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => TempPath::try_from_path(path)?,
                }
            }
            None => NamedTempFile::new()?.into_temp_path(),
        };
        let begin = || {
            let connection = Connection::open(&path)?;
            // A file that is not whole is thrown away.
            connection.execute_batch(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; \
                 PRAGMA user_version = 1;",
            )?;
            connection.pragma_update(None, "application_id", APPLICATION_ID)?;
            connection.execute_batch("BEGIN")?;
            connection.execute_batch(TABLES)?;
            Ok(connection)
        };
        let connection = begin().map_err(|error| write_failure(&path, error))?;
        Ok(Self { path, connection })
    }

    fn add(&self, document: &Document) -> rusqlite::Result<()> {
        let article = self.article(document)?;
        let mut sentences = self.connection.prepare_cached(
            "INSERT INTO sentences (article, paragraph, kind, source, target, score, flags, language) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        for row in rows(document) {
            let sentence = row.sentence;
            let language = sentence.language.as_ref();
            let paragraph = i64::try_from(row.paragraph).unwrap_or(i64::MAX);
            sentences.execute(params![
                article,
                paragraph,
                row.kind,
                safe(&sentence.source),
                safe(&sentence.target),
                sentence.score,
                rows::names(&sentence.flags),
                safe(language.unwrap_or(&document.languages.source)),
            ])?;
            let number = self.connection.last_insert_rowid();
            self.flags(article, Some(number), &sentence.flags, &sentence.findings)?;
        }
        self.names(article, document)?;
        match &document.summary {
            Some(summary) => self.flags(article, None, &summary.flags, &summary.findings),
            None => Ok(()),
        }
    }

    /// Adds an article; returns its number.
    fn article(&self, document: &Document) -> rusqlite::Result<i64> {
        let mut articles = self.connection.prepare_cached(
            "INSERT INTO articles (id, title_source, title_target, date, section_source, \
             section_target, author, origin, url, captured, metadata, summary, summary_method, flags, \
             language, translation_model, summary_model, format, sha256) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        let title = document.title.as_ref();
        let metadata = &document.metadata;
        let section = metadata.section.as_ref();
        let summary = document.summary.as_ref();
        let lines: Vec<_> = metadata.lines.iter().map(|line| safe(line)).collect();
        articles.execute(params![
            safe(&document.id),
            title.map(|title| safe(&title.source)),
            title.map(|title| safe(&title.target)),
            metadata.date.as_deref().map(safe),
            section.map(|section| safe(&section.source)),
            section.map(|section| safe(&section.target)),
            metadata.author.as_deref().map(safe),
            metadata.origin.as_deref().map(safe),
            metadata.url.as_deref().map(safe),
            metadata.captured.as_deref().map(safe),
            lines.join("\n"),
            summary.map(|summary| safe(&summary.target)),
            summary.map(|summary| summary.method.name()),
            rows::names(&rows::all_flags(document)),
            safe(&document.languages.source),
            safe(&document.models.translation),
            document.models.summary.as_deref().map(safe),
            document.input.format.name(),
            safe(&document.input.sha256),
        ])?;
        Ok(self.connection.last_insert_rowid())
    }

    fn names(&self, article: i64, document: &Document) -> rusqlite::Result<()> {
        let mut names = self.connection.prepare_cached(
            "INSERT INTO names (article, source, target, standard, kind) VALUES (?, ?, ?, ?, ?)",
        )?;
        for name in &document.names {
            names.execute(params![
                article,
                safe(&name.source),
                name.target.as_deref().map(safe),
                name.standard.as_deref().map(safe),
                name.kind.name(),
            ])?;
        }
        Ok(())
    }

    /// Adds the flags of a sentence, or of the summary: a row for each thing that a check saw, one
    /// without words for a check that named nothing.
    fn flags(
        &self,
        article: i64,
        sentence: Option<i64>,
        flags: &[Check],
        findings: &[Finding],
    ) -> rusqlite::Result<()> {
        let mut rows = self.connection.prepare_cached(
            "INSERT INTO flags (article, sentence, \"check\", source, target, message) \
             VALUES (?, ?, ?, ?, ?, ?)",
        )?;
        for &check in flags {
            let found = findings.iter();
            let mut found = found.filter(|found| found.check == check && !found.repaired);
            let mut finding = found.next();
            loop {
                rows.execute(params![
                    article,
                    sentence,
                    check.name(),
                    finding.and_then(|found| found.source.as_deref()).map(safe),
                    finding.and_then(|found| found.target.as_deref()).map(safe),
                    finding.map(|found| safe(&found.message)),
                ])?;
                finding = found.next();
                if finding.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// The library's error as one of input and output; `path` is the database that was written.
pub(crate) fn write_failure(path: &Path, error: Error) -> io::Error {
    let kind = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => io::ErrorKind::StorageFull,
        // Of a quota that is used up the library says only that writing failed.
        Some(ErrorCode::SystemIoFailure) => match lack_of_room(path) {
            Some(lack) => return lack,
            None => io::ErrorKind::Other,
        },
        Some(ErrorCode::OutOfMemory) => io::ErrorKind::OutOfMemory,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, error)
}

/// What the system says when a file is made longer, if that is a lack of room. The file is thrown away.
fn lack_of_room(path: &Path) -> Option<io::Error> {
    let mut file = OpenOptions::new().append(true).open(path).ok()?;
    // More than the rest of a block, which may be had without a quota.
    let written = file
        .write_all(&[0; 1 << 18])
        .and_then(|()| file.sync_data());
    written.err().filter(is_temporary)
}

/// Whether a file is a database that this program made.
#[cfg(feature = "archive")]
pub(super) fn is_ours(file: &mut impl io::Read) -> io::Result<bool> {
    const MAGIC: &[u8] = b"SQLite format 3\0";
    /// Where the header has the number of the program.
    const APPLICATION_ID_AT: usize = 68;
    let mut header = Vec::new();
    io::Read::read_to_end(&mut io::Read::take(file, 100), &mut header)?;
    let id = header.get(APPLICATION_ID_AT..APPLICATION_ID_AT + 4);
    Ok(header.starts_with(MAGIC) && id == Some(&APPLICATION_ID.to_be_bytes()))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_as_that_however_the_library_calls_it() {
        let failed = |code: i32, path: &str| {
            let error = Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
            write_failure(Path::new(path), error).kind()
        };
        let written = rusqlite::ffi::SQLITE_IOERR_WRITE;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.sqlite");
        fs::write(&file, "").unwrap();
        let roomy = file.to_str().unwrap();
        assert_eq!(
            failed(rusqlite::ffi::SQLITE_FULL, roomy),
            io::ErrorKind::StorageFull
        );
        assert_eq!(failed(written, "/dev/full"), io::ErrorKind::StorageFull);
        assert_eq!(failed(written, roomy), io::ErrorKind::Other);
        assert_eq!(failed(written, "/absent/a.sqlite"), io::ErrorKind::Other);
    }
}
