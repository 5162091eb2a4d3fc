//! Several inputs that are given one by one, by a glob or in a list, are a run as a folder is one.

use super::made::zip;
use super::{SENTENCES, World};

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
    assert!(world.read("out/journal.jsonl").contains("a3.html"));
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
