//! A database of articles, opened for reading alone.
//!
//! Policy: the file may be anybody's. It is opened as one that does not change, so that nothing beside it
//! is read; it must be marked as this program's and have its tables, and no view or trigger; what its
//! schema says runs no function with effects.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Condvar, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};

use super::FinishedError;
use crate::files::open_file;
use crate::report::Format;

/// Queries that are answered at a time.
pub(super) const CONNECTIONS: usize = 4;
/// Version of the tables.
const VERSION: i64 = 1;

/// Reads what searches read, of no row.
const PROBE: &str = "
SELECT a.article, a.id, a.title_source, a.title_target, a.date, a.section_source, a.section_target,
  a.author, a.origin, a.url, a.captured, a.metadata, a.summary, a.summary_method, a.flags, a.language,
  a.translation_model, a.summary_model, a.format, a.sha256, s.sentence, s.paragraph, s.kind, s.source,
  s.target, s.score, s.flags, s.language, n.name, n.source, n.target, n.standard, n.kind, f.flag,
  f.sentence, f.\"check\", f.source, f.target, f.message
FROM articles a, sentences s, names n, flags f LIMIT 0;
SELECT highlight(search, 0, '', ''), bm25(search) FROM search WHERE search MATCH '\"a\"*' LIMIT 1;
";

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
}

fn connect(uri: &str) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(uri, flags)?;
    connection.execute_batch(
        "PRAGMA query_only = 1; PRAGMA trusted_schema = 0; PRAGMA cell_size_check = 1; \
         PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;",
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
    Ok(version == VERSION && acting == 0)
}

/// The address of a file that does not change while it is open: a run puts another one in its place.
fn immutable(path: &Path) -> String {
    let mut uri = String::from("file:");
    let path = path.as_os_str().as_encoded_bytes();
    if cfg!(windows) && !path.starts_with(b"\\") {
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
