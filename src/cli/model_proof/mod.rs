//! Proves a model that nobody vouches for before this program opens it itself.
//!
//! Policy: the files of a model without a pin are a stranger's. They are opened, and one sentence is run,
//! by a process of its own whose memory and CPU time follow from their size. If it dies, they are not
//! opened here; if it ends with an error, this program meets the same error by itself and reports it. A
//! model that passed is remembered by the names, sizes and times of its files.

mod child;
mod process;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub(super) use self::child::{is_asked_for, serve};
use self::process::process_of;
use super::exit::{Exit, Failure};
use super::signals;
use crate::article_reader::ReaderCommand;
use crate::catalogue::ModelSpec;
use crate::confinement::{self, ProcessEnd};
use crate::files::{AtomicFile, Stamp, folder_of, hex, sha256};
use crate::machine;
use crate::model_files::{ModelFiles, WeightFiles};
use crate::nn::{ComputeOptions, Device, Precision};

/// Memory beyond that of the weights: tokenizers, converted parts, what a sentence takes.
const BASE_MEMORY: u64 = 1 << 30;
/// CPU time beyond that of the weights.
const BASE_SECONDS: u64 = 120;
/// Bytes of weights that are converted in a second, by a slow processor.
const BYTES_PER_SECOND: u64 = 10 << 20;

/// Bytes of memory for a byte of weights: they become singles, and a matrix may be there twice.
fn memory_per_byte(weights: &WeightFiles) -> u64 {
    match weights {
        // Halves at least.
        WeightFiles::Safetensors(_) | WeightFiles::Pickle(_) => 4,
        // Singles, which may be compressed.
        WeightFiles::Npz(_) => 8,
        WeightFiles::Ctranslate2(_) => 12,
        // Two or three bits at least, and a scale.
        WeightFiles::Gguf(_) => 24,
    }
}

/// Why a model is not opened.
#[derive(Debug, thiserror::Error)]
enum ProofError {
    #[error("a process of its own that opened it ran out of memory ({} MB)", .limit >> 20)]
    Memory { limit: u64 },
    #[error("a process of its own that opened it took more than {seconds} s")]
    Time { seconds: u64 },
    #[error("a process of its own that opened it crashed ({0})")]
    Crashed(String),
    #[error("there is no memory to open it")]
    NoMemory(#[source] io::Error),
}

/// What a process is to do.
#[derive(Serialize, Deserialize)]
struct Order {
    folder: PathBuf,
    /// The model's id, which converted weights are named after.
    id: String,
    /// What is translated into; `None` for a summary.
    target_language: Option<String>,
    precision: String,
    threads: usize,
    converted: Option<PathBuf>,
    memory: u64,
    seconds: u64,
}

/// Proves a model, unless its files are pinned or it was proved before.
///
/// # Errors
/// If the process that opens it dies, which says something of the files, or of the memory there is.
pub(super) fn prove(
    spec: &ModelSpec,
    files: &ModelFiles,
    target_language: Option<&str>,
    compute: &ComputeOptions,
    state: &Path,
) -> Result<(), Failure> {
    if spec.entry().is_some() {
        return Ok(());
    }
    let weights = files.network.weights.paths();
    let weights = weights.iter().filter_map(|path| fs::metadata(path).ok());
    let bytes: u64 = weights.map(|metadata| metadata.len()).sum();
    let is_cpu = compute.device == Device::Cpu;
    let order = Order {
        folder: files.root.clone(),
        id: files.id.clone(),
        target_language: target_language.map(str::to_owned),
        precision: if is_cpu {
            compute.precision
        } else {
            Precision::F32
        }
        .name()
        .to_owned(),
        threads: compute.threads,
        converted: compute.converted.clone(),
        memory: bytes
            .saturating_mul(memory_per_byte(&files.network.weights))
            .saturating_add(BASE_MEMORY),
        seconds: BASE_SECONDS.saturating_add(bytes / BYTES_PER_SECOND),
    };
    let Some(record) = record(files, &order, state).filter(|record| !record.exists()) else {
        return Ok(());
    };
    tracing::debug!(
        "{spec} is opened in a process of its own first, since nothing says what its files must be"
    );
    let program = ReaderCommand::this_program([child::MODE]);
    let end = match program.and_then(|program| process_of(&program, &order)) {
        Ok(Some(end)) => end,
        Ok(None) => {
            let stopped = anyhow::Error::msg(format!("opening {spec} was stopped"));
            return Err(Failure::new(signals::exit_code(), stopped));
        }
        Err(error) => {
            tracing::warn!(
                "{spec} is opened without a proof, since no process can be had: {error}"
            );
            return Ok(());
        }
    };
    let is_proved = verdict(end, &order, is_short_of(order.memory)).map_err(|error| {
        let context = format!("the model {spec} cannot be used");
        // A lack of memory is told by its cause.
        Failure::new(Exit::Model, anyhow::Error::from(error).context(context))
    })?;
    if is_proved && let Err(error) = remember(&record, &files.id) {
        tracing::debug!("that {spec} was proved is not remembered: {error}");
    }
    Ok(())
}

/// Whether a model is proved by how its process ended (`None` if it did not end in time); `false` for an
/// orderly error, which this program will meet too.
///
/// # Errors
/// If the process died.
fn verdict(end: Option<ProcessEnd>, order: &Order, is_short: bool) -> Result<bool, ProofError> {
    let crashed = |what: &str| Err(ProofError::Crashed(what.to_owned()));
    match end {
        Some(ProcessEnd::Exit(Some(0))) => Ok(true),
        Some(ProcessEnd::Exit(Some(code))) if code == Exit::Model as i32 => Ok(false),
        Some(ProcessEnd::Exit(Some(PANIC))) => crashed("it panicked"),
        // On Windows, where there are no signals, a crash is an exit code, too.
        Some(ProcessEnd::Exit(Some(code))) => crashed(&format!("exit code {code}")),
        Some(ProcessEnd::Exit(None)) => crashed("without an exit code"),
        // From outside: most often the system's own, where memory has run out.
        Some(ProcessEnd::Signal(KILL)) => {
            Err(ProofError::NoMemory(io::ErrorKind::OutOfMemory.into()))
        }
        Some(ProcessEnd::OutOfMemory) if is_short => {
            Err(ProofError::NoMemory(io::ErrorKind::OutOfMemory.into()))
        }
        Some(ProcessEnd::OutOfMemory) => Err(ProofError::Memory {
            limit: order.memory,
        }),
        Some(ProcessEnd::CpuTime) | None => Err(ProofError::Time {
            seconds: order.seconds,
        }),
        Some(ProcessEnd::StackOverflow) => crashed("its stack overflowed"),
        Some(ProcessEnd::Signal(signal)) => crashed(&format!("signal {signal}")),
    }
}

/// The exit code of a panic.
const PANIC: i32 = 101;
/// The number of SIGKILL on every Unix.
const KILL: i32 = 9;

/// Whether the machine, or what this process is allowed, is less than a process may take.
fn is_short_of(memory: u64) -> bool {
    confinement::has_memory_limit() || machine::free_memory().is_some_and(|free| free < memory)
}

/// The file that says that a model was proved; `None` if a file of it cannot be looked at, which opening
/// will report.
fn record(files: &ModelFiles, order: &Order, state: &Path) -> Option<PathBuf> {
    let mut stamps = Vec::new();
    for path in files.paths() {
        let path = fs::canonicalize(path).ok()?;
        let stamp = Stamp::of(&fs::metadata(&path).ok()?);
        // As bytes: a path need not be UTF-8.
        stamps.push((path.as_os_str().as_encoded_bytes().to_vec(), stamp));
    }
    let what = (
        env!("CARGO_PKG_VERSION"),
        &order.target_language,
        &order.precision,
    );
    let digest = sha256(&serde_json::to_vec(&(what, stamps)).ok()?);
    Some(state.join("proved").join(hex(digest.get(..16)?)))
}

fn remember(record: &Path, id: &str) -> io::Result<()> {
    fs::create_dir_all(folder_of(record))?;
    let mut file = AtomicFile::create(record)?;
    writeln!(file, "{id}")?;
    file.commit().map(drop)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn order() -> Order {
        Order {
            folder: PathBuf::from("model"),
            id: String::from("model"),
            target_language: None,
            precision: String::from("q8"),
            threads: 1,
            converted: None,
            memory: 2 << 30,
            seconds: 100,
        }
    }

    /// What is said of a model whose process does this.
    fn said(script: &str, is_short: bool) -> String {
        let program = ReaderCommand {
            program: PathBuf::from("/bin/sh"),
            arguments: vec!["-c".into(), script.into()],
        };
        let end = process_of(&program, &order()).unwrap().unwrap();
        match verdict(end, &order(), is_short) {
            Ok(is_proved) => is_proved.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn how_a_process_ends_says_what_becomes_of_the_model() {
        for (script, told) in [
            ("exit 0", "true"),
            ("cat > /dev/null; exit 3", "false"),
            ("exit 101", "crashed (it panicked)"),
            ("kill -SEGV $$", "crashed (signal 11)"),
            ("kill -KILL $$", "there is no memory to open it"),
            ("exit 2", "crashed (exit code 2)"),
            ("kill -XCPU $$", "took more than 100 s"),
            (
                "echo has overflowed its stack >&2; kill -ABRT $$",
                "(its stack overflowed)",
            ),
            ("exit 75", "ran out of memory (2048 MB)"),
        ] {
            assert!(
                said(script, false).ends_with(told),
                "{script}: {}",
                said(script, false)
            );
        }
        assert_eq!(said("exit 75", true), "there is no memory to open it");
    }

    #[test]
    fn a_lack_of_memory_is_temporary_and_a_crash_is_the_models() {
        let end = |error| Failure::new(Exit::Model, anyhow::Error::from(error).context("a model"));
        let lack = ProofError::NoMemory(io::ErrorKind::OutOfMemory.into());
        let report = |failure: Failure| failure.report(super::super::verbosity::Verbosity::Quiet);
        assert_eq!(report(end(lack)), Exit::Temporary);
        assert_eq!(report(end(ProofError::Memory { limit: 1 })), Exit::Model);
    }
}
