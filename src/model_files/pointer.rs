//! Git-lfs pointers: what a clone without git-lfs has in the place of large files.

use std::path::Path;

use super::ModelFiles;
use super::layout::LayoutError;
use crate::files::read_text;

/// How a pointer begins.
const START: &str = "version https://git-lfs.github.com/spec/v1";
/// The specification's limit.
const MAX_POINTER_BYTES: u64 = 1024;

/// # Errors
/// [`LayoutError::GitLfsPointer`] if a file of the model is a pointer.
pub(super) fn refuse_pointers(files: &ModelFiles) -> Result<(), LayoutError> {
    for path in files.paths() {
        if let Some(bytes) = pointer(path) {
            let name = path.strip_prefix(&files.root).unwrap_or(path);
            return Err(LayoutError::GitLfsPointer {
                file: name.display().to_string(),
                bytes,
            });
        }
    }
    Ok(())
}

/// The size of the file that is meant, as the pointer tells it (0 if it does not); `None` if the file
/// is no pointer, or cannot be read, which opening it will report.
fn pointer(path: &Path) -> Option<u64> {
    let is_small = |metadata: &std::fs::Metadata| metadata.len() <= MAX_POINTER_BYTES;
    path.metadata()
        .ok()
        .filter(|metadata| metadata.is_file() && is_small(metadata))?;
    let text = read_text(path, MAX_POINTER_BYTES).ok()?;
    let fields = text.strip_prefix(START)?.lines();
    let mut size = fields.filter_map(|line| line.strip_prefix("size ")?.trim().parse().ok());
    Some(size.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_cloned_without_git_lfs_is_refused_with_the_file_that_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).unwrap();
        };
        write("config.json", "{}");
        write("tokenizer.json", "{}");
        write("model.safetensors", "weights");
        assert!(ModelFiles::of_folder(folder.path()).is_ok());
        let oid = "oid sha256:40041830399afb5348525ef8354b007ecec4286fdf3524f7e6b54377e17096cb";
        let pointer = format!("{START}\n{oid}\nsize 1625222120\n");
        for name in ["model.safetensors", "tokenizer.json"] {
            write(name, &pointer);
            let error = ModelFiles::of_folder(folder.path()).unwrap_err();
            let expected = format!(
                "{name} is a git-lfs pointer, not the file of 1625222120 bytes that it stands for"
            );
            assert!(error.to_string().ends_with(&expected), "{error}");
            write(name, "{}");
        }
    }
}
