//! T5's encoder and decoder, from a checkpoint to candidates.
//!
//! Follows transformers' `T5ForConditionalGeneration`.

use super::architecture::Architecture;
use super::layers::{DecoderLayer, EncoderLayer, LayerLoader};
use crate::nn::{Backend, DistanceBiasSpec, EmbeddingSpec, Error, Loader, PositionSpec, Weights};
use crate::seq2seq::decoding::LayerState;
use crate::seq2seq::memory_budget::Sizes;
use crate::seq2seq::network::{self, Family};

/// Names a checkpoint may keep the shared token table under: one of them, or all.
const TOKEN_TABLES: &[&str] = &[
    "shared.weight",
    "encoder.embed_tokens.weight",
    "decoder.embed_tokens.weight",
];
const OUTPUT_TABLE: &str = "lm_head.weight";

/// The family of T5.
pub struct T5;

/// A T5 encoder-decoder on a backend.
pub type Network<B> = network::Network<B, T5>;

/// Everything a network loads but its output.
pub struct Parts<L: Loader> {
    embedding: L::Embedding,
    encoder: Stack<L, EncoderLayer<L>>,
    decoder: Stack<L, DecoderLayer<L>>,
}

/// The layers of an encoder or a decoder.
struct Stack<L: Loader, Layer> {
    layers: Vec<Layer>,
    /// Of every layer; the file has it with the first.
    bias: L::DistanceBias,
    norm: L::Norm,
}

impl Family for T5 {
    type Architecture = Architecture;
    type Parts<L: Loader> = Parts<L>;

    fn load<L: Loader>(
        loader: &L,
        architecture: &Architecture,
        weights: &Weights,
    ) -> Result<(Parts<L>, L::Output), Error> {
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
        let parts = Parts {
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
        };
        Ok((parts, loader.load_output(weights, output, None)?))
    }

    fn vocabulary(architecture: &Architecture) -> usize {
        architecture.vocabulary
    }

    fn max_positions(_architecture: &Architecture) -> Option<usize> {
        None
    }

    fn sizes(architecture: &Architecture) -> Sizes {
        architecture.sizes()
    }

    fn run_encoder<B: Backend>(
        network: &Network<B>,
        sources: &[&[u32]],
        layout: &B::Layout,
    ) -> Result<B::Hidden, Error> {
        let Stack { layers, bias, norm } = &network.parts.encoder;
        let mut hidden =
            network
                .backend
                .embed(&network.parts.embedding, sources, &vec![0; sources.len()])?;
        for layer in layers {
            hidden = layer.forward(&network.backend, bias, hidden, layout)?;
        }
        network.backend.normalize(norm, &hidden)
    }

    fn start<B: Backend>(
        network: &Network<B>,
        encoded: &B::Hidden,
        layout: &B::Layout,
    ) -> Result<Vec<LayerState<B>>, Error> {
        network
            .parts
            .decoder
            .layers
            .iter()
            .map(|layer| layer.start(&network.backend, encoded, layout))
            .collect()
    }

    fn decode<B: Backend>(
        network: &Network<B>,
        tokens: &[&[u32]],
        positions: &[usize],
        states: &mut [LayerState<B>],
    ) -> Result<B::Hidden, Error> {
        let Stack { layers, bias, norm } = &network.parts.decoder;
        let mut hidden = network
            .backend
            .embed(&network.parts.embedding, tokens, positions)?;
        for (layer, state) in layers.iter().zip(states) {
            hidden = layer.forward(&network.backend, bias, hidden, state)?;
        }
        let hidden = network.backend.normalize(norm, &hidden)?;
        if network.architecture.scales_output {
            let factor = (network.architecture.d_model as f32).sqrt().recip();
            return network.backend.scale(hidden, factor);
        }
        Ok(hidden)
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
