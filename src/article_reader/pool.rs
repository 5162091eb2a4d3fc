//! The processes that read articles: started when they are needed, kept between articles, replaced
//! when they end.

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::command::ReaderCommand;
use super::error::{ReadError, ReaderEnd, StartError};
use super::limits::ReaderLimits;
use super::process::{NoAnswer, Process};
use super::protocol::{Answer, Confinement, Reading, Request};
use super::watchdog::Watchdog;
use crate::article::{Article, Format, ReadOptions};

/// Processes at a time, unless the program says otherwise.
const PROCESSES: usize = 2;
/// The pauses before a process is started again, each twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const MAX_PAUSE: Duration = Duration::from_millis(640);
/// How often a thread that waits for a process checks whether it should stop.
const STOP_CHECK: Duration = Duration::from_millis(100);

/// Processes that read articles for several threads. They end with it.
#[derive(Debug)]
pub struct Pool {
    command: ReaderCommand,
    limits: ReaderLimits,
    max_processes: usize,
    watchdog: Watchdog,
    state: Mutex<State>,
    changed: Condvar,
    /// Whether a process was ever ready.
    has_started: AtomicBool,
    /// Whether none can be started.
    is_unavailable: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    idle: Vec<Process>,
    /// Processes, those that work among them.
    count: usize,
}

impl Pool {
    /// Starts nothing yet.
    pub fn new(command: ReaderCommand, limits: ReaderLimits) -> Self {
        Self {
            command,
            limits,
            max_processes: PROCESSES,
            watchdog: Watchdog::new(None),
            state: Mutex::default(),
            changed: Condvar::new(),
            has_started: AtomicBool::new(false),
            is_unavailable: AtomicBool::new(false),
        }
    }

    /// With at most this many processes at a time, which bounds the memory of all; at least one.
    #[must_use]
    pub fn with_processes(self, count: usize) -> Self {
        Self {
            max_processes: count.max(1),
            ..self
        }
    }

    /// Reads nothing further once `stop` is set; what is being read then is given up.
    #[must_use]
    pub fn stopped_by(self, stop: &'static AtomicBool) -> Self {
        Self {
            watchdog: Watchdog::new(Some(stop)),
            ..self
        }
    }

    /// What holds the processes. Starts one to ask it.
    ///
    /// # Errors
    /// If none can be started.
    pub fn confinement(&self) -> Result<Confinement, StartError> {
        let process = Process::start(&self.command, self.limits, &self.watchdog)?;
        Ok(process.confinement())
    }

    pub(super) fn read(
        &self,
        bytes: &[u8],
        name: &str,
        options: &ReadOptions,
    ) -> Result<Article, ReadError> {
        let request = Request {
            name: name.to_owned(),
            options: options.clone(),
        };
        let ended = |end| ReadError::Ended {
            format: Format::of(bytes, name),
            end,
        };
        let request = serde_json::to_vec(&request).map_err(|_| ended(ReaderEnd::BadAnswer))?;
        match self.answer(&request, bytes) {
            Ok(answer) => match answer.result {
                Reading::Article(article) => Ok(*article),
                Reading::Refused(error) => Err(error.into()),
                Reading::Panicked => Err(ended(ReaderEnd::Panicked)),
                Reading::TooLarge => Err(ended(ReaderEnd::AnswerTooLarge {
                    limit: ReaderLimits::max_answer_bytes(bytes.len()),
                })),
            },
            Err(Failed::Start(error)) => Err(ReadError::Start(error)),
            Err(Failed::NoAnswer(NoAnswer::Ended(end))) => Err(ended(end)),
            Err(Failed::NoAnswer(NoAnswer::Stopped)) => Err(ReadError::Stopped),
            Err(Failed::NoAnswer(NoAnswer::Unwatched(error))) => {
                Err(ReadError::Start(error.into()))
            }
        }
    }

    /// The answer of a process that read nothing before, or of one that survived what it read.
    fn answer(&self, request: &[u8], bytes: &[u8]) -> Result<Answer, Failed> {
        let mut lease = self.lease()?;
        loop {
            let process = lease.process()?;
            let has_read = process.has_read;
            match process.read(request, bytes, &self.watchdog) {
                Ok(answer) => {
                    lease.is_reusable = !answer.is_last;
                    return Ok(answer);
                }
                Err(NoAnswer::Ended(end)) if has_read && may_be_of_others(end) => {
                    lease.process = None;
                }
                Err(error) => return Err(Failed::NoAnswer(error)),
            }
        }
    }

    /// Waits for a process, or for the room to start one.
    fn lease(&self) -> Result<Lease<'_>, Failed> {
        let mut state = self.state();
        loop {
            if self.watchdog.is_stopped() {
                return Err(Failed::NoAnswer(NoAnswer::Stopped));
            }
            let process = state.idle.pop();
            if process.is_none() && state.count < self.max_processes {
                state.count += 1;
            } else if process.is_none() {
                let waited = self.changed.wait_timeout(state, STOP_CHECK);
                (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            return Ok(Lease {
                pool: self,
                process,
                is_reusable: false,
            });
        }
    }

    /// Starts a process. Where others could be started before, what is in the way may pass.
    fn start(&self) -> Result<Process, StartError> {
        let mut pause = FIRST_PAUSE;
        loop {
            let started = Process::start(&self.command, self.limits, &self.watchdog);
            let has_started = self
                .has_started
                .fetch_or(started.is_ok(), Ordering::Relaxed);
            if started.is_ok() || !has_started || pause > MAX_PAUSE || self.watchdog.is_stopped() {
                return started;
            }
            thread::sleep(pause);
            pause = pause.saturating_mul(2);
        }
    }

    /// A process that is starting is ended by a stop, too.
    fn failed(&self, error: StartError) -> Failed {
        if self.watchdog.is_stopped() {
            Failed::NoAnswer(NoAnswer::Stopped)
        } else {
            Failed::Start(error)
        }
    }

    /// Whether none was ever started, and articles are therefore read without; says so the first
    /// time.
    pub(super) fn gives_up(&self, error: &StartError) -> bool {
        if self.has_started.load(Ordering::Relaxed) {
            return false;
        }
        if !self.is_unavailable.swap(true, Ordering::Relaxed) {
            let cause = error.source().map(|cause| format!(": {cause}"));
            tracing::warn!(
                "articles are read without limits, since no process can be had that reads them: \
                 {error}{}",
                cause.unwrap_or_default()
            );
        }
        true
    }

    /// Whether none can be started, as was said.
    pub(super) fn is_unavailable(&self) -> bool {
        self.is_unavailable.load(Ordering::Relaxed)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why there is no answer.
enum Failed {
    Start(StartError),
    NoAnswer(NoAnswer),
}

/// Whether the article need not be the cause, if the process has read others before it. Time is
/// measured for each article alone.
fn may_be_of_others(end: ReaderEnd) -> bool {
    !matches!(end, ReaderEnd::CpuTime { .. } | ReaderEnd::NoAnswer { .. })
}

/// A process for one article, or the room for it.
struct Lease<'a> {
    pool: &'a Pool,
    process: Option<Process>,
    /// Whether the process can read another article.
    is_reusable: bool,
}

impl Lease<'_> {
    /// The process, started if there is none.
    fn process(&mut self) -> Result<&mut Process, Failed> {
        let process = match self.process.take() {
            Some(process) => process,
            None => self.pool.start().map_err(|error| self.pool.failed(error))?,
        };
        Ok(self.process.insert(process))
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let process = self.process.take().filter(|_| self.is_reusable);
        let mut state = self.pool.state();
        match process {
            Some(process) => state.idle.push(process),
            None => state.count -= 1,
        }
        drop(state);
        self.pool.changed.notify_one();
    }
}
