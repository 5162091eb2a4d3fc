//! What a result depends on beside its article, as one number: models, options, and this program's
//! way of reading and splitting.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::journal::{Key, shortened};
use crate::model_files::ModelFiles;
use crate::segment;

/// A model as a fingerprint sees it.
#[derive(Debug, Clone)]
pub enum Model {
    /// `repository@commit`, which names its content.
    Pinned(String),
    /// A folder, whose files are hashed.
    Folder(Box<ModelFiles>),
}

/// The fingerprint of results made by these models with these options.
///
/// # Errors
/// Where a model's file cannot be read.
pub fn fingerprint(models: &[Model], options: &Map<String, Value>) -> io::Result<Key> {
    let mut hasher = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    part(&segment::VERSION.to_le_bytes());
    part(Value::Object(options.clone()).to_string().as_bytes());
    for model in models {
        match model {
            Model::Pinned(id) => part(id.as_bytes()),
            Model::Folder(model) => {
                part(model.id.as_bytes());
                for path in model.paths() {
                    part(&digest(path)?);
                }
            }
        }
    }
    Ok(shortened(&hasher.finalize()))
}

fn digest(path: &Path) -> io::Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        match buffer.get(..read) {
            Some([]) | None => return Ok(hasher.finalize().into()),
            Some(bytes) => hasher.update(bytes),
        }
    }
}
