//! JSON lines, an article each; see [`super::record`] for what a line holds.
//!
//! A line without an id gets one from its place: the file's name, a colon, the line's number.

use std::io::BufReader;
use std::ops::ControlFlow;

use super::limits::{too_large, too_many};
use super::record::parse_json;
use super::source::{Packing, Sink, Source, unreadable};
use super::stream::{Line, next_line};
use crate::input::MAX_ARTICLE_BYTES;

pub(super) fn read(source: &Source, packing: Packing, sink: &mut Sink) -> ControlFlow<()> {
    let (stream, position) = match source.open(packing) {
        Ok(opened) => opened,
        Err(error) => return sink(Err(unreadable(source.id, &error)), 0),
    };
    let mut stream = BufReader::new(stream);
    let (mut number, mut count) = (0_u64, 0);
    loop {
        let line = match next_line(&mut stream, MAX_ARTICLE_BYTES) {
            Ok(Some(line)) => line,
            Ok(None) => return ControlFlow::Continue(()),
            Err(error) => return sink(Err(source.broken_stream("file", error)), position.get()),
        };
        number += 1;
        let place = format!("{}:{number}", source.id);
        let record = match line {
            Line::Whole(line) if line.trim_ascii().is_empty() => continue,
            Line::Whole(line) => {
                let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&line);
                parse_json(line.trim_ascii_end(), source.id, Some(&place))
            }
            Line::TooLong => Err(too_large(&place, "the line")),
        };
        count += 1;
        if count > source.limits.entries {
            return sink(Err(too_many(source.id, &source.limits)), position.get());
        }
        sink(record, position.get())?;
    }
}
