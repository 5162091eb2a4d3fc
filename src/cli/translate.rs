//! `translate INPUT...`: articles in, reports out.

use std::path::Path;

use super::archive;
use super::args::TranslateArgs;
use super::articles::Articles;
use super::config::{Config, start_threads};
use super::exit::{Exit, Failure};
use super::loading::open_pipeline;
use super::output::{Destination, Sink};
use super::reader::article_reader;
use super::records;
use super::verbosity::Verbosity;
use crate::article_reader::ArticleReader;
use crate::input;
use crate::pipeline::{self, ParsedArticle};

pub(super) fn run(
    args: TranslateArgs,
    offline: bool,
    verbosity: Verbosity,
) -> Result<Exit, Failure> {
    let config = Config::new(args, offline)?;
    if config.is_archive {
        return archive::run(&config, verbosity);
    }
    if config.is_streamed {
        return records::run(&config, verbosity);
    }
    run_with(&config, verbosity, &|path, reader| {
        read(path, &config, reader)
    })
}

/// Reads one input.
pub(super) type Read<'a> = dyn Fn(&Path, &ArticleReader) -> anyhow::Result<ParsedArticle> + 'a;

/// Translates inputs one after the other, which `read` reads.
pub(super) fn run_with(
    config: &Config,
    verbosity: Verbosity,
    read: &Read,
) -> Result<Exit, Failure> {
    let destination = Destination::plan(config)?;
    start_threads(config.pipeline.compute.threads)?;
    let several = config.inputs.len() > 1;
    let sink = Sink::new(destination, config, several, verbosity);
    let mut articles = Articles::new(sink, &config.pipeline.names, verbosity);

    // Unreadable inputs are reported before anything is downloaded.
    let reader = article_reader(config.reader);
    let mut readable = Vec::new();
    for input in &config.inputs {
        match read(input, &reader) {
            Ok(article) => readable.push((input.as_path(), article)),
            Err(error) => articles.failed(input, error)?,
        }
    }
    if readable.is_empty() {
        return Ok(articles.exit());
    }

    let pipeline = open_pipeline(&config.pipeline)?;
    let mut inputs = readable.into_iter();
    let result = inputs.try_for_each(|(input, article)| articles.add(&pipeline, input, &article));
    articles.finish(result)
}

fn read(path: &Path, config: &Config, reader: &ArticleReader) -> anyhow::Result<ParsedArticle> {
    let bytes = input::read_file(path)?;
    let name = path.to_string_lossy();
    Ok(pipeline::read_with(reader, &name, &bytes, &config.read)?)
}
