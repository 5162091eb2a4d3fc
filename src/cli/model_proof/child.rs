//! The process that proves a model: it opens the model under limits, and runs a sentence.

use std::io::{self, Read};
use std::process;
use std::time::Duration;

use super::Order;
use crate::cli::exit::{Exit, io_error, is_temporary};
use crate::cli::signals;
use crate::confinement::{self, TEMPORARY_FAILURE};
use crate::generate::{Options, OutputVocabulary, Request, generate};
use crate::model::{Model, ModelError, ModelOptions, Purpose};
use crate::model_files::ModelFiles;
use crate::nn::{ComputeOptions, Device, Precision};
use crate::tokenizer::Direction;

/// The only argument of a process that proves a model. It is none of the command line that users see.
pub(super) const MODE: &str = "--prove-a-model-for-the-parent";
/// What the process reads: a sentence of every kind of letter that tokenizers tell apart.
const SENTENCE: &str = "Жетісу облысында 7154 адам тұрақты жұмысқа орналасты, 2023 ж. The end.";
/// The most tokens it generates.
const MAX_TOKENS: usize = 8;
/// The most bytes of what it is told.
const MAX_ORDER_BYTES: u64 = 1 << 20;

/// Whether this process was started to prove a model for another one.
pub(in crate::cli) fn is_asked_for() -> bool {
    let mut arguments = std::env::args_os().skip(1);
    arguments.next().is_some_and(|first| first == MODE) && arguments.next().is_none()
}

/// Does what the parent process orders on standard input, and ends this process.
pub(in crate::cli) fn serve() -> ! {
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
        Err(error) if io_error(&error).is_some_and(is_temporary) => TEMPORARY_FAILURE,
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
        instructions: None,
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
