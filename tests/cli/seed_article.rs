//! The main job: the seed article, with models that have memorised its translation and summary.

use super::support::{World, fixture};

#[test]
fn prints_title_text_and_summary_and_nothing_else() {
    let outcome = World::new().translate(&["article.txt"]).expect_code(0);
    let expected = std::fs::read_to_string(fixture("article.expected.txt")).unwrap();
    assert_eq!(outcome.stdout, expected);
    assert_eq!(outcome.stderr, "");
}

#[test]
fn reads_standard_input() {
    let world = World::new();
    let article = std::fs::File::open(world.path("article.txt")).unwrap();
    let mut command = world.command(&[&super::support::MODELS[..], &["-"]].concat());
    let outcome = world.outcome(command.stdin(article).output().unwrap());
    let from_file = world.translate(&["article.txt"]);
    assert_eq!(outcome.expect_code(0).stdout, from_file.stdout);
}

#[test]
fn the_text_depends_on_neither_threads_nor_batches() {
    let world = World::new();
    let one = world.translate(&["article.txt", "--threads", "1"]);
    let more = world.translate(&["article.txt", "--threads", "3"]);
    assert_eq!(one.expect_code(0).stdout, more.expect_code(0).stdout);
    // The second paragraph alone.
    let paragraph = world.read("article.txt").lines().nth(6).unwrap().to_owned();
    world.write("alone.txt", &paragraph);
    let alone = world.translate(&["alone.txt", "-f", "json"]).json();
    let whole = world.translate(&["article.txt", "-f", "json"]).json();
    assert_eq!(alone["paragraphs"][0], whole["paragraphs"][0]);
}

#[test]
fn a_model_without_tokenizer_json_summarises_alike() {
    let world = World::new();
    let slow = world.run(&[
        "--model",
        "memorised-nllb",
        "--summary-model",
        "memorised-bart-slow",
        "article.txt",
    ]);
    let fast = world.translate(&["article.txt"]);
    assert_eq!(slow.expect_code(0).stdout, fast.expect_code(0).stdout);
}

#[test]
fn the_json_holds_every_letter_and_digit_of_the_article_in_order() {
    let world = World::new();
    let json = world.translate(&["article.txt", "-f", "json"]).json();
    let mut said = String::from(json["title"]["source"].as_str().unwrap());
    let sentences = json["paragraphs"].as_array().unwrap().iter();
    let sentences = sentences.flat_map(|p| p["sentences"].as_array().unwrap());
    let sources: Vec<&str> = sentences.map(|s| s["source"].as_str().unwrap()).collect();
    let lines: Vec<&str> = json["metadata"]["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line.as_str().unwrap())
        .collect();
    // Three metadata lines stand under the title, the last at the article's end.
    let (head, foot) = lines.split_at(3);
    for text in head.iter().chain(&sources).chain(foot) {
        said.push_str(text);
    }
    let letters = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .collect::<String>()
    };
    assert_eq!(letters(&said), letters(&world.read("article.txt")));
}
