//! Starting the process that proves a model, and waiting for it within bounds.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use super::Order;
use crate::article_reader::ReaderCommand;
use crate::cli::signals;
use crate::confinement::{Job, ProcessEnd};

/// A process that shares its processor is waited for this many times as long.
const WAIT_FACTOR: u64 = 4;
/// How often it is looked at.
const TICK: Duration = Duration::from_millis(5);
/// What is kept of its standard error.
const MAX_SAID_BYTES: u64 = 4096;

/// Has a process do what is ordered. `None` if this program is stopped meanwhile, and within it if the
/// process does not end in time.
///
/// # Errors
/// If no process can be started.
pub(super) fn process_of(
    program: &ReaderCommand,
    order: &Order,
) -> io::Result<Option<Option<ProcessEnd>>> {
    let mut said = tempfile::tempfile()?;
    let mut command = program.prepared();
    // Paths are as the user named them.
    command
        .current_dir(".")
        .stdout(Stdio::null())
        .stderr(said.try_clone()?);
    let order_bytes = serde_json::to_vec(order)?;
    let mut child = command.spawn()?;
    let _ends_with_this_process = Job::of(&child);
    if let Some(mut stdin) = child.stdin.take() {
        // A process that has ended already says more than this error.
        let _ = stdin.write_all(&order_bytes);
    }
    let wait = Duration::from_secs(order.seconds.saturating_mul(WAIT_FACTOR));
    let status = wait_for(&mut child, wait);
    if !matches!(status, Ok(Ended::Exited(_))) {
        let _ = child.kill();
        let _ = child.wait();
    }
    Ok(match status? {
        Ended::Exited(status) => Some(Some(ProcessEnd::of(status, &last_words(&mut said)?))),
        Ended::TooLate => Some(None),
        Ended::Stopped => None,
    })
}

enum Ended {
    Exited(ExitStatus),
    TooLate,
    Stopped,
}

fn wait_for(child: &mut Child, wait: Duration) -> io::Result<Ended> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Ended::Exited(status));
        }
        if signals::stop_flag().load(Ordering::Relaxed) {
            return Ok(Ended::Stopped);
        }
        if start.elapsed() >= wait {
            return Ok(Ended::TooLate);
        }
        thread::sleep(TICK);
    }
}

fn last_words(said: &mut File) -> io::Result<String> {
    let length = said.seek(SeekFrom::End(0))?;
    said.seek(SeekFrom::Start(length.saturating_sub(MAX_SAID_BYTES)))?;
    let mut bytes = Vec::new();
    said.take(MAX_SAID_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
