//! Reading Markdown files, Word documents and PDF documents.

use std::io::{Cursor, Write};

use crate::as_kazakh;
use ParagraphKind::{Caption, Heading, List, Text};
use audarma::article::{self, Article, ArticleError, Format, ParagraphKind};

fn read(bytes: &[u8], name: &str) -> Article {
    article::read(bytes, name, &as_kazakh()).expect("a readable file")
}

fn paragraphs(article: &Article) -> Vec<(ParagraphKind, &str)> {
    article
        .paragraphs
        .iter()
        .map(|part| (part.kind, part.text.as_str()))
        .collect()
}

#[test]
fn markdown_keeps_its_structure() {
    let article = read(
        include_bytes!("../fixtures/article/article.md"),
        "article.md",
    );
    assert_eq!(article.format, Format::Markdown);
    assert_eq!(
        article.title.as_deref(),
        Some("Қарлы жолда қозғалыс қалпына келді")
    );
    assert_eq!(article.metadata.date.as_deref(), Some("2023-12-08"));
    assert_eq!(article.metadata.author.as_deref(), Some("Динара Ахметова"));
    assert_eq!(article.metadata.origin.as_deref(), Some("example.kz"));
    assert_eq!(
        article.metadata.lines,
        [
            "date: 2023-12-08",
            "author: Динара Ахметова",
            "tags: [жол, қар]",
            "Дереккөз: example.kz"
        ]
    );
    let expected = [
        (Caption, "Тазаланған жол"),
        (
            Text,
            "Облыс орталығына баратын тас жол түні бойы жабық тұрып, таңертең қайта ашылды. \
             Жолды тазалауға 14 көлік шықты.",
        ),
        (Heading, "Неге жабылды"),
        (
            Text,
            "Боран түнгі екіде басталды, көрінім елу метрге дейін төмендеді, – деді кезекші маман.",
        ),
        (Text, "Көмек алғандар:"),
        (List, "жүргізушілер;"),
        (List, "жолаушылар."),
        (List, "1. Алдымен жүк көліктері өтті."),
        (List, "2. Кейін автобустар жүрді."),
        (Text, "Жол Ұзындығы"),
        (Text, "солтүстік 45 км"),
    ];
    assert_eq!(paragraphs(&article), expected);
}

#[test]
fn markdown_of_a_site_generator_has_its_metadata_above_and_wrapped_lines() {
    let article = read(include_bytes!("../fixtures/article/hugo.md"), "hugo.md");
    assert_eq!(
        article.title.as_deref(),
        Some("Ескі диірмен мұражайға айналды")
    );
    assert_eq!(article.metadata.date.as_deref(), Some("2024-05-17"));
    assert_eq!(article.metadata.author.as_deref(), Some("Ерлан Қасымов"));
    assert_eq!(article.metadata.section.as_deref(), Some("Мәдениет"));
    let expected = [
        (Caption, "Диірменнің алды"),
        (
            Text,
            "Талдыбұлақ ауылындағы жүз жылдық су диірмені мұражайға айналды. Жобаға облыстық қор \
             12,5 млн теңге бөлді[1].",
        ),
        (Heading, "Диірменнің тарихы"),
        (
            Text,
            "Диірменді 1921 жылы ағайынды екі ұста салған. Ол 1978 жылға дейін жұмыс істеп, кейін \
             қараусыз қалған.",
        ),
        (
            Text,
            "«Атам осы диірменде ұн тартқан, енді оны балаларыма көрсетемін», – деді ауыл тұрғыны \
             Сәуле Омарова.",
        ),
        (Heading, "Мұражайда не бар"),
        (List, "ескі диірмен тасы;"),
        (List, "ұстаның құралдары;"),
        (List, "ауылдың суреттері."),
        (Text, "Мұражай дүйсенбіден басқа күндері ашық."),
        (Text, "[1] Қордың есебі бойынша."),
    ];
    assert_eq!(paragraphs(&article), expected);
}

#[test]
fn markdown_clipped_from_a_page_has_a_bold_title_escapes_and_html() {
    let article = read(
        include_bytes!("../fixtures/article/clipped.md"),
        "clipped.md",
    );
    assert_eq!(
        article.title.as_deref(),
        Some("Көшет егу апталығы басталды")
    );
    assert_eq!(article.metadata.date.as_deref(), Some("2022-04-04"));
    assert_eq!(article.metadata.views, Some(1204));
    let expected = [
        (
            Text,
            "Бүгін облыста көшет егу апталығы басталды. Оған 3 500 адам қатысып, 27 мың түп ағаш \
             егіледі. Ең көп көшет Сарыөзек ауданына тиді.",
        ),
        (Heading, "Қай ағаштар егіледі"),
        (List, "1. қайың – 9 000 түп;"),
        (List, "2. қарағаш – 11 000 түп;"),
        (List, "3. алма – 7 000 түп."),
        (Text, "Аудан Көшет"),
        (Text, "Сарыөзек 8 200"),
        (Text, "Ақсу 6 100"),
        (Caption, "Фото: аудан әкімдігі"),
        (
            Text,
            "Апталық сенбіде аяқталады. Толығырақ: https://example.kz/koshet",
        ),
    ];
    assert_eq!(paragraphs(&article), expected);
}

#[test]
fn the_first_heading_of_markdown_is_its_title_and_metadata_lines_follow_it() {
    let text = "# Көпір ашылды\n\nУақыты: 29.08.2023\nОқылды: 580\n\nОған *көп* адам келді.\n";
    let article = read(text.as_bytes(), "a.md");
    assert_eq!(article.title.as_deref(), Some("Көпір ашылды"));
    assert_eq!(
        article.metadata.lines,
        ["Уақыты: 29.08.2023", "Оқылды: 580"]
    );
    assert_eq!(paragraphs(&article), [(Text, "Оған көп адам келді.")]);
}

#[test]
fn a_word_document_with_named_styles_runs_and_a_text_box() {
    let article = read(include_bytes!("../fixtures/article/word.docx"), "word.docx");
    assert_eq!(article.format, Format::Docx);
    assert_eq!(
        article.title.as_deref(),
        Some("Мектепте жаңа зертхана ашылды")
    );
    assert_eq!(article.metadata.date.as_deref(), Some("2021-09-12"));
    assert_eq!(article.metadata.section.as_deref(), Some("БІЛІМ"));
    let expected = [
        (Text, "Бұл зертхана аудандағы үшінші зертхана."),
        (
            Text,
            "№ 5 мектепте химия және физика & биология зертханасы ашылды. Оған сегіз миллион теңге \
             жұмсалды.",
        ),
        (Heading, "Зертханада не бар"),
        (List, "он микроскоп"),
        (List, "жиырма компьютер"),
        (Text, "Сынып Оқушы"),
        (Caption, "Зертхана ашылған күн"),
        (Text, "Сабақтар келесі аптада басталады."),
    ];
    assert_eq!(paragraphs(&article), expected);
}

#[test]
fn a_document_without_styles_has_its_heading_for_a_title() {
    let article = read(
        include_bytes!("../fixtures/article/writer.docx"),
        "writer.docx",
    );
    assert_eq!(
        article.title.as_deref(),
        Some("Мектепте жаңа зертхана ашылды")
    );
    assert_eq!(article.paragraphs.len(), 2);
}

#[test]
fn a_document_written_by_several_people_in_a_browser() {
    let article = read(
        include_bytes!("../fixtures/article/shared.docx"),
        "shared.docx",
    );
    assert_eq!(article.title.as_deref(), Some("Ауданда жаңа емхана ашылды"));
    assert_eq!(article.metadata.origin.as_deref(), Some("audan.example"));
    assert_eq!(article.metadata.date.as_deref(), Some("2024-02-02"));
    let expected = [
        (
            Text,
            "Ақсай ауылында жаңа емхана ашылды. Ол күніне елу адамды қабылдайды.",
        ),
        (
            Text,
            "Толығырақ audan.example/emhana сайтында, жаңалықтар бөлімінде.",
        ),
        (Text, "– Бұл емхананы біз көп күттік, – деді тұрғындар."),
    ];
    assert_eq!(paragraphs(&article), expected);
}

/// A Word document of these parts.
fn word(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, xml) in parts {
        archive.start_file(*name, options).expect("a file");
        archive.write_all(xml.as_bytes()).expect("written");
    }
    archive.finish().expect("an archive").into_inner()
}

#[test]
fn a_document_under_another_name_and_prefix_with_formulas_and_symbols() {
    let relations = "<Relationships><Relationship Type=\"http://x/officeDocument\" \
                     Target=\"word/document2.xml\"/></Relationships>";
    let body = [
        "<x:p><x:r><x:t>БАСПАСӨЗ-РЕЛИЗ</x:t></x:r></x:p>",
        "<x:p><x:r><x:t>Өзен жағасы тазаланды</x:t></x:r></x:p>",
        "<x:p><x:r><x:t>Ауа 20 </x:t><x:sym x:font=\"Symbol\" x:char=\"F0B0\"/><x:t>C болды, ауданы 7 м</x:t>\
         </x:r><x:r><x:rPr><x:vertAlign x:val=\"superscript\"/></x:rPr><x:t>2</x:t></x:r><x:r><x:t>, 10</x:t></x:r>\
         <x:r><x:rPr><x:vertAlign x:val=\"superscript\"/></x:rPr><x:t>6</x:t></x:r><x:r><x:t> тамшы, \
         </x:t></x:r><y:oMath><y:r><y:t>3</y:t></y:r><y:f><y:num><y:r><y:t>1</y:t></y:r></y:num><y:den><y:r>\
         <y:t>3</y:t></y:r></y:den></y:f></y:oMath><x:r><x:t> сағат кетті.</x:t></x:r></x:p>",
        "<x:tbl><x:tr><x:tc><x:p><x:r><x:t>Көше</x:t></x:r></x:p></x:tc><x:tc><x:p><x:r><x:t>12</x:t></x:r></x:p>\
         </x:tc></x:tr></x:tbl>",
        "<x:p><x:r><x:t>Жұмыс осымен бітті.</x:t></x:r></x:p>",
    ];
    let document = format!(
        "<x:document xmlns:x=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
         xmlns:y=\"http://schemas.openxmlformats.org/officeDocument/2006/math\"><x:body>{}</x:body></x:document>",
        body.concat()
    );
    let bytes = word(&[
        ("_rels/.rels", relations),
        ("word/document2.xml", &document),
    ]);
    let article = read(&bytes, "a");
    assert_eq!(article.title.as_deref(), Some("Өзен жағасы тазаланды"));
    assert_eq!(article.metadata.lines, ["БАСПАСӨЗ-РЕЛИЗ"]);
    let expected = [
        (
            Text,
            "Ауа 20 °C болды, ауданы 7 м², 10⁶ тамшы, 3 1/3 сағат кетті.",
        ),
        (Text, "Көше 12"),
        (Text, "Жұмыс осымен бітті."),
    ];
    assert_eq!(paragraphs(&article), expected);
}

#[test]
fn front_matter_has_lists_and_time_stamps() {
    for authors in [
        "author:\n  - Айнұр Қасымова\n  - \"Ерлан Оспан\"",
        "author: [Айнұр Қасымова, 'Ерлан Оспан']",
        "authors:\n- name: Айнұр Қасымова\n  email: a@b.kz\n- name: Ерлан Оспан",
    ] {
        let text = format!(
            "---\ntitle: Көпір ашылды\ndate: 2025-10-27T22:30:00Z\n{authors}\n---\n\nОған көп адам келді.\n"
        );
        let article = read(text.as_bytes(), "a.md");
        let names = "Айнұр Қасымова, Ерлан Оспан";
        assert_eq!(article.metadata.author.as_deref(), Some(names), "{authors}");
        assert_eq!(article.metadata.date.as_deref(), Some("2025-10-28"));
    }
}

#[test]
fn front_matter_with_blank_lines_is_front_matter() {
    let text = "\n---\n\ntitle: >-\n  Көпір\n  ашылды\nbrief: |\n  Қысқаша.\n\n---\n\nОған көп адам келді.\n";
    let article = read(text.as_bytes(), "a.md");
    assert_eq!(article.title.as_deref(), Some("Көпір ашылды"));
    assert_eq!(paragraphs(&article), [(Text, "Оған көп адам келді.")]);
    let rule = read("---\n\nОған көп адам келді.\n\n---\n".as_bytes(), "a.md");
    assert_eq!(paragraphs(&rule), [(Text, "Оған көп адам келді.")]);
}

#[test]
fn a_damaged_document_says_so() {
    let whole = include_bytes!("../fixtures/article/word.docx");
    let read = |bytes: &[u8]| article::read(bytes, "a.docx", &as_kazakh());
    let error = read(&whole[..whole.len() / 2]).expect_err("a damaged archive");
    assert!(matches!(error, ArticleError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains(".docx"), "{error}");
}

#[test]
fn four_layouts_of_a_pdf_give_the_same_paragraphs() {
    let pages = include_bytes!("../fixtures/article/pages.pdf").as_slice();
    let columns = include_bytes!("../fixtures/article/columns.pdf").as_slice();
    let indents = include_bytes!("../fixtures/article/indents.pdf").as_slice();
    let seams = include_bytes!("../fixtures/article/seams.pdf").as_slice();
    let expected = [
        (
            Text,
            "Қарасу ауылында екі мың кітаптық жаңа кітапхана есігін ашты. Ғимарат бұрынғы мектептің \
             орнында, ауыл тұрғындарының өтініші бойынша салынды, оған екі жыл уақыт кетті.",
        ),
        (
            Text,
            "«Балаларымыз енді кітап іздеп аудан орталығына бармайды», — дейді ауыл тұрғыны Марат \
             Оспанов. Оның айтуынша, бұған дейін ең жақын кітапхана отыз шақырым жерде болған.",
        ),
        (
            Text,
            "Кітаптардың жартысын облыстық кітапхана берді, қалғанын тұрғындар өздері жинады. Қорда \
             балаларға арналған бес жүз кітап, сондай-ақ орыс және ағылшын тіліндегі басылымдар бар.",
        ),
        (
            Text,
            "Кітапхана дүйсенбіден сенбіге дейін, таңғы тоғыздан кешкі алтыға дейін жұмыс істейді. \
             Кіру тегін, тек кітапты үйге алу үшін куәлік керек болады.",
        ),
        (Heading, "Алда не күтіп тұр"),
        (
            Text,
            "Жуырда мұнда балаларға арналған үйірме, компьютер сыныбы және шағын мұражай ашылады. \
             Оларға қажет қаржы аудан бюджетінен бөлінген.",
        ),
    ];
    for bytes in [pages, columns, indents, seams] {
        let article = read(bytes, "a.pdf");
        assert_eq!(article.format, Format::Pdf);
        assert_eq!(
            article.title.as_deref(),
            Some("Ауылда жаңа кітапхана ашылды")
        );
        assert_eq!(paragraphs(&article), expected);
    }
}

#[test]
fn a_pdf_of_two_pages_with_heads_columns_and_a_table_is_read_in_order() {
    let release = include_bytes!("../fixtures/article/release.pdf").as_slice();
    let columns = include_bytes!("../fixtures/article/columns.pdf").as_slice();
    let article = read(release, "a.pdf");
    assert_eq!(
        article.title.as_deref(),
        Some("Ауылда жаңа кітапхана ашылды")
    );
    let expected = read(columns, "a.pdf");
    let mut expected = paragraphs(&expected);
    let last = expected.last().copied();
    expected.extend([
        (Text, "Балалар кітабы 500 1 200"),
        (Text, "Орыс тілінде 40 000 7"),
    ]);
    expected.extend(last);
    assert_eq!(paragraphs(&article), expected);
}

#[test]
fn a_damaged_pdf_says_so() {
    let whole = include_bytes!("../fixtures/article/pages.pdf");
    for bytes in [
        b"%PDF-1.7 and nothing more".as_slice(),
        &whole[..whole.len() / 2],
    ] {
        let error = article::read(bytes, "a", &as_kazakh()).expect_err("a damaged file");
        assert!(matches!(error, ArticleError::Damaged { .. }), "{error}");
    }
}

#[test]
fn html_in_markdown_is_read_as_on_a_page() {
    let text = "# Қорда бір миллион кітап бар\n\n\
                Қорда 10<sup>6</sup> кітап, 10^6^ парақ және 3<sup>1</sup>/<sub>3</sub> жәшік бар. Ауданы \
                5 км<sup>2</sup>, екі<b>нші</b> қабат 18<sup>30</sup>-да ашылады[^1].\n\n\
                <div class=\"note\">\n<p>Залда 2<sup>10</sup> орын.</p>\n<!-- бұл\nжоқ --><p>Кіру тегін.</p>\n\
                </div>\n\n[^1]: Кесте бойынша.\n";
    let article = read(text.as_bytes(), "a.md");
    let expected = [
        (
            Text,
            "Қорда 10^6 кітап, 10^6 парақ және 3 1/3 жәшік бар. Ауданы 5 км², екінші қабат 18:30-да \
             ашылады[1].",
        ),
        (Text, "Залда 2^10 орын."),
        (Text, "Кіру тегін."),
        (Text, "[1] Кесте бойынша."),
    ];
    assert_eq!(paragraphs(&article), expected);
}
