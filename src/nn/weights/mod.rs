//! The weight files of a model, read lazily and distrusted.
//!
//! Shapes come from the headers alone, so that a file can be checked against its config.json before
//! anything large is allocated. Each format has a reader of its own.

pub(crate) mod ctranslate2;
mod gguf;
pub(crate) mod npz;
mod pickle;
mod rows;
mod safetensors;
mod values;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};

use ctranslate2::{ModelFile, Part, PartRows};
use npz::{ArrayPart, NpzFile};
pub(crate) use rows::Rows;
use rows::{RowReader, is_readable};
use values::FileRegion;

use super::Error;
use crate::model_files::WeightFiles;

/// The tensors of one model, over one or several files.
pub struct Weights {
    reader: Box<dyn TensorReader>,
    entries: HashMap<String, Entry>,
    /// The files, as errors name them.
    files: String,
}

/// Reads tensors of one format.
trait TensorReader: Send + Sync {
    /// The tensor `name` as it is stored, in the computer's memory; `None` if there is none.
    fn read(&self, name: &str) -> Result<Option<Tensor>, Error>;

    /// The rows of the tensor `name`, if this format reads them itself.
    fn rows(&self, _name: &str) -> Result<Option<Box<dyn RowReader>>, Error> {
        Ok(None)
    }

    /// The rows of the tensor `name`, if they are 8-bit integers, each divided by a number of its row.
    fn integers(&self, _name: &str) -> Result<Option<PartRows>, Error> {
        Ok(None)
    }
}

/// What the files' headers say of a tensor.
struct Entry {
    shape: Vec<usize>,
    /// The type of its values if they are not floating-point.
    floating: Result<(), String>,
    /// Where its values are, if their rows are stored one after the other.
    region: Option<FileRegion>,
}

type Opened = (Box<dyn TensorReader>, HashMap<String, Entry>);

impl Weights {
    /// Opens the weight files of a model.
    ///
    /// # Errors
    /// [`Error::Read`] if a file is missing or cannot be read, [`Error::Unreadable`] if it is damaged or
    /// not a weight file.
    pub fn open(files: &WeightFiles) -> Result<Self, Error> {
        let (reader, entries) = match files {
            WeightFiles::Safetensors(paths) => safetensors::open(paths)?,
            WeightFiles::Pickle(paths) => pickle::open(paths)?,
            WeightFiles::Gguf(paths) => gguf::open(paths)?,
            WeightFiles::Ctranslate2(paths) | WeightFiles::Npz(paths) => {
                return Err(unreadable(
                    first(paths),
                    "its tensors have other names than a checkpoint's",
                ));
            }
        };
        Ok(Self {
            reader,
            entries,
            files: names(files.paths()),
        })
    }

    /// The tensors of a file converted for CTranslate2: those of `parts` that it has.
    pub(crate) fn of_ctranslate2(file: ModelFile, parts: Vec<Part>) -> Self {
        let files = file.path.display().to_string();
        let (reader, entries) = ctranslate2::open(file, parts);
        Self {
            reader,
            entries,
            files,
        }
    }

    /// The tensors of Marian's own file: those of `parts` that it has.
    pub(crate) fn of_npz(file: NpzFile, parts: Vec<ArrayPart>) -> Self {
        let files = file.path.display().to_string();
        let (reader, entries) = npz::open(file, parts);
        Self {
            reader,
            entries,
            files,
        }
    }

    /// The first of `candidates` that the files hold: checkpoints keep tied tensors under one name
    /// or several.
    pub fn present<'a>(&self, candidates: &[&'a str]) -> Option<&'a str> {
        candidates
            .iter()
            .find(|name| self.entries.contains_key(self.stored_name(name)))
            .copied()
    }

    /// How the files call the tensor `name`: checkpoints of a network without a head have no
    /// `model.` before their names.
    fn stored_name<'a>(&self, name: &'a str) -> &'a str {
        if self.entries.contains_key(name) {
            return name;
        }
        name.strip_prefix("model.").unwrap_or(name)
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
    /// As [`Weights::expect`], and [`Error::Read`] or [`Error::Unreadable`] if its values cannot be read.
    pub(crate) fn tensor(
        &self,
        name: &str,
        shape: &[usize],
        dtype: DType,
        device: &Device,
    ) -> Result<Tensor, Error> {
        self.expect(name, shape)?;
        let tensor = self.reader.read(self.stored_name(name))?;
        let tensor = tensor.ok_or_else(|| self.missing(name))?;
        let tensor = tensor.to_device(device)?;
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
        let region = self.entry(name)?.region.as_ref();
        if let Some(region) = region.filter(|region| is_readable(region.dtype)) {
            return Rows::at(region.clone(), width);
        }
        if let Some(rows) = self.reader.rows(self.stored_name(name))? {
            return Ok(Rows::read_by(rows));
        }
        let tensor = self.tensor(name, shape, DType::F32, &Device::Cpu)?;
        Ok(Rows::loaded(tensor.flatten_all()?.to_vec1()?, width))
    }

    /// The rows of the matrix `name`, of `shape`, if its weights are stored as 8-bit integers, each
    /// divided by a number of its row.
    ///
    /// # Errors
    /// As [`Weights::rows`].
    pub(crate) fn integers(&self, name: &str, shape: &[usize]) -> Result<Option<PartRows>, Error> {
        self.expect(name, shape)?;
        self.reader.integers(self.stored_name(name))
    }

    fn entry(&self, name: &str) -> Result<&Entry, Error> {
        let entry = self.entries.get(self.stored_name(name));
        entry.ok_or_else(|| self.missing(name))
    }

    fn missing(&self, name: &str) -> Error {
        Error::Missing {
            name: name.to_owned(),
            files: self.files.clone(),
        }
    }
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

/// A file that ends too early is damaged; everything else is between the program and the system.
fn io_error(path: &Path, error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return unreadable(path, "it ends before its values do");
    }
    Error::Read {
        path: path.to_owned(),
        source: error,
    }
}

fn unreadable(path: &Path, reason: impl ToString) -> Error {
    Error::Unreadable {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}
