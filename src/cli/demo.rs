//! `translate demo`: an article that comes with the program, through two models that come with it too, so
//! that the form of the results can be seen before anything is downloaded.

use std::fs;
use std::path::Path;

use anyhow::Context;
use clap::Parser;

use super::args::{Cli, DemoArgs};
use super::config::Config;
use super::exit::{Exit, Failure};
use super::translate;
use super::verbosity::Verbosity;
use crate::pipeline;

/// The article's name in the results.
const ARTICLE_NAME: &str = "article.txt";

const ARTICLE: &[u8] = include_bytes!("../../examples/article.txt");

/// A model folder in the program.
struct CarriedModel {
    name: &'static str,
    files: &'static [(&'static str, &'static [u8])],
}

/// The files of a folder of `tests/fixtures` as (name, bytes).
macro_rules! carried {
    ($folder:literal, $($file:literal),+ $(,)?) => {
        CarriedModel {
            name: $folder,
            files: &[$((
                $file,
                include_bytes!(concat!("../../tests/fixtures/", $folder, "/", $file)),
            )),+],
        }
    };
}

const TRANSLATOR: CarriedModel = carried!(
    "memorised-nllb",
    "config.json",
    "generation_config.json",
    "pytorch_model.bin",
    "tokenizer.json",
    "tokenizer_config.json",
);

const SUMMARIZER: CarriedModel = carried!(
    "memorised-bart",
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
);

/// Translates the carried article; the results go where `args` say.
pub(super) fn run(args: DemoArgs, verbosity: Verbosity) -> Result<Exit, Failure> {
    let folder = tempfile::tempdir()
        .context("cannot make a temporary folder for the demonstration's models")
        .map_err(|error| Failure::new(Exit::Temporary, error))?;
    for model in [&TRANSLATOR, &SUMMARIZER] {
        lay(model, folder.path()).map_err(|error| Failure::new(Exit::Temporary, error))?;
    }
    let config = config(args, folder.path())?;
    tracing::info!(
        "a demonstration: two tiny models that have memorised this one article and know nothing else; \
         it shows the form of the results, not how well a real model translates"
    );
    translate::run_with(&config, verbosity, &|_, reader| {
        Ok(pipeline::read_with(
            reader,
            ARTICLE_NAME,
            ARTICLE,
            &config.read,
        )?)
    })
}

/// Writes a model's files into a folder of its name below `into`.
fn lay(model: &CarriedModel, into: &Path) -> anyhow::Result<()> {
    let folder = into.join(model.name);
    let write = || {
        fs::create_dir(&folder)?;
        model
            .files
            .iter()
            .try_for_each(|(name, bytes)| fs::write(folder.join(name), bytes))
    };
    write().with_context(|| format!("cannot write {}", folder.display()))
}

/// What `translate article.txt` is with the models below `folder`.
fn config(args: DemoArgs, folder: &Path) -> Result<Config, Failure> {
    let mut full = Cli::parse_from(["translate"]).translate;
    // Never read: `run_with` is given the bytes.
    full.inputs = vec![folder.join(ARTICLE_NAME)];
    let path = |model: &CarriedModel| folder.join(model.name).to_string_lossy().into_owned();
    full.pipeline.model = path(&TRANSLATOR);
    full.pipeline.summary_model = path(&SUMMARIZER);
    full.pipeline.compute = args.compute;
    full.results = args.results;
    let mut config = Config::new(full, true)?;
    if config.is_archive {
        return Err(Failure::usage(format!(
            "{} is made by runs over several articles, and the demonstration is one: give --output \
             another ending",
            config.output.unwrap_or_default().display()
        )));
    }
    // Made anew in each demonstration, and soon: nothing is kept of models in a temporary folder.
    config.pipeline.compute.converted = None;
    config.inputs = vec![ARTICLE_NAME.into()];
    config.is_carried = true;
    Ok(config)
}
