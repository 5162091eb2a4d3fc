//! Web archives (WARC): an article each response that is a page, with its address and the day of capture.
//!
//! Policy: records are read as a stream, and none but pages is kept. A record that is broken is named
//! and passed over: reading goes on where the next one begins, in a compressed archive with the next
//! member. (The crate `warc` ends at a broken record and bounds no header.) Redirects, errors of
//! servers, pictures and scripts are no articles and are left out without a word.

use std::cell::Cell;
use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::rc::Rc;

use super::gzip::GzipMembers;
use super::http_body::{Headers, decoded};
use super::input_file::{InputFile, Sink, unreadable};
use super::input_kind::Compression;
use super::limits::{LimitError, Limited, Position, too_large, too_many};
use super::record::{Content, Fault, FaultKind, Record};
use crate::article::{Format, Given, Metadata, date};
use crate::files::{open_file, read_at_most};
use crate::input::MAX_ARTICLE_BYTES;
use crate::text::is_web_address;

/// Maximum bytes of a record's header, and of a response's.
const MAX_HEADER_BYTES: u64 = 256 << 10;
/// Damaged members of a compressed archive that are passed over; after more, the rest is not read.
const MAX_DAMAGED: usize = 100;
/// What a record begins with.
const VERSION: &[u8] = b"WARC/";
/// What a member of a compressed archive begins with.
const MEMBER: &[u8] = b"\x1f\x8b\x08";

/// Reads an archive that is a file.
pub(super) fn read(
    input: &InputFile,
    compression: Compression,
    sink: &mut Sink,
) -> ControlFlow<()> {
    let mut file = match open_file(input.path) {
        Ok(file) => file,
        Err(error) => return sink(Err(unreadable(input.id, &error)), 0),
    };
    let position = Position::default();
    let mut totals = Totals::new(Rc::clone(&position));
    let mut pages = Pages::new(
        input,
        input.id.to_owned(),
        Rc::clone(&position),
        &mut totals,
    );
    let mut damaged = 0;
    loop {
        let start = match file.try_clone() {
            Ok(file) => BufReader::with_capacity(1 << 16, file),
            Err(error) => return sink(Err(unreadable(input.id, &error)), 0),
        };
        let raw = Consumed {
            inner: start,
            count: Rc::clone(&position),
        };
        let end = match compression {
            Compression::None => pages.stream(raw, sink),
            _ => match unpacked(raw, compression, &position, input) {
                Ok(stream) => pages.stream(BufReader::new(stream), sink),
                Err(error) => Err(error),
            },
        };
        let error = match end {
            Ok(flow) => return flow,
            Err(error) => error,
        };
        damaged += 1;
        if !pages.in_record {
            // The end of the record before was damaged, which was read.
            pages.number += 1;
        }
        if is_limit(&error) || compression != Compression::Gzip || damaged > MAX_DAMAGED {
            return sink(
                Err(input.broken_stream("web archive", error)),
                position.get(),
            );
        }
        let place = pages.place();
        let message = format!("the record cannot be unpacked: {error}");
        sink(
            Err(Fault::new(place, FaultKind::Record, message)),
            position.get(),
        )?;
        match next_member(&mut file, position.get()) {
            Ok(Some(start)) => position.set(start),
            Ok(None) => return ControlFlow::Continue(()),
            Err(error) => return sink(Err(unreadable(input.id, &error)), position.get()),
        }
    }
}

/// Whether a stream breaks off at a limit of its archive.
fn is_limit(error: &io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(<dyn Error + Send + Sync>::is::<LimitError>)
}

fn unpacked<'a>(
    raw: Consumed<BufReader<File>>,
    compression: Compression,
    position: &Position,
    input: &InputFile,
) -> io::Result<Box<dyn Read + 'a>> {
    let unpacked: Box<dyn Read> = match compression {
        Compression::Zstd => {
            let mut decoder = zstd::Decoder::with_buffer(raw)?;
            decoder.window_log_max(27)?;
            Box::new(decoder)
        }
        _ => Box::new(GzipMembers::new(raw)),
    };
    Ok(Box::new(Limited::new(
        unpacked,
        Rc::clone(position),
        input.limits,
    )))
}

/// Reads an archive that is a member of another, to whose totals it adds; the stream is not compressed
/// any more.
pub(super) fn read_member(
    input: &InputFile,
    id: String,
    stream: impl BufRead,
    position: &Position,
    totals: &mut Totals,
    sink: &mut Sink,
) -> ControlFlow<()> {
    let mut pages = Pages::new(input, id, Rc::clone(position), totals);
    match pages.stream(stream, sink) {
        Ok(flow) => flow,
        Err(error) => {
            pages.totals.is_over = is_limit(&error);
            let fault = Fault {
                id: Some(pages.id),
                ..input.broken_stream("web archive", error)
            };
            sink(Err(fault), position.get())
        }
    }
}

/// Where the next member of a compressed file begins; the file is left there.
fn next_member(file: &mut File, from: u64) -> io::Result<Option<u64>> {
    file.seek(SeekFrom::Start(from))?;
    let mut stream = BufReader::with_capacity(1 << 16, &mut *file);
    let (mut place, mut matched) = (from, 0);
    let found = loop {
        let bytes = stream.fill_buf()?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let mut found = None;
        for (index, byte) in bytes.iter().enumerate() {
            matched = match MEMBER.get(matched) {
                Some(expected) if expected == byte => matched + 1,
                _ => usize::from(MEMBER.first() == Some(byte)),
            };
            if matched == MEMBER.len() {
                found = Some(place + index as u64 + 1 - MEMBER.len() as u64);
                break;
            }
        }
        if let Some(found) = found {
            break found;
        }
        let length = bytes.len();
        place += length as u64;
        stream.consume(length);
    };
    drop(stream);
    file.seek(SeekFrom::Start(found))?;
    Ok(Some(found))
}

/// Counts the bytes that were taken from a buffered stream, not those that were read ahead.
struct Consumed<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R: BufRead> Read for Consumed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.set(self.count.get() + read as u64);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Consumed<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.count.set(self.count.get() + amount as u64);
        self.inner.consume(amount);
    }
}

/// What was read of an archive so far, of all its members if it has several.
pub(super) struct Totals {
    pages: u64,
    /// Bytes that the codings of responses became.
    bodies: u64,
    /// Bytes of the file that these come from.
    compressed: Position,
    /// Whether a limit was exceeded, which was said.
    pub is_over: bool,
}

impl Totals {
    pub(super) fn new(compressed: Position) -> Self {
        Self {
            pages: 0,
            bodies: 0,
            compressed,
            is_over: false,
        }
    }
}

/// Reads the pages of an archive.
struct Pages<'a> {
    input: &'a InputFile<'a>,
    /// Names the archive in ids.
    id: String,
    position: Position,
    /// The record that is read, from 1.
    number: u64,
    /// Whether the record was begun and not yet read to its end.
    in_record: bool,
    totals: &'a mut Totals,
}

/// Why a record is no page.
enum NoPage {
    /// It is something else.
    Other,
    Broken(&'static str),
    TooLarge,
    Limit(LimitError),
}

impl<'a> Pages<'a> {
    fn new(
        input: &'a InputFile<'a>,
        id: String,
        position: Position,
        totals: &'a mut Totals,
    ) -> Self {
        Self {
            input,
            id,
            position,
            number: 0,
            in_record: false,
            totals,
        }
    }

    fn place(&self) -> String {
        format!("{}:{}", self.id, self.number)
    }

    /// Reads a stream of records to its end.
    ///
    /// # Errors
    /// If the stream breaks off.
    fn stream(&mut self, mut stream: impl BufRead, sink: &mut Sink) -> io::Result<ControlFlow<()>> {
        let mut is_between = false;
        loop {
            let mut line = Vec::new();
            if !read_line(&mut stream, &mut line)? {
                return Ok(ControlFlow::Continue(()));
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            if !line.starts_with(VERSION) {
                // What follows a broken record is passed over as part of it.
                if !is_between {
                    self.number += 1;
                    let fault = "bytes that are no record of a web archive are passed over";
                    let fault = Fault::new(self.place(), FaultKind::Record, fault);
                    if sink(Err(fault), self.position.get()).is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                is_between = true;
                continue;
            }
            is_between = false;
            self.number += 1;
            self.in_record = true;
            let read = self.record(&mut stream)?;
            self.in_record = false;
            let (bodies, compressed) = (self.totals.bodies, self.totals.compressed.get());
            if let Err(limit) = self.input.limits.check_so_far(bodies, compressed) {
                self.totals.is_over = true;
                let fault = Fault::of(self.input.id, FaultKind::Refused, limit);
                return Ok(sink(Err(fault), self.position.get()));
            }
            let record = match read {
                Ok(record) => Ok(record),
                Err(NoPage::Other) => continue,
                Err(NoPage::Broken(message)) => {
                    is_between = true;
                    Err(Fault::new(self.place(), FaultKind::Record, message))
                }
                Err(NoPage::TooLarge) => Err(too_large(self.place(), "it")),
                Err(NoPage::Limit(limit)) => {
                    Err(Fault::of(self.place(), FaultKind::Refused, limit))
                }
            };
            self.totals.pages += 1;
            if self.totals.pages > self.input.limits.entries {
                self.totals.is_over = true;
                let fault = too_many(self.input.id, &self.input.limits);
                return Ok(sink(Err(fault), self.position.get()));
            }
            if sink(record, self.position.get()).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }

    /// Reads the record whose first line was read.
    fn record(&mut self, stream: &mut impl BufRead) -> io::Result<Result<Record, NoPage>> {
        let Some(header) = Headers::read(&mut stream.by_ref().take(MAX_HEADER_BYTES))? else {
            return Ok(Err(NoPage::Broken(
                "its header does not end, or is too long",
            )));
        };
        let length = header
            .get("content-length")
            .and_then(|length| length.parse().ok());
        let Some(length) = length else {
            return Ok(Err(NoPage::Broken("it does not say how long it is")));
        };
        let mut content = stream.by_ref().take(length);
        let page = self.page(&header, &mut content)?;
        io::copy(&mut content, &mut io::sink())?;
        if content.limit() > 0 {
            return Ok(Err(NoPage::Broken("the archive ends within it")));
        }
        Ok(page)
    }

    fn page(
        &mut self,
        header: &Headers,
        content: &mut io::Take<impl BufRead>,
    ) -> io::Result<Result<Record, NoPage>> {
        let kind = header.get("warc-type").unwrap_or_default();
        let media = header.get("content-type").unwrap_or_default();
        let media = media.to_ascii_lowercase();
        let response = match kind {
            "response" if media.starts_with("application/http") => {
                let mut status = Vec::new();
                let mut head = content.by_ref().take(MAX_HEADER_BYTES);
                read_line(&mut head, &mut status)?;
                let status = String::from_utf8_lossy(&status);
                let status = status.split_whitespace().nth(1).unwrap_or_default();
                let Some(response) = Headers::read(&mut head)? else {
                    return Ok(Err(NoPage::Broken("the response's header does not end")));
                };
                // Redirects and errors have pages too.
                if !status.starts_with('2') {
                    return Ok(Err(NoPage::Other));
                }
                response
            }
            "resource" | "response" => Headers::of_media(&media),
            _ => return Ok(Err(NoPage::Other)),
        };
        let media = response.get("content-type").unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default();
        let media = media.trim().to_ascii_lowercase();
        if !matches!(media.as_str(), "text/html" | "application/xhtml+xml") {
            return Ok(Err(NoPage::Other));
        }
        let Some(body) = read_at_most(content, MAX_ARTICLE_BYTES)? else {
            return Ok(Err(NoPage::TooLarge));
        };
        let packed = body.len() as u64;
        let body = match decoded(body, &response, &mut self.totals.bodies) {
            Ok(Some(body)) => body,
            Ok(None) => return Ok(Err(NoPage::TooLarge)),
            Err(message) => return Ok(Err(NoPage::Broken(message))),
        };
        if let Err(limit) = self.input.limits.check(body.len() as u64, packed) {
            return Ok(Err(NoPage::Limit(limit)));
        }
        if body.trim_ascii().is_empty() {
            return Ok(Err(NoPage::Other));
        }
        let address = header.get("warc-target-uri").unwrap_or_default();
        let address = address.trim_matches(['<', '>']);
        Ok(Ok(Record {
            id: self.place(),
            path: self.id.clone(),
            place: None,
            content: Content::Of(Format::Html, body),
            given: Given {
                title: None,
                metadata: Metadata {
                    url: is_web_address(address).then(|| address.to_owned()),
                    captured: header.get("warc-date").and_then(|time| {
                        date::day_in_kazakhstan(time).or_else(|| date::find(time))
                    }),
                    ..Metadata::default()
                },
            },
            fields: Default::default(),
        }))
    }
}

/// Reads a line of at most [`MAX_HEADER_BYTES`]; `false` at the end of the stream. The rest of a longer
/// one is read as the next.
fn read_line(stream: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    let mut limited = stream.by_ref().take(MAX_HEADER_BYTES);
    Ok(limited.read_until(b'\n', line)? > 0)
}
