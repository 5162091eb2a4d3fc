//! The weight files of a model, read lazily and distrusted.
//!
//! Safetensors are memory-mapped; PyTorch's zipped pickle is read by candle, which executes nothing.
//! Shapes come from the headers alone, so that a file can be checked against its config.json before
//! anything large is allocated.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use candle_core::pickle::PthTensors;
use candle_core::safetensors::MmapedSafetensors;
use candle_core::{DType, Device, Tensor};

mod rows;

pub(crate) use rows::Rows;
use rows::{Place, is_readable};

use super::Error;
use crate::model_files::WeightFiles;
use crate::panics;

/// The most bytes of a checkpoint's list of tensors; NLLB-200's 512 tensors take some 60 kB.
const MAX_PICKLE_BYTES: u64 = 4 << 20;

/// The tensors of one model, over one or several files.
pub struct Weights {
    source: Source,
    entries: HashMap<String, Entry>,
    files: String,
}

enum Source {
    Safetensors(MmapedSafetensors),
    Pickle(Vec<PthTensors>),
}

struct Entry {
    shape: Vec<usize>,
    /// Which file holds it; counts for pickles only.
    file: usize,
    floating: Result<(), String>,
    /// Where its numbers lie, where they can be read one row at a time.
    place: Option<Place>,
}

impl Weights {
    /// Opens the weight files of a model.
    ///
    /// # Errors
    /// [`Error::Unreadable`] where a file is missing, damaged or no weight file.
    pub fn open(files: &WeightFiles) -> Result<Self, Error> {
        match files {
            WeightFiles::Safetensors(paths) => Self::safetensors(paths),
            WeightFiles::Pickle(paths) => Self::pickle(paths),
        }
    }

    fn safetensors(paths: &[PathBuf]) -> Result<Self, Error> {
        for path in paths {
            // A shard's own error, before all are mapped together and the message names none.
            std::fs::File::open(path).map_err(|e| unreadable(path, e))?;
        }
        // SAFETY: a mapped file that another process truncates would raise SIGBUS. Model files are
        // content-addressed blobs of the hub's cache, replaced by rename and never written in place;
        // for a folder of the user's own the same care is asked of the user.
        #[expect(unsafe_code, reason = "a memory map")]
        let mapped =
            unsafe { MmapedSafetensors::multi(paths) }.map_err(|e| unreadable(first(paths), e))?;
        let mut places = safetensors_places(paths)?;
        let entries = mapped
            .tensors()
            .into_iter()
            .map(|(name, view)| {
                let place = places.remove(&name);
                let floating = match DType::try_from(view.dtype()) {
                    Ok(dtype) if dtype.is_float() => Ok(()),
                    _ => Err(format!("{:?}", view.dtype())),
                };
                let entry = Entry {
                    shape: view.shape().to_vec(),
                    file: 0,
                    floating,
                    place,
                };
                (name, entry)
            })
            .collect();
        Ok(Self {
            source: Source::Safetensors(mapped),
            entries,
            files: names(paths),
        })
    }

    fn pickle(paths: &[PathBuf]) -> Result<Self, Error> {
        let mut entries = HashMap::new();
        let mut parts = Vec::with_capacity(paths.len());
        for (file, path) in paths.iter().enumerate() {
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
                let place = offset
                    .filter(|_| whole && is_readable(info.dtype))
                    .map(|offset| Place {
                        path: path.clone(),
                        offset,
                        dtype: info.dtype,
                    });
                let entry = Entry {
                    shape: info.layout.dims().to_vec(),
                    file,
                    floating,
                    place,
                };
                entries.insert(name.clone(), entry);
            }
            parts.push(part);
        }
        if entries.is_empty() {
            let reason =
                "it holds no tensors (a checkpoint older than PyTorch 1.6 must be saved anew)";
            return Err(unreadable(first(paths), reason));
        }
        Ok(Self {
            source: Source::Pickle(parts),
            entries,
            files: names(paths),
        })
    }

    /// The first of `candidates` that the files hold: checkpoints keep tied tensors under one name
    /// or several.
    pub fn present<'a>(&self, candidates: &[&'a str]) -> Option<&'a str> {
        candidates
            .iter()
            .find(|name| self.entries.contains_key(**name))
            .copied()
    }

    /// Checks that `name` is there, floating-point and of `shape`; reads the header only.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Shape`] or [`Error::Kind`], each naming the tensor.
    pub fn expect(&self, name: &str, shape: &[usize]) -> Result<(), Error> {
        let entry = self.entry(name)?;
        if entry.shape != shape {
            return Err(Error::Shape {
                name: name.to_owned(),
                files: self.files.clone(),
                expected: shape.to_vec(),
                found: entry.shape.clone(),
            });
        }
        entry.floating.clone().map_err(|found| Error::Kind {
            name: name.to_owned(),
            files: self.files.clone(),
            found,
        })
    }

    /// Loads `name`, of `shape`, as `dtype` onto `device`.
    ///
    /// # Errors
    /// As [`Weights::expect`], and [`Error::Tensor`] where the data cannot be read.
    pub fn tensor(
        &self,
        name: &str,
        shape: &[usize],
        dtype: DType,
        device: &Device,
    ) -> Result<Tensor, Error> {
        self.expect(name, shape)?;
        let tensor = match &self.source {
            Source::Safetensors(mapped) => mapped.load(name, device)?,
            Source::Pickle(parts) => {
                let part = parts.get(self.entry(name)?.file);
                let read = panics::catch(|| part.map(|p| p.get(name)).transpose())
                    .map_err(|_| unreadable(Path::new(&self.files), "its data is malformed"))?;
                let tensor = read?.flatten();
                tensor
                    .ok_or_else(|| self.missing(name))?
                    .to_device(device)?
            }
        };
        // A checkpoint may store a transposed view; kernels want rows.
        Ok(tensor.to_dtype(dtype)?.contiguous()?)
    }

    /// The rows of the matrix `name`, of `shape`, in f32 and one by one.
    ///
    /// # Errors
    /// As [`Weights::tensor`].
    pub(crate) fn rows(&self, name: &str, shape: &[usize]) -> Result<Rows, Error> {
        self.expect(name, shape)?;
        let width = shape.last().copied().unwrap_or(0);
        if let Some(place) = self.entry(name)?.place.clone() {
            return Rows::at(place, width);
        }
        let tensor = self.tensor(name, shape, DType::F32, &Device::Cpu)?;
        Ok(Rows::loaded(tensor.flatten_all()?.to_vec1()?, width))
    }

    fn entry(&self, name: &str) -> Result<&Entry, Error> {
        self.entries.get(name).ok_or_else(|| self.missing(name))
    }

    fn missing(&self, name: &str) -> Error {
        Error::Missing {
            name: name.to_owned(),
            files: self.files.clone(),
        }
    }
}

/// An entry of a checkpoint's archive.
struct Stored {
    /// No more than the file has.
    bytes: u64,
    /// Where they begin, where they are not compressed.
    offset: Option<u64>,
}

/// The entries of a checkpoint's archive. Refuses what no checkpoint has before its pickle is believed:
/// a list of tensors far larger than any model's.
fn stored_entries(path: &Path) -> Result<HashMap<String, Stored>, Error> {
    let file = std::fs::File::open(path).map_err(|e| unreadable(path, e))?;
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

/// Where the tensors of safetensors files lie whose numbers can be read one row at a time.
fn safetensors_places(paths: &[PathBuf]) -> Result<HashMap<String, Place>, Error> {
    let mut places = HashMap::new();
    for path in paths {
        let file = std::fs::File::open(path).map_err(|e| unreadable(path, e))?;
        // SAFETY: as in `Weights::safetensors`; the map lives no longer than its header is read.
        #[expect(unsafe_code, reason = "a memory map")]
        let map = unsafe { memmap2::Mmap::map(&file) }.map_err(|e| unreadable(path, e))?;
        let (length, metadata) =
            safetensors::SafeTensors::read_metadata(&map).map_err(|e| unreadable(path, e))?;
        for (name, info) in metadata.tensors() {
            let dtype = DType::try_from(info.dtype).ok();
            if let Some(dtype) = dtype.filter(|&dtype| is_readable(dtype)) {
                let place = Place {
                    path: path.clone(),
                    offset: (8 + length + info.data_offsets.0) as u64,
                    dtype,
                };
                places.insert(name, place);
            }
        }
    }
    Ok(places)
}

fn first(paths: &[PathBuf]) -> &Path {
    paths.first().map_or(Path::new(""), PathBuf::as_path)
}

fn names(paths: &[PathBuf]) -> String {
    match paths {
        [] => String::from("no weight file"),
        [one] => one.display().to_string(),
        [one, rest @ ..] => format!("{} and {} more", one.display(), rest.len()),
    }
}

fn unreadable(path: &Path, reason: impl ToString) -> Error {
    Error::Unreadable {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}
