//! One model at one commit: its files from the cache, else from the hub if that is allowed.

use std::path::{Path, PathBuf};

use super::cache::{CachedFile, RepoCache};
use super::digest::{self, FileDigest, Pin, Verdict};
use super::error::{FileFate, HubError, io_error};
use super::http::{Client, FileHead};
use super::ledger::Ledger;
use super::observer::{PullEvent, PullObserver};
use super::options::HubOptions;
use crate::catalogue::{Commit, FileName, ModelSpec, RepositoryId};
use crate::files::free_space;
use crate::model_files::Licence;

/// The state of a fetch or a verification.
pub(super) struct Session<'a> {
    pub options: &'a HubOptions,
    pub observer: &'a mut dyn PullObserver,
    /// The model as the user would type it.
    pub model: String,
    pub id: RepositoryId,
    pub commit: Commit,
    pub licence: Option<Licence>,
    pub repo: RepoCache,
    pub ledger: Ledger,
    /// Hash even what the ledger has as verified.
    pub rehash: bool,
    client: Option<Client>,
}

/// What was found out about a file.
pub(super) enum Found {
    Settled(Availability),
    /// To be downloaded, as the hub announces it.
    ToPull(FileHead),
}

/// Whether a file can be used.
pub(super) enum Availability {
    /// In the snapshot, and good.
    Present,
    /// An optional file that the repository does not have.
    Absent,
    /// Not in the cache, and no network may be used.
    Missing,
}

impl<'a> Session<'a> {
    pub(super) fn new(
        spec: &ModelSpec,
        id: RepositoryId,
        commit: Commit,
        options: &'a HubOptions,
        observer: &'a mut dyn PullObserver,
    ) -> Result<Self, HubError> {
        Ok(Self {
            repo: repo_cache(options, &id)?,
            ledger: Ledger::open(&options.state, &id),
            model: spec.to_string(),
            licence: spec.entry().map(|entry| entry.licence.clone()),
            id,
            commit,
            options,
            observer,
            rehash: false,
            client: None,
        })
    }

    /// The client, made at the first request.
    pub(super) fn client(&mut self) -> Result<Client, HubError> {
        match &self.client {
            Some(client) => Ok(client.clone()),
            None => Ok(self.client.insert(Client::new(self.options)?).clone()),
        }
    }

    /// Finds one file: in the cache if it verifies, else on the hub.
    pub(super) fn find(
        &mut self,
        name: &FileName,
        pin: Option<&Pin>,
        optional: bool,
    ) -> Result<Found, HubError> {
        if self.cached(name, pin)? {
            return Ok(Found::Settled(Availability::Present));
        }
        if optional && self.repo.is_absent(&self.commit, name) {
            return Ok(Found::Settled(Availability::Absent));
        }
        if self.options.offline {
            return Ok(Found::Settled(if optional {
                Availability::Absent
            } else {
                Availability::Missing
            }));
        }
        self.look(name, pin, optional)
    }

    /// The pin of a file: a firm one of the catalogue, else what the first pull recorded, else a
    /// weaker one of the catalogue.
    pub(super) fn pin(&self, name: &FileName, of_catalogue: Option<Pin>) -> Option<Pin> {
        match of_catalogue {
            Some(pin) if pin.firm && pin.sha256.is_some() => Some(pin),
            weak => self.ledger.pulled(&self.commit, name).or(weak),
        }
    }

    /// Whether the file is in the snapshot and good. A bad file is deleted: online it counts as
    /// missing and is pulled again, offline it is an error.
    pub(super) fn cached(&mut self, name: &FileName, pin: Option<&Pin>) -> Result<bool, HubError> {
        let Some(file) = self.repo.find(&self.commit, name) else {
            return Ok(false);
        };
        match self.check(&file, name, pin)?.0 {
            Verdict::Good | Verdict::GoodDespitePin => Ok(true),
            Verdict::Unverifiable if self.options.offline => Err(self.unverifiable(name)),
            Verdict::Unverifiable => Ok(false),
            Verdict::Bad(problem) => {
                let gone = self.repo.discard(&file);
                self.observer.event(PullEvent::Discarded {
                    path: &file.pointer,
                    reason: &problem,
                });
                if gone && !self.options.offline {
                    return Ok(false);
                }
                Err(HubError::Corrupt {
                    model: self.model.clone(),
                    file: name.to_string(),
                    problem,
                    fate: if gone {
                        FileFate::DeletedFromCache
                    } else {
                        FileFate::LeftInCache
                    },
                    endpoint: None,
                })
            }
        }
    }

    /// Verifies a file of the cache; one that the ledger has as verified is not hashed again.
    pub(super) fn check(
        &mut self,
        file: &CachedFile,
        name: &FileName,
        pin: Option<&Pin>,
    ) -> Result<(Verdict, FileDigest), HubError> {
        let metadata = file
            .content
            .metadata()
            .map_err(io_error("read", &file.content))?;
        let known = self
            .ledger
            .recall(&file.content, &metadata)
            .filter(|_| !self.rehash)
            .cloned();
        let found = match &known {
            Some(found) => found.clone(),
            None => {
                let bytes = metadata.len();
                let observer = &mut *self.observer;
                let event = |done| PullEvent::Verifying {
                    file: name.as_str(),
                    bytes,
                    done,
                };
                digest::file_digest(&file.content, |done| observer.event(event(done)))
                    .map_err(io_error("read", &file.content))?
            }
        };
        let verdict = self.judge(name, pin, file.etag.as_ref(), &file.content, &found)?;
        if known.is_none() && matches!(verdict, Verdict::Good | Verdict::GoodDespitePin) {
            self.ledger
                .record(&file.content, &self.commit, name, &found);
        }
        Ok((verdict, found))
    }

    pub(super) fn unverifiable(&self, name: &FileName) -> HubError {
        HubError::Unverifiable {
            model: self.model.clone(),
            file: name.to_string(),
        }
    }

    /// Sends to the observer what is about to be downloaded: so many files, which take so many bytes.
    ///
    /// # Errors
    /// [`HubError::NoRoom`] if the disk has no room for them.
    pub(super) fn announce(&mut self, files: usize, bytes: u64) -> Result<(), HubError> {
        let free = free_space(&self.options.cache);
        if let Some(free) = free.filter(|&free| free < bytes) {
            return Err(HubError::NoRoom {
                model: self.model.clone(),
                needed: bytes,
                free,
                folder: self.options.cache.clone(),
            });
        }
        self.observer.event(PullEvent::Planned {
            model: &self.model,
            files,
            bytes,
            licence: self.licence.as_ref(),
            free,
            folder: &self.options.cache,
        });
        Ok(())
    }

    /// Records that the commit lacks an optional file, so that later starts need not ask.
    pub(super) fn note_absent(&self, name: &FileName) {
        if let Err(error) = self.repo.mark_absent(&self.commit, name) {
            tracing::debug!(file = name.as_str(), %error, "an absent file cannot be noted");
        }
    }
}

/// The repository's folder in the cache of these options, as an absolute path.
pub(super) fn repo_cache(options: &HubOptions, id: &RepositoryId) -> Result<RepoCache, HubError> {
    Ok(RepoCache::new(&absolute(&options.cache)?, id))
}

fn absolute(path: &Path) -> Result<PathBuf, HubError> {
    std::path::absolute(path).map_err(io_error("find", path))
}
