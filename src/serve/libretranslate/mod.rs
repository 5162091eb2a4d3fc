//! LibreTranslate's HTTP interface, as its version 1.9 serves it, so that its clients work unchanged.
//!
//! Policy: statuses and messages are those that its clients look for. What is not offered is refused as
//! a server of theirs refuses it that is configured so.

mod detect;
mod files;
mod settings;
mod status;
mod translate;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use super::app::App;

pub(super) use detect::LanguageEntry;
pub(super) use files::Downloads;
pub(super) use translate::{check_characters, check_limits};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/translate", post(translate::translate))
        .route("/detect", post(detect::detect))
        .route("/languages", get(detect::languages))
        .route("/translate_file", post(files::translate_file))
        .route("/download_file/{name}", get(files::download_file))
        .route("/suggest", post(settings::suggest))
        .route("/frontend/settings", get(settings::settings))
}

/// Whether and how the server runs.
pub(super) fn status_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/health", get(status::health))
        .route("/ready", get(status::ready))
        .route("/metrics", get(status::metrics))
}
