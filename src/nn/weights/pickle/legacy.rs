//! PyTorch's checkpoints before 1.6: five pickles, and behind them the storages.
//!
//! The pickles are a magic number, the version of the format, the machine that wrote it, the list of
//! tensors, and the keys of the storages in the order of the file. Each storage is its number of values,
//! in 8 bytes, and the values.

use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::listing::{List, value_bytes};
use super::machine::{self, Built, Heap, Id, Value};
use super::{Contents, MAX_PICKLE_BYTES, Stored, StoredPlace, malformed, too_long};
use crate::files::open_file;
use crate::nn::Error;
use crate::nn::weights::{io_error, unreadable};

/// How the first pickle ends: LONG1 of ten bytes, the magic number, STOP.
const MAGIC: &[u8] = b"\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
const VERSION: i64 = 1001;
/// Bytes of a storage's number of values.
const COUNT_BYTES: u64 = 8;

pub(super) fn open(path: &Path) -> Result<Contents, Error> {
    let read_error = |error| io_error(path, error);
    let mut file = open_file(path).map_err(read_error)?;
    let length = file.metadata().map_err(read_error)?.len();
    let mut start = Vec::new();
    file.by_ref()
        .take(MAX_PICKLE_BYTES)
        .read_to_end(&mut start)
        .map_err(read_error)?;
    // What was not read is not cut.
    let is_all = start.len() as u64 == length;
    let malformed = |error| match error {
        machine::PickleError::Cut if !is_all => too_long(path),
        error => malformed(path, error),
    };
    let next = |rest| machine::read(rest).map_err(malformed);

    let no_checkpoint = || unreadable(path, "it is no checkpoint of PyTorch");
    let magic = machine::read(&start).map_err(|_| no_checkpoint())?;
    let first = start.len() - magic.rest.len();
    if !start
        .get(..first)
        .is_some_and(|first| first.ends_with(MAGIC))
    {
        return Err(no_checkpoint());
    }
    let version = next(magic.rest)?;
    if version.heap.get(version.root) != &Value::Int(VERSION) {
        return Err(unreadable(path, "its format has another version than 1001"));
    }
    let system = next(version.rest)?;
    if is_big_endian(&system) {
        return Err(unreadable(path, "its values are big-endian"));
    }
    let list = List::read(system.rest).map_err(malformed)?;
    let kinds = list.storages().map_err(|error| unreadable(path, error))?;
    let keys = next(list.rest())?;

    let wrong = |key: &str| unreadable(path, format!("its storage `{key}` is not as listed"));
    let mut storages = HashMap::new();
    let mut offset = (start.len() - keys.rest.len()) as u64;
    for key in texts(&keys.heap, keys.root).ok_or_else(|| unreadable(path, NO_KEYS))? {
        let kind = kinds.get(key).ok_or_else(|| wrong(key))?;
        let mut count = [0; COUNT_BYTES as usize];
        file.seek(SeekFrom::Start(offset)).map_err(read_error)?;
        file.read_exact(&mut count).map_err(read_error)?;
        let Some(size) = value_bytes(kind.class) else {
            let reason = format!("its storage `{key}` is a {}", kind.class);
            return Err(unreadable(path, reason));
        };
        let bytes = Some(u64::from_le_bytes(count)).filter(|&count| count == kind.count);
        let bytes = bytes.and_then(|count| count.checked_mul(size));
        let bytes = bytes.ok_or_else(|| wrong(key))?;
        offset = offset.saturating_add(COUNT_BYTES);
        let stored = Stored {
            bytes,
            place: StoredPlace::At(offset),
        };
        offset = offset.saturating_add(bytes);
        if offset > length || storages.insert(key.to_owned(), stored).is_some() {
            return Err(wrong(key));
        }
    }
    let end = start.len() - list.rest().len();
    let begin = start.len() - system.rest.len();
    let pickle = start.get(begin..end).unwrap_or_default().to_vec();
    Ok((pickle, storages))
}

const NO_KEYS: &str = "its pickle of storages is not a list of keys";

/// Whether what is said of the machine that wrote the file is that it stored the highest byte first.
fn is_big_endian(system: &Built<'_>) -> bool {
    let Value::Dict(items) = system.heap.get(system.root) else {
        return false;
    };
    items.iter().any(|&(key, value)| {
        system.heap.get(key) == &Value::Text("little_endian")
            && system.heap.get(value) == &Value::Truth(false)
    })
}

/// The texts of a list of nothing else.
fn texts<'a>(heap: &Heap<'a>, list: Id) -> Option<Vec<&'a str>> {
    let Value::List(items) = heap.get(list) else {
        return None;
    };
    let text = |&item: &Id| match heap.get(item) {
        &Value::Text(text) => Some(text),
        _ => None,
    };
    items.iter().map(text).collect()
}
