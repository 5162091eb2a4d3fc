//! Our own interface: an article is sent, watched, fetched and removed.

use std::fs;
use std::io::{BufRead, BufReader, Write};

use serde_json::{Value, json};

use super::server::{Asked, SENTENCE, TRANSLATION, fixture, start, start_with};

const TITLE: &str = "7,154 people found permanent jobs in Zhetisu Region";

fn id(created: &Value) -> String {
    created["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_file_becomes_a_document_with_a_summary() {
    let server = start_with(&[]);
    let article = fs::read(fixture("article.txt")).unwrap();
    let created = server.upload("/api/articles", "мақала.txt", &article, &[]);
    assert_eq!(created.status, 202);
    let id = id(&created.json());
    assert_eq!(
        created.json()["url"],
        format!("http://{}/api/articles/{id}", server.address)
    );
    let document = server.finished(&id);
    assert_eq!(document["title"]["target"], TITLE);
    assert_eq!(document["id"], "мақала.txt");
    assert_eq!(document["summary"]["method"], "abstractive");

    let path = |ending: &str| format!("/api/articles/{id}.{ending}");
    let page = server.get(&path("html"));
    assert!(page.text().contains(TITLE));
    assert!(
        page.header("content-security-policy")
            .unwrap()
            .contains("sandbox")
    );
    assert!(server.get(&path("txt")).text().starts_with(TITLE));
    assert_eq!(server.get(&path("json")).json(), document);
    let word = server.get(&path("docx"));
    assert!(word.body.starts_with(b"PK"));
    let saved = word.header("content-disposition").unwrap();
    assert!(
        saved.starts_with("attachment; filename=\"______.en.docx\"; filename*=UTF-8''"),
        "{saved}"
    );
    assert_eq!(server.get(&path("exe")).status, 404);

    let path = format!("/api/articles/{id}");
    assert_eq!(server.with("DELETE", &path, &[], b"").status, 204);
    assert_eq!(server.get(&path).status, 404);
    assert_eq!(server.with("DELETE", &path, &[], b"").status, 404);
}

#[test]
fn a_text_a_page_and_a_record_are_articles() {
    let server = start(&[]);
    let page = format!("<article><h1>Тақырып</h1><p>{SENTENCE} {SENTENCE}</p></article>");
    for body in [
        json!({"text": SENTENCE}),
        json!({"html": page}),
        json!({"record": {"id": "7", "text": SENTENCE, "section": "x"}, "source": "kk"}),
    ] {
        let created = server.post("/api/articles", &body);
        assert_eq!(created.status, 202, "{}", created.text());
        let document = server.finished(&id(&created.json()));
        let text = document["paragraphs"].to_string();
        assert!(text.contains(TRANSLATION), "{document}");
    }
}

#[test]
fn progress_is_told_as_events_to_the_end() {
    let server = start(&[]);
    let lines = format!("{SENTENCE}\n\n").repeat(20);
    let created = server.post("/api/articles", &json!({"text": lines})).json();
    let mut stream = server.connect();
    let request = server.request(&Asked {
        method: "GET",
        path: &format!("/api/articles/{}/events", id(&created)),
        headers: &[],
        body: b"",
    });
    stream.write_all(&request).unwrap();
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    let states: Vec<Value> = lines
        .filter_map(|line| Some(serde_json::from_str(line.strip_prefix("data: ")?).unwrap()))
        .collect();
    let last = states.last().unwrap();
    assert_eq!(last["state"], "done");
    assert_eq!(
        (&last["sentences"], &last["done"]),
        (&json!(20), &json!(20))
    );
    assert_eq!(last["error"], Value::Null);
    assert_eq!(last["id"], created["id"]);
}

#[test]
fn what_is_no_article_fails_by_itself_and_says_why() {
    let server = start(&[]);
    let created = server.upload("/api/articles", "a.png", b"\x89PNG\r\n\x1a\n0000", &[]);
    let state = server.finished(&id(&created.json()));
    assert_eq!(state["state"], "failed");
    assert_eq!(
        state["error"],
        "the input is no text: it looks like a PNG image"
    );
    let path = format!("/api/articles/{}.html", state["id"].as_str().unwrap());
    assert_eq!(server.get(&path).status, 409);
    let missing = server.post("/api/articles", &json!({"other": 1}));
    assert_eq!(
        missing.error(),
        (
            400,
            "Invalid request: missing file, text, html, record or url parameter".to_owned()
        )
    );
    let empty = server.upload("/api/articles", "a.txt", b"", &[]);
    assert_eq!(
        empty.error(),
        (400, "Invalid request: empty file".to_owned())
    );
    assert_eq!(server.get("/health").status, 200);
}

#[test]
fn finished_articles_are_kept_where_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let keep = folder.path().to_str().unwrap();
    let sent = start(&["--keep", keep]);
    let created = sent
        .post("/api/articles", &json!({"text": SENTENCE}))
        .json();
    let id = id(&created);
    let document = sent.finished(&id);
    drop(sent);
    let later = start(&["--keep", keep]);
    assert_eq!(later.get(&format!("/api/articles/{id}")).json(), document);
    assert!(
        later
            .get(&format!("/api/articles/{id}.txt"))
            .text()
            .contains(TRANSLATION)
    );
    for path in ["..%2F..%2Fetc%2Fpasswd", "../secret", "%00", "....json"] {
        assert_eq!(
            later.get(&format!("/api/articles/{path}")).status,
            404,
            "{path}"
        );
    }
    assert_eq!(
        later
            .with("DELETE", &format!("/api/articles/{id}"), &[], b"")
            .status,
        204
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn addresses_are_fetched_only_where_that_is_allowed_and_none_of_this_machine() {
    let server = start(&[]);
    let own = format!("http://{}/", server.address);
    assert_eq!(
        server.post("/api/articles", &json!({"url": own})).error(),
        (403, "This server fetches no addresses".to_owned())
    );
    assert_eq!(
        server.get("/frontend/settings").json()["articles"]["fetch"],
        false
    );

    let server = start(&["--fetch"]);
    let settings = server.get("/frontend/settings").json();
    assert_eq!(settings["articles"]["fetch"], true);
    let refused = "127.0.0.1 is not on the public web";
    for (address, message) in [
        (format!("http://{}/", server.address), refused),
        ("http://127.0.0.1/latest/meta-data".to_owned(), refused),
        (
            "file:///etc/passwd".to_owned(),
            "\"file:///etc/passwd\" is not an address of the web",
        ),
    ] {
        let created = server.post("/api/articles", &json!({"url": address}));
        assert_eq!(created.status, 202);
        let path = format!("/api/articles/{}", id(&created.json()));
        server.wait_for("the refusal", || {
            server.get(&path).json()["state"] == "failed"
        });
        assert_eq!(server.get(&path).json()["error"], message);
    }
}
