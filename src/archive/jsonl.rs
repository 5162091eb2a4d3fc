//! JSON lines with one article in each line; see [`super::record`] for the format of a line.
//!
//! A line without an id gets one from its position: the file's name, a colon, the line's number.

use std::io::BufReader;
use std::ops::ControlFlow;

use super::input_file::{InputFile, Sink, unreadable};
use super::input_kind::Compression;
use super::limits::{too_large, too_many};
use super::line_reader::{Line, next_line};
use super::record::parse_json;
use crate::input::MAX_ARTICLE_BYTES;

pub(super) fn read(
    input: &InputFile,
    compression: Compression,
    sink: &mut Sink,
) -> ControlFlow<()> {
    let (stream, position) = match input.open_utf(compression) {
        Ok(opened) => opened,
        Err(error) => return sink(Err(unreadable(input.id, &error)), 0),
    };
    let mut stream = BufReader::new(stream);
    let (mut number, mut count) = (0_u64, 0);
    loop {
        let line = match next_line(&mut stream, MAX_ARTICLE_BYTES) {
            Ok(Some(line)) => line,
            Ok(None) => return ControlFlow::Continue(()),
            Err(error) => return sink(Err(input.broken_stream("file", error)), position.get()),
        };
        number += 1;
        let place = format!("{}:{number}", input.id);
        let record = match line {
            Line::Whole(line) if line.trim_ascii().is_empty() => continue,
            Line::Whole(line) => {
                let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&line);
                parse_json(line.trim_ascii_end(), input.id, Some(&place), input.records)
            }
            Line::TooLong => Err(too_large(&place, "the line")),
        };
        count += 1;
        if count > input.limits.entries {
            return sink(Err(too_many(input.id, &input.limits)), position.get());
        }
        sink(record, position.get())?;
    }
}
