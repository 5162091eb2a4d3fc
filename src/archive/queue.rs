//! A bounded queue between the reading and the translating thread, emptied one window at a time.
//!
//! A window is what the queue holds at the moment, up to a limit: a single item is answered at
//! once, and windows are full if items arrive faster than they are translated.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::window::{MAX_ARTICLES, MAX_TEXT_BYTES};

/// How much may wait in the queue, in bytes and in items, while a window is translated. A single
/// item may be larger.
const READY_BYTES: usize = 2 * MAX_TEXT_BYTES;
const READY_ITEMS: usize = 2 * MAX_ARTICLES;
/// How often a thread that waits for items checks whether it should stop.
const STOP_CHECK: Duration = Duration::from_millis(100);

/// Items of known sizes in bytes, in order.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    items: VecDeque<(T, usize)>,
    bytes: usize,
    /// How the reading ended; `None` while it goes on.
    end: Option<io::Result<()>>,
    /// Whether nobody takes items any longer.
    closed: bool,
}

impl<T> Queue<T> {
    pub(super) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                items: VecDeque::new(),
                bytes: 0,
                end: None,
                closed: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// Waits until the queue is not full and adds an item of this size. Returns false, without the
    /// item, if nobody takes items any longer.
    pub(super) fn push(&self, item: T, bytes: usize) -> bool {
        let full = |state: &mut State<T>| {
            let full = state.items.len() >= READY_ITEMS || state.bytes >= READY_BYTES;
            full && !state.closed
        };
        let waited = self.changed.wait_while(self.state(), full);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return false;
        }
        state.bytes += bytes;
        state.items.push_back((item, bytes));
        drop(state);
        self.changed.notify_all();
        true
    }

    /// Declares that no more items come: the stream ended, or reading it failed.
    pub(super) fn end(&self, end: io::Result<()>) {
        self.state().end = Some(end);
        self.changed.notify_all();
    }

    /// Declares that no more items are taken.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    /// Takes the items in the queue, at most a window of them, and waits if there are none. `None`
    /// if no more come, or `stop` is set.
    ///
    /// # Errors
    /// After the last item, if the reading ended in an error.
    pub(super) fn window(&self, stop: &AtomicBool) -> io::Result<Option<Vec<T>>> {
        let mut state = self.state();
        loop {
            if stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            if !state.items.is_empty() {
                break;
            }
            if let Some(end) = state.end.take() {
                // The error is returned once; later calls return `None`.
                state.end = Some(Ok(()));
                return end.map(|()| None);
            }
            let waited = self.changed.wait_timeout(state, STOP_CHECK);
            (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
        let (mut window, mut bytes) = (Vec::new(), 0);
        while window.len() < MAX_ARTICLES && bytes < MAX_TEXT_BYTES {
            let Some((item, size)) = state.items.pop_front() else {
                break;
            };
            bytes += size;
            window.push(item);
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
    fn a_window_takes_what_the_queue_holds() {
        let queue = Queue::new();
        assert!(queue.push(0, 1));
        assert_eq!(window(&queue), Some(vec![0]));
        for item in 1..=MAX_ARTICLES + 2 {
            assert!(queue.push(item, 1));
        }
        assert_eq!(window(&queue).map(|items| items.len()), Some(MAX_ARTICLES));
        let rest = vec![MAX_ARTICLES + 1, MAX_ARTICLES + 2];
        assert_eq!(window(&queue), Some(rest));
        queue.end(Ok(()));
        assert_eq!(window(&queue), None);
    }

    #[test]
    fn a_window_is_limited_in_bytes() {
        let queue = Queue::new();
        for item in 0..3 {
            assert!(queue.push(item, MAX_TEXT_BYTES / 2));
        }
        assert_eq!(window(&queue), Some(vec![0, 1]));
        assert_eq!(window(&queue), Some(vec![2]));
        assert!(queue.push(3, 100 * READY_BYTES));
        assert_eq!(window(&queue), Some(vec![3]));
    }

    #[test]
    fn a_full_queue_makes_the_reader_wait_until_a_window_is_taken_or_the_queue_is_closed() {
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
    fn an_error_comes_after_the_last_item() {
        let queue = Queue::new();
        assert!(queue.push(0, 1));
        queue.end(Err(io::Error::other("torn")));
        assert_eq!(window(&queue), Some(vec![0]));
        let error = queue.window(&AtomicBool::new(false)).unwrap_err();
        assert_eq!(error.to_string(), "torn");
        assert_eq!(window(&queue), None);
    }

    #[test]
    fn waiting_for_items_can_be_stopped() {
        let queue = Queue::<usize>::new();
        let stopped = queue.window(&AtomicBool::new(true)).unwrap();
        assert_eq!(stopped, None);
    }
}
