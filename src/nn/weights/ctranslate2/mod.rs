//! The weights of a folder converted for CTranslate2.
//!
//! Matrices are stored as floats, or as integers with a scale: one a row for 8 bits, one a matrix
//! for 16. A weight is its integer divided by the scale. Variables have CTranslate2's own names,
//! and some are several matrices of a checkpoint, one below the other: which, a family says.

mod model_file;
#[cfg(test)]
pub(crate) mod testing;

use std::collections::HashMap;
use std::fs::File;
use std::ops::Range;
use std::sync::Arc;

use candle_core::{Device, Tensor};

use model_file::Variable;
pub(crate) use model_file::{ModelFile, ValueType};

use super::rows::RowReader;
use super::{Entry, Opened, TensorReader, unreadable};
use crate::nn::Error;

/// A tensor of a checkpoint in a converted file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its name in the checkpoint.
    pub(crate) name: String,
    /// The variable it is in.
    pub(crate) variable: String,
    /// Which rows of the variable it is; `None` if all.
    pub(crate) rows: Option<Range<usize>>,
    /// Whether the checkpoint has this vector as a matrix of one row.
    pub(crate) is_row: bool,
}

impl Part {
    /// A tensor that is all of a variable.
    pub(crate) fn whole(name: impl Into<String>, variable: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            variable: variable.into(),
            rows: None,
            is_row: false,
        }
    }

    /// Its shape, if the file's variable can hold it.
    fn shape(&self, variable: &Variable) -> Option<Vec<usize>> {
        let mut shape = variable.shape.clone();
        if let Some(rows) = &self.rows {
            let first = shape.first_mut().filter(|first| rows.end <= **first)?;
            *first = rows.len();
        }
        if self.is_row {
            shape.insert(0, 1);
        }
        Some(shape)
    }
}

/// The tensors of a converted file, by their names in a checkpoint.
struct Ctranslate2 {
    file: Arc<ModelFile>,
    parts: HashMap<String, Part>,
}

/// Opens those of `parts` whose variables are in the file.
pub(super) fn open(file: ModelFile, parts: Vec<Part>) -> Opened {
    let mut entries = HashMap::new();
    for part in &parts {
        let variable = file.variable(&part.variable);
        let found = variable.and_then(|variable| Some((variable, part.shape(variable)?)));
        let Some((variable, shape)) = found else {
            continue;
        };
        let is_number = variable.values.is_float() || scale(&file, part, variable).is_some();
        let floating = if is_number {
            Ok(())
        } else {
            Err(variable.values.name().to_owned())
        };
        let entry = Entry {
            shape,
            floating,
            region: None,
        };
        entries.insert(part.name.clone(), entry);
    }
    let named = |part: Part| (part.name.clone(), part);
    let reader = Ctranslate2 {
        file: Arc::new(file),
        parts: parts.into_iter().map(named).collect(),
    };
    (Box::new(reader), entries)
}

/// The scales of a variable of integers: one a row, or one for all.
fn scale<'a>(file: &'a ModelFile, part: &Part, variable: &Variable) -> Option<&'a Variable> {
    if variable.values.is_float() {
        return None;
    }
    let scale = file.variable(&format!("{}_scale", part.variable))?;
    let rows = variable.shape.first().copied().unwrap_or(1);
    let fits = scale.values.is_float() && (scale.count() == 1 || scale.shape == [rows]);
    fits.then_some(scale)
}

impl TensorReader for Ctranslate2 {
    fn read(&self, name: &str) -> Result<Option<Tensor>, Error> {
        let Some(mut rows) = self.part(name)? else {
            return Ok(None);
        };
        let mut numbers = Vec::new();
        rows.read(0, rows.count, &mut numbers)?;
        Ok(Some(Tensor::from_vec(numbers, rows.shape, &Device::Cpu)?))
    }

    fn rows(&self, name: &str) -> Result<Option<Box<dyn RowReader>>, Error> {
        let rows = self.part(name)?;
        Ok(rows.map(|rows| Box::new(rows) as Box<dyn RowReader>))
    }

    fn integers(&self, name: &str) -> Result<Option<PartRows>, Error> {
        Ok(self.part(name)?.filter(PartRows::has_integers))
    }
}

impl Ctranslate2 {
    /// The rows of the tensor `name`.
    fn part(&self, name: &str) -> Result<Option<PartRows>, Error> {
        let part = self.parts.get(name);
        let found = part.and_then(|part| Some((part, self.file.variable(&part.variable)?)));
        let Some((part, variable)) = found else {
            return Ok(None);
        };
        let all = variable.shape.first().copied().unwrap_or(1);
        let own = part.rows.clone().unwrap_or(0..all);
        let Some(shape) = part.shape(variable) else {
            return Ok(None);
        };
        let file = self.file.reopen()?;
        let scales = match scale(&self.file, part, variable) {
            None => None,
            Some(scale) => {
                let own = match scale.count() {
                    1 => 0..1,
                    _ => own.clone(),
                };
                let mut scales = Vec::new();
                self.file
                    .read(&file, scale, own.start, own.len(), &mut scales)?;
                if !scales.iter().all(|scale| scale.is_finite() && *scale > 0.0) {
                    let reason = format!("the scales of `{}` are not all positive", part.variable);
                    return Err(unreadable(&self.file.path, reason));
                }
                Some(scales)
            }
        };
        Ok(Some(PartRows {
            model: Arc::clone(&self.file),
            file,
            variable: variable.clone(),
            shape,
            first: own.start,
            count: own.len(),
            width: variable.shape.iter().skip(1).product(),
            scales,
        }))
    }
}

/// The rows of a tensor in a converted file, read on demand.
pub(crate) struct PartRows {
    model: Arc<ModelFile>,
    file: File,
    variable: Variable,
    /// The tensor's shape in the checkpoint.
    shape: Vec<usize>,
    /// The variable's row that is the tensor's first.
    first: usize,
    count: usize,
    width: usize,
    /// One a row of the tensor, or one for all; `None` if the values are floats.
    scales: Option<Vec<f32>>,
}

impl PartRows {
    fn scale(&self, row: usize) -> Option<f32> {
        let scales = self.scales.as_deref()?;
        scales.get(row).or(scales.first()).copied()
    }

    /// Whether its weights are 8-bit integers with a scale a row.
    pub(crate) fn has_integers(&self) -> bool {
        let by_row = self.scales.as_ref().map(Vec::len) == Some(self.count);
        by_row && self.variable.values == ValueType::I8
    }

    /// What the integers of each row are divided by.
    pub(crate) fn divisors(&self) -> &[f32] {
        self.scales.as_deref().unwrap_or(&[])
    }

    /// Appends the integers of rows `first..first + count`, -127 to 127, to `integers`.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if they are not in the tensor, or one is -128, which CTranslate2 does not
    /// write; [`Error::Read`] if they cannot be read.
    pub(crate) fn read_integers(
        &mut self,
        first: usize,
        count: usize,
        integers: &mut Vec<i8>,
    ) -> Result<(), Error> {
        let bytes = self.bytes(first, count)?;
        if bytes.contains(&0x80) {
            return Err(unreadable(&self.model.path, "an integer of it is -128"));
        }
        integers.extend(bytes.into_iter().map(u8::cast_signed));
        Ok(())
    }

    fn bytes(&self, first: usize, count: usize) -> Result<Vec<u8>, Error> {
        if first.checked_add(count).is_none_or(|end| end > self.count) {
            return Err(unreadable(&self.model.path, "it has fewer rows"));
        }
        let (first, count) = ((self.first + first) * self.width, count * self.width);
        self.model
            .read_bytes(&self.file, &self.variable, first, count)
    }
}

impl RowReader for PartRows {
    fn read(&mut self, first: usize, count: usize, numbers: &mut Vec<f32>) -> Result<(), Error> {
        let start = numbers.len();
        let bytes = self.bytes(first, count)?;
        self.variable.values.widen(&bytes, numbers);
        let rows = numbers[start..].chunks_mut(self.width.max(1));
        for (row, numbers) in (first..).zip(rows) {
            if let Some(scale) = self.scale(row) {
                numbers.iter_mut().for_each(|number| *number /= scale);
            }
        }
        Ok(())
    }
}
