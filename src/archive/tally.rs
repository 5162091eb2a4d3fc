//! The counts of a run, for progress and for the closing report.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::checks::Check;
use crate::document::Document;

/// What a run has done so far.
#[derive(Debug, Clone)]
pub struct Tally {
    /// When the run began.
    pub started: Instant,
    /// When the first article was given to the models: loading them is not counted as speed.
    pub translating_since: Option<Instant>,
    /// Articles finished in this run.
    pub done: u64,
    /// Articles finished in earlier runs.
    pub skipped: u64,
    /// Articles that failed in this run.
    pub failed: u64,
    /// Articles that failed in an earlier run and were not tried again.
    pub failed_before: u64,
    /// Articles of earlier runs done again because the models or options changed.
    pub other_options: u64,
    /// Articles of earlier runs done again because their content changed.
    pub other_input: u64,
    /// Articles of earlier runs done again because their results are gone or changed.
    pub other_result: u64,
    /// Sentences translated in this run, titles among them.
    pub sentences: u64,
    /// Sentences (titles among them) that failed a check, by its name.
    pub flags: BTreeMap<&'static str, u64>,
    /// Sentences with any flag.
    pub flagged: u64,
    /// Summaries written in this run.
    pub summaries: u64,
    /// Summaries that failed a check, by its name; and those with any flag.
    pub summary_flags: BTreeMap<&'static str, u64>,
    /// Summaries with any flag.
    pub summaries_flagged: u64,
    /// Tokens of the finished translations.
    pub tokens: u64,
    /// Bytes of the articles finished in this run.
    pub bytes: u64,
    /// Bytes of the inputs read up to the last finished article, and how many of them were skipped.
    pub position: u64,
    /// Of `position`, the bytes of articles that earlier runs finished.
    pub skipped_bytes: u64,
    /// Bytes of all inputs.
    pub total: u64,
}

impl Tally {
    /// Of inputs of so many bytes.
    pub(crate) fn new(total: u64) -> Self {
        Self {
            started: Instant::now(),
            translating_since: None,
            done: 0,
            skipped: 0,
            failed: 0,
            failed_before: 0,
            other_options: 0,
            other_input: 0,
            other_result: 0,
            sentences: 0,
            flags: BTreeMap::new(),
            flagged: 0,
            summaries: 0,
            summary_flags: BTreeMap::new(),
            summaries_flagged: 0,
            tokens: 0,
            bytes: 0,
            position: 0,
            skipped_bytes: 0,
            total,
        }
    }

    pub(super) fn add(&mut self, document: &Document, bytes: usize) {
        self.done += 1;
        self.bytes += bytes as u64;
        self.tokens += document.tokens as u64;
        for sentence in sentences(document) {
            self.sentences += 1;
            self.flagged += u64::from(!sentence.is_empty());
            for flag in sentence {
                *self.flags.entry(flag.name()).or_default() += 1;
            }
        }
        if let Some(summary) = &document.summary {
            self.summaries += 1;
            self.summaries_flagged += u64::from(!summary.flags.is_empty());
            for flag in &summary.flags {
                *self.summary_flags.entry(flag.name()).or_default() += 1;
            }
        }
    }

    /// Articles seen so far.
    pub fn articles(&self) -> u64 {
        self.done + self.skipped + self.failed + self.failed_before
    }

    /// How long the models have worked.
    pub fn translating(&self) -> Duration {
        self.translating_since
            .map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Tokens of translation a second, summaries and all else included in the time.
    pub fn speed(&self) -> f64 {
        let seconds = self.translating().as_secs_f64();
        if seconds > 0.0 {
            self.tokens as f64 / seconds
        } else {
            0.0
        }
    }

    /// How long the rest takes at the speed so far; `None` if the speed is not known yet.
    pub fn left(&self) -> Option<Duration> {
        let worked = self.position.saturating_sub(self.skipped_bytes);
        let rest = self.total.saturating_sub(self.position);
        let spent = self.translating().as_secs_f64();
        (worked > 0 && spent > 0.0)
            .then(|| Duration::try_from_secs_f64(spent * rest as f64 / worked as f64).ok())
            .flatten()
    }
}

/// The flags of each sentence, the title first.
pub(super) fn sentences(document: &Document) -> impl Iterator<Item = &[Check]> {
    let sentences = document.title_and_sentences();
    sentences.map(|sentence| sentence.flags.as_slice())
}
