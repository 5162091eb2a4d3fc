//! `GET /frontend/settings` and `POST /suggest`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::files;
use crate::serve::app::App;
use crate::serve::articles;
use crate::serve::http::{self, ApiError};

/// What LibreTranslate's page asks for, and below `articles` what ours does.
pub(super) async fn settings(State(app): State<Arc<App>>) -> Response {
    let limit = |limit: Option<usize>| limit.map_or(json!(-1), Value::from);
    let needs_key = app.options.keys.is_some();
    let body = json!({
        "apiKeys": needs_key,
        "charLimit": limit(app.options.char_limit),
        "filesTranslation": true,
        "frontendTimeout": 500,
        "keyRequired": needs_key,
        "language": {
            "source": {"code": "auto", "name": "Auto Detect"},
            "target": {"code": "en", "name": "English"},
        },
        "suggestions": false,
        "supportedFilesFormat": files::endings(),
        "articles": articles::settings(&app),
    });
    http::json(StatusCode::OK, &body)
}

/// Suggestions are not taken.
pub(super) async fn suggest() -> ApiError {
    ApiError::forbidden("Suggestions are disabled on this server.")
}
