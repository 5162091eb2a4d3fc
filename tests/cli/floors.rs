//! Imports run downward: a room of `src` uses rooms of lower floors alone.

use std::fs;
use std::path::Path;

/// The rooms, the lowest floor first. Rooms of one floor do not use each other.
const FLOORS: [&[&str]; 10] = [
    &["files", "panics", "text"],
    &["input", "language", "model_files"],
    &[
        "article",
        "catalogue",
        "checks",
        "nn",
        "segment",
        "tokenizer",
    ],
    &["document", "hub", "seq2seq"],
    &["generate", "report"],
    &["model"],
    &["bench", "summarize", "translate"],
    &["pipeline"],
    &["archive"],
    &["cli"],
];

fn floor(room: &str) -> usize {
    let found = FLOORS.iter().position(|rooms| rooms.contains(&room));
    found.unwrap_or_else(|| panic!("the room {room} is on no floor: add it here"))
}

/// Calls `check` for each use of another room, with the line it is in.
fn each_use(room: &str, path: &Path, check: &mut impl FnMut(&str, &str)) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            each_use(room, &entry.unwrap().path(), check);
        }
    } else if path.extension().is_some_and(|ending| ending == "rs") {
        for line in fs::read_to_string(path).unwrap().lines() {
            let code = line.split("//").next().unwrap_or_default();
            for rest in code.split("crate::").skip(1) {
                let mut names = rest.split(|c: char| !c.is_alphanumeric() && c != '_');
                let used = names.next().unwrap_or_default();
                if used != room {
                    check(used, line);
                }
            }
        }
    }
}

#[test]
fn imports_run_downward() {
    let mut rooms = 0;
    for entry in fs::read_dir("src").unwrap() {
        let path = entry.unwrap().path();
        let room = path.file_stem().unwrap().to_str().unwrap();
        if !["bin", "lib", "main"].contains(&room) {
            rooms += 1;
            each_use(room, &path, &mut |used, line| {
                assert!(floor(used) < floor(room), "{room} uses {used}: {line}");
            });
        }
    }
    assert_eq!(rooms, FLOORS.concat().len());
}
