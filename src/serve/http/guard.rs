//! What every request is checked for before it is read, and the headers of every answer.
//!
//! Policy: a page in a browser can send requests to a server on the same machine, and by a name that it
//! makes resolve to that machine (DNS rebinding) even read the answers. So the `Host` has to be an
//! address, `localhost` or a name that the operator allows, and a page of another origin may change
//! nothing and read nothing unless its origin is allowed.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::ApiError;
use crate::serve::app::App;

/// What an answer may do in a browser if it says nothing else.
const POLICY: &str =
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Checks a request, has it answered, and completes the answer.
pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let _in_flight = app.metrics.begin();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let method = request.method().clone();
    let allowed = allowed_origin(request.headers(), &app.options.cors);
    let mut response = match check(&app, &request, allowed.as_ref()) {
        Err(error) => error.into_response(),
        Ok(()) if method == Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        Ok(()) => next.run(request).await,
    };
    complete(response.headers_mut(), allowed);
    let status = response.status().as_u16();
    app.metrics.answered(&route, status, started.elapsed());
    // Neither queries nor bodies: they hold keys and texts.
    tracing::debug!("{method} {route}: {status}");
    response
}

fn check(app: &App, request: &Request, allowed: Option<&HeaderValue>) -> Result<(), ApiError> {
    let headers = request.headers();
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    let host = host.and_then(|host| host.parse::<Authority>().ok());
    let Some(host) = host.filter(|_| hosts.next().is_none()) else {
        return Err(ApiError::bad(
            "Invalid request: the Host is missing or invalid",
        ));
    };
    if !is_allowed_host(host.host(), &app.options.allowed_hosts) {
        return Err(ApiError::forbidden("This server is not known by that name"));
    }
    let is_safe = [Method::GET, Method::HEAD].contains(request.method());
    let origin = headers.get(header::ORIGIN);
    if let Some(origin) = origin
        && !is_safe
        && allowed.is_none()
        && !is_same_origin(origin, host.as_str())
    {
        return Err(ApiError::forbidden(
            "Pages of other origins may not use this server",
        ));
    }
    Ok(())
}

/// An address cannot be made to resolve to another machine, and `localhost` is none of a stranger's.
fn is_allowed_host(host: &str, names: &[String]) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok()
        || names.iter().any(|name| name.eq_ignore_ascii_case(host))
}

fn is_same_origin(origin: &HeaderValue, host: &str) -> bool {
    let origin = origin.to_str().unwrap_or_default();
    let authority = origin.split_once("://").map(|(scheme, rest)| {
        let usual = if scheme == "https" { ":443" } else { ":80" };
        rest.strip_suffix(usual).unwrap_or(rest)
    });
    let host = host.strip_suffix(":80").unwrap_or(host);
    let host = host.strip_suffix(":443").unwrap_or(host);
    authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
}

/// What the answer says of the origin that asks, if its pages may use the server.
fn allowed_origin(headers: &HeaderMap, cors: &[String]) -> Option<HeaderValue> {
    if cors.iter().any(|origin| origin == "*") {
        return Some(HeaderValue::from_static("*"));
    }
    let origin = headers.get(header::ORIGIN)?;
    cors.iter()
        .any(|known| origin == known.as_str())
        .then(|| origin.clone())
}

fn complete(headers: &mut HeaderMap, allowed: Option<HeaderValue>) {
    let mut default = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    default(header::CONTENT_SECURITY_POLICY, POLICY);
    default(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(header::X_FRAME_OPTIONS, "DENY");
    default(header::REFERRER_POLICY, "no-referrer");
    default(header::CACHE_CONTROL, "no-store");
    let Some(allowed) = allowed else {
        default(
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        );
        return;
    };
    default(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        "Authorization, Content-Type",
    );
    default(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, DELETE");
    default(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        "Authorization, Retry-After",
    );
    if allowed != "*" {
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
    }
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_an_address_localhost_or_a_name_that_is_allowed() {
        let names = ["translate.example".to_owned()];
        for host in [
            "localhost",
            "LOCALHOST",
            "127.0.0.1",
            "[::1]",
            "192.0.2.1",
            "Translate.Example",
        ] {
            assert!(is_allowed_host(host, &names), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "x.translate.example",
        ] {
            assert!(!is_allowed_host(host, &names), "{host}");
        }
    }

    #[test]
    fn an_origin_is_the_servers_own_with_or_without_the_usual_port() {
        let is_same =
            |origin: &'static str, host| is_same_origin(&HeaderValue::from_static(origin), host);
        assert!(is_same("http://localhost:5000", "localhost:5000"));
        assert!(is_same("https://translate.example", "translate.example"));
        assert!(is_same(
            "https://translate.example:443",
            "translate.example"
        ));
        for origin in [
            "null",
            "http://localhost:5001",
            "http://evil.example",
            "localhost:5000",
            "",
        ] {
            assert!(!is_same(origin, "localhost:5000"), "{origin}");
        }
    }
}
