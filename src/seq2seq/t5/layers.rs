//! The encoder and decoder layers of T5, over a backend.
//!
//! Follows transformers' `T5Block`: a norm before each block, no biases, no scale on the products
//! of queries and keys, and distances between tokens instead of positions.

use super::architecture::Architecture;
use crate::nn::{
    Activation, AttentionSpec, Backend, Error, LinearSpec, Loader, NormKind, NormSpec, Weights,
};
use crate::seq2seq::decoding::LayerState;

/// Loads the parts of one layer.
pub(super) struct LayerLoader<'a, L> {
    pub loader: &'a L,
    pub weights: &'a Weights,
    pub architecture: &'a Architecture,
}

/// A feed-forward block.
struct FeedForward<L: Loader> {
    /// `None` if the block is plain.
    gate: Option<L::Linear>,
    inner: L::Linear,
    outer: L::Linear,
    activation: Activation,
}

/// An attention and its norm.
struct Attention<L: Loader> {
    norm: L::Norm,
    attention: L::Attention,
}

pub(super) struct EncoderLayer<L: Loader> {
    attention: Attention<L>,
    feed_forward: FeedForward<L>,
    feed_forward_norm: L::Norm,
}

pub(super) struct DecoderLayer<L: Loader> {
    attention: Attention<L>,
    cross: Attention<L>,
    feed_forward: FeedForward<L>,
    feed_forward_norm: L::Norm,
}

impl<L: Loader> LayerLoader<'_, L> {
    pub(super) fn norm(&self, prefix: &str) -> Result<L::Norm, Error> {
        let spec = NormSpec {
            prefix,
            width: self.architecture.d_model,
            kind: NormKind::RootMeanSquare,
            epsilon: self.architecture.epsilon,
        };
        self.loader.load_norm(self.weights, &spec)
    }

    /// The attention `{layer}.{name}`, and the norm beside it.
    fn attention(&self, layer: &str, name: &str) -> Result<Attention<L>, Error> {
        let spec = AttentionSpec {
            prefix: &format!("{layer}.{name}"),
            names: ["q", "k", "v", "o"],
            width: self.architecture.d_model,
            heads: self.architecture.heads,
            head_width: self.architecture.head_width,
            has_bias: false,
            scale: 1.0,
        };
        Ok(Attention {
            norm: self.norm(&format!("{layer}.layer_norm"))?,
            attention: self.loader.load_attention(self.weights, &spec)?,
        })
    }

    fn feed_forward(&self, layer: &str) -> Result<FeedForward<L>, Error> {
        let Architecture {
            d_model,
            feed_forward,
            gated,
            activation,
            ..
        } = *self.architecture;
        let linear = |name: &str, inputs, outputs| {
            let spec = LinearSpec {
                prefix: &format!("{layer}.DenseReluDense.{name}"),
                inputs,
                outputs,
                has_bias: false,
            };
            self.loader.load_linear(self.weights, &spec)
        };
        let inner = if gated { "wi_1" } else { "wi" };
        let gate = || linear("wi_0", d_model, feed_forward);
        Ok(FeedForward {
            gate: gated.then(gate).transpose()?,
            inner: linear(inner, d_model, feed_forward)?,
            outer: linear("wo", feed_forward, d_model)?,
            activation,
        })
    }

    pub(super) fn encoder_layer(&self, prefix: &str) -> Result<EncoderLayer<L>, Error> {
        let feed_forward = format!("{prefix}.layer.1");
        Ok(EncoderLayer {
            attention: self.attention(&format!("{prefix}.layer.0"), "SelfAttention")?,
            feed_forward: self.feed_forward(&feed_forward)?,
            feed_forward_norm: self.norm(&format!("{feed_forward}.layer_norm"))?,
        })
    }

    pub(super) fn decoder_layer(&self, prefix: &str) -> Result<DecoderLayer<L>, Error> {
        let feed_forward = format!("{prefix}.layer.2");
        Ok(DecoderLayer {
            attention: self.attention(&format!("{prefix}.layer.0"), "SelfAttention")?,
            cross: self.attention(&format!("{prefix}.layer.1"), "EncDecAttention")?,
            feed_forward: self.feed_forward(&feed_forward)?,
            feed_forward_norm: self.norm(&format!("{feed_forward}.layer_norm"))?,
        })
    }
}

/// `hidden + block(norm(hidden))`.
fn around<B: Backend>(
    backend: &B,
    norm: &B::Norm,
    hidden: B::Hidden,
    block: impl FnOnce(&B::Hidden) -> Result<B::Hidden, Error>,
) -> Result<B::Hidden, Error> {
    let inner = block(&backend.normalize(norm, &hidden)?)?;
    backend.add(hidden, &inner)
}

impl<B: Backend> FeedForward<B> {
    fn forward(&self, backend: &B, hidden: &B::Hidden) -> Result<B::Hidden, Error> {
        match &self.gate {
            Some(gate) => {
                let maps = [gate, &self.inner, &self.outer];
                backend.gated_feed_forward(maps, hidden, self.activation)
            }
            None => backend.feed_forward(&self.inner, &self.outer, hidden, self.activation),
        }
    }
}

impl<B: Backend> EncoderLayer<B> {
    /// `hidden`: `[batch, source, d_model]`.
    pub(super) fn forward(
        &self,
        backend: &B,
        bias: &B::DistanceBias,
        hidden: B::Hidden,
        layout: &B::Layout,
    ) -> Result<B::Hidden, Error> {
        let Attention { norm, attention } = &self.attention;
        let hidden = around(backend, norm, hidden, |h| {
            backend.encoder_attention(attention, Some(bias), h, layout)
        })?;
        around(backend, &self.feed_forward_norm, hidden, |h| {
            self.feed_forward.forward(backend, h)
        })
    }
}

impl<B: Backend> DecoderLayer<B> {
    /// The layer's state before its first token; `encoded`: `[batch, source, d_model]`.
    pub(super) fn start(
        &self,
        backend: &B,
        encoded: &B::Hidden,
        layout: &B::Layout,
    ) -> Result<LayerState<B>, Error> {
        LayerState::new(backend, &self.cross.attention, encoded, layout)
    }

    /// `hidden`: `[rows, 1, d_model]`.
    pub(super) fn forward(
        &self,
        backend: &B,
        bias: &B::DistanceBias,
        hidden: B::Hidden,
        state: &mut LayerState<B>,
    ) -> Result<B::Hidden, Error> {
        let Attention { norm, attention } = &self.attention;
        let hidden = around(backend, norm, hidden, |h| {
            backend.decoder_attention(attention, Some(bias), h, &mut state.cache)
        })?;
        let Attention { norm, attention } = &self.cross;
        let hidden = around(backend, norm, hidden, |h| {
            state.cross_attention(backend, attention, h)
        })?;
        around(backend, &self.feed_forward_norm, hidden, |h| {
            self.feed_forward.forward(backend, h)
        })
    }
}
