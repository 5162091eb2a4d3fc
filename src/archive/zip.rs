//! Members of a zip archive.

use std::fs::File;
use std::io::{BufReader, Read};
use std::ops::ControlFlow;

use zip::ZipArchive;
use zip::read::ZipFile;

use super::limits::{LARGEST_ARTICLE, bomb, too_many};
use super::name::{is_hidden, member_id};
use super::record::{Fault, FaultKind, Record};
use super::source::{Sink, Source, is_container, unreadable};

pub(super) fn read(source: &Source, sink: &mut Sink) -> ControlFlow<()> {
    let file = match File::open(source.path) {
        Ok(file) => BufReader::new(file),
        Err(error) => return sink(Err(unreadable(source.id, &error)), 0),
    };
    let mut archive = match ZipArchive::new(file) {
        Ok(archive) => archive,
        Err(error) => return sink(Err(source.broken("zip archive", &error)), 0),
    };
    if archive.has_duplicate_names() {
        let message = "it holds several members of the same name; the last of each is read";
        sink(Err(Fault::new(source.id, FaultKind::Refused, message)), 0)?;
    }
    let (mut read, mut unpacked) = (0, 0);
    for index in 0..archive.len() {
        if index as u64 >= source.limits.entries {
            return sink(Err(too_many(source.id, &source.limits)), read);
        }
        // An encrypted member cannot be opened, but named.
        let raw = match archive.by_index_raw(index) {
            Ok(member) => member,
            Err(error) => {
                sink(Err(source.broken("member", &error)), read)?;
                continue;
            }
        };
        let name = raw.name().map_or_else(
            |_| String::from_utf8_lossy(raw.name_raw()).into_owned(),
            |name| name.into_owned(),
        );
        if raw.is_dir() || is_hidden(&name) {
            continue;
        }
        read += raw.compressed_size();
        let refusal = refusal(&name, &raw);
        drop(raw);
        let record = match refusal {
            Err(reason) => Err(source.refused(&name, reason)),
            Ok(id) => match archive.by_index(index) {
                Ok(member) => take(source, id, member, &mut unpacked),
                Err(error) => Err(source.refused(&name, format!("it cannot be unpacked: {error}"))),
            },
        };
        sink(record, read)?;
        if unpacked > source.limits.bytes {
            let message = format!(
                "it unpacks to more than {} bytes, and the rest is not read; a larger limit is \
                 --max-bytes",
                source.limits.bytes
            );
            return sink(
                Err(Fault::new(source.id, FaultKind::Refused, message)),
                read,
            );
        }
    }
    ControlFlow::Continue(())
}

/// The member's id, or why it is not read.
fn refusal<R: Read>(name: &str, member: &ZipFile<'_, R>) -> Result<String, &'static str> {
    let id = member_id(name)?;
    if member.is_symlink() {
        return Err("it is a link");
    }
    if member.encrypted() {
        return Err("it is encrypted; unpack it with its password first");
    }
    Ok(id)
}

fn take<R: Read>(
    source: &Source,
    id: String,
    member: ZipFile<'_, R>,
    unpacked: &mut u64,
) -> Result<Record, Fault> {
    let compressed = member.compressed_size();
    let mut bytes = Vec::new();
    // What a header says of the size is not believed.
    let read = member.take(LARGEST_ARTICLE + 1).read_to_end(&mut bytes);
    *unpacked += bytes.len() as u64;
    read.map_err(|error| source.refused(&id, format!("it cannot be unpacked: {error}")))?;
    if let Some(what) = bomb(bytes.len() as u64, compressed, &source.limits) {
        return Err(source.refused(&id, what));
    }
    if is_container(&id, &bytes) {
        return Err(source.refused(&id, "it is an archive inside an archive; give it by itself"));
    }
    source.member(source.id_of(&id), bytes)
}
