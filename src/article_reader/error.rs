//! Why an article was not read.

use std::fmt;
use std::io;

use thiserror::Error;

use crate::article::{ArticleError, Format};

/// Why there is no article.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The bytes are none.
    #[error(transparent)]
    Article(#[from] ArticleError),

    /// The process that read it ended, or was ended, without an answer.
    #[error("the {} reader {end}", reader(*.format))]
    Ended {
        /// What it was reading.
        format: Format,
        /// What happened.
        end: ReaderEnd,
    },

    /// No process could be started, where others could before.
    #[error("no process can be started that reads it")]
    Start(#[source] StartError),

    /// Reading was stopped as a whole.
    #[error("reading was stopped")]
    Stopped,
}

/// How a process ended that was reading an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReaderEnd {
    /// It needs more memory than it may.
    OutOfMemory {
        /// In bytes.
        limit: u64,
    },
    /// It computes longer than it may.
    CpuTime {
        /// In seconds.
        limit: u64,
    },
    /// It gave no answer, without having used its CPU time.
    NoAnswer {
        /// How long it was waited for.
        seconds: u64,
    },
    /// It recursed too deeply.
    StackOverflow,
    /// A library panicked where none may.
    Panicked,
    /// By a signal.
    Signal(i32),
    /// By itself.
    Exited {
        /// Its exit code, if there is one.
        code: Option<i32>,
    },
    /// It made more of the article than it may.
    AnswerTooLarge {
        /// In bytes.
        limit: u64,
    },
    /// It answered, but with no article.
    BadAnswer,
}

/// As the system sends it where memory is short.
const SIGKILL: i32 = 9;

impl fmt::Display for ReaderEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::OutOfMemory { limit } => write!(f, "ran out of memory ({})", size(limit)),
            Self::CpuTime { limit } => write!(f, "took more than {limit} s of CPU time"),
            Self::NoAnswer { seconds } => write!(f, "gave no answer within {seconds} s"),
            Self::StackOverflow => f.write_str("crashed (its stack overflowed)"),
            Self::Panicked => f.write_str("crashed (it panicked)"),
            Self::Signal(SIGKILL) => write!(f, "was killed (signal {SIGKILL})"),
            Self::Signal(signal) => write!(f, "crashed (signal {signal})"),
            Self::Exited { code: Some(code) } => write!(f, "ended without an answer ({code})"),
            Self::Exited { code: None } => f.write_str("ended without an answer"),
            Self::AnswerTooLarge { limit } => {
                write!(f, "made more than {} of it", size(limit))
            }
            Self::BadAnswer => f.write_str("gave an answer that is no article"),
        }
    }
}

/// Why a process that reads articles could not be started.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// The system starts none.
    #[error("it cannot be started")]
    Spawn(#[from] io::Error),
    /// It ended without a greeting.
    #[error("it ended before it was ready{}", in_brackets(.said))]
    NotReady {
        /// The last line of its standard error; empty if there is none.
        said: String,
    },
    /// It is no program that reads articles, or is one of another version.
    #[error("it speaks another protocol than this program")]
    OtherProtocol,
}

fn in_brackets(line: &str) -> String {
    if line.is_empty() {
        String::new()
    } else {
        format!(" ({line})")
    }
}

/// The name of the reader of a format.
fn reader(format: Format) -> &'static str {
    match format {
        Format::Text => "text",
        Format::Html => "HTML",
        Format::Markdown => "Markdown",
        Format::Docx => "Word",
        Format::Pdf => "PDF",
        Format::Odt => "OpenDocument",
        Format::Rtf => "RTF",
        Format::Eml | Format::Mhtml => "mail",
        Format::Subtitles => "subtitles",
    }
}

/// `1 GiB`, `500 MiB`.
fn size(bytes: u64) -> String {
    const UNITS: [(u32, &str); 3] = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
    for (shift, unit) in UNITS {
        if bytes >= 1 << shift && bytes.trailing_zeros() >= shift {
            return format!("{} {unit}", bytes >> shift);
        }
    }
    match bytes >> 20 {
        0 => format!("{bytes} bytes"),
        megabytes => format!("{megabytes} MiB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_told_with_its_reader_and_its_limit() {
        let told = |format, end| ReadError::Ended { format, end }.to_string();
        assert_eq!(
            told(Format::Pdf, ReaderEnd::OutOfMemory { limit: 1 << 30 }),
            "the PDF reader ran out of memory (1 GiB)"
        );
        assert_eq!(
            told(Format::Html, ReaderEnd::CpuTime { limit: 10 }),
            "the HTML reader took more than 10 s of CPU time"
        );
        assert_eq!(
            told(Format::Docx, ReaderEnd::StackOverflow),
            "the Word reader crashed (its stack overflowed)"
        );
    }

    #[test]
    fn a_size_is_in_the_largest_unit_that_divides_it() {
        for (bytes, told) in [
            (1 << 30, "1 GiB"),
            (1536 << 20, "1536 MiB"),
            ((32 << 20) + 40, "32 MiB"),
            (64 << 10, "64 KiB"),
            (1001, "1001 bytes"),
        ] {
            assert_eq!(size(bytes), told);
        }
    }
}
