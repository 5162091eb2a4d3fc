//! The one engine room: sentences and summaries of all clients, computed together.
//!
//! Policy: a thread calls `Engine::run` with the models; others submit jobs and wait for their
//! results. What waits is bounded, and refused at once beyond that. The units of all jobs share
//! windows, fair by client and short before long (`schedule`); since a unit's hypothesis does not depend
//! on what it is translated with, a job's units may be spread over several windows. A job that nobody
//! waits for any more is dropped before its next window. A job that the models fail on fails by itself.

mod room;
mod schedule;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::markup::Alignment;
use crate::pipeline::{Pipeline, PipelineError};
use crate::summarize::Summary;
use crate::translate::{Hypothesis, Unit};
use schedule::{JobId, Schedule};

/// Whose a job is, for fairness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClientId {
    /// A client that gave no key; of IPv6 addresses the network counts.
    Address(IpAddr),
    /// The owner of an API key.
    Key(u64),
}

impl ClientId {
    /// The client at an address.
    pub fn of_address(address: IpAddr) -> Self {
        Self::Address(match address {
            IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
                Some(v4) => IpAddr::V4(v4),
                // A client has the addresses of a whole network of 64 bits.
                None => IpAddr::V6((u128::from(v6) >> 64 << 64).into()),
            },
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

/// What may wait.
#[derive(Debug, Clone, Copy)]
pub struct QueueLimits {
    /// Jobs, those in work among them.
    pub jobs: usize,
    /// Bytes of their inputs.
    pub bytes: usize,
}

/// Why a job has no result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The queue is full.
    #[error("the server is busy")]
    Busy {
        /// Seconds after which there may be room.
        retry_after: u64,
    },
    /// The models failed.
    #[error("{message}")]
    Model {
        /// What the model said.
        message: String,
    },
    /// A fault of this program, or of a library.
    #[error("the models failed on it; please report this")]
    Panicked,
    /// The server stops.
    #[error("the server is stopping")]
    Stopped,
}

impl From<PipelineError> for EngineError {
    fn from(error: PipelineError) -> Self {
        Self::Model {
            message: error.to_string(),
        }
    }
}

/// What computes: a pipeline, or a stand-in of a test.
pub(crate) trait Models {
    fn translate(&self, units: &[Unit]) -> Result<Vec<Hypothesis>, PipelineError>;
    fn summarize(&self, bodies: &[Vec<&str>]) -> Vec<Option<Summary>>;
    /// Of each target the alignment with its unit, if there is one.
    fn align(&self, pairs: &[(&Unit, &str)]) -> Vec<Option<Alignment>>;
    /// Units that fill a batch.
    fn batch_units(&self) -> usize;
}

impl Models for Pipeline {
    fn translate(&self, units: &[Unit]) -> Result<Vec<Hypothesis>, PipelineError> {
        Pipeline::translate(self, units, &mut |_, _| {})
    }

    fn summarize(&self, bodies: &[Vec<&str>]) -> Vec<Option<Summary>> {
        Pipeline::summarize(self, bodies)
    }

    fn align(&self, pairs: &[(&Unit, &str)]) -> Vec<Option<Alignment>> {
        Pipeline::align(self, pairs)
    }

    fn batch_units(&self) -> usize {
        Pipeline::batch_units(self)
    }
}

/// A handle to the engine room; clones share it.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    limits: QueueLimits,
    state: Mutex<State>,
    /// Told when a job comes, or the engine is closed.
    work: Condvar,
    counts: Counts,
}

#[derive(Default)]
struct State {
    is_closed: bool,
    jobs: usize,
    bytes: usize,
    last: JobId,
    units: Schedule,
    translations: HashMap<JobId, Translation>,
    /// A summary is a job of one unit.
    bodies: Schedule,
    summaries: HashMap<JobId, SummaryJob>,
    alignments: VecDeque<AlignmentJob>,
    /// Units a second of late windows; 0 before the first.
    speed: f64,
}

/// Is told how many units of a job are done; it must not wait for anything.
pub type Progress = Box<dyn Fn(usize) + Send>;

struct Translation {
    units: Vec<Unit>,
    hypotheses: Vec<Option<Hypothesis>>,
    done: usize,
    progress: Option<Progress>,
    reply: oneshot::Sender<Result<Vec<Hypothesis>, EngineError>>,
}

struct SummaryJob {
    body: Vec<String>,
    reply: oneshot::Sender<Result<Option<Summary>, EngineError>>,
}

struct AlignmentJob {
    pairs: Vec<(Unit, String)>,
    reply: oneshot::Sender<Vec<Option<Alignment>>>,
}

/// What the engine has done since it started.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) windows: AtomicU64,
    pub(crate) units: AtomicU64,
    pub(crate) tokens: AtomicU64,
    pub(crate) summaries: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) busy_microseconds: AtomicU64,
}

/// A job's place in the queue, free again when it is dropped.
pub struct Place {
    engine: Engine,
    client: ClientId,
    bytes: usize,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.engine.shared.state();
        state.jobs = state.jobs.saturating_sub(1);
        state.bytes = state.bytes.saturating_sub(self.bytes);
    }
}

impl Shared {
    /// The state; a panic while it was locked leaves it as sound as before.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Units that are aligned at a time.
const ALIGNED_TOGETHER: usize = 64;
/// Seconds that a refused client waits at least and at most.
const RETRY_AFTER: (u64, u64) = (1, 120);

impl State {
    fn retry_after(&self) -> u64 {
        let (least, most) = RETRY_AFTER;
        if self.speed <= 0.0 {
            return 10;
        }
        ((self.units.units() as f64 / self.speed).ceil() as u64).clamp(least, most)
    }
}

impl Engine {
    /// An engine room without models; jobs wait until `run` is called.
    pub fn new(limits: QueueLimits) -> Self {
        Self {
            shared: Arc::new(Shared {
                limits,
                state: Mutex::default(),
                work: Condvar::new(),
                counts: Counts::default(),
            }),
        }
    }

    /// A place for a job of `client` whose input has so many bytes.
    ///
    /// # Errors
    /// If the queue is full, or the engine is closed.
    pub fn place(&self, client: ClientId, bytes: usize) -> Result<Place, EngineError> {
        let mut state = self.shared.state();
        if state.is_closed {
            return Err(EngineError::Stopped);
        }
        let limits = self.shared.limits;
        // One input that is larger than all may wait alone.
        let is_full = state.jobs >= limits.jobs
            || (state.jobs > 0 && state.bytes.saturating_add(bytes) > limits.bytes);
        if is_full {
            self.shared.counts.refused.fetch_add(1, Ordering::Relaxed);
            return Err(EngineError::Busy {
                retry_after: state.retry_after(),
            });
        }
        state.jobs += 1;
        state.bytes = state.bytes.saturating_add(bytes);
        Ok(Place {
            engine: self.clone(),
            client,
            bytes,
        })
    }

    /// Jobs in the queue and in work, and units that wait.
    pub(crate) fn waiting(&self) -> (usize, usize) {
        let state = self.shared.state();
        (state.jobs, state.units.units())
    }

    pub(crate) fn counts(&self) -> &Counts {
        &self.shared.counts
    }

    /// Takes no further jobs; `run` returns when those it has are done.
    pub fn close(&self) {
        self.shared.state().is_closed = true;
        self.shared.work.notify_all();
    }
}

impl Place {
    /// Translates units; one hypothesis each, in their order. `progress` is told how many are done.
    /// Dropping the future drops the job.
    ///
    /// # Errors
    /// If the models fail, or the engine was closed before.
    pub async fn translate(
        &self,
        units: Vec<Unit>,
        progress: Option<Progress>,
    ) -> Result<Vec<Hypothesis>, EngineError> {
        if units.is_empty() {
            return Ok(Vec::new());
        }
        let (reply, result) = oneshot::channel();
        {
            let mut state = self.open_state()?;
            let job = state.next_id();
            let sizes = units.iter().map(|unit| unit.text.chars().count());
            state.units.add(self.client, job, sizes.collect());
            let translation = Translation {
                hypotheses: vec![None; units.len()],
                units,
                done: 0,
                progress,
                reply,
            };
            state.translations.insert(job, translation);
        }
        self.engine.shared.work.notify_all();
        result.await.unwrap_or(Err(EngineError::Stopped))
    }

    /// Summarises a body of English sentences; `None` if it has none, or the models write none.
    ///
    /// # Errors
    /// If the models fail, or the engine was closed before.
    pub async fn summarize(&self, body: Vec<String>) -> Result<Option<Summary>, EngineError> {
        if body.is_empty() {
            return Ok(None);
        }
        let (reply, result) = oneshot::channel();
        {
            let mut state = self.open_state()?;
            let job = state.next_id();
            state.bodies.add(self.client, job, vec![1]);
            state.summaries.insert(job, SummaryJob { body, reply });
        }
        self.engine.shared.work.notify_all();
        result.await.unwrap_or(Err(EngineError::Stopped))
    }

    /// The alignment of each target with its unit, if there is one; none where the models fail.
    ///
    /// # Errors
    /// If the engine was closed before.
    pub async fn align(
        &self,
        mut pairs: Vec<(Unit, String)>,
    ) -> Result<Vec<Option<Alignment>>, EngineError> {
        let mut alignments = Vec::with_capacity(pairs.len());
        while !pairs.is_empty() {
            // A long document does not keep others waiting.
            let rest = pairs.split_off(ALIGNED_TOGETHER.min(pairs.len()));
            let (reply, result) = oneshot::channel();
            let job = AlignmentJob { pairs, reply };
            self.open_state()?.alignments.push_back(job);
            self.engine.shared.work.notify_all();
            alignments.extend(result.await.map_err(|_| EngineError::Stopped)?);
            pairs = rest;
        }
        Ok(alignments)
    }

    /// Whoever has a place may still submit when the engine is closed: it is in work already.
    fn open_state(&self) -> Result<MutexGuard<'_, State>, EngineError> {
        let state = self.engine.shared.state();
        if state.has_ended() {
            return Err(EngineError::Stopped);
        }
        Ok(state)
    }
}

impl State {
    fn next_id(&mut self) -> JobId {
        self.last += 1;
        self.last
    }

    /// Whether no place is taken and none will be.
    fn has_ended(&self) -> bool {
        self.is_closed && self.jobs == 0
    }
}
