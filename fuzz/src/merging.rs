//! What the target of merges checks.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

use audarma::archive::{MergeError, MergeOutput, Merged, merge};
use audarma::panics;
use serde_json::Value;
use tempfile::TempDir;

thread_local! {
    static FOLDER: TempDir = {
        panics::silence_caught_panics();
        tempfile::tempdir().expect("a folder")
    };
}

/// What is between two parts.
const BETWEEN: &[u8] = b"\n====\n";
const MAX_PARTS: usize = 4;

/// Merges parts: the first byte says of which kind they are, and the others are the parts.
///
/// # Panics
/// If a promise is broken.
pub fn read(bytes: &[u8]) {
    let Some((&choice, mut rest)) = bytes.split_first() else {
        return;
    };
    let root = FOLDER.with(|folder| folder.path().to_owned());
    let ending = ["jsonl", "parquet", "jsonl.gz"][usize::from(choice % 3)];
    let mut parts = Vec::new();
    while parts.len() < MAX_PARTS {
        let end = rest.windows(BETWEEN.len()).position(|part| part == BETWEEN);
        let part = root.join(format!("{}.{ending}", parts.len()));
        fs::write(&part, &rest[..end.unwrap_or(rest.len())]).expect("a part");
        parts.push(part);
        match end {
            Some(end) => rest = &rest[end + BETWEEN.len()..],
            None => break,
        }
    }
    let (merged, written) = streamed(&parts);
    assert_eq!(
        (&merged, &written),
        (&streamed(&parts).0, &streamed(&parts).1)
    );
    let out = root.join("out.jsonl");
    let to_file = merge(&parts, MergeOutput::File(&out));
    let Ok(merged) = merged else {
        // Nothing is written unless all is right.
        assert!(to_file.is_err() && written.is_empty());
        return;
    };
    assert_eq!(to_file.map_err(shown), Ok(merged));
    assert_eq!(fs::read(&out).expect("results"), written);
    let lines = written
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    // A number in another field may be beyond what a value holds.
    let lines: Result<Vec<Value>, _> = lines.map(serde_json::from_slice).collect();
    if let Ok(lines) = lines {
        let ids: HashSet<String> = lines.iter().map(|line| line["id"].to_string()).collect();
        assert_eq!(ids.len() as u64, merged.articles, "each id once");
    }
    if let Some(records) = merged.records {
        assert_eq!(records, merged.articles + merged.failed);
    }
    let _ = fs::remove_file(&out);
}

fn streamed(parts: &[PathBuf]) -> (Result<Merged, String>, Vec<u8>) {
    let mut written = Vec::new();
    let merged = merge(parts, MergeOutput::Stream(&mut written));
    (merged.map_err(shown), written)
}

fn shown(error: MergeError) -> String {
    match error {
        MergeError::Problems { problems, .. } => problems.join("\n"),
        error => error.to_string(),
    }
}
