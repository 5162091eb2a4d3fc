//! One model at one commit, being looked for: in the cache first, on the hub where allowed.

use std::path::{Path, PathBuf};

use super::cache::{CachedFile, RepoCache};
use super::digest::{self, Fingerprint, Pin, Verdict};
use super::error::{FileFate, HubError, io_error};
use super::http::Client;
use super::ledger::Ledger;
use super::observer::{PullEvent, PullObserver};
use super::options::HubOptions;
use crate::catalogue::{Commit, FileName, ModelSpec, RepositoryId};
use crate::model_files::Licence;

/// What is known while a model's files are brought together.
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
    /// Hash again what the ledger knows.
    pub distrust: bool,
    client: Option<Client>,
    licence_said: bool,
}

/// What became of a file that was asked for.
pub(super) enum Found {
    /// In the snapshot, and good.
    There,
    /// The repository has no such file, which was to be expected.
    Absent,
    /// Not in the cache, and the hub may not be asked.
    Missing,
}

impl<'a> Session<'a> {
    pub fn new(
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
            distrust: false,
            client: None,
            licence_said: false,
        })
    }

    /// The client, made when the first question is asked.
    pub fn client(&mut self) -> Result<Client, HubError> {
        match &self.client {
            Some(client) => Ok(client.clone()),
            None => Ok(self.client.insert(Client::new(self.options)?).clone()),
        }
    }

    /// Brings one file: verified from the cache, else from the hub.
    pub fn ensure(
        &mut self,
        name: &FileName,
        pin: Option<Pin>,
        optional: bool,
    ) -> Result<Found, HubError> {
        let pin = self.pin(name, pin);
        if self.cached(name, pin.as_ref())? {
            return Ok(Found::There);
        }
        if optional && self.repo.is_absent(&self.commit, name) {
            return Ok(Found::Absent);
        }
        if self.options.offline {
            return Ok(if optional {
                Found::Absent
            } else {
                Found::Missing
            });
        }
        self.pull(name, pin.as_ref(), optional)
    }

    /// What is known of a file beforehand: a firm pin of the catalogue, else what the first pull
    /// recorded, else a weaker pin.
    pub fn pin(&self, name: &FileName, of_catalogue: Option<Pin>) -> Option<Pin> {
        match of_catalogue {
            Some(pin) if pin.firm && pin.sha256.is_some() => Some(pin),
            weak => self.ledger.pulled(&self.commit, name).or(weak),
        }
    }

    /// Whether the file is in the snapshot and good. A bad one is thrown away: with
    /// a connection it counts as missing and is pulled anew, without one that is an error.
    pub fn cached(&mut self, name: &FileName, pin: Option<&Pin>) -> Result<bool, HubError> {
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
                    fate: match gone {
                        true => FileFate::DeletedFromCache,
                        false => FileFate::LeftInCache,
                    },
                    endpoint: None,
                })
            }
        }
    }

    /// Verifies a file of the cache, by the ledger where it has not changed since.
    pub fn check(
        &mut self,
        file: &CachedFile,
        name: &FileName,
        pin: Option<&Pin>,
    ) -> Result<(Verdict, Fingerprint), HubError> {
        let metadata = file
            .content
            .metadata()
            .map_err(io_error("read", &file.content))?;
        let known = match self.distrust {
            true => None,
            false => self.ledger.recall(&file.content, &metadata).cloned(),
        };
        let is = match &known {
            Some(is) => is.clone(),
            None => {
                let bytes = metadata.len();
                let observer = &mut *self.observer;
                let event = |done| PullEvent::Verifying {
                    file: name.as_str(),
                    bytes,
                    done,
                };
                digest::fingerprint(&file.content, |done| observer.event(event(done)))
                    .map_err(io_error("read", &file.content))?
            }
        };
        let verdict = self.judge(name, pin, file.word.as_ref(), &file.content, &is)?;
        if known.is_none() && matches!(verdict, Verdict::Good | Verdict::GoodDespitePin) {
            self.ledger.record(&file.content, &self.commit, name, &is);
        }
        Ok((verdict, is))
    }

    pub fn unverifiable(&self, name: &FileName) -> HubError {
        HubError::Unverifiable {
            model: self.model.clone(),
            file: name.to_string(),
        }
    }

    /// Says the licence, once, when something is about to be downloaded.
    pub fn say_licence(&mut self) {
        if let Some(licence) = self.licence.as_ref().filter(|_| !self.licence_said) {
            self.observer.event(PullEvent::Licence {
                model: &self.model,
                licence,
            });
        }
        self.licence_said = true;
    }

    /// Remembers that the commit lacks an optional file, so that later starts need not ask.
    pub fn note_absent(&self, name: &FileName) {
        if let Err(error) = self.repo.mark_absent(&self.commit, name) {
            tracing::debug!(file = name.as_str(), %error, "an absent file cannot be noted");
        }
    }
}

/// The repository's place in the cache of these options, as an absolute path.
pub(super) fn repo_cache(options: &HubOptions, id: &RepositoryId) -> Result<RepoCache, HubError> {
    Ok(RepoCache::new(&absolute(&options.cache)?, id))
}

fn absolute(path: &Path) -> Result<PathBuf, HubError> {
    std::path::absolute(path).map_err(io_error("find", path))
}
