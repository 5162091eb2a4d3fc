//! Weights in a GGUF file, quantised by llama.cpp or candle.
//!
//! Values are widened by candle's dequantisers, some rows at a time. Tensors have the names of
//! transformers' checkpoint, or llama.cpp's, which [`names`] knows.

mod header;
mod names;

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use candle_core::quantized::ggml_file::qtensor_from_ggml;
use candle_core::{Device, Tensor};

use header::Stored;

use super::rows::RowReader;
use super::{Entry, Opened, TensorReader, first, io_error, unreadable};
use crate::files::open_file;
use crate::nn::Error;

/// Bytes of rows that are widened at once.
const MAX_BYTES_AT_ONCE: usize = 4 << 20;

/// The tensors of a file, by their names in a checkpoint.
struct Gguf {
    path: PathBuf,
    tensors: HashMap<String, Stored>,
}

/// Opens a GGUF file.
pub(super) fn open(paths: &[PathBuf]) -> Result<Opened, Error> {
    let path = first(paths);
    let file = open_file(path).map_err(|e| io_error(path, e))?;
    let listed = header::read(file).map_err(|reason| unreadable(path, reason))?;
    let is_gated = listed.iter().any(|(name, _)| name.contains(".ffn_gate."));
    let mut tensors = HashMap::new();
    for (name, stored) in listed {
        let name = names::of_checkpoint(&name, is_gated).unwrap_or(name);
        if tensors.insert(name, stored).is_some() {
            return Err(unreadable(path, "two tensors of it have one name"));
        }
    }
    let entry = |(name, stored): (&String, &Stored)| {
        let entry = Entry {
            shape: stored.shape.clone(),
            floating: Ok(()),
            region: None,
        };
        (name.clone(), entry)
    };
    let entries = tensors.iter().map(entry).collect();
    let path = path.to_owned();
    Ok((Box::new(Gguf { path, tensors }), entries))
}

impl Gguf {
    fn reader(&self, stored: &Stored) -> Result<GgufRows, Error> {
        let file = open_file(&self.path).map_err(|e| io_error(&self.path, e))?;
        Ok(GgufRows {
            path: self.path.clone(),
            file,
            stored: stored.clone(),
        })
    }
}

impl TensorReader for Gguf {
    fn read(&self, name: &str) -> Result<Option<Tensor>, Error> {
        let Some(stored) = self.tensors.get(name) else {
            return Ok(None);
        };
        let rows: usize = stored.shape.iter().rev().skip(1).product();
        let mut numbers = Vec::new();
        let count = stored.shape.iter().product();
        let reserved = numbers.try_reserve_exact(count);
        reserved.map_err(|error| io_error(&self.path, error.into()))?;
        let at_once = (MAX_BYTES_AT_ONCE / stored.row_bytes().unwrap_or(1).max(1)).max(1);
        let mut reader = self.reader(stored)?;
        for first in (0..rows).step_by(at_once) {
            reader.read(first, at_once.min(rows - first), &mut numbers)?;
        }
        let shape = stored.shape.clone();
        Ok(Some(Tensor::from_vec(numbers, shape, &Device::Cpu)?))
    }

    fn rows(&self, name: &str) -> Result<Option<Box<dyn RowReader>>, Error> {
        Ok(match self.tensors.get(name) {
            Some(stored) => Some(Box::new(self.reader(stored)?)),
            None => None,
        })
    }
}

/// The rows of a tensor, read and widened on demand.
struct GgufRows {
    path: PathBuf,
    file: File,
    stored: Stored,
}

impl RowReader for GgufRows {
    fn read(&mut self, first: usize, count: usize, numbers: &mut Vec<f32>) -> Result<(), Error> {
        let path: &Path = &self.path;
        let too_few = || unreadable(path, "it has fewer rows");
        let width = self.stored.shape.last().copied().unwrap_or(1);
        let rows: usize = self.stored.shape.iter().rev().skip(1).product();
        if first.checked_add(count).is_none_or(|end| end > rows) {
            return Err(too_few());
        }
        let row_bytes = self.stored.row_bytes().ok_or_else(too_few)?;
        let length = count * row_bytes;
        if length == 0 {
            return Ok(());
        }
        // Candle takes the bytes for blocks, whose alignment is at most that of these words.
        let mut words = vec![0_u64; length.div_ceil(size_of::<u64>())];
        let bytes = bytemuck::cast_slice_mut(&mut words);
        let bytes = bytes.get_mut(..length).unwrap_or_default();
        let start = self.stored.offset + (first * row_bytes) as u64;
        self.file
            .seek(SeekFrom::Start(start))
            .and_then(|_| self.file.read_exact(bytes))
            .map_err(|e| io_error(path, e))?;
        let shape = vec![count, width];
        let quantised = qtensor_from_ggml(self.stored.dtype, bytes, shape, &Device::Cpu)?;
        let widened = quantised.dequantize(&Device::Cpu)?;
        numbers.extend(widened.flatten_all()?.to_vec1::<f32>()?);
        Ok(())
    }
}
