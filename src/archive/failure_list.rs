//! Lists of failures: JSON lines with an `id` and an `error`, as runs and merges write them next to
//! results.

use std::io::{self, BufReader};
use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::line_reader::{Line, next_line};
use crate::files::open_file;

/// Maximum size of a line; ids and messages are shorter.
const MAX_LINE_BYTES: u64 = 16 << 20;

/// Whether there is no file, or one in which every line reports a failure, so that a list may
/// replace it.
///
/// # Errors
/// If the file cannot be read.
pub(super) fn is_one(path: &Path) -> io::Result<bool> {
    let file = match open_file(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    let mut lines = BufReader::new(file);
    while let Some(line) = next_line(&mut lines, MAX_LINE_BYTES)? {
        match line {
            Line::Whole(line) if is_failure(&line) => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// Whether a line reports a failure: it has an `error` with a kind and a message, in words. Workers
/// add the other fields of the record.
pub(super) fn is_failure(line: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Failure {
        #[serde(rename = "error")]
        _error: Reason,
        schema: Option<IgnoredAny>,
    }
    #[derive(Deserialize)]
    struct Reason {
        #[serde(rename = "kind")]
        _kind: String,
        #[serde(rename = "message")]
        _message: String,
    }
    serde_json::from_slice::<Failure>(line).is_ok_and(|failure| failure.schema.is_none())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_list_is_known_by_its_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("errors.jsonl");
        assert!(is_one(&path).unwrap());
        let line = "{\"id\":null,\"error\":{\"kind\":\"article\",\"message\":\"no letters\"}}\n";
        for (text, expected) in [
            (line.repeat(2), true),
            (String::new(), true),
            (line.replace("}}", "},\"record\":{\"number\":1}}"), true),
            (line.replace("}}", "},\"schema\":1}"), false),
            (format!("{line}note\n"), false),
            (format!("{line}\n"), false),
            (String::from("{\"id\":1,\"error\":\"mine\"}\n"), false),
            (String::from("{\"id\":1,\"schema\":1}\n"), false),
        ] {
            fs::write(&path, &text).unwrap();
            assert_eq!(is_one(&path).unwrap(), expected, "{text}");
        }
    }
}
