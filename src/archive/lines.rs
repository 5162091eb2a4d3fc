//! JSON lines, an article each; see [`super::record`] for what a line holds.
//!
//! A line without an id gets one from its place: the file's name, a colon, the line's number.

use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;

use super::limits::{LARGEST_ARTICLE, too_long, too_many};
use super::record::parse_json;
use super::source::{Packing, Sink, Source, unreadable};

pub(super) fn read(source: &Source, packing: Packing, sink: &mut Sink) -> ControlFlow<()> {
    let (stream, position) = match source.open(packing) {
        Ok(opened) => opened,
        Err(error) => return sink(Err(unreadable(source.id, &error)), 0),
    };
    let mut stream = BufReader::new(stream);
    let (mut number, mut count) = (0_u64, 0);
    loop {
        let line = match next_line(&mut stream) {
            Ok(Some(line)) => line,
            Ok(None) => return ControlFlow::Continue(()),
            Err(error) => return sink(Err(source.broken("file", &error)), position.get()),
        };
        number += 1;
        let place = format!("{}:{number}", source.id);
        let record = match line {
            Line::Whole(line) if line.trim_ascii().is_empty() => continue,
            Line::Whole(line) => {
                let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&line);
                parse_json(line.trim_ascii_end(), source.id, Some(&place))
            }
            Line::TooLong => Err(too_long(&place, "line")),
        };
        count += 1;
        if count > source.limits.entries {
            return sink(Err(too_many(source.id, &source.limits)), position.get());
        }
        sink(record, position.get())?;
    }
}

enum Line {
    Whole(Vec<u8>),
    TooLong,
}

/// The next line; the rest of one that is too long is skipped.
fn next_line(stream: &mut impl BufRead) -> io::Result<Option<Line>> {
    let mut line = Vec::new();
    let read = stream
        .by_ref()
        .take(LARGEST_ARTICLE + 1)
        .read_until(b'\n', &mut line)?;
    if read == 0 {
        return Ok(None);
    }
    if read as u64 <= LARGEST_ARTICLE || line.ends_with(b"\n") {
        return Ok(Some(Line::Whole(line)));
    }
    drop(line);
    loop {
        let buffer = stream.fill_buf()?;
        if buffer.is_empty() {
            break;
        }
        match buffer.iter().position(|&byte| byte == b'\n') {
            Some(end) => {
                stream.consume(end + 1);
                break;
            }
            None => {
                let length = buffer.len();
                stream.consume(length);
            }
        }
    }
    Ok(Some(Line::TooLong))
}
