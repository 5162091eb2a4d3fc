//! Excel: the parts are well-formed, and the cells are read back letter for letter.

use std::collections::BTreeMap;
use std::io::Read;

use audarma::document::Document;
use audarma::report::{Format, Style, write_all};
use quick_xml::events::Event;

use super::sample;

/// A cell: its type (`inlineStr` is text, empty a number), and what it holds.
type Cell = (String, String);

fn workbook(documents: &[Document]) -> Vec<u8> {
    let mut out = Vec::new();
    write_all(documents, Format::Xlsx, &Style::default(), &mut out).unwrap();
    out
}

fn part(workbook: &[u8], name: &str) -> String {
    let mut package = zip::ZipArchive::new(std::io::Cursor::new(workbook)).unwrap();
    let mut part = String::new();
    let mut file = package.by_name(name).unwrap();
    file.read_to_string(&mut part).unwrap();
    part
}

/// The rows of a sheet, by their columns' letters; the sheets are the sentences and the articles.
fn rows(workbook: &[u8], sheet: usize) -> Vec<BTreeMap<char, Cell>> {
    let xml = part(workbook, &format!("xl/worksheets/sheet{sheet}.xml"));
    let mut reader = quick_xml::Reader::from_str(&xml);
    let mut rows: Vec<BTreeMap<char, Cell>> = Vec::new();
    let mut open: Option<(char, Cell)> = None;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) if tag.name().as_ref() == "row" => rows.push(BTreeMap::new()),
            Event::Start(tag) if tag.name().as_ref() == "c" => {
                let value = |name: &str| {
                    let attribute = tag.try_get_attribute(name).unwrap();
                    attribute
                        .map(|attribute| attribute.value.into_owned())
                        .unwrap_or_default()
                };
                let column = value("r").chars().next().unwrap();
                open = Some((column, (value("t"), String::new())));
            }
            Event::End(tag) if tag.name().as_ref() == "c" => {
                let row = rows.last_mut().unwrap();
                row.extend(open.take());
            }
            Event::Start(tag) => assert_ne!(tag.name().as_ref(), "f"),
            Event::Text(text) => {
                if let Some((_, (_, open))) = &mut open {
                    open.push_str(&text);
                }
            }
            Event::GeneralRef(reference) => {
                if let Some((_, (_, open))) = &mut open {
                    let c = quick_xml::escape::resolve_predefined_entity(&reference);
                    open.push_str(c.unwrap());
                }
            }
            Event::Eof => return rows,
            _ => {}
        }
    }
}

fn text(row: &BTreeMap<char, Cell>, column: char) -> String {
    row.get(&column)
        .map(|(_, text)| text.clone())
        .unwrap_or_default()
}

#[test]
fn title_and_sentences_are_read_back_letter_for_letter() {
    let document = sample::article();
    let rows = rows(&workbook(&[document.clone(), sample::bare()]), 1);
    assert_eq!(
        [text(&rows[0], 'E'), text(&rows[0], 'F')],
        ["kind", "source"]
    );
    let read: Vec<(String, String)> = rows[1..]
        .iter()
        .map(|row| (text(row, 'F'), text(row, 'G')))
        .collect();
    let bare = sample::bare();
    let sentences = document.title_and_sentences().chain(bare.sentences());
    let written: Vec<(String, String)> = sentences
        .map(|sentence| (sentence.source.clone(), sentence.target.clone()))
        .collect();
    assert_eq!(read, written);
    assert_eq!(rows[1][&'H'], (String::new(), String::from("-0.25")));
}

#[test]
fn a_sheet_lists_the_articles() {
    let rows = rows(&workbook(&[sample::article(), sample::bare()]), 2);
    let cells: Vec<String> = ('A'..='I').map(|column| text(&rows[1], column)).collect();
    assert_eq!(
        cells,
        [
            "aksu-library.txt",
            "Ақсуда 52 мың кітабы бар кітапхана қайта ашылды",
            "Library with 52,000 books reopens in Aksu",
            "2024-05-15",
            "CULTURE",
            "Сауле Бекқызы",
            "https://example.kz/madeniet/1204",
            &sample::article().summary.unwrap().target,
            "numbers, names, quotes, empty",
        ]
    );
    assert_eq!(text(&rows[2], 'A'), "bare.txt");
    assert_eq!(rows.len(), 3);
}

#[test]
fn what_looks_like_a_formula_or_markup_is_text() {
    let texts = [
        "=1+1",
        "+7 701",
        "-5",
        "@aqsu",
        "=HYPERLINK(\"http://evil.example\")",
        "https://example.kz",
        "<b>&amp;</b> ]]>",
        "2024-05-15",
        "1,5",
        "TRUE",
    ];
    let mut document = sample::bare();
    let mut title = document.paragraphs[0].sentences[0].clone();
    let sentences = texts.map(|text| {
        let mut sentence = title.clone();
        (sentence.source, sentence.target) = (text.to_owned(), text.to_owned());
        sentence
    });
    document.paragraphs[0].sentences = sentences.to_vec();
    title.target = "=cmd|' /C calc'!A0".to_owned();
    document.title = Some(title);
    let workbook = workbook(&[document]);
    let sentences = rows(&workbook, 1);
    for (expected, row) in texts.iter().zip(&sentences[2..]) {
        for column in ['F', 'G'] {
            let cell = (String::from("inlineStr"), (*expected).to_owned());
            assert_eq!(row[&column], cell);
        }
    }
    let title = &rows(&workbook, 2)[1][&'C'];
    assert_eq!(title.0, "inlineStr");
    assert_eq!(title.1, "=cmd|' /C calc'!A0");
}

#[test]
fn hostile_text_stays_in_its_cells() {
    let document = sample::hostile();
    let rows = rows(&workbook(std::slice::from_ref(&document)), 1);
    assert_eq!(rows.len() - 1, document.title_and_sentences().count());
    for (_, text) in rows.iter().flat_map(BTreeMap::values) {
        assert!(!text.contains(char::is_control));
    }
}

#[test]
fn the_same_articles_give_the_same_bytes_and_none_a_workbook() {
    let documents = [sample::article()];
    assert!(workbook(&documents) == workbook(&documents));
    assert_eq!(rows(&workbook(&[]), 2).len(), 1);
    assert!(part(&workbook(&[]), "xl/workbook.xml").contains("'articles'!$A$1:$I$1"));
}
