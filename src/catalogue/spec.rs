//! What a model's name means: a model of the catalogue, a folder, or a repository.

use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::entry::{Entry, entries, find};
use crate::model_files::{NameError, RepositoryId, Revision};

/// A model by its name; whether it exists is not known yet.
#[derive(Debug, Clone)]
pub enum ModelSpec {
    /// A model of the catalogue, at its pinned commit.
    Catalogue(&'static Entry),
    /// A folder in the hub's file layout, used as it is.
    Folder(PathBuf),
    /// Any other repository of the hub.
    Repository {
        /// `org/name`.
        id: RepositoryId,
        /// A branch, a tag or a commit; `main` where the name states none.
        revision: Revision,
    },
}

/// A name that means no model.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum UnknownModel {
    /// Neither in the catalogue nor shaped like a folder or a repository.
    #[error(
        "there is no model {0:?}; the catalogue has {list}; a folder is named by its path \
         (./{0}), a repository of the hub as org/name or org/name@revision",
        list = known_names()
    )]
    Name(String),
    /// Shaped like a repository, with a part that cannot be one.
    #[error("{0}; a repository of the hub is named as org/name or org/name@revision")]
    Repository(#[from] NameError),
}

/// What `text` names. A name of the catalogue takes precedence over a folder of that name, which is
/// named as `./name`; a folder that exists takes precedence over a repository.
///
/// # Errors
/// If it is neither in the catalogue nor the name of a folder or repository.
pub fn resolve(text: &str) -> Result<ModelSpec, UnknownModel> {
    if let Some(entry) = find(text) {
        return Ok(ModelSpec::Catalogue(entry));
    }
    if is_path(text) || (!text.is_empty() && Path::new(text).exists()) {
        return Ok(ModelSpec::Folder(PathBuf::from(text)));
    }
    if !text.contains('/') {
        return Err(UnknownModel::Name(text.chars().take(100).collect()));
    }
    let (id, revision) = match text.split_once('@') {
        Some((id, revision)) => (id, Revision::new(revision)?),
        None => (text, Revision::main()),
    };
    Ok(ModelSpec::Repository {
        id: RepositoryId::new(id)?,
        revision,
    })
}

/// Whether the text can only be a path.
fn is_path(text: &str) -> bool {
    Path::new(text).is_absolute()
        || matches!(text, "." | "..")
        || ["./", "../", "~/", ".\\", "..\\"]
            .iter()
            .any(|prefix| text.starts_with(prefix))
        || text.ends_with('/')
        || text.contains('\\')
}

fn known_names() -> String {
    entries()
        .iter()
        .map(|entry| entry.name.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

impl ModelSpec {
    /// The catalogue's entry, if the model has one.
    pub fn entry(&self) -> Option<&'static Entry> {
        match self {
            ModelSpec::Catalogue(entry) => Some(entry),
            ModelSpec::Folder(_) | ModelSpec::Repository { .. } => None,
        }
    }

    /// Repository and revision of a model of the hub; `None` for a folder.
    pub fn repository(&self) -> Option<(RepositoryId, Revision)> {
        match self {
            ModelSpec::Folder(_) => None,
            ModelSpec::Repository { id, revision } => Some((id.clone(), revision.clone())),
            ModelSpec::Catalogue(entry) => Some((
                entry.repository.clone(),
                Revision::from(entry.commit.clone()),
            )),
        }
    }
}

/// As the user would type it.
impl fmt::Display for ModelSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ModelSpec::Catalogue(entry) => f.write_str(&entry.name),
            ModelSpec::Folder(path) => write!(f, "{}", path.display()),
            ModelSpec::Repository { id, revision } if *revision == Revision::main() => {
                write!(f, "{id}")
            }
            ModelSpec::Repository { id, revision } => write!(f, "{id}@{revision}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_the_catalogue() {
        let spec = resolve("nllb-600m").unwrap();
        assert_eq!(
            spec.entry().unwrap().repository.as_str(),
            "facebook/nllb-200-distilled-600M"
        );
        assert_eq!(spec.to_string(), "nllb-600m");
    }

    #[test]
    fn paths_are_folders_whether_they_exist_or_not() {
        let there = tempfile::tempdir().unwrap();
        for path in [
            "./x",
            "../x",
            "/x",
            ".",
            "models/x/",
            there.path().to_str().unwrap(),
        ] {
            assert!(matches!(resolve(path), Ok(ModelSpec::Folder(_))), "{path}");
        }
    }

    #[test]
    fn a_repository_with_and_without_a_revision() {
        for (text, wanted) in [("org/repo", "main"), ("org/repo@refs/pr/5", "refs/pr/5")] {
            let Ok(ModelSpec::Repository { id, revision }) = resolve(text) else {
                panic!("{text} is no repository")
            };
            assert_eq!((id.as_str(), revision.as_str()), ("org/repo", wanted));
            assert_eq!(resolve(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones_and_the_other_ways() {
        let message = resolve("nllb-700m").unwrap_err().to_string();
        for part in [
            "nllb-600m",
            "distilbart-cnn",
            "./nllb-700m",
            "org/name@revision",
        ] {
            assert!(message.contains(part), "{message}");
        }
        assert!(resolve("").is_err());
    }

    #[test]
    fn a_repository_that_would_leave_its_folder_is_refused() {
        for bad in [
            "org/..",
            "org/repo@../../x",
            "org/re\u{7}po",
            "org/repo@",
            "a/b/c",
        ] {
            assert!(
                matches!(resolve(bad), Err(UnknownModel::Repository(_))),
                "{bad:?}"
            );
        }
    }
}
