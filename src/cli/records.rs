//! `translate RECORDS` without an output: the articles of tables, feeds, mailboxes and other lists, one
//! after the other, to standard output.
//!
//! Policy: they are read as a stream, so memory holds one of them, and each is written when it is done.
//! There is no journal: what is stopped begins anew.

use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use super::config::{Config, start_threads};
use super::exit::{Exit, Failure, io_error};
use super::loading::open_pipeline;
use super::output::{Destination, Sink};
use super::progress::ArticleProgress;
use super::reader::article_reader;
use super::translate::{failed, report_flags};
use super::verbosity::Verbosity;
use crate::archive::{Fault, Inputs, Record};
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
    let mut stream = Stream {
        config,
        verbosity,
        reader: article_reader(config.reader),
        pipeline: None,
        sink: Sink::new(Destination::Stdout, config, true, verbosity),
        exit: Exit::Done,
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
    let finished = stream.sink.finish();
    result?;
    finished.map_err(|error| Failure::new(Exit::SomeFailed, error))?;
    Ok(stream.exit)
}

/// Records on their way to standard output.
struct Stream<'a> {
    config: &'a Config,
    verbosity: Verbosity,
    reader: ArticleReader,
    /// Opened for the first article that can be read.
    pipeline: Option<Pipeline>,
    sink: Sink,
    exit: Exit,
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
                return self.failed(&id, anyhow::Error::msg(fault.message));
            }
        };
        let id = record.id.clone();
        let article = match record.prepare(&self.reader, &self.config.read) {
            Ok(article) => article,
            Err(error) => return self.failed(&id, error.into()),
        };
        let pipeline = match &self.pipeline {
            Some(pipeline) => pipeline,
            None => self.pipeline.insert(open_pipeline(&self.config.pipeline)?),
        };
        let mut shown = ArticleProgress::new(&id);
        let result = pipeline.run(&article, &mut |progress| shown.show(progress));
        drop(shown);
        let document = result.map_err(|error| Failure::new(Exit::Model, error))?;
        report_flags(&document, self.verbosity);
        match self.sink.add(Path::new(&id), &document) {
            Ok(()) => Ok(()),
            // Nothing that follows could be written either.
            Err(error) if io_error(&error).is_some_and(is_closed) => {
                Err(Failure::new(Exit::SomeFailed, error))
            }
            Err(error) => self.failed(&id, error),
        }
    }

    fn failed(&mut self, id: &str, error: anyhow::Error) -> Result<(), Failure> {
        self.exit = failed(Path::new(id), error, self.verbosity)?;
        Ok(())
    }
}

fn is_closed(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}
