//! The known models, and what a model's name means.
//!
//! The catalogue is `models/*.toml`, compiled in: an entry names a repository of the Hugging Face
//! Hub at one commit, with the size and SHA-256 of its files as far as they are known. A model may
//! also be named as a folder or as `org/repo[@revision]`; [`resolve`] decides which is meant.
//!
//! This module neither uses the network nor opens model files; [`crate::hub`] does.

mod entry;
mod spec;

pub use crate::model_files::{
    Commit, FileName, Licence, NameError, Protocol, RepositoryId, Revision, Task,
};
pub use entry::{
    Entry, FileEntry, Languages, PinConfidence, Quality, entries, find, translator_for_any_use,
};
pub use spec::{ModelSpec, UnknownModel, resolve};
