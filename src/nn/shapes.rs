//! A loader that loads nothing and checks that the weight files have every tensor of a network, in its
//! shape.
//!
//! It runs before a real loader: a wrong config.json or a damaged file is named before anything large is
//! allocated. A conversion takes its list of tensors. The network's own code drives it, so that it
//! cannot disagree with the real loaders.

use std::sync::{Mutex, PoisonError};

use super::backend::{
    AttentionSpec, DistanceBiasSpec, EmbeddingSpec, LinearSpec, Loader, NormKind, NormSpec,
    PositionSpec,
};
use super::{Error, Weights};

/// A tensor that a network needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorSpec {
    /// Its name in the checkpoint.
    pub name: String,
    /// Its shape in the checkpoint.
    pub shape: Vec<usize>,
    /// What it is used as, which decides how it is converted.
    pub kind: TensorKind,
}

/// The use of a tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TensorKind {
    /// A matrix of token vectors.
    Table,
    /// The matrix of a linear map.
    Matrix,
    /// A bias, a norm, positions.
    Vector,
}

/// A loader that only reads the headers of the weight files.
#[derive(Debug, Default)]
pub struct ShapeChecker {
    specs: Mutex<Vec<TensorSpec>>,
}

impl ShapeChecker {
    /// The tensors that were requested, each once, in the order of the requests.
    pub fn into_specs(self) -> Vec<TensorSpec> {
        self.specs
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn expect(
        &self,
        weights: &Weights,
        name: &str,
        shape: &[usize],
        kind: TensorKind,
    ) -> Result<(), Error> {
        weights.expect(name, shape)?;
        let mut known = self.specs.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.iter().any(|spec| spec.name == name) {
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
    type DistanceBias = ();
    type Output = ();

    fn load_table(
        &self,
        weights: &Weights,
        name: &str,
        rows: usize,
        width: usize,
    ) -> Result<TableShape, Error> {
        self.expect(weights, name, &[rows, width], TensorKind::Table)?;
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
                self.expect(weights, name, &[rows, table.width], TensorKind::Vector)
            }
            PositionSpec::Sinusoidal { .. }
            | PositionSpec::MarianSinusoidal
            | PositionSpec::None => Ok(()),
        }
    }

    fn load_linear(&self, weights: &Weights, spec: &LinearSpec) -> Result<(), Error> {
        let weight = format!("{}.weight", spec.prefix);
        let shape = [spec.outputs, spec.inputs];
        self.expect(weights, &weight, &shape, TensorKind::Matrix)?;
        if spec.has_bias {
            let bias = format!("{}.bias", spec.prefix);
            self.expect(weights, &bias, &[spec.outputs], TensorKind::Vector)?;
        }
        Ok(())
    }

    fn load_norm(&self, weights: &Weights, spec: &NormSpec) -> Result<(), Error> {
        let weight = format!("{}.weight", spec.prefix);
        self.expect(weights, &weight, &[spec.width], TensorKind::Vector)?;
        if spec.kind == NormKind::Layer {
            let bias = format!("{}.bias", spec.prefix);
            self.expect(weights, &bias, &[spec.width], TensorKind::Vector)?;
        }
        Ok(())
    }

    fn load_attention(&self, weights: &Weights, spec: &AttentionSpec) -> Result<(), Error> {
        let loaded = spec.projections(|linear| self.load_linear(weights, linear));
        loaded.map(drop)
    }

    fn load_distance_bias(&self, weights: &Weights, spec: &DistanceBiasSpec) -> Result<(), Error> {
        let shape = [spec.buckets, spec.heads];
        self.expect(weights, spec.name, &shape, TensorKind::Vector)
    }

    fn load_output(
        &self,
        weights: &Weights,
        table: TableShape,
        bias: Option<&str>,
    ) -> Result<(), Error> {
        bias.map_or(Ok(()), |name| {
            self.expect(weights, name, &[1, table.rows], TensorKind::Vector)
        })
    }
}
