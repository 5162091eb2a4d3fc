//! The rows of one matrix, read on demand.
//!
//! The largest matrix of NLLB-200 takes a gigabyte in f32. If its values are in the file uncompressed
//! (as in safetensors, and in PyTorch's archives), rows are read from there and the matrix is never in
//! memory as a whole; otherwise all of it is loaded.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use candle_core::DType;
use half::{bf16, f16};

use super::values::FileRegion;
use super::{Error, io_error};

/// The rows of a matrix in f32.
pub(crate) struct Rows(Source);

enum Source {
    File {
        region: FileRegion,
        file: File,
        width: usize,
        bytes: Vec<u8>,
    },
    Loaded {
        numbers: Vec<f32>,
        width: usize,
    },
    Other(Box<dyn RowReader>),
}

/// Reads the rows of a tensor of one format on demand, and widens them.
pub(super) trait RowReader {
    /// Appends rows `first..first + count` to `numbers`.
    fn read(&mut self, first: usize, count: usize, numbers: &mut Vec<f32>) -> Result<(), Error>;
}

impl Rows {
    pub(super) fn loaded(numbers: Vec<f32>, width: usize) -> Self {
        Self(Source::Loaded { numbers, width })
    }

    pub(super) fn read_by(rows: Box<dyn RowReader>) -> Self {
        Self(Source::Other(rows))
    }

    /// Rows of `width` values at `region`.
    ///
    /// # Errors
    /// [`Error::Read`] if the file cannot be opened.
    pub(super) fn at(region: FileRegion, width: usize) -> Result<Self, Error> {
        let file = region.open()?;
        Ok(Self(Source::File {
            region,
            file,
            width,
            bytes: Vec::new(),
        }))
    }

    /// Appends rows `first..first + count` to `numbers`.
    ///
    /// # Errors
    /// [`Error::Read`] if the file cannot be read, [`Error::Unreadable`] if it ends before.
    pub(crate) fn read(
        &mut self,
        first: usize,
        count: usize,
        numbers: &mut Vec<f32>,
    ) -> Result<(), Error> {
        match &mut self.0 {
            Source::Other(rows) => rows.read(first, count, numbers)?,
            Source::Loaded {
                numbers: all,
                width,
            } => {
                let rows = all.get(first * *width..(first + count) * *width);
                numbers.extend_from_slice(rows.unwrap_or(&[]));
            }
            Source::File {
                region,
                file,
                width,
                bytes,
            } => {
                let size = region.dtype.size_in_bytes();
                let start = region.offset + (first * *width * size) as u64;
                bytes.resize(count * *width * size, 0);
                file.seek(SeekFrom::Start(start))
                    .and_then(|_| file.read_exact(bytes))
                    .map_err(|error| io_error(&region.path, error))?;
                widen(region.dtype, bytes, numbers);
            }
        }
        Ok(())
    }
}

/// Whether values of a type can be read from their bytes here.
pub(super) fn is_readable(dtype: DType) -> bool {
    matches!(dtype, DType::F32 | DType::F16 | DType::BF16)
}

fn widen(dtype: DType, bytes: &[u8], numbers: &mut Vec<f32>) {
    match dtype {
        DType::F16 => numbers.extend(
            bytes
                .as_chunks()
                .0
                .iter()
                .map(|&b| f16::from_le_bytes(b).to_f32()),
        ),
        DType::BF16 => numbers.extend(
            bytes
                .as_chunks()
                .0
                .iter()
                .map(|&b| bf16::from_le_bytes(b).to_f32()),
        ),
        _ => numbers.extend(bytes.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b))),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use candle_core::{Device, Tensor};

    use super::super::Weights;
    use super::*;
    use crate::model_files::WeightFiles;

    #[test]
    fn rows_are_those_of_the_tensor_in_every_type() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.safetensors");
        let numbers = Tensor::arange(0_f32, 60., &Device::Cpu).unwrap();
        let matrix = numbers.reshape((12, 5)).unwrap();
        let types = [DType::F32, DType::F16, DType::BF16, DType::F64];
        let tensors: HashMap<String, Tensor> = types
            .iter()
            .map(|&dtype| (format!("{dtype:?}"), matrix.to_dtype(dtype).unwrap()))
            .collect();
        candle_core::safetensors::save(&tensors, &path).unwrap();
        let weights = Weights::open(&WeightFiles::Safetensors(vec![path])).unwrap();
        for dtype in types {
            let mut rows = weights.rows(&format!("{dtype:?}"), &[12, 5]).unwrap();
            let mut read = Vec::new();
            rows.read(7, 1, &mut read).unwrap();
            rows.read(2, 3, &mut read).unwrap();
            let expected: Vec<f32> = (35..40).chain(10..25).map(|i| i as f32).collect();
            assert_eq!(read, expected, "{dtype:?}");
        }
    }
}
