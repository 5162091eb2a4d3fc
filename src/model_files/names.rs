//! Untrusted names that go into paths and URLs: repositories, revisions, commits, files.
//!
//! Each has a type of its own, which cannot be made from a name that would leave its folder (`..`, an
//! absolute path, a backslash, a control character). The rules are the hub's, or stricter.

use std::fmt;

use serde::Deserialize;
use thiserror::Error;

/// A name that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{kind} {name:?} {reason}")]
pub struct NameError {
    kind: &'static str,
    name: String,
    reason: &'static str,
}

/// Maximum length of a name, in bytes; the hub's own limit for `org/repo` is lower.
const MAX_LENGTH: usize = 255;

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $check:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks a name.
            ///
            /// # Errors
            /// If the name is empty, too long, or could leave its folder.
            pub fn new(name: impl Into<String>) -> Result<Self, NameError> {
                let name = name.into();
                match $check(&name) {
                    Ok(()) => Ok(Self(name)),
                    Err(reason) => {
                        let name = name.chars().take(MAX_LENGTH).collect();
                        Err(NameError { kind: $kind, name, reason })
                    }
                }
            }

            /// The name as it was given.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(name: String) -> Result<Self, NameError> {
                Self::new(name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name_type!(
    /// A repository of the hub: `org/name`.
    RepositoryId, "repository", check_repository
);
name_type!(
    /// A branch, tag or commit of a repository; branches may hold slashes (`refs/pr/5`).
    Revision, "revision", check_path
);
name_type!(
    /// A full commit hash: 40 lower-case hexadecimal digits.
    Commit, "commit", check_commit
);
name_type!(
    /// A file of a repository, its path below the root with forward slashes.
    FileName, "file name", check_path
);

impl Revision {
    /// The branch of a repository that is named without a revision.
    pub fn main() -> Self {
        Self("main".to_owned())
    }

    /// The revision as a commit, if it is a full hash; such a revision never moves.
    pub fn as_commit(&self) -> Option<Commit> {
        Commit::new(self.0.clone()).ok()
    }
}

impl From<Commit> for Revision {
    fn from(commit: Commit) -> Self {
        Self(commit.0)
    }
}

fn check_repository(name: &str) -> Result<(), &'static str> {
    match name.split_once('/') {
        Some((org, repo)) if !repo.contains('/') => {
            check_part(org)?;
            check_part(repo)?;
        }
        _ => return Err("is not of the form org/name"),
    }
    // The cache writes '/' as "--": a name with "--" could be taken for another repository.
    if name.contains("--") || name.contains("..") {
        return Err("holds \"--\" or \"..\"");
    }
    check_length(name)
}

fn check_path(name: &str) -> Result<(), &'static str> {
    name.split('/').try_for_each(check_part)?;
    check_length(name)
}

fn check_commit(name: &str) -> Result<(), &'static str> {
    let hexadecimal = name.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if name.len() == 40 && hexadecimal {
        Ok(())
    } else {
        Err("is not 40 hexadecimal digits")
    }
}

/// One component of a path or repository name.
fn check_part(part: &str) -> Result<(), &'static str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | '=');
    if part.is_empty() {
        Err("has an empty part")
    } else if part.starts_with('.') || part.ends_with('.') {
        Err("has a part that begins or ends with a dot")
    } else if !part.chars().all(allowed) {
        Err("has characters other than letters, digits, '-', '_', '.', '+' and '='")
    } else {
        Ok(())
    }
}

fn check_length(name: &str) -> Result<(), &'static str> {
    if name.len() <= MAX_LENGTH {
        Ok(())
    } else {
        Err("is longer than 255 characters")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_pass() {
        assert!(RepositoryId::new("facebook/nllb-200-distilled-600M").is_ok());
        assert!(RepositoryId::new("google/t5_1.1-base").is_ok());
        assert!(Revision::new("refs/pr/39").is_ok());
        assert!(FileName::new("model-00001-of-00002.safetensors").is_ok());
        assert!(FileName::new("onnx/model.bin").is_ok());
    }

    #[test]
    fn names_that_would_leave_their_folder_do_not() {
        for bad in [
            "../x",
            "a/../b",
            "/etc/passwd",
            "a//b",
            "a\\b",
            "a\0b",
            "a\nb",
            "",
            ".git",
            "a/",
        ] {
            assert!(FileName::new(bad).is_err(), "{bad:?}");
            assert!(Revision::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_repository_has_exactly_two_parts() {
        for bad in [
            "gpt2", "a/b/c", "/b", "a/", "a/..", "../b", "a b/c", "a--b/c", "a/b--c",
        ] {
            assert!(RepositoryId::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn only_a_full_hash_is_a_commit() {
        let hash = "f8d333a098d19b4fd9a8b18f94170487ad3f821d";
        assert_eq!(
            Revision::new(hash).unwrap().as_commit().unwrap().as_str(),
            hash
        );
        assert!(Revision::main().as_commit().is_none());
        assert!(Commit::new(hash.to_uppercase()).is_err());
        assert!(Commit::new(&hash[..39]).is_err());
    }

    #[test]
    fn an_endless_name_is_cut_in_the_error() {
        let error = FileName::new("x".repeat(10_000)).unwrap_err();
        assert!(error.to_string().len() < 400);
    }
}
