//! Where results go: a file each below a folder, or one file of JSON lines (or Parquet).
//!
//! Policy: a name that a reader knows holds a whole result or nothing. In a folder every result is
//! written beside, made durable, and renamed. A file of many grows as `NAME.part`, as far as the
//! journal says, and gets its name when all is there.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::journal::{Data, Journal, Known, Past};
use super::paths::{ERRORS, JOURNAL, OVERVIEW, UNFINISHED};
use super::rows;
use crate::files::{AtomicFile, folder_of, remove, sync_folder, with_ending};
use crate::report::{self, Document, Format, Style};

/// Where the results of a run go.
#[derive(Debug, Clone)]
pub enum Target {
    /// A file an article below this folder, in this format; `marks` names failed checks in text.
    Folder {
        root: PathBuf,
        format: Format,
        marks: bool,
    },
    /// All into one file of JSON lines.
    Lines(PathBuf),
    /// All into one Parquet file.
    Parquet(PathBuf),
}

impl Target {
    pub(super) fn journal(&self) -> PathBuf {
        match self {
            Self::Folder { root, .. } => root.join(JOURNAL),
            Self::Lines(path) | Self::Parquet(path) => with_ending(path, "journal"),
        }
    }

    /// Where failures are listed.
    pub fn errors(&self) -> PathBuf {
        match self {
            Self::Folder { root, .. } => root.join(ERRORS),
            Self::Lines(path) | Self::Parquet(path) => with_ending(path, "errors.jsonl"),
        }
    }

    /// The overview of a folder of results.
    pub fn digest(&self) -> Option<PathBuf> {
        match self {
            Self::Folder { root, .. } => Some(root.join(OVERVIEW)),
            Self::Lines(_) | Self::Parquet(_) => None,
        }
    }
}

/// Where a result was put.
pub(super) enum Placed {
    File(String),
    Range(u64, u64),
}

/// The results of a run, being written.
pub(super) enum Store {
    Folder(Folder),
    One(One),
}

impl Store {
    /// Opens the place for results and clears away what an interrupted run left there unfinished.
    pub(super) fn open(target: &Target, past: &Past) -> io::Result<Self> {
        for whole in [Some(target.errors()), target.digest()]
            .into_iter()
            .flatten()
        {
            remove(&with_ending(&whole, "new"))?;
        }
        match target {
            Target::Folder {
                root,
                format,
                marks,
            } => {
                let unfinished = root.join(UNFINISHED);
                remove(&unfinished)?;
                Ok(Self::Folder(Folder {
                    root: root.clone(),
                    unfinished,
                    format: *format,
                    style: Style {
                        marks: *marks,
                        ..Style::default()
                    },
                    touched: BTreeSet::new(),
                }))
            }
            Target::Lines(path) => One::open(path, false, past).map(Self::One),
            Target::Parquet(path) => One::open(path, true, past).map(Self::One),
        }
    }

    /// Whether the result an earlier run put somewhere is still there.
    pub(super) fn holds(target: &Target, place: &str, known: &Known, data: u64) -> bool {
        match (target, known.range) {
            (Target::Folder { root, .. }, _) => root.join(place).is_file(),
            (_, Some((_, end))) => end <= data,
            (_, None) => false,
        }
    }

    /// Puts a result in its place; see [`super::places`].
    pub(super) fn put(
        &mut self,
        document: &Document,
        place: &str,
        journal: &mut Journal,
    ) -> io::Result<Placed> {
        match self {
            Self::Folder(folder) => folder.put(document, place),
            Self::One(one) => one.put(document, journal),
        }
    }

    /// Makes durable what was put since the last time.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        match self {
            Self::Folder(folder) => folder.sync(),
            Self::One(one) => one.file.as_ref().map_or(Ok(()), File::sync_data),
        }
    }

    /// Gives the whole its name; `entries` are the finished articles' in the journal, in order.
    pub(super) fn finish(self, journal: &mut Journal, entries: &[u64]) -> io::Result<()> {
        match self {
            Self::Folder(folder) => remove(&folder.unfinished),
            Self::One(one) => one.finish(journal, entries),
        }
    }
}

/// A file an article.
pub(super) struct Folder {
    root: PathBuf,
    unfinished: PathBuf,
    format: Format,
    style: Style,
    /// Folders in which names have changed.
    touched: BTreeSet<PathBuf>,
}

impl Folder {
    fn put(&mut self, document: &Document, place: &str) -> io::Result<Placed> {
        let path = self.root.join(place);
        let mut bytes = Vec::new();
        report::write(document, self.format, &self.style, &mut bytes)?;
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(&self.unfinished)?;
        let mut file = AtomicFile::create_as(&path, &self.unfinished.join("result"))?;
        file.write_all(&bytes)?;
        fs::create_dir_all(folder)?;
        file.rename()?;
        // A folder that is new is a name in the one above it.
        for folder in folder
            .ancestors()
            .take_while(|folder| folder.starts_with(&self.root))
        {
            if !self.touched.insert(folder.to_owned()) {
                break;
            }
        }
        Ok(Placed::File(place.to_owned()))
    }

    fn sync(&mut self) -> io::Result<()> {
        for folder in std::mem::take(&mut self.touched) {
            sync_folder(&folder)?;
        }
        Ok(())
    }
}

/// All results in one file.
pub(super) struct One {
    path: PathBuf,
    part: PathBuf,
    parquet: bool,
    /// Open once something is written.
    file: Option<File>,
    /// How much of the data counts.
    length: u64,
    data: Data,
}

/// How many bytes there are of what ranges lie in.
pub(super) fn data_length(target: &Target, data: Data) -> u64 {
    let (Target::Lines(path) | Target::Parquet(path)) = target else {
        return 0;
    };
    let part = with_ending(path, "part");
    let parquet = matches!(target, Target::Parquet(_));
    let file = data_file(path, &part, data, parquet);
    fs::metadata(file).map_or(0, |metadata| metadata.len())
}

fn data_file<'a>(path: &'a Path, part: &'a Path, data: Data, parquet: bool) -> &'a Path {
    if parquet || (data == Data::Part && part.exists()) {
        part
    } else {
        path
    }
}

impl One {
    fn open(path: &Path, parquet: bool, past: &Past) -> io::Result<Self> {
        let part = with_ending(path, "part");
        remove(&with_ending(path, "new"))?;
        remove(&with_ending(&part, "copy"))?;
        if past.data == Data::Final {
            remove(&part)?;
        }
        let ends = past.articles.values().filter_map(|known| known.range);
        let length = ends.map(|(_, end)| end).max().unwrap_or(0);
        Ok(Self {
            path: path.to_owned(),
            part,
            parquet,
            file: None,
            length,
            data: past.data,
        })
    }

    fn data(&self) -> &Path {
        data_file(&self.path, &self.part, self.data, self.parquet)
    }

    fn put(&mut self, document: &Document, journal: &mut Journal) -> io::Result<Placed> {
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
        Ok(Placed::Range(start, self.length))
    }

    /// Opens the unfinished file where it stopped; what is behind that was never committed. Where the
    /// final file is all there is, it is gone on from a copy of it.
    fn begin(&mut self, journal: &mut Journal) -> io::Result<File> {
        if self.length > 0 && self.data() == self.path {
            let copy = with_ending(&self.part, "copy");
            fs::copy(&self.path, &copy)?;
            File::open(&copy)?.sync_all()?;
            fs::rename(&copy, &self.part)?;
            journal.data(Data::Part)?;
            self.data = Data::Part;
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&self.part)?;
        // A file shorter than the journal says lost what it held: it is written anew behind that.
        self.length = self.length.min(file.metadata()?.len());
        file.set_len(self.length)?;
        file.seek(SeekFrom::Start(self.length))?;
        Ok(file)
    }

    fn finish(mut self, journal: &mut Journal, entries: &[u64]) -> io::Result<()> {
        let mut reader = journal.reader()?;
        let mut ranges = Vec::with_capacity(entries.len());
        for &place in entries {
            ranges.extend(reader.entry(place)?.done.and_then(|done| done.range));
        }
        let mut end = 0;
        let in_order = ranges
            .iter()
            .all(|&(from, to)| std::mem::replace(&mut end, to) == from);
        self.file = None;
        if self.parquet {
            let new = AtomicFile::create_as(&self.path, &with_ending(&self.path, "new"))?;
            return rows::write(self.data(), &ranges, new);
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
        let mut to = AtomicFile::create_as(&self.path, &with_ending(&self.path, "new"))?;
        let mut end = 0;
        let mut moved = Vec::with_capacity(ranges.len());
        for &(start, stop) in ranges {
            from.seek(SeekFrom::Start(start))?;
            let length = io::copy(&mut from.by_ref().take(stop - start), &mut to)?;
            moved.push((end, end + length));
            end += length;
        }
        if data == self.path {
            // The ranges would point into what is about to be replaced.
            let copy = with_ending(&self.part, "copy");
            fs::copy(&self.path, &copy)?;
            fs::rename(&copy, &self.part)?;
            journal.data(Data::Part)?;
        }
        to.rename()?;
        journal.replace(entries, &moved)?;
        remove(&self.part)
    }
}
