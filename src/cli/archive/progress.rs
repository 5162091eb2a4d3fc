//! The progress of a run over an archive: a bar if standard error is a terminal, else a line every
//! ten seconds.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::ProgressBar;

use crate::archive::{Extent, Fault, Observer, Tally};
use crate::cli::hints::advice;
use crate::cli::progress::bar as shown_bar;
use crate::cli::verbosity::Verbosity;
use crate::cli::words::{counted, duration};
use crate::files::Stdout;
use crate::pipeline::Progress;
use crate::text::one_line;

const TEMPLATE: &str = "{wide_bar} {percent}% · {msg}";
const EVERY: Duration = Duration::from_secs(10);

/// Watches a run, until it is dropped.
pub(super) struct ArchiveProgress {
    state: Arc<Mutex<State>>,
    ticker: Option<(SyncSender<()>, JoinHandle<()>)>,
}

#[derive(Default)]
struct State {
    tally: Option<Tally>,
    window: Option<Progress>,
    /// Bytes of the inputs read at the end of that window.
    window_end: u64,
    bar: Option<ProgressBar>,
    /// Whether another bar is shown, of a download.
    paused: bool,
}

impl ArchiveProgress {
    pub(super) fn new(verbosity: Verbosity) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        if io::stderr().is_terminal() {
            locked(&state).bar = Some(shown_bar(TEMPLATE, 0, ""));
        }
        // A bar is redrawn at every event; without one, lines appear at intervals.
        let lines = !io::stderr().is_terminal() && verbosity > Verbosity::Quiet;
        // A run without a thread for them has no lines.
        let ticker = lines.then_some(()).and_then(|()| {
            let (end, ended) = sync_channel::<()>(0);
            let state = Arc::clone(&state);
            let thread = thread::Builder::new().spawn(move || {
                while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                    if let Some(line) = locked(&state).line() {
                        tracing::info!("{line}");
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
        if let Some(bar) = state.bar.take() {
            if paused {
                bar.finish_and_clear();
            }
            state.bar = Some(if paused {
                bar
            } else {
                shown_bar(TEMPLATE, 0, "")
            });
        }
    }
}

impl Drop for ArchiveProgress {
    fn drop(&mut self) {
        if let Some(bar) = locked(&self.state).bar.take() {
            bar.finish_and_clear();
        }
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
    fn line(&self) -> Option<String> {
        let tally = self.tally.as_ref().filter(|_| !self.paused)?;
        let mut parts = vec![counted(tally.articles(), "article", "articles")];
        let failed = tally.failed + tally.failed_before;
        if failed > 0 {
            parts.push(format!("{failed} failed"));
        }
        if tally.tokens > 0 {
            parts.push(format!("{:.0} tokens/s", tally.speed()));
            parts.push(counted(tally.flagged, "mark", "marks"));
        }
        match self.window {
            Some(Progress::Translating { done, total }) if done < total => {
                parts.push(format!("sentence {done} of {total}"));
            }
            Some(Progress::Summarizing) => parts.push(String::from("summarising")),
            _ => {}
        }
        if let Some(left) = tally.left() {
            parts.push(format!("{} left", duration(left.as_secs_f64())));
        }
        Some(parts.join(", "))
    }

    /// Bytes of the inputs that are done, the finished sentences of the current window included.
    fn position(&self, tally: &Tally) -> u64 {
        let window = self.window_end.saturating_sub(tally.position);
        let part = match self.window {
            Some(Progress::Translating { done, total }) => done as f64 / total.max(1) as f64,
            Some(Progress::Summarizing) => 1.0,
            None => 0.0,
        };
        tally.position + (window as f64 * part) as u64
    }

    fn draw(&self) {
        if let (Some(bar), Some(line), Some(tally)) = (&self.bar, self.line(), &self.tally) {
            bar.set_length(tally.total.max(1));
            bar.set_position(self.position(tally));
            bar.set_message(one_line(&line));
        }
    }
}

impl Observer for ArchiveProgress {
    fn found(&self, extent: &Extent) {
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

    fn tally(&self, tally: &Tally) {
        let mut state = locked(&self.state);
        state.tally = Some(tally.clone());
        state.draw();
    }

    fn window(&self, progress: Progress, end: u64) {
        let mut state = locked(&self.state);
        (state.window, state.window_end) = (Some(progress), end);
        state.draw();
    }

    fn failed(&self, fault: &Fault) {
        print_fault(fault);
    }
}

fn tell_damaged(lines: u64) {
    let lines = counted(lines, "line", "lines");
    tracing::warn!("{lines} of the journal damaged or missing; what they told of is done again");
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

    fn would_translate(&self, id: &str) {
        let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(out) = &mut *list
            && let Err(error) = writeln!(out, "{}", one_line(id))
        {
            *list = Err(error);
        }
    }

    fn would_fail(&self, fault: &Fault) {
        print_fault(fault);
    }
}
