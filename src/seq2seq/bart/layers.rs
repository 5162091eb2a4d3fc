//! The encoder and decoder layers of the BART family, over a backend.
//!
//! Follows transformers' `BartEncoderLayer` and `BartDecoderLayer` (post-norm), `Marian`'s, and their `M2M100`
//! counterparts (pre-norm): the two differ only in the order of norm and sum.

use super::architecture::{Architecture, NormPlacement, Stack};
use crate::nn::{
    Activation, AttentionSpec, Backend, Error, LinearSpec, Loader, NormKind, NormSpec, Weights,
};
use crate::seq2seq::decoding::LayerState;

/// The norm of a block, and its place in the residual sum.
struct Residual<L: Loader> {
    norm: L::Norm,
    placement: NormPlacement,
}

impl<B: Backend> Residual<B> {
    /// `hidden + block(norm(hidden))`, or `norm(hidden + block(hidden))`.
    fn around(
        &self,
        backend: &B,
        hidden: B::Hidden,
        block: impl FnOnce(&B::Hidden) -> Result<B::Hidden, Error>,
    ) -> Result<B::Hidden, Error> {
        match self.placement {
            NormPlacement::Pre => {
                let inner = block(&backend.normalize(&self.norm, &hidden)?)?;
                backend.add(hidden, &inner)
            }
            NormPlacement::Post => {
                let inner = block(&hidden)?;
                let sum = backend.add(hidden, &inner)?;
                backend.normalize(&self.norm, &sum)
            }
        }
    }
}

struct FeedForward<L: Loader> {
    inner: L::Linear,
    outer: L::Linear,
    activation: Activation,
}

impl<B: Backend> FeedForward<B> {
    fn forward(&self, backend: &B, hidden: &B::Hidden) -> Result<B::Hidden, Error> {
        backend.feed_forward(&self.inner, &self.outer, hidden, self.activation)
    }
}

/// Loads the parts of one layer.
pub(super) struct LayerLoader<'a, L> {
    pub loader: &'a L,
    pub weights: &'a Weights,
    pub architecture: &'a Architecture,
}

impl<L: Loader> LayerLoader<'_, L> {
    fn attention(&self, prefix: &str, stack: &Stack) -> Result<L::Attention, Error> {
        let width = self.architecture.d_model;
        let head_width = width / stack.heads;
        let spec = AttentionSpec {
            prefix,
            names: ["q_proj", "k_proj", "v_proj", "out_proj"],
            width,
            heads: stack.heads,
            head_width,
            has_bias: true,
            scale: 1.0 / (head_width as f32).sqrt(),
        };
        self.loader.load_attention(self.weights, &spec)
    }

    fn residual(&self, prefix: &str) -> Result<Residual<L>, Error> {
        Ok(Residual {
            norm: self.norm(prefix)?,
            placement: self.architecture.norms,
        })
    }

    pub(super) fn norm(&self, prefix: &str) -> Result<L::Norm, Error> {
        let spec = NormSpec {
            prefix,
            width: self.architecture.d_model,
            kind: NormKind::Layer,
            epsilon: self.architecture.epsilon,
        };
        self.loader.load_norm(self.weights, &spec)
    }

    fn feed_forward(&self, prefix: &str, stack: &Stack) -> Result<FeedForward<L>, Error> {
        let width = self.architecture.d_model;
        let linear = |name, inputs, outputs| {
            let spec = LinearSpec {
                prefix: &format!("{prefix}.{name}"),
                inputs,
                outputs,
                has_bias: true,
            };
            self.loader.load_linear(self.weights, &spec)
        };
        Ok(FeedForward {
            inner: linear("fc1", width, stack.feed_forward)?,
            outer: linear("fc2", stack.feed_forward, width)?,
            activation: self.architecture.activation,
        })
    }

    pub(super) fn encoder_layer(&self, prefix: &str) -> Result<EncoderLayer<L>, Error> {
        let stack = &self.architecture.encoder;
        Ok(EncoderLayer {
            attention: self.attention(&format!("{prefix}.self_attn"), stack)?,
            attention_residual: self.residual(&format!("{prefix}.self_attn_layer_norm"))?,
            feed_forward: self.feed_forward(prefix, stack)?,
            feed_forward_residual: self.residual(&format!("{prefix}.final_layer_norm"))?,
        })
    }

    pub(super) fn decoder_layer(&self, prefix: &str) -> Result<DecoderLayer<L>, Error> {
        let stack = &self.architecture.decoder;
        Ok(DecoderLayer {
            attention: self.attention(&format!("{prefix}.self_attn"), stack)?,
            attention_residual: self.residual(&format!("{prefix}.self_attn_layer_norm"))?,
            cross: self.attention(&format!("{prefix}.encoder_attn"), stack)?,
            cross_residual: self.residual(&format!("{prefix}.encoder_attn_layer_norm"))?,
            feed_forward: self.feed_forward(prefix, stack)?,
            feed_forward_residual: self.residual(&format!("{prefix}.final_layer_norm"))?,
        })
    }
}

pub(super) struct EncoderLayer<L: Loader> {
    attention: L::Attention,
    attention_residual: Residual<L>,
    feed_forward: FeedForward<L>,
    feed_forward_residual: Residual<L>,
}

impl<B: Backend> EncoderLayer<B> {
    /// `hidden`: `[batch, source, d_model]`.
    pub(super) fn forward(
        &self,
        backend: &B,
        hidden: B::Hidden,
        layout: &B::Layout,
    ) -> Result<B::Hidden, Error> {
        let hidden = self.attention_residual.around(backend, hidden, |h| {
            backend.encoder_attention(&self.attention, None, h, layout)
        })?;
        self.feed_forward_residual
            .around(backend, hidden, |h| self.feed_forward.forward(backend, h))
    }
}

pub(super) struct DecoderLayer<L: Loader> {
    attention: L::Attention,
    attention_residual: Residual<L>,
    cross: L::Attention,
    cross_residual: Residual<L>,
    feed_forward: FeedForward<L>,
    feed_forward_residual: Residual<L>,
}

impl<B: Backend> DecoderLayer<B> {
    /// The layer's state before its first token; `encoded`: `[batch, source, d_model]`.
    pub(super) fn start(
        &self,
        backend: &B,
        encoded: &B::Hidden,
        layout: &B::Layout,
    ) -> Result<LayerState<B>, Error> {
        LayerState::new(backend, &self.cross, encoded, layout)
    }

    /// `hidden`: `[rows, 1, d_model]`.
    pub(super) fn forward(
        &self,
        backend: &B,
        hidden: B::Hidden,
        state: &mut LayerState<B>,
    ) -> Result<B::Hidden, Error> {
        let hidden = self.attention_residual.around(backend, hidden, |h| {
            backend.decoder_attention(&self.attention, None, h, &mut state.cache)
        })?;
        let hidden = self.cross_residual.around(backend, hidden, |h| {
            state.cross_attention(backend, &self.cross, h)
        })?;
        self.feed_forward_residual
            .around(backend, hidden, |h| self.feed_forward.forward(backend, h))
    }
}
