//! A model hub on loopback for tests: it serves folders as huggingface.co does, logs every request,
//! and misbehaves on demand.
//!
//! Two ports, so that the hub and its storage ("CDN") are different origins:
//! - `/<org>/<repo>/resolve/<revision>/<file>`: a large file is a 302 to the storage with
//!   x-linked-etag (its SHA-256) and x-linked-size; a small one a relative 307 to
//!   `/api/resolve-cache/…`, which answers 200 with its git blob id as etag; all with x-repo-commit;
//! - `/api/models/<org>/<repo>[/revision/<revision>]`: the commit and the list of files;
//! - ranges are honoured (206, 416), errors carry x-error-code;
//! - who sends no token is answered 401 without a code for a repository that is not there, and who sends
//!   one that is not valid ([`LocalHub::refuse_token`]) 401 without a code for everything;
//! - a repository that was renamed is a relative 307; a mirror ([`LocalHub::mirror`]) is a 308 to the hub.
//!
//! Each test binary uses a part of it only.
#![allow(dead_code)]

mod answer;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use sha1::Sha1;
use sha2::{Digest, Sha256};

/// How the server misbehaves for a file.
#[derive(Debug, Clone)]
pub enum Attack {
    /// The file's bytes are answered with an error page, 403.
    ForbiddenPage,
    /// The file's bytes are an HTML page, 200.
    HtmlPage,
    /// Bytes of the right number and wrong content.
    WrongBytes,
    /// The right content, a few bytes short, with a Content-Length that says so.
    ShortBody,
    /// The right content and more after it.
    LongBody,
    /// Bytes that never end, without a Content-Length.
    Endless,
    /// The connection is cut in the middle of what is asked for, so many times; ranges work.
    Cut { times: usize },
    /// Every answer begins at the file's start, whatever range is asked for, and is cut.
    CutWithoutRanges,
    /// A range is answered with 200 and the whole file.
    IgnoresRange,
    /// A range is answered with 206 and another range.
    OtherRange,
    /// Half of the bytes, then silence.
    Silence,
    /// The bytes come in so many pieces with a pause before each.
    Slow { pieces: usize, pause: Duration },
    /// 503, so many times.
    Unavailable { times: usize },
    /// 404 for this file.
    Missing,
    /// 401, the repository being gated.
    Gated,
    /// This text as the file's etag.
    Etag(String),
    /// This text as the commit the answer is for.
    Commit(String),
    /// Another size than the file has, announced and served honestly otherwise.
    AnnouncedSize(u64),
    /// The storage refuses its own address with this status, so many times.
    StorageRefuses { status: u16, times: usize },
    /// The storage refuses every range.
    RefusesRanges,
    /// The connection is cut once, and ranges are answered with 206 without Content-Range.
    UnnamedRanges,
    /// Too many requests, so many times, with these seconds to wait.
    Busy { times: usize, seconds: u64 },
    /// The storage is at this host.
    StorageAt(&'static str),
    /// A redirect to this place.
    Redirect(String),
    /// 304, though nothing was asked conditionally.
    NotModified,
    /// The repository's list of files is this text.
    Listing(String),
}

/// A request as the server saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    /// Whether it went to the storage behind the hub.
    pub to_cdn: bool,
    pub path: String,
    pub range: Option<String>,
    pub authorization: Option<String>,
}

impl Request {
    /// The last part of the path.
    pub fn file(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

/// The running hub; it stops when dropped.
pub struct LocalHub {
    state: Arc<State>,
    accepting: Vec<JoinHandle<()>>,
}

struct State {
    hub: SocketAddr,
    cdn: SocketAddr,
    stopped: AtomicBool,
    world: Mutex<World>,
}

#[derive(Default)]
struct World {
    /// By `org/repo`.
    repositories: BTreeMap<String, Repository>,
    /// By file name.
    attacks: BTreeMap<String, Attack>,
    requests: Vec<Request>,
    /// A token that is not valid.
    refused: Option<String>,
    /// Former names of repositories.
    renamed: BTreeMap<String, String>,
    /// Whether the hub is only a mirror that sends every request to another one.
    mirrored: Option<String>,
}

#[derive(Default)]
struct Repository {
    /// Branch to commit.
    branches: BTreeMap<String, String>,
    /// Commit to its files.
    commits: BTreeMap<String, BTreeMap<String, Served>>,
    licence: Option<String>,
    token: Option<String>,
}

/// A file as it is served.
#[derive(Clone)]
struct Served {
    content: Arc<[u8]>,
    /// SHA-256 of a large file, git blob id of a small one.
    etag: String,
    is_large: bool,
}

impl Served {
    fn new(name: &str, content: Vec<u8>) -> Self {
        let binary = [".bin", ".safetensors", ".model"]
            .iter()
            .any(|end| name.ends_with(end));
        let is_large = binary || content.len() > 256 << 10;
        let etag = if is_large {
            sha256(&content)
        } else {
            git_blob_id(&content)
        };
        Self {
            content: content.into(),
            etag,
            is_large,
        }
    }
}

impl LocalHub {
    /// Starts a hub that serves nothing yet.
    pub fn start() -> Self {
        let listen = || TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
        let (hub, cdn) = (listen(), listen());
        let address = |listener: &TcpListener| listener.local_addr().expect("a bound address");
        let state = Arc::new(State {
            hub: address(&hub),
            cdn: address(&cdn),
            stopped: AtomicBool::new(false),
            world: Mutex::default(),
        });
        let accepting = [hub, cdn]
            .into_iter()
            .map(|listener| {
                let state = Arc::clone(&state);
                std::thread::spawn(move || accept(&listener, &state))
            })
            .collect();
        Self { state, accepting }
    }

    /// The address for HF_ENDPOINT.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.state.hub)
    }

    pub fn address(&self) -> SocketAddr {
        self.state.hub
    }

    /// Where large files are.
    pub fn storage(&self) -> SocketAddr {
        self.state.cdn
    }

    /// Serves the files at the top of a folder as a commit of a repository; main stands there then.
    pub fn serve(&self, repository: &str, commit: &str, folder: &Path) {
        let entries = std::fs::read_dir(folder).expect("a folder to serve");
        let files = entries
            .map(|entry| entry.expect("a readable folder"))
            .filter(|entry| entry.path().is_file())
            .map(|entry| {
                let name = entry.file_name().into_string().expect("a plain file name");
                let content = std::fs::read(entry.path()).expect("a readable file");
                (name, content)
            });
        self.serve_files(repository, commit, files);
    }

    /// Serves files from memory as a commit of a repository; main stands there then.
    pub fn serve_files(
        &self,
        repository: &str,
        commit: &str,
        files: impl IntoIterator<Item = (impl Into<String>, impl Into<Vec<u8>>)>,
    ) {
        let files = files.into_iter().map(|(name, content)| {
            let name = name.into();
            let served = Served::new(&name, content.into());
            (name, served)
        });
        let mut world = self.state.world();
        let repo = world.repositories.entry(repository.to_owned()).or_default();
        repo.commits.insert(commit.to_owned(), files.collect());
        repo.branches.insert("main".to_owned(), commit.to_owned());
    }

    /// Lets a branch stand at a commit.
    pub fn set_branch(&self, repository: &str, branch: &str, commit: &str) {
        let mut world = self.state.world();
        let repo = world.repositories.entry(repository.to_owned()).or_default();
        repo.branches.insert(branch.to_owned(), commit.to_owned());
    }

    /// Tags a repository with a licence.
    pub fn set_licence(&self, repository: &str, licence: &str) {
        let mut world = self.state.world();
        let repo = world.repositories.entry(repository.to_owned()).or_default();
        repo.licence = Some(licence.to_owned());
    }

    /// Serves a repository only to who sends this token.
    pub fn require_token(&self, repository: &str, token: &str) {
        let mut world = self.state.world();
        let repo = world.repositories.entry(repository.to_owned()).or_default();
        repo.token = Some(token.to_owned());
    }

    /// Answers whoever sends this token that it is not valid.
    pub fn refuse_token(&self, token: &str) {
        self.state.world().refused = Some(format!("Bearer {token}"));
    }

    /// Redirects from a former name of a repository.
    pub fn rename(&self, former: &str, name: &str) {
        let mut world = self.state.world();
        world.renamed.insert(former.to_owned(), name.to_owned());
    }

    /// Sends every request to another hub.
    pub fn mirror(&self, hub: &LocalHub) {
        self.state.world().mirrored = Some(hub.endpoint());
    }

    /// Misbehaves for a file from now on. [`Attack::Listing`] goes by the repository's last name.
    pub fn attack(&self, file: &str, attack: Attack) {
        self.state.world().attacks.insert(file.to_owned(), attack);
    }

    /// Behaves again.
    pub fn behave(&self) {
        self.state.world().attacks.clear();
    }

    /// The requests since the start or since they were last taken.
    pub fn take_requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.state.world().requests)
    }

    /// The requests since the start or since they were last taken.
    pub fn requests(&self) -> Vec<Request> {
        self.state.world().requests.clone()
    }
}

impl Drop for LocalHub {
    fn drop(&mut self) {
        self.state.stopped.store(true, Ordering::SeqCst);
        for address in [self.state.hub, self.state.cdn] {
            // Wakes the thread that waits for a connection.
            let _ = TcpStream::connect(address);
        }
        for thread in self.accepting.drain(..) {
            let _ = thread.join();
        }
    }
}

impl State {
    fn world(&self) -> MutexGuard<'_, World> {
        // A test that failed while it held the lock has said so already.
        self.world
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The attack on a file, used up where it lasts a number of times only.
    fn attack_on(&self, file: &str) -> Option<Attack> {
        let mut world = self.world();
        let attack = world.attacks.get(file)?.clone();
        let left = match &attack {
            Attack::Cut { times: 1 }
            | Attack::Unavailable { times: 1 }
            | Attack::StorageRefuses { times: 1, .. }
            | Attack::Busy { times: 1, .. } => None,
            Attack::StorageRefuses { status, times } => Some(Attack::StorageRefuses {
                status: *status,
                times: times - 1,
            }),
            Attack::Busy { times, seconds } => Some(Attack::Busy {
                times: times - 1,
                seconds: *seconds,
            }),
            Attack::Cut { times } => Some(Attack::Cut { times: times - 1 }),
            Attack::Unavailable { times } => Some(Attack::Unavailable { times: times - 1 }),
            other => Some(other.clone()),
        };
        match left {
            Some(attack) => world.attacks.insert(file.to_owned(), attack),
            None => world.attacks.remove(file),
        };
        Some(attack)
    }

    /// The attack on a file, left as it is.
    fn planned_attack(&self, file: &str) -> Option<Attack> {
        self.world().attacks.get(file).cloned()
    }
}

fn accept(listener: &TcpListener, state: &Arc<State>) {
    let to_cdn = listener
        .local_addr()
        .is_ok_and(|address| address == state.cdn);
    for stream in listener.incoming().flatten() {
        if state.stopped.load(Ordering::SeqCst) {
            return;
        }
        let state = Arc::clone(state);
        std::thread::spawn(move || {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
            if let Some(request) = read_request(&stream, to_cdn) {
                state.world().requests.push(request.clone());
                // A client that hangs up in the middle is no trouble of the server's.
                let _ = answer::answer(&state, &request, stream);
            }
        });
    }
}

fn read_request(stream: &TcpStream, to_cdn: bool) -> Option<Request> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    let mut words = first.split(' ');
    let mut request = Request {
        method: words.next()?.to_owned(),
        to_cdn,
        path: words.next()?.split('?').next()?.replace("%2F", "/"),
        range: None,
        authorization: None,
    };
    for line in lines {
        let line = line.ok()?;
        if line.is_empty() {
            return Some(request);
        }
        let (name, value) = line.split_once(": ")?;
        match name.to_ascii_lowercase().as_str() {
            "range" => request.range = Some(value.to_owned()),
            "authorization" => request.authorization = Some(value.to_owned()),
            _ => {}
        }
    }
    None
}

/// SHA-256 in hexadecimal.
pub fn sha256(content: &[u8]) -> String {
    hexadecimal(&Sha256::digest(content))
}

/// The id git gives a file's content.
pub fn git_blob_id(content: &[u8]) -> String {
    let header = format!("blob {}\0", content.len());
    hexadecimal(
        &Sha1::new()
            .chain_update(header)
            .chain_update(content)
            .finalize(),
    )
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
