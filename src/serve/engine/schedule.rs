//! Which units are translated next: fair by client, and short jobs before long ones.
//!
//! Clients take turns of a few units each. A client's turns go to its shortest job and to its oldest
//! one, by turns: a sentence does not wait for an article, and an article does not wait for ever for
//! sentences that keep coming.

use std::collections::VecDeque;
use std::ops::Range;

use super::ClientId;

/// Units of one turn.
const TURN: usize = 8;

/// Names a job of the engine.
pub(super) type JobId = u64;

/// The units of all jobs that are not yet translated.
#[derive(Default)]
pub(super) struct Schedule {
    /// In the order of their turns.
    clients: VecDeque<Turns>,
}

/// A client and its jobs in the order in which they came.
struct Turns {
    client: ClientId,
    jobs: Vec<Waiting>,
    /// Whether the next turn is the oldest job's.
    is_oldest_next: bool,
}

/// Units of one job.
struct Waiting {
    job: JobId,
    /// Characters of each unit.
    sizes: Vec<usize>,
    next: usize,
}

impl Waiting {
    fn left(&self) -> usize {
        self.sizes.len() - self.next
    }
}

/// What a window may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct WindowLimits {
    pub units: usize,
    pub characters: usize,
}

impl Schedule {
    /// Adds a job whose units have these many characters.
    pub(super) fn add(&mut self, client: ClientId, job: JobId, sizes: Vec<usize>) {
        if sizes.is_empty() {
            return;
        }
        let waiting = Waiting {
            job,
            sizes,
            next: 0,
        };
        match self.clients.iter_mut().find(|turns| turns.client == client) {
            Some(turns) => turns.jobs.push(waiting),
            None => self.clients.push_back(Turns {
                client,
                jobs: vec![waiting],
                is_oldest_next: false,
            }),
        }
    }

    /// Forgets the units of jobs for which `is_wanted` does not hold.
    pub(super) fn retain(&mut self, mut is_wanted: impl FnMut(JobId) -> bool) {
        for turns in &mut self.clients {
            turns.jobs.retain(|waiting| is_wanted(waiting.job));
        }
        self.clients.retain(|turns| !turns.jobs.is_empty());
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    /// Units that wait.
    pub(super) fn units(&self) -> usize {
        let jobs = self.clients.iter().flat_map(|turns| &turns.jobs);
        jobs.map(Waiting::left).sum()
    }

    /// Takes the next units, at least one if any wait: places in their jobs.
    pub(super) fn window(&mut self, limits: WindowLimits) -> Vec<(JobId, Range<usize>)> {
        let mut window: Vec<(JobId, Range<usize>)> = Vec::new();
        let (mut units, mut characters) = (0, 0);
        while let Some(mut turns) = self.clients.pop_front() {
            let room = TURN.min(limits.units.max(1).saturating_sub(units));
            let Some(place) = turns.next_job().filter(|_| room > 0) else {
                self.clients.push_front(turns);
                break;
            };
            let waiting = &mut turns.jobs[place];
            let start = waiting.next;
            for size in waiting.sizes[start..].iter().take(room) {
                if units > 0 && characters + size > limits.characters {
                    break;
                }
                units += 1;
                characters += size;
                waiting.next += 1;
            }
            let taken = start..waiting.next;
            let job = waiting.job;
            let is_full = taken.is_empty();
            if waiting.left() == 0 {
                turns.jobs.remove(place);
            }
            if is_full {
                self.clients.push_front(turns);
                break;
            }
            turns.is_oldest_next = !turns.is_oldest_next;
            if !turns.jobs.is_empty() {
                self.clients.push_back(turns);
            }
            match window.iter_mut().find(|(other, _)| *other == job) {
                // A job's turns of one window follow each other.
                Some((_, range)) => range.end = taken.end,
                None => window.push((job, taken)),
            }
        }
        window
    }
}

impl Turns {
    fn next_job(&self) -> Option<usize> {
        if self.is_oldest_next {
            return (!self.jobs.is_empty()).then_some(0);
        }
        let jobs = self.jobs.iter().enumerate();
        jobs.min_by_key(|(_, waiting)| waiting.left())
            .map(|(place, _)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: ClientId = ClientId::Key(1);
    const B: ClientId = ClientId::Key(2);

    fn limits(units: usize) -> WindowLimits {
        WindowLimits {
            units,
            characters: usize::MAX,
        }
    }

    fn windows(schedule: &mut Schedule, units: usize) -> Vec<Vec<(JobId, Range<usize>)>> {
        let mut windows = Vec::new();
        while !schedule.is_empty() {
            windows.push(schedule.window(limits(units)));
        }
        windows
    }

    #[test]
    fn a_sentence_does_not_wait_for_the_article_before_it() {
        let mut schedule = Schedule::default();
        schedule.add(A, 1, vec![10; 1000]);
        schedule.window(limits(16));
        schedule.add(A, 2, vec![10]);
        assert!(schedule.window(limits(16)).contains(&(2, 0..1)));
        schedule.add(B, 3, vec![10]);
        assert!(schedule.window(limits(16)).contains(&(3, 0..1)));
    }

    #[test]
    fn an_article_does_not_wait_for_sentences_that_keep_coming() {
        let mut schedule = Schedule::default();
        schedule.add(A, 0, vec![10; 64]);
        let mut done = 0;
        for job in 1..20 {
            for sentence in 0..32 {
                schedule.add(A, job * 100 + sentence, vec![10]);
            }
            let window = schedule.window(limits(32));
            let own = window.iter().find(|(job, _)| *job == 0);
            done += own.map_or(0, |(_, range)| range.len());
        }
        assert_eq!(done, 64);
    }

    #[test]
    fn clients_share_a_window_equally() {
        let mut schedule = Schedule::default();
        schedule.add(A, 1, vec![10; 1000]);
        schedule.add(A, 2, vec![10; 1000]);
        schedule.add(B, 3, vec![10; 1000]);
        let window = schedule.window(limits(32));
        let of_b = window.iter().find(|(job, _)| *job == 3).unwrap();
        assert_eq!(of_b.1.len(), 16);
    }

    #[test]
    fn every_unit_is_in_one_window_whatever_the_limits() {
        for units in [1, 7, 8, 9, 100] {
            let mut schedule = Schedule::default();
            let jobs = [(A, 1, 30), (B, 2, 1), (A, 3, 9), (B, 4, 8)];
            for (client, job, count) in jobs {
                schedule.add(client, job, vec![10; count]);
            }
            let mut ends = [0; 5];
            for window in windows(&mut schedule, units) {
                assert!(window.iter().map(|(_, range)| range.len()).sum::<usize>() <= units);
                for (job, range) in window {
                    let end = &mut ends[job as usize];
                    assert_eq!(range.start, *end);
                    *end = range.end;
                }
            }
            assert_eq!(ends, [0, 30, 1, 9, 8]);
        }
    }

    #[test]
    fn a_window_ends_at_its_characters_and_has_one_unit_at_least() {
        let mut schedule = Schedule::default();
        schedule.add(A, 1, vec![500, 60, 60, 60]);
        let limits = WindowLimits {
            units: 8,
            characters: 130,
        };
        let window: Vec<_> = (0..3).map(|_| schedule.window(limits)).collect();
        assert_eq!(window, [[(1, 0..1)], [(1, 1..3)], [(1, 3..4)]]);
        assert!(schedule.is_empty());
    }

    #[test]
    fn units_of_a_job_that_nobody_waits_for_are_forgotten() {
        let mut schedule = Schedule::default();
        schedule.add(A, 1, vec![10; 100]);
        schedule.add(A, 2, vec![10; 3]);
        schedule.retain(|job| job != 1);
        assert_eq!(schedule.units(), 3);
        assert_eq!(windows(&mut schedule, 8), [[(2, 0..3)]]);
    }
}
