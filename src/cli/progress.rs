//! Progress on standard error: bars if it is a terminal, else a line for each file.

use std::io::{self, IsTerminal, Write};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::screen;
use super::status_line::Status;
use super::verbosity::Verbosity;
use super::words::{counted, duration, size};
use crate::catalogue::{Licence, find, translator_for_any_use};
use crate::hub::{PullEvent, PullObserver};
use crate::model_files::Task;
use crate::panics;
use crate::pipeline::Progress;
use crate::text::one_line;

static BARS: LazyLock<MultiProgress> =
    LazyLock::new(|| MultiProgress::with_draw_target(screen::target()));
/// Whether the program is about to end, so that no line is drawn any more.
static ENDED: AtomicBool = AtomicBool::new(false);

const BYTES: &str =
    "{msg:24!} {wide_bar} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec} {eta} left";
/// As [`BYTES`], for a terminal of fewer than [`WIDE`] columns.
const BYTES_NARROW: &str = "{percent:>3}% {decimal_bytes_per_sec} {eta} left {wide_msg}";
const WIDE: u16 = 80;
const SPINNER: &str = "{spinner} {wide_msg}";
/// How long a terminal is waited for at the end.
const PATIENCE: Duration = Duration::from_millis(100);
/// How often a spinner turns.
const TICK: Duration = Duration::from_millis(120);

/// Writes to standard error above any bar.
pub(super) struct AboveBars;

impl Write for AboveBars {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Standard error may be closed; then nobody reads this.
        BARS.suspend(|| io::stderr().write_all(bytes)).ok();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Hides progress if the user asked for quiet.
pub(super) fn start(verbosity: Verbosity) {
    if verbosity == Verbosity::Quiet {
        BARS.set_draw_target(ProgressDrawTarget::hidden());
    }
}

/// Shows a bar. The message may be the name of a file.
pub(super) fn bar(template: &str, length: u64, message: &str) -> ProgressBar {
    let bar = BARS.add(ProgressBar::new(length));
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(one_line(message));
    bar
}

/// Shows a step of unknown length until it is dropped.
pub(super) struct Spinner(ProgressBar);

impl Spinner {
    pub(super) fn new(message: impl Into<String>) -> Self {
        let bar = bar(SPINNER, 0, &message.into());
        // It panics where no thread can be had; the spinner then stands still.
        let _ = panics::catch(|| bar.enable_steady_tick(TICK));
        Self(bar)
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Shows the progress of an article.
pub(super) struct ArticleProgress {
    name: String,
    started: Instant,
    /// The highest so far, so that it never falls.
    percent: u64,
    line: Option<StatusLine>,
}

impl ArticleProgress {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: one_line(name),
            started: Instant::now(),
            percent: 0,
            line: None,
        }
    }

    pub(super) fn show(&mut self, progress: Progress) {
        let share = progress.share();
        self.percent = self.percent.max((100.0 * share) as u64);
        let mut parts = vec![(0, stage(progress))];
        if share > 0.0 {
            let left = self.started.elapsed().as_secs_f64() * (1.0 / share - 1.0);
            parts.push((1, format!("{} left", duration(left))));
        }
        let status = Status {
            percent: Some(self.percent),
            parts,
            name: self.name.clone(),
        };
        let line = self.line.get_or_insert_with(StatusLine::new);
        line.show(&status);
    }
}

/// What is done in words.
pub(super) fn stage(progress: Progress) -> String {
    match progress {
        Progress::Translating { done, total } => format!("sentence {done}/{total}"),
        Progress::Retrying { done, total } => format!("again {done}/{total}"),
        Progress::Summarizing => String::from("summarising"),
    }
}

/// A line at the bottom of the terminal, until it is dropped.
pub(super) struct StatusLine(ProgressBar);

impl StatusLine {
    pub(super) fn new() -> Self {
        Self(bar("{msg}", 0, ""))
    }

    pub(super) fn show(&self, status: &Status) {
        if ENDED.load(Ordering::Relaxed) {
            return;
        }
        let columns = screen::columns();
        self.0.set_message(status.fitted(usize::from(columns)));
    }
}

impl Drop for StatusLine {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Removes what is shown, for a program that is about to end, and has nothing shown from then on. It
/// waits at most [`PATIENCE`] for a terminal that takes nothing, or for a thread that draws on it.
pub(super) fn clear() {
    ENDED.store(true, Ordering::Relaxed);
    if !io::stderr().is_terminal() {
        return;
    }
    let (done, cleared) = sync_channel(1);
    let clear = move || {
        // A terminal that is gone needs no clearing.
        let _ = BARS.clear();
        BARS.set_draw_target(ProgressDrawTarget::hidden());
        let _ = done.send(());
    };
    if thread::Builder::new().spawn(clear).is_ok() {
        // Too late or not, the program ends.
        let _ = cleared.recv_timeout(PATIENCE);
    }
}

/// Shows the progress of a model's download.
#[derive(Default)]
pub(super) struct PullProgress {
    bar: Option<(String, ProgressBar)>,
    /// Whether a model for commercial use was named.
    has_named_other: bool,
}

impl PullProgress {
    fn show(&mut self, file: &str, verb: &str, bytes: Option<u64>, have: u64) {
        let message = format!("{verb} {file}");
        if self.bar.as_ref().is_none_or(|(shown, _)| *shown != message) {
            self.clear();
            let is_wide = console::Term::stderr().size().1 >= WIDE;
            let template = if is_wide { BYTES } else { BYTES_NARROW };
            let bar = bar(template, bytes.unwrap_or(0), &message);
            // Bytes of an interrupted download count for the bar, not for the rate.
            bar.set_position(have);
            bar.reset_eta();
            self.bar = Some((message, bar));
        }
        if let Some((_, bar)) = &self.bar {
            bar.set_position(have);
        }
    }

    fn clear(&mut self) {
        if let Some((_, bar)) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// Whether a model, as it was named, translates; one that the catalogue does not have may.
fn is_translator(model: &str) -> bool {
    find(model).is_none_or(|entry| entry.task == Task::Translation)
}

/// A licence in words.
fn terms(licence: &Licence) -> String {
    let notice = licence.notice.iter().map(|notice| format!(", {notice}"));
    let notice: String = notice.collect();
    format!("{}{notice}", licence.id)
}

impl PullObserver for PullProgress {
    fn event(&mut self, event: PullEvent<'_>) {
        match event {
            PullEvent::Planned {
                model,
                files,
                bytes,
                licence,
                free,
                folder,
            } => {
                let files = counted(files as u64, "file", "files");
                let terms = licence.map_or(String::from("licence unknown"), terms);
                let room = free.map_or(String::new(), |free| format!("{} free in ", size(free)));
                let folder = folder.display();
                let bytes = size(bytes);
                tracing::info!("pulling {model}: {bytes} in {files}; {terms}; {room}{folder}");
                let is_bound = licence.and_then(Licence::allows_commercial_use) == Some(false);
                if is_bound
                    && is_translator(model)
                    && !std::mem::replace(&mut self.has_named_other, true)
                    && let Some(other) = translator_for_any_use()
                {
                    let (name, id) = (&other.name, &other.licence.id);
                    tracing::info!("for commercial use: --model {name} ({id})");
                }
            }
            PullEvent::FileStarted { file, bytes, have } => {
                if !io::stderr().is_terminal() {
                    let shown = bytes.map(|b| format!(" ({})", size(b)));
                    tracing::info!("downloading {file}{}", shown.unwrap_or_default());
                }
                self.show(file, "downloading", bytes, have);
            }
            PullEvent::Progress { file, bytes, have } => {
                self.show(file, "downloading", bytes, have);
            }
            PullEvent::Retrying { file, reason } => {
                tracing::warn!("{file}: {reason}; trying again");
            }
            PullEvent::Waiting { file } => {
                tracing::info!("another process is downloading {file}; waiting for it");
            }
            PullEvent::Verifying { file, bytes, done } => {
                self.show(file, "verifying", Some(bytes), done);
            }
            PullEvent::FileDone { .. } => self.clear(),
            PullEvent::Discarded { path, reason } => {
                tracing::warn!("removed {}: {reason}", path.display());
            }
            PullEvent::PinDisagrees {
                file,
                pinned,
                found,
            } => {
                tracing::warn!("{file} is {found} by the hub's ETag; the catalogue has {pinned}");
            }
        }
    }
}

impl Drop for PullProgress {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_cannot_drive_the_terminal() {
        let bar = bar(SPINNER, 1, "\x1b]0;title\x07\u{202e}.txt");
        assert_eq!(bar.message(), "\\u{1b}]0;title\\u{7}\\u{202e}.txt");
    }
}
