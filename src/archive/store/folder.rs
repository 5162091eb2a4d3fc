//! Results in files of their own, below a folder.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::StoredAt;
use crate::archive::paths::UNFINISHED;
use crate::document::Document;
use crate::files::{AtomicFile, remove, sync_folder};
use crate::report::{self, Format, Style};

/// A folder of results.
pub(in crate::archive) struct FolderStore {
    root: PathBuf,
    /// Where a result is written until it gets its name.
    unfinished: PathBuf,
    format: Format,
    style: Style,
    /// Folders in which names have changed and are not durable yet.
    touched: BTreeSet<PathBuf>,
}

impl FolderStore {
    pub(super) fn open(root: &Path, format: Format, marks: bool) -> io::Result<Self> {
        let unfinished = root.join(UNFINISHED);
        remove(&unfinished)?;
        Ok(Self {
            root: root.to_owned(),
            unfinished,
            format,
            style: Style {
                marks,
                ..Style::default()
            },
            touched: BTreeSet::new(),
        })
    }

    pub(super) fn put(&mut self, document: &Document, file: &str) -> io::Result<StoredAt> {
        let path = self.root.join(file);
        let mut bytes = Vec::new();
        report::write(document, self.format, &self.style, &mut bytes)?;
        fs::create_dir_all(&self.unfinished)?;
        let mut out = AtomicFile::create_as(&path, &self.unfinished.join("result"))?;
        out.write_all(&bytes)?;
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder)?;
        out.rename()?;
        // A folder that is new is a name in the one above it.
        for folder in folder
            .ancestors()
            .take_while(|folder| folder.starts_with(&self.root))
        {
            if !self.touched.insert(folder.to_owned()) {
                break;
            }
        }
        Ok(StoredAt::File(file.to_owned()))
    }

    pub(super) fn sync(&mut self) -> io::Result<()> {
        for folder in std::mem::take(&mut self.touched) {
            sync_folder(&folder)?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> io::Result<()> {
        remove(&self.unfinished)
    }
}
