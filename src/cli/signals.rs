//! Ctrl-C and termination: the program ends with the exit code a shell expects.
//!
//! Ordinarily at once. Nothing is torn by it: results are written to a temporary file and renamed, and
//! an interrupted download goes on where it stopped. A run over an archive asks to be told instead, so
//! that it can finish what it has in work; a second signal ends it at once all the same.

use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use super::exit::Exit;

/// Whether a first signal is to be told by [`stop`] rather than to end the program.
static GENTLE: AtomicBool = AtomicBool::new(false);
static STOP: AtomicBool = AtomicBool::new(false);
static SIGNAL: AtomicI32 = AtomicI32::new(0);

/// Ends the program with 130 on SIGINT and 143 on SIGTERM, from a thread of its own.
#[cfg(unix)]
pub(super) fn watch() {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    match Signals::new([SIGINT, SIGTERM]) {
        Ok(mut signals) => {
            std::thread::spawn(move || {
                for signal in signals.forever() {
                    let first = SIGNAL.swap(signal, Ordering::Relaxed) == 0;
                    if !(first && GENTLE.load(Ordering::Relaxed)) {
                        std::process::exit(128 + signal);
                    }
                    STOP.store(true, Ordering::Relaxed);
                    tracing::warn!(
                        "stopping when what is in work is finished; a second signal stops at once"
                    );
                }
            });
        }
        // Without a watcher the system's own handling remains: the program still ends.
        Err(error) => tracing::debug!("signals are not watched: {error}"),
    }
}

#[cfg(not(unix))]
pub(super) fn watch() {}

/// From now on a first signal only sets [`stop`].
pub(super) fn request_graceful_shutdown() {
    GENTLE.store(true, Ordering::Relaxed);
}

/// Set by the first signal after [`request_graceful_shutdown`].
pub(super) fn stop() -> &'static AtomicBool {
    &STOP
}

/// The exit code of a run that was stopped.
pub(super) fn exit() -> Exit {
    match SIGNAL.load(Ordering::Relaxed) {
        15 => Exit::Terminated,
        _ => Exit::Interrupted,
    }
}
