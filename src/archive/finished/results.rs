//! The results of a run: which there are, and the document of each.

use std::fs;
use std::io::{self, BufReader};
use std::path::{Component, Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::FinishedError;
use super::page_text::{self, PageError};
use crate::archive::journal::{EntryReader, Journal, ResultPlace};
use crate::archive::key::{Key, from_hex, key};
use crate::archive::line_reader::{Line, next_line};
use crate::archive::paths::JOURNAL;
use crate::archive::shard_footer::ShardFooter;
use crate::document::Document;
use crate::files::{open_file, read_file};
use crate::report::Format;

/// Maximum bytes of an article's page or JSON.
pub(super) const MAX_RESULT_BYTES: u64 = 64 << 20;
/// Maximum bytes of a line of a file of results.
const MAX_LINE_BYTES: u64 = 256 << 20;

/// A result in a file of its own, by the journal.
#[derive(Debug, Clone)]
pub(super) struct ResultFile {
    /// The article's id.
    pub id: String,
    /// Its path below the folder of results.
    pub file: String,
    /// Key of its bytes.
    pub digest: Key,
}

/// What a file is known by without being read; a copy may differ and have the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Bytes; `None` if it is not there.
    pub size: Option<i64>,
    /// Nanoseconds since 1970.
    pub modified: Option<i64>,
}

/// Why a result is left out.
#[derive(Debug, thiserror::Error)]
pub(super) enum ResultError {
    #[error("it cannot be read")]
    Io(#[from] io::Error),
    #[error("it is not the file that the run wrote")]
    Changed,
    #[error("it is not UTF-8")]
    NotUtf8,
    #[error("it is no page that this version reads")]
    Page(#[from] PageError),
    #[error("it is no article in JSON")]
    Json(#[from] serde_json::Error),
}

impl ResultFile {
    /// The format of the file, if texts are read from it.
    pub(super) fn format(&self) -> Option<Format> {
        match Path::new(&self.file).extension()?.to_str()? {
            "html" => Some(Format::Html),
            "json" => Some(Format::Json),
            _ => None,
        }
    }

    /// Its bytes; 0 if it is not there.
    pub(super) fn size(&self, root: &Path) -> u64 {
        if !is_below(&self.file) {
            return 0;
        }
        fs::metadata(root.join(&self.file)).map_or(0, |there| there.len())
    }

    pub(super) fn stamp(&self, root: &Path) -> Stamp {
        // What a link leads to is no result.
        let there = is_below(&self.file)
            .then(|| fs::symlink_metadata(root.join(&self.file)).ok())
            .flatten()
            .filter(fs::Metadata::is_file);
        let modified = there.as_ref().and_then(|there| {
            let since = there.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
            i64::try_from(since.as_nanos()).ok()
        });
        Stamp {
            size: there.and_then(|there| i64::try_from(there.len()).ok()),
            modified,
        }
    }

    /// The document in the file.
    pub(super) fn document(&self, root: &Path) -> Result<Document, ResultError> {
        let bytes = bytes(root, &self.file, self.digest)?;
        if self.format() == Some(Format::Json) {
            return Ok(serde_json::from_slice(&bytes)?);
        }
        let page = std::str::from_utf8(&bytes).map_err(|_| ResultError::NotUtf8)?;
        Ok(page_text::document(page, &self.id)?)
    }
}

/// The bytes of a result, if they are those that the run wrote.
pub(super) fn bytes(root: &Path, file: &str, digest: Key) -> Result<Vec<u8>, ResultError> {
    if !is_below(file) {
        return Err(ResultError::Changed);
    }
    let bytes = read_file(&root.join(file), MAX_RESULT_BYTES)?.ok_or(ResultError::Changed)?;
    if key(&bytes) == digest {
        Ok(bytes)
    } else {
        Err(ResultError::Changed)
    }
}

/// Whether a path names a file below the folder that it is relative to.
fn is_below(file: &str) -> bool {
    let is_plain = |part| matches!(part, Component::Normal(_));
    !file.is_empty() && !file.contains('\0') && Path::new(file).components().all(is_plain)
}

/// The journal of a folder of results.
///
/// # Errors
/// If there is none.
pub(super) fn journal(root: &Path) -> Result<PathBuf, FinishedError> {
    let path = root.join(JOURNAL);
    let there = fs::symlink_metadata(&path);
    if there.is_ok_and(|there| there.is_file()) {
        Ok(path)
    } else {
        Err(FinishedError::NoJournal {
            path: root.to_owned(),
        })
    }
}

/// The results in a folder, in the journal's order, and the journal's lines that are lost.
pub(super) fn in_folder(root: &Path) -> Result<(Vec<ResultFile>, u64), FinishedError> {
    let path = journal(root)?;
    let history = Journal::look(&path)?;
    let is_file = |place| matches!(place, Some(ResultPlace::File(_)));
    let known = history
        .articles
        .values()
        .filter(|known| is_file(known.place));
    let mut places: Vec<u64> = known.map(|known| known.entry).collect();
    places.sort_unstable();
    let failed = |source| FinishedError::Io {
        path: path.clone(),
        source,
    };
    let mut reader = EntryReader::open(&path).map_err(failed)?;
    let mut files = Vec::with_capacity(places.len());
    for place in places {
        let entry = reader.entry(place).map_err(failed)?;
        let Some(done) = entry.done else { continue };
        let Some(file) = done.file else { continue };
        files.push(ResultFile {
            id: entry.id,
            file,
            digest: from_hex(&done.digest),
        });
    }
    Ok((files, history.lost))
}

/// The documents in a file of JSON lines, one after another; lines of failures are none.
pub(super) struct Lines {
    path: PathBuf,
    stream: BufReader<fs::File>,
    line: u64,
}

impl Lines {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            stream: BufReader::with_capacity(1 << 16, open_file(path)?),
            line: 0,
        })
    }

    /// The next document; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Document>, FinishedError> {
        loop {
            let path = self.path.clone();
            let line = next_line(&mut self.stream, MAX_LINE_BYTES);
            let line = line.map_err(|source| FinishedError::Io {
                path: path.clone(),
                source,
            })?;
            let Some(line) = line else {
                return Ok(None);
            };
            self.line += 1;
            let foreign = FinishedError::NoResult {
                path,
                line: self.line,
            };
            let Line::Whole(line) = line else {
                return Err(foreign);
            };
            if let Ok(document) = serde_json::from_slice(&line) {
                return Ok(Some(document));
            }
            if !is_failure(&line) && ShardFooter::parse(&line).is_none() {
                return Err(foreign);
            }
        }
    }
}

fn is_failure(line: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Failure {
        #[serde(rename = "error")]
        _error: serde::de::IgnoredAny,
    }
    serde_json::from_slice::<Failure>(line).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leads_elsewhere_is_no_result() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("out");
        fs::create_dir(&root).unwrap();
        fs::write(folder.path().join("secret"), "secret").unwrap();
        fs::write(root.join("a.html"), "page").unwrap();
        let digest = key(b"secret");
        let absolute = folder.path().join("secret");
        for file in [
            "../secret",
            "./../secret",
            "a/../../secret",
            "",
            absolute.to_str().unwrap(),
        ] {
            assert!(
                matches!(bytes(&root, file, digest), Err(ResultError::Changed)),
                "{file}"
            );
        }
        assert_eq!(bytes(&root, "a.html", key(b"page")).unwrap(), b"page");
        assert!(matches!(
            bytes(&root, "a.html", digest),
            Err(ResultError::Changed)
        ));
    }
}
