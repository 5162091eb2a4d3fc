//! Files: written whole or not at all, read within bounds, hashed.

mod atomic;
mod bounded;
mod hash;
mod open;
mod paths;
#[cfg(feature = "cli")]
mod place;
#[cfg(feature = "hub")]
mod room;
mod sole;
#[cfg(feature = "archive")]
mod stamp;
mod stdio;
mod table;
mod temporary;

pub(crate) use atomic::{AtomicFile, TEMPORARY_PREFIX};
#[cfg(feature = "archive")]
pub(crate) use atomic::{WrittenFile, remove_file, sync_folder, sync_names};
pub(crate) use bounded::read_at_most;
#[cfg(feature = "archive")]
pub(crate) use hash::unhex;
pub(crate) use hash::{CHUNK_BYTES, base64, each_chunk, hex, sha256, sha256_of_file};
#[cfg(feature = "cli")]
pub(crate) use open::read_text_from;
pub(crate) use open::{open_file, open_file_with, read_file, read_text};
pub(crate) use paths::folder_of;
#[cfg(feature = "archive")]
pub(crate) use paths::{FileId, is_same_file, real_path, temporary_of, with_ending};
#[cfg(feature = "cli")]
pub(crate) use place::Place;
#[cfg(feature = "hub")]
pub(crate) use room::free_space;
pub(crate) use sole::wait_alone;
#[cfg(feature = "archive")]
pub(crate) use sole::{keep_alone, open_alone};
#[cfg(feature = "archive")]
pub(crate) use stamp::Stamp;
pub(crate) use stdio::Stdin;
#[cfg(feature = "cli")]
pub(crate) use stdio::{Stdout, has_stdin, is_stdin_silent};
pub use table::TableError;
pub(crate) use table::{has_header, read_table, separator, table_rows};
pub(crate) use temporary::is_temporary;
