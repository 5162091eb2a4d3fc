//! Ctrl-C and termination: the program ends with the exit code a shell expects.
//!
//! The first signal ends it at once, unless something is in work that is better finished: then the
//! first asks for that, and the second ends it at once. Nothing is torn by either: results are
//! written to a temporary file and renamed, and an interrupted download goes on where it stopped.

use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use super::exit::Exit;

/// Whether the first signal waits for what is in work.
static FINISH_FIRST: AtomicBool = AtomicBool::new(false);
static STOP: AtomicBool = AtomicBool::new(false);
static RECEIVED: AtomicI32 = AtomicI32::new(0);

/// From now on the first signal sets [`stop`], and only the second ends the program at once.
pub(super) fn finish_first() {
    FINISH_FIRST.store(true, Ordering::Relaxed);
}

/// Set when whatever is in work should be finished, and nothing more begun.
pub(super) fn stop() -> &'static AtomicBool {
    &STOP
}

/// How the program ends after the signal it was stopped by.
pub(super) fn received() -> Option<Exit> {
    match RECEIVED.load(Ordering::Relaxed) {
        0 => None,
        15 => Some(Exit::Terminated),
        _ => Some(Exit::Interrupted),
    }
}

/// Watches for SIGINT and SIGTERM from a thread of its own.
#[cfg(unix)]
pub(super) fn watch() {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    match Signals::new([SIGINT, SIGTERM]) {
        Ok(mut signals) => {
            std::thread::spawn(move || {
                for signal in signals.forever() {
                    RECEIVED.store(signal, Ordering::Relaxed);
                    let again = STOP.swap(true, Ordering::Relaxed);
                    if again || !FINISH_FIRST.load(Ordering::Relaxed) {
                        std::process::exit(128 + signal);
                    }
                }
            });
        }
        // Without a watcher the system's own handling remains: the program still ends.
        Err(error) => tracing::debug!("signals are not watched: {error}"),
    }
}

#[cfg(not(unix))]
pub(super) fn watch() {}
