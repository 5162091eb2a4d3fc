//! Why a model could not be had, in words that say what to do.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::layout::LayoutError;

/// A model could not be had or verified.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HubError {
    /// Files are missing and the network may not be asked.
    #[error(
        "offline, and {model} is not complete in {cache}: {files} missing; run `translate models \
         pull {model}` on a machine with a connection and share its cache (HF_HOME names the folder)",
        cache = cache.display(), files = listed(files)
    )]
    Offline {
        model: String,
        files: Vec<String>,
        cache: PathBuf,
    },

    /// The hub knows no such repository, revision or file.
    #[error("{endpoint} has no {what}; check the name{hint}")]
    NotFound {
        endpoint: String,
        what: String,
        hint: &'static str,
    },

    /// The hub wants to know who asks, or wants its terms accepted.
    #[error(
        "{repository} is gated or private ({status}): open {endpoint}/{repository} and accept its \
         terms, then {advice}"
    )]
    Gated {
        endpoint: String,
        repository: String,
        status: u16,
        advice: &'static str,
    },

    /// A file is not what the catalogue or the hub says it is. It is not used.
    #[error(
        "{file} of {model} is damaged or not the right file: {problem}; {fate}; run `translate \
         models pull {model}`{doubt}"
    )]
    Corrupt {
        model: String,
        file: String,
        problem: String,
        fate: &'static str,
        /// What to suspect if that does not help.
        doubt: String,
    },

    /// What the hub announces is already another file than the catalogue's.
    #[error(
        "{endpoint} announces {file} of {model} with {found}, but it is pinned as {pinned}; \
         nothing was downloaded"
    )]
    Disagrees {
        endpoint: String,
        model: String,
        file: String,
        found: String,
        pinned: String,
    },

    /// Nothing says what the file must be.
    #[error(
        "nothing says what {file} of {model} must be, so it cannot be checked: the cache does not \
         keep its hash; run `translate models pull {model}` with a connection"
    )]
    Unverifiable { model: String, file: String },

    /// The hub answered with something that cannot be an answer of a hub.
    #[error("{url} does not answer as a model hub does: {problem}; check HF_ENDPOINT")]
    BadAnswer { url: String, problem: String },

    /// The hub refused, or is out of order.
    #[error("{url} answered {status}; try again later, or check HF_ENDPOINT and the network")]
    Status { url: String, status: u16 },

    /// The hub cannot be reached, or the transfer kept breaking off.
    #[error(
        "cannot get {url}: {reason}; check the network, HF_ENDPOINT and the proxy (HTTPS_PROXY), \
         or use --offline where the model has been pulled"
    )]
    Network { url: String, reason: String },

    /// A file of the cache cannot be read or written.
    #[error("cannot {action} {path}: {error}{advice}", path = path.display(), advice = advice(error))]
    Io {
        action: &'static str,
        path: PathBuf,
        error: io::Error,
    },

    /// The folder or repository is there, and holds no model that can be loaded.
    #[error("{model} is no model in the hub's layout: {problem}")]
    NotAModel { model: String, problem: LayoutError },

    /// The options make no sense.
    #[error("{0}")]
    Options(String),
}

impl HubError {
    pub(super) fn io(action: &'static str, path: impl Into<PathBuf>, error: io::Error) -> Self {
        HubError::Io {
            action,
            path: path.into(),
            error,
        }
    }

    /// Whether the same command may succeed later with nothing changed but room on the disk.
    pub fn is_disk_full(&self) -> bool {
        matches!(self, HubError::Io { error, .. } if is_disk_full(error))
    }
}

fn advice(error: &io::Error) -> &'static str {
    match is_disk_full(error) {
        true => "; make room and run again: a pull goes on where it stopped",
        false => "",
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

fn listed(files: &[String]) -> String {
    match files {
        [one] => format!("{one} is"),
        many => format!("{} are", many.join(", ")),
    }
}

/// Text of a server as it may stand in an error: one short line without control characters.
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
    fn a_full_disk_is_told_from_other_troubles() {
        let error = |kind: io::ErrorKind| HubError::io("write", "/x", kind.into());
        assert!(error(io::ErrorKind::StorageFull).is_disk_full());
        assert!(!error(io::ErrorKind::PermissionDenied).is_disk_full());
    }

    #[test]
    fn offline_names_the_files_and_the_command() {
        let error = HubError::Offline {
            model: "nllb-600m".into(),
            files: vec!["config.json".into()],
            cache: "/cache".into(),
        };
        let message = error.to_string();
        assert!(message.contains("config.json is missing"), "{message}");
        assert!(
            message.contains("translate models pull nllb-600m"),
            "{message}"
        );
    }

    #[test]
    fn a_servers_text_cannot_drive_the_terminal() {
        assert_eq!(printable("a\x1b[2Jb\n"), "a[2Jb");
        assert_eq!(printable(&"x".repeat(500)).chars().count(), 201);
    }
}
