//! The sentence splitters against hand-made hard cases, and their promises for any text.

use audarma::language::{ENGLISH, GENERIC, KAZAKH, RUSSIAN};
use audarma::segment;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use unicode_segmentation::UnicodeSegmentation;

type Splitter = fn(&str) -> Vec<&str>;

fn sentences(text: &str) -> Vec<&str> {
    segment::sentences(text, &KAZAKH)
}

fn russian_sentences(text: &str) -> Vec<&str> {
    segment::sentences(text, &RUSSIAN)
}

fn english_sentences(text: &str) -> Vec<&str> {
    segment::sentences(text, &ENGLISH)
}

/// Where a sentence begins, in gold files.
const BOUNDARY: char = '‖';

fn cases(gold: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_case = |line: &str| !line.is_empty() && !line.starts_with('#');
    gold.lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line))
        .filter(move |case| is_case(case.1))
}

/// Every case that the splitter gets wrong, with what it makes of it.
fn failures(gold: &str, split: Splitter) -> String {
    cases(gold).fold(String::new(), |mut failures, (number, case)| {
        let found = split(&case.replace(BOUNDARY, "")).join("‖");
        if found != case {
            let _ = write!(
                failures,
                "\nline {number}\n  wanted {case}\n  found  {found}"
            );
        }
        failures
    })
}

#[test]
fn every_hard_case_of_kazakh_is_split_right() {
    let gold = include_str!("../fixtures/segment/gold.txt");
    assert!(cases(gold).count() >= 150);
    let failures = failures(gold, sentences);
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn every_hard_case_of_russian_is_split_right() {
    let gold = include_str!("../fixtures/segment/russian.txt");
    assert!(cases(gold).count() >= 15);
    let failures = failures(gold, russian_sentences);
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn every_hard_case_of_english_is_split_right() {
    let gold = include_str!("../fixtures/segment/english.txt");
    assert!(cases(gold).count() >= 40);
    let failures = failures(gold, english_sentences);
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn no_text_gives_no_sentences_and_marks_alone_give_one() {
    assert!(sentences("").is_empty());
    assert_eq!(sentences("  "), ["  "]);
    assert_eq!(sentences("* * * …"), ["* * * …"]);
}

#[test]
fn marks_left_over_go_with_the_last_sentence() {
    assert_eq!(
        sentences("Жиын бітті. Ел тарады. – …"),
        ["Жиын бітті. ", "Ел тарады. – …"]
    );
}

#[test]
fn a_line_end_ends_a_sentence() {
    assert_eq!(
        sentences("Тақырып\nЖиын өтті."),
        ["Тақырып\n", "Жиын өтті."]
    );
}

#[test]
fn scripts_without_rules_of_their_own_follow_unicode() {
    assert_eq!(sentences("这是一。这是二。"), ["这是一。", "这是二。"]);
}

/// UAX #29's look-ahead makes the library quadratic here: minutes, where this takes no time.
#[test]
fn long_runs_of_one_character_are_no_trouble() {
    for run in [
        ".", ") ", " ", "\"", "«", "(", ". ", "а.", "! ", "…–", "1. ", "А. ", "а. ",
    ] {
        let text = format!("сөз. {}", run.repeat(100_000));
        assert_eq!(sentences(&text).concat(), text);
    }
}

/// Text that looks like the press: words, stops, marks and blanks in any order.
fn press() -> impl Strategy<Value = String> {
    const PARTS: &[&str] = &[
        "сөз",
        "Ол",
        "А",
        "ж",
        "млрд",
        "15",
        "№",
        "XVIII",
        ".",
        "...",
        "…",
        "!",
        "?",
        ",",
        ":",
        " ",
        " ",
        " ",
        "–",
        "-",
        "«",
        "»",
        "\"",
        "“",
        "”",
        "(",
        ")",
        "[1]",
        "https://a.kz/x",
        "www.a.kz",
        "a@b.kz",
        "т.б",
        "gov.kz",
        "a@b.kz",
        "https://a.kz/?b",
        "\n",
        "\u{ad}",
        "\u{a0}",
        "e\u{301}",
        "。",
        "'",
    ];
    prop::collection::vec(prop::sample::select(PARTS), 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn nothing_is_lost_of_any_text(text in any::<String>()) {
        prop_assert_eq!(sentences(&text).concat(), text.as_str());
        prop_assert_eq!(russian_sentences(&text).concat(), text.as_str());
        prop_assert_eq!(english_sentences(&text).concat(), text.as_str());
        prop_assert_eq!(segment::sentences(&text, &GENERIC).concat(), text.as_str());
    }

    #[test]
    fn nothing_is_lost_of_text_like_the_press(text in press()) {
        let found = sentences(&text);
        prop_assert_eq!(found.concat(), text.as_str());
        if found.len() > 1 {
            prop_assert!(found.iter().all(|piece| piece.contains(char::is_alphanumeric)));
        }
    }

    #[test]
    fn a_piece_never_begins_with_white_space(text in press()) {
        prop_assert!(sentences(&text).iter().skip(1).all(|piece| !piece.starts_with(char::is_whitespace)));
    }
}

/// Boundaries as numbers of visible characters before them, so that blanks do not matter.
fn boundaries<'a>(pieces: impl IntoIterator<Item = &'a str>) -> BTreeSet<usize> {
    let mut visible = 0;
    let mut found: BTreeSet<usize> = pieces
        .into_iter()
        .map(|piece| {
            visible += piece.chars().filter(|c| !c.is_whitespace()).count();
            visible
        })
        .collect();
    found.remove(&visible);
    found
}

/// Prints precision, recall and F1 of boundaries on a file in the format of the gold files, named
/// by `SEGMENT_GOLD`; `SEGMENT_LANGUAGE=en` measures the English splitter.
///
/// `SEGMENT_GOLD=… cargo test --test reading sentences -- --ignored --nocapture`
#[test]
#[ignore = "needs a file of real text, named by SEGMENT_GOLD"]
fn boundaries_in_real_text() {
    let path = std::env::var("SEGMENT_GOLD").expect("SEGMENT_GOLD names a file");
    let gold = std::fs::read_to_string(&path).expect("SEGMENT_GOLD can be read");
    let english = std::env::var("SEGMENT_LANGUAGE").is_ok_and(|language| language == "en");
    let unicode: Splitter = |text| text.split_sentence_bounds().collect();
    let ours: Splitter = if english {
        english_sentences
    } else {
        sentences
    };
    for (name, split) in [("audarma", ours), ("UAX #29 alone", unicode)] {
        let (mut right, mut extra, mut missed) = (0, 0, 0);
        for (_, case) in cases(&gold) {
            let wanted = boundaries(case.split(BOUNDARY));
            let found = boundaries(split(&case.replace(BOUNDARY, "")));
            right += found.intersection(&wanted).count();
            extra += found.difference(&wanted).count();
            missed += wanted.difference(&found).count();
        }
        let share = |part: usize, other: usize| part as f64 / (part + other).max(1) as f64;
        let (precision, recall) = (share(right, extra), share(right, missed));
        println!(
            "{name}: {right} right, {extra} extra, {missed} missed; precision {precision:.4}, \
             recall {recall:.4}, F1 {:.4}",
            2.0 * precision * recall / (precision + recall)
        );
    }
}
