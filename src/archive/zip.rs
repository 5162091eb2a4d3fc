//! Members of a zip archive.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use zip::ZipArchive;
use zip::read::ZipFile;

use super::input_file::{InputFile, Sink, unreadable};
use super::input_kind::is_container;
use super::limits::{Counted, LimitError, too_many};
use super::member_name::{is_hidden, member_id};
use super::record::{Fault, FaultKind, Record};
use crate::files::{open_file, read_at_most};
use crate::input::MAX_ARTICLE_BYTES;

pub(super) fn read(input: &InputFile, sink: &mut Sink) -> ControlFlow<()> {
    let opened = open_file(input.path).and_then(|mut file| Ok((declared(&mut file)?, file)));
    let file = match opened {
        Ok((members, _)) if members > input.limits.entries => {
            return sink(Err(too_many(input.id, &input.limits)), 0);
        }
        Ok((_, file)) => BufReader::new(file),
        Err(error) => return sink(Err(unreadable(input.id, &error)), 0),
    };
    let mut archive = match ZipArchive::new(file) {
        Ok(archive) => archive,
        Err(error) => return sink(Err(input.broken("zip archive", &error)), 0),
    };
    if archive.has_duplicate_names() {
        let message = "it holds several members of the same name; the last of each is read";
        sink(Err(Fault::new(input.id, FaultKind::Refused, message)), 0)?;
    }
    let (mut read, mut unpacked) = (0, 0);
    for index in 0..archive.len() {
        // The name of an encrypted member can be read, though not its content.
        let raw = match archive.by_index_raw(index) {
            Ok(member) => member,
            Err(error) => {
                sink(Err(input.broken("member", &error)), read)?;
                continue;
            }
        };
        let name = raw.name().map_or_else(
            |_| String::from_utf8_lossy(raw.name_raw()).into_owned(),
            std::borrow::Cow::into_owned,
        );
        if raw.is_dir() || is_hidden(&name) {
            continue;
        }
        read += raw.compressed_size();
        let refusal = refusal(&name, &raw);
        drop(raw);
        let record = match refusal {
            Err(reason) => Err(input.refused(&name, reason)),
            Ok(id) => match archive.by_index(index) {
                Ok(member) => take(input, id, member, &mut unpacked),
                Err(error) => Err(input.refused(&name, format!("it cannot be unpacked: {error}"))),
            },
        };
        sink(record, read)?;
        if unpacked > input.limits.bytes {
            let error = LimitError::BytesInAll(input.limits.bytes);
            return sink(Err(Fault::of(input.id, FaultKind::Refused, error)), read);
        }
    }
    ControlFlow::Continue(())
}

/// The number of members that an archive declares. It is checked before the library reads the whole
/// directory into memory. If there are several end records, the largest number counts.
fn declared(file: &mut File) -> io::Result<u64> {
    /// Size of the end-of-directory record, without the comment of at most 64 KiB that follows it.
    const END: u64 = 22;
    /// Size of the ZIP64 locator before that record, which archives with many members have: it says
    /// where the number of members is.
    const LOCATOR: u64 = 20;
    fn number<const N: usize>(bytes: &[u8], place: usize) -> Option<[u8; N]> {
        bytes.get(place..)?.first_chunk().copied()
    }
    let length = file.seek(SeekFrom::End(0))?;
    let tail = length.min(LOCATOR + END + u64::from(u16::MAX));
    file.seek(SeekFrom::Start(length - tail))?;
    let mut bytes = Vec::new();
    file.take(tail).read_to_end(&mut bytes)?;
    let mut most = 0;
    for (place, signature) in bytes.windows(4).enumerate() {
        let members = match signature {
            b"PK\x05\x06" => {
                number(&bytes, place + 10).map(|count| u64::from(u16::from_le_bytes(count)))
            }
            b"PK\x06\x07" => number(&bytes, place + 8).and_then(|offset| {
                file.seek(SeekFrom::Start(u64::from_le_bytes(offset)))
                    .ok()?;
                let mut end = [0; 40];
                file.read_exact(&mut end).ok()?;
                let count = number(&end, 32).map(u64::from_le_bytes)?;
                end.starts_with(b"PK\x06\x06").then_some(count)
            }),
            _ => None,
        };
        most = most.max(members.unwrap_or(0));
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(most)
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
    input: &InputFile,
    id: String,
    member: ZipFile<'_, R>,
    unpacked: &mut u64,
) -> Result<Record, Fault> {
    let compressed = member.compressed_size();
    let mut member = Counted::new(member);
    // The size in the header is not trusted.
    let bytes = read_at_most(&mut member.0, MAX_ARTICLE_BYTES);
    let length = member.1.get();
    *unpacked += length;
    let bytes =
        bytes.map_err(|error| input.refused(&id, format!("it cannot be unpacked: {error}")))?;
    input
        .limits
        .check(length, compressed)
        .map_err(|limit| input.over_limit(&id, limit))?;
    if is_container(&id, bytes.as_deref().unwrap_or_default()) {
        return Err(input.refused(&id, "it is an archive inside an archive; give it by itself"));
    }
    input.member(input.id_of(&id), bytes)
}
