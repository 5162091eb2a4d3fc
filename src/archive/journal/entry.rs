//! The lines of a journal.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The format of a journal.
pub(super) const VERSION: u32 = 1;
/// Maximum size of a line.
pub(super) const MAX_LINE_BYTES: u64 = 16 << 20;

/// One line. Its fields show which kind it is.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum JournalLine {
    /// The first line.
    Header {
        journal: u32,
    },
    /// The entries before this line are committed.
    Commit {
        commit: u64,
    },
    Run {
        run: RunCost,
    },
    Data {
        data: DataFile,
    },
    Entry(Box<Entry>),
}

impl JournalLine {
    pub(super) fn header() -> Self {
        Self::Header { journal: VERSION }
    }

    /// The line's bytes, line break included.
    pub(super) fn bytes(&self) -> Vec<u8> {
        // A journal's lines are made of strings and numbers, which always become JSON.
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }
}

/// What became of one article.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::archive) struct Entry {
    pub id: String,
    /// Its key in hexadecimal, if that is not the key of its id: of several inputs with one id,
    /// only one article is known by the id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Key of what was found under that id; see [`Record::revision`](crate::archive::Record::revision).
    pub input: String,
    pub fingerprint: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Completed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<FailureReason>,
}

/// A finished article: where its result is, and what an overview says of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::archive) struct Completed {
    /// The result's file below the folder of results.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// First byte of the result, and the byte after its last, in a single file of results.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<(u64, u64)>,
    pub title: Option<String>,
    pub date: Option<String>,
    pub summary: Option<String>,
    /// Sentences that failed a check, by its name.
    pub flags: BTreeMap<String, usize>,
}

/// Why an article failed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::archive) struct FailureReason {
    pub kind: String,
    pub message: String,
}

/// The size of what runs translated and the time it took, for estimates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(in crate::archive) struct RunCost {
    /// Bytes of the articles translated.
    pub bytes: u64,
    pub seconds: f64,
}

/// The file that the ranges of entries refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::archive) enum DataFile {
    /// The unfinished file or, if it is gone, the final one that it became.
    Part,
    /// The final file.
    Final,
}
