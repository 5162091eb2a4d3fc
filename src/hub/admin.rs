//! Models in the cache: listed, verified again, located and removed, all without a network.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::cache::{RepoCache, files_below};
use super::digest::{FileDigest, Pin, Verdict};
use super::error::{HubError, io_error};
use super::fetch::{catalogue_files, locate};
use super::http::Client;
use super::observer::{PullEvent, PullObserver};
use super::options::{HubOptions, RetryPolicy};
use super::session::{Session, repo_cache};
use crate::catalogue::{Commit, Entry, FileName, ModelSpec, RepositoryId, Revision, entries};
use crate::model_files::layout::{Layout, LayoutError, parts_beside};

/// A model of the catalogue or of the cache.
#[derive(Debug, Clone)]
pub struct ListedModel {
    /// The name that selects it.
    pub name: String,
    /// Its entry, if it is in the catalogue.
    pub entry: Option<&'static Entry>,
    /// How much of it is in the cache.
    pub state: ModelState,
    /// Its size on the disk.
    pub bytes: u64,
    /// Its folder, whether it exists or not.
    pub path: PathBuf,
}

/// How much of a model is in the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelState {
    /// Everything needed to load it.
    Complete,
    /// A part of it, as an interrupted pull leaves it.
    Partial,
    /// None of it: its files take 0 bytes.
    Absent,
}

/// The catalogue's models, then the other models in the cache, by name; the latter may be of kinds
/// that this program does not run.
///
/// # Errors
/// If the path of the cache cannot be made absolute.
pub fn list(options: &HubOptions) -> Result<Vec<ListedModel>, HubError> {
    let mut models = Vec::new();
    for entry in entries() {
        let repo = repo_cache(options, &entry.repository)?;
        models.push(listed(
            entry.name.clone(),
            Some(entry),
            &repo,
            &entry.commit,
            is_complete(entry, &repo),
        ));
    }
    for (id, repo) in cached_repositories(options)? {
        for (revision, commit) in repo.revisions() {
            if !entries()
                .iter()
                .any(|entry| entry.repository == id && entry.commit == commit)
            {
                let name = ModelSpec::Repository {
                    id: id.clone(),
                    revision,
                }
                .to_string();
                let complete = cached_files(&repo, &commit).is_ok();
                models.push(listed(name, None, &repo, &commit, complete));
            }
        }
    }
    Ok(models)
}

/// Whether every file that a model of the catalogue needs is in the cache.
///
/// # Errors
/// If the path of the cache cannot be made absolute.
pub fn is_here(entry: &Entry, options: &HubOptions) -> Result<bool, HubError> {
    Ok(is_complete(entry, &repo_cache(options, &entry.repository)?))
}

fn is_complete(entry: &Entry, repo: &RepoCache) -> bool {
    let mut needed = entry.files.iter().filter(|file| !file.optional);
    needed.all(|file| repo.find(&entry.commit, &file.name).is_some())
}

fn listed(
    name: String,
    entry: Option<&'static Entry>,
    repo: &RepoCache,
    commit: &Commit,
    complete: bool,
) -> ListedModel {
    let path = repo.snapshot(commit);
    let contents = contents_of(&path);
    let mut bytes: u64 = contents.iter().map(|content| size(content)).sum();
    if !complete {
        bytes += repo.parts().iter().map(|part| size(part)).sum::<u64>();
    }
    let state = match (complete, bytes) {
        (true, _) => ModelState::Complete,
        (false, 0) => ModelState::Absent,
        (false, _) => ModelState::Partial,
    };
    ListedModel {
        name,
        entry,
        state,
        bytes,
        path,
    }
}

/// The model repositories that have a folder in the cache.
fn cached_repositories(options: &HubOptions) -> Result<Vec<(RepositoryId, RepoCache)>, HubError> {
    let Ok(entries) = fs::read_dir(&options.cache) else {
        return Ok(Vec::new());
    };
    let mut ids: Vec<RepositoryId> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            RepositoryId::new(name.strip_prefix("models--")?.replacen("--", "/", 1)).ok()
        })
        .collect();
    ids.sort();
    ids.into_iter()
        .map(|id| Ok((id.clone(), repo_cache(options, &id)?)))
        .collect()
}

/// The files of a snapshot that is a whole model.
fn cached_files(repo: &RepoCache, commit: &Commit) -> Result<Vec<FileName>, LayoutError> {
    let names = repo.names(commit)?;
    let layout = Layout::choose(&names.iter().map(String::as_str).collect())?;
    let parts = parts_beside(&repo.snapshot(commit), &layout.network.weights, &names)?;
    let mut files: Vec<FileName> = layout.files().into_iter().cloned().collect();
    files.extend(
        parts
            .into_iter()
            .filter(|part| *part != layout.network.weights.file),
    );
    Ok(files)
}

/// The outcome of verifying one file.
#[derive(Debug, Clone)]
pub struct FileReport {
    /// Its path in the repository.
    pub file: String,
    /// What was found; nothing is reported for an optional file that is not there.
    pub state: FileState,
}

/// The state of a file of the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileState {
    /// Its content agrees with its pin or with the hub's hash.
    Good(FileDigest),
    /// What was wrong with it, and whether it could be deleted.
    Bad {
        /// How it differs from what it must be, for messages.
        problem: String,
        /// Whether it is gone from the cache; `false` if the system refused.
        deleted: bool,
    },
    /// The model needs it, and the cache does not have it.
    Missing,
    /// Nothing says what it must be.
    Unverifiable(FileDigest),
}

/// Hashes every file of a model again, whatever the ledger says, and deletes bad ones.
///
/// # Errors
/// If the model is a folder or is not in the cache, or a file cannot be read. A bad file is not an
/// error.
pub fn verify(
    spec: &ModelSpec,
    options: &HubOptions,
    observer: &mut dyn PullObserver,
) -> Result<Vec<FileReport>, HubError> {
    let (id, commit) = located(spec, options)?;
    let mut session = Session::new(spec, id, commit, options, observer)?;
    session.rehash = true;
    let files: Vec<(FileName, Option<Pin>, bool)> = match spec.entry() {
        Some(entry) => catalogue_files(entry)
            .map(|(name, pin, optional)| (name.clone(), pin, optional))
            .collect(),
        None => {
            let names = cached_files(&session.repo, &session.commit)
                .map_err(|problem| session.offline(problem))?;
            names.into_iter().map(|name| (name, None, false)).collect()
        }
    };
    let mut reports = Vec::new();
    for (name, pin, optional) in files {
        let pin = session.pin(&name, pin);
        let state = match session.repo.find(&session.commit, &name) {
            None if optional => continue,
            None => FileState::Missing,
            Some(file) => match session.check(&file, &name, pin.as_ref())? {
                (Verdict::Good | Verdict::GoodDespitePin, found) => FileState::Good(found),
                (Verdict::Unverifiable, found) => FileState::Unverifiable(found),
                (Verdict::Bad(problem), _) => {
                    let deleted = session.repo.discard(&file);
                    let event = PullEvent::Discarded {
                        path: &file.pointer,
                        reason: &problem,
                    };
                    session.observer.event(event);
                    FileState::Bad { problem, deleted }
                }
            },
        };
        reports.push(FileReport {
            file: name.to_string(),
            state,
        });
    }
    Ok(reports)
}

/// What removing a model freed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removed {
    /// Bytes of the files deleted; 0 if the model was not in the cache.
    pub bytes: u64,
}

/// Removes a model's snapshot, and those of its repository's blobs that no other snapshot needs.
/// Other repositories are not touched. Removing a model that is not there frees 0 bytes.
///
/// # Errors
/// If the model is a folder, or a file cannot be deleted.
pub fn remove(spec: &ModelSpec, options: &HubOptions) -> Result<Removed, HubError> {
    let (id, commit) = match located(spec, options) {
        Err(HubError::Offline { .. }) => return Ok(Removed { bytes: 0 }),
        found => found?,
    };
    let repo = repo_cache(options, &id)?;
    let snapshot = repo.snapshot(&commit);
    let blobs = fs::canonicalize(repo.blobs()).ok();
    let own = contents_of(&snapshot);
    let mut bytes = 0;
    delete_tree(&snapshot, &mut bytes)?;
    let others: BTreeSet<PathBuf> = repo
        .commits()
        .iter()
        .flat_map(|commit| contents_of(&repo.snapshot(commit)))
        .collect();
    let is_blob = |path: &&PathBuf| blobs.as_deref().is_some_and(|b| path.parent() == Some(b));
    for content in own.difference(&others).filter(is_blob) {
        bytes += size(content);
        fs::remove_file(content).map_err(io_error("delete", content))?;
    }
    for part in repo.parts() {
        bytes += size(&part);
        fs::remove_file(&part).map_err(io_error("delete", &part))?;
    }
    repo.forget(&commit)
        .map_err(io_error("delete", repo.root()))?;
    if repo.commits().is_empty() {
        delete_tree(repo.root(), &mut bytes)?;
    }
    super::ledger::Ledger::open(&options.state, &id).forget(&snapshot, &commit);
    Ok(Removed { bytes })
}

/// The folder of a model, whether it exists or not.
///
/// # Errors
/// If the path cannot be made absolute.
pub fn location(spec: &ModelSpec, options: &HubOptions) -> Result<PathBuf, HubError> {
    if let ModelSpec::Folder(folder) = spec {
        return std::path::absolute(folder).map_err(io_error("find", folder));
    }
    match located(spec, options) {
        Ok((id, commit)) => Ok(repo_cache(options, &id)?.snapshot(&commit)),
        Err(HubError::Offline { .. }) => match spec.repository() {
            Some((id, _)) => Ok(repo_cache(options, &id)?.root().to_owned()),
            None => Ok(options.cache.clone()),
        },
        Err(error) => Err(error),
    }
}

/// Whether the hub answers within a few seconds; nothing is asked of it.
///
/// # Errors
/// If its address is none, or it cannot be connected to.
pub fn reach(options: &HubOptions, timeout: Duration) -> Result<(), HubError> {
    let retry = RetryPolicy {
        connect: timeout,
        silence: timeout,
        notice: Duration::MAX,
        ..options.retry
    };
    let options = HubOptions {
        retry,
        token: None,
        ..options.clone()
    };
    Client::new(&options)?.reach()
}

/// Repository and commit of a model, by the cache alone.
fn located(spec: &ModelSpec, options: &HubOptions) -> Result<(RepositoryId, Commit), HubError> {
    let (id, revision) = spec.repository().ok_or_else(|| HubError::IsFolder {
        folder: spec.to_string(),
    })?;
    let offline = HubOptions {
        offline: true,
        ..options.clone()
    };
    let (commit, _) = locate(spec, &id, &revision, &offline)?;
    Ok((id, commit))
}

/// The contents of a folder's files, each once, links followed.
fn contents_of(folder: &Path) -> BTreeSet<PathBuf> {
    files_below(folder)
        .into_iter()
        .filter_map(|file| fs::canonicalize(file).ok())
        .collect()
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// Deletes a folder and adds the bytes of its files to `bytes`; links count as 0.
fn delete_tree(folder: &Path, bytes: &mut u64) -> Result<(), HubError> {
    for file in files_below(folder) {
        *bytes += fs::symlink_metadata(&file).map_or(0, |m| if m.is_file() { m.len() } else { 0 });
    }
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(HubError::io("delete", folder, error))
        }
        _ => Ok(()),
    }
}

impl RepoCache {
    /// Every branch in the cache whose commit has a snapshot, and every other snapshot by its commit.
    fn revisions(&self) -> Vec<(Revision, Commit)> {
        let refs = self.root().join("refs");
        let mut revisions: Vec<(Revision, Commit)> = files_below(&refs)
            .iter()
            .filter_map(|path| path.strip_prefix(&refs).ok()?.to_str())
            .filter_map(|name| Revision::new(name.replace('\\', "/")).ok())
            .filter_map(|revision| Some((revision.clone(), self.read_ref(&revision).ok()??)))
            .filter(|(_, commit)| self.snapshot(commit).is_dir())
            .collect();
        for commit in self.commits() {
            if !revisions.iter().any(|(_, named)| *named == commit) {
                revisions.push((Revision::from(commit.clone()), commit));
            }
        }
        revisions.sort_by(|a, b| a.0.cmp(&b.0));
        revisions
    }
}
