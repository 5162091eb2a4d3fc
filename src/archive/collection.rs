//! All results as one file of another format than JSON lines, made of those at the end of a run.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::parquet_output;
use super::shard_footer::ShardFooter;
use crate::document::Document;
use crate::files::{AtomicFile, open_file};
use crate::report::{self, Format, Style};

/// The format of a file that is written from its first byte to its last when all results are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CollectionFormat {
    /// A row an article, with the whole document as JSON.
    Parquet,
    /// A report of all articles.
    Report(Format),
}

impl CollectionFormat {
    /// The format that a path's ending names; `None` for JSON lines, and for what is no collection. JSON
    /// is one where a file is named, whose articles are then an array; in a folder it is a file each.
    pub fn from_path(path: &Path) -> Option<Self> {
        let ending = path.extension().and_then(|ending| ending.to_str());
        if ending.is_some_and(|ending| ending.eq_ignore_ascii_case("parquet")) {
            return Some(Self::Parquet);
        }
        match Format::from_path(path)? {
            Format::Json => Some(Self::Report(Format::Json)),
            format => Self::of(format),
        }
    }

    /// The collection in a format of reports, if many articles are one file in it.
    pub fn of(format: Format) -> Option<Self> {
        (format.holds_many() && format != Format::Jsonl).then_some(Self::Report(format))
    }
}

/// Writes the documents in these byte ranges of `data`, a file of JSON lines, to `out`; `footer`
/// closes the file of a shard, and `scratch` is the path of a temporary file. The caller commits the
/// file.
pub(super) fn write(
    format: CollectionFormat,
    data: &Path,
    ranges: &[(u64, u64)],
    footer: Option<&ShardFooter>,
    scratch: &Path,
    out: &mut AtomicFile,
) -> io::Result<()> {
    let format = match format {
        CollectionFormat::Parquet => return parquet_output::write(data, ranges, footer, out),
        CollectionFormat::Report(format) => format,
    };
    let mut lines = DataLines::open(data, ranges)?;
    let mut writer = report::Writer::with_scratch(format, &Style::default(), scratch, out);
    for &range in ranges {
        let document: Document = serde_json::from_str(&lines.line(range)?)?;
        writer.add(&document)?;
    }
    writer.finish().map(drop)
}

/// Reads lines at their places in a file of JSON lines.
pub(super) struct DataLines(Option<BufReader<std::fs::File>>);

impl DataLines {
    /// Opens the file; where there are no lines it need not exist.
    pub(super) fn open(data: &Path, ranges: &[(u64, u64)]) -> io::Result<Self> {
        Ok(Self(match ranges {
            [] => None,
            _ => Some(BufReader::new(open_file(data)?)),
        }))
    }

    /// The line between these bytes, without its line break.
    pub(super) fn line(&mut self, (start, end): (u64, u64)) -> io::Result<String> {
        let mut line = String::new();
        if let Some(file) = &mut self.0 {
            file.seek(SeekFrom::Start(start))?;
            file.take(end - start).read_to_string(&mut line)?;
        }
        line.truncate(line.trim_end().len());
        Ok(line)
    }
}
