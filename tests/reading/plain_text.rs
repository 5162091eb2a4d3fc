//! Reading articles: what a file's bytes become.

use crate::as_kazakh;
use audarma::article::{self, Article, ArticleError, Charset, ParagraphKind, ReadOptions};

fn read(text: &str) -> Article {
    article::read(text.as_bytes(), "article.txt", &as_kazakh()).expect("readable text")
}

fn paragraphs(article: &Article) -> Vec<(ParagraphKind, &str)> {
    article
        .paragraphs
        .iter()
        .map(|paragraph| (paragraph.kind, paragraph.text.as_str()))
        .collect()
}

#[test]
fn the_seed_article_has_title_metadata_captions_and_text() {
    let article = read(include_str!("../fixtures/article/seed.txt"));
    assert_eq!(
        article.title.as_deref(),
        Some("Жетісу облысында 7 154 адам тұрақты жұмысқа орналасты")
    );
    assert_eq!(article.metadata.date.as_deref(), Some("2023-08-29"));
    assert_eq!(article.metadata.views, Some(580));
    assert_eq!(article.metadata.section.as_deref(), Some("ӘЛЕУМЕТ"));
    assert_eq!(article.metadata.origin.as_deref(), Some("turkystan.kz"));
    assert_eq!(
        article.metadata.lines,
        [
            "Уақыты: 29.08.2023",
            "Оқылды: 580",
            "Бөлім: ӘЛЕУМЕТ",
            "Дереккөз:\u{A0}turkystan.kz"
        ]
    );
    let captions: Vec<&str> = paragraphs(&article)
        .into_iter()
        .filter(|(kind, _)| *kind == ParagraphKind::Caption)
        .map(|(_, text)| text)
        .collect();
    assert_eq!(
        captions,
        ["Жетісу облысында 7 154 адам тұрақты жұмысқа орналастырылды"; 2]
    );
    assert_eq!(article.paragraphs.len(), 15);
    assert!(
        article.paragraphs.iter().all(|paragraph| matches!(
            paragraph.kind,
            ParagraphKind::Text | ParagraphKind::Caption
        ))
    );
    assert!(
        article.paragraphs[3]
            .text
            .starts_with("Делегаттар партияның")
    );
    assert!(
        article.paragraphs[10]
            .text
            .starts_with("Президенттің тапсырмасына")
    );
}

#[test]
fn a_byte_order_mark_is_no_text() {
    let article = read("\u{FEFF}Тақырып\n\nБірінші сөйлем.");
    assert_eq!(article.title.as_deref(), Some("Тақырып"));
}

#[test]
fn a_first_line_with_a_full_stop_or_without_a_blank_line_after_it_is_no_title() {
    assert_eq!(read("Бұл сөйлем.\n\nБұл тағы бір сөйлем.").title, None);
    assert_eq!(read("Тақырып\nБірінші сөйлем.").title, None);
    assert_eq!(read("Тақырып").title, None);
    let long = format!("{}\n\nСөйлем.", "а".repeat(251));
    assert_eq!(read(&long).title, None);
    assert_eq!(
        read("Тақырып\nОқылды: 5\nСөйлем.").title.as_deref(),
        Some("Тақырып")
    );
    assert_eq!(
        read("Оқылды: 5\n\nТақырып?\n\nСөйлем.").title.as_deref(),
        Some("Тақырып?")
    );
}

#[test]
fn each_line_is_a_paragraph_where_lines_are_long() {
    let first = "Бірінші азатжол екі сөйлемнен тұрады. Екінші сөйлемі осы.";
    let second = "Екінші азатжол бір сөйлем ғана.";
    assert_eq!(
        paragraphs(&read(&format!("{first}\n{second}"))),
        [(ParagraphKind::Text, first), (ParagraphKind::Text, second)]
    );
}

#[test]
fn hard_wrapped_lines_are_joined_and_blank_lines_part() {
    let text = "Қала тұрғындары бұл жаңалықты ұзақ күткен еді, өйткені ескі көпір\n\
                бірнеше жыл бойы жабық тұрды. Енді жаңа көпір ашылып, жүргізушілер\n\
                өзеннің екінші жағына он минутта өте алады. Құрылысқа жергілікті\n\
                бюджеттен қаржы бөлінді.\n\
                \n\
                Ашылу салтанатына аудан әкімі мен құрылысшылар қатысты. Олар көпірдің\n\
                екі жылда салынғанын айтты.\n";
    let article = read(text);
    let texts: Vec<&str> = paragraphs(&article)
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    assert_eq!(texts.len(), 2);
    assert!(texts[0].contains("ескі көпір бірнеше жыл"));
    assert!(texts[1].ends_with("Олар көпірдің екі жылда салынғанын айтты."));
}

#[test]
fn verse_keeps_its_lines() {
    let text = "Ауылым менің алыста,\nЖолдары ұзақ, қар басқан.\nТауларым менің тағы да\n\
                Көзіме бірден ыстық бір.";
    assert_eq!(read(text).paragraphs.len(), 4);
}

#[test]
fn headings_and_lists_are_recognised() {
    let text = "Көпір ашылды\n\nАуданда жаңа көпір ашылды. Оған көп адам келді.\n\n\
                Құрылыс қалай жүрді\n\nЖұмыс екі жылға созылды, оған елу адам қатысты.\n\n\
                Енді мына жолдар жөнделеді:\n- орталық көше;\n- базар жолы;\n- мектеп маңы.\n\n\
                1. Бірінші кезең көктемде басталады.\n2. Екінші кезең жазда болады.\n\n\
                – Рақмет, – деді әкім.\n– Біз қуаныштымыз, – деді тұрғын.\n\nФото: әкімдік мұрағаты\n\n\
                Жиын осымен аяқталды.";
    let article = read(text);
    let kinds: Vec<ParagraphKind> = article.paragraphs.iter().map(|p| p.kind).collect();
    use ParagraphKind::{Caption, Heading, List, Text};
    assert_eq!(
        kinds,
        [
            Text, Heading, Text, Text, List, List, List, List, List, Text, Text, Caption, Text
        ]
    );
}

#[test]
fn invalid_utf8_names_the_byte() {
    let bytes = b"\xD0\x90\xD0\xB1\xFF\xFE\xD0\xB2";
    let error = article::read(bytes, "a.txt", &as_kazakh()).expect_err("invalid");
    assert_eq!(
        error,
        ArticleError::Invalid {
            charset: "UTF-8".into(),
            offset: 4,
            byte: 0xFF
        }
    );
    let lossy = ReadOptions {
        lossy: true,
        ..as_kazakh()
    };
    let article = article::read(bytes, "a.txt", &lossy).expect("lossy reading");
    assert_eq!(
        paragraphs(&article),
        [(ParagraphKind::Text, "Аб\u{FFFD}\u{FFFD}в")]
    );
}

#[test]
fn empty_and_binary_inputs_are_refused_by_name() {
    let read = |bytes: &[u8]| article::read(bytes, "a.txt", &as_kazakh());
    assert_eq!(read(b""), Err(ArticleError::Empty));
    assert_eq!(read(b"\xEF\xBB\xBF \n\t\n"), Err(ArticleError::Empty));
    assert!(
        read(b"\x89PNG\r\n\x1A\n")
            .expect_err("a picture")
            .to_string()
            .contains("PNG")
    );
    assert!(matches!(
        read(b"ab\0cd"),
        Err(ArticleError::ControlCharacters { offset: 2, .. })
    ));
}

#[test]
fn the_charset_is_reported_and_an_option_overrides_it() {
    let bytes: Vec<u8> = "Қала\n\nСөйлем бар."
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let article = article::read(&bytes, "a.txt", &as_kazakh()).expect("UTF-16");
    assert_eq!(
        (article.encoding.as_str(), article.title.as_deref()),
        ("UTF-16LE", Some("Қала"))
    );

    let options = ReadOptions {
        encoding: Some(Charset::Kz1048),
        ..as_kazakh()
    };
    let article = article::read(b"\x8D\xE0\xEB\xE0", "a.txt", &options).expect("KZ-1048");
    assert_eq!(article.encoding, "KZ-1048");
    assert_eq!(paragraphs(&article), [(ParagraphKind::Text, "Қала")]);
}

#[test]
fn a_megabyte_without_a_line_break_is_one_paragraph() {
    for unit in ["сөз ", "а: ", "аА", "Көпір ашылды деді. "] {
        let line = unit.repeat(1_000_000 / unit.len());
        let article = read(&format!("Көпір бүгін ашылды\n\n{line}"));
        assert_eq!(article.paragraphs.len(), 1);
        assert_eq!(article.paragraphs[0].text, line.trim());
    }
}

#[test]
fn a_dash_that_wrapping_put_first_in_a_line_begins_no_paragraph() {
    let text = "Әкім жиында сөз сөйлеп, биыл ауданда үш мектеп салынатынын айтты\n\
                – оның біреуі аудан орталығында болады. Құрылысқа қажет қаржы толық\n\
                бөлінді, жұмыс көктемде басталып, күзге дейін аяқталады деп жоспар\n\
                жасалған екен.\n";
    assert_eq!(read(text).paragraphs.len(), 1);
}
