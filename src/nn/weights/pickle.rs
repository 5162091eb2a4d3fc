//! PyTorch's zipped pickle, read by candle, which executes nothing.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use candle_core::pickle::PthTensors;
use candle_core::{Device, Tensor};

use super::{Entry, FileRegion, Opened, TensorReader, first, is_readable, unreadable};
use crate::files::open_file;
use crate::nn::Error;
use crate::panics;

/// The most bytes of a checkpoint's list of tensors; NLLB-200's 512 tensors take some 60 kB.
const MAX_PICKLE_BYTES: u64 = 4 << 20;

struct Pickles {
    parts: Vec<(PathBuf, PthTensors)>,
    /// The part of each tensor.
    part_of: HashMap<String, usize>,
}

impl TensorReader for Pickles {
    fn read(&self, name: &str, device: &Device) -> Result<Option<Tensor>, Error> {
        let part = self
            .part_of
            .get(name)
            .and_then(|&part| self.parts.get(part));
        let Some((path, part)) = part else {
            return Ok(None);
        };
        let read = panics::catch(|| part.get(name))
            .map_err(|_| unreadable(path, "its data is malformed"))?;
        Ok(match read? {
            Some(tensor) => Some(tensor.to_device(device)?),
            None => None,
        })
    }
}

/// Opens a checkpoint, or the parts of one model.
pub(super) fn open(paths: &[PathBuf]) -> Result<Opened, Error> {
    let (mut entries, mut part_of) = (HashMap::new(), HashMap::new());
    let mut parts = Vec::with_capacity(paths.len());
    for (index, path) in paths.iter().enumerate() {
        let stored = stored_entries(path)?;
        let part = panics::catch_on_big_stack(|| PthTensors::new(path, None))
            .map_err(|_| unreadable(path, "its pickle is malformed"))?
            .map_err(|e| unreadable(path, e))?;
        for (name, info) in part.tensor_infos() {
            let floating = if info.dtype.is_float() {
                Ok(())
            } else {
                Err(format!("{:?}", info.dtype))
            };
            let bytes = info
                .layout
                .dims()
                .iter()
                .try_fold(info.dtype.size_in_bytes() as u64, |bytes, &dim| {
                    bytes.checked_mul(dim as u64)
                });
            let stored = stored.get(&info.path);
            let there = stored.map_or(0, |stored| stored.bytes);
            if bytes.is_none_or(|bytes| bytes > there) {
                let reason = format!("tensor `{name}` is larger than its data");
                return Err(unreadable(path, reason));
            }
            let whole = info.layout.is_contiguous() && info.layout.start_offset() == 0;
            let offset = stored.and_then(|stored| stored.offset);
            let region = offset
                .filter(|_| whole && is_readable(info.dtype))
                .map(|offset| FileRegion {
                    path: path.clone(),
                    offset,
                    dtype: info.dtype,
                });
            let entry = Entry {
                shape: info.layout.dims().to_vec(),
                floating,
                region,
            };
            entries.insert(name.clone(), entry);
            part_of.insert(name.clone(), index);
        }
        parts.push((path.clone(), part));
    }
    if entries.is_empty() {
        let reason = "it holds no tensors (a checkpoint older than PyTorch 1.6 must be saved anew)";
        return Err(unreadable(first(paths), reason));
    }
    Ok((Box::new(Pickles { parts, part_of }), entries))
}

/// An entry of a checkpoint's archive.
struct Stored {
    /// Its size, at most that of the file.
    bytes: u64,
    /// Where its bytes begin, unless they are compressed.
    offset: Option<u64>,
}

/// The entries of a checkpoint's archive.
///
/// Before candle reads the pickle, a list of tensors far larger than any model's is refused.
fn stored_entries(path: &Path) -> Result<HashMap<String, Stored>, Error> {
    let file = open_file(path).map_err(|e| unreadable(path, e))?;
    let length = file.metadata().map_err(|e| unreadable(path, e))?.len();
    let mut archive = zip::ZipArchive::new(file).map_err(|e| {
        let advice = "a checkpoint older than PyTorch 1.6 must be saved anew";
        unreadable(path, format!("{e} ({advice})"))
    })?;
    let mut entries = HashMap::new();
    for i in 0..archive.len() {
        let entry = archive.by_index_raw(i).map_err(|e| unreadable(path, e))?;
        let name = entry.name().map_err(|e| unreadable(path, e))?.into_owned();
        let plain = entry.compression() == zip::CompressionMethod::Stored;
        let listed = entry.size().max(entry.compressed_size());
        if name.ends_with("data.pkl") && (listed > MAX_PICKLE_BYTES || !plain) {
            let reason = format!("its list of tensors has {listed} bytes, or is compressed");
            return Err(unreadable(path, reason));
        }
        let stored = Stored {
            bytes: entry.size().min(length),
            offset: entry.data_start().filter(|_| plain),
        };
        entries.insert(name, stored);
    }
    Ok(entries)
}
