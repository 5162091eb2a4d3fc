//! Ctrl-C, termination and a closed terminal: the program ends with the exit code a shell expects.
//!
//! By default it ends at once. Nothing is left half-written: results are written to a temporary file
//! and renamed, and an interrupted download continues where it stopped. A run over an archive requests
//! a graceful shutdown instead, to finish the articles in work; a second signal ends it at once.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use super::exit::Exit;
use super::progress;

/// Whether the first signal sets [`STOP`] rather than ending the program.
static GRACEFUL: AtomicBool = AtomicBool::new(false);
/// Set by the first signal of a graceful shutdown.
static STOP: AtomicBool = AtomicBool::new(false);
/// The last signal received; 0 before the first.
static SIGNAL: AtomicI32 = AtomicI32::new(0);

/// SIGINT.
const INTERRUPT: i32 = 2;
/// SIGTERM.
#[cfg(windows)]
const TERMINATE: i32 = 15;

/// What the program does on a signal: it ends, or sets [`STOP`] where it is asked to finish what is in
/// work first.
#[cfg(any(unix, windows))]
fn received(signal: i32) {
    let first = SIGNAL.swap(signal, Ordering::Relaxed) == 0;
    if !(first && GRACEFUL.load(Ordering::Relaxed)) {
        progress::clear();
        std::process::exit(exit_code() as i32);
    }
    STOP.store(true, Ordering::Relaxed);
    // A second signal is heard even where standard error takes nothing.
    let tell = || {
        tracing::warn!("stopping when what is in work is finished; a second signal stops at once");
    };
    // Without a thread for it nothing is said.
    let _ = std::thread::Builder::new().spawn(tell);
}

/// Ends the program with 130 on SIGINT and 143 on SIGTERM and SIGHUP, from a thread of its own. A SIGHUP
/// that is ignored, as `nohup` does, stays so. A file that grows beyond its limit is an error of writing.
///
/// # Errors
/// If the thread cannot be started, or the system takes no handler.
#[cfg(unix)]
pub(super) fn watch() -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    survive_large_files()?;
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    if !is_ignored(SIGHUP) {
        signals.add_signal(SIGHUP)?;
    }
    let handle = move || {
        signals.forever().for_each(received);
    };
    std::thread::Builder::new().spawn(handle)?;
    Ok(())
}

/// Has writing beyond the limit of a file fail, rather than end the program.
///
/// # Errors
/// If the system takes no handler.
#[cfg(unix)]
pub(super) fn survive_large_files() -> io::Result<()> {
    // With a handler, whatever it does, the call that writes fails.
    let flag = std::sync::Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(signal_hook::consts::SIGXFSZ, flag).map(drop)
}

#[cfg(not(unix))]
pub(super) fn survive_large_files() -> io::Result<()> {
    Ok(())
}

/// Ends the program with 130 on Ctrl-C and 143 on Ctrl-Break and where its console is closed, from a thread
/// of its own. The system gives a program whose console is closed five seconds to end.
///
/// # Errors
/// If the thread cannot be started, or the system takes no handler.
#[cfg(windows)]
pub(super) fn watch() -> io::Result<()> {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close};

    let (mut interrupts, mut breaks, mut closed) = (ctrl_c()?, ctrl_break()?, ctrl_close()?);
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let handle = async move {
        loop {
            let signal = tokio::select! {
                _ = interrupts.recv() => INTERRUPT,
                _ = breaks.recv() => TERMINATE,
                _ = closed.recv() => TERMINATE,
            };
            received(signal);
        }
    };
    std::thread::Builder::new().spawn(move || runtime.block_on(handle))?;
    Ok(())
}

#[cfg(not(any(unix, windows)))]
pub(super) fn watch() -> io::Result<()> {
    Ok(())
}

/// Whether whoever started the program had it ignore a signal.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let mut action = std::mem::MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: without a new action the call only writes the present one to memory of that size, which is
    // read if it did.
    #[expect(unsafe_code, reason = "a call of the C library")]
    unsafe {
        libc::sigaction(signal, std::ptr::null(), action.as_mut_ptr()) == 0
            && action.assume_init().sa_sigaction == libc::SIG_IGN
    }
}

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
        INTERRUPT => Exit::Interrupted,
        _ => Exit::Terminated,
    }
}
