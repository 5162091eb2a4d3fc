//! Recognises files that reports wrote.

use std::io::{self, Read};

use super::rows::COLUMNS;
#[cfg(feature = "sqlite")]
use super::sqlite;
use super::{Format, package};

impl Format {
    /// Whether a file, at its beginning, is one that [`super::Writer`] wrote in this format; only those
    /// that hold many articles are recognised.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(crate) fn has_written(self, file: &mut (impl Read + io::Seek)) -> io::Result<bool> {
        match self {
            Self::Csv => has_start(file, &format!("{}\n", COLUMNS.join(","))),
            Self::Tmx => has_start(file, super::tmx::START),
            Self::Xliff => has_start(file, super::xliff::START),
            Self::Xlsx => package::is_ours(file),
            #[cfg(feature = "sqlite")]
            Self::Sqlite => sqlite::is_ours(file),
            Self::Text | Self::Markdown | Self::Json | Self::Jsonl | Self::Html | Self::Docx => {
                Ok(false)
            }
        }
    }
}

fn has_start(file: &mut impl Read, start: &str) -> io::Result<bool> {
    let mut bytes = Vec::with_capacity(start.len());
    file.take(start.len() as u64).read_to_end(&mut bytes)?;
    Ok(bytes == start.as_bytes())
}
