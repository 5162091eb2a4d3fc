//! PyTorch's checkpoints since 1.6: a zip archive of a pickle and a file for each storage.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use super::{Contents, MAX_PICKLE_BYTES, Stored, StoredPlace, too_long};
use crate::files::{open_file, read_at_most};
use crate::nn::Error;
use crate::nn::weights::{io_error, unreadable};

/// How the name of the list of tensors ends.
const LIST: &str = "data.pkl";

pub(super) fn open(path: &Path) -> Result<Contents, Error> {
    let mut archive = archive(path)?;
    let mut members = members(&mut archive, path)?;
    let mut lists = members.keys().filter(|name| name.ends_with(LIST));
    let (Some(list), None) = (lists.next(), lists.next()) else {
        let reason = "it holds no list of tensors, or several";
        return Err(unreadable(path, reason));
    };
    let folder = list.strip_suffix(".pkl").unwrap_or(list).to_owned() + "/";
    let (number, _) = members.get(list).ok_or_else(|| too_long(path))?;
    let bytes = read_at_most(member(&mut archive, *number, path)?, MAX_PICKLE_BYTES)
        .map_err(|error| io_error(path, error))?;
    let bytes = bytes.ok_or_else(|| too_long(path))?;
    let storages = members.drain().filter_map(|(name, (_, stored))| {
        let key = name.strip_prefix(&folder)?.to_owned();
        Some((key, stored))
    });
    Ok((bytes, storages.collect()))
}

pub(super) fn archive(path: &Path) -> Result<zip::ZipArchive<io::BufReader<File>>, Error> {
    let file = open_file(path).map_err(|error| io_error(path, error))?;
    zip::ZipArchive::new(io::BufReader::new(file)).map_err(|error| match error {
        zip::result::ZipError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
            io_error(path, error)
        }
        error => unreadable(path, error),
    })
}

/// A member of a checkpoint's archive, to be read.
pub(super) fn member<'a, R: Read + Seek>(
    archive: &'a mut zip::ZipArchive<R>,
    number: usize,
    path: &Path,
) -> Result<zip::read::ZipFile<'a, R>, Error> {
    let member = archive.by_index(number);
    member.map_err(|error| zip_error(path, error))
}

fn zip_error(path: &Path, error: zip::result::ZipError) -> Error {
    match error {
        zip::result::ZipError::Io(error) => io_error(path, error),
        error => unreadable(path, error),
    }
}

/// The members of a checkpoint's archive by name: their numbers, and where they are.
fn members<R: Read + Seek>(
    archive: &mut zip::ZipArchive<R>,
    path: &Path,
) -> Result<HashMap<String, (usize, Stored)>, Error> {
    let length = std::fs::metadata(path).map_err(|error| io_error(path, error))?;
    let length = length.len();
    let mut members = HashMap::new();
    for number in 0..archive.len() {
        let member = archive.by_index_raw(number);
        let member = member.map_err(|error| zip_error(path, error))?;
        let name = member.name().map_err(|error| unreadable(path, error))?;
        let name = name.into_owned();
        let is_plain = member.compression() == zip::CompressionMethod::Stored;
        let stored = Stored {
            bytes: member.size().min(length),
            place: match member.data_start().filter(|_| is_plain) {
                Some(offset) => StoredPlace::At(offset),
                None => StoredPlace::Compressed(number),
            },
        };
        members.insert(name, (number, stored));
    }
    Ok(members)
}
