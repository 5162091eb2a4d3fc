//! Attacks by pages that a browser on the same machine shows.

use serde_json::json;

use super::server::start;

const JSON: (&str, &str) = ("Content-Type", "application/json");
const BODY: &[u8] = "{\"q\":\"сөз\"}".as_bytes();

#[test]
fn a_name_that_was_made_to_resolve_to_this_machine_is_refused() {
    let server = start(&["--allow-host", "translate.example"]);
    let detect = |host: &str| {
        server
            .with("POST", "/detect", &[JSON, ("Host", host)], BODY)
            .status
    };
    for host in [
        "localhost",
        "localhost:5000",
        "127.0.0.1:1",
        "[::1]:5000",
        "translate.example",
    ] {
        assert_eq!(detect(host), 200, "{host}");
    }
    for host in [
        "evil.example",
        "evil.example:5000",
        "127.0.0.1.evil.example",
        "a b",
        "",
    ] {
        assert!([400, 403].contains(&detect(host)), "{host}");
    }
    let twice = [("Host", "localhost"), ("Host", "evil.example")];
    assert_eq!(server.with("GET", "/languages", &twice, b"").status, 400);
    let evil = [("Host", "evil.example")];
    let answer = server.with("GET", "/languages", &evil, b"");
    assert_eq!(
        answer.error(),
        (403, "This server is not known by that name".to_owned())
    );
}

#[test]
fn a_page_of_another_origin_changes_nothing() {
    let server = start(&[]);
    let own = format!("http://{}", server.address);
    let detect = |origin: &str| server.with("POST", "/detect", &[JSON, ("Origin", origin)], BODY);
    assert_eq!(detect(&own).status, 200);
    for origin in [
        "http://evil.example",
        "null",
        "http://localhost:1",
        "chrome-extension://abc",
    ] {
        let answer = detect(origin);
        assert_eq!(answer.status, 403, "{origin}");
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    // It may send a request to read; its browser does not give it the answer.
    let headers = [("Origin", "http://evil.example")];
    let answer = server.with("GET", "/languages", &headers, b"");
    assert_eq!(answer.header("access-control-allow-origin"), None);
    assert_eq!(
        answer.header("cross-origin-resource-policy"),
        Some("same-origin")
    );
}

#[test]
fn an_origin_that_is_allowed_may_use_the_server() {
    let server = start(&["--cors", "https://cms.example"]);
    let allowed = [JSON, ("Origin", "https://cms.example")];
    let answer = server.with("POST", "/detect", &allowed, BODY);
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://cms.example")
    );
    assert_eq!(answer.header("vary"), Some("Origin"));
    let other = [JSON, ("Origin", "https://other.example")];
    assert_eq!(server.with("POST", "/detect", &other, BODY).status, 403);

    let all = start(&["--cors", "*"]);
    let answer = all.with("POST", "/detect", &other, BODY);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let asks = [
        ("Origin", "moz-extension://a"),
        ("Access-Control-Request-Method", "POST"),
    ];
    let preflight = all.with("OPTIONS", "/translate", &asks, b"");
    assert_eq!(preflight.status, 204);
    assert_eq!(
        preflight.header("access-control-allow-methods"),
        Some("GET, POST, DELETE")
    );
    assert_eq!(
        preflight.header("access-control-allow-headers"),
        Some("Authorization, Content-Type")
    );
}

#[test]
fn every_answer_says_what_a_browser_may_do_with_it() {
    let server = start(&[]);
    for path in ["/", "/languages", "/nothing", "/api/articles/nothing.html"] {
        let answer = server.get(path);
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors"),
            "{path}"
        );
        assert!(!policy.contains("unsafe"), "{path}");
    }
}

#[test]
fn a_prefix_comes_before_every_path() {
    let server = start(&["--url-prefix", "/kk/"]);
    assert_eq!(server.get("/kk/health").json(), json!({"status": "ok"}));
    assert_eq!(server.get("/health").status, 404);
    let answer = server.get("/kk");
    assert_eq!(
        (answer.status, answer.header("location")),
        (308, Some("/kk/"))
    );
    assert_eq!(server.get("/kk/").status, 200);
}
