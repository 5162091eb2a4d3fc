//! `translate bench`: a line a case, on token ids alone.

use serde_json::Value;

use super::support::{Outcome, World, fixture};

/// A model of a few thousand weights, without a tokenizer.
fn bench(options: &[&str]) -> Outcome {
    let model = fixture("parity/m2m100");
    let model = ["bench", "--runs", "1", "--model", model.to_str().unwrap()];
    World::new().run(&[&model, options].concat())
}

fn lines(outcome: &Outcome) -> Vec<Value> {
    let lines = outcome.stdout.lines();
    lines.map(|l| serde_json::from_str(l).unwrap()).collect()
}

#[test]
fn each_case_is_a_line_with_all_its_fields() {
    let outcome = bench(&[
        "--cases",
        "1x1,2x4",
        "--vocabulary",
        "full",
        "--threads",
        "1",
    ]);
    let outcome = outcome.expect_code(0);
    assert_eq!(outcome.stderr, "");
    let lines = lines(&outcome);
    let cases: Vec<_> = lines.iter().map(|l| (&l["batch"], &l["beam"])).collect();
    assert_eq!(
        cases,
        [(&1.into(), &1.into()), (&2.into(), &Value::from(4))]
    );
    for line in &lines {
        assert_eq!(line["engine"], "audarma");
        assert_eq!(
            (&line["source"], &line["target"]),
            (&40.into(), &Value::from(40))
        );
        assert_eq!(line["vocabulary"], "full");
        assert_eq!(line["output_tokens"], 110);
        assert_eq!(line["device"], "cpu");
        assert!(
            line["precision"].is_string() && line["threads"] == 1,
            "{line}"
        );
        for field in [
            "seconds",
            "tokens_per_second",
            "encoder_seconds",
            "load_seconds",
        ] {
            assert!(line[field].as_f64().unwrap() > 0.0, "{field}: {line}");
        }
        assert!(line["decoder_seconds"].as_f64().unwrap() >= 0.0, "{line}");
        if cfg!(any(target_os = "linux", target_os = "macos")) {
            assert!(line["peak_rss_mb"].as_u64().unwrap() > 0, "{line}");
        }
    }
}

#[test]
fn without_a_tokenizer_latin_is_a_fixed_share_of_the_vocabulary() {
    let outcome = bench(&["--cases", "1x1", "--latin-share", "0.3"]).expect_code(0);
    let tokens = lines(&outcome)[0]["output_tokens"].as_u64().unwrap();
    assert!((15..60).contains(&tokens), "{tokens}");
    assert!(
        outcome.stderr.contains("has no tokenizer") && outcome.stderr.contains("--latin-share 0.3"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn with_a_tokenizer_latin_is_what_it_says() {
    let options = [
        "--cases",
        "1x2",
        "--source-tokens",
        "7",
        "--target-tokens",
        "9",
    ];
    let model = ["bench", "--runs", "1", "--model", "memorised-nllb"];
    let outcome = World::new().run(&[&model[..], &options].concat());
    let outcome = outcome.expect_code(0);
    assert_eq!(outcome.stderr, "");
    let line = &lines(&outcome)[0];
    assert_eq!(
        (&line["source"], &line["target"]),
        (&7.into(), &Value::from(9))
    );
    assert!(line["output_tokens"].as_u64().unwrap() < 1206, "{line}");
}

#[test]
fn impossible_cases_are_wrong_usage() {
    for (options, reason) in [
        (["--cases", "8"], "8x4 is 8 sources with 4 beams each"),
        (["--cases", "0x4"], "8x4 is 8 sources with 4 beams each"),
        (["--cases", "1x1000"], "num_beams is 1000"),
        (["--source-tokens", "2"], "a source has at least 3 tokens"),
        (["--target-tokens", "1"], "a target at least 2"),
        (["--latin-share", "1.5"], "a number from 0 to 1"),
        (["--instructions", "SSE9"], "this processor has plain code"),
    ] {
        let outcome = bench(&options).expect_code(2);
        assert!(outcome.stderr.contains(reason), "{}", outcome.stderr);
        assert_eq!(outcome.stdout, "");
    }
}

#[test]
fn instructions_are_named_and_are_those_of_packed_weights() {
    let case = ["--cases", "1x1", "--instructions", "PLAIN code"];
    let line = lines(&bench(&case).expect_code(0)).remove(0);
    assert_eq!(line["instructions"], "plain code");
    let exact = bench(&[&case[..], &["--precision", "f32"]].concat()).expect_code(2);
    let reason = "--instructions is about q8 and q4 on a CPU, not about f32 on cpu";
    assert!(exact.stderr.contains(reason), "{}", exact.stderr);
}

#[test]
fn a_folder_of_ctranslate2_is_measured_without_a_tokenizer() {
    for model in ["m2m100-ctranslate2-int8", "t5-ctranslate2-int8"] {
        let model = fixture("parity").join(model);
        let model = ["bench", "--runs", "1", "--model", model.to_str().unwrap()];
        let options = [
            "--cases",
            "2x2",
            "--source-tokens",
            "5",
            "--target-tokens",
            "4",
        ];
        let outcome = World::new().run(&[&model[..], &options].concat());
        assert_eq!(lines(&outcome.expect_code(0)).len(), 1);
    }
}

#[test]
fn a_summariser_is_measured_with_its_own_beams_at_the_length_of_an_article() {
    let measure = |options: &[&str]| {
        let model = fixture("parity/bart");
        let model = ["bench", "--runs", "1", "--task", "summary", "--model"]
            .into_iter()
            .chain([model.to_str().unwrap()]);
        let all: Vec<&str> = model.chain(options.iter().copied()).collect();
        World::new().run(&all)
    };
    let short = ["--source-tokens", "9", "--target-tokens", "8"];
    let outcome = measure(&short).expect_code(0);
    assert_eq!(outcome.stderr, "");
    let found = lines(&outcome);
    let cases: Vec<_> = found.iter().map(|l| (&l["batch"], &l["beam"])).collect();
    assert_eq!(cases.len(), 2);
    assert_eq!((cases[0].0, cases[1].0), (&1.into(), &Value::from(4)));
    assert_eq!(cases[0].1, cases[1].1);
    for line in &found {
        assert_eq!(
            (&line["task"], &line["vocabulary"]),
            (&"summary".into(), &Value::from("full"))
        );
        assert_eq!(
            (&line["source"], &line["target"]),
            (&9.into(), &Value::from(8))
        );
    }
    let outcome = measure(&[&short[..], &["--cases", "2x1"]].concat()).expect_code(0);
    assert_eq!(lines(&outcome)[0]["batch"], 2);
    // The lengths of a summary are more than this model's positions.
    let outcome = measure(&[]).expect_code(2);
    assert!(outcome.stderr.contains("positions"), "{}", outcome.stderr);
    // A translator does not summarise.
    let model = fixture("parity/m2m100");
    let words = [
        "bench",
        "--task",
        "summary",
        "--model",
        model.to_str().unwrap(),
    ];
    World::new().run(&words).expect_code(3);
}

#[test]
fn an_article_is_a_line_with_the_seconds_of_its_phases() {
    let world = World::new();
    let article = fixture("../../examples/article.txt");
    let article = [
        "bench",
        "--article",
        article.to_str().unwrap(),
        "--runs",
        "1",
    ];
    let models = [
        "--model",
        "memorised-nllb",
        "--summary-model",
        "memorised-bart",
    ];
    let outcome = world.run(&[&article[..], &models].concat()).expect_code(0);
    let found = lines(&outcome);
    let [line] = found.as_slice() else {
        panic!("{}", outcome.stdout);
    };
    let of = |name: &str| {
        line[name]
            .as_f64()
            .unwrap_or_else(|| panic!("{name}: {line}"))
    };
    let parts = ["reading", "loading", "translation", "summary", "report"];
    let sum: f64 = parts
        .iter()
        .map(|part| of(&format!("{part}_seconds")))
        .sum();
    assert!(
        parts
            .iter()
            .all(|part| of(&format!("{part}_seconds")) > 0.0),
        "{line}"
    );
    assert!((of("total_seconds") - sum).abs() < 1e-4, "{line}");
    let first = of("first_sentence_seconds");
    let before = of("reading_seconds") + of("loading_seconds");
    assert!(
        first > before && first <= before + of("translation_seconds") + 1e-5,
        "{line}"
    );
    assert!(
        of("warm_seconds") > 0.0 && of("sentences") > 1.0 && of("beam") == 4.0,
        "{line}"
    );

    let outcome =
        world.run(&[&article[..], &models, &["--summary", "none", "--beam", "1"]].concat());
    let line = &lines(&outcome.expect_code(0))[0];
    assert_eq!(line["beam"], 1);
    let outcome = world
        .run(&["bench", "--article", "missing.txt"])
        .expect_code(1);
    assert!(outcome.stderr.contains("missing.txt"), "{}", outcome.stderr);
    world.run(&["bench", "--beam", "2"]).expect_code(2);
    world
        .run(&[&article[..], &["--cases", "1x1"]].concat())
        .expect_code(2);
}

#[test]
fn an_archive_is_a_line_with_its_articles_and_the_seconds_they_took() {
    let world = World::new();
    let article = std::fs::read_to_string(fixture("../../examples/article.txt")).unwrap();
    std::fs::create_dir(world.path("news")).unwrap();
    for name in ["one.txt", "two.txt"] {
        world.write(&format!("news/{name}"), &article);
    }
    world.write("news/empty.txt", "");
    let models = [
        "--model",
        "memorised-nllb",
        "--summary-model",
        "memorised-bart",
    ];
    let archive = ["bench", "--archive", "news", "--beam", "1"];
    let outcome = world.run(&[&archive[..], &models].concat()).expect_code(1);
    let line = &lines(&outcome)[0];
    assert_eq!(
        (&line["articles"], &line["failed"]),
        (&2.into(), &Value::from(1))
    );
    assert_eq!(line["beam"], 1);
    assert!(line["sentences"].as_u64().unwrap() > 2, "{line}");
    let of = |name: &str| line[name].as_f64().unwrap();
    assert!(of("total_seconds") >= of("translating_seconds"), "{line}");
    for field in [
        "translating_seconds",
        "tokens_per_second",
        "articles_per_minute",
    ] {
        assert!(of(field) > 0.0, "{field}: {line}");
    }
    // Nothing is left of it.
    let left = std::fs::read_dir(world.path("news")).unwrap().count();
    assert_eq!(left, 3);

    let outcome = world
        .run(&["bench", "--archive", "news/one.txt"])
        .expect_code(2);
    assert!(outcome.stderr.contains("--article"), "{}", outcome.stderr);
    let both = ["bench", "--archive", "news", "--article", "news/one.txt"];
    world.run(&both).expect_code(2);
}
