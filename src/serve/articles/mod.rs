//! Our own interface: an article in, a job, its progress, its result in every format.
//!
//! Policy: a job has a number that nobody guesses, and is kept in memory for an hour after its end, within
//! bounds; nothing is written to disk but what the operator asked to keep.

mod content;
mod events;
mod job;
mod jobs;
mod names;
mod results;
mod unread;
mod work;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Serialize;
use serde_json::{Value, json};

use super::app::App;
use super::http::{self, ApiError, Call, MAX_TEXT_BYTES};
use crate::report::Format;

pub(super) use content::Content;
pub(super) use job::JobState;
pub(super) use jobs::Jobs;
pub(super) use names::{attachment, display_name, random_id};
pub(super) use results::{content_type, written};
pub(super) use work::translated;

/// Bytes of a request besides its file.
const FORM_BYTES: usize = 64 << 10;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/articles", post(create))
        .route("/api/articles/{name}", get(show).delete(remove))
        .route("/api/articles/{name}/events", get(events::events))
}

/// What a page needs to know before it sends articles.
pub(super) fn settings(app: &App) -> Value {
    json!({
        "formats": results::FORMATS.map(Format::extension),
        "fetch": app.options.fetch,
        "lifetimeSeconds": jobs::LIFETIME.as_secs(),
        "maxJobs": jobs::MAX_JOBS,
        "maxUpload": app.options.max_upload,
        "isKept": app.options.keep.is_some(),
        "archive": app.options.archive.is_some(),
    })
}

/// The answer to a new article.
#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct Created {
    /// The job's number.
    pub id: String,
    /// Where its state is, and later its result.
    pub url: String,
}

/// `POST /api/articles`
async fn create(State(app): State<Arc<App>>, request: Request) -> Result<Response, ApiError> {
    let limit = app.options.max_upload.saturating_add(FORM_BYTES);
    let mut call = Call::read(&app, request, limit).await?;
    let content = Content::of(&mut call.parameters)?;
    if content.own_size() > app.options.max_upload {
        return Err(ApiError::too_large("article", app.options.max_upload));
    }
    if matches!(content, Content::Address { .. }) && !app.options.fetch {
        return Err(ApiError::forbidden("This server fetches no addresses"));
    }
    let languages = &app.loaded()?.languages;
    let language = match call.parameters.text("source") {
        None => None,
        Some(source) if source == "auto" => None,
        Some(source) => match languages.find(&source) {
            Some(language) => Some(language.code.to_owned()),
            None => return Err(ApiError::bad(format!("{source} is not supported"))),
        },
    };
    let place = app.engine.place(call.client, content.size())?;
    let job = app
        .articles
        .add(content.name().to_owned(), content.size())?;
    let id = job.id();
    work::start(&app, &job, place, content, language);
    let url = format!("{}/api/articles/{id}", call.url);
    Ok(http::json(StatusCode::ACCEPTED, &Created { id, url }))
}

/// `GET /api/articles/ID`, and with the ending of a format.
async fn show(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    Call::read(&app, request, MAX_TEXT_BYTES).await?;
    let (id, ending) = match name.split_once('.') {
        Some((id, ending)) => (id, Some(ending)),
        None => (name.as_str(), None),
    };
    let job = app.articles.find(id, app.options.keep.as_deref()).await;
    let job = job.ok_or_else(ApiError::not_found)?;
    results::response(&job, ending)
}

/// `DELETE /api/articles/ID`
async fn remove(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    Call::read(&app, request, MAX_TEXT_BYTES).await?;
    let is_there = app.articles.remove(&id, app.options.keep.as_deref()).await;
    if is_there {
        Ok(StatusCode::NO_CONTENT.into_response())
    } else {
        Err(ApiError::not_found())
    }
}
