//! Multi-head attention with its caches, on tensors.
//!
//! Self-attention keys and values are written in place into a buffer that grows; those of the source
//! are projected once and shared by all beams of a sentence.

use candle_core::{D, Tensor};
use candle_nn::ops::softmax_last_dim;

use super::{CandleBackend, Linear};
use crate::nn::backend::Loader;
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
    /// `1 / sqrt(width of a head)`.
    scale: f64,
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
        prefix: &str,
        width: usize,
        heads: usize,
    ) -> Result<Self, Error> {
        let projection =
            |name| backend.load_linear(weights, &format!("{prefix}.{name}"), width, width);
        Ok(Self {
            query: projection("q_proj")?,
            key: projection("k_proj")?,
            value: projection("v_proj")?,
            output: projection("out_proj")?,
            heads,
            scale: ((width / heads) as f64).powf(-0.5),
        })
    }

    /// Self-attention over whole sources, `[batch, length, width]`.
    pub(super) fn encode(&self, hidden: &Tensor, mask: Option<&Tensor>) -> Result<Tensor, Error> {
        let queries = self.queries(hidden)?;
        let keys = self.split(&self.key.forward(hidden)?)?;
        let values = self.split(&self.value.forward(hidden)?)?;
        self.output
            .forward(&attend(&queries, &keys, &values, mask)?)
    }

    /// Self-attention of one new token a row, `[rows, 1, width]`.
    pub(super) fn decode(&self, hidden: &Tensor, cache: &mut SelfCache) -> Result<Tensor, Error> {
        let queries = self.queries(hidden)?;
        let key = self.split(&self.key.forward(hidden)?)?;
        let value = self.split(&self.value.forward(hidden)?)?;
        let (keys, values) = cache.append(&key, &value)?;
        self.output
            .forward(&attend(&queries, &keys, &values, None)?)
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
        let (rows, length, width) = hidden.dims3()?;
        let sentences = memory.keys.dim(0)?;
        if sentences == 0 || rows % sentences != 0 {
            return Err(Error::UnevenRows { rows, sentences });
        }
        let grouped = hidden.reshape((sentences, rows / sentences * length, width))?;
        let queries = self.queries(&grouped)?;
        let context = attend(&queries, &memory.keys, &memory.values, memory.mask.as_ref())?;
        self.output
            .forward(&context.reshape((rows, length, width))?)
    }

    fn queries(&self, hidden: &Tensor) -> Result<Tensor, Error> {
        self.split(&(self.query.forward(hidden)? * self.scale)?)
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
    let scores = queries.matmul(&keys.transpose(D::Minus2, D::Minus1)?)?;
    let scores = match mask {
        Some(mask) => scores.broadcast_add(mask)?,
        None => scores,
    };
    let context = softmax_last_dim(&scores)?.matmul(values)?;
    Ok(context.transpose(1, 2)?.contiguous()?.flatten_from(2)?)
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
    pub(super) fn select(&mut self, sentences: &Tensor) -> Result<(), Error> {
        self.keys = self.keys.index_select(sentences, 0)?;
        self.values = self.values.index_select(sentences, 0)?;
        if let Some(mask) = &self.mask {
            self.mask = Some(mask.index_select(sentences, 0)?);
        }
        Ok(())
    }
}
