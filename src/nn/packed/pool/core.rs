//! How threads share the parts of one operation: which thread does which part, when the caller may
//! go on, and how sleeping threads learn of new work. `tests/loom` compiles this file with loom's
//! atomics and runs it through the orders in which threads can meet.

#![expect(
    unsafe_code,
    reason = "threads borrow what their caller keeps alive until they are done"
)]

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[cfg(loom)]
use loom::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering, fence};
#[cfg(not(loom))]
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering, fence};

/// An operation in parts: `work(i)` does part `i`.
pub(super) struct Job<'a> {
    work: &'a (dyn Fn(usize) + Sync),
    parts: usize,
    done: AtomicUsize,
    panicked: AtomicBool,
}

/// The next part of a thread's share: the operation's number in the upper half, the part in the
/// lower, counted within the share. Aligned: each has a line of memory of its own.
#[repr(align(64))]
struct StealCursor(AtomicU64);

/// A cursor's lower half while no part can be taken.
const CLOSED: u64 = u32::MAX as u64;

/// What the threads of a pool share.
pub(super) struct Schedule {
    /// One a thread, the caller's first.
    cursors: Vec<StealCursor>,
    /// Whether a thread may be asleep: the caller while it waits for the last parts, the others
    /// while there is no work.
    asleep: Vec<AtomicBool>,
    /// The present operation. Only a thread that has taken a part of it reads it, while the caller
    /// waits for that part.
    job: AtomicPtr<Job<'static>>,
    /// Parts of the present operation.
    parts: AtomicUsize,
    closing: AtomicBool,
}

impl Schedule {
    /// A schedule for `threads` threads, the caller's among them.
    pub(super) fn new(threads: usize) -> Self {
        Self {
            cursors: (0..threads)
                .map(|_| StealCursor(AtomicU64::new(CLOSED)))
                .collect(),
            asleep: (0..threads).map(|_| AtomicBool::new(false)).collect(),
            job: AtomicPtr::new(std::ptr::null_mut()),
            parts: AtomicUsize::new(0),
            closing: AtomicBool::new(false),
        }
    }

    /// Does `work(0)` to `work(parts - 1)` on all threads, the calling one as thread 0, and returns
    /// when all are done: false if one of them panicked. `wake` is called for threads that may be
    /// asleep. While other threads do the last parts, the caller asks `look_again` whether to look
    /// out for their end once more; where not, it calls `sleep`, which returns when `wake_caller` of
    /// [`Schedule::take_part`] was called, or earlier.
    ///
    /// # Panics
    /// If there are 2^32 parts or more.
    ///
    /// # Safety
    /// One caller at a time, and none of the functions but `work` panics: threads hold `work` until
    /// this returns.
    pub(super) unsafe fn run(
        &self,
        parts: usize,
        work: &(dyn Fn(usize) + Sync),
        wake: impl FnMut(usize),
        mut look_again: impl FnMut() -> bool,
        mut sleep: impl FnMut(),
    ) -> bool {
        let job = Job::new(parts, work);
        // SAFETY: the job lives until it is done, which is waited for below; there is one caller.
        unsafe { self.publish(&job, wake) };
        while self.take_part(0, || {}) {}
        while !job.is_done() {
            if look_again() {
                continue;
            }
            self.asleep[0].store(true, Ordering::Relaxed);
            // With the fence in `take_from`: either the job is seen done here, or the thread that
            // does its last part sees that this one is asleep.
            fence(Ordering::SeqCst);
            if !job.is_done() {
                sleep();
            }
            self.woke(0);
        }
        !job.panicked.load(Ordering::Relaxed)
    }

    /// Lets all threads take parts of `job`.
    ///
    /// # Panics
    /// If it has 2^32 parts or more.
    ///
    /// # Safety
    /// `job` lives until it is done, and no other is published before that.
    pub(super) unsafe fn publish(&self, job: &Job, mut wake: impl FnMut(usize)) {
        assert!((job.parts as u64) < CLOSED);
        let address = std::ptr::from_ref(job).cast_mut().cast::<Job<'static>>();
        let number = self.cursors[0].0.load(Ordering::Relaxed) >> 32;
        let number = number.wrapping_add(1) << 32;
        // Closed first: a thread that read a cursor of the last operation and then this job or its
        // parts fails to take a part, since the cursor changed before them.
        for cursor in &self.cursors {
            cursor.0.store(number | CLOSED, Ordering::Relaxed);
        }
        self.job.store(address, Ordering::Release);
        self.parts.store(job.parts, Ordering::Release);
        for cursor in &self.cursors {
            cursor.0.store(number, Ordering::Release);
        }
        // With the fence in `try_sleep`: either the thread is seen asleep here, or it sees these
        // cursors.
        fence(Ordering::SeqCst);
        for (thread, asleep) in self.asleep.iter().enumerate() {
            if asleep.load(Ordering::Relaxed) {
                wake(thread);
            }
        }
    }

    /// Does one part of the present operation, of the thread's own share if it can; false if none
    /// is left. `wake_caller` is called if it was the last to be done, and the caller may be asleep.
    pub(super) fn take_part(&self, thread: usize, wake_caller: impl Fn()) -> bool {
        let threads = self.cursors.len();
        (thread..thread + threads).any(|share| self.take_from(share % threads, &wake_caller))
    }

    /// Does one part of a share, or finds that another thread has taken it; false if none is left.
    fn take_from(&self, share: usize, wake_caller: impl Fn()) -> bool {
        let cursor = &self.cursors[share].0;
        let seen = cursor.load(Ordering::Acquire);
        let job = self.job.load(Ordering::Acquire);
        let mut own = self.share(share, self.parts.load(Ordering::Acquire));
        let Some(part) = own.nth(next(seen)) else {
            return false;
        };
        let taken = cursor.compare_exchange(seen, seen + 1, Ordering::Relaxed, Ordering::Relaxed);
        if taken.is_err() {
            return true;
        }
        // SAFETY: the exchange succeeded, so that no other operation was published between the
        // loads: `job` and `own` are of the operation whose number `seen` has. (It would take
        // 2^32 operations in between to mistake another for it.) Its caller waits for this part, as
        // it is not done.
        let job = unsafe { &*job };
        debug_assert!(part < job.parts, "a part of another operation");
        if catch_unwind(AssertUnwindSafe(|| (job.work)(part))).is_err() {
            job.panicked.store(true, Ordering::Relaxed);
        }
        let parts = job.parts;
        // The last use of the job: after it the caller may have returned.
        let done = job.done.fetch_add(1, Ordering::Release) + 1;
        if done == parts {
            // With the fence in `run`. If the caller has gone on meanwhile and sleeps in its next
            // operation, it is woken for no reason.
            fence(Ordering::SeqCst);
            if self.asleep[0].load(Ordering::Relaxed) {
                wake_caller();
            }
        }
        true
    }

    /// Announces that a thread goes to sleep; false if there is work, or nothing to come, and it
    /// must not. A caller that publishes work after this wakes it. [`Schedule::woke`] follows in
    /// either case.
    pub(super) fn try_sleep(&self, thread: usize) -> bool {
        self.asleep[thread].store(true, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        !self.has_part() && !self.is_closing()
    }

    /// Announces that a thread is awake.
    pub(super) fn woke(&self, thread: usize) {
        self.asleep[thread].store(false, Ordering::Relaxed);
    }

    /// Tells the threads to end. Sleeping threads must be woken afterwards.
    pub(super) fn close(&self) {
        self.closing.store(true, Ordering::Release);
    }

    pub(super) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }

    fn has_part(&self) -> bool {
        let parts = self.parts.load(Ordering::Acquire);
        (0..self.cursors.len()).any(|share| {
            let cursor = self.cursors[share].0.load(Ordering::Acquire);
            next(cursor) < self.share(share, parts).len()
        })
    }

    /// The parts of a thread's share: neighbours.
    fn share(&self, share: usize, parts: usize) -> Range<usize> {
        let threads = self.cursors.len();
        share * parts / threads..(share + 1) * parts / threads
    }
}

impl<'a> Job<'a> {
    pub(super) fn new(parts: usize, work: &'a (dyn Fn(usize) + Sync)) -> Self {
        Self {
            work,
            parts,
            done: AtomicUsize::new(0),
            panicked: AtomicBool::new(false),
        }
    }

    /// Whether all parts are done, and what they wrote can be read.
    pub(super) fn is_done(&self) -> bool {
        self.done.load(Ordering::Acquire) == self.parts
    }
}

/// The next part of a share, by its cursor.
fn next(cursor: u64) -> usize {
    (cursor & u64::from(u32::MAX)) as usize
}
