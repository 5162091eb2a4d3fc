//! Several inputs that are given one by one, by a glob or in a list, are a run as a folder is one.

use super::made::zip;
use super::{FAST, SENTENCES, World};

#[test]
fn inputs_given_one_by_one_have_journal_report_errors_and_resume() {
    let world = World::new();
    world.put("w/a0.txt", SENTENCES[0]);
    world.put("w/a1.html", format!("<p>{}</p>", SENTENCES[1]));
    world.put("w/bad.txt", [0_u8, 1, 2]);
    let absolute = world.path("w/a1.html");
    let words = [
        "w/a0.txt",
        absolute.to_str().unwrap(),
        "w/bad.txt",
        "-o",
        "out",
        "-f",
        "html",
    ];
    let outcome = world.fast(&words).expect_code(1);
    let said = "2 articles translated, 1 failed";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    assert_eq!(
        world.files("out"),
        [
            "a0.html",
            "a1.html",
            "errors.jsonl",
            "journal.jsonl",
            "report-index/parts.js",
            "report-index/undated.js",
            "report.html"
        ]
    );
    assert_eq!(world.errors("out/errors.jsonl")[0].0, "w/bad.txt");
    let page = world.read("out/report.html");
    assert!(page.contains("href=\"./a0.html\""), "{page}");
    // What is done is not done again, and one more file joins it.
    world.put("w/a2.txt", SENTENCES[2]);
    let more = [&["w/a2.txt"], &words[..]].concat();
    let outcome = world.fast(&more).expect_code(1);
    let said = "1 article translated, 2 done before, 1 failed";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    assert!(world.path("out/a2.html").is_file());
    // So does a single one, since the folder has a journal.
    world.put("w/a3.txt", SENTENCES[2]);
    world
        .fast(&["w/a3.txt", "-o", "out", "-f", "html"])
        .expect_code(0);
    let page = world.read("out/report.html");
    for name in ["a0", "a1", "a2", "a3"] {
        assert!(page.contains(&format!("href=\"./{name}.html\"")), "{name}");
    }
    assert_eq!(world.errors("out/errors.jsonl")[0].0, "w/bad.txt");
    // The ids are the inputs as they were given.
    world
        .fast(&["w/a0.txt", "w/a2.txt", "-o", "all.jsonl"])
        .expect_code(0);
    let ids: Vec<String> = world
        .lines("all.jsonl")
        .iter()
        .map(|line| line["id"].to_string())
        .collect();
    assert_eq!(ids, ["\"w/a0.txt\"", "\"w/a2.txt\""]);
}

#[test]
fn the_full_name_is_kept_only_where_two_would_collide() {
    let world = World::new();
    for name in [
        "v/a.txt",
        "w/a.txt",
        "w/b.txt",
        "w/b.md",
        "in/x/c.txt",
        "in/x/C.md",
    ] {
        world.put(name, SENTENCES[0]);
    }
    world.write(
        "m.zip",
        zip(&[("d.txt", SENTENCES[0]), ("d.md", SENTENCES[1])]),
    );
    let expected = [
        "b.md.html",
        "b.txt.html",
        // What an archive holds is not known before: the first has the name.
        "d.html",
        "d.md.html",
        "journal.jsonl",
        "report-index/parts.js",
        "report-index/undated.js",
        "report.html",
        "v/a.txt.html",
        "w/a.txt.html",
        "x/C.md.html",
        "x/c.txt.html",
    ];
    let inputs = ["v/a.txt", "w/a.txt", "w/b.txt", "w/b.md", "in", "m.zip"];
    let mut backwards = inputs;
    backwards.reverse();
    for (output, inputs) in [("out", inputs), ("other", backwards)] {
        let words = [&inputs[..], &["-o", output, "-f", "html"]].concat();
        world.fast(&words).expect_code(0);
        assert_eq!(world.files(output), expected, "{output}");
    }
}

#[test]
fn several_inputs_go_to_one_file_where_the_format_is_one() {
    let world = World::new();
    world.put("a.txt", SENTENCES[0]);
    world.put("b.txt", SENTENCES[1]);
    let rows = format!("id,text\nr1,\"{}\"\n", SENTENCES[2]);
    world.put("rows.csv", rows);
    let inputs = ["a.txt", "rows.csv", "b.txt", "-o"];
    for ending in [
        "jsonl", "csv", "xlsx", "tmx", "xlf", "sqlite", "parquet", "json",
    ] {
        let output = format!("all.{ending}");
        world
            .fast(&[&inputs[..], &[&output]].concat())
            .expect_code(0);
        assert!(world.path(&output).is_file(), "{ending}");
        assert!(
            world.path(&format!("{output}.journal")).is_file(),
            "{ending}"
        );
    }
    let ids: Vec<String> = world
        .lines("all.jsonl")
        .iter()
        .map(|line| line["id"].to_string())
        .collect();
    assert_eq!(ids, ["\"a.txt\"", "\"r1\"", "\"b.txt\""]);
    let folder = [&inputs[..], &["lines/", "-f", "jsonl"]].concat();
    let outcome = world.fast(&folder).expect_code(2);
    let said = "jsonl of many articles is one file";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    for (format, ending) in [("docx", "docx"), ("markdown", "md"), ("json", "json")] {
        let words = [&inputs[..], &[format, "-f", format]].concat();
        world.fast(&words).expect_code(0);
        assert!(world.path(&format!("{format}/a.{ending}")).is_file());
        assert!(world.path(&format!("{format}/r1.{ending}")).is_file());
    }
}

#[test]
fn a_journal_of_an_earlier_version_says_what_would_be_done_again() {
    let world = World::new();
    world.put("in/a.txt", SENTENCES[0]);
    let old = "{\"journal\":1}\n{\"id\":\"a.txt\",\"done\":{\"file\":\"a.txt.html\"}}\n";
    world.put("out/journal.jsonl", old);
    world.put("out/a.txt.html", "old");
    let words = ["in", "-o", "out", "-f", "html"];
    let outcome = world.fast(&words).expect_code(2);
    insta::assert_snapshot!(outcome.stderr);
    assert_eq!(world.read("out/journal.jsonl"), old);
    let dry = [&words[..], &["--overwrite", "--dry-run"]].concat();
    assert_eq!(world.fast(&dry).expect_code(0).stdout, "a.txt\n");
    assert_eq!(world.read("out/journal.jsonl"), old);
    world
        .fast(&[&words[..], &["--overwrite"]].concat())
        .expect_code(0);
    assert!(world.path("out/a.html").is_file());
    let outcome = world.fast(&words).expect_code(0);
    assert!(
        outcome.stderr.contains("1 done before"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn the_old_file_of_an_earlier_versions_run_is_said_to_be_replaced() {
    let world = World::new();
    world.put("in/a.txt", SENTENCES[0]);
    world.write("all.jsonl.journal", "{\"journal\":1}\n");
    let outcome = world.fast(&["in", "-o", "all.jsonl"]).expect_code(2);
    let said = "--overwrite does that, and replaces the file of the old results";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
}

#[test]
fn results_of_single_calls_are_replaced_by_a_run_that_is_told_to() {
    let world = World::new();
    world.put("a.txt", SENTENCES[0]);
    world.put("b.txt", SENTENCES[1]);
    for output in ["out/", "other/"] {
        world.fast(&["a.txt", "-o", output]).expect_code(0);
    }
    let words = ["a.txt", "b.txt", "-o", "out/"];
    for _ in 0..2 {
        // The failure is not settled: the file may be gone the next time.
        let outcome = world.fast(&words).expect_code(1);
        for said in [
            "a.txt is there, and is no result of a run into this folder; move it away",
            "--overwrite replaces it",
        ] {
            assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
        }
    }
    std::fs::remove_file(world.path("out/a.txt")).unwrap();
    let outcome = world.fast(&words).expect_code(0);
    let said = "1 article translated, 1 done before";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    world.write("other/a.txt", "old");
    world
        .fast(&["a.txt", "b.txt", "-o", "other/", "--overwrite"])
        .expect_code(0);
    assert_eq!(world.read("other/a.txt"), world.read("out/a.txt"));
}

#[test]
fn a_single_article_does_not_replace_the_file_of_a_run() {
    let world = World::new();
    for (name, sentence) in ["a.txt", "b.txt", "c.txt"].into_iter().zip(SENTENCES) {
        world.put(name, sentence);
    }
    for output in ["all.jsonl", "all.csv"] {
        world.fast(&["a.txt", "b.txt", "-o", output]).expect_code(0);
        let before = world.read(output);
        let outcome = world.fast(&["c.txt", "-o", output]).expect_code(2);
        let said = format!("{output} is the file of a run over many articles");
        assert!(outcome.stderr.contains(&said), "{}", outcome.stderr);
        assert_eq!(world.read(output), before);
        // What is advised.
        let outcome = world
            .fast(&["a.txt", "b.txt", "c.txt", "-o", output])
            .expect_code(0);
        let said = "1 article translated, 2 done before";
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
        world
            .fast(&["c.txt", "-o", output, "--overwrite"])
            .expect_code(0);
        assert!(!world.read(output).contains("a.txt"), "{output}");
    }
}

#[test]
fn an_archive_takes_no_name_from_an_article() {
    let world = World::new();
    world.write("a.zip", zip(&[("x.txt", SENTENCES[0])]));
    world.put("a.zip.txt", SENTENCES[1]);
    world
        .fast(&["a.zip", "a.zip.txt", "-o", "out", "-f", "html"])
        .expect_code(0);
    assert!(world.path("out/a.zip.html").is_file());
}

#[test]
fn articles_of_one_id_are_to_be_translated_into_different_outputs() {
    let world = World::new();
    world.put("v/a.txt", SENTENCES[0]);
    world.put("w/a.txt", SENTENCES[1]);
    let outcome = world.fast(&["v", "w", "-o", "out"]).expect_code(1);
    let said = "or translate them apart, each into another output";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
}

#[test]
fn an_article_of_the_same_id_from_elsewhere_does_not_replace_the_result_there() {
    let world = World::new();
    for (name, sentence) in [
        ("v/a.txt", 0),
        ("w/a.txt", 1),
        ("v/b.txt", 2),
        ("w/b.txt", 2),
    ] {
        world.put(name, SENTENCES[sentence]);
    }
    world.fast(&["v", "-o", "out"]).expect_code(0);
    let before = world.read("out/a.txt");
    // The text of b.txt is the same, so there is nothing to do about it.
    for _ in 0..2 {
        let outcome = world.fast(&["w", "-o", "out"]).expect_code(1);
        let said = "1 done before, 1 failed";
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
        let errors = world.errors("out/errors.jsonl");
        assert_eq!(errors[0].0, "a.txt");
        let said = "did another article with this id, from v, and its result stays";
        assert!(errors[0].1.contains(said), "{}", errors[0].1);
        assert_eq!(world.read("out/a.txt"), before);
    }
    let outcome = world.fast(&["v", "-o", "out"]).expect_code(0);
    assert!(
        outcome
            .stderr
            .contains("0 articles translated, 2 done before"),
        "{}",
        outcome.stderr
    );
    // In any order, and in a single file.
    world.fast(&["w", "v", "-o", "out"]).expect_code(1);
    assert_eq!(world.read("out/a.txt"), before);
    world.fast(&["v", "-o", "all.jsonl"]).expect_code(0);
    let all = world.read("all.jsonl");
    world.fast(&["w", "v", "-o", "all.jsonl"]).expect_code(1);
    let line = all.lines().find(|line| line.contains("a.txt"));
    assert!(world.read("all.jsonl").contains(line.unwrap()));
    // So it is with members of archives, and with a file of the same name in another folder.
    world.write("v.zip", zip(&[("z.txt", SENTENCES[0])]));
    world.write("w.zip", zip(&[("z.txt", SENTENCES[1])]));
    world.fast(&["v.zip", "-o", "zips"]).expect_code(0);
    world.fast(&["w.zip", "-o", "zips"]).expect_code(1);
    for (folder, code) in [("v", 0), ("w", 1)] {
        let words = ["a.txt", "b.txt", "-o", "../files"];
        let words = [&super::super::support::MODELS[..], &FAST, &words].concat();
        let mut command = world.command(&words);
        let output = command.current_dir(world.path(folder)).output().unwrap();
        world.outcome(output).expect_code(code);
    }
    // A folder that was moved is the same, and what has an id of its own is known by it.
    std::fs::rename(world.path("v"), world.path("u")).unwrap();
    world.put("u/a.txt", SENTENCES[1]);
    let outcome = world.fast(&["u", "-o", "out"]).expect_code(0);
    let said = "1 of them was done before, and has changed since";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    for (day, sentence) in [("1", 0), ("2", 1)] {
        let record = format!("{{\"id\": \"r\", \"text\": {:?}}}\n", SENTENCES[sentence]);
        let name = format!("day{day}.jsonl");
        world.write(&name, record);
        world.fast(&[&name, "-o", "days"]).expect_code(0);
    }
}

#[test]
fn the_file_of_a_run_is_not_replaced_by_results_of_other_inputs() {
    let world = World::new();
    for (name, sentence) in ["v/a.txt", "v/b.txt", "w/c.txt"].into_iter().zip(SENTENCES) {
        world.put(name, sentence);
    }
    for output in ["all.jsonl", "all.csv", "sub/all.jsonl"] {
        world.fast(&["v", "-o", output]).expect_code(0);
        let before = world.read(output);
        for inputs in [&["w"][..], &["w/c.txt", "v/a.txt"]] {
            let words = [inputs, &["-o", output]].concat();
            let outcome = world.fast(&words).expect_code(2);
            let said = format!("{output} has the results of v, which this run would leave out");
            assert!(outcome.stderr.contains(&said), "{}", outcome.stderr);
            assert_eq!(world.read(output), before);
        }
        // What is advised.
        let outcome = world.fast(&["v", "w", "-o", output]).expect_code(0);
        let said = "1 article translated, 2 done before";
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
        world
            .fast(&["w", "-o", output, "--overwrite"])
            .expect_code(0);
        assert!(!world.read(output).contains("b.txt"), "{output}");
    }
    // An article that is gone is left out.
    world.fast(&["v", "-o", "gone.jsonl"]).expect_code(0);
    std::fs::remove_file(world.path("v/b.txt")).unwrap();
    let stderr = world.fast(&["v", "-o", "gone.jsonl"]).expect_code(0).stderr;
    let said =
        "1 article of an earlier run is not among the inputs any more and left out of the results";
    assert!(stderr.contains(said), "{stderr}");
    assert_eq!(world.lines("gone.jsonl").len(), 1);
}
