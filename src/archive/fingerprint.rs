//! A hash of everything besides the article that a result depends on: models, options, and the
//! version of what this program does with an article.

use std::io;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::key::{Key, shortened};
use crate::files::sha256_of_file;
use crate::model_files::ModelFiles;
use crate::pipeline;

/// A model, identified by its content.
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
/// If a model's file cannot be read.
pub fn fingerprint(models: &[Model], options: &Map<String, Value>) -> io::Result<Key> {
    let mut hasher = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    part(&pipeline::RESULTS_VERSION.to_le_bytes());
    part(Value::Object(options.clone()).to_string().as_bytes());
    for model in models {
        match model {
            Model::Pinned(id) => part(id.as_bytes()),
            Model::Folder(model) => {
                part(model.id.as_bytes());
                for path in model.paths() {
                    part(&sha256_of_file(path)?);
                }
            }
        }
    }
    Ok(shortened(&hasher.finalize().into()))
}
