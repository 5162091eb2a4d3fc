//! What a format's reader finds, and how its parts become the paragraphs of an article.

use super::paragraphs::{self, Part};
use super::{Metadata, Paragraph, ParagraphKind, captions, metadata};

/// The longest first line that is taken for a title, in characters.
const MAX_TITLE: usize = 250;

/// What there is to an article besides its file.
#[derive(Debug)]
pub(super) struct Contents {
    pub title: Option<String>,
    pub metadata: Metadata,
    pub paragraphs: Vec<Paragraph>,
}

impl Contents {
    /// Of parts whose bounds the format gave: the metadata at head and foot is taken out; the title,
    /// if the format gave none, is the first heading or the first part that reads as one.
    pub(super) fn of_parts(
        mut parts: Vec<Part>,
        mut title: Option<String>,
        mut metadata: Metadata,
    ) -> Self {
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
        Self {
            title,
            metadata,
            paragraphs,
        }
    }

    /// The title and the paragraphs, in order.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let body = self.paragraphs.iter().map(|p| p.text.as_str());
        self.title.as_deref().into_iter().chain(body)
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
pub(super) fn reads_as_title(line: &str, next: Option<&str>) -> bool {
    let line = line.trim();
    let full_stop = line.ends_with('.') && !line.ends_with("..");
    next.is_some_and(|next| is_blank(next) || metadata::is_metadata(next))
        && !full_stop
        && line.chars().nth(MAX_TITLE).is_none()
}

pub(super) fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}
