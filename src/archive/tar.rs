//! Members of a tar archive, read as a stream.
//!
//! Archives that follow each other in one file are read as one. Extension headers, which carry long names, are read here with a size limit; the library would
//! read them without one.

use std::io::Read;
use std::ops::ControlFlow;

use tar::{Archive, Entry, EntryType, PaxExtensions};

use super::input_file::{InputFile, Sink, unreadable};
use super::input_kind::{Compression, inside_archive, is_container};
use super::limits::too_many;
use super::member_name::{is_hidden, member_id};
use super::record::{Fault, Record};
use crate::files::read_at_most;
use crate::input::MAX_ARTICLE_BYTES;

/// Maximum size of an extension header; valid ones have a few hundred bytes.
const MAX_EXTENSION_BYTES: u64 = 1 << 20;

/// Hands the members of a tar archive to `sink`, in the archive's order.
pub(super) fn read(
    input: &InputFile,
    compression: Compression,
    sink: &mut Sink,
) -> ControlFlow<()> {
    let (stream, position) = match input.open(compression) {
        Ok(opened) => opened,
        Err(error) => return sink(Err(unreadable(input.id, &error)), 0),
    };
    let mut archive = Archive::new(stream);
    // The zeros that end an archive are passed over, so that the stream is read to its end: another
    // archive may follow, and a compressed stream has its checksum there.
    archive.set_ignore_zeros(true);
    let entries = match archive.entries() {
        Ok(entries) => entries.raw(true),
        Err(error) => return sink(Err(input.broken_stream("tar archive", error)), 0),
    };
    let mut long_name: Option<Vec<u8>> = None;
    let mut count = 0;
    for entry in entries {
        let mut entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                return sink(
                    Err(input.broken_stream("tar archive", error)),
                    position.get(),
                );
            }
        };
        let kind = entry.header().entry_type();
        match kind {
            EntryType::GNULongName | EntryType::XHeader => {
                match extension_name(&mut entry, kind) {
                    Ok(Some(name)) => long_name = Some(name),
                    Ok(None) => {}
                    Err(problem) => {
                        return sink(Err(input.broken("tar archive", &problem)), position.get());
                    }
                }
                continue;
            }
            EntryType::GNULongLink | EntryType::XGlobalHeader => continue,
            // Its extra headers would be mistaken for members.
            EntryType::GNUSparse => {
                let problem = "it holds a sparse file, which no article is";
                return sink(Err(input.broken("tar archive", &problem)), position.get());
            }
            _ => {}
        }
        let name = long_name
            .take()
            .unwrap_or_else(|| entry.path_bytes().into_owned());
        let name = String::from_utf8_lossy(&name).into_owned();
        if kind == EntryType::Directory || name.ends_with('/') || is_hidden(&name) {
            continue;
        }
        count += 1;
        if count > input.limits.entries {
            return sink(Err(too_many(input.id, &input.limits)), position.get());
        }
        match member_record(input, &name, kind, &mut entry) {
            Ok(record) => sink(record, position.get())?,
            // After an error within a member, the rest of the stream cannot be trusted.
            Err(error) => {
                return sink(
                    Err(input.broken_stream("tar archive", error)),
                    position.get(),
                );
            }
        }
    }
    if long_name.is_some() {
        let problem = "it ends after the name of a member";
        return sink(Err(input.broken("tar archive", &problem)), position.get());
    }
    ControlFlow::Continue(())
}

/// The name that an extension header gives to the member after it. An error says what is wrong with
/// the archive.
fn extension_name<R: Read>(
    entry: &mut Entry<'_, R>,
    kind: EntryType,
) -> Result<Option<Vec<u8>>, String> {
    if entry.size() > MAX_EXTENSION_BYTES {
        return Err(format!("a member's header has {} bytes", entry.size()));
    }
    let mut bytes = Vec::new();
    entry
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    if kind == EntryType::GNULongName {
        while bytes.last() == Some(&0) {
            bytes.pop();
        }
        return Ok(Some(bytes));
    }
    let mut name = None;
    for record in PaxExtensions::new(&bytes) {
        let record = record.map_err(|error| error.to_string())?;
        match record.key_bytes() {
            b"path" => name = Some(record.value_bytes().to_vec()),
            // It overrides the size in the header of the next member, which the library would not
            // apply here.
            b"size" => return Err(String::from("it holds a member of more than 8 GiB")),
            key if key.starts_with(b"GNU.sparse") => {
                return Err(String::from("it holds a sparse file, which no article is"));
            }
            _ => {}
        }
    }
    Ok(name)
}

/// The member's record, or why it is refused. The outer error is one of the stream.
fn member_record<R: Read>(
    input: &InputFile,
    name: &str,
    kind: EntryType,
    entry: &mut Entry<'_, R>,
) -> std::io::Result<Result<Record, Fault>> {
    let id = match member_id(name) {
        Ok(id) => id,
        Err(reason) => return Ok(Err(input.refused(name, reason))),
    };
    match kind {
        EntryType::Regular | EntryType::Continuous => {}
        EntryType::Symlink | EntryType::Link => {
            return Ok(Err(input.refused(name, "it is a link")));
        }
        _ => return Ok(Err(input.refused(name, "it is no regular file"))),
    }
    let expected = entry.size();
    let bytes = read_at_most(entry, MAX_ARTICLE_BYTES)?;
    let is_cut = |bytes: &Vec<u8>| (bytes.len() as u64) < expected;
    if bytes.as_ref().is_some_and(is_cut) {
        return Err(std::io::Error::other("it ends within a member"));
    }
    if is_container(&id, bytes.as_deref().unwrap_or_default()) {
        return Ok(Err(input.refused(&id, inside_archive(&id))));
    }
    Ok(input.member(input.id_of(&id), bytes))
}
