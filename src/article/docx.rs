//! Word documents (.docx): the paragraphs of the document's body with their styles.
//!
//! The paragraphs are read in order, those of tables and text boxes included; headers and footers,
//! footnotes, comments and deleted text are not.

use std::collections::HashMap;
use std::io::Cursor;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::paragraphs::Block;
use super::{ArticleError, Format, ParagraphKind};
use crate::files::read_at_most;

/// Maximum size of the unpacked XML; a long book has a tenth of it.
const MAX_BYTES: u64 = 64 << 20;

/// The paragraphs of a document.
///
/// # Errors
/// [`ArticleError::Damaged`] if the file is not an archive, lacks a document, or holds broken XML.
pub(super) fn blocks(bytes: &[u8]) -> Result<Vec<Block>, ArticleError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let styles = match unpack(&mut archive, "word/styles.xml") {
        Ok(xml) => style_names(&xml)?,
        Err(_) => HashMap::new(),
    };
    let document = unpack(&mut archive, "word/document.xml")?;
    let blocks = Body::read(&document, &styles)?;
    if blocks.is_empty() {
        return Err(ArticleError::Empty);
    }
    Ok(blocks)
}

fn damaged(error: impl std::fmt::Display) -> ArticleError {
    ArticleError::Damaged {
        format: Format::Docx.description().into(),
        reason: error.to_string(),
    }
}

fn unpack(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<String, ArticleError> {
    let file = archive
        .by_name(name)
        .map_err(|error| damaged(format!("{name}: {error}")))?;
    let xml = read_at_most(file, MAX_BYTES).map_err(damaged)?;
    let xml = xml.ok_or_else(|| {
        damaged(format!(
            "{name} unpacks to more than {} MB",
            MAX_BYTES >> 20
        ))
    })?;
    String::from_utf8(xml).map_err(damaged)
}

/// The name of each paragraph style, in lower case, by its identifier.
fn style_names(xml: &str) -> Result<HashMap<String, String>, ArticleError> {
    let mut reader = Reader::from_str(xml);
    let (mut names, mut identifier) = (HashMap::new(), None);
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Eof => return Ok(names),
            Event::Start(tag) | Event::Empty(tag) => match tag.name().as_ref() {
                "w:style" => identifier = attribute(&tag, "w:styleId"),
                "w:name" => {
                    let name = attribute(&tag, "w:val").map(|name| name.to_lowercase());
                    names.extend(identifier.take().zip(name));
                }
                _ => {}
            },
            _ => {}
        }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag
        .attributes()
        .flatten()
        .find(|attribute| attribute.key.as_ref() == name)?;
    Some(attribute.value.into_owned())
}

/// The body as it is read; paragraphs nest if one has a text box.
#[derive(Default)]
struct Body {
    blocks: Vec<Block>,
    open: Vec<(String, Option<ParagraphKind>)>,
    in_text: bool,
    /// How many elements around hold text that is not the document's: deleted, moved away, or a
    /// second copy for old readers.
    hidden: usize,
}

const HIDDEN: [&str; 3] = ["w:del", "w:moveFrom", "mc:Fallback"];

impl Body {
    fn read(xml: &str, styles: &HashMap<String, String>) -> Result<Vec<Block>, ArticleError> {
        let mut reader = Reader::from_str(xml);
        let mut body = Body::default();
        loop {
            match reader.read_event().map_err(damaged)? {
                Event::Eof => break,
                Event::Start(tag) if HIDDEN.contains(&tag.name().as_ref()) => body.hidden += 1,
                Event::End(tag) if HIDDEN.contains(&tag.name().as_ref()) => {
                    body.hidden = body.hidden.saturating_sub(1);
                }
                _ if body.hidden > 0 => {}
                Event::Start(tag) => match tag.name().as_ref() {
                    "w:p" => body.open.push((String::new(), None)),
                    "w:t" => body.in_text = true,
                    _ => body.property(&tag, styles),
                },
                Event::Empty(tag) => match tag.name().as_ref() {
                    "w:tab" => body.push(" "),
                    "w:br" | "w:cr" => body.push("\n"),
                    "w:noBreakHyphen" => body.push("-"),
                    _ => body.property(&tag, styles),
                },
                Event::End(tag) => match tag.name().as_ref() {
                    "w:t" => body.in_text = false,
                    "w:p" => body.close(),
                    _ => {}
                },
                Event::Text(text) if body.in_text => {
                    body.push(&text);
                }
                Event::GeneralRef(entity) if body.in_text => {
                    body.push(&html_escape::decode_html_entities(&format!(
                        "&{};",
                        &*entity
                    )));
                }
                _ => {}
            }
        }
        while !body.open.is_empty() {
            body.close();
        }
        Ok(body.blocks)
    }

    fn push(&mut self, text: &str) {
        if let Some((paragraph, _)) = self.open.last_mut() {
            paragraph.push_str(text);
        }
    }

    /// A paragraph's style or numbering says what it is.
    fn property(&mut self, tag: &BytesStart<'_>, styles: &HashMap<String, String>) {
        let kind = match tag.name().as_ref() {
            "w:numPr" => Some(ParagraphKind::List),
            "w:pStyle" => attribute(tag, "w:val").and_then(|identifier| {
                let name = styles
                    .get(&identifier)
                    .cloned()
                    .unwrap_or(identifier.to_lowercase());
                match name.as_str() {
                    "title" | "subtitle" => Some(ParagraphKind::Heading),
                    "caption" => Some(ParagraphKind::Caption),
                    _ if name.starts_with("heading") => Some(ParagraphKind::Heading),
                    _ if name.starts_with("list") => Some(ParagraphKind::List),
                    _ => None,
                }
            }),
            _ => None,
        };
        if let Some((_, slot @ None)) = self.open.last_mut() {
            *slot = kind;
        }
    }

    fn close(&mut self) {
        let Some((paragraph, kind)) = self.open.pop() else {
            return;
        };
        self.blocks.extend(
            paragraph
                .split('\n')
                .filter_map(|line| Block::new(line, kind)),
        );
    }
}
