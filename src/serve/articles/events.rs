//! `GET /api/articles/ID/events`: a job's states as they change, as server-sent events.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use http_body_util::channel::Channel;
use tokio::time::timeout;

use super::job::{JobState, Phase};
use crate::serve::app::App;
use crate::serve::http::{ApiError, Call, MAX_TEXT_BYTES};

/// How long nothing may be sent, so that no proxy takes the connection for a dead one.
const QUIET: Duration = Duration::from_secs(15);

/// Each event's data is a state; the last is the end.
pub(super) async fn events(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    Call::read(&app, request, MAX_TEXT_BYTES).await?;
    let job = app.articles.find(&id, app.options.keep.as_deref()).await;
    let job = job.ok_or_else(ApiError::not_found)?;
    let (mut sender, body) = Channel::<Bytes, std::convert::Infallible>::new(4);
    let mut states = job.state.subscribe();
    // It ends with the job, or with the client: sending fails then.
    tokio::spawn(async move {
        let _job = job;
        loop {
            let state = states.borrow_and_update().clone();
            let is_end = matches!(state.state, Phase::Done | Phase::Failed);
            if sender.send_data(event(&state)).await.is_err() || is_end {
                return;
            }
            while let Err(_elapsed) = timeout(QUIET, states.changed()).await {
                if sender
                    .send_data(Bytes::from_static(b":\n\n"))
                    .await
                    .is_err()
                {
                    return;
                }
            }
        }
    });
    let headers = [(header::CONTENT_TYPE, "text/event-stream")];
    Ok((headers, Body::new(body)).into_response())
}

fn event(state: &JobState) -> Bytes {
    // A state is always JSON.
    let state = serde_json::to_string(state).unwrap_or_default();
    format!("data: {state}\n\n").into()
}
