//! A stream of records in, a stream of results out: one line for each line, in the same order.
//!
//! Policy: no line ends the stream. What cannot be read, and what the models fail on, is answered
//! with an error in its place. A separate thread reads ahead, within limits; the records that are
//! waiting when the models are free are translated together, so that batches are full under load
//! and a single record is answered at once. The answer to a record does not depend on its
//! neighbours or on time: a stream that is sent again gets the same bytes. Entities are no exception, but
//! that one whose text cannot be translated comes back as it was: whoever takes the stream for the
//! collection must not lose it. What is no entity, or beyond the limits of a line, is an error.

use std::io::{self, BufReader, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde_json::{Map, Value, json};

use super::entity::Entity;
use super::json_line::{self, memory_of_fields};
use super::line_reader::{Line, next_line};
use super::queue::Queue;
use super::record::{Content, Fault, FaultKind, Record, line_fault, of_fields};
use super::record_fields::RecordOptions;
use super::split_window::{Joined, Pending, SplitWindow};
use crate::article::{Given, ReadOptions, WarningsOfMany};
use crate::article_reader::{ArticleReader, ReadError};
use crate::document::{Document, RecordFields};
use crate::input::{MAX_ARTICLE_BYTES, TooLarge};
use crate::panics;
use crate::pipeline::{ParsedArticle, Pipeline, PipelineError};
use crate::report;

/// What the stream is called where a document names the file it came from.
const PATH: &str = "-";
/// The id, as JSON, of an answer to a line that has none.
const NO_ID: &str = "null";

/// A stream that is being read.
pub struct Worker {
    queue: Arc<Queue<ReadLine>>,
}

/// What the lines of a stream are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineForm {
    /// Records, each answered with an article's JSON.
    #[default]
    Records,
    /// Entities of FollowTheMoney, each answered with itself and its translation.
    Entities,
}

/// One line, read.
struct ReadLine {
    own: Own,
    pending: Pending<Settled>,
}

/// What a line is answered with, besides its document.
enum Own {
    /// The record's id as JSON, as it is in the line.
    Id(String),
    Entity(Box<Entity>),
}

/// A line that needs no model.
enum Settled {
    Failed(Failed),
    /// An entity that has no text.
    Unchanged,
}

/// A line that failed, with the record's other fields as far as they are known.
struct Failed {
    fault: Fault,
    fields: RecordFields,
}

/// How a stream was answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answered {
    /// Lines answered, those with an error included.
    pub lines: u64,
    /// Lines answered with an error, or entities with a text that has no translation.
    pub failed: u64,
    /// Whether it was stopped before its end.
    pub stopped: bool,
}

/// Why a stream could not be answered to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkerError<E> {
    /// The models could not be opened, for the reason the caller's function gave.
    #[error("the models could not be opened")]
    Open(E),
    /// The stream of records broke off.
    #[error("cannot read further records")]
    Input(#[source] io::Error),
    /// The stream of results broke off.
    #[error("cannot write results")]
    Output(#[source] io::Error),
}

impl Worker {
    /// Begins to read lines of this form from `input` with `reader`, in the language that `options` names
    /// or that each is in; `records` says which field of a record holds the text.
    ///
    /// # Errors
    /// If the thread cannot be started.
    pub fn start(
        input: impl Read + Send + 'static,
        form: LineForm,
        reader: ArticleReader,
        options: ReadOptions,
        records: RecordOptions,
    ) -> io::Result<Self> {
        let queue = Arc::new(Queue::new());
        let to = Arc::clone(&queue);
        // The thread is not joined: after a stop, the stream may never end.
        thread::Builder::new().spawn(move || {
            let end = panics::catch(|| {
                let reading = Reading {
                    reader: &reader,
                    options: &options,
                    warnings: WarningsOfMany::default(),
                };
                let read_line = |line: &[u8]| match form {
                    LineForm::Records => read_record(line, &reading, &records),
                    LineForm::Entities => read_entity(line, &reading),
                };
                read(input, read_line, &to)
            });
            to.end(end.unwrap_or_else(|_| Err(io::Error::other("the reader panicked"))));
        })?;
        Ok(Self { queue })
    }

    /// Answers until the stream ends, or until `stop` is set and the records in work are answered.
    /// `open` loads the models when the first record needs them, so that an empty stream needs
    /// none.
    ///
    /// # Errors
    /// If the models cannot be opened, the stream cannot be read, or `out` cannot be written.
    pub fn run<E>(
        &self,
        open: impl FnOnce() -> Result<Pipeline, E>,
        out: &mut dyn Write,
        stop: &AtomicBool,
    ) -> Result<Answered, WorkerError<E>> {
        let result = self.answer(open, out, stop);
        self.queue.close();
        result
    }

    fn answer<E>(
        &self,
        open: impl FnOnce() -> Result<Pipeline, E>,
        out: &mut dyn Write,
        stop: &AtomicBool,
    ) -> Result<Answered, WorkerError<E>> {
        let mut open = Some(open);
        let mut pipeline = None;
        let mut answered = Answered::default();
        while let Some(window) = self.queue.window(stop).map_err(WorkerError::Input)? {
            let needs_models = |line: &ReadLine| matches!(line.pending, Pending::Translate(_));
            if window.iter().any(needs_models)
                && let Some(open) = open.take()
            {
                pipeline = Some(open().map_err(WorkerError::Open)?);
            }
            let lines = answers(window, pipeline.as_ref(), &mut answered);
            out.write_all(lines.as_bytes())
                .and_then(|()| out.flush())
                .map_err(WorkerError::Output)?;
        }
        answered.stopped = stop.load(Ordering::Relaxed);
        Ok(answered)
    }
}

/// Reads lines into the queue by `read_line`: the line and its size for the queue, or `None` if reading
/// was stopped before its end.
fn read(
    input: impl Read,
    read_line: impl Fn(&[u8]) -> io::Result<Option<(ReadLine, usize)>>,
    queue: &Queue<ReadLine>,
) -> io::Result<()> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut first = true;
    while let Some(line) = next_line(&mut input, MAX_ARTICLE_BYTES)? {
        let (read, size) = match line {
            Line::Whole(line) => {
                let mark = if first { &b"\xEF\xBB\xBF"[..] } else { b"" };
                match read_line(line.strip_prefix(mark).unwrap_or(&line))? {
                    Some(read) => read,
                    None => break,
                }
            }
            Line::TooLong => (too_long(), 0),
        };
        first = false;
        if !queue.push(read, size) {
            break;
        }
    }
    Ok(())
}

fn too_long() -> ReadLine {
    let message = TooLarge { what: "the line" }.to_string();
    failed(
        String::from(NO_ID),
        nameless(FaultKind::Refused, message),
        RecordFields::default(),
    )
}

/// A line that is answered with an error; `id` is JSON.
fn failed(id: String, fault: Fault, fields: RecordFields) -> ReadLine {
    ReadLine {
        own: Own::Id(id),
        pending: Pending::Settled(Settled::Failed(Failed { fault, fields })),
    }
}

fn nameless(kind: FaultKind, message: String) -> Fault {
    Fault {
        id: None,
        kind,
        message,
        cause: None,
    }
}

/// Bytes of memory that may wait for each byte of text that may: what a record's fields take, which
/// no batch is made of.
const MEMORY_PER_BYTE: usize = 32;

/// How the articles of lines are read.
struct Reading<'a> {
    reader: &'a ArticleReader,
    options: &'a ReadOptions,
    warnings: WarningsOfMany,
}

/// Reads one record; see [`read`].
///
/// # Errors
/// If no process can be started that reads it.
fn read_record(
    line: &[u8],
    reading: &Reading,
    records: &RecordOptions,
) -> io::Result<Option<(ReadLine, usize)>> {
    let (record, id, fields) = match json_line::fields(line) {
        Ok(mut read) => {
            let id = read.id.clone();
            let mut record = of_fields(&mut read, PATH, None, records);
            let fields = match &mut record {
                Ok(record) => std::mem::take(&mut record.fields),
                Err(_) => RecordFields::new(read.others, read.written),
            };
            (record, id, fields)
        }
        Err(error) => (Err(line_fault(&error, None)), None, RecordFields::default()),
    };
    let size = line.len().max(memory_of_fields(&fields) / MEMORY_PER_BYTE);
    let parsed = match record {
        Ok(record) => match prepared(record, reading)? {
            Some(parsed) => parsed,
            None => return Ok(None),
        },
        Err(fault) => Err(fault),
    };
    let id = id.unwrap_or_else(|| String::from(NO_ID));
    let line = match parsed {
        Ok(parsed) => ReadLine {
            own: Own::Id(id),
            pending: Pending::Translate(Box::new(ParsedArticle {
                record: fields,
                ..parsed
            })),
        },
        Err(fault) => failed(id, fault, fields),
    };
    Ok(Some((line, size)))
}

/// Reads one entity; see [`read`].
///
/// # Errors
/// If no process can be started that reads its text.
fn read_entity(line: &[u8], reading: &Reading) -> io::Result<Option<(ReadLine, usize)>> {
    let mut entity = match Entity::read(line) {
        Ok(entity) => entity,
        Err(fault) => {
            let id = fault.id.as_deref();
            let id = id.map_or_else(|| String::from(NO_ID), |id| Value::from(id).to_string());
            let line = failed(id, fault, RecordFields::default());
            return Ok(Some((line, 0)));
        }
    };
    let pending = match entity.text.take() {
        None => Pending::Settled(Settled::Unchanged),
        Some(text) => {
            let record = Record {
                id: entity.id.clone(),
                path: String::from(PATH),
                place: None,
                content: Content::Text(text),
                given: Given::default(),
                fields: RecordFields::default(),
            };
            match prepared(record, reading)? {
                None => return Ok(None),
                Some(Ok(parsed)) => Pending::Translate(Box::new(parsed)),
                Some(Err(fault)) => Pending::Settled(Settled::Failed(Failed {
                    fault,
                    fields: RecordFields::default(),
                })),
            }
        }
    };
    let own = Own::Entity(Box::new(entity));
    Ok(Some((ReadLine { own, pending }, line.len())))
}

/// A record's article, or why there is none; `None` if reading was stopped before its end.
///
/// # Errors
/// If no process can be started that reads it.
fn prepared(record: Record, reading: &Reading) -> io::Result<Option<Result<ParsedArticle, Fault>>> {
    match record.prepare_one_of(reading.reader, reading.options, &reading.warnings) {
        Err(ReadError::Stopped) => Ok(None),
        // As memory that is lacking: the same may succeed later.
        Err(ReadError::Start(error)) => Err(io::Error::new(io::ErrorKind::OutOfMemory, error)),
        Err(error) => Ok(Some(Err(nameless(FaultKind::Article, error.to_string())))),
        Ok(parsed) => Ok(Some(Ok(parsed))),
    }
}

/// Answers a window: a line for each line.
fn answers(window: Vec<ReadLine>, pipeline: Option<&Pipeline>, answered: &mut Answered) -> String {
    let split = SplitWindow::new(window.into_iter().map(|line| (line.own, line.pending)));
    let documents =
        pipeline.map_or_else(Vec::new, |pipeline| translate(pipeline, split.articles()));
    let model_failed = |message: String, fields| Failed {
        fault: nameless(FaultKind::Model, message),
        fields,
    };
    let lost = || {
        let message = String::from("it was lost; please report this");
        model_failed(message, RecordFields::default())
    };
    let mut lines = String::new();
    for (own, joined) in split.join(documents) {
        let result = match joined {
            Joined::Settled(Settled::Unchanged) => Ok(None),
            Joined::Settled(Settled::Failed(failed)) => Err(failed),
            Joined::Done(document) => Ok(Some(*document)),
            Joined::Failed(article, message) => Err(model_failed(message, article.record)),
            Joined::Lost => Err(lost()),
        };
        answered.lines += 1;
        answered.failed += u64::from(result.is_err());
        lines.push_str(&match (own, result) {
            (Own::Id(id), Ok(Some(document))) => answer(&id, Ok(document)),
            (Own::Id(id), Err(failed)) => answer(&id, Err(failed)),
            // Every record is translated or failed.
            (Own::Id(id), Ok(None)) => answer(&id, Err(lost())),
            (Own::Entity(entity), Ok(Some(document))) => entity.translated(&document),
            (Own::Entity(entity), Ok(None)) => entity.unchanged(),
            (Own::Entity(entity), Err(failed)) => {
                tracing::debug!("{}: {}", entity.id, failed.fault.message);
                entity.unchanged()
            }
        });
        lines.push('\n');
    }
    lines
}

/// One result for each input; a panic of the models becomes an error.
fn translate(pipeline: &Pipeline, inputs: &[ParsedArticle]) -> Vec<Result<Document, String>> {
    let run = |inputs: &[ParsedArticle]| panics::catch(|| pipeline.run_window(inputs, &mut |_| {}));
    let told = |result: Result<Document, PipelineError>| result.map_err(|error| error.to_string());
    match run(inputs) {
        Ok(documents) => documents.into_iter().map(told).collect(),
        Err(_) => inputs
            .iter()
            .map(|input| {
                let alone = run(std::slice::from_ref(input));
                let result = alone.ok().and_then(|mut documents| documents.pop());
                result.map_or_else(
                    || Err(String::from("the models failed on it; please report this")),
                    told,
                )
            })
            .collect(),
    }
}

/// The line of one result; `id` is JSON.
fn answer(id: &str, result: Result<Document, Failed>) -> String {
    let mut record = String::new();
    let fields = match result {
        Ok(mut document) => {
            record = report::json_line(&document.record);
            // Data engines send records again and expect the same bytes.
            document.seconds = None;
            match serde_json::to_value(document) {
                Ok(Value::Object(fields)) => fields,
                // A document is an object.
                _ => Map::new(),
            }
        }
        Err(Failed { fault, fields }) => {
            let error = json!({"kind": fault.kind.name(), "message": fault.message});
            let mut answer = Map::new();
            answer.insert(String::from("id"), Value::Null);
            answer.insert(String::from("error"), error);
            if !fields.is_empty() {
                record = report::json_line(&fields);
                answer.insert(String::from("record"), Value::Null);
            }
            answer
        }
    };
    // Put together by hand: a number of many digits is no value in memory.
    let fields = fields.into_iter().map(|(name, value)| {
        let value = match name.as_str() {
            "id" => id.to_owned(),
            "record" => record.clone(),
            _ => report::json_line(&value),
        };
        format!("{}:{value}", report::json_line(&Value::String(name)))
    });
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}
