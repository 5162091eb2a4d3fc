//! Multi-head attention with its caches, on tensors.
//!
//! Self-attention keys and values are written in place into a buffer that grows; those of the source
//! are projected once and shared by all beams of a sentence.

use candle_core::{D, DType, Tensor};
use candle_nn::ops::softmax_last_dim;

use super::{CandleBackend, Linear};
use crate::nn::backend::{AttentionSpec, Loader};
use crate::nn::positions::DistanceTable;
use crate::nn::{Error, Weights};

/// By how many tokens a self-attention cache grows.
const CACHE_STEP: usize = 64;

/// The projections of one attention.
pub struct Attention {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    heads: usize,
    /// Factor on the products of queries and keys.
    scale: f64,
}

/// What attention adds by distance.
pub struct DistanceBias {
    pub(super) table: DistanceTable,
    pub(super) heads: usize,
}

impl DistanceBias {
    /// What is added to the scores of queries from position `first` on and all keys:
    /// `[1, heads, queries, keys]`.
    fn of(&self, first: usize, queries: &Tensor, keys: &Tensor) -> Result<Tensor, Error> {
        let (count, length) = (queries.dim(2)?, keys.dim(2)?);
        let grid = self.table.grid(first, count, length);
        let grid = Tensor::from_vec(grid, (1, self.heads, count, length), queries.device())?;
        Ok(grid.to_dtype(queries.dtype())?)
    }
}

/// Keys and values of the tokens so far: `[rows, heads, capacity, head_width]`, `length` in use.
#[derive(Default)]
pub struct SelfCache {
    buffers: Option<(Tensor, Tensor)>,
    length: usize,
}

/// Keys and values of the source: `[sentences, heads, source, head_width]`, and its padding mask.
pub struct CrossMemory {
    keys: Tensor,
    values: Tensor,
    mask: Option<Tensor>,
}

impl Attention {
    pub(super) fn load(
        backend: &CandleBackend,
        weights: &Weights,
        spec: &AttentionSpec,
    ) -> Result<Self, Error> {
        let [query, key, value, output] =
            spec.projections(|linear| backend.load_linear(weights, linear))?;
        Ok(Self {
            query,
            key,
            value,
            output,
            heads: spec.heads,
            scale: f64::from(spec.scale),
        })
    }

    /// Self-attention over whole sources, `[batch, length, width]`.
    pub(super) fn encode(
        &self,
        hidden: &Tensor,
        bias: Option<&DistanceBias>,
        mask: Option<&Tensor>,
    ) -> Result<Tensor, Error> {
        let queries = self.queries(hidden)?;
        let keys = self.split(&self.key.forward(hidden)?)?;
        let values = self.split(&self.value.forward(hidden)?)?;
        let bias = bias.map(|bias| bias.of(0, &queries, &keys)).transpose()?;
        let mask = match (bias, mask) {
            (Some(bias), Some(mask)) => Some(bias.broadcast_add(mask)?),
            (Some(bias), None) => Some(bias),
            (None, mask) => mask.cloned(),
        };
        self.output
            .forward(&attend(&queries, &keys, &values, mask.as_ref())?)
    }

    /// Self-attention of one new token a row, `[rows, 1, width]`.
    pub(super) fn decode(
        &self,
        hidden: &Tensor,
        bias: Option<&DistanceBias>,
        cache: &mut SelfCache,
    ) -> Result<Tensor, Error> {
        let queries = self.queries(hidden)?;
        let key = self.split(&self.key.forward(hidden)?)?;
        let value = self.split(&self.value.forward(hidden)?)?;
        let position = cache.length;
        let (keys, values) = cache.append(&key, &value)?;
        let bias = bias.map(|bias| bias.of(position, &queries, &keys));
        let context = attend(&queries, &keys, &values, bias.transpose()?.as_ref())?;
        self.output.forward(&context)
    }

    pub(super) fn project_cross_kv(
        &self,
        encoded: &Tensor,
        mask: Option<Tensor>,
    ) -> Result<CrossMemory, Error> {
        Ok(CrossMemory {
            keys: self.split(&self.key.forward(encoded)?)?,
            values: self.split(&self.value.forward(encoded)?)?,
            mask,
        })
    }

    /// Attention of one new token a row, `[rows, 1, width]`, to its sentence's source: the rows of a
    /// sentence are adjacent: that many queries over the same keys.
    pub(super) fn cross(&self, hidden: &Tensor, memory: &CrossMemory) -> Result<Tensor, Error> {
        let (rows, length, _) = hidden.dims3()?;
        let queries = self.cross_queries(hidden, memory)?;
        let context = attend(&queries, &memory.keys, &memory.values, memory.mask.as_ref())?;
        let inner = context.dim(2)?;
        self.output
            .forward(&context.reshape((rows, length, inner))?)
    }

    /// What the new token of each row attends to, the mean over the heads: `[rows][source]`.
    pub(super) fn cross_weights(
        &self,
        hidden: &Tensor,
        memory: &CrossMemory,
    ) -> Result<Vec<Vec<f32>>, Error> {
        let queries = self.cross_queries(hidden, memory)?;
        let weights = weights(&queries, &memory.keys, memory.mask.as_ref())?;
        let mean = weights.to_dtype(DType::F32)?.mean(1)?;
        Ok(mean.flatten_to(1)?.to_vec2()?)
    }

    /// Queries of `[rows, length, width]`, those of a sentence's rows together.
    fn cross_queries(&self, hidden: &Tensor, memory: &CrossMemory) -> Result<Tensor, Error> {
        let (rows, length, width) = hidden.dims3()?;
        let sentences = memory.sentences()?;
        if sentences == 0 || rows % sentences != 0 {
            return Err(Error::UnevenRows { rows, sentences });
        }
        self.queries(&hidden.reshape((sentences, rows / sentences * length, width))?)
    }

    fn queries(&self, hidden: &Tensor) -> Result<Tensor, Error> {
        let queries = self.query.forward(hidden)?;
        if self.scale == 1.0 {
            return self.split(&queries);
        }
        self.split(&(queries * self.scale)?)
    }

    /// `[batch, length, width]` to `[batch, heads, length, head_width]`.
    fn split(&self, hidden: &Tensor) -> Result<Tensor, Error> {
        let (batch, length, width) = hidden.dims3()?;
        Ok(hidden
            .reshape((batch, length, self.heads, width / self.heads))?
            .transpose(1, 2)?
            .contiguous()?)
    }
}

/// Softmax attention: queries, keys and values `[batch, heads, length, head_width]`, the result
/// `[batch, length, width]`.
fn attend(
    queries: &Tensor,
    keys: &Tensor,
    values: &Tensor,
    mask: Option<&Tensor>,
) -> Result<Tensor, Error> {
    let context = weights(queries, keys, mask)?.matmul(values)?;
    Ok(context.transpose(1, 2)?.contiguous()?.flatten_from(2)?)
}

/// How much each query attends to each key: `[batch, heads, queries, keys]`.
fn weights(queries: &Tensor, keys: &Tensor, mask: Option<&Tensor>) -> Result<Tensor, Error> {
    let scores = queries.matmul(&keys.transpose(D::Minus2, D::Minus1)?)?;
    let scores = match mask {
        Some(mask) => scores.broadcast_add(mask)?,
        None => scores,
    };
    Ok(softmax_last_dim(&scores)?)
}

impl SelfCache {
    /// Writes one token a row in place and returns views of all tokens so far.
    fn append(&mut self, key: &Tensor, value: &Tensor) -> Result<(Tensor, Tensor), Error> {
        let (keys, values) = match self.buffers.take() {
            Some(buffers) if self.length + key.dim(2)? <= buffers.0.dim(2)? => buffers,
            full => Self::grown(full, key)?,
        };
        keys.slice_set(key, 2, self.length)?;
        values.slice_set(value, 2, self.length)?;
        self.length += key.dim(2)?;
        let views = (
            keys.narrow(2, 0, self.length)?,
            values.narrow(2, 0, self.length)?,
        );
        self.buffers = Some((keys, values));
        Ok(views)
    }

    /// Buffers for [`CACHE_STEP`] more tokens than `old` ones, which they begin with.
    fn grown(old: Option<(Tensor, Tensor)>, like: &Tensor) -> Result<(Tensor, Tensor), Error> {
        let capacity = match &old {
            Some((keys, _)) => keys.dim(2)?,
            None => 0,
        };
        let (rows, heads, _, width) = like.dims4()?;
        let shape = (rows, heads, capacity + CACHE_STEP, width);
        let fresh = || Tensor::zeros(shape, like.dtype(), like.device());
        let (keys, values) = (fresh()?, fresh()?);
        if let Some((old_keys, old_values)) = &old {
            keys.slice_set(old_keys, 2, 0)?;
            values.slice_set(old_values, 2, 0)?;
        }
        Ok((keys, values))
    }

    pub(super) fn reorder(&mut self, rows: &Tensor) -> Result<(), Error> {
        if let Some((keys, values)) = &self.buffers {
            self.buffers = Some((keys.index_select(rows, 0)?, values.index_select(rows, 0)?));
        }
        Ok(())
    }
}

impl CrossMemory {
    pub(super) fn sentences(&self) -> Result<usize, Error> {
        Ok(self.keys.dim(0)?)
    }

    pub(super) fn select(&mut self, sentences: &Tensor) -> Result<(), Error> {
        self.keys = self.keys.index_select(sentences, 0)?;
        self.values = self.values.index_select(sentences, 0)?;
        if let Some(mask) = &self.mask {
            self.mask = Some(mask.index_select(sentences, 0)?);
        }
        Ok(())
    }
}
