//! Requests to a hub: a repository's list of files, a file's metadata, and its bytes.
//!
//! Policy: responses are untrusted. The token is sent to the endpoint alone, never along a redirect to
//! another host; a redirect from https to http is refused; headers are read strictly; every wait has a
//! timeout.

use std::collections::BTreeSet;

use hf_hub::{Repo, RepoType};
use serde::Deserialize;
use ureq::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use ureq::http::uri::{Scheme, Uri};
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body, BodyReader};

use super::address::{is_http, is_loopback, is_own, join};
use super::digest::RemoteHash;
use super::error::{HubError, TokenState, printable};
use super::options::{HubOptions, RetryPolicy};
use crate::catalogue::{Commit, FileName, RepositoryId, Revision};

const X_REPO_COMMIT: HeaderName = HeaderName::from_static("x-repo-commit");
const X_LINKED_ETAG: HeaderName = HeaderName::from_static("x-linked-etag");
const X_LINKED_SIZE: HeaderName = HeaderName::from_static("x-linked-size");
const X_ERROR_CODE: HeaderName = HeaderName::from_static("x-error-code");

const MAX_REDIRECTS: usize = 10;
/// A listing of a repository with thousands of files stays below 1 MB.
const MAX_LISTING_BYTES: u64 = 16 << 20;

/// A client of one hub.
#[derive(Clone)]
pub(super) struct Client {
    agent: Agent,
    endpoint: String,
    origin: Uri,
    authorization: Option<HeaderValue>,
    retry: RetryPolicy,
}

/// The files of a repository at a commit.
pub(super) struct Listing {
    pub commit: Commit,
    pub names: BTreeSet<String>,
    /// The licence its author tagged it with.
    pub licence: Option<String>,
}

/// A file's metadata by the hub.
pub(super) struct FileHead {
    pub etag: RemoteHash,
    pub bytes: Option<u64>,
}

/// The response to a request for metadata.
pub(super) enum HeadResponse {
    File(FileHead),
    /// The commit has no such file. `stated`: the hub said so, rather than just 404.
    NoFile {
        stated: bool,
        error: HubError,
    },
}

/// The response to a request for bytes.
pub(super) enum BytesResponse {
    /// The bytes from `start` on; `start` is 0 if the server does not support ranges. `end` is the
    /// size of the whole file, if it is stated.
    From {
        start: u64,
        end: Option<u64>,
        body: BodyReader<'static>,
    },
    /// The file ends before the requested offset.
    OutOfRange,
}

impl Client {
    pub(super) fn new(options: &HubOptions) -> Result<Self, HubError> {
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
        let retry = options.retry;
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("audarma/", env!("CARGO_PKG_VERSION")))
            .accept_encoding("identity")
            .timeout_connect(Some(retry.connect))
            .timeout_recv_response(Some(retry.connect))
            .timeout_per_read(Some(retry.silence));
        if is_loopback(&origin) {
            // A hub on this machine is not reached through a proxy.
            config = config.proxy(None);
        }
        let agent = config.build().into();
        Ok(Self {
            agent,
            endpoint,
            origin,
            authorization,
            retry,
        })
    }

    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The address of a file at a commit.
    pub(super) fn file_url(&self, id: &RepositoryId, commit: &Commit, name: &FileName) -> String {
        let repo = repo(id, commit.as_str());
        format!(
            "{}/{}/resolve/{}/{name}",
            self.endpoint,
            repo.url(),
            repo.url_revision()
        )
    }

    /// Requests the commit of a revision, and its list of files.
    pub(super) fn listing(
        &self,
        id: &RepositoryId,
        revision: &Revision,
    ) -> Result<Listing, HubError> {
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
        self.with_retries(|| {
            let (mut response, _) = self.send(&url, Request::Get { from: 0 })?;
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

    /// Requests a file's metadata.
    pub(super) fn head(
        &self,
        id: &RepositoryId,
        commit: &Commit,
        name: &FileName,
    ) -> Result<HeadResponse, HubError> {
        let url = self.file_url(id, commit, name);
        let what = format!("{name} in {id} at {commit}");
        self.with_retries(|| {
            let (response, hops) = self.send(&url, Request::Head)?;
            let code = text_of(response.headers(), &X_ERROR_CODE).unwrap_or_default();
            match self.check(&response, &url, id, &what) {
                Err(error) if response.status() == StatusCode::NOT_FOUND => match code {
                    "EntryNotFound" => {
                        return Ok(HeadResponse::NoFile {
                            stated: true,
                            error,
                        });
                    }
                    "" => {
                        return Ok(HeadResponse::NoFile {
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
            let etag = RemoteHash::parse(tag).ok_or_else(|| bad("its etag cannot be one"))?;
            let linked_size = find(&X_LINKED_SIZE);
            let is_whole = response.status().is_success();
            let own_size =
                text_of(response.headers(), &header::CONTENT_LENGTH).filter(|_| is_whole);
            Ok(HeadResponse::File(FileHead {
                etag,
                bytes: linked_size.or(own_size).and_then(|size| size.parse().ok()),
            }))
        })
    }

    /// Requests a file's bytes from an offset on. Nothing is retried here: the caller, who reads the
    /// body, knows where to continue.
    pub(super) fn get(
        &self,
        id: &RepositoryId,
        commit: &Commit,
        name: &FileName,
        from: u64,
    ) -> Result<BytesResponse, HubError> {
        let url = self.file_url(id, commit, name);
        let (response, _) = self.send(&url, Request::Get { from })?;
        if response.status() == StatusCode::RANGE_NOT_SATISFIABLE {
            return Ok(BytesResponse::OutOfRange);
        }
        let status = response.status();
        // The metadata request has settled access: a refusal here comes from the storage, or from
        // something in between.
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
        Ok(BytesResponse::From {
            start,
            end,
            body: response.into_body().into_reader(),
        })
    }

    /// Sends a request and follows its redirects. A HEAD request stays on the hub: the redirect to the
    /// storage of a large file is itself the response. Returns the last response, and the headers of
    /// all.
    fn send(
        &self,
        url: &str,
        request: Request,
    ) -> Result<(Response<Body>, Vec<HeaderMap>), HubError> {
        let bad = |problem: &str| HubError::BadAnswer {
            url: url.to_owned(),
            problem: problem.to_owned(),
        };
        let mut uri: Uri = url.parse().map_err(|_| bad("its address cannot be used"))?;
        let mut hops = Vec::new();
        for _ in 0..=MAX_REDIRECTS {
            let mut builder = match request {
                Request::Head => self.agent.head(&uri),
                Request::Get { .. } => self.agent.get(&uri),
            };
            if let Request::Get { from: from @ 1.. } = request {
                builder = builder.header(header::RANGE, format!("bytes={from}-"));
            }
            if let Some(authorization) = self
                .authorization
                .as_ref()
                .filter(|_| is_own(&self.origin, &uri))
            {
                builder = builder.header(header::AUTHORIZATION, authorization);
            }
            let response = builder.call().map_err(|error| network(url, error))?;
            hops.push(response.headers().clone());
            let location = match response.status().as_u16() {
                301 | 302 | 303 | 307 | 308 => text_of(response.headers(), &header::LOCATION),
                _ => return Ok((response, hops)),
            };
            let next = location
                .and_then(|location| join(&uri, location))
                .ok_or_else(|| bad("it redirects to nowhere"))?;
            if matches!(request, Request::Head) && !is_own(&self.origin, &next) {
                return Ok((response, hops));
            }
            if uri.scheme() == Some(&Scheme::HTTPS) && next.scheme() != Some(&Scheme::HTTPS) {
                return Err(bad("it redirects from https to http"));
            }
            uri = next;
        }
        Err(bad("it redirects without end"))
    }

    fn token_state(&self) -> TokenState {
        match self.authorization {
            Some(_) => TokenState::Sent,
            None => TokenState::NotSet,
        }
    }

    /// Turns an error status into an error.
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
            // The hub gives the same answer for a private repository and for a missing one.
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

    /// Retries a small request while its error is transient.
    fn with_retries<T>(&self, mut ask: impl FnMut() -> Result<T, HubError>) -> Result<T, HubError> {
        let mut attempt = 1;
        loop {
            match ask() {
                Err(error) if is_transient(&error) && attempt < self.retry.attempts => {
                    std::thread::sleep(self.retry.pause_after(attempt));
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }
}

/// Whether a retry may help.
pub(super) fn is_transient(error: &HubError) -> bool {
    match error {
        HubError::Network { .. } => true,
        HubError::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500..=599),
        _ => false,
    }
}

#[derive(Clone, Copy)]
enum Request {
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

/// Of `bytes 5-9/10`, the offset of the first byte and the size of the whole file, if it is stated.
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
}
