//! All results of a run in one file of a format that is written at its end.

use super::{SENTENCES, World};

/// Endings of formats that hold many articles, besides JSON lines.
const ENDINGS: [&str; 6] = ["json", "csv", "xlsx", "tmx", "xlf", "sqlite"];

fn archive(world: &World) {
    for (number, sentence) in SENTENCES.iter().enumerate() {
        world.put(&format!("in/{number}.txt"), sentence);
    }
    world.put("in/empty.txt", "");
}

fn bytes(world: &World, name: &str) -> Vec<u8> {
    std::fs::read(world.path(name)).unwrap()
}

#[test]
fn a_run_that_goes_on_writes_what_one_run_writes() {
    let world = World::new();
    archive(&world);
    for ending in ENDINGS {
        let (all, anew) = (format!("all.{ending}"), format!("anew.{ending}"));
        std::fs::remove_file(world.path("in/00.txt")).unwrap_or_default();
        world.fast(&["in", "-o", &all]).expect_code(1);
        world.put("in/00.txt", SENTENCES[2]);
        let outcome = world.fast(&["in", "-o", &all]).expect_code(1);
        let said = "1 article translated, 3 done before, 1 failed";
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
        world.fast(&["in", "-o", &anew]).expect_code(1);
        assert!(bytes(&world, &all) == bytes(&world, &anew), "{ending}");
        let errors = world.errors(&format!("{all}.errors.jsonl"));
        assert_eq!(errors[0].0, "empty.txt");
        // Removed, it is written again from what the runs kept.
        std::fs::remove_file(world.path(&all)).unwrap();
        let outcome = world.fast(&["in", "-o", &all]).expect_code(1);
        let said = "0 articles translated, 4 done before";
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
        assert!(bytes(&world, &all) == bytes(&world, &anew), "{ending}");
    }
}

#[test]
fn a_file_that_was_changed_or_removed_after_a_run_is_said_and_made_anew() {
    let world = World::new();
    archive(&world);
    for ending in ENDINGS.into_iter().chain(["parquet"]) {
        let name = format!("all.{ending}");
        let run = || {
            let outcome = world.fast(&["in", "-o", &name]).expect_code(1);
            outcome.stderr
        };
        run();
        let whole = bytes(&world, &name);
        let said = |what: &str| format!("{name} was {what} after a run wrote it; it is made again");
        // One of the same bytes is what was written, whatever its time.
        std::fs::write(world.path(&name), &whole).unwrap();
        let stderr = run();
        assert!(!stderr.contains("after a run wrote it"), "{stderr}");
        let mut edited = whole.clone();
        *edited.last_mut().unwrap() ^= 1;
        let longer = [&whole[..], b"mine"].concat();
        for change in [edited, longer] {
            std::fs::write(world.path(&name), change).unwrap();
            let stderr = run();
            assert!(stderr.contains(&said("changed")), "{stderr}");
            assert!(bytes(&world, &name) == whole, "{ending}");
        }
        std::fs::remove_file(world.path(&name)).unwrap();
        let listed = world.fast(&["in", "-o", &name, "--dry-run"]).expect_code(1);
        assert!(
            listed.stderr.contains(&said("removed")),
            "{}",
            listed.stderr
        );
        // New results are added to what the runs kept, and the loss is said all the same.
        world.put("in/9.txt", SENTENCES[0]);
        let stderr = run();
        assert!(stderr.contains(&said("removed")), "{stderr}");
        assert!(stderr.contains("1 article translated"), "{stderr}");
        std::fs::remove_file(world.path("in/9.txt")).unwrap();
        let stderr = run();
        assert!(!stderr.contains("after a run wrote it"), "{stderr}");
        assert!(bytes(&world, &name) == whole, "{ending}");
    }
}

#[test]
fn only_a_file_that_a_run_wrote_is_replaced() {
    let world = World::new();
    archive(&world);
    for ending in ENDINGS {
        let name = format!("all.{ending}");
        world.write(&name, "a file of the user's own");
        let outcome = world.fast(&["in", "-o", &name]).expect_code(2);
        let said = format!("{name} was not made by a run into this output");
        assert!(outcome.stderr.contains(&said), "{}", outcome.stderr);
        std::fs::remove_file(world.path(&name)).unwrap();
        world.fast(&["in", "-o", &name]).expect_code(1);
        for beside in ["journal", "part"] {
            std::fs::remove_file(world.path(&format!("{name}.{beside}"))).unwrap();
        }
        let whole = bytes(&world, &name);
        world.fast(&["in", "-o", &name]).expect_code(1);
        assert!(bytes(&world, &name) == whole, "{ending}");
    }
}

#[test]
fn shards_are_merged_into_what_one_run_writes() {
    let world = World::new();
    archive(&world);
    for shard in ["0/2", "1/2"] {
        let part = format!("{}.jsonl", &shard[..1]);
        let outcome = world.fast(&["in", "-o", &part, "--shard", shard]);
        assert!(matches!(outcome.code, Some(0 | 1)), "{}", outcome.stderr);
    }
    for ending in ENDINGS {
        let (merged, whole) = (format!("merged.{ending}"), format!("whole.{ending}"));
        let refused = world.fast(&["in", "-o", &merged, "--shard", "0/2"]);
        let refused = refused.expect_code(2);
        let said = format!("`translate merge` makes one .{ending} of them");
        assert!(refused.stderr.contains(&said), "{}", refused.stderr);
        let merge = ["merge", "0.jsonl", "1.jsonl", "-o", &merged];
        world.run(&merge).expect_code(1);
        world.fast(&["in", "-o", &whole]).expect_code(1);
        assert!(bytes(&world, &merged) == bytes(&world, &whole), "{ending}");
    }
}

#[test]
fn a_format_and_an_output_that_do_not_go_together_are_refused() {
    let world = World::new();
    archive(&world);
    for (arguments, reason) in [
        (
            &["in", "-o", "out/", "-f", "csv"][..],
            "out/ is a folder, or named as one, and csv of many articles is one file: give a name \
             that ends in .csv",
        ),
        (
            &["article.txt", "in/0.txt", "-o", "out/", "-f", "csv"],
            "csv of many articles is one file",
        ),
        (
            &["in", "-o", "all.csv", "-f", "jsonl"],
            "all.csv is not named as jsonl is",
        ),
        (
            &["in", "-o", "all.parquet", "-f", "csv"],
            "all.parquet is not named as csv is",
        ),
        (
            &["in", "-o", "all.csv", "-f", "json"],
            "all.csv is not named as json is",
        ),
        (
            &["in", "-o", "all.json", "-f", "html"],
            "all.json is one file, and html of many articles is a file each",
        ),
    ] {
        let outcome = world.fast(arguments).expect_code(2);
        assert!(outcome.stderr.contains(reason), "{}", outcome.stderr);
    }
    world
        .fast(&["in", "-o", "table", "-f", "csv"])
        .expect_code(1);
    assert!(world.read("table").starts_with("id,date,section"));
}

#[test]
fn single_articles_are_a_table_by_its_ending() {
    let world = World::new();
    archive(&world);
    for inputs in [&["in/0.txt"][..], &["in/0.txt", "in/1.txt"]] {
        let outcome = world.fast(&[inputs, &["-o", "all.parquet"]].concat());
        outcome.expect_code(0);
        assert!(bytes(&world, "all.parquet").ends_with(b"PAR1"));
    }
}
