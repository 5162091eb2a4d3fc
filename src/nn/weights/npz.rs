//! Marian's own files: an archive of arrays (`.npz`), each a member in NumPy's format (`.npy`).
//!
//! A member begins with a magic number, a version and a header, which is a dictionary in Python's
//! notation: `{'descr': '<f4', 'fortran_order': False, 'shape': (1, 512), }`. Its values follow, the last
//! dimension fastest. Members are stored or deflated. Names are Marian's, and matrices are the other way
//! round than a checkpoint's: which array is which tensor, a family says.
//!
//! Nothing of the file is believed: sizes are compared with shapes and with what the archive holds before
//! anything is allocated.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use candle_core::{DType, Tensor};
use zip::ZipArchive;
use zip::result::ZipError;

use super::values::{FileRegion, element_count, tensor};
use super::{Entry, Opened, TensorReader, io_error, unreadable};
use crate::files::open_file;
use crate::nn::Error;

/// Maximum members of an archive; a network of 48 layers has about 2,000.
const MAX_ARRAYS: usize = 1 << 16;
/// Maximum bytes of the name of a member, and of a header; NumPy writes headers of 128 bytes.
const MAX_NAME_BYTES: usize = 512;
const MAX_HEADER_BYTES: usize = 4096;
/// Maximum dimensions of an array.
const MAX_RANK: usize = 4;
/// The most bytes that deflate makes of one.
const MAX_EXPANSION: u64 = 1032;
/// The member that holds the network's settings.
const SETTINGS: &str = "special:model.yml";
const MAX_SETTINGS_BYTES: usize = 1 << 20;

/// A tensor of a checkpoint in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ArrayPart {
    /// Its name in the checkpoint.
    pub(crate) name: String,
    /// The names it may have in the archive; the first that is there counts.
    pub(crate) arrays: Vec<String>,
    /// Whether the archive has the matrix transposed.
    pub(crate) is_transposed: bool,
    /// Whether it is a row of the archive and a vector of the checkpoint.
    pub(crate) is_vector: bool,
}

/// An array, as the archive's directory and its own header describe it.
#[derive(Debug, Clone)]
struct Array {
    /// Its number in the archive.
    member: usize,
    shape: Vec<usize>,
    values: Values,
    /// Bytes of its header.
    header_bytes: u64,
    /// Where its values are in the file, unless they are compressed.
    offset: Option<u64>,
}

/// The type of an array's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Values {
    Float(DType),
    Byte,
    Other,
}

/// An archive whose headers have been read.
#[derive(Debug)]
pub(crate) struct NpzFile {
    pub(crate) path: PathBuf,
    arrays: HashMap<String, Array>,
}

impl NpzFile {
    /// Reads the headers of a file.
    ///
    /// # Errors
    /// [`Error::Read`] if it cannot be read, [`Error::Unreadable`] if it is no such archive.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let bytes = std::fs::metadata(path).map_err(|error| io_error(path, error))?;
        let mut archive = archive(path)?;
        let bad = |reason: String| unreadable(path, reason);
        if archive.len() > MAX_ARRAYS {
            return Err(bad(format!("it has more than {MAX_ARRAYS} arrays")));
        }
        let mut arrays = HashMap::new();
        for number in 0..archive.len() {
            let (name, array) =
                read_header(&mut archive, number, bytes.len()).map_err(|error| error.of(path))?;
            if arrays.insert(name, array).is_some() {
                return Err(bad(String::from("two arrays of it have one name")));
            }
        }
        Ok(Self {
            path: path.to_owned(),
            arrays,
        })
    }

    /// The shape of an array.
    pub(crate) fn shape(&self, name: &str) -> Option<&[usize]> {
        self.arrays.get(name).map(|array| &*array.shape)
    }

    /// The settings that Marian keeps with its weights, in YAML.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if there are none, they are too long or not UTF-8.
    pub(crate) fn settings(&self) -> Result<String, Error> {
        let bad = |reason: &str| unreadable(&self.path, reason);
        let none = || bad("it has no settings of Marian (special:model.yml)");
        let array = self.arrays.get(SETTINGS).ok_or_else(none)?;
        let count = element_count(&array.shape).filter(|&count| count <= MAX_SETTINGS_BYTES);
        let (Some(count), Values::Byte) = (count, array.values) else {
            return Err(bad("its settings are no text, or too long"));
        };
        let mut archive = archive(&self.path)?;
        let mut bytes = Vec::new();
        self.values(&mut archive, array)?
            .take(count as u64)
            .read_to_end(&mut bytes)
            .map_err(|error| io_error(&self.path, error))?;
        // A final NUL ends them.
        while bytes.last() == Some(&0) {
            bytes.pop();
        }
        String::from_utf8(bytes).map_err(|_| bad("its settings are not UTF-8"))
    }

    /// A reader of an array's values.
    fn values<'a>(
        &self,
        archive: &'a mut ZipArchive<BufReader<File>>,
        array: &Array,
    ) -> Result<impl Read + 'a, Error> {
        let member = archive.by_index(array.member);
        let mut member = member.map_err(|error| zip_error(&self.path, error))?;
        io::copy(
            &mut member.by_ref().take(array.header_bytes),
            &mut io::sink(),
        )
        .map_err(|error| io_error(&self.path, error))?;
        Ok(member)
    }
}

/// The tensors of an archive, by their names in a checkpoint.
struct Npz {
    file: NpzFile,
    parts: HashMap<String, (ArrayPart, Array)>,
}

/// Opens those of `parts` that are in the file.
pub(super) fn open(file: NpzFile, parts: Vec<ArrayPart>) -> Opened {
    let (mut entries, mut found) = (HashMap::new(), HashMap::new());
    for part in parts {
        let Some(array) = part.arrays.iter().find_map(|name| file.arrays.get(name)) else {
            continue;
        };
        let (floating, dtype) = match array.values {
            Values::Float(dtype) => (Ok(()), Some(dtype)),
            Values::Byte | Values::Other => (Err(String::from("integers or other values")), None),
        };
        let region = dtype.zip(array.offset).filter(|_| !part.is_transposed);
        let entry = Entry {
            shape: part.shape(&array.shape),
            floating,
            region: region.map(|(dtype, offset)| FileRegion {
                path: file.path.clone(),
                offset,
                dtype,
            }),
        };
        entries.insert(part.name.clone(), entry);
        found.insert(part.name.clone(), (part, array.clone()));
    }
    (Box::new(Npz { file, parts: found }), entries)
}

impl ArrayPart {
    /// The shape in the checkpoint of an array of this shape.
    fn shape(&self, stored: &[usize]) -> Vec<usize> {
        match stored {
            &[rows, columns] if self.is_transposed => vec![columns, rows],
            &[1, columns] if self.is_vector => vec![columns],
            other => other.to_vec(),
        }
    }
}

impl TensorReader for Npz {
    fn read(&self, name: &str) -> Result<Option<Tensor>, Error> {
        let Some((part, array)) = self.parts.get(name) else {
            return Ok(None);
        };
        let Values::Float(dtype) = array.values else {
            return Ok(None);
        };
        let mut archive = archive(&self.file.path)?;
        let mut values = self.file.values(&mut archive, array)?;
        let read = tensor(&mut values, dtype, &array.shape, &self.file.path)?;
        let shape = part.shape(&array.shape);
        Ok(Some(if part.is_transposed && array.shape.len() == 2 {
            read.t()?.contiguous()?
        } else {
            read.reshape(shape)?
        }))
    }
}

fn archive(path: &Path) -> Result<ZipArchive<BufReader<File>>, Error> {
    let file = open_file(path).map_err(|error| io_error(path, error))?;
    ZipArchive::new(BufReader::new(file)).map_err(|error| zip_error(path, error))
}

fn zip_error(path: &Path, error: ZipError) -> Error {
    match error {
        ZipError::Io(error) => io_error(path, error),
        error => unreadable(path, error),
    }
}

/// What is wrong with a member.
enum MemberError {
    Zip(ZipError),
    Io(io::Error),
    /// The member of this name is no array, for this reason.
    Array(String, &'static str),
}

impl MemberError {
    fn of(self, path: &Path) -> Error {
        match self {
            Self::Zip(error) => zip_error(path, error),
            Self::Io(error) => io_error(path, error),
            Self::Array(name, reason) => {
                let name: String = name.chars().take(100).collect();
                unreadable(path, format!("its member `{name}` {reason}"))
            }
        }
    }
}

/// The name of a member without its ending, and its array. `file_bytes` are those of the archive.
fn read_header(
    archive: &mut ZipArchive<BufReader<File>>,
    number: usize,
    file_bytes: u64,
) -> Result<(String, Array), MemberError> {
    let mut member = archive.by_index(number).map_err(MemberError::Zip)?;
    let name = member.name().map_err(MemberError::Zip)?.into_owned();
    let bad = |reason| MemberError::Array(name.clone(), reason);
    if name.len() > MAX_NAME_BYTES {
        return Err(bad("has too long a name"));
    }
    let is_stored = member.compression() == zip::CompressionMethod::Stored;
    let start = member.data_start().filter(|_| is_stored);
    let bytes = member.size();
    let possible = if is_stored { 1 } else { MAX_EXPANSION };
    if bytes > file_bytes.saturating_mul(possible) {
        return Err(bad("would be larger than its file can hold"));
    }
    let mut read = |count: usize| {
        let mut bytes = vec![0; count];
        match member.read_exact(&mut bytes) {
            Ok(()) => Ok(bytes),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(bad("is cut")),
            Err(error) => Err(MemberError::Io(error)),
        }
    };
    let prefix = read(8)?;
    if !prefix.starts_with(b"\x93NUMPY") {
        return Err(bad("is no array of NumPy"));
    }
    let length_bytes = if prefix.get(6) == Some(&1) { 2 } else { 4 };
    let length = read(length_bytes)?;
    let length = length
        .iter()
        .rev()
        .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    if length > MAX_HEADER_BYTES {
        return Err(bad("has too long a header"));
    }
    let text = String::from_utf8(read(length)?).map_err(|_| bad("has a header that is no text"))?;
    let header = parse_header(&text).ok_or_else(|| bad("has a header that is not understood"))?;
    let header_bytes = (8 + length_bytes + length) as u64;
    let values =
        element_count(&header.shape).and_then(|count| count.checked_mul(header.item_bytes));
    if values.and_then(|values| header_bytes.checked_add(values as u64)) != Some(bytes) {
        return Err(bad("has another size than its shape says"));
    }
    let array = Array {
        member: number,
        shape: header.shape,
        values: header.values,
        header_bytes,
        offset: start.and_then(|start| start.checked_add(header_bytes)),
    };
    let name = name.strip_suffix(".npy").unwrap_or(&name);
    Ok((name.to_owned(), array))
}

/// The header of an array.
#[derive(Debug, PartialEq)]
struct Header {
    values: Values,
    item_bytes: usize,
    shape: Vec<usize>,
}

/// Reads a header as NumPy and Marian write it; `None` if it is another, or the array is in Fortran's order.
fn parse_header(text: &str) -> Option<Header> {
    let value = |name: &str| {
        let (_, rest) = text.split_once(&format!("'{name}':"))?;
        Some(rest.trim_start())
    };
    if !value("fortran_order")?.starts_with("False") {
        return None;
    }
    let (kind, _) = value("descr")?.strip_prefix('\'')?.split_once('\'')?;
    let (values, item_bytes) = match kind {
        "<f8" => (Values::Float(DType::F64), 8),
        "<f4" => (Values::Float(DType::F32), 4),
        "<f2" => (Values::Float(DType::F16), 2),
        "|i1" | "<i1" | "|u1" | "<u1" | "|b1" => (Values::Byte, 1),
        "<i2" | "<u2" => (Values::Other, 2),
        "<i4" | "<u4" => (Values::Other, 4),
        "<i8" | "<u8" => (Values::Other, 8),
        _ => return None,
    };
    let (shape, _) = value("shape")?.strip_prefix('(')?.split_once(')')?;
    let dims = shape
        .split(',')
        .map(str::trim)
        .filter(|dim| !dim.is_empty());
    let shape: Vec<usize> = dims.map(|dim| dim.parse().ok()).collect::<Option<_>>()?;
    (shape.len() <= MAX_RANK).then_some(Header {
        values,
        item_bytes,
        shape,
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    use super::*;

    fn npy(header: &str, values: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.bytes());
        bytes.extend(values);
        bytes
    }

    fn header(kind: &str, shape: &str) -> String {
        format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n")
    }

    fn write(members: &[(&str, Vec<u8>)], method: CompressionMethod) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut archive = ZipWriter::new(file.reopen().unwrap());
        for (name, bytes) in members {
            let options = SimpleFileOptions::default().compression_method(method);
            archive.start_file(*name, options).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap();
        file
    }

    fn floats(numbers: &[f32]) -> Vec<u8> {
        numbers
            .iter()
            .flat_map(|number| number.to_le_bytes())
            .collect()
    }

    fn part(name: &str, is_transposed: bool, is_vector: bool) -> ArrayPart {
        ArrayPart {
            name: name.to_owned(),
            arrays: vec![String::from("other"), name.to_owned()],
            is_transposed,
            is_vector,
        }
    }

    #[test]
    fn arrays_are_read_stored_and_deflated_as_they_are_and_turned() {
        let matrix = npy(&header("<f4", "(2, 3)"), &floats(&[1., 2., 3., 4., 5., 6.]));
        let row = npy(&header("<f4", "(1, 2)"), &floats(&[7., 8.]));
        let settings = npy(&header("|i1", "(3,)"), b"a:\0");
        let members = [
            ("turned.npy", matrix.clone()),
            ("kept.npy", matrix),
            ("vector.npy", row.clone()),
            ("row.npy", row),
            ("special:model.yml.npy", settings),
        ];
        for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
            let file = write(&members, method);
            let npz = NpzFile::open(file.path()).unwrap();
            assert_eq!(npz.settings().unwrap(), "a:");
            assert_eq!(npz.shape("kept"), Some(&[2, 3][..]));
            let parts = vec![
                part("turned", true, false),
                part("kept", false, false),
                part("vector", false, true),
                part("row", false, false),
                part("missing", false, false),
            ];
            let weights = super::super::Weights::of_npz(npz, parts);
            assert!(weights.present(&["missing", "other"]).is_none());
            let read = |name: &str, shape: &[usize]| -> Vec<f32> {
                let cpu = candle_core::Device::Cpu;
                let tensor = weights.tensor(name, shape, DType::F32, &cpu).unwrap();
                let mut rows = weights.rows(name, shape).unwrap();
                let mut by_rows = Vec::new();
                let count = if shape.len() == 1 { 1 } else { shape[0] };
                rows.read(0, count, &mut by_rows).unwrap();
                let all = tensor.flatten_all().unwrap().to_vec1().unwrap();
                assert_eq!(all, by_rows, "{name}");
                all
            };
            assert_eq!(read("turned", &[3, 2]), [1., 4., 2., 5., 3., 6.]);
            assert_eq!(read("kept", &[2, 3]), [1., 2., 3., 4., 5., 6.]);
            assert_eq!(read("vector", &[2]), [7., 8.]);
            assert_eq!(read("row", &[1, 2]), [7., 8.]);
        }
    }

    #[test]
    fn members_that_are_no_arrays_or_say_another_size_are_refused_by_name() {
        let four = floats(&[1., 2., 3., 4.]);
        let f4 = |shape: &str| npy(&header("<f4", shape), &four);
        let long = format!("{}{}", header("<f4", "(4,)"), " ".repeat(5000));
        for (bytes, reason) in [
            (b"\x93NUMPX\x01\x00\x00\x00".to_vec(), "no array"),
            (b"\x93NUM".to_vec(), "cut"),
            (npy("", &four), "not understood"),
            (f4("(4, 2)"), "another size"),
            (f4("(3,)"), "another size"),
            (f4("(4294967296, 4294967296, 4294967296)"), "another size"),
            (f4("(1, 1, 1, 2, 2)"), "not understood"),
            (f4("(-4,)"), "not understood"),
            (npy(&header("<c8", "(2,)"), &four), "not understood"),
            (
                npy(&header("<f4", "(2, 2)").replace("False", "True"), &four),
                "not understood",
            ),
            (npy(&long, &four), "too long"),
            (b"\x93NUMPY\x02\x00\xff\xff\xff\xff".to_vec(), "too long"),
        ] {
            for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
                let file = write(&[("x.npy", bytes.clone())], method);
                let error = NpzFile::open(file.path()).unwrap_err().to_string();
                assert!(
                    error.contains(reason) && error.contains('x'),
                    "{error}: {reason}"
                );
            }
        }
    }

    #[test]
    fn every_cut_and_every_flipped_byte_is_read_or_refused() {
        let members = [
            (
                "a.npy",
                npy(&header("<f4", "(2, 2)"), &floats(&[1., 2., 3., 4.])),
            ),
            (
                "special:model.yml.npy",
                npy(&header("|i1", "(3,)"), b"a:\0"),
            ),
        ];
        let whole = std::fs::read(write(&members, CompressionMethod::Stored).path()).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        let check = |bytes: &[u8]| {
            std::fs::write(file.path(), bytes).unwrap();
            let Ok(npz) = NpzFile::open(file.path()) else {
                return;
            };
            let _ = npz.settings();
            let weights = super::super::Weights::of_npz(npz, vec![part("a", true, false)]);
            let _ = weights.tensor("a", &[2, 2], DType::F32, &candle_core::Device::Cpu);
        };
        for i in 0..whole.len() {
            check(&whole[..i]);
            for value in [0, 1, 0x7f, 0xff] {
                let mut bytes = whole.clone();
                bytes[i] = value;
                check(&bytes);
            }
        }
    }

    #[test]
    fn a_file_that_is_no_archive_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"PK\x03\x04 and nothing else").unwrap();
        assert!(NpzFile::open(file.path()).is_err());
        let without = write(&[], CompressionMethod::Stored);
        let npz = NpzFile::open(without.path()).unwrap();
        assert!(
            npz.settings()
                .unwrap_err()
                .to_string()
                .contains("special:model.yml")
        );
    }
}
