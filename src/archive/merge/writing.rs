//! Writes lines of the parts, read at their positions.

use std::collections::{HashMap, hash_map};
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::index::{LinePosition, PartFile, PartLine};
use crate::archive::collection::{self, CollectionFormat};
use crate::files::{AtomicFile, folder_of, open_file, temporary_of};

/// Parts kept open at once.
const MAX_OPEN_FILES: usize = 128;

/// Reads lines at their positions.
pub(super) struct LineReader<'a> {
    files: &'a [PartFile],
    open: HashMap<usize, File>,
}

impl<'a> LineReader<'a> {
    pub(super) fn new(files: &'a [PartFile]) -> Self {
        Self {
            files,
            open: HashMap::new(),
        }
    }

    /// Writes lines to a stream.
    pub(super) fn copy<'e>(
        &mut self,
        entries: impl Iterator<Item = &'e PartLine>,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        for entry in entries {
            to.write_all(&self.line(entry.position)?)?;
            to.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Writes lines to a file, which the caller commits.
    pub(super) fn file<'e>(
        &mut self,
        entries: impl Iterator<Item = &'e PartLine>,
        out: &Path,
    ) -> io::Result<AtomicFile> {
        let mut to = AtomicFile::create(out)?;
        self.copy(entries, &mut to)?;
        to.sync()?;
        Ok(to)
    }

    /// Writes lines to a file of another format, which the caller commits.
    pub(super) fn collection<'e>(
        &mut self,
        entries: impl Iterator<Item = &'e PartLine>,
        format: CollectionFormat,
        out: &Path,
    ) -> io::Result<AtomicFile> {
        let data = NamedTempFile::new_in(folder_of(out))?;
        let mut lines = BufWriter::new(&data);
        let (mut ranges, mut end) = (Vec::new(), 0);
        for entry in entries {
            lines.write_all(&self.line(entry.position)?)?;
            ranges.push((end, end + entry.position.length));
            end += entry.position.length;
        }
        lines.flush()?;
        let mut to = AtomicFile::create(out)?;
        let scratch = temporary_of(data.path());
        collection::write(format, data.path(), &ranges, None, &scratch, &mut to)?;
        to.sync()?;
        Ok(to)
    }

    fn line(&mut self, position: LinePosition) -> io::Result<Vec<u8>> {
        let lost = || io::Error::other("a part changed while it was read");
        if self.open.len() >= MAX_OPEN_FILES && !self.open.contains_key(&position.file) {
            self.open.clear();
        }
        let file = match self.open.entry(position.file) {
            hash_map::Entry::Occupied(open) => open.into_mut(),
            hash_map::Entry::Vacant(closed) => {
                let lines = self.files.get(position.file).ok_or_else(lost)?;
                closed.insert(open_file(&lines.read)?)
            }
        };
        file.seek(SeekFrom::Start(position.start))?;
        let mut line = Vec::new();
        file.take(position.length).read_to_end(&mut line)?;
        if line.len() as u64 != position.length {
            return Err(lost());
        }
        Ok(line)
    }
}
