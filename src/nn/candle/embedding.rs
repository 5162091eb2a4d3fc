//! Tokens and positions as vectors.
//!
//! Follows transformers' `BartLearnedPositionalEmbedding`, `M2M100SinusoidalPositionalEmbedding` and
//! `MarianSinusoidalPositionalEmbedding`.

use candle_core::{DType, Tensor};

use super::CandleBackend;
use crate::nn::backend::{EmbeddingSpec, PositionSpec};
use crate::nn::positions::{marian_sinusoids, sinusoids};
use crate::nn::{Error, Weights};

/// A token table with its positions.
pub struct Embedding {
    table: Tensor,
    scale: f64,
    positions: Positions,
    padding: u32,
    starts_from_zero: bool,
}

enum Positions {
    Learned { table: Tensor, offset: usize },
    Sinusoidal { offset: usize },
    MarianSinusoidal,
    None,
}

impl Embedding {
    pub(super) fn load(
        backend: &CandleBackend,
        weights: &Weights,
        table: Tensor,
        spec: &EmbeddingSpec,
    ) -> Result<Self, Error> {
        let positions = match spec.positions {
            PositionSpec::Learned { name, rows, offset } => Positions::Learned {
                table: backend.load(weights, name, &[rows, table.dim(1)?])?,
                offset,
            },
            PositionSpec::Sinusoidal { offset } => Positions::Sinusoidal { offset },
            PositionSpec::MarianSinusoidal => Positions::MarianSinusoidal,
            PositionSpec::None => Positions::None,
        };
        Ok(Self {
            table,
            scale: spec.scale,
            positions,
            padding: spec.padding,
            starts_from_zero: spec.starts_from_zero,
        })
    }

    /// `[rows, longest, width]`; shorter rows are padded at their end.
    pub(super) fn forward(&self, rows: &[&[u32]], start: usize) -> Result<Tensor, Error> {
        let longest = rows.iter().map(|row| row.len()).max().unwrap_or(0);
        let (vocabulary, width) = self.table.dims2()?;
        if let Some(&id) = rows
            .iter()
            .copied()
            .flatten()
            .find(|&&id| id as usize >= vocabulary)
        {
            return Err(Error::UnknownToken {
                token: id,
                vocabulary,
            });
        }
        let mut ids = Vec::with_capacity(rows.len() * longest);
        for row in rows {
            ids.extend_from_slice(row);
            ids.resize(ids.len() + longest - row.len(), self.padding);
        }
        let device = self.table.device();
        let tokens = self
            .table
            .index_select(&Tensor::new(ids.as_slice(), device)?, 0)?
            .reshape((rows.len(), longest, width))?;
        let tokens = if self.scale == 1.0 {
            tokens
        } else {
            (tokens * self.scale)?
        };
        let tokens = if self.starts_from_zero && start == 0 {
            without_first(&tokens)?
        } else {
            tokens
        };
        match &self.positions {
            Positions::None => Ok(tokens),
            Positions::MarianSinusoidal => {
                let angles = marian_sinusoids(start, longest, width);
                let angles = Tensor::from_vec(angles, (longest, width), device)?;
                Ok(tokens.broadcast_add(&angles.to_dtype(tokens.dtype())?)?)
            }
            Positions::Learned { table, offset } => {
                let first = start + offset;
                if first + longest > table.dim(0)? {
                    return Err(Error::TooLong {
                        tokens: start + longest,
                        positions: table.dim(0)?.saturating_sub(*offset),
                    });
                }
                Ok(tokens.broadcast_add(&table.narrow(0, first, longest)?)?)
            }
            Positions::Sinusoidal { offset } => {
                let angles = sinusoids(start + offset, longest, width);
                let angles = Tensor::from_vec(angles, (longest, width), device)?;
                let angles = angles.to_dtype(tokens.dtype())?;
                match self.padding_mask(&ids, rows.len(), longest, tokens.dtype())? {
                    None => Ok(tokens.broadcast_add(&angles)?),
                    Some(mask) => {
                        let angles = angles.broadcast_as(tokens.shape())?;
                        Ok((tokens + angles.broadcast_mul(&mask)?)?)
                    }
                }
            }
        }
    }

    /// 0 at padding tokens, which have no position, and 1 elsewhere; `None` if there is no padding.
    fn padding_mask(
        &self,
        ids: &[u32],
        rows: usize,
        longest: usize,
        dtype: DType,
    ) -> Result<Option<Tensor>, Error> {
        if !ids.contains(&self.padding) {
            return Ok(None);
        }
        let mask: Vec<f32> = ids
            .iter()
            .map(|&id| if id == self.padding { 0.0 } else { 1.0 })
            .collect();
        let mask = Tensor::from_vec(mask, (rows, longest, 1), self.table.device())?;
        Ok(Some(mask.to_dtype(dtype)?))
    }
}

/// Vectors `[rows, length, width]` with zeros in the place of each row's first.
fn without_first(vectors: &Tensor) -> Result<Tensor, Error> {
    let zeros = vectors.narrow(1, 0, 1)?.zeros_like()?;
    let rest = vectors.narrow(1, 1, vectors.dim(1)?.saturating_sub(1))?;
    Ok(Tensor::cat(&[&zeros, &rest], 1)?)
}
