//! Markdown: snapshots, and that no text of a document becomes markup in the eyes of a parser.

use audarma::document::{Check, Document, ParagraphKind, Summary, SummaryMethod};
use audarma::report::{Format, Style};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{alone, sample, together};

fn markdown(document: &Document) -> String {
    alone(document, Format::Markdown, &Style::default())
}

/// The texts of all blocks in order, notes and list items included; fails on anything that only a
/// document's text could have made.
fn blocks(markdown: &str) -> Vec<String> {
    let mut blocks = vec![String::new()];
    for event in Parser::new_ext(markdown, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
        match event {
            Event::Text(text) => blocks.last_mut().unwrap().push_str(&text),
            Event::Start(Tag::Heading {
                classes,
                attrs,
                id: None,
                ..
            }) => {
                assert!(classes.is_empty() && attrs.is_empty());
                blocks.push(String::new());
            }
            Event::Start(Tag::Paragraph | Tag::Item) => blocks.push(String::new()),
            Event::Start(
                Tag::List(_) | Tag::Emphasis | Tag::Strong | Tag::FootnoteDefinition(_),
            )
            | Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::List(_)
                | TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::FootnoteDefinition,
            )
            | Event::FootnoteReference(_)
            | Event::Rule => {}
            other => panic!("{other:?} in\n{markdown}"),
        }
    }
    blocks.retain(|block| !block.is_empty());
    blocks
}

#[test]
fn a_whole_article() {
    insta::assert_snapshot!(markdown(&sample::article()));
}

#[test]
fn neither_title_nor_metadata_nor_summary() {
    insta::assert_snapshot!(markdown(&sample::bare()));
}

#[test]
fn several_documents_are_named_and_parted_by_rules() {
    let mut short = sample::article();
    short.paragraphs.truncate(1);
    insta::assert_snapshot!(together(
        &[short.clone(), sample::bare(), short],
        Format::Markdown
    ));
}

#[test]
fn a_parser_sees_the_texts_of_the_article_as_they_stand() {
    let blocks = blocks(&markdown(&sample::article()));
    assert_eq!(blocks[0], "Library with 52,000 books reopens in Aksu");
    assert!(blocks.contains(
        &"the timetable is at https://example.org/ashyq-esik?year=2024&lang=kk".to_owned()
    ));
}

#[test]
fn hostile_text_makes_no_markup() {
    let documents = [sample::hostile(), sample::hostile()];
    let blocks = blocks(&together(&documents, Format::Markdown));
    assert!(
        blocks
            .iter()
            .any(|block| block.contains("<script>alert(1)</script>"))
    );
}

#[test]
fn a_bullet_or_number_of_the_article_is_the_lists_own() {
    let mut document = sample::bare();
    document.paragraphs[0].kind = ParagraphKind::List;
    for (target, line) in [
        ("* One", "- One"),
        ("2) Two", "2) Two"),
        ("# Three", "- \\# Three"),
    ] {
        document.paragraphs[0].sentences[0].target = target.to_owned();
        assert!(
            markdown(&document).lines().any(|shown| shown == line),
            "{target}"
        );
    }
}

proptest! {
    #[test]
    fn no_text_becomes_markup(text in r"[a-b1-2 \\`*_\[\]<>&~|$#!:./{}()+=^\-w@;\n\t]{1,24}") {
        let shown = text.replace(['\n', '\t'], " ");
        let shown = shown.trim();
        prop_assume!(!shown.is_empty());

        let mut document = sample::bare();
        let mut sentence = document.paragraphs[0].sentences[0].clone();
        sentence.target = text.clone();
        let failed = audarma::document::Sentence {
            flags: vec![Check::Numbers],
            source: text.clone(),
            ..sentence.clone()
        };
        document.title = Some(failed.clone());
        document.metadata.origin = Some(text.clone());
        document.summary =
            Some(Summary { target: text.clone(), method: SummaryMethod::Extractive, flags: vec![Check::Names], findings: Vec::new() });
        document.paragraphs[0].sentences = vec![sentence.clone(), failed.clone()];
        for kind in [ParagraphKind::Heading, ParagraphKind::Caption, ParagraphKind::List] {
            let mut paragraph = document.paragraphs[0].clone();
            paragraph.kind = kind;
            document.paragraphs.push(paragraph);
        }

        let blocks = blocks(&markdown(&document));
        let twice = format!("{shown} {shown}");
        prop_assert_eq!(&blocks[..7], &[
            shown.to_owned(),
            shown.to_owned(),
            "Summary".to_owned(),
            shown.to_owned(),
            "Text".to_owned(),
            twice.clone(),
            twice.clone(),
        ]);
        prop_assert_eq!(&blocks[7], &format!("Caption: {twice}"));
        prop_assert!(twice.ends_with(blocks[8].as_str()), "{:?}", blocks[8]);
        let note = format!("Source: {shown}");
        prop_assert_eq!(blocks.iter().filter(|block| block.ends_with(&note)).count(), 5);
    }
}
