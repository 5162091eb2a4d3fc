//! Starts the server, and asks it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A sentence that the memorised model knows, and its translation.
pub const SENTENCE: &str = "Биыл аталған кеңестердің құрамы 46%-ға жаңарды.";
pub const TRANSLATION: &str = "This year the membership of these councils was renewed by 46%.";

/// The folder of the fixtures.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

/// A server on a free port, which ends with the value.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// What it said until it listened.
    pub told: String,
    _folder: TempDir,
}

/// The program, in a world of its own.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_translate"));
    command.current_dir(folder).env_clear();
    for kept in ["PATH", "SYSTEMROOT", "TMPDIR"] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
    command
        .env("HOME", folder)
        .env("XDG_CACHE_HOME", folder)
        .env("CUDA_VISIBLE_DEVICES", "")
        .env("HF_ENDPOINT", "http://127.0.0.1:9")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

/// The server's command line.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = program(folder);
    command
        .args(["serve", "--model"])
        .arg(fixture("memorised-nllb"))
        .arg("--summary-model")
        .arg(fixture("memorised-bart"))
        .args(arguments);
    command
}

/// A server without summaries.
pub fn start(arguments: &[&str]) -> Server {
    start_with(&[&["-s", "none"], arguments].concat())
}

/// A server that is ready.
pub fn start_with(arguments: &[&str]) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [&["--port", "0"], arguments].concat();
    let command = command(folder.path(), &arguments);
    started(command, folder, &arguments)
}

/// A server that has no models, and is ready.
pub fn start_without_models(arguments: &[&str]) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [&["serve", "--port", "0"], arguments].concat();
    let mut command = program(folder.path());
    command.args(&arguments);
    started(command, folder, &arguments)
}

fn started(mut command: Command, folder: TempDir, arguments: &[&str]) -> Server {
    let mut child = command.spawn().unwrap();
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let (mut line, mut told) = (String::new(), String::new());
    while !line.contains("listening on http://") {
        line.clear();
        let bytes = errors.read_line(&mut line).unwrap();
        assert!(bytes > 0, "the server ended before it listened: {told}");
        told.push_str(&line);
    }
    // What else it says must not fill the pipe.
    thread::spawn(move || std::io::copy(&mut errors, &mut std::io::sink()));
    let address = line.trim().rsplit_once("http://").unwrap().1;
    let address = address.split('/').next().unwrap().parse().unwrap();
    let server = Server {
        child,
        address,
        told,
        _folder: folder,
    };
    let prefix = arguments
        .iter()
        .position(|argument| *argument == "--url-prefix");
    let prefix = prefix.map_or("", |place| arguments[place + 1].trim_end_matches('/'));
    server.wait_for("the models", || {
        server.get(&format!("{prefix}/ready")).status == 200
    });
    server
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let found = lines.find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }

    /// The status and the message of an error.
    pub fn error(&self) -> (u16, String) {
        let message = self.json()["error"].as_str().unwrap_or_default().to_owned();
        (self.status, message)
    }
}

/// What is asked, apart from the usual headers.
pub struct Asked<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub headers: &'a [(&'a str, &'a str)],
    pub body: &'a [u8],
}

impl Server {
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        stream
    }

    pub fn ask(&self, asked: &Asked) -> Answer {
        let mut stream = self.connect();
        stream.write_all(&self.request(asked)).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        answer(&bytes)
    }

    /// The bytes of a request; a header of its own comes instead of the usual one.
    pub fn request(&self, asked: &Asked) -> Vec<u8> {
        let mut request = format!(
            "{} {} HTTP/1.1\r\nConnection: close\r\n",
            asked.method, asked.path
        );
        let has = |name: &str| {
            asked
                .headers
                .iter()
                .any(|(own, _)| own.eq_ignore_ascii_case(name))
        };
        if !has("host") {
            request.push_str(&format!("Host: {}\r\n", self.address));
        }
        if !has("content-length") && !has("transfer-encoding") {
            request.push_str(&format!("Content-Length: {}\r\n", asked.body.len()));
        }
        for (name, value) in asked.headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        let mut request = request.into_bytes();
        request.extend_from_slice(asked.body);
        request
    }

    pub fn get(&self, path: &str) -> Answer {
        self.with("GET", path, &[], b"")
    }

    pub fn with(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.ask(&Asked {
            method,
            path,
            headers,
            body,
        })
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        let json = [("Content-Type", "application/json")];
        self.with("POST", path, &json, body.to_string().as_bytes())
    }

    pub fn form(&self, path: &str, body: &str) -> Answer {
        let form = [("Content-Type", "application/x-www-form-urlencoded")];
        self.with("POST", path, &form, body.as_bytes())
    }

    /// Sends a file, and fields beside it.
    pub fn upload(&self, path: &str, name: &str, bytes: &[u8], fields: &[(&str, &str)]) -> Answer {
        let mut body = Vec::new();
        for (field, value) in fields {
            body.extend(
                format!(
                    "--b\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
                )
                .bytes(),
            );
        }
        body.extend(
            format!(
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
            )
            .bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--b--\r\n");
        let kind = [("Content-Type", "multipart/form-data; boundary=b")];
        self.with("POST", path, &kind, &body)
    }

    /// Waits for an event, and fails where it has not come within a minute.
    #[track_caller]
    pub fn wait_for(&self, event: &str, mut has_come: impl FnMut() -> bool) {
        let end = Instant::now() + Duration::from_secs(60);
        while !has_come() {
            assert!(Instant::now() < end, "not within a minute: {event}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits for an article, and returns the answer with its document.
    #[track_caller]
    pub fn finished(&self, id: &str) -> Value {
        let mut last = Value::Null;
        self.wait_for("the article", || {
            last = self.get(&format!("/api/articles/{id}")).json();
            last.get("schema").is_some() || last["state"] == "failed"
        });
        last
    }

    #[cfg(unix)]
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .arg(name)
            .arg(self.child.id().to_string())
            .status();
        assert!(status.unwrap().success());
    }

    /// Waits for the program's end.
    pub fn end(&mut self) -> ExitStatus {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(
                Instant::now() < end,
                "the server did not end within a minute"
            );
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer's parts; of one in chunks, the chunks together.
pub fn answer(bytes: &[u8]) -> Answer {
    let place = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let place = place.unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(bytes)));
    let head = String::from_utf8(bytes[..place].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let mut body = bytes[place + 4..].to_vec();
    if head.to_lowercase().contains("transfer-encoding: chunked") {
        body = unchunked(&body);
    }
    Answer { status, head, body }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&rest[..end]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        body.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = rest.get(end + 4 + size..).unwrap_or_default();
    }
    body
}
