//! Formats and places of the output.

use super::support::World;

/// Figures that differ between runs and machines, and none of the text.
fn without_time(json: &str) -> String {
    let lines = json.lines().map(|line| {
        if line.trim_start().starts_with("\"seconds\"") {
            "  \"seconds\": [TIME]"
        } else {
            line
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn json_as_the_contract_has_it() {
    let world = World::new();
    let outcome = world
        .translate(&["article.txt", "-f", "json"])
        .expect_code(0);
    let json = outcome.snapshot();
    insta::assert_snapshot!(without_time(&json));
}

#[test]
fn several_inputs_are_an_array_in_json_and_lines_in_jsonl() {
    let world = World::new();
    world.write("other.txt", "Осылайша, 1 қалалық және 8 аудандық филиалдардағы Саяси кеңестердің құрамына 86 адам кірді.");
    let inputs = ["article.txt", "other.txt", "-s", "none"];
    let array = world
        .translate(&[&inputs[..], &["-f", "json"]].concat())
        .json();
    let ids: Vec<&str> = array
        .as_array()
        .unwrap()
        .iter()
        .map(|d| d["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["article.txt", "other.txt"]);
    let lines = world
        .translate(&[&inputs[..], &["-f", "jsonl"]].concat())
        .expect_code(0);
    assert_eq!(lines.stdout.lines().count(), 2);
}

#[test]
fn the_ending_of_the_output_says_the_format() {
    let world = World::new();
    let outcome = world.translate(&["article.txt", "-s", "none", "-o", "out/article.json"]);
    assert_eq!(outcome.expect_code(0).stdout, "");
    let json: serde_json::Value = serde_json::from_str(&world.read("out/article.json")).unwrap();
    assert_eq!(json["schema"], 1);
    world
        .translate(&["article.txt", "-s", "none", "-o", "article.html"])
        .expect_code(0);
    assert!(world.read("article.html").starts_with("<!DOCTYPE html>"));
}

#[test]
fn many_inputs_go_to_a_folder_each_to_its_own_file() {
    let world = World::new();
    world.write(
        "other.txt",
        "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.",
    );
    let outcome = world.translate(&["article.txt", "other.txt", "-s", "none", "-o", "out"]);
    outcome.expect_code(0);
    assert_eq!(
        world.read("out/other.txt.txt"),
        "This year the membership of these councils was renewed by 46%.\n"
    );
    assert!(
        world
            .read("out/article.txt.txt")
            .starts_with("7,154 people found")
    );
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let world = World::new();
    let mut child = world
        .command(&[&super::support::MODELS[..], &["article.txt"]].concat())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let outcome = world
        .outcome(child.wait_with_output().unwrap())
        .expect_code(0);
    assert_eq!(outcome.stderr, "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_temporary_and_leaves_no_half_file() {
    let world = World::new();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut command =
        world.command(&[&super::support::MODELS[..], &["article.txt", "-s", "none"]].concat());
    let outcome = world.outcome(command.stdout(full).output().unwrap());
    let outcome = outcome.expect_code(75);
    assert!(
        outcome.stderr.contains("standard output"),
        "{}",
        outcome.stderr
    );
}
