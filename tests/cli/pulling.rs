//! From nothing to a translation, over a hub on loopback.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::local_hub::{Attack, LocalHub};
use super::support::{Outcome, World, fixture};

const TRANSLATOR: &str = "test/memorised-nllb";
const SUMMARIZER: &str = "test/memorised-bart";
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

fn hub() -> LocalHub {
    let hub = LocalHub::start();
    hub.serve(TRANSLATOR, COMMIT, &fixture("memorised-nllb"));
    hub.serve(SUMMARIZER, COMMIT, &fixture("memorised-bart"));
    hub
}

fn translate(world: &World, hub: &LocalHub, more: &[&str]) -> Outcome {
    let words = [
        "--model",
        TRANSLATOR,
        "--summary-model",
        SUMMARIZER,
        "article.txt",
    ];
    let mut command = world.command(&[&words, more].concat());
    world.outcome(command.env("HF_ENDPOINT", hub.endpoint()).output().unwrap())
}

fn expected() -> String {
    std::fs::read_to_string(fixture("article.expected.txt")).unwrap()
}

#[test]
fn the_first_run_downloads_and_the_second_touches_no_network() {
    let (world, hub) = (World::new(), hub());
    let first = translate(&world, &hub, &[]).expect_code(0);
    assert_eq!(first.stdout, expected());
    assert!(
        first.stderr.contains("downloading model.safetensors"),
        "{}",
        first.stderr
    );
    hub.take_requests();
    let second = translate(&world, &hub, &[]).expect_code(0);
    assert_eq!(
        (second.stdout.as_str(), second.stderr.as_str()),
        (expected().as_str(), "")
    );
    assert!(hub.requests().is_empty());
    let offline = translate(&world, &hub, &["--offline"]).expect_code(0);
    assert_eq!(offline.stdout, expected());
    assert!(hub.requests().is_empty());
}

#[test]
fn a_bad_download_ends_with_3_and_the_next_good_run_works() {
    for attack in [
        Attack::ForbiddenPage,
        Attack::HtmlPage,
        Attack::WrongBytes,
        Attack::ShortBody,
        Attack::LongBody,
        Attack::CutWithoutRanges,
        Attack::Missing,
        Attack::Gated,
    ] {
        let (world, hub) = (World::new(), hub());
        hub.attack("model.safetensors", attack.clone());
        let failed = translate(&world, &hub, &[]).expect_code(3);
        assert_eq!(failed.stdout, "", "{attack:?}");
        assert!(
            failed.stderr.contains("error: "),
            "{attack:?}: {}",
            failed.stderr
        );
        hub.behave();
        let good = translate(&world, &hub, &[]).expect_code(0);
        assert_eq!(good.stdout, expected(), "{attack:?}");
    }
}

#[test]
fn a_connection_cut_in_the_middle_is_taken_up_where_it_broke() {
    let (world, hub) = (World::new(), hub());
    hub.attack("model.safetensors", Attack::Cut { times: 2 });
    assert_eq!(
        translate(&world, &hub, &[]).expect_code(0).stdout,
        expected()
    );
}

#[test]
fn two_processes_pulling_the_same_model_both_succeed() {
    let (world, hub) = (World::new(), hub());
    let words = [
        "--model",
        TRANSLATOR,
        "--summary-model",
        SUMMARIZER,
        "article.txt",
    ];
    let start = || {
        let mut command = world.command(&words);
        command.env("HF_ENDPOINT", hub.endpoint());
        command
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        command.spawn().unwrap()
    };
    let (one, two) = (start(), start());
    for child in [one, two] {
        let outcome = world
            .outcome(child.wait_with_output().unwrap())
            .expect_code(0);
        assert_eq!(outcome.stdout, expected());
    }
}

#[test]
fn models_are_pulled_verified_shown_and_removed() {
    let (world, hub) = (World::new(), hub());
    let run = |words: &[&str]| {
        let mut command = world.command(words);
        world.outcome(command.env("HF_ENDPOINT", hub.endpoint()).output().unwrap())
    };
    let pulled = run(&["models", "pull", TRANSLATOR]).expect_code(0);
    assert!(pulled.stdout.contains(COMMIT), "{}", pulled.stdout);
    insta::assert_snapshot!(
        run(&["models", "verify", TRANSLATOR])
            .expect_code(0)
            .snapshot()
    );
    assert!(
        run(&["models", "list"])
            .expect_code(0)
            .stdout
            .contains(TRANSLATOR)
    );
    let removed = run(&["models", "rm", TRANSLATOR]).expect_code(0);
    assert!(removed.stdout.contains("freed"), "{}", removed.stdout);
    assert!(
        !run(&["models", "list"])
            .expect_code(0)
            .stdout
            .contains(TRANSLATOR)
    );
}

/// A checkpoint as PyTorch wrote it before 1.6, of one that is a zip archive.
fn before_zip(checkpoint: &Path) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(File::open(checkpoint).unwrap()).unwrap();
    let mut members = BTreeMap::new();
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).unwrap();
        let name = member.name().unwrap().into_owned();
        let (_, name) = name.split_once('/').unwrap();
        let mut content = Vec::new();
        member.read_to_end(&mut content).unwrap();
        members.insert(name.to_owned(), content);
    }
    let start =
        b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}.";
    let (mut keys, mut storages) = (b"\x80\x02](".to_vec(), Vec::new());
    for (name, content) in &members {
        let Some(key) = name.strip_prefix("data/") else {
            continue;
        };
        let length = (key.len() as u32).to_le_bytes();
        keys.extend([b"X", &length[..], key.as_bytes()].concat());
        // All are of single precision.
        storages.extend((content.len() as u64 / 4).to_le_bytes());
        storages.extend(content);
    }
    [start, &members["data.pkl"][..], &keys, b"e.", &storages].concat()
}

#[test]
fn a_model_of_the_catalogue_whose_weights_are_older_than_zipped_ones_summarises() {
    let (world, hub) = (World::new(), hub());
    let folder = fixture("memorised-bart-slow");
    let weights = before_zip(&folder.join("pytorch_model.bin"));
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let entry = audarma::catalogue::find("distilbart-cnn").unwrap();
    let files = [
        ("config.json", read("config.json")),
        ("vocab.json", read("vocab.json")),
        ("merges.txt", read("merges.txt")),
        ("pytorch_model.bin", weights),
    ];
    hub.serve_files(entry.repository.as_str(), entry.commit.as_str(), files);
    world.write("line.txt", "Биыл жаңа мектеп ашылды.");
    let words = [
        "--model",
        TRANSLATOR,
        "--summary-model",
        "distilbart-cnn",
        "--beam",
        "1",
        "--retries",
        "0",
        "--max-output-tokens",
        "4",
        "-f",
        "json",
        "line.txt",
    ];
    let mut command = world.command(&words);
    command.env("HF_ENDPOINT", hub.endpoint());
    let outcome = world.outcome(command.output().unwrap()).expect_code(0);
    let models = &outcome.json()["models"];
    let summary = models["summary"].as_str().unwrap();
    assert!(summary.starts_with(entry.repository.as_str()), "{summary}");
}
