//! Files as foreign programs write them: warcio, wacz, ebooklib, Python's email and mailbox, LibreOffice
//! and Chromium (`tests/reference/archives.py` makes them).

use audarma::article::{ArticleError, Format, ParagraphKind, read};
use audarma::pipeline::ParsedArticle;

use crate::as_kazakh;
use crate::records;

const TITLE: &str = "Ауылда жаңа кітапхана ашылды";
const TEXTS: [&str; 2] = [
    "Қарасу ауылында екі мың кітаптық жаңа кітапхана есігін ашты, оған екі жыл уақыт кетті.",
    "«Балаларымыз енді кітап іздеп аудан орталығына бармайды», — дейді ауыл тұрғыны Марат Оспанов.",
];
const OTHER_TITLE: &str = "Өзенге жаңа көпір салынады";
const OTHER: &str = "Көпірдің құрылысы көктемде басталып, келесі жылдың күзінде аяқталады.";

fn bytes(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/foreign/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

/// The articles of a container, with the ends of their ids.
fn articles(name: &str, bytes: &[u8]) -> Vec<(String, ParsedArticle)> {
    let read = records::read(name, bytes).into_iter().map(Result::unwrap);
    read.map(|article| (records::place(&article).to_owned(), article))
        .collect()
}

fn texts(article: &ParsedArticle) -> Vec<&str> {
    let paragraphs = article.article.paragraphs.iter();
    paragraphs
        .map(|paragraph| paragraph.text.as_str())
        .collect()
}

fn title(article: &ParsedArticle) -> Option<&str> {
    article.article.title.as_deref()
}

#[test]
fn pages_of_web_archives_are_articles_with_their_address_and_day_of_capture() {
    for name in ["pages.warc", "pages.warc.gz", "pages.wacz"] {
        let articles = articles(name, &bytes(name));
        let prefix = match name {
            "pages.wacz" => "data.warc.gz",
            name => name,
        };
        let ids: Vec<&str> = articles.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(
            ids,
            [format!("{prefix}:2"), format!("{prefix}:5")],
            "{name}"
        );
        let [(_, first), (_, last)] = &articles[..] else {
            unreachable!()
        };
        assert_eq!((title(first), texts(first)), (Some(TITLE), TEXTS.to_vec()));
        assert_eq!((title(last), texts(last)), (Some(OTHER_TITLE), vec![OTHER]));
        let metadata = &first.article.metadata;
        assert_eq!(metadata.url.as_deref(), Some("https://a.kz/1"));
        // It was half past two at night in Kazakhstan.
        assert_eq!(metadata.captured.as_deref(), Some("2024-01-28"));
        assert_eq!(metadata.origin.as_deref(), Some("a.kz"));
    }
}

#[test]
fn a_broken_record_of_a_web_archive_is_named_and_passed_over() {
    let whole = bytes("pages.warc.gz");
    // Within the first page's member.
    let members: Vec<usize> = whole
        .windows(3)
        .enumerate()
        .filter(|(_, window)| *window == b"\x1f\x8b\x08")
        .map(|(place, _)| place)
        .collect();
    let mut damaged = whole.clone();
    damaged[members[1] + 40..members[1] + 60].fill(0xff);
    let read = records::read("a.warc.gz", &damaged);
    assert_eq!(
        read.len(),
        2,
        "{:?}",
        read.iter().map(Result::is_ok).collect::<Vec<_>>()
    );
    assert!(read[0].as_ref().unwrap_err().contains("cannot be unpacked"));
    assert_eq!(texts(read[1].as_ref().unwrap()), [OTHER]);

    let plain = String::from_utf8_lossy(&bytes("pages.warc")).into_owned();
    let length = plain.find("Content-Length: 632").unwrap();
    let mut short = bytes("pages.warc");
    short[length + 16..length + 19].copy_from_slice(b"2x2");
    let read = records::read("a.warc", &short);
    assert!(read[0].as_ref().unwrap_err().contains("how long it is"));
    assert_eq!(texts(read.last().unwrap().as_ref().unwrap()), [OTHER]);
    let cut = &bytes("pages.warc")[..length + 300];
    let read = records::read("a.warc", cut);
    assert!(read[0].as_ref().unwrap_err().contains("ends within it"));
}

#[test]
fn chapters_of_a_book_are_articles() {
    let articles = articles("book.epub", &bytes("book.epub"));
    let ids: Vec<&str> = articles.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["1.xhtml", "2.xhtml"]);
    assert_eq!(
        (title(&articles[0].1), texts(&articles[0].1)),
        (Some(TITLE), TEXTS.to_vec())
    );
    assert_eq!(
        (title(&articles[1].1), texts(&articles[1].1)),
        (Some(OTHER_TITLE), vec![OTHER])
    );
    let metadata = &articles[0].1.article.metadata;
    assert_eq!(metadata.author.as_deref(), Some("Айнұр Қасымова"));
    assert_eq!(metadata.date.as_deref(), Some("2024-01-27"));
    assert_eq!(metadata.origin.as_deref(), Some("Ауыл хабарлары"));
}

#[test]
fn messages_of_a_mailbox_are_articles() {
    let articles = articles("mail.mbox", &bytes("mail.mbox"));
    let read: Vec<_> = articles
        .iter()
        .map(|(id, article)| (id.as_str(), title(article).unwrap(), texts(article)))
        .collect();
    let quoted = "From қалай басталады, оны ешкім білмейді.";
    assert_eq!(
        read,
        [
            ("mail.mbox:1", TITLE, TEXTS.to_vec()),
            ("mail.mbox:2", OTHER_TITLE, vec![OTHER]),
            ("mail.mbox:3", "Үшінші хат", vec![OTHER, quoted]),
        ]
    );
    for (_, article) in &articles {
        assert_eq!(article.article.metadata.date.as_deref(), Some("2024-01-27"));
    }
}

#[test]
fn mail_and_saved_pages_are_articles() {
    let mail = read(&bytes("mail.eml"), "mail.eml", &as_kazakh()).unwrap();
    assert_eq!(
        (mail.format, mail.title.as_deref()),
        (Format::Eml, Some(TITLE))
    );
    assert_eq!(mail.metadata.date.as_deref(), Some("2024-01-27"));
    assert_eq!(mail.metadata.author.as_deref(), Some("Айнұр Қасымова"));
    let page = read(&bytes("page.mhtml"), "page", &as_kazakh()).unwrap();
    assert_eq!(
        (page.format, page.title.as_deref()),
        (Format::Mhtml, Some(TITLE))
    );
    assert_eq!(page.metadata.url.as_deref(), Some("https://a.kz/1"));
    assert_eq!(page.metadata.captured.as_deref(), Some("2026-11-29"));
    for article in [mail, page] {
        let texts: Vec<_> = article.paragraphs.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(texts, TEXTS);
    }
}

#[test]
fn documents_of_libreoffice_are_articles() {
    for (name, format) in [("text.odt", Format::Odt), ("text.rtf", Format::Rtf)] {
        let article = read(&bytes(name), "document", &as_kazakh()).unwrap();
        assert_eq!(
            (article.format, article.title.as_deref()),
            (format, Some(TITLE))
        );
        let paragraphs: Vec<_> = article
            .paragraphs
            .iter()
            .map(|p| (p.kind, p.text.as_str()))
            .collect();
        assert_eq!(
            paragraphs,
            [
                (ParagraphKind::Text, TEXTS[0]),
                (ParagraphKind::Text, TEXTS[1]),
                (ParagraphKind::Heading, "Қорда"),
                (ParagraphKind::List, "балаларға арналған кітаптар"),
                (ParagraphKind::List, "журналдар"),
                (ParagraphKind::Text, "Кітап 2000"),
                (ParagraphKind::Text, "Журнал 300"),
            ],
            "{name}"
        );
    }
}

#[test]
fn what_is_no_article_is_refused_by_name() {
    let wide: Vec<u8> = "WordDocument".bytes().flat_map(|byte| [byte, 0]).collect();
    let doc = [&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], &wide].concat();
    for (file, expected) in [
        (&doc[..], "a Word document of the old format (.doc)"),
        (b"PK\x03\x04 xl/workbook.xml", "an Excel workbook (.xlsx)"),
        (
            b"<?xml version=\"1.0\"?>\n<FictionBook xmlns=\"x\">",
            "a book (.fb2)",
        ),
        (
            b"<?xml version=\"1.0\"?>\n<urlset><url>a</url></urlset>",
            "an XML document",
        ),
        (b"PK\x03\x04 mimetypeapplication/epub+zip", "a book (.epub)"),
        (b"\xFF\xD8\xFF\xE0", "a JPEG image"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP image"),
        (b"{\"text\": \"a\"}", "JSON"),
        (b"<rss version=\"2.0\"><channel></channel></rss>", "a feed"),
        (
            b"WARC/1.1\r\nWARC-Type: response\r\n",
            "a web archive (WARC)",
        ),
        (
            b"From a@a.kz Sat Jan 27\nSubject: a\n\na",
            "a mailbox (mbox)",
        ),
    ] {
        for name in ["a", "a.txt"] {
            let error = read(file, name, &as_kazakh()).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
    let error = read(b"%PDF-1.4 no document", "a.html", &as_kazakh()).unwrap_err();
    assert!(matches!(error, ArticleError::Damaged { .. }), "{error}");
}
