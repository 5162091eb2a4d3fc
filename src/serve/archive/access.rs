//! Who may read the archive: whoever has a key, where keys are wanted.
//!
//! Links and forms carry no header of their own, so that a browser is asked for the key (HTTP Basic: any
//! name, the key as the password) and keeps it. Only requests that change nothing take a key that way.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::serve::app::App;
use crate::serve::http::{ApiError, Call, MAX_TEXT_BYTES};
use crate::text::base64;

/// A request that may be answered, or what is answered in its place.
pub(super) enum Access {
    Call(Box<Call>),
    Challenge(Response),
}

/// Reads a request of a program.
pub(super) async fn call(app: &App, mut request: Request) -> Result<Call, ApiError> {
    if let Some(key) = basic_key(request.headers())
        && let Ok(bearer) = HeaderValue::from_str(&format!("Bearer {key}"))
    {
        request.headers_mut().insert(header::AUTHORIZATION, bearer);
    }
    Call::read(app, request, MAX_TEXT_BYTES).await
}

/// Reads a request of a browser, which is asked for a key that is missing or wrong.
pub(super) async fn admitted(app: &App, request: Request) -> Result<Access, ApiError> {
    let has_key = has_usable_key(request.headers());
    match call(app, request).await {
        Ok(call) => Ok(Access::Call(Box::new(call))),
        Err(error) if app.options.keys.is_some() && wants_key(&error, has_key) => {
            let challenge = [(
                header::WWW_AUTHENTICATE,
                "Basic realm=\"archive: the key as the password\", charset=\"UTF-8\"",
            )];
            let error = ApiError::new(StatusCode::UNAUTHORIZED, error.message);
            Ok(Access::Challenge((challenge, error).into_response()))
        }
        Err(error) => Err(error),
    }
}

fn wants_key(error: &ApiError, has_key: bool) -> bool {
    error.status == StatusCode::FORBIDDEN || error.status == StatusCode::BAD_REQUEST && !has_key
}

/// Whether there is a header with a key that can be judged.
fn has_usable_key(headers: &HeaderMap) -> bool {
    if let Some(key) = basic_key(headers) {
        return key
            .bytes()
            .all(|byte| byte == b' ' || byte.is_ascii_graphic());
    }
    let value = headers.get(header::AUTHORIZATION);
    let value = value.and_then(|value| value.to_str().ok());
    value.is_some_and(|value| {
        let scheme = value.split_once(' ').map(|(scheme, _)| scheme);
        scheme.is_some_and(|scheme| {
            let known = ["Bearer", "DeepL-Auth-Key"];
            known.iter().any(|known| known.eq_ignore_ascii_case(scheme))
        })
    })
}

/// The password of HTTP Basic.
fn basic_key(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, pair) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    let pair = String::from_utf8(base64(pair.trim())).ok()?;
    let (_, password) = pair.split_once(':')?;
    Some(password.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_the_key() {
        let key = |value: &'static str| {
            let headers = [(header::AUTHORIZATION, HeaderValue::from_static(value))];
            basic_key(&headers.into_iter().collect())
        };
        assert_eq!(
            key("Basic Om5ld3Nyb29tLWtleQ==").as_deref(),
            Some("newsroom-key")
        );
        assert_eq!(key("basic YTpiOmM=").as_deref(), Some("b:c"));
        for other in ["Bearer abc", "Basic", "Basic !", "Basic YWJj", "Basic //8="] {
            assert_eq!(key(other), None, "{other}");
        }
    }

    #[test]
    fn a_header_that_no_key_can_be_read_from_is_as_none() {
        let has_key = |value: &[u8]| {
            let value = HeaderValue::from_bytes(value).unwrap();
            has_usable_key(&[(header::AUTHORIZATION, value)].into_iter().collect())
        };
        for usable in [
            "Basic Om5ld3Nyb29tLWtleQ==",
            "Bearer abc",
            "deepl-auth-key abc",
        ] {
            assert!(has_key(usable.as_bytes()), "{usable}");
        }
        // The second is of "a:құпия".
        for other in [
            "Basic",
            "Basic YTrSm9Kx0L/QuNGP",
            "Basic !",
            "Digest a",
            "Bearer",
            "Bearer ә",
        ] {
            assert!(!has_key(other.as_bytes()), "{other}");
        }
    }
}
