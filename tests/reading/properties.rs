//! What holds for any input: no panic, and nothing lost.

use std::path::Path;

use crate::as_kazakh;
use crate::lossless::is_lossless;
use audarma::article::{self, Article, Charset, ReadOptions, tidy};
use audarma::language::{self, KAZAKH, RUSSIAN};
use audarma::model_files::ModelFiles;
use audarma::nn::ComputeOptions;
use audarma::pipeline::{self, Pipeline};
use audarma::translate::{self, Translator};
use proptest::prelude::*;
use serde_json::Value;

/// Whether an article holds the letters of its input.
fn is_kept(input: &str, article: &Article) -> bool {
    let lines = article.metadata.lines.iter().map(String::as_str);
    let paragraphs = article.paragraphs.iter().map(|part| part.text.as_str());
    is_lossless(input, article.title.as_deref(), lines, paragraphs)
}

/// Lines that news articles are made of, and lines of anything but HTML's tags, which are no text.
fn line() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just(String::new()),
        Just("Көпір ашылды".to_owned()),
        Just("Уақыты: 29.08.2023 | Оқылды: 1 580".to_owned()),
        Just("Бөлім: ӘЛЕУМЕТ".to_owned()),
        Just("Фото: Ақорда".to_owned()),
        Just("- бірінші;".to_owned()),
        Just("2. Екінші кезең.".to_owned()),
        Just("Көпір ашылдыОған көп адам келді, 46 % жаңарды.".to_owned()),
        Just("Қала тұрғындары бұл жаңалықты ұзақ күткен еді, өйткені ескі".to_owned()),
        Just("көпір бірнеше жыл бойы жабық тұрды, жол әлеуметтік-".to_owned()),
        "[А-Яа-яәғқңөұүһі0-9 .,:!?«»-]{0,90}",
        "\\PC{0,40}",
        any::<String>(),
    ];
    line.prop_map(|line| line.replace('<', "‹"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_letter_and_digit_of_a_text_is_kept_in_order(
        lines in prop::collection::vec(line(), 0..14)
    ) {
        let input = lines.join("\n");
        if let Ok(article) = article::read(input.as_bytes(), "a.txt", &as_kazakh()) {
            let text = input.strip_prefix('\u{FEFF}').unwrap_or(&input);
            prop_assert!(is_kept(text, &article), "{article:#?}");
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        lossy in any::<bool>(),
        name in prop::sample::select(vec!["", "utf-8", "utf-16le", "utf-16be", "kz-1048", "pt154"]),
    ) {
        let options = ReadOptions { encoding: Charset::parse(name).ok(), lossy, ..as_kazakh() };
        for file in ["a.txt", "a.html", "a.md", "a.docx", "a.srt", "a"] {
            let _ = article::read(&bytes, file, &options);
        }
    }

    #[test]
    fn no_page_and_no_markdown_make_the_reader_panic(
        pieces in prop::collection::vec(
            prop_oneof![
                prop::sample::select(vec![
                    "<p>", "</p>", "<div class='caption'>", "</div>", "<table>", "<td>", "<br>", "<script>",
                    "</script>", "<!--", "-->", "<h1>", "<li>", "<title>", "<meta property='og:url' content='://'>",
                    "<script type='application/ld+json'>{\"@type\":\"Article\",\"author\":[{}]}</script>",
                    "# ", "\n\n", "---\n", "- ", "1. ", "> ", "| a |\n|---|\n", "![", "](", "**", "```\n", "[^1]",
                    "[^1]: ", "title: ", "&amp;", "&#x110000;",
                ])
                .prop_map(str::to_owned),
                line(),
            ],
            0..24,
        )
    ) {
        let text = pieces.concat();
        for file in ["a.html", "a.md"] {
            let _ = article::read(text.as_bytes(), file, &as_kazakh());
        }
    }

    #[test]
    fn no_damage_to_a_document_makes_the_reader_panic(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        length in any::<prop::sample::Index>(),
    ) {
        let mut bytes = include_bytes!("../fixtures/article/word.docx").to_vec();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = article::read(&bytes, "a.docx", &as_kazakh());
        bytes.truncate(length.index(bytes.len()));
        let _ = article::read(&bytes, "a.docx", &as_kazakh());
    }

    #[test]
    fn no_damage_to_a_pdf_makes_the_reader_panic(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let mut bytes = include_bytes!("../fixtures/article/indents.pdf").to_vec();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = article::read(&bytes, "a.pdf", &as_kazakh());
    }

    #[test]
    fn no_damage_to_a_foreign_document_makes_the_reader_panic(
        file in prop::sample::select(vec![
            ("a.odt", &include_bytes!("../fixtures/foreign/text.odt")[..]),
            ("a.rtf", include_bytes!("../fixtures/foreign/text.rtf")),
            ("a.eml", include_bytes!("../fixtures/foreign/mail.eml")),
            ("a.mhtml", include_bytes!("../fixtures/foreign/page.mhtml")),
        ]),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        length in any::<prop::sample::Index>(),
    ) {
        let (name, bytes) = file;
        let mut bytes = bytes.to_vec();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = article::read(&bytes, name, &as_kazakh());
        bytes.truncate(length.index(bytes.len()));
        let _ = article::read(&bytes, name, &as_kazakh());
    }

    #[test]
    fn no_text_makes_tidying_or_detection_panic(text in line()) {
        let _ = tidy::model_input(&text, &KAZAKH);
        let _ = tidy::model_input(&text, &RUSSIAN);
        let _ = language::detect(&text);
    }

    #[test]
    fn tidying_changes_no_letters_of_a_plain_kazakh_sentence(
        text in "[абвгғдежзийкқлмнңоөпрстуұүфхһыіэ]{2,9}( [абвгғдежзийкқлмнңоөпрстуұүфхһыіэ]{2,9}){0,9}"
    ) {
        prop_assert_eq!(tidy::model_input(&text, &KAZAKH).into_owned(), text);
    }
}

/// The same of what users get: the JSON of a whole run, by a model that knows none of these texts.
#[test]
fn every_letter_and_digit_of_a_text_stands_in_the_json() {
    let folder = Path::new("tests/fixtures/memorised-nllb");
    let files = ModelFiles::of_folder(folder).expect("a model's folder");
    let settings = translate::Settings {
        num_beams: 1,
        max_output_tokens: Some(2),
        retries: 0,
        ..Default::default()
    };
    let translator =
        Translator::open(&files, &settings, &ComputeOptions::exact()).expect("the model");
    let pipeline = Pipeline::new(translator, None, Default::default());
    proptest!(ProptestConfig::with_cases(64), |(lines in prop::collection::vec(line(), 0..8))| {
        let input = lines.join("\n");
        let prepared = pipeline::read("a.txt", input.as_bytes(), &as_kazakh());
        let Ok(prepared) = prepared else { return Ok(()) };
        let document = pipeline.run(&prepared, &mut |_| {}).expect("a translation");
        let json = serde_json::to_value(&document).expect("JSON");
        let sentences = json["paragraphs"].as_array().into_iter().flatten();
        let sentences = sentences.flat_map(|paragraph| paragraph["sentences"].as_array().into_iter().flatten());
        let sources: Vec<&str> = sentences.filter_map(|sentence| sentence["source"].as_str()).collect();
        let lines = json["metadata"]["lines"].as_array().into_iter().flatten();
        let text = input.strip_prefix('\u{FEFF}').unwrap_or(&input);
        let title = json["title"]["source"].as_str();
        prop_assert!(
            is_lossless(text, title, lines.filter_map(Value::as_str), sources),
            "{json:#}"
        );
    });
}
