//! `--names on|off|FILE`: one spelling for a name, and a list of names that runs follow and add to.

use std::process::Stdio;

use serde_json::Value;

use super::support::{MODELS, World};

/// Sentences of the memorised article: the first names Arystangali Aryn and Zhetisu, the second Zhetisu
/// Region.
const CHAIRMAN: &str = "Өз кезегінде, «AMANAT»-тың Жетісу облыстық филиалының төрағасы Арыстанғали Арын \
                        партиялық жобалардың жүзеге асырылу барысына тоқталды.";
const REGION: &str = "Президенттің тапсырмасына сәйкес Жетісу облысы – қант орталығына айналады.";

/// Quick, and without a summary.
const QUICK: [&str; 4] = ["--beam", "1", "-s", "none"];

fn world() -> World {
    let world = World::new();
    std::fs::create_dir(world.path("in")).unwrap();
    world.write("in/chairman.txt", CHAIRMAN);
    world.write("in/region.txt", REGION);
    world
}

fn run(world: &World, arguments: &[&str]) -> String {
    let arguments = [&QUICK, arguments].concat();
    let outcome = world.translate(&arguments).expect_code(0);
    outcome.stdout + &outcome.stderr
}

fn document(world: &World, arguments: &[&str]) -> Value {
    let arguments = [&QUICK[..], &["in/chairman.txt", "-f", "json"], arguments].concat();
    world.translate(&arguments).expect_code(0).json()
}

fn sentence(document: &Value) -> &Value {
    &document["paragraphs"][0]["sentences"][0]
}

#[test]
fn a_list_of_names_is_made_and_later_runs_leave_it_as_it_is() {
    let world = world();
    let inputs = ["in/chairman.txt", "in/region.txt", "--names", "names.csv"];
    let first = run(&world, &inputs);
    assert!(first.contains("names added to names.csv"), "{first}");
    let list = world.read("names.csv");
    insta::assert_snapshot!(list);
    let again = run(&world, &inputs);
    assert!(!again.contains("added"), "{again}");
    assert_eq!(world.read("names.csv"), list);
}

#[test]
fn what_a_person_wrote_is_followed_and_kept() {
    let world = world();
    let own = "source;target;kind\nЖетісу;Jetisu;\nАрыстанғали Арын;Arystanghali Aryn;person";
    world.write("names.csv", own);
    let document = document(&world, &["--names", "names.csv"]);
    let sentence = sentence(&document);
    let target = sentence["target"].as_str().unwrap();
    assert!(
        target.contains("Arystanghali Aryn") && target.contains("the Jetisu regional branch"),
        "{target}"
    );
    let findings = sentence["findings"].as_array().unwrap().iter();
    let repaired = findings.filter(|finding| finding["repaired"] == true);
    let messages: Vec<&str> = repaired
        .map(|finding| finding["message"].as_str().unwrap())
        .collect();
    assert_eq!(
        messages,
        [
            "“Zhetisu” is written “Jetisu”, as the list of names has it",
            "“Arystangali” is written “Arystanghali”, as the list of names has it",
        ]
    );
    let names = document["names"].as_array().unwrap().iter();
    let person = names.clone().find(|name| name["kind"] == "person").unwrap();
    assert_eq!(person["target"], "Arystanghali Aryn");
    assert_eq!(person["variants"][0], "Arystangali Aryn");
    assert!(!document.to_string().contains("names.csv"));
    let list = world.read("names.csv");
    assert!(list.starts_with(own), "{list}");
}

#[test]
fn without_retries_names_are_listed_and_never_replaced() {
    let world = world();
    world.write("names.csv", "Жетісу,Jetisu,\n");
    let free = document(&world, &["--retries", "0", "--names", "off"]);
    let listed = document(&world, &["--retries", "0", "--names", "names.csv"]);
    assert_eq!(sentence(&listed)["target"], sentence(&free)["target"]);
    assert!(world.read("names.csv").contains("Арыстанғали Арын"));
}

#[test]
fn names_that_are_asked_for_are_listed_below_a_text() {
    let world = world();
    let listed = run(&world, &["in/chairman.txt", "--names", "on"]);
    insta::assert_snapshot!(listed);
    let quiet = run(&world, &["in/chairman.txt"]);
    assert!(!quiet.contains("Names"), "{quiet}");
}

#[test]
fn an_archive_is_done_again_for_what_people_wrote_and_not_for_what_its_runs_added() {
    let world = world();
    let arguments = ["in", "-o", "out", "--names", "names.csv"];
    let first = run(&world, &arguments);
    assert!(first.contains("2 articles translated"), "{first}");
    let list = world.read("names.csv");
    assert!(list.contains("Арыстанғали Арын,Arystangali Aryn,person,Arystangali Aryn 1"));
    let again = run(&world, &arguments);
    assert!(again.contains("2 done before"), "{again}");
    assert_eq!(world.read("names.csv"), list);

    let edited = list.replacen("Aryn,person", "Arin,person", 1);
    world.write("names.csv", &edited);
    let other = run(&world, &arguments);
    assert!(other.contains("2 articles translated"), "{other}");
    let text = world.read("out/chairman.txt");
    assert!(text.contains("Arystangali Arin, chairman"), "{text}");
    assert_eq!(world.read("names.csv"), edited);
}

#[test]
fn the_list_of_an_archive_has_the_names_of_what_earlier_runs_did() {
    let world = world();
    let whole = ["in", "-o", "whole.jsonl", "--names", "whole.csv"];
    run(&world, &whole);
    // The same articles in two runs, of which the first adds to a list that is then lost.
    std::fs::rename(world.path("in/region.txt"), world.path("region.txt")).unwrap();
    let parts = ["in", "-o", "parts.jsonl", "--names", "parts.csv"];
    run(&world, &parts);
    std::fs::remove_file(world.path("parts.csv")).unwrap();
    std::fs::rename(world.path("region.txt"), world.path("in/region.txt")).unwrap();
    let second = run(&world, &parts);
    assert!(
        second.contains("1 article translated, 1 done before"),
        "{second}"
    );
    assert_eq!(world.read("parts.csv"), world.read("whole.csv"));
}

#[test]
fn shards_add_to_one_list() {
    let world = world();
    let shard = |index: &str, out: &str| {
        let arguments = ["in", "-o", out, "--shard", index, "--names", "names.csv"];
        let arguments = [&MODELS[..], &QUICK, &arguments].concat();
        let mut command = world.command(&arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let shards = [shard("0/2", "0.jsonl"), shard("1/2", "1.jsonl")];
    for mut shard in shards {
        assert!(shard.wait().unwrap().success());
    }
    run(&world, &["in", "-o", "whole.jsonl", "--names", "whole.csv"]);
    let sorted = |name: &str| {
        let text = world.read(name);
        let rows = text
            .lines()
            .map(|row| row.rsplit_once(',').unwrap().0.to_owned());
        let mut rows: Vec<String> = rows.collect();
        rows.sort();
        rows
    };
    assert_eq!(sorted("names.csv"), sorted("whole.csv"));
}

#[test]
fn a_worker_follows_a_list_and_adds_nothing() {
    use std::io::Write as _;
    let world = world();
    let list = "Жетісу,Jetisu,\n";
    world.write("names.csv", list);
    let arguments = [&["worker"], &MODELS[..], &QUICK, &["--names", "names.csv"]].concat();
    let mut command = world.command(&arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let record = serde_json::json!({"id": 1, "text": CHAIRMAN});
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{record}").unwrap();
    drop(stdin);
    let outcome = world.outcome(child.wait_with_output().unwrap());
    let outcome = outcome.expect_code(0);
    assert!(outcome.stdout.contains("the Jetisu regional branch"));
    assert_eq!(world.read("names.csv"), list);
}

#[test]
fn files_that_are_no_list_of_names() {
    let world = world();
    world.write("rows.csv", "Абай,Abai\n,Abay\n");
    world.write("kinds.csv", "Абай,Abai,poet\n");
    for names in ["of", "rows.csv", "kinds.csv", "in", "missing/names.csv"] {
        let outcome = world.run(&["in/region.txt", "--names", names]);
        insta::assert_snapshot!(outcome.expect_code(2).snapshot());
    }
}

#[test]
fn a_list_is_not_replaced_by_results() {
    let world = world();
    let rows = "Абай,Abai\n";
    world.write("list.csv", rows);
    for option in ["--names", "--glossary"] {
        let outcome = world.run(&["in/region.txt", option, "list.csv", "-o", "list.csv"]);
        let said = outcome.expect_code(2).stderr;
        assert!(said.contains("would replace list.csv"), "{said}");
        assert_eq!(world.read("list.csv"), rows);
    }
}
