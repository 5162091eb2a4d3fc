//! One process that reads articles, as its parent sees it.

use std::io::{self, Read};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, ExitStatus};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::command::ReaderCommand;
use super::error::{ReaderEnd, StartError};
use super::frame::{self, FrameError};
use super::limits::ReaderLimits;
use super::protocol::{Answer, Confinement, Hello, MAX_HELLO_BYTES, Settings, VERSION};
use super::watchdog::{Bounds, Ending, Watchdog, end, lock};
use crate::confinement::{Job, ProcessEnd};

/// How long a process may take to start.
const MAX_START: Duration = Duration::from_secs(60);
/// How long a process that closed its pipes may take to end.
const MAX_END: Duration = Duration::from_secs(2);
/// How much is kept of the end of a process's standard error.
const MAX_SAID_BYTES: usize = 4 << 10;

/// A process that waits for the next article. It ends with this handle.
#[derive(Debug)]
pub(super) struct Process {
    /// Shared with the watchdog.
    child: Arc<Mutex<Child>>,
    _job: Option<Job>,
    to: ChildStdin,
    from: ChildStdout,
    /// The end of its standard error, when that is closed.
    said: Receiver<String>,
    limits: ReaderLimits,
    confinement: Confinement,
    /// Whether it has read an article already.
    pub(super) has_read: bool,
}

/// Why a process gave no answer.
#[derive(Debug)]
pub(super) enum NoAnswer {
    Ended(ReaderEnd),
    Stopped,
    /// The watchdog's thread cannot be started.
    Unwatched(io::Error),
}

impl Process {
    pub(super) fn start(
        command: &ReaderCommand,
        limits: ReaderLimits,
        watchdog: &Watchdog,
    ) -> Result<Self, StartError> {
        let mut child = command.prepared().spawn()?;
        let job = Job::of(&child);
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let child = Arc::new(Mutex::new(child));
        let (Some(to), Some(from), Some(stderr)) = pipes else {
            reap(&child);
            return Err(io::Error::from(io::ErrorKind::BrokenPipe).into());
        };
        let said = collect(stderr).inspect_err(|_| reap(&child))?;
        let mut process = Self {
            child,
            _job: job,
            to,
            from,
            said,
            limits,
            confinement: Confinement::default(),
            has_read: false,
        };
        process.confinement = process.greet(watchdog)?;
        Ok(process)
    }

    /// Tells it its limits, and waits until it is confined.
    fn greet(&mut self, watchdog: &Watchdog) -> Result<Confinement, StartError> {
        let bounds = Bounds {
            wait: MAX_START,
            memory: None,
        };
        let watch = watchdog.watch(&self.child, bounds)?;
        let settings = Settings {
            limits: self.limits,
        };
        let settings = serde_json::to_vec(&settings).map_err(io::Error::from)?;
        // If it is gone, that shows when it does not answer.
        let _ = frame::write(&mut self.to, &[&settings]);
        let hello = frame::read(&mut self.from, MAX_HELLO_BYTES);
        let ending = watch.finish();
        // One that was ended right after it answered reads nothing any more.
        let hello = match ending {
            Some(_) => Err(FrameError::Closed),
            None => hello,
        };
        match hello {
            Ok(hello) => match serde_json::from_slice(&hello) {
                Ok(Hello {
                    version: VERSION,
                    confinement,
                }) => Ok(confinement),
                _ => Err(StartError::OtherProtocol),
            },
            Err(FrameError::TooLong) => Err(StartError::OtherProtocol),
            Err(_) => {
                if ending.is_none() {
                    self.wait();
                }
                end(&self.child);
                let said = self.said();
                let last = said.lines().rfind(|line| !line.trim().is_empty());
                Err(StartError::NotReady {
                    said: last.unwrap_or_default().trim().to_owned(),
                })
            }
        }
    }

    pub(super) fn confinement(&self) -> Confinement {
        self.confinement
    }

    /// Sends a request and the bytes of an article, and waits for the answer. After an error the
    /// process can only be dropped.
    pub(super) fn read(
        &mut self,
        request: &[u8],
        bytes: &[u8],
        watchdog: &Watchdog,
    ) -> Result<Answer, NoAnswer> {
        let limit = ReaderLimits::max_answer_bytes(bytes.len());
        let bounds = Bounds {
            wait: self.limits.wait_for(bytes.len()),
            memory: (!self.confinement.memory).then_some(self.limits.memory),
        };
        let watch = watchdog.watch(&self.child, bounds);
        let watch = watch.map_err(NoAnswer::Unwatched)?;
        let answer = self.exchange(request, bytes, limit);
        let ending = watch.finish();
        match (answer, ending) {
            (Ok(answer), _) => {
                self.has_read = true;
                let is_ended = ending.is_some();
                let answer: Option<Answer> = serde_json::from_slice(&answer).ok();
                let answer = answer.ok_or(NoAnswer::Ended(ReaderEnd::BadAnswer))?;
                Ok(Answer {
                    is_last: answer.is_last || is_ended,
                    ..answer
                })
            }
            (Err(_), Some(Ending::Stopped)) => Err(NoAnswer::Stopped),
            (Err(_), Some(Ending::TooLarge)) => Err(NoAnswer::Ended(self.out_of_memory())),
            (Err(_), Some(Ending::TooLate)) => Err(NoAnswer::Ended(ReaderEnd::NoAnswer {
                seconds: self.limits.wait_for(bytes.len()).as_secs(),
            })),
            (Err(FrameError::TooLong), None) => {
                Err(NoAnswer::Ended(ReaderEnd::AnswerTooLarge { limit }))
            }
            (Err(_), None) => Err(NoAnswer::Ended(self.its_end(bytes.len()))),
        }
    }

    fn exchange(
        &mut self,
        request: &[u8],
        bytes: &[u8],
        limit: u64,
    ) -> Result<Vec<u8>, FrameError> {
        frame::write(&mut self.to, &[request, bytes]).map_err(FrameError::Io)?;
        frame::read(&mut self.from, limit)
    }

    fn out_of_memory(&self) -> ReaderEnd {
        ReaderEnd::OutOfMemory {
            limit: self.limits.memory,
        }
    }

    /// Why it closed its pipes while it read an input of this size.
    fn its_end(&mut self, input: usize) -> ReaderEnd {
        let status = self.wait();
        let said = self.said();
        if !said.is_empty() {
            tracing::debug!("the process that read it said: {}", said.trim());
        }
        let Some(status) = status else {
            return ReaderEnd::Exited { code: None };
        };
        match ProcessEnd::of(status, &said) {
            ProcessEnd::OutOfMemory => self.out_of_memory(),
            ProcessEnd::CpuTime => ReaderEnd::CpuTime {
                limit: self.limits.cpu_seconds_for(input),
            },
            ProcessEnd::StackOverflow => ReaderEnd::StackOverflow,
            ProcessEnd::Signal(signal) => ReaderEnd::Signal(signal),
            ProcessEnd::Exit(code) => ReaderEnd::Exited { code },
        }
    }

    /// Waits for the end of a process that closed its pipes, and ends it where it does not. Returns
    /// how it ended by itself.
    fn wait(&self) -> Option<ExitStatus> {
        /// The first pause; each is longer than the one before.
        const FIRST_PAUSE: Duration = Duration::from_micros(100);
        let until = Instant::now() + MAX_END;
        let mut pause = FIRST_PAUSE;
        loop {
            match lock(&self.child).try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < until => {}
                Ok(None) | Err(_) => break,
            }
            thread::sleep(pause);
            pause = pause.saturating_mul(2);
        }
        end(&self.child);
        None
    }

    /// The end of its standard error. Something else may hold that open, so it is not waited for long.
    fn said(&self) -> String {
        self.said.recv_timeout(MAX_END).unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        reap(&self.child);
    }
}

/// Ends a process and takes its exit status, so that nothing is left of it.
fn reap(child: &Mutex<Child>) {
    end(child);
    let _ = lock(child).wait();
}

/// Reads standard error to its end and keeps the last of it: a full pipe would stop the process.
fn collect(mut stderr: ChildStderr) -> io::Result<Receiver<String>> {
    let (to, said) = sync_channel(1);
    thread::Builder::new().spawn(move || {
        let mut kept = Vec::new();
        let mut buffer = [0; MAX_SAID_BYTES];
        while let Ok(read @ 1..) = stderr.read(&mut buffer) {
            kept.extend_from_slice(buffer.get(..read).unwrap_or_default());
            kept.drain(..kept.len().saturating_sub(MAX_SAID_BYTES));
        }
        // Nobody asks after a process that did its work.
        let _ = to.send(String::from_utf8_lossy(&kept).into_owned());
    })?;
    Ok(said)
}
