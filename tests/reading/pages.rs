//! Pages after the structure of many news sites, made by tests/reference/pages.py: what is read of each
//! is compared with what it holds.

use std::collections::BTreeMap;
use std::path::Path;

use crate::as_kazakh;
use audarma::article;
use serde_json::{Value, json};

const FOLDER: &str = "tests/fixtures/pages";

/// The pages by name, and what each holds.
fn pages() -> Vec<(String, String, Value)> {
    let folder = Path::new(FOLDER);
    let expected = std::fs::read_to_string(folder.join("expected.json")).expect("the expectations");
    let expected: BTreeMap<String, Value> = serde_json::from_str(&expected).expect("JSON");
    let page =
        |name: &str| std::fs::read_to_string(folder.join(format!("{name}.html"))).expect("a page");
    expected
        .into_iter()
        .map(|(name, expected)| (name.clone(), page(&name), expected))
        .collect()
}

/// What was read of a page, in the form of the expectations; `origin` only where that is expected.
fn read(name: &str, page: &str, expected: &Value) -> Value {
    // Latin script is respelt by letters that a page as Kazakh in Cyrillic does not have.
    let name = if page.starts_with("<!--") {
        name.to_owned()
    } else {
        format!("{name}.html")
    };
    let article = match article::read(page.as_bytes(), &name, &as_kazakh()) {
        Ok(article) => article,
        Err(error) => return json!({ "error": error.to_string() }),
    };
    let mut read = json!({
        "site": expected["site"],
        "title": article.title,
        "paragraphs": article.paragraphs.iter().map(|one| json!([one.kind.name(), one.text])).collect::<Vec<_>>(),
    });
    let metadata = article.metadata;
    for (key, value) in [
        ("date", json!(metadata.date)),
        ("author", json!(metadata.author)),
        ("section", json!(metadata.section)),
        ("views", json!(metadata.views)),
        ("url", json!(metadata.url)),
        ("captured", json!(metadata.captured)),
        ("origin", json!(metadata.origin)),
    ] {
        if !value.is_null() && (key != "origin" || !expected["origin"].is_null()) {
            read[key] = value;
        }
    }
    read
}

#[test]
fn pages_of_many_sites_are_read_as_they_are() {
    let mut wrong = Vec::new();
    for (name, page, expected) in pages() {
        let read = read(&name, &page, &expected);
        let keys: Vec<&String> = [&read, &expected]
            .into_iter()
            .flat_map(|one| one.as_object().expect("an object").keys())
            .collect();
        for key in keys {
            let line = format!(
                "{name}: {key}: {:#}, expected {:#}",
                read[key], expected[key]
            );
            if read[key] != expected[key] && !wrong.contains(&line) {
                wrong.push(line);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Words of a text with how often each occurs.
fn words(text: &str) -> BTreeMap<&str, usize> {
    let mut words = BTreeMap::new();
    for word in text.split_whitespace() {
        *words.entry(word).or_default() += 1;
    }
    words
}

/// Words that two texts share, each as often as it is in both.
fn shared(one: &str, other: &str) -> usize {
    let other = words(other);
    let counts = words(one).into_iter();
    counts
        .map(|(word, count)| count.min(other.get(word).copied().unwrap_or_default()))
        .sum()
}

/// Precision and recall of the words of bodies, beside a readability library alone.
///
/// `cargo test --test reading pages::words_of_bodies -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn words_of_bodies() {
    let mut sums = [[0_usize; 3]; 2];
    for (name, page, expected) in pages() {
        let texts = |value: &Value| {
            let paragraphs = value["paragraphs"].as_array().cloned().unwrap_or_default();
            let texts = paragraphs
                .iter()
                .filter_map(|one| one[1].as_str().map(str::to_owned));
            texts.collect::<Vec<_>>().join("\n")
        };
        let right = texts(&expected);
        let ours = texts(&read(&name, &page, &expected));
        let library = dom_smoothie::Readability::new(page.as_str(), None, None)
            .and_then(|mut readability| readability.parse())
            .map(|article| article.text_content.to_string())
            .unwrap_or_default();
        for (sum, found) in sums.iter_mut().zip([ours, library]) {
            sum[0] += shared(&found, &right);
            sum[1] += found.split_whitespace().count();
            sum[2] += right.split_whitespace().count();
        }
    }
    for (name, [shared, found, right]) in ["this reader", "dom_smoothie"].into_iter().zip(sums) {
        let (precision, recall) = (shared as f64 / found as f64, shared as f64 / right as f64);
        let f = 2.0 * precision * recall / (precision + recall);
        println!("{name}: precision {precision:.3}, recall {recall:.3}, F {f:.3}");
    }
}
