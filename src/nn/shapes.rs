//! Loads nothing, but checks everything: that each tensor a network asks for is there, in its shape.
//!
//! Run before a real loader, so that a wrong config.json or a damaged file is named before anything
//! large is allocated, and to tell what a conversion must hold; as all are driven by the same code,
//! they cannot disagree on what is needed.

use std::sync::{Mutex, PoisonError};

use super::backend::{EmbeddingSpec, Loader, PositionSpec};
use super::{Error, Weights};

/// A tensor a network asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorSpec {
    pub name: String,
    /// As the checkpoint has it.
    pub shape: Vec<usize>,
    pub kind: Kind,
}

/// What a tensor is to its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A matrix of token vectors.
    Table,
    /// The matrix of a linear map.
    Matrix,
    /// A bias, a norm, positions.
    Vector,
}

/// A loader that reads the headers of the weight files alone.
#[derive(Debug, Default)]
pub struct ShapeChecker {
    wanted: Mutex<Vec<TensorSpec>>,
}

impl ShapeChecker {
    /// The tensors that were asked for, each once, in the order of asking.
    pub fn into_wanted(self) -> Vec<TensorSpec> {
        self.wanted
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn expect(
        &self,
        weights: &Weights,
        name: &str,
        shape: &[usize],
        kind: Kind,
    ) -> Result<(), Error> {
        weights.expect(name, shape)?;
        let mut known = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.iter().any(|wanted| wanted.name == name) {
            known.push(TensorSpec {
                name: name.to_owned(),
                shape: shape.to_vec(),
                kind,
            });
        }
        Ok(())
    }
}

/// The shape of a table, `[rows, width]`.
#[derive(Debug, Clone, Copy)]
pub struct TableShape {
    rows: usize,
    width: usize,
}

impl Loader for ShapeChecker {
    type Table = TableShape;
    type Embedding = ();
    type Linear = ();
    type Norm = ();
    type Attention = ();
    type Output = ();

    fn load_table(
        &self,
        weights: &Weights,
        name: &str,
        rows: usize,
        width: usize,
    ) -> Result<TableShape, Error> {
        self.expect(weights, name, &[rows, width], Kind::Table)?;
        Ok(TableShape { rows, width })
    }

    fn load_embedding(
        &self,
        weights: &Weights,
        table: TableShape,
        spec: &EmbeddingSpec,
    ) -> Result<(), Error> {
        match spec.positions {
            PositionSpec::Learned { name, rows, .. } => {
                self.expect(weights, name, &[rows, table.width], Kind::Vector)
            }
            PositionSpec::Sinusoidal { .. } => Ok(()),
        }
    }

    fn load_linear(
        &self,
        weights: &Weights,
        prefix: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<(), Error> {
        let weight = format!("{prefix}.weight");
        self.expect(weights, &weight, &[outputs, inputs], Kind::Matrix)?;
        self.expect(weights, &format!("{prefix}.bias"), &[outputs], Kind::Vector)
    }

    fn load_norm(&self, weights: &Weights, prefix: &str, width: usize) -> Result<(), Error> {
        self.expect(weights, &format!("{prefix}.weight"), &[width], Kind::Vector)?;
        self.expect(weights, &format!("{prefix}.bias"), &[width], Kind::Vector)
    }

    fn load_attention(
        &self,
        weights: &Weights,
        prefix: &str,
        width: usize,
        _heads: usize,
    ) -> Result<(), Error> {
        ["q_proj", "k_proj", "v_proj", "out_proj"]
            .iter()
            .try_for_each(|name| {
                self.load_linear(weights, &format!("{prefix}.{name}"), width, width)
            })
    }

    fn load_output(
        &self,
        weights: &Weights,
        table: TableShape,
        bias: Option<&str>,
    ) -> Result<(), Error> {
        bias.map_or(Ok(()), |name| {
            self.expect(weights, name, &[1, table.rows], Kind::Vector)
        })
    }
}
