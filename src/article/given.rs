//! What is known of an article before its bytes are read: what its record or its archive says of it.

use serde::{Deserialize, Serialize};

use super::contents::Contents;
use super::paragraphs::Block;
use super::{Format, Metadata, ParagraphKind, paragraphs};
use crate::text::host;

/// What a record or an archive says of an article besides its text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The headline; it comes before one that the text has.
    pub title: Option<String>,
    /// What else is known; each field comes before what the text says.
    pub metadata: Metadata,
}

impl Given {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Puts what is given in the place of what was read. A title that the text had of its own stays, as its
/// first paragraph; that of a page may be the page's and is left out.
pub(super) fn apply(contents: &mut Contents, given: &Given, format: Format) {
    if let Some(title) = &given.title {
        let own = contents.title.replace(title.clone());
        let own = own.filter(|own| own != title && format != Format::Html);
        if let Some(block) = own.and_then(|own| Block::new(&own, None)) {
            let mut first = paragraphs::from_blocks(vec![block]);
            for paragraph in &mut first {
                paragraph.kind = ParagraphKind::Heading;
            }
            first.append(&mut contents.paragraphs);
            contents.paragraphs = first;
        } else if let Some(first) = contents.paragraphs.first()
            && first.text == *title
            && contents.paragraphs.len() > 1
        {
            contents.paragraphs.remove(0);
        }
    }
    let Metadata {
        date,
        views,
        section,
        origin,
        author,
        url,
        captured,
        lines: _,
    } = given.metadata.clone();
    let read = &mut contents.metadata;
    read.date = date.or(read.date.take());
    read.views = views.or(read.views);
    read.section = section.or(read.section.take());
    let host = url.as_deref().and_then(host).map(str::to_owned);
    read.origin = origin.or(read.origin.take()).or(host);
    read.author = author.or(read.author.take());
    read.url = url.or(read.url.take());
    read.captured = captured.or(read.captured.take());
}
