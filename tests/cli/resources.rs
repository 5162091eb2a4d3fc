//! A machine that gives too little memory, too few descriptors or threads, or no larger files: the program
//! says so and ends with 75, or does its work.

use std::path::Path;

use super::support::{MODELS, Outcome, World, fixture};

/// Runs the program behind shell commands that limit it.
fn limited(world: &World, limits: &str, arguments: &[&str]) -> Outcome {
    let words = [&MODELS, arguments].concat().into_iter();
    let words = words.map(|word| match word.strip_prefix("memorised-") {
        Some(_) => format!("'{}'", fixture(word).display()),
        None => format!("'{word}'"),
    });
    let words: Vec<String> = words.collect();
    let program = env!("CARGO_BIN_EXE_translate");
    let script = format!("{limits}\nexec '{program}' {}", words.join(" "));
    let mut shell = world.command_of(Path::new("/bin/sh"), &["-c", &script]);
    world.outcome(shell.output().unwrap())
}

/// Done, or a lack that passes, in one line.
#[track_caller]
fn done_or_temporary(outcome: &Outcome, limits: &str) -> bool {
    let said = &outcome.stderr;
    match outcome.code {
        Some(0) => return true,
        Some(75) => {}
        code => panic!("{limits}: {code:?}: {said}"),
    }
    let last = said.lines().last().unwrap_or_default();
    assert!(last.starts_with("error: "), "{limits}: {said}");
    assert!(!said.contains("fetch the model"), "{limits}: {said}");
    assert!(!said.contains("panicked"), "{limits}: {said}");
    false
}

#[test]
fn memory_that_is_too_small_is_temporary_however_small_it_is() {
    let world = World::new();
    let mut done = Vec::new();
    // With less the system's loader does not start the program, which maps 39 MB of itself.
    for megabytes in [48, 60, 90, 130, 200, 300, 500, 4000] {
        let limits = format!("ulimit -v {}", megabytes << 10);
        for reading in [&["--read-in-process"][..], &[]] {
            let words = [&["--threads", "2", "article.txt"], reading].concat();
            let outcome = limited(&world, &limits, &words);
            done.push(done_or_temporary(&outcome, &limits));
        }
    }
    assert!(!done[0] && done[done.len() - 1], "{done:?}");
}

#[test]
fn descriptors_that_are_too_few_are_temporary() {
    let world = World::new();
    let mut done = Vec::new();
    // With fewer the system's loader does not start the program.
    for files in [5, 6, 7, 8, 10, 12, 16, 24, 64] {
        let limits = format!("ulimit -n {files}");
        let outcome = limited(&world, &limits, &["--threads", "2", "article.txt"]);
        done.push(done_or_temporary(&outcome, &limits));
    }
    assert!(!done[0] && done[done.len() - 1], "{done:?}");
}

/// A signal that a shell has the program ignore stays ignored; see `nohup`.
#[test]
fn a_terminal_that_closes_ends_a_run_unless_that_is_ignored() {
    for (ignored, code) in [("", 143), ("trap '' HUP", 0)] {
        let world = World::new();
        std::fs::create_dir(world.path("in")).unwrap();
        for name in 0..40 {
            let text = std::fs::read_to_string(fixture("article.txt")).unwrap();
            world.write(&format!("in/{name}.txt"), format!("{text}\n{name}"));
        }
        let script = format!(
            "{ignored}\n\"$0\" --model {} -s none in -o out & \
             until [ -e out/journal.jsonl ]; do sleep 0.01; done; kill -HUP $!; wait $!",
            fixture("memorised-nllb").display()
        );
        let program = env!("CARGO_BIN_EXE_translate");
        let mut shell = world.command_of(Path::new("/bin/sh"), &["-c", &script, program]);
        world.outcome(shell.output().unwrap()).expect_code(code);
    }
}

#[test]
fn a_file_that_may_not_grow_is_a_full_disk() {
    let world = World::new();
    std::fs::create_dir(world.path("in")).unwrap();
    std::fs::copy(fixture("article.txt"), world.path("in/a.txt")).unwrap();
    for output in ["out/", "out.jsonl", "out.parquet"] {
        let outcome = limited(&world, "ulimit -f 1", &["in", "-o", output]);
        let outcome = outcome.expect_code(75);
        assert!(outcome.stderr.contains("error: "), "{}", outcome.stderr);
        let outcome = limited(&world, "", &["in", "-o", output]);
        outcome.expect_code(0);
    }
}

#[test]
fn a_small_stack_is_enough() {
    let world = World::new();
    let outcome = limited(&world, "ulimit -s 256", &["--threads", "2", "article.txt"]);
    outcome.expect_code(0);
}
