//! Members of a zip archive.
//!
//! Policy: what the archive's directory declares is judged before any member is unpacked: how many
//! members there are, whether two of them share bytes of the file, and what they unpack to, each
//! and all together. What members really unpack to is counted as well, since headers may lie.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;

use zip::ZipArchive;
use zip::read::{ZipFile, ZipFileEntry};
use zip::result::ZipError;

use super::input_file::{InputFile, Sink, unreadable};
use super::input_kind::{inside_archive, is_container};
use super::limits::{Counted, LimitError, Limits, too_many};
use super::member_name::{is_hidden, member_id, zip_name};
use super::record::{Fault, FaultKind, Record};
use crate::files::{open_file, read_at_most};
use crate::input::MAX_ARTICLE_BYTES;

/// Size of a member's local header without its name, which the file has before the member's bytes.
const LOCAL_HEADER_BYTES: u64 = 30;

/// How many members a directory may have, if no more are asked for.
const MAX_MEMBERS: u64 = 1_000_000;

pub(super) fn read(input: &InputFile, sink: &mut Sink) -> ControlFlow<()> {
    let mut archive = match OpenZip::open(input, sink) {
        Ok(archive) => archive,
        Err(flow) => return flow,
    };
    let mut count = 0;
    for index in 0..archive.len() {
        if let Some(record) = archive.member(input, index) {
            count += 1;
            if count > input.limits.entries {
                return sink(Err(too_many(input.id, &input.limits)), archive.read);
            }
            sink(record, archive.read)?;
            if let Err(fault) = archive.check_so_far(input) {
                return sink(Err(fault), archive.read);
            }
        }
    }
    ControlFlow::Continue(())
}

/// An archive whose directory was judged.
pub(super) struct OpenZip {
    archive: ZipArchive<BufReader<File>>,
    /// Bytes of the file.
    pub size: u64,
    /// Where the directory begins.
    directory: u64,
    /// Compressed bytes of the members that were read.
    pub read: u64,
    /// What they unpacked to.
    unpacked: u64,
}

impl OpenZip {
    /// Opens an archive and judges its directory. What is wrong with it goes to `sink`; in an error,
    /// nothing more can be read.
    pub(super) fn open(input: &InputFile, sink: &mut Sink) -> Result<Self, ControlFlow<()>> {
        let opened = open_file(input.path).and_then(|mut file| {
            let size = file.metadata()?.len();
            Ok((declared(&mut file)?, size, file))
        });
        let (file, size, declared) = match opened {
            // All of the directory is held in memory.
            Ok((members, ..)) if members > input.limits.entries.max(MAX_MEMBERS) => {
                return Err(sink(Err(too_many(input.id, &input.limits)), 0));
            }
            Ok((members, size, file)) => (BufReader::new(file), size, members),
            Err(error) => return Err(sink(Err(unreadable(input.id, &error)), 0)),
        };
        let broken = |error: ZipError| input.broken("zip archive", &error);
        let archive = match ZipArchive::new(file) {
            Ok(archive) => archive,
            Err(error) => return Err(sink(Err(broken(error)), 0)),
        };
        let mut members = match listed(&archive) {
            Ok(members) => members,
            Err(error) => return Err(sink(Err(broken(error)), 0)),
        };
        let directory = archive.central_directory_start();
        members.retain(|member| member.is_before(directory));
        if members_overlap(&members) {
            let message = "its members overlap, so that it unpacks to more than it holds";
            let fault = Fault::new(input.id, FaultKind::Refused, message);
            return Err(sink(Err(fault), 0));
        }
        if let Err(limit) = check_all(&input.limits, &members, size) {
            let fault = Fault::of(input.id, FaultKind::Refused, limit);
            return Err(sink(Err(fault), 0));
        }
        let mut warn =
            |message: String| match sink(Err(Fault::new(input.id, FaultKind::Refused, message)), 0)
            {
                ControlFlow::Continue(()) => Ok(()),
                end => Err(end),
            };
        if archive.has_duplicate_names() {
            let message = "it holds several members of the same name; the last of each is read";
            warn(message.to_owned())?;
        }
        match entries_from(input.path, directory) {
            Ok(entries) if entries > declared => warn(format!(
                "its directory has {entries} entries and declares {declared}; the others are not read"
            ))?,
            Ok(_) => {}
            Err(error) => return Err(sink(Err(unreadable(input.id, &error)), 0)),
        }
        Ok(Self {
            archive,
            size,
            directory,
            read: 0,
            unpacked: 0,
        })
    }

    /// How many members there are.
    pub(super) fn len(&self) -> usize {
        self.archive.len()
    }

    /// The member of a name.
    pub(super) fn index_of(&self, name: &str) -> Option<usize> {
        self.archive.index_for_name(name)
    }

    /// The bytes of a member, at most so many.
    pub(super) fn bytes_of(&mut self, name: &str, most: u64) -> io::Result<Vec<u8>> {
        let member = self.archive.by_name(name).map_err(io::Error::from)?;
        let bytes = read_at_most(member, most)?;
        bytes.ok_or_else(|| io::Error::other("it is too large"))
    }

    /// The id of a member that may be read; `None` if it is a folder or hidden.
    fn checked(&mut self, input: &InputFile, index: usize) -> Option<Result<String, Fault>> {
        let entry = match self.archive.by_index_data(index) {
            Ok(entry) => entry,
            Err(error) => return Some(Err(input.broken("member", &error))),
        };
        let name = zip_name(entry.name_raw(), entry.name().ok().as_deref());
        if entry.is_dir() || is_hidden(&name) {
            return None;
        }
        self.read += entry.compressed_size();
        let member = Member::of(&entry);
        Some(
            match (refusal(&name, &entry), member.check(&input.limits)) {
                (Err(reason), _) => Err(input.refused(&name, reason)),
                (Ok(_), _) if !member.is_before(self.directory) => {
                    Err(input.refused(&name, "its bytes are not within the archive"))
                }
                (Ok(id), Err(limit)) => Err(input.over_limit(&id, limit)),
                (Ok(id), Ok(())) => Ok(id),
            },
        )
    }

    /// The article that a member is; `None` if it is a folder or hidden.
    pub(super) fn member(
        &mut self,
        input: &InputFile,
        index: usize,
    ) -> Option<Result<Record, Fault>> {
        let id = match self.checked(input, index)? {
            Ok(id) => id,
            Err(fault) => return Some(Err(fault)),
        };
        Some(match self.archive.by_index(index) {
            Ok(member) => take(input, id, member, &mut self.unpacked),
            Err(error) => Err(input.refused(&id, format!("it cannot be unpacked: {error}"))),
        })
    }

    /// Hands the stream of a member to `each`, if `is_wanted` says so of its name.
    pub(super) fn stream(
        &mut self,
        input: &InputFile,
        index: usize,
        is_wanted: impl Fn(&str) -> bool,
        sink: &mut Sink,
        each: impl FnOnce(String, &mut dyn Read, &mut Sink) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let id = match self.checked(input, index) {
            Some(Ok(id)) if is_wanted(&id) => id,
            Some(Err(fault)) => return sink(Err(fault), self.read),
            _ => return ControlFlow::Continue(()),
        };
        match self.archive.by_index(index) {
            Ok(mut member) => each(id, &mut member, sink),
            Err(error) => {
                let message = format!("it cannot be unpacked: {error}");
                sink(Err(input.refused(&id, message)), self.read)
            }
        }
    }

    /// Checks what members unpacked to so far.
    ///
    /// # Errors
    /// The limit that the archive exceeds.
    pub(super) fn check_so_far(&self, input: &InputFile) -> Result<(), Fault> {
        let checked = input.limits.check_so_far(self.unpacked, self.size);
        checked.map_err(|limit| Fault::of(input.id, FaultKind::Refused, limit))
    }
}

/// What the directory says of a member.
#[derive(Debug, Clone, Copy)]
struct Member {
    /// Where its local header begins in the file.
    start: u64,
    name_bytes: u64,
    compressed: u64,
    unpacked: u64,
}

impl Member {
    fn of(entry: &ZipFileEntry<'_>) -> Self {
        Self {
            start: entry.header_start(),
            name_bytes: entry.name_raw().len() as u64,
            compressed: entry.compressed_size(),
            unpacked: entry.size(),
        }
    }

    fn check(&self, limits: &Limits) -> Result<(), LimitError> {
        limits.check(self.unpacked, self.compressed)
    }

    /// Whether all of it comes before the archive's directory.
    fn is_before(&self, directory: u64) -> bool {
        self.end() <= directory
    }

    /// The byte after its last, at least.
    fn end(&self) -> u64 {
        let header = LOCAL_HEADER_BYTES.saturating_add(self.name_bytes);
        self.start
            .saturating_add(header)
            .saturating_add(self.compressed)
    }
}

/// The members as the directory lists them; no member is read.
fn listed<R: Read + Seek>(archive: &ZipArchive<R>) -> zip::result::ZipResult<Vec<Member>> {
    let entries = (0..archive.len()).map(|index| Ok(Member::of(&archive.by_index_data(index)?)));
    entries.collect()
}

/// Whether bytes of the file belong to two members.
fn members_overlap(members: &[Member]) -> bool {
    let mut ranges: Vec<(u64, u64)> = members.iter().map(|m| (m.start, m.end())).collect();
    ranges.sort_unstable();
    let next_starts = ranges.iter().skip(1).map(|&(start, _)| start);
    let mut neighbours = ranges.iter().zip(next_starts);
    neighbours.any(|(&(_, end), next)| end > next)
}

/// Checks what the members unpack to together; those that are refused by themselves do not count.
fn check_all(limits: &Limits, members: &[Member], size: u64) -> Result<(), LimitError> {
    let read = members.iter().filter(|member| member.check(limits).is_ok());
    let unpacked = read.fold(0_u64, |sum, member| sum.saturating_add(member.unpacked));
    limits.check(unpacked, size)
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

/// The number of entries that follow each other from the beginning of an archive's directory. Old
/// archivers declare the number of entries modulo 65,536, and the library reads so many.
fn entries_from(path: &Path, directory: u64) -> io::Result<u64> {
    /// Size of an entry without its name, extra field and comment, whose lengths it has.
    const ENTRY_BYTES: usize = 46;
    let mut file = open_file(path)?;
    file.seek(SeekFrom::Start(directory))?;
    let mut file = BufReader::new(file);
    let mut entries = 0;
    loop {
        let mut entry = [0; ENTRY_BYTES];
        match file.read_exact(&mut entry) {
            Ok(()) if entry.starts_with(b"PK\x01\x02") => {}
            Ok(()) => return Ok(entries),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(entries),
            Err(error) => return Err(error),
        }
        entries += 1;
        let length = |place: usize| i64::from(u16::from_le_bytes([entry[place], entry[place + 1]]));
        file.seek_relative(length(28) + length(30) + length(32))?;
    }
}

/// The member's id, or why it is not read.
fn refusal(name: &str, entry: &ZipFileEntry<'_>) -> Result<String, &'static str> {
    let id = member_id(name)?;
    if entry.is_symlink() {
        return Err("it is a link");
    }
    if entry.encrypted() {
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
        return Err(input.refused(&id, inside_archive(&id)));
    }
    input.member(input.id_of(&id), bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Members of equal sizes, one after the other.
    fn members(count: u64, compressed: u64, unpacked: u64) -> Vec<Member> {
        let member = |index| Member {
            start: index * (LOCAL_HEADER_BYTES + 5 + compressed),
            name_bytes: 5,
            compressed,
            unpacked,
        };
        (0..count).map(member).collect()
    }

    #[test]
    fn members_that_share_bytes_overlap() {
        let mut archive = members(3, 100, 100);
        assert!(!members_overlap(&archive));
        archive.reverse();
        assert!(!members_overlap(&archive));
        archive[1].compressed += 1;
        assert!(members_overlap(&archive));
        archive[1] = archive[0];
        assert!(members_overlap(&archive));
        assert!(!members_overlap(&[]));
    }

    #[test]
    fn a_member_that_would_reach_into_the_directory_harms_itself_alone() {
        let mut archive = members(3, 100, 100);
        let directory = archive[2].end();
        assert!(archive[2].is_before(directory));
        assert!(!archive[2].is_before(directory - 1));
        archive[1].compressed = u64::MAX;
        assert!(!archive[1].is_before(directory));
    }

    #[test]
    fn limits_hold_for_all_members_together() {
        let limits = Limits::default();
        let check = |members: &[Member]| {
            let size = members.iter().map(|member| member.compressed).sum();
            check_all(&limits, members, size)
        };
        assert_eq!(
            check(&members(40, 60 << 10, 60 << 20)),
            Err(LimitError::Ratio(200))
        );
        assert_eq!(check(&members(40, 1 << 20, 60 << 20)), Ok(()));
        let all = Limits {
            bytes: 100,
            ..limits
        };
        let many = members(3, 40, 40);
        assert_eq!(check_all(&all, &many, 120), Err(LimitError::Bytes(100)));
        // One that is refused by itself takes nothing from the others.
        let large = [&members(1, 10, 101)[..], &many[..2]].concat();
        assert_eq!(check_all(&all, &large, 120), Ok(()));
    }
}
