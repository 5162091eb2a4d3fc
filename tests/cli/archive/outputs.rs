//! Outputs that would fall on inputs, on one another, or on files of the user's own.

use super::made::zip;
use super::{SENTENCES, World};

/// Runs that are refused before anything is read: their words, and what is said.
#[track_caller]
fn refused(world: &World, arguments: &[&str], reason: &str) {
    let before = world.files(".");
    // No model is asked for: it does not exist.
    let words = [&["-m", "./no-such-model"], arguments].concat();
    let outcome = world.run(&words).expect_code(2);
    assert!(outcome.stderr.contains(reason), "{}", outcome.stderr);
    assert_eq!(world.files("."), before, "{arguments:?}");
}

#[test]
fn an_output_that_falls_on_an_input_is_refused_by_name() {
    let world = World::new();
    world.put("in/s/s/x", SENTENCES[0]);
    world.put("in/s/y", SENTENCES[0]);
    world.write("a.zip", zip(&[("a", SENTENCES[0])]));
    let record = format!("{{\"id\": \"a\", \"text\": {:?}}}\n", SENTENCES[0]);
    for name in [
        "a.jsonl",
        "b.jsonl.errors.jsonl",
        "out/errors.jsonl",
        "out/journal.jsonl",
    ] {
        world.put(name, &record);
    }
    for (arguments, reason) in [
        (
            &["in/s", "-o", "in"][..],
            "in/s/x.txt would be read as an article of in/s the next time; give another --output",
        ),
        (
            &["a.jsonl", "-o", "./a.jsonl"],
            "./a.jsonl would replace the input a.jsonl",
        ),
        (
            &["b.jsonl.errors.jsonl", "-o", "b.jsonl"],
            "b.jsonl.errors.jsonl would replace the input b.jsonl.errors.jsonl",
        ),
        (
            &["a.zip", "out/errors.jsonl", "-o", "out"],
            "would replace the input out/errors.jsonl",
        ),
        (
            &["out/journal.jsonl", "-o", "out/"],
            "would replace the input out/journal.jsonl",
        ),
        (
            &["in", "-o", "in/new/all.jsonl"],
            "would be read as an article of in the next time",
        ),
        (
            &["--files-from", "b.jsonl.errors.jsonl", "-o", "b.jsonl"],
            "would replace the list of inputs b.jsonl.errors.jsonl",
        ),
    ] {
        refused(&world, arguments, reason);
    }
    // Where no result falls into the input, the output may be above it.
    world.put("up/s/x", SENTENCES[0]);
    world.fast(&["up/s", "-o", "up"]).expect_code(0);
    assert!(world.path("up/x.txt").exists());
}

#[test]
fn a_result_that_would_have_the_name_of_an_input_has_its_full_name() {
    let world = World::new();
    for name in ["a.txt", "b.txt", "n/x", "n/x.txt"] {
        world.put(name, SENTENCES[0]);
    }
    let inputs = ["a.txt", "b.txt", "n/x", "n/x.txt"];
    world
        .fast(&[&inputs[..], &["-o", "."]].concat())
        .expect_code(0);
    for input in inputs {
        assert_eq!(world.read(input), SENTENCES[0], "{input}");
    }
    for result in ["a.txt.txt", "b.txt.txt", "x.txt.txt"] {
        assert!(world.path(result).is_file(), "{result}");
    }
    // The same again is what is done.
    let outcome = world
        .fast(&[&inputs[..], &["-o", "."]].concat())
        .expect_code(0);
    let said = "0 articles translated, 4 done before";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
}

#[cfg(unix)]
#[test]
fn links_and_hard_links_to_an_input_are_the_input() {
    let world = World::new();
    world.put("in/a", SENTENCES[0]);
    let record = format!("{{\"id\": \"a\", \"text\": {:?}}}\n", SENTENCES[0]);
    world.write("a.jsonl", record);
    std::fs::hard_link(world.path("a.jsonl"), world.path("hard.jsonl")).unwrap();
    std::os::unix::fs::symlink("in", world.path("link")).unwrap();
    let replaced = "hard.jsonl would replace the input a.jsonl";
    refused(&world, &["a.jsonl", "-o", "hard.jsonl"], replaced);
    let among = "would be among the articles of in";
    refused(&world, &["in", "-o", "link"], among);
    let read = "link/new/all.parquet would be read as an article of in the next time";
    refused(&world, &["in", "-o", "link/new/all.parquet"], read);
}

/// Names in an archive are known only as it is read.
#[test]
fn a_member_whose_result_would_fall_on_an_input_fails_by_name() {
    let world = World::new();
    world.put("in/s/y", SENTENCES[0]);
    let members = [("s/new/x", SENTENCES[1]), ("z", SENTENCES[2])];
    world.write("a.zip", zip(&members));
    world.fast(&["a.zip", "in/s", "-o", "in"]).expect_code(1);
    let errors = world.errors("in/errors.jsonl");
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].0, "s/new/x");
    let said = "in/s/new/x.txt would be among the articles of in/s";
    assert!(errors[0].1.contains(said), "{}", errors[0].1);
    assert!(world.path("in/z.txt").exists() && world.path("in/y.txt").exists());
    assert_eq!(world.files("in/s"), ["y"]);
}

#[test]
fn an_article_and_a_folder_of_its_results_name_both_have_results() {
    let world = World::new();
    world.put("in/x", SENTENCES[0]);
    world.put("in/x.txt/y", SENTENCES[1]);
    for _ in 0..2 {
        world.fast(&["in", "-o", "out"]).expect_code(0);
        let files = [
            "journal.jsonl",
            "report-index/parts.js",
            "report-index/undated.js",
            "report.html",
            "x.txt",
            "x.txt%-/y.txt",
        ];
        assert_eq!(world.files("out"), files);
    }
    let page = world.read("out/report.html");
    assert!(page.contains("x.txt%25-/y.txt"), "{page}");
}

#[test]
fn a_file_that_holds_no_results_is_not_replaced_by_them() {
    let world = World::new();
    world.put("in/a", SENTENCES[0]);
    world.write("notes.jsonl", "{\"note\": 1}\n");
    world.write("table.parquet", "PAR1 of another program PAR1");
    for output in ["notes.jsonl", "table.parquet"] {
        let said = format!("{output} was not made by a run into this output");
        refused(&world, &["in", "-o", output], &said);
    }
    world.write("empty.jsonl", "");
    world.fast(&["in", "-o", "empty.jsonl"]).expect_code(0);
    // Results whose journal is gone may be made anew.
    std::fs::remove_file(world.path("empty.jsonl.journal")).unwrap();
    world.fast(&["in", "-o", "empty.jsonl"]).expect_code(0);
    world.fast(&["in", "-o", "all.parquet"]).expect_code(0);
    std::fs::remove_file(world.path("all.parquet.journal")).unwrap();
    std::fs::remove_file(world.path("all.parquet.part")).unwrap();
    world.fast(&["in", "-o", "all.parquet"]).expect_code(0);
}
