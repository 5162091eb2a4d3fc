//! Reads a stream line by line, and skips lines that exceed a limit.

use std::io::{self, BufRead, Read};

/// A line of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// Without its line break.
    Whole(Vec<u8>),
    /// The line exceeds the limit; all of it is skipped.
    TooLong,
}

/// The next line, of at most `max_bytes` bytes without its line break; `None` at the end of the
/// stream.
pub(super) fn next_line(stream: &mut impl BufRead, max_bytes: u64) -> io::Result<Option<Line>> {
    let mut line = Vec::new();
    let read = stream
        .by_ref()
        .take(max_bytes.saturating_add(1))
        .read_until(b'\n', &mut line)?;
    if read == 0 {
        return Ok(None);
    }
    if line.pop_if(|last| *last == b'\n').is_some() || read as u64 <= max_bytes {
        return Ok(Some(Line::Whole(line)));
    }
    drop(line);
    stream.skip_until(b'\n')?;
    Ok(Some(Line::TooLong))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_breaks_and_at_the_end_of_the_stream() {
        let mut stream = &b"one\n\nthree"[..];
        let mut next = || next_line(&mut stream, 5).unwrap();
        assert_eq!(next(), Some(Line::Whole(b"one".to_vec())));
        assert_eq!(next(), Some(Line::Whole(Vec::new())));
        assert_eq!(next(), Some(Line::Whole(b"three".to_vec())));
        assert_eq!(next(), None);
    }

    #[test]
    fn a_line_that_is_too_long_is_skipped_whole() {
        let mut stream = &b"123456\n12345\n1234567890123"[..];
        let mut next = || next_line(&mut stream, 5).unwrap();
        assert_eq!(next(), Some(Line::TooLong));
        assert_eq!(next(), Some(Line::Whole(b"12345".to_vec())));
        assert_eq!(next(), Some(Line::TooLong));
        assert_eq!(next(), None);
    }
}
