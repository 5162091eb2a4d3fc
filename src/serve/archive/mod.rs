//! A finished archive, read-only: a page with full-text search, its articles, and the same for programs.
//!
//! Policy: nothing that a client sends becomes a file name or a part of a query's syntax. The pages that a
//! run wrote are shown if they are byte for byte those, without scripts. The search page is whole without
//! scripts too: a form, links, and nothing from elsewhere.

mod access;
mod answer;
mod asked;
mod page;
mod problem;
mod texts;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::sync::OwnedSemaphorePermit;

use self::access::{Access, admitted};
use self::asked::Asked;
use self::page::Shown;
use self::problem::Asker;
use self::texts::Texts;
use super::app::App;
use super::articles::written;
use super::http::{self, ApiError, Parameters};
use crate::archive::finished::{ArticleEntry, FinishedArchive, Found, Hit, ReadingError, RunFile};
use crate::report::{Format, Layout};

pub(super) use self::answer::SearchAnswer;

/// What the search page may do in a browser.
const SEARCH_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// What a report's page may do: show itself.
const REPORT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";
/// How long a search waits for others.
const PATIENCE: Duration = Duration::from_secs(10);

const HTML: &str = "text/html; charset=utf-8";

/// What a search found.
enum Results {
    Sentences(Found<Hit>),
    Articles(Found<ArticleEntry>),
}

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/archive", get(|| async { moved("archive/") }))
        .route("/archive/", get(search_page))
        .route("/archive/archive.css", get(style))
        .route("/archive/icon.svg", get(icon))
        .route("/archive/api/search", get(search))
        .route("/archive/articles/{number}", get(article))
        .route("/archive/pages/{*file}", get(file))
}

/// The way from `/` where nothing is translated.
pub(super) fn as_root() -> Router<Arc<App>> {
    Router::new().route("/", get(|| async { moved("archive/") }))
}

/// The address is relative: it also holds below a prefix.
fn moved(to: &'static str) -> Response {
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response()
}

/// `GET /archive/`
async fn search_page(State(app): State<Arc<App>>, request: Request) -> Result<Response, ApiError> {
    let archive = archive(&app)?;
    let headers = request.headers().clone();
    let call = match admitted(&app, request).await? {
        Access::Call(call) => call,
        Access::Challenge(response) => return Ok(response),
    };
    let texts = Texts::wanted(call.parameters.text("lang").as_deref(), &headers);
    let asked = Asked::of(&call.parameters);
    let results = match &asked {
        Ok(asked) => found(&app, &archive, asked).await,
        Err(error) => Err(error.clone()),
    };
    let (status, problem) = match &results {
        Ok(_) => (StatusCode::OK, None),
        // Nothing is wrong with what was asked.
        Err(error) if error.retry_after.is_some() => return Err(error.clone()),
        Err(error) => (error.status, Some(error.message.as_str())),
    };
    let shown = Shown {
        texts,
        facets: archive.facets(),
        has_overview: archive.has_overview(),
        translates: app.options.translates,
        parameters: &call.parameters,
        asked: asked.as_ref().ok(),
        results: results.as_ref().ok(),
        problem,
    };
    let headers = [
        (header::CONTENT_TYPE, HTML),
        (header::CONTENT_SECURITY_POLICY, SEARCH_POLICY),
        (header::VARY, "Accept-Language"),
    ];
    Ok((status, headers, page::markup(&shown).into_string()).into_response())
}

/// `GET /archive/api/search`
async fn search(State(app): State<Arc<App>>, request: Request) -> Result<Response, ApiError> {
    let archive = archive(&app)?;
    let call = access::call(&app, request).await?;
    let asked = Asked::of(&call.parameters)?;
    let results = found(&app, &archive, &asked).await?;
    Ok(http::json(
        StatusCode::OK,
        &SearchAnswer::new(&results, &asked, &call.url),
    ))
}

/// `GET /archive/articles/NUMBER`: an article of which the run wrote no page.
async fn article(
    State(app): State<Arc<App>>,
    Path(number): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let archive = archive(&app)?;
    let asker = Asker::of(&request);
    if let Access::Challenge(response) = admitted(&app, request).await? {
        return Ok(response);
    }
    let Ok(number) = number.parse::<i64>() else {
        return Ok(asker.told(ApiError::not_found()));
    };
    let page = asked_of(&app, &archive, move |archive| {
        let document = archive.document(number)?;
        Ok(document.map(|document| written(&document, Format::Html, Layout::Columns)))
    });
    match page.await?.ok_or_else(ApiError::not_found) {
        Ok(page) => Ok(report(page?)),
        Err(error) => Ok(asker.told(error)),
    }
}

/// `GET /archive/pages/FILE`: a file that the run wrote.
async fn file(
    State(app): State<Arc<App>>,
    Path(file): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let archive = archive(&app)?;
    let asker = Asker::of(&request);
    if let Access::Challenge(response) = admitted(&app, request).await? {
        return Ok(response);
    }
    let file = asked_of(&app, &archive, move |archive| archive.file(&file)).await;
    Ok(
        match file.and_then(|file| file.ok_or_else(ApiError::not_found)) {
            Ok(RunFile::Page(bytes) | RunFile::Overview(bytes)) => report(bytes),
            Ok(RunFile::Failures(bytes)) => {
                let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
                (kind, bytes).into_response()
            }
            Err(error) => asker.told(error),
        },
    )
}

fn report(bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HTML),
        (header::CONTENT_SECURITY_POLICY, REPORT_POLICY),
    ];
    (headers, bytes).into_response()
}

async fn style() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    // The look is that of the report.
    let style = concat!(
        include_str!("../../report/html/base.css"),
        include_str!("archive.css")
    );
    (kind, style).into_response()
}

async fn icon() -> Response {
    let kind = [(header::CONTENT_TYPE, "image/svg+xml")];
    (kind, include_str!("../page/icon.svg")).into_response()
}

/// Whether these parameters can be asked of an archive.
pub(super) fn is_search(parameters: &Parameters) -> bool {
    Asked::of(parameters).is_ok()
}

fn archive(app: &App) -> Result<Arc<FinishedArchive>, ApiError> {
    let archive = app.options.archive.as_ref();
    archive.map(Arc::clone).ok_or_else(ApiError::not_found)
}

/// The sentences that have the words or, where there are none, the articles.
async fn found(
    app: &App,
    archive: &Arc<FinishedArchive>,
    asked: &Asked,
) -> Result<Results, ApiError> {
    let (query, page) = (asked.query.clone(), asked.page - 1);
    asked_of(app, archive, move |archive| {
        if query.words.trim().is_empty() {
            archive.articles(&query.filter, page).map(Results::Articles)
        } else {
            archive.sentences(&query, page).map(Results::Sentences)
        }
    })
    .await
}

/// Asks the archive on a thread that may wait, a few questions at a time.
async fn asked_of<T: Send + 'static>(
    app: &App,
    archive: &Arc<FinishedArchive>,
    ask: impl FnOnce(&FinishedArchive) -> Result<T, ReadingError> + Send + 'static,
) -> Result<T, ApiError> {
    let permit = Arc::clone(&app.searches).acquire_owned();
    let busy = || ApiError::unavailable("the archive is busy", 5);
    let permit: OwnedSemaphorePermit = match tokio::time::timeout(PATIENCE, permit).await {
        Ok(Ok(permit)) => permit,
        _ => return Err(busy()),
    };
    let archive = Arc::clone(archive);
    let answer = tokio::task::spawn_blocking(move || {
        // Held by the work, even where nobody waits for it any longer.
        let _permit = permit;
        ask(&archive)
    });
    let answer = answer.await.map_err(|_| ApiError::internal())?;
    answer.map_err(|error| match error {
        ReadingError::Page => ApiError::new(StatusCode::CONFLICT, error.to_string()),
        // The same would take as long again.
        ReadingError::TooLong => ApiError::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
        error => ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    })
}
