//! The folder of the pages' data: what in it is of this program.

use std::collections::HashSet;
use std::fs::{self, DirEntry};
use std::io::{self, Read};
use std::path::Path;

use crate::archive::output::OutputError;
use crate::archive::paths::OVERVIEW_FOLDER;
use crate::files::{open_file, remove_file, temporary_of};
use crate::report::index_page::{BEGINNING_BYTES, is_beginning, is_name};

/// Refuses a folder of results in which the place of the data is taken: by what is no folder, or by a
/// file that a page would replace and that is none. Files of other names stay as they are.
pub(in crate::archive) fn check(root: &Path) -> Result<(), OutputError> {
    let folder = root.join(OVERVIEW_FOLDER);
    let io = |source| OutputError::Io {
        path: folder.clone(),
        source,
    };
    match folder.symlink_metadata() {
        Ok(there) if there.is_dir() => {}
        Ok(_) => return Err(OutputError::NotOurs { path: folder }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io(error)),
    }
    for (name, entry) in named(&folder).map_err(io)? {
        let is_ours =
            entry.file_type().map_err(io)?.is_file() && begins(&entry, &name).map_err(io)?;
        if !is_ours {
            let path = entry.path();
            return Err(OutputError::NotOurs { path });
        }
    }
    Ok(())
}

/// Removes what a run that was killed left unfinished.
pub(in crate::archive) fn clear(root: &Path) -> io::Result<()> {
    let folder = root.join(OVERVIEW_FOLDER);
    let entries = match folder.read_dir() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let finished = name.and_then(|name| name.strip_prefix('.')?.strip_suffix(".audarma-new"));
        if let Some(finished) = finished.filter(|name| is_name(name)) {
            remove_file(&temporary_of(&folder.join(finished)))?;
        }
    }
    Ok(())
}

/// Removes the pages and the data in a folder besides those of these names.
pub(super) fn remove_others(folder: &Path, names: &HashSet<&str>) -> io::Result<()> {
    for (name, entry) in named(folder)? {
        if !names.contains(name.as_str()) && entry.file_type()?.is_file() && begins(&entry, &name)?
        {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// The entries of a folder that have such names as pages and data have.
fn named(folder: &Path) -> io::Result<Vec<(String, DirEntry)>> {
    let mut found = Vec::new();
    for entry in folder.read_dir()? {
        let entry = entry?;
        if let Some(name) = entry.file_name().to_str().filter(|name| is_name(name)) {
            found.push((name.to_owned(), entry));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

fn begins(entry: &DirEntry, name: &str) -> io::Result<bool> {
    let mut bytes = Vec::new();
    let file = open_file(&entry.path())?;
    file.take(BEGINNING_BYTES as u64).read_to_end(&mut bytes)?;
    Ok(is_beginning(name, &bytes))
}
