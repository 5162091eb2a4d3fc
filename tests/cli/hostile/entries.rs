//! Entries of a folder or a model that are no files, or whose names act on a terminal.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use super::attack::Attack;
use super::trial::SENTENCE;

/// A link to `target`.
fn link(name: &str, target: &'static str) -> Attack {
    Attack::entry(name, move |path| symlink(target, path).unwrap())
}

/// A sound article of that name.
fn named(name: &str) -> Attack {
    Attack::file(name, || SENTENCE)
}

fn pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

/// Something else in the place of a model's file, which is refused.
fn model(name: &str, file: &'static str, make: fn(&Path)) -> Attack {
    let change = move |model: &Path| {
        let path = model.join(file);
        fs::remove_file(&path).unwrap();
        make(&path);
    };
    Attack::model(name, change).fails("a file is expected")
}

fn zeros(path: &Path) {
    symlink("/dev/zero", path).unwrap();
}

pub fn attacks() -> Vec<Attack> {
    let no_file = "it is no regular file";
    vec![
        Attack::entry("entry-pipe.txt", pipe).fails(no_file).quick(),
        Attack::entry("entry-pipe.zip", pipe).fails(no_file),
        Attack::entry("entry-pipe.jsonl", pipe).fails(no_file),
        Attack::entry("entry-socket.txt", |path| {
            // A socket is bound by a path of about a hundred bytes at most.
            let short = tempfile::Builder::new().tempdir_in("/tmp").unwrap();
            let socket = short.path().join("s");
            let _listener = UnixListener::bind(&socket).unwrap();
            fs::rename(socket, path).unwrap();
        })
        .fails(no_file),
        link("entry-zero.txt", "/dev/zero").fails(no_file),
        link("entry-zero.tar.gz", "/dev/zero").fails(no_file),
        link("entry-random.parquet", "/dev/urandom").fails(no_file),
        link("entry-terminal.csv", "/dev/tty").fails(no_file),
        link("entry-loop.txt", "entry-loop.txt").fails("cannot read it"),
        link("entry-nowhere.txt", "/nowhere/at/all").fails("cannot read it"),
        link("entry-memory.txt", "/proc/self/mem").fails(""),
        Attack::entry("entry-folders", |path| {
            let deep = path.join("d/".repeat(400));
            fs::create_dir_all(&deep).unwrap();
            fs::write(deep.join("a.txt"), SENTENCE).unwrap();
        })
        .read_at(&format!("/{}a.txt", "d/".repeat(400))),
        Attack::entry("entry-up", |path| {
            // Links to folders are not followed, so that there is no loop.
            fs::create_dir(path).unwrap();
            symlink("..", path.join("up")).unwrap();
            symlink("/", path.join("root")).unwrap();
            fs::write(path.join("a.txt"), SENTENCE).unwrap();
        })
        .read_at("/a.txt"),
        Attack::entry("entry-ending.txt", |path| {
            fs::create_dir(path).unwrap();
            fs::write(path.join("a.zip"), SENTENCE).unwrap();
            fs::create_dir(path.join("b.jsonl")).unwrap();
        })
        .fails_at("/a.zip", "the zip archive cannot be read further"),
        Attack::entry("entry-no-rights.txt", |path| {
            fs::write(path, SENTENCE).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
        })
        // A superuser reads it all the same.
        .survived(),
        Attack::entry("entry-not-utf8", |path| {
            fs::create_dir(path).unwrap();
            let name = OsStr::from_bytes(b"\xff\xfe.txt");
            fs::write(path.join(name), SENTENCE).unwrap();
        })
        .read_at("/\u{fffd}\u{fffd}.txt"),
        named("entry-\u{1b}]0;x\u{7}.txt").read().quick(),
        named("entry-\u{1b}[2J\nerror: x: y.txt").read(),
        Attack::file("entry-empty-\u{1b}[2J\r.txt", || "").fails("holds no text"),
        Attack::file("entry-empty-\u{202e}txt.e", || "").fails("holds no text"),
        named("entry-\u{202e}txt.e").read(),
        named("entry-\u{9b}2J.txt").read(),
        model("model-pipe-config", "config.json", pipe),
        model("model-pipe-generation", "generation_config.json", pipe),
        model("model-pipe-tokenizer", "tokenizer.json", pipe),
        model("model-pipe-weights", "pytorch_model.bin", pipe),
        model("model-zeros-config", "config.json", zeros),
        model("model-zeros-tokenizer", "tokenizer.json", zeros),
        model("model-zeros-weights", "pytorch_model.bin", zeros),
        named("-o").read(),
        named("--help.txt").read(),
        named("entry-'\"$(id)`id`;&|<>*?%s{}.txt").read(),
        named(&format!("entry-long-{}.txt", "а".repeat(115))).read(),
    ]
}
