//! Recognises files that reports wrote.

use std::io::{self, Read};

use super::rows::COLUMNS;
#[cfg(feature = "sqlite")]
use super::sqlite;
use super::{Format, package};

impl Format {
    /// Whether a file, at its beginning, is one that was written in this format; only formats that can
    /// hold many articles are recognised, JSON lines not among them.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(crate) fn has_written(self, file: &mut (impl Read + io::Seek)) -> io::Result<bool> {
        match self {
            Self::Json => has_start(file, &super::json::STARTS),
            Self::Csv => has_start(file, &[&format!("{}\n", COLUMNS.join(","))]),
            Self::Tmx => has_start(file, &[super::tmx::START]),
            Self::Xliff => has_start(file, &[super::xliff::START]),
            Self::Xlsx => package::is_ours(file),
            #[cfg(feature = "sqlite")]
            Self::Sqlite => sqlite::is_ours(file),
            Self::Text | Self::Markdown | Self::Jsonl | Self::Html | Self::Docx => Ok(false),
        }
    }
}

/// Whether a file begins in one of these ways.
fn has_start(file: &mut impl Read, starts: &[&str]) -> io::Result<bool> {
    let longest = starts.iter().map(|start| start.len()).max();
    let mut bytes = Vec::new();
    file.take(longest.unwrap_or(0) as u64)
        .read_to_end(&mut bytes)?;
    let mut starts = starts.iter();
    Ok(starts.any(|start| bytes.starts_with(start.as_bytes())))
}
