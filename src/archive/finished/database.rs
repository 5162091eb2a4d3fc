//! A database of articles, opened for reading alone.
//!
//! Policy: the file may be anybody's. It is opened as one that does not change, so that nothing beside it
//! is read; it must be marked as this program's and have its tables, and no view or trigger; what its
//! schema says runs no function with effects. What a column holds is in the file, not computed. A question
//! ends at a deadline.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags, Row, ffi};

use super::FinishedError;
use crate::files::open_file;
use crate::report::Format;

/// Queries that are answered at a time.
pub(super) const CONNECTIONS: usize = 4;
/// Maximum bytes of the texts of an answer, and of each value that is read.
const MAX_TEXT_BYTES: usize = 64 << 20;
/// Bytes that a text counts at least: what is made of it for a browser is as long, even if it is empty.
const MIN_TEXT_COST: usize = 64;
/// Version of the tables.
const VERSION: i64 = 1;
/// The tables that are read, besides the full-text index.
const TABLES: [&str; 4] = ["articles", "sentences", "names", "flags"];
/// How often a question is interrupted that is beyond its deadline: an interrupt between two of its
/// statements has no effect.
const INTERRUPTED_EVERY: Duration = Duration::from_millis(50);

/// Reads what searches read, of no row.
const PROBE: &str = "
SELECT a.article, a.id, a.title_source, a.title_target, a.date, a.section_source, a.section_target,
  a.author, a.origin, a.url, a.captured, a.metadata, a.summary, a.summary_method, a.flags, a.language,
  a.translation_model, a.summary_model, a.format, a.sha256, s.sentence, s.paragraph, s.kind, s.source,
  s.target, s.score, s.flags, s.language, n.name, n.source, n.target, n.standard, n.kind, f.flag,
  f.sentence, f.\"check\", f.source, f.target, f.message
FROM articles a, sentences s, names n, flags f LIMIT 0;
SELECT rowid, bm25(search) FROM search WHERE search MATCH '\"a\"*' LIMIT 1;
";

/// The words of the index, for what they may begin with.
pub(super) const WORDS: &str =
    "CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, search, row);";

/// A pool of connections, each used by one thread at a time.
pub(super) struct Database {
    free: Mutex<Vec<Connection>>,
    is_freed: Condvar,
}

impl Database {
    /// Opens a database that a run wrote, or an index.
    pub(super) fn open(path: &Path) -> Result<Self, FinishedError> {
        let foreign = || FinishedError::NotOurs {
            path: path.to_owned(),
        };
        let unread = |source| FinishedError::Io {
            path: path.to_owned(),
            source,
        };
        let mut file = open_file(path).map_err(unread)?;
        if !Format::Sqlite.has_written(&mut file).map_err(unread)? {
            return Err(foreign());
        }
        let damaged = |source| FinishedError::Damaged {
            path: path.to_owned(),
            source,
        };
        let uri = immutable(path);
        let open = || -> rusqlite::Result<(Vec<Connection>, bool)> {
            let mut free = Vec::with_capacity(CONNECTIONS);
            for _ in 0..CONNECTIONS {
                free.push(connect(&uri)?);
            }
            let is_ours = match free.first() {
                Some(connection) => is_ours(connection)?,
                None => false,
            };
            Ok((free, is_ours))
        };
        let (free, is_ours) = open().map_err(damaged)?;
        if !is_ours {
            return Err(foreign());
        }
        let database = Self {
            free: Mutex::new(free),
            is_freed: Condvar::new(),
        };
        let probe = |connection: &Connection| {
            for query in PROBE.split(';').filter(|query| !query.trim().is_empty()) {
                connection.prepare(query)?.query([])?.next()?;
            }
            Ok(())
        };
        database.with(probe).map_err(damaged)?;
        Ok(database)
    }

    /// Asks the database, as soon as a connection is free.
    pub(super) fn with<T>(
        &self,
        ask: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let locked = || self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = locked();
        let connection = loop {
            match free.pop() {
                Some(connection) => break connection,
                None => {
                    let woken = self.is_freed.wait(free);
                    free = woken.unwrap_or_else(PoisonError::into_inner);
                }
            }
        };
        drop(free);
        let answer = ask(&connection);
        locked().push(connection);
        self.is_freed.notify_one();
        answer
    }

    /// As [`Self::with`]; the question is interrupted if it is not answered within `limit`.
    ///
    /// # Errors
    /// Those of the question; [`ffi::SQLITE_INTERRUPT`] at the deadline.
    pub(super) fn within<T>(
        &self,
        limit: Duration,
        ask: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.with(|connection| {
            let handle = connection.get_interrupt_handle();
            let (answered, is_answered) = mpsc::channel::<()>();
            thread::scope(|scope| {
                let interrupt = move || {
                    let mut wait = limit;
                    while is_answered.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                        handle.interrupt();
                        wait = INTERRUPTED_EVERY;
                    }
                };
                if thread::Builder::new()
                    .spawn_scoped(scope, interrupt)
                    .is_err()
                {
                    return Err(failure(ffi::SQLITE_INTERRUPT));
                }
                let answer = ask(connection);
                drop(answered);
                answer
            })
        })
    }
}

/// Takes the texts of an answer out of rows, as many as are within [`MAX_TEXT_BYTES`]. Whatever is shown of
/// a database is read by this.
pub(super) struct Texts {
    left: usize,
}

impl Texts {
    pub(super) fn new() -> Self {
        Self {
            left: MAX_TEXT_BYTES,
        }
    }

    /// The text of a column.
    ///
    /// # Errors
    /// [`ffi::SQLITE_TOOBIG`] if the answer's texts are too long; if the column holds no text.
    pub(super) fn text(&mut self, row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
        self.spend(row.get_ref(column)?.as_bytes_or_null().ok().flatten())?;
        row.get(column)
    }

    /// The text of a column that may be null.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub(super) fn optional(
        &mut self,
        row: &Row<'_>,
        column: usize,
    ) -> rusqlite::Result<Option<String>> {
        self.spend(row.get_ref(column)?.as_bytes_or_null().ok().flatten())?;
        row.get(column)
    }

    /// The lines of a column's text.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub(super) fn lines(&mut self, row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<String>> {
        let text = self.text(row, column)?;
        let mut lines = Vec::new();
        for line in text.lines() {
            self.spend(None)?;
            lines.push(line.to_owned());
        }
        Ok(lines)
    }

    fn spend(&mut self, bytes: Option<&[u8]>) -> rusqlite::Result<()> {
        let cost = bytes.map_or(0, <[u8]>::len).max(MIN_TEXT_COST);
        let left = self.left.checked_sub(cost);
        self.left = left.ok_or_else(|| failure(ffi::SQLITE_TOOBIG))?;
        Ok(())
    }
}

fn failure(code: i32) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)
}

fn connect(uri: &str) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(uri, flags)?;
    let longest = i32::try_from(MAX_TEXT_BYTES).unwrap_or(i32::MAX);
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, longest)?;
    connection.execute_batch("PRAGMA temp_store = MEMORY;")?;
    connection.execute_batch(WORDS)?;
    connection.execute_batch(
        "PRAGMA query_only = 1; PRAGMA trusted_schema = 0; PRAGMA cell_size_check = 1; \
         PRAGMA cache_size = -16384;",
    )?;
    Ok(connection)
}

fn is_ours(connection: &Connection) -> rusqlite::Result<bool> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let acting: i64 = connection.query_row(
        "SELECT count(*) FROM sqlite_schema WHERE type NOT IN ('table', 'index')",
        [],
        |row| row.get(0),
    )?;
    // Another virtual table than the index: its pages are elsewhere, or it runs code.
    let foreign: i64 = connection.query_row(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND rootpage = 0 AND name <> 'search'",
        [],
        |row| row.get(0),
    )?;
    if version != VERSION || acting != 0 || foreign != 0 {
        return Ok(false);
    }
    // Generated columns hold whatever their expression makes.
    let mut computed =
        connection.prepare("SELECT count(*) FROM pragma_table_xinfo(?) WHERE hidden <> 0")?;
    for table in TABLES {
        if computed.query_row([table], |row| row.get::<_, i64>(0))? != 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The address of a file that does not change while it is open: a run puts another one in its place.
fn immutable(path: &Path) -> String {
    let mut uri = String::from("file:");
    let has_root = path.has_root();
    if has_root {
        // An empty authority: two slashes at the beginning of the path are not one.
        uri.push_str("//");
    }
    let path = path.as_os_str().as_encoded_bytes();
    if has_root && !path.starts_with(b"/") && !path.starts_with(b"\\") {
        // A drive.
        uri.push('/');
    }
    for &byte in path {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'/' | b'.' | b'-' | b'_' | b':' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            // Writing to a String cannot fail.
            _ => drop(write!(uri, "%{byte:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(path: &Path) -> Result<(), String> {
        Database::open(path)
            .map(drop)
            .map_err(|error| error.to_string())
    }

    /// A database without articles, changed by these statements.
    fn made(path: &Path, statements: &str) {
        let file = std::fs::File::create(path).unwrap();
        let writer = crate::report::Writer::new(Format::Sqlite, &Default::default(), file);
        writer.finish().unwrap();
        Connection::open(path)
            .unwrap()
            .execute_batch(statements)
            .unwrap();
    }

    #[test]
    fn only_a_sound_database_of_this_program_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("қала %?#.sqlite");
        made(&path, "");
        assert_eq!(opened(&path), Ok(()));
        for (statements, problem) in [
            (
                "PRAGMA application_id = 1;",
                "was not written by this program",
            ),
            (
                "PRAGMA user_version = 9;",
                "was not written by this program",
            ),
            (
                "CREATE VIEW v AS SELECT 1;",
                "was not written by this program",
            ),
            (
                "CREATE TRIGGER t AFTER INSERT ON names BEGIN SELECT 1; END;",
                "was not written by this program",
            ),
            (
                "ALTER TABLE names ADD COLUMN more AS (zeroblob(100000000));",
                "was not written by this program",
            ),
            (
                "CREATE VIRTUAL TABLE more USING fts5 (a);",
                "was not written by this program",
            ),
            ("DROP TABLE flags;", "is damaged"),
            ("DROP TABLE search;", "is damaged"),
        ] {
            made(&path, statements);
            let error = opened(&path).unwrap_err();
            assert!(error.contains(problem), "{statements} {error}");
        }
        made(&path, "");
        let whole = std::fs::read(&path).unwrap();
        for bytes in [&whole[..120], &whole[..4096], b"notes", b""] {
            std::fs::write(&path, bytes).unwrap();
            assert!(opened(&path).is_err(), "{} bytes", bytes.len());
        }
        assert!(opened(folder.path()).is_err());
        assert!(opened(&folder.path().join("absent")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_path_with_two_slashes_at_its_beginning_is_no_address_of_another_machine() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite");
        made(&path, "");
        let mut twice = std::ffi::OsString::from("/");
        twice.push(&path);
        assert_eq!(opened(Path::new(&twice)), Ok(()));
    }

    #[test]
    fn a_question_without_an_end_is_interrupted_and_the_next_one_answered() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite");
        made(&path, "");
        let database = Database::open(&path).unwrap();
        let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
                       SELECT count(*) FROM n";
        let count = |select: &'static str| {
            move |connection: &Connection| {
                connection.query_row(select, [], |row| row.get::<_, i64>(0))
            }
        };
        for _ in 0..=CONNECTIONS {
            let error = database
                .within(Duration::from_millis(1), count(endless))
                .unwrap_err();
            let code = error.sqlite_error_code();
            assert_eq!(code, Some(rusqlite::ErrorCode::OperationInterrupted));
        }
        let sound = database.within(Duration::from_secs(600), count("SELECT 7"));
        assert_eq!(sound.unwrap(), 7);
    }

    #[test]
    fn the_texts_of_an_answer_are_bounded_together() {
        let connection = Connection::open_in_memory().unwrap();
        let bytes = MAX_TEXT_BYTES / 2;
        let select = format!("SELECT hex(zeroblob({})), NULL", bytes / 2);
        let mut select = connection.prepare(&select).unwrap();
        let mut rows = select.query([]).unwrap();
        let row = rows.next().unwrap().unwrap();
        let code = |error: rusqlite::Error| error.sqlite_error_code();
        let mut texts = Texts::new();
        for _ in 0..2 {
            assert_eq!(texts.text(row, 0).unwrap().len(), bytes);
        }
        let too_big = Some(rusqlite::ErrorCode::TooBig);
        assert_eq!(code(texts.text(row, 0).unwrap_err()), too_big);
        // What is empty is not for nothing.
        let mut texts = Texts::new();
        let mut rows = 0;
        while texts.optional(row, 1).is_ok() {
            rows += 1;
        }
        assert_eq!(rows, MAX_TEXT_BYTES / MIN_TEXT_COST);
    }

    #[test]
    fn a_database_is_read_and_never_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite");
        made(&path, "");
        let database = Database::open(&path).unwrap();
        let write = |connection: &Connection| connection.execute("DELETE FROM articles", []);
        assert!(database.with(write).is_err());
    }
}
