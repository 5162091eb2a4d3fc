//! TMX and XLIFF: well-formed, and read back letter for letter.

use audarma::document::Document;
use audarma::report::Format;
use quick_xml::events::Event;

use super::{sample, together};

/// The elements of these names: the value of an attribute, and the text.
fn elements(xml: &str, names: &[&str], attribute: &str) -> Vec<(String, String)> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut found = Vec::new();
    let mut open: Option<(String, String)> = None;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) if names.contains(&tag.name().as_ref()) => {
                let value = tag.try_get_attribute(attribute).unwrap();
                let value = value.map(|value| value.value.into_owned());
                open = Some((value.unwrap_or_default(), String::new()));
            }
            Event::End(tag) if names.contains(&tag.name().as_ref()) => found.extend(open.take()),
            Event::Text(text) => {
                if let Some((_, open)) = &mut open {
                    open.push_str(&text);
                }
            }
            Event::GeneralRef(reference) => {
                if let Some((_, open)) = &mut open {
                    let c = quick_xml::escape::resolve_predefined_entity(&reference);
                    open.push_str(c.unwrap());
                }
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

/// Sources and targets of documents, in order, without those that were not translated.
fn texts(documents: &[Document]) -> Vec<String> {
    let sentences = documents.iter().flat_map(Document::title_and_sentences);
    let texts = sentences.flat_map(|sentence| [&sentence.source, &sentence.target]);
    texts.filter(|text| !text.is_empty()).cloned().collect()
}

fn second(pairs: Vec<(String, String)>) -> Vec<String> {
    pairs.into_iter().map(|(_, text)| text).collect()
}

#[test]
fn a_memory_of_an_article() {
    let mut document = sample::article();
    document.paragraphs.truncate(1);
    insta::assert_snapshot!(together(&[document], Format::Tmx));
}

#[test]
fn an_article_for_a_translators_program() {
    let mut document = sample::article();
    document.paragraphs.truncate(3);
    insta::assert_snapshot!(together(&[document], Format::Xliff));
}

#[test]
fn texts_are_read_back_letter_for_letter() {
    let documents = [sample::article(), sample::bare()];
    let memory = together(&documents, Format::Tmx);
    assert_eq!(second(elements(&memory, &["seg"], "")), texts(&documents));
    let whole = together(&documents, Format::Xliff);
    assert_eq!(
        second(elements(&whole, &["source", "target"], "")),
        texts(&documents)
    );
    let files: Vec<String> = elements(&whole, &["file"], "original")
        .into_iter()
        .map(|(original, _)| original)
        .collect();
    assert_eq!(files, ["aksu-library.txt", "bare.txt"]);
}

#[test]
fn a_sentence_in_another_language_says_so() {
    let documents = [sample::article()];
    let memory = together(&documents, Format::Tmx);
    assert!(memory.contains("srclang=\"kk\" datatype"));
    assert!(memory.contains("<tu srclang=\"ru\">"), "{memory}");
    assert!(
        memory.contains("<tuv xml:lang=\"ru\"><seg>«Здесь"),
        "{memory}"
    );
    let whole = together(&documents, Format::Xliff);
    assert!(
        whole.contains("<note category=\"language\">ru</note>"),
        "{whole}"
    );
}

#[test]
fn hostile_text_is_text() {
    let documents = [sample::hostile()];
    for (format, names) in [
        (Format::Tmx, &["seg"][..]),
        (Format::Xliff, &["source", "target"]),
    ] {
        let xml = together(&documents, format);
        assert!(!xml.contains(|c: char| c.is_control() && c != '\n'));
        let read = second(elements(&xml, names, ""));
        assert_eq!(read.len(), texts(&documents).len());
        assert!(
            read.iter()
                .all(|text| text.contains("</p></style><script>alert(1)</script>"))
        );
    }
}

#[test]
fn no_article_is_a_whole_file_all_the_same() {
    for format in [Format::Tmx, Format::Xliff] {
        let xml = together(&[], format);
        assert!(elements(&xml, &["seg", "unit"], "").is_empty());
        assert!(xml.ends_with(">\n"));
    }
    // XLIFF has at least a file, and a file at least a unit or a group.
    let mut untitled = sample::bare();
    (untitled.title, untitled.paragraphs) = (None, Vec::new());
    for documents in [&[][..], &[untitled]] {
        let xml = together(documents, Format::Xliff);
        let group = "<file id=\"f1\"><notes><note>no article was translated</note></notes><group id=\"g1\"/></file>";
        assert_eq!(xml.matches("<file ").count(), 1);
        assert!(xml.contains(group), "{xml}");
    }
}
