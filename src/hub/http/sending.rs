//! How a request is sent: with the token where it belongs, along redirects, and told where it lasts.

use std::sync::atomic::Ordering;

use ureq::Body;
use ureq::http::header::{self, HeaderMap};
use ureq::http::uri::{Scheme, Uri};
use ureq::http::{Response, StatusCode};

use super::{Client, X_ERROR_CODE, X_REPO_COMMIT, text_of};
use crate::hub::address::{is_own, join};
use crate::hub::error::{HubError, TokenState, printable};
use crate::hub::patience::Watch;

const MAX_REDIRECTS: usize = 10;

/// The last response to a request, and what led to it.
pub(super) struct Answer {
    pub response: Response<Body>,
    /// The headers of every response, the last one's included.
    pub hops: Vec<HeaderMap>,
    /// The address that the last response came from.
    pub uri: Uri,
}

/// What is asked of an address.
#[derive(Clone, Copy)]
pub(super) enum Request {
    /// What the headers say.
    Head,
    /// The bytes from an offset on.
    Get { from: u64 },
}

impl Client {
    /// Sends a request, a second time without a token that the hub refuses.
    pub(super) fn send(&self, url: &str, request: Request) -> Result<Answer, HubError> {
        let answer = self.follow(url, request)?;
        let is_sent = matches!(self.token_state(), TokenState::Sent);
        let has_code = answer.response.headers().contains_key(X_ERROR_CODE);
        // A token that is valid and not enough is told by a code.
        // A storage is not sent one, whatever it answers.
        let is_hubs = is_own(&self.origin, &answer.uri);
        let is_unauthorized = answer.response.status() == StatusCode::UNAUTHORIZED;
        if is_sent && is_hubs && is_unauthorized && !has_code {
            tracing::warn!(
                "{} does not accept the token from {}, which is expired or wrong; going on without it",
                self.endpoint,
                self.token_source
            );
            self.is_refused.store(true, Ordering::Relaxed);
            return self.follow(url, request);
        }
        Ok(answer)
    }

    /// Sends a request and follows its redirects. A HEAD request stays on the hub: the redirect to the
    /// storage of a large file is itself the response.
    fn follow(&self, url: &str, request: Request) -> Result<Answer, HubError> {
        let bad = |problem: &str| HubError::BadAnswer {
            url: url.to_owned(),
            problem: problem.to_owned(),
        };
        let mut uri: Uri = url.parse().map_err(|_| bad("its address cannot be used"))?;
        let mut hops = Vec::new();
        for _ in 0..=MAX_REDIRECTS {
            let response = self.ask(&uri, request);
            let response = response.map_err(|error| self.unreachable(url, &uri, error))?;
            hops.push(response.headers().clone());
            let location = match response.status().as_u16() {
                301 | 302 | 303 | 307 | 308 => text_of(response.headers(), &header::LOCATION),
                _ => {
                    return Ok(Answer {
                        response,
                        hops,
                        uri,
                    });
                }
            };
            let next = location
                .and_then(|location| join(&uri, location))
                .ok_or_else(|| bad("it redirects to nowhere"))?;
            // What redirects to a hub, as a mirror may, does not say what the file is.
            let is_answer = response.headers().contains_key(X_REPO_COMMIT);
            let is_elsewhere = next.authority() != uri.authority();
            if matches!(request, Request::Head) && is_answer && is_elsewhere {
                return Ok(Answer {
                    response,
                    hops,
                    uri,
                });
            }
            if uri.scheme() == Some(&Scheme::HTTPS) && next.scheme() != Some(&Scheme::HTTPS) {
                return Err(bad("it redirects from https to http"));
            }
            uri = next;
        }
        Err(bad("it redirects without end"))
    }

    /// One request, without redirects.
    fn ask(&self, uri: &Uri, request: Request) -> Result<Response<Body>, ureq::Error> {
        let mut builder = match request {
            Request::Head => self.agent.head(uri),
            Request::Get { .. } => self.agent.get(uri),
        };
        if let Request::Get { from: from @ 1.. } = request {
            builder = builder.header(header::RANGE, format!("bytes={from}-"));
        }
        if let (Some(authorization), TokenState::Sent) = (&self.authorization, self.token_state())
            && is_own(&self.origin, uri)
        {
            builder = builder.header(header::AUTHORIZATION, authorization);
        }
        let host = host_of(uri);
        let tell = move || tracing::info!("waiting for an answer of {host}");
        let _watch = Watch::start(self.retry.notice, tell);
        let answer = builder.call();
        if answer.is_ok() {
            self.has_answered.store(true, Ordering::Relaxed);
        }
        answer
    }

    /// Whether the hub answers at all, whatever it says.
    ///
    /// # Errors
    /// If it cannot be connected to.
    pub(in crate::hub) fn reach(&self) -> Result<(), HubError> {
        match self.ask(&self.origin, Request::Head) {
            Ok(_) => Ok(()),
            Err(error) => Err(self.unreachable(&self.endpoint, &self.origin, error)),
        }
    }

    /// The error of a host that cannot be connected to.
    fn unreachable(&self, url: &str, uri: &Uri, error: ureq::Error) -> HubError {
        let reason = printable(&error.to_string());
        if reason.contains("certificate") {
            return HubError::Certificate {
                host: host_of(uri),
                reason,
            };
        }
        if is_own(&self.origin, uri) {
            // What was connected before may be again; else nothing is there, and it is said at once.
            return if self.has_answered.load(Ordering::Relaxed) || !is_connecting(&error) {
                network(url, error)
            } else {
                HubError::Unreachable {
                    endpoint: self.endpoint.clone(),
                    reason,
                }
            };
        }
        HubError::Elsewhere {
            endpoint: self.endpoint.clone(),
            host: host_of(uri),
            url: url.to_owned(),
            reason,
        }
    }
}

/// Whether a request failed before there was a connection.
fn is_connecting(error: &ureq::Error) -> bool {
    use std::io::ErrorKind;
    match error {
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => true,
        ureq::Error::Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect) => true,
        ureq::Error::Io(error) => matches!(
            error.kind(),
            ErrorKind::ConnectionRefused
                | ErrorKind::HostUnreachable
                | ErrorKind::NetworkUnreachable
                | ErrorKind::NetworkDown
                | ErrorKind::TimedOut
        ),
        _ => false,
    }
}

pub(super) fn network(url: &str, error: ureq::Error) -> HubError {
    HubError::Network {
        url: url.to_owned(),
        reason: printable(&error.to_string()),
    }
}

pub(super) fn host_of(uri: &Uri) -> String {
    printable(uri.host().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::options::HubOptions;

    #[test]
    fn what_cannot_be_reached_is_told_by_whose_it_is_and_by_its_certificate() {
        let options = HubOptions {
            endpoint: "https://hub".to_owned(),
            ..HubOptions::new("/c", "/s")
        };
        let client = Client::new(&options).unwrap();
        let told = |address: &str, error: ureq::Error| {
            let url = "https://hub/org/name/resolve/main/model.safetensors";
            let error = client.unreachable(url, &address.parse().unwrap(), error);
            error.to_string()
        };
        let nowhere = "https://hub cannot be reached: host not found";
        assert_eq!(told("https://hub/x", ureq::Error::HostNotFound), nowhere);
        let broken = ureq::Error::Io(std::io::ErrorKind::ConnectionReset.into());
        let own = told("https://hub/x", broken);
        assert!(own.starts_with("cannot get https://hub/org/name"), "{own}");
        client.has_answered.store(true, Ordering::Relaxed);
        let own = told("https://hub/x", ureq::Error::HostNotFound);
        assert!(own.starts_with("cannot get https://hub/org/name"), "{own}");
        assert_eq!(
            told("https://storage:443/x", ureq::Error::HostNotFound),
            "https://hub refers to storage for model.safetensors, which cannot be reached: \
             host not found"
        );
        let unknown = ureq::Error::Tls("invalid peer certificate: UnknownIssuer");
        assert_eq!(
            told("https://hub/x", unknown),
            "hub is not trusted: invalid peer certificate: UnknownIssuer"
        );
    }
}
