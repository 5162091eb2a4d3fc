//! Ends processes that take too long: one thread for all of a pool, which sleeps while none works.

use std::io;
use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::confinement::resident_bytes;

/// How often it looks at the processes that work.
const TICK: Duration = Duration::from_millis(50);
/// A look that comes so much too late is one after this program was suspended, and its processes may
/// have been with it.
const SUSPENDED: Duration = Duration::from_secs(2);
/// After so many looks at nothing it sleeps until it is woken, which costs more than a look.
const IDLE_TICKS: u32 = 20;

/// Why a process was ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    TooLate,
    TooLarge,
    Stopped,
}

/// What ends a process.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) wait: Duration,
    /// Bytes; `None` where the kernel limits its memory.
    pub(super) memory: Option<u64>,
}

/// Looks after processes. Ends with its last handle.
#[derive(Debug)]
pub(super) struct Watchdog {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    /// Ends all processes that work when it is set.
    stop: Option<&'static AtomicBool>,
}

#[derive(Debug, Default)]
struct State {
    watched: Vec<Watched>,
    next: u64,
    is_started: bool,
    is_asleep: bool,
    is_closed: bool,
}

#[derive(Debug)]
struct Watched {
    number: u64,
    child: Arc<Mutex<Child>>,
    until: Instant,
    memory: Option<u64>,
    ending: Option<Ending>,
}

/// A process that is looked after until this is finished.
pub(super) struct Watch<'a> {
    shared: &'a Shared,
    number: u64,
}

impl Watchdog {
    pub(super) fn new(stop: Option<&'static AtomicBool>) -> Self {
        Self {
            shared: Arc::new(Shared {
                state: Mutex::default(),
                changed: Condvar::new(),
                stop,
            }),
        }
    }

    /// Whether reading was stopped as a whole.
    pub(super) fn is_stopped(&self) -> bool {
        self.shared.is_stopped()
    }

    /// Looks after a process from now on.
    ///
    /// # Errors
    /// If the thread cannot be started.
    pub(super) fn watch(&self, child: &Arc<Mutex<Child>>, bounds: Bounds) -> io::Result<Watch<'_>> {
        let mut state = self.shared.state();
        if !state.is_started {
            let shared = Arc::clone(&self.shared);
            thread::Builder::new().spawn(move || shared.look_after())?;
            state.is_started = true;
        }
        let number = state.next;
        state.next += 1;
        let now = Instant::now();
        state.watched.push(Watched {
            number,
            child: Arc::clone(child),
            until: now.checked_add(bounds.wait).unwrap_or(now),
            memory: bounds.memory,
            ending: None,
        });
        let is_asleep = state.is_asleep;
        drop(state);
        if is_asleep {
            self.shared.changed.notify_one();
        }
        Ok(Watch {
            shared: &self.shared,
            number,
        })
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.shared.state().is_closed = true;
        self.shared.changed.notify_one();
    }
}

impl Watch<'_> {
    /// Why the process was ended meanwhile, if it was.
    pub(super) fn finish(self) -> Option<Ending> {
        self.remove()
    }

    fn remove(&self) -> Option<Ending> {
        let mut state = self.shared.state();
        let is_this = |watched: &Watched| watched.number == self.number;
        let at = state.watched.iter().position(is_this)?;
        state.watched.swap_remove(at).ending
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        self.remove();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stopped(&self) -> bool {
        self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    fn look_after(&self) {
        let mut state = self.state();
        let mut idle = 0;
        let mut last = Instant::now();
        while !state.is_closed {
            let late = last.elapsed();
            last = Instant::now();
            if state.watched.is_empty() {
                idle += 1;
            } else {
                idle = 0;
                if late > SUSPENDED {
                    for watched in &mut state.watched {
                        let later = watched.until.checked_add(late);
                        watched.until = later.unwrap_or(watched.until);
                    }
                }
                let is_stopped = self.is_stopped();
                for watched in &mut state.watched {
                    watched.look(is_stopped);
                }
            }
            if idle < IDLE_TICKS {
                let waited = self.changed.wait_timeout(state, TICK);
                (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
            } else {
                state.is_asleep = true;
                let waited = self.changed.wait(state);
                state = waited.unwrap_or_else(PoisonError::into_inner);
                state.is_asleep = false;
                last = Instant::now();
            }
        }
    }
}

impl Watched {
    /// Ends the process if it is time to.
    fn look(&mut self, is_stopped: bool) {
        if self.ending.is_some() {
            return;
        }
        let ending = if is_stopped {
            Ending::Stopped
        } else if Instant::now() >= self.until {
            Ending::TooLate
        } else if self.is_too_large() {
            Ending::TooLarge
        } else {
            return;
        };
        self.ending = Some(ending);
        end(&self.child);
    }

    fn is_too_large(&self) -> bool {
        let Some(limit) = self.memory else {
            return false;
        };
        let bytes = resident_bytes(&lock(&self.child));
        bytes.is_some_and(|bytes| bytes > limit)
    }
}

/// Ends a process, and those that it started, unless it has ended.
pub(super) fn end(child: &Mutex<Child>) {
    let mut child = lock(child);
    // After its end was seen, its number may be another process's.
    if !matches!(child.try_wait(), Ok(None)) {
        return;
    }
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
    }
    let _ = child.kill();
}

pub(super) fn lock(child: &Mutex<Child>) -> MutexGuard<'_, Child> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}
