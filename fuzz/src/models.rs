//! What the targets of model files share.

use std::cell::LazyCell;
use std::path::PathBuf;

use audarma::model_files::WeightFiles;
use audarma::nn::Weights;
use audarma::panics;
use tempfile::TempDir;

thread_local! {
    static FOLDER: LazyCell<TempDir> = LazyCell::new(|| {
        // Panics of the libraries that the reader catches are no findings.
        panics::silence_caught_panics();
        tempfile::tempdir().expect("a folder")
    });
}

/// Longest message; what it quotes of a file is cut, but for the names of tensors.
const MAX_MESSAGE_BYTES: usize = 5 << 20;

/// A file of this name and content.
///
/// # Panics
/// If it cannot be written.
pub fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = FOLDER.with(|folder| folder.path().join(name));
    std::fs::write(&path, bytes).expect("a file");
    path
}

/// Opens weights, and asks for a tensor by a name and shape of the target's.
///
/// # Panics
/// If a message is larger than what it quotes.
pub fn open(files: &WeightFiles) {
    match Weights::open(files) {
        Ok(weights) => {
            let _ = weights.present(&["a", "model.shared.weight"]);
            let _ = weights.expect("a", &[2, 3]);
        }
        Err(error) => {
            let message = error.to_string();
            assert!(message.len() <= MAX_MESSAGE_BYTES, "{}", message.len());
        }
    }
}
