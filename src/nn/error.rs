//! Errors from weight files to computed values.

use std::io;
use std::path::PathBuf;

/// Why a network cannot be loaded or computed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The system does not let the file be read, or has no memory for what is in it.
    #[error("{} cannot be read", .path.display())]
    Read {
        /// The weight file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },

    /// The file is damaged or not a weight file.
    #[error("{} cannot be read as model weights: {reason}", .path.display())]
    Unreadable {
        /// The weight file; of several, the one it was found in.
        path: PathBuf,
        /// What the parser or the system says of it.
        reason: String,
    },

    /// No weight file has a tensor that the architecture needs.
    #[error("{files} has no tensor `{name}`; is config.json that of these weights?")]
    Missing {
        /// The tensor's name in the checkpoint; of several possible ones, the first.
        name: String,
        /// The weight files that were searched, for messages.
        files: String,
    },

    /// A tensor has another shape than config.json promises.
    #[error("tensor `{name}` in {files} has shape {found:?}, config.json asks for {expected:?}")]
    Shape {
        /// The tensor's name in the checkpoint.
        name: String,
        /// The weight files, for messages.
        files: String,
        /// The shape that follows from config.json.
        expected: Vec<usize>,
        /// The shape in the file.
        found: Vec<usize>,
    },

    /// The values of a tensor are not floating-point.
    #[error("tensor `{name}` in {files} holds {found} values; floating-point weights are expected")]
    Kind {
        /// The tensor's name in the checkpoint.
        name: String,
        /// The weight files, for messages.
        files: String,
        /// Its element type, for messages.
        found: String,
    },

    /// The network computed infinities or NaN.
    #[error("the network computed values that are no numbers; its weights are damaged")]
    NotFinite,

    /// Converted weights could not be written.
    #[error("the converted weights cannot be written: {0}")]
    Convert(std::io::Error),

    /// The converted weights were changed after they were written, or cannot be read back.
    #[error("the converted weights are damaged")]
    ConvertedDamaged,

    /// A tensor that the converted weights lack.
    #[error("the converted weights have no `{name}` of the right size")]
    ConvertedMissing {
        /// The tensor's name in the checkpoint.
        name: String,
    },

    /// Sizes that no file can hold.
    #[error("the model is too large to be converted")]
    TooLargeToConvert,

    /// There is no source, or one of them is empty.
    #[error("there is no source to read")]
    EmptySource,

    /// A token that the network does not know.
    #[error(
        "token id {token} is outside the model's vocabulary of {vocabulary}; \
         do tokenizer and model belong together?"
    )]
    UnknownToken {
        /// The token's id.
        token: u32,
        /// The size of the network's vocabulary, the first id that is outside it.
        vocabulary: usize,
    },

    /// A source or a target that is longer than the network's positions.
    #[error("{tokens} tokens are more than the model's {positions} positions")]
    TooLong {
        /// Tokens of the sequence, up to the first that has no position.
        tokens: usize,
        /// The most tokens the network has positions for.
        positions: usize,
    },

    /// Tokens or constraints that are not one for each row.
    #[error("{found} {what} for {rows} rows")]
    NotOnePerRow {
        /// What there should be one of for each row: `tokens`, `positions` or `constraints`.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// Rows of the batch.
        rows: usize,
    },

    /// A row or a sentence that the batch does not have.
    #[error("{what} {index} of {count}")]
    NotInBatch {
        /// What was named: `row` or `sentence`.
        what: &'static str,
        /// Its number, from 0.
        index: usize,
        /// How many the batch has.
        count: usize,
    },

    /// Sentences that would not all have the same number of rows.
    #[error("{rows} rows are not the same number for each of {sentences} sentences")]
    UnevenRows {
        /// Rows of the batch.
        rows: usize,
        /// Sentences of the batch, of which `rows` is no multiple.
        sentences: usize,
    },

    /// Sentences that would join others which are being decoded, or rows at different positions, where all
    /// rows of a batch are at the same.
    #[error("the rows of this batch have to be at the same position")]
    CannotJoin,

    /// Rows of a sentence that are not next to each other, or not in the order of the sentences.
    #[error("the rows of a sentence must stay together and in order")]
    RowsOutOfOrder,

    /// A second restriction of the output vocabulary, or one to tokens that do not ascend or are not
    /// in it.
    #[error("an output is restricted once, to ascending tokens of its vocabulary")]
    Restriction,

    /// A number format that this device or build does not compute with.
    #[error("{precision} weights are not computed with on {device}")]
    Unsupported {
        /// The name of the format ([`Precision::name`](super::Precision::name)).
        precision: &'static str,
        /// What would have to compute with it, for messages.
        device: String,
    },

    /// Instructions for packed weights that this processor or this build does not have.
    #[error("{name} is not there to multiply packed weights with; this processor has {}", available.join(", "))]
    NoInstructions {
        /// What was asked for.
        name: String,
        /// What there is, the fastest last.
        available: Vec<&'static str>,
    },

    /// The device's memory is too small; a smaller batch may fit. The cause has the kind
    /// [`io::ErrorKind::OutOfMemory`].
    #[error("the device is out of memory ({0})")]
    OutOfMemory(#[source] io::Error),

    /// A device does not exist or cannot be used.
    #[error("{0}")]
    Device(String),

    /// A computation of the tensor library failed.
    #[error("the tensor library failed: {0}")]
    Tensor(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The names CUDA's driver and cuBLAS give to a lack of memory, as in candle's errors.
const OUT_OF_MEMORY: [&str; 2] = ["CUDA_ERROR_OUT_OF_MEMORY", "CUBLAS_STATUS_ALLOC_FAILED"];

impl From<candle_core::Error> for Error {
    fn from(error: candle_core::Error) -> Self {
        // candle boxes the driver's error, whose type does not exist in builds without CUDA.
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
