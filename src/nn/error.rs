//! What can go wrong between a weight file and a number.

use std::path::PathBuf;

/// An error of the network room.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file is no weight file, or a damaged one.
    #[error("{} cannot be read as model weights: {reason}; fetch the model again", .path.display())]
    Unreadable { path: PathBuf, reason: String },

    /// A tensor the architecture needs is in none of the weight files.
    #[error("{files} has no tensor `{name}`; is config.json that of these weights?")]
    Missing { name: String, files: String },

    /// A tensor has another shape than config.json promises.
    #[error("tensor `{name}` in {files} has shape {found:?}, config.json asks for {expected:?}")]
    Shape {
        name: String,
        files: String,
        expected: Vec<usize>,
        found: Vec<usize>,
    },

    /// A tensor holds numbers that are no weights.
    #[error("tensor `{name}` in {files} holds {found} values; floating-point weights are expected")]
    Kind {
        name: String,
        files: String,
        found: String,
    },

    /// The network computed infinities or NaN.
    #[error("the network computed values that are no numbers; its weights are damaged")]
    NotFinite,

    /// Converted weights could not be written.
    #[error("the converted weights cannot be written: {0}")]
    Convert(std::io::Error),

    /// A token id, a row or a length that the network cannot take.
    #[error("{0}")]
    Invalid(String),

    /// A number format that this device or build does not compute with.
    #[error("{precision} weights are not computed with on {device}")]
    Unsupported {
        precision: &'static str,
        device: String,
    },

    /// A computation of the tensor library failed.
    #[error("the tensor library failed: {0}")]
    Tensor(#[from] candle_core::Error),
}
