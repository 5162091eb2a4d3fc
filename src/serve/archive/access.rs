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
    let has_key = request.headers().contains_key(header::AUTHORIZATION);
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
}
