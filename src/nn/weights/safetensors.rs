//! Safetensors: a header that lists the tensors, and their values behind it.

use std::collections::HashMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use candle_core::{DType, Tensor};

use super::values::FileRegion;
use super::{Entry, Opened, TensorReader, io_error, unreadable};
use crate::files::open_file;
use crate::nn::Error;

/// The most bytes of a header. NLLB-200's 512 tensors take some 60 kB, and the largest published models
/// have a hundred times as many.
const MAX_HEADER_BYTES: u64 = 8 << 20;

struct Safetensors(HashMap<String, (FileRegion, Vec<usize>)>);

impl TensorReader for Safetensors {
    fn read(&self, name: &str) -> Result<Option<Tensor>, Error> {
        let found = self.0.get(name);
        found
            .map(|(region, shape)| region.tensor(shape))
            .transpose()
    }
}

/// Opens a safetensors file, or the parts of one model.
pub(super) fn open(paths: &[PathBuf]) -> Result<Opened, Error> {
    let (mut entries, mut regions) = (HashMap::new(), HashMap::new());
    for path in paths {
        let (start, metadata) = header(path)?;
        for (name, info) in metadata.tensors() {
            let mut entry = Entry {
                shape: info.shape.clone(),
                floating: Ok(()),
                region: None,
            };
            match DType::try_from(info.dtype) {
                Ok(dtype) if dtype.is_float() => {
                    let region = FileRegion {
                        path: path.clone(),
                        offset: start.saturating_add(info.data_offsets.0 as u64),
                        dtype,
                    };
                    entry.region = Some(region.clone());
                    regions.insert(name.clone(), (region, info.shape.clone()));
                }
                _ => entry.floating = Err(format!("{:?}", info.dtype)),
            }
            entries.insert(name, entry);
        }
    }
    Ok((Box::new(Safetensors(regions)), entries))
}

/// Reads a header. Returns it, and where the values begin that it tells the offsets of; they fill the
/// rest of the file.
fn header(path: &Path) -> Result<(u64, ::safetensors::tensor::Metadata), Error> {
    let mut file = open_file(path).map_err(|error| io_error(path, error))?;
    let length = file.metadata().map_err(|error| io_error(path, error))?;
    let mut read = |bytes: &mut [u8]| match file.read_exact(bytes) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err(unreadable(path, "its header is cut"))
        }
        result => result.map_err(|error| io_error(path, error)),
    };
    let mut prefix = [0; 8];
    read(&mut prefix)?;
    let header_bytes = u64::from_le_bytes(prefix);
    let start = header_bytes.saturating_add(8);
    if header_bytes > MAX_HEADER_BYTES {
        let reason = format!("its header would have more than {MAX_HEADER_BYTES} bytes");
        return Err(unreadable(path, reason));
    }
    if start > length.len() {
        return Err(unreadable(path, "its header is cut"));
    }
    let mut header = vec![0; usize::try_from(header_bytes).unwrap_or_default()];
    read(&mut header)?;
    let metadata: ::safetensors::tensor::Metadata = serde_json::from_slice(&header)
        .map_err(|error| unreadable(path, format!("its header is malformed: {error}")))?;
    let ends = metadata
        .tensors()
        .into_values()
        .map(|info| info.data_offsets.1);
    let end = ends.max().unwrap_or(0) as u64;
    if start.checked_add(end) != Some(length.len()) {
        let reason = "its header is not that of this file, which is cut or too long";
        return Err(unreadable(path, reason));
    }
    Ok((start, metadata))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(bytes: &[u8]) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.safetensors");
        std::fs::write(&path, bytes).unwrap();
        match open(std::slice::from_ref(&path)) {
            Ok((_, entries)) => Ok(entries.into_keys().collect()),
            Err(Error::Unreadable { reason, .. }) => Err(reason),
            Err(error) => panic!("{error}"),
        }
    }

    fn file(header: &str, values: usize) -> Vec<u8> {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.bytes());
        bytes.resize(bytes.len() + values, 0);
        bytes
    }

    #[test]
    fn headers_that_lie_are_refused_before_anything_is_allocated_for_them() {
        let of = |shape: &str, end: u64| {
            format!(r#"{{"a":{{"dtype":"F32","shape":{shape},"data_offsets":[0,{end}]}}}}"#)
        };
        assert_eq!(opened(&file(&of("[2,3]", 24), 24)).unwrap(), ["a"]);
        for (bytes, reason) in [
            (Vec::new(), "cut"),
            (vec![255; 7], "cut"),
            (vec![255; 90], "more than"),
            (file(&of("[2,3]", 24), 23), "cut or too long"),
            (file(&of("[2,3]", 24), 25), "cut or too long"),
            (file(&of("[2,4]", 24), 24), "malformed"),
            (file(&of("[4294967296,4294967296]", 0), 0), "malformed"),
            (file(&of("[1]", 4).replace('0', "1"), 4), "malformed"),
            (file("{", 0), "malformed"),
            (file(&"[".repeat(100_000), 0), "malformed"),
            ([&[100, 0, 0, 0, 0, 0, 0, 0][..], b"{}"].concat(), "cut"),
        ] {
            let error = opened(&bytes).unwrap_err();
            assert!(error.contains(reason), "{error}: {reason}");
        }
    }
}
