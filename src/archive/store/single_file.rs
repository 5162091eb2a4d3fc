//! All results in one file: JSON lines as they come, in the inputs' order at the end. Another format
//! is written from those lines, which are kept in the unfinished file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::archive::collection::{self, CollectionFormat};
use crate::archive::journal::{DataFile, History, Journal, MadeFile, ResultPlace};
use crate::archive::key::key;
use crate::archive::output::{Output, StoredAt, StoredResult};
use crate::archive::shard::Shard;
use crate::archive::shard_footer::ShardFooter;
use crate::document::Document;
use crate::files::{
    AtomicFile, Stamp, folder_of, open_file, open_file_with, remove_file, sync_folder,
    temporary_of, with_ending,
};
use crate::report::{self, Format, Style};

/// A single file of results.
pub(in crate::archive) struct SingleFileStore {
    path: PathBuf,
    /// The unfinished file.
    part: PathBuf,
    /// The format of the file; `None` is JSON lines.
    collection: Option<CollectionFormat>,
    /// The unfinished file; `None` until something is written.
    file: Option<File>,
    /// How many bytes of the unfinished file are valid.
    length: u64,
    data: DataFile,
    /// The file that `data` names, as the journal knows it.
    stamp: Option<Stamp>,
}

/// The file that the ranges of a journal refer to; `None` for a folder.
pub(in crate::archive) fn data_file(output: &Output, data: DataFile) -> Option<PathBuf> {
    let part = output.part()?;
    match output {
        Output::JsonLines(path) if data == DataFile::Final || !part.exists() => Some(path.clone()),
        _ => Some(part),
    }
}

/// The files of results of a run that ended which were removed or changed since.
pub(in crate::archive) fn changed_since(output: &Output, history: &History) -> Vec<PathBuf> {
    let mut changed = Vec::new();
    if let (Output::Collection(path, _), Some(made)) = (output, &history.made)
        && !made.is_at(path)
    {
        changed.push(path.clone());
    }
    if let (Some(path), Some(stamp)) = (data_file(output, history.data), history.stamp)
        && stamp_of(&path) != Some(stamp)
    {
        changed.push(path);
    }
    changed
}

impl SingleFileStore {
    pub(super) fn open(
        path: &Path,
        collection: Option<CollectionFormat>,
        history: &History,
    ) -> io::Result<Self> {
        let part = with_ending(path, "part");
        remove_file(&temporary_of(path))?;
        remove_file(&temporary_of(&part))?;
        if history.data == DataFile::Final {
            remove_file(&part)?;
        }
        let ends = history.articles.values().filter_map(|prior| prior.place);
        let ends = ends.filter_map(|place| match place {
            ResultPlace::Range(_, end) => Some(end),
            ResultPlace::File(_) => None,
        });
        Ok(Self {
            path: path.to_owned(),
            part,
            collection,
            file: None,
            length: ends.max().unwrap_or(0),
            data: history.data,
            stamp: history.stamp,
        })
    }

    fn is_in_part(&self) -> bool {
        self.collection.is_some() || (self.data == DataFile::Part && self.part.exists())
    }

    fn data(&self) -> &Path {
        if self.is_in_part() {
            &self.part
        } else {
            &self.path
        }
    }

    /// The file under its final name, to be written from the beginning.
    fn new_file(&self) -> io::Result<AtomicFile> {
        AtomicFile::create_as(&self.path, &temporary_of(&self.path))
    }

    pub(super) fn put(
        &mut self,
        document: &Document,
        journal: &mut Journal,
    ) -> io::Result<StoredResult> {
        let mut line = Vec::new();
        report::write(document, Format::Jsonl, &Style::default(), &mut line)?;
        let mut file = match self.file.take() {
            Some(file) => file,
            None => self.begin(journal)?,
        };
        let start = self.length;
        let written = file.write_all(&line);
        self.file = Some(file);
        written?;
        self.length += line.len() as u64;
        Ok(StoredResult {
            place: StoredAt::Range(start, self.length),
            digest: key(&line),
        })
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.as_ref().map_or(Ok(()), File::sync_data)
    }

    /// Opens the unfinished file where it stopped; what is after that was never committed. If there
    /// is only the final file, a copy of it is continued.
    fn begin(&mut self, journal: &mut Journal) -> io::Result<File> {
        if self.length > 0 && !self.is_in_part() && self.path.exists() {
            self.copy_to_part()?;
        }
        if self.data != DataFile::Part || self.stamp.is_some() {
            journal.data(DataFile::Part, None, None)?;
            (self.data, self.stamp) = (DataFile::Part, None);
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = open_file_with(&self.part, &mut options)?;
        // A file shorter than the journal says has lost results: it is continued from its end.
        self.length = self.length.min(file.metadata()?.len());
        file.set_len(self.length)?;
        file.seek(SeekFrom::Start(self.length))?;
        Ok(file)
    }

    /// Makes the unfinished file a copy of the final one.
    fn copy_to_part(&self) -> io::Result<()> {
        let copy = temporary_of(&self.part);
        // The system copies a large file faster than a loop does, and keeps its permissions.
        fs::copy(&self.path, &copy)?;
        // Windows does not synchronise a file that is open to be read alone.
        let mut options = OpenOptions::new();
        options.read(true).write(cfg!(windows));
        open_file_with(&copy, &mut options)?.sync_all()?;
        fs::rename(&copy, &self.part)
    }

    pub(super) fn finish(
        mut self,
        journal: &mut Journal,
        entries: &[u64],
        shard: Option<Shard>,
        footer: Option<&ShardFooter>,
    ) -> io::Result<()> {
        let mut reader = journal.reader()?;
        let mut ranges = Vec::with_capacity(entries.len());
        for &entry in entries {
            ranges.extend(reader.entry(entry)?.done.and_then(|done| done.range));
        }
        drop(reader);
        self.file = None;
        if let Some(format) = self.collection {
            let mut out = self.new_file()?;
            let scratch = temporary_of(&self.part);
            collection::write(format, &self.part, &ranges, footer, &scratch, &mut out)?;
            out.commit()?;
            let made = MadeFile::of(&self.path)?;
            return journal.data(DataFile::Part, stamp_of(&self.part), Some(made));
        }
        let mut end = 0;
        let in_order = ranges
            .iter()
            .all(|&(from, to)| std::mem::replace(&mut end, to) == from);
        let footer = footer.map(ShardFooter::line).unwrap_or_default();
        let data = self.data().to_owned();
        let whole = in_order && fs::metadata(&data).map_or(0, |data| data.len()) >= end;
        if whole && !ranges.is_empty() && self.is_in_part() {
            let mut file = open_file_with(&data, OpenOptions::new().write(true))?;
            file.set_len(end)?;
            file.seek(SeekFrom::Start(end))?;
            file.write_all(&footer)?;
            file.sync_all()?;
            fs::rename(&data, &self.path)?;
        } else if !(whole && ends_with(&self.path, end, &footer)?) {
            return self.assemble(&data, journal, entries, &ranges, shard, &footer);
        }
        sync_folder(folder_of(&self.path))?;
        self.record(journal)
    }

    /// Records in the journal that the final file holds the results, and how it is now.
    fn record(&self, journal: &mut Journal) -> io::Result<()> {
        let (data, stamp) = (DataFile::Final, stamp_of(&self.path));
        if (data, stamp) == (self.data, self.stamp) {
            return Ok(());
        }
        journal.data(data, stamp, None)
    }

    /// Copies the results in the order of the articles: some were made later than their neighbours,
    /// or made again.
    fn assemble(
        &self,
        data: &Path,
        journal: &mut Journal,
        entries: &[u64],
        ranges: &[(u64, u64)],
        shard: Option<Shard>,
        footer: &[u8],
    ) -> io::Result<()> {
        let mut from = match ranges {
            [] => None,
            _ => Some(BufReader::new(open_file(data)?)),
        };
        let mut to = self.new_file()?;
        let mut end = 0;
        let mut moved = Vec::with_capacity(ranges.len());
        for &(start, stop) in ranges {
            let Some(from) = &mut from else { continue };
            from.seek(SeekFrom::Start(start))?;
            let length = io::copy(&mut from.by_ref().take(stop - start), &mut to)?;
            moved.push((end, end + length));
            end += length;
        }
        drop(from);
        to.write_all(footer)?;
        if data == self.path && !ranges.is_empty() {
            // The ranges refer to the final file, which is about to be replaced.
            self.copy_to_part()?;
            journal.data(DataFile::Part, None, None)?;
        }
        let stamp = Stamp::of(&to.rename()?.metadata()?);
        sync_folder(folder_of(&self.path))?;
        journal.replace(entries, &moved, shard, stamp)?;
        remove_file(&self.part)
    }
}

fn stamp_of(path: &Path) -> Option<Stamp> {
    fs::metadata(path).ok().map(|now| Stamp::of(&now))
}

/// Whether a file has nothing but `tail` after its first `start` bytes.
fn ends_with(path: &Path, start: u64, tail: &[u8]) -> io::Result<bool> {
    let mut file = match open_file(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    if file.metadata()?.len() != start + tail.len() as u64 {
        return Ok(false);
    }
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::with_capacity(tail.len());
    file.read_to_end(&mut bytes)?;
    Ok(bytes == tail)
}
