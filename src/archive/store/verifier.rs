//! Whether the results of earlier runs are still what those runs wrote.
//!
//! Policy: a result counts only if its digest is the one in its journal's entry, whatever happened
//! to the output since. Nothing is read where a file's stamp shows that it did not change.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;

use crate::archive::journal::{History, PriorResult, ResultPlace};
use crate::archive::key::{Key, key, shortened};
use crate::archive::output::Output;
use crate::archive::store::single_file::data_file;
use crate::files::{Stamp, open_file, sha256_of_file};

/// Checks the results of earlier runs.
pub(in crate::archive) struct ResultVerifier {
    results: Results,
}

enum Results {
    Folder(PathBuf),
    /// The file that the ranges in the journal refer to; `None` if it cannot be opened.
    SingleFile(Option<DataReader>),
}

struct DataReader {
    file: BufReader<File>,
    length: u64,
    /// Whether the file is as the last run left it.
    is_unchanged: bool,
}

impl ResultVerifier {
    pub(in crate::archive) fn new(output: &Output, history: &History) -> Self {
        let results = match output {
            Output::Folder { root, .. } => Results::Folder(root.clone()),
            Output::JsonLines(_) | Output::Collection(..) => {
                Results::SingleFile(DataReader::open(output, history).ok())
            }
        };
        Self { results }
    }

    /// Whether the result is still there; `file` is its name in a folder.
    pub(in crate::archive) fn holds(&mut self, file: &str, prior: &PriorResult) -> bool {
        match (&mut self.results, prior.place) {
            (Results::Folder(root), Some(ResultPlace::File(stamp))) => {
                let path = root.join(file);
                let now = fs::symlink_metadata(&path)
                    .ok()
                    .filter(fs::Metadata::is_file);
                now.is_some_and(|now| {
                    let now = Stamp::of(&now);
                    let digest = || sha256_of_file(&path).ok();
                    now == stamp
                        || now.bytes == stamp.bytes
                            && digest().is_some_and(|now| shortened(&now) == prior.digest)
                })
            }
            (Results::SingleFile(Some(data)), Some(ResultPlace::Range(start, end))) => {
                data.holds(start, end, prior.digest)
            }
            _ => false,
        }
    }
}

impl DataReader {
    fn open(output: &Output, history: &History) -> io::Result<Self> {
        let path = data_file(output, history.data);
        let file = open_file(&path.unwrap_or_default())?;
        let stamp = Stamp::of(&file.metadata()?);
        Ok(Self {
            file: BufReader::with_capacity(1 << 16, file),
            length: stamp.bytes,
            is_unchanged: history.stamp == Some(stamp),
        })
    }

    fn holds(&mut self, start: u64, end: u64, digest: Key) -> bool {
        if start >= end || end > self.length {
            return false;
        }
        self.is_unchanged || self.digest(start, end).is_ok_and(|now| now == digest)
    }

    fn digest(&mut self, start: u64, end: u64) -> io::Result<Key> {
        let here = self.file.stream_position()?;
        // Results are mostly checked in order: a relative seek keeps the buffer.
        match i64::try_from(start).ok().zip(i64::try_from(here).ok()) {
            Some((start, here)) => self.file.seek_relative(start - here)?,
            None => self.file.seek(SeekFrom::Start(start)).map(drop)?,
        }
        let mut bytes = Vec::new();
        self.file
            .by_ref()
            .take(end - start)
            .read_to_end(&mut bytes)?;
        Ok(key(&bytes))
    }
}
