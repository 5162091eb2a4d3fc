//! What becomes of packages: Word documents, OpenDocument texts and books.

use std::io::{Cursor, Read, Write};

use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::*;
use crate::markup::alignment::Alignment;

fn package(members: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        let method = if *name == "mimetype" {
            CompressionMethod::Stored
        } else {
            CompressionMethod::Deflated
        };
        let options = SimpleFileOptions::default().compression_method(method);
        writer.start_file(*name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn member(bytes: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

const TYPES: &str = "<?xml version=\"1.0\"?><Types><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.\
    openxmlformats-officedocument.wordprocessingml.document.main+xml\"/><Override PartName=\"/word/header1.xml\" \
    ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml\"/></Types>";
const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

fn docx(body: &str) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"{W}\"><w:body>{body}</w:body></w:document>"
    );
    let header =
        format!("<w:hdr xmlns:w=\"{W}\"><w:p><w:r><w:t>Үстіңгі жол</w:t></w:r></w:p></w:hdr>");
    package(&[
        ("[Content_Types].xml", TYPES),
        ("word/document.xml", &document),
        ("word/header1.xml", &header),
        ("word/media/a.bin", "\u{1}\u{2}"),
    ])
}

/// The body of a document whose units are translated.
fn body(body: &str, translate: impl Fn(&str) -> String) -> String {
    let found = member(
        &rebuilt(&docx(body), "a.docx", translate),
        "word/document.xml",
    );
    let (_, after) = found.split_once("<w:body>").unwrap();
    after.split_once("</w:body>").unwrap().0.to_owned()
}

fn run(properties: &str, text: &str) -> String {
    let properties = if properties.is_empty() {
        String::new()
    } else {
        format!("<w:rPr>{properties}</w:rPr>")
    };
    format!("<w:r>{properties}<w:t xml:space=\"preserve\">{text}</w:t></w:r>")
}

#[test]
fn runs_of_a_word_document_go_with_their_words() {
    let source = format!(
        "<w:p><w:pPr><w:pStyle w:val=\"Heading1\"/></w:pPr>{}{}<w:hyperlink r:id=\"rId1\">{}</w:hyperlink>{}</w:p>",
        run("", "Бір "),
        run("<w:b/>", "екі үш"),
        run("<w:u/>", " төрт"),
        run("", ", бес."),
    );
    assert_eq!(body(&source, str::to_owned), source);
    let found = body(&source, str::to_uppercase);
    let expected = format!(
        "<w:p><w:pPr><w:pStyle w:val=\"Heading1\"/></w:pPr>{}{}{}<w:hyperlink r:id=\"rId1\">{}</w:hyperlink>{}</w:p>",
        run("", "БІР "),
        run("<w:b/>", "ЕКІ ҮШ"),
        run("", " "),
        run("<w:u/>", "ТӨРТ"),
        run("", ", БЕС."),
    );
    assert_eq!(found, expected);
}

#[test]
fn what_a_program_counts_is_kept() {
    let field = |code: &str, result: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> {code} </w:instrText></w:r><w:r>\
                 <w:fldChar w:fldCharType=\"separate\"/></w:r>{}<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>",
            run("", result)
        )
    };
    let simple = |result: &str| {
        let text = run("", result);
        format!("<w:fldSimple w:instr=\" NUMPAGES \">{text}</w:fldSimple>")
    };
    let source = |text: fn(&str) -> String| {
        format!(
            "<w:p>{}{}{}</w:p><w:p>{}</w:p><w:p>{}</w:p>",
            run("", &text("Бет ")),
            field("PAGE \\* roman", "бір"),
            simple("он"),
            field("DATE", "12 мамыр"),
            field("REF мамыр", &text("сегіз")),
        )
    };
    let found = body(&source(str::to_owned), str::to_uppercase);
    assert_eq!(
        found.replace("</w:t></w:r> ", "</w:t></w:r>"),
        source(str::to_uppercase)
    );
}

#[test]
fn what_is_translated_says_that_it_is_english() {
    let properties = |tag: &str| format!("<w:b/><w:lang w:val=\"{tag}\" w:bidi=\"ar-SA\"/>");
    let source = |kk: &str, upper: fn(&str) -> String| {
        format!(
            "<w:p>{}{}</w:p>",
            run(&properties(kk), &upper("Бір ")),
            run(&properties("ru-RU"), &upper("екі."))
        )
    };
    assert_eq!(
        body(&source("kk-KZ", str::to_owned), str::to_uppercase),
        source("en-US", str::to_uppercase)
    );
    let page = |tag: &str, text: &str| {
        format!(
            "<!DOCTYPE html><html lang=\"{tag}\"><head><meta http-equiv=\"Content-Language\" content=\"{tag}\">\
             </head><body><p lang=\"ru\">{text}</p><code lang=\"kk\">сөз</code></body></html>"
        )
    };
    assert_eq!(
        in_capitals(&page("kk-KZ", "сөз"), "a.html"),
        page("en", "СӨЗ")
    );
}

#[test]
fn runs_of_the_same_properties_become_one() {
    let source = format!(
        "<w:p>{}<w:proofErr w:type=\"spellStart\"/>{}<w:proofErr w:type=\"spellEnd\"/>{}</w:p>",
        run("", "Аста"),
        run("", "на қала"),
        run("", "сы."),
    );
    let document = Document::open(&docx(&source), "a.docx", &KAZAKH).unwrap();
    assert_eq!(document.units(), ["Астана қаласы.", "Үстіңгі жол"]);
    assert_eq!(
        body(&source, str::to_owned),
        format!("<w:p>{}</w:p>", run("", "Астана қаласы."))
    );
}

#[test]
fn what_a_word_document_holds_beside_text_is_kept() {
    let note = "<w:r><w:footnoteReference w:id=\"1\"/></w:r>";
    let mark = "<w:bookmarkStart w:id=\"0\" w:name=\"a\"/>";
    let deleted = "<w:del w:id=\"2\"><w:r><w:delText>жоқ</w:delText></w:r></w:del>";
    let line_break = "<w:r><w:br/></w:r>";
    let field = |result: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> REF a </w:instrText></w:r><w:r>\
                 <w:fldChar w:fldCharType=\"separate\"/></w:r>{result}<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    };
    let boxed = |text: &str| {
        format!(
            "<w:r><w:drawing><wps:txbx><w:txbxContent><w:p>{}</w:p></w:txbxContent></wps:txbx></w:drawing></w:r>",
            run("", text)
        )
    };
    let control = |text: &str| {
        format!(
            "<w:sdt><w:sdtPr><w:id w:val=\"1\"/></w:sdtPr><w:sdtContent>{text}</w:sdtContent></w:sdt>"
        )
    };
    let cell =
        |text: &str| format!("<w:tbl><w:tr><w:tc><w:tcPr/><w:p>{text}</w:p></w:tc></w:tr></w:tbl>");
    let source = |upper: fn(&str) -> String| {
        let text = |text: &str| run("", &upper(text));
        let paragraph = format!(
            "<w:p>{mark}{}{note}{}{deleted}</w:p>",
            text("Бір"),
            text(" екі.")
        );
        format!(
            "{paragraph}{}<w:p>{}{line_break}{}</w:p><w:p>{}{}</w:p><w:p>{}</w:p>{}<w:p/><w:sectPr/>",
            cell(&text("Үш &amp; төрт")),
            text("Бес"),
            text("Алты"),
            text("Жеті "),
            field(&text("сегіз")),
            boxed(&upper("Тоғыз")),
            control(&format!("<w:p>{}</w:p>", text("Он"))),
        )
    };
    let own = source(str::to_owned);
    assert_eq!(body(&own, str::to_owned), own);
    let upper = |text: &str| text.to_uppercase().replace("&AMP;", "&amp;");
    assert_eq!(body(&own, str::to_uppercase), source(upper));
    let whole = docx(&own);
    let found = rebuilt(&whole, "a.docx", str::to_uppercase);
    assert_eq!(member(&found, "word/media/a.bin"), "\u{1}\u{2}");
    assert!(member(&found, "word/header1.xml").contains("ҮСТІҢГІ ЖОЛ"));
}

#[test]
fn fields_in_fields_are_kept_however_many() {
    let mark = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    let begin = [mark("begin"), mark("separate")].concat().repeat(3000);
    let end = mark("end").repeat(3000);
    let text = run("", "Астана қаласы.");
    let source = format!("<w:p>{begin}{text}{end}</w:p>");
    assert_eq!(body(&source, str::to_owned), source);
}

#[test]
fn an_opendocument_text_keeps_its_elements() {
    let content = |upper: fn(&str) -> String| {
        format!(
            "<?xml version=\"1.0\"?><office:document-content><office:body><office:text><text:tracked-changes><text:p>жоқ\
             </text:p></text:tracked-changes><text:h>{}</text:h><text:p text:style-name=\"a\">{}<text:s text:c=\"2\"/> \
             <text:span text:style-name=\"b\">{}</text:span><text:note><text:note-citation>1</text:note-citation><text:note-body>\
             <text:p>{}</text:p></text:note-body></text:note></text:p><text:p/><table:table><table:table-cell><text:p>{}</text:p>\
             </table:table-cell></table:table></office:text></office:body></office:document-content>",
            upper("Тақырып"),
            upper("Бір"),
            upper("екі."),
            upper("Ескерту &amp; сөз"),
            upper("Үш"),
        )
    };
    let upper = |text: &str| text.to_uppercase().replace("&AMP;", "&amp;");
    let own = content(str::to_owned);
    let bytes = package(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", &own),
    ]);
    assert_eq!(
        member(&rebuilt(&bytes, "a.odt", str::to_owned), "content.xml"),
        own
    );
    let found = rebuilt(&bytes, "a.odt", str::to_uppercase);
    assert_eq!(member(&found, "content.xml"), content(upper));
    // The type is the first member and not compressed, as the format wants it.
    assert_eq!(found.get(..80), bytes.get(..80));
}

#[test]
fn a_book_keeps_its_chapters_and_its_contents() {
    let chapter = |upper: fn(&str) -> String| {
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\"><head>\
             <title>{}</title><link rel=\"stylesheet\" href=\"a.css\"/><script>if (a &amp;&amp; b) {{}}</script></head>\n<body>\
             <p>{} <em class=\"x\">{}</em><br/>{}<img src=\"a.png\" alt=\"сурет\"/></p><hr/><pre>{}</pre><p><code>сөз</code></p></body></html>",
            upper("Тарау"),
            upper("Бір"),
            upper("екі."),
            upper("Үш."),
            upper("төрт"),
        )
    };
    let opf = |upper: fn(&str) -> String| {
        format!(
            "<package><metadata><dc:title>{}</dc:title><dc:creator>Абай</dc:creator></metadata><manifest><item href=\"b%20c.xhtml\" \
             media-type=\"application/xhtml+xml\"/><item href=\"toc.ncx\" media-type=\"application/x-dtbncx+xml\"/></manifest></package>",
            upper("Кітап"),
        )
    };
    let ncx = |upper: fn(&str) -> String| {
        format!(
            "<ncx><navLabel><text>{}</text></navLabel></ncx>",
            upper("Тарау")
        )
    };
    let container =
        "<container><rootfiles><rootfile full-path=\"OEBPS/a.opf\"/></rootfiles></container>";
    let own: fn(&str) -> String = str::to_owned;
    let bytes = package(&[
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", container),
        ("OEBPS/a.opf", &opf(own)),
        ("OEBPS/b c.xhtml", &chapter(own)),
        ("OEBPS/toc.ncx", &ncx(own)),
    ]);
    let same = rebuilt(&bytes, "a.epub", str::to_owned);
    let found = rebuilt(&bytes, "a.epub", str::to_uppercase);
    let upper: fn(&str) -> String = str::to_uppercase;
    for (name, text) in [
        ("OEBPS/a.opf", opf as fn(fn(&str) -> String) -> String),
        ("OEBPS/b c.xhtml", chapter),
        ("OEBPS/toc.ncx", ncx),
    ] {
        assert_eq!(member(&same, name), text(own));
        assert_eq!(member(&found, name), text(upper));
    }
}

#[test]
fn damaged_and_hostile_packages_are_refused() {
    let refused = |bytes: &[u8], name: &str| {
        Document::open(bytes, name, &KAZAKH)
            .unwrap_err()
            .to_string()
    };
    assert!(refused(b"PK", "a.docx").contains("damaged"));
    assert!(refused(&package(&[("a", "b")]), "a.docx").contains("damaged"));
    assert!(refused(&package(&[("a", "b")]), "a.odt").contains("content.xml"));
    assert!(
        refused(
            &package(&[("META-INF/container.xml", "<container/>")]),
            "a.epub"
        )
        .contains("describes")
    );
    assert!(refused(&docx("<w:p></w:r>"), "a.docx").contains("word/document.xml"));
    assert!(refused(&docx(&"<w:sdt>".repeat(100)), "a.docx").contains("damaged"));
    let deep = format!("{}{}", "<w:sdt>".repeat(500), "</w:sdt>".repeat(500));
    assert!(refused(&docx(&deep), "a.docx").contains("400"));
    let large = format!("<w:rPr>{}</w:rPr>", "<w:b/>".repeat(1_000));
    let run = format!("<w:p><w:r>{large}{}</w:r></w:p>", "<w:tab/>".repeat(1_000));
    assert!(refused(&docx(&run), "a.docx").contains("properties"));
    let names: Vec<String> = (0..10_001).map(|at| at.to_string()).collect();
    let members: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    assert!(refused(&package(&members), "a.docx").contains("10000"));
    let large = "<a/>".repeat(17 << 20);
    assert!(refused(&package(&[("content.xml", &large)]), "a.odt").contains("bytes"));
}

#[test]
fn files_of_other_programs_are_translated_and_read_again() {
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut count = 0;
    for folder in ["article", "foreign"] {
        for entry in std::fs::read_dir(fixtures.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let ending = name.rsplit('.').next().unwrap();
            if !["docx", "odt", "epub", "html", "md", "srt", "vtt"].contains(&ending) {
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let document = Document::open(&bytes, name, &KAZAKH).unwrap();
            count += 1;
            let units = document.units();
            let again = |bytes: &[u8]| {
                let again = Document::open(bytes, name, &KAZAKH).unwrap();
                again.units().to_vec()
            };
            assert_eq!(
                again(&rebuilt(&bytes, name, str::to_owned)),
                units,
                "{name}"
            );
            let found = again(&rebuilt(&bytes, name, |unit| format!("{unit} ҚОСЫМША")));
            let added = found.iter().filter(|unit| unit.contains("ҚОСЫМША")).count();
            assert!(
                added * 100 >= units.len() * 90,
                "{name}: {added} of {}",
                units.len()
            );
        }
    }
    assert!(count >= 8, "{count}");
}

proptest! {
    #[test]
    fn any_xml_of_a_word_document_is_kept_or_refused(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:t>сөз</w:t>", "<w:t xml:space=\"preserve\"> бар. </w:t>", "<w:br/>",
            "<w:rPr><w:b/></w:rPr>", "<w:hyperlink>", "</w:hyperlink>", "<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>",
            "<w:fldChar w:fldCharType=\"begin\"/>", "<w:fldChar w:fldCharType=\"separate\"/>", "<w:fldChar w:fldCharType=\"end\"/>",
            "<w:drawing>", "</w:drawing>", "<w:tab/>", "&amp;", "<!-- а -->",
        ]), 0..24),
    ) {
        let source = pieces.concat();
        if let Ok(document) = Document::open(&docx(&source), "a.docx", &KAZAKH) {
            let units: Vec<_> = document.units().iter().map(|unit| translation(unit.to_uppercase())).collect();
            let found = member(&document.rebuild(&units).unwrap(), "word/document.xml");
            prop_assert!(xml::tokens(&found, "a").is_ok(), "{}", found);
            let count = |text: &str, what: &str| text.matches(what).count();
            for what in ["<w:p>", "<w:hyperlink>", "<w:sdt>", "begin", "separate", "<w:drawing>", "<w:br/>", "<w:tab/>"] {
                prop_assert_eq!(count(&found, what), count(&source, what), "{}\n{}", what, found);
            }
        }
    }

    #[test]
    fn tabs_and_breaks_keep_their_order(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "<w:t>сөз</w:t>", "<w:t xml:space=\"preserve\"> бар </w:t>", "<w:t>Ауыл.</w:t>", "<w:br/>", "<w:tab/>",
            "<w:br w:type=\"page\"></w:br>", "</w:r><w:r><w:rPr><w:b/></w:rPr>", "</w:r><w:r>",
            "</w:r><w:hyperlink><w:r><w:t>сілтеме</w:t></w:r></w:hyperlink><w:r>",
        ]), 0..16),
        kind in 0..4_usize,
        weights in prop::collection::vec(0.0_f32..1.0, 64),
    ) {
        let source = format!("<w:p><w:r>{}</w:r></w:p>", pieces.concat());
        let document = Document::open(&docx(&source), "a.docx", &KAZAKH).unwrap();
        let translated = |unit: &String| {
            let words = || unit.split(' ');
            let target = match kind {
                0 => unit.to_uppercase(),
                1 => "no".to_owned(),
                2 => words().rev().collect::<Vec<_>>().join(" "),
                _ => words().flat_map(|word| [word, "and"]).collect::<Vec<_>>().join(" "),
            };
            let (rows, columns) = (target.split(' ').count(), words().count());
            let all = weights.iter().copied().cycle().take(rows * columns);
            let alignment = Alignment::new(columns, rows, all.collect());
            TranslatedUnit { target, alignment: alignment.filter(|_| weights[0] > 0.3) }
        };
        let units: Vec<_> = document.units().iter().map(translated).collect();
        let found = member(&document.rebuild(&units).unwrap(), "word/document.xml");
        let marks = |text: &str| {
            let places = text.match_indices("<w:br").chain(text.match_indices("<w:tab"));
            let mut places: Vec<_> = places.map(|(at, mark)| (at, mark.to_owned())).collect();
            places.sort();
            places.into_iter().map(|(_, mark)| mark).collect::<String>()
        };
        prop_assert_eq!(marks(&found), marks(&source), "{}\n{}", source, found);
    }
}
