//! The three questions asked of a hub: what is in a repository, what is a file, and its bytes.
//!
//! Policy: an answer is a stranger's. The token goes to the endpoint alone, never along a redirect
//! to another host; a redirect never leads from https to http; what a header says is read strictly;
//! every wait has an end.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use hf_hub::{Repo, RepoType};
use serde::Deserialize;
use ureq::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use ureq::http::uri::{Scheme, Uri};
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body, BodyReader};

use super::digest::RemoteHash;
use super::error::{HubError, TokenState, printable};
use super::options::{HubOptions, Patience};
use crate::catalogue::{Commit, FileName, RepositoryId, Revision};

const X_REPO_COMMIT: HeaderName = HeaderName::from_static("x-repo-commit");
const X_LINKED_ETAG: HeaderName = HeaderName::from_static("x-linked-etag");
const X_LINKED_SIZE: HeaderName = HeaderName::from_static("x-linked-size");
const X_ERROR_CODE: HeaderName = HeaderName::from_static("x-error-code");

const MAX_REDIRECTS: usize = 10;
/// A listing of a repository with thousands of files stays below 1 MB.
const MAX_LISTING_BYTES: u64 = 16 << 20;

/// Asks one hub.
#[derive(Clone)]
pub(super) struct Client {
    agent: Agent,
    endpoint: String,
    origin: Uri,
    authorization: Option<HeaderValue>,
    patience: Patience,
}

/// What a repository holds at a commit.
pub(super) struct Listing {
    pub commit: Commit,
    pub names: BTreeSet<String>,
    /// The licence its author tagged it with.
    pub licence: Option<String>,
}

/// What the hub says of a file.
pub(super) struct Head {
    pub word: RemoteHash,
    pub bytes: Option<u64>,
}

/// The answer to the question what a file is.
pub(super) enum Answer {
    File(Head),
    /// The commit has no such file. `stated` tells whether the hub said just that, or no more than
    /// that the address leads nowhere.
    NoFile {
        stated: bool,
        error: HubError,
    },
}

/// The answer to a request for bytes.
pub(super) enum Bytes {
    /// The bytes from `start` on; `start` is 0 where the server cannot begin later. `end` is the
    /// size of the whole file, where the answer states one.
    From {
        start: u64,
        end: Option<u64>,
        body: BodyReader<'static>,
    },
    /// There is nothing from there on.
    OutOfRange,
}

impl Client {
    pub fn new(options: &HubOptions) -> Result<Self, HubError> {
        let endpoint = options.endpoint.trim_end_matches('/').to_owned();
        let no_endpoint = || HubError::BadEndpoint {
            endpoint: endpoint.clone(),
        };
        let origin: Uri = endpoint.parse().map_err(|_| no_endpoint())?;
        if !is_http(&origin) {
            return Err(no_endpoint());
        }
        let authorization = match &options.token {
            None => None,
            Some(token) => {
                let mut value = HeaderValue::try_from(format!("Bearer {token}"))
                    .map_err(|_| HubError::BadToken)?;
                value.set_sensitive(true);
                Some(value)
            }
        };
        let patience = options.patience;
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("audarma/", env!("CARGO_PKG_VERSION")))
            .accept_encoding("identity")
            .timeout_connect(Some(patience.connect))
            .timeout_recv_response(Some(patience.connect))
            .timeout_per_read(Some(patience.silence));
        if is_loopback(&origin) {
            // A hub on this machine is not to be looked for through a proxy.
            config = config.proxy(None);
        }
        let agent = config.build().into();
        Ok(Self {
            agent,
            endpoint,
            origin,
            authorization,
            patience,
        })
    }

    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The address of a file at a commit.
    pub fn file_url(&self, id: &RepositoryId, commit: &Commit, name: &FileName) -> String {
        let repo = repo(id, commit.as_str());
        format!(
            "{}/{}/resolve/{}/{name}",
            self.endpoint,
            repo.url(),
            repo.url_revision()
        )
    }

    /// Asks what a repository holds at a revision, and at which commit that stands.
    pub fn listing(&self, id: &RepositoryId, revision: &Revision) -> Result<Listing, HubError> {
        #[derive(Deserialize)]
        struct Sibling {
            rfilename: String,
        }
        #[derive(Deserialize)]
        struct Info {
            sha: String,
            #[serde(default)]
            siblings: Vec<Sibling>,
            #[serde(default)]
            tags: Vec<String>,
        }
        let url = format!(
            "{}/api/{}",
            self.endpoint,
            repo(id, revision.as_str()).api_url()
        );
        let what = format!("repository {id} at revision {revision}");
        self.patiently(|| {
            let (mut response, _) = self.send(&url, Ask::Get { from: 0 })?;
            self.check(&response, &url, id, &what)?;
            let bad = |problem: String| HubError::BadAnswer {
                url: url.clone(),
                problem,
            };
            let body = response
                .body_mut()
                .with_config()
                .limit(MAX_LISTING_BYTES)
                .read_to_vec();
            let body = body.map_err(|error| network(&url, error))?;
            let info: Info = serde_json::from_slice(&body)
                .map_err(|error| bad(format!("its list of files cannot be read ({error})")))?;
            let commit = Commit::new(info.sha).map_err(|error| bad(error.to_string()))?;
            Ok(Listing {
                commit,
                names: info
                    .siblings
                    .into_iter()
                    .map(|sibling| sibling.rfilename)
                    .collect(),
                licence: info
                    .tags
                    .iter()
                    .find_map(|tag| tag.strip_prefix("license:"))
                    .map(printable),
            })
        })
    }

    /// Asks what a file is, without its bytes.
    pub fn head(
        &self,
        id: &RepositoryId,
        commit: &Commit,
        name: &FileName,
    ) -> Result<Answer, HubError> {
        let url = self.file_url(id, commit, name);
        let what = format!("{name} in {id} at {commit}");
        self.patiently(|| {
            let (response, hops) = self.send(&url, Ask::Head)?;
            let code = text_of(response.headers(), &X_ERROR_CODE).unwrap_or_default();
            match self.check(&response, &url, id, &what) {
                Err(error) if response.status() == StatusCode::NOT_FOUND => match code {
                    "EntryNotFound" => {
                        return Ok(Answer::NoFile {
                            stated: true,
                            error,
                        });
                    }
                    "" => {
                        return Ok(Answer::NoFile {
                            stated: false,
                            error,
                        });
                    }
                    _ => return Err(error),
                },
                outcome => outcome?,
            }
            let bad = |problem: &str| HubError::BadAnswer {
                url: url.clone(),
                problem: problem.to_owned(),
            };
            let find = |name: &HeaderName| hops.iter().rev().find_map(|hop| text_of(hop, name));
            match find(&X_REPO_COMMIT) {
                Some(answered) if answered == commit.as_str() => {}
                Some(_) => return Err(bad("it answers for another commit than was asked for")),
                None => return Err(bad("it has no x-repo-commit header")),
            }
            let tag = find(&X_LINKED_ETAG).or_else(|| find(&header::ETAG));
            let tag = tag.ok_or_else(|| bad("it has no etag header"))?;
            let word = RemoteHash::parse(tag).ok_or_else(|| bad("its etag cannot be one"))?;
            let linked_size = find(&X_LINKED_SIZE);
            let own_size = match response.status().is_success() {
                true => text_of(response.headers(), &header::CONTENT_LENGTH),
                false => None,
            };
            Ok(Answer::File(Head {
                word,
                bytes: linked_size.or(own_size).and_then(|size| size.parse().ok()),
            }))
        })
    }

    /// Asks for a file's bytes from an offset on. Nothing is tried twice here: whoever reads the
    /// body has to know how to go on.
    pub fn get(
        &self,
        id: &RepositoryId,
        commit: &Commit,
        name: &FileName,
        from: u64,
    ) -> Result<Bytes, HubError> {
        let url = self.file_url(id, commit, name);
        let (response, _) = self.send(&url, Ask::Get { from })?;
        if response.status() == StatusCode::RANGE_NOT_SATISFIABLE {
            return Ok(Bytes::OutOfRange);
        }
        let status = response.status();
        // Whoever may see the file has been settled: here a refusal comes from the storage, or
        // from something in between.
        if matches!(status.as_u16(), 401 | 403) {
            return Err(HubError::Status {
                url,
                status: status.as_u16(),
            });
        }
        self.check(&response, &url, id, &format!("{name} in {id} at {commit}"))?;
        let (start, end) = match status {
            StatusCode::OK => (0, response.body().content_length()),
            StatusCode::PARTIAL_CONTENT => text_of(response.headers(), &header::CONTENT_RANGE)
                .and_then(read_range)
                .filter(|(start, _)| *start == from)
                .ok_or_else(|| HubError::BadAnswer {
                    url: url.clone(),
                    problem: "it sends another range than was asked for".to_owned(),
                })?,
            status => {
                return Err(HubError::Status {
                    url,
                    status: status.as_u16(),
                });
            }
        };
        Ok(Bytes::From {
            start,
            end,
            body: response.into_body().into_reader(),
        })
    }

    /// Sends a question along its redirects. A HEAD stays on the hub: the redirect to where a large
    /// file is stored is itself the answer. Returns the last response, and the headers of all.
    fn send(&self, url: &str, ask: Ask) -> Result<(Response<Body>, Vec<HeaderMap>), HubError> {
        let bad = |problem: &str| HubError::BadAnswer {
            url: url.to_owned(),
            problem: problem.to_owned(),
        };
        let mut uri: Uri = url.parse().map_err(|_| bad("its address cannot be used"))?;
        let mut hops = Vec::new();
        for _ in 0..=MAX_REDIRECTS {
            let mut request = match ask {
                Ask::Head => self.agent.head(&uri),
                Ask::Get { .. } => self.agent.get(&uri),
            };
            if let Ask::Get { from: from @ 1.. } = ask {
                request = request.header(header::RANGE, format!("bytes={from}-"));
            }
            if let Some(authorization) = self.authorization.as_ref().filter(|_| self.is_own(&uri)) {
                request = request.header(header::AUTHORIZATION, authorization);
            }
            let response = request.call().map_err(|error| network(url, error))?;
            hops.push(response.headers().clone());
            let location = match response.status().as_u16() {
                301 | 302 | 303 | 307 | 308 => text_of(response.headers(), &header::LOCATION),
                _ => return Ok((response, hops)),
            };
            let next = location
                .and_then(|location| join(&uri, location))
                .ok_or_else(|| bad("it redirects to nowhere"))?;
            if matches!(ask, Ask::Head) && !self.is_own(&next) {
                return Ok((response, hops));
            }
            if uri.scheme() == Some(&Scheme::HTTPS) && next.scheme() != Some(&Scheme::HTTPS) {
                return Err(bad("it redirects from https to http"));
            }
            uri = next;
        }
        Err(bad("it redirects without end"))
    }

    /// Whether an address is the endpoint's own: the same scheme, host and port, or the same host
    /// on https where the endpoint is http.
    fn is_own(&self, uri: &Uri) -> bool {
        let same_origin =
            uri.scheme() == self.origin.scheme() && uri.authority() == self.origin.authority();
        let upgraded = uri.scheme() == Some(&Scheme::HTTPS)
            && uri.host() == self.origin.host()
            && uri.port().is_none()
            && self.origin.port().is_none();
        same_origin || upgraded
    }

    fn token_state(&self) -> TokenState {
        match self.authorization {
            Some(_) => TokenState::Sent,
            None => TokenState::NotSet,
        }
    }

    /// Turns a refusal into an error.
    fn check(
        &self,
        response: &Response<Body>,
        url: &str,
        id: &RepositoryId,
        what: &str,
    ) -> Result<(), HubError> {
        let status = response.status();
        let code = text_of(response.headers(), &X_ERROR_CODE).unwrap_or_default();
        let endpoint = self.endpoint.clone();
        match (status.as_u16(), code) {
            (200..=399, _) => Ok(()),
            // The hub does not tell a private repository from one that is not there.
            (401 | 403 | 404, "RepoNotFound") => Err(HubError::NotFound {
                endpoint,
                what: format!("repository {id}"),
                token: Some(self.token_state()),
            }),
            (401 | 403, _) => Err(HubError::Gated {
                endpoint,
                repository: id.to_string(),
                status: status.as_u16(),
                token: self.token_state(),
            }),
            (404, _) => Err(HubError::NotFound {
                endpoint,
                what: what.to_owned(),
                token: None,
            }),
            (status, _) => Err(HubError::Status {
                url: url.to_owned(),
                status,
            }),
        }
    }

    /// Tries a small question again while it fails for reasons that may pass.
    fn patiently<T>(&self, mut ask: impl FnMut() -> Result<T, HubError>) -> Result<T, HubError> {
        let mut attempt = 1;
        loop {
            match ask() {
                Err(error) if may_pass(&error) && attempt < self.patience.attempts => {
                    std::thread::sleep(self.patience.before(attempt));
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }
}

impl Patience {
    /// The pause after the given failed attempt, counted from 1.
    pub(super) fn before(&self, attempt: u32) -> Duration {
        const MAX_PAUSE: Duration = Duration::from_secs(30);
        self.pause
            .saturating_mul(1 << attempt.saturating_sub(1).min(10))
            .min(MAX_PAUSE)
    }
}

/// Whether trying again may help.
pub(super) fn may_pass(error: &HubError) -> bool {
    match error {
        HubError::Network { .. } => true,
        HubError::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500..=599),
        _ => false,
    }
}

#[derive(Clone, Copy)]
enum Ask {
    Head,
    Get { from: u64 },
}

fn repo(id: &RepositoryId, revision: &str) -> Repo {
    Repo::with_revision(id.as_str().to_owned(), RepoType::Model, revision.to_owned())
}

fn network(url: &str, error: ureq::Error) -> HubError {
    HubError::Network {
        url: url.to_owned(),
        reason: printable(&error.to_string()),
    }
}

fn text_of<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn is_http(uri: &Uri) -> bool {
    let scheme = uri.scheme();
    (scheme == Some(&Scheme::HTTP) || scheme == Some(&Scheme::HTTPS)) && uri.host().is_some()
}

fn is_loopback(uri: &Uri) -> bool {
    let host = uri
        .host()
        .unwrap_or_default()
        .trim_start_matches('[')
        .trim_end_matches(']');
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// The address a redirect leads to.
fn join(base: &Uri, location: &str) -> Option<Uri> {
    let (scheme, authority) = (base.scheme_str()?, base.authority()?);
    let whole = if location.starts_with("//") {
        format!("{scheme}:{location}")
    } else if location.starts_with('/') {
        format!("{scheme}://{authority}{location}")
    } else {
        location.to_owned()
    };
    whole.parse().ok().filter(is_http)
}

/// Of `bytes 5-9/10`, the first byte's place and the size of the whole, where that is told.
fn read_range(range: &str) -> Option<(u64, Option<u64>)> {
    let (places, size) = range.trim().strip_prefix("bytes ")?.split_once('/')?;
    Some((
        places.split_once('-')?.0.trim().parse().ok()?,
        size.parse().ok(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(text: &str) -> Uri {
        text.parse().unwrap()
    }

    fn client(endpoint: &str) -> Client {
        let mut options = HubOptions::new("/c", "/s");
        options.endpoint = endpoint.to_owned();
        Client::new(&options).unwrap()
    }

    #[test]
    fn redirects_are_joined_as_a_browser_does() {
        let base = uri("https://h:1/a/b");
        assert_eq!(join(&base, "/x?y=1"), Some(uri("https://h:1/x?y=1")));
        assert_eq!(join(&base, "//cdn/x"), Some(uri("https://cdn/x")));
        assert_eq!(join(&base, "http://cdn/x"), Some(uri("http://cdn/x")));
        for nowhere in ["", "*", "file:///etc/passwd", "ftp://h/x", "\u{0}"] {
            assert_eq!(join(&base, nowhere), None, "{nowhere:?}");
        }
    }

    #[test]
    fn the_token_belongs_to_the_endpoints_scheme_host_and_port() {
        let hub = client("https://hub");
        assert!(hub.is_own(&uri("https://hub/x")));
        for other in [
            "https://cdn/x",
            "https://hub:8443/x",
            "http://hub/x",
            "https://hub.evil/x",
        ] {
            assert!(!hub.is_own(&uri(other)), "{other}");
        }
        assert!(
            client("http://hub").is_own(&uri("https://hub/x")),
            "an upgrade to https"
        );
        assert!(!client("http://hub:80").is_own(&uri("https://hub:1/x")));
    }

    #[test]
    fn an_endpoint_must_be_an_http_address() {
        for bad in ["", "hub", "ftp://hub", "file:///x", "http://"] {
            let mut options = HubOptions::new("/c", "/s");
            options.endpoint = bad.to_owned();
            assert!(
                matches!(
                    Client::new(&options),
                    Err(HubError::BadEndpoint { .. } | HubError::BadToken)
                ),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn a_token_that_would_break_a_header_is_refused_without_being_shown() {
        let mut options = HubOptions::new("/c", "/s");
        options.token = Some("hf_secret\r\nX: y".to_owned());
        let Err(error) = Client::new(&options) else {
            panic!("taken")
        };
        assert!(!error.to_string().contains("secret"));
    }

    #[test]
    fn a_content_range_is_read_strictly() {
        assert_eq!(read_range("bytes 5-9/10"), Some((5, Some(10))));
        assert_eq!(read_range("bytes 5-9/*"), Some((5, None)));
        for bad in ["bytes */10", "5-9/10", "bytes 5-9", "bytes -1-9/10"] {
            assert_eq!(read_range(bad), None, "{bad}");
        }
    }

    #[test]
    fn pauses_double_up_to_half_a_minute() {
        let patience = Patience::default();
        assert_eq!(patience.before(1), patience.pause);
        assert_eq!(patience.before(3), patience.pause * 4);
        assert_eq!(patience.before(u32::MAX), Duration::from_secs(30));
    }
}
