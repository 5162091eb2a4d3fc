//! The result of one article in a folder of results: a call for one has no journal.
//!
//! Policy: what another article's call wrote is not replaced, nor what this program did not write. What
//! made a file cannot be seen from it in every format, so a hidden file in the folder says of each result
//! which article it is of, and how it was when it was written: one that was changed since is not replaced
//! either.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::file_name::{disambiguated_as, output_names};
use super::key::{key, shortened};
use super::paths::SINGLE_RESULTS;
use crate::files::{
    AtomicFile, Place, Stamp, folder_of, hex, is_same_file, open_file_with, read_text,
    read_text_from, real_path, sha256_of_file,
};

/// Maximum size of the file that says whose the results are: some 200,000 of them.
const MAX_BYTES: u64 = 64 << 20;

/// Where the result of one article goes in a folder.
#[derive(Debug)]
pub(crate) struct SingleResult {
    folder: PathBuf,
    id: String,
    /// Where the article is read, all links followed; `None` if it is no file: it is known by its content.
    input: Option<PathBuf>,
    extension: &'static str,
    /// Whether the best name may be that of an article beside it.
    is_contested: bool,
    overwrite: bool,
}

/// A result that was written.
pub(crate) struct WrittenSingle {
    /// The file.
    pub(crate) path: PathBuf,
    /// The file that it would have replaced, had its name not been another's.
    pub(crate) other: Option<PathBuf>,
}

/// A line of the file that says whose the results are.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    file: String,
    /// Key of the article.
    article: String,
    stamp: Stamp,
    /// Key of the result's bytes.
    digest: String,
}

/// Why a result has no name in a folder.
#[derive(Debug, thiserror::Error)]
#[error("{} is there, and is no result of this article", .path.display())]
pub(crate) struct TakenName {
    /// The file.
    pub(crate) path: PathBuf,
}

impl SingleResult {
    /// `id` is the article's, as it was typed; `input` the file that it is read from. `is_contested` tells
    /// whether an article beside it may have the best of its names; with `overwrite`, the result replaces
    /// what has its name.
    pub(crate) fn new(
        folder: &Path,
        id: &str,
        input: Option<&Path>,
        extension: &'static str,
        is_contested: bool,
        overwrite: bool,
    ) -> Self {
        Self {
            folder: folder.to_owned(),
            id: id.to_owned(),
            input: input.map(real_path),
            extension,
            is_contested,
            overwrite,
        }
    }

    /// The file, as far as it can be told before the article is read.
    ///
    /// # Errors
    /// If no name is left.
    pub(crate) fn look(&self) -> Result<PathBuf, TakenName> {
        let Some(place) = &self.input else {
            // Whose its names are is known when its content is.
            let names = self.names("");
            let mut paths = names.iter().map(|name| self.folder.join(name));
            let free = paths.find(|path| self.overwrite || path.symlink_metadata().is_err());
            return Ok(free.unwrap_or_else(|| self.folder.clone()));
        };
        let text = read_text(&self.folder.join(SINGLE_RESULTS), MAX_BYTES);
        let (name, _) = self.choose(&known(&text.unwrap_or_default()), &of_place(place))?;
        Ok(self.folder.join(name))
    }

    /// Writes the result of the article, whose content has the digest `content`, and whose it is.
    ///
    /// # Errors
    /// If no name is left, or it cannot be written.
    pub(crate) fn write(&self, content: &str, bytes: &[u8]) -> io::Result<WrittenSingle> {
        fs::create_dir_all(&self.folder)?;
        let path = self.folder.join(SINGLE_RESULTS);
        if path.is_symlink() {
            return Err(io::Error::other(format!("{} is a link", path.display())));
        }
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        let mut whose = open_file_with(&path, &mut options)?;
        // Two calls at once would choose the same name. Where a file system has no locks they may.
        let _ = whose.lock();
        // By the file that is locked: Windows lets no other read it.
        let text = read_text_from(&whose, MAX_BYTES).unwrap_or_default();
        let article = match &self.input {
            Some(place) => of_place(place),
            None => hex(&key(format!("content\0{content}").as_bytes())),
        };
        let (name, other) = self
            .choose(&known(&text), &article)
            .map_err(|taken| io::Error::new(io::ErrorKind::AlreadyExists, taken))?;
        let path = self.folder.join(&name);
        if !is_file(&path) {
            let message = format!("{} is no regular file", path.display());
            return Err(io::Error::other(message));
        }
        fs::create_dir_all(folder_of(&path))?;
        let mut file = AtomicFile::create(&path.canonicalize().unwrap_or_else(|_| path.clone()))?;
        file.write_all(bytes)?;
        let stamp = Stamp::of(&file.commit()?.metadata()?);
        let line = Line {
            file: name,
            article,
            stamp,
            digest: hex(&key(bytes)),
        };
        let mut line = serde_json::to_vec(&line)?;
        line.push(b'\n');
        whose.write_all(&line)?;
        Ok(WrittenSingle { path, other })
    }

    /// The names that the result can have, the best first; the last is that of no other article.
    fn names(&self, article: &str) -> Vec<String> {
        let mut names = output_names(&self.id, Some(&self.id), self.extension);
        if self.is_contested && names.len() > 1 {
            names.remove(0);
        }
        names.push(disambiguated_as(&self.id, article, self.extension));
        names
    }

    /// The name of the file for an article, and the file that has a better one and is not of it.
    fn choose(
        &self,
        known: &BTreeMap<String, Line>,
        article: &str,
    ) -> Result<(String, Option<PathBuf>), TakenName> {
        let is_free = |path: &Path| path.symlink_metadata().is_err();
        // What an article was called once it keeps.
        let ending = format!(".{}", self.extension);
        let is_own = |line: &&Line| line.article == article && line.file.ends_with(&ending);
        let mut own = known.values().filter(is_own);
        let is_there = own
            .clone()
            .find(|line| line.is_of(&self.folder.join(&line.file)));
        if let Some(line) =
            is_there.or_else(|| own.find(|line| is_free(&self.folder.join(&line.file))))
        {
            return Ok((line.file.clone(), None));
        }
        let mut other = None;
        for name in self.names(article) {
            let path = self.folder.join(&name);
            let input = self.input.as_deref();
            if input.is_some_and(|input| is_same_file(input, &path)) {
                continue;
            }
            // What is no file is told by who asks.
            if self.overwrite || is_free(&path) || !is_file(&path) {
                return Ok((name, other));
            }
            other.get_or_insert(path);
        }
        let path = other.unwrap_or_else(|| self.folder.clone());
        Err(TakenName { path })
    }
}

impl Line {
    /// Whether the file is still as it was written.
    fn is_of(&self, path: &Path) -> bool {
        let now = path.symlink_metadata().ok().filter(fs::Metadata::is_file);
        now.is_some_and(|now| {
            let now = Stamp::of(&now);
            let digest = || sha256_of_file(path).ok();
            now == self.stamp
                || now.bytes == self.stamp.bytes
                    && digest().is_some_and(|now| hex(&shortened(&now)) == self.digest)
        })
    }
}

/// Whether a file is at a path, or nothing.
fn is_file(path: &Path) -> bool {
    matches!(Place::of(path), Ok(Place::File))
}

/// What an article is known by that is read from this place.
fn of_place(place: &Path) -> String {
    let place = [b"place\0", place.as_os_str().as_encoded_bytes()].concat();
    hex(&key(&place))
}

/// What the lines of the file say, by the names of results. A damaged line costs only what it told of.
fn known(text: &str) -> BTreeMap<String, Line> {
    let lines = text.lines();
    let lines = lines.filter_map(|line| serde_json::from_str::<Line>(line).ok());
    // Who wrote them is not known: a name that leads out of the folder is none of ours.
    let lines = lines.filter(|line| {
        let mut parts = Path::new(&line.file).components();
        parts.all(|part| matches!(part, Component::Normal(_)))
    });
    lines.map(|line| (line.file.clone(), line)).collect()
}
