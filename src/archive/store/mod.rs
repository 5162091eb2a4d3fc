//! Results, written: a file each below a folder, or all in one file.
//!
//! Policy: a file under its final name is complete. In a folder every result is written atomically.
//! A single file grows as `NAME.part`, of which the journal records the valid length, and is
//! renamed when it is complete.

mod folder;
mod single_file;
mod verifier;

use std::io;

use self::folder::FolderStore;
use self::single_file::SingleFileStore;
pub(super) use self::single_file::changed_since;
pub(super) use self::verifier::ResultVerifier;
use super::journal::{History, Journal};
use super::output::{Output, StoredResult};
use super::overview;
use super::shard::Shard;
use super::shard_footer::ShardFooter;
use crate::document::Document;
use crate::files::{remove_file, temporary_of};
use crate::report::Style;

/// The results of a run, being written.
pub(super) enum Store {
    Folder(FolderStore),
    SingleFile(SingleFileStore),
}

impl Store {
    /// Opens the output and removes what an interrupted run left unfinished.
    pub(super) fn open(output: &Output, history: &History) -> io::Result<Self> {
        for list in [Some(output.errors()), output.overview()]
            .into_iter()
            .flatten()
        {
            remove_file(&temporary_of(&list))?;
        }
        if let Output::Folder { root, .. } = output {
            overview::folder::clear(root)?;
        }
        Ok(match output {
            Output::Folder {
                root,
                format,
                marks,
                names,
                layout,
            } => {
                let style = Style {
                    marks: *marks,
                    names: *names,
                    layout: *layout,
                    ..Style::default()
                };
                Self::Folder(FolderStore::open(root, *format, style)?)
            }
            Output::JsonLines(path) => {
                Self::SingleFile(SingleFileStore::open(path, None, history)?)
            }
            Output::Collection(path, format) => {
                Self::SingleFile(SingleFileStore::open(path, Some(*format), history)?)
            }
        })
    }

    /// Writes a result; `file` is its name in a folder (see [`super::output_names`]).
    pub(super) fn put(
        &mut self,
        document: &Document,
        file: &str,
        journal: &mut Journal,
    ) -> io::Result<StoredResult> {
        match self {
            Self::Folder(store) => store.put(document, file),
            Self::SingleFile(store) => store.put(document, journal),
        }
    }

    /// Whether all results go to one file, so that a failure to write one of them ends the run.
    pub(super) fn is_single_file(&self) -> bool {
        matches!(self, Self::SingleFile(_))
    }

    /// Makes the results durable that were written since the last call.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        match self {
            Self::Folder(store) => store.sync(),
            Self::SingleFile(store) => store.sync(),
        }
    }

    /// Ends the run: a single file gets its name. `entries` are those of the finished articles in
    /// the journal, in order; `footer` closes the file of a shard.
    pub(super) fn finish(
        self,
        journal: &mut Journal,
        entries: &[u64],
        shard: Option<Shard>,
        footer: Option<&ShardFooter>,
    ) -> io::Result<()> {
        match self {
            Self::Folder(store) => store.finish(),
            Self::SingleFile(store) => store.finish(journal, entries, shard, footer),
        }
    }
}
