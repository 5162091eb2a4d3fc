//! A top-level module of `src` imports only modules of lower levels.

use std::fs;
use std::path::Path;

/// The top-level modules, the lowest level first. Modules of one level do not use each other.
const LEVELS: [&[&str]; 11] = [
    &["confinement", "files", "machine", "panics", "text"],
    &["input", "language", "model_files"],
    &[
        "article",
        "catalogue",
        "checks",
        "glossary",
        "nn",
        "segment",
        "tokenizer",
    ],
    &["article_reader", "document", "hub", "markup", "seq2seq"],
    &["generate", "names", "report"],
    &["model"],
    &["bench", "summarize", "translate"],
    &["pipeline"],
    &["archive"],
    &["serve"],
    &["cli"],
];

fn level(module: &str) -> usize {
    let found = LEVELS.iter().position(|modules| modules.contains(&module));
    found.unwrap_or_else(|| panic!("the module {module} has no level: add it here"))
}

/// Calls `check` for each use of another top-level module, with the line it is in.
fn each_use(module: &str, path: &Path, check: &mut impl FnMut(&str, &str)) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            each_use(module, &entry.unwrap().path(), check);
        }
    } else if path.extension().is_some_and(|ending| ending == "rs") {
        for line in fs::read_to_string(path).unwrap().lines() {
            let code = line.split("//").next().unwrap_or_default();
            for rest in code.split("crate::").skip(1) {
                let mut names = rest.split(|c: char| !c.is_alphanumeric() && c != '_');
                let used = names.next().unwrap_or_default();
                if used != module {
                    check(used, line);
                }
            }
        }
    }
}

#[test]
fn modules_import_only_lower_levels() {
    let mut modules = 0;
    for entry in fs::read_dir("src").unwrap() {
        let path = entry.unwrap().path();
        let module = path.file_stem().unwrap().to_str().unwrap();
        if !["bin", "lib", "main"].contains(&module) {
            modules += 1;
            each_use(module, &path, &mut |used, line| {
                assert!(level(used) < level(module), "{module} uses {used}: {line}");
            });
        }
    }
    assert_eq!(modules, LEVELS.concat().len());
}
