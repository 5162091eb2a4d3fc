//! LibreTranslate's interface, word for word where its clients look.

use serde_json::json;

use super::server::{SENTENCE, Server, TRANSLATION, start};

fn query(pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    query.finish()
}

#[test]
fn a_text_is_translated_however_its_parameters_arrive() {
    let server = start(&[]);
    let pairs = [("q", SENTENCE), ("source", "kk"), ("target", "en")];
    let expected = json!({"translatedText": TRANSLATION});
    let body = json!({"q": SENTENCE, "source": "kk", "target": "en"});
    assert_eq!(server.post("/translate", &body).json(), expected);
    assert_eq!(server.form("/translate", &query(&pairs)).json(), expected);
    let path = format!("/translate?{}", query(&pairs));
    assert_eq!(server.with("POST", &path, &[], b"").json(), expected);
    let part = |(name, value): &(&str, &str)| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let multipart: String = pairs.iter().map(part).collect();
    let kind = [("Content-Type", "multipart/form-data; boundary=b")];
    let multipart = format!("{multipart}--b--\r\n");
    let answer = server.with("POST", "/translate", &kind, multipart.as_bytes());
    assert_eq!(answer.json(), expected);
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[test]
fn an_array_and_a_found_language_go_back_in_the_same_shape() {
    let server = start(&[]);
    let found = json!({"confidence": 100.0, "language": "kk"});
    let one = server.post(
        "/translate",
        &json!({"q": SENTENCE, "source": "auto", "target": "en"}),
    );
    assert_eq!(
        one.json(),
        json!({"detectedLanguage": found, "translatedText": TRANSLATION})
    );
    let english = "It was in English before.";
    let body = json!({"q": [SENTENCE, english, "7"], "source": "auto", "target": "en"});
    let answer = server.post("/translate", &body).json();
    assert_eq!(answer["translatedText"], json!([TRANSLATION, english, "7"]));
    assert_eq!(answer["detectedLanguage"][0], found);
    assert_eq!(answer["detectedLanguage"][1]["language"], "en");
    assert_eq!(
        answer["detectedLanguage"][2],
        json!({"confidence": 0.0, "language": "en"})
    );
    let body = json!({"q": [SENTENCE, "7"], "source": "kk", "target": "en", "alternatives": 2});
    let answer = server.post("/translate", &body).json();
    let others = answer["alternatives"][0].as_array().unwrap();
    assert!(
        (1..=2).contains(&others.len()) && !others.contains(&json!(TRANSLATION)),
        "{others:?}"
    );
    assert_eq!(answer["alternatives"][1], json!([]));
    let lines = format!("{SENTENCE}\n\n  {SENTENCE}");
    let body = json!({"q": lines, "source": "kk", "target": "en"});
    let answer = server.post("/translate", &body).json();
    assert_eq!(
        answer["translatedText"],
        format!("{TRANSLATION}\n\n  {TRANSLATION}")
    );
}

#[test]
fn what_is_wrong_is_told_in_libretranslates_words() {
    let server = start(&["--char-limit", "100", "--batch-limit", "2"]);
    let text = |fields: serde_json::Value| {
        let mut body = json!({"q": "сөз", "source": "kk", "target": "en"});
        for (name, value) in fields.as_object().unwrap() {
            body[name] = value.clone();
        }
        server.post("/translate", &body).error()
    };
    for (fields, message) in [
        (json!({"q": null}), "Invalid request: missing q parameter"),
        (json!({"q": ""}), "Invalid request: missing q parameter"),
        (json!({"q": []}), "Invalid request: missing q parameter"),
        (
            json!({"source": ""}),
            "Invalid request: missing source parameter",
        ),
        (
            json!({"target": null}),
            "Invalid request: missing target parameter",
        ),
        (json!({"source": "zz"}), "zz is not supported"),
        (json!({"target": "zz"}), "zz is not supported"),
        (json!({"format": "xml"}), "xml format is not supported"),
        (
            json!({"alternatives": "many"}),
            "Invalid request: alternatives parameter is not a number",
        ),
        (
            json!({"q": "а".repeat(101)}),
            "Invalid request: request (101) exceeds text limit (100)",
        ),
        (
            json!({"q": ["а", "ә", "б"]}),
            "Invalid request: request (3) exceeds text limit (2)",
        ),
        (
            json!({"source": "en", "target": "kk"}),
            "Kazakh (kk) is not available as a target language from English (en)",
        ),
    ] {
        assert_eq!(text(fields.clone()), (400, message.to_owned()), "{fields}");
    }
    let json = [("Content-Type", "application/json")];
    let answer = server.with("POST", "/translate", &json, b"{\"q\":");
    assert_eq!(answer.error(), (400, "Invalid JSON format".to_owned()));
    assert_eq!(server.get("/translate").status, 405);
    assert_eq!(
        server.get("/nothing").error(),
        (404, "Not found".to_owned())
    );
}

#[test]
fn html_keeps_its_tags_and_returns_no_script() {
    let server = start(&[]);
    let answer = |html: serde_json::Value, source: &str| {
        let body = json!({"q": html, "source": source, "target": "en", "format": "html"});
        server.post("/translate", &body).json()
    };
    let page =
        format!("<p class=\"a\"><a href=\"https://example.kz/?a=1&amp;b=2\">{SENTENCE}</a></p>");
    let translated = page.replace(SENTENCE, TRANSLATION);
    assert_eq!(
        answer(json!(page), "kk"),
        json!({"translatedText": translated})
    );
    let script = format!("<p onclick=\"x()\">{SENTENCE}</p><script>alert(1)</script>");
    let found = answer(json!([page, script, "<p></p>"]), "auto");
    assert_eq!(
        found["translatedText"],
        json!([translated, format!("<p>{TRANSLATION}</p>"), "<p></p>"])
    );
    assert_eq!(found["detectedLanguage"][0]["language"], "kk");
    // What is in English already is cleaned all the same.
    let english = answer(
        json!("<b onclick=\"x()\">It was in English before.</b>"),
        "auto",
    );
    assert_eq!(
        english["translatedText"],
        "<b>It was in English before.</b>"
    );
}

#[test]
fn languages_are_found_and_listed() {
    let server = start(&[]);
    let languages = server.get("/languages").json();
    assert_eq!(
        languages[0],
        json!({"code": "kk", "name": "Kazakh", "targets": ["en"]})
    );
    let codes = languages.as_array().unwrap().iter();
    assert!(codes.clone().any(|language| language["code"] == "en"));
    let found = server.post("/detect", &json!({"q": SENTENCE})).json();
    assert_eq!(found, json!([{"confidence": 100.0, "language": "kk"}]));
    let found = server.form(
        "/detect",
        &query(&[("q", "A school was opened in the district.")]),
    );
    assert_eq!(found.json()[0]["language"], "en");
    let missing = server.post("/detect", &json!({}));
    assert_eq!(
        missing.error(),
        (400, "Invalid request: missing q parameter".to_owned())
    );
}

#[test]
fn a_server_tells_its_settings_and_its_state() {
    let server = start(&["--char-limit", "1000", "--metrics"]);
    assert_eq!(server.get("/health").json(), json!({"status": "ok"}));
    let settings = server.get("/frontend/settings").json();
    assert_eq!(settings["charLimit"], 1000);
    assert_eq!(settings["keyRequired"], false);
    assert_eq!(settings["suggestions"], false);
    assert_eq!(
        settings["language"]["target"],
        json!({"code": "en", "name": "English"})
    );
    let suggest = server.post("/suggest", &json!({"q": "сөз", "s": "word"}));
    let refused = "Suggestions are disabled on this server.".to_owned();
    assert_eq!(suggest.error(), (403, refused));
    let metrics = server.get("/metrics");
    assert!(
        metrics.text().contains("audarma_ready 1\n"),
        "{}",
        metrics.text()
    );
    assert!(
        metrics
            .text()
            .contains("{route=\"/health\",status=\"200\"} 1\n"),
        "{}",
        metrics.text()
    );
    assert_eq!(start(&[]).get("/metrics").status, 404);
}

#[test]
fn parameters_beyond_the_limit_are_refused_not_left_out() {
    let server = start(&[]);
    let form = |count| server.form("/detect", &"q=a&".repeat(count));
    assert_eq!(form(100).status, 200);
    let many = "Invalid request: too many parameters".to_owned();
    assert_eq!(form(10_001).error(), (400, many));
}

#[test]
fn a_key_is_wanted_and_a_client_may_not_ask_too_often() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    std::fs::write(&keys, "# two\nfirst-secret\nsecond-secret\n").unwrap();
    let keys = keys.to_str().unwrap();
    let server = start(&[
        "--api-keys",
        keys,
        "--requests-per-minute",
        "3",
        "--metrics",
    ]);
    let asked = |server: &Server, key: &str| {
        let mut body = json!({"q": "сөз"});
        if !key.is_empty() {
            body["api_key"] = json!(key);
        }
        server.post("/detect", &body)
    };
    let contact = "Please contact the server operator to get an API key".to_owned();
    assert_eq!(asked(&server, "").error(), (400, contact));
    let wrong = asked(&server, "third-secret").error();
    assert_eq!(wrong, (403, "Invalid API key".to_owned()));
    for _ in 0..3 {
        assert_eq!(asked(&server, "first-secret").status, 200);
    }
    let slow = asked(&server, "first-secret");
    assert_eq!(slow.error(), (429, "Slowdown: 3 per 1 minute".to_owned()));
    assert!(slow.header("retry-after").is_some());
    assert_eq!(asked(&server, "second-secret").status, 200);
    let bearer = [
        ("Authorization", "Bearer second-secret"),
        ("Content-Type", "application/json"),
    ];
    assert_eq!(
        server
            .with("POST", "/detect", &bearer, b"{\"q\":\"a\"}")
            .status,
        200
    );
    assert_eq!(server.get("/metrics").status, 401);
    assert_eq!(
        server.with("GET", "/metrics", &bearer[..1], b"").status,
        200
    );
    let usage = |key: &str| {
        let key = format!("DeepL-Auth-Key {key}");
        let headers = [("Authorization", key.as_str())];
        server.with("GET", "/v2/usage", &headers, b"").status
    };
    assert_eq!((usage("second-secret"), usage("third-secret")), (200, 403));
    // What everybody may know.
    assert_eq!(server.get("/languages").status, 200);
    assert_eq!(server.get("/frontend/settings").json()["keyRequired"], true);
}
