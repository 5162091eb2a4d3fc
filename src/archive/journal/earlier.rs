//! What a journal of an earlier format tells: which files are results of its runs. Nothing of it is
//! continued, since results were made and named otherwise.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use serde::Deserialize;

use super::entry::MAX_LINE_BYTES;
use crate::archive::key::{Key, key};

/// What is still of use.
#[derive(Default)]
pub(super) struct EarlierJournal {
    /// Articles with a result, by the keys of their ids.
    articles: HashSet<Key>,
    /// The files of results, as entries and lines before them name them.
    pub files: Vec<String>,
}

#[derive(Deserialize)]
struct Line {
    id: Option<String>,
    done: Option<Done>,
    #[serde(default)]
    writing: Vec<String>,
}

#[derive(Deserialize)]
struct Done {
    file: Option<String>,
}

impl EarlierJournal {
    /// Reads the lines that can be read.
    pub(super) fn read(mut file: &File) -> io::Result<Self> {
        file.seek(SeekFrom::Start(0))?;
        let mut reader = BufReader::new(file);
        let mut journal = Self::default();
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let mut line = reader.by_ref().take(MAX_LINE_BYTES);
            if line.read_until(b'\n', &mut bytes)? == 0 {
                return Ok(journal);
            }
            if let Ok(line) = serde_json::from_slice::<Line>(&bytes) {
                journal.files.extend(line.writing);
                if let (Some(id), Some(done)) = (line.id, line.done) {
                    journal.articles.insert(key(id.as_bytes()));
                    journal.files.extend(done.file);
                }
            }
        }
    }

    /// How many articles have a result.
    pub(super) fn articles(&self) -> u64 {
        self.articles.len() as u64
    }
}
