//! Proves a model that nobody vouches for before this program opens it itself.
//!
//! Policy: the files of a model without a pin are a stranger's. They are opened, and one sentence is run,
//! by a process of its own whose memory and CPU time follow from their size. If it dies, they are not
//! opened here; if it ends with an error, this program meets the same error by itself and reports it. A
//! model that passed is remembered by the names, sizes and times of its files.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{self, Child, ExitStatus, Stdio};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::exit::{Exit, Failure, is_temporary};
use super::signals;
use crate::article_reader::ReaderCommand;
use crate::catalogue::ModelSpec;
use crate::confinement::{self, Job, ProcessEnd, TEMPORARY_FAILURE};
use crate::files::{AtomicFile, Stamp, folder_of, hex, sha256};
use crate::generate::{Options, OutputVocabulary, Request, generate};
use crate::machine;
use crate::model::{Model, ModelError, ModelOptions, Purpose};
use crate::model_files::{ModelFiles, WeightFiles};
use crate::nn::{ComputeOptions, Device, Precision};
use crate::tokenizer::Direction;

/// The only argument of a process that proves a model. It is none of the command line that users see.
const MODE: &str = "--prove-a-model-for-the-parent";
/// What the process reads: a sentence of every kind of letter that tokenizers tell apart.
const SENTENCE: &str = "Жетісу облысында 7154 адам тұрақты жұмысқа орналасты, 2023 ж. The end.";
/// The most tokens it generates.
const MAX_TOKENS: usize = 8;
/// Memory beyond that of the weights: tokenizers, converted parts, what a sentence takes.
const BASE_MEMORY: u64 = 1 << 30;
/// CPU time beyond that of the weights.
const BASE_SECONDS: u64 = 120;
/// Bytes of weights that are converted in a second, by a slow processor.
const BYTES_PER_SECOND: u64 = 10 << 20;
/// A process that shares its processor is waited for this many times as long.
const WAIT_FACTOR: u64 = 4;
/// How often it is looked at.
const TICK: Duration = Duration::from_millis(5);
/// What is kept of its standard error.
const MAX_SAID_BYTES: u64 = 4096;
/// The most bytes of what it is told.
const MAX_ORDER_BYTES: u64 = 1 << 20;

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

/// Whether this process was started to prove a model for another one.
pub(super) fn is_asked_for() -> bool {
    let mut arguments = std::env::args_os().skip(1);
    arguments.next().is_some_and(|first| first == MODE) && arguments.next().is_none()
}

/// Does what the parent process orders on standard input, and ends this process.
pub(super) fn serve() -> ! {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
    let _ = signals::survive_large_files();
    let mut order = Vec::new();
    let read = io::stdin().take(MAX_ORDER_BYTES).read_to_end(&mut order);
    let end = read.map_err(anyhow::Error::from).and_then(|_| {
        let order: Order = serde_json::from_slice(&order)?;
        open(&order)
    });
    process::exit(match end {
        Ok(()) => Exit::Done as i32,
        Err(error) if super::exit::io_error(&error).is_some_and(is_temporary) => TEMPORARY_FAILURE,
        Err(_) => Exit::Model as i32,
    })
}

/// Opens a model under limits and runs a sentence.
fn open(order: &Order) -> anyhow::Result<()> {
    let _ = confinement::no_dumps();
    let _ = confinement::limit_memory(order.memory);
    let _ = confinement::limit_cpu_time(Duration::from_secs(order.seconds));
    let files = ModelFiles {
        id: order.id.clone(),
        ..ModelFiles::of_folder(&order.folder)?
    };
    let precisions = [
        Precision::F32,
        Precision::F16,
        Precision::Bf16,
        Precision::Q8,
        Precision::Q4,
    ];
    let precision = precisions
        .into_iter()
        .find(|one| one.name() == order.precision);
    let compute = ComputeOptions {
        device: Device::Cpu,
        precision: precision.unwrap_or(Precision::F32),
        threads: order.threads,
        converted: order.converted.clone(),
    };
    let _ = rayon::ThreadPoolBuilder::new()
        .num_threads(order.threads)
        .build_global();
    run(&files, order.target_language.as_deref(), &compute)?;
    Ok(())
}

fn run(
    files: &ModelFiles,
    target_language: Option<&str>,
    compute: &ComputeOptions,
) -> Result<(), ModelError> {
    let options = ModelOptions {
        purpose: match target_language {
            Some(target_language) => Purpose::Translation { target_language },
            None => Purpose::Summarization,
        },
        vocabulary: OutputVocabulary::Full,
        compute,
    };
    let model = Model::open(files, &options)?;
    let source = match target_language {
        Some(target) => {
            let target = model.tokenizer.language(target)?;
            let source = model.tokenizer.language("kaz_Cyrl").unwrap_or(target);
            model
                .tokenizer
                .encode_source(SENTENCE, Direction { source, target })?
        }
        None => model.tokenizer.encode(SENTENCE)?,
    };
    let options = Options {
        min_length: 0,
        max_length: None,
        ..model.generation.clone()
    };
    let request = Request {
        source: &source,
        max_length: MAX_TOKENS,
        required: None,
    };
    for generated in generate(&*model.network, &[request], &options)? {
        model.tokenizer.decode(&generated.tokens)?;
    }
    Ok(())
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
    let program = ReaderCommand::this_program([MODE]);
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

/// Has a process do what is ordered. `None` if this program is stopped meanwhile, and within it if the
/// process does not end in time.
///
/// # Errors
/// If no process can be started.
fn process_of(program: &ReaderCommand, order: &Order) -> io::Result<Option<Option<ProcessEnd>>> {
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
