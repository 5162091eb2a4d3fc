//! T5's encoder and decoder, from a checkpoint to candidates.
//!
//! Follows transformers' `T5ForConditionalGeneration`.

use super::architecture::Architecture;
use super::layers::{DecoderLayer, EncoderLayer, LayerLoader};
use crate::nn::{
    Backend, DeviceMemory, DistanceBiasSpec, EmbeddingSpec, Error, Loader, PositionSpec,
    ShapeChecker, TensorSpec, Weights,
};
use crate::seq2seq::decoding::{FamilyNetwork, LayerState};
use crate::seq2seq::memory_budget::Sizes;

/// Names a checkpoint may keep the shared token table under: one of them, or all.
const TOKEN_TABLES: &[&str] = &[
    "shared.weight",
    "encoder.embed_tokens.weight",
    "decoder.embed_tokens.weight",
];
const OUTPUT_TABLE: &str = "lm_head.weight";

/// A T5 encoder-decoder on a backend.
pub struct Network<B: Backend> {
    backend: B,
    architecture: Architecture,
    parts: Parts<B>,
    /// The device's free memory when the network was loaded.
    memory: Option<DeviceMemory>,
}

/// Everything a network loads.
struct Parts<L: Loader> {
    embedding: L::Embedding,
    encoder: Stack<L, EncoderLayer<L>>,
    decoder: Stack<L, DecoderLayer<L>>,
    output: L::Output,
}

/// The layers of an encoder or a decoder.
struct Stack<L: Loader, Layer> {
    layers: Vec<Layer>,
    /// Of every layer; the file has it with the first.
    bias: L::DistanceBias,
    norm: L::Norm,
}

/// The tensors the network that `architecture` describes needs, each checked to be there in its shape.
///
/// # Errors
/// If a tensor is missing or of another shape; the error names it.
pub(in crate::seq2seq) fn requirements(
    architecture: &Architecture,
    weights: &Weights,
) -> Result<Vec<TensorSpec>, Error> {
    let check = ShapeChecker::default();
    Parts::load(&check, architecture, weights)?;
    Ok(check.into_specs())
}

impl<B: Backend> Network<B> {
    /// Loads the network `architecture` describes. Every tensor's presence and shape is checked
    /// before the first is loaded.
    ///
    /// # Errors
    /// If a tensor is missing, of another shape or unreadable; the error names it.
    pub fn load(backend: B, architecture: Architecture, weights: &Weights) -> Result<Self, Error> {
        requirements(&architecture, weights)?;
        Ok(Self {
            parts: Parts::load(&backend, &architecture, weights)?,
            memory: backend.memory(),
            architecture,
            backend,
        })
    }

    /// The encoder's states of each source, `[source × d_model]`, padded to the longest: for
    /// comparing a network with its reference.
    ///
    /// # Errors
    /// As [`Seq2Seq::encode`](crate::seq2seq::Seq2Seq::encode).
    pub fn encoder_states(&self, sources: &[&[u32]]) -> Result<Vec<Vec<f32>>, Error> {
        let (encoded, _) = self.encoded(sources)?;
        self.backend.read(&encoded)
    }
}

impl<B: Backend> FamilyNetwork for Network<B> {
    type Backend = B;

    fn backend(&self) -> &B {
        &self.backend
    }

    fn output(&self) -> &B::Output {
        &self.parts.output
    }

    fn set_output(&mut self, output: B::Output) {
        self.parts.output = output;
    }

    fn vocabulary(&self) -> usize {
        self.architecture.vocabulary
    }

    fn max_positions(&self) -> Option<usize> {
        None
    }

    fn sizes(&self) -> Sizes {
        self.architecture.sizes()
    }

    fn memory(&self) -> Option<DeviceMemory> {
        self.memory
    }

    fn run_encoder(&self, sources: &[&[u32]], layout: &B::Layout) -> Result<B::Hidden, Error> {
        let Stack { layers, bias, norm } = &self.parts.encoder;
        let mut hidden = self.backend.embed(&self.parts.embedding, sources, 0)?;
        for layer in layers {
            hidden = layer.forward(&self.backend, bias, hidden, layout)?;
        }
        self.backend.normalize(norm, &hidden)
    }

    fn start(&self, encoded: &B::Hidden, layout: &B::Layout) -> Result<Vec<LayerState<B>>, Error> {
        self.parts
            .decoder
            .layers
            .iter()
            .map(|layer| layer.start(&self.backend, encoded, layout))
            .collect()
    }

    fn decode(
        &self,
        tokens: &[&[u32]],
        position: usize,
        states: &mut [LayerState<B>],
    ) -> Result<B::Hidden, Error> {
        let Stack { layers, bias, norm } = &self.parts.decoder;
        let mut hidden = self
            .backend
            .embed(&self.parts.embedding, tokens, position)?;
        for (layer, state) in layers.iter().zip(states) {
            hidden = layer.forward(&self.backend, bias, hidden, state)?;
        }
        let hidden = self.backend.normalize(norm, &hidden)?;
        if self.architecture.scales_output {
            let factor = (self.architecture.d_model as f32).sqrt().recip();
            return self.backend.scale(hidden, factor);
        }
        Ok(hidden)
    }
}

impl<L: Loader> Parts<L> {
    fn load(loader: &L, architecture: &Architecture, weights: &Weights) -> Result<Self, Error> {
        let layers = LayerLoader {
            loader,
            weights,
            architecture,
        };
        let load =
            |name| loader.load_table(weights, name, architecture.vocabulary, architecture.d_model);
        let shared = load(weights.present(TOKEN_TABLES).unwrap_or(TOKEN_TABLES[0]))?;
        // Configurations say of MADLAD-400 that its tables are one; its files have two.
        let output = match weights.present(&[OUTPUT_TABLE]) {
            Some(name) => load(name)?,
            None => shared.clone(),
        };
        let spec = EmbeddingSpec {
            scale: 1.0,
            positions: PositionSpec::None,
            padding: architecture.padding,
            starts_from_zero: false,
        };
        Ok(Self {
            embedding: loader.load_embedding(weights, shared, &spec)?,
            encoder: Stack::load(
                &layers,
                ("encoder", true),
                architecture.encoder_layers,
                |prefix| layers.encoder_layer(prefix),
            )?,
            decoder: Stack::load(
                &layers,
                ("decoder", false),
                architecture.decoder_layers,
                |prefix| layers.decoder_layer(prefix),
            )?,
            output: loader.load_output(weights, output, None)?,
        })
    }
}

impl<L: Loader, Layer> Stack<L, Layer> {
    /// Loads the `count` layers of `side`, each by `load`.
    fn load(
        layers: &LayerLoader<L>,
        (side, both_ways): (&str, bool),
        count: usize,
        load: impl Fn(&str) -> Result<Layer, Error>,
    ) -> Result<Self, Error> {
        let architecture = layers.architecture;
        let spec = DistanceBiasSpec {
            name: &format!("{side}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"),
            heads: architecture.heads,
            buckets: architecture.buckets,
            max_distance: architecture.max_distance,
            both_ways,
        };
        Ok(Self {
            layers: (0..count)
                .map(|layer| load(&format!("{side}.block.{layer}")))
                .collect::<Result<_, _>>()?,
            bias: layers.loader.load_distance_bias(layers.weights, &spec)?,
            norm: layers.norm(&format!("{side}.final_layer_norm"))?,
        })
    }
}
