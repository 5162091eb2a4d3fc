//! CSV: a row a sentence, read back by the `csv` crate letter for letter.

use audarma::document::Document;
use audarma::report::{Format, Style};

use super::{alone, sample, together};

/// The records below the names, read back.
fn records(table: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let records = reader.records();
    records
        .map(|record| record.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

fn table(document: &Document) -> String {
    alone(document, Format::Csv, &Style::default())
}

#[test]
fn a_whole_article() {
    insta::assert_snapshot!(table(&sample::article()));
}

#[test]
fn title_and_sentences_are_read_back_letter_for_letter() {
    let document = sample::article();
    let records = records(&table(&document));
    let texts: Vec<(&str, &str)> = records
        .iter()
        .map(|record| (record[5].as_str(), record[6].as_str()))
        .collect();
    let written: Vec<(&str, &str)> = document
        .title_and_sentences()
        .map(|sentence| (sentence.source.as_str(), sentence.target.as_str()))
        .collect();
    assert_eq!(texts, written);
    assert_eq!(records[0][4], "title");
    assert_eq!(records[4][4], "caption");
    assert_eq!(records[2][7].parse::<f64>().unwrap(), -0.25);
}

#[test]
fn several_articles_share_one_line_of_names() {
    let table = together(&[sample::article(), sample::bare()], Format::Csv);
    assert_eq!(table.matches("id,date,section").count(), 1);
    let last = records(&table).pop().unwrap();
    assert_eq!(last[0], "bare.txt");
    assert_eq!(together(&[], Format::Csv).lines().count(), 1);
}

#[test]
fn what_a_spreadsheet_would_take_for_a_formula_keeps_its_letters() {
    let mut document = sample::bare();
    for text in [
        "=1+1",
        "+7 701",
        "-5 °C",
        "@aqsu",
        "\"=cmd|' /C calc'!A0\"",
        "a\tb, c",
    ] {
        document.paragraphs[0].sentences[0].source = text.to_owned();
        let record = records(&table(&document)).pop().unwrap();
        assert_eq!(record[5], text.replace('\t', " "));
    }
}

#[test]
fn hostile_text_adds_neither_rows_nor_columns_nor_commands() {
    let document = sample::hostile();
    let table = table(&document);
    assert!(!table.contains(|c: char| c.is_control() && c != '\n'));
    let records = records(&table);
    assert_eq!(records.len(), document.title_and_sentences().count());
    assert_eq!(table.lines().count(), records.len() + 1);
}
