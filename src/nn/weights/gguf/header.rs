//! The header of a GGUF file: which tensors it has, of which type, and where.
//!
//! Versions 2 and 3 (ggml's `gguf.md`), little-endian:
//!
//! ```text
//! "GGUF" | u32 version | u64 count of tensors | u64 count of properties
//! property: string key | u32 type | value
//! tensor: string name | u32 rank | u64 × rank, the fastest first | u32 type | u64 offset
//! values, at the next multiple of the alignment
//! string: u64 bytes | UTF-8
//! ```
//!
//! Nothing of the file is believed: lengths are compared with what is left of it before anything is
//! allocated. Properties are skipped, but for the alignment.

use std::fs::File;
use std::io::{BufReader, Read};

use candle_core::quantized::GgmlDType;

/// Maximum tensors of a file. A network of 48 layers has about 1,000.
const MAX_TENSORS: u64 = 1 << 16;
/// Maximum properties of a file; a vocabulary is one of them.
const MAX_PROPERTIES: u64 = 1 << 12;
/// Maximum dimensions of a tensor.
const MAX_RANK: u32 = 4;
/// Maximum bytes of a tensor's name or a property's key.
const MAX_NAME_BYTES: u64 = 1 << 10;
/// The alignment where the file states none.
const DEFAULT_ALIGNMENT: u64 = 32;
/// The property with the alignment of values.
const ALIGNMENT: &str = "general.alignment";
/// Types of properties.
const U32: u32 = 4;
const STRING: u32 = 8;
const ARRAY: u32 = 9;

/// A tensor of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    /// The slowest dimension first, as a checkpoint has it.
    pub shape: Vec<usize>,
    pub dtype: GgmlDType,
    /// Where its values begin in the file.
    pub offset: u64,
}

impl Stored {
    /// Bytes of a row: of its values along the fastest dimension. `None` if they are no whole blocks.
    pub(super) fn row_bytes(&self) -> Option<usize> {
        let width = self.shape.last().copied().unwrap_or(1);
        let block = self.dtype.block_size();
        let blocks = width.is_multiple_of(block).then_some(width / block)?;
        blocks.checked_mul(self.dtype.type_size())
    }

    /// Bytes of all its values; `None` if they do not fit.
    fn bytes(&self) -> Option<u64> {
        let mut rows = self.shape.iter().rev().skip(1);
        let row = self.row_bytes()? as u64;
        rows.try_fold(row, |bytes, &dim| bytes.checked_mul(dim as u64))
    }
}

/// The tensors of a file, by name.
pub(super) fn read(file: File) -> Result<Vec<(String, Stored)>, String> {
    let length = file.metadata().map_err(|e| e.to_string())?.len();
    let mut header = Header {
        reader: BufReader::new(file),
        position: 0,
        length,
    };
    header.tensors()
}

/// Reads the file from its start, and knows how much is left.
struct Header {
    reader: BufReader<File>,
    position: u64,
    length: u64,
}

impl Header {
    fn tensors(&mut self) -> Result<Vec<(String, Stored)>, String> {
        if self.take::<4>()? != *b"GGUF" {
            return Err(String::from("it is no GGUF file"));
        }
        let version = self.u32()?;
        if !matches!(version, 2 | 3) {
            return Err(format!(
                "it is a GGUF file of version {version}; 2 and 3 are read"
            ));
        }
        let count = self.count("tensors", MAX_TENSORS)?;
        let properties = self.count("properties", MAX_PROPERTIES)?;
        let mut alignment = DEFAULT_ALIGNMENT;
        for _ in 0..properties {
            let key = self.name()?;
            let kind = self.u32()?;
            if key == ALIGNMENT && kind == U32 {
                alignment = u64::from(self.u32()?);
            } else {
                self.skip_value(kind, false)?;
            }
        }
        if !alignment.is_power_of_two() {
            return Err(format!("its values are aligned to {alignment} bytes"));
        }
        let mut tensors = Vec::new();
        for _ in 0..count {
            tensors.push(self.tensor()?);
        }
        let start = self.position.next_multiple_of(alignment);
        for (name, stored) in &mut tensors {
            let offset = start.checked_add(stored.offset);
            let end = offset.and_then(|offset| offset.checked_add(stored.bytes()?));
            match (offset, end) {
                (Some(offset), Some(end)) if end <= self.length => stored.offset = offset,
                _ => {
                    let name = shown(name);
                    return Err(format!("tensor `{name}` goes beyond the end of the file"));
                }
            }
        }
        Ok(tensors)
    }

    fn tensor(&mut self) -> Result<(String, Stored), String> {
        let name = self.name()?;
        let shown = shown(&name);
        let rank = self.u32()?;
        if rank > MAX_RANK {
            return Err(format!("tensor `{shown}` has {rank} dimensions"));
        }
        let mut shape = Vec::new();
        for _ in 0..rank {
            let dim = usize::try_from(self.u64()?);
            shape.push(dim.map_err(|_| format!("tensor `{shown}` is too large"))?);
        }
        shape.reverse();
        let kind = self.u32()?;
        let dtype =
            dtype(kind).ok_or_else(|| format!("tensor `{shown}` has values of type {kind}"))?;
        let offset = self.u64()?;
        let stored = Stored {
            shape,
            dtype,
            offset,
        };
        if stored.row_bytes().is_none() {
            return Err(format!(
                "a row of tensor `{shown}` is no whole number of blocks"
            ));
        }
        Ok((name, stored))
    }

    /// Skips the value of a property; arrays are not nested.
    fn skip_value(&mut self, kind: u32, in_array: bool) -> Result<(), String> {
        match kind {
            0 | 1 | 7 => self.skip(1),
            2 | 3 => self.skip(2),
            4..=6 => self.skip(4),
            10..=12 => self.skip(8),
            STRING => {
                let bytes = self.u64()?;
                self.skip(bytes)
            }
            ARRAY if !in_array => {
                let (kind, count) = (self.u32()?, self.u64()?);
                for _ in 0..count {
                    self.skip_value(kind, true)?;
                }
                Ok(())
            }
            other => Err(format!("a property of it is of type {other}")),
        }
    }

    fn count(&mut self, what: &str, most: u64) -> Result<u64, String> {
        let count = self.u64()?;
        if count > most {
            return Err(format!("it has {count} {what}"));
        }
        Ok(count)
    }

    fn name(&mut self) -> Result<String, String> {
        let length = self.u64()?;
        if length > MAX_NAME_BYTES {
            return Err(format!("a name in it has {length} bytes"));
        }
        let mut bytes = vec![0; length as usize];
        self.fill(&mut bytes)?;
        String::from_utf8(bytes).map_err(|_| String::from("a name in it is not UTF-8"))
    }

    fn u32(&mut self) -> Result<u32, String> {
        self.take().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, String> {
        self.take().map(u64::from_le_bytes)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), String> {
        self.reader
            .read_exact(bytes)
            .map_err(|_| String::from("it ends within its header"))?;
        self.position += bytes.len() as u64;
        Ok(())
    }

    fn skip(&mut self, bytes: u64) -> Result<(), String> {
        let ends = || String::from("it ends within its header");
        if self.length - self.position < bytes {
            return Err(ends());
        }
        let bytes = i64::try_from(bytes).map_err(|_| ends())?;
        self.reader.seek_relative(bytes).map_err(|_| ends())?;
        self.position += bytes.unsigned_abs();
        Ok(())
    }
}

/// ggml's numbers of types.
fn dtype(number: u32) -> Option<GgmlDType> {
    Some(match number {
        0 => GgmlDType::F32,
        1 => GgmlDType::F16,
        2 => GgmlDType::Q4_0,
        3 => GgmlDType::Q4_1,
        6 => GgmlDType::Q5_0,
        7 => GgmlDType::Q5_1,
        8 => GgmlDType::Q8_0,
        10 => GgmlDType::Q2K,
        11 => GgmlDType::Q3K,
        12 => GgmlDType::Q4K,
        13 => GgmlDType::Q5K,
        14 => GgmlDType::Q6K,
        30 => GgmlDType::BF16,
        _ => return None,
    })
}

/// A name from the file as a message shows it.
fn shown(name: &str) -> String {
    let first = name.chars().take(80);
    first.flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(text: &str) -> Vec<u8> {
        [&(text.len() as u64).to_le_bytes()[..], text.as_bytes()].concat()
    }

    /// Properties of every kind, a matrix of two rows of one block of 8 bits, and a vector.
    fn sample() -> Vec<u8> {
        let mut bytes = b"GGUF".to_vec();
        bytes.extend(3_u32.to_le_bytes());
        bytes.extend(2_u64.to_le_bytes());
        bytes.extend(3_u64.to_le_bytes());
        bytes.extend(string("general.alignment"));
        bytes.extend([&4_u32.to_le_bytes()[..], &64_u32.to_le_bytes()].concat());
        bytes.extend(string("tokens"));
        bytes.extend([&9_u32.to_le_bytes()[..], &8_u32.to_le_bytes()].concat());
        bytes.extend(2_u64.to_le_bytes());
        bytes.extend([string("a"), string("bc")].concat());
        bytes.extend(string("scale"));
        bytes.extend([&6_u32.to_le_bytes()[..], &1.5_f32.to_le_bytes()].concat());
        for (name, dims, kind, offset) in
            [("m", &[32_u64, 2][..], 8_u32, 0_u64), ("v", &[3], 0, 128)]
        {
            bytes.extend(string(name));
            bytes.extend((dims.len() as u32).to_le_bytes());
            bytes.extend(dims.iter().flat_map(|dim| dim.to_le_bytes()));
            bytes.extend(kind.to_le_bytes());
            bytes.extend(offset.to_le_bytes());
        }
        bytes.resize(bytes.len().next_multiple_of(64) + 128 + 12, 0);
        bytes
    }

    fn open(bytes: &[u8]) -> Result<Vec<(String, Stored)>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.gguf");
        std::fs::write(&path, bytes).unwrap();
        read(File::open(&path).unwrap())
    }

    #[test]
    fn tensors_are_listed_slowest_dimension_first() {
        let bytes = sample();
        let tensors = open(&bytes).unwrap();
        let start = bytes.len() as u64 - 140;
        let expected = |shape: &[usize], dtype, offset| Stored {
            shape: shape.to_vec(),
            dtype,
            offset,
        };
        assert_eq!(tensors[0].1, expected(&[2, 32], GgmlDType::Q8_0, start));
        assert_eq!(tensors[1].1, expected(&[3], GgmlDType::F32, start + 128));
    }

    #[test]
    fn a_file_cut_anywhere_is_refused() {
        let whole = sample();
        for end in 0..whole.len() {
            assert!(open(&whole[..end]).is_err(), "{end}");
        }
    }

    #[test]
    fn no_altered_length_or_count_is_believed() {
        let whole = sample();
        for at in 0..whole.len() {
            for value in [0xff, 0x7f, 0x80, whole[at] ^ 1] {
                let mut altered = whole.clone();
                altered[at] = value;
                for (name, stored) in open(&altered).unwrap_or_default() {
                    let end = stored.offset + stored.bytes().unwrap();
                    assert!(end <= altered.len() as u64, "{name}");
                }
            }
        }
    }
}
