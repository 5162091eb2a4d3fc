//! Weights converted for this machine and kept between runs: their names, which there are, and
//! removing them.
//!
//! A converted file can be made again at any time. Its name has the model and the precision in words,
//! and two digests: one of the model, by which its files are found when it is removed, and one of
//! everything the contents depend on: weights that have changed get another file.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use etcetera::BaseStrategy;
use sha2::{Digest, Sha256};

use crate::files::{TEMPORARY_PREFIX, hex};
use crate::model_files::WeightFiles;
use crate::nn::{ComputeOptions, FORMAT_VERSION, Precision};

/// The ending of a converted file.
const ENDING: &str = "packed";

/// A temporary file that was not written to for this long was left by a run that was killed.
const STALE: Duration = Duration::from_secs(3600);

/// Why converted weights could not be listed or removed.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {source}", .path.display())]
pub struct ConvertedError {
    action: &'static str,
    path: PathBuf,
    source: io::Error,
}

fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ConvertedError {
    let path = path.to_owned();
    move |source| ConvertedError {
        action,
        path,
        source,
    }
}

/// A converted file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConvertedFile {
    /// Its path, in the folder of converted weights.
    pub path: PathBuf,
    /// Its size on the disk.
    pub bytes: u64,
}

impl ConvertedFile {
    /// Its name: model, precision and digests.
    pub fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }
}

/// The folder of converted weights: `converted` in AUDARMA_CACHE, or in this program's folder of
/// the user's cache. `None` if the user has no home.
pub fn folder() -> Option<PathBuf> {
    let own = std::env::var_os("AUDARMA_CACHE").filter(|value| !value.is_empty());
    let cache = own.map(PathBuf::from).or_else(|| {
        let user = etcetera::choose_base_strategy().ok()?;
        Some(user.cache_dir().join("audarma"))
    })?;
    Some(cache.join("converted"))
}

/// What the converted weights of a model are called. `id` is the model's
/// ([`ModelFiles::id`](crate::model_files::ModelFiles)), `files` are the weights converted from, and `version`
/// is that of the converted format.
pub fn file_name(id: &str, files: &WeightFiles, precision: Precision, version: u32) -> String {
    let paths = files.paths();
    let root = paths.first().and_then(|path| path.parent());
    let mut contents = Sha256::new();
    for path in paths {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        contents.update(path.as_os_str().as_encoded_bytes());
        // A file without metadata cannot be opened either: opening it reports the error.
        let metadata = fs::metadata(&path).ok();
        let bytes = metadata.as_ref().map_or(0, fs::Metadata::len);
        let modified = metadata
            .and_then(|metadata| metadata.modified().ok())
            .and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok())
            .map_or(0, |since| since.as_nanos());
        contents.update(format!("\0{bytes}\0{modified}\0"));
    }
    contents.update(format!("{}\0{version}", precision.name()));
    format!(
        "{}.{}.{}.{}.{ENDING}",
        readable(id),
        tag(id, root.unwrap_or(Path::new(""))),
        precision.name(),
        prefix(&contents.finalize(), 8),
    )
}

/// The path of a model's converted weights, whether they exist or not; `None` if `compute` keeps none.
pub fn path(id: &str, files: &WeightFiles, compute: &ComputeOptions) -> Option<PathBuf> {
    let name = file_name(id, files, compute.precision, FORMAT_VERSION);
    Some(compute.converted.as_ref()?.join(name))
}

/// The converted files in `folder`, by name.
///
/// # Errors
/// If the folder exists and cannot be read.
pub fn list(folder: &Path) -> Result<Vec<ConvertedFile>, ConvertedError> {
    let mut files: Vec<ConvertedFile> = entries(folder)?
        .filter(|(path, _)| path.extension() == Some(OsStr::new(ENDING)))
        .map(|(path, metadata)| ConvertedFile {
            path,
            bytes: metadata.len(),
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// Removes from `folder` what was converted from a model and what killed runs left there, and returns
/// the bytes freed. `id` and
/// `root` are the model's ([`ModelFiles`](crate::model_files::ModelFiles)); a model of the hub is known by its
/// id, wherever its files are or were.
///
/// # Errors
/// If a file cannot be deleted.
pub fn remove(folder: &Path, id: &str, root: &Path) -> Result<u64, ConvertedError> {
    let own = format!(".{}.", tag(id, root));
    let mut bytes = remove_stale(folder)?;
    for file in list(folder)? {
        if file.name().contains(&own) {
            fs::remove_file(&file.path).map_err(io_error("delete", &file.path))?;
            bytes += file.bytes;
        }
    }
    Ok(bytes)
}

/// Removes from `folder` the temporary files of runs that were killed, and returns the bytes freed.
///
/// # Errors
/// If a file cannot be deleted.
pub fn remove_stale(folder: &Path) -> Result<u64, ConvertedError> {
    let mut bytes = 0;
    for (path, metadata) in entries(folder)? {
        let name = path.file_name().unwrap_or_default();
        let is_temporary = name
            .as_encoded_bytes()
            .starts_with(TEMPORARY_PREFIX.as_bytes());
        let age = metadata
            .modified()
            .ok()
            .and_then(|time| time.elapsed().ok());
        if is_temporary && age.is_some_and(|age| age > STALE) {
            fs::remove_file(&path).map_err(io_error("delete", &path))?;
            bytes += metadata.len();
        }
    }
    Ok(bytes)
}

/// The files of a folder, links and folders left out.
fn entries(folder: &Path) -> Result<impl Iterator<Item = (PathBuf, fs::Metadata)>, ConvertedError> {
    let found = match fs::read_dir(folder) {
        Ok(found) => Some(found),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(io_error("read", folder)(error)),
    };
    Ok(found.into_iter().flatten().flatten().filter_map(|entry| {
        let metadata = entry.metadata().ok()?;
        metadata.is_file().then(|| (entry.path(), metadata))
    }))
}

/// A model's digest: of a hub model's id, which names its commit; otherwise of its folder's path, since
/// folders of one name are not one model.
fn tag(id: &str, root: &Path) -> String {
    let mut digest = Sha256::new();
    if id.contains('/') && id.contains('@') {
        digest.update(id);
    } else {
        let root = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
        digest.update(root.as_os_str().as_encoded_bytes());
    }
    prefix(&digest.finalize(), 4)
}

/// An id as a part of a file's name: characters that every file system takes, and eight digits of a
/// commit.
fn readable(id: &str) -> String {
    let (name, commit) = id.split_once('@').unwrap_or((id, ""));
    let name: String = name.replace('/', "--").chars().take(80).collect();
    let commit: String = commit.chars().take(8).collect();
    let joint = if commit.is_empty() { "" } else { "@" };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '@');
    format!("{name}{joint}{commit}").replace(|c| !plain(c), "_")
}

/// The first `count` bytes, in hexadecimal.
fn prefix(bytes: &[u8], count: usize) -> String {
    hex(bytes.get(..count).unwrap_or(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HUB: &str = "facebook/nllb-200-distilled-600M@f8d333a098d19b4fd9a8b18f94170487ad3f821d";

    fn weights(folder: &Path, contents: &str) -> WeightFiles {
        let path = folder.join("model.safetensors");
        fs::write(&path, contents).unwrap();
        WeightFiles::Safetensors(vec![path])
    }

    #[test]
    fn a_name_tells_model_and_precision() {
        let folder = tempfile::tempdir().unwrap();
        let files = weights(folder.path(), "weights");
        let name = file_name(HUB, &files, Precision::Q8, 1);
        assert!(
            name.starts_with("facebook--nllb-200-distilled-600M@f8d333a0."),
            "{name}"
        );
        assert!(name.contains(".q8.") && name.ends_with(".packed"), "{name}");
        assert_eq!(name, file_name(HUB, &files, Precision::Q8, 1));
        let folders = file_name("мой модель..", &files, Precision::Q4, 1);
        assert!(folders.is_ascii() && !folders.starts_with('.'), "{folders}");
    }

    #[test]
    fn whatever_changes_the_contents_changes_the_name() {
        let folder = tempfile::tempdir().unwrap();
        let files = weights(folder.path(), "weights");
        let name = file_name(HUB, &files, Precision::Q8, 1);
        assert_ne!(name, file_name(HUB, &files, Precision::Q4, 1));
        assert_ne!(name, file_name(HUB, &files, Precision::Q8, 2));
        weights(folder.path(), "other weights");
        assert_ne!(name, file_name(HUB, &files, Precision::Q8, 1));
    }

    #[test]
    fn removing_a_model_leaves_what_others_were_converted_to() {
        let cache = tempfile::tempdir().unwrap();
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut kept = Vec::new();
        for precision in [Precision::Q8, Precision::Q4] {
            let name = file_name("model", &weights(one.path(), "a"), precision, 1);
            fs::write(cache.path().join(name), "12345").unwrap();
            // A folder of the same name elsewhere.
            let name = file_name("model", &weights(other.path(), "a"), precision, 1);
            fs::write(cache.path().join(&name), "12345").unwrap();
            kept.push(name);
        }
        kept.sort();
        let removed = remove(cache.path(), "model", one.path()).unwrap();
        assert_eq!(removed, 10);
        let left = list(cache.path()).unwrap();
        let names: Vec<String> = left.iter().map(ConvertedFile::name).collect();
        assert_eq!(names, kept);
    }

    #[test]
    fn a_temporary_file_is_removed_once_it_is_old() {
        let cache = tempfile::tempdir().unwrap();
        let (old, new) = (cache.path().join(".tmpOld"), cache.path().join(".tmpNew"));
        fs::write(&new, "half").unwrap();
        fs::write(&old, "half").unwrap();
        let long_ago = SystemTime::now() - STALE * 2;
        let file = fs::File::options().write(true).open(&old).unwrap();
        file.set_modified(long_ago).unwrap();
        assert_eq!(remove_stale(cache.path()).unwrap(), 4);
        assert!(new.exists() && !old.exists());
        assert_eq!(list(cache.path()).unwrap(), []);
    }

    #[test]
    fn a_folder_that_is_not_there_holds_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        assert_eq!(list(&missing).unwrap(), []);
        assert_eq!(remove(&missing, HUB, &missing).unwrap(), 0);
    }
}
