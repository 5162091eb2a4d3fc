//! What the lines of a journal say.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::shown::Shown;
use crate::archive::key;
use crate::archive::shard::Shard;
use crate::files::{Stamp, hex, sha256_of_file};
use crate::names::SeenName;

/// The format of a journal. Until 3 results were named otherwise.
pub(super) const VERSION: u32 = 3;
/// Maximum size of a line.
pub(super) const MAX_LINE_BYTES: u64 = 16 << 20;
/// How much of a title, a summary and an error message an entry keeps, in bytes.
const MAX_TITLE_BYTES: usize = 1 << 10;
const MAX_SUMMARY_BYTES: usize = 16 << 10;
const MAX_MESSAGE_BYTES: usize = 4 << 10;
/// How many names of an article an entry keeps.
const MAX_NAMES: usize = 1 << 10;

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
        /// The part of the articles that the run does; if `None`, all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shard: Option<Shard>,
    },
    /// Files that are about to be written, or were by runs whose entries no longer count.
    Writing {
        writing: Vec<String>,
    },
    Run {
        run: RunCost,
    },
    Data {
        data: DataFile,
        /// The file as it was then, if it was complete.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stamp: Option<Stamp>,
        /// The file of another format that was made of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        made: Option<MadeFile>,
    },
    Entry(Box<Entry>),
}

impl JournalLine {
    pub(super) fn header() -> Self {
        Self::Header { journal: VERSION }
    }

    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        // Most lines are entries, and only they begin so: trying each kind takes longer.
        if bytes.starts_with(b"{\"id\":") {
            return serde_json::from_slice(bytes).ok().map(Self::Entry);
        }
        serde_json::from_slice(bytes).ok()
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

/// A finished article: its result, and what an overview says of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::archive) struct Completed {
    /// The result's file below the folder of results, and the file as it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stamp: Option<Stamp>,
    /// First byte of the result, and the byte after its last, in a single file of results.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<(u64, u64)>,
    /// Key of the result's bytes, in hexadecimal.
    pub digest: String,
    /// The input that the article was found in or as, by its path from the journal's folder; `None` if that
    /// was a stream, and of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    pub title: Option<String>,
    pub date: Option<String>,
    pub summary: Option<String>,
    /// Sentences that failed a check, by its name.
    pub flags: BTreeMap<String, usize>,
    /// The names of the article, where the run keeps them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<SeenName>,
    /// What the page over all articles shows besides, where there is one; earlier versions did not
    /// record it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Box<Shown>>,
}

impl Completed {
    /// Shortens what would make a line too long.
    pub(in crate::archive) fn bounded(self) -> Self {
        Self {
            title: self.title.map(|title| shortened(title, MAX_TITLE_BYTES)),
            summary: self.summary.map(|text| shortened(text, MAX_SUMMARY_BYTES)),
            names: self.names.into_iter().take(MAX_NAMES).collect(),
            ..self
        }
    }
}

/// Why an article failed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::archive) struct FailureReason {
    pub kind: String,
    pub message: String,
}

impl FailureReason {
    pub(in crate::archive) fn new(kind: &str, message: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            message: shortened(message.to_owned(), MAX_MESSAGE_BYTES),
        }
    }
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

/// A file of another format than JSON lines, as a run wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::archive) struct MadeFile {
    stamp: Stamp,
    /// Key of its bytes, in hexadecimal.
    digest: String,
}

impl MadeFile {
    /// The file at this path as it is now.
    pub(in crate::archive) fn of(path: &Path) -> io::Result<Self> {
        Ok(Self {
            stamp: Stamp::of(&fs::metadata(path)?),
            digest: digest(path)?,
        })
    }

    /// Whether the file at this path is as it was written. Its bytes are read only where its stamp
    /// differs and its size does not.
    pub(in crate::archive) fn is_at(&self, path: &Path) -> bool {
        let now = fs::metadata(path).ok().map(|now| Stamp::of(&now));
        now.is_some_and(|now| {
            now == self.stamp
                || now.bytes == self.stamp.bytes
                    && digest(path).is_ok_and(|digest| digest == self.digest)
        })
    }
}

fn digest(path: &Path) -> io::Result<String> {
    Ok(hex(&key::shortened(&sha256_of_file(path)?)))
}

/// The first bytes of a text, and `…` if there are more.
pub(super) fn shortened(mut text: String, max_bytes: usize) -> String {
    if text.len() > max_bytes {
        let mut end = max_bytes;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_shortened_between_its_characters() {
        assert_eq!(shortened(String::from("әліппе"), 12), "әліппе");
        assert_eq!(shortened(String::from("әліппе"), 11), "әліпп…");
        let reason = FailureReason::new("article", &"ә".repeat(1 << 20));
        assert!(reason.message.len() <= MAX_MESSAGE_BYTES + "…".len());
    }
}
