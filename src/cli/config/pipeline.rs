//! From the options of a pipeline to what it is made of.

use serde_json::{Map, Value, json};

use super::compute::{compute, hub_options};
use super::names::NamesConfig;
use super::variant::variant;
use crate::catalogue::{ModelSpec, Task, resolve};
use crate::cli::args::{PipelineArgs, SummaryMethod, Switch};
use crate::cli::exit::Failure;
use crate::cli::glossary::glossary;
use crate::hub::HubOptions;
use crate::language::code_of;
use crate::nn::{ComputeOptions, Precision};
use crate::translate::Settings;

/// What a pipeline is made of.
pub(in crate::cli) struct PipelineConfig {
    pub model: ModelSpec,
    pub summary: SummaryChoice,
    pub compute: ComputeOptions,
    pub translation: Settings,
    pub normalize: bool,
    pub names: NamesConfig,
    /// NLLB code; if `None`, each article's language is detected.
    pub source_language: Option<String>,
    /// The options that results depend on, for the reports.
    pub options: Map<String, Value>,
    /// Where the models come from.
    pub hub: HubOptions,
}

/// How to summarise, and with what.
pub(in crate::cli) enum SummaryChoice {
    Abstractive(ModelSpec),
    Extractive,
    None,
}

/// How text is read, as given on the command line; results depend on it.
#[derive(Clone, Copy)]
pub(in crate::cli) struct Reading<'a> {
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

/// A source language that is found.
const AUTO: &str = "auto";

impl PipelineConfig {
    pub(in crate::cli) fn new(
        args: &PipelineArgs,
        reading: Reading,
        offline: bool,
    ) -> Result<Self, Failure> {
        let given = args.source_language.as_str();
        let language = if given.eq_ignore_ascii_case(AUTO) {
            AUTO
        } else {
            code_of(given).unwrap_or(given)
        };
        if language != AUTO && !is_language_code(language) {
            return Err(Failure::usage(format!(
                "{given:?} is no language that is known here: give a code of FLORES-200 (kaz_Cyrl), a \
                 code of ISO 639 (kk) or an English name (Kazakh)"
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
        let names = NamesConfig::new(args)?;
        let translation = Settings {
            demand_names: names.unify,
            ..translation(args)?
        };
        let translation_model = model(&args.model, Task::Translation)?;
        let summary = match args.summary {
            SummaryMethod::Abstractive => {
                SummaryChoice::Abstractive(model(&args.summary_model, Task::Summarization)?)
            }
            SummaryMethod::Extractive => SummaryChoice::Extractive,
            SummaryMethod::None => SummaryChoice::None,
        };
        let compute = compute(&args.compute)?;
        let hub = hub_options(offline);
        let precision = compute.precision;
        Ok(Self {
            options: options(args, language, precision, reading, &translation, &names),
            names,
            translation,
            model: variant(translation_model, &compute, &hub)?,
            compute,
            summary,
            normalize: args.normalize == Switch::On,
            source_language: (language != AUTO).then(|| language.to_owned()),
            hub,
        })
    }
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
        return Err(Failure::usage("--length-penalty is not a number"));
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
        vocabulary: args.vocabulary.into(),
        retries: args.retries.into(),
        restore_quotes: args.normalize == Switch::On,
        glossary: args.glossary.as_deref().map(glossary).transpose()?,
        ..Settings::default()
    })
}

/// The options that results depend on, as given on the command line or by default.
fn options(
    args: &PipelineArgs,
    language: &str,
    precision: Precision,
    reading: Reading,
    translation: &Settings,
    names: &NamesConfig,
) -> Map<String, Value> {
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
        "names": names.option,
        "normalize": name(args.normalize.to_possible_value()),
        "vocabulary": name(args.vocabulary.to_possible_value()),
        "source_language": language,
        "encoding": reading.encoding,
        "lossy": reading.lossy,
    });
    let mut options = match options {
        Value::Object(options) => options,
        _ => Map::new(),
    };
    if let Some(glossary) = &translation.glossary {
        options.insert("glossary".to_owned(), json!(glossary.digest()));
    }
    options
}
