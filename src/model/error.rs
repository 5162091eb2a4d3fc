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
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The model is of a family that does not do what it was opened for.
    #[error("{} describes {found}, and {needed} is needed here", .config.display())]
    WrongFamily {
        config: PathBuf,
        found: String,
        needed: String,
    },
    /// Catalogue and configuration disagree.
    #[error(
        "{} describes {found}, and the catalogue's protocol for {model} is {}",
        .config.display(), .protocol.as_str()
    )]
    WrongProtocol {
        model: String,
        config: PathBuf,
        found: String,
        protocol: Protocol,
    },
    #[error("{model} has no tokenizer")]
    NoTokenizer { model: String },
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    #[error(transparent)]
    Generation(#[from] GenerationError),
    #[error(transparent)]
    Options(#[from] OptionsError),
    #[error(transparent)]
    Network(#[from] nn::Error),
    /// A batch came back with too few or too many results.
    #[error("{found} results came for {expected} sources")]
    Results { expected: usize, found: usize },
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
