//! Where the results of a run go, and the files that go with them.

use std::path::PathBuf;

use super::paths::{ERRORS, JOURNAL, OVERVIEW};
use crate::files::with_ending;
use crate::report::Format;

/// Where the results of a run go.
#[derive(Debug, Clone)]
pub enum Output {
    /// One file for each article, below this folder and in this format; `marks` adds the names of
    /// failed checks to text.
    Folder {
        /// The folder; it is created if it does not exist.
        root: PathBuf,
        /// The format of each article's file.
        format: Format,
        /// Whether text names the checks a sentence failed.
        marks: bool,
    },
    /// All results in one file of JSON lines.
    JsonLines(PathBuf),
    /// All results in one Parquet file.
    Parquet(PathBuf),
}

impl Output {
    /// The journal of the run.
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

    /// The page that lists all articles of a folder of results.
    pub fn overview(&self) -> Option<PathBuf> {
        match self {
            Self::Folder { root, .. } => Some(root.join(OVERVIEW)),
            Self::JsonLines(_) | Self::Parquet(_) => None,
        }
    }
}

/// Where a result was put.
pub(super) enum StoredAt {
    /// The file's path below the folder of results.
    File(String),
    /// First byte, and the byte after the last, in a single file.
    Range(u64, u64),
}
