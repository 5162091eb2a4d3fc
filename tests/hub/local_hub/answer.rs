//! What the local hub answers.

use std::io::{self, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::{Attack, Request, Served, State};

/// Answers one request; the connection ends with it.
pub(super) fn answer(state: &State, request: &Request, mut to: TcpStream) -> io::Result<()> {
    if let Some(reply) = before_all(state, request) {
        return reply.send(request, &mut to);
    }
    let path: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
    let reply = match path.as_slice() {
        ["storage", org, repo, commit, file] if request.to_cdn => {
            stored(state, request, &format!("{org}/{repo}"), commit, file)
        }
        _ if request.to_cdn => Reply::error(404, ""),
        ["api", "models", org, repo, "revision", revision @ ..] => {
            listing(state, request, org, repo, &revision.join("/"))
        }
        ["api", "models", org, repo] => listing(state, request, org, repo, "main"),
        ["api", "resolve-cache", "models", org, repo, commit, file] => {
            small(state, request, &format!("{org}/{repo}"), commit, file)
        }
        [org, repo, "resolve", revision @ .., file] => resolve(
            state,
            request,
            &format!("{org}/{repo}"),
            &revision.join("/"),
            file,
        ),
        _ => Reply::error(404, ""),
    };
    reply.send(request, &mut to)
}

/// What is answered whatever is asked for: tokens that are not valid, other names, mirrors.
fn before_all(state: &State, request: &Request) -> Option<Reply> {
    if request.to_cdn {
        return None;
    }
    let world = state.world();
    if let Some(hub) = &world.mirrored {
        let place = format!("{hub}{}", request.path);
        return Some(Reply::new(308, "").with("Location", place));
    }
    if request.authorization.is_some() && request.authorization == world.refused {
        let message = "Invalid credentials in Authorization header";
        return Some(Reply::new(401, message).with("x-error-message", message));
    }
    let mut names = world.renamed.iter();
    names.find_map(|(former, name)| {
        let place = request.path.replace(former.as_str(), name);
        (place != request.path).then(|| Reply::new(307, "").with("Location", place))
    })
}

/// The answer for a repository that is not there: to who sends no token, it may be private.
fn no_repository(request: &Request) -> Reply {
    if request.authorization.is_some() {
        return Reply::error(404, "RepoNotFound");
    }
    let message = "Invalid username or password.";
    Reply::new(401, message).with("x-error-message", message)
}

/// An answer, and how its body is to be spoilt.
struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Body,
}

enum Body {
    Whole(Vec<u8>),
    /// Announced in full, and cut after so many bytes.
    Cut {
        content: Vec<u8>,
        after: usize,
    },
    /// Announced in full, and silent after so many bytes.
    Silent {
        content: Vec<u8>,
        after: usize,
    },
    Pieces {
        content: Vec<u8>,
        pieces: usize,
        pause: Duration,
    },
    Endless,
}

impl Reply {
    fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Body::Whole(body.into()),
        }
    }

    fn error(status: u16, code: &str) -> Self {
        Self::new(status, "<html>something is wrong</html>").with("x-error-code", code)
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn send(self, request: &Request, to: &mut TcpStream) -> io::Result<()> {
        let mut head = format!("HTTP/1.1 {} Status\r\nConnection: close\r\n", self.status);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        let announced = match &self.body {
            Body::Endless => None,
            Body::Whole(content)
            | Body::Cut { content, .. }
            | Body::Silent { content, .. }
            | Body::Pieces { content, .. } => Some(content.len()),
        };
        if let Some(bytes) = announced {
            head += &format!("Content-Length: {bytes}\r\n");
        }
        to.write_all(format!("{head}\r\n").as_bytes())?;
        if request.method == "HEAD" {
            return Ok(());
        }
        match self.body {
            Body::Whole(content) => to.write_all(&content),
            Body::Cut { content, after } => to.write_all(&content[..after.min(content.len())]),
            Body::Silent { content, after } => {
                to.write_all(&content[..after.min(content.len())])?;
                std::thread::sleep(Duration::from_secs(5));
                Ok(())
            }
            Body::Pieces {
                content,
                pieces,
                pause,
            } => {
                for piece in content.chunks(content.len().div_ceil(pieces.max(1)).max(1)) {
                    std::thread::sleep(pause);
                    to.write_all(piece)?;
                }
                Ok(())
            }
            Body::Endless => loop {
                to.write_all(&[b'x'; 4096])?;
            },
        }
    }
}

/// `resolve/<revision>/<file>`: what a file is, and where.
fn resolve(state: &State, request: &Request, repo: &str, revision: &str, file: &str) -> Reply {
    let (commit, served) = match find(state, request, repo, revision, file) {
        Ok(found) => found,
        Err(reply) => return reply,
    };
    let attack = state.planned_attack(file);
    let (mut etag, mut size) = (served.etag.clone(), served.content.len() as u64);
    let mut named = commit.clone();
    match attack {
        Some(Attack::Etag(text)) => etag = text,
        Some(Attack::Commit(text)) => named = text,
        Some(Attack::AnnouncedSize(bytes)) => size = bytes,
        Some(Attack::Busy { .. }) => {
            if let Some(Attack::Busy { seconds, .. }) = state.attack_on(file) {
                let limit = format!(r#""resolvers";r=0;t={seconds}"#);
                return Reply::error(429, "").with("RateLimit", limit);
            }
        }
        Some(Attack::Redirect(place)) => return Reply::new(302, "").with("Location", place),
        Some(Attack::NotModified) => {
            return Reply::new(304, "")
                .with("x-repo-commit", commit)
                .with("etag", format!("\"{etag}\""));
        }
        _ => {}
    }
    let (status, place) = if served.is_large {
        (
            302,
            match state.planned_attack(file) {
                Some(Attack::StorageAt(host)) => format!("http://{host}/storage"),
                _ => format!("http://{}/storage/{repo}/{commit}/{file}", state.cdn),
            },
        )
    } else {
        (
            307,
            format!("/api/resolve-cache/models/{repo}/{commit}/{file}?download=true"),
        )
    };
    Reply::new(status, "")
        .with("Location", place)
        .with("x-repo-commit", named)
        .with("x-linked-etag", format!("\"{etag}\""))
        .with("x-linked-size", size.to_string())
}

/// A small file, from the hub itself.
fn small(state: &State, request: &Request, repo: &str, commit: &str, file: &str) -> Reply {
    match find(state, request, repo, commit, file) {
        Err(reply) => reply,
        Ok((commit, served)) => {
            let mut etag = served.etag.clone();
            let mut named = commit.clone();
            match state.planned_attack(file) {
                Some(Attack::Etag(text)) => etag = text,
                Some(Attack::Commit(text)) => named = text,
                _ => {}
            }
            content(state, request, file, &served)
                .with("etag", format!("\"{etag}\""))
                .with("x-repo-commit", named)
        }
    }
}

/// A large file, from the storage, which asks for no token and refuses one.
fn stored(state: &State, request: &Request, repo: &str, commit: &str, file: &str) -> Reply {
    if request.authorization.is_some() {
        return Reply::error(400, "");
    }
    let world = state.world();
    let served = world
        .repositories
        .get(repo)
        .and_then(|r| r.commits.get(commit)?.get(file));
    let Some(served) = served.cloned() else {
        return Reply::error(404, "");
    };
    drop(world);
    content(state, request, file, &served).with("etag", format!("\"{}\"", served.etag))
}

/// The commit and the file, or the refusal.
fn find(
    state: &State,
    request: &Request,
    repo: &str,
    revision: &str,
    file: &str,
) -> Result<(String, Served), Reply> {
    match state.planned_attack(file) {
        Some(Attack::Missing) => return Err(Reply::error(404, "EntryNotFound")),
        Some(Attack::Gated) => return Err(Reply::error(401, "GatedRepo")),
        _ => {}
    }
    let world = state.world();
    let repository = world
        .repositories
        .get(repo)
        .ok_or_else(|| no_repository(request))?;
    if let Some(token) = &repository.token
        && request.authorization.as_ref() != Some(&format!("Bearer {token}"))
    {
        return Err(Reply::error(401, "GatedRepo"));
    }
    let commit = repository
        .branches
        .get(revision)
        .map_or(revision, String::as_str);
    let files = repository
        .commits
        .get(commit)
        .ok_or_else(|| Reply::error(404, "RevisionNotFound"))?;
    let served = files
        .get(file)
        .ok_or_else(|| Reply::error(404, "EntryNotFound"))?;
    Ok((commit.to_owned(), served.clone()))
}

/// A file's bytes, or what an attack makes of them.
fn content(state: &State, request: &Request, file: &str, served: &Served) -> Reply {
    let whole = served.content.to_vec();
    // A client's question for the first byte is about the headers, and a HEAD only that.
    let is_probe = request.method == "HEAD" || request.range.as_deref() == Some("bytes=0-0");
    let attack = if is_probe {
        None
    } else {
        state.attack_on(file)
    };
    let asked = request
        .range
        .as_deref()
        .and_then(|range| requested(range, whole.len()));
    let honest = |whole: Vec<u8>| match asked {
        None => Reply::new(200, whole),
        Some(None) => {
            Reply::error(416, "").with("Content-Range", format!("bytes */{}", whole.len()))
        }
        Some(Some((from, to))) => Reply::new(206, &whole[from..=to]).with(
            "Content-Range",
            format!("bytes {from}-{to}/{}", whole.len()),
        ),
    };
    let spoilt = |reply: Reply, spoil: fn(Vec<u8>) -> Body| match reply.body {
        Body::Whole(content) => Reply {
            body: spoil(content),
            ..reply
        },
        body => Reply { body, ..reply },
    };
    let half = |content: &[u8]| content.len() / 2;
    match attack {
        Some(Attack::StorageRefuses { status, .. }) => {
            Reply::new(status, "Auth failed: SignatureError")
        }
        Some(Attack::RefusesRanges | Attack::UnnamedRanges) if request.range.is_none() => {
            // The first half alone, unless it was asked for after a range.
            let is_again = state
                .world()
                .requests
                .iter()
                .any(|before| before.range.is_some());
            if is_again {
                honest(whole)
            } else {
                spoilt(honest(whole), |content| Body::Cut {
                    after: content.len() / 2,
                    content,
                })
            }
        }
        Some(Attack::RefusesRanges) => Reply::new(403, "Auth failed: invalid range"),
        Some(Attack::UnnamedRanges) => Reply::new(206, whole),
        Some(Attack::ForbiddenPage) => Reply::new(403, "<html>403 Forbidden</html>"),
        Some(Attack::HtmlPage) => Reply::new(200, "<html>Please log in to this network</html>"),
        Some(Attack::WrongBytes) => honest(whole.iter().map(|byte| byte ^ 0x55).collect()),
        Some(Attack::ShortBody) => Reply::new(200, &whole[..whole.len() - whole.len().min(10)]),
        Some(Attack::LongBody) => Reply::new(200, [whole.as_slice(), b"and more"].concat()),
        Some(Attack::Endless) => Reply {
            body: Body::Endless,
            ..Reply::new(200, "")
        },
        Some(Attack::Cut { .. }) => spoilt(honest(whole), |content| Body::Cut {
            after: content.len() / 2,
            content,
        }),
        Some(Attack::CutWithoutRanges) => {
            let after = half(&whole);
            Reply {
                body: Body::Cut {
                    content: whole,
                    after,
                },
                ..Reply::new(200, "")
            }
        }
        Some(Attack::IgnoresRange) => Reply::new(200, whole),
        Some(Attack::OtherRange) => {
            let end = whole.len().saturating_sub(1);
            let range = format!("bytes 0-{end}/{}", whole.len());
            Reply::new(206, whole).with("Content-Range", range)
        }
        Some(Attack::Silence) => spoilt(honest(whole), |content| Body::Silent {
            after: content.len() / 2,
            content,
        }),
        Some(Attack::Slow { pieces, pause }) => match honest(whole) {
            Reply {
                status,
                headers,
                body: Body::Whole(content),
            } => Reply {
                status,
                headers,
                body: Body::Pieces {
                    content,
                    pieces,
                    pause,
                },
            },
            reply => reply,
        },
        Some(Attack::Unavailable { .. }) => Reply::error(503, ""),
        _ => honest(whole),
    }
}

/// What `bytes=a-b` asks for of so many bytes: `Some(None)` where there is nothing.
fn requested(range: &str, bytes: usize) -> Option<Option<(usize, usize)>> {
    let (from, to) = range.strip_prefix("bytes=")?.split_once('-')?;
    let from: usize = from.parse().ok()?;
    let to = to
        .parse()
        .unwrap_or(usize::MAX)
        .min(bytes.saturating_sub(1));
    Some((from < bytes && from <= to).then_some((from, to)))
}

/// The list of a commit's files.
fn listing(state: &State, request: &Request, org: &str, repo: &str, revision: &str) -> Reply {
    if let Some(Attack::Listing(text)) = state.planned_attack(repo) {
        return Reply::new(200, text);
    }
    let world = state.world();
    let Some(repository) = world.repositories.get(&format!("{org}/{repo}")) else {
        return no_repository(request);
    };
    if let Some(token) = &repository.token
        && request.authorization.as_ref() != Some(&format!("Bearer {token}"))
    {
        return Reply::error(401, "GatedRepo");
    }
    let commit = repository
        .branches
        .get(revision)
        .map_or(revision, String::as_str);
    let Some(files) = repository.commits.get(commit) else {
        return Reply::error(404, "RevisionNotFound");
    };
    let siblings: Vec<_> = files
        .keys()
        .map(|name| serde_json::json!({ "rfilename": name }))
        .collect();
    let tags: Vec<_> = repository
        .licence
        .iter()
        .map(|id| format!("license:{id}"))
        .collect();
    let info = serde_json::json!({
        "id": format!("{org}/{repo}"), "sha": commit, "siblings": siblings, "tags": tags,
    });
    Reply::new(200, info.to_string()).with("Content-Type", "application/json")
}
