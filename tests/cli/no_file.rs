//! Pipes and devices in the place of files: none is waited for, and none is read without end.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use super::support::{MODELS, World};

fn pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

#[test]
fn a_named_pipe_in_the_place_of_a_file_is_refused_by_name() {
    let world = World::new();
    pipe(&world.path("pipe"));
    symlink("/dev/zero", world.path("zero")).unwrap();
    for (name, kind) in [("pipe", "a named pipe"), ("zero", "a device")] {
        let said = format!("it is {kind}, and a file is expected");
        let outcome = world.translate(&[name]).expect_code(1);
        assert!(outcome.stderr.contains(&said), "{}", outcome.stderr);
        for ending in ["txt", "zip", "tar", "jsonl", "csv", "parquet"] {
            let link = format!("{name}.{ending}");
            symlink(world.path(name), world.path(&link)).unwrap();
            let outcome = world.translate(&[&link, "-o", "out"]).expect_code(1);
            assert!(outcome.stderr.contains(&said), "{link}: {}", outcome.stderr);
        }
        let list = ["--files-from", name, "-o", "out/"];
        let outcome = world.translate(&list).expect_code(2);
        assert!(
            outcome.stderr.contains("cannot read the list"),
            "{}",
            outcome.stderr
        );
        let outcome = world.run(&["check", name, "article.txt"]).expect_code(2);
        assert!(outcome.stderr.contains("cannot read"), "{}", outcome.stderr);
    }
}

#[test]
fn a_named_pipe_in_the_place_of_a_journal_or_a_models_file_is_refused() {
    let world = World::new();
    std::fs::create_dir(world.path("out")).unwrap();
    pipe(&world.path("out/journal.jsonl"));
    std::fs::create_dir(world.path("in")).unwrap();
    world.write("in/a.txt", "Мәтін");
    let outcome = world.translate(&["in", "-o", "out"]).expect_code(2);
    assert!(
        outcome.stderr.contains("journal.jsonl: it is a named pipe"),
        "{}",
        outcome.stderr
    );
    for file in ["config.json", "tokenizer.json", "pytorch_model.bin"] {
        let model = world.path(file).with_extension("model");
        std::fs::create_dir(&model).unwrap();
        for entry in super::support::fixture("memorised-nllb")
            .read_dir()
            .unwrap()
        {
            let path = entry.unwrap().path();
            symlink(&path, model.join(path.file_name().unwrap())).unwrap();
        }
        std::fs::remove_file(model.join(file)).unwrap();
        pipe(&model.join(file));
        let outcome = world.run(&["--model", model.to_str().unwrap(), "article.txt"]);
        assert_eq!(outcome.code, Some(3), "{file}: {}", outcome.stderr);
    }
}

#[test]
fn a_named_pipe_in_the_place_of_a_branch_of_the_hubs_cache_is_not_waited_for() {
    let world = World::new();
    let refs = world.path("hf/hub/models--org--name/refs");
    std::fs::create_dir_all(&refs).unwrap();
    pipe(&refs.join("main"));
    let outcome = world.run(&["--model", "org/name", "--offline", "article.txt"]);
    assert_eq!(outcome.code, Some(3), "{}", outcome.stderr);
}

#[test]
fn descriptors_that_a_shell_hands_over_are_read() {
    let world = World::new();
    let expected = world.translate(&["article.txt"]).expect_code(0).stdout;
    let program = env!("CARGO_BIN_EXE_translate");
    let models = MODELS.map(|word| match word.strip_prefix("--") {
        Some(_) => word.to_owned(),
        None => super::support::fixture(word).display().to_string(),
    });
    for input in ["/dev/stdin", "/dev/fd/3 3<&0"] {
        let words = format!("cat article.txt | {program} {} {input}", models.join(" "));
        let mut shell = world.command_of(Path::new("/bin/sh"), &["-c", &words]);
        let outcome = world.outcome(shell.output().unwrap()).expect_code(0);
        assert_eq!(outcome.stdout, expected, "{input}");
    }
}
