//! From what a user named to the files of a model, verified.

use super::cache::RepoCache;
use super::digest::Pin;
use super::error::{HubError, io_error};
use super::http::{Client, Listing};
use super::observer::PullObserver;
use super::options::HubOptions;
use super::session::{Availability, Found, Session, repo_cache};
use crate::catalogue::{Commit, Entry, FileName, ModelSpec, RepositoryId, Revision};
use crate::model_files::layout::{self, Layout, LayoutError, borrowed, parts_beside};
use crate::model_files::{Licence, ModelFiles, assemble};

/// The files of a model: from its folder, from the cache, or from the hub.
///
/// A model of the catalogue, or a repository at a full commit, needs no network once it is in the
/// cache. A branch is used at the commit in the cache, unless [`HubOptions::refresh`] asks the hub
/// for its present one.
///
/// # Errors
/// If a file is missing and cannot be downloaded, a file is not what its pin or the hub says, or the
/// files are not those of a model.
pub fn fetch(
    spec: &ModelSpec,
    options: &HubOptions,
    observer: &mut dyn PullObserver,
) -> Result<ModelFiles, HubError> {
    match spec {
        ModelSpec::Folder(folder) => Ok(ModelFiles::of_folder(folder)?),
        ModelSpec::Catalogue(entry) => from_catalogue(spec, entry, options, observer),
        ModelSpec::Repository { id, revision } => {
            from_repository(spec, id, revision, options, observer)
        }
    }
}

/// As [`fetch`], but a folder may lack a tokenizer: what works on token ids needs none.
///
/// # Errors
/// As [`fetch`].
pub fn fetch_network(
    spec: &ModelSpec,
    options: &HubOptions,
    observer: &mut dyn PullObserver,
) -> Result<ModelFiles, HubError> {
    match spec {
        ModelSpec::Folder(folder) => Ok(ModelFiles::of_network_folder(folder)?),
        _ => fetch(spec, options, observer),
    }
}

fn from_catalogue(
    spec: &ModelSpec,
    entry: &'static Entry,
    options: &HubOptions,
    observer: &mut dyn PullObserver,
) -> Result<ModelFiles, HubError> {
    let (id, commit) = (entry.repository.clone(), entry.commit.clone());
    let mut session = Session::new(spec, id, commit, options, observer)?;
    let there = session.ensure_all(catalogue_files(entry))?;
    let layout = Layout::choose(&there.iter().map(FileName::as_str).collect())
        .map_err(|problem| session.no_model(problem))?;
    Ok(ModelFiles {
        protocol: Some(entry.protocol),
        ..session.finish(&layout)?
    })
}

/// What a model of the catalogue needs: the file, its pin, and whether it may be missing.
pub(super) fn catalogue_files(
    entry: &Entry,
) -> impl Iterator<Item = (&FileName, Option<Pin>, bool)> {
    entry
        .files
        .iter()
        .map(|file| (&file.name, Pin::of_entry(file), file.optional))
}

fn from_repository(
    spec: &ModelSpec,
    id: &RepositoryId,
    revision: &Revision,
    options: &HubOptions,
    observer: &mut dyn PullObserver,
) -> Result<ModelFiles, HubError> {
    let (commit, listing) = locate(spec, id, revision, options)?;
    let mut session = Session::new(spec, id.clone(), commit, options, observer)?;
    let layout = match listing {
        Some(listing) => session.chosen_of(listing)?,
        None => match session.complete_layout() {
            Ok(layout) => layout,
            Err(problem @ LayoutError::Read { .. }) => return Err(session.no_model(problem)),
            Err(problem) if options.offline => return Err(session.offline(problem)),
            Err(_) => {
                let client = session.client()?;
                let revision = Revision::from(session.commit.clone());
                session.chosen_of(client.listing(id, &revision)?)?
            }
        },
    };
    session.note_revision(revision)?;
    session.ensure_all(layout.files().into_iter().map(|name| (name, None, false)))?;
    session.finish(&layout)
}

/// The commit of a revision, and the listing if the hub was asked for it.
pub(super) fn locate(
    spec: &ModelSpec,
    id: &RepositoryId,
    revision: &Revision,
    options: &HubOptions,
) -> Result<(Commit, Option<Listing>), HubError> {
    let known = || match (revision.as_commit(), repo_cache(options, id)) {
        (Some(commit), _) => Ok(Some(commit)),
        (None, Ok(repo)) => read_ref(&repo, revision),
        (None, Err(_)) => Ok(None),
    };
    let may_have_moved = options.refresh && !options.offline && revision.as_commit().is_none();
    match known()?.filter(|_| !may_have_moved) {
        Some(commit) => Ok((commit, None)),
        None if options.offline => Err(HubError::Offline {
            model: spec.to_string(),
            files: vec![format!("refs/{revision}")],
            cache: options.cache.clone(),
        }),
        None => {
            let listing = Client::new(options)?.listing(id, revision)?;
            Ok((listing.commit.clone(), Some(listing)))
        }
    }
}

fn read_ref(repo: &RepoCache, revision: &Revision) -> Result<Option<Commit>, HubError> {
    let refs = repo.root().join("refs");
    repo.read_ref(revision).map_err(io_error("read", &refs))
}

impl Session<'_> {
    /// Provides every file and returns the names of those that exist; the first error ends it. Nothing
    /// is downloaded before all are found.
    fn ensure_all<'f>(
        &mut self,
        files: impl Iterator<Item = (&'f FileName, Option<Pin>, bool)>,
    ) -> Result<Vec<FileName>, HubError> {
        let (mut there, mut missing, mut to_pull) = (Vec::new(), Vec::new(), Vec::new());
        for (name, pin, optional) in files {
            let pin = self.pin(name, pin);
            match self.find(name, pin.as_ref(), optional)? {
                Found::Settled(Availability::Present) => there.push(name.clone()),
                Found::Settled(Availability::Absent) => {}
                Found::Settled(Availability::Missing) => missing.push(name.to_string()),
                Found::ToPull(head) => to_pull.push((name, pin, head)),
            }
        }
        if !missing.is_empty() {
            return Err(self.missing(missing));
        }
        if !to_pull.is_empty() {
            let left = to_pull.iter();
            let left = left.map(|(_, pin, head)| self.bytes_left(head, pin.as_ref()));
            let bytes = left.fold(0, u64::saturating_add);
            self.announce(to_pull.len(), bytes)?;
        }
        for (name, pin, head) in to_pull {
            self.pull(name, pin.as_ref(), &head)?;
            there.push(name.clone());
        }
        Ok(there)
    }

    /// Chooses files from the hub's list; records a missing generation_config.json for later starts.
    fn chosen_of(&mut self, listing: Listing) -> Result<Layout, HubError> {
        let layout =
            Layout::choose(&borrowed(&listing.names)).map_err(|problem| self.no_model(problem))?;
        if let (None, Ok(name)) = (&layout.network.generation_config, generation_config()) {
            self.note_absent(&name);
        }
        self.licence = listing.licence.map(|id| Licence {
            id,
            notice: None,
            link: None,
        });
        Ok(layout)
    }

    /// Records the commit of a branch, as Python does, before its files are pulled: an interrupted
    /// pull continues at the same commit.
    fn note_revision(&self, revision: &Revision) -> Result<(), HubError> {
        let known = read_ref(&self.repo, revision)?;
        if revision.as_commit().is_some() || known.as_ref() == Some(&self.commit) {
            return Ok(());
        }
        let refs = self.repo.root().join("refs");
        self.repo
            .write_ref(revision, &self.commit)
            .map_err(io_error("write", &refs))
    }

    /// The layout of the snapshot, if that is a complete model: with its weights' parts, and with
    /// generation_config.json unless the commit is known to have none. Offline, one that is not in
    /// the cache counts as known.
    fn complete_layout(&self) -> Result<Layout, LayoutError> {
        let names = self.repo.names(&self.commit)?;
        let layout = Layout::choose(&borrowed(&names))?;
        parts_beside(
            &self.repo.snapshot(&self.commit),
            &layout.network.weights,
            &names,
        )?;
        let name = generation_config()?;
        let settled = layout.network.generation_config.is_some()
            || self.options.offline
            || self.repo.is_absent(&self.commit, &name);
        if settled {
            Ok(layout)
        } else {
            Err(LayoutError::Unsettled(name.to_string()))
        }
    }

    /// Provides the weights' parts, if they have any, and returns the model's files.
    fn finish(&mut self, layout: &Layout) -> Result<ModelFiles, HubError> {
        let root = self.repo.snapshot(&self.commit);
        let mut parts = vec![layout.network.weights.file.clone()];
        if layout.network.weights.is_index {
            let index = root.join(layout.network.weights.file.as_str());
            parts = layout::parts(&index).map_err(|problem| self.no_model(problem))?;
            self.ensure_all(parts.iter().map(|name| (name, None, false)))?;
        }
        let id = format!("{}@{}", self.id, self.commit);
        Ok(ModelFiles {
            licence: self.licence.clone(),
            ..assemble(&root, &layout.network, Some(&layout.tokenizer), &parts, id)
        })
    }

    fn no_model(&self, problem: LayoutError) -> HubError {
        HubError::NotAModel {
            model: self.model.clone(),
            problem,
        }
    }

    /// The error of an incomplete snapshot if the network may not be used.
    pub(super) fn offline(&self, problem: LayoutError) -> HubError {
        let file = match problem {
            LayoutError::NoConfig => "config.json".to_owned(),
            LayoutError::NoTokenizer => "tokenizer.json".to_owned(),
            LayoutError::NoWeights => "model.safetensors".to_owned(),
            LayoutError::MissingPart(_, part) => part,
            problem => return self.no_model(problem),
        };
        self.missing(vec![file])
    }

    fn missing(&self, files: Vec<String>) -> HubError {
        HubError::Offline {
            model: self.model.clone(),
            files,
            cache: self.options.cache.clone(),
        }
    }
}

fn generation_config() -> Result<FileName, LayoutError> {
    Ok(FileName::new("generation_config.json")?)
}
