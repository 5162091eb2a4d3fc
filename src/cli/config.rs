//! From words to a configuration: everything that can be wrong with a command line is found here,
//! before anything is read or downloaded.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::{Map, Value, json};

use super::args::{ArchiveArgs, PipelineArgs, SummaryMethod, Switch, TranslateArgs, Vocabulary};
use super::device::{device, precision};
use super::exit::{Exit, Failure};
use super::output::is_stdout;
use crate::archive::{self, Shard};
use crate::article::{Charset, ReadOptions};
use crate::catalogue::{ModelSpec, Task, resolve};
use crate::generate::OutputVocabulary;
use crate::hub::converted;
use crate::nn::{ComputeOptions, Precision};
use crate::report::Format;
use crate::translate::Settings;

/// A validated run of `translate INPUT...`.
pub(super) struct Config {
    pub inputs: Vec<PathBuf>,
    pub output: Option<PathBuf>,
    pub format: Format,
    pub read: ReadOptions,
    pub pipeline: PipelineConfig,
    /// Whether there are many articles, to be kept account of.
    pub is_archive: bool,
    pub archive: ArchiveArgs,
    /// The part of them to do.
    pub shard: Option<Shard>,
}

/// What a pipeline is to be made of.
pub(super) struct PipelineConfig {
    pub model: ModelSpec,
    pub summary: SummaryChoice,
    pub compute: ComputeOptions,
    pub translation: Settings,
    pub normalize: bool,
    /// NLLB code; none where each article is looked at.
    pub source_language: Option<String>,
    /// What the result depends on, for the reports.
    pub options: Map<String, Value>,
    pub offline: bool,
}

/// How to summarise, and with what.
pub(super) enum SummaryChoice {
    Abstractive(ModelSpec),
    Extractive,
    None,
}

impl Config {
    pub(super) fn new(mut args: TranslateArgs) -> Result<Self, Failure> {
        let from_list = list(args.files_from.as_deref())?;
        if args.inputs.is_empty() && args.files_from.is_none() {
            return Err(Failure::usage(
                "there is nothing to translate: give a file, or - for standard input \
                 (translate --help shows all options)",
            ));
        }
        if let Some(word) = misplaced_command(&args.inputs) {
            return Err(Failure::usage(format!(
                "options stand behind the command: translate {word} … [OPTIONS]"
            )));
        }
        let list_is_stdin = args.files_from.as_deref().is_some_and(is_stdin);
        args.inputs.extend(from_list);
        let stdin = args.inputs.iter().filter(|input| is_stdin(input)).count();
        if stdin + usize::from(list_is_stdin) > 1 {
            return Err(Failure::usage("standard input (-) can be read once"));
        }
        let holds_many = args.inputs.iter().find(|input| archive::is_archive(input));
        if let Some(input) = holds_many
            && args.output.as_deref().is_none_or(is_stdout)
        {
            return Err(Failure::usage(format!(
                "{} holds many articles: say with --output which folder their translations go to, \
                 or which .jsonl or .parquet file",
                input.display()
            )));
        }
        let ArchiveArgs {
            overwrite,
            retry_failed,
            dry_run,
            shard,
            ..
        } = args.archive;
        let shard = shard
            .map(|shard| shard.shard(|name| std::env::var(name).ok()))
            .transpose()?;
        let asks_for_account =
            overwrite || retry_failed || dry_run || shard.is_some() || args.files_from.is_some();
        let is_archive = holds_many.is_some()
            || asks_for_account && !args.output.as_deref().is_none_or(is_stdout);
        let encoding = match args.encoding.as_str() {
            "auto" => None,
            name => Some(Charset::parse(name).map_err(|e| Failure::usage(e.to_string()))?),
        };
        let reading = Reading {
            encoding: &args.encoding,
            lossy: args.lossy,
        };
        Ok(Self {
            format: format(&args)?,
            pipeline: PipelineConfig::new(&args.pipeline, reading, args.common.offline)?,
            read: ReadOptions {
                encoding,
                lossy: args.lossy,
            },
            inputs: args.inputs,
            output: args.output,
            is_archive,
            archive: args.archive,
            shard,
        })
    }
}

/// How text is read, as the user wrote or left it: results depend on it.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub encoding: &'a str,
    pub lossy: bool,
}

impl Default for Reading<'_> {
    fn default() -> Self {
        Self {
            encoding: "auto",
            lossy: false,
        }
    }
}

impl PipelineConfig {
    pub(super) fn new(
        args: &PipelineArgs,
        reading: Reading,
        offline: bool,
    ) -> Result<Self, Failure> {
        if args.source_language != "auto" && !is_language_code(&args.source_language) {
            return Err(Failure::usage(format!(
                "{:?} is no language code; codes are those of FLORES-200, such as kaz_Cyrl, \
                 rus_Cyrl or uzn_Latn",
                args.source_language
            )));
        }
        let model = |name: &str, task: Task| {
            let spec = resolve(name).map_err(|e| Failure::usage(e.to_string()))?;
            match spec.entry() {
                Some(entry) if entry.task != task => Err(Failure::usage(format!(
                    "{name} is a {} model, and a {} model is needed there",
                    entry.task.as_str(),
                    task.as_str()
                ))),
                _ => Ok(spec),
            }
        };
        let language = args.source_language.as_str();
        let translation = translation(args)?;
        let translation_model = model(&args.model, Task::Translation)?;
        let summary = match args.summary {
            SummaryMethod::Abstractive => {
                SummaryChoice::Abstractive(model(&args.summary_model, Task::Summarization)?)
            }
            SummaryMethod::Extractive => SummaryChoice::Extractive,
            SummaryMethod::None => SummaryChoice::None,
        };
        let device = device(args.device, args.precision)?;
        let precision = precision(args.precision, &device);
        Ok(Self {
            options: options(args, precision, reading),
            translation,
            compute: ComputeOptions {
                device,
                precision,
                threads: threads(args.threads),
                converted: converted::folder(),
            },
            model: translation_model,
            summary,
            normalize: args.normalize == Switch::On,
            source_language: (language != "auto").then(|| language.to_owned()),
            offline,
        })
    }
}

/// The paths a list holds, one a line.
fn list(file: Option<&Path>) -> Result<Vec<PathBuf>, Failure> {
    let Some(file) = file else {
        return Ok(Vec::new());
    };
    let text = if is_stdin(file) {
        std::io::read_to_string(std::io::stdin().lock())
    } else {
        std::fs::read_to_string(file)
    };
    let text = text
        .with_context(|| format!("cannot read the list {}", file.display()))
        .map_err(|error| Failure::new(Exit::Usage, error))?;
    let lines = text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty());
    Ok(lines.map(PathBuf::from).collect())
}

/// Whether an input is standard input.
pub(super) fn is_stdin(input: &Path) -> bool {
    input.as_os_str() == "-"
}

/// The first input, where it is a command's name that an option before it made an input of.
fn misplaced_command(inputs: &[PathBuf]) -> Option<&str> {
    let word = inputs.first()?.to_str()?;
    let is_command = matches!(
        word,
        "models" | "check" | "worker" | "merge" | "bench" | "doctor" | "completions" | "help"
    );
    (is_command && !Path::new(word).exists()).then_some(word)
}

/// Whether a word has the shape of an NLLB code: `kaz_Cyrl`.
fn is_language_code(word: &str) -> bool {
    let Some((language, script)) = word.split_once('_') else {
        return false;
    };
    let letters = |part: &str| part.chars().all(|c| c.is_ascii_alphabetic());
    language.len() == 3 && script.len() == 4 && letters(language) && letters(script)
}

fn translation(args: &PipelineArgs) -> Result<Settings, Failure> {
    if !args.length_penalty.is_finite() {
        return Err(Failure::usage("--length-penalty is no number"));
    }
    if args.beam > 64 {
        return Err(Failure::usage(
            "--beam is at most 64: memory grows with each",
        ));
    }
    Ok(Settings {
        num_beams: args.beam,
        length_penalty: args.length_penalty,
        no_repeat_ngram_size: args.no_repeat_ngram,
        max_output_tokens: args.max_output_tokens,
        vocabulary: vocabulary(args.vocabulary),
        retries: args.retries.into(),
        restore_quotes: args.normalize == Switch::On,
        ..Settings::default()
    })
}

pub(super) fn vocabulary(choice: Vocabulary) -> OutputVocabulary {
    match choice {
        Vocabulary::Full => OutputVocabulary::Full,
        Vocabulary::Latin => OutputVocabulary::Latin,
    }
}

/// CPU threads to compute with. More than the machine has would only wait for each other.
pub(super) fn threads(asked: Option<usize>) -> usize {
    let physical = num_cpus::get_physical();
    asked
        .map_or(physical, |asked| asked.min(num_cpus::get()))
        .max(1)
}

/// Starts the threads that compute.
pub(super) fn start_threads(threads: usize) -> Result<(), Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .map_err(|error| Failure::new(Exit::Temporary, error))
}

fn format(args: &TranslateArgs) -> Result<Format, Failure> {
    let output = args.output.as_deref();
    if let Some(format) = args.format.or_else(|| Format::from_path(output?)) {
        return Ok(format);
    }
    // A document a reader would open in vain; any other ending is as good as none.
    let office = ["pdf", "docx", "doc", "odt", "rtf", "xlsx", "csv"];
    let ending = output
        .and_then(Path::extension)
        .and_then(|end| end.to_str());
    match ending.filter(|end| office.contains(end)) {
        Some(end) => Err(Failure::usage(format!(
            "results are not written as .{end}; endings are .txt, .md, .json, .jsonl and .html, \
             or say the format with --format"
        ))),
        None => Ok(Format::Text),
    }
}

/// The options a result depends on, as the user wrote or left them.
fn options(args: &PipelineArgs, precision: Precision, reading: Reading) -> Map<String, Value> {
    let name = |value: Option<clap::builder::PossibleValue>| {
        value.map(|value| value.get_name().to_owned())
    };
    use clap::ValueEnum;
    let options = json!({
        "summary": name(args.summary.to_possible_value()),
        "precision": precision.name(),
        "beam": args.beam,
        "length_penalty": args.length_penalty,
        "no_repeat_ngram": args.no_repeat_ngram,
        "max_output_tokens": args.max_output_tokens,
        "retries": args.retries,
        "normalize": name(args.normalize.to_possible_value()),
        "vocabulary": name(args.vocabulary.to_possible_value()),
        "source_language": args.source_language,
        "encoding": reading.encoding,
        "lossy": reading.lossy,
    });
    match options {
        Value::Object(options) => options,
        _ => Map::new(),
    }
}
