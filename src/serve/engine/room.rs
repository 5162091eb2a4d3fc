//! The thread with the models: window after window, a summary between them.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::schedule::{JobId, WindowLimits};
use super::{AlignmentJob, Engine, EngineError, Models, State, SummaryJob};
use crate::panics;
use crate::pipeline::PipelineError;
use crate::translate::{Hypothesis, Unit};

/// Characters of a window for each of its units: a common sentence of the news has some hundred.
const UNIT_CHARACTERS: usize = 160;
/// Summaries written together where no sentence waits.
const MAX_SUMMARIES: usize = 4;
/// How often the thread looks whether jobs were given up that hold a place.
const LOOK: Duration = Duration::from_millis(200);

/// Units of one job, taken for a window.
struct Taken {
    job: JobId,
    range: Range<usize>,
    units: Vec<Unit>,
}

/// What is computed next.
struct Turn {
    window: Vec<Taken>,
    summaries: Vec<(JobId, SummaryJob)>,
    alignment: Option<AlignmentJob>,
}

impl Engine {
    /// Computes until the engine is closed and its jobs are done.
    pub(crate) fn run(&self, models: &dyn Models) {
        while let Some(turn) = self.turn(models) {
            if !turn.window.is_empty() {
                self.translate(models, turn.window);
            }
            if let Some(job) = turn.alignment {
                align(models, job);
            }
            if !turn.summaries.is_empty() {
                self.summarize(models, turn.summaries);
            }
        }
    }

    /// Waits for work; `None` at the end.
    fn turn(&self, models: &dyn Models) -> Option<Turn> {
        let units = models.batch_units();
        let limits = WindowLimits {
            units,
            characters: units.saturating_mul(UNIT_CHARACTERS),
        };
        let mut state = self.shared.state();
        loop {
            state.drop_unwanted();
            if state.has_work() {
                return Some(state.next_turn(limits));
            }
            if state.has_ended() {
                return None;
            }
            let waited = self.shared.work.wait_timeout(state, LOOK);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn translate(&self, models: &dyn Models, window: Vec<Taken>) {
        let started = Instant::now();
        let units: Vec<Unit> = window
            .iter()
            .flat_map(|taken| taken.units.iter().cloned())
            .collect();
        let together = translated(models, &units);
        let results: Vec<(Taken, Result<Vec<Hypothesis>, EngineError>)> = match together {
            Ok(hypotheses) => {
                let mut hypotheses = hypotheses.into_iter();
                let own = |taken: Taken| {
                    let own: Vec<Hypothesis> =
                        hypotheses.by_ref().take(taken.range.len()).collect();
                    (taken, Ok(own))
                };
                window.into_iter().map(own).collect()
            }
            Err(error) if window.len() == 1 => {
                let fail = |taken| (taken, Err(error.clone()));
                window.into_iter().map(fail).collect()
            }
            // Whose units the models fail on shows when each job's are translated alone.
            Err(_) => {
                let alone = |taken: Taken| {
                    let result = translated(models, &taken.units);
                    (taken, result)
                };
                window.into_iter().map(alone).collect()
            }
        };
        let elapsed = started.elapsed();
        self.count(&results, elapsed);
        let mut state = self.shared.state();
        let speed = units.len() as f64 / elapsed.as_secs_f64().max(1e-6);
        state.speed = if state.speed > 0.0 {
            0.7 * state.speed + 0.3 * speed
        } else {
            speed
        };
        for (taken, result) in results {
            state.settle(&taken, result);
        }
    }

    fn count(&self, results: &[(Taken, Result<Vec<Hypothesis>, EngineError>)], elapsed: Duration) {
        let counts = &self.shared.counts;
        let done = || {
            results
                .iter()
                .filter_map(|(_, result)| result.as_ref().ok())
        };
        let units: usize = done().map(Vec::len).sum();
        let tokens: usize = done().flatten().map(|hypothesis| hypothesis.tokens).sum();
        counts.windows.fetch_add(1, Ordering::Relaxed);
        counts.units.fetch_add(units as u64, Ordering::Relaxed);
        counts.tokens.fetch_add(tokens as u64, Ordering::Relaxed);
        let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        counts
            .busy_microseconds
            .fetch_add(micros, Ordering::Relaxed);
    }

    fn summarize(&self, models: &dyn Models, jobs: Vec<(JobId, SummaryJob)>) {
        let started = Instant::now();
        let together = |jobs: &[(JobId, SummaryJob)]| {
            let body = |(_, job): &(JobId, SummaryJob)| -> Vec<String> { job.body.clone() };
            let bodies: Vec<Vec<String>> = jobs.iter().map(body).collect();
            let texts: Vec<Vec<&str>> = bodies
                .iter()
                .map(|body| body.iter().map(String::as_str).collect())
                .collect();
            let summaries = panics::catch(|| models.summarize(&texts));
            summaries
                .ok()
                .filter(|summaries| summaries.len() == jobs.len())
        };
        let results = match together(&jobs) {
            Some(summaries) => summaries.into_iter().map(Ok).collect(),
            None => jobs
                .chunks(1)
                .map(|job| {
                    let summary = together(job).and_then(|mut summaries| summaries.pop());
                    summary.ok_or(EngineError::Panicked)
                })
                .collect::<Vec<_>>(),
        };
        let counts = &self.shared.counts;
        counts
            .summaries
            .fetch_add(jobs.len() as u64, Ordering::Relaxed);
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        counts
            .busy_microseconds
            .fetch_add(micros, Ordering::Relaxed);
        for ((_, job), result) in jobs.into_iter().zip(results) {
            // Nobody may wait any more.
            let _ = job.reply.send(result);
        }
    }
}

fn align(models: &dyn Models, job: AlignmentJob) {
    let pairs = job
        .pairs
        .iter()
        .map(|(unit, target)| (unit, target.as_str()));
    let pairs: Vec<(&Unit, &str)> = pairs.collect();
    let found = panics::catch(|| models.align(&pairs)).ok();
    let found = found.filter(|found| found.len() == pairs.len());
    let _ = job
        .reply
        .send(found.unwrap_or_else(|| vec![None; pairs.len()]));
}

/// One hypothesis a unit; a panic is an error.
fn translated(models: &dyn Models, units: &[Unit]) -> Result<Vec<Hypothesis>, EngineError> {
    match panics::catch(|| models.translate(units)) {
        Ok(Ok(hypotheses)) if hypotheses.len() == units.len() => Ok(hypotheses),
        Ok(Ok(_)) => Err(PipelineError::Lost.into()),
        Ok(Err(error)) => Err(error.into()),
        Err(panics::Panicked) => Err(EngineError::Panicked),
    }
}

impl State {
    /// Forgets the jobs that nobody waits for.
    fn drop_unwanted(&mut self) {
        self.translations.retain(|_, job| !job.reply.is_closed());
        self.summaries.retain(|_, job| !job.reply.is_closed());
        self.alignments.retain(|job| !job.reply.is_closed());
        let Self {
            units,
            translations,
            bodies,
            summaries,
            ..
        } = self;
        units.retain(|job| translations.contains_key(&job));
        bodies.retain(|job| summaries.contains_key(&job));
    }

    fn has_work(&self) -> bool {
        !self.units.is_empty() || !self.bodies.is_empty() || !self.alignments.is_empty()
    }

    fn next_turn(&mut self, limits: WindowLimits) -> Turn {
        let mut window = Vec::new();
        for (job, range) in self.units.window(limits) {
            let units = self.translations.get(&job);
            let units = units.and_then(|translation| translation.units.get(range.clone()));
            if let Some(units) = units {
                let units = units.to_vec();
                window.push(Taken { job, range, units });
            }
        }
        // One summary between two windows, so that sentences do not wait long.
        let count = if window.is_empty() { MAX_SUMMARIES } else { 1 };
        let own = WindowLimits {
            units: count,
            characters: usize::MAX,
        };
        let jobs: HashSet<JobId> = self
            .bodies
            .window(own)
            .into_iter()
            .map(|(id, _)| id)
            .collect();
        let summaries = jobs
            .into_iter()
            .filter_map(|id| Some((id, self.summaries.remove(&id)?)))
            .collect();
        Turn {
            window,
            summaries,
            alignment: self.alignments.pop_front(),
        }
    }

    /// Puts hypotheses in their places, and answers a job that is complete.
    fn settle(&mut self, taken: &Taken, result: Result<Vec<Hypothesis>, EngineError>) {
        let Some(translation) = self.translations.get_mut(&taken.job) else {
            return;
        };
        let hypotheses = match result {
            Ok(hypotheses) => hypotheses,
            Err(error) => {
                if let Some(translation) = self.translations.remove(&taken.job) {
                    let _ = translation.reply.send(Err(error));
                }
                return;
            }
        };
        translation.done += hypotheses.len();
        for (place, hypothesis) in taken.range.clone().zip(hypotheses) {
            if let Some(slot) = translation.hypotheses.get_mut(place) {
                *slot = Some(hypothesis);
            }
        }
        if let Some(progress) = &translation.progress {
            progress(translation.done);
        }
        if translation.done == translation.units.len()
            && let Some(translation) = self.translations.remove(&taken.job)
        {
            let all: Option<Vec<Hypothesis>> = translation.hypotheses.into_iter().collect();
            let result = all.ok_or_else(|| PipelineError::Lost.into());
            let _ = translation.reply.send(result);
        }
    }
}
