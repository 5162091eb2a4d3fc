//! Ctrl-C and termination: the program ends with the exit code a shell expects.
//!
//! By default it ends at once. Nothing is left half-written: results are written to a temporary file
//! and renamed, and an interrupted download continues where it stopped. A run over an archive requests
//! a graceful shutdown instead, to finish the articles in work; a second signal ends it at once.

use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use super::exit::Exit;

/// Whether the first signal sets [`STOP`] rather than ending the program.
static GRACEFUL: AtomicBool = AtomicBool::new(false);
/// Set by the first signal of a graceful shutdown.
static STOP: AtomicBool = AtomicBool::new(false);
/// The last signal received; 0 before the first.
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
                    if !(first && GRACEFUL.load(Ordering::Relaxed)) {
                        std::process::exit(128 + signal);
                    }
                    STOP.store(true, Ordering::Relaxed);
                    tracing::warn!(
                        "stopping when what is in work is finished; a second signal stops at once"
                    );
                }
            });
        }
        // The system's default handling remains: the program still ends.
        Err(error) => tracing::debug!("signals cannot be handled: {error}"),
    }
}

#[cfg(not(unix))]
pub(super) fn watch() {}

/// From now on the first signal only sets the flag of [`stop_flag`].
pub(super) fn request_graceful_shutdown() {
    GRACEFUL.store(true, Ordering::Relaxed);
}

/// The flag set by the first signal after [`request_graceful_shutdown`].
pub(super) fn stop_flag() -> &'static AtomicBool {
    &STOP
}

/// The exit code of a run that was stopped by a signal.
pub(super) fn exit_code() -> Exit {
    match SIGNAL.load(Ordering::Relaxed) {
        15 => Exit::Terminated,
        _ => Exit::Interrupted,
    }
}
