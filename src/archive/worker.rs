//! A stream of records in, a stream of results out: one line for each line, in the same order.
//!
//! Policy: no line ends the stream. What cannot be read, and what the models fail on, is answered
//! with an error in its place. A separate thread reads ahead, within limits; the records that are
//! waiting when the models are free are translated together, so that batches are full under load
//! and a single record is answered at once. The answer to a record does not depend on its
//! neighbours or on time: a stream that is sent again gets the same bytes.

use std::io::{self, BufReader, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde_json::{Map, Value, json};

use super::json_line::{self, memory_of_fields};
use super::line_reader::{Line, next_line};
use super::queue::Queue;
use super::record::{Fault, FaultKind, line_fault, of_fields};
use super::record_fields::RecordOptions;
use super::split_window::{Joined, Pending, SplitWindow};
use crate::article::ReadOptions;
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

/// One line, read.
struct ReadLine {
    /// The record's id as JSON, as it is in the line.
    id: String,
    pending: Pending<Failed>,
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
    /// Lines answered with an error.
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
    /// Begins to read records from `input` with `reader`, in the language that `options` names or that
    /// each is in; `records` says which field holds the text.
    ///
    /// # Errors
    /// If the thread cannot be started.
    pub fn start(
        input: impl Read + Send + 'static,
        reader: ArticleReader,
        options: ReadOptions,
        records: RecordOptions,
    ) -> io::Result<Self> {
        let queue = Arc::new(Queue::new());
        let to = Arc::clone(&queue);
        // The thread is not joined: after a stop, the stream may never end.
        thread::Builder::new().spawn(move || {
            let end = panics::catch(|| read(input, &reader, (&options, &records), &to));
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

fn read(
    input: impl Read,
    reader: &ArticleReader,
    options: (&ReadOptions, &RecordOptions),
    queue: &Queue<ReadLine>,
) -> io::Result<()> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut first = true;
    while let Some(line) = next_line(&mut input, MAX_ARTICLE_BYTES)? {
        let (read, size) = match line {
            Line::Whole(line) => {
                let mark = if first { &b"\xEF\xBB\xBF"[..] } else { b"" };
                match read_line(line.strip_prefix(mark).unwrap_or(&line), reader, options)? {
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
    ReadLine {
        id: String::from(NO_ID),
        pending: Pending::Settled(Failed {
            fault: nameless(FaultKind::Refused, message),
            fields: RecordFields::default(),
        }),
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

/// Reads one line; `None` if reading was stopped before its end. The second value is the line's size
/// for the queue.
///
/// # Errors
/// If no process can be started that reads it.
fn read_line(
    line: &[u8],
    reader: &ArticleReader,
    (options, records): (&ReadOptions, &RecordOptions),
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
        Ok(record) => match record.prepare(reader, options) {
            Err(ReadError::Stopped) => return Ok(None),
            // As memory that is lacking: the same may succeed later.
            Err(ReadError::Start(error)) => {
                return Err(io::Error::new(io::ErrorKind::OutOfMemory, error));
            }
            read => read.map_err(|error| nameless(FaultKind::Article, error.to_string())),
        },
        Err(fault) => Err(fault),
    };
    let pending = match parsed {
        Ok(parsed) => Pending::Translate(Box::new(ParsedArticle {
            record: fields,
            ..parsed
        })),
        Err(fault) => Pending::Settled(Failed { fault, fields }),
    };
    let id = id.unwrap_or_else(|| String::from(NO_ID));
    Ok(Some((ReadLine { id, pending }, size)))
}

/// Answers a window: a line for each line.
fn answers(window: Vec<ReadLine>, pipeline: Option<&Pipeline>, answered: &mut Answered) -> String {
    let split = SplitWindow::new(window.into_iter().map(|line| (line.id, line.pending)));
    let documents =
        pipeline.map_or_else(Vec::new, |pipeline| translate(pipeline, split.articles()));
    let model_failed = |message: String, fields| Failed {
        fault: nameless(FaultKind::Model, message),
        fields,
    };
    let mut lines = String::new();
    for (id, joined) in split.join(documents) {
        let result = match joined {
            Joined::Settled(failed) => Err(failed),
            Joined::Done(document) => Ok(*document),
            Joined::Failed(article, message) => Err(model_failed(message, article.record)),
            Joined::Lost => {
                let message = String::from("it was lost; please report this");
                Err(model_failed(message, RecordFields::default()))
            }
        };
        answered.lines += 1;
        answered.failed += u64::from(result.is_err());
        lines.push_str(&answer(&id, result));
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
