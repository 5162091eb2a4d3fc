//! `GET /health`, `/ready` and `/metrics`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::serve::app::App;
use crate::serve::http::{self, ApiError};

/// Whether the server answers.
pub(super) async fn health() -> Response {
    http::json(StatusCode::OK, &json!({"status": "ok"}))
}

/// Whether the models are loaded, if there are to be any.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Result<Response, ApiError> {
    if !app.is_ready() {
        app.loaded()?;
    }
    Ok(http::json(StatusCode::OK, &json!({"status": "ready"})))
}

/// Counters for Prometheus, with a key where keys are wanted.
pub(super) async fn metrics(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if !app.options.metrics {
        return Err(ApiError::not_found());
    }
    if let Some(keys) = &app.options.keys {
        let value = headers.get(header::AUTHORIZATION);
        let value = value.and_then(|value| value.to_str().ok());
        let key = value.and_then(|value| value.strip_prefix("Bearer "));
        if key.is_none_or(|key| keys.client(key).is_none()) {
            return Err(ApiError::new(StatusCode::UNAUTHORIZED, "Unauthorized"));
        }
    }
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    let text = app.metrics.text(&app.engine, app.is_ready());
    Ok((kind, text).into_response())
}
