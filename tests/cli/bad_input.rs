//! Inputs that are no articles, and models that are no models: a clear error or a sensible result.

use super::support::{MODELS, World};

/// Runs on one made input and returns what was said.
fn said_of(name: &str, bytes: &[u8]) -> String {
    let world = World::new();
    world.write(name, bytes);
    world.translate(&[name]).expect_code(1).snapshot()
}

#[test]
fn an_empty_file() {
    insta::assert_snapshot!(said_of("empty.txt", b""));
    insta::assert_snapshot!(said_of("blank.txt", b" \n\n\t\n"));
}

#[test]
fn binary_garbage() {
    insta::assert_snapshot!(said_of(
        "picture.png",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01"
    ));
    let garbage: Vec<u8> = (0..4096_u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    insta::assert_snapshot!(said_of("garbage.txt", &garbage));
}

#[test]
fn invalid_utf8_names_the_byte() {
    let mut bytes = "Биыл кеңестердің құрамы жаңарды. ".repeat(8).into_bytes();
    bytes.extend(b"\xff\xfe");
    bytes.extend("Осылайша, 86 адам кірді.".bytes());
    insta::assert_snapshot!(said_of("broken.txt", &bytes));
}

#[test]
fn text_in_another_language() {
    let english =
        "Three new schools opened in the region this year, and hundreds of pupils began lessons.";
    insta::assert_snapshot!(said_of("english.txt", english.as_bytes()));
    insta::assert_snapshot!(said_of("numbers.txt", b"2023\n\n1 2 3 - 4\n"));
}

#[test]
fn a_file_that_is_not_there() {
    let world = World::new();
    insta::assert_snapshot!(world.translate(&["missing.txt"]).expect_code(1).snapshot());
}

#[test]
fn one_bad_input_harms_only_itself() {
    let world = World::new();
    world.write("empty.txt", "");
    world.write(
        "good.txt",
        "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.",
    );
    let outcome = world.translate(&["empty.txt", "missing.txt", "good.txt", "-s", "none"]);
    insta::assert_snapshot!(outcome.expect_code(1).snapshot());
}

#[test]
fn a_line_of_a_megabyte_loses_no_word() {
    let world = World::new();
    let words = ["кеңестердің", "құрамы", "жаңарды", "86", "адам", "Жетісу,"];
    let mut line = String::new();
    let mut state = 1_u32;
    while line.len() < 1 << 20 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        line.push_str(words[(state >> 16) as usize % words.len()]);
        line.push(' ');
    }
    world.write("line.txt", &line);
    let fast = [
        "--beam",
        "1",
        "--retries",
        "0",
        "--max-output-tokens",
        "3",
        "-s",
        "none",
    ];
    let outcome = world.translate(&[&["line.txt", "-f", "json"], &fast[..]].concat());
    let json = outcome.expect_code(0).json();
    let paragraphs = json["paragraphs"].as_array().unwrap().iter();
    let sources = paragraphs
        .flat_map(|p| p["sentences"].as_array().unwrap())
        .map(|s| s["source"].as_str().unwrap());
    let said: Vec<&str> = sources.flat_map(str::split_whitespace).collect();
    assert_eq!(said, line.split_whitespace().collect::<Vec<_>>());
}

#[test]
fn a_folder_that_is_no_model() {
    let world = World::new();
    std::fs::create_dir(world.path("empty")).unwrap();
    let run = |model: &str| world.run(&["--model", model, "-s", "none", "article.txt"]);
    insta::assert_snapshot!(run("./empty").expect_code(3).snapshot());
    insta::assert_snapshot!(run("./article.txt").expect_code(3).snapshot());
    insta::assert_snapshot!(run("./nowhere").expect_code(3).snapshot());
    insta::assert_snapshot!(run("no-such-model").expect_code(2).snapshot());
}

/// A copy of a memorised model with one file changed.
fn damaged(world: &World, file: &str, change: impl FnOnce(String) -> String) {
    let model = super::support::fixture("memorised-nllb");
    std::fs::create_dir_all(world.path("damaged")).unwrap();
    for entry in model.read_dir().unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, world.path("damaged").join(path.file_name().unwrap())).unwrap();
    }
    let path = world.path("damaged").join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(path, change(text)).unwrap();
}

#[test]
fn a_config_that_asks_for_absurd_sizes() {
    for (from, to) in [
        ("\"encoder_layers\": 2", "\"encoder_layers\": 200"),
        ("\"d_model\": ", "\"d_model\": 16"),
        ("\"vocab_size\": ", "\"vocab_size\": 999999999999"),
    ] {
        let world = World::new();
        damaged(&world, "config.json", |text| {
            assert!(text.contains(from), "{text}");
            text.replacen(from, to, 1)
        });
        let outcome = world.run(&["--model", "./damaged", "-s", "none", "article.txt"]);
        insta::assert_snapshot!(outcome.expect_code(3).snapshot());
    }
}

#[test]
fn a_tokenizer_that_is_damaged() {
    let world = World::new();
    damaged(&world, "tokenizer.json", |text| {
        text[..text.len() / 2].to_owned()
    });
    let outcome = world.run(&["--model", "./damaged", "-s", "none", "article.txt"]);
    insta::assert_snapshot!(outcome.expect_code(3).snapshot());
}

#[test]
fn weights_that_are_damaged() {
    let world = World::new();
    damaged(&world, "config.json", |text| text);
    world.write(
        "damaged/model.safetensors",
        b"\x10\0\0\0\0\0\0\0{\"not\": \"tensors",
    );
    let outcome = world.run(&["--model", "./damaged", "-s", "none", "article.txt"]);
    insta::assert_snapshot!(outcome.expect_code(3).snapshot());
}

#[test]
fn a_summariser_that_is_a_translator() {
    let world = World::new();
    let outcome = world.run(&[
        "--model",
        MODELS[1],
        "--summary-model",
        MODELS[1],
        "article.txt",
    ]);
    insta::assert_snapshot!(outcome.expect_code(3).snapshot());
}

#[test]
fn a_model_that_does_not_fit_itself() {
    let world = World::new();
    damaged(&world, "generation_config.json", |text| {
        text.replace(
            "\"decoder_start_token_id\": 2",
            "\"decoder_start_token_id\": 99999",
        )
    });
    let outcome = world.run(&["--model", "./damaged", "-s", "none", "article.txt"]);
    insta::assert_snapshot!(outcome.expect_code(3).snapshot());
}

#[test]
fn a_checkpoint_that_is_no_archive() {
    let world = World::new();
    damaged(&world, "config.json", |text| text);
    world.write("damaged/pytorch_model.bin", "<html>403 Forbidden</html>");
    let outcome = world.run(&["--model", "./damaged", "-s", "none", "article.txt"]);
    insta::assert_snapshot!(outcome.expect_code(3).snapshot());
}

#[test]
fn a_folder_cloned_without_git_lfs() {
    let world = World::new();
    damaged(&world, "config.json", |text| text);
    let pointer = "version https://git-lfs.github.com/spec/v1\n\
        oid sha256:40041830399afb5348525ef8354b007ecec4286fdf3524f7e6b54377e17096cb\n\
        size 1625222120\n";
    world.write("damaged/model.safetensors", pointer);
    let outcome = world.run(&["--model", "./damaged", "-s", "none", "article.txt"]);
    insta::assert_snapshot!(outcome.expect_code(3).snapshot());
}

/// The tokenizers crate panics on this file; the user sees an error alone.
#[test]
fn a_tokenizer_file_that_makes_its_library_panic() {
    let world = World::new();
    damaged(&world, "tokenizer.json", |text| {
        let mut json: serde_json::Value = serde_json::from_str(&text).unwrap();
        json["normalizer"] = serde_json::json!({"type": "Precompiled", "precompiled_charsmap": ""});
        json.to_string()
    });
    let outcome = world.run(&["--model", "./damaged", "-s", "none", "article.txt"]);
    let outcome = outcome.expect_code(3);
    assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
}
