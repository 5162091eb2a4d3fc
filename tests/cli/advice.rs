//! Advice is the command's: a library's error states a fact, whoever shows it.

use std::fs;
use std::path::{Path, PathBuf};

/// Rust files below a folder, but for those of the command.
fn library(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("src/cli") {
            library(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// Whether a line of code has an option or a subcommand of the command in it.
fn names_the_command(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    let option = code.match_indices("--").any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + 2..].chars().next();
        after.is_some_and(|c| c.is_ascii_lowercase())
            && before.is_none_or(|c| matches!(c, ' ' | '`' | '"' | '('))
    });
    let subcommand = ["models", "check", "worker", "merge", "bench", "doctor"]
        .iter()
        .any(|name| code.contains(&format!("translate {name}")));
    option || subcommand
}

#[test]
fn no_string_of_the_library_names_an_option_or_a_subcommand() {
    let mut files = Vec::new();
    library(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    assert!(files.len() > 100, "{} files", files.len());
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            assert!(
                !names_the_command(line),
                "{}:{}: {line}",
                file.display(),
                number + 1
            );
        }
    }
}

#[test]
fn options_and_subcommands_are_recognised() {
    for (line, named) in [
        (r#"    "name the charset with --encoding","#, true),
        (r#"    "run `translate models pull {model}`","#, true),
        (r#"    let folder = "models--org--name";"#, false),
        ("    // as `--encoding` says", false),
        (r#"    "translated by {model}","#, false),
    ] {
        assert_eq!(names_the_command(line), named, "{line}");
    }
}
