//! Plain text: metadata lines at the head and foot, the title, and the body between them.

use crate::text::squeeze;

use super::contents::{Contents, is_blank, reads_as_title};
use super::{Metadata, captions, metadata, paragraphs};

/// Reads the text of an article.
pub(super) fn read(text: &str) -> Contents {
    let lines: Vec<&str> = lines(text).collect();
    let mut metadata = Metadata::default();
    let mut title = None;

    let mut start = 0;
    while let Some(&line) = lines.get(start) {
        if is_blank(line) {
        } else if metadata::is_metadata(line) {
            metadata::add_line(&mut metadata, line);
        } else if title.is_none() && reads_as_title(line, lines.get(start + 1).copied()) {
            title = Some(squeeze(line));
        } else {
            break;
        }
        start += 1;
    }

    let is_body = |line: &&str| !is_blank(line) && !metadata::is_metadata(line);
    let rest = lines.get(start..).unwrap_or_default();
    let (body, foot) = rest.split_at(rest.iter().rposition(is_body).map_or(0, |last| last + 1));
    for line in foot.iter().filter(|line| !is_blank(line)) {
        metadata::add_line(&mut metadata, line);
    }

    let body = paragraphs::from_lines(body);
    let paragraphs = captions::split_off(body, title.as_deref());
    Contents {
        title,
        metadata,
        paragraphs,
    }
}

/// Lines ended by any of Unicode's line and paragraph separators.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let breaks = [
        '\n', '\r', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}',
    ];
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest.filter(|text| !text.is_empty())?;
        let Some(at) = text.find(breaks) else {
            rest = None;
            return Some(text);
        };
        let (line, tail) = text.split_at(at);
        let tail = tail.strip_prefix("\r\n").unwrap_or_else(|| {
            let mut chars = tail.chars();
            chars.next();
            chars.as_str()
        });
        rest = Some(tail);
        Some(line)
    })
}
