//! `translate worker`: one line out for each line in, whatever the lines are.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

#[cfg(target_os = "linux")]
use super::support::wait_until;
use super::support::{MODELS, Outcome, World};

const SENTENCE: &str = "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.";

fn worker(world: &World, arguments: &[&str]) -> Child {
    let mut command = world.command(&[&["worker"], arguments].concat());
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn start(world: &World) -> Child {
    worker(world, &[&MODELS[..], &["-s", "none"]].concat())
}

/// Answers `input` in one go.
fn answered(world: &World, input: impl AsRef<[u8]>) -> Outcome {
    let mut child = start(world);
    let mut stdin = child.stdin.take().unwrap();
    let input = input.as_ref().to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let outcome = world.outcome(child.wait_with_output().unwrap());
    writer.join().unwrap().unwrap();
    outcome
}

fn lines(outcome: &Outcome) -> Vec<Value> {
    let lines = outcome.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn record(id: Value) -> String {
    format!("{}\n", json!({"id": id, "text": SENTENCE}))
}

#[test]
fn an_id_comes_back_as_it_was_written() {
    let world = World::new();
    let ids = [
        "18446744073709551616",
        "-7",
        "1.50",
        "\"а\"",
        "[1,{\"a\":null}]",
        "null",
    ];
    let lines: String = ids
        .iter()
        .map(|id| format!("{{\"id\": {id}, \"text\": {SENTENCE:?}}}\n{{\"id\": {id}}}\n"))
        .collect();
    let outcome = answered(&world, lines).expect_code(0);
    let answers: Vec<&str> = outcome.stdout.lines().collect();
    assert_eq!(answers.len(), 2 * ids.len());
    for (id, answers) in ids.iter().zip(answers.chunks(2)) {
        for answer in answers {
            assert!(answer.contains(&format!("\"id\":{id},")), "{answer}");
        }
    }
    assert!(answers[0].contains("\"paragraphs\""), "{}", answers[0]);
    assert!(
        answers[1].contains("neither text nor html"),
        "{}",
        answers[1]
    );
}

#[test]
fn a_line_of_too_many_values_is_answered_and_the_next_ones_too() {
    let world = World::new();
    let many = format!("{{\"id\": 1, \"n\": [{}0]}}\n", "{},".repeat(300_000));
    let input = [many, record(json!(2))].concat();
    let lines = lines(&answered(&world, input).expect_code(0));
    assert_eq!(lines[0]["error"]["kind"], "refused");
    assert_eq!(lines[1]["id"], 2);
    assert!(lines[1]["error"].is_null());
}

/// A worker one talks to.
struct Talk {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Talk {
    fn new(mut child: Child) -> Self {
        let to = child.stdin.take().unwrap();
        let from = BufReader::new(child.stdout.take().unwrap());
        Self { child, to, from }
    }

    fn ask(&mut self, line: &str) -> Value {
        self.to.write_all(line.as_bytes()).unwrap();
        self.hear()
    }

    fn hear(&mut self) -> Value {
        let mut answer = String::new();
        self.from.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap()
    }
}

#[test]
fn a_record_becomes_the_json_of_an_article() {
    let world = World::new();
    let record = json!({"id": "a/1", "text": world.read("article.txt"), "url": "https://x.kz/1"});
    let outcome = answered(&world, format!("{record}\n")).expect_code(0);
    let ours = lines(&outcome).remove(0);
    let file = world.translate(&["article.txt", "-f", "json", "-s", "none"]);
    let mut theirs = file.json();
    theirs["metadata"]["url"] = json!("https://x.kz/1");
    for same in [
        "schema",
        "languages",
        "title",
        "metadata",
        "paragraphs",
        "models",
        "options",
    ] {
        assert_eq!(ours[same], theirs[same], "{same}");
    }
    assert_eq!(ours["id"], "a/1");
    assert_eq!(ours["record"], json!({"url": "https://x.kz/1"}));
    assert_eq!(outcome.stderr, "");
}

#[test]
fn the_field_of_the_text_can_be_named() {
    let world = World::new();
    let field = ["-s", "none", "--text-field", "note"];
    let mut child = worker(&world, &[&MODELS[..], &field].concat());
    let line = format!("{}\n", json!({"id": 1, "text": "a", "note": SENTENCE}));
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(line.as_bytes()).unwrap();
    drop(stdin);
    let outcome = world.outcome(child.wait_with_output().unwrap());
    let answers = lines(&outcome.expect_code(0));
    assert_eq!(
        answers[0]["paragraphs"][0]["sentences"][0]["source"],
        SENTENCE
    );
    assert_eq!(answers[0]["record"]["text"], "a");
}

#[test]
fn a_page_is_read_as_one() {
    let world = World::new();
    let page = format!("<html><body><article><p>{SENTENCE}</p></article></body></html>");
    let outcome = answered(&world, json!({"id": "p", "html": page}).to_string()).expect_code(0);
    let page = lines(&outcome).remove(0);
    assert_eq!(page["input"]["format"], "html");
    assert_eq!(page["paragraphs"][0]["sentences"][0]["source"], SENTENCE);
}

#[test]
fn every_line_has_its_answer_in_its_place_and_none_ends_the_stream() {
    let world = World::new();
    let mut input = record(json!("first")).into_bytes();
    let bad = [
        r#"{"id": "torn", "text": "Бі"#.as_bytes(),
        b"\xff\xfe{}",
        b"",
        b"null",
        br#"[{"id": "in a list", "text": "x"}]"#,
        r#"{"text": "Мәтін"}"#.as_bytes(),
        br#"{"id": "nothing"}"#,
        br#"{"id": "number", "text": 5, "url": "u"}"#,
        br#"{"id": 1.5, "text": "x"}"#,
        br#"{"id": "empty", "text": " \n", "url": "u"}"#,
        br#"{"id": "english", "text": "Three new schools were opened in the region this year."}"#,
        br#"{"id": "surrogate", "text": "\ud800"}"#,
    ];
    for line in bad {
        input.extend(line);
        input.push(b'\n');
    }
    input.extend("[".repeat(100_000).bytes());
    input.push(b'\n');
    input.extend(record(json!("last")).trim_end().bytes());
    let outcome = answered(&world, input).expect_code(0);
    let answers = lines(&outcome);
    assert_eq!(answers.len(), bad.len() + 3);
    assert_eq!(answers[0]["id"], "first");
    assert_eq!(answers[bad.len() + 2]["id"], "last");
    assert_eq!(
        answers[0]["paragraphs"],
        answers[bad.len() + 2]["paragraphs"]
    );
    let errors = &outcome.stdout.lines().collect::<Vec<_>>()[1..bad.len() + 2];
    insta::assert_snapshot!(format!("{}\n---\n{}", errors.join("\n"), outcome.stderr));
}

#[test]
fn a_line_longer_than_any_article_is_refused_and_the_next_is_answered() {
    let world = World::new();
    let mut input = br#"{"id": "long", "text": ""#.to_vec();
    input.resize((64 << 20) + 100, b'a');
    input.extend(b"\"}\n");
    input.extend(record(json!("next")).bytes());
    let answers = lines(&answered(&world, input).expect_code(0));
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[0]["id"], Value::Null);
    assert_eq!(answers[0]["error"]["kind"], "refused");
    assert_eq!(answers[1]["id"], "next");
}

#[test]
fn ids_and_unknown_fields_come_back_as_they_were() {
    let world = World::new();
    let fields = r#""z": 1.10, "a": {"b": [null, 0.1234567890123456, -0.0]}, "текст": "ә\u0000""#;
    let input = format!(r#"{{"id": 12345678901, {fields}, "text": "{SENTENCE}"}}"#);
    let answer = lines(&answered(&world, input).expect_code(0)).remove(0);
    assert_eq!(answer["id"], json!(12345678901_u64));
    let fields: Value = serde_json::from_str(&format!("{{{fields}}}")).unwrap();
    assert_eq!(answer["record"].to_string(), fields.to_string());
}

#[test]
fn what_a_record_gets_does_not_depend_on_its_neighbours() {
    let world = World::new();
    let article = json!({"id": "article", "text": world.read("article.txt")});
    let many: String = (0..40)
        .map(|n| match n % 3 {
            0 => format!("{article}\n"),
            1 => record(json!(n)),
            _ => String::from("no JSON\n"),
        })
        .collect();
    let together = answered(&world, &many).expect_code(0).stdout;
    let mut talk = Talk::new(start(&world));
    for (line, answer) in many.lines().zip(together.lines()) {
        let alone = talk.ask(&format!("{line}\n"));
        assert_eq!(alone, serde_json::from_str::<Value>(answer).unwrap());
    }
    assert_eq!(together.lines().count(), 40);
    drop(talk.to);
    assert_eq!(talk.child.wait().unwrap().code(), Some(0));
}

#[test]
fn an_empty_stream_and_one_without_a_record_need_no_model() {
    let world = World::new();
    for (input, answers) in [("", 0), ("\n", 1)] {
        let mut child = worker(&world, &["--model", "./nowhere", "--offline"]);
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).unwrap();
        drop(stdin);
        let outcome = world.outcome(child.wait_with_output().unwrap());
        assert_eq!(outcome.stdout.lines().count(), answers);
        outcome.expect_code(0);
    }
}

#[test]
fn a_missing_model_ends_it_with_3_and_no_output() {
    let world = World::new();
    let mut child = worker(&world, &["--model", "./nowhere", "--offline"]);
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(record(json!("a")).as_bytes()).unwrap();
    let outcome = world.outcome(child.wait_with_output().unwrap());
    drop(stdin);
    assert_eq!(outcome.stdout, "");
    outcome.expect_code(3);
}

#[test]
fn a_closed_output_ends_it_quietly() {
    let world = World::new();
    let mut child = start(&world);
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(record(json!("a")).as_bytes()).unwrap();
    let outcome = world.outcome(child.wait_with_output().unwrap());
    drop(stdin);
    assert_eq!(outcome.stderr, "");
    outcome.expect_code(0);
}

#[test]
fn wrong_usage() {
    let world = World::new();
    for words in [
        &["worker", "article.txt"][..],
        &["worker", "-f", "text"],
        &["worker", "--source-language", "kz"],
        &["--offline", "worker"],
    ] {
        insta::assert_snapshot!(world.run(words).expect_code(2).snapshot());
    }
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let pid = child.id().to_string();
    let mut kill = std::process::Command::new("kill");
    assert!(kill.args(["-s", name, &pid]).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn a_signal_ends_an_idle_worker() {
    let world = World::new();
    for (name, code) in [("TERM", 143), ("INT", 130)] {
        let mut talk = Talk::new(start(&world));
        assert_eq!(talk.ask(&record(json!(1)))["id"], 1);
        signal(&talk.child, name);
        // Its input is still open.
        assert_eq!(talk.child.wait().unwrap().code(), Some(code));
        let mut rest = String::new();
        talk.from.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
    }
}

#[cfg(unix)]
#[test]
fn a_signal_lets_it_finish_the_batch_at_hand() {
    let world = World::new();
    let mut talk = Talk::new(start(&world));
    assert_eq!(talk.ask(&record(json!("before")))["id"], "before");
    // Lines that are windows of their own, without end.
    let text = format!("{}\n\n", world.read("article.txt")).repeat(25);
    let mut to = talk.to;
    let writer = std::thread::spawn(move || {
        let lines = (0..).map(|n| json!({"id": n, "text": text}));
        // Nobody reads them when the worker has ended.
        lines
            .map(|line| writeln!(to, "{line}"))
            .find_map(Result::err)
    });
    let mut answers = String::new();
    talk.from.read_line(&mut answers).unwrap();
    signal(&talk.child, "TERM");
    talk.from.read_to_string(&mut answers).unwrap();
    assert_eq!(talk.child.wait().unwrap().code(), Some(143));
    assert!(writer.join().unwrap().is_some());
    // Every answer is whole and in order.
    assert!(answers.ends_with('\n'));
    let ids: Vec<Value> = answers
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone())
        .collect();
    assert_eq!(ids, (0..ids.len()).map(Value::from).collect::<Vec<_>>());
}

#[cfg(target_os = "linux")]
#[test]
fn memory_is_bounded_where_more_comes_in_than_is_answered() {
    let world = World::new();
    let mut talk = Talk::new(start(&world));
    assert_eq!(talk.ask(&record(json!("warm")))["id"], "warm");
    let before = peak_memory(&talk.child);
    // 200 MB of lines that are no records.
    let line = format!("{}\n", "x".repeat(100_000)).into_bytes();
    let mut to = talk.to;
    let writer = std::thread::spawn(move || {
        for _ in 0..2_000 {
            to.write_all(&line).unwrap();
        }
        to
    });
    // Nobody reads the answers before the worker has stopped, waiting for that, or has taken all.
    wait_until("the worker takes no more", || {
        writer.is_finished() || is_asleep(&talk.child)
    });
    for _ in 0..2_000 {
        let mut answer = String::new();
        talk.from.read_line(&mut answer).unwrap();
        assert!(answer.contains("no JSON"), "{answer}");
    }
    let peak = peak_memory(&talk.child);
    assert!(peak < before + (50 << 20), "{before} {peak}");
    drop(writer.join().unwrap());
    assert_eq!(talk.child.wait().unwrap().code(), Some(0));
}

/// The most bytes of memory that a process has had.
#[cfg(target_os = "linux")]
fn peak_memory(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.unwrap().split_whitespace().nth(1).unwrap();
    kilobytes.parse::<u64>().unwrap() << 10
}

/// Whether all threads of a process wait, seen ten times in a row.
#[cfg(target_os = "linux")]
fn is_asleep(child: &Child) -> bool {
    let threads = || std::fs::read_dir(format!("/proc/{}/task", child.id())).unwrap();
    (0..10).all(|_| {
        threads().flatten().all(|thread| {
            let stat = std::fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
            let state = stat.rsplit_once(") ").map(|(_, rest)| &rest[..1]);
            state == Some("S")
        })
    })
}

#[test]
fn an_entity_comes_back_with_its_translation() {
    let world = World::new();
    let body = json!([SENTENCE]).to_string();
    let entity = |id: &str, schema: &str, properties: &str| {
        format!("{{\"id\": \"{id}\", \"schema\": \"{schema}\", \"properties\": {{{properties}}}}}")
    };
    let lines = [
        entity(
            "a",
            "Article",
            &format!("\"bodyText\": {body}, \"title\": [\"Т\"]"),
        ),
        entity("b", "Person", "\"name\": [\"Ержан Жылқыбаев\"]"),
        entity("c", "Page", &format!("\"bodyText\": {body}")),
        entity(
            "d",
            "Article",
            "\"bodyText\": [\"Questo articolo è scritto in italiano.\"]",
        ),
        String::from("{\"id\": \"e\", \"text\": \"x\"}"),
        String::from("notes"),
    ];
    let mut child = worker(
        &world,
        &[&MODELS[..], &["-s", "none", "--records", "ftm"]].concat(),
    );
    let mut stdin = child.stdin.take().unwrap();
    stdin
        .write_all(format!("{}\n", lines.join("\n")).as_bytes())
        .unwrap();
    drop(stdin);
    let outcome = world
        .outcome(child.wait_with_output().unwrap())
        .expect_code(0);
    let answers: Vec<&str> = outcome.stdout.lines().collect();
    let english =
        "\"translatedText\": [\"This year the membership of these councils was renewed by 46%.\"]";
    let added = |line: &str, language: &str| {
        line.replace("}}", &format!(", {english}, \"{language}\": [\"eng\"]}}}}"))
    };
    assert_eq!(answers.len(), lines.len());
    assert_eq!(answers[0], added(&lines[0], "translatedLanguage"));
    assert_eq!(answers[1], lines[1]);
    assert_eq!(answers[2], added(&lines[2], "translatedTextLanguage"));
    // What is not translated is not lost.
    assert_eq!(answers[3], lines[3]);
    for (answer, id) in [(answers[4], json!("e")), (answers[5], Value::Null)] {
        let answer: Value = serde_json::from_str(answer).unwrap();
        assert_eq!(
            (&answer["id"], &answer["error"]["kind"]),
            (&id, &json!("record"))
        );
    }
    assert!(
        outcome
            .stderr
            .contains("3 of 6 lines have a text without a translation"),
        "{}",
        outcome.stderr
    );
}
