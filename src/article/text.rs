//! Plain text to an [`Article`]: the head and foot of metadata, the title, the body between.

use crate::text::squeeze;

use super::paragraphs::Part;
use super::{Article, Format, Metadata, ParagraphKind, captions, metadata, paragraphs};

/// The longest first line that is taken for a title, in characters.
const MAX_TITLE: usize = 250;

/// Reads the text of an article; `encoding` is the charset it was decoded from.
pub(super) fn read(text: &str, encoding: String) -> Article {
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
    let paragraphs = captions::part(body, title.as_deref());
    Article {
        title,
        metadata,
        paragraphs,
        encoding,
        format: Format::Text,
        replaced: 0,
    }
}

/// An article of parts whose bounds the format told: the metadata at head and foot is taken out;
/// the title, where the format did not tell it, is the first heading or the first part that reads
/// as one.
pub(super) fn assemble(
    mut parts: Vec<Part>,
    mut title: Option<String>,
    mut metadata: Metadata,
    encoding: String,
    format: Format,
) -> Article {
    take_metadata(&mut parts, &mut metadata);
    let is_title = |first: &Part| match first.kind {
        Some(kind) => kind == ParagraphKind::Heading,
        None => reads_as_title(&first.text, Some("")),
    };
    if title.is_none() && parts.first().is_some_and(is_title) {
        title = Some(parts.remove(0).text);
        take_metadata(&mut parts, &mut metadata);
    }
    let paragraphs = captions::part(paragraphs::from_parts(parts), title.as_deref());
    Article {
        title,
        metadata,
        paragraphs,
        encoding,
        format,
        replaced: 0,
    }
}

/// Moves the metadata lines at the head and the foot of an article's parts to its metadata.
pub(super) fn take_metadata(parts: &mut Vec<Part>, metadata: &mut Metadata) {
    let is_metadata = |part: &Part| metadata::is_metadata(&part.text);
    let body = parts
        .iter()
        .position(|part| !is_metadata(part))
        .unwrap_or(parts.len());
    let end = parts
        .iter()
        .rposition(|part| !is_metadata(part))
        .map_or(body, |last| last + 1);
    let foot: Vec<Part> = parts.drain(end..).collect();
    let head: Vec<Part> = parts.drain(..body).collect();
    for part in head.iter().chain(&foot) {
        metadata::add_line(metadata, &part.text);
    }
}

/// The contract's rule for a title: a blank or a metadata line follows, at most
/// [`MAX_TITLE`] characters, no full stop at its end (an ellipsis is none).
fn reads_as_title(line: &str, next: Option<&str>) -> bool {
    let line = line.trim();
    let full_stop = line.ends_with('.') && !line.ends_with("..");
    next.is_some_and(|next| is_blank(next) || metadata::is_metadata(next))
        && !full_stop
        && line.chars().nth(MAX_TITLE).is_none()
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

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}
