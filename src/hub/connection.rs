//! How a hub is connected to: addresses, certificate authorities, timeouts, proxies.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ureq::config::Config;
use ureq::http::uri::{Scheme, Uri};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, Error};

use super::address::is_loopback;
use super::options::RetryPolicy;

/// Timeout of finding a host's addresses, and of connecting to it. The addresses of a host share it, the first with half of it.
const MAX_CONNECT: Duration = Duration::from_secs(10);

pub(super) fn agent(origin: &Uri, retry: &RetryPolicy) -> Agent {
    let mut config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("audarma/", env!("CARGO_PKG_VERSION")))
        .accept_encoding("identity")
        .timeout_resolve(Some(retry.connect.min(MAX_CONNECT)))
        .timeout_connect(Some(retry.connect.min(MAX_CONNECT)))
        .timeout_recv_response(Some(retry.connect))
        .timeout_per_read(Some(retry.silence));
    if is_loopback(origin) {
        // A hub on this machine is not reached through a proxy.
        config = config.proxy(None);
    }
    // Reading the system's authorities takes a while, and a hub on this machine seldom needs them.
    if !is_loopback(origin) || origin.scheme() == Some(&Scheme::HTTPS) {
        config = config.tls_config(TlsConfig::builder().root_certs(root_certs()).build());
    }
    let resolver = Ipv4First(DefaultResolver::default());
    Agent::with_parts(config.build(), DefaultConnector::default(), resolver)
}

/// The certificate authorities of the system, or of SSL_CERT_FILE and SSL_CERT_DIR; where there are
/// none, those that are built in.
pub(crate) fn root_certs() -> RootCerts {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!("certificate authorities: {error}");
    }
    if found.certs.is_empty() {
        return RootCerts::WebPki;
    }
    let certs = found.certs.iter();
    let certs = certs.map(|cert| Certificate::from_der(cert).to_owned());
    RootCerts::Specific(Arc::new(certs.collect()))
}

/// Addresses of IPv4 before those of IPv6: where IPv6 leads nowhere, connecting takes its whole timeout.
#[derive(Debug)]
struct Ipv4First(DefaultResolver);

impl Resolver for Ipv4First {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let mut addresses = self.0.resolve(uri, config, timeout)?;
        put_ipv4_first(&mut addresses);
        Ok(addresses)
    }
}

fn put_ipv4_first(addresses: &mut [SocketAddr]) {
    addresses.sort_by_key(SocketAddr::is_ipv6);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_ipv6_is_tried_after_those_of_ipv4() {
        let mut addresses = ["[2001:db8::1]:443", "192.0.2.1:443", "192.0.2.2:443"]
            .map(|address| address.parse().unwrap());
        put_ipv4_first(&mut addresses);
        let order = addresses.map(|address| address.to_string());
        assert_eq!(
            order,
            ["192.0.2.1:443", "192.0.2.2:443", "[2001:db8::1]:443"]
        );
    }
}
