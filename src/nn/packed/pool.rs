//! Threads that share the parts of one operation.
//!
//! A decoding step is a hundred operations of some ten microseconds each, so that waking a sleeping
//! thread for each would cost as much as the work. Threads look out for work for a moment before they
//! sleep; the moment is short, so that a busy machine is not kept busier. Each thread has a share of
//! neighbouring parts, as what lies behind a part is asked of memory while the part is done. It takes them
//! one by one, then those that others have not come to: a thread that is held up holds up no more than
//! its part.

#![expect(unsafe_code, reason = "threads borrow what the caller waits for")]

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{JoinHandle, Thread};
use std::time::{Duration, Instant};

use super::buffers::{BufferPool, PooledBuffer};

/// How long a thread looks out for work before it sleeps.
const SPIN_BEFORE_PARK: Duration = Duration::from_micros(60);

/// Parts for each thread where all are of like size: the last to begin ends soon after the others.
pub(crate) const PARTS: usize = 8;

/// An operation in parts: `work(i)` does part `i`.
struct Job<'a> {
    work: &'a (dyn Fn(usize) + Sync),
    parts: usize,
    done: AtomicUsize,
    panicked: AtomicBool,
}

/// What is next of a thread's share: the present operation's number in the upper half, the next part of the
/// share in the lower. Each has a line of memory of its own.
#[repr(align(64))]
struct StealCursor(AtomicU64);

/// What the threads of a pool share.
struct Shared {
    /// One a thread, the caller's first.
    cursors: Vec<StealCursor>,
    /// The present operation. It is only looked at by who holds a part of it, which keeps its caller
    /// waiting.
    job: AtomicPtr<Job<'static>>,
    /// Parts of the present operation.
    parts: AtomicUsize,
    closing: AtomicBool,
}

/// A number of threads, the caller's among them.
pub(crate) struct Pool {
    shared: Arc<Shared>,
    helpers: Vec<Helper>,
    /// One operation at a time.
    run_lock: Mutex<()>,
    numbers: Arc<BufferPool<f32>>,
    integers: Arc<BufferPool<i8>>,
}

struct Helper {
    handle: Option<JoinHandle<()>>,
    thread: Thread,
    asleep: Arc<AtomicBool>,
}

impl Pool {
    /// A pool of so many threads, the caller's among them; fewer where the system gives no more.
    pub(crate) fn new(threads: usize) -> Self {
        let threads = threads.max(1);
        let shared = Arc::new(Shared {
            cursors: (0..threads)
                .map(|_| StealCursor(AtomicU64::new(0)))
                .collect(),
            job: AtomicPtr::new(std::ptr::null_mut()),
            parts: AtomicUsize::new(0),
            closing: AtomicBool::new(false),
        });
        let helper = |thread| {
            let asleep = Arc::new(AtomicBool::new(false));
            let (own, sleeping) = (Arc::clone(&shared), Arc::clone(&asleep));
            let handle = std::thread::Builder::new()
                .name(String::from("translate-kernel"))
                .spawn(move || own.help(thread, &sleeping))
                .ok()?;
            Some(Helper {
                thread: handle.thread().clone(),
                handle: Some(handle),
                asleep,
            })
        };
        let helpers = (1..threads).map_while(helper).collect();
        Self {
            shared,
            helpers,
            run_lock: Mutex::new(()),
            numbers: Arc::default(),
            integers: Arc::default(),
        }
    }

    /// Room for the result of an operation: what is not written holds what was there before.
    pub(crate) fn floats(&self, length: usize) -> PooledBuffer {
        self.numbers.take(length)
    }

    /// As [`Pool::floats`], for 8-bit integers.
    pub(crate) fn integers(&self, length: usize) -> PooledBuffer<i8> {
        self.integers.take(length)
    }

    /// Threads, the caller's among them.
    pub(crate) fn threads(&self) -> usize {
        self.helpers.len() + 1
    }

    /// Does `work(0)` to `work(parts - 1)`, in any order, on all threads; returns when all are done.
    ///
    /// # Panics
    /// Where a part does.
    pub(crate) fn run(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
        if parts <= 1 || self.helpers.is_empty() {
            (0..parts).for_each(work);
            return;
        }
        let _run = self.run_lock.lock().unwrap_or_else(PoisonError::into_inner);
        let job = Job {
            work,
            parts,
            done: AtomicUsize::new(0),
            panicked: AtomicBool::new(false),
        };
        let address = std::ptr::from_ref(&job).cast_mut().cast::<Job<'static>>();
        let first = self.shared.cursors.first();
        let number = first.map_or(0, |cursor| cursor.0.load(Ordering::Relaxed) >> 32);
        let number = number.wrapping_add(1) << 32;
        // Nobody can take a part before the new number is out.
        for cursor in &self.shared.cursors {
            cursor
                .0
                .store(number | u64::from(u32::MAX), Ordering::SeqCst);
        }
        self.shared.job.store(address, Ordering::SeqCst);
        self.shared.parts.store(parts, Ordering::SeqCst);
        for cursor in &self.shared.cursors {
            cursor.0.store(number, Ordering::SeqCst);
        }
        for helper in &self.helpers {
            if helper.asleep.load(Ordering::SeqCst) {
                helper.thread.unpark();
            }
        }
        while self.shared.take_part(0) {}
        let mut looks = 0_u32;
        while job.done.load(Ordering::Acquire) < parts {
            looks += 1;
            if looks < 4096 {
                std::hint::spin_loop();
            } else {
                std::thread::yield_now();
            }
        }
        if job.panicked.load(Ordering::Relaxed) {
            resume_unwind(Box::new("a part of an operation panicked"));
        }
    }

    /// Does `work` for every row, some rows a part; `alone` where that is too little for two threads.
    pub(crate) fn run_rows(&self, rows: usize, alone: bool, work: &(dyn Fn(usize) + Sync)) {
        if alone {
            return (0..rows).for_each(work);
        }
        let parts = (PARTS * self.threads()).min(rows);
        self.run(parts, &|part| {
            (part * rows / parts..(part + 1) * rows / parts).for_each(work);
        });
    }

    /// As [`Pool::run`] over the chunks of `data`, of `size` numbers each: `work(i, chunk)`.
    pub(crate) fn run_chunks<T: Send>(
        &self,
        data: &mut [T],
        size: usize,
        work: &(dyn Fn(usize, &mut [T]) + Sync),
    ) {
        let grid = DisjointMut::new(data, size);
        self.run(grid.rows, &|row| {
            // SAFETY: every part has a row of its own.
            work(row, unsafe { grid.row_mut(row, 0, size) });
        });
    }
}

impl Shared {
    fn help(&self, thread: usize, asleep: &AtomicBool) {
        let mut idle_since = Instant::now();
        loop {
            if self.take_part(thread) {
                idle_since = Instant::now();
                continue;
            }
            if self.closing.load(Ordering::SeqCst) {
                return;
            }
            if idle_since.elapsed() < SPIN_BEFORE_PARK {
                (0..16).for_each(|_| std::hint::spin_loop());
                continue;
            }
            asleep.store(true, Ordering::SeqCst);
            // Whoever brings work after this looks at `asleep`; whoever did before is seen here.
            if !self.has_part() && !self.closing.load(Ordering::SeqCst) {
                std::thread::park();
            }
            asleep.store(false, Ordering::SeqCst);
            idle_since = Instant::now();
        }
    }

    fn has_part(&self) -> bool {
        let parts = self.parts.load(Ordering::SeqCst);
        (0..self.cursors.len()).any(|share| {
            let cursor = self.cursors[share].0.load(Ordering::SeqCst);
            next(cursor) < self.share(share, parts).len()
        })
    }

    /// The parts of a thread's share.
    fn share(&self, share: usize, parts: usize) -> Range<usize> {
        let threads = self.cursors.len();
        share * parts / threads..(share + 1) * parts / threads
    }

    /// Does one part of the present operation, of the thread's own share if it can; false where none is
    /// left.
    fn take_part(&self, thread: usize) -> bool {
        let threads = self.cursors.len();
        (thread..thread + threads).any(|share| self.take_from(share % threads))
    }

    /// Does one part of a share, or finds that another has taken it; false where none is left.
    fn take_from(&self, share: usize) -> bool {
        let own = &self.cursors[share].0;
        let cursor = own.load(Ordering::SeqCst);
        let job = self.job.load(Ordering::SeqCst);
        let mut parts = self.share(share, self.parts.load(Ordering::SeqCst));
        let Some(part) = parts.nth(next(cursor)) else {
            return false;
        };
        let taken = own.compare_exchange(cursor, cursor + 1, Ordering::SeqCst, Ordering::SeqCst);
        if taken.is_err() {
            return true;
        }
        // SAFETY: the exchange succeeded, so the operation's number is the one read above, and `job`
        // and `parts` were stored before that number and are its own. Its caller waits for this part.
        let job = unsafe { &*job };
        debug_assert!(part < job.parts);
        if catch_unwind(AssertUnwindSafe(|| (job.work)(part))).is_err() {
            job.panicked.store(true, Ordering::Relaxed);
        }
        // The last look at the job: after it the caller may be gone.
        job.done.fetch_add(1, Ordering::Release);
        true
    }
}

/// The next part of a share.
fn next(cursor: u64) -> usize {
    (cursor & u64::from(u32::MAX)) as usize
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.closing.store(true, Ordering::SeqCst);
        for helper in &mut self.helpers {
            helper.thread.unpark();
            if let Some(handle) = helper.handle.take() {
                let _ = handle.join();
            }
        }
    }
}

/// A table of numbers that parts write to in different places at once.
pub(crate) struct DisjointMut<'a, T> {
    start: *mut T,
    rows: usize,
    width: usize,
    data: std::marker::PhantomData<&'a mut [T]>,
}

// SAFETY: a grid is a mutable borrow that is handed out in pieces; `cells` asks its callers that no
// two pieces meet.
unsafe impl<T: Send> Sync for DisjointMut<'_, T> {}

impl<'a, T> DisjointMut<'a, T> {
    /// `data` as rows of `width` numbers.
    pub(crate) fn new(data: &'a mut [T], width: usize) -> Self {
        Self {
            start: data.as_mut_ptr(),
            rows: data.len() / width.max(1),
            width,
            data: std::marker::PhantomData,
        }
    }

    /// PooledBuffer `first..first + count` of a row.
    ///
    /// # Safety
    /// No two pieces that are in use at once have a number in common.
    ///
    /// # Panics
    /// Where the row has no such numbers.
    #[expect(
        clippy::mut_from_ref,
        reason = "pieces are disjoint, as the caller promises"
    )]
    pub(crate) unsafe fn row_mut(&self, row: usize, first: usize, count: usize) -> &mut [T] {
        assert!(row < self.rows && first <= self.width && count <= self.width - first);
        // SAFETY: within the data by the assertion; disjoint by the caller's promise.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(row * self.width + first), count) }
    }
}

impl<T> DisjointMut<'_, T> {
    /// Whole rows.
    ///
    /// # Safety
    /// As [`DisjointMut::row_mut`].
    ///
    /// # Panics
    /// Where there are no such rows.
    #[expect(
        clippy::mut_from_ref,
        reason = "pieces are disjoint, as the caller promises"
    )]
    pub(crate) unsafe fn rows_mut(&self, rows: Range<usize>) -> &mut [T] {
        assert!(rows.start <= rows.end && rows.end <= self.rows);
        let count = (rows.end - rows.start) * self.width;
        // SAFETY: within the data by the assertion; disjoint by the caller's promise.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(rows.start * self.width), count) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_done_once_whatever_the_number_of_threads() {
        for threads in [1, 2, 3, 8] {
            let pool = Pool::new(threads);
            for parts in [0, 1, 2, 7, 100] {
                for _ in 0..50 {
                    let counts: Vec<AtomicUsize> =
                        (0..parts).map(|_| AtomicUsize::new(0)).collect();
                    pool.run(parts, &|part| {
                        counts[part].fetch_add(1, Ordering::Relaxed);
                    });
                    assert!(
                        counts
                            .iter()
                            .all(|count| count.load(Ordering::Relaxed) == 1)
                    );
                }
            }
        }
    }

    #[test]
    fn threads_that_slept_wake_for_new_work() {
        let pool = Pool::new(2);
        for _ in 0..3 {
            std::thread::sleep(SPIN_BEFORE_PARK * 20);
            let done = AtomicUsize::new(0);
            pool.run(9, &|_| {
                done.fetch_add(1, Ordering::Relaxed);
            });
            assert_eq!(done.load(Ordering::Relaxed), 9);
        }
    }

    #[test]
    fn a_panic_in_a_part_reaches_the_caller_and_the_pool_works_on() {
        let pool = Pool::new(2);
        let run = catch_unwind(AssertUnwindSafe(|| {
            pool.run(8, &|part| assert!(part != 5, "as asked"));
        }));
        assert!(run.is_err());
        let mut numbers = vec![0; 12];
        pool.run_chunks(&mut numbers, 3, &|row, chunk| chunk.fill(row));
        assert_eq!(numbers, [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]);
    }

    #[test]
    fn callers_from_several_threads_take_turns() {
        let pool = Pool::new(2);
        let total = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        pool.run(5, &|_| {
                            total.fetch_add(1, Ordering::Relaxed);
                        });
                    }
                });
            }
        });
        assert_eq!(total.load(Ordering::Relaxed), 2000);
    }
}
