//! The page for people, and who may see it.

use std::fs;

use super::{encoded, found, made, serve};
use crate::server::start;

#[test]
fn the_page_works_without_scripts() {
    let server = serve(&made("pages"), &[]);
    let home = server.get("/");
    assert_eq!(
        (home.status, home.header("location")),
        (307, Some("archive/"))
    );
    let home = server.get("/archive");
    assert_eq!(
        (home.status, home.header("location")),
        (307, Some("archive/"))
    );
    let page = server.get(&format!(
        "/archive/?q={}&lang=kk&section=%22%3E%3Cscript%3E",
        encoded("<b>кеңес")
    ));
    let text = page.text();
    assert!(text.contains("<html lang=\"kk\">") && text.contains("Мұрағаттан іздеу"));
    assert!(!text.contains("<script") && text.contains("&lt;b&gt;кеңес"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"));
    let page = server.get(&format!("/archive/?q={}", encoded("кеңес")));
    assert!(
        page.text().contains("<mark>кеңестердің</mark>"),
        "{}",
        page.text()
    );
    assert!(page.text().contains("href=\"pages/report.html\""));
    let russian = [("Accept-Language", "ru-RU,ru;q=0.9")];
    let page = server.with("GET", "/archive/", &russian, b"");
    assert!(page.text().contains("Поиск по архиву"));
    for path in [
        "/archive/archive.css",
        "/archive/icon.svg",
        "/archive/pages/report.html",
    ] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    // Nothing is translated, and nothing changes.
    assert!(!server.get("/archive/").text().contains("<a href=\"../\">"));
    for path in [
        "/translate",
        "/api/articles",
        "/archive/",
        "/archive/api/search",
    ] {
        let answer = server.post(
            path,
            &serde_json::json!({"q": "сөз", "source": "kk", "target": "en"}),
        );
        assert!([404, 405].contains(&answer.status), "{path}");
    }
    assert_eq!(server.get("/languages").status, 404);
    assert_eq!(server.get("/health").status, 200);
}

#[test]
fn a_key_is_asked_for_as_a_password() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    fs::write(&keys, "newsroom-key\n").unwrap();
    let server = serve(&made("all.sqlite"), &["--api-keys", keys.to_str().unwrap()]);
    let with = |path: &str, value: &str| server.with("GET", path, &[("Authorization", value)], b"");
    // No key can be read from these: the second has "a:құпия".
    for other in ["Basic", "Basic YTrSm9Kx0L/QuNGP", "Digest a", "Bearer"] {
        let answer = with("/archive/", other);
        assert_eq!(answer.status, 401, "{other}");
        assert!(answer.header("www-authenticate").is_some(), "{other}");
    }
    // ":newsroom-key" and "a:wrong-key-1"
    let (right, wrong) = ("Basic Om5ld3Nyb29tLWtleQ==", "Basic YTp3cm9uZy1rZXktMQ==");
    for path in ["/archive/", "/archive/articles/1", "/archive/pages/a.html"] {
        let answer = server.get(path);
        assert_eq!(answer.status, 401, "{path}");
        assert!(
            answer
                .header("www-authenticate")
                .unwrap()
                .starts_with("Basic realm=")
        );
        assert_eq!(with(path, wrong).status, 401, "{path}");
        assert!([200, 404].contains(&with(path, right).status), "{path}");
    }
    let search = "/archive/api/search?q=a";
    assert_eq!(server.get(search).status, 400);
    assert_eq!(with(search, wrong).status, 403);
    for value in [right, "Bearer newsroom-key"] {
        assert_eq!(with(search, value).status, 200);
    }
    assert_eq!(
        server.get(&format!("{search}&api_key=newsroom-key")).status,
        200
    );
}

#[test]
fn what_articles_say_of_themselves_cannot_reorder_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    let mut document = super::documents()[0].clone();
    document["metadata"]["date"] = "2023\u{202e}".into();
    document["metadata"]["origin"] = "egemen\u{202e}.kz".into();
    fs::write(&path, document.to_string()).unwrap();
    let server = serve(&path, &[]);
    let page = server.get("/archive/");
    for shown in [
        "<li>2023\u{fffd}</li>",
        "egemen\u{fffd}.kz (1)",
        ">2023\u{fffd}</time>",
    ] {
        assert!(page.text().contains(shown), "{shown}: {}", page.text());
    }
}

#[test]
fn an_archive_is_below_the_prefix_and_known_by_its_hosts() {
    let server = serve(&made("all.sqlite"), &["--url-prefix", "/kk"]);
    assert_eq!(server.get("/kk/archive/").status, 200);
    assert_eq!(server.get("/archive/").status, 404);
    let hit = server
        .get(&format!("/kk/archive/api/search?q={}", encoded("кеңес")))
        .json();
    let url = hit["sentences"][0]["article"]["url"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(url.contains("/kk/archive/articles/"), "{url}");
    let evil = [("Host", "evil.example")];
    assert_eq!(server.with("GET", "/kk/archive/", &evil, b"").status, 403);
}

#[test]
fn with_a_model_the_archive_is_beside_the_translation() {
    let server = start(&[made("pages").to_str().unwrap()]);
    assert_eq!(server.get("/").status, 200);
    // Each page leads to the other.
    let settings = |server: &crate::server::Server| server.get("/frontend/settings").json();
    assert_eq!(settings(&server)["articles"]["archive"], true);
    assert!(server.get("/").text().contains("href=\"archive/\""));
    assert!(server.get("/archive/").text().contains("<a href=\"../\">"));
    assert!(!found(&server, "кеңес").is_empty());
    let answer = server.form(
        "/translate",
        &format!("q={}&source=kk&target=en", encoded(crate::server::SENTENCE)),
    );
    assert_eq!(answer.json()["translatedText"], crate::server::TRANSLATION);
    // Without an archive there is none.
    let server = start(&[]);
    assert_eq!(settings(&server)["articles"]["archive"], false);
    assert_eq!(server.get("/archive/").status, 404);
    assert_eq!(server.get("/archive/api/search?q=a").status, 404);
}
