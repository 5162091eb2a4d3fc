//! PyTorch's checkpoints: a pickle that lists tensors, and storages that hold their values.
//!
//! Since PyTorch 1.6 (2020) they are zip archives; before, pickles and storages followed each other in
//! a file.

mod legacy;
mod listing;
mod machine;
mod zipped;

use std::collections::HashMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use candle_core::{DType, Tensor};

use self::listing::{List, Listed, Order};
use super::values::{FileRegion, element_count, tensor};
use super::{Entry, Opened, TensorReader, first, io_error, unreadable};
use crate::files::open_file;
use crate::nn::Error;

/// The most bytes of a checkpoint's list of tensors; NLLB-200's 512 tensors take some 60 kB.
const MAX_PICKLE_BYTES: u64 = 4 << 20;
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
                let mut archive = zipped::archive(path)?;
                let mut member = zipped::member(&mut archive, *member, path)?;
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
        let (pickle, storages) = if is_zip(path)? {
            zipped::open(path)?
        } else {
            legacy::open(path)?
        };
        let list = List::read(&pickle).map_err(|error| malformed(path, error))?;
        let listed = list.tensors().map_err(|error| unreadable(path, error))?;
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
                    let place = place(&listed, dtype, storages.get(listed.storage), path)?;
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
        return Err(unreadable(first(paths), "it holds no tensors"));
    }
    Ok((Box::new(Pickles(placed)), entries))
}

/// The pickle of a checkpoint, and its storages by their keys.
type Contents = (Vec<u8>, HashMap<String, Stored>);

/// Where a storage is.
struct Stored {
    /// Its size, at most that of the file.
    bytes: u64,
    place: StoredPlace,
}

enum StoredPlace {
    /// Uncompressed, from this byte of the file on.
    At(u64),
    /// In the member of this number of the archive.
    Compressed(usize),
}

/// # Errors
/// [`Error::Unreadable`] if the tensor is larger than its storage.
fn place(
    listed: &Listed,
    dtype: DType,
    stored: Option<&Stored>,
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
    let (Some(stored), Some(skip), Some(bytes)) = (stored, skip, bytes) else {
        return Err(too_large());
    };
    if skip.checked_add(bytes).is_none_or(|end| end > stored.bytes) {
        return Err(too_large());
    }
    let (shape, order) = (listed.shape.clone(), listed.order);
    Ok(match stored.place {
        StoredPlace::At(offset) => Placed::At {
            region: FileRegion {
                path: path.to_owned(),
                offset: offset.saturating_add(skip),
                dtype,
            },
            shape,
            order,
        },
        StoredPlace::Compressed(member) => Placed::Compressed {
            path: path.to_owned(),
            member,
            skip,
            dtype,
            shape,
            order,
        },
    })
}

/// Whether a checkpoint is a zip archive, by its first bytes.
fn is_zip(path: &Path) -> Result<bool, Error> {
    const ZIP: &[u8] = b"PK\x03\x04";
    let file = open_file(path).map_err(|error| io_error(path, error))?;
    let mut start = Vec::new();
    file.take(ZIP.len() as u64)
        .read_to_end(&mut start)
        .map_err(|error| io_error(path, error))?;
    Ok(start == ZIP)
}

fn malformed(path: &Path, error: machine::PickleError) -> Error {
    unreadable(path, listing::ListingError::from(error))
}

fn too_long(path: &Path) -> Error {
    let reason = format!("its list of tensors has more than {MAX_PICKLE_BYTES} bytes");
    unreadable(path, reason)
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    fn fixture(name: &str) -> PathBuf {
        Path::new("tests/fixtures/checkpoints").join(name)
    }

    fn values(reader: &dyn TensorReader, name: &str) -> Vec<f32> {
        let tensor = reader.read(name).unwrap().unwrap();
        let tensor = tensor.to_dtype(DType::F32).unwrap();
        let tensor = tensor.to_device(&Device::Cpu).unwrap();
        tensor.flatten_all().unwrap().to_vec1().unwrap()
    }

    #[test]
    fn every_form_of_a_checkpoint_holds_the_same_tensors() {
        let numbers = |to: u8| (0..to).map(f32::from).collect::<Vec<f32>>();
        for form in ["legacy", "zip"] {
            for kind in ["2", "4", "5", "state-dict", "model"] {
                let name = format!("{form}-{kind}.bin");
                let (reader, entries) = open(&[fixture(&name)]).unwrap();
                let mut names: Vec<&str> = entries.keys().map(String::as_str).collect();
                names.sort_unstable();
                let expected = ["columns", "halves", "part", "steps", "tied", "whole"];
                assert_eq!(names, expected, "{name}");
                assert_eq!(entries["steps"].floating, Err("Long".into()), "{name}");
                assert_eq!(values(&*reader, "whole"), numbers(12), "{name}");
                assert_eq!(values(&*reader, "tied"), numbers(12), "{name}");
                assert_eq!(values(&*reader, "part"), numbers(12)[6..], "{name}");
                let columns = [0., 2., 4., 1., 3., 5.];
                assert_eq!(values(&*reader, "columns"), columns, "{name}");
                assert_eq!(values(&*reader, "halves"), [0., 0.5, 1., 1.5], "{name}");
            }
        }
    }

    /// Opens a file and reads what it lists.
    fn read_all(path: &Path) -> Result<(), Error> {
        let (reader, entries) = open(&[path.to_owned()])?;
        for name in entries.keys() {
            reader.read(name)?;
        }
        Ok(())
    }

    fn refusal(bytes: &[u8]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pytorch_model.bin");
        std::fs::write(&path, bytes).unwrap();
        let error = read_all(&path).unwrap_err().to_string();
        let path = path.display().to_string();
        assert!(error.starts_with(&path), "{error}");
        error.replace(&path, "FILE")
    }

    #[test]
    fn a_byte_changed_or_an_end_cut_off_is_an_error_that_names_the_file_or_changes_no_size() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pytorch_model.bin");
        let bytes = std::fs::read(fixture("legacy-2.bin")).unwrap();
        let check = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            let read = |(reader, _): Opened| reader.read("whole");
            match open(std::slice::from_ref(&path)).and_then(read) {
                Err(error) => {
                    assert!(error.to_string().contains("pytorch_model.bin"), "{error}");
                }
                // The name or the shape is among what changes; no value comes from elsewhere.
                Ok(tensor) => {
                    let count = tensor.map_or(0, |tensor| tensor.elem_count());
                    assert!(count <= 12, "{count}");
                }
            }
        };
        for place in 0..bytes.len() {
            for byte in [0, 0x7f, 0xff] {
                let mut changed = bytes.clone();
                changed[place] = byte;
                check(&changed);
            }
            check(&bytes[..place]);
        }
    }

    /// The old form, whose only storage holds `count` values by its record and its list.
    fn legacy(listed: &[u8], recorded: u64, values: usize) -> Vec<u8> {
        let start = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.";
        let parts: [&[u8]; 7] = [
            start,
            b"\x80\x02}X\x0d\x00\x00\x00little_endian\x88s.",
            b"\x80\x02}X\x01\x00\x00\x00actorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00\
              storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpu",
            listed,
            b"K\x00K\x02\x85K\x01\x85\x89ccollections\nOrderedDict\n)RtRs.",
            b"\x80\x02]X\x01\x00\x00\x000a.",
            &recorded.to_le_bytes(),
        ];
        let mut bytes = parts.concat();
        bytes.resize(bytes.len() + 4 * values, 0);
        bytes
    }

    #[test]
    fn storages_of_the_old_form_are_as_large_as_listed_recorded_and_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pytorch_model.bin");
        for listed in [
            &b"K\x02tQ"[..],
            b"K\x02NtQ",
            // A view of the whole storage, as PyTorch 1.4 describes it.
            b"K\x02(X\x01\x00\x00\x001K\x00K\x02ttQ",
        ] {
            std::fs::write(&path, legacy(listed, 2, 2)).unwrap();
            read_all(&path).unwrap();
        }
        let view_from_1 = b"K\x02(X\x01\x00\x00\x001K\x01K\x01ttQ";
        for (bytes, reason) in [
            (legacy(b"K\x02tQ", 3, 3), "storage `0` is not as listed"),
            (legacy(b"K\x02tQ", 2, 1), "storage `0` is not as listed"),
            (legacy(b"K\x02tQ", 1 << 62, 2), "not as listed"),
            (
                legacy(
                    b"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x3ftQ",
                    (1 << 62) - 1,
                    2,
                ),
                "not as listed",
            ),
            (legacy(b"K\x01tQ", 1, 1), "`a` is larger than its data"),
            (legacy(view_from_1, 2, 2), "`a` is larger than its data"),
            (legacy(b"NtQ", 2, 2), "describes a storage wrongly"),
        ] {
            let error = refusal(&bytes);
            assert!(error.contains(reason), "{error}: {reason}");
        }
    }

    #[test]
    fn what_is_no_checkpoint_is_named_as_that() {
        insta::assert_snapshot!(refusal(b"<html>403 Forbidden</html>"));
        insta::assert_snapshot!(refusal(b""));
        insta::assert_snapshot!(refusal(b"PK\x03\x04 and no more"));
        let other = legacy(b"K\x02tQ", 2, 2);
        let version = other.iter().position(|&byte| byte == 0xe9).unwrap();
        let mut changed = other.clone();
        changed[version] = 0xea;
        insta::assert_snapshot!(refusal(&changed));
        let order = other.iter().position(|&byte| byte == 0x88).unwrap();
        let mut changed = other;
        changed[order] = 0x89;
        insta::assert_snapshot!(refusal(&changed));
    }
}
