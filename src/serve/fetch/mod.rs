//! Pages fetched for a client, where the operator allows that.
//!
//! Policy: a client may not reach through the server what it could not reach itself. Every address that a
//! connection is made to, after redirects too, is judged when it is resolved, and the connection is made to
//! the very addresses that were judged. No proxy is used, since it would resolve names itself; nothing of
//! the client's is sent along.

mod public;

use std::io::Read;
use std::net::SocketAddr;
use std::time::Duration;

use ureq::config::Config;
use ureq::http::{StatusCode, Uri, header};
use ureq::tls::TlsConfig;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

use crate::archive::{Content, Record};
use crate::article::{Format, Given, Metadata};
use crate::hub::root_certs;
use crate::text::is_web_address;
use public::is_public;

const MAX_REDIRECTS: u32 = 5;
/// Time for a page, from the first name that is looked up to its last byte.
const MAX_TIME: Duration = Duration::from_secs(30);

/// Why a page is not there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(super) enum FetchError {
    /// The address is none of the web.
    #[error("{0:?} is not an address of the web")]
    Address(String),
    /// It leads to this machine, its network, or a port that is none of the web's.
    #[error("{0} is not on the public web")]
    NotPublic(String),
    /// The page is not given.
    #[error("the site answers with status {0}")]
    Status(StatusCode),
    /// The page is larger than an upload may be.
    #[error("the page is larger than {0} bytes")]
    TooLarge(u64),
    /// The site cannot be reached, or does not answer as it should.
    #[error("the site cannot be reached: {0}")]
    Unreachable(Box<Error>),
}

/// A page of the web as a record; an address in the page's own alphabet is understood.
///
/// # Errors
/// If it is not on the public web, is not given, or is larger than `limit` bytes.
pub(super) fn fetch(address: &str, limit: u64) -> Result<Record, FetchError> {
    fetch_within(address, limit, is_public)
}

fn fetch_within(
    address: &str,
    limit: u64,
    may_reach: fn(&SocketAddr) -> bool,
) -> Result<Record, FetchError> {
    let uri = web_address(address).ok_or_else(|| FetchError::Address(address.to_owned()))?;
    let mut response = agent(may_reach).get(&uri).call().map_err(told)?;
    if response.status() != StatusCode::OK {
        return Err(FetchError::Status(response.status()));
    }
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_none_or(|media| {
            let media = media.to_str().unwrap_or_default();
            media.starts_with("text/html") || media.starts_with("application/xhtml+xml")
        });
    let mut bytes = Vec::new();
    let body = response.body_mut().as_reader();
    body.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| told(Error::from(error)))?;
    if bytes.len() as u64 > limit {
        return Err(FetchError::TooLarge(limit));
    }
    let name = uri.path().rsplit('/').find(|part| !part.is_empty());
    Ok(Record {
        id: address.to_owned(),
        path: name.or(uri.host()).unwrap_or(address).to_owned(),
        place: None,
        content: if is_page {
            Content::Of(Format::Html, bytes)
        } else {
            Content::Bytes(bytes)
        },
        given: Given {
            title: None,
            metadata: Metadata {
                url: is_web_address(address).then(|| address.to_owned()),
                ..Metadata::default()
            },
        },
        fields: Default::default(),
    })
}

/// The address for a request; `None` for one with a name and password, or of another scheme.
fn web_address(address: &str) -> Option<Uri> {
    let encoded = percent_encoding::utf8_percent_encode(address.trim(), percent_encoding::CONTROLS);
    let without_part = encoded.to_string();
    let uri: Uri = without_part.split('#').next()?.parse().ok()?;
    let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
    let is_plain = uri
        .authority()
        .is_some_and(|host| !host.as_str().contains('@'));
    (is_web && is_plain).then_some(uri)
}

fn agent(may_reach: fn(&SocketAddr) -> bool) -> Agent {
    let tls = TlsConfig::builder().root_certs(root_certs());
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(MAX_REDIRECTS)
        .user_agent(concat!("audarma/", env!("CARGO_PKG_VERSION")))
        .accept("text/html,application/xhtml+xml,*/*;q=0.8")
        .accept_encoding("identity")
        .timeout_global(Some(MAX_TIME))
        .max_idle_connections(0)
        .proxy(None)
        .tls_config(tls.build());
    let resolver = Judging {
        inner: DefaultResolver::default(),
        may_reach,
    };
    Agent::with_parts(config.build(), DefaultConnector::default(), resolver)
}

/// Resolves names, and refuses those with an address that may not be reached.
#[derive(Debug)]
struct Judging {
    inner: DefaultResolver,
    may_reach: fn(&SocketAddr) -> bool,
}

impl Resolver for Judging {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let refused = || Error::Other(Box::new(Refused(uri.host().unwrap_or_default().to_owned())));
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(refused());
        }
        let addresses = self.inner.resolve(uri, config, timeout)?;
        if addresses.iter().all(self.may_reach) {
            Ok(addresses)
        } else {
            Err(refused())
        }
    }
}

/// A host that may not be reached.
#[derive(Debug, thiserror::Error)]
#[error("{0} is refused")]
struct Refused(String);

fn told(error: Error) -> FetchError {
    let refused = match &error {
        Error::Other(inner) => inner.downcast_ref::<Refused>(),
        Error::Io(inner) => inner
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<Refused>()),
        _ => None,
    };
    match refused {
        Some(Refused(host)) => FetchError::NotPublic(host.clone()),
        None => FetchError::Unreachable(Box::new(error)),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// A site on this machine that answers once; `{own}` in the answer is its address.
    fn site(answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = format!("http://{}", listener.local_addr().unwrap());
        let answer = answer.replace("{own}", &own);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = [0; 4096];
                let read = stream.read(&mut request).unwrap();
                let request = String::from_utf8_lossy(&request[..read]).to_string();
                let answer = if request.starts_with("GET /there ") {
                    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<p>there"
                } else {
                    &answer
                };
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        own
    }

    fn everywhere(_: &SocketAddr) -> bool {
        true
    }

    fn fetched(address: &str) -> Result<Record, FetchError> {
        fetch_within(address, 1000, everywhere)
    }

    #[test]
    fn a_page_is_a_record_with_its_address() {
        let own =
            site("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p>a");
        let address = format!("{own}/жаңалық/1.html?a=b#c");
        let record = fetched(&address).unwrap();
        assert_eq!(record.content, Content::Of(Format::Html, b"<p>a".to_vec()));
        assert_eq!(
            (record.id.as_str(), record.path.as_str()),
            (address.as_str(), "1.html")
        );
    }

    #[test]
    fn a_file_is_recognised_by_what_it_is() {
        let own = site(
            "HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 4\r\n\r\n%PDF",
        );
        let record = fetched(&format!("{own}/a.pdf")).unwrap();
        assert_eq!(record.content, Content::Bytes(b"%PDF".to_vec()));
    }

    #[test]
    fn redirects_are_followed_and_each_is_judged() {
        let answer = "HTTP/1.1 302 Found\r\nLocation: {own}/there\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        let record = fetched(&site(answer)).unwrap();
        assert_eq!(
            record.content,
            Content::Of(Format::Html, b"<p>there".to_vec())
        );

        // The site itself is allowed, what it leads to is not.
        let own = site(
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:80/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        );
        let error = fetch_within(&own, 1000, |address| {
            address.ip().to_string() == "127.0.0.1"
        });
        assert!(matches!(error, Err(FetchError::NotPublic(host)) if host == "127.0.0.2"));
    }

    #[test]
    fn what_is_not_on_the_public_web_is_refused() {
        for address in [
            "http://127.0.0.1/",
            "http://localhost/",
            "http://[::1]/",
            "http://169.254.169.254/latest/meta-data/",
            "http://10.0.0.1/",
        ] {
            assert!(
                matches!(fetch(address, 1000), Err(FetchError::NotPublic(_))),
                "{address}"
            );
        }
    }

    #[test]
    fn what_is_no_address_of_the_web_is_told_as_that() {
        for address in [
            "",
            "kk",
            "/etc/passwd",
            "file:///etc/passwd",
            "ftp://a.example/",
            "http://",
            "http://a:b@c.example/",
            "socks5://a.example/",
        ] {
            assert!(
                matches!(fetched(address), Err(FetchError::Address(_))),
                "{address}"
            );
        }
    }

    #[test]
    fn a_page_that_is_refused_or_too_large_is_told_as_that() {
        let own = site("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        assert!(matches!(fetched(&own), Err(FetchError::Status(status)) if status == 404));
        // Without a length: it is read until the limit, not to its end.
        let answer: String = format!(
            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}",
            "a".repeat(5000)
        );
        let own = site(answer.leak());
        assert!(matches!(fetched(&own), Err(FetchError::TooLarge(1000))));
    }

    #[test]
    fn a_circle_of_redirects_ends() {
        let own = site(
            "HTTP/1.1 302 Found\r\nLocation: {own}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        );
        assert!(matches!(fetched(&own), Err(FetchError::Unreachable(_))));
    }
}
