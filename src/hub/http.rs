//! Requests to a hub: a repository's list of files, a file's metadata, and its bytes.
//!
//! Policy: responses are untrusted. The token is sent to the endpoint alone, never along a redirect to
//! another host; a redirect from https to http is refused; headers are read strictly; every wait has a
//! timeout. A token that the hub refuses is not sent again: what is public needs none. Waits that last are
//! told as they happen, by `tracing`.

mod sending;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hf_hub::{Repo, RepoType};
use serde::Deserialize;
use ureq::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use ureq::http::uri::Uri;
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body, BodyReader};

use self::sending::{Answer, Request, host_of, network};
use super::address::{is_http, is_own};
use super::connection;
use super::digest::RemoteHash;
use super::error::{HubError, TokenState, printable};
use super::options::{HubOptions, RetryPolicy};
use super::patience::{MAX_WAIT_SECONDS, seconds_asked_for};
use crate::catalogue::{Commit, FileName, RepositoryId, Revision};

const X_REPO_COMMIT: HeaderName = HeaderName::from_static("x-repo-commit");
const X_LINKED_ETAG: HeaderName = HeaderName::from_static("x-linked-etag");
const X_LINKED_SIZE: HeaderName = HeaderName::from_static("x-linked-size");
const X_ERROR_CODE: HeaderName = HeaderName::from_static("x-error-code");

/// A listing of a repository with thousands of files stays below 1 MB.
const MAX_LISTING_BYTES: u64 = 16 << 20;

/// A client of one hub.
#[derive(Clone)]
pub(super) struct Client {
    agent: Agent,
    endpoint: String,
    origin: Uri,
    authorization: Option<HeaderValue>,
    /// Where the token comes from, as messages name it.
    token_source: String,
    /// Whether the hub refused the token.
    is_refused: Arc<AtomicBool>,
    /// Whether a host has answered anything.
    has_answered: Arc<AtomicBool>,
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
    /// The file ends before the requested offset, or the server sends another part of it.
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
        Ok(Self {
            agent: connection::agent(&origin, &retry),
            endpoint,
            origin,
            authorization,
            token_source: options.token_source.clone(),
            is_refused: Arc::clone(&options.token_refused),
            has_answered: Arc::default(),
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
            let Answer { mut response, .. } = self.send(&url, Request::Get { from: 0 })?;
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
            let Answer { response, hops, .. } = self.send(&url, Request::Head)?;
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
        let Answer { response, uri, .. } = self.send(&url, Request::Get { from })?;
        if response.status() == StatusCode::RANGE_NOT_SATISFIABLE {
            return Ok(BytesResponse::OutOfRange);
        }
        let status = response.status();
        // The metadata request has settled access: a refusal here comes from the storage, or from
        // something in between.
        if matches!(status.as_u16(), 401 | 403) {
            let status = status.as_u16();
            return Err(if is_own(&self.origin, &uri) {
                HubError::Status { url, status }
            } else {
                HubError::StorageRefused {
                    host: host_of(&uri),
                    url,
                    status,
                }
            });
        }
        self.check(&response, &url, id, &format!("{name} in {id} at {commit}"))?;
        let (start, end) = match status {
            StatusCode::OK => (0, response.body().content_length()),
            StatusCode::PARTIAL_CONTENT => {
                let range = text_of(response.headers(), &header::CONTENT_RANGE);
                match range.and_then(read_range) {
                    Some((start, end)) if start == from => (start, end),
                    _ if from > 0 => return Ok(BytesResponse::OutOfRange),
                    _ => {
                        return Err(HubError::BadAnswer {
                            url,
                            problem: "it sends a range, and none was asked for".to_owned(),
                        });
                    }
                }
            }
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

    fn token_state(&self) -> TokenState {
        match self.authorization {
            Some(_) if self.is_refused.load(Ordering::Relaxed) => TokenState::Refused,
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
            // The hub gives the same answer for a private repository and for a missing one, and to
            // who sends no token one without a code.
            (401 | 403 | 404, "RepoNotFound") | (401, "") => Err(HubError::NotFound {
                endpoint,
                what: format!("repository {id}"),
                token: Some(self.token_state()),
            }),
            (401, _) | (403, "GatedRepo") => Err(HubError::Gated {
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
            (status, _) => Err(refusal(url, status, response.headers())),
        }
    }

    /// Retries a small request while its error is transient.
    fn with_retries<T>(&self, mut ask: impl FnMut() -> Result<T, HubError>) -> Result<T, HubError> {
        let mut attempt = 1;
        loop {
            match ask() {
                Err(error) if is_transient(&error) && attempt < self.retry.attempts => {
                    if let HubError::Busy { .. } = error {
                        tracing::warn!("{error}; waiting");
                    }
                    std::thread::sleep(pause_after(&error, attempt, &self.retry));
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
        HubError::Network { .. } | HubError::Elsewhere { .. } => true,
        // The next request gets another address, perhaps of another storage.
        HubError::StorageRefused { .. } => true,
        HubError::Busy { seconds, .. } => *seconds <= MAX_WAIT_SECONDS,
        HubError::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500..=599),
        _ => false,
    }
}

/// How long to wait before another attempt: as long as the hub asks for, if it does.
pub(super) fn pause_after(error: &HubError, attempt: u32, retry: &RetryPolicy) -> Duration {
    match error {
        HubError::Busy { seconds, .. } => Duration::from_secs(*seconds),
        _ => retry.pause_after(attempt),
    }
}

/// The error of a status that says nothing of the repository.
fn refusal(url: &str, status: u16, headers: &HeaderMap) -> HubError {
    let url = url.to_owned();
    match (status, seconds_asked_for(headers)) {
        (429 | 503, Some(seconds)) => HubError::Busy {
            url,
            status,
            seconds,
        },
        _ => HubError::Status { url, status },
    }
}

fn repo(id: &RepositoryId, revision: &str) -> Repo {
    Repo::with_revision(id.as_str().to_owned(), RepoType::Model, revision.to_owned())
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
