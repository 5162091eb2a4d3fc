//! JSON and JSON lines: keys and their order by the contract, values untouched.

use audarma::document::{Check, Document};
use audarma::report::{Format, Style};
use serde_json::Value;

use super::{alone, sample, together};

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

fn parsed(document: &Document) -> Value {
    serde_json::from_str(&alone(document, Format::Json, &Style::default())).unwrap()
}

#[test]
fn a_whole_article() {
    insta::assert_snapshot!(alone(&sample::article(), Format::Json, &Style::default()));
}

#[test]
fn keys_are_in_a_fixed_order() {
    let value = parsed(&sample::article());
    assert_eq!(
        keys(&value),
        [
            "schema",
            "id",
            "input",
            "languages",
            "title",
            "metadata",
            "paragraphs",
            "summary",
            "models",
            "options",
            "names",
            "record",
            "seconds"
        ]
    );
    assert_eq!(
        keys(&value["input"]),
        ["path", "encoding", "format", "sha256"]
    );
    assert_eq!(keys(&value["languages"]), ["source", "target"]);
    assert_eq!(
        keys(&value["title"]),
        ["source", "target", "score", "flags", "findings"]
    );
    assert_eq!(
        keys(&value["metadata"]),
        [
            "date", "views", "section", "origin", "author", "url", "captured", "lines"
        ]
    );
    assert_eq!(keys(&value["paragraphs"][0]), ["kind", "sentences"]);
    assert_eq!(
        keys(&value["paragraphs"][0]["sentences"][0]),
        [
            "source",
            "model_input",
            "target",
            "score",
            "flags",
            "findings"
        ]
    );
    assert_eq!(
        keys(&value["summary"]),
        ["target", "method", "flags", "findings"]
    );
    assert_eq!(
        keys(&value["summary"]["findings"][0]),
        ["check", "source", "target", "message", "span", "repaired"]
    );
    assert_eq!(keys(&value["models"]), ["translation", "summary"]);
    assert_eq!(value["schema"], 1);
}

#[test]
fn what_was_not_found_is_null_or_absent() {
    let value = parsed(&sample::bare());
    assert_eq!(value["title"], Value::Null);
    assert_eq!(value["summary"], Value::Null);
    assert_eq!(keys(&value["metadata"]), ["lines"]);
    assert_eq!(keys(&value["models"]), ["translation"]);
    assert_eq!(value.get("record"), None);
}

#[test]
fn several_documents_are_an_array_even_where_they_are_one_or_none() {
    let documents = [sample::bare(), sample::article()];
    let array: Value = serde_json::from_str(&together(&documents, Format::Json)).unwrap();
    assert_eq!(
        array,
        Value::Array(vec![parsed(&documents[0]), parsed(&documents[1])])
    );
    let array: Value = serde_json::from_str(&together(&documents[..1], Format::Json)).unwrap();
    assert_eq!(array, Value::Array(vec![parsed(&documents[0])]));
    assert_eq!(together(&[], Format::Json), "[]\n");
}

#[test]
fn lines_hold_one_document_each() {
    let documents = [sample::bare(), sample::hostile(), sample::article()];
    let written = together(&documents, Format::Jsonl);
    assert!(written.ends_with('\n'));
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(lines.len(), 3);
    for (line, document) in lines.iter().zip(&documents) {
        assert_eq!(
            serde_json::from_str::<Value>(line).unwrap(),
            parsed(document)
        );
        assert_eq!(
            format!("{line}\n"),
            alone(document, Format::Jsonl, &Style::default())
        );
    }
}

#[test]
fn values_are_untouched_though_no_terminal_obeys_them() {
    let document = sample::hostile();
    let written = alone(&document, Format::Json, &Style::default());
    assert!(!written.contains(|c: char| c.is_control() && c != '\n' || c == '\u{202E}'));
    let value = parsed(&document);
    let sentence = &document.paragraphs[0].sentences[0];
    assert_eq!(
        value["paragraphs"][0]["sentences"][0]["target"],
        sentence.target.as_str()
    );
}

#[test]
fn a_document_read_back_is_the_document_that_was_written() {
    for document in [sample::article(), sample::bare(), sample::hostile()] {
        let written = alone(&document, Format::Json, &Style::default());
        let read: Document = serde_json::from_str(&written).unwrap();
        assert_eq!(read, document);
    }
}

#[test]
fn names_in_json_are_those_that_reports_show() {
    for check in Check::ALL {
        assert_eq!(serde_json::to_value(check).unwrap(), check.name());
        assert_eq!(Check::from_name(check.name()), Some(check));
    }
    let document = sample::article();
    let value = parsed(&document);
    for (paragraph, shown) in document
        .paragraphs
        .iter()
        .zip(value["paragraphs"].as_array().unwrap())
    {
        assert_eq!(shown["kind"], paragraph.kind.name());
    }
    assert_eq!(value["input"]["format"], document.input.format.name());
    assert_eq!(
        value["summary"]["method"],
        document.summary.unwrap().method.name()
    );
}
