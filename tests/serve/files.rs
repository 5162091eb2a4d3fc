//! `/translate_file`: a file in, a file out.

use std::fs;

use super::server::{fixture, start};

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
