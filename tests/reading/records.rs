//! Records of many kinds, from the file to the article.

use std::ops::ControlFlow;
use std::path::Path;

use audarma::archive::{Inputs, Limits, RecordOptions};
use audarma::article::{Article, Charset, Metadata};
use audarma::article_reader::ArticleReader;
use audarma::pipeline::ParsedArticle;

use crate::as_kazakh;

const FIRST: &str = "Көпірдің құрылысы көктемде басталып, келесі жылдың күзінде аяқталады.";
const SECOND: &str = "Ауыл мектебіне биыл алпыс бала келді, оларға жаңа оқулықтар берілді.";
const TITLE: &str = "Өзенге жаңа көпір салынады";

/// What a file of this name holds: its articles, or why there is none.
pub fn read(name: &str, bytes: &[u8]) -> Vec<Result<ParsedArticle, String>> {
    read_with(name, bytes, RecordOptions::default())
}

fn read_with(
    name: &str,
    bytes: &[u8],
    records: RecordOptions,
) -> Vec<Result<ParsedArticle, String>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    read_path(&path, records)
}

fn read_path(path: &Path, records: RecordOptions) -> Vec<Result<ParsedArticle, String>> {
    let inputs = Inputs {
        paths: vec![path.to_owned()],
        limits: Limits::default(),
        records,
        output: None,
    };
    let mut found = Vec::new();
    let flow = inputs.read(&mut |record, _| {
        found.push(match record {
            Ok(record) => record
                .prepare(&ArticleReader::InProcess, &as_kazakh())
                .map_err(|error| error.to_string()),
            Err(fault) => Err(fault.message),
        });
        ControlFlow::Continue(())
    });
    assert!(flow.is_continue());
    found
}

fn articles(name: &str, bytes: &[u8]) -> Vec<Article> {
    let read = read(name, bytes).into_iter();
    read.map(|read| read.unwrap().article).collect()
}

#[track_caller]
fn article(name: &str, bytes: &[u8]) -> Article {
    let mut articles = articles(name, bytes);
    assert_eq!(articles.len(), 1);
    articles.remove(0)
}

fn texts(article: &Article) -> Vec<&str> {
    let paragraphs = article.paragraphs.iter();
    paragraphs
        .map(|paragraph| paragraph.text.as_str())
        .collect()
}

/// The part of an id after the path of its file.
pub fn place(article: &ParsedArticle) -> &str {
    article.id.rsplit('/').next().unwrap()
}

fn full() -> Metadata {
    Metadata {
        date: Some("2024-01-27".into()),
        section: Some("Қоғам".into()),
        origin: Some("a.kz".into()),
        author: Some("Айнұр Қасымова".into()),
        url: Some("https://a.kz/1".into()),
        ..Metadata::default()
    }
}

#[test]
fn fields_with_usual_names_say_headline_date_author_section_and_address() {
    for line in [
        r#"{"title": T, "date": "2024-01-27", "author": A, "section": S, "url": U, "text": X}"#,
        r#"{"Headline": T, "publishedAt": "2024-01-26T20:30:00Z", "authors": [A], "category": {"name": S}, "link": U, "content": X}"#,
        r#"{"title": {"rendered": T}, "pub_date": "27.01.2024 18:11", "byline": A, "rubric": S, "source_url": U, "body": X}"#,
        r#"{"тақырып": T, "күні": "2024 жылғы 27 қаңтар", "автор": A, "бөлім": S, "сілтеме": U, "мәтін": X}"#,
        r#"{"title": T, "timestamp": 1706347860, "author": {"name": A}, "section": S, "url": U, "article": X}"#,
    ] {
        let line = line
            .replace("T,", &format!("\"{TITLE}\","))
            .replace("T}", &format!("\"{TITLE}\"}}"))
            .replace("A,", "\"Айнұр Қасымова\",")
            .replace("[A]", "[\"Айнұр Қасымова\"]")
            .replace("A}", "\"Айнұр Қасымова\"}")
            .replace("S,", "\"Қоғам\",")
            .replace("S}", "\"Қоғам\"}")
            .replace("U,", "\"https://a.kz/1\",")
            .replace(": X", &format!(": \"{FIRST}\\n\\n{SECOND}\""));
        let article = article("a.jsonl", line.as_bytes());
        assert_eq!(article.title.as_deref(), Some(TITLE), "{line}");
        assert_eq!(article.metadata, full(), "{line}");
        assert_eq!(texts(&article), [FIRST, SECOND], "{line}");
    }
}

#[test]
fn a_headline_that_the_text_repeats_is_one_and_another_one_stays() {
    let line = |text: &str| format!(r#"{{"title": "{TITLE}", "text": "{text}"}}"#);
    for text in [
        format!("{TITLE}\\n\\n{FIRST}"),
        format!("{TITLE}\\n{FIRST}"),
    ] {
        let article = article("a.jsonl", line(&text).as_bytes());
        assert_eq!(article.title.as_deref(), Some(TITLE));
        assert_eq!(texts(&article), [FIRST], "{text}");
    }
    let other = article(
        "a.jsonl",
        line(&format!("Ауыл жаңалығы\\n\\n{FIRST}")).as_bytes(),
    );
    assert_eq!(other.title.as_deref(), Some(TITLE));
    assert_eq!(texts(&other), ["Ауыл жаңалығы", FIRST]);
}

#[test]
fn what_is_no_date_and_no_address_is_passed_over() {
    let line = format!(
        r#"{{"date": "кеше", "published": "2024-01-27", "url": "бет 3", "author": "", "text": "{FIRST}"}}"#
    );
    let metadata = article("a.jsonl", line.as_bytes()).metadata;
    assert_eq!(metadata.date.as_deref(), Some("2024-01-27"));
    assert_eq!((metadata.url, metadata.author), (None, None));
}

#[test]
fn the_text_is_under_one_of_its_names_or_the_one_that_is_given() {
    let html = format!("<p>{FIRST}</p><p>{SECOND}</p>");
    for name in [
        "text",
        "body",
        "content",
        "article",
        "articleBody",
        "full_text",
    ] {
        let line = format!(r#"{{"lead": "а", "{name}": "{FIRST}"}}"#);
        assert_eq!(
            texts(&article("a.jsonl", line.as_bytes())),
            [FIRST],
            "{name}"
        );
    }
    for name in ["html", "content", "body"] {
        let line = format!(r#"{{"{name}": "{html}"}}"#);
        let article = article("a.jsonl", line.as_bytes());
        assert_eq!(texts(&article), [FIRST, SECOND], "{name}");
    }
    let options = || RecordOptions {
        text_field: Some("lead".into()),
        ..RecordOptions::default()
    };
    let line = format!(r#"{{"lead": "{SECOND}", "text": "{FIRST}"}}"#);
    let read = read_with("a.jsonl", line.as_bytes(), options());
    assert_eq!(texts(&read[0].as_ref().unwrap().article), [SECOND]);
    let read = read_with("a.jsonl", b"{\"text\": \"x\"}", options());
    assert_eq!(
        read[0].as_ref().unwrap_err(),
        "it has no field named \"lead\""
    );
    let read = read_with("a.csv", b"id,text\n1,x\n", options());
    assert_eq!(
        read[0].as_ref().unwrap_err(),
        "it has no column named \"lead\""
    );
}

#[test]
fn tables_are_separated_by_commas_semicolons_tabs_or_bars() {
    for (name, separator) in [
        ("a.csv", ","),
        ("a.csv", ";"),
        ("a.csv", "\t"),
        ("a.csv", "|"),
        ("a.tsv", "\t"),
    ] {
        let rows = [
            ["id", "title", "text"],
            ["1", TITLE, &format!("\"{FIRST}\"")],
            ["2", TITLE, &format!("\"{SECOND}\"")],
        ];
        let table = rows.map(|row| row.join(separator)).join("\r\n");
        let articles = articles(name, table.as_bytes());
        assert_eq!(articles.len(), 2, "{separator}");
        assert_eq!(articles[0].title.as_deref(), Some(TITLE));
        assert_eq!(texts(&articles[1]), [SECOND]);
    }
    let excel = format!("sep=;\r\nid;text\r\n1;\"{FIRST}\"\r\n");
    assert_eq!(texts(&article("a.csv", excel.as_bytes())), [FIRST]);
}

#[test]
fn two_columns_of_one_name_and_a_table_without_text_are_refused_by_name() {
    for (table, message) in [
        ("id,text,text\n1,а,б\n", "it has two columns named \"text\""),
        ("id;id;text\n1;2;б\n", "it has two columns named \"id\""),
        (
            "id;name\n1;а\n",
            "it has no column named text, html, body, content or article",
        ),
    ] {
        let read = read("a.csv", table.as_bytes());
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].as_ref().unwrap_err(), message);
    }
}

#[test]
fn tables_are_read_in_the_charset_that_is_named_or_marked() {
    let table = format!("id,text\n1,\"{FIRST}\"\n");
    let options = |name: &str| RecordOptions {
        encoding: Charset::parse(name).ok(),
        ..RecordOptions::default()
    };
    let russian = "id;text\n1;Новый мост через реку построят к осени, сообщили в акимате.\n";
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(russian);
    let read = read_with("a.csv", &bytes, options("windows-1251"));
    assert!(texts(&read[0].as_ref().unwrap().article)[0].starts_with("Новый мост"));
    let wide: Vec<u8> = [0xFEFF]
        .into_iter()
        .chain(table.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(texts(&article("a.csv", &wide)), [FIRST]);
    let read = read_with("a.csv", b"id,text\n1,\x98\n", options("windows-1251"));
    assert_eq!(
        read[0].as_ref().unwrap_err(),
        "line 2: its text is not windows-1251"
    );
}

#[test]
fn json_is_read_in_utf_16_by_its_byte_order_mark() {
    let record = |text: &str| format!("{{\"text\": \"{text}\"}}");
    let wide = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let units = [0xFEFF].into_iter().chain(text.encode_utf16());
        units.flat_map(bytes).collect()
    };
    let lines = format!("{}\r\n{}\r\n", record(FIRST), record(SECOND));
    let array = format!("[{}, {}]", record(FIRST), record(SECOND));
    for (name, text) in [
        ("a.json", &array),
        ("a.json", &lines),
        ("a.jsonl", &lines),
        ("a.txt", &array),
    ] {
        for bytes in [wide(text, u16::to_le_bytes), wide(text, u16::to_be_bytes)] {
            let read = articles(name, &bytes);
            let read: Vec<&str> = read.iter().flat_map(texts).collect();
            assert_eq!(read, [FIRST, SECOND], "{name}: {text}");
        }
    }
}

#[test]
fn json_is_read_as_an_array_one_object_or_objects_one_after_the_other() {
    let record =
        |id: &str, text: &str| format!("{{\n  \"id\": \"{id}\",\n  \"text\": \"{text}\"\n}}");
    let both = [record("x", FIRST), record("y", SECOND)];
    for name in ["a.json", "a", "a.txt"] {
        for json in [
            format!("\u{feff}[{}]", both.join(", ")),
            both.join("\n"),
            both.join("\n").replace("\n ", "").replace("\"\n}", "\"}"),
            format!(
                "{{\"status\": \"ok\", \"articles\": [{}], \"total\": 2}}",
                both.join(",")
            ),
        ] {
            let read = read(name, json.as_bytes());
            let ids: Vec<&str> = read
                .iter()
                .map(|read| place(read.as_ref().unwrap()))
                .collect();
            assert_eq!(ids, ["x", "y"], "{name}: {json}");
        }
    }
    let one = read(
        "a.json",
        format!("{{\"text\": \"{FIRST}\", \"n\": [1]}}").as_bytes(),
    );
    let one = one[0].as_ref().unwrap();
    assert_eq!((place(one), texts(&one.article)), ("a.json", vec![FIRST]));
    assert_eq!(serde_json::to_string(&one.record).unwrap(), "{\"n\":[1]}");
}

#[test]
fn a_list_of_names_before_the_text_of_a_record_is_no_list_of_records() {
    let json =
        format!(r#"{{"items": ["а", "б"], "data": {{"n": 1}}, "news": 3, "text": "{FIRST}"}}"#);
    let read = read("a.json", json.as_bytes());
    assert_eq!(read.len(), 1);
    let record = &read[0].as_ref().unwrap().record;
    let kept = serde_json::to_string(record).unwrap();
    assert_eq!(kept, r#"{"items":["а","б"],"data":{"n":1},"news":3}"#);
}

#[test]
fn what_is_no_text_before_a_list_of_records_leaves_it_one() {
    for before in [
        r#""text": null"#,
        r#""content": {"n": 1}"#,
        r#""body": " ""#,
        r#""html": ["а"]"#,
    ] {
        let json = format!(r#"{{{before}, "items": [{{"text": "{FIRST}"}}]}}"#);
        let found = articles("a.json", json.as_bytes());
        assert_eq!(texts(&found[0]), [FIRST], "{before}");
    }
}

#[test]
fn a_text_under_a_name_of_lists_is_that_of_a_record() {
    let options = RecordOptions {
        text_field: Some("data".to_owned()),
        ..RecordOptions::default()
    };
    let json = format!(r#"{{"data": "{FIRST}", "items": [{{"n": 1}}]}}"#);
    let found = read_with("a.json", json.as_bytes(), options);
    assert_eq!(found.len(), 1);
    assert_eq!(texts(&found[0].as_ref().unwrap().article), [FIRST]);
}

#[test]
fn a_bad_record_of_an_array_harms_itself_and_broken_json_what_follows() {
    let json =
        format!(r#"[{{"text": "{FIRST}"}}, 7, {{"id": 3}}, {{"text": "{SECOND}"}}, {{"text": ]"#);
    let read = read("a.json", json.as_bytes());
    let said: Vec<String> = read
        .iter()
        .map(|read| {
            read.as_ref()
                .map_or_else(Clone::clone, |read| place(read).to_owned())
        })
        .collect();
    assert_eq!(said.len(), 5, "{said:?}");
    assert_eq!(
        (said[0].as_str(), said[3].as_str()),
        ("a.json:1", "a.json:4")
    );
    assert!(said[1].contains("no JSON object"), "{said:?}");
    assert!(said[2].contains("neither text nor html"), "{said:?}");
    assert!(
        said[4].contains("the JSON cannot be read further"),
        "{said:?}"
    );
}

#[test]
fn messages_of_a_chat_that_telegram_exported_are_articles_with_their_day_and_channel() {
    let messages = format!(
        r#"[{{"id": 1, "type": "service", "date": "2024-01-26T10:00:00", "action": "create_channel", "text": ""}},
            {{"id": 5, "type": "message", "date": "2024-01-27T02:10:00", "date_unixtime": "1706300000", "from": "Ауыл үні", "text": "{FIRST}"}},
            {{"id": 6, "type": "message", "date": "2024-01-27T18:11:00", "photo": "1.jpg", "text": ""}},
            {{"id": 7, "type": "message", "date": "2024-01-27T18:12:00", "from": "Айнұр", "text": ["Көпірдің ", {{"type": "bold", "text": "құрылысы"}}, " көктемде басталып, келесі жылдың күзінде аяқталады."], "text_entities": []}}]"#
    );
    let chat = format!(
        r#"{{"name": "Ауыл үні", "type": "public_channel", "id": 9, "messages": {messages}}}"#
    );
    let read = read("result.json", chat.as_bytes());
    let read: Vec<&ParsedArticle> = read.iter().map(|read| read.as_ref().unwrap()).collect();
    assert_eq!(
        read.iter().map(|read| place(read)).collect::<Vec<_>>(),
        ["result.json:5", "result.json:7"]
    );
    for (read, author) in read.iter().zip([None, Some("Айнұр")]) {
        let metadata = &read.article.metadata;
        assert_eq!(texts(&read.article), [FIRST]);
        assert_eq!(metadata.date.as_deref(), Some("2024-01-27"));
        assert_eq!(metadata.origin.as_deref(), Some("Ауыл үні"));
        assert_eq!(metadata.author.as_deref(), author);
    }
    let all = format!(r#"{{"about": "", "chats": {{"about": "", "list": [{chat}, {chat}]}}}}"#);
    let read = crate::records::read("result.json", all.as_bytes());
    let ids: Vec<&str> = read
        .iter()
        .map(|read| place(read.as_ref().unwrap()))
        .collect();
    assert_eq!(
        ids,
        [
            "result.json:1",
            "result.json:2",
            "result.json:3",
            "result.json:4"
        ]
    );
}

#[test]
fn messages_on_a_page_that_telegram_exported_are_articles() {
    let message = |id: &str, text: &str| {
        format!(
            "<div class=\"message default clearfix\"{id}>\n <div class=\"pull_left userpic_wrap\"><div \
             class=\"initials\">А</div></div>\n <div class=\"body\">\n <div class=\"pull_right date details\" \
             title=\"27.01.2024 18:10:00 UTC+05:00\">18:10</div>\n <div class=\"from_name\">Ауыл &amp; үні</div>\n \
             <div class=\"text\">\n{text}\n</div>\n</div>\n</div>"
        )
    };
    let page = format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"/>\n<title>Exported Data</title></head><body><div \
         class=\"page_header\"><div class=\"text bold\">\nАуыл &amp; үні </div></div>\n<div class=\"message service\" \
         id=\"message-1\"><div class=\"body details\">27 January 2024</div></div>{}{}{}</body></html>",
        message(
            " id=\"message4\"",
            &format!("<strong>{TITLE}</strong><br><br>{FIRST}")
        ),
        message(" id=\"message5\"", ""),
        message(" id=\"message6\"", SECOND),
    );
    let read = read("messages.html", page.as_bytes());
    let read: Vec<&ParsedArticle> = read.iter().map(|read| read.as_ref().unwrap()).collect();
    assert_eq!(
        read.iter().map(|read| place(read)).collect::<Vec<_>>(),
        ["messages.html:4", "messages.html:6"]
    );
    assert_eq!(read[0].article.title.as_deref(), Some(TITLE));
    assert_eq!(texts(&read[0].article), [FIRST]);
    assert_eq!(texts(&read[1].article), [SECOND]);
    for read in read {
        let metadata = &read.article.metadata;
        assert_eq!(metadata.date.as_deref(), Some("2024-01-27"));
        assert_eq!(metadata.origin.as_deref(), Some("Ауыл & үні"));
        assert_eq!(metadata.author, None);
    }
}

#[test]
fn entries_of_rss_and_atom_are_articles() {
    let rss = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" xmlns:content=\"c\" xmlns:dc=\"d\"><channel>\
         <title>a.kz</title><link>https://a.kz</link><item><title>{TITLE}</title><link>https://a.kz/1</link>\
         <pubDate>Fri, 26 Jan 2024 20:30:00 +0000</pubDate><dc:creator>Айнұр Қасымова</dc:creator>\
         <category>Қоғам</category><description>қысқаша</description>\
         <content:encoded><![CDATA[<p>{FIRST}</p><p>{SECOND}</p>]]></content:encoded></item></channel></rss>"
    );
    let short = format!(
        "<rss version=\"2.0\"><channel><item><title>{TITLE}</title><link>https://a.kz/1</link><pubDate>Sat, 27 Jan 2024 \
         18:10:00 +0500</pubDate><author>Айнұр Қасымова</author><category>Қоғам</category>\
         <description>&lt;p&gt;{FIRST}&lt;/p&gt;&lt;p&gt;{SECOND}&lt;/p&gt;</description></item></channel></rss>"
    );
    let atom = format!(
        "<feed xmlns=\"a\"><title>a.kz</title><entry><title type=\"html\">{TITLE}</title><link rel=\"self\" href=\"x\"/>\
         <link href=\"https://a.kz/1\"/><id>tag:1</id><published>2024-01-27T18:10:00+05:00</published><updated>2024-02-01\
         </updated><author><name>Айнұр Қасымова</name><email>a@a.kz</email></author><category term=\"Қоғам\"/>\
         <content type=\"xhtml\"><div><p>{FIRST}</p><p>{SECOND}<br/></p></div></content></entry></feed>"
    );
    for (name, feed) in [
        ("a.rss", &rss),
        ("a.xml", &rss),
        ("feed", &short),
        ("a.atom", &atom),
    ] {
        let article = article(name, feed.as_bytes());
        assert_eq!(article.title.as_deref(), Some(TITLE), "{name}");
        assert_eq!(article.metadata, full(), "{name}");
        assert_eq!(texts(&article), [FIRST, SECOND], "{name}");
    }
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(
        "<?xml version=\"1.0\" encoding=\"windows-1251\"?><rss><channel><item><title>Мост</title>\
         <description>Новый мост через реку построят к осени.</description></item><item><title>Без текста</title>\
         </item></channel></rss>",
    );
    let read = read("a.xml", &bytes);
    assert_eq!(
        texts(&read[0].as_ref().unwrap().article),
        ["Новый мост через реку построят к осени."]
    );
    assert_eq!(read[1].as_ref().unwrap_err(), "the entry has no text");
}

#[test]
fn long_numbers_of_other_fields_come_out_unchanged() {
    let number = "123456789012345678901234567890";
    let line = format!(r#"{{"n": {number}, "deep": [{{"x": -{number}}}], "text": "{FIRST}"}}"#);
    for (name, json) in [
        ("a.jsonl", line.clone()),
        ("a.json", format!("[\n{line}\n]")),
    ] {
        let read = read(name, json.as_bytes());
        let record = serde_json::to_string(&read[0].as_ref().unwrap().record).unwrap();
        assert_eq!(
            record,
            format!(r#"{{"n":{number},"deep":[{{"x":-{number}}}]}}"#)
        );
    }
}

#[test]
fn what_a_mailbox_has_before_its_first_message_is_told() {
    let mail = format!("From a@a.kz Sat Jan 27 18:10:00 2024\nSubject: {TITLE}\n\n{FIRST}\n");
    let read = read("a.mbox", format!("\n\nold\nlines\n\n{mail}").as_bytes());
    assert_eq!(read.len(), 2);
    assert_eq!(
        read[0].as_ref().unwrap_err(),
        "what comes before the first message is not read"
    );
    assert_eq!(texts(&read[1].as_ref().unwrap().article), [FIRST]);
    for mail in [mail.clone(), format!("\u{feff}{mail}")] {
        assert_eq!(articles("a.mbox", mail.as_bytes()).len(), 1);
    }
}

#[test]
fn a_text_after_a_list_of_records_is_told() {
    let list = format!(r#""news": [{{"text": "{FIRST}"}}]"#);
    let read_fields = |fields: &str| read("a.json", format!("{{{fields}}}").as_bytes());
    let found = read_fields(&format!(r#""n": 1, {list}, "n": 2, "text": "{SECOND}""#));
    assert_eq!(found.len(), 2);
    assert_eq!(texts(&found[0].as_ref().unwrap().article), [FIRST]);
    assert_eq!(
        found[1].as_ref().unwrap_err(),
        "its \"text\" comes after a list of records and is not read"
    );
    let options = RecordOptions {
        text_field: Some("data".to_owned()),
        ..RecordOptions::default()
    };
    let json = format!("{{{list}, \"data\": \"{SECOND}\"}}");
    let found = read_with("a.json", json.as_bytes(), options);
    assert_eq!(
        found.last().unwrap().as_ref().unwrap_err(),
        "its \"data\" comes after a list of records and is not read"
    );
    for other in [
        r#""text": null"#,
        r#""body": {"n": 1}"#,
        r#""content": " ""#,
        r#""items": 3"#,
    ] {
        assert_eq!(read_fields(&format!("{list}, {other}")).len(), 1, "{other}");
    }
}

#[test]
fn a_forwarded_message_has_the_name_of_who_sent_it() {
    let name = |name: &str| format!("<div class=\"from_name\">{name}</div>");
    let message = |number: u8, sender: &str, text: &str| {
        format!(
            "<div class=\"message default clearfix\" id=\"message{number}\"><div class=\"body\">{sender}<div \
             class=\"forwarded body\">{}<div class=\"text\">{text}</div></div></div></div>",
            name("Бөтен")
        )
    };
    let page = format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"/>\n<title>Exported Data</title></head><body><div \
         class=\"page_header\"><div class=\"text bold\">Ауыл үні</div></div>{}{}</body></html>",
        message(1, &name("Айнұр"), FIRST),
        message(2, "", SECOND),
    );
    for article in articles("messages.html", page.as_bytes()) {
        assert_eq!(article.metadata.author.as_deref(), Some("Айнұр"));
    }
}
