//! What a run says while it works and when it is done.

use super::made::tar_of;
use super::{SENTENCES, World};

#[test]
fn failures_are_named_and_listed_with_their_reasons() {
    let world = World::new();
    let english =
        "Three new schools opened in the region, and hundreds of pupils began lessons there.";
    world.put("in/a.txt", SENTENCES[0]);
    world.put("in/empty.txt", "");
    world.put("in/english.txt", english);
    world.put("in/lines.jsonl", "{\"id\": \"x\"}\nnonsense\n");
    world.put(
        "in/z.tar",
        tar_of(&[("../z.txt", tar::EntryType::Regular, "")]),
    );
    let outcome = world.fast(&["in", "-o", "out", "-q"]).expect_code(1);
    insta::assert_snapshot!(outcome.snapshot());
    insta::assert_snapshot!(world.read("out/errors.jsonl"));
}

#[test]
fn the_last_lines_say_what_was_done() {
    let world = World::new();
    world.put("in/a.txt", world.read("article.txt"));
    world.put("in/.hidden", "");
    let outcome = world.translate(&["in", "-o", "out"]).expect_code(0);
    assert_eq!(outcome.stdout, "");
    // A run that takes long says how far it is.
    let lines = outcome.stderr.lines();
    let (speed, rest): (Vec<&str>, Vec<&str>) = lines
        .filter(|line| !line.starts_with("0 articles, "))
        .partition(|line| line.contains("tokens a second"));
    assert_eq!(speed.len(), 1);
    insta::assert_snapshot!(rest.join("\n"));
}

#[test]
fn the_overview_lists_articles_by_day_and_links_to_them() {
    let world = World::new();
    let dated = |date: &str| format!("Тақырып\n\nУақыты: {date}\n\n{}\n", SENTENCES[0]);
    world.put("in/old.txt", dated("28.08.2023"));
    world.put("in/new one.txt", dated("30.08.2023"));
    world.put("in/undated.txt", SENTENCES[1]);
    world.put("in/empty.txt", "");
    world
        .translate(&["in", "-o", "out", "-f", "html", "-s", "none"])
        .expect_code(1);
    let page = world.read("out/report.html");
    let (_, body) = page.split_once("</head>").unwrap();
    insta::assert_snapshot!(body);
    assert!(world.path("out/new one.txt.html").is_file());
}
