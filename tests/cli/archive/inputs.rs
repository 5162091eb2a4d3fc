//! What an archive may be, and where its results go.

use serde_json::Value;

use super::made::{csv, gzip, parquet, tar, zip, zstd};
use super::{SENTENCES, World};
use crate::support::Outcome;

#[test]
fn each_article_of_a_folder_has_its_own_file() {
    let world = World::new();
    let seed = world.read("article.txt");
    world.put("in/2023/a.txt", &seed);
    world.put("in/2023/a.html", format!("<p>{}</p>", SENTENCES[0]));
    world.put("in/b.md", SENTENCES[1]);
    world.put("in/.git/c.txt", SENTENCES[2]);
    world.translate(&["in", "-o", "out"]).expect_code(0);
    assert_eq!(
        world.files("out"),
        [
            "2023/a.html.txt",
            "2023/a.txt.txt",
            "b.txt",
            "journal.jsonl",
            "report-index/2023-08.js",
            "report-index/parts.js",
            "report-index/undated.js",
            "report.html"
        ]
    );
    let alone = world.translate(&["article.txt"]).expect_code(0);
    assert_eq!(world.read("out/2023/a.txt.txt"), alone.stdout);
}

#[test]
fn every_container_gives_the_same_articles() {
    let world = World::new();
    let members = [("a.txt", SENTENCES[0]), ("b/c.txt", SENTENCES[1])];
    let rows = [("a.txt", SENTENCES[0]), ("b/c.txt", SENTENCES[1])];
    let lines: String = rows
        .iter()
        .map(|(id, text)| {
            format!(
                "{}\n",
                serde_json::json!({"id": id, "text": text, "n": [1]})
            )
        })
        .collect();
    for (name, bytes) in [
        ("a.zip", zip(&members)),
        ("a.tar", tar(&members)),
        ("a.tar.gz", gzip(&tar(&members))),
        ("a.tar.zst", zstd(&tar(&members))),
        ("a.jsonl", lines.clone().into_bytes()),
        ("a.jsonl.gz", gzip(lines.as_bytes())),
        ("a.jsonl.zst", zstd(lines.as_bytes())),
        ("a.csv", csv(&rows)),
        ("a.parquet", parquet(&rows)),
    ] {
        world.write(name, bytes);
        let out = format!("of-{name}.jsonl");
        world.fast(&[name, "-o", &out]).expect_code(0);
        let documents = world.lines(&out);
        assert_eq!(documents.len(), 2, "{name}");
        for (document, (id, text)) in documents.iter().zip(members) {
            assert_eq!(document["id"], id, "{name}");
            let sentence = &document["paragraphs"][0]["sentences"][0];
            assert_eq!(sentence["source"], text, "{name}");
            assert_eq!(document["seconds"], serde_json::Value::Null);
        }
        let other = &documents[0]["record"];
        match name {
            "a.csv" | "a.parquet" => assert_eq!(other["place"], "Ақсу", "{name}"),
            name if name.contains("jsonl") => assert_eq!(other["n"], serde_json::json!([1])),
            _ => assert!(other.is_null(), "{name}"),
        }
    }
}

#[test]
fn a_container_in_a_folder_and_several_inputs_keep_their_places() {
    let world = World::new();
    world.put("in/week/a.zip", zip(&[("x.txt", SENTENCES[0])]));
    world.write("b.jsonl", format!("{{\"text\": {:?}}}\n", SENTENCES[1]));
    world.write("c.txt", SENTENCES[2]);
    world
        .fast(&["in", "b.jsonl", "c.txt", "-o", "out", "-f", "json"])
        .expect_code(0);
    let results: Vec<String> = world.files("out");
    assert_eq!(
        results,
        [
            "b.jsonl:1.json",
            "c.json",
            "journal.jsonl",
            "report-index/parts.js",
            "report-index/undated.js",
            "report.html",
            "week/a.zip/x.json"
        ]
        .map(|name| name.replace(':', "%3A"))
    );
}

#[test]
fn ids_that_differ_only_in_capitals_have_files_that_differ_in_more() {
    let world = World::new();
    let lines = |ids: &[&str]| -> String {
        let line = |id| format!("{}\n", serde_json::json!({"id": id, "text": SENTENCES[0]}));
        ids.iter().map(line).collect()
    };
    let ids = [
        "2023/a.txt",
        "2023/A.txt",
        "2023/МА\u{419}.txt",
        "2023/ма\u{438}\u{306}.txt",
    ];
    world.write("a.jsonl", lines(&ids[..1]));
    let run = || {
        world
            .fast(&["a.jsonl", "-o", "out", "-f", "json"])
            .expect_code(0)
    };
    run();
    // What came first keeps its name, wherever it stands now.
    world.write("a.jsonl", lines(&[ids[1], ids[0], ids[2], ids[3]]));
    let outcome = run();
    let said = "3 articles translated, 1 done before";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    let files = world.files("out/2023");
    let small: std::collections::BTreeSet<String> =
        files.iter().map(|file| file.to_lowercase()).collect();
    assert_eq!((files.len(), small.len()), (4, 4), "{files:?}");
    let id = |file: &str| {
        let text = world.read(&format!("out/2023/{file}"));
        serde_json::from_str::<serde_json::Value>(&text).unwrap()["id"].clone()
    };
    assert_eq!(id("a.json"), ids[0]);
    assert_eq!(id("МА\u{419}.json"), ids[2]);
    assert_eq!(id("A.txt.json"), ids[1]);
    assert_eq!(id("ма\u{438}\u{306}.txt.json"), ids[3]);
    let said = "0 articles translated, 4 done before";
    let outcome = run();
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    // The same where there is no archive.
    let inputs = [("one/B.txt", SENTENCES[0]), ("two/b.txt", SENTENCES[1])];
    for (name, text) in inputs {
        world.put(name, text);
    }
    world
        .fast(&["one/B.txt", "two/b.txt", "-o", "few/"])
        .expect_code(0);
    assert_eq!(
        world.files("few"),
        [
            "journal.jsonl",
            "one/B.txt.txt",
            "report-index/parts.js",
            "report-index/undated.js",
            "report.html",
            "two/b.txt.txt"
        ]
    );
}

#[test]
fn a_list_names_inputs_one_a_line() {
    let world = World::new();
    world.put("a.txt", SENTENCES[0]);
    world.put("b.txt", SENTENCES[1]);
    world.write("list", "\u{feff}a.txt\r\n\nb.txt\nmissing.txt\n");
    let outcome = world
        .fast(&["--files-from", "list", "-o", "out/"])
        .expect_code(1);
    assert!(
        outcome.stderr.contains("missing.txt: cannot read it"),
        "{}",
        outcome.stderr
    );
    assert_eq!(world.files("out")[..2], ["a.txt", "b.txt"]);
}

#[test]
fn the_result_of_a_list_of_one_may_be_a_file_of_one() {
    let world = World::new();
    world.put("a.txt", SENTENCES[0]);
    world.write("list.txt", "a.txt\n");
    let list = ["--files-from", "list.txt", "-o"];
    world
        .fast(&[&list[..], &["a.html"]].concat())
        .expect_code(0);
    assert!(world.read("a.html").starts_with("<!DOCTYPE html>"));
    assert!(!world.path("a.html.journal").exists());
    let outcome = world.fast(&[&list[..], &["list.txt"]].concat());
    let said = "would replace list.txt";
    let stderr = outcome.expect_code(2).stderr;
    assert!(stderr.contains(said), "{stderr}");
    // Elsewhere it is a run, as one of several is.
    world.fast(&[&list[..], &["out/"]].concat()).expect_code(0);
    assert!(world.path("out/journal.jsonl").is_file());
}

#[test]
fn all_into_one_parquet_file() {
    use parquet::file::reader::{FileReader, SerializedFileReader};

    let world = World::new();
    world.put("in/a.txt", world.read("article.txt"));
    world.put("in/b.txt", SENTENCES[1]);
    world.translate(&["in", "-o", "all.parquet"]).expect_code(0);
    let file = std::fs::File::open(world.path("all.parquet")).unwrap();
    let rows: Vec<_> = SerializedFileReader::new(file)
        .unwrap()
        .get_row_iter(None)
        .unwrap()
        .map(|row| row.unwrap().to_json_value())
        .collect();
    assert_eq!(
        (&rows[0]["id"], &rows[1]["id"]),
        (&"a.txt".into(), &"b.txt".into())
    );
    assert_eq!(rows[0]["date"], "2023-08-29");
    assert_eq!(
        rows[0]["title"],
        "7,154 people found permanent jobs in Zhetisu Region"
    );
    let document: serde_json::Value =
        serde_json::from_str(rows[0]["document"].as_str().unwrap()).unwrap();
    assert_eq!(document["summary"]["target"], rows[0]["summary"]);
    assert_eq!(
        rows[1]["text"],
        "Thus, 86 people joined the Political Councils of 1 city and 8 district branches."
    );
}

#[test]
fn an_impossible_output_is_refused_before_any_work() {
    let world = World::new();
    world.put("in/a.txt", SENTENCES[0]);
    world.write("file", "");
    for (arguments, reason) in [
        (&["in"][..], "holds many articles: say with --output"),
        (&["in", "-o", "-"], "holds many articles: say with --output"),
        (&["in", "-o", "all.txt"], "named as one"),
        (&["in", "-o", "file"], "is a file"),
        (&["in", "-o", "in"], "would be among the articles of in"),
        (
            &["in", "-o", "in/all.jsonl"],
            "would be read as an article of in",
        ),
        (
            &["in", "-o", "all.jsonl", "-f", "html"],
            "other formats go to a folder",
        ),
        (
            &["in", "-o", "out", "--max-bytes", "many"],
            "a number of bytes is expected",
        ),
        (&["a.txt", "--overwrite"], "--output"),
        (
            &["--files-from", "nowhere", "-o", "out"],
            "cannot read the list nowhere",
        ),
    ] {
        let outcome = world.fast(arguments).expect_code(2);
        assert!(outcome.stderr.contains(reason), "{}", outcome.stderr);
    }
    assert_eq!(world.files("in"), ["a.txt"]);
}

#[test]
fn results_inside_the_archive_are_not_read_as_articles() {
    let world = World::new();
    world.put("in/a.txt", SENTENCES[0]);
    world.fast(&["in", "-o", "in/english"]).expect_code(0);
    let again = world.fast(&["in", "-o", "in/english"]).expect_code(0);
    assert!(
        again
            .stderr
            .contains("0 articles translated, 1 done before"),
        "{}",
        again.stderr
    );
}

#[test]
fn a_folder_goes_to_standard_output_in_the_format_that_is_named() {
    let world = World::new();
    world.put("in/a.txt", SENTENCES[0]);
    world.put("in/b/c.txt", SENTENCES[1]);
    world.write("z.zip", zip(&[("d.txt", SENTENCES[0])]));
    let outcome = world.fast(&["in", "z.zip", "-f", "jsonl"]).expect_code(0);
    let ids = |text: &str| -> Vec<String> {
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        lines
            .map(|line: Value| line["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids(&outcome.stdout), ["a.txt", "b/c.txt", "d.txt"]);
    let array = world.fast(&["in", "-f", "json"]).expect_code(0);
    assert_eq!(array.json().as_array().unwrap().len(), 2);
}

#[test]
fn what_failed_in_an_earlier_run_is_named_again() {
    let world = World::new();
    world.put("in/a.txt", SENTENCES[0]);
    world.put("in/empty.txt", "");
    let run = |words: &[&str]| {
        world
            .fast(&[&["in", "-o", "out"], words].concat())
            .expect_code(1)
    };
    let first = run(&[]);
    for again in [run(&[]), run(&["-q"]), run(&["--dry-run"])] {
        let named = |outcome: &Outcome| {
            let errors = outcome
                .stderr
                .lines()
                .filter(|line| line.starts_with("error: empty.txt: "));
            errors.count()
        };
        assert_eq!((named(&first), named(&again)), (1, 1), "{}", again.stderr);
    }
}
