//! Packed weights in one file: converted once, then mapped into memory at every start.
//!
//! The container is safetensors: matrices as bytes (their layout is in [`layout`](super::layout)),
//! everything else in f32. The header is padded so that tiles begin at cache lines. A file is
//! written under a temporary name and renamed; before it is used, it is checked to be complete and
//! in this version's format.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use candle_core::{DType, Device};
use safetensors::{Dtype, SafeTensors};
use serde_json::json;

use super::layout::{BitWidth, PackedShape, TILE, pack_tile};
use super::matrix::{Bytes, Matrix};
use super::pool::ThreadPool;
use crate::files::{AtomicFile, folder_of, open_file};
use crate::nn::shapes::{TensorKind, TensorSpec};
use crate::nn::{Error, Weights};

/// Raised whenever the layout or the names in a file change.
pub const FORMAT_VERSION: u32 = 1;
/// The tensor with the token of each row of a token table.
const PERMUTATION: &str = "order";
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

/// Converts `weights` and writes them, matrices first.
pub(super) fn write(
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
    if let Some(order) = order {
        entry(PERMUTATION, "U32", order.len(), 4 * order.len()).ok_or_else(too_large)?;
    }
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
    write_all_bytes(
        out,
        order.unwrap_or(&[]).iter().map(|token| token.to_le_bytes()),
    )
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
    let outputs = spec.shape.first().copied().unwrap_or(0);
    let mut rows = weights.rows(&spec.name, &spec.shape)?;
    let (mut numbers, mut bytes) = (Vec::new(), Vec::new());
    for first in (0..outputs).step_by(TILE * TILES_AT_ONCE) {
        let last = (first + TILE * TILES_AT_ONCE).min(outputs);
        numbers.clear();
        match order {
            None => rows.read(first, last - first, &mut numbers)?,
            Some(order) => {
                let order = order.get(first..last).unwrap_or(&[]);
                // Consecutive rows are read at once.
                for run in order.chunk_by(|a, b| a.checked_add(1) == Some(*b)) {
                    rows.read(run[0] as usize, run.len(), &mut numbers)?;
                }
            }
        }
        bytes.resize((last - first).div_ceil(TILE) * shape.tile_bytes(), 0);
        let failure = Mutex::new(None);
        pool.run_chunks(&mut bytes, shape.tile_bytes(), &|tile, bytes| {
            let row = |output: usize| numbers.chunks_exact(shape.inputs).nth(tile * TILE + output);
            if let Err(error) = pack_tile(shape, row, bytes) {
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

impl PackedFile {
    /// Maps the file at `path`; `None` if there is none, or it is not of this format or lacks one
    /// of `specs`.
    pub(super) fn open(path: &Path, specs: &[TensorSpec], bits: BitWidth) -> Option<Self> {
        let file = open_file(path).ok()?;
        // SAFETY: a mapped file must not change while it is in use. Files of this folder are this
        // program's own: replaced by renaming and removed by unlinking, never written in place.
        #[expect(unsafe_code, reason = "a memory map")]
        let map = Arc::new(unsafe { memmap2::Mmap::map(&file) }.ok()?);
        Self::read(Storage::Mapped(map), specs, bits)
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
        let all: &[u8] = match &bytes {
            Storage::Mapped(map) => map,
            Storage::Owned(bytes) => bytes,
        };
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
        Matrix::new(bytes, outputs, shape).ok_or_else(|| missing(name))
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
        let all: &[u8] = match &self.bytes {
            Storage::Mapped(map) => map,
            Storage::Owned(bytes) => bytes,
        };
        Some(all.get(range.clone())?.as_chunks::<4>().0.iter().copied())
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
