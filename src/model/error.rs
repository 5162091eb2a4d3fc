//! Why a model could not be opened or run.

use std::path::PathBuf;

use crate::generate::{GenerateError, GenerationError, OptionsError};
use crate::model_files::Protocol;
use crate::nn;
use crate::seq2seq::ConfigError;
use crate::tokenizer::TokenizerError;

/// Why a model could not be opened or run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The network's config.json was refused.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The model is of a family that does not do what it was opened for.
    #[error("{} describes {found}, and {needed} is needed here", .config.display())]
    WrongFamily {
        /// The config.json.
        config: PathBuf,
        /// The family it describes.
        found: String,
        /// The families that serve the purpose, in words.
        needed: String,
    },
    /// Catalogue and configuration disagree.
    #[error(
        "{} describes {found}, and the catalogue's protocol for {model} is {}",
        .config.display(), .protocol.as_str()
    )]
    WrongProtocol {
        /// The model's id.
        model: String,
        /// The config.json.
        config: PathBuf,
        /// The family it describes.
        found: String,
        /// The protocol of the catalogue's entry.
        protocol: Protocol,
    },
    /// The files have no tokenizer, and none was given.
    #[error("{model} has no tokenizer")]
    NoTokenizer {
        /// The model's id.
        model: String,
    },
    /// The tokenizer's files were refused, it lacks the language, or it failed on a text.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    /// The generation configuration was refused.
    #[error(transparent)]
    Generation(#[from] GenerationError),
    /// The options cannot be decoded with, or name a token outside the vocabulary.
    #[error(transparent)]
    Options(#[from] OptionsError),
    /// The weights were refused, the device cannot be used, or the computation failed.
    #[error(transparent)]
    Network(#[from] nn::Error),
    /// A batch came back with too few or too many results.
    #[error("{found} results came for {expected} sources")]
    Results {
        /// The sources of the batch.
        expected: usize,
        /// The results that came back.
        found: usize,
    },
}

impl From<GenerateError> for ModelError {
    fn from(error: GenerateError) -> Self {
        match error {
            GenerateError::Options(error) => Self::Options(error),
            GenerateError::Network(error) => Self::Network(error),
            GenerateError::Results { expected, found } => Self::Results { expected, found },
        }
    }
}
