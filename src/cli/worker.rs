//! `translate worker`: JSON lines in, JSON lines out, for engines and scripts.

use super::args::{RecordsForm, WorkerArgs};
use super::config::{PipelineConfig, Reading, start_threads};
use super::exit::{Exit, Failure};
use super::loading::open_pipeline;
use super::reader::article_reader;
use super::signals;
use crate::archive::{Answered, LineForm, RecordOptions, Worker, WorkerError};
use crate::article::ReadOptions;
use crate::files::{Stdin, Stdout};

/// Answers every line of standard input; the exit code does not depend on what they were.
pub(super) fn run(args: &WorkerArgs, offline: bool) -> Result<Exit, Failure> {
    // A line is UTF-8 whatever the options of reading.
    let config = PipelineConfig::new(&args.pipeline, Reading::default(), offline)?;
    start_threads(config.compute.threads)?;
    let options = ReadOptions {
        language: config.source_language.clone(),
        ..ReadOptions::default()
    };
    let records = RecordOptions {
        text_field: args.text_field.clone(),
        ..RecordOptions::default()
    };
    let form = match args.records {
        RecordsForm::Json => LineForm::Records,
        RecordsForm::Ftm => LineForm::Entities,
    };
    let worker = Worker::start(Stdin, form, article_reader(args.reader), options, records)
        .map_err(|error| Failure::new(Exit::Temporary, error))?;
    let open = || {
        let pipeline = open_pipeline(&config)?;
        // From here on there may be records in work.
        signals::request_graceful_shutdown();
        Ok(pipeline)
    };
    let answered = worker
        .run(open, &mut Stdout, signals::stop_flag())
        .map_err(failure)?;
    tell(answered, form);
    Ok(if answered.stopped {
        signals::exit_code()
    } else {
        Exit::Done
    })
}

fn tell(answered: Answered, form: LineForm) {
    let Answered { lines, failed, .. } = answered;
    if failed > 0 && form == LineForm::Entities {
        tracing::warn!(
            "{failed} of {lines} lines have a text without a translation, and are unchanged, or are no entities; \
             -vv says why"
        );
    } else if failed > 0 {
        tracing::warn!("{failed} of {lines} records failed; each has its error in its place");
    }
    if answered.stopped {
        tracing::warn!("stopped after {lines} records; those after them are not answered");
    }
}

fn failure(error: WorkerError<Failure>) -> Failure {
    match error {
        WorkerError::Open(failure) => failure,
        error => Failure::new(Exit::SomeFailed, error),
    }
}
