//! The catalogue's entries: one TOML file a model.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::model_files::{Commit, FileName, RepositoryId};
use crate::model_files::{Licence, Protocol, Task};

const SOURCES: [(&str, &str); 10] = [
    ("nllb-600m", include_str!("../../models/nllb-600m.toml")),
    (
        "nllb-600m-int8",
        include_str!("../../models/nllb-600m-int8.toml"),
    ),
    ("nllb-1.3b", include_str!("../../models/nllb-1.3b.toml")),
    (
        "nllb-1.3b-int8",
        include_str!("../../models/nllb-1.3b-int8.toml"),
    ),
    ("nllb-3.3b", include_str!("../../models/nllb-3.3b.toml")),
    (
        "nllb-3.3b-int8",
        include_str!("../../models/nllb-3.3b-int8.toml"),
    ),
    ("madlad-3b", include_str!("../../models/madlad-3b.toml")),
    ("hplt-kk-en", include_str!("../../models/hplt-kk-en.toml")),
    (
        "bart-large-cnn",
        include_str!("../../models/bart-large-cnn.toml"),
    ),
    (
        "distilbart-cnn",
        include_str!("../../models/distilbart-cnn.toml"),
    ),
];

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    SOURCES
        .iter()
        .map(|(name, text)| match toml::from_str(text) {
            Ok(entry) => entry,
            // Compiled in, and parsed by the unit test below: no user input gets here.
            Err(error) => panic!("models/{name}.toml: {error}"),
        })
        .collect()
});

/// Every model of the catalogue: translation first, each task's default first.
pub fn entries() -> &'static [Entry] {
    &ENTRIES
}

/// The entry of that name.
pub fn find(name: &str) -> Option<&'static Entry> {
    entries().iter().find(|entry| entry.name == name)
}

/// The first translation model whose licence allows commercial use.
pub fn translator_for_any_use() -> Option<&'static Entry> {
    entries().iter().find(|entry| {
        entry.task == Task::Translation && entry.licence.allows_commercial_use() == Some(true)
    })
}

/// A model of the catalogue: what it is, where it is published, and what its files must be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The name a user types.
    pub name: String,
    /// One line on what it is.
    pub about: String,
    /// What the model is for; the first entry of a task is its default.
    pub task: Task,
    /// How text becomes ids; it takes precedence over what config.json suggests.
    pub protocol: Protocol,
    /// The repository of the hub that publishes it, as `org/name`.
    pub repository: RepositoryId,
    /// The commit of the repository that this entry is pinned to.
    pub commit: Commit,
    /// About how much a pull downloads, in words (`2.5 GB`).
    pub download: String,
    /// About how much memory it takes as q8 on a CPU, in words: measured (docs/speed.md), or by its
    /// parameters.
    pub memory: Option<String>,
    /// How good it is, as somebody measured it.
    pub quality: Option<Quality>,
    /// The entry of the same model as 8-bit integers, which is taken in its place where it is
    /// computed with in integers: a smaller download.
    pub integers: Option<String>,
    /// The terms it is published under.
    pub licence: Licence,
    /// What it translates, or the language it summarises.
    pub languages: Languages,
    /// The files that are needed; no other is downloaded.
    pub files: Vec<FileEntry>,
}

impl Entry {
    /// How many of its files have a pin, and how many it has.
    pub fn pinned_files(&self) -> (usize, usize) {
        let is_pinned = |file: &&FileEntry| file.sha256.is_some();
        (
            self.files.iter().filter(is_pinned).count(),
            self.files.len(),
        )
    }

    /// The same model as 8-bit integers, if it is published so.
    pub fn as_integers(&self) -> Option<&'static Entry> {
        self.integers.as_deref().and_then(find)
    }
}

/// A published score.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Quality {
    /// The measure and its value: `chrF 56.4`.
    pub score: String,
    /// The texts that it was measured on.
    pub on: String,
    /// Who published it.
    pub source: String,
}

/// NLLB codes of what the model is used for here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Languages {
    /// The language it reads.
    pub source: String,
    /// The language it writes; equal to `source` for a summariser.
    pub target: String,
}

/// A file of a repository, and its pin.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Its path in the repository.
    pub name: FileName,
    /// Its size, if known.
    pub bytes: Option<u64>,
    /// Its SHA-256 in lower-case hexadecimal, if known.
    pub sha256: Option<String>,
    /// How well `bytes` and `sha256` are attested; [`PinConfidence::SingleSource`] where not stated.
    #[serde(default)]
    pub confidence: PinConfidence,
    /// Whether the repository may lack it.
    #[serde(default)]
    pub optional: bool,
}

/// How well a pin is attested. A file that disagrees with a corroborated or attested pin is refused,
/// whatever the hub says about it. A pin of a single source yields to the hub's ETag, with a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PinConfidence {
    /// The same in two or more independent public manifests.
    Corroborated,
    /// One manifest, and a page of the hub or a byte-exact rebuild.
    Attested,
    /// One source.
    #[default]
    SingleSource,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_compiled_in_entry_parses_and_is_named_as_its_file() {
        for ((name, _), entry) in SOURCES.iter().zip(entries()) {
            assert_eq!(*name, entry.name);
        }
    }

    #[test]
    fn each_task_has_its_default_first() {
        let first = |task| {
            entries()
                .iter()
                .find(|e| e.task == task)
                .map(|e| e.name.as_str())
        };
        assert_eq!(first(Task::Translation), Some("nllb-600m"));
        assert_eq!(first(Task::Summarization), Some("bart-large-cnn"));
    }

    #[test]
    fn hashes_are_64_lower_case_hexadecimal_digits() {
        for file in entries().iter().flat_map(|entry| &entry.files) {
            if let Some(hash) = &file.sha256 {
                assert_eq!(hash.len(), 64, "{}", file.name);
                assert!(hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
            }
        }
    }

    #[test]
    fn no_entry_names_a_file_twice_or_both_kinds_of_weights() {
        for entry in entries() {
            let names: HashSet<&str> = entry.files.iter().map(|f| f.name.as_str()).collect();
            assert_eq!(names.len(), entry.files.len(), "{}", entry.name);
            assert!(!(names.contains("model.safetensors") && names.contains("pytorch_model.bin")));
        }
    }

    #[test]
    fn the_same_model_as_integers_is_for_the_same_and_under_the_same_terms() {
        for entry in entries().iter().filter(|entry| entry.integers.is_some()) {
            let integers = entry.as_integers().unwrap();
            assert_eq!(entry.task, integers.task);
            assert_eq!(entry.protocol, integers.protocol);
            assert_eq!(entry.languages, integers.languages);
            assert_eq!(entry.licence, integers.licence);
            assert!(integers.integers.is_none());
        }
    }

    #[test]
    fn what_may_not_be_used_commercially_says_so() {
        for entry in entries() {
            let allows = entry.licence.allows_commercial_use();
            assert!(allows.is_some(), "{}", entry.name);
            if allows == Some(true) {
                continue;
            }
            let notice = entry.licence.notice.as_deref().unwrap_or_default();
            assert!(notice.contains("commercial"), "{}", entry.name);
        }
    }
}
