//! `POST /detect` and `GET /languages`.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::translate::check_limits;
use crate::serve::app::App;
use crate::serve::http::{self, ApiError, Call, MAX_TEXT_BYTES, Texts};
use crate::serve::languages::TARGET;

/// A language, and those it is translated into.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(in crate::serve) struct LanguageEntry {
    /// ISO 639-1.
    pub code: &'static str,
    /// In English.
    pub name: &'static str,
    /// Codes of the languages that it is translated into.
    pub targets: [&'static str; 1],
}

pub(super) async fn languages(State(app): State<Arc<App>>) -> Result<Response, ApiError> {
    let languages = app.loaded()?.languages.iter();
    let entries: Vec<LanguageEntry> = languages
        .map(|language| LanguageEntry {
            code: language.code,
            name: language.name,
            targets: [TARGET],
        })
        .collect();
    Ok(http::json(StatusCode::OK, &entries))
}

pub(super) async fn detect(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, ApiError> {
    let call = Call::read(&app, request, MAX_TEXT_BYTES).await?;
    let missing = || ApiError::bad("Invalid request: missing q parameter");
    let (texts, is_array) = match call.parameters.texts("q").ok_or_else(missing)? {
        Texts::One(text) => (vec![text], false),
        Texts::Many(texts) => (texts, true),
    };
    check_limits(&app, &texts, is_array)?;
    // Long texts take a while.
    let detecting = tokio::task::spawn_blocking(move || {
        let languages = &app.loaded()?.languages;
        Ok::<_, ApiError>(languages.detected(&texts.join("\n")))
    });
    let found = detecting.await.map_err(|_| ApiError::internal())??;
    Ok(http::json(StatusCode::OK, &[found]))
}
