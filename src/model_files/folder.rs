//! A model in a folder.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::layout::{
    Layout, LayoutError, NetworkNames, TokenizerNames, WeightsKind, borrowed, file_names,
    parts_beside,
};
use super::pointer::refuse_pointers;
use super::{FileName, ModelFiles, NetworkFiles, TokenizerFiles, WeightFiles};

/// Why a folder is not a model.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FolderError {
    /// The folder cannot be opened.
    #[error("cannot open the model folder {}", .path.display())]
    Open {
        /// The folder, as it was named.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },

    /// The folder has no model that can be loaded.
    #[error("{folder} is no model in the hub's layout: {problem}")]
    NotAModel {
        /// The folder, as it was named.
        folder: String,
        /// The file that is missing or unusable.
        #[source]
        problem: LayoutError,
    },
}

impl ModelFiles {
    /// The model in a folder whose files are named as on the hub. They are taken as they are: no
    /// hash is checked.
    ///
    /// # Errors
    /// If the folder cannot be opened, or lacks a file that a model needs.
    pub fn of_folder(folder: &Path) -> Result<Self, FolderError> {
        let names = names_of(folder)?;
        let layout = Layout::choose(&borrowed(&names)).map_err(no_model(folder))?;
        let parts =
            parts_beside(folder, &layout.network.weights, &names).map_err(no_model(folder))?;
        let tokenizer = Some(&layout.tokenizer);
        let id = folder_id(folder);
        let files = assemble(folder, &layout.network, tokenizer, &parts, id);
        refuse_pointers(&files).map_err(no_model(folder))?;
        Ok(files)
    }

    /// As [`ModelFiles::of_folder`], but the folder may lack a tokenizer: what works on token ids
    /// needs none.
    ///
    /// # Errors
    /// If the folder cannot be opened, or lacks a file that a network needs.
    pub fn of_network_folder(folder: &Path) -> Result<Self, FolderError> {
        let names = names_of(folder)?;
        let network = NetworkNames::choose(&borrowed(&names)).map_err(no_model(folder))?;
        // A tokenizer that cannot be told from another is none.
        let tokenizer = TokenizerNames::choose(&borrowed(&names)).ok().flatten();
        let parts = parts_beside(folder, &network.weights, &names).map_err(no_model(folder))?;
        let id = folder_id(folder);
        let files = assemble(folder, &network, tokenizer.as_ref(), &parts, id);
        refuse_pointers(&files).map_err(no_model(folder))?;
        Ok(files)
    }
}

fn names_of(folder: &Path) -> Result<BTreeSet<String>, FolderError> {
    let open = |source: io::Error| FolderError::Open {
        path: folder.to_owned(),
        source,
    };
    let metadata = std::fs::metadata(folder).map_err(open)?;
    if !metadata.is_dir() {
        let problem = LayoutError::NotAFolder("it is a file, not a folder");
        return Err(no_model(folder)(problem));
    }
    file_names(folder).map_err(open)
}

fn no_model(folder: &Path) -> impl Fn(LayoutError) -> FolderError {
    let folder = folder.display().to_string();
    move |problem| FolderError::NotAModel {
        folder: folder.clone(),
        problem,
    }
}

/// What a folder's model is called: as the folder is.
fn folder_id(folder: &Path) -> String {
    let name = std::path::absolute(folder).ok().and_then(|path| {
        let name = path.file_name()?.to_string_lossy().into_owned();
        Some(name)
    });
    name.unwrap_or_else(|| folder.display().to_string())
}

/// The files below `root` that go by these names.
pub(crate) fn assemble(
    root: &Path,
    network: &NetworkNames,
    tokenizer: Option<&TokenizerNames>,
    parts: &[FileName],
    id: String,
) -> ModelFiles {
    let at = |name: &FileName| root.join(name.as_str());
    ModelFiles {
        id,
        root: root.to_owned(),
        network: NetworkFiles {
            config: at(&network.config),
            generation_config: network.generation_config.as_ref().map(at),
            vocabulary: network.vocabulary.as_ref().map(at),
            weights: weight_files(root, network.weights.kind, parts),
        },
        tokenizer: tokenizer.map(|names| tokenizer_files(root, names)),
        licence: None,
        protocol: None,
    }
}

fn tokenizer_files(root: &Path, names: &TokenizerNames) -> TokenizerFiles {
    let at = |name: &FileName| root.join(name.as_str());
    match names {
        TokenizerNames::Json(file) => TokenizerFiles::Json(at(file)),
        TokenizerNames::VocabMerges { vocab, merges } => TokenizerFiles::VocabMerges {
            vocab: at(vocab),
            merges: at(merges),
        },
        TokenizerNames::SentencePieceSides {
            source,
            target,
            source_tokens,
            target_tokens,
        } => TokenizerFiles::SentencePieceSides {
            source: at(source),
            target: at(target),
            source_tokens: source_tokens.as_ref().map(at),
            target_tokens: target_tokens.as_ref().map(at),
        },
        TokenizerNames::SentencePiece { model, vocab } => TokenizerFiles::SentencePiece {
            model: at(model),
            vocab: vocab.as_ref().map(at),
        },
    }
}

fn weight_files(root: &Path, kind: WeightsKind, parts: &[FileName]) -> WeightFiles {
    let paths = parts.iter().map(|name| root.join(name.as_str())).collect();
    match kind {
        WeightsKind::Safetensors => WeightFiles::Safetensors(paths),
        WeightsKind::Pickle => WeightFiles::Pickle(paths),
        WeightsKind::Ctranslate2 => WeightFiles::Ctranslate2(paths),
        WeightsKind::Npz => WeightFiles::Npz(paths),
        WeightsKind::Gguf => WeightFiles::Gguf(paths),
    }
}
