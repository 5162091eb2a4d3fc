//! Why a model is not available: facts, without advice.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::model_files::{FolderError, LayoutError};

/// A model is not available, or could not be verified.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HubError {
    /// Files are missing and the network may not be used.
    #[error(
        "offline, and {model} is not complete in {cache}: {files} missing",
        cache = cache.display(), files = listed(files)
    )]
    Offline {
        /// The model, as it was named.
        model: String,
        /// The missing files; `refs/…` if not even the commit of a branch is known.
        files: Vec<String>,
        /// The folder of the cache.
        cache: PathBuf,
    },

    /// The hub has no such repository, revision or file.
    #[error("{endpoint} has no {what}{}", if token.is_some() { ", or it is private" } else { "" })]
    NotFound {
        /// The hub's address, without a slash at its end.
        endpoint: String,
        /// What was asked for, in words: a repository, or a file at a commit.
        what: String,
        /// Set if the repository may be private: the hub's answer is the same as for a missing one.
        token: Option<TokenState>,
    },

    /// The hub wants a token, or wants its terms accepted.
    #[error("{repository} is gated or private ({status})")]
    Gated {
        /// The hub's address, without a slash at its end.
        endpoint: String,
        /// `org/name`.
        repository: String,
        /// The HTTP status, 401 or 403.
        status: u16,
        /// Whether the hub saw a token: if so, it is not enough for this repository.
        token: TokenState,
    },

    /// A file is not what the catalogue or the hub says it is. It is not used.
    #[error("{file} of {model} is damaged or not the right file: {problem}; {fate}")]
    Corrupt {
        /// The model, as it was named.
        model: String,
        /// The file's path in the repository.
        file: String,
        /// How it differs from what it must be.
        problem: String,
        /// Whether anything of it is still on the disk.
        fate: FileFate,
        /// The hub that delivered it; `None` for a file that was in the cache.
        endpoint: Option<String>,
    },

    /// The hub announces another file than the catalogue's.
    #[error(
        "{endpoint} announces {file} of {model} with {found}, but it is pinned as {pinned}; \
         nothing was downloaded"
    )]
    Disagrees {
        /// The hub's address, without a slash at its end.
        endpoint: String,
        /// The model, as it was named.
        model: String,
        /// The file's path in the repository.
        file: String,
        /// Size and ETag of the file that the hub announces.
        found: String,
        /// Size and SHA-256 of the pin, and who states it.
        pinned: String,
    },

    /// No hash of the file is known.
    #[error(
        "nothing says what {file} of {model} must be, so it cannot be checked: the cache does not \
         keep its hash"
    )]
    Unverifiable {
        /// The model, as it was named.
        model: String,
        /// The file's path in the repository.
        file: String,
    },

    /// The answer is not one that a model hub gives.
    #[error("{url} does not answer as a model hub does: {problem}")]
    BadAnswer {
        /// The address that was asked.
        url: String,
        /// What is missing or wrong in the answer.
        problem: String,
    },

    /// The hub refused, or is out of order.
    #[error("{url} answered {status}")]
    Status {
        /// The address that was asked.
        url: String,
        /// The HTTP status.
        status: u16,
    },

    /// The hub takes no requests for a while.
    #[error("{url} answered {status}, and asks to wait {seconds} s")]
    Busy {
        /// The address that was asked.
        url: String,
        /// The HTTP status, 429 or 503.
        status: u16,
        /// Until it takes requests again.
        seconds: u64,
    },

    /// The storage behind the hub refuses what the hub refers to it for.
    #[error("{host}, where the hub keeps {}, answered {status}", file_of(url))]
    StorageRefused {
        /// The storage.
        host: String,
        /// The address of the file on the hub.
        url: String,
        /// The HTTP status, 401 or 403.
        status: u16,
    },

    /// Another host that the hub refers to cannot be reached: most often the storage of large files.
    #[error(
        "{endpoint} refers to {host} for {}, which cannot be reached: {reason}",
        file_of(url)
    )]
    Elsewhere {
        /// The hub's address, without a slash at its end.
        endpoint: String,
        /// The host.
        host: String,
        /// The address of the file on the hub.
        url: String,
        /// What the last attempt failed on.
        reason: String,
    },

    /// Nothing vouches for the certificate that a host shows.
    #[error("{host} is not trusted: {reason}")]
    Certificate {
        /// The host.
        host: String,
        /// What is wrong with its certificate.
        reason: String,
    },

    /// The disk has too little room for what a pull would download.
    #[error(
        "{model} needs {} more, and {} are free in {}; nothing was downloaded",
        megabytes(*needed), megabytes(*free), folder.display()
    )]
    NoRoom {
        /// The model, as it was named.
        model: String,
        /// Bytes that are not here yet.
        needed: u64,
        /// Bytes that the disk has room for.
        free: u64,
        /// The folder of the cache.
        folder: PathBuf,
    },

    /// No connection to the hub can be made.
    #[error("{endpoint} cannot be reached: {reason}")]
    Unreachable {
        /// The hub's address, without a slash at its end.
        endpoint: String,
        /// What connecting failed on.
        reason: String,
    },

    /// The hub cannot be reached any more, or the transfer kept breaking off.
    #[error("cannot get {url}: {reason}")]
    Network {
        /// The address that was asked.
        url: String,
        /// What the last attempt failed on.
        reason: String,
    },

    /// A file of the cache cannot be read or written.
    #[error("cannot {action} {path}: {error}", path = path.display())]
    Io {
        /// What was attempted, for messages (`read`, `open the model folder`).
        action: &'static str,
        /// The file or folder it was done to.
        path: PathBuf,
        /// The system's error.
        #[source]
        error: io::Error,
    },

    /// The folder or repository exists, but has no model that can be loaded.
    #[error("{model} is not a model in the hub's layout: {problem}")]
    NotAModel {
        /// The model, as it was named.
        model: String,
        /// The file that is missing or unusable.
        #[source]
        problem: LayoutError,
    },

    /// The hub's address is not one.
    #[error("the hub's address is not an http or https address: {endpoint}")]
    BadEndpoint {
        /// The address from the options.
        endpoint: String,
    },

    /// The access token cannot be sent.
    #[error("the hub's access token has characters that no token has")]
    BadToken,

    /// A folder's files are not managed here.
    #[error("{folder} is a folder: its files are its owner's to check or remove")]
    IsFolder {
        /// The folder, as it was named.
        folder: String,
    },
}

/// Whether a request carried an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenState {
    /// A token was sent.
    Sent,
    /// There was no token to send.
    NotSet,
    /// The hub did not accept the token; the request was sent again without it.
    Refused,
}

/// What became of a file that is not the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileFate {
    /// The download was deleted.
    Deleted,
    /// The download could not be deleted.
    NotUsed,
    /// The download was refused before its first byte was kept.
    NothingKept,
    /// The file was in the cache and was deleted there.
    DeletedFromCache,
    /// The file is in the cache, because it could not be deleted there.
    LeftInCache,
}

impl fmt::Display for FileFate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Deleted => "it was deleted",
            Self::NotUsed => "it is not used",
            Self::NothingKept => "nothing of it was kept",
            Self::DeletedFromCache => "it was deleted from the cache",
            Self::LeftInCache => "it is not used, and could not be deleted from the cache",
        })
    }
}

impl From<FolderError> for HubError {
    fn from(error: FolderError) -> Self {
        match error {
            FolderError::Open { path, source } => Self::Io {
                action: "open the model folder",
                path,
                error: source,
            },
            FolderError::NotAModel { folder, problem } => Self::NotAModel {
                model: folder,
                problem,
            },
        }
    }
}

impl HubError {
    pub(super) fn io(action: &'static str, path: impl Into<PathBuf>, error: io::Error) -> Self {
        HubError::Io {
            action,
            path: path.into(),
            error,
        }
    }

    /// Whether the disk is full: the same call may succeed once there is space.
    pub fn is_disk_full(&self) -> bool {
        match self {
            HubError::Io { error, .. } => is_disk_full(error),
            HubError::NoRoom { .. } => true,
            _ => false,
        }
    }
}

fn is_disk_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

/// For `map_err`: names the path an operation failed on.
pub(super) fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> HubError {
    move |error| HubError::io(action, path, error)
}

/// A size in megabytes, the common unit of disks and downloads.
fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes.div_ceil(1_000_000))
}

/// The last part of a file's address.
fn file_of(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

fn listed(files: &[String]) -> String {
    match files {
        [one] => format!("{one} is"),
        many => format!("{} are", many.join(", ")),
    }
}

/// A server's text as an error may quote it: one short line without control characters.
pub(super) fn printable(text: &str) -> String {
    const MAX_CHARACTERS: usize = 200;
    let mut clean: String = text
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_CHARACTERS)
        .collect();
    if text.chars().count() > MAX_CHARACTERS {
        clean.push('…');
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_distinguished_from_other_errors() {
        let error = |kind: io::ErrorKind| HubError::io("write", "/x", kind.into());
        assert!(error(io::ErrorKind::StorageFull).is_disk_full());
        assert!(!error(io::ErrorKind::PermissionDenied).is_disk_full());
    }

    #[test]
    fn offline_names_the_files() {
        let error = HubError::Offline {
            model: "nllb-600m".into(),
            files: vec!["config.json".into()],
            cache: "/cache".into(),
        };
        let message = error.to_string();
        assert!(message.contains("config.json is missing"), "{message}");
    }

    #[test]
    fn a_servers_text_cannot_drive_the_terminal() {
        assert_eq!(printable("a\x1b[2Jb\n"), "a[2Jb");
        assert_eq!(printable(&"x".repeat(500)).chars().count(), 201);
    }
}
