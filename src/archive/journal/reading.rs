//! Reads the lines of a journal that count, whatever happened to it.
//!
//! Policy: a damaged or missing line is noticed by checksums and numbers, and costs only what it
//! said. Entries count once they are committed. What follows the last commit is what a killed run
//! left, and no damage; but where a damaged line follows entries, that line may have been their
//! commit, and they count: results are durable before their entries are written.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use serde::Deserialize;

use super::entry::{JournalLine, MAX_LINE_BYTES, VERSION};
use super::line;

/// What a file in the place of a journal is.
pub(super) enum Found {
    Journal(Extent),
    /// A journal of a format that is not read.
    Version(u32),
    /// The file of another program.
    Other,
}

/// The lines of a journal that count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Extent {
    /// Where they end.
    pub bytes: u64,
    /// How many lines there are up to there, missing ones included.
    pub lines: u64,
    pub commits: u64,
    /// Lines that are damaged or missing.
    pub lost: u64,
}

/// Reads a journal and hands each line that counts to `each`, with the byte at which it begins.
pub(super) fn read(
    mut file: &File,
    each: &mut dyn FnMut(u64, JournalLine) -> io::Result<()>,
) -> io::Result<Found> {
    file.seek(SeekFrom::Start(0))?;
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let mut lines = Lines::default();
    let mut is_ours = false;
    let mut here = 0;
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let limited = reader.by_ref().take(MAX_LINE_BYTES);
        let start = here;
        here += limited_line(limited, &mut bytes)?;
        if start == here {
            break;
        }
        match line::parse(&bytes) {
            Some((_, JournalLine::Header { journal })) if journal != VERSION => {
                return Ok(Found::Version(journal));
            }
            Some((number, line)) => {
                is_ours = true;
                lines.add(start, here, number, line, each)?;
            }
            None => {
                if start == 0
                    && let Some(version) = unsealed_version(&bytes)
                {
                    return Ok(Found::Version(version));
                }
                // An incomplete first line is that of a journal if it is the beginning of a header.
                is_ours |= start == 0 && line::bytes(&JournalLine::header(), 0).starts_with(&bytes);
                lines.damaged += u64::from(bytes.ends_with(b"\n"));
                if !is_ours && here >= MAX_LINE_BYTES {
                    break;
                }
            }
        }
    }
    if !is_ours && here > 0 {
        return Ok(Found::Other);
    }
    lines.end(each).map(Found::Journal)
}

/// Reads up to a line break; returns the number of bytes.
fn limited_line(mut from: impl BufRead, bytes: &mut Vec<u8>) -> io::Result<u64> {
    Ok(from.read_until(b'\n', bytes)? as u64)
}

/// The version of a journal whose first line has no checksum.
fn unsealed_version(bytes: &[u8]) -> Option<u32> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Header {
        journal: u32,
    }
    let header: Header = serde_json::from_slice(bytes).ok()?;
    (header.journal != VERSION).then_some(header.journal)
}

/// The lines read so far.
#[derive(Default)]
struct Lines {
    counted: Extent,
    /// Number of the next line.
    next: u64,
    /// Where the last sound line ends.
    end: u64,
    /// Entries without a commit, and the byte at which each begins.
    pending: Vec<(u64, JournalLine)>,
    /// Damaged lines since the last sound one.
    damaged: u64,
}

impl Lines {
    /// Adds a sound line, which extends from `start` to `end`.
    fn add(
        &mut self,
        start: u64,
        end: u64,
        number: u64,
        line: JournalLine,
        each: &mut dyn FnMut(u64, JournalLine) -> io::Result<()>,
    ) -> io::Result<()> {
        self.damaged = 0;
        let Some(missing) = number.checked_sub(self.next) else {
            // A line that is there a second time.
            self.counted.lost += 1;
            return Ok(());
        };
        self.counted.lost += missing;
        self.next = number + 1;
        self.end = end;
        if matches!(line, JournalLine::Entry(_)) {
            self.pending.push((start, line));
            return Ok(());
        }
        // Nothing but a commit is written after entries, so if this is none, theirs is missing.
        self.commit(each)?;
        if let JournalLine::Commit { commit, .. } = line {
            self.counted.commits = commit;
        }
        each(start, line)
    }

    fn commit(
        &mut self,
        each: &mut dyn FnMut(u64, JournalLine) -> io::Result<()>,
    ) -> io::Result<()> {
        (self.counted.bytes, self.counted.lines) = (self.end, self.next);
        self.pending
            .drain(..)
            .try_for_each(|(start, line)| each(start, line))
    }

    fn end(
        mut self,
        each: &mut dyn FnMut(u64, JournalLine) -> io::Result<()>,
    ) -> io::Result<Extent> {
        self.counted.lost += self.damaged;
        if self.damaged > 0 && !self.pending.is_empty() {
            self.commit(each)?;
            // Where the lines are written anew, a line that is no entry has to follow these.
            let writing = Vec::new();
            each(self.end, JournalLine::Writing { writing })?;
        }
        Ok(self.counted)
    }
}
