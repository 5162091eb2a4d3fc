//! Loads nothing, but checks everything: that each tensor a network asks for is there, in its shape.
//!
//! Run before a real loader, so that a wrong config.json or a damaged file is named before anything
//! large is allocated; as both are driven by the same code, they cannot disagree on what is needed.

use super::backend::{EmbeddingSpec, Loader, PositionSpec};
use super::{Error, Weights};

/// A loader that reads the headers of the weight files alone.
#[derive(Debug, Clone, Copy)]
pub struct HeaderCheck;

/// The shape of a table, `[rows, width]`.
#[derive(Debug, Clone, Copy)]
pub struct TableShape {
    rows: usize,
    width: usize,
}

impl Loader for HeaderCheck {
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
        weights.expect(name, &[rows, width])?;
        Ok(TableShape { rows, width })
    }

    fn load_embedding(
        &self,
        weights: &Weights,
        table: TableShape,
        spec: &EmbeddingSpec,
    ) -> Result<(), Error> {
        match spec.positions {
            PositionSpec::Learned { name, rows, .. } => weights.expect(name, &[rows, table.width]),
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
        weights.expect(&format!("{prefix}.weight"), &[outputs, inputs])?;
        weights.expect(&format!("{prefix}.bias"), &[outputs])
    }

    fn load_norm(&self, weights: &Weights, prefix: &str, width: usize) -> Result<(), Error> {
        weights.expect(&format!("{prefix}.weight"), &[width])?;
        weights.expect(&format!("{prefix}.bias"), &[width])
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
        bias.map_or(Ok(()), |name| weights.expect(name, &[1, table.rows]))
    }
}
