//! Values read from a file into a tensor, some at a time: neither the whole file nor the tensor's bytes
//! are in memory beside it.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor, WithDType};
use half::{bf16, f16};

use super::{io_error, unreadable};
use crate::files::{CHUNK_BYTES, open_file};
use crate::nn::Error;

/// Where a tensor's values are in a file, row by row without gaps.
#[derive(Debug, Clone)]
pub(super) struct FileRegion {
    pub path: PathBuf,
    pub offset: u64,
    pub dtype: DType,
}

impl FileRegion {
    /// The file, at the first of `skip` bytes behind the region's beginning.
    pub(super) fn open(&self) -> Result<File, Error> {
        let start = |mut file: File| {
            file.seek(SeekFrom::Start(self.offset))?;
            Ok(file)
        };
        let file = open_file(&self.path).and_then(start);
        file.map_err(|error| io_error(&self.path, error))
    }

    /// The tensor of `shape` that the region holds, in memory.
    ///
    /// # Errors
    /// [`Error::Read`] if the file cannot be read, [`Error::Unreadable`] if it ends before.
    pub(super) fn tensor(&self, shape: &[usize]) -> Result<Tensor, Error> {
        tensor(&mut self.open()?, self.dtype, shape, &self.path)
    }
}

/// Reads a tensor of `shape` from the beginning of `from`; errors name `path`.
///
/// # Errors
/// [`Error::Read`] if it cannot be read or there is no memory for it, [`Error::Unreadable`] if `from`
/// ends before.
pub(super) fn tensor(
    from: &mut impl Read,
    dtype: DType,
    shape: &[usize],
    path: &Path,
) -> Result<Tensor, Error> {
    let count = element_count(shape).ok_or_else(|| unreadable(path, "a tensor is too large"))?;
    let read = match dtype {
        DType::F64 => values(from, count, f64::from_le_bytes).map(|v| of_values(v, shape)),
        DType::F32 => values(from, count, f32::from_le_bytes).map(|v| of_values(v, shape)),
        DType::F16 => values(from, count, f16::from_le_bytes).map(|v| of_values(v, shape)),
        DType::BF16 => values(from, count, bf16::from_le_bytes).map(|v| of_values(v, shape)),
        // Types that weights seldom have.
        other => {
            let size = count.saturating_mul(other.size_in_bytes());
            let bytes = values(from, size, u8::from_le_bytes);
            bytes.map(|bytes| Tensor::from_raw_buffer(&bytes, other, shape, &Device::Cpu))
        }
    };
    Ok(read.map_err(|error| io_error(path, error))??)
}

/// The values of a tensor of `shape`; `None` if they are more than memory has addresses for.
pub(super) fn element_count(shape: &[usize]) -> Option<usize> {
    shape
        .iter()
        .try_fold(1_usize, |count, &dim| count.checked_mul(dim))
}

fn of_values<T: WithDType>(values: Vec<T>, shape: &[usize]) -> candle_core::Result<Tensor> {
    Tensor::from_vec(values, shape, &Device::Cpu)
}

/// `count` values of `N` bytes each.
///
/// # Errors
/// [`io::ErrorKind::OutOfMemory`] if there is no memory for them, [`io::ErrorKind::UnexpectedEof`] if
/// there are fewer.
fn values<T, const N: usize>(
    from: &mut impl Read,
    count: usize,
    of_bytes: fn([u8; N]) -> T,
) -> io::Result<Vec<T>> {
    let mut values = Vec::new();
    values.try_reserve_exact(count)?;
    let mut from = BufReader::with_capacity(CHUNK_BYTES, from);
    let mut buffer = [0; 4096];
    while values.len() < count {
        let bytes = (count - values.len()).saturating_mul(N).min(buffer.len());
        let part = buffer.get_mut(..bytes).unwrap_or_default();
        from.read_exact(part)?;
        values.extend(part.as_chunks::<N>().0.iter().map(|&bytes| of_bytes(bytes)));
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_every_type_are_read_in_several_parts() {
        let numbers = Tensor::arange(0_f32, 9001., &Device::Cpu).unwrap();
        let path = Path::new("weights");
        for dtype in [DType::F64, DType::F32, DType::F16, DType::BF16, DType::U8] {
            let stored = numbers.to_dtype(dtype).unwrap();
            let bytes = bytes_of(&stored);
            let read = tensor(&mut bytes.as_slice(), dtype, &[9001], path).unwrap();
            assert_eq!(bytes_of(&read), bytes, "{dtype:?}");
            let short = bytes.get(1..).unwrap();
            let error = tensor(&mut &*short, dtype, &[9001], path).unwrap_err();
            assert!(matches!(error, Error::Unreadable { .. }), "{error}");
        }
    }

    #[test]
    fn memory_that_cannot_be_had_is_an_error_of_that_kind() {
        let mut none = io::empty();
        let error = tensor(&mut none, DType::F32, &[1 << 60], Path::new("weights")).unwrap_err();
        let Error::Read { source, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(source.kind(), io::ErrorKind::OutOfMemory);
        let error = tensor(
            &mut none,
            DType::F32,
            &[1 << 40, 1 << 40],
            Path::new("weights"),
        );
        assert!(matches!(error, Err(Error::Unreadable { .. })));
    }

    fn bytes_of(tensor: &Tensor) -> Vec<u8> {
        match tensor.dtype() {
            DType::U8 => tensor.to_vec1::<u8>().unwrap(),
            _ => {
                let name = String::from("a");
                let tensors = std::collections::HashMap::from([(name, tensor.clone())]);
                let file = tempfile::NamedTempFile::new().unwrap();
                candle_core::safetensors::save(&tensors, file.path()).unwrap();
                let bytes = std::fs::read(file.path()).unwrap();
                let size = tensor.elem_count() * tensor.dtype().size_in_bytes();
                bytes.get(bytes.len() - size..).unwrap().to_vec()
            }
        }
    }
}
