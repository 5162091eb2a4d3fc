//! Reports: what each format shows of a made document, and that no text of it can act.

#[path = "report/sample.rs"]
mod sample;

use audarma::report::{Document, Format, Style, write, write_all};

fn alone(document: &Document, format: Format, style: &Style) -> String {
    let mut out = Vec::new();
    write(document, format, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn together(documents: &[Document], format: Format) -> String {
    let mut out = Vec::new();
    write_all(documents, format, &Style::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

mod text {
    use super::*;

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
}

mod json {
    use super::*;
    use serde_json::Value;

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
    fn keys_stand_in_the_order_of_the_contract() {
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
            ["source", "target", "score", "flags"]
        );
        assert_eq!(
            keys(&value["metadata"]),
            ["date", "views", "section", "origin", "author", "lines"]
        );
        assert_eq!(keys(&value["paragraphs"][0]), ["kind", "sentences"]);
        assert_eq!(
            keys(&value["paragraphs"][0]["sentences"][0]),
            ["source", "model_input", "target", "score", "flags"]
        );
        assert_eq!(keys(&value["summary"]), ["target", "method", "flags"]);
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
}
