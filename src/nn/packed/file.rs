//! Packed weights in one file: converted once, then mapped into memory at every start.
//!
//! The container is safetensors: matrices as bytes (their layout is in [`layout`](super::layout)),
//! everything else in f32. The header is padded so that tiles begin at cache lines. A file is
//! written under a temporary name and renamed; before it is used, it is checked to be complete, in
//! this version's format and undamaged, by the checksum at its end.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use candle_core::{DType, Device};
use safetensors::{Dtype, SafeTensors};
use serde_json::json;

use super::checksum::{self, Summing};
use super::layout::{BitWidth, PackedShape, TILE, pack_integers, pack_tile};
use super::matrix::{Bytes, Matrix};
use super::pool::ThreadPool;
use crate::files::{AtomicFile, folder_of, is_temporary, open_file};
use crate::nn::shapes::{TensorKind, TensorSpec};
use crate::nn::{Error, Weights};

/// Raised whenever the layout or the names in a file change.
pub const FORMAT_VERSION: u32 = 2;
/// The tensor with the token of each row of a token table.
const PERMUTATION: &str = "order";
/// The last tensor: the checksum of everything before it.
const CHECKSUM: &str = "checksum";
/// Tiles that are packed at a time: some megabytes, whatever the size of the matrix.
const TILES_AT_ONCE: usize = 64;
/// Tiles begin at multiples of this.
const ALIGNMENT: usize = 64;

fn packed_shape(spec: &TensorSpec, bits: BitWidth) -> PackedShape {
    PackedShape {
        bits,
        inputs: spec.shape.last().copied().unwrap_or(0),
    }
}

/// Bytes of a tensor in a file; `None` if they do not fit `usize`.
fn bytes_of(spec: &TensorSpec, bits: BitWidth) -> Option<usize> {
    match spec.kind {
        TensorKind::Table | TensorKind::Matrix => {
            packed_shape(spec, bits).bytes(*spec.shape.first()?)
        }
        TensorKind::Vector => spec
            .shape
            .iter()
            .try_fold(4_usize, |bytes, &dim| bytes.checked_mul(dim)),
    }
}

/// The tensor with what the weights of each row of a matrix are divided by; only of matrices whose
/// integers were taken over as they are.
fn divisors_of(name: &str) -> String {
    format!("{name}.divisors")
}

/// Converts `weights` and writes them, matrices first.
pub(super) fn write(
    weights: &Weights,
    specs: &[TensorSpec],
    bits: BitWidth,
    order: Option<&[u32]>,
    pool: &ThreadPool,
    out: &mut impl Write,
) -> Result<(), Error> {
    let mut out = Summing::new(out);
    write_summed(weights, specs, bits, order, pool, &mut out)?;
    let (checksum, out) = out.finish();
    write_bytes(out, &checksum.to_le_bytes())
}

/// All but the checksum.
fn write_summed(
    weights: &Weights,
    specs: &[TensorSpec],
    bits: BitWidth,
    order: Option<&[u32]>,
    pool: &ThreadPool,
    out: &mut impl Write,
) -> Result<(), Error> {
    let too_large = || Error::TooLargeToConvert;
    let mut sorted: Vec<&TensorSpec> = specs.iter().collect();
    sorted.sort_by_key(|spec| spec.kind == TensorKind::Vector);
    let divisors = divisors(weights, specs, bits, order)?;
    let mut header = serde_json::Map::new();
    let metadata = json!({"format": "audarma-packed", "version": FORMAT_VERSION.to_string()});
    header.insert(String::from("__metadata__"), metadata);
    let mut offset = 0_usize;
    let mut entry = |name: &str, dtype: &str, items: usize, bytes: usize| {
        let end = offset.checked_add(bytes)?;
        let value = json!({"dtype": dtype, "shape": [items], "data_offsets": [offset, end]});
        header.insert(name.to_owned(), value);
        offset = end;
        Some(())
    };
    for spec in &sorted {
        let bytes = bytes_of(spec, bits).ok_or_else(too_large)?;
        let (dtype, items) = match spec.kind {
            TensorKind::Vector => ("F32", bytes / 4),
            TensorKind::Table | TensorKind::Matrix => ("U8", bytes),
        };
        entry(&spec.name, dtype, items, bytes).ok_or_else(too_large)?;
    }
    for (name, divisors) in &divisors {
        entry(name, "F32", divisors.len(), 4 * divisors.len()).ok_or_else(too_large)?;
    }
    if let Some(order) = order {
        entry(PERMUTATION, "U32", order.len(), 4 * order.len()).ok_or_else(too_large)?;
    }
    entry(CHECKSUM, "U8", checksum::BYTES, checksum::BYTES).ok_or_else(too_large)?;
    let mut header = serde_json::Value::Object(header).to_string().into_bytes();
    header.resize((header.len() + 8).next_multiple_of(ALIGNMENT) - 8, b' ');
    write_bytes(out, &(header.len() as u64).to_le_bytes())?;
    write_bytes(out, &header)?;
    for spec in sorted {
        match spec.kind {
            TensorKind::Vector => {
                let tensor = weights.tensor(&spec.name, &spec.shape, DType::F32, &Device::Cpu)?;
                let numbers = tensor.flatten_all()?.to_vec1::<f32>()?;
                write_all_bytes(out, numbers.iter().map(|n| n.to_le_bytes()))?;
            }
            TensorKind::Matrix => pack(weights, spec, bits, None, pool, out)?,
            TensorKind::Table => pack(weights, spec, bits, order, pool, out)?,
        }
    }
    for (_, divisors) in &divisors {
        write_all_bytes(out, divisors.iter().map(|divisor| divisor.to_le_bytes()))?;
    }
    write_all_bytes(
        out,
        order.unwrap_or(&[]).iter().map(|token| token.to_le_bytes()),
    )
}

/// What the rows of the matrices are divided by whose 8-bit integers are taken over as they are.
fn divisors(
    weights: &Weights,
    specs: &[TensorSpec],
    bits: BitWidth,
    order: Option<&[u32]>,
) -> Result<Vec<(String, Vec<f32>)>, Error> {
    let mut found = Vec::new();
    if bits != BitWidth::Eight {
        return Ok(found);
    }
    for spec in specs.iter().filter(|spec| spec.kind != TensorKind::Vector) {
        let Some(rows) = weights.integers(&spec.name, &spec.shape)? else {
            continue;
        };
        let divisors = match order.filter(|_| spec.kind == TensorKind::Table) {
            None => rows.divisors().to_vec(),
            Some(order) => {
                let of_row = |row: &u32| rows.divisors().get(*row as usize).copied();
                order.iter().filter_map(of_row).collect()
            }
        };
        found.push((divisors_of(&spec.name), divisors));
    }
    Ok(found)
}

/// Packs a matrix, some tiles at a time. Its output `i` is row `order[i]` of the tensor.
fn pack(
    weights: &Weights,
    spec: &TensorSpec,
    bits: BitWidth,
    order: Option<&[u32]>,
    pool: &ThreadPool,
    out: &mut impl Write,
) -> Result<(), Error> {
    let shape = packed_shape(spec, bits);
    let integers = match bits {
        BitWidth::Eight => weights.integers(&spec.name, &spec.shape)?,
        BitWidth::Four => None,
    };
    if let Some(mut rows) = integers {
        return pack_rows(
            (spec, shape, order),
            |first, count, integers| rows.read_integers(first, count, integers),
            |row, tile| {
                pack_integers(shape, row, tile);
                Ok(())
            },
            pool,
            out,
        );
    }
    let mut rows = weights.rows(&spec.name, &spec.shape)?;
    pack_rows(
        (spec, shape, order),
        |first, count, numbers| rows.read(first, count, numbers),
        |row, tile| pack_tile(shape, row, tile),
        pool,
        out,
    )
}

/// Packs rows that `read` appends to a vector, by `pack`, which is given the rows of a tile.
fn pack_rows<T: Sync>(
    (spec, shape, order): (&TensorSpec, PackedShape, Option<&[u32]>),
    mut read: impl FnMut(usize, usize, &mut Vec<T>) -> Result<(), Error>,
    pack: impl for<'a> Fn(&dyn Fn(usize) -> Option<&'a [T]>, &mut [u8]) -> Result<(), Error> + Sync,
    pool: &ThreadPool,
    out: &mut impl Write,
) -> Result<(), Error> {
    let outputs = spec.shape.first().copied().unwrap_or(0);
    let (mut numbers, mut bytes) = (Vec::new(), Vec::new());
    for first in (0..outputs).step_by(TILE * TILES_AT_ONCE) {
        let last = (first + TILE * TILES_AT_ONCE).min(outputs);
        numbers.clear();
        match order {
            None => read(first, last - first, &mut numbers)?,
            Some(order) => {
                let order = order.get(first..last).unwrap_or(&[]);
                // Consecutive rows are read at once.
                for run in order.chunk_by(|a, b| a.checked_add(1) == Some(*b)) {
                    read(run[0] as usize, run.len(), &mut numbers)?;
                }
            }
        }
        bytes.resize((last - first).div_ceil(TILE) * shape.tile_bytes(), 0);
        let failure = Mutex::new(None);
        pool.run_chunks(&mut bytes, shape.tile_bytes(), &|tile, bytes| {
            let row = |output: usize| numbers.chunks_exact(shape.inputs).nth(tile * TILE + output);
            if let Err(error) = pack(&row, bytes) {
                *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            }
        });
        if let Some(error) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error);
        }
        write_bytes(out, &bytes)?;
    }
    Ok(())
}

fn write_bytes(out: &mut impl Write, bytes: &[u8]) -> Result<(), Error> {
    out.write_all(bytes).map_err(Error::Convert)
}

fn write_all_bytes<const N: usize>(
    out: &mut impl Write,
    numbers: impl Iterator<Item = [u8; N]>,
) -> Result<(), Error> {
    let bytes: Vec<u8> = numbers.flatten().collect();
    write_bytes(out, &bytes)
}

/// Converted weights.
pub(super) struct PackedFile {
    bytes: Storage,
    entries: HashMap<String, (Dtype, std::ops::Range<usize>)>,
    bits: BitWidth,
}

enum Storage {
    Mapped(Arc<memmap2::Mmap>),
    Owned(Arc<Vec<u8>>),
}

impl Storage {
    fn get(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Owned(bytes) => bytes,
        }
    }
}

impl PackedFile {
    /// Maps the file at `path`; `None` if there is none, or it is damaged, not of this format, or lacks
    /// one of `specs`.
    ///
    /// # Errors
    /// [`Error::Read`] if it cannot be mapped for a reason that passes.
    pub(super) fn open(
        path: &Path,
        specs: &[TensorSpec],
        bits: BitWidth,
        pool: &ThreadPool,
    ) -> Result<Option<Self>, Error> {
        let map = match Self::map(path) {
            Ok(map) => Arc::new(map),
            Err(source) if is_temporary(&source) => {
                return Err(Error::Read {
                    path: path.to_owned(),
                    source,
                });
            }
            Err(_) => return Ok(None),
        };
        let file = Self::read(Storage::Mapped(map), specs, bits);
        Ok(match file {
            Some(file) if !file.is_whole(pool) => {
                let path = path.display();
                tracing::warn!("{path} is damaged; the weights are converted again");
                None
            }
            file => file,
        })
    }

    fn map(path: &Path) -> io::Result<memmap2::Mmap> {
        let file = open_file(path)?;
        // SAFETY: a mapped file must not change while it is in use. Files of this folder are this
        // program's own: replaced by renaming and removed by unlinking, never written in place.
        #[expect(unsafe_code, reason = "a memory map")]
        unsafe {
            memmap2::Mmap::map(&file)
        }
    }

    /// Whether the checksum is that of the other bytes.
    fn is_whole(&self, pool: &ThreadPool) -> bool {
        let checksum = self.bytes().split_last_chunk::<{ checksum::BYTES }>();
        checksum.is_some_and(|(bytes, checksum)| {
            checksum::of(bytes, pool) == u64::from_le_bytes(*checksum)
        })
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get()
    }

    /// Converts into memory.
    pub(super) fn in_memory(
        weights: &Weights,
        specs: &[TensorSpec],
        bits: BitWidth,
        order: Option<&[u32]>,
        pool: &ThreadPool,
    ) -> Result<Self, Error> {
        let mut bytes = Vec::new();
        write(weights, specs, bits, order, pool, &mut bytes)?;
        let read = Self::read(Storage::Owned(Arc::new(bytes)), specs, bits);
        read.ok_or(Error::ConvertedDamaged)
    }

    /// Converts into a file at `path`, which appears complete or not at all.
    pub(super) fn convert(
        path: &Path,
        weights: &Weights,
        specs: &[TensorSpec],
        bits: BitWidth,
        order: Option<&[u32]>,
        pool: &ThreadPool,
    ) -> Result<(), Error> {
        std::fs::create_dir_all(folder_of(path)).map_err(Error::Convert)?;
        let mut file = AtomicFile::create(path).map_err(Error::Convert)?;
        write(weights, specs, bits, order, pool, &mut file)?;
        file.commit().map(drop).map_err(Error::Convert)
    }

    fn read(bytes: Storage, specs: &[TensorSpec], bits: BitWidth) -> Option<Self> {
        let all = bytes.get();
        let (length, metadata) = SafeTensors::read_metadata(all).ok()?;
        let version = metadata.metadata().as_ref()?.get("version")?.parse();
        if version != Ok(FORMAT_VERSION) {
            return None;
        }
        let start = length.checked_add(8)?;
        let entries: HashMap<String, (Dtype, std::ops::Range<usize>)> = metadata
            .tensors()
            .into_iter()
            .map(|(name, info)| {
                let (from, to) = info.data_offsets;
                (name, (info.dtype, start + from..start + to))
            })
            .collect();
        let whole = |spec: &TensorSpec| {
            let range = entries.get(&spec.name).map(|(_, range)| range.clone());
            range.is_some_and(|range| {
                Some(range.len()) == bytes_of(spec, bits) && range.end <= all.len()
            })
        };
        if !specs.iter().all(whole) {
            return None;
        }
        let file = Self {
            bytes,
            entries,
            bits,
        };
        let order = file.order();
        let orders = |spec: &TensorSpec| {
            let rows = spec.shape.first().copied().unwrap_or(0);
            let order = order.as_ref().filter(|_| spec.kind == TensorKind::Table);
            order.is_none_or(|order| is_permutation(order, rows))
        };
        specs.iter().all(orders).then_some(file)
    }

    pub(super) fn matrix(
        &self,
        name: &str,
        outputs: usize,
        inputs: usize,
    ) -> Result<Matrix, Error> {
        let shape = PackedShape {
            bits: self.bits,
            inputs,
        };
        let (_, range) = self.entries.get(name).ok_or_else(|| missing(name))?;
        let bytes = match &self.bytes {
            Storage::Mapped(map) => Bytes::Mapped(Arc::clone(map), range.clone()),
            Storage::Owned(bytes) => Bytes::Shared(Arc::clone(bytes), range.clone()),
        };
        let matrix = Matrix::new(bytes, outputs, shape).ok_or_else(|| missing(name))?;
        let divisors = divisors_of(name);
        if !self.entries.contains_key(&divisors) {
            return Ok(matrix);
        }
        let divided = matrix.divided(self.vector(&divisors, outputs)?);
        divided.ok_or_else(|| missing(&divisors))
    }

    pub(super) fn vector(&self, name: &str, length: usize) -> Result<Vec<f32>, Error> {
        let numbers = self.numbers(name).ok_or_else(|| missing(name))?;
        let numbers: Vec<f32> = numbers.map(f32::from_le_bytes).collect();
        if numbers.len() == length {
            Ok(numbers)
        } else {
            Err(missing(name))
        }
    }

    /// The token of each row of the token tables; `None` if the rows are in the order of ids.
    pub(super) fn order(&self) -> Option<Vec<u32>> {
        Some(self.numbers(PERMUTATION)?.map(u32::from_le_bytes).collect())
    }

    fn numbers(&self, name: &str) -> Option<impl Iterator<Item = [u8; 4]> + '_> {
        let (_, range) = self.entries.get(name)?;
        Some(
            self.bytes()
                .get(range.clone())?
                .as_chunks::<4>()
                .0
                .iter()
                .copied(),
        )
    }
}

/// Whether `order` contains each of `0..count` once.
fn is_permutation(order: &[u32], count: usize) -> bool {
    let mut seen = vec![false; count];
    let mut first_time = |&number: &u32| {
        let seen = seen.get_mut(number as usize);
        seen.is_some_and(|seen| !std::mem::replace(seen, true))
    };
    order.len() == count && order.iter().all(&mut first_time)
}

fn missing(name: &str) -> Error {
    Error::ConvertedMissing {
        name: name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::ctranslate2::testing::model_bin;
    use crate::nn::ctranslate2::{ModelFile, Part};

    /// Integers from -127 to 127 that no row repeats, and a scale a row that no bf16 is.
    fn integers(rows: usize, width: usize) -> (Vec<u8>, Vec<f32>) {
        let integer = |i: usize| ((i * 89 + i / width * 7) % 255) as i16 - 127;
        let integers = (0..rows * width).map(|i| integer(i) as i8 as u8).collect();
        let scales = (0..rows).map(|row| 300.1 + row as f32 * 1.7).collect();
        (integers, scales)
    }

    #[test]
    fn weights_that_are_integers_already_stay_what_they_are_to_the_bit() {
        const ROWS: usize = 70;
        const WIDTH: usize = 150;
        let (values, scales) = integers(ROWS, WIDTH);
        let scale_bytes: Vec<u8> = scales.iter().flat_map(|s| s.to_le_bytes()).collect();
        let shape = [ROWS as u32, WIDTH as u32];
        let bytes = model_bin(
            &[
                ("table", &shape, 1, &values),
                ("table_scale", &[ROWS as u32], 0, &scale_bytes),
            ],
            &[],
        );
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.bin");
        std::fs::write(&path, bytes).unwrap();
        let rest = Part {
            rows: Some(30..ROWS),
            ..Part::whole("rest", "table")
        };
        let parts = vec![Part::whole("table", "table"), rest];
        let weights = Weights::of_ctranslate2(ModelFile::open(&path).unwrap(), parts);
        let spec = |name: &str, rows, kind| TensorSpec {
            name: name.to_owned(),
            shape: vec![rows, WIDTH],
            kind,
        };
        let specs = [
            spec("table", ROWS, TensorKind::Table),
            spec("rest", ROWS - 30, TensorKind::Matrix),
        ];
        let order: Vec<u32> = (0..ROWS as u32).rev().collect();
        let pool = ThreadPool::new(2);
        let convert =
            |bits| PackedFile::in_memory(&weights, &specs, bits, Some(&order), &pool).unwrap();
        let weight =
            |row: usize, i: usize| f32::from(values[row * WIDTH + i].cast_signed()) / scales[row];
        let file = convert(BitWidth::Eight);
        for (name, rows) in [
            ("table", (0..ROWS).rev().collect()),
            ("rest", (30..ROWS).collect::<Vec<_>>()),
        ] {
            let matrix = file.matrix(name, rows.len(), WIDTH).unwrap();
            for (output, &row) in rows.iter().enumerate() {
                let mut read = vec![0.0; WIDTH];
                matrix.read_row(output, &mut read);
                let expected: Vec<f32> = (0..WIDTH).map(|i| weight(row, i)).collect();
                assert_eq!(read, expected, "{name} {output}");
            }
        }
        // Four bits are rounded anew, and near.
        let matrix = convert(BitWidth::Four)
            .matrix("rest", ROWS - 30, WIDTH)
            .unwrap();
        let mut read = vec![0.0; WIDTH];
        matrix.read_row(3, &mut read);
        for (i, read) in read.iter().enumerate() {
            assert!((read - weight(33, i)).abs() <= 0.51 / 7.0 * 127.0 / scales[33]);
        }
    }
}
