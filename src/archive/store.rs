//! Where results go: a file each below a folder, or one file of JSON lines (or Parquet).
//!
//! Policy: a name that a reader knows holds a whole result or nothing. In a folder every result is
//! written beside, made durable, and renamed. A file of many grows as `NAME.part`, as far as the
//! journal says, and gets its name when all is there.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::journal::{Data, Journal, Known, Past, beside};
use super::rows;
use crate::report::{self, Document, Format, Style};

/// What stands beside the results of a folder.
pub(super) const JOURNAL: &str = "journal.jsonl";
pub(super) const ERRORS: &str = "errors.jsonl";
pub(super) const DIGEST: &str = "report.html";
pub(super) const UNFINISHED: &str = ".unfinished";

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
            Self::Lines(path) | Self::Parquet(path) => beside(path, "journal"),
        }
    }

    /// Where failures are listed.
    pub fn errors(&self) -> PathBuf {
        match self {
            Self::Folder { root, .. } => root.join(ERRORS),
            Self::Lines(path) | Self::Parquet(path) => beside(path, "errors.jsonl"),
        }
    }

    /// The overview of a folder of results.
    pub fn digest(&self) -> Option<PathBuf> {
        match self {
            Self::Folder { root, .. } => Some(root.join(DIGEST)),
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
            remove(&beside(&whole, "new"))?;
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
            Self::One(one) => {
                let new = beside(&one.path, "new");
                one.finish(journal, entries).inspect_err(|_| {
                    // A full disk has no room for it; where it stays, the next run removes it.
                    let _ = remove(&new);
                })
            }
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
        fs::create_dir_all(&self.unfinished)?;
        let temporary = self.unfinished.join("result");
        let mut file = File::create(&temporary)?;
        file.write_all(&bytes)?;
        file.sync_data()?;
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder)?;
        fs::rename(&temporary, &path)?;
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
    let part = beside(path, "part");
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
        let part = beside(path, "part");
        remove(&beside(path, "new"))?;
        remove(&beside(&part, "copy"))?;
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
            let copy = beside(&self.part, "copy");
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
            let temporary = beside(&self.path, "new");
            rows::write(self.data(), &ranges, &temporary)?;
            return fs::rename(&temporary, &self.path);
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
        sync_folder(parent(&self.path))
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
        let temporary = beside(&self.path, "new");
        let mut from = BufReader::new(File::open(data)?);
        let mut to = BufWriter::new(File::create(&temporary)?);
        let mut end = 0;
        let mut moved = Vec::with_capacity(ranges.len());
        for &(start, stop) in ranges {
            from.seek(SeekFrom::Start(start))?;
            let length = io::copy(&mut from.by_ref().take(stop - start), &mut to)?;
            moved.push((end, end + length));
            end += length;
        }
        to.into_inner()?.sync_all()?;
        if data == self.path {
            // The ranges would point into what is about to be replaced.
            let copy = beside(&self.part, "copy");
            fs::copy(&self.path, &copy)?;
            fs::rename(&copy, &self.part)?;
            journal.data(Data::Part)?;
        }
        fs::rename(&temporary, &self.path)?;
        journal.replace(entries, &moved)?;
        remove(&self.part)
    }
}

/// Removes a file or folder of ours, if it is there.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    let removed = match path.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Writes a small file that appears whole or not at all.
pub(super) fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    Whole::write(path, write)?.appear()
}

/// A small file that is written whole, and does not have its name yet.
pub(super) struct Whole<'a> {
    path: &'a Path,
    temporary: PathBuf,
}

impl<'a> Whole<'a> {
    pub(super) fn write(
        path: &'a Path,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<Self> {
        // From here on it is removed again, should anything fail: a full disk has no room for it.
        let whole = Self {
            path,
            temporary: beside(path, "new"),
        };
        let mut out = BufWriter::new(File::create(&whole.temporary)?);
        write(&mut out)?;
        out.into_inner()?.sync_all()?;
        Ok(whole)
    }

    pub(super) fn appear(self) -> io::Result<()> {
        fs::rename(&self.temporary, self.path)
    }
}

impl Drop for Whole<'_> {
    fn drop(&mut self) {
        // Where it got its name it is gone; where it cannot be removed, the next run does.
        let _ = fs::remove_file(&self.temporary);
    }
}

pub(super) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes names in a folder durable, where the system can.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_written_whole_leaves_the_one_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.html");
        write_whole(&path, |out| out.write_all(b"whole")).unwrap();
        let error = write_whole(&path, |out| {
            out.write_all(b"to")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert_eq!(error.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(folder.path().read_dir().unwrap().count(), 1);
    }
}
