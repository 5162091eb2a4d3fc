//! Finished articles as a Parquet file: the columns a query asks for, and the whole document as JSON.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde::Deserialize;

use super::collection::DataLines;
use super::parquet_input;
use super::results_file::CREATED_BY;
use super::shard_footer::{PARQUET_KEY, ShardFooter};
use crate::files::AtomicFile;

const SCHEMA: &str = "message articles {
    required binary id (UTF8);
    optional binary date (UTF8);
    optional binary title (UTF8);
    optional binary text (UTF8);
    optional binary summary (UTF8);
    optional binary flags (UTF8);
    required binary document (UTF8);
}";

/// After how many rows the size of a page is looked at: one ends after a megabyte, so that it can
/// be read in little memory.
const PAGE_CHECK_ROWS: usize = 16;
/// Rows of a row group.
const ROW_GROUP_ROWS: usize = 1000;

/// Writes the documents in these byte ranges of `data`, a file of JSON lines, to `out`; `footer`
/// closes the file of a shard. The caller commits the file.
pub(super) fn write(
    data: &Path,
    ranges: &[(u64, u64)],
    footer: Option<&ShardFooter>,
    out: &mut AtomicFile,
) -> io::Result<()> {
    let schema = parse_message_type(SCHEMA).map_err(failure)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_write_batch_size(PAGE_CHECK_ROWS)
        .set_created_by(CREATED_BY.to_owned())
        .build();
    let mut writer =
        SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(failure)?;
    let mut lines = DataLines::open(data, ranges)?;
    for group in ranges.chunks(ROW_GROUP_ROWS) {
        let mut documents = Vec::with_capacity(group.len());
        for &range in group {
            documents.push(lines.line(range)?);
        }
        write_group(&mut writer, &documents)?;
    }
    if let Some(footer) = footer {
        let footer = serde_json::to_string(footer)?;
        let name = PARQUET_KEY.to_owned();
        writer.append_key_value_metadata(KeyValue::new(name, footer));
    }
    // `into_inner` would reduce an input/output error to its text.
    writer.close().map_err(failure)?;
    Ok(())
}

/// Reads a file that [`write()`] wrote, and writes its documents as JSON lines. Returns its footer.
pub(super) fn read(path: &Path, to: &mut dyn Write) -> io::Result<Option<ShardFooter>> {
    let footer = parquet_input::texts(path, "document", PARQUET_KEY, &mut |document| {
        let document = document.filter(|document| !document.contains('\n'));
        let document = document
            .ok_or_else(|| io::Error::other("a row has no column `document` with JSON in it"))?;
        writeln!(to, "{document}")
    })?;
    to.flush()?;
    Ok(footer.as_deref().map(serde_json::from_str).transpose()?)
}

fn write_group(
    writer: &mut SerializedFileWriter<&mut AtomicFile>,
    documents: &[String],
) -> io::Result<()> {
    let mut columns: [Vec<Option<String>>; 7] = Default::default();
    for document in documents {
        let parsed: Columns = serde_json::from_str(document)?;
        let row = [
            Some(parsed.id.clone()),
            parsed.metadata.date.clone(),
            parsed.title.as_ref().map(|title| title.target.clone()),
            Some(parsed.text()),
            parsed
                .summary
                .as_ref()
                .map(|summary| summary.target.clone()),
            Some(parsed.flags().join(", ")),
            Some(document.clone()),
        ];
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
    }
    let mut group = writer.next_row_group().map_err(failure)?;
    for (index, values) in columns.iter().enumerate() {
        let Some(mut column) = group.next_column().map_err(failure)? else {
            break;
        };
        let required = matches!(index, 0 | 6);
        let there: Vec<ByteArray> = values
            .iter()
            .flatten()
            .map(|value| ByteArray::from(value.as_str()))
            .collect();
        let levels: Vec<i16> = values
            .iter()
            .map(|value| i16::from(value.is_some()))
            .collect();
        column
            .typed::<ByteArrayType>()
            .write_batch(&there, (!required).then_some(&levels), None)
            .map_err(failure)?;
        column.close().map_err(failure)?;
    }
    group.close().map_err(failure)?;
    Ok(())
}

/// What of a document goes into columns. The document may be of another version of this program,
/// with checks and fields this one does not know.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Columns {
    #[serde(deserialize_with = "crate::document::read_id")]
    id: String,
    metadata: Metadata,
    title: Option<Text>,
    paragraphs: Vec<Paragraph>,
    summary: Option<Text>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    date: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Paragraph {
    sentences: Vec<Text>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Text {
    target: String,
    flags: Vec<String>,
}

impl Columns {
    /// The English text, a paragraph a line.
    fn text(&self) -> String {
        let lines = self.paragraphs.iter().map(|paragraph| {
            let sentences = paragraph.sentences.iter();
            let targets: Vec<&str> = sentences.map(|sentence| sentence.target.as_str()).collect();
            targets.join(" ")
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The names of the checks that failed anywhere, each once, in the order of the alphabet.
    fn flags(&self) -> Vec<&str> {
        let sentences = self
            .paragraphs
            .iter()
            .flat_map(|paragraph| &paragraph.sentences);
        let texts = self.title.iter().chain(&self.summary).chain(sentences);
        let mut flags: Vec<&str> = texts
            .flat_map(|text| text.flags.iter().map(String::as_str))
            .collect();
        flags.sort_unstable();
        flags.dedup();
        flags
    }
}

/// The library's error as one of input and output.
pub(super) fn failure(error: ParquetError) -> io::Error {
    match error {
        // Unwraps the input/output error, so that a full disk is recognised.
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(cause) => io::Error::other(cause),
        },
        other => io::Error::other(other),
    }
}
