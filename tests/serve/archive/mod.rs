//! A finished archive: its pages, and searches over both texts.

mod files;
mod index;
mod page;
mod search;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;

use crate::server::{Server, fixture, program, start_without_models};

/// The articles: their files, and what is in them. No model translates the number.
const ARTICLES: [(&str, &str); 3] = [
    (
        "a.txt",
        "Жетісу облысында 7 154 адам тұрақты жұмысқа орналасты\n\nУақыты: 29.08.2023\nБөлім: ӘЛЕУМЕТ\n\
         Дереккөз: turkystan.kz\n\n\
         Биыл аталған кеңестердің құрамы 46%-ға жаңарды. Осылайша, 1 қалалық және 8 аудандық \
         филиалдардағы Саяси кеңестердің құрамына 86 адам кірді.\n",
    ),
    (
        "қала/b %2F?#.txt",
        "Жетісу облысында 7 154 адам тұрақты жұмысқа орналасты\n\nУақыты: 30.08.2023\nБөлім: САЯСАТ\n\n\
         Партиялықтар екі жылда атқарылған жұмысты қорытындылап, алдағы жоспарды бекітті. \
         Қаладағы кітабы 777 888 адам оқыды.\n",
    ),
    (
        "c.txt",
        "Партиялықтар екі жылда атқарылған жұмысты қорытындылап, алдағы жоспарды бекітті. \
         Осылайша, 1 қалалық және 8 аудандық филиалдардағы Саяси кеңестердің құрамына 86 адам кірді.\n",
    ),
];

/// The same articles as pages, JSON, JSON lines and a database.
static MADE: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in ARTICLES {
        let path = folder.path().join("in").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    for (output, format) in [
        ("pages", Some("html")),
        ("json", Some("json")),
        ("text", Some("text")),
        ("all.jsonl", None),
        ("all.sqlite", None),
    ] {
        let mut run = program(folder.path());
        run.arg("--model").arg(fixture("memorised-nllb"));
        run.args([
            "-s",
            "extractive",
            "--beam",
            "1",
            "--retries",
            "0",
            "in",
            "-o",
            output,
        ]);
        run.args(format.map(|format| ["-f", format]).iter().flatten());
        let output = run.output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    folder
});

/// A copy of a folder of results, which a test may change.
fn copy(name: &str) -> (TempDir, PathBuf) {
    fn copied(from: &Path, to: &Path) {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let (path, to) = (
                entry.as_ref().unwrap().path(),
                to.join(entry.unwrap().file_name()),
            );
            if path.is_dir() {
                copied(&path, &to);
            } else if !path
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with(".audarma")
            {
                fs::copy(&path, &to).unwrap();
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("out");
    copied(&MADE.path().join(name), &root);
    (folder, root)
}

fn serve(path: &Path, arguments: &[&str]) -> Server {
    start_without_models(&[&[path.to_str().unwrap()], arguments].concat())
}

fn made(name: &str) -> PathBuf {
    MADE.path().join(name)
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn search(server: &Server, query: &str) -> Value {
    let answer = server.get(&format!("/archive/api/search?{query}"));
    assert_eq!(answer.status, 200, "{query}: {answer:?}");
    answer.json()
}

/// The sentences that are found by a word.
fn found(server: &Server, words: &str) -> Vec<Value> {
    let found = search(server, &format!("q={}", encoded(words)));
    found["sentences"].as_array().unwrap().clone()
}

/// The documents of the archive.
fn documents() -> Vec<Value> {
    let lines = fs::read_to_string(made("all.jsonl")).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// What the program says, and its exit code, where it does not serve.
fn refused(path: &Path) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(folder.path());
    let output = command
        .args(["serve", "--port", "0"])
        .arg(path)
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}
