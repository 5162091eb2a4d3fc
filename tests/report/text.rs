//! Plain text: what it shows, how it wraps, and that it commands no terminal.

use audarma::document::Document;
use audarma::report::{Format, Style};

use super::{alone, sample, together};

fn text(document: &Document, style: Style) -> String {
    alone(document, Format::Text, &style)
}

#[test]
fn a_whole_article() {
    insta::assert_snapshot!(text(&sample::article(), Style::default()));
}

#[test]
fn marks_name_the_failed_checks() {
    let style = Style {
        marks: true,
        ..Style::default()
    };
    insta::assert_snapshot!(text(&sample::article(), style));
}

#[test]
fn wrapped_to_a_terminal_in_colour() {
    let style = Style {
        width: Some(60),
        terminal: true,
        marks: true,
        colour: true,
        ..Style::default()
    };
    let shown = text(&sample::article(), style);
    insta::assert_snapshot!(shown.replace('\u{1B}', "␛"));
    assert!(
        shown
            .lines()
            .all(|line| textwrap::core::display_width(line) <= 60)
    );
}

#[test]
fn a_narrow_terminal_breaks_no_word() {
    let style = Style {
        width: Some(1),
        ..Style::default()
    };
    let shown = text(&sample::article(), style);
    assert!(shown.contains("https://example.org/ashyq-esik?year=2024&lang=kk"));
}

#[test]
fn neither_title_nor_metadata_nor_summary() {
    insta::assert_snapshot!(text(&sample::bare(), Style::default()), @"Snow fell in the night.\n");
}

#[test]
fn nothing_at_all_is_nothing() {
    let mut document = sample::bare();
    document.paragraphs.clear();
    assert_eq!(text(&document, Style::default()), "");
}

#[test]
fn several_documents_are_named_and_parted() {
    let documents = [sample::bare(), sample::bare()];
    insta::assert_snapshot!(together(&documents, Format::Text), @r"
    ==> bare.txt <==

    Snow fell in the night.

    ==> bare.txt <==

    Snow fell in the night.
    ");
}

#[test]
fn a_sentence_without_translation_is_shown_in_its_own_language() {
    let mut document = sample::bare();
    document.paragraphs[0].sentences[0].target = " ".to_owned();
    assert_eq!(
        text(&document, Style::default()),
        "[not translated: Түнде қар жауды.]\n"
    );
}

#[test]
fn a_terminal_gets_no_commands_and_no_reordering() {
    let style = Style {
        terminal: true,
        ..Style::default()
    };
    let shown = text(&sample::hostile(), style);
    let acts = |c: char| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!shown.contains(acts), "{shown:?}");
    assert_eq!(
        shown.lines().count(),
        text(&sample::hostile(), Style::default()).lines().count()
    );
}

#[test]
fn a_pipe_gets_no_commands_either() {
    let shown = text(&sample::hostile(), Style::default());
    assert!(
        !shown.contains(|c: char| c.is_control() && c != '\n'),
        "{shown:?}"
    );
    assert!(
        shown.contains('\u{202E}'),
        "only a terminal hides what reorders"
    );
}

#[test]
fn an_article_that_is_not_in_kazakh_says_which_language_it_is_translated_from() {
    let mut document = sample::article();
    document.languages.source = "rus_Cyrl".to_owned();
    for (format, expected) in [
        (Format::Text, "\n\ntranslated from Russian\n\n"),
        (Format::Markdown, " · translated from Russian\n"),
        (Format::Html, "<li>translated from Russian</li>"),
    ] {
        let report = alone(&document, format, &Style::default());
        assert!(report.contains(expected), "{report}");
    }
}
