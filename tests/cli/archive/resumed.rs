//! A run goes on where another stopped, and leaves what an undisturbed run leaves.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use super::{FAST, SENTENCES, World};
use crate::support::{MODELS, wait_until};

/// Three articles and one that is none.
fn archive(world: &World) {
    for (number, sentence) in SENTENCES.iter().enumerate() {
        world.put(&format!("in/{number}.txt"), sentence);
    }
    world.put("in/empty.txt", "");
}

/// What a run left, without its journal, which says how long it took.
fn left(world: &World, out: &str) -> BTreeMap<String, Vec<u8>> {
    let files = world.files(out).into_iter();
    files
        .filter(|file| file != "journal.jsonl")
        .map(|file| {
            (
                file.clone(),
                std::fs::read(world.path(out).join(&file)).unwrap(),
            )
        })
        .collect()
}

#[test]
fn nothing_is_done_twice() {
    let world = World::new();
    archive(&world);
    let first = world.fast(&["in", "-o", "out"]).expect_code(1);
    assert!(
        first.stderr.contains("3 articles translated, 1 failed"),
        "{}",
        first.stderr
    );
    assert!(first.stderr.contains("empty.txt: "), "{}", first.stderr);
    let before = left(&world, "out");
    let written = |file: &str| world.path(file).metadata().unwrap().modified().unwrap();
    let first = written("out/0.txt");
    let again = world.fast(&["in", "-o", "out"]).expect_code(1);
    assert!(
        again
            .stderr
            .contains("0 articles translated, 3 done before, 1 failed")
            && again.stderr.contains("--retry-failed tries them again"),
        "{}",
        again.stderr
    );
    assert_eq!(written("out/0.txt"), first);
    assert_eq!(world.errors("out/errors.jsonl").len(), 1);
    let retried = world
        .fast(&["in", "-o", "out", "--retry-failed"])
        .expect_code(1);
    assert!(retried.stderr.contains("empty.txt: "), "{}", retried.stderr);
    world
        .fast(&["in", "-o", "out", "--overwrite"])
        .expect_code(1);
    assert_eq!(left(&world, "out"), before);
}

#[test]
fn what_changed_is_done_again_and_nothing_else() {
    let world = World::new();
    archive(&world);
    world.fast(&["in", "-o", "out"]).expect_code(1);
    world.put("in/0.txt", SENTENCES[1]);
    std::fs::remove_file(world.path("out/1.txt")).unwrap();
    let written = |file: &str| world.path(file).metadata().unwrap().modified().unwrap();
    let first = written("out/2.txt");
    world.put("in/empty.txt", SENTENCES[0]);
    world.put("in/new.txt", SENTENCES[0]);
    let outcome = world.fast(&["in", "-o", "out"]).expect_code(0);
    for said in [
        "4 articles translated, 1 done before",
        "2 of them were done before, and have changed since",
        "1 of them was done before, and its result is gone or changed since",
    ] {
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    }
    assert_eq!(written("out/2.txt"), first);
    assert_eq!(world.read("out/0.txt"), world.read("out/1.txt"));
    assert!(!world.path("out/errors.jsonl").exists());
}

/// Between its rename and its commit, a killed run leaves other options' results in the place of
/// those that the journal tells of.
#[test]
fn a_result_that_is_not_the_one_in_the_journal_is_made_again() {
    let world = World::new();
    archive(&world);
    world.fast(&["in", "-o", "out"]).expect_code(1);
    let before = left(&world, "out");
    let length = world.read("out/1.txt").len();
    std::fs::write(world.path("out/1.txt"), "x".repeat(length)).unwrap();
    let outcome = world.fast(&["in", "-o", "out"]).expect_code(1);
    for said in [
        "1 article translated, 2 done before",
        "its result is gone or changed since",
    ] {
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    }
    assert_eq!(left(&world, "out"), before);
}

#[test]
fn a_finished_file_that_was_removed_or_changed_is_made_again() {
    let world = World::new();
    archive(&world);
    world.fast(&["in", "-o", "all.jsonl"]).expect_code(1);
    let whole = world.read("all.jsonl");
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    std::fs::remove_file(world.path("all.jsonl")).unwrap();
    let outcome = world.fast(&["in", "-o", "all.jsonl"]).expect_code(1);
    assert!(
        outcome.stderr.contains("all.jsonl was removed"),
        "{}",
        outcome.stderr
    );
    assert_eq!(world.read("all.jsonl"), whole);
    for text in [
        format!("{whole}{}", lines[0]),
        whole.replace('\n', "\r\n"),
        lines[1..].concat(),
    ] {
        world.write("all.jsonl", text);
        let outcome = world.fast(&["in", "-o", "all.jsonl"]).expect_code(1);
        let said = "all.jsonl was changed";
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
        assert_eq!(world.read("all.jsonl"), whole);
    }
}

#[test]
fn a_damaged_journal_costs_what_it_lost_and_says_so() {
    let world = World::new();
    archive(&world);
    for out in ["out", "all.jsonl"] {
        world.fast(&["in", "-o", out]).expect_code(1);
        let journal = match out {
            "out" => "out/journal.jsonl",
            _ => "all.jsonl.journal",
        };
        let text = world.read(journal);
        world.write(
            journal,
            text.replacen("\"id\":\"1.txt\"", "\"id\":\"0.txt\"", 1),
        );
        let outcome = world.fast(&["in", "-o", out]).expect_code(1);
        for said in [
            "1 line of the journal damaged or missing",
            "1 article translated, 2 done before",
        ] {
            assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
        }
        let again = world.fast(&["in", "-o", out]).expect_code(1);
        assert!(!again.stderr.contains("damaged"), "{}", again.stderr);
    }
    world.fast(&["in", "-o", "anew.jsonl"]).expect_code(1);
    assert_eq!(world.read("all.jsonl"), world.read("anew.jsonl"));
}

#[test]
fn no_file_of_the_users_own_is_replaced() {
    let world = World::new();
    archive(&world);
    world.put("out/0.txt", "mine");
    world.put("out/.unfinished/notes", "mine");
    let outcome = world.fast(&["in", "-o", "out"]).expect_code(1);
    let said = "0.txt is there, and is no result of a run into this folder";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    assert_eq!(world.read("out/0.txt"), "mine");
    assert_eq!(world.read("out/.unfinished/notes"), "mine");
    world.write("all.jsonl.errors.jsonl", "mine\n");
    world.put("page/report.html", "mine");
    for out in ["all.jsonl", "page"] {
        let outcome = world.fast(&["in", "-o", out]).expect_code(2);
        let said = "was not made by a run into this output";
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    }
    assert_eq!(world.read("all.jsonl.errors.jsonl"), "mine\n");
    // The data of the page, of which a run removes what it no longer needs, is known as well.
    world.put("data/report-index/2023-08.js", "mine");
    world.put("other/report-index", "mine");
    for (out, file) in [
        ("data", "report-index/2023-08.js"),
        ("other", "report-index"),
    ] {
        let outcome = world.fast(&["in", "-o", out]).expect_code(2);
        let said = format!("{out}/{file} was not made by a run into this output");
        assert!(outcome.stderr.contains(&said), "{}", outcome.stderr);
        assert_eq!(world.files(out), [file]);
    }
    assert_eq!(world.files("page"), ["report.html"]);
}

#[test]
fn other_options_and_other_models_are_told_and_done_again() {
    let world = World::new();
    archive(&world);
    world.fast(&["in", "-o", "out"]).expect_code(1);
    let outcome = world
        .fast(&["in", "-o", "out", "--normalize", "off"])
        .expect_code(1);
    for said in [
        "4 articles were done earlier with another model or other options",
        "3 articles translated",
        "4 of them were done before with another model or options",
    ] {
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    }
    // A folder is known by what is in it, not by its name.
    std::fs::create_dir(world.path("model")).unwrap();
    for entry in crate::support::fixture("memorised-nllb")
        .read_dir()
        .unwrap()
    {
        let path = entry.unwrap().path();
        std::fs::copy(&path, world.path("model").join(path.file_name().unwrap())).unwrap();
    }
    let run = || world.run(&[&FAST, &["-m", "./model", "in", "-o", "other"][..]].concat());
    run().expect_code(1);
    let config = world.read("model/config.json");
    world.write("model/config.json", format!("{config}\n"));
    let outcome = run().expect_code(1);
    assert!(
        outcome.stderr.contains("3 articles translated"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_dry_run_lists_what_would_be_done_and_does_nothing() {
    let world = World::new();
    archive(&world);
    let dry = ["in", "-o", "out", "--dry-run"];
    let outcome = world.fast(&dry).expect_code(1);
    assert_eq!(outcome.stdout, "0.txt\n1.txt\n2.txt\n");
    assert!(!world.path("out").exists());
    world.fast(&["in", "-o", "out"]).expect_code(1);
    let journal = world.read("out/journal.jsonl");
    world.put("in/1.txt", SENTENCES[0]);
    let outcome = world.fast(&dry).expect_code(1);
    assert_eq!(outcome.stdout, "1.txt\n");
    for said in [
        "1 article (84 B) would be translated; 2 are done, 1 failed",
        "1 of them was done before, and has changed since",
        "at the speed of earlier runs that takes",
    ] {
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    }
    assert_eq!(world.read("out/journal.jsonl"), journal);
}

#[test]
fn one_file_of_many_keeps_the_order_of_the_archive() {
    let world = World::new();
    archive(&world);
    world.fast(&["in", "-o", "all.jsonl"]).expect_code(1);
    world.put("in/00.txt", SENTENCES[2]);
    world.put("in/1.txt", SENTENCES[0]);
    world.fast(&["in", "-o", "all.jsonl"]).expect_code(1);
    world.fast(&["in", "-o", "anew.jsonl"]).expect_code(1);
    assert_eq!(world.read("all.jsonl"), world.read("anew.jsonl"));
    let ids: Vec<_> = world
        .lines("all.jsonl")
        .iter()
        .map(|line| line["id"].clone())
        .collect();
    assert_eq!(ids, ["0.txt", "00.txt", "1.txt", "2.txt"]);
    assert_eq!(world.errors("all.jsonl.errors.jsonl")[0].0, "empty.txt");
}

#[test]
fn a_journal_belongs_to_one_run_at_a_time_and_to_this_program() {
    let world = World::new();
    archive(&world);
    world.fast(&["in", "-o", "out"]).expect_code(1);
    let journal = std::fs::File::open(world.path("out/journal.jsonl")).unwrap();
    journal.lock().unwrap();
    let outcome = world.fast(&["in", "-o", "out"]).expect_code(2);
    assert!(
        outcome.stderr.contains("another run is writing"),
        "{}",
        outcome.stderr
    );
    drop(journal);
    world.put("out/journal.jsonl", "diary\n");
    let outcome = world.fast(&["in", "-o", "out"]).expect_code(2);
    assert!(
        outcome.stderr.contains("is no journal of this program"),
        "{}",
        outcome.stderr
    );
    assert_eq!(world.read("out/journal.jsonl"), "diary\n");
}

/// A folder of articles large enough for several windows, and what an undisturbed run makes of it.
fn several_windows(world: &World) -> BTreeMap<String, Vec<u8>> {
    for number in 0..30 {
        let sentence = |other| {
            format!("Осылайша, {other} аудандық филиалдардың құрамына {number} адам кірді. ")
        };
        let text: String = (100..280).map(sentence).collect();
        world.put(&format!("in/{number:02}.txt"), text);
    }
    world.put("in/05-empty.txt", "");
    world.fast(&["in", "-o", "whole"]).expect_code(1);
    left(world, "whole")
}

/// Starts a run, and waits until it has committed `windows` windows.
fn begun(world: &World, windows: usize) -> Child {
    let arguments = [&MODELS[..], &FAST, &["in", "-o", "out"]].concat();
    let mut command = world.command(&arguments);
    let child = command.stderr(Stdio::piped()).spawn().unwrap();
    wait_until("the journal has that many windows", || {
        let journal = std::fs::read_to_string(world.path("out/journal.jsonl"));
        journal.unwrap_or_default().matches("{\"commit\":").count() >= windows
    });
    child
}

#[cfg(unix)]
fn send(child: &Child, signal: &str) {
    let mut kill = std::process::Command::new("kill");
    let status = kill.args(["-s", signal, &child.id().to_string()]).status();
    assert!(status.unwrap().success());
}

#[cfg(unix)]
#[test]
fn killed_in_the_middle_it_goes_on_and_leaves_the_same_bytes() {
    let world = World::new();
    let whole = several_windows(&world);
    for windows in 1..3 {
        let mut child = begun(&world, windows);
        child.kill().unwrap();
        assert_eq!(child.wait().unwrap().code(), None);
        assert!(!world.path("out/report.html").exists());
    }
    let outcome = world.fast(&["in", "-o", "out"]).expect_code(1);
    assert!(outcome.stderr.contains("done before"), "{}", outcome.stderr);
    assert_eq!(left(&world, "out"), whole);
}

#[cfg(unix)]
#[test]
fn a_signal_lets_it_finish_the_window_at_hand() {
    let world = World::new();
    let whole = several_windows(&world);
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let mut child = begun(&world, 1);
        send(&child, signal);
        let stderr: Vec<String> = BufReader::new(child.stderr.take().unwrap())
            .lines()
            .map(Result::unwrap)
            .collect();
        assert_eq!(child.wait().unwrap().code(), Some(code), "{stderr:?}");
        let said = stderr.join("\n");
        assert!(
            said.contains("the same command goes on from here"),
            "{said}"
        );
        let journal = world.read("out/journal.jsonl");
        let results = world
            .files("out")
            .iter()
            .filter(|file| file.ends_with(".txt"))
            .count();
        assert_eq!(
            journal.matches("\"done\":").count(),
            results,
            "what is written is in the journal"
        );
        assert_tells(&world, results, journal.matches("\"error\":").count());
        std::fs::remove_dir_all(world.path("out")).unwrap();
    }
    // A run that goes on, and is stopped again, tells of what earlier runs did as well.
    let mut child = begun(&world, 1);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!world.path("out/report.html").exists());
    let mut child = begun(&world, 2);
    send(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(143));
    let journal = world.read("out/journal.jsonl");
    let done = journal.matches("\"done\":").count();
    assert_tells(&world, done, 1);
    std::fs::remove_dir_all(world.path("out")).unwrap();
    let mut child = begun(&world, 1);
    send(&child, "INT");
    let stderr = BufReader::new(child.stderr.take().unwrap());
    let mut lines = stderr.lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("a second signal stops at once")));
    send(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(143));
    world.fast(&["in", "-o", "out"]).expect_code(1);
    assert_eq!(left(&world, "out"), whole);
}

/// What stands beside the results tells so many finished and failed articles, of a run that is not
/// through.
#[track_caller]
fn assert_tells(world: &World, done: usize, failed: usize) {
    let page = world.read("out/report.html");
    assert_eq!(page.matches("<article").count(), done);
    assert!(page.contains("not finished: the run ended early"));
    let errors = world.path("out/errors.jsonl");
    let listed = if errors.exists() {
        world.errors("out/errors.jsonl").len()
    } else {
        0
    };
    assert_eq!(listed, failed);
}

#[test]
fn a_run_that_fails_before_any_work_leaves_the_lists_as_they_were() {
    let world = World::new();
    archive(&world);
    world.fast(&["in", "-o", "out"]).expect_code(1);
    std::fs::remove_file(world.path("out/1.txt")).unwrap();
    // The models are gone, so the run ends before it has done anything.
    let arguments = ["-m", "./nowhere", "in", "-o", "out"];
    let before = left(&world, "out");
    world.run(&[&FAST, &arguments[..]].concat()).expect_code(3);
    assert_eq!(left(&world, "out"), before);
}
