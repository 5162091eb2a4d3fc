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
        .filter(|line| !line.ends_with(" left"))
        .partition(|line| line.contains("tokens a second"));
    assert_eq!(speed.len(), 1);
    insta::assert_snapshot!(rest.join("\n"));
}

/// An article as a site has it.
fn dated(date: &str, title: &str) -> String {
    format!(
        "{title}\n\nУақыты: {date}\nБөлім: МӘДЕНИЕТ\nДереккөз: example.kz\n\n{}\n",
        SENTENCES[0]
    )
}

#[test]
fn the_overview_lists_articles_by_day_and_links_to_them() {
    let world = World::new();
    world.put("in/old.txt", dated("28.08.2023", "Тақырып"));
    world.put("in/new one.txt", dated("30.09.2023", "Тақырып"));
    world.put("in/undated.txt", SENTENCES[1]);
    world.put("in/empty.txt", "");
    world
        .translate(&["in", "-o", "out", "-f", "html", "-s", "none"])
        .expect_code(1);
    let page = world.read("out/report.html");
    let (_, body) = page.split_once("</head>").unwrap();
    let (body, script) = body.split_once("<script type=\"module\">").unwrap();
    insta::assert_snapshot!(body);
    assert!(script.ends_with("</script></body></html>\n"));
    insta::assert_snapshot!(world.read("out/report-index/2023-08.js"));
    let article = world.read("out/new one.html");
    assert!(article.contains(
        "<nav class=\"way\" aria-label=\"All articles\" data-root=\"./\" data-file=\"new one.html\" \
         data-day=\"20230930\"><a href=\"./report.html\">All articles</a></nav>"
    ));
    // A page of its own has no way back.
    world
        .translate(&["in/old.txt", "-o", "old.html", "-s", "none"])
        .expect_code(0);
    assert!(!world.read("old.html").contains("report.html"));
}

#[test]
fn data_of_a_month_that_is_gone_is_removed_and_no_other_file_is() {
    let world = World::new();
    world.put("in/a.txt", dated("28.08.2023", "Тақырып"));
    world.put("in/s/b.txt", dated("30.09.2023", "Тақырып"));
    let run = || {
        world
            .fast(&["in", "-o", "out", "-f", "html"])
            .expect_code(0)
    };
    run();
    let data = |months: &[&str]| -> Vec<String> {
        let names = months.iter().chain(&["parts.js"]);
        names.map(|name| (*name).to_owned()).collect()
    };
    let both = data(&["2023-08.js", "2023-09.js"]);
    assert_eq!(world.files("out/report-index"), both);
    std::fs::remove_file(world.path("in/a.txt")).unwrap();
    // What a killed run left, and what is the user's own.
    world.put("out/report-index/.2023-08.js.audarma-new", "audarma");
    world.put("out/report-index/notes.txt", "mine");
    run();
    assert_eq!(
        world.files("out/report-index"),
        ["2023-09.js", "notes.txt", "parts.js"]
    );
    // An article of another folder leads back past it.
    assert!(
        world
            .read("out/s/b.html")
            .contains("href=\"../report.html\"")
    );
}
