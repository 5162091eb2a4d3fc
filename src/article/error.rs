//! What can be wrong with an input, said so that its owner knows what to do.

use thiserror::Error;

/// Why an article could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ArticleError {
    /// Nothing but white space.
    #[error("the input is empty: it holds no text")]
    Empty,

    /// Bytes of another kind of file.
    #[error("the input is no text: it looks like {looks_like}; {advice}")]
    Binary {
        /// What its first bytes say (`a PNG image`).
        looks_like: &'static str,
        /// What to do with such a file.
        advice: &'static str,
    },

    /// NUL bytes or mostly control characters, and no known signature.
    #[error(
        "the input is no text: it holds {what} (the first at byte {offset}); give a text file, \
         or name its charset with --encoding"
    )]
    ControlBytes {
        /// `NUL bytes` or `control characters`.
        what: &'static str,
        /// Where the first of them stands.
        offset: usize,
    },

    /// A byte sequence the charset has no character for.
    #[error(
        "byte {offset} (0x{byte:02X}) is not valid {charset}; name the right charset with \
         --encoding, or give --lossy to replace what cannot be read"
    )]
    Invalid {
        charset: &'static str,
        /// Offset in the input, the byte order mark counted.
        offset: usize,
        byte: u8,
    },

    /// A name `--encoding` does not know.
    #[error("unknown charset {name:?}; known are {known}")]
    UnknownCharset { name: String, known: String },
}
