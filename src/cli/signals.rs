//! Ctrl-C and termination: the program ends at once, with the exit code a shell expects.
//!
//! Nothing is torn by it: results are written to a temporary file and renamed, and an interrupted
//! download goes on where it stopped.

/// Ends the program with 130 on SIGINT and 143 on SIGTERM, from a thread of its own.
#[cfg(unix)]
pub(super) fn watch() {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    match Signals::new([SIGINT, SIGTERM]) {
        Ok(mut signals) => {
            std::thread::spawn(move || {
                if let Some(signal) = signals.forever().next() {
                    std::process::exit(128 + signal);
                }
            });
        }
        // Without a watcher the system's own handling remains: the program still ends.
        Err(error) => tracing::debug!("signals are not watched: {error}"),
    }
}

#[cfg(not(unix))]
pub(super) fn watch() {}
