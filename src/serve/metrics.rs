//! Counters for Prometheus, in its text format.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::engine::Engine;

/// What was answered, by route and status.
#[derive(Default)]
pub(super) struct Metrics {
    answers: Mutex<BTreeMap<(String, u16), Answers>>,
    pub in_flight: AtomicU64,
    pub connections: AtomicU64,
}

#[derive(Default)]
struct Answers {
    count: u64,
    seconds: f64,
}

/// Counts a request for as long as it is in work.
pub(super) struct InFlight<'a>(&'a AtomicU64);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Metrics {
    pub(super) fn begin(&self) -> InFlight<'_> {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        InFlight(&self.in_flight)
    }

    /// Counts an answer. `route` is one of the server's own, never what a client asked for.
    pub(super) fn answered(&self, route: &str, status: u16, elapsed: Duration) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = answers.entry((route.to_owned(), status)).or_default();
        entry.count += 1;
        entry.seconds += elapsed.as_secs_f64();
    }

    /// All of it.
    pub(super) fn text(&self, engine: &Engine, is_ready: bool) -> String {
        let mut text = String::new();
        let mut metric = |name: &str, kind: &str, help: &str, value: f64| {
            let _ = writeln!(
                text,
                "# HELP audarma_{name} {help}\n# TYPE audarma_{name} {kind}\naudarma_{name} {value}"
            );
        };
        let load = |count: &AtomicU64| count.load(Ordering::Relaxed) as f64;
        let (jobs, units) = engine.waiting();
        let counts = engine.counts();
        metric(
            "ready",
            "gauge",
            "Whether the models are loaded.",
            f64::from(u8::from(is_ready)),
        );
        metric(
            "requests_in_flight",
            "gauge",
            "Requests in work.",
            load(&self.in_flight),
        );
        metric(
            "connections",
            "gauge",
            "Open connections.",
            load(&self.connections),
        );
        metric(
            "queue_jobs",
            "gauge",
            "Jobs that wait or are in work.",
            jobs as f64,
        );
        metric(
            "queue_sentences",
            "gauge",
            "Sentences that wait.",
            units as f64,
        );
        metric(
            "refused_total",
            "counter",
            "Jobs refused by a full queue.",
            load(&counts.refused),
        );
        metric(
            "windows_total",
            "counter",
            "Batches of sentences.",
            load(&counts.windows),
        );
        metric(
            "sentences_total",
            "counter",
            "Sentences translated.",
            load(&counts.units),
        );
        metric(
            "tokens_total",
            "counter",
            "Tokens of translations.",
            load(&counts.tokens),
        );
        metric(
            "summaries_total",
            "counter",
            "Summaries written.",
            load(&counts.summaries),
        );
        let busy = load(&counts.busy_microseconds) / 1e6;
        metric(
            "busy_seconds_total",
            "counter",
            "Time that the models computed.",
            busy,
        );

        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let name = "audarma_http_request_duration_seconds";
        let _ = writeln!(
            text,
            "# HELP {name} Time of requests.\n# TYPE {name} summary"
        );
        for ((route, status), Answers { count, seconds }) in answers.iter() {
            let labels = format!("{{route=\"{route}\",status=\"{status}\"}}");
            let _ = writeln!(
                text,
                "{name}_count{labels} {count}\n{name}_sum{labels} {seconds}"
            );
        }
        text
    }
}
