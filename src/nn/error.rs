//! What can go wrong between a weight file and a number.

use std::io;
use std::path::PathBuf;

/// An error of the network room.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file is no weight file, or a damaged one.
    #[error("{} cannot be read as model weights: {reason}", .path.display())]
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

    /// The device's memory is too small for what it was asked to hold: smaller batches may fit. The
    /// cause is of the kind [`io::ErrorKind::OutOfMemory`].
    #[error("the device is out of memory ({0})")]
    OutOfMemory(#[source] io::Error),

    /// A device is not there or cannot be used.
    #[error("{0}")]
    Device(String),

    /// A computation of the tensor library failed.
    #[error("the tensor library failed: {0}")]
    Tensor(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// How CUDA's driver and cuBLAS name what they have no memory for, in the words of candle's errors.
const OUT_OF_MEMORY: [&str; 2] = ["CUDA_ERROR_OUT_OF_MEMORY", "CUBLAS_STATUS_ALLOC_FAILED"];

impl From<candle_core::Error> for Error {
    fn from(error: candle_core::Error) -> Self {
        // The driver's own error lies boxed in candle's, of a type that builds without CUDA lack.
        let text = error.to_string();
        match OUT_OF_MEMORY.iter().find(|name| text.contains(**name)) {
            Some(name) => Self::OutOfMemory(io::Error::new(io::ErrorKind::OutOfMemory, *name)),
            None => Self::Tensor(Box::new(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_without_memory_is_told_from_other_failures() {
        let driver = "DriverError(CUDA_ERROR_OUT_OF_MEMORY, \"out of memory\")";
        let full: Error = candle_core::Error::Cuda(driver.into()).bt().into();
        assert!(matches!(full, Error::OutOfMemory(_)), "{full}");
        let lost = "DriverError(CUDA_ERROR_ILLEGAL_ADDRESS, \"an illegal memory access\")";
        let lost: Error = candle_core::Error::Cuda(lost.into()).into();
        assert!(matches!(lost, Error::Tensor(_)), "{lost}");
    }
}
