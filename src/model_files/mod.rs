//! Which files a model consists of, and what is known of it before they are read.
//!
//! This module depends on no other: code that finds models (`hub`) and code that opens them
//! ([`crate::nn`], [`crate::tokenizer`]) share its types without depending on each other.

mod folder;
pub(crate) mod layout;
mod names;
mod pointer;

use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use folder::FolderError;
#[cfg(feature = "hub")]
pub(crate) use folder::assemble;
pub use layout::LayoutError;
pub use names::{Commit, FileName, NameError, RepositoryId, Revision};

/// A model: a network, its tokenizer, and where they come from.
#[derive(Debug, Clone)]
pub struct ModelFiles {
    /// `org/name@commit`, or a folder's name: what a result says it was computed with.
    pub id: String,
    /// The folder of the files.
    pub root: PathBuf,
    /// Its configuration and weights.
    pub network: NetworkFiles,
    /// `None` if the model has no tokenizer of its own.
    pub tokenizer: Option<TokenizerFiles>,
    /// The terms it is published under, if known.
    pub licence: Option<Licence>,
    /// How text becomes ids, if the catalogue says so; otherwise the configuration decides.
    pub protocol: Option<Protocol>,
}

/// A network: its description and its weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkFiles {
    /// config.json, or the weights if they state their network themselves (Marian's `.npz`).
    pub config: PathBuf,
    /// generation_config.json. If `None`, config.json has the generation fields.
    pub generation_config: Option<PathBuf>,
    /// The token of each id, if the weights come with a list of their own: shared_vocabulary.json
    /// or .txt of a folder converted for CTranslate2.
    pub vocabulary: Option<PathBuf>,
    /// Its parameters.
    pub weights: WeightFiles,
}

/// The weights, in one file or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WeightFiles {
    /// `model.safetensors`.
    Safetensors(Vec<PathBuf>),
    /// `pytorch_model.bin`, as PyTorch writes it since 1.6.
    Pickle(Vec<PathBuf>),
    /// `model.bin`, as CTranslate2's converters write it.
    Ctranslate2(Vec<PathBuf>),
    /// One `.npz`, as Marian saves its models.
    Npz(Vec<PathBuf>),
    /// One `.gguf`, as llama.cpp or candle quantise models.
    Gguf(Vec<PathBuf>),
}

/// The tokenizer's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenizerFiles {
    /// tokenizer.json.
    Json(PathBuf),
    /// vocab.json and merges.txt, of a model that has no tokenizer.json.
    VocabMerges {
        /// vocab.json: the id of each token.
        vocab: PathBuf,
        /// merges.txt: the pairs that byte-pair encoding joins, in their order.
        merges: PathBuf,
    },
    /// A file of SentencePiece, of a model that has no tokenizer.json.
    SentencePiece {
        /// sentencepiece.bpe.model, sentencepiece.model or spiece.model.
        model: PathBuf,
        /// The id of each token, if the network numbers them otherwise than the file: vocab.json, or the
        /// network's own list.
        vocab: Option<PathBuf>,
    },
    /// Files of SentencePiece for the source and for the target (Marian); they may be one.
    SentencePieceSides {
        /// source.spm, or the one `.spm`.
        source: PathBuf,
        /// target.spm, or the one `.spm`.
        target: PathBuf,
        /// The ids of the source's tokens, if they are not the file's own: vocab.json, a list of CTranslate2's,
        /// or the `.vocab` beside a `.spm`.
        source_tokens: Option<PathBuf>,
        /// Those of the target's: the same list, or target_vocab.json or CTranslate2's for a target.
        target_tokens: Option<PathBuf>,
    },
}

impl TokenizerFiles {
    /// The files.
    pub fn paths(&self) -> Vec<&Path> {
        match self {
            Self::Json(path) => vec![path],
            Self::VocabMerges { vocab, merges } => vec![vocab, merges],
            Self::SentencePiece { model, vocab } => {
                let vocab = vocab.as_deref();
                std::iter::once(model.as_path()).chain(vocab).collect()
            }
            Self::SentencePieceSides {
                source,
                target,
                source_tokens,
                target_tokens,
            } => {
                let mut paths = vec![source.as_path(), target];
                paths.extend(source_tokens.as_deref());
                paths.extend(target_tokens.as_deref());
                // A file may serve both sides.
                paths.sort_unstable();
                paths.dedup();
                paths
            }
        }
    }
}

impl ModelFiles {
    /// Every file: configuration, tokenizer, weights.
    pub fn paths(&self) -> Vec<&Path> {
        let mut paths = vec![self.network.config.as_path()];
        paths.extend(self.network.generation_config.as_deref());
        paths.extend(self.tokenizer.iter().flat_map(TokenizerFiles::paths));
        paths.extend(self.network.vocabulary.as_deref());
        paths.extend(self.network.weights.paths().iter().map(PathBuf::as_path));
        paths
    }
}

impl WeightFiles {
    /// The files, in the order of their parts.
    pub fn paths(&self) -> &[PathBuf] {
        match self {
            Self::Safetensors(paths)
            | Self::Pickle(paths)
            | Self::Ctranslate2(paths)
            | Self::Npz(paths)
            | Self::Gguf(paths) => paths,
        }
    }
}

/// What a model is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// From one language to another.
    Translation,
    /// From a text to a shorter one in the same language.
    Summarization,
}

impl Task {
    /// The name the catalogue and `models list` use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Translation => "translation",
            Self::Summarization => "summarization",
        }
    }
}

/// How text becomes ids for a model and ids become text again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// NLLB: a language token before the source, another forced as the target's first; for
    /// translation.
    Nllb,
    /// MADLAD-400: the target language's token before the text; for translation.
    Madlad,
    /// Marian: the text and its end, after the target language's token where a model has several; for
    /// translation.
    Marian,
    /// BART: the text between `<s>` and `</s>`, no languages; for summaries.
    Bart,
}

impl Protocol {
    /// The name the catalogue uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nllb => "nllb",
            Self::Madlad => "madlad",
            Self::Marian => "marian",
            Self::Bart => "bart",
        }
    }

    /// Whether models of this protocol are of use for a task.
    pub fn serves(self, task: Task) -> bool {
        match self {
            Self::Nllb | Self::Madlad | Self::Marian => task == Task::Translation,
            Self::Bart => task == Task::Summarization,
        }
    }
}

/// The terms a model is published under.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// SPDX identifier if there is one (`CC-BY-NC-4.0`).
    pub id: String,
    /// What a user must know before using the model (`not for commercial use`).
    pub notice: Option<String>,
    /// Where the terms can be read.
    pub link: Option<String>,
}

impl Licence {
    /// Whether the terms allow commercial use; `None` for terms that are not known here.
    pub fn allows_commercial_use(&self) -> Option<bool> {
        const ANY_USE: [&str; 5] = ["apache-2.0", "mit", "bsd-3-clause", "cc-by-4.0", "cc0-1.0"];
        let id = self.id.to_ascii_lowercase();
        if id.split('-').any(|word| word == "nc") {
            return Some(false);
        }
        ANY_USE.contains(&id.as_str()).then_some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_licence_allows_is_known_of_common_ones_alone() {
        let allows = |id: &str| {
            let (notice, link) = (None, None);
            let id = id.to_owned();
            Licence { id, notice, link }.allows_commercial_use()
        };
        assert_eq!(allows("CC-BY-NC-4.0"), Some(false));
        assert_eq!(allows("cc-by-nc-sa-4.0"), Some(false));
        assert_eq!(allows("Apache-2.0"), Some(true));
        assert_eq!(allows("cc-by-4.0"), Some(true));
        assert_eq!(allows("other"), None);
    }
}
