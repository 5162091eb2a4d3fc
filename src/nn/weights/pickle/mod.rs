//! PyTorch's zipped pickle: a list of tensors, and their values in other files of the archive.

mod listing;
mod machine;

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use candle_core::{DType, Tensor};

use self::listing::{Listed, Order};
use super::values::{FileRegion, element_count, tensor};
use super::{Entry, Opened, TensorReader, first, io_error, unreadable};
use crate::files::{open_file, read_at_most};
use crate::nn::Error;

/// The most bytes of a checkpoint's list of tensors; NLLB-200's 512 tensors take some 60 kB.
const MAX_PICKLE_BYTES: u64 = 4 << 20;
/// How the name of the list of tensors ends.
const LIST: &str = "data.pkl";

struct Pickles(HashMap<String, Placed>);

/// Where a tensor's values are.
enum Placed {
    /// Uncompressed in the file.
    At {
        region: FileRegion,
        shape: Vec<usize>,
        order: Order,
    },
    /// In a compressed member of the archive.
    Compressed {
        path: PathBuf,
        member: usize,
        /// Bytes before its first value.
        skip: u64,
        dtype: DType,
        shape: Vec<usize>,
        order: Order,
    },
}

impl TensorReader for Pickles {
    fn read(&self, name: &str) -> Result<Option<Tensor>, Error> {
        let Some(placed) = self.0.get(name) else {
            return Ok(None);
        };
        placed.read(name).map(Some)
    }
}

impl Placed {
    fn read(&self, name: &str) -> Result<Tensor, Error> {
        let (path, shape, order) = match self {
            Self::At {
                region,
                shape,
                order,
            } => (&region.path, shape, *order),
            Self::Compressed {
                path, shape, order, ..
            } => (path, shape, *order),
        };
        // A transposed view is stored as the rows of the other order of dimensions.
        let stored: Vec<usize> = match order {
            Order::Rows => shape.clone(),
            Order::Columns => shape.iter().rev().copied().collect(),
            Order::Other => {
                return Err(unreadable(
                    path,
                    format!("tensor `{name}` is a view with gaps"),
                ));
            }
        };
        let read = match self {
            Self::At { region, .. } => region.tensor(&stored)?,
            Self::Compressed {
                path,
                member,
                skip,
                dtype,
                ..
            } => {
                let mut archive = archive(path)?;
                let member = archive.by_index(*member);
                let mut member = member.map_err(|error| zip_error(path, error))?;
                io::copy(&mut member.by_ref().take(*skip), &mut io::sink())
                    .map_err(|error| io_error(path, error))?;
                tensor(&mut member, *dtype, &stored, path)?
            }
        };
        match order {
            Order::Columns => {
                let dimensions: Vec<usize> = (0..shape.len()).rev().collect();
                Ok(read.permute(dimensions)?)
            }
            _ => Ok(read),
        }
    }
}

/// Opens a checkpoint, or the parts of one model.
pub(super) fn open(paths: &[PathBuf]) -> Result<Opened, Error> {
    let (mut entries, mut placed) = (HashMap::new(), HashMap::new());
    for path in paths {
        let mut archive = archive(path)?;
        let members = members(&mut archive, path)?;
        let (folder, list) = list_of_tensors(&mut archive, &members, path)?;
        let listed = listing::tensors(&list).map_err(|error| unreadable(path, error))?;
        for listed in listed {
            let name = listed.name.to_owned();
            let mut entry = Entry {
                shape: listed.shape.clone(),
                floating: Ok(()),
                region: None,
            };
            match listed.dtype {
                Err(class) => entry.floating = Err(class.to_owned()),
                Ok(dtype) => {
                    let member = members.get(&format!("{folder}/{}", listed.storage));
                    let place = place(&listed, dtype, member, path)?;
                    if let Placed::At { region, order, .. } = &place
                        && *order == Order::Rows
                    {
                        entry.region = Some(region.clone());
                    }
                    placed.insert(name.clone(), place);
                }
            }
            entries.insert(name, entry);
        }
    }
    if entries.is_empty() {
        let reason = "it holds no tensors (a checkpoint older than PyTorch 1.6 must be saved anew)";
        return Err(unreadable(first(paths), reason));
    }
    Ok((Box::new(Pickles(placed)), entries))
}

/// A member of a checkpoint's archive.
struct Member {
    number: usize,
    /// Its size, at most that of the archive.
    bytes: u64,
    /// Where its bytes begin, unless they are compressed.
    offset: Option<u64>,
}

/// # Errors
/// [`Error::Unreadable`] if the tensor is larger than its member.
fn place(
    listed: &Listed,
    dtype: DType,
    member: Option<&Member>,
    path: &Path,
) -> Result<Placed, Error> {
    let too_large = || {
        unreadable(
            path,
            format!("tensor `{}` is larger than its data", listed.name),
        )
    };
    let size = dtype.size_in_bytes() as u64;
    let skip = listed.offset.checked_mul(size);
    let bytes = element_count(&listed.shape).and_then(|count| size.checked_mul(count as u64));
    let (Some(member), Some(skip), Some(bytes)) = (member, skip, bytes) else {
        return Err(too_large());
    };
    if skip.checked_add(bytes).is_none_or(|end| end > member.bytes) {
        return Err(too_large());
    }
    let (shape, order) = (listed.shape.clone(), listed.order);
    Ok(match member.offset {
        Some(offset) => Placed::At {
            region: FileRegion {
                path: path.to_owned(),
                offset: offset.saturating_add(skip),
                dtype,
            },
            shape,
            order,
        },
        None => Placed::Compressed {
            path: path.to_owned(),
            member: member.number,
            skip,
            dtype,
            shape,
            order,
        },
    })
}

fn archive(path: &Path) -> Result<zip::ZipArchive<io::BufReader<File>>, Error> {
    let file = open_file(path).map_err(|error| io_error(path, error))?;
    zip::ZipArchive::new(io::BufReader::new(file)).map_err(|error| match error {
        zip::result::ZipError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
            io_error(path, error)
        }
        error => {
            let advice = "a checkpoint older than PyTorch 1.6 must be saved anew";
            unreadable(path, format!("{error} ({advice})"))
        }
    })
}

fn zip_error(path: &Path, error: zip::result::ZipError) -> Error {
    match error {
        zip::result::ZipError::Io(error) => io_error(path, error),
        error => unreadable(path, error),
    }
}

/// The members of a checkpoint's archive, by name.
fn members<R: Read + Seek>(
    archive: &mut zip::ZipArchive<R>,
    path: &Path,
) -> Result<HashMap<String, Member>, Error> {
    let length = std::fs::metadata(path).map_err(|error| io_error(path, error))?;
    let length = length.len();
    let mut members = HashMap::new();
    for number in 0..archive.len() {
        let member = archive.by_index_raw(number);
        let member = member.map_err(|error| zip_error(path, error))?;
        let name = member.name().map_err(|error| unreadable(path, error))?;
        let name = name.into_owned();
        let is_plain = member.compression() == zip::CompressionMethod::Stored;
        let entry = Member {
            number,
            bytes: member.size().min(length),
            offset: member.data_start().filter(|_| is_plain),
        };
        members.insert(name, entry);
    }
    Ok(members)
}

/// The pickle that lists the tensors, and the folder of their values.
fn list_of_tensors<R: Read + Seek>(
    archive: &mut zip::ZipArchive<R>,
    members: &HashMap<String, Member>,
    path: &Path,
) -> Result<(String, Vec<u8>), Error> {
    let mut lists = members.iter().filter(|(name, _)| name.ends_with(LIST));
    let (Some((name, member)), None) = (lists.next(), lists.next()) else {
        let reason = "it holds no list of tensors, or several \
                      (a checkpoint older than PyTorch 1.6 must be saved anew)";
        return Err(unreadable(path, reason));
    };
    let member = archive.by_index(member.number);
    let member = member.map_err(|error| zip_error(path, error))?;
    let bytes = read_at_most(member, MAX_PICKLE_BYTES).map_err(|error| io_error(path, error))?;
    let bytes = bytes.ok_or_else(|| {
        let reason = format!("its list of tensors has more than {MAX_PICKLE_BYTES} bytes");
        unreadable(path, reason)
    })?;
    let folder = name.strip_suffix(".pkl").unwrap_or(name);
    Ok((folder.to_owned(), bytes))
}
