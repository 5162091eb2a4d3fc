//! `translate RECORDS` without an output: the articles of tables, feeds, mailboxes and other lists, and of
//! folders and archives where a format is named, one after the other, to standard output.
//!
//! Policy: they are read as a stream, so memory holds one of them, and each is written when it is done.
//! There is no journal: what is stopped begins anew. With an output they are an archive
//! ([`super::archive`]).

use std::ops::ControlFlow;
use std::path::Path;

use super::articles::Articles;
use super::config::{Config, start_threads};
use super::exit::{Exit, Failure};
use super::loading::open_pipeline;
use super::output::{Destination, Sink};
use super::reader::article_reader;
use super::verbosity::Verbosity;
use crate::archive::{Fault, Inputs, Record};
use crate::article::WarningsOfMany;
use crate::article_reader::ArticleReader;
use crate::pipeline::Pipeline;

pub(super) fn run(config: &Config, verbosity: Verbosity) -> Result<Exit, Failure> {
    start_threads(config.pipeline.compute.threads)?;
    let inputs = Inputs {
        paths: config.inputs.clone(),
        limits: config.archive.limits,
        records: config.records.clone(),
        output: None,
    };
    let sink = Sink::new(Destination::Stdout, config, true, verbosity);
    let mut stream = Stream {
        config,
        reader: article_reader(config.reader),
        pipeline: None,
        articles: Articles::new(sink, &config.pipeline.names, verbosity),
        warnings: WarningsOfMany::default(),
    };
    let mut result = Ok(());
    // The closure breaks only with a failure.
    let _ = inputs.read(&mut |record, _| {
        result = stream.take(record);
        match result {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    stream.articles.finish(result)
}

/// Records on their way to standard output.
struct Stream<'a> {
    config: &'a Config,
    reader: ArticleReader,
    /// Opened for the first article that can be read.
    pipeline: Option<Pipeline>,
    articles: Articles<'a>,
    warnings: WarningsOfMany,
}

impl Stream<'_> {
    /// Translates a record; one that cannot be is named, and the others continue.
    ///
    /// # Errors
    /// If the models cannot be opened or fail, or if nothing can be written or read any more.
    fn take(&mut self, record: Result<Record, Fault>) -> Result<(), Failure> {
        let record = match record {
            Ok(record) => record,
            Err(fault) => {
                let id = fault.id.unwrap_or_default();
                let error = anyhow::Error::msg(fault.message);
                return self.articles.failed(Path::new(&id), error);
            }
        };
        let (id, place) = (record.id.clone(), record.place.clone());
        let prepared = record.prepare_one_of(&self.reader, &self.config.read, &self.warnings);
        let article = match prepared {
            Ok(article) => article,
            Err(error) => {
                let error = anyhow::Error::from(error);
                let error = match place {
                    Some(place) => error.context(place),
                    None => error,
                };
                return self.articles.failed(Path::new(&id), error);
            }
        };
        let pipeline = match &self.pipeline {
            Some(pipeline) => pipeline,
            None => self.pipeline.insert(open_pipeline(&self.config.pipeline)?),
        };
        self.articles.add(pipeline, Path::new(&id), &article)
    }
}
