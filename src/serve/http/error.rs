//! Errors as clients see them: a status, and JSON with a message.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::serve::engine::EngineError;
use crate::serve::rate::TooMany;

/// The body of an error.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(in crate::serve) struct ErrorBody {
    /// What is wrong.
    pub error: String,
}

/// Why a request is not answered as it asks.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub(in crate::serve) struct ApiError {
    pub status: StatusCode,
    pub message: String,
    /// Seconds after which the same request may succeed.
    pub retry_after: Option<u64>,
    /// What kind of input it is that was not read, in a word.
    pub reason: Option<&'static str>,
}

impl ApiError {
    pub(in crate::serve) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            retry_after: None,
            reason: None,
        }
    }

    /// 400.
    pub(in crate::serve) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 403.
    pub(in crate::serve) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// 404.
    pub(in crate::serve) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not found")
    }

    /// 413.
    pub(in crate::serve) fn too_large(what: &str, limit: usize) -> Self {
        let message = format!("Invalid request: the {what} has more than {limit} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    }

    /// 400, for more texts or characters than a request may have.
    pub(in crate::serve) fn too_long(size: usize, limit: usize) -> Self {
        Self::bad(format!(
            "Invalid request: request ({size}) exceeds text limit ({limit})"
        ))
    }

    /// 500, for a fault of this program.
    pub(in crate::serve) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "an internal error; please report this",
        )
    }

    /// 503 with a time to wait.
    pub(in crate::serve) fn unavailable(message: impl Into<String>, retry_after: u64) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
        }
    }
}

impl From<EngineError> for ApiError {
    fn from(error: EngineError) -> Self {
        let message = error.to_string();
        match error {
            EngineError::Busy { retry_after } => Self::unavailable(message, retry_after),
            EngineError::Stopped => Self::unavailable(message, 10),
            EngineError::Model { .. } | EngineError::Panicked => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, message)
            }
        }
    }
}

impl From<TooMany> for ApiError {
    fn from(error: TooMany) -> Self {
        let message = format!("Slowdown: {} per 1 minute", error.per_minute);
        Self {
            retry_after: Some(error.retry_after),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, message)
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = ErrorBody {
            error: self.message,
        };
        let mut response = json(self.status, &body);
        if let Some(seconds) = self.retry_after {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// An answer in JSON.
pub(in crate::serve) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => {
            let kind = [(header::CONTENT_TYPE, "application/json")];
            (status, kind, body).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
