//! `translate merge` and `--shard`: parts of a run become one result, and every id is in it once.

use serde_json::{Value, json};

use super::support::{MODELS, Outcome, World};

/// A result as a run or a worker leaves it, as far as merging looks at it.
fn article(id: &str) -> String {
    format!("{}\n", json!({"schema": 1, "id": id, "title": null}))
}

fn failure(id: Value) -> String {
    let error = json!({"kind": "article", "message": "no letters"});
    format!("{}\n", json!({"id": id, "error": error}))
}

fn ids(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone())
        .collect()
}

/// A folder of articles, one of which cannot be read.
fn archive(world: &World) {
    let sentence = "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.";
    std::fs::create_dir_all(world.path("archive/b")).unwrap();
    for number in 0..40 {
        let name = format!(
            "archive/{}{number}.txt",
            if number % 2 == 0 { "b/" } else { "" }
        );
        world.write(&name, format!("{sentence} {number}"));
    }
    world.write("archive/b-.txt", sentence);
    world.write("archive/empty.txt", "");
}

/// Runs one shard, or the whole.
fn run(world: &World, output: &str, shard: Option<&str>) -> Outcome {
    let mut arguments = vec!["archive", "-s", "none", "-q", "-o", output];
    if let Some(shard) = shard {
        arguments.extend(["--shard", shard]);
    }
    world.translate(&arguments)
}

#[test]
fn the_shards_of_a_run_merged_are_what_one_run_leaves() {
    let world = World::new();
    archive(&world);
    run(&world, "whole.jsonl", None).expect_code(1);
    for shard in 0..4 {
        let output = format!("{shard}.jsonl");
        let outcome = run(&world, &output, Some(&format!("{shard}/4")));
        assert!(matches!(outcome.code, Some(0 | 1)), "{}", outcome.stderr);
        let count = world.read(&output).lines().count();
        assert!((1..40).contains(&count), "{count}");
    }
    let parts = ["3.jsonl", "0.jsonl", "2.jsonl", "1.jsonl"];
    let merge = [&["merge"][..], &parts, &["-o", "merged.jsonl"]].concat();
    let outcome = world.run(&merge).expect_code(1);
    insta::assert_snapshot!(outcome.snapshot());
    assert_eq!(world.read("merged.jsonl"), world.read("whole.jsonl"));
    assert_eq!(
        world.read("merged.jsonl.errors.jsonl"),
        world.read("whole.jsonl.errors.jsonl")
    );
}

/// It would have left the second shard's articles alone in the file.
#[test]
fn a_shard_is_not_written_over_another_or_over_the_whole() {
    let world = World::new();
    archive(&world);
    run(&world, "out.jsonl", Some("0/2"));
    let before = world.read("out.jsonl");
    let outcome = run(&world, "out.jsonl", Some("1/2"));
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("none of shard 1/2"),
        "{}",
        outcome.stderr
    );
    assert_eq!(world.read("out.jsonl"), before);
    // The whole may follow a shard; what is done is not done again.
    run(&world, "out.jsonl", None).expect_code(1);
    assert!(world.read("out.jsonl").lines().count() > before.lines().count());
    assert_eq!(run(&world, "out.jsonl", Some("0/2")).code, Some(2));
}

#[test]
fn a_scheduler_tells_the_shard() {
    let world = World::new();
    archive(&world);
    run(&world, "given.jsonl", Some("1/4"));
    let slurm = [
        ("SLURM_ARRAY_TASK_ID", "2"),
        ("SLURM_ARRAY_TASK_COUNT", "4"),
        ("SLURM_ARRAY_TASK_MIN", "1"),
    ];
    let kubernetes = [("JOB_COMPLETION_INDEX", "1"), ("JOB_COMPLETIONS", "4")];
    for (output, variables) in [("slurm.jsonl", &slurm[..]), ("job.jsonl", &kubernetes)] {
        let words = [
            "archive", "-s", "none", "-q", "-o", output, "--shard", "auto",
        ];
        let mut command = world.command(&[&MODELS[..], &words].concat());
        command.envs(variables.iter().copied());
        let outcome = world.outcome(command.output().unwrap());
        assert!(matches!(outcome.code, Some(0 | 1)), "{}", outcome.stderr);
        assert_eq!(world.read(output), world.read("given.jsonl"));
    }
    let words = ["archive", "-o", "nobody.jsonl", "--shard", "auto"];
    insta::assert_snapshot!(world.translate(&words).expect_code(2).snapshot());
    let words = ["archive", "-o", "nobody.jsonl", "--shard", "4/4"];
    insta::assert_snapshot!(world.translate(&words).expect_code(2).snapshot());
}

#[test]
fn parquet_parts_become_one_table() {
    let world = World::new();
    archive(&world);
    for shard in ["0/2", "1/2"] {
        let output = format!("{}.parquet", &shard[..1]);
        run(&world, &output, Some(shard));
    }
    run(&world, "whole.jsonl", None);
    // The failures of the parts are the whole's.
    let parts = ["0.parquet", "1.parquet"];
    world
        .run(&[&["merge", "-o", "all.parquet"], &parts[..]].concat())
        .expect_code(1);
    world
        .run(&["merge", "all.parquet", "-o", "all.jsonl"])
        .expect_code(1);
    assert_eq!(world.read("all.jsonl"), world.read("whole.jsonl"));
}

#[test]
fn the_order_is_that_of_the_ids_whatever_the_parts() {
    let world = World::new();
    world.write("1", [article("b"), article("a/z"), article("a-b")].concat());
    world.write(
        "2",
        [article("a/b/c"), article("10"), article("9")].concat(),
    );
    world.run(&["merge", "1", "2", "-o", "12"]).expect_code(0);
    world.run(&["merge", "2", "1", "-o", "21"]).expect_code(0);
    assert_eq!(world.read("12"), world.read("21"));
    assert_eq!(
        ids(&world.read("12")),
        ["10", "9", "a/b/c", "a/z", "a-b", "b"].map(Value::from)
    );
}

#[test]
fn what_workers_answered_with_errors_is_listed_beside_the_whole() {
    let world = World::new();
    world.write(
        "1",
        [failure(Value::Null), article("b"), failure(json!("c"))].concat(),
    );
    world.write("2", [article("a"), failure(Value::Null)].concat());
    world.run(&["merge", "1", "2", "-o", "all"]).expect_code(1);
    assert_eq!(ids(&world.read("all")), ["a", "b"].map(Value::from));
    let failed = ids(&world.read("all.errors.jsonl"));
    assert_eq!(failed, [json!("c"), Value::Null, Value::Null]);
    // One that failed beside a result of the same id, as the second of a name does in a run, stays so.
    world.write("3", [failure(json!("a")), failure(json!("a"))].concat());
    world
        .run(&["merge", "2", "3", "-o", "beside"])
        .expect_code(1);
    assert_eq!(ids(&world.read("beside")), ["a"].map(Value::from));
    // The list of another time does not stay.
    world.run(&["merge", "all", "-o", "again"]).expect_code(1);
    world.write("1", article("b"));
    world.run(&["merge", "1", "-o", "all"]).expect_code(0);
    assert!(!world.path("all.errors.jsonl").exists());
}

#[test]
fn nothing_is_written_where_an_id_is_twice_or_a_line_is_no_result() {
    let world = World::new();
    world.write("all", "as it was");
    let whole = [article("a"), article("b")].concat();
    world.write("1", &whole);
    for (name, bytes) in [
        ("twice", [article("c"), article("b")].concat()),
        ("torn", article("c").trim_end_matches("null}\n").to_owned()),
        ("blank", format!("{}\n", article("c"))),
        (
            "record",
            String::from("{\"id\": \"c\", \"text\": \"Мәтін\"}\n"),
        ),
        ("nameless", String::from("{\"schema\": 1, \"id\": null}\n")),
    ] {
        world.write(name, bytes);
        let outcome = world.run(&["merge", "1", name, "-o", "all"]).expect_code(2);
        insta::assert_snapshot!(outcome.snapshot());
        assert_eq!(world.read("all"), "as it was");
    }
}

#[test]
fn a_shard_that_is_missing_or_unfinished_is_named() {
    let world = World::new();
    archive(&world);
    for shard in ["0/2", "1/2"] {
        run(&world, &format!("{}.jsonl", &shard[..1]), Some(shard));
    }
    let outcome = world.run(&["merge", "0.jsonl", "-o", "all.jsonl"]);
    insta::assert_snapshot!(outcome.expect_code(2).snapshot());
    world.write("1.jsonl.part", "");
    let outcome = world.run(&["merge", "0.jsonl", "1.jsonl", "-o", "all.jsonl"]);
    insta::assert_snapshot!(outcome.expect_code(2).snapshot());
    assert!(!world.path("all.jsonl").exists());
}

#[test]
fn wrong_usage() {
    let world = World::new();
    world.write("1", article("a"));
    std::fs::create_dir(world.path("folder")).unwrap();
    for words in [
        &["merge", "1"][..],
        &["merge", "-o", "all"],
        &["merge", "1", "-o", "./1"],
        &["merge", "folder", "-o", "all"],
    ] {
        insta::assert_snapshot!(world.run(words).expect_code(2).snapshot());
    }
    let outcome = world
        .run(&["merge", "1", "nowhere", "-o", "all"])
        .expect_code(2);
    insta::assert_snapshot!(outcome.snapshot());
}

/// Sixty records, none of which has an id, and some of which are equal.
fn nameless(world: &World, name: &str) {
    let sentence = "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.";
    let lines = (0..60).map(|number| {
        format!(
            "{}\n",
            json!({"text": format!("{sentence} {}", number % 40)})
        )
    });
    world.write(name, lines.collect::<String>());
}

fn run_shard(world: &World, input: &str, output: &str, shard: &str) {
    let words = [
        input,
        "-s",
        "none",
        "-q",
        "--beam",
        "1",
        "--retries",
        "0",
        "--max-output-tokens",
        "4",
        "-o",
        output,
        "--shard",
        shard,
    ];
    world.translate(&words).expect_code(0);
}

#[test]
fn shards_of_copies_hold_each_record_once_whatever_their_paths() {
    let world = World::new();
    std::fs::create_dir_all(world.path("copy/of")).unwrap();
    nameless(&world, "rec.jsonl");
    nameless(&world, "copy/of/rec.jsonl");
    run_shard(&world, "rec.jsonl", "0.jsonl", "0/3");
    run_shard(&world, "copy/of/rec.jsonl", "1.jsonl", "1/3");
    run_shard(&world, "./rec.jsonl", "2.parquet", "2/3");
    let parts = [
        "merge",
        "0.jsonl",
        "1.jsonl",
        "2.parquet",
        "-o",
        "all.jsonl",
    ];
    let outcome = world.run(&parts).expect_code(0);
    assert!(
        outcome.stderr.contains("60 records read, 60 here"),
        "{}",
        outcome.stderr
    );
    assert_eq!(world.read("all.jsonl").lines().count(), 60);
    // To standard output as well, and nothing is called `-`.
    let outcome = world.run(&["merge", "0.jsonl", "1.jsonl", "2.parquet", "-o", "-"]);
    assert_eq!(outcome.expect_code(0).stdout, world.read("all.jsonl"));
    assert!(!world.path("-").exists());
}

#[test]
fn a_part_that_is_empty_or_cut_is_no_part() {
    let world = World::new();
    nameless(&world, "rec.jsonl");
    for shard in ["0/2", "1/2"] {
        run_shard(
            &world,
            "rec.jsonl",
            &format!("{}.jsonl", &shard[..1]),
            shard,
        );
    }
    let whole = world.read("0.jsonl");
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let merge = ["merge", "0.jsonl", "1.jsonl", "-o", "all.jsonl"];
    for (part, said) in [
        (String::new(), "the line that closes it is missing"),
        (
            lines[..lines.len() - 1].concat(),
            "the line that closes it is missing",
        ),
        (lines[1..].concat(), "it was closed with"),
        (
            format!("{whole}{}", lines[0]),
            "it follows the line that closes the shard",
        ),
    ] {
        world.write("0.jsonl", part);
        let outcome = world.run(&merge).expect_code(2);
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
        assert!(!world.path("all.jsonl").exists());
    }
    world.write("0.jsonl", &whole);
    world.run(&merge).expect_code(0);
    world.write("copy.jsonl", &whole);
    let outcome = world.run(&["merge", "0.jsonl", "copy.jsonl", "-o", "twice"]);
    assert!(
        outcome
            .expect_code(2)
            .stderr
            .contains("shard 0/2 is there twice")
    );
}

#[test]
fn a_merge_replaces_no_part_and_no_other_programs_file() {
    let world = World::new();
    world.write("all.new", article("a"));
    for part in ["all.new", "all.errors.jsonl"] {
        world.write("all.errors.jsonl", failure(json!("b")));
        let outcome = world.run(&["merge", part, "-o", "all"]);
        if part == "all.new" {
            outcome.expect_code(0);
        } else {
            let outcome = outcome.expect_code(2);
            assert!(
                outcome.stderr.contains("would replace the part"),
                "{}",
                outcome.stderr
            );
        }
        assert!(world.path("all.new").exists());
    }
    world.write("all.errors.jsonl", "notes\n");
    let outcome = world.run(&["merge", "all.new", "-o", "all"]).expect_code(2);
    assert!(
        outcome.stderr.contains("was not made by"),
        "{}",
        outcome.stderr
    );
    assert_eq!(world.read("all.errors.jsonl"), "notes\n");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("elsewhere", world.path("link")).unwrap();
        let outcome = world
            .run(&["merge", "all.new", "-o", "link"])
            .expect_code(2);
        assert!(
            outcome.stderr.contains("no regular file"),
            "{}",
            outcome.stderr
        );
        assert!(!world.path("elsewhere").exists());
    }
}

#[test]
fn a_merge_does_not_replace_the_file_of_a_run() {
    let world = World::new();
    archive(&world);
    run(&world, "whole.jsonl", None).expect_code(1);
    let before = world.read("whole.jsonl");
    world.write("part.jsonl", article("a"));
    let merge = ["merge", "part.jsonl", "-o", "whole.jsonl"];
    let outcome = world.run(&merge).expect_code(2);
    let said =
        "whole.jsonl is the file of a run, whose results would be lost; give another --output";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    assert_eq!(world.read("whole.jsonl"), before);
}

#[test]
fn a_merge_writes_one_file_and_refuses_formats_of_a_file_each() {
    let world = World::new();
    world.write("1", article("a"));
    for (name, format) in [
        ("all.txt", "text"),
        ("all.md", "markdown"),
        ("all.html", "html"),
        ("all.docx", "docx"),
    ] {
        let outcome = world.run(&["merge", "1", "-o", name]).expect_code(2);
        let said = format!(
            "{name} is named as {format} is, which is a file for each article; give a name that \
             ends in .json, .jsonl, .xlsx, .csv, .tmx, .xlf, .sqlite or .parquet"
        );
        assert!(outcome.stderr.contains(&said), "{}", outcome.stderr);
        assert!(!world.path(name).exists());
    }
}

#[test]
fn what_was_merged_with_failures_ends_with_1_and_what_was_not_merged_with_2() {
    let world = World::new();
    world.write("1", [article("a"), failure(json!("b"))].concat());
    world.write("2", article("c"));
    std::fs::create_dir(world.path("folder")).unwrap();
    world.write("notes", "mine\n");
    let merge = |output: &str| world.run(&["merge", "1", "2", "-o", output]);
    let outcome = merge("all").expect_code(1);
    let said = "1 article failed; all.errors.jsonl lists it";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    let before = world.read("all.errors.jsonl");
    for (output, reason) in [
        ("nowhere/all", "cannot write nowhere/all"),
        ("1/all", "cannot look at 1/all"),
        ("folder", "folder is no regular file"),
        ("notes", "notes was not made by a run into this output"),
        ("/dev/null", "/dev/null is no regular file"),
    ] {
        let outcome = merge(output).expect_code(2);
        assert!(outcome.stderr.contains(reason), "{}", outcome.stderr);
    }
    assert_eq!(world.read("notes"), "mine\n");
    assert!(!world.path("nowhere").exists() && !world.path("notes.errors.jsonl").exists());
    // What is missing or double is named, a line each, and what was there stays.
    world.write("3", [article("c"), article("a")].concat());
    world.write("4", [article("c"), article("d")].concat());
    let outcome = world.run(&["merge", "1", "2", "3", "4", "-o", "all"]);
    let outcome = outcome.expect_code(2);
    for said in [
        "the id \"a\" occurs twice: 1, line 1 and 3, line 2",
        "the id \"c\" occurs twice: 2, line 1 and 3, line 1",
        "the id \"c\" occurs twice: 3, line 1 and 4, line 1",
        "nothing is merged; errors found: 3",
    ] {
        let lines = outcome.stderr.lines().filter(|line| line.contains(said));
        assert_eq!(lines.count(), 1, "{said}: {}", outcome.stderr);
    }
    assert_eq!(world.read("all.errors.jsonl"), before);
}

/// A worker adds the other fields of a record to its failure.
#[test]
fn a_list_of_workers_failures_is_known_as_one_when_it_is_merged_again() {
    let world = World::new();
    let failure = json!({
        "id": "b",
        "error": {"kind": "article", "message": "no letters"},
        "record": {"number": 1}
    });
    world.write("1", format!("{}{failure}\n", article("a")));
    for _ in 0..2 {
        world.run(&["merge", "1", "-o", "all"]).expect_code(1);
        assert_eq!(world.read("all.errors.jsonl"), format!("{failure}\n"));
    }
    let without_words = json!({"id": "b", "error": true});
    world.write("2", format!("{without_words}\n"));
    let outcome = world.run(&["merge", "1", "2", "-o", "all"]).expect_code(2);
    let said = "2, line 1: it is no result: its error has no kind and message";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
}

#[cfg(unix)]
#[test]
fn a_part_that_is_a_pipe_or_a_device_is_not_opened() {
    let world = World::new();
    let made = std::process::Command::new("mkfifo")
        .arg(world.path("pipe.jsonl"))
        .status();
    assert!(made.unwrap().success());
    for ending in ["jsonl", "jsonl.gz", "parquet"] {
        let name = format!("link.{ending}");
        std::os::unix::fs::symlink("pipe.jsonl", world.path(&name)).unwrap();
        for part in [name.as_str(), "/dev/zero"] {
            let outcome = world.run(&["merge", part, "-o", "all"]).expect_code(2);
            let said = "and a file is expected";
            assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
        }
    }
}

#[test]
fn results_of_workers_whose_ids_are_numbers_become_any_format() {
    let world = World::new();
    for (part, id) in [("a.jsonl", 2), ("b.jsonl", 10)] {
        let record = json!({"id": id, "text": "Бүгін 5 адам келді."});
        world.write("in.jsonl", format!("{record}\n"));
        let mut worker = world.command(&[&["worker", "-s", "none"], &MODELS[..2]].concat());
        worker.stdin(std::fs::File::open(world.path("in.jsonl")).unwrap());
        let outcome = world.outcome(worker.output().unwrap()).expect_code(0);
        assert_eq!(ids(&outcome.stdout), [Value::from(id)]);
        world.write(part, outcome.stdout);
    }
    for output in [
        "all.jsonl",
        "all.csv",
        "all.xlsx",
        "all.sqlite",
        "all.parquet",
        "all.tmx",
        "all.json",
    ] {
        world
            .run(&["merge", "a.jsonl", "b.jsonl", "-o", output])
            .expect_code(0);
    }
    let array: Vec<Value> = serde_json::from_str(&world.read("all.json")).unwrap();
    let ids: Vec<&Value> = array.iter().map(|article| &article["id"]).collect();
    assert_eq!(ids, ["10", "2"]);
}
