//! One file for each result, below a folder.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::archive::key::key;
use crate::archive::output::{StoredAt, StoredResult};
use crate::archive::paths::UNFINISHED;
use crate::document::Document;
use crate::files::{AtomicFile, Stamp, remove_file, sync_folder};
use crate::report::{self, Format, Style};

/// The file in which a result is written before it gets its name.
const RESULT: &str = "result";

/// A folder of results.
pub(in crate::archive) struct FolderStore {
    root: PathBuf,
    /// The folder in which a result is written before it is renamed.
    unfinished: PathBuf,
    format: Format,
    style: Style,
    /// Folders with new or renamed entries, to be synced by [`FolderStore::sync`].
    unsynced: BTreeSet<PathBuf>,
}

impl FolderStore {
    /// Opens the folder and removes what an interrupted run left unfinished.
    pub(super) fn open(root: &Path, format: Format, style: Style) -> io::Result<Self> {
        let unfinished = root.join(UNFINISHED);
        clear(&unfinished)?;
        Ok(Self {
            root: root.to_owned(),
            unfinished,
            format,
            style,
            unsynced: BTreeSet::new(),
        })
    }

    /// Writes a result to `file`, relative to the folder. It is durable after [`FolderStore::sync`].
    pub(super) fn put(&mut self, document: &Document, file: &str) -> io::Result<StoredResult> {
        let path = self.root.join(file);
        let mut bytes = Vec::new();
        report::write_result(document, self.format, &self.style, file, &mut bytes)?;
        fs::create_dir_all(&self.unfinished)?;
        let mut out = AtomicFile::create_as(&path, &self.unfinished.join(RESULT))?;
        out.write_all(&bytes)?;
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder)?;
        let stamp = Stamp::of(&out.rename()?.metadata()?);
        // A new folder is an entry of its parent, so the parents have to be synced as well.
        for folder in folder
            .ancestors()
            .take_while(|folder| folder.starts_with(&self.root))
        {
            if !self.unsynced.insert(folder.to_owned()) {
                break;
            }
        }
        Ok(StoredResult {
            place: StoredAt::File(file.to_owned(), stamp),
            digest: key(&bytes),
        })
    }

    /// Makes the names of all results durable.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        for folder in std::mem::take(&mut self.unsynced) {
            sync_folder(&folder)?;
        }
        Ok(())
    }

    /// Ends the run.
    pub(super) fn finish(self) -> io::Result<()> {
        clear(&self.unfinished)
    }
}

/// Removes the folder of unfinished results; anything else in it is kept, and the folder with it.
fn clear(unfinished: &Path) -> io::Result<()> {
    match remove_file(&unfinished.join(RESULT)) {
        Err(error) if error.kind() != io::ErrorKind::NotADirectory => return Err(error),
        _ => {}
    }
    // It is missing, or not empty.
    let _ = fs::remove_dir(unfinished);
    Ok(())
}
