//! Tokens and positions as vectors, on plain slices.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::buffers::PooledBuffer;
use super::pool::ThreadPool;
use super::vocabulary::Table;
use crate::nn::Error;
use crate::nn::positions::{marian_sinusoids, sinusoids};

/// A token table with its positions.
pub struct Embedding {
    pub(super) table: Table,
    pub(super) scale: f32,
    pub(super) positions: Positions,
    pub(super) padding: u32,
    pub(super) starts_from_zero: bool,
}

/// Positions computed so far: a decoder needs the same ones again for each batch.
#[derive(Default)]
pub(super) struct KnownPositions(Mutex<HashMap<usize, Vec<f32>>>);

impl KnownPositions {
    /// Adds the vector of a position, which `compute` gives the first time.
    fn add(&self, position: usize, compute: impl FnOnce() -> Vec<f32>, vector: &mut [f32]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let row = known.entry(position).or_insert_with(compute);
        vector.iter_mut().zip(row).for_each(|(x, p)| *x += *p);
    }
}

pub(super) enum Positions {
    /// `[rows, width]`; the first token takes row `offset`.
    Learned {
        table: Vec<f32>,
        offset: usize,
    },
    Sinusoidal {
        offset: usize,
        known: KnownPositions,
    },
    MarianSinusoidal(KnownPositions),
    None,
}

impl Embedding {
    /// `[tokens of all rows, width]`; the first token of each row has its position of `starts`.
    pub(super) fn forward(
        &self,
        pool: &ThreadPool,
        rows: &[&[u32]],
        starts: &[usize],
    ) -> Result<PooledBuffer, Error> {
        if starts.len() != rows.len() {
            return Err(Error::NotOnePerRow {
                what: "positions",
                found: starts.len(),
                rows: rows.len(),
            });
        }
        let width = self.table.matrix.shape.inputs;
        let tokens: usize = rows.iter().map(|row| row.len()).sum();
        let mut vectors = pool.floats(tokens * width);
        let mut vectors_of_tokens = vectors.chunks_exact_mut(width);
        for (row, start) in rows.iter().zip(starts) {
            for ((i, &token), vector) in row.iter().enumerate().zip(&mut vectors_of_tokens) {
                let table_row = self.table.row(token).ok_or_else(|| Error::UnknownToken {
                    token,
                    vocabulary: self.table.matrix.outputs,
                })?;
                if self.starts_from_zero && start + i == 0 {
                    vector.fill(0.0);
                } else {
                    self.table.matrix.read_row(table_row, vector);
                    vector.iter_mut().for_each(|x| *x *= self.scale);
                }
                self.add_position(token, start + i, vector)?;
            }
        }
        Ok(vectors)
    }

    fn add_position(&self, token: u32, position: usize, vector: &mut [f32]) -> Result<(), Error> {
        let width = vector.len();
        match &self.positions {
            Positions::Learned { table, offset } => {
                let first = (position + offset) * width;
                let row = table
                    .get(first..first + width)
                    .ok_or_else(|| Error::TooLong {
                        tokens: position + 1,
                        positions: (table.len() / width).saturating_sub(*offset),
                    })?;
                vector.iter_mut().zip(row).for_each(|(x, p)| *x += p);
            }
            Positions::None => {}
            Positions::Sinusoidal { .. } if token == self.padding => {}
            Positions::Sinusoidal { offset, known } => {
                let position = position + offset;
                known.add(position, || sinusoids(position, 1, width), vector);
            }
            Positions::MarianSinusoidal(known) => {
                known.add(position, || marian_sinusoids(position, 1, width), vector);
            }
        }
        Ok(())
    }
}
