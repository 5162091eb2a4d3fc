//! A stream of records in, a stream of results out: one line for each line, in the same order.
//!
//! Policy: no line ends the stream. What cannot be read, and what the models fail on, is answered
//! with an error in its place. A thread of its own reads ahead, within bounds; what is there when the
//! models are free is translated together, so that batches are full under load and a single record
//! is answered at once. What a record gets does not depend on its neighbours, nor on the time: a
//! stream that is sent again gets the same bytes.

use std::io::{self, BufReader, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde_json::{Map, Value, json};

use super::queue::Queue;
use super::record::{Fault, FaultKind, parse_value};
use super::stream::{Line, next_line};
use crate::article::ReadOptions;
use crate::input::{MAX_ARTICLE_BYTES, TooLarge};
use crate::panics;
use crate::pipeline::{ParsedArticle, Pipeline, PipelineError};
use crate::report::{self, Document};

/// What the stream is called where a document names the file it came from.
const PATH: &str = "-";

/// A stream that is being read.
pub struct Worker {
    queue: Arc<Queue<Job>>,
}

/// One line, read.
struct Job {
    /// The record's id as it stands there.
    id: Value,
    task: Task,
}

enum Task {
    Translate(Box<ParsedArticle>),
    /// With the record's other fields, as far as they are known.
    Fail(Fault, Map<String, Value>),
}

/// How a stream was answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answered {
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
    #[error("the models could not be opened")]
    Open(E),
    #[error("cannot read further records")]
    Input(#[source] io::Error),
    #[error("cannot write results")]
    Output(#[source] io::Error),
}

impl Worker {
    /// Begins to read records from `input`; texts are in `language` (an NLLB code), or each is
    /// looked at.
    ///
    /// # Errors
    /// Where no thread can be had.
    pub fn start(input: impl Read + Send + 'static, language: Option<String>) -> io::Result<Self> {
        let queue = Arc::new(Queue::new());
        let to = Arc::clone(&queue);
        // It is not waited for: a stream that is stopped may never come to its end.
        thread::Builder::new().spawn(move || {
            let end = panics::catch(|| read(input, language.as_deref(), &to));
            to.end(end.unwrap_or_else(|_| Err(io::Error::other("the reader panicked"))));
        })?;
        Ok(Self { queue })
    }

    /// Answers until the stream ends, or `stop` is set: then behind the records in work. `open`
    /// gives the models when the first record needs them, so that an empty stream needs none.
    ///
    /// # Errors
    /// Where the models cannot be opened, the stream cannot be read, or `out` cannot be written.
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
            let wanted = |job: &Job| matches!(job.task, Task::Translate(_));
            if window.iter().any(wanted)
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

fn read(input: impl Read, language: Option<&str>, queue: &Queue<Job>) -> io::Result<()> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut first = true;
    while let Some(line) = next_line(&mut input, MAX_ARTICLE_BYTES)? {
        let (job, bytes) = match line {
            Line::Whole(line) => {
                let mark = if first { &b"\xEF\xBB\xBF"[..] } else { b"" };
                let record = line.strip_prefix(mark).unwrap_or(&line);
                (job(record, language), line.len())
            }
            Line::TooLong => (too_long(), 0),
        };
        first = false;
        if !queue.push(job, bytes) {
            break;
        }
    }
    Ok(())
}

fn too_long() -> Job {
    let message = TooLarge { what: "the line" }.to_string();
    Job {
        id: Value::Null,
        task: Task::Fail(nameless(FaultKind::Refused, message), Map::new()),
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

/// Reads one line. A panic in it is the line's own.
fn job(line: &[u8], language: Option<&str>) -> Job {
    let mut value: Value = match serde_json::from_slice(line) {
        Ok(value) => value,
        Err(error) => {
            let fault = nameless(FaultKind::Record, format!("the line is no JSON: {error}"));
            return Job {
                id: Value::Null,
                task: Task::Fail(fault, Map::new()),
            };
        }
    };
    let id = value.get("id").cloned().unwrap_or_default();
    let fields = value.as_object_mut().map(others).unwrap_or_default();
    let prepared = parse_value(value, PATH, None).and_then(|record| {
        let fault = |message| nameless(FaultKind::Article, message);
        match panics::catch(|| record.prepare(&ReadOptions::default(), language)) {
            Ok(read) => read.map_err(|error| fault(error.to_string())),
            Err(_) => Err(fault(String::from(
                "its text could not be read; please report this",
            ))),
        }
    });
    let task = match prepared {
        Ok(prepared) => Task::Translate(Box::new(ParsedArticle {
            record: fields,
            ..prepared
        })),
        Err(fault) => Task::Fail(fault, fields),
    };
    Job { id, task }
}

/// Takes the fields that are not ours out of a record.
fn others(record: &mut Map<String, Value>) -> Map<String, Value> {
    let ours = ["id", "text", "html"].map(|name| record.shift_remove_entry(name));
    std::mem::replace(record, ours.into_iter().flatten().collect())
}

/// Answers a window: a line for each job.
fn answers(window: Vec<Job>, pipeline: Option<&Pipeline>, answered: &mut Answered) -> String {
    let mut inputs = Vec::new();
    let mut places = Vec::with_capacity(window.len());
    for job in window {
        let failed = match job.task {
            Task::Translate(prepared) => {
                inputs.push(*prepared);
                None
            }
            Task::Fail(fault, fields) => Some((fault, fields)),
        };
        places.push((job.id, failed));
    }
    let documents = pipeline.map_or_else(Vec::new, |pipeline| translate(pipeline, &inputs));
    let mut translated = inputs.into_iter().zip(documents);
    let mut lines = String::new();
    for (id, failed) in places {
        let result = match failed {
            Some(failed) => Err(failed),
            None => match translated.next() {
                Some((_, Ok(document))) => Ok(document),
                Some((input, Err(message))) => {
                    Err((nameless(FaultKind::Model, message), input.record))
                }
                None => {
                    let message = String::from("it was lost; please report this");
                    Err((nameless(FaultKind::Model, message), Map::new()))
                }
            },
        };
        answered.lines += 1;
        answered.failed += u64::from(result.is_err());
        lines.push_str(&line(id, result));
        lines.push('\n');
    }
    lines
}

/// One result an input; a panic of the models is told as their failure.
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

/// The line of one result.
fn line(id: Value, result: Result<Document, (Fault, Map<String, Value>)>) -> String {
    let value = match result {
        Ok(mut document) => {
            // What is sent again, as engines do, gets the same bytes.
            document.seconds = None;
            let mut value = serde_json::to_value(document).unwrap_or_default();
            if let Some(place) = value.get_mut("id") {
                *place = id;
            }
            value
        }
        Err((fault, fields)) => {
            let error = json!({"kind": fault.kind.name(), "message": fault.message});
            let mut value = json!({"id": id, "error": error});
            if !fields.is_empty()
                && let Some(object) = value.as_object_mut()
            {
                object.insert(String::from("record"), Value::Object(fields));
            }
            value
        }
    };
    report::json_line(&value)
}
