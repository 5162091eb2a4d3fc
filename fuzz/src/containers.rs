//! What the targets of containers check.

use std::cell::LazyCell;
use std::ops::ControlFlow;

use audarma::archive::{Content, Inputs, Limits, Record, RecordOptions};
use audarma::panics;
use tempfile::TempDir;

thread_local! {
    static FOLDER: LazyCell<TempDir> = LazyCell::new(|| {
        // Panics of the libraries that the reader catches are no findings.
        panics::silence_caught_panics();
        tempfile::tempdir().expect("a folder")
    });
}

const LIMITS: Limits = Limits {
    entries: 200,
    bytes: 16 << 20,
    ratio: 200,
};
/// Longest id: a place is the container's name and a number; others are bounded by themselves.
const MAX_ID_BYTES: usize = 1100;
/// Longest message; what it quotes is cut.
const MAX_MESSAGE_BYTES: usize = 4096;

/// Reads a container of this name: within the limits, and the same twice.
///
/// # Panics
/// If a promise is broken.
pub fn read(name: &str, bytes: &[u8]) {
    let first = records(name, bytes);
    assert_eq!(first, records(name, bytes), "read again");
}

/// Each record's id and size, or each fault's id and message.
fn records(name: &str, bytes: &[u8]) -> Vec<(String, Result<usize, String>)> {
    let path = FOLDER.with(|folder| folder.path().join(name));
    std::fs::write(&path, bytes).expect("a file");
    let inputs = Inputs {
        paths: vec![path],
        limits: LIMITS,
        records: RecordOptions::default(),
        output: None,
    };
    let mut found = Vec::new();
    let mut articles = 0;
    let flow = inputs.read(&mut |record, _| {
        found.push(match record {
            Ok(record) => {
                articles += 1;
                check(&record);
                (record.id.clone(), Ok(record.size()))
            }
            Err(fault) => {
                let id = fault.id.unwrap_or_default();
                assert!(
                    fault.message.len() <= MAX_MESSAGE_BYTES,
                    "{}",
                    fault.message.len()
                );
                (id, Err(fault.message))
            }
        });
        ControlFlow::Continue(())
    });
    assert!(flow.is_continue());
    assert!(articles <= LIMITS.entries, "{articles} articles");
    for (id, _) in &found {
        assert!(id.len() <= MAX_ID_BYTES, "an id of {} bytes", id.len());
    }
    found
}

fn check(record: &Record) {
    match &record.content {
        Content::Bytes(_) => assert!(record.fields.is_empty()),
        Content::Of(..) => {}
        Content::Text(_) | Content::Html(_) => {
            for name in ["id", "text", "html"] {
                assert!(
                    !record.fields.contains_key(name),
                    "{name} is no other field"
                );
            }
        }
    }
}
