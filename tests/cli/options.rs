//! What each option changes.

use super::support::World;

const SENTENCE: &str =
    "Осылайша, 1 қалалық және 8 аудандық филиалдардағы Саяси кеңестердің құрамына 86 адам кірді.";
const ENGLISH: &str =
    "Thus, 86 people joined the Political Councils of 1 city and 8 district branches.\n";

fn translated(options: &[&str]) -> super::support::Outcome {
    let world = World::new();
    world.write("sentence.txt", SENTENCE);
    world.translate(&[&["sentence.txt", "-s", "none"], options].concat())
}

#[test]
fn greedy_and_every_beam_width_say_what_was_memorised() {
    for beam in ["1", "2", "4", "6"] {
        assert_eq!(translated(&["--beam", beam]).expect_code(0).stdout, ENGLISH);
    }
    for vocabulary in ["latin", "full"] {
        assert_eq!(
            translated(&["--vocabulary", vocabulary])
                .expect_code(0)
                .stdout,
            ENGLISH
        );
    }
    for penalty in ["-0.5", "0.6", "2"] {
        assert_eq!(
            translated(&["--length-penalty", penalty])
                .expect_code(0)
                .stdout,
            ENGLISH
        );
    }
}

#[test]
fn a_token_cap_that_cuts_a_sentence_is_flagged() {
    let outcome = translated(&["--max-output-tokens", "8", "-f", "json"]).expect_code(0);
    let sentence = &outcome.json()["paragraphs"][0]["sentences"][0];
    let flags = sentence["flags"].as_array().unwrap();
    assert!(flags.contains(&"truncated".into()), "{sentence}");
    assert!(!sentence["target"].as_str().unwrap().is_empty());
}

#[test]
fn verbose_marks_flags_in_the_text() {
    let outcome = translated(&["--max-output-tokens", "8", "-v"]).expect_code(0);
    let reason = "truncated: the translation reached the cap on its length";
    assert!(outcome.stdout.contains(reason), "{}", outcome.stdout);
    let plain = translated(&["--max-output-tokens", "8"]).expect_code(0);
    assert!(!plain.stdout.contains("truncated"), "{}", plain.stdout);
    assert!(
        plain.stderr.contains("1 of 1 sentences failed a check"),
        "{}",
        plain.stderr
    );
}

#[test]
fn an_extractive_summary_is_sentences_of_the_body() {
    let world = World::new();
    let outcome = world
        .translate(&["article.txt", "-s", "extractive", "-f", "json"])
        .expect_code(0);
    let json = outcome.json();
    assert_eq!(json["summary"]["method"], "extractive");
    assert!(json["models"]["summary"].is_null());
    let paragraphs = json["paragraphs"].as_array().unwrap().iter();
    let sentences: Vec<&str> = paragraphs
        .flat_map(|p| p["sentences"].as_array().unwrap())
        .map(|s| s["target"].as_str().unwrap())
        .collect();
    let mut rest = json["summary"]["target"].as_str().unwrap();
    assert!(!rest.is_empty());
    while !rest.is_empty() {
        let next = sentences.iter().find(|s| rest.starts_with(**s));
        rest = rest[next.expect("a sentence of the body").len()..].trim_start();
    }
}

#[test]
fn a_body_too_short_for_the_summariser_is_summarised_by_its_own_sentence() {
    let world = World::new();
    world.write(
        "short.txt",
        "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.",
    );
    let json = world
        .translate(&["short.txt", "-f", "json"])
        .expect_code(0)
        .json();
    assert_eq!(json["summary"]["method"], "extractive");
    assert_eq!(
        json["summary"]["target"],
        "This year the membership of these councils was renewed by 46%."
    );
}

#[test]
fn normalising_is_for_the_model_alone_and_shown() {
    let world = World::new();
    let text = "Бұл – «AMANAT»-тың басты ұстанымы», – деді Е.Жылқыбаев.";
    world.write("quote.txt", text);
    let on = world
        .translate(&["quote.txt", "-s", "none", "-f", "json"])
        .expect_code(0)
        .json();
    let off = world.translate(&[
        "quote.txt",
        "-s",
        "none",
        "-f",
        "json",
        "--normalize",
        "off",
    ]);
    let off = off.expect_code(0).json();
    let sentence = |json: &serde_json::Value| json["paragraphs"][0]["sentences"][0].clone();
    assert_eq!(sentence(&on)["source"], text);
    assert!(
        sentence(&on)["model_input"]
            .as_str()
            .unwrap()
            .contains("\"AMANAT\"")
    );
    assert!(sentence(&off)["model_input"].is_null());
}

#[test]
fn quiet_says_nothing_but_errors() {
    let world = World::new();
    let outcome = world.translate(&["-q", "article.txt", "missing.txt", "-s", "none"]);
    let outcome = outcome.expect_code(1);
    assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
}

#[test]
fn a_body_longer_than_the_summariser_reads_is_summarised_by_parts() {
    let world = World::new();
    let article = world.read("article.txt");
    world.write("long.txt", [article.as_str(); 4].join("\n\n"));
    let json = world
        .translate(&["long.txt", "-f", "json"])
        .expect_code(0)
        .json();
    assert_eq!(json["summary"]["method"], "abstractive");
    assert!(json["summary"]["target"].as_str().unwrap().len() > 40);
}

#[test]
fn a_charset_is_recognised_named_or_read_with_losses() {
    let world = World::new();
    let text = "This is not Kazakh: ";
    // A line of Kazakh in KZ-1048, which UTF-8 cannot be.
    let (kazakh, _, _) = encoding_rs::WINDOWS_1251.encode("Олар партия мен партия. ");
    let bytes = [kazakh.as_ref(), text.as_bytes()].concat();
    world.write("old.txt", &bytes);
    let common = [
        "old.txt",
        "-s",
        "none",
        "-f",
        "json",
        "--source-language",
        "kaz_Cyrl",
    ];
    let named = world.translate(&[&common[..], &["--encoding", "windows-1251"]].concat());
    let named = named.expect_code(0).json();
    assert_eq!(named["input"]["encoding"], "windows-1251");
    let first = &named["paragraphs"][0]["sentences"][0]["source"];
    assert_eq!(first, "Олар партия мен партия.");
    let wrong = world.translate(&[&common[..], &["--encoding", "utf-8"]].concat());
    assert!(wrong.expect_code(1).stderr.contains("byte 0"));
    let lossy = [&common[..], &["--encoding", "utf-8", "--lossy"]].concat();
    let lossy = world.translate(&lossy).expect_code(0);
    assert!(lossy.stdout.contains('\u{fffd}'));
}

#[test]
fn every_decoding_option_is_told_in_the_json() {
    let outcome = translated(&[
        "--beam",
        "2",
        "--length-penalty",
        "0.8",
        "--no-repeat-ngram",
        "5",
        "--retries",
        "0",
        "--normalize",
        "off",
        "--vocabulary",
        "full",
        "--precision",
        "f32",
        "--device",
        "cpu",
        "--source-language",
        "kaz_Cyrl",
        "-f",
        "json",
    ]);
    let options = outcome.expect_code(0).json()["options"].clone();
    insta::assert_snapshot!(serde_json::to_string_pretty(&options).unwrap());
}

#[test]
fn ngrams_that_may_not_repeat_do_not() {
    let outcome = translated(&["--no-repeat-ngram", "1", "--retries", "0"]).expect_code(0);
    let words: Vec<&str> = outcome.stdout.split_whitespace().collect();
    let mut once = words.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), words.len(), "{}", outcome.stdout);
}

#[test]
fn a_sentence_in_another_language_says_so_and_english_stays_as_it_is() {
    let world = World::new();
    let english = "The committee published its annual report on the economy yesterday morning.";
    let russian =
        "Глава государства провёл вчера вечером совещание с членами правительства страны.";
    world.write(
        "mixed.txt",
        format!("{SENTENCE}\n\n{english}\n\n{russian}\n\n{SENTENCE}\n"),
    );
    let json = world
        .translate(&["mixed.txt", "-s", "none", "-f", "json"])
        .expect_code(0)
        .json();
    let sentence = |paragraph: usize| &json["paragraphs"][paragraph]["sentences"][0];
    assert!(sentence(0)["language"].is_null());
    assert_eq!(sentence(1)["language"], "eng_Latn");
    assert_eq!(sentence(1)["target"], english);
    assert_eq!(sentence(2)["language"], "rus_Cyrl");
    let named = world.translate(&[
        "mixed.txt",
        "-s",
        "none",
        "-f",
        "json",
        "--source-language",
        "kaz_Cyrl",
    ]);
    assert!(named.expect_code(0).json()["paragraphs"][1]["sentences"][0]["language"].is_null());
}

/// The memorised model goes astray on half a sentence; decoded otherwise it comes to an end.
#[test]
fn a_retry_repairs_what_the_first_decoding_got_wrong() {
    let world = World::new();
    let half = "«AMANAT» партиясының Хатшысы Ержан Жылқыбаев тұрғындардың";
    world.write("half.txt", half);
    let flags = |retries: &str| {
        let options = ["half.txt", "-s", "none", "-f", "json", "--retries", retries];
        let json = world.translate(&options).expect_code(0).json();
        json["paragraphs"][0]["sentences"][0]["flags"].to_string()
    };
    assert!(flags("0").contains("truncated"), "{}", flags("0"));
    assert!(!flags("2").contains("truncated"), "{}", flags("2"));
}
