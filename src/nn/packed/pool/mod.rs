//! Threads that share the parts of one operation.
//!
//! A decoding step is a hundred operations of some ten microseconds each: waking a sleeping thread
//! for each would cost as much as the work. Idle threads therefore spin for a moment before they
//! sleep, and so does a caller while others do the last parts; the moment is short, so that a busy
//! machine is not kept busier. Each thread has a share of neighbouring parts, as what follows a part
//! in memory is prefetched while the part is done. It does its own parts one by one, then those that
//! other threads have not begun: a thread that is held up holds up no more than its part.
//!
//! On a busy machine the system takes a processor away from a thread now and then, mostly within a
//! part, for which the caller then waits some milliseconds. So all but the caller offer theirs to
//! other programs between two parts, which makes that rarer; the caller does not, as nothing is done
//! while it is away. docs/speed.md has what this gains, and compares the pool with rayon.

mod core;

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{JoinHandle, Thread};
use std::time::{Duration, Instant};

use self::core::Schedule;
use super::buffers::{BufferPool, PooledBuffer};
use super::disjoint::DisjointMut;

/// How long a thread looks for work, or a caller for the end of the last parts, before it sleeps.
const SPIN_BEFORE_PARK: Duration = Duration::from_micros(60);
/// How long a helper works before it offers its processor to other programs.
const YIELD_AFTER: Duration = Duration::from_millis(1);
/// Spins of the processor between two readings of the clock.
const SPINS_PER_CLOCK_READ: u32 = 16;

/// Parts for each thread where all take about as long: the last to begin ends soon after the
/// others.
pub(crate) const PARTS: usize = 8;

/// Minimum numbers for which a second thread is used.
pub(crate) const MIN_PARALLEL_NUMBERS: usize = 1 << 15;

/// A number of threads, the caller's among them, and memory for what they compute.
pub(crate) struct ThreadPool {
    schedule: Arc<Schedule>,
    /// All but the caller's thread.
    helpers: Vec<Helper>,
    /// Held during an operation: there is one at a time.
    run_lock: Mutex<()>,
    /// Who called for the present operation, or the last.
    caller: Arc<Mutex<Thread>>,
    floats: Arc<BufferPool<f32>>,
    integers: Arc<BufferPool<i8>>,
}

struct Helper {
    handle: Option<JoinHandle<()>>,
    thread: Thread,
}

impl ThreadPool {
    /// A pool of `threads` threads, the caller's among them; fewer if the system gives no more.
    pub(crate) fn new(threads: usize) -> Self {
        let threads = threads.max(1);
        let schedule = Arc::new(Schedule::new(threads));
        let caller = Arc::new(Mutex::new(std::thread::current()));
        let helper = |thread| {
            let (schedule, caller) = (Arc::clone(&schedule), Arc::clone(&caller));
            let handle = std::thread::Builder::new()
                .name(String::from("translate-kernel"))
                .spawn(move || help(&schedule, &caller, thread))
                .ok()?;
            Some(Helper {
                thread: handle.thread().clone(),
                handle: Some(handle),
            })
        };
        let helpers = (1..threads).map_while(helper).collect();
        Self {
            schedule,
            helpers,
            run_lock: Mutex::new(()),
            caller,
            floats: Arc::default(),
            integers: Arc::default(),
        }
    }

    /// Memory for the result of an operation, `length` numbers of any value.
    pub(crate) fn floats(&self, length: usize) -> PooledBuffer {
        self.floats.take(length)
    }

    /// Memory for the result of an operation, `length` 8-bit integers of any value.
    pub(crate) fn integers(&self, length: usize) -> PooledBuffer<i8> {
        self.integers.take(length)
    }

    /// Threads, the caller's among them.
    pub(crate) fn threads(&self) -> usize {
        self.helpers.len() + 1
    }

    /// Does `work(0)` to `work(parts - 1)`, in any order, on all threads; returns when all are
    /// done.
    ///
    /// # Panics
    /// If a part does.
    pub(crate) fn run(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
        if parts <= 1 || self.helpers.is_empty() {
            (0..parts).for_each(work);
            return;
        }
        let _run = lock(&self.run_lock);
        let wake = |thread: usize| {
            if let Some(helper) = self.helpers.get(thread.wrapping_sub(1)) {
                helper.thread.unpark();
            }
        };
        *lock(&self.caller) = std::thread::current();
        let mut idle = IdleTime::default();
        #[expect(unsafe_code, reason = "one caller at a time")]
        // SAFETY: the run lock admits one caller; unparking, spinning and parking do not panic.
        let done = unsafe {
            let look_again = || idle.look_again(1);
            self.schedule
                .run(parts, work, wake, look_again, std::thread::park)
        };
        if !done {
            resume_unwind(Box::new("a part of an operation panicked"));
        }
    }

    /// Does `work` once for each row, some rows a part; on this thread if not `parallel`.
    pub(crate) fn run_rows(&self, rows: usize, parallel: bool, work: &(dyn Fn(usize) + Sync)) {
        if !parallel {
            return (0..rows).for_each(work);
        }
        let parts = (PARTS * self.threads()).min(rows);
        self.run(parts, &|part| {
            (part * rows / parts..(part + 1) * rows / parts).for_each(work);
        });
    }

    /// [`ThreadPool::run_rows`] over the rows of `data`, of `width` numbers each: `work(i, row)`.
    pub(crate) fn run_rows_mut<T: Send>(
        &self,
        data: &mut [T],
        width: usize,
        parallel: bool,
        work: &(dyn Fn(usize, &mut [T]) + Sync),
    ) {
        let rows = data.len() / width.max(1);
        let data = DisjointMut::new(data, width);
        self.run_rows(rows, parallel, &|row| {
            // SAFETY: `run_rows` does each row once.
            #[expect(unsafe_code, reason = "disjoint rows")]
            let numbers = unsafe { data.row_mut(row, 0, width) };
            work(row, numbers);
        });
    }

    /// [`ThreadPool::run`] over the chunks of `data`, of `size` numbers each: `work(i, chunk)`.
    pub(crate) fn run_chunks<T: Send>(
        &self,
        data: &mut [T],
        size: usize,
        work: &(dyn Fn(usize, &mut [T]) + Sync),
    ) {
        let chunks = data.len() / size.max(1);
        let data = DisjointMut::new(data, size);
        self.run(chunks, &|chunk| {
            // SAFETY: `run` does each part once.
            #[expect(unsafe_code, reason = "disjoint chunks")]
            let numbers = unsafe { data.row_mut(chunk, 0, size) };
            work(chunk, numbers);
        });
    }
}

/// How long a thread has looked in vain.
#[derive(Default)]
struct IdleTime {
    spins: u32,
    since: Option<Instant>,
}

impl IdleTime {
    /// Spins so often; false once the thread is to sleep instead, and after that it begins anew.
    fn look_again(&mut self, spins: u32) -> bool {
        (0..spins).for_each(|_| std::hint::spin_loop());
        self.spins += spins;
        if !self.spins.is_multiple_of(SPINS_PER_CLOCK_READ) {
            return true;
        }
        let since = *self.since.get_or_insert_with(Instant::now);
        let again = since.elapsed() < SPIN_BEFORE_PARK;
        if !again {
            *self = Self::default();
        }
        again
    }
}

/// What a helper does until the pool is dropped.
fn help(schedule: &Schedule, caller: &Mutex<Thread>, thread: usize) {
    // Unlocked before it is woken: it locks this for its next operation.
    let wake_caller = || {
        let caller = lock(caller).clone();
        caller.unpark();
    };
    let mut idle = IdleTime::default();
    let mut yielded = Instant::now();
    loop {
        if schedule.take_part(thread, wake_caller) {
            idle = IdleTime::default();
            if yielded.elapsed() >= YIELD_AFTER {
                std::thread::yield_now();
                yielded = Instant::now();
            }
            continue;
        }
        if schedule.is_closing() {
            return;
        }
        // Looks are rare, as each reads what the threads at work write.
        if idle.look_again(SPINS_PER_CLOCK_READ) {
            continue;
        }
        if schedule.try_sleep(thread) {
            std::thread::park();
        }
        schedule.woke(thread);
        yielded = Instant::now();
    }
}

/// Locks what no panic leaves half-written.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.schedule.close();
        for helper in &mut self.helpers {
            helper.thread.unpark();
            if let Some(handle) = helper.handle.take() {
                // A helper catches the panics of its parts: there is nothing to report.
                let _ = handle.join();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn every_part_is_done_once_whatever_the_number_of_threads() {
        for threads in [1, 2, 3, 8] {
            let pool = ThreadPool::new(threads);
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
        let pool = ThreadPool::new(2);
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
    fn a_caller_that_sleeps_until_the_last_part_is_done_is_woken() {
        let pool = ThreadPool::new(2);
        assert_eq!(pool.threads(), 2);
        for _ in 0..3 {
            let begun = AtomicBool::new(false);
            // The caller's part ends only when the other thread has begun with the last one.
            pool.run(2, &|part| {
                if part == 0 {
                    while !begun.load(Ordering::Relaxed) {
                        std::thread::yield_now();
                    }
                } else {
                    begun.store(true, Ordering::Relaxed);
                    std::thread::sleep(SPIN_BEFORE_PARK * 50);
                }
            });
        }
    }

    #[test]
    fn a_panic_in_a_part_reaches_the_caller_and_the_pool_works_on() {
        let pool = ThreadPool::new(2);
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
        let pool = ThreadPool::new(2);
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
