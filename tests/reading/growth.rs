//! Reading takes work in proportion to its input, whatever is in it, or refuses it: for inputs of n, 2n
//! and 4n of each shape the bytes that are allocated grow no faster than the input. Shapes whose work is
//! no memory are so large here that a square of it would take minutes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::{Cursor, Write};

use crate::as_kazakh;
use audarma::article::{self, ArticleError, tidy};
use audarma::checks::{SentencePair, failed};
use audarma::document::{Paragraph, ParagraphKind, Sentence};
use audarma::glossary::Glossary;
use audarma::language::{self, KAZAKH, Language};
use audarma::model_files::{Protocol, TokenizerFiles};
use audarma::names;
use audarma::segment;
use audarma::summarize::extractive;
use audarma::tokenizer::{self, Direction};

thread_local! {
    static ALLOCATED: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, which counts the bytes that each thread asks for.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn count(bytes: usize) {
    // A thread that ends has no counter any more.
    let _ = ALLOCATED.try_with(|allocated| allocated.set(allocated.get() + bytes));
}

// SAFETY: all is the system's allocator's; counting allocates nothing.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller keeps the promises of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the promises of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size.saturating_sub(layout.size()));
        // SAFETY: the caller keeps the promises of `realloc`.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// The bytes that `work` allocates on this thread.
pub(crate) fn allocated(work: impl FnOnce()) -> usize {
    let before = ALLOCATED.get();
    work();
    ALLOCATED.get() - before
}

/// Asserts that the work of n, 2n and 4n grows no faster than they do, by a tenth and a megabyte.
pub(crate) fn assert_linear(shape: &str, mut work: impl FnMut(usize) -> usize) {
    let [once, twice, four] = [1, 2, 4].map(&mut work);
    for (less, more) in [(once, twice), (twice, four)] {
        assert!(
            more <= less / 10 * 22 + (1 << 20),
            "{shape}: {once}, {twice}, {four} bytes"
        );
    }
}

const SENTENCE: &str = "Көпір бүгін ашылды, оған көп адам келді. ";

/// Reads an article and all that is made of it before it is translated.
fn read(name: &str, bytes: &[u8]) -> Result<(), ArticleError> {
    let article = article::read(bytes, name, &as_kazakh())?;
    let paragraphs = article.paragraphs.iter().map(|part| part.text.as_str());
    for text in article.title.as_deref().into_iter().chain(paragraphs) {
        for sentence in segment::sentences(text, &KAZAKH) {
            let _ = tidy::model_input(sentence, &KAZAKH);
        }
        let _ = language::detect(text);
    }
    Ok(())
}

/// The work of reading `size` times a piece of a shape, where it is not refused.
fn assert_reads_linearly(name: &str, shape: &str, bytes: impl Fn(usize) -> Vec<u8>) {
    assert_linear(&format!("{name}: {shape}"), |times| {
        let bytes = bytes(times);
        let mut refused = false;
        let work = allocated(|| refused = read(name, &bytes).is_err());
        if refused { 0 } else { work }
    });
}

/// Pieces that are repeated, and what is before and after them.
#[rustfmt::skip]
const TEXTS: &[(&str, &str, &str)] = &[
    ("", "сөз ", ""), ("", "сөз\n", ""), ("", "сөз\n\n", ""), ("", "А", ""), ("", "Аб", ""),
    ("", "аБ", ""), ("", "a", ""), ("", "аa", ""), ("", "1", ""), ("", "1 ", ""), ("", "1,", ""),
    ("", ".", ""), ("", "...\n", ""), ("", "?! ", ""), ("", "«", ""), ("", "« ", ""), ("", "»", ""),
    ("", "(", ""), ("", ")", ""), ("", "\"", ""), ("", "'", ""), ("", ":", ""), ("", "а:", ""),
    ("", "Уақыты:", ""), ("", "Уақыты: 29.08.2023 | ", ""), ("", "Фото: ", ""), ("", "|", ""),
    ("", "- а\n", ""), ("", "1. а\n", ""), ("", "• ", ""), ("", "–", ""), ("", "&", ""),
    ("", "&amp;", ""), ("", "&#1234", ""), ("", "\u{301}", ""), ("", "\u{200B}", ""), ("", "@", ""),
    ("", "a.b", ""), ("", "www.", ""), ("", "http://", ""), ("", " ", "."), ("", "\t", "."),
    ("", "А.", ""), ("", "ж.", ""), ("", "[1]", ""), ("", "Жаңа мектеп. ", ""), ("", "І", ""),
    ("", "Қ.Тоқаев ", ""), ("", "2023 жылғы 29 тамыз ", ""), ("", "бIр ", ""), ("", "ş", ""),
    ("", "Көпір ашылды бүгін ", "\n\nКөпір ашылды бүгін"),
    ("", "Айнұр ҚАСЫМОВА, Ақтөбе\n", ""), ("", "Қоғам • 27 Қаңтар, 2024\n", ""), ("", "None\n", ""),
    ("", "Көпір ашылды бүгін әлеумет-\n\nтік ", ""), ("", "10⁶ ", ""), ("", "½", ""), ("", "Ќазаќ ", ""),
    ("", "a'", ""), ("", "О\u{301}z ", ""), ("", "Р°", ""), ("", "2-тарау. Жаңа\n", ""),
];

#[test]
fn plain_texts_are_read_linearly() {
    for &(before, piece, after) in TEXTS {
        assert_reads_linearly("a.txt", piece, |times| {
            let pieces = piece.repeat(times * 60_000 / piece.len());
            format!("{before}{pieces}{after}").into_bytes()
        });
    }
}

#[test]
fn addresses_among_words_take_time_in_proportion() {
    for piece in [
        "сөз a@b.kz ",
        "сөз: https://a.kz ",
        "https://a.kz – ",
        "«a.kz ",
    ] {
        let text = piece.repeat((8 << 20) / piece.len());
        let found = segment::sentences(&text, &KAZAKH);
        assert_eq!(
            found.iter().map(|part| part.len()).sum::<usize>(),
            text.len()
        );
    }
}

#[test]
fn markdown_is_read_linearly() {
    #[rustfmt::skip]
    let pieces = [
        "*", "**а", "_", "[", "[а](", "![", "](", "`", "``а", "> ", ">\n", "- ", "- а\n", "1. ", "# а\n", "#", "|",
        "| а ", "<", "<!--", "<b>", "</b>", "&", "&amp;", "\\", "~", "[^1]", "[^1]: а\n\n", "[а]: б\n", "***\n",
        "a\n===\n", "    а\n", "<a href='", "[[", "![а](б) ", "```\n", "<script>",
    ];
    for piece in pieces {
        assert_reads_linearly("a.md", piece, |times| {
            let pieces = piece.repeat(times * 30_000 / piece.len());
            format!("{SENTENCE}\n\n{pieces}").into_bytes()
        });
    }
}

#[test]
fn pages_are_read_linearly_or_refused() {
    #[rustfmt::skip]
    let pieces = [
        "<p>сөз", "<p>сөз</p>", "<div>", "<div>а</div>", "<div></x>", "<p-x>", "<b>", "<b><p>", "<a>", "<a><p>", "<i></b>",
        "<table>", "<table><tr><td>", "<td>", "<table><div>", "<select>", "<option>", "<template>", "<svg>", "<svg><g>",
        "<math>", "<title><script></title>", "<script>", "<style>", "<!--", "<!---->", "<!", "<", "</", "</p>", "</div>",
        "&", "&amp;", "&#", "«", "\u{a0}", "<br>", "<br><br>", "<br><br>а", "<h1>а</h1>", "<h2>а", "<li>", "<ul><li>",
        "<ul><li>а</ul>", "<img>", "<img src=a.jpg>", "<noscript><img>", "<iframe>", "<object>", "<embed>", "<form>",
        "<input>", "<p a=1 b=2>", "<body a>", "<html>", "<head>", "<frameset>", "<pre>", "<textarea>", "<font>",
        "<font a><p>", "<del>", "<ins><div>", "<section>", "<nobr>", "<dd>", "<ruby><rt>", "<meta name=title content=a>",
        "<span class=share>", "<div class=caption>а</div>", "<figure>", "<td>а<tr>", "<p hidden>", "<base href=a>",
        "<a href='javascript:'>а</a>", "<plaintext>", "<![CDATA[", "<?", "<p \"", "<p a='", "=",
    ];
    for piece in pieces {
        assert_reads_linearly("a.html", piece, |times| {
            let pieces = piece.repeat(times * 40_000 / piece.len());
            format!("<body><p>{}</p>{pieces}", SENTENCE.repeat(20)).into_bytes()
        });
    }
    let names = |times: usize| (0..times * 1_000).map(|at| format!("<p a{at}>")).collect();
    assert_reads_linearly("a.html", "names", |times| {
        let names: String = names(times);
        names.into_bytes()
    });
    assert_reads_linearly("a.html", "long title", |times| {
        let title = "Көпір ашылды бүгін ".repeat(times * 500);
        format!("<title>{title}</title><h1>{title}</h1><p>{title}</p>").into_bytes()
    });
    let prose = SENTENCE.repeat(20);
    assert_reads_linearly("a.html", "title of parts", |times| {
        let title = "a|".repeat(times * 20_000);
        format!("<title>{title}a</title><p>{prose}").into_bytes()
    });
    for (field, piece) in [("headline", "a|"), ("author", "a, автор, "), ("name", "a ")] {
        assert_reads_linearly("a.html", field, |times| {
            let text = piece.repeat(times * 40_000 / piece.len());
            let json = format!("{{\"@type\":\"NewsArticle\",\"{field}\":\"{text}автор\"}}");
            format!("<script type='application/ld+json'>{json}</script><p>{prose}").into_bytes()
        });
    }
    assert_reads_linearly("a.html", "authors by id", |times| {
        let one = r##"{"@type":"NewsArticle","author":{"@id":"#a"}},"##.repeat(times * 1_000);
        let json = format!("[{one}{{}}]");
        format!("<script type='application/ld+json'>{json}</script><p>{prose}").into_bytes()
    });
    assert_reads_linearly("a.html", "breadcrumbs and sites", |times| {
        let sites = r#"{"@type":"WebSite","name":"a"},"#.repeat(times * 1_000);
        let crumbs = "1/".repeat(times * 2_000);
        let json = format!("[{sites}{{}}]");
        format!(
            "<script type='application/ld+json'>{json}</script><div class=breadcrumb>{crumbs}</div>\
             <h1>Көпір ашылды</h1><p>{prose}"
        )
        .into_bytes()
    });
}

/// A Word document of these paragraphs in XML.
fn word(body: &str) -> Vec<u8> {
    let document = format!("<w:document><w:body>{body}</w:body></w:document>");
    zipped("word/document.xml", &document)
}

/// A zip archive of one member.
fn zipped(name: &str, content: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file(name, options).expect("a file");
    archive.write_all(content.as_bytes()).expect("written");
    archive.finish().expect("an archive").into_inner()
}

#[test]
fn open_document_texts_are_read_linearly() {
    let cell = "<table:table-cell><text:p>сөз</text:p></table:table-cell>";
    let row = format!("<table:table-row>{cell}{cell}</table:table-row>");
    let nested = "<table:table-row><table:table-cell>";
    let styles = "<style:style style:name=\"T\"><style:text-properties style:text-position=\"super 58%\"/></style:style>";
    for (before, piece, after) in [
        ("", "<text:p>сөз</text:p>", ""),
        ("", "<text:h>сөз</text:h>", ""),
        ("", &row, ""),
        ("<table:table-row>", cell, "</table:table-row>"),
        (
            "<table:table-row><table:table-cell>",
            "<text:p>сөз</text:p>",
            "</table:table-cell></table:table-row>",
        ),
        (styles, styles, "<text:p>сөз</text:p>"),
        ("<text:p>а", "сөз ", "</text:p>"),
        ("<text:p>а", "&amp;", "</text:p>"),
        ("<text:p>а", "<text:line-break/>", "</text:p>"),
        ("<text:p>а", "<text:s text:c=\"9\"/>", "</text:p>"),
        (
            "<text:p>а",
            "<text:span text:style-name=\"T\">6</text:span>",
            "</text:p>",
        ),
        ("<text:p>а", "<text:note>1</text:note>", "</text:p>"),
        (
            "<text:p>а</text:p>",
            "<text:list><text:list-item/></text:list>",
            "",
        ),
    ] {
        assert_reads_linearly("a.odt", piece, |times| {
            let pieces = piece.repeat(times * 40_000 / piece.len());
            zipped(
                "content.xml",
                &format!("<office:text>{before}{pieces}{after}</office:text>"),
            )
        });
    }
    assert_reads_linearly("a.odt", nested, |times| {
        let open = nested.repeat(times * 1_000);
        let close = "</table:table-cell></table:table-row>".repeat(times * 1_000);
        zipped("content.xml", &format!("{open}<text:p>сөз</text:p>{close}"))
    });
}

#[test]
fn word_documents_are_read_linearly() {
    let title = "<w:p><w:pPr><w:pStyle w:val=\"Title\"/></w:pPr><w:r><w:t>";
    for (before, piece, after) in [
        ("", "<w:p><w:r><w:t>сөз</w:t></w:r></w:p>", ""),
        ("<w:p><w:r><w:t>", "сөз ", "</w:t></w:r></w:p>"),
        ("<w:p>", "<w:r><w:t>сөз</w:t></w:r>", "</w:p>"),
        ("<w:p><w:r><w:t>а</w:t>", "<w:br/>", "</w:r></w:p>"),
        ("<w:p><w:r><w:t>", "&amp;", "</w:t></w:r></w:p>"),
        ("", "<w:p><w:r><w:t>сөз</w:t></w:r>", ""),
    ] {
        assert_reads_linearly("a.docx", piece, |times| {
            let pieces = piece.repeat(times * 40_000 / piece.len());
            word(&format!("{before}{pieces}{after}"))
        });
    }
    assert_reads_linearly("a.docx", "long title", |times| {
        let text = "Көпір ашылды бүгін ".repeat(times * 2_000);
        word(&format!(
            "{title}{text}</w:t></w:r></w:p><w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
        ))
    });
}

#[test]
fn pdf_documents_are_read_linearly() {
    for (shape, columns) in [
        ("lines", &[72][..]),
        ("columns", &[72, 320]),
        ("cells", &[72, 230, 400, 550]),
    ] {
        for text in ["bridges in winter", "Bridges.", "a"] {
            assert_reads_linearly("a.pdf", shape, |times| {
                let row = |y: usize| -> String {
                    let cell = |x| format!("1 0 0 1 {x} {y} Tm ({text}) Tj\n");
                    columns.iter().map(cell).collect()
                };
                let page = (0..times * 1_000)
                    .rev()
                    .map(|at| row(at * 12))
                    .collect::<String>();
                crate::pdf::page_of(&format!("BT /F 10 Tf {page} ET"))
            });
        }
    }
}

#[test]
fn other_documents_are_read_linearly() {
    let mail = "From: a\nSubject: b\nMIME-Version: 1.0\n";
    let parts = "Content-Type: multipart/mixed; boundary=a\n\n";
    for (name, before, pieces) in [
        (
            "a.rtf",
            "{\\rtf1 a\\par ".to_owned(),
            &[
                "{a}",
                "{}",
                "a",
                "\\par ",
                "\\u1179 ?",
                "\\'cc",
                "\\b",
                "{\\*\\x a}",
                "\\cell ",
                "a\\cell ",
                "a\\cell b\\cell\\row ",
                "\\intbl\\itap9 a\\nestcell\\nestrow ",
                "{\\fonttbl{\\f1 a;}}",
                "{\\super 1}",
                "\\u-10179",
                "\\f1",
            ][..],
        ),
        (
            "a.srt",
            "1\n00:00:01,000 --> 00:00:02,000\n".to_owned(),
            &[
                "а\n",
                "<",
                "<a",
                "{\\",
                "а ",
                "\n\nа\n",
                "00:00:01,000 --> 00:00:02,000\nа\n",
                "- а\n",
            ],
        ),
        (
            "a.eml",
            format!("{mail}\n"),
            &["сөз ", "сөз\n\n", "=D0", "> а\n"],
        ),
        (
            "a.eml",
            format!("{mail}{parts}"),
            &[
                "--a\n",
                "--a\nContent-Type: text/html\n\n<p>а\n",
                "--a\n\nсөз\n",
                "--a--\n",
            ],
        ),
        (
            "a.eml",
            mail.to_owned(),
            &["X: а\n", " а\n", "Subject: =?utf-8?q?a?=\n"],
        ),
        (
            "a.mhtml",
            format!("{mail}{parts}"),
            &["--a\n", "--a\nContent-Type: text/html\n\n<p>а\n"],
        ),
    ] {
        for piece in pieces {
            let document = |times: usize| {
                let pieces = piece.repeat(times * 40_000 / piece.len());
                format!("{before}{pieces}}}").into_bytes()
            };
            // One that is refused would show nothing.
            assert!(
                name != "a.rtf" || read(name, &document(1)).is_ok(),
                "{piece}"
            );
            assert_reads_linearly(name, piece, document);
        }
    }
}

/// Sentences of five of these pieces each.
fn paragraph(source: &str, target: &str, sentences: usize) -> Paragraph {
    let sentence = Sentence {
        source: source.repeat(5),
        model_input: None,
        language: None,
        target: target.repeat(5),
        score: 0.0,
        flags: Vec::new(),
        findings: Vec::new(),
    };
    Paragraph {
        kind: ParagraphKind::Text,
        sentences: vec![sentence; sentences],
    }
}

#[test]
fn checks_and_summaries_take_work_in_proportion_to_the_text() {
    let check = |language: &'static Language, source: &str, target: &str| {
        let _ = failed(&SentencePair {
            language,
            source,
            target,
            truncated: false,
            terms: &[],
        });
    };
    #[rustfmt::skip]
    let pieces = [
        ("сөз ", "word "), ("Аб", "Ab"), ("12 ", "12 "), ("1,", "1,"), ("бес жүз ", "five hundred "), ("«", "\""),
        ("а.kz ", "a.kz "), ("Нұрлан Асқар ", "Nurlan Askar "), ("аһаһа", "haha"), ("- ", "- "), ("№5 ", "No. 5 "),
        ("2023 жылы ", "in 2023 "), ("млн ", "million "), ("@а", "@a"), ("%", "%"), ("(", "("),
        ("5 км ", "5 km "), ("−5° ", "-5° "), ("#а ", "#a "), ("🎂", "a "), ("8-80 ", "8-80 "), ("5 мамыр ", "May 5 "),
    ];
    let rules = names::Rules {
        unify: true,
        ..Default::default()
    };
    for (source, target) in pieces {
        assert_linear(source, |times| {
            let times = times * 4_000;
            let (source, target) = (source.repeat(times), target.repeat(times));
            allocated(|| check(&KAZAKH, &source, &target))
        });
        assert_linear(source, |times| {
            let mut paragraphs = [paragraph(source, target, times * 500)];
            allocated(|| _ = names::settle(&mut None, &mut paragraphs, &KAZAKH, &rules))
        });
    }
    for sentence in ["The new plant makes sugar.", "Yes.", "a b c d e f g"] {
        assert_linear(sentence, |times| {
            let sentences = vec![sentence; times * 2_000];
            allocated(|| _ = extractive::extract(&sentences, 3))
        });
    }
}

#[test]
fn the_terms_of_a_glossary_are_found_in_work_in_proportion_to_the_text() {
    let nested: String = (1..12)
        .map(|words| "ел ".repeat(words) + "жоқ,none\n")
        .collect();
    let terms = format!("{nested}Қазақстан халқы,people\nхалық,folk\nAMANAT\n");
    let glossary = Glossary::parse(&terms, std::path::Path::new("terms.csv")).expect("a glossary");
    for piece in [
        "ел ",
        "Қазақстан ",
        "халықтарымыздың ",
        "«AMANAT» ",
        "ларының",
        "ел, ",
        "-",
        SENTENCE,
    ] {
        assert_linear(piece, |times| {
            let text = piece.repeat(times * 40_000 / piece.len());
            allocated(|| _ = glossary.matches(&text, &KAZAKH))
        });
    }
}

#[test]
fn files_of_sentencepiece_split_texts_linearly() {
    let folder = std::path::Path::new("tests/fixtures/sentencepiece");
    for (protocol, name) in [
        (Protocol::Nllb, "bpe"),
        (Protocol::Nllb, "bpe-unused"),
        (Protocol::Nllb, "unigram"),
        (Protocol::Madlad, "unigram-kept"),
        (Protocol::Madlad, "bpe-kept"),
    ] {
        let files = TokenizerFiles::SentencePiece {
            model: folder.join(format!("{name}.model")),
            vocab: None,
        };
        let tokenizer = tokenizer::open(protocol, &files).expect("a tokenizer");
        let direction = Direction {
            source: tokenizer.language("kaz_Cyrl").expect("a language"),
            target: tokenizer.language("eng_Latn").expect("a language"),
        };
        for piece in [
            "а",
            "жұмыс",
            " ",
            "▁",
            "中",
            "@@@",
            "\u{301}",
            "<2en>",
            "№ ",
            SENTENCE,
        ] {
            assert_linear(piece, |times| {
                let text = piece.repeat(times * 20_000 / piece.len());
                allocated(|| _ = tokenizer.encode_source(&text, direction))
            });
        }
    }
}
