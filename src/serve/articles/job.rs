//! One article on its way.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use serde::Serialize;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use crate::document::Document;
use crate::serve::http::ApiError;

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::serve) enum Phase {
    /// It is not read yet.
    Queued,
    /// Its sentences are translated, or the summary is written.
    Running,
    Done,
    Failed,
}

/// A job's state, as clients are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub(in crate::serve) struct JobState {
    /// The job's number.
    pub id: String,
    /// How far it is.
    pub state: Phase,
    /// Sentences of the article; 0 before they are counted.
    pub sentences: usize,
    /// Sentences that are translated.
    pub done: usize,
    /// Why it failed.
    pub error: Option<String>,
    /// What kind of input it is that was not read, in a word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
}

/// A job.
pub(super) struct Job {
    pub name: String,
    /// About the memory that it takes.
    pub bytes: usize,
    pub state: watch::Sender<JobState>,
    pub document: OnceLock<Arc<Document>>,
    task: Mutex<Option<AbortHandle>>,
    ended: OnceLock<Instant>,
}

impl Job {
    pub(super) fn new(id: String, name: String, bytes: usize) -> Self {
        let state = JobState {
            id,
            state: Phase::Queued,
            sentences: 0,
            done: 0,
            error: None,
            reason: None,
        };
        Self {
            name,
            bytes,
            state: watch::Sender::new(state),
            document: OnceLock::new(),
            task: Mutex::default(),
            ended: OnceLock::new(),
        }
    }

    pub(super) fn id(&self) -> String {
        self.state.borrow().id.clone()
    }

    /// When it ended, if it has.
    pub(super) fn ended(&self) -> Option<Instant> {
        self.ended.get().copied()
    }

    /// Keeps the handle that ends its work.
    pub(super) fn begin(&self, task: AbortHandle) {
        *self.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task.clone());
        // It may have been given up before there was a handle.
        if self.ended().is_some() {
            task.abort();
        }
    }

    pub(super) fn progress(&self, sentences: usize, done: usize) {
        self.state.send_if_modified(|state| {
            // A window in work tells of a job that was given up meanwhile.
            if self.ended.get().is_some() {
                return false;
            }
            state.state = Phase::Running;
            state.sentences = sentences;
            state.done = done;
            true
        });
    }

    pub(super) fn finish(&self, document: Arc<Document>) {
        let _ = self.document.set(document);
        self.end(Phase::Done, None);
    }

    pub(super) fn fail(&self, error: ApiError) {
        self.end(Phase::Failed, Some(error));
    }

    fn end(&self, phase: Phase, error: Option<ApiError>) {
        if self.ended.set(Instant::now()).is_ok() {
            self.state.send_modify(|state| {
                state.state = phase;
                state.reason = error.as_ref().and_then(|error| error.reason);
                state.error = error.map(|error| error.message);
                if phase == Phase::Done {
                    state.done = state.sentences;
                }
            });
        }
    }

    /// Gives it up, unless it has ended; what waits of it is dropped.
    pub(super) fn abort(&self, why: &str) {
        self.fail(ApiError::bad(why));
        let task = self
            .task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(task) = task {
            task.abort();
        }
    }
}
