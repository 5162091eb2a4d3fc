//! Where the results of a run go, and the files that go with them.

use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::collection::CollectionFormat;
use super::input_kind::InputKind;
use super::input_paths::InputPaths;
use super::inputs::Inputs;
use super::key::Key;
use super::output_names::OutputNames;
use super::paths::{ERRORS, JOURNAL, OVERVIEW, UNFINISHED};
use super::{failure_list, overview, results_file};
use crate::files::{Stamp, with_ending};
use crate::report::index_page::parts_path;
use crate::report::{Format, Layout};

/// Where the results of a run go.
#[derive(Debug, Clone)]
pub enum Output {
    /// One file for each article, below this folder and in this format; `marks` adds the names of
    /// failed checks to text, `layout` is that of Word documents.
    Folder {
        /// The folder; it is created if it does not exist.
        root: PathBuf,
        /// The format of each article's file.
        format: Format,
        /// Whether text names the checks a sentence failed.
        marks: bool,
        /// Lists the names of an article below its text.
        names: bool,
        /// What Word documents show of the two texts.
        layout: Layout,
    },
    /// All results in one file of JSON lines.
    JsonLines(PathBuf),
    /// All results in one file of another format.
    Collection(PathBuf, CollectionFormat),
}

/// Why an output cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// A device, pipe, socket or link, or a folder in the place of a file.
    #[error("{} is no regular file", path.display())]
    Special {
        /// What is there.
        path: PathBuf,
    },
    /// Another program's file, or one of a run into another output.
    #[error("{} was not made by a run into this output", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// It would replace an input.
    #[error("{} would replace the input {}", output.display(), input.display())]
    ReplacesInput {
        /// What would be written.
        output: PathBuf,
        /// The input, as it was given.
        input: PathBuf,
    },
    /// It would be in a folder that is read.
    #[error("{} would be read as an article of {} the next time", output.display(), folder.display())]
    AmongInputs {
        /// What would be written.
        output: PathBuf,
        /// The input, as it was given.
        folder: PathBuf,
    },
    /// The file system does not say what is there.
    #[error("cannot look at {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

/// An article's result is not written, since a file is there that no run into the folder wrote.
#[derive(Debug, thiserror::Error)]
#[error(
    "its result cannot be written: {} is there, and is no result of a run into this folder",
    .path.display()
)]
pub struct ForeignFile {
    /// The file.
    pub path: PathBuf,
}

impl Output {
    /// The journal of the run.
    pub(super) fn journal(&self) -> PathBuf {
        match self {
            Self::Folder { root, .. } => root.join(JOURNAL),
            Self::JsonLines(path) | Self::Collection(path, _) => with_ending(path, "journal"),
        }
    }

    /// Where failures are listed.
    pub fn errors(&self) -> PathBuf {
        match self {
            Self::Folder { root, .. } => root.join(ERRORS),
            Self::JsonLines(path) | Self::Collection(path, _) => with_ending(path, "errors.jsonl"),
        }
    }

    /// The page that lists all articles of a folder of results.
    pub fn overview(&self) -> Option<PathBuf> {
        match self {
            Self::Folder { root, .. } => Some(root.join(OVERVIEW)),
            Self::JsonLines(_) | Self::Collection(..) => None,
        }
    }

    /// The file or folder of the results.
    pub(super) fn file_or_folder(&self) -> &Path {
        match self {
            Self::Folder { root, .. } => root,
            Self::JsonLines(path) | Self::Collection(path, _) => path,
        }
    }

    /// The file that grows until all results are there.
    pub(super) fn part(&self) -> Option<PathBuf> {
        match self {
            Self::Folder { .. } => None,
            Self::JsonLines(path) | Self::Collection(path, _) => Some(with_ending(path, "part")),
        }
    }

    /// The file that holds all results.
    fn single_file(&self) -> Option<&Path> {
        match self {
            Self::Folder { .. } => None,
            Self::JsonLines(path) | Self::Collection(path, _) => Some(path),
        }
    }

    /// The format of the single file of results; `None` for JSON lines, and for a folder.
    fn collection(&self) -> Option<CollectionFormat> {
        match self {
            Self::Collection(_, format) => Some(*format),
            Self::Folder { .. } | Self::JsonLines(_) => None,
        }
    }

    /// The files that a run writes, besides a folder's results; of the pages' data one.
    pub fn files(&self) -> Vec<PathBuf> {
        let result = self.single_file();
        let data = match self {
            Self::Folder { root, .. } => Some(root.join(parts_path())),
            Self::JsonLines(_) | Self::Collection(..) => None,
        };
        let files = [
            result.map(Path::to_owned),
            self.overview(),
            data,
            self.part(),
        ];
        let files = files.into_iter().flatten();
        files.chain([self.journal(), self.errors()]).collect()
    }

    /// Refuses an output that would replace an input, a device, a link or another program's file, or
    /// come to be among the articles of an input. Nothing is read of the inputs but the names in
    /// folders, so results of an archive's members are checked as the members are read.
    ///
    /// # Errors
    /// The first of these that is found.
    pub fn check(&self, inputs: &Inputs) -> Result<(), OutputError> {
        let mut read = InputPaths::new(&inputs.paths, self);
        for path in self.files() {
            read.check(&path)?;
        }
        if let Self::Folder { root, .. } = self
            && read.are_below_results()
        {
            let mut names = OutputNames::default();
            names.compare(inputs, self);
            let mut found = Ok(());
            // The closure breaks only with an error.
            let _ = inputs.files(&mut |path, id, given| {
                if InputKind::of_file(path, id) != InputKind::Article {
                    return ControlFlow::Continue(());
                }
                // The second file of an id is refused when it is read.
                let Ok(file) = names.reserve(self, id, given) else {
                    return ControlFlow::Continue(());
                };
                found = read.check(&root.join(file));
                match found {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                }
            });
            found?;
        }
        self.check_place()
    }

    /// Refuses an output that would replace a device, a link or another program's file.
    fn check_place(&self) -> Result<(), OutputError> {
        if let Self::Folder { root, .. } = self {
            overview::folder::check(root)?;
        }
        for path in self.files() {
            // What else is in the journal's place is told when it is opened.
            let is_opened = path == self.journal() && !path.is_symlink();
            if !is_opened && !is_free_or_regular(&path)? {
                return Err(OutputError::Special { path });
            }
        }
        if let Self::Folder { root, .. } = self {
            let path = root.join(UNFINISHED);
            let there = path.symlink_metadata();
            if there.is_ok_and(|there| !there.is_dir()) {
                return Err(OutputError::NotOurs { path });
            }
        }
        // With a journal, the files beside it are those of its runs.
        let begun = fs::metadata(self.journal()).is_ok_and(|journal| journal.len() > 0);
        if begun {
            return Ok(());
        }
        let foreign = [self.overview(), self.part()].into_iter().flatten();
        if let Some(path) = foreign.into_iter().find(|path| path.exists()) {
            return Err(OutputError::NotOurs { path });
        }
        let errors = self.errors();
        let results = self.single_file();
        let results = results.map(|path| (path, results_file::is_one(path, self.collection())));
        let list = failure_list::is_one(&errors);
        for (path, is_ours) in [(errors.as_path(), list)].into_iter().chain(results) {
            let path = path.to_owned();
            match is_ours {
                Ok(true) => {}
                Ok(false) => return Err(OutputError::NotOurs { path }),
                Err(source) => return Err(OutputError::Io { path, source }),
            }
        }
        Ok(())
    }
}

/// Whether a run has written its results to this folder, or to this file.
pub(crate) fn has_journal(output: &Path) -> bool {
    if output.is_dir() {
        return output.join(JOURNAL).is_file();
    }
    with_ending(output, "journal").is_file()
}

/// Whether a new file can get this path, or replace a regular file there.
pub(super) fn is_free_or_regular(path: &Path) -> Result<bool, OutputError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(metadata.is_file()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(source) => Err(OutputError::Io {
            path: path.to_owned(),
            source,
        }),
    }
}

/// A result that was written.
pub(super) struct StoredResult {
    pub place: StoredAt,
    /// Key of its bytes.
    pub digest: Key,
}

/// Where a result was put.
pub(super) enum StoredAt {
    /// The file's path below the folder of results, and the file as it was written.
    File(String, Stamp),
    /// First byte, and the byte after the last, in a single file.
    Range(u64, u64),
}
