//! `/translate_file`: a file in, a file out.

use std::fs;

use super::server::{SENTENCE, TRANSLATION, fixture, start};

const FIELDS: [(&str, &str); 2] = [("source", "kk"), ("target", "en")];

#[test]
fn a_file_is_translated_and_fetched_by_the_address_that_is_told() {
    let server = start(&[]);
    let article = fs::read(fixture("article.txt")).unwrap();
    let answer = server.upload("/translate_file", "../мақала.txt", &article, &FIELDS);
    let url = answer.json()["translatedFileUrl"]
        .as_str()
        .unwrap()
        .to_owned();
    let root = format!("http://{}/download_file/", server.address);
    let name = url.strip_prefix(&root).unwrap();
    assert!(!name.contains("..") && name.ends_with("_en.txt"), "{name}");
    let file = server.get(&format!("/download_file/{name}"));
    assert!(file.text().contains("7,154 people found permanent jobs"));
    assert!(
        file.header("content-disposition")
            .unwrap()
            .starts_with("attachment; ")
    );
}

#[test]
fn a_file_comes_back_in_its_own_format() {
    let server = start(&[]);
    let translated = |name: &str, text: &str| {
        let answer = server.upload("/translate_file", name, text.as_bytes(), &FIELDS);
        let url = answer.json()["translatedFileUrl"]
            .as_str()
            .unwrap()
            .to_owned();
        let path = url.split_once("/download_file/").unwrap().1.to_owned();
        server.get(&format!("/download_file/{path}"))
    };
    for (name, around) in [
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\n{}\n"),
        ("a.md", "# {}\n\n- {}\n"),
        ("a.html", "<p class=\"a\"><b>{}</b></p>"),
    ] {
        let answer = translated(name, &around.replace("{}", SENTENCE));
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let expected = around.replace("{}", TRANSLATION);
        assert_eq!(flat(answer.text()), flat(&expected), "{name}");
    }
    let page = translated("a.html", "<p>сөз</p><script>alert(1)</script>");
    assert!(!page.text().contains("script"));
    assert!(
        page.header("content-disposition")
            .unwrap()
            .starts_with("attachment")
    );
    let word = server.upload(
        "/translate_file",
        "a.docx",
        b"PK\x03\x04 no package",
        &FIELDS,
    );
    assert_eq!(word.status, 400);
}

#[test]
fn what_cannot_be_translated_is_refused() {
    let server = start(&[]);
    let unsupported = server.upload("/translate_file", "a.exe", b"MZ", &FIELDS);
    let message = "Invalid request: file format not supported".to_owned();
    assert_eq!(unsupported.error(), (400, message));
    let none = server.form("/translate_file", "source=kk&target=en");
    assert_eq!(
        none.error(),
        (400, "Invalid request: missing file parameter".to_owned())
    );
    let no_source = server.upload("/translate_file", "a.txt", b"a", &[]);
    assert_eq!(
        no_source.error(),
        (400, "Invalid request: missing source parameter".to_owned())
    );
    for path in [
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/secret",
        "nothing.txt",
        "%00",
    ] {
        assert_eq!(
            server.get(&format!("/download_file/{path}")).status,
            404,
            "{path}"
        );
    }
}
