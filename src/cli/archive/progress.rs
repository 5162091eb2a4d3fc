//! The progress of a run over an archive: one line if standard error is a terminal, else a line every
//! ten seconds.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::archive::{Extent, Fault, Observer, Tally};
use crate::cli::hints::advice;
use crate::cli::progress::{StatusLine, stage};
use crate::cli::status_line::Status;
use crate::cli::verbosity::Verbosity;
use crate::cli::words::{counted, duration};
use crate::files::Stdout;
use crate::pipeline::Progress;
use crate::text::one_line;

const EVERY: Duration = Duration::from_secs(10);

/// Watches a run, until it is dropped.
pub(in crate::cli) struct ArchiveProgress {
    state: Arc<Mutex<State>>,
    ticker: Option<(SyncSender<()>, JoinHandle<()>)>,
}

#[derive(Default)]
struct State {
    tally: Option<Tally>,
    window: Option<Progress>,
    /// The largest part of that window that was done, so that it never falls.
    window_share: f64,
    /// How many articles the models have in it.
    window_articles: usize,
    /// Bytes of the inputs read at its end.
    window_end: u64,
    /// How many articles there are, if no input holds several.
    articles: Option<u64>,
    /// When the models began to work.
    since: Option<Instant>,
    /// The highest so far, so that it never falls.
    percent: u64,
    is_terminal: bool,
    line: Option<StatusLine>,
    /// Whether another line is shown, of a download.
    paused: bool,
}

impl ArchiveProgress {
    pub(in crate::cli) fn new(verbosity: Verbosity) -> Self {
        let is_terminal = io::stderr().is_terminal();
        let state = Arc::new(Mutex::new(State {
            is_terminal,
            ..State::default()
        }));
        // On a terminal the line is drawn at every event; else lines appear at intervals.
        let lines = !is_terminal && verbosity > Verbosity::Quiet;
        // A run without a thread for them has no lines.
        let ticker = lines.then_some(()).and_then(|()| {
            let (end, ended) = sync_channel::<()>(0);
            let state = Arc::clone(&state);
            let thread = thread::Builder::new().spawn(move || {
                while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                    if let Some(status) = locked(&state).status() {
                        tracing::info!("{}", status.whole());
                    }
                }
            });
            Some((end, thread.ok()?))
        });
        Self { state, ticker }
    }

    /// Does something that shows a progress of its own.
    pub(super) fn paused<T>(&self, work: impl FnOnce() -> T) -> T {
        self.pause(true);
        let result = work();
        self.pause(false);
        result
    }

    fn pause(&self, paused: bool) {
        let mut state = locked(&self.state);
        state.paused = paused;
        if paused {
            state.line = None;
        } else {
            state.since = Some(Instant::now());
        }
    }
}

impl Drop for ArchiveProgress {
    fn drop(&mut self) {
        locked(&self.state).line = None;
        if let Some((end, thread)) = self.ticker.take() {
            drop(end);
            // A thread that only writes lines cannot fail in a way that matters here.
            let _ = thread.join();
        }
    }
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    // The state is valid for display even if a thread panicked while it held the lock.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    /// What is to be told; `None` before there is anything.
    fn status(&mut self) -> Option<Status> {
        let tally = self.tally.as_ref().filter(|_| !self.paused)?;
        let position = self.position(tally);
        // Of a stream it is not known how much there is.
        let percent = (tally.total > 0).then(|| {
            let percent = 100.0 * position as f64 / tally.total as f64;
            self.percent.max(percent.min(100.0) as u64)
        });
        // Those of the window share their batches and are done together, so that it is told about how many.
        let within = self.window_articles as f64 * self.window_share;
        let about = if within >= 1.0 { "~" } else { "" };
        let done = tally.articles() + within as u64;
        let articles = match self.articles {
            Some(all) => format!("{about}{done}/{}", counted(all, "article", "articles")),
            None => format!("{about}{}", counted(done, "article", "articles")),
        };
        let mut parts = vec![(0, articles)];
        let failed = tally.failed + tally.failed_before;
        if failed > 0 {
            parts.push((3, format!("{failed} failed")));
        }
        if tally.sentences > 0 {
            parts.push((4, counted(tally.flagged, "flag", "flags")));
        }
        parts.extend(self.window.map(|progress| (2, stage(progress))));
        if tally.tokens > 0 {
            parts.push((5, format!("{:.0} tokens/s", tally.speed())));
        }
        if let Some(left) = self.left(tally, position) {
            parts.push((1, format!("{} left", duration(left))));
        }
        self.percent = percent.unwrap_or(self.percent);
        Some(Status {
            percent,
            parts,
            name: String::new(),
        })
    }

    /// Bytes of the inputs that are done, with the part of the current window that is.
    fn position(&self, tally: &Tally) -> u64 {
        let window = self.window_end.saturating_sub(tally.position);
        tally.position + (window as f64 * self.window_share) as u64
    }

    /// Seconds that the rest takes at the speed so far.
    fn left(&self, tally: &Tally, position: u64) -> Option<f64> {
        let worked = position.saturating_sub(tally.skipped_bytes);
        let rest = tally.total.saturating_sub(position);
        let spent = self.since?.elapsed().as_secs_f64();
        (worked > 0 && tally.total > 0).then(|| spent * rest as f64 / worked as f64)
    }

    fn draw(&mut self) {
        if let Some(status) = self.status().filter(|_| self.is_terminal) {
            let line = self.line.get_or_insert_with(StatusLine::new);
            line.show(&status);
        }
    }
}

impl Observer for ArchiveProgress {
    fn found(&self, extent: &Extent) {
        let articles = (extent.containers == 0).then_some(extent.files);
        locked(&self.state).articles = articles;
        for folder in &extent.empty {
            tracing::warn!("there is nothing to translate in {}", folder.display());
        }
        if extent.left_out > 0 {
            let one = "hidden file or link to a folder is";
            let many = "hidden files and links to folders are";
            tracing::info!("{} left out", counted(extent.left_out, one, many));
        }
    }

    fn other_options(&self, articles: usize) {
        let articles = counted(articles as u64, "article was", "articles were");
        tracing::warn!(
            "{articles} done earlier with another model or other options; what is among the inputs \
             is done again"
        );
    }

    fn journal_damaged(&self, lines: u64) {
        tell_damaged(lines);
    }

    fn output_changed(&self, path: &Path) {
        tell_changed(path);
    }

    fn left_out(&self, articles: usize) {
        tell_left_out(articles);
    }

    fn tally(&self, tally: &Tally) {
        let mut state = locked(&self.state);
        state.tally = Some(tally.clone());
        // What the window was is in the counts now.
        (state.window, state.window_share) = (None, 0.0);
        state.draw();
    }

    fn window(&self, progress: Progress, articles: usize, end: u64) {
        let mut state = locked(&self.state);
        (state.window_articles, state.window_end) = (articles, end);
        state.window_share = state.window_share.max(progress.share());
        state.window = Some(progress);
        state.draw();
    }

    fn failed(&self, fault: &Fault) {
        print_fault(fault);
    }

    fn failed_before(&self, id: &str, message: Option<&str>) {
        print_failed_before(id, message);
    }
}

fn tell_damaged(lines: u64) {
    let lines = counted(lines, "line", "lines");
    tracing::warn!("{lines} of the journal damaged or missing; what they told of is done again");
}

fn tell_left_out(articles: usize) {
    let articles = articles as u64;
    let left_out = counted(
        articles,
        "article of an earlier run is",
        "articles of earlier runs are",
    );
    tracing::warn!("{left_out} not among the inputs any more and left out of the results");
}

fn tell_changed(path: &Path) {
    let what = if path.exists() { "changed" } else { "removed" };
    let path = path.display().to_string();
    tracing::warn!(
        "{} was {what} after a run wrote it; it is made again",
        one_line(&path)
    );
}

fn print_fault(fault: &Fault) {
    let id = fault.id.as_deref().unwrap_or("?");
    let message = &fault.message;
    match fault.cause.as_ref().and_then(|cause| advice(&**cause)) {
        Some(advice) => tracing::error!("{id}: {message}; {advice}"),
        None => tracing::error!("{id}: {message}"),
    }
}

fn print_failed_before(id: &str, message: Option<&str>) {
    match message {
        Some(message) => tracing::error!("{id}: {message} (in an earlier run)"),
        None => tracing::error!("{id}: it failed in an earlier run"),
    }
}

/// Lists on standard output what a run would translate, one id a line.
pub(super) struct DryRun(Mutex<io::Result<BufWriter<Stdout>>>);

impl DryRun {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Ok(BufWriter::new(Stdout))))
    }

    pub(super) fn finish(self) -> io::Result<()> {
        let out = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        out?.flush()
    }
}

impl Observer for DryRun {
    fn journal_damaged(&self, lines: u64) {
        tell_damaged(lines);
    }

    fn output_changed(&self, path: &Path) {
        tell_changed(path);
    }

    fn left_out(&self, articles: usize) {
        tell_left_out(articles);
    }

    fn would_translate(&self, id: &str) {
        let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(out) = &mut *list
            && let Err(error) = writeln!(out, "{}", one_line(id))
        {
            *list = Err(error);
        }
    }

    fn failed_before(&self, id: &str, message: Option<&str>) {
        print_failed_before(id, message);
    }

    fn would_fail(&self, fault: &Fault) {
        print_fault(fault);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_of_a_window_are_counted_while_they_are_translated() {
        let progress = ArchiveProgress::new(Verbosity::Quiet);
        locked(&progress.state).articles = Some(200);
        progress.tally(&Tally::new(1000));
        let told = || {
            let status = locked(&progress.state).status();
            status.map(|status| status.whole())
        };
        assert_eq!(told().as_deref(), Some("0%, 0/200 articles"));
        let half = Progress::Translating { done: 5, total: 10 };
        progress.window(half, 100, 1000);
        assert_eq!(
            told().as_deref(),
            Some("40%, ~40/200 articles, sentence 5/10")
        );
        // It never falls.
        progress.window(Progress::Translating { done: 1, total: 10 }, 100, 1000);
        assert_eq!(
            told().as_deref(),
            Some("40%, ~40/200 articles, sentence 1/10")
        );
    }
}
