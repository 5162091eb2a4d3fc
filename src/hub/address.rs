//! Addresses of a hub: which are its own, and where a redirect leads.

use std::net::IpAddr;

use ureq::http::uri::{Scheme, Uri};

/// Whether an address is the endpoint's own: the same scheme, host and port, or the same host
/// on https if the endpoint is http.
pub(super) fn is_own(origin: &Uri, uri: &Uri) -> bool {
    let same_origin = uri.scheme() == origin.scheme() && uri.authority() == origin.authority();
    let upgraded = uri.scheme() == Some(&Scheme::HTTPS)
        && uri.host() == origin.host()
        && uri.port().is_none()
        && origin.port().is_none();
    same_origin || upgraded
}

/// Whether an address is of http or https, and names a host.
pub(super) fn is_http(uri: &Uri) -> bool {
    let scheme = uri.scheme();
    (scheme == Some(&Scheme::HTTP) || scheme == Some(&Scheme::HTTPS)) && uri.host().is_some()
}

/// Whether an address is of this machine.
pub(super) fn is_loopback(uri: &Uri) -> bool {
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

/// The target of a redirect.
pub(super) fn join(base: &Uri, location: &str) -> Option<Uri> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(text: &str) -> Uri {
        text.parse().unwrap()
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
        let hub = uri("https://hub");
        assert!(is_own(&hub, &uri("https://hub/x")));
        for other in [
            "https://cdn/x",
            "https://hub:8443/x",
            "http://hub/x",
            "https://hub.evil/x",
        ] {
            assert!(!is_own(&hub, &uri(other)), "{other}");
        }
        assert!(
            is_own(&uri("http://hub"), &uri("https://hub/x")),
            "an upgrade to https"
        );
        assert!(!is_own(&uri("http://hub:80"), &uri("https://hub:1/x")));
    }
}
