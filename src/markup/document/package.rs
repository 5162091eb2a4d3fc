//! Documents that are zip archives: some of their members are translated, all others are copied byte for
//! byte.

use std::io::{Cursor, Write};
use std::ops::Range;

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::xml;
use crate::files::read_at_most;
use crate::language::Language;
use crate::markup::flow::{Event, Skeleton};
use crate::markup::{MarkupError, TranslatedUnit};

/// Maximum members; a book has some hundreds.
const MAX_MEMBERS: usize = 10_000;
/// Maximum bytes that a member that is read unpacks to, and that all of them do.
const MAX_MEMBER_BYTES: u64 = 64 << 20;
const MAX_BYTES: u64 = 128 << 20;

/// A package that is open, and what was read of it.
pub(super) struct Reader<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    read: u64,
}

impl<'b> Reader<'b> {
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, MarkupError> {
        let too_many = MarkupError::TooLarge {
            what: "members",
            limit: MAX_MEMBERS,
        };
        if declared(bytes) > MAX_MEMBERS {
            return Err(too_many);
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        if archive.len() > MAX_MEMBERS {
            return Err(too_many);
        }
        let mut sum = 0_u64;
        for index in 0..archive.len() {
            let member = archive.by_index_raw(index).map_err(damaged)?;
            sum = sum.saturating_add(member.compressed_size());
            if member.encrypted() {
                return Err(damaged("it is encrypted"));
            }
        }
        if sum > bytes.len() as u64 || archive.has_duplicate_names() {
            return Err(damaged("its members overlap or have the same name"));
        }
        Ok(Self { archive, read: 0 })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// A member's text, in UTF-8.
    pub(super) fn text(&mut self, name: &str) -> Result<String, MarkupError> {
        let member = self.archive.by_name(name).map_err(damaged)?;
        let most = MAX_MEMBER_BYTES.min(MAX_BYTES.saturating_sub(self.read));
        let bytes = read_at_most(member, most).map_err(damaged)?;
        let bytes = bytes.ok_or(MarkupError::TooLarge {
            what: "bytes of unpacked text",
            limit: most as usize,
        })?;
        self.read += bytes.len() as u64;
        let text = String::from_utf8(bytes).map_err(|error| in_part(name, error))?;
        Ok(match text.strip_prefix('\u{FEFF}') {
            Some(rest) => rest.to_owned(),
            None => text,
        })
    }
}

/// A package to be translated.
#[derive(Debug)]
pub(super) struct Package {
    bytes: Vec<u8>,
    parts: Vec<Part>,
    units: Vec<String>,
}

#[derive(Debug)]
struct Part {
    name: String,
    skeleton: Skeleton,
    /// Its units among the package's.
    units: Range<usize>,
}

impl Package {
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.to_owned(),
            parts: Vec::new(),
            units: Vec::new(),
        }
    }

    /// Adds a member that is translated, by its events and styles.
    pub(super) fn add(
        &mut self,
        name: &str,
        events: Vec<Event>,
        styles: Vec<(String, String)>,
        language: &Language,
    ) {
        let mut skeleton = Skeleton::read(events, xml::escaped, language);
        skeleton.styles = styles;
        let start = self.units.len();
        self.units.append(&mut skeleton.units);
        self.parts.push(Part {
            name: name.to_owned(),
            skeleton,
            units: start..self.units.len(),
        });
    }

    pub(super) fn units(&self) -> &[String] {
        &self.units
    }

    pub(super) fn rebuild(&self, translations: &[TranslatedUnit]) -> Result<Vec<u8>, MarkupError> {
        let mut archive = ZipArchive::new(Cursor::new(self.bytes.as_slice())).map_err(damaged)?;
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for index in 0..archive.len() {
            let member = archive.by_index_raw(index).map_err(damaged)?;
            let name = member.name().map_err(damaged)?.into_owned();
            let Some(part) = self.parts.iter().find(|part| part.name == name) else {
                writer.raw_copy_file(member).map_err(damaged)?;
                continue;
            };
            let own = part.units.start..part.units.end.min(translations.len());
            let own = translations.get(own).unwrap_or_default();
            let text = part.skeleton.rebuild(own, xml::escaped);
            let options = SimpleFileOptions::default();
            writer.start_file(name, options).map_err(damaged)?;
            writer.write_all(text.as_bytes()).map_err(damaged)?;
        }
        Ok(writer.finish().map_err(damaged)?.into_inner())
    }
}

pub(super) fn damaged(reason: impl std::fmt::Display) -> MarkupError {
    in_part("the archive", reason)
}

fn in_part(part: &str, reason: impl std::fmt::Display) -> MarkupError {
    MarkupError::Damaged {
        part: part.to_owned(),
        reason: reason.to_string(),
    }
}

/// The number of members that an archive declares, before its directory is read. Of several end records
/// the largest number counts.
fn declared(bytes: &[u8]) -> usize {
    /// The end record without its comment, which has at most 64 KiB.
    const END: usize = 22;
    let tail = bytes.len().saturating_sub(END + usize::from(u16::MAX));
    let tail = bytes.get(tail..).unwrap_or_default();
    let ends = tail
        .windows(END)
        .filter(|end| end.starts_with(b"PK\x05\x06"));
    let counts = ends.map(|end| usize::from(u16::from_le_bytes([end[10], end[11]])));
    // An archive of more members than fit states the largest number.
    counts.max().unwrap_or(0)
}
