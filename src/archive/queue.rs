//! A queue between whoever reads and whoever translates: bounded, and emptied a window at a time.
//!
//! A window is what is there: a single job where little comes in, which is answered at once, and a
//! full window where jobs come faster than they are done.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A window ends when its jobs have this many bytes: some six hundred sentences, so that batches of
/// like length are full and little is padded.
const WINDOW_BYTES: usize = 160 << 10;
/// The most jobs of a window.
const WINDOW_JOBS: usize = 512;
/// What is kept ready beside the window in work. A single job may be larger.
const READY_BYTES: usize = 2 * WINDOW_BYTES;
const READY_JOBS: usize = 2 * WINDOW_JOBS;
/// How often whoever waits for jobs looks whether it should stop.
const LOOK: Duration = Duration::from_millis(100);

/// Jobs of known sizes in bytes, in order.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    jobs: VecDeque<(T, usize)>,
    bytes: usize,
    /// How the reading ended, once it has.
    end: Option<io::Result<()>>,
    /// Nobody takes jobs any longer.
    closed: bool,
}

impl<T> Queue<T> {
    pub(super) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                jobs: VecDeque::new(),
                bytes: 0,
                end: None,
                closed: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// Adds a job, when there is room; tells whether anybody still takes jobs.
    pub(super) fn push(&self, job: T, bytes: usize) -> bool {
        let full = |state: &mut State<T>| {
            let full = state.jobs.len() >= READY_JOBS || state.bytes >= READY_BYTES;
            full && !state.closed
        };
        let waited = self.changed.wait_while(self.state(), full);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return false;
        }
        state.bytes += bytes;
        state.jobs.push_back((job, bytes));
        drop(state);
        self.changed.notify_all();
        true
    }

    /// Says that no more jobs come, and why.
    pub(super) fn end(&self, end: io::Result<()>) {
        self.state().end = Some(end);
        self.changed.notify_all();
    }

    /// Says that no more jobs are taken.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    /// Takes the jobs that are there, at most a window of them, or waits for one; none when no more
    /// come, or `stop` is set.
    ///
    /// # Errors
    /// Behind the last job, where the reading ended in an error.
    pub(super) fn window(&self, stop: &AtomicBool) -> io::Result<Option<Vec<T>>> {
        let mut state = self.state();
        loop {
            if stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            if !state.jobs.is_empty() {
                break;
            }
            if let Some(end) = state.end.take() {
                // Asked again, the end is an end.
                state.end = Some(Ok(()));
                return end.map(|()| None);
            }
            let waited = self.changed.wait_timeout(state, LOOK);
            (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
        let (mut window, mut bytes) = (Vec::new(), 0);
        while window.len() < WINDOW_JOBS && bytes < WINDOW_BYTES {
            let Some((job, size)) = state.jobs.pop_front() else {
                break;
            };
            bytes += size;
            window.push(job);
        }
        state.bytes -= bytes;
        drop(state);
        self.changed.notify_all();
        Ok(Some(window))
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(queue: &Queue<usize>) -> Option<Vec<usize>> {
        queue.window(&AtomicBool::new(false)).unwrap()
    }

    #[test]
    fn a_window_is_what_is_there() {
        let queue = Queue::new();
        assert!(queue.push(0, 1));
        assert_eq!(window(&queue), Some(vec![0]));
        for job in 1..=WINDOW_JOBS + 2 {
            assert!(queue.push(job, 1));
        }
        assert_eq!(window(&queue).map(|jobs| jobs.len()), Some(WINDOW_JOBS));
        let rest = vec![WINDOW_JOBS + 1, WINDOW_JOBS + 2];
        assert_eq!(window(&queue), Some(rest));
        queue.end(Ok(()));
        assert_eq!(window(&queue), None);
    }

    #[test]
    fn a_window_ends_behind_so_many_bytes() {
        let queue = Queue::new();
        for job in 0..3 {
            assert!(queue.push(job, WINDOW_BYTES / 2));
        }
        assert_eq!(window(&queue), Some(vec![0, 1]));
        assert_eq!(window(&queue), Some(vec![2]));
        assert!(queue.push(3, 100 * READY_BYTES));
        assert_eq!(window(&queue), Some(vec![3]));
    }

    #[test]
    fn a_full_queue_makes_the_reader_wait_until_a_window_is_taken_or_all_is_over() {
        let queue = Queue::new();
        assert!(queue.push(0, READY_BYTES));
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| (queue.push(1, READY_BYTES), queue.push(2, 1)));
            assert_eq!(window(&queue), Some(vec![0]));
            assert_eq!(window(&queue), Some(vec![1]));
            assert_eq!(window(&queue), Some(vec![2]));
            assert_eq!(reader.join().unwrap(), (true, true));
            assert!(queue.push(3, READY_BYTES));
            let reader = scope.spawn(|| queue.push(4, 1));
            queue.close();
            assert!(!reader.join().unwrap());
        });
    }

    #[test]
    fn an_error_comes_behind_the_last_job() {
        let queue = Queue::new();
        assert!(queue.push(0, 1));
        queue.end(Err(io::Error::other("torn")));
        assert_eq!(window(&queue), Some(vec![0]));
        let error = queue.window(&AtomicBool::new(false)).unwrap_err();
        assert_eq!(error.to_string(), "torn");
        assert_eq!(window(&queue), None);
    }

    #[test]
    fn whoever_waits_can_be_stopped() {
        let queue = Queue::<usize>::new();
        let stopped = queue.window(&AtomicBool::new(true)).unwrap();
        assert_eq!(stopped, None);
    }
}
