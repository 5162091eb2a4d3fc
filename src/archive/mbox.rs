//! Mailboxes (mbox): an article each message. A message begins with a line `From …` after an empty line,
//! and lines of its text that begin so are quoted with `>`.

use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;

use super::input_file::{InputFile, Sink, unreadable};
use super::input_kind::Compression;
use super::limits::{too_large, too_many};
use super::record::{Content, Fault, FaultKind, Record};
use crate::article::{Format, Given};
use crate::input::MAX_ARTICLE_BYTES;

/// What a message begins with.
const FROM: &[u8] = b"From ";
/// What some programs write before the first one.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

pub(super) fn read(input: &InputFile, sink: &mut Sink) -> ControlFlow<()> {
    let (stream, position) = match input.open(Compression::None) {
        Ok(opened) => opened,
        Err(error) => return sink(Err(unreadable(input.id, &error)), 0),
    };
    let mut stream = BufReader::with_capacity(1 << 16, stream);
    let mut count = 0;
    // `None` before the first message.
    let mut message: Option<Message> = None;
    let mut line = Vec::new();
    let mut is_blank = true;
    let mut is_first_line = true;
    // Whether something comes before the first message, which was said.
    let mut has_rest = false;
    loop {
        line.clear();
        // A longer line is read in parts, of which none but the first begins a message.
        let is_start = is_blank;
        let read = stream
            .by_ref()
            .take(MAX_ARTICLE_BYTES)
            .read_until(b'\n', &mut line);
        match read {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => return sink(Err(input.broken_stream("mailbox", error)), position.get()),
        }
        if std::mem::take(&mut is_first_line) && line.starts_with(BYTE_ORDER_MARK) {
            line.drain(..BYTE_ORDER_MARK.len());
        }
        is_blank = line.trim_ascii().is_empty();
        if is_start && line.starts_with(FROM) {
            if let Some(message) = message.take() {
                sink(message.record(input), position.get())?;
            }
            count += 1;
            if count > input.limits.entries {
                return sink(Err(too_many(input.id, &input.limits)), position.get());
            }
            message = Some(Message {
                number: count,
                bytes: Some(Vec::new()),
            });
        } else if let Some(message) = &mut message {
            message.add(&line);
        } else if !is_blank && !has_rest {
            has_rest = true;
            let message = "what comes before the first message is not read";
            let fault = Fault::new(input.id, FaultKind::Record, message);
            sink(Err(fault), position.get())?;
        }
    }
    match message {
        Some(message) => sink(message.record(input), position.get()),
        None => ControlFlow::Continue(()),
    }
}

struct Message {
    number: u64,
    /// `None` if there are more than an article may have.
    bytes: Option<Vec<u8>>,
}

impl Message {
    fn add(&mut self, line: &[u8]) {
        let Some(bytes) = &mut self.bytes else {
            return;
        };
        let marks = line.iter().take_while(|&&byte| byte == b'>').count();
        let is_quoted = marks > 0 && line.get(marks..).is_some_and(|rest| rest.starts_with(FROM));
        let line = line.get(usize::from(is_quoted)..).unwrap_or_default();
        bytes.extend_from_slice(line);
        if bytes.len() as u64 > MAX_ARTICLE_BYTES {
            self.bytes = None;
        }
    }

    fn record(self, input: &InputFile) -> Result<Record, Fault> {
        let place = format!("{}:{}", input.id, self.number);
        match self.bytes {
            None => Err(too_large(place, "it")),
            Some(bytes) => Ok(Record {
                id: place,
                path: input.id.to_owned(),
                place: None,
                content: Content::Of(Format::Eml, bytes),
                given: Given::default(),
                fields: Default::default(),
            }),
        }
    }
}
