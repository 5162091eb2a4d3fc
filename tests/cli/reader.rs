//! Articles that end the process that reads them: each fails by its name, and no other one.

use std::io::Write;
use std::process::{Child, Output, Stdio};

use serde_json::{Value, json};

#[cfg(target_os = "linux")]
use super::support::wait_until;
use super::support::{MODELS, World, fixture};

const SENTENCE: &str = "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.";
const OUT_OF_MEMORY: &str = "the text reader ran out of memory (32 MiB)";

/// Options with which the text of [`large`] cannot be read, and other texts are translated quickly.
const SMALL: [&str; 8] = [
    "--reader-memory",
    "32M",
    "-s",
    "none",
    "--max-output-tokens",
    "4",
    "--retries",
    "0",
];

fn large() -> String {
    format!("{SENTENCE} ").repeat(300_000)
}

fn ids(lines: &str) -> Vec<Value> {
    let lines = lines.lines().map(serde_json::from_str::<Value>);
    lines.map(|line| line.unwrap()["id"].clone()).collect()
}

#[test]
fn an_input_that_takes_too_much_memory_fails_alone() {
    let world = World::new();
    world.write("large.txt", large());
    world.write("b.txt", SENTENCE);
    let inputs = ["b.txt", "large.txt", "article.txt", "-f", "jsonl"];
    let outcome = world
        .translate(&[&SMALL[..], &inputs].concat())
        .expect_code(1);
    let told = format!("error: large.txt: {OUT_OF_MEMORY}; more memory is ");
    assert!(outcome.stderr.starts_with(&told), "{}", outcome.stderr);
    assert_eq!(ids(&outcome.stdout), ["b.txt", "article.txt"]);
}

#[test]
fn an_article_of_an_archive_that_takes_too_much_memory_fails_alone() {
    let world = World::new();
    std::fs::create_dir(world.path("in")).unwrap();
    for (name, text) in [
        ("a.txt", SENTENCE),
        ("b.txt", &large()),
        ("c.txt", SENTENCE),
    ] {
        world.write(&format!("in/{name}"), text);
    }
    let arguments = [&SMALL[..], &["in", "-o", "out.jsonl"]].concat();
    let outcome = world.translate(&arguments).expect_code(1);
    assert!(
        outcome.stderr.contains(&format!("b.txt: {OUT_OF_MEMORY}")),
        "{}",
        outcome.stderr
    );
    assert_eq!(ids(&world.read("out.jsonl")), ["a.txt", "c.txt"]);
    // In this process the article has no limit, and what was done is not done again.
    let again = [
        &arguments[..],
        &["--retry-failed", "--read-in-process", "--dry-run"],
    ]
    .concat();
    let outcome = world.translate(&again).expect_code(0);
    assert!(outcome.stdout.contains("b.txt"), "{}", outcome.stdout);
    assert!(!outcome.stdout.contains("a.txt"), "{}", outcome.stdout);
}

fn worker(world: &World) -> Child {
    let arguments = [&["worker"], &MODELS[..], &SMALL].concat();
    let mut command = world.command(&arguments);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn record(id: &str, text: &str) -> String {
    format!("{}\n", json!({"id": id, "text": text}))
}

#[test]
fn a_record_that_takes_too_much_memory_has_its_error_in_its_place() {
    let world = World::new();
    let mut child = worker(&world);
    let mut stdin = child.stdin.take().unwrap();
    let records = [("a", SENTENCE), ("b", &large()), ("c", SENTENCE)];
    let input: String = records.iter().map(|(id, text)| record(id, text)).collect();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output: Output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let outcome = world.outcome(output).expect_code(0);
    assert_eq!(ids(&outcome.stdout), ["a", "b", "c"]);
    let lines: Vec<Value> = outcome
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        lines[1]["error"],
        json!({"kind": "article", "message": OUT_OF_MEMORY})
    );
    assert!(lines[0]["error"].is_null() && lines[2]["error"].is_null());
}

/// What was said and written about the fixtures' articles, without times.
fn all_formats(world: &World, arguments: &[&str]) -> (String, Vec<Value>) {
    let folder = fixture("article");
    let folder = folder.to_str().unwrap();
    let read = [
        folder,
        "-s",
        "none",
        "--lossy",
        "--max-output-tokens",
        "4",
        "-o",
        "out.jsonl",
    ];
    let outcome = world.translate(&[&read[..], &["--overwrite"], arguments].concat());
    let said = outcome.expect_code(0).stderr;
    let said: Vec<&str> = said
        .lines()
        .filter(|line| !line.contains("tokens a second") && !line.ends_with(" left"))
        .collect();
    let documents = world.read("out.jsonl");
    let documents = documents.lines().map(|line| {
        let mut document: Value = serde_json::from_str(line).unwrap();
        document["seconds"] = Value::Null;
        document
    });
    (said.join("\n"), documents.collect())
}

#[test]
fn articles_are_the_same_whichever_process_reads_them() {
    let world = World::new();
    let (said, documents) = all_formats(&world, &[]);
    assert!(documents.len() > 10);
    assert_eq!(
        (said, documents),
        all_formats(&world, &["--read-in-process"])
    );
}

#[test]
fn what_reading_warns_of_is_said_whichever_process_reads() {
    let world = World::new();
    world.write("lossy.txt", [SENTENCE.as_bytes(), b" \xFF\xFE"].concat());
    let arguments = [
        "lossy.txt",
        "--lossy",
        "-s",
        "none",
        "--max-output-tokens",
        "4",
    ];
    for more in [&[][..], &["--read-in-process"]] {
        let outcome = world
            .translate(&[&arguments[..], more].concat())
            .expect_code(0);
        let warning =
            "warning: lossy.txt: 2 places could not be read as UTF-8 and stand as U+FFFD\n";
        assert_eq!(
            outcome.stderr.matches(warning).count(),
            1,
            "{}",
            outcome.stderr
        );
    }
}

#[cfg(target_os = "linux")]
mod processes {
    use std::io::{BufRead, BufReader};
    use std::process::Command;

    use super::*;

    /// State, parent and group of a process.
    fn stat(process: u32) -> Option<(String, u32, u32)> {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        let (_, rest) = stat.rsplit_once(") ")?;
        let mut fields = rest.split(' ');
        let state = fields.next()?.to_owned();
        Some((
            state,
            fields.next()?.parse().ok()?,
            fields.next()?.parse().ok()?,
        ))
    }

    fn children(of: u32) -> Vec<u32> {
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        numbers
            .filter(|&number| stat(number).is_some_and(|(_, parent, _)| parent == of))
            .collect()
    }

    fn signal(name: &str, process: u32) {
        let sent = Command::new("kill")
            .args(["-s", name])
            .arg(process.to_string())
            .status();
        assert!(sent.unwrap().success());
    }

    /// Whether a process has ended; whoever inherited it may not have looked yet.
    fn has_ended(process: u32) -> bool {
        stat(process).is_none_or(|(state, ..)| state == "Z")
    }

    /// A worker that has answered one record, and the process that read it.
    fn started(world: &World) -> (Child, u32) {
        let mut child = worker(world);
        let line = record("a", SENTENCE);
        child
            .stdin
            .as_mut()
            .unwrap()
            .write_all(line.as_bytes())
            .unwrap();
        let mut answer = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut answer).unwrap();
        assert_eq!(ids(&answer), ["a"]);
        child.stdout = Some(stdout.into_inner());
        let [reader] = children(child.id())[..] else {
            panic!("{:?}", children(child.id()));
        };
        (child, reader)
    }

    #[test]
    fn a_signal_ends_a_worker_whose_reading_hangs() {
        let world = World::new();
        let (mut child, reader) = started(&world);
        // The signals of a terminal go to a group.
        assert_eq!(stat(reader).unwrap().2, reader);
        signal("STOP", reader);
        let line = record("b", SENTENCE);
        child
            .stdin
            .as_mut()
            .unwrap()
            .write_all(line.as_bytes())
            .unwrap();
        signal("TERM", child.id());
        assert_eq!(child.wait().unwrap().code(), Some(143));
        wait_until("the end of the stopped process", || has_ended(reader));
    }

    #[test]
    fn a_reading_process_that_is_killed_is_replaced() {
        let world = World::new();
        let (mut child, reader) = started(&world);
        signal("KILL", reader);
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(record("b", SENTENCE).as_bytes()).unwrap();
        drop(stdin);
        let outcome = world
            .outcome(child.wait_with_output().unwrap())
            .expect_code(0);
        assert_eq!(ids(&outcome.stdout), ["b"]);
        assert!(!outcome.stdout.contains("\"error\""), "{}", outcome.stdout);
        assert!(stat(reader).is_none());
    }

    #[test]
    fn a_reading_process_does_not_outlive_a_program_that_is_killed() {
        let world = World::new();
        let (mut child, reader) = started(&world);
        child.kill().unwrap();
        child.wait().unwrap();
        wait_until("the end of the process that reads", || has_ended(reader));
    }

    #[test]
    fn a_signal_ends_a_run_whose_reading_hangs() {
        let world = World::new();
        let lines: String = (0..20_000)
            .map(|id| record(&id.to_string(), SENTENCE))
            .collect();
        world.write("in.jsonl", lines);
        let arguments = [&MODELS[..], &SMALL, &["in.jsonl", "-o", "out.jsonl"]].concat();
        let mut command = world.command(&arguments);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        // Once there are results, a signal lets the work at hand be finished.
        let journal = world.path("out.jsonl.journal");
        let results = || std::fs::metadata(&journal).is_ok_and(|file| file.len() > 100_000);
        wait_until("results", || {
            results() || child.try_wait().unwrap().is_some()
        });
        let [reader] = children(child.id())[..] else {
            panic!("{:?}", children(child.id()));
        };
        signal("STOP", reader);
        signal("TERM", child.id());
        assert_eq!(child.wait().unwrap().code(), Some(143));
        wait_until("the end of the stopped process", || has_ended(reader));
    }
}
