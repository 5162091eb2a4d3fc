//! The one way a file is written: to a temporary file, made durable, and renamed.
//!
//! Policy: the final name always refers to the complete new file or to the previous one, even if
//! the program is killed. A new file has the permissions that the user's umask allows, since
//! results and caches are shared; one that replaces another keeps the permissions of that one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use super::paths::folder_of;

/// How the name of a temporary file begins, unless the caller names it.
pub(crate) const TEMPORARY_PREFIX: &str = ".tmp";

const BUFFER_BYTES: usize = 64 << 10;

/// A file being written. Unless it is committed, it is removed again.
#[derive(Debug)]
pub(crate) struct AtomicFile {
    path: PathBuf,
    out: BufWriter<NamedTempFile>,
}

impl AtomicFile {
    /// Begins the file `path` under another name in its folder, which must exist.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        Self::open(path, None)
    }

    /// As [`Self::create`], but with a given temporary name on the same file system, so that a
    /// later run finds what a killed run left there. An existing file of that name is removed; a
    /// folder is an error.
    #[cfg(feature = "archive")]
    pub(crate) fn create_as(path: &Path, temporary: &Path) -> io::Result<Self> {
        Self::open(path, Some(temporary))
    }

    fn open(path: &Path, temporary: Option<&Path>) -> io::Result<Self> {
        let file = match temporary {
            Some(temporary) => {
                remove_file(temporary)?;
                let file = new_file(temporary, path)?;
                NamedTempFile::from_parts(file, TempPath::try_from_path(temporary)?)
            }
            None => tempfile::Builder::new()
                .prefix(TEMPORARY_PREFIX)
                .make_in(folder_of(path), |temporary| new_file(temporary, path))?,
        };
        Ok(Self {
            path: path.to_owned(),
            out: BufWriter::with_capacity(BUFFER_BYTES, file),
        })
    }

    /// The temporary file, for a lock that is kept across the rename.
    #[cfg(feature = "archive")]
    pub(crate) fn file(&self) -> &File {
        self.out.get_ref().as_file()
    }

    /// Makes the content and the name durable. Returns the file, open for reading and writing. Where a
    /// folder cannot be synchronised (it may not be read, or its file system does not do so), the file
    /// is whole anyway.
    pub(crate) fn commit(self) -> io::Result<File> {
        let folder = folder_of(&self.path).to_owned();
        let file = self.rename()?;
        sync_names(&folder)?;
        Ok(file)
    }

    /// Makes the content durable, under its temporary name: a disk that is full is known now, before
    /// another file gets its name.
    #[cfg(feature = "archive")]
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        self.out.flush()?;
        self.out.get_ref().as_file().sync_all()
    }

    /// Makes the content durable, under its temporary name, and closes the file: of many that get
    /// their names together, none is open meanwhile.
    #[cfg(feature = "archive")]
    pub(crate) fn close(mut self) -> io::Result<WrittenFile> {
        self.sync()?;
        let (_, temporary) = self.out.into_inner()?.into_parts();
        Ok(WrittenFile {
            path: self.path,
            temporary,
        })
    }

    /// As [`Self::commit`], but leaves it to the caller to make the name durable with
    /// [`sync_folder`]: for many files of one folder, once is enough.
    pub(crate) fn rename(self) -> io::Result<File> {
        self.rename_over(None)
    }

    /// As [`Self::rename`], in the place of a file that is open and locked: `open` becomes the new one.
    #[cfg(feature = "archive")]
    pub(crate) fn replace(self, open: &mut File) -> io::Result<()> {
        *open = self.rename_over(Some(open))?;
        Ok(())
    }

    /// As [`Self::commit`], in the place of a file that is open and locked: `open` becomes the new one.
    pub(crate) fn commit_over(self, open: &mut File) -> io::Result<()> {
        let folder = folder_of(&self.path).to_owned();
        *open = self.rename_over(Some(open))?;
        sync_names(&folder)
    }

    fn rename_over(self, open: Option<&mut File>) -> io::Result<File> {
        let file = self.out.into_inner()?;
        file.as_file().sync_all()?;
        let (file, mut temporary) = file.into_parts();
        // By the C library, where tests make it fail; `persist` calls the kernel.
        let renamed = fs::rename(&temporary, &self.path);
        match (renamed, open) {
            // Windows puts a file in the place of an open one on NTFS alone; elsewhere that is closed first. If
            // that fails too, `open` is of no use, and the caller gives up.
            (Err(error), Some(open))
                if cfg!(windows) && error.kind() == io::ErrorKind::PermissionDenied =>
            {
                *open = file.try_clone()?;
                fs::rename(&temporary, &self.path)?;
            }
            (renamed, _) => renamed?,
        }
        // `keep` would ask Windows about the temporary name, which is no more.
        temporary.disable_cleanup(true);
        Ok(file)
    }
}

/// A file that is whole under its temporary name. Unless it is renamed, it is removed again.
#[cfg(feature = "archive")]
#[derive(Debug)]
pub(crate) struct WrittenFile {
    path: PathBuf,
    temporary: TempPath,
}

#[cfg(feature = "archive")]
impl WrittenFile {
    /// Gives it its name; it is for the caller to make that durable with [`sync_folder`].
    pub(crate) fn rename(mut self) -> io::Result<()> {
        fs::rename(&self.temporary, &self.path)?;
        self.temporary.disable_cleanup(true);
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Creates the temporary file of `path`, with the permissions that `path` is to have.
fn new_file(temporary: &Path, path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create_new(true)
        .open(temporary)?;
    if let Ok(replaced) = fs::metadata(path)
        && replaced.is_file()
    {
        file.set_permissions(replaced.permissions())?;
    }
    Ok(file)
}

/// Removes a file, if it is there.
pub(crate) fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// As [`sync_folder`], and no error where a folder cannot be synchronised: it may not be read, or its
/// file system does not do so.
pub(crate) fn sync_names(folder: &Path) -> io::Result<()> {
    match sync_folder(folder) {
        Err(error)
            if !matches!(
                error.kind(),
                io::ErrorKind::PermissionDenied
                    | io::ErrorKind::InvalidInput
                    | io::ErrorKind::Unsupported
            ) =>
        {
            Err(error)
        }
        _ => Ok(()),
    }
}

/// Makes the names in a folder durable, where the system can.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = folder.read_dir().unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_has_its_name_only_when_it_is_committed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.html");
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"whole").unwrap();
        assert!(!path.exists());
        file.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(names(folder.path()), ["report.html"]);
    }

    #[test]
    fn a_file_that_is_not_committed_leaves_the_one_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.html");
        fs::write(&path, "whole").unwrap();
        let mut file = AtomicFile::create(&path).unwrap();
        file.write_all(b"to").unwrap();
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(names(folder.path()), ["report.html"]);
    }

    #[cfg(feature = "archive")]
    #[test]
    fn a_closed_file_waits_for_its_name_and_goes_if_it_gets_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let written = |text: &[u8]| {
            let mut file = AtomicFile::create_as(&path, &folder.path().join("a.new")).unwrap();
            file.write_all(text).unwrap();
            file.close().unwrap()
        };
        written(b"first").rename().unwrap();
        let second = written(b"second");
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(names(folder.path()), ["a", "a.new"]);
        drop(second);
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[cfg(feature = "archive")]
    #[test]
    fn what_a_killed_run_left_under_a_known_name_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (path, temporary) = (folder.path().join("a"), folder.path().join("a.new"));
        fs::write(&temporary, "half of what was there").unwrap();
        let mut file = AtomicFile::create_as(&path, &temporary).unwrap();
        file.write_all(b"whole").unwrap();
        assert_eq!(names(folder.path()), ["a.new"]);
        file.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(names(folder.path()), ["a"]);
    }

    #[cfg(feature = "archive")]
    #[test]
    fn a_folder_that_has_the_temporary_name_is_left_and_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let (path, temporary) = (folder.path().join("a"), folder.path().join("a.new"));
        fs::create_dir(&temporary).unwrap();
        fs::write(temporary.join("kept"), "").unwrap();
        assert!(AtomicFile::create_as(&path, &temporary).is_err());
        assert_eq!(names(&temporary), ["kept"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_as_open_as_others_and_a_replaced_one_stays_as_it_was() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("a"), folder.path().join("b"));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        fs::write(&other, "").unwrap();
        AtomicFile::create(&path).unwrap().commit().unwrap();
        assert_eq!(mode(&path), mode(&other));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        AtomicFile::create(&path).unwrap().commit().unwrap();
        assert_eq!(mode(&path) & 0o777, 0o640);
    }
}
