//! Safetensors, memory-mapped.

use std::collections::HashMap;
use std::path::PathBuf;

use candle_core::safetensors::MmapedSafetensors;
use candle_core::{DType, Device, Tensor};

use super::{Entry, FileRegion, Opened, TensorReader, first, is_readable, unreadable};
use crate::files::open_file;
use crate::nn::Error;

struct Safetensors(MmapedSafetensors);

impl TensorReader for Safetensors {
    fn read(&self, name: &str, device: &Device) -> Result<Option<Tensor>, Error> {
        Ok(Some(self.0.load(name, device)?))
    }
}

/// Opens a safetensors file, or the parts of one model.
pub(super) fn open(paths: &[PathBuf]) -> Result<Opened, Error> {
    for path in paths {
        // Names the file that cannot be opened: an error of mapping all files together names none.
        open_file(path).map_err(|e| unreadable(path, e))?;
    }
    // SAFETY: a mapped file that another process truncates would raise SIGBUS. Model files are
    // content-addressed blobs of the hub's cache, replaced by rename and never written in place;
    // for a folder of the user's own the same care is asked of the user.
    #[expect(unsafe_code, reason = "a memory map")]
    let mapped =
        unsafe { MmapedSafetensors::multi(paths) }.map_err(|e| unreadable(first(paths), e))?;
    let mut regions = regions(paths)?;
    let entries = mapped
        .tensors()
        .into_iter()
        .map(|(name, view)| {
            let region = regions.remove(&name);
            let floating = match DType::try_from(view.dtype()) {
                Ok(dtype) if dtype.is_float() => Ok(()),
                _ => Err(format!("{:?}", view.dtype())),
            };
            let entry = Entry {
                shape: view.shape().to_vec(),
                floating,
                region,
            };
            (name, entry)
        })
        .collect();
    Ok((Box::new(Safetensors(mapped)), entries))
}

/// Where the tensors are whose values can be read one row at a time.
fn regions(paths: &[PathBuf]) -> Result<HashMap<String, FileRegion>, Error> {
    let mut regions = HashMap::new();
    for path in paths {
        let file = open_file(path).map_err(|e| unreadable(path, e))?;
        // SAFETY: a file that another process truncates would raise SIGBUS; model files are not
        // written in place (see `open`), and the map is dropped once its header has been read.
        #[expect(unsafe_code, reason = "a memory map")]
        let map = unsafe { memmap2::Mmap::map(&file) }.map_err(|e| unreadable(path, e))?;
        let (length, metadata) =
            ::safetensors::SafeTensors::read_metadata(&map).map_err(|e| unreadable(path, e))?;
        for (name, info) in metadata.tensors() {
            let dtype = DType::try_from(info.dtype).ok();
            if let Some(dtype) = dtype.filter(|&dtype| is_readable(dtype)) {
                let region = FileRegion {
                    path: path.clone(),
                    offset: (8 + length + info.data_offsets.0) as u64,
                    dtype,
                };
                regions.insert(name, region);
            }
        }
    }
    Ok(regions)
}
