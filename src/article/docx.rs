//! Word documents (.docx): the paragraphs of the document's body with their styles.
//!
//! The paragraphs are read in order, those of tables and text boxes included; headers and footers,
//! footnotes, comments and deleted text are not. A row of a table is a paragraph, and what is raised stays
//! so (`10⁶`).

mod body;
mod names;
mod symbols;

use std::collections::HashMap;
use std::io::Cursor;

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::paragraphs::Block;
use super::{ArticleError, Format};
use crate::files::read_at_most;
use body::Body;
use names::{Names, Space, attribute};

/// Maximum size of the unpacked XML; a long book has a tenth of it.
const MAX_BYTES: u64 = 64 << 20;

/// The paragraphs of a document.
///
/// # Errors
/// [`ArticleError::Damaged`] if the file is not an archive, lacks a document, or holds broken XML.
pub(super) fn blocks(bytes: &[u8]) -> Result<Vec<Block>, ArticleError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let document = related(&mut archive, "", "_rels/.rels", "/officeDocument")
        .unwrap_or_else(|| "word/document.xml".to_owned());
    let (folder, file) = document.rsplit_once('/').unwrap_or(("", &document));
    let relations = format!("{folder}/_rels/{file}.rels");
    let styles = related(&mut archive, folder, &relations, "/styles")
        .unwrap_or_else(|| format!("{folder}/styles.xml"));
    let styles = match unpack(&mut archive, &styles) {
        Ok(xml) => style_names(&xml)?,
        Err(_) => HashMap::new(),
    };
    let document = unpack(&mut archive, &document)?;
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

/// The part that a file of relations names for a role, by its path in the archive.
fn related(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    folder: &str,
    relations: &str,
    role: &str,
) -> Option<String> {
    let xml = unpack(archive, relations).ok()?;
    let mut reader = Reader::from_str(&xml);
    loop {
        match reader.read_event().ok()? {
            Event::Eof => return None,
            Event::Start(tag) | Event::Empty(tag)
                if attribute(&tag, "Type").is_some_and(|kind| kind.ends_with(role)) =>
            {
                let target = attribute(&tag, "Target")?;
                return Some(match target.strip_prefix('/') {
                    Some(absolute) => absolute.to_owned(),
                    None if folder.is_empty() => target,
                    None => format!("{folder}/{target}"),
                });
            }
            _ => {}
        }
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
    let mut names = Names::default();
    let (mut styles, mut identifier) = (HashMap::new(), None);
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Eof => return Ok(styles),
            Event::Start(tag) | Event::Empty(tag) => {
                names.learn(&tag);
                match names.of(&tag.name()) {
                    (Space::Word, "style") => identifier = attribute(&tag, "styleId"),
                    (Space::Word, "name") => {
                        let name = attribute(&tag, "val").map(|name| name.to_lowercase());
                        styles.extend(identifier.take().zip(name));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
}
