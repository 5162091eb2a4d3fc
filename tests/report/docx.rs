//! Word: the parts are well-formed, and the texts are read back letter for letter.

use std::io::Read;

use audarma::document::Document;
use audarma::report::{Format, Layout, Style, write, write_all};
use quick_xml::events::Event;

use super::sample;

fn document(document: &Document, layout: Layout) -> Vec<u8> {
    let style = Style {
        layout,
        ..Style::default()
    };
    let mut out = Vec::new();
    write(document, Format::Docx, &style, &mut out).unwrap();
    out
}

fn part(docx: &[u8], name: &str) -> String {
    let mut package = zip::ZipArchive::new(std::io::Cursor::new(docx)).unwrap();
    let mut part = String::new();
    package
        .by_name(name)
        .unwrap()
        .read_to_string(&mut part)
        .unwrap();
    part
}

/// The texts of all paragraphs outside tables, and of the cells of each row.
fn texts(docx: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
    let xml = part(docx, "word/document.xml");
    let mut reader = quick_xml::Reader::from_str(&xml);
    let (mut blocks, mut rows) = (Vec::new(), Vec::<Vec<String>>::new());
    let (mut in_table, mut in_text) = (false, false);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => match tag.name().as_ref() {
                "w:tbl" => in_table = true,
                "w:tr" => rows.push(Vec::new()),
                "w:tc" => rows.last_mut().unwrap().push(String::new()),
                "w:p" if !in_table => blocks.push(String::new()),
                "w:t" => in_text = true,
                _ => {}
            },
            Event::End(tag) => match tag.name().as_ref() {
                "w:tbl" => in_table = false,
                "w:t" => in_text = false,
                _ => {}
            },
            Event::Text(text) if in_text => {
                let text = text.to_string();
                let to = if in_table {
                    rows.last_mut().and_then(|row| row.last_mut())
                } else {
                    blocks.last_mut()
                };
                to.unwrap().push_str(&text);
            }
            Event::GeneralRef(name) if in_text => {
                let c = quick_xml::escape::resolve_predefined_entity(&name).unwrap();
                let to = if in_table {
                    rows.last_mut().and_then(|row| row.last_mut())
                } else {
                    blocks.last_mut()
                };
                to.unwrap().push_str(c);
            }
            Event::Eof => return (blocks, rows),
            _ => {}
        }
    }
}

#[test]
fn both_languages_stand_side_by_side_letter_for_letter() {
    let article = sample::article();
    let (blocks, rows) = texts(&document(&article, Layout::Columns));
    assert_eq!(blocks[0], "Library with 52,000 books reopens in Aksu");
    assert_eq!(blocks[1], "Ақсуда 52 мың кітабы бар кітапхана қайта ашылды");
    assert_eq!(
        blocks[2],
        "2024-05-15 · CULTURE · Сауле Бекқызы · example.kz · https://example.kz/madeniet/1204"
    );
    assert_eq!(rows[0], ["Kazakh", "English"]);
    let sources: Vec<String> = article
        .paragraphs
        .iter()
        .map(|paragraph| {
            let sentences = paragraph.sentences.iter();
            sentences
                .map(|sentence| sentence.source.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    let read: Vec<&str> = rows[1..].iter().map(|row| row[0].as_str()).collect();
    assert_eq!(read, sources);
    assert_eq!(rows[4][1], "What has changed");
}

#[test]
fn what_is_in_another_language_says_so() {
    let mut article = sample::article();
    let quote = "“You can work here all day now,” says student Marina Li. [from Russian]";
    for layout in [Layout::Columns, Layout::English] {
        let docx = document(&article, layout);
        let (blocks, rows) = texts(&docx);
        let all = blocks.iter().chain(rows.iter().flatten());
        assert!(all.into_iter().any(|text| text.contains(quote)));
        let said = blocks.iter().any(|block| block.contains("translated from"));
        assert!(!said, "an article in Kazakh");
    }
    let xml = part(&document(&article, Layout::Columns), "word/document.xml");
    let russian = "<w:lang w:val=\"ru\" w:bidi=\"ru\"/></w:rPr><w:t xml:space=\"preserve\">«Здесь";
    assert!(xml.contains(russian), "{xml}");
    assert!(!xml.contains("<w:bidi/>") && !xml.contains("<w:rtl/>"));

    article.languages.source = "rus_Cyrl".to_owned();
    article.paragraphs[0].sentences[0].language = Some("uig_Arab".to_owned());
    let docx = document(&article, Layout::Columns);
    let (blocks, _) = texts(&docx);
    let facts = "example.kz · translated from Russian · https://example.kz/madeniet/1204";
    assert!(blocks[2].ends_with(facts), "{}", blocks[2]);
    let xml = part(&docx, "word/document.xml");
    assert_eq!(
        xml.matches("<w:bidi/>").count(),
        1,
        "the paragraph's source"
    );
    let uyghur = "<w:rtl/><w:lang w:val=\"ug\" w:bidi=\"ug\"/>";
    assert_eq!(xml.matches(uyghur).count(), 1);
}

#[test]
fn what_checks_saw_is_above_the_text_and_numbered_in_it() {
    let (blocks, rows) = texts(&document(&sample::article(), Layout::Columns));
    let at = blocks
        .iter()
        .position(|block| block == "Where to be careful")
        .unwrap();
    assert_eq!(
        blocks[at + 2],
        "2. numbers: “1,8 млрд” has no counterpart in the translation; “18 billion” has no \
         counterpart in the source"
    );
    assert!(
        rows[1][1].contains("which took 14 months.[2] Its collection"),
        "{}",
        rows[1][1]
    );
    let (blocks, _) = texts(&document(&sample::bare(), Layout::Columns));
    assert!(
        blocks
            .iter()
            .any(|block| block.starts_with("No check found anything"))
    );
}

#[test]
fn the_english_alone_has_no_table_and_no_source() {
    let docx = document(&sample::article(), Layout::English);
    let (blocks, rows) = texts(&docx);
    assert!(rows.is_empty());
    assert!(
        blocks
            .iter()
            .any(|block| block.starts_with("On Wednesday the renovated"))
    );
    assert!(!part(&docx, "word/document.xml").contains("оқырмандарға"));
}

#[test]
fn every_part_is_well_formed_whatever_the_text() {
    let mut several = Vec::new();
    let documents = [sample::hostile(), sample::article()];
    write_all(&documents, Format::Docx, &Style::default(), &mut several).unwrap();
    for docx in [document(&sample::hostile(), Layout::English), several] {
        let mut package = zip::ZipArchive::new(std::io::Cursor::new(&docx)).unwrap();
        for index in 0..package.len() {
            let mut xml = String::new();
            package
                .by_index(index)
                .unwrap()
                .read_to_string(&mut xml)
                .unwrap();
            assert!(!xml.contains(|c: char| c.is_control() && c != '\n'));
            let mut reader = quick_xml::Reader::from_str(&xml);
            reader.config_mut().check_end_names = true;
            while reader.read_event().unwrap() != Event::Eof {}
        }
        let (blocks, _) = texts(&docx);
        assert!(blocks[0].contains("</p></style><script>alert(1)</script>"));
    }
}
