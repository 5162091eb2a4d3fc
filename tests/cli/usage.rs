//! Wrong usage, and what the program says of itself.

use super::support::World;

#[test]
fn nothing_to_translate() {
    insta::assert_snapshot!(World::new().run(&[]).expect_code(2).snapshot());
}

#[test]
fn wrong_words() {
    let world = World::new();
    for words in [
        &["--beam", "0", "article.txt"][..],
        &["--beam", "65", "article.txt"],
        &["--device", "gpu", "article.txt"],
        &["--device", "cuda", "--precision", "q8", "article.txt"],
        &["--precision", "q5", "article.txt"],
        &["--format", "pdf", "article.txt"],
        &["--encoding", "ebcdic", "article.txt"],
        &["--length-penalty", "nan", "article.txt"],
        &["--no-such-option"],
        &["-q", "-v", "article.txt"],
        &["-", "-"],
        &["--retries", "5", "article.txt"],
        &["--source-language", "kz", "article.txt"],
        &["--offline", "models", "where"],
        &["article.txt", "-o", "article.pdf"],
        &["a.txt", "b.txt", "-o", "both.html"],
        &["-m", "bart-large-cnn", "article.txt"],
        &["--summary-model", "nllb-600m", "article.txt"],
        &["models", "pull"],
        &["models", "pull", "no-such-model"],
    ] {
        insta::assert_snapshot!(world.run(words).expect_code(2).snapshot());
    }
}

#[test]
fn a_language_the_model_does_not_know() {
    let world = World::new();
    let outcome = world.translate(&["article.txt", "--source-language", "kaz_Latn", "-s", "none"]);
    insta::assert_snapshot!(outcome.expect_code(2).snapshot());
}

#[test]
fn help() {
    insta::assert_snapshot!(World::new().run(&["--help"]).expect_code(0).snapshot());
    insta::assert_snapshot!(
        World::new()
            .run(&["models", "--help"])
            .expect_code(0)
            .snapshot()
    );
}

#[test]
fn completions_for_a_shell() {
    let outcome = World::new().run(&["completions", "bash"]).expect_code(0);
    assert!(outcome.stdout.contains("_translate"));
}

#[test]
fn the_catalogue() {
    let world = World::new();
    insta::assert_snapshot!(world.run(&["models", "list"]).expect_code(0).snapshot());
    insta::assert_snapshot!(
        world
            .run(&["models", "show", "nllb-600m"])
            .expect_code(0)
            .snapshot()
    );
    insta::assert_snapshot!(
        world
            .run(&["models", "show", "distilbart-cnn"])
            .expect_code(0)
            .snapshot()
    );
    insta::assert_snapshot!(world.run(&["models", "where"]).expect_code(0).snapshot());
}

#[test]
fn the_catalogue_for_programs() {
    let listed = World::new().run(&["models", "list", "--json"]).json();
    let models = listed.as_array().unwrap();
    let named = |name: &str| models.iter().find(|model| model["name"] == name).unwrap();
    let free = named("madlad-3b");
    assert_eq!(free["commercial_use"], true);
    assert_eq!(free["bytes_to_pull"], 1_671_227_202_u64);
    assert_eq!(free["quality"]["score"], "chrF 58.3");
    let unpinned = named("distilbart-cnn");
    assert_eq!(unpinned["pinned_files"], 0);
    assert_eq!(unpinned["bytes_to_pull"], serde_json::Value::Null);
    assert_eq!(named("nllb-600m")["commercial_use"], false);
    assert_eq!(named("nllb-600m")["state"], "absent");
}

#[test]
fn what_was_pulled_in_a_models_place_is_verified_and_removed_by_the_models_name() {
    let world = World::new();
    let snapshot = "hf/hub/models--JustFrederik--nllb-200-distilled-600M-ct2-int8/snapshots/\
                    302d78f00e6fdb50a1064059df7c392b735e9d05";
    std::fs::create_dir_all(world.path(snapshot)).unwrap();
    world.write(&format!("{snapshot}/README.md"), "half a pull");
    let outcome = world.run(&["models", "verify", "nllb-600m"]).expect_code(3);
    assert!(
        outcome.stdout.contains("shared_vocabulary.txt"),
        "{}",
        outcome.stdout
    );
    let outcome = world.run(&["models", "rm", "nllb-600m"]).expect_code(0);
    assert!(
        outcome.stdout.starts_with("nllb-600m-int8: 11 B"),
        "{}",
        outcome.stdout
    );
    assert!(!world.path(snapshot).exists());
}

#[test]
fn offline_without_the_model_says_what_to_do() {
    let world = World::new();
    insta::assert_snapshot!(
        world
            .run(&["--offline", "article.txt"])
            .expect_code(3)
            .snapshot()
    );
    let mut command = world.command(&["article.txt"]);
    let outcome = world.outcome(command.env("HF_HUB_OFFLINE", "1").output().unwrap());
    assert_eq!(
        outcome.expect_code(3).stderr,
        world.run(&["--offline", "article.txt"]).stderr
    );
}

#[test]
fn without_a_network_says_what_to_check() {
    let world = World::new();
    let outcome = world.run(&["article.txt"]).expect_code(3);
    assert!(outcome.stderr.contains("127.0.0.1:9"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("HF_ENDPOINT"), "{}", outcome.stderr);
}

#[test]
fn every_command_takes_verbosity_and_offline() {
    let world = World::new();
    for words in [
        &["models", "where", "-v"][..],
        &["models", "where", "-q"],
        &["models", "where", "--offline"],
        &["doctor", "-v"],
        &["completions", "bash", "-q"],
    ] {
        world.run(words).expect_code(0);
    }
    world.write("a.txt", "Бір сөз.\n");
    world.write("b.txt", "One word.\n");
    world.run(&["check", "-q", "a.txt", "b.txt"]).expect_code(0);
    let merge = world.run(&["merge", "-v", "missing.jsonl", "-o", "out.jsonl"]);
    assert!(
        merge.expect_code(2).stderr.contains("caused by: "),
        "-v shows causes"
    );
    let conflict = world.run(&["merge", "-v", "-q", "missing.jsonl", "-o", "out.jsonl"]);
    assert!(
        conflict
            .expect_code(2)
            .stderr
            .contains("cannot be used with")
    );
}

#[cfg(unix)]
#[test]
fn names_and_arguments_cannot_drive_the_terminal() {
    const NAME: &str = "a\u{1b}]0;title\u{7}\u{202e}.txt";
    const SHOWN: &str = "a\\u{1b}]0;title\\u{7}\\u{202e}.txt";
    let world = World::new();
    std::fs::create_dir(world.path("in")).unwrap();
    world.write(&format!("in/{NAME}"), "Мәтін. Тағы бір сөйлем.");
    world.write(NAME, [0_u8, 1, 2]);
    for words in [
        &["in", "-o", "out", "--dry-run"][..],
        &[NAME],
        &["-o", "out.txt", "--no-such-option", NAME],
        &["--beam", NAME],
        &["-m", NAME, "article.txt"],
        &["models", "show", NAME],
    ] {
        let outcome = world.run(words);
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(!said.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{said:?}");
        let is_named = words != ["-o", "out.txt", "--no-such-option", NAME];
        assert!(!is_named || said.contains(SHOWN), "{words:?}: {said:?}");
    }
}

#[test]
fn a_language_is_named_by_any_code_or_name_of_it() {
    let world = World::new();
    world.write("a.txt", "Бүгін 5 адам келді.");
    let kazakh =
        ["kk", "kaz", "Kazakh", "kk-KZ", "KAZ_CYRL", "AUTO"].map(|name| (name, "kaz_Cyrl"));
    let uzbek = ["uz", "Northern Uzbek", "uzb"].map(|name| (name, "uzn_Latn"));
    for (name, code) in kazakh.into_iter().chain(uzbek) {
        let words = [
            "a.txt",
            "-s",
            "none",
            "-f",
            "json",
            "--source-language",
            name,
        ];
        let article = world.translate(&words).json();
        assert_eq!(article["languages"]["source"], code, "{name}");
    }
}

#[test]
fn what_is_wrong_with_the_command_line_is_one_line() {
    let world = World::new();
    for words in [
        &["--beam", "-1", "a.txt"][..],
        &["--no-such-option"],
        &["--formt", "json", "a.txt"],
        &["models", "pull"],
        &["--port", "x", "serve"],
        &["--length-penalty", "x", "a.txt"],
        &["-q", "-v", "a.txt"],
        &["modles", "list"],
    ] {
        let outcome = world.run(words).expect_code(2);
        assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
        assert!(!outcome.stderr.contains("-- -1"), "{}", outcome.stderr);
        assert!(!outcome.stderr.contains("literal"), "{}", outcome.stderr);
    }
}
