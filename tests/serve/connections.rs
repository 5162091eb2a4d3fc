//! Connections that ask for too much, or for nothing, and the server's end.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::json;

use super::server::{Asked, SENTENCE, answer, start};

/// Whether the server has closed a connection.
fn is_closed(stream: &mut TcpStream) -> bool {
    matches!(stream.read(&mut [0; 64]), Ok(0) | Err(_))
}

#[test]
fn connections_that_ask_nothing_make_room_for_those_that_ask() {
    let server = start(&[]);
    let mut idle: Vec<TcpStream> = Vec::new();
    for _ in 0..700 {
        // Those before it are closed where there is no room.
        idle.push(server.connect());
        if idle.len() > 600 {
            idle.remove(0);
        }
        assert_eq!(idle.last().unwrap().peer_addr().unwrap(), server.address);
    }
    assert_eq!(server.get("/health").json(), json!({"status": "ok"}));
    assert!(is_closed(&mut idle[0]));
}

#[test]
fn a_body_beyond_the_limit_is_refused_before_it_is_read() {
    let server = start(&["--max-upload", "1K"]);
    let headers = [
        ("Content-Length", "99999999999"),
        ("Content-Type", "application/json"),
    ];
    let declared = server.with("POST", "/api/articles", &headers, b"");
    assert_eq!(declared.status, 413);
    // One without an end is refused where it reaches the limit.
    let chunked = [
        ("Transfer-Encoding", "chunked"),
        ("Content-Type", "application/json"),
    ];
    let request = server.request(&Asked {
        method: "POST",
        path: "/api/articles",
        headers: &chunked,
        body: b"",
    });
    let mut stream = server.connect();
    stream.write_all(&request).unwrap();
    let chunk = [b"10000\r\n".as_slice(), &[b'x'; 0x10000], b"\r\n"].concat();
    // The server may close its side before all is sent.
    for _ in 0..4 {
        let _ = stream.write_all(&chunk);
    }
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    assert_eq!(answer(&bytes).status, 413);
    assert_eq!(server.get("/health").status, 200);
}

#[test]
fn what_is_no_request_ends_its_connection_alone() {
    let server = start(&[]);
    for bytes in [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".as_slice(),
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        &[b'A'; 70_000],
    ] {
        let mut stream = server.connect();
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(
            answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"),
            "{answer:?}"
        );
    }
    assert_eq!(server.get("/health").status, 200);
}

#[test]
fn a_full_queue_refuses_at_once_and_a_client_that_goes_away_makes_room() {
    let server = start(&["--queue", "1", "--metrics"]);
    // Long enough that it is not done before the next.
    let long = (0..4000)
        .map(|i| format!("{SENTENCE} {i} сөз бар.\n"))
        .collect::<String>();
    let body = json!({"q": long, "source": "kk", "target": "en"}).to_string();
    let request = server.request(&Asked {
        method: "POST",
        path: "/translate",
        headers: &[("Content-Type", "application/json")],
        body: body.as_bytes(),
    });
    let mut first = server.connect();
    first.write_all(&request).unwrap();
    let has = |line: &str| server.get("/metrics").text().lines().any(|own| own == line);
    server.wait_for("the first job", || has("audarma_queue_jobs 1"));
    let short = json!({"q": "сөз", "source": "kk", "target": "en"});
    let refused = server.post("/translate", &short);
    assert_eq!(refused.error(), (503, "the server is busy".to_owned()));
    assert!(refused.header("retry-after").is_some());
    drop(first);
    server.wait_for("the place", || has("audarma_queue_jobs 0"));
    server.wait_for("room", || server.post("/translate", &short).status == 200);
}

#[test]
#[cfg(unix)]
fn a_signal_finishes_what_is_in_work() {
    let mut server = start(&["--metrics"]);
    let lines = format!("{SENTENCE}\n").repeat(3);
    let many: Vec<String> = (0..200).map(|i| format!("{lines}{i} сөз бар.")).collect();
    let body = json!({"q": many, "source": "kk", "target": "en"}).to_string();
    let request = server.request(&Asked {
        method: "POST",
        path: "/translate",
        headers: &[("Content-Type", "application/json")],
        body: body.as_bytes(),
    });
    let mut stream = server.connect();
    stream.write_all(&request).unwrap();
    let has = |line: &str| server.get("/metrics").text().lines().any(|own| own == line);
    server.wait_for("the job", || has("audarma_queue_jobs 1"));
    server.signal("-TERM");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let texts = answer(&bytes).json()["translatedText"]
        .as_array()
        .unwrap()
        .len();
    assert_eq!(texts, 200);
    assert_eq!(server.end().code(), Some(143));
    assert!(TcpStream::connect(server.address).is_err());
}
