//! Which files were verified, so that gigabytes are hashed once and not at every start.
//!
//! One JSON file a repository, in the user's own cache folder and never inside the Hugging Face
//! cache, which Python reads. An entry is valid as long as the file keeps its size and modification
//! time. A ledger that cannot be read or written costs time, never safety: the files are hashed
//! again.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::cache::write_atomically;
use super::digest::{FileDigest, Pin};
use crate::catalogue::{Commit, FileName, RepositoryId};
use crate::files::read_file;

/// Maximum size of a ledger; an entry of a file has some hundred bytes.
const MAX_LEDGER_BYTES: u64 = 64 << 20;

/// The ledger of one repository.
pub(super) struct Ledger {
    path: PathBuf,
    notes: Notes,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Notes {
    /// By canonical path: files that were verified.
    verified: BTreeMap<String, VerifiedFile>,
    /// By `commit/file`: what the first pull received. A later pull must receive the same.
    pulled: BTreeMap<String, FileDigest>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct VerifiedFile {
    /// Nanoseconds since 1970.
    modified: u128,
    #[serde(flatten)]
    found: FileDigest,
}

impl Ledger {
    /// Opens the repository's ledger below `state`; one that is missing or damaged is empty.
    pub(super) fn open(state: &Path, repository: &RepositoryId) -> Self {
        let path = state.join(format!("{}.json", repository.as_str().replace('/', "--")));
        let notes = read_file(&path, MAX_LEDGER_BYTES)
            .ok()
            .flatten()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default();
        Self { path, notes }
    }

    /// The digest of a verified file, if the file has not changed since.
    pub(super) fn recall(&self, file: &Path, metadata: &Metadata) -> Option<&FileDigest> {
        let seen = self.notes.verified.get(&*file.to_string_lossy())?;
        let same = seen.found.bytes == metadata.len() && Some(seen.modified) == modified(metadata);
        same.then_some(&seen.found)
    }

    /// What an earlier pull received for a file of a commit, as a firm pin.
    pub(super) fn pulled(&self, commit: &Commit, name: &FileName) -> Option<Pin> {
        self.notes
            .pulled
            .get(&format!("{commit}/{name}"))
            .map(|found| Pin {
                bytes: Some(found.bytes),
                sha256: Some(found.sha256.clone()),
                firm: true,
                source: format!("recorded at its first pull in {}", self.path.display()),
            })
    }

    /// Records that a file of a commit was verified.
    pub(super) fn record(
        &mut self,
        file: &Path,
        commit: &Commit,
        name: &FileName,
        found: &FileDigest,
    ) {
        let Some(modified) = std::fs::metadata(file).ok().as_ref().and_then(modified) else {
            return;
        };
        // Another process may have written since: its entries are kept.
        if let Ok(Some(text)) = read_file(&self.path, MAX_LEDGER_BYTES)
            && let Ok(theirs) = serde_json::from_slice::<Notes>(&text)
        {
            self.notes.verified.extend(theirs.verified);
            self.notes.pulled.extend(theirs.pulled);
        }
        let seen = VerifiedFile {
            modified,
            found: found.clone(),
        };
        self.notes
            .verified
            .insert(file.to_string_lossy().into_owned(), seen);
        self.notes
            .pulled
            .insert(format!("{commit}/{name}"), found.clone());
        self.write();
    }

    /// Forgets deleted files of a folder, and what the first pull of a commit received.
    pub(super) fn forget(&mut self, folder: &Path, commit: &Commit) {
        self.notes
            .verified
            .retain(|path, _| !Path::new(path).starts_with(folder) || Path::new(path).exists());
        let prefix = format!("{commit}/");
        self.notes.pulled.retain(|key, _| !key.starts_with(&prefix));
        self.write();
    }

    fn write(&self) {
        let written = serde_json::to_vec_pretty(&self.notes)
            .map_err(std::io::Error::from)
            .and_then(|text| write_atomically(&self.path, &text));
        if let Err(error) = written {
            tracing::debug!(path = %self.path.display(), %error, "the ledger cannot be written");
        }
    }
}

fn modified(metadata: &Metadata) -> Option<u128> {
    Some(
        metadata
            .modified()
            .ok()?
            .duration_since(UNIX_EPOCH)
            .ok()?
            .as_nanos(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit() -> Commit {
        Commit::new("0".repeat(40)).unwrap()
    }

    struct Bench {
        state: tempfile::TempDir,
        file: PathBuf,
        name: FileName,
    }

    impl Bench {
        fn new() -> Self {
            let state = tempfile::tempdir().unwrap();
            let file = state.path().join("blob");
            std::fs::write(&file, "hello\n").unwrap();
            Self {
                file,
                state,
                name: FileName::new("config.json").unwrap(),
            }
        }

        fn ledger(&self) -> Ledger {
            let repository = RepositoryId::new("org/name").unwrap();
            Ledger::open(&self.state.path().join("notes"), &repository)
        }

        fn recalled(&self) -> Option<FileDigest> {
            let metadata = std::fs::metadata(&self.file).unwrap();
            self.ledger().recall(&self.file, &metadata).cloned()
        }

        fn record(&self) -> FileDigest {
            let found = FileDigest {
                bytes: 6,
                sha256: "ab".repeat(32),
            };
            self.ledger()
                .record(&self.file, &commit(), &self.name, &found);
            found
        }
    }

    #[test]
    fn a_verified_file_is_remembered_by_the_next_start() {
        let bench = Bench::new();
        assert_eq!(bench.recalled(), None);
        let found = bench.record();
        assert_eq!(bench.recalled(), Some(found));
    }

    #[test]
    fn a_file_that_changed_is_not() {
        let bench = Bench::new();
        bench.record();
        let file = std::fs::File::options()
            .write(true)
            .open(&bench.file)
            .unwrap();
        file.set_modified(UNIX_EPOCH + std::time::Duration::from_secs(1))
            .unwrap();
        assert_eq!(bench.recalled(), None, "another time");
        bench.record();
        std::fs::write(&bench.file, "hello, hello\n").unwrap();
        assert_eq!(bench.recalled(), None, "another size");
    }

    #[test]
    fn what_the_first_pull_received_becomes_a_firm_pin_until_it_is_forgotten() {
        let bench = Bench::new();
        let found = bench.record();
        let pin = bench.ledger().pulled(&commit(), &bench.name).unwrap();
        assert_eq!((pin.firm, pin.sha256), (true, Some(found.sha256)));
        bench.ledger().forget(bench.state.path(), &commit());
        assert!(bench.ledger().pulled(&commit(), &bench.name).is_none());
    }

    #[test]
    fn a_damaged_ledger_is_an_empty_one() {
        let bench = Bench::new();
        bench.record();
        std::fs::write(bench.state.path().join("notes/org--name.json"), "{]").unwrap();
        assert_eq!(bench.recalled(), None);
        bench.record();
        assert!(bench.recalled().is_some());
    }
}
