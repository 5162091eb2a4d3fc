//! Recognises files of results, so that no other file is replaced by one.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::collection::CollectionFormat;
use super::line_reader::{Line, next_line};
use super::shard_footer::ShardFooter;
use crate::files::open_file;

/// Maximum size of the first line of a file of results.
const MAX_LINE_BYTES: u64 = 256 << 20;
/// How much of the end of a Parquet file has the name of the program that wrote it.
const PARQUET_END_BYTES: u64 = 1 << 10;
/// What a Parquet file ends with.
const PARQUET_MAGIC: &[u8] = b"PAR1";
/// The name by which a Parquet file knows this program.
pub(super) const CREATED_BY: &str = "audarma";

/// Whether there is no file or an empty one, or one whose first line is a result, a failure or a
/// shard's footer (in another format: one that this program wrote), so that results may replace it.
///
/// # Errors
/// If the file cannot be read.
pub(super) fn is_one(path: &Path, format: Option<CollectionFormat>) -> io::Result<bool> {
    let mut file = match open_file(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    let length = file.metadata()?.len();
    if length == 0 {
        return Ok(true);
    }
    if let Some(CollectionFormat::Report(format)) = format {
        return format.has_written(&mut file);
    }
    if format == Some(CollectionFormat::Parquet) {
        file.seek(SeekFrom::Start(length.saturating_sub(PARQUET_END_BYTES)))?;
        let mut end = Vec::new();
        file.take(PARQUET_END_BYTES).read_to_end(&mut end)?;
        let name = CREATED_BY.as_bytes();
        let is_ours = end.windows(name.len()).any(|part| part == name);
        return Ok(is_ours && end.ends_with(PARQUET_MAGIC));
    }
    Ok(
        match next_line(&mut BufReader::new(file), MAX_LINE_BYTES)? {
            Some(Line::Whole(line)) => is_line(&line),
            _ => false,
        },
    )
}

fn is_line(line: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Fields {
        #[serde(rename = "id")]
        _id: IgnoredAny,
        schema: Option<IgnoredAny>,
        error: Option<IgnoredAny>,
    }
    let is_result = |fields: Fields| fields.schema.is_some() || fields.error.is_some();
    serde_json::from_slice(line).is_ok_and(is_result) || ShardFooter::parse(line).is_some()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn results_are_known_by_their_first_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("all.jsonl");
        assert!(is_one(&path, None).unwrap());
        for (text, expected) in [
            ("", true),
            ("{\"schema\":1,\"id\":\"a\"}\nwhatever follows", true),
            ("{\"id\":null,\"error\":{}}\n", true),
            ("{\"id\":\"a\",\"text\":\"b\"}\n", false),
            ("{\"schema\":1}\n", false),
            ("\n", false),
            ("notes", false),
        ] {
            fs::write(&path, text).unwrap();
            assert_eq!(is_one(&path, None).unwrap(), expected, "{text}");
        }
        let path = folder.path().join("all.parquet");
        for (text, expected) in [
            ("PAR1 audarma PAR1", true),
            ("PAR1 parquet-mr PAR1", false),
            ("audarma", false),
            ("{\"schema\":1,\"id\":\"a\"}\n", false),
        ] {
            fs::write(&path, text).unwrap();
            let found = is_one(&path, Some(CollectionFormat::Parquet));
            assert_eq!(found.unwrap(), expected, "{text}");
        }
    }
}
