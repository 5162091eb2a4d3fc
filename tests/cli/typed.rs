//! What is typed and is not quite a run: no input, an address, a mistyped command, what is not there.

use std::io::Write;
#[cfg(unix)]
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use super::support::{FAST, MODELS, World};

const SENTENCE: &str = "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.";

#[test]
fn a_pipe_without_a_name_is_read() {
    let world = World::new();
    for words in [&["-s", "none"][..], &["-", "-s", "none"]] {
        let mut command = world.command(&[&MODELS[..], words].concat());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(SENTENCE.as_bytes()).unwrap();
        drop(stdin);
        let outcome = world.outcome(child.wait_with_output().unwrap());
        assert_eq!(
            outcome.expect_code(0).stdout,
            "This year the membership of these councils was renewed by 46%.\n"
        );
    }
    // From a file that the shell opened, too.
    let file = std::fs::File::open(world.write("a.txt", SENTENCE)).unwrap();
    let mut command = world.command(&[&MODELS[..], &["-s", "none", "-o", "b.txt"]].concat());
    let outcome = world.outcome(command.stdin(file).output().unwrap());
    outcome.expect_code(0);
    assert!(world.read("b.txt").starts_with("This year"));
}

#[cfg(unix)]
#[test]
fn a_pipe_without_a_name_that_stays_silent_is_said_to_be_read() {
    let world = World::new();
    let mut command = world.command(&[&MODELS[..], &FAST].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let stdin = child.stdin.take();
    let mut said = String::new();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    stderr.read_line(&mut said).unwrap();
    assert_eq!(said, "reading standard input\n");
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn what_is_no_file_is_told_for_what_it_is() {
    let world = World::new();
    for words in [
        &["https://turkystan.kz/article/1?x='y'"][..],
        &["modls", "list"],
        &["severe"],
        &["severe", "--port", "80"],
        &["doctro"],
    ] {
        insta::assert_snapshot!(world.run(words).expect_code(2).snapshot());
    }
    // A file of such a name is one.
    world.write("modls", SENTENCE);
    let words = [&MODELS[..], &FAST, &["modls"]].concat();
    world.run(&words).expect_code(0);
    // What is near no command is a file that is missing.
    let words = [&MODELS[..], &FAST, &["article"]].concat();
    let outcome = world.run(&words).expect_code(1);
    assert!(
        outcome.stderr.contains("cannot read it"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn an_address_in_a_list_is_told_for_what_it_is() {
    let world = World::new();
    world.write("list", "article.txt\n\nHTTPS://turkystan.kz/1  \n");
    let words = [&MODELS[..], &["--files-from", "list", "-o", "out/"]].concat();
    let outcome = world.run(&words).expect_code(2);
    let said = "error: list:3: HTTPS://turkystan.kz/1 is an address, and pages are not fetched";
    assert!(outcome.stderr.starts_with(said), "{}", outcome.stderr);
    assert!(!world.path("out").exists());
}

#[test]
fn a_model_that_is_not_here_is_not_removed() {
    let world = World::new();
    let outcome = world.run(&["models", "rm", "nllb-600m"]).expect_code(1);
    insta::assert_snapshot!(outcome.snapshot());
}

#[test]
fn a_missing_model_of_summaries_can_be_done_without() {
    let world = World::new();
    let words = ["--model", "memorised-nllb", "article.txt"];
    for offline in [&["--offline"][..], &[]] {
        let outcome = world.run(&[&words[..], offline].concat()).expect_code(3);
        let said = outcome
            .stderr
            .replace(&world.path("").display().to_string(), "[FOLDER]/");
        assert!(said.contains("bart-large-cnn ("), "{said}");
        assert!(!said.contains("nllb"), "{said}");
        assert!(said.contains("-s extractive"), "{said}");
    }
}

#[test]
fn an_empty_folder_is_a_warning() {
    let world = World::new();
    std::fs::create_dir(world.path("in")).unwrap();
    let outcome = world.run(&[&MODELS[..], &["in", "-o", "out"]].concat());
    let outcome = outcome.expect_code(0);
    let said = "warning: there is nothing to translate in in\n";
    assert!(outcome.stderr.starts_with(said), "{}", outcome.stderr);
}

#[test]
fn errors_of_records_name_file_and_line() {
    let world = World::new();
    let lines = format!(
        "{{\"id\": 1, \"text\": \"{SENTENCE}\"}}\n{{\"id\": 2, \"text\": \"\"}}\n{{\"id\": 3}}\n{{\n"
    );
    world.write("a.jsonl", lines);
    for output in [&["-o", "out"][..], &[]] {
        let words = [&MODELS[..], &FAST, &["a.jsonl"], output].concat();
        let outcome = world.run(&words).expect_code(1);
        for place in [
            "error: 2: a.jsonl:2: ",
            "error: 3: a.jsonl:3: ",
            "error: a.jsonl:4: ",
        ] {
            assert!(
                outcome.stderr.contains(place),
                "{place}: {}",
                outcome.stderr
            );
        }
    }
}

#[test]
fn a_part_given_twice_is_told_in_one_line() {
    let world = World::new();
    let words = [&MODELS[..], &FAST, &["article.txt", "-o", "a.jsonl"]].concat();
    world.run(&words).expect_code(0);
    let outcome = world.run(&["merge", "a.jsonl", "./a.jsonl", "-o", "all.jsonl"]);
    assert_eq!(
        outcome.expect_code(2).stderr,
        "error: the part ./a.jsonl is given twice; name each part once\n"
    );
}

#[test]
fn what_is_done_is_told_with_v() {
    let world = World::new();
    let quiet = world.run(&[&MODELS[..], &["article.txt", "-s", "none"]].concat());
    assert_eq!(quiet.expect_code(0).stderr, "");
    let told = world.run(&[&MODELS[..], &["article.txt", "-s", "none", "-v"]].concat());
    let told = told.expect_code(0).stderr;
    for said in [
        "article.txt: text in UTF-8, kaz_Cyrl, ",
        "memorised-nllb in q8 on cpu, ",
        " sentences or pieces of them, 4 beams: ",
    ] {
        assert!(told.contains(said), "{said}: {told}");
    }
}

#[test]
fn doctor_tells_models_disk_and_network() {
    let world = World::new();
    let report = world.run(&["doctor", "--json"]).expect_code(0).json();
    assert_eq!(report["network"]["reachable"], false);
    assert_eq!(report["models"]["complete"], serde_json::json!([]));
    assert_eq!(report["models"]["to_pull"].as_array().unwrap().len(), 2);
    if cfg!(unix) {
        assert!(report["disk"]["free_mb"].as_u64().is_some());
    }
    let offline = world.run(&["doctor", "--json", "--offline"]).json();
    assert_eq!(offline["network"]["reachable"], serde_json::Value::Null);
    let text = world.run(&["doctor"]).expect_code(0).stdout;
    let heads: Vec<&str> = text
        .lines()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    let place = |head: &str| heads.iter().position(|found| *found == head).unwrap();
    for pair in ["models", "disk", "memory", "processor", "network", "CUDA"].windows(2) {
        if cfg!(target_os = "linux") {
            assert!(place(pair[0]) < place(pair[1]), "{text}");
        }
    }
    assert!(
        text.contains("http://127.0.0.1:9 cannot be reached"),
        "{text}"
    );
}
