//! The Hugging Face cache of one repository: `models--org--name/{blobs,refs,snapshots,.no_exist}`.
//!
//! A blob is a file's content under its hash; a snapshot is a folder of links to blobs, one folder
//! a commit; a ref names the commit of a branch. Python reads and writes the same folders, so
//! every file is checked before it is used.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use hf_hub::{Cache, Repo, RepoType};

use super::digest::RemoteHash;
use crate::catalogue::{Commit, FileName, RepositoryId, Revision};
use crate::files::{AtomicFile, is_temporary, read_text};
use crate::model_files::layout::{self, LayoutError};

/// Maximum size of a ref, which holds a commit: 40 digits.
const MAX_REF_BYTES: u64 = 4096;

/// One repository's folder in the cache.
pub(super) struct RepoCache {
    /// `models--org--name`.
    root: PathBuf,
    locks: PathBuf,
    layout: hf_hub::CacheRepo,
}

/// A file of a snapshot.
pub(super) struct CachedFile {
    /// Its path in the snapshot.
    pub pointer: PathBuf,
    /// The content, links followed.
    pub content: PathBuf,
    /// Whether the content is a blob of this repository, and may be deleted with it.
    pub is_own: bool,
    /// The ETag that the blob is named after.
    pub etag: Option<RemoteHash>,
}

impl RepoCache {
    /// The repository's folder in an absolute cache folder; nothing is created yet.
    pub(super) fn new(cache: &Path, id: &RepositoryId) -> Self {
        let repo = Repo::new(id.as_str().to_owned(), RepoType::Model);
        let folder = repo.folder_name();
        Self {
            root: cache.join(&folder),
            locks: cache.join(".locks").join(&folder),
            layout: Cache::new(cache.to_owned()).repo(repo),
        }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn blobs(&self) -> PathBuf {
        self.root.join("blobs")
    }

    pub(super) fn blob(&self, etag: &RemoteHash) -> PathBuf {
        self.layout.blob_path(etag.blob_name())
    }

    /// The file that a blob is downloaded to until it is complete and verified.
    pub(super) fn part(&self, etag: &RemoteHash) -> PathBuf {
        self.blobs().join(format!("{}.part", etag.blob_name()))
    }

    pub(super) fn lock(&self, etag: &RemoteHash) -> PathBuf {
        self.locks.join(format!("{}.lock", etag.blob_name()))
    }

    pub(super) fn snapshot(&self, commit: &Commit) -> PathBuf {
        self.layout.pointer_path(commit.as_str())
    }

    pub(super) fn pointer(&self, commit: &Commit, name: &FileName) -> PathBuf {
        self.snapshot(commit).join(name.as_str())
    }

    /// The commit of a branch when it was last pulled; `None` if it was not, or if something else is in
    /// the place of the file that says so.
    ///
    /// # Errors
    /// If the file cannot be read for a reason that passes.
    pub(super) fn read_ref(&self, revision: &Revision) -> io::Result<Option<Commit>> {
        match read_text(&self.ref_path(revision), MAX_REF_BYTES) {
            Ok(text) => Ok(Commit::new(text.trim()).ok()),
            Err(error) if is_temporary(&error) => Err(error),
            Err(_) => Ok(None),
        }
    }

    pub(super) fn write_ref(&self, revision: &Revision, commit: &Commit) -> io::Result<()> {
        write_atomically(&self.ref_path(revision), commit.as_str().as_bytes())
    }

    fn ref_path(&self, revision: &Revision) -> PathBuf {
        self.root.join("refs").join(revision.as_str())
    }

    /// Whether an earlier pull recorded that the commit has no such file.
    pub(super) fn is_absent(&self, commit: &Commit, name: &FileName) -> bool {
        self.absent_path(commit, name).exists()
    }

    /// Records, as Python does, that the commit has no such file.
    pub(super) fn mark_absent(&self, commit: &Commit, name: &FileName) -> io::Result<()> {
        write_atomically(&self.absent_path(commit, name), b"")
    }

    fn absent_path(&self, commit: &Commit, name: &FileName) -> PathBuf {
        self.root
            .join(".no_exist")
            .join(commit.as_str())
            .join(name.as_str())
    }

    /// The names at the top of a snapshot; none if there is no snapshot.
    ///
    /// # Errors
    /// [`LayoutError::Read`] if there is one that cannot be read.
    pub(super) fn names(&self, commit: &Commit) -> Result<BTreeSet<String>, LayoutError> {
        let snapshot = self.snapshot(commit);
        match layout::file_names(&snapshot) {
            Ok(names) => Ok(names),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeSet::new()),
            Err(source) => Err(LayoutError::Read {
                name: snapshot.display().to_string(),
                source,
            }),
        }
    }

    /// The commits that have a snapshot.
    pub(super) fn commits(&self) -> Vec<Commit> {
        let Ok(entries) = fs::read_dir(self.root.join("snapshots")) else {
            return Vec::new();
        };
        let names = entries
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok());
        names.filter_map(|name| Commit::new(name).ok()).collect()
    }

    /// The file of a snapshot; `None` if it is missing or its link is broken.
    pub(super) fn find(&self, commit: &Commit, name: &FileName) -> Option<CachedFile> {
        let pointer = self.pointer(commit, name);
        let content = fs::canonicalize(&pointer).ok()?;
        if !content.is_file() {
            return None;
        }
        let blobs = fs::canonicalize(self.blobs()).ok();
        let is_blob = blobs.is_some_and(|blobs| content.parent() == Some(&blobs));
        let etag = content
            .file_name()
            .and_then(|name| RemoteHash::parse(name.to_str()?));
        Some(CachedFile {
            is_own: is_blob || fs::symlink_metadata(&pointer).is_ok_and(|m| m.is_file()),
            etag: etag.filter(|_| is_blob),
            pointer,
            content,
        })
    }

    /// Links a blob into a snapshot, replacing what was there.
    pub(super) fn link(
        &self,
        etag: &RemoteHash,
        commit: &Commit,
        name: &FileName,
    ) -> io::Result<()> {
        let pointer = self.pointer(commit, name);
        let folder = parent(&pointer)?;
        fs::create_dir_all(folder)?;
        let depth = name.as_str().split('/').count() + 1;
        let up: PathBuf = std::iter::repeat_n("..", depth).collect();
        let target = up.join("blobs").join(etag.blob_name());
        let temporary = tempfile::Builder::new()
            .prefix(".link-")
            .make_in(folder, |path| link_or_move(&target, &self.blob(etag), path))?;
        temporary
            .into_temp_path()
            .persist(&pointer)
            .map_err(|error| error.error)
    }

    /// The parts that interrupted pulls left.
    pub(super) fn parts(&self) -> Vec<PathBuf> {
        let mut files = files_below(&self.blobs());
        files.retain(|file| {
            file.extension()
                .is_some_and(|extension| extension == "part")
        });
        files
    }

    /// Forgets a commit: the branches at it, and the files it was recorded to lack.
    pub(super) fn forget(&self, commit: &Commit) -> io::Result<()> {
        for path in files_below(&self.root.join("refs")) {
            if read_text(&path, MAX_REF_BYTES).is_ok_and(|text| text.trim() == commit.as_str()) {
                fs::remove_file(&path)?;
            }
        }
        match fs::remove_dir_all(self.root.join(".no_exist").join(commit.as_str())) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Deletes a file: its link in every snapshot, and its blob unless that is outside the repository.
    /// Returns whether all of it is gone.
    pub(super) fn discard(&self, file: &CachedFile) -> bool {
        let mut gone = remove_if_there(&file.pointer);
        if file.is_own {
            for pointer in files_below(&self.root.join("snapshots")) {
                if fs::canonicalize(&pointer).is_ok_and(|content| content == file.content) {
                    gone &= remove_if_there(&pointer);
                }
            }
            gone &= remove_if_there(&file.content);
        }
        gone
    }
}

/// All files and links below a folder, sorted; folders that are links are not entered.
pub(super) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(_) => files.push(entry.path()),
                Err(_) => {}
            }
        }
    }
    files.sort();
    files
}

/// Writes a small file whole or not at all, and the folders above it.
pub(super) fn write_atomically(path: &Path, content: &[u8]) -> io::Result<()> {
    fs::create_dir_all(parent(path)?)?;
    let mut file = AtomicFile::create(path)?;
    file.write_all(content)?;
    file.commit().map(drop)
}

fn parent(path: &Path) -> io::Result<&Path> {
    path.parent()
        .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))
}

/// Returns whether nothing is at the path afterwards.
fn remove_if_there(path: &Path) -> bool {
    match fs::remove_file(path) {
        Ok(()) => true,
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

/// Makes a link, or moves the blob into the snapshot if links are not possible (on Windows without
/// the privilege, on some file systems); Python does the same.
fn link_or_move(target: &Path, blob: &Path, place: &Path) -> io::Result<()> {
    match symlink(target, place) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => fs::rename(blob, place),
        outcome => outcome,
    }
}

#[cfg(unix)]
fn symlink(target: &Path, place: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, place)
}

#[cfg(windows)]
fn symlink(target: &Path, place: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_file(target, place)
}

#[cfg(not(any(unix, windows)))]
fn symlink(_target: &Path, _place: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bench {
        folder: tempfile::TempDir,
        repo: RepoCache,
        commit: Commit,
    }

    impl Bench {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let repo = RepoCache::new(folder.path(), &RepositoryId::new("org/name").unwrap());
            fs::create_dir_all(repo.blobs()).unwrap();
            Self {
                folder,
                repo,
                commit: Commit::new("1".repeat(40)).unwrap(),
            }
        }

        fn add(&self, name: &str, blob: &str) -> CachedFile {
            let etag = RemoteHash::parse(blob).unwrap();
            fs::write(self.repo.blob(&etag), "content").unwrap();
            let name = FileName::new(name).unwrap();
            self.repo.link(&etag, &self.commit, &name).unwrap();
            self.repo.find(&self.commit, &name).unwrap()
        }
    }

    #[test]
    fn the_layout_is_pythons() {
        let bench = Bench::new();
        let file = bench.add("config.json", &"a".repeat(40));
        let root = bench.folder.path().join("models--org--name");
        assert_eq!(
            file.pointer,
            root.join("snapshots")
                .join("1".repeat(40))
                .join("config.json")
        );
        assert_eq!(file.etag, Some(RemoteHash::GitBlob("a".repeat(40))));
        #[cfg(unix)]
        assert_eq!(
            fs::read_link(&file.pointer).unwrap(),
            Path::new("../../blobs").join("a".repeat(40))
        );
    }

    #[test]
    fn a_file_in_a_subfolder_is_linked_too_and_linking_twice_is_no_error() {
        let bench = Bench::new();
        bench.add("onnx/model.bin", &"b".repeat(64));
        assert!(bench.add("onnx/model.bin", &"b".repeat(64)).is_own);
    }

    #[test]
    fn discarding_a_file_removes_its_blob_and_every_link_to_it() {
        let bench = Bench::new();
        let file = bench.add("a.json", &"c".repeat(40));
        let second = bench.add("b.json", &"c".repeat(40));
        assert!(bench.repo.discard(&file));
        for path in [&file.pointer, &file.content, &second.pointer] {
            assert!(fs::symlink_metadata(path).is_err(), "{}", path.display());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_cache_is_removed_and_the_file_it_leads_to_is_not() {
        let bench = Bench::new();
        let outside = bench.folder.path().join("mine.json");
        fs::write(&outside, "mine").unwrap();
        let name = FileName::new("config.json").unwrap();
        let pointer = bench.repo.pointer(&bench.commit, &name);
        fs::create_dir_all(pointer.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(&outside, &pointer).unwrap();
        let file = bench.repo.find(&bench.commit, &name).unwrap();
        assert!(!file.is_own && file.etag.is_none());
        assert!(bench.repo.discard(&file));
        assert!(outside.exists() && fs::symlink_metadata(&pointer).is_err());
    }

    #[test]
    fn a_ref_that_is_no_commit_is_no_ref() {
        let bench = Bench::new();
        let main = Revision::main();
        assert_eq!(bench.repo.read_ref(&main).unwrap(), None);
        bench.repo.write_ref(&main, &bench.commit).unwrap();
        assert_eq!(bench.repo.read_ref(&main).unwrap(), Some(bench.commit));
        fs::write(bench.repo.root().join("refs/main"), "../../..").unwrap();
        assert_eq!(bench.repo.read_ref(&main).unwrap(), None);
    }
}
