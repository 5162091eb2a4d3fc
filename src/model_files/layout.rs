//! Which files of a folder or repository make a model, by the hub's own naming.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use serde::Deserialize;
use thiserror::Error;

use super::{FileName, NameError};
use crate::files::{is_temporary, read_text};

/// The files chosen, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub network: NetworkNames,
    pub tokenizer: TokenizerNames,
}

/// The tokenizer's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TokenizerNames {
    Json(FileName),
    VocabMerges {
        vocab: FileName,
        merges: FileName,
    },
    SentencePiece {
        model: FileName,
        vocab: Option<FileName>,
    },
    SentencePieceSides {
        source: FileName,
        target: FileName,
        source_tokens: Option<FileName>,
        target_tokens: Option<FileName>,
    },
}

impl TokenizerNames {
    /// The files, each once.
    #[cfg(any(feature = "hub", test))]
    fn files(&self) -> Vec<&FileName> {
        let mut files = match self {
            Self::Json(file) => vec![file],
            Self::VocabMerges { vocab, merges } => vec![vocab, merges],
            Self::SentencePiece { model, vocab } => std::iter::once(model).chain(vocab).collect(),
            Self::SentencePieceSides {
                source,
                target,
                source_tokens,
                target_tokens,
            } => {
                let lists = source_tokens.iter().chain(target_tokens);
                [source, target].into_iter().chain(lists).collect()
            }
        };
        let mut known = BTreeSet::new();
        files.retain(|file| known.insert(file.as_str()));
        files
    }
}

/// The weights: one file, or an index that names its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WeightsNames {
    pub kind: WeightsKind,
    pub file: FileName,
    pub is_index: bool,
}

/// How the weights are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WeightsKind {
    Safetensors,
    Pickle,
    Ctranslate2,
    Npz,
    Gguf,
}

/// Why files do not make a model.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// What was named as a folder is something else, which the text says.
    #[error("{0}")]
    NotAFolder(&'static str),
    /// There is no config.json.
    #[error("config.json is missing")]
    NoConfig,
    /// No set of tokenizer files is complete.
    #[error(
        "it has neither tokenizer.json nor vocab.json with merges.txt, nor a file of SentencePiece \
         (sentencepiece.bpe.model, sentencepiece.model, spiece.model; Marian's source.spm and target.spm \
         with vocab.json, or one .spm)"
    )]
    NoTokenizer,
    /// There is no weight file, and no index of parts.
    #[error(
        "it has neither model.safetensors nor pytorch_model.bin, nor an index of either \
         (….index.json), nor model.bin of CTranslate2, nor a .npz of Marian, nor a .gguf"
    )]
    NoWeights,
    /// There are several files of a kind of which one would do.
    #[error("it has {count} {ending} files, and one is expected")]
    Several {
        /// How many there are.
        count: usize,
        /// What their names end with.
        ending: &'static str,
    },
    /// A folder converted for CTranslate2 lacks the list of its tokens.
    #[error(
        "it has model.bin of CTranslate2, and neither shared_vocabulary.json nor .txt \
         (nor source_vocabulary and target_vocabulary)"
    )]
    NoVocabulary,
    /// The index of that name is malformed, or names no part or too many; the second text says
    /// which.
    #[error("{0} is no index of weights: {1}")]
    BadIndex(String, String),
    /// The file of that name, or the folder, cannot be read.
    #[error("{name} cannot be read: {source}")]
    Read {
        /// The file's name, or the folder's path.
        name: String,
        /// What the system says.
        source: io::Error,
    },
    /// The index of the first name names a part of the second, which is not beside it.
    #[error("{0} names the part {1}, which is missing")]
    MissingPart(String, String),
    /// The folder was cloned without git-lfs.
    #[error("{file} is a git-lfs pointer, not the file of {bytes} bytes that it stands for")]
    GitLfsPointer {
        /// The file's name.
        file: String,
        /// The size of the file that is meant.
        bytes: u64,
    },
    /// The cache does not say whether the repository has the optional file of that name.
    #[error("whether it has {0} is not known")]
    Unsettled(String),
    /// An index names a part that is not a valid file name.
    #[error(transparent)]
    Name(#[from] NameError),
}

const CONFIG: &str = "config.json";
const GENERATION_CONFIG: &str = "generation_config.json";
/// The tokens of a folder converted for CTranslate2, in the order of their ids.
const VOCABULARIES: [&str; 2] = ["shared_vocabulary.json", "shared_vocabulary.txt"];
/// The same where source and target have tokens of their own.
const SOURCE_VOCABULARIES: [&str; 2] = ["source_vocabulary.json", "source_vocabulary.txt"];
const TARGET_VOCABULARIES: [&str; 2] = ["target_vocabulary.json", "target_vocabulary.txt"];
/// Marian's files of SentencePiece in a folder of transformers or CTranslate2.
const SOURCE_SPM: &str = "source.spm";
const TARGET_SPM: &str = "target.spm";
const GGUF: &str = ".gguf";
/// Marian's own weights, what its training leaves beside them, its pieces and their list.
const NPZ: &str = ".npz";
const MARIAN_TRAINING: &str = ".optimizer.npz";
const SPM: &str = ".spm";
const VOCAB: &str = ".vocab";
/// Files of SentencePiece: NLLB's and M2M100's, MADLAD-400's converted for CTranslate2, and T5's.
const SENTENCEPIECE: [&str; 3] = [
    "sentencepiece.bpe.model",
    "sentencepiece.model",
    "spiece.model",
];
const WEIGHTS: [(WeightsKind, &str, bool); 5] = [
    (WeightsKind::Safetensors, "model.safetensors", false),
    (
        WeightsKind::Safetensors,
        "model.safetensors.index.json",
        true,
    ),
    (WeightsKind::Pickle, "pytorch_model.bin", false),
    (WeightsKind::Pickle, "pytorch_model.bin.index.json", true),
    (WeightsKind::Ctranslate2, "model.bin", false),
];

impl Layout {
    /// Chooses among the names that are there: tokenizer.json before vocab.json and merges.txt, those
    /// before a file of SentencePiece; safetensors before a pickle, a
    /// pickle before CTranslate2's file, that before a .gguf, one file before parts. Nothing is chosen twice.
    ///
    /// # Errors
    /// If a file that a model needs is missing.
    pub(crate) fn choose(names: &BTreeSet<&str>) -> Result<Self, LayoutError> {
        let network = NetworkNames::choose(names);
        // Of several things that are missing the configuration is named first, the tokenizer next.
        if let Err(error @ (LayoutError::NoConfig | LayoutError::Several { .. })) = network {
            return Err(error);
        }
        let tokenizer = TokenizerNames::choose(names)?.ok_or(LayoutError::NoTokenizer)?;
        Ok(Self {
            network: network?,
            tokenizer,
        })
    }

    /// Every file but the weights' parts; the large one last, so that what is cheap fails first.
    #[cfg(any(feature = "hub", test))]
    pub(crate) fn files(&self) -> Vec<&FileName> {
        let mut files = vec![&self.network.config];
        files.extend(&self.network.generation_config);
        files.extend(&self.network.vocabulary);
        files.extend(self.tokenizer.files());
        files.push(&self.network.weights.file);
        // A file may be of the tokenizer and the network, and describe itself.
        let mut known = BTreeSet::new();
        files.reverse();
        files.retain(|file| known.insert(file.as_str()));
        files.reverse();
        files
    }
}

/// The files of a network: a model without its tokenizer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NetworkNames {
    pub config: FileName,
    pub generation_config: Option<FileName>,
    pub vocabulary: Option<FileName>,
    pub weights: WeightsNames,
}

impl NetworkNames {
    /// As [`Layout::choose`], with or without a tokenizer.
    ///
    /// # Errors
    /// If a file that a network needs is missing.
    pub(crate) fn choose(names: &BTreeSet<&str>) -> Result<Self, LayoutError> {
        let known = WEIGHTS
            .into_iter()
            .find(|(_, name, _)| names.contains(name));
        let (kind, file, is_index) = match known {
            Some(known) => known,
            None => match sole(names, NPZ)? {
                Some(npz) => (WeightsKind::Npz, npz, false),
                None if !names.contains(CONFIG) => return Err(LayoutError::NoConfig),
                None => {
                    let gguf = sole(names, GGUF)?.ok_or(LayoutError::NoWeights)?;
                    (WeightsKind::Gguf, gguf, false)
                }
            },
        };
        let config = match kind {
            // Marian's own file has its settings in it.
            WeightsKind::Npz => file,
            _ if names.contains(CONFIG) => CONFIG,
            _ => return Err(LayoutError::NoConfig),
        };
        let vocabulary = match kind {
            WeightsKind::Safetensors
            | WeightsKind::Pickle
            | WeightsKind::Npz
            | WeightsKind::Gguf => None,
            WeightsKind::Ctranslate2 => {
                let lists = VOCABULARIES.iter().chain(&TARGET_VOCABULARIES);
                let name = first_of(names, lists).ok_or(LayoutError::NoVocabulary)?;
                Some(FileName::new(name)?)
            }
        };
        Ok(Self {
            config: FileName::new(config)?,
            generation_config: names
                .contains(GENERATION_CONFIG)
                .then(|| FileName::new(GENERATION_CONFIG))
                .transpose()?,
            vocabulary,
            weights: WeightsNames {
                kind,
                file: FileName::new(file)?,
                is_index,
            },
        })
    }
}

/// The one file with an ending, whose name is not fixed.
fn sole<'a>(
    names: &BTreeSet<&'a str>,
    ending: &'static str,
) -> Result<Option<&'a str>, LayoutError> {
    let is_meant = |name: &&&str| name.ends_with(ending) && !name.ends_with(MARIAN_TRAINING);
    let mut found = names.iter().filter(is_meant);
    let count = found.clone().count();
    match found.next() {
        Some(_) if count > 1 => Err(LayoutError::Several { count, ending }),
        found => Ok(found.copied()),
    }
}

/// The first of some names that is there.
fn first_of<'a>(
    names: &BTreeSet<&str>,
    mut known: impl Iterator<Item = &'a &'static str>,
) -> Option<&'static str> {
    known.find(|name| names.contains(**name)).copied()
}

impl TokenizerNames {
    /// Marian's files of SentencePiece for both sides, with lists of their tokens: in a folder of
    /// transformers, in one that CTranslate2 converted, or beside Marian's own weights.
    fn sides(names: &BTreeSet<&str>) -> Result<Option<Self>, LayoutError> {
        let (source, target, source_tokens, target_tokens);
        if names.contains(SOURCE_SPM) && names.contains(TARGET_SPM) {
            let shared = || first_of(names, VOCABULARIES.iter());
            let known = |name: &'static str| names.contains(name).then_some(name);
            source_tokens = known("vocab.json")
                .or_else(shared)
                .or_else(|| first_of(names, SOURCE_VOCABULARIES.iter()));
            target_tokens = known("target_vocab.json")
                .or_else(|| first_of(names, TARGET_VOCABULARIES.iter()))
                .or(source_tokens);
            (source, target) = (SOURCE_SPM, TARGET_SPM);
            if source_tokens.is_none() {
                return Ok(None);
            }
            return Self::of_sides([source, target], [source_tokens, target_tokens]).map(Some);
        }
        if !names.iter().any(|name| name.ends_with(NPZ)) {
            return Ok(None);
        }
        let Some(pieces) = sole(names, SPM)? else {
            return Ok(None);
        };
        let list = sole(names, VOCAB)?;
        Self::of_sides([pieces; 2], [list; 2]).map(Some)
    }

    fn of_sides(models: [&str; 2], lists: [Option<&str>; 2]) -> Result<Self, LayoutError> {
        let [source, target] = models.map(FileName::new);
        let [source_tokens, target_tokens] = lists.map(|list| list.map(FileName::new).transpose());
        Ok(Self::SentencePieceSides {
            source: source?,
            target: target?,
            source_tokens: source_tokens?,
            target_tokens: target_tokens?,
        })
    }

    /// Marian's files before tokenizer.json, that before vocab.json and merges.txt, those before a file of
    /// SentencePiece, with vocab.json if there is one; if any is there.
    pub(crate) fn choose(names: &BTreeSet<&str>) -> Result<Option<Self>, LayoutError> {
        let vocab = names.contains("vocab.json").then_some("vocab.json");
        let pieces = SENTENCEPIECE.into_iter().find(|name| names.contains(name));
        if let Some(sides) = Self::sides(names)? {
            return Ok(Some(sides));
        }
        if names.contains("tokenizer.json") {
            Ok(Some(Self::Json(FileName::new("tokenizer.json")?)))
        } else if names.contains("vocab.json") && names.contains("merges.txt") {
            Ok(Some(Self::VocabMerges {
                vocab: FileName::new("vocab.json")?,
                merges: FileName::new("merges.txt")?,
            }))
        } else if let Some(model) = pieces {
            Ok(Some(Self::SentencePiece {
                model: FileName::new(model)?,
                vocab: vocab.map(FileName::new).transpose()?,
            }))
        } else {
            Ok(None)
        }
    }
}

/// The fields of an index of weights that are needed here.
#[derive(Deserialize)]
struct Index {
    weight_map: std::collections::BTreeMap<String, String>,
}

/// An index of a real model is well under 1 MB; this bounds what is read of a malicious one.
const MAX_INDEX_BYTES: u64 = 32 << 20;
/// The largest published models have a few hundred parts.
const MAX_PARTS: usize = 1000;

/// The parts an index names, each once, sorted. The index is untrusted: a part must be a valid file
/// name in the same folder.
///
/// # Errors
/// If the index cannot be read, is too large, or names an invalid part.
pub(crate) fn parts(index: &Path) -> Result<Vec<FileName>, LayoutError> {
    let name = index
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let bad = |problem: String| LayoutError::BadIndex(name.clone(), problem);
    let text = read_text(index, MAX_INDEX_BYTES).map_err(|source| LayoutError::Read {
        name: name.clone(),
        source,
    })?;
    let index: Index = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
    let names: BTreeSet<String> = index.weight_map.into_values().collect();
    if names.is_empty() || names.len() > MAX_PARTS {
        return Err(bad(format!("it names {} parts", names.len())));
    }
    names
        .into_iter()
        .map(|name| Ok(FileName::new(name)?))
        .collect()
}

/// The names of the files at the top of a folder, of links to files, and of what is in the place of a
/// file. A name that is not UTF-8 is no
/// model's.
///
/// # Errors
/// If the folder cannot be read.
pub(crate) fn file_names(folder: &Path) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let is_there = match entry.path().metadata() {
            Ok(metadata) => !metadata.is_dir(),
            // A link to nothing, or to itself.
            Err(error) if !is_temporary(&error) => false,
            Err(error) => return Err(error),
        };
        if let (true, Ok(name)) = (is_there, entry.file_name().into_string()) {
            names.insert(name);
        }
    }
    Ok(names)
}

/// The weights' files: those that an index names, which must exist, or the single file.
pub(crate) fn parts_beside(
    folder: &Path,
    weights: &WeightsNames,
    names: &BTreeSet<String>,
) -> Result<Vec<FileName>, LayoutError> {
    let file = &weights.file;
    if !weights.is_index {
        return Ok(vec![file.clone()]);
    }
    let parts = parts(&folder.join(file.as_str()))?;
    let is_there =
        |part: &FileName| names.contains(part.as_str()) || folder.join(part.as_str()).is_file();
    match parts.iter().find(|part| !is_there(part)) {
        None => Ok(parts),
        Some(part) => Err(LayoutError::MissingPart(file.to_string(), part.to_string())),
    }
}

pub(crate) fn borrowed(names: &BTreeSet<String>) -> BTreeSet<&str> {
    names.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod tests;
