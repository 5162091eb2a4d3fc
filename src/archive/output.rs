//! Where the results of a run go, and the files that go with them.

use std::path::PathBuf;

use super::paths::{ERRORS, JOURNAL, OVERVIEW};
use crate::files::with_ending;
use crate::report::Format;

/// Where the results of a run go.
#[derive(Debug, Clone)]
pub enum Output {
    /// A file an article below this folder, in this format; `marks` names failed checks in text.
    Folder {
        root: PathBuf,
        format: Format,
        marks: bool,
    },
    /// All into one file of JSON lines.
    JsonLines(PathBuf),
    /// All into one Parquet file.
    Parquet(PathBuf),
}

impl Output {
    pub(super) fn journal(&self) -> PathBuf {
        match self {
            Self::Folder { root, .. } => root.join(JOURNAL),
            Self::JsonLines(path) | Self::Parquet(path) => with_ending(path, "journal"),
        }
    }

    /// Where failures are listed.
    pub fn errors(&self) -> PathBuf {
        match self {
            Self::Folder { root, .. } => root.join(ERRORS),
            Self::JsonLines(path) | Self::Parquet(path) => with_ending(path, "errors.jsonl"),
        }
    }

    /// The page over all articles in a folder of results.
    pub fn overview(&self) -> Option<PathBuf> {
        match self {
            Self::Folder { root, .. } => Some(root.join(OVERVIEW)),
            Self::JsonLines(_) | Self::Parquet(_) => None,
        }
    }
}
