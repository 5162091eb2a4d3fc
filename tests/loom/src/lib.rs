#![cfg(all(loom, test))]
//! Loom runs each model through the orders in which its threads can meet, and through the values
//! that their loads may see, and reports a data race, a deadlock or a failed assertion in any.
//! Preemptions are bounded, as the orders would otherwise be too many; most bugs take two at most
//! (Musuvathi and Qadeer, "Iterative context bounding", 2007).

#[path = "../../../src/nn/packed/pool/core.rs"]
mod core;

use self::core::{Job, Schedule};
use loom::cell::UnsafeCell;
use loom::sync::{Arc, Condvar, Mutex};
use loom::thread;

/// Runs a model in all orders with at most `preemptions` of its threads.
fn explore(preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(model);
}

/// Numbers of which each part of an operation writes its own; loom reports two accesses of one that
/// nothing orders.
struct Cells(Vec<UnsafeCell<usize>>);

// SAFETY: loom checks the accesses, which is what the tests are for.
#[expect(unsafe_code, reason = "loom checks the accesses")]
unsafe impl Sync for Cells {}

impl Cells {
    fn new(count: usize) -> Self {
        Self((0..count).map(|_| UnsafeCell::new(0)).collect())
    }

    #[expect(unsafe_code, reason = "loom checks the accesses")]
    fn add(&self, part: usize) {
        // SAFETY: loom checks that no other thread accesses the number.
        self.0[part].with_mut(|number| unsafe { *number += 1 });
    }

    #[expect(unsafe_code, reason = "loom checks the accesses")]
    fn get(&self, part: usize) -> usize {
        // SAFETY: loom checks that no other thread writes the number.
        self.0[part].with(|number| unsafe { *number })
    }
}

/// A caller that never sleeps.
fn yielded() -> bool {
    thread::yield_now();
    true
}

/// A caller runs operations of these numbers of parts, one after the other; one helper tries to
/// take a part `tries` times. Each operation has numbers of its own, which are gone when the next
/// begins.
fn every_part_is_done_once(preemptions: usize, tries: usize, operations: &'static [usize]) {
    explore(preemptions, move || {
        let schedule = Arc::new(Schedule::new(2));
        let helper = {
            let schedule = Arc::clone(&schedule);
            thread::spawn(move || {
                for _ in 0..tries {
                    schedule.take_part(1, || {});
                }
            })
        };
        for &parts in operations {
            let cells = Cells::new(parts);
            let work = |part| cells.add(part);
            #[expect(unsafe_code, reason = "this thread is the one caller")]
            // SAFETY: this thread is the one caller, and yielding does not panic.
            let done = unsafe { schedule.run(parts, &work, |_| {}, yielded, || {}) };
            assert!(done);
            assert!((0..parts).all(|part| cells.get(part) == 1));
        }
        helper.join().unwrap();
    });
}

#[test]
fn every_part_of_an_operation_is_done_once() {
    every_part_is_done_once(3, 2, &[3]);
}

#[test]
fn a_late_thread_takes_no_part_of_an_operation_that_is_over() {
    every_part_is_done_once(3, 1, &[1, 2]);
}

#[test]
fn a_late_thread_takes_parts_of_the_next_operation() {
    every_part_is_done_once(2, 2, &[2, 1]);
}

/// A helper as the pool's, without the moment in which it spins.
fn help(schedule: &Schedule) {
    loop {
        if schedule.take_part(1, || {}) {
            continue;
        }
        if schedule.is_closing() {
            return;
        }
        if schedule.try_sleep(1) {
            thread::park();
        }
        schedule.woke(1);
    }
}

#[test]
fn a_thread_that_goes_to_sleep_sees_new_work_or_is_woken_and_so_at_the_end() {
    explore(2, || {
        let schedule = Arc::new(Schedule::new(2));
        let helper = {
            let schedule = Arc::clone(&schedule);
            thread::spawn(move || help(&schedule))
        };
        let cells = Cells::new(1);
        let work = |part| cells.add(part);
        // Of one part and two threads it is the helper's; the caller only waits.
        let job = Job::new(1, &work);
        #[expect(unsafe_code, reason = "the job is waited for")]
        // SAFETY: the job is waited for below, and no other is published.
        unsafe {
            schedule.publish(&job, |_| helper.thread().unpark());
        }
        while !job.is_done() {
            thread::yield_now();
        }
        assert_eq!(cells.get(0), 1);
        schedule.close();
        helper.thread().unpark();
        helper.join().unwrap();
    });
}

/// What `park` and `unpark` do. Loom's own `unpark` also wakes a thread that waits for a lock or for
/// the end of another.
#[derive(Default)]
struct Token {
    given: Mutex<bool>,
    changed: Condvar,
}

impl Token {
    fn give(&self) {
        *self.given.lock().unwrap() = true;
        self.changed.notify_one();
    }

    fn take(&self) {
        let mut given = self.given.lock().unwrap();
        while !*given {
            given = self.changed.wait(given).unwrap();
        }
        *given = false;
    }
}

/// A caller that never looks again runs operations of these numbers of parts, one after the other.
fn a_sleeping_caller_is_woken(preemptions: usize, operations: &'static [usize]) {
    explore(preemptions, move || {
        let schedule = Arc::new(Schedule::new(2));
        let token = Arc::new(Token::default());
        let helper = {
            let (schedule, token) = (Arc::clone(&schedule), Arc::clone(&token));
            thread::spawn(move || {
                for _ in 0..2 {
                    schedule.take_part(1, || token.give());
                }
            })
        };
        for &parts in operations {
            let cells = Cells::new(parts);
            let work = |part| cells.add(part);
            #[expect(unsafe_code, reason = "this thread is the one caller")]
            // SAFETY: this thread is the one caller, and sleeping does not panic.
            let done = unsafe { schedule.run(parts, &work, |_| {}, || false, || token.take()) };
            assert!(done);
            assert!((0..parts).all(|part| cells.get(part) == 1));
        }
        helper.join().unwrap();
    });
}

#[test]
fn a_caller_that_sleeps_is_woken_by_the_last_part() {
    a_sleeping_caller_is_woken(3, &[2]);
}

#[test]
fn a_caller_woken_late_waits_for_its_next_operation_all_the_same() {
    a_sleeping_caller_is_woken(2, &[2, 2]);
}
