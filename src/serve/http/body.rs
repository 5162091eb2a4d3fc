//! Bodies of requests, read within limits: each by itself, and all together.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use super::ApiError;

/// Bytes that the bodies of all requests in work may have.
const MAX_ALL_BYTES: usize = 256 << 20;
/// What a permit stands for.
const UNIT: usize = 4 << 10;
/// How long a client may take for a body, and for each [`MIN_RATE`] bytes of it a second more.
const PATIENCE: Duration = Duration::from_secs(20);
/// Bytes a second that a client has to send.
const MIN_RATE: usize = 16 << 10;

/// Memory for bodies.
pub(in crate::serve) struct BodyBudget {
    units: Arc<Semaphore>,
}

/// A body, and the memory that it takes.
pub(in crate::serve) struct ReadBody {
    pub bytes: Vec<u8>,
    /// Given back when the request is answered.
    pub held: Option<OwnedSemaphorePermit>,
}

impl Default for BodyBudget {
    fn default() -> Self {
        Self {
            units: Arc::new(Semaphore::new(MAX_ALL_BYTES / UNIT)),
        }
    }
}

impl BodyBudget {
    /// Reads a body of at most `limit` bytes.
    ///
    /// # Errors
    /// If it is larger, comes too slowly or breaks off, or there is no memory for it now.
    pub(in crate::serve) async fn read(
        &self,
        headers: &HeaderMap,
        body: Body,
        limit: usize,
    ) -> Result<ReadBody, ApiError> {
        let length = headers.get(header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if length.is_some_and(|length| length > limit as u64) {
            return Err(ApiError::too_large("body", limit));
        }
        self.read_parts(body, limit).await
    }

    async fn read_parts(&self, mut body: Body, limit: usize) -> Result<ReadBody, ApiError> {
        let started = Instant::now();
        let mut read = ReadBody {
            bytes: Vec::new(),
            held: None,
        };
        let mut units = 0;
        loop {
            let earned = Duration::from_secs((read.bytes.len() / MIN_RATE) as u64);
            let Ok(part) = timeout_at(started + PATIENCE + earned, body.frame()).await else {
                return Err(slow());
            };
            let Some(part) = part else {
                return Ok(read);
            };
            let part = part.map_err(|_| ApiError::bad("Invalid request: the body broke off"))?;
            let Ok(part) = part.into_data() else {
                continue;
            };
            let size = read.bytes.len().saturating_add(part.len());
            if size > limit {
                return Err(ApiError::too_large("body", limit));
            }
            let needed = size.div_ceil(UNIT);
            if needed > units {
                let more = u32::try_from(needed - units).unwrap_or(u32::MAX);
                let more = Arc::clone(&self.units).try_acquire_many_owned(more);
                let more = more.map_err(|_| ApiError::unavailable("the server is busy", 10))?;
                match &mut read.held {
                    Some(held) => held.merge(more),
                    None => read.held = Some(more),
                }
                units = needed;
            }
            read.bytes.extend_from_slice(&part);
        }
    }
}

fn slow() -> ApiError {
    ApiError::new(
        StatusCode::REQUEST_TIMEOUT,
        "Invalid request: the body came too slowly",
    )
}
