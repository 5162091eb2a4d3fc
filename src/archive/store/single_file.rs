//! All results in one file: JSON lines as they come, in the inputs' order at the end.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::archive::journal::{DataFile, History, Journal};
use crate::archive::output::{Output, StoredAt};
use crate::archive::parquet_output;
use crate::document::Document;
use crate::files::{AtomicFile, folder_of, remove, sync_folder, with_ending};
use crate::report::{self, Format, Style};

/// A single file of results.
pub(in crate::archive) struct SingleFileStore {
    path: PathBuf,
    /// The unfinished file.
    part: PathBuf,
    parquet: bool,
    /// The unfinished file; `None` until something is written.
    file: Option<File>,
    /// How many bytes of the unfinished file are valid.
    length: u64,
    data: DataFile,
}

/// Size of the file that the ranges of a journal refer to; 0 if it is missing.
pub(in crate::archive) fn data_length(output: &Output, data: DataFile) -> u64 {
    let (Output::JsonLines(path) | Output::Parquet(path)) = output else {
        return 0;
    };
    let part = with_ending(path, "part");
    let parquet = matches!(output, Output::Parquet(_));
    let file = data_file(path, &part, data, parquet);
    fs::metadata(file).map_or(0, |metadata| metadata.len())
}

fn data_file<'a>(path: &'a Path, part: &'a Path, data: DataFile, parquet: bool) -> &'a Path {
    if parquet || (data == DataFile::Part && part.exists()) {
        part
    } else {
        path
    }
}

impl SingleFileStore {
    pub(super) fn open(path: &Path, parquet: bool, history: &History) -> io::Result<Self> {
        let part = with_ending(path, "part");
        remove(&with_ending(path, "new"))?;
        remove(&with_ending(&part, "copy"))?;
        if history.data == DataFile::Final {
            remove(&part)?;
        }
        let ends = history.articles.values().filter_map(|prior| prior.range);
        let length = ends.map(|(_, end)| end).max().unwrap_or(0);
        Ok(Self {
            path: path.to_owned(),
            part,
            parquet,
            file: None,
            length,
            data: history.data,
        })
    }

    fn data(&self) -> &Path {
        data_file(&self.path, &self.part, self.data, self.parquet)
    }

    /// The file under its final name, to be written from the beginning.
    fn new_file(&self) -> io::Result<AtomicFile> {
        AtomicFile::create_as(&self.path, &with_ending(&self.path, "new"))
    }

    pub(super) fn put(
        &mut self,
        document: &Document,
        journal: &mut Journal,
    ) -> io::Result<StoredAt> {
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
        Ok(StoredAt::Range(start, self.length))
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.as_ref().map_or(Ok(()), File::sync_data)
    }

    /// Opens the unfinished file where it stopped; what is after that was never committed. If there
    /// is only the final file, a copy of it is continued.
    fn begin(&mut self, journal: &mut Journal) -> io::Result<File> {
        if self.length > 0 && self.data() == self.path {
            self.copy_to_part()?;
            journal.data(DataFile::Part)?;
            self.data = DataFile::Part;
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&self.part)?;
        // A file shorter than the journal says has lost results: it is continued from its end.
        self.length = self.length.min(file.metadata()?.len());
        file.set_len(self.length)?;
        file.seek(SeekFrom::Start(self.length))?;
        Ok(file)
    }

    /// Makes the unfinished file a copy of the final one.
    fn copy_to_part(&self) -> io::Result<()> {
        let copy = with_ending(&self.part, "copy");
        // The system copies a large file faster than a loop does, and keeps its permissions.
        fs::copy(&self.path, &copy)?;
        File::open(&copy)?.sync_all()?;
        fs::rename(&copy, &self.part)
    }

    pub(super) fn finish(mut self, journal: &mut Journal, entries: &[u64]) -> io::Result<()> {
        let mut reader = journal.reader()?;
        let mut ranges = Vec::with_capacity(entries.len());
        for &entry in entries {
            ranges.extend(reader.entry(entry)?.done.and_then(|done| done.range));
        }
        let mut end = 0;
        let in_order = ranges
            .iter()
            .all(|&(from, to)| std::mem::replace(&mut end, to) == from);
        self.file = None;
        if self.parquet {
            return parquet_output::write(self.data(), &ranges, self.new_file()?);
        }
        let data = self.data().to_owned();
        let whole = in_order && fs::metadata(&data).map_or(0, |data| data.len()) >= end;
        if ranges.is_empty() && !data.exists() {
            File::create(&self.path)?;
        } else if whole && data == self.part {
            let file = OpenOptions::new().write(true).open(&data)?;
            file.set_len(end)?;
            file.sync_all()?;
            fs::rename(&data, &self.path)?;
        } else if !(whole && fs::metadata(&data)?.len() == end) {
            self.assemble(&data, journal, entries, &ranges)?;
        }
        sync_folder(folder_of(&self.path))
    }

    /// Copies the results in the order of the articles: some were made later than their neighbours,
    /// or made again.
    fn assemble(
        &self,
        data: &Path,
        journal: &mut Journal,
        entries: &[u64],
        ranges: &[(u64, u64)],
    ) -> io::Result<()> {
        let mut from = BufReader::new(File::open(data)?);
        let mut to = self.new_file()?;
        let mut end = 0;
        let mut moved = Vec::with_capacity(ranges.len());
        for &(start, stop) in ranges {
            from.seek(SeekFrom::Start(start))?;
            let length = io::copy(&mut from.by_ref().take(stop - start), &mut to)?;
            moved.push((end, end + length));
            end += length;
        }
        if data == self.path {
            // The ranges refer to the final file, which is about to be replaced.
            self.copy_to_part()?;
            journal.data(DataFile::Part)?;
        }
        to.rename()?;
        journal.replace(entries, &moved)?;
        remove(&self.part)
    }
}
