//! Containers and lists of records are read in work that grows no faster than they do, as `growth` asks of
//! articles: for n, 2n and 4n of each shape the bytes that are allocated are counted, those for what is
//! made of every record included.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

use crate::growth::{allocated, assert_linear};
use crate::records;

const TEXT: &str = "Көпір бүгін ашылды, оған көп адам келді.";

/// The work of reading a file of `size` times a piece. One record is read at least, else a refusal is told.
fn assert_reads_linearly(name: &str, shape: &str, file: impl Fn(usize) -> Vec<u8>) {
    assert_linear(&format!("{name}: {shape}"), |times| {
        let bytes = file(times);
        let mut found = Vec::new();
        let work = allocated(|| found = records::read(name, &bytes));
        assert!(!found.is_empty(), "{name}: {shape}: nothing was found");
        work
    });
}

/// A piece until there are so many bytes, times 30 kB.
fn repeated(piece: &str, times: usize) -> String {
    piece.repeat(times * 30_000 / piece.len())
}

fn zipped(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        archive
            .start_file(name, SimpleFileOptions::default())
            .expect("a member");
        archive.write_all(content).expect("written");
    }
    archive.finish().expect("an archive").into_inner()
}

#[test]
fn json_is_read_linearly() {
    let record = format!("{{\"text\":\"{TEXT}\",\"title\":\"a\"}}");
    for (name, before, piece, after) in [
        ("a.json", "[{}", format!(",{record}").as_str(), "]"),
        ("a.json", "", &format!("{record}\n"), ""),
        ("a.jsonl", "", &format!("{record}\n"), ""),
        ("a.json", "{\"articles\":[0", &format!(",{record}"), "]}"),
        ("a.json", "{\"text\":\"a", "сөз ", "\"}"),
        ("a.json", "{\"text\":\"a", "\\n\\n\\u0430", "\"}"),
        ("a.json", "{\"text\":\"a\",\"b\":[0", ",0", "]}"),
        ("a.json", "{\"text\":\"a\",\"b\":{\"a\":0", ",\"a\":0", "}}"),
        ("a.json", "{\"text\":\"a\"", ",\"a\":0", "}"),
        ("a.json", "[[", "[", ""),
        ("a.json", "[", "{\"a\":", ""),
        ("a.json", "{\"text\":\"a\"}", " ", "x"),
        ("a.jsonl", "", "{\n", ""),
        (
            "a.json",
            "{\"name\":\"a\",\"messages\":[0",
            ",{\"id\":1,\"text\":[\"а\",{\"text\":\"б\"}]}",
            "]}",
        ),
        (
            "a.json",
            "{\"name\":\"a\",\"messages\":[{\"id\":1,\"text\":[\"а\"",
            ",{\"text\":\"б\"}",
            "]}]}",
        ),
    ] {
        assert_reads_linearly(name, piece, |times| {
            format!("{before}{}{after}", repeated(piece, times)).into_bytes()
        });
    }
    assert_reads_linearly("a.json", "names", |times| {
        let fields: String = (0..times * 2_000)
            .map(|at| format!(",\"a{at}\":0"))
            .collect();
        format!("{{\"text\":\"a\"{fields}}}").into_bytes()
    });
}

#[test]
fn tables_are_read_linearly() {
    for (name, before, piece) in [
        ("a.csv", "id,text\n", "1,сөз\n"),
        ("a.csv", "id;text\n", "\"1\";\"сөз\"\n"),
        ("a.csv", "text\n\"", "сөз\n\n"),
        ("a.csv", "text\n", "\"\"\n"),
        ("a.csv", "text", ",a"),
        ("a.tsv", "text\ta\n", "сөз\tа\n"),
    ] {
        assert_reads_linearly(name, piece, |times| {
            format!("{before}{}", repeated(piece, times)).into_bytes()
        });
    }
}

#[test]
fn feeds_are_read_linearly() {
    let item = format!("<item><title>a</title><description>{TEXT}</description></item>");
    let rss = "<rss version=\"2.0\"><channel><title>a</title>";
    let in_item = format!("{rss}<item><title>a</title><description>{TEXT}");
    let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>a</title>";
    let entry = format!("<entry><title>a</title><content type=\"html\">{TEXT}</content></entry>");
    for (before, piece, after) in [
        (rss, item.as_str(), "</channel></rss>"),
        (atom, &entry, "</feed>"),
        (&in_item, "сөз ", "</description></item></channel></rss>"),
        (
            &in_item,
            "&lt;p&gt;а",
            "</description></item></channel></rss>",
        ),
        (
            &in_item,
            "<![CDATA[а]]>",
            "</description></item></channel></rss>",
        ),
        (&in_item, "<b>", ""),
        (
            &in_item,
            "</description><category>а</category><description>",
            "</description></item></channel></rss>",
        ),
        (
            &in_item,
            "</description><link>http://a.kz</link><description>",
            "</description></item></channel></rss>",
        ),
        (
            &in_item,
            "<!-- а -->",
            "</description></item></channel></rss>",
        ),
        (rss, "<a b=\"1\"/>", &format!("{item}</channel></rss>")),
    ] {
        assert_reads_linearly("a.rss", piece, |times| {
            format!("{before}{}{after}", repeated(piece, times)).into_bytes()
        });
    }
}

/// A record of a web archive with this page.
fn response(page: &str) -> String {
    let body = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page}");
    let length = body.len();
    format!(
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.kz/1\r\nWARC-Date: 2024-01-27T05:00:00Z\r\n\
         WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\n\
         Content-Length: {length}\r\n\r\n{body}\r\n\r\n"
    )
}

fn page() -> String {
    format!("<h1>Көпір ашылды</h1><p>{TEXT}</p>")
}

#[test]
fn web_archives_are_read_linearly() {
    let whole = response(&page());
    for (before, piece, after) in [
        ("", whole.as_str(), ""),
        (
            "",
            "WARC/1.1\r\nWARC-Type: request\r\nContent-Length: 1\r\n\r\na\r\n\r\n",
            &whole,
        ),
        (
            "WARC/1.1\r\n",
            "X: а\r\n",
            "WARC-Type: request\r\nContent-Length: a\r\n\r\n\r\n\r\n",
        ),
        ("WARC/1.1\r\nX: а", "а ", ""),
        (&whole, "\r\n", &whole),
        (&whole, "a\r\n", &whole),
    ] {
        assert_reads_linearly("a.warc", piece, |times| {
            format!("{before}{}{after}", repeated(piece, times)).into_bytes()
        });
    }
    assert_reads_linearly("a.warc", "a long page", |times| {
        response(&format!("{}{}", page(), repeated("<p>сөз</p>", times))).into_bytes()
    });
    assert_reads_linearly("a.warc", "chunks", |times| {
        let body = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n",
            repeated("1\r\na\r\n", times)
        );
        let head = "WARC/1.1\r\nWARC-Type: response\r\nContent-Type: application/http";
        format!(
            "{head}\r\nContent-Length: {}\r\n\r\n{body}\r\n\r\n",
            body.len()
        )
        .into_bytes()
    });
    assert_reads_linearly("a.wacz", "records", |times| {
        let warc = repeated(&whole, times).into_bytes();
        zipped(&[("archive/data.warc".to_owned(), warc)])
    });
    assert_reads_linearly("a.wacz", "members", |times| {
        let member = |at| (format!("archive/{at}.warc"), whole.clone().into_bytes());
        zipped(&(0..times * 30).map(member).collect::<Vec<_>>())
    });
}

/// A book whose package has these items and this order of chapters.
fn book(manifest: &str, spine: &str, members: Vec<(String, Vec<u8>)>) -> Vec<u8> {
    let container = "<container><rootfiles><rootfile full-path=\"a.opf\"/></rootfiles></container>";
    let package = format!(
        "<package><metadata><dc:title>a</dc:title></metadata><manifest>{manifest}</manifest><spine>{spine}</spine></package>"
    );
    let mut all = vec![
        ("mimetype".to_owned(), b"application/epub+zip".to_vec()),
        ("META-INF/container.xml".to_owned(), container.into()),
        ("a.opf".to_owned(), package.into_bytes()),
    ];
    all.extend(members);
    zipped(&all)
}

#[test]
fn books_are_read_linearly() {
    let item = |at: usize| {
        format!("<item id=\"i{at}\" href=\"{at}.xhtml\" media-type=\"application/xhtml+xml\"/>")
    };
    let reference = |at: usize| format!("<itemref idref=\"i{at}\"/>");
    let chapter = |at: usize, text: &str| {
        (
            format!("{at}.xhtml"),
            format!("{}{text}", page()).into_bytes(),
        )
    };
    assert_reads_linearly("a.epub", "chapters", |times| {
        let all = 0..times * 30;
        book(
            &all.clone().map(item).collect::<String>(),
            &all.clone().map(reference).collect::<String>(),
            all.map(|at| chapter(at, "")).collect(),
        )
    });
    for text in ["<p>сөз</p>", "сөз ", "<br/>"] {
        assert_reads_linearly("a.epub", text, |times| {
            book(
                &item(0),
                &reference(0),
                vec![chapter(0, &repeated(text, times))],
            )
        });
    }
    assert_reads_linearly("a.epub", "items", |times| {
        let items: String = (0..times * 500).map(item).collect();
        book(&items, &reference(0), vec![chapter(0, "")])
    });
    assert_reads_linearly("a.epub", "references", |times| {
        let references = repeated(&reference(0), times);
        book(&item(0), &references, vec![chapter(0, "")])
    });
}

#[test]
fn mailboxes_are_read_linearly() {
    let message = format!("From a@a.kz Sat Jan 27 10:00:00 2024\nSubject: a\n\n{TEXT}\n\n");
    let begun = "From a@a.kz Sat Jan 27 10:00:00 2024\nSubject: a\n";
    for (before, piece, after) in [
        ("", message.as_str(), ""),
        (&message, "From a\n\n", ""),
        (&message, ">From a\n", ""),
        (&message, "\n", ""),
        (&message, "сөз ", ""),
        (begun, "X: а\n", &format!("\n{TEXT}\n")),
        (begun, " а\n", &format!("\n{TEXT}\n")),
    ] {
        assert_reads_linearly("a.mbox", piece, |times| {
            format!("{before}{}{after}", repeated(piece, times)).into_bytes()
        });
    }
}

#[test]
fn pages_of_telegram_are_read_linearly() {
    let message = |text: &str| {
        format!(
            "<div class=\"message default clearfix\" id=\"message1\"><div class=\"body\"><div class=\"pull_right date \
             details\" title=\"27.01.2024 18:10:00 UTC+05:00\">18:10</div><div class=\"from_name\">Ауыл</div><div \
             class=\"text\">{text}</div></div></div>"
        )
    };
    let head = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"/>\n<title>Exported Data</title></head><body><div \
                class=\"page_header\"><div class=\"text bold\">Ауыл үні</div></div>";
    let whole = message(TEXT);
    for (before, piece, after) in [
        ("", whole.as_str(), ""),
        (
            &whole,
            "<div class=\"message service\" id=\"message1\">",
            "",
        ),
        (&whole, "<div class=\"text\">", ""),
        (&whole, "<div class=\"message default", ""),
        (&whole, "<div class=\"forwarded body\">", &whole),
        (&whole, "</div>", &whole),
    ] {
        assert_reads_linearly("messages.html", piece, |times| {
            format!("{head}{before}{}{after}", repeated(piece, times)).into_bytes()
        });
    }
    for text in ["сөз<br>", "<a href=\"a\">а</a>", "&amp;", "<b>а"] {
        assert_reads_linearly("messages.html", text, |times| {
            format!("{head}{}", message(&repeated(text, times))).into_bytes()
        });
    }
}
