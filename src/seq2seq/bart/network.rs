//! The BART family's encoder and decoder, from a checkpoint to candidates.
//!
//! Follows transformers' `BartForConditionalGeneration`, `M2M100ForConditionalGeneration` and
//! `MarianMTModel`.

use super::architecture::{Architecture, NormPlacement, Positions, Tables};
use super::layers::{DecoderLayer, EncoderLayer, LayerLoader};
use crate::nn::{Backend, EmbeddingSpec, Error, Loader, PositionSpec, Weights};
use crate::seq2seq::decoding::LayerState;
use crate::seq2seq::memory_budget::Sizes;
use crate::seq2seq::network::{self, Family};

const ENCODER_TABLE: &str = "model.encoder.embed_tokens.weight";
const DECODER_TABLE: &str = "model.decoder.embed_tokens.weight";
const OUTPUT_TABLE: &str = "lm_head.weight";
/// Names a checkpoint may keep the shared token table under: one of them, or all.
const TOKEN_TABLES: &[&str] = &[
    "model.shared.weight",
    ENCODER_TABLE,
    DECODER_TABLE,
    OUTPUT_TABLE,
];
const OUTPUT_BIAS: &str = "final_logits_bias";

/// The family of BART.
pub struct Bart;

/// An encoder-decoder of the BART family on a backend.
pub type Network<B> = network::Network<B, Bart>;

/// Everything a network loads but its output.
pub struct Parts<L: Loader> {
    encoder: Ends<L>,
    encoder_layers: Vec<EncoderLayer<L>>,
    decoder: Ends<L>,
    decoder_layers: Vec<DecoderLayer<L>>,
}

/// What comes before and after the layers of an encoder or decoder.
struct Ends<L: Loader> {
    embedding: L::Embedding,
    /// Tokens of the longest row; `None` if there is no limit, or the embedding has it.
    max_positions: Option<usize>,
    embedding_norm: Option<L::Norm>,
    final_norm: Option<L::Norm>,
}

impl<B: Backend> Ends<B> {
    /// Vectors of rows, the first token of each at its position of `starts`.
    fn embed(&self, backend: &B, rows: &[&[u32]], starts: &[usize]) -> Result<B::Hidden, Error> {
        let ends = rows
            .iter()
            .zip(starts)
            .map(|(row, start)| start + row.len());
        let tokens = ends.max().unwrap_or(0);
        if let Some(positions) = self.max_positions.filter(|&most| tokens > most) {
            return Err(Error::TooLong { tokens, positions });
        }
        let hidden = backend.embed(&self.embedding, rows, starts)?;
        match &self.embedding_norm {
            Some(norm) => backend.normalize(norm, &hidden),
            None => Ok(hidden),
        }
    }

    fn finish(&self, backend: &B, hidden: B::Hidden) -> Result<B::Hidden, Error> {
        match &self.final_norm {
            Some(norm) => backend.normalize(norm, &hidden),
            None => Ok(hidden),
        }
    }
}

impl Family for Bart {
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
        let [encoder_table, decoder_table, output] = tables(loader, architecture, weights)?;
        let bias = if architecture.output_bias {
            weights.present(&[OUTPUT_BIAS])
        } else {
            None
        };
        let parts = Parts {
            encoder: Ends::load(&layers, "model.encoder", encoder_table, false)?,
            encoder_layers: (0..architecture.encoder.layers)
                .map(|i| layers.encoder_layer(&format!("model.encoder.layers.{i}")))
                .collect::<Result<_, _>>()?,
            decoder: Ends::load(
                &layers,
                "model.decoder",
                decoder_table,
                architecture.starts_from_zero,
            )?,
            decoder_layers: (0..architecture.decoder.layers)
                .map(|i| layers.decoder_layer(&format!("model.decoder.layers.{i}")))
                .collect::<Result<_, _>>()?,
        };
        Ok((parts, loader.load_output(weights, output, bias)?))
    }

    fn vocabulary(architecture: &Architecture) -> usize {
        architecture.vocabulary
    }

    fn max_positions(architecture: &Architecture) -> Option<usize> {
        match architecture.positions {
            Positions::Learned { max, .. } => Some(max),
            Positions::Marian { max } => max,
            Positions::Sinusoidal { .. } => None,
        }
    }

    fn sizes(architecture: &Architecture) -> Sizes {
        architecture.sizes()
    }

    fn run_encoder<B: Backend>(
        network: &Network<B>,
        sources: &[&[u32]],
        layout: &B::Layout,
    ) -> Result<B::Hidden, Error> {
        let starts = vec![0; sources.len()];
        let encoder = &network.parts.encoder;
        let mut hidden = encoder.embed(&network.backend, sources, &starts)?;
        for layer in &network.parts.encoder_layers {
            hidden = layer.forward(&network.backend, hidden, layout)?;
        }
        encoder.finish(&network.backend, hidden)
    }

    fn start<B: Backend>(
        network: &Network<B>,
        encoded: &B::Hidden,
        layout: &B::Layout,
    ) -> Result<Vec<LayerState<B>>, Error> {
        network
            .parts
            .decoder_layers
            .iter()
            .map(|layer| layer.start(&network.backend, encoded, layout))
            .collect()
    }

    fn decode<B: Backend>(
        network: &Network<B>,
        tokens: &[&[u32]],
        positions: &[usize],
        layers: &mut [LayerState<B>],
    ) -> Result<B::Hidden, Error> {
        let decoder = &network.parts.decoder;
        let mut hidden = decoder.embed(&network.backend, tokens, positions)?;
        for (layer, state) in network.parts.decoder_layers.iter().zip(layers) {
            hidden = layer.forward(&network.backend, hidden, state)?;
        }
        decoder.finish(&network.backend, hidden)
    }
}

fn token_table(weights: &Weights) -> Result<&'static str, Error> {
    match weights.present(TOKEN_TABLES) {
        Some(name) => Ok(name),
        // Asking for the usual name makes the error that says it is missing.
        None => weights
            .expect(TOKEN_TABLES[0], &[])
            .map(|()| TOKEN_TABLES[0]),
    }
}

/// The tables of the encoder, the decoder and the output.
fn tables<L: Loader>(
    loader: &L,
    architecture: &Architecture,
    weights: &Weights,
) -> Result<[L::Table; 3], Error> {
    let Architecture {
        vocabulary,
        source_vocabulary,
        d_model,
        ..
    } = *architecture;
    let load = |name, rows| loader.load_table(weights, name, rows, d_model);
    match architecture.tables {
        Tables::Shared => {
            let table = load(token_table(weights)?, vocabulary)?;
            Ok([table.clone(), table.clone(), table])
        }
        Tables::BySide => {
            let own = weights.present(&[DECODER_TABLE, OUTPUT_TABLE]);
            let table = load(own.unwrap_or(DECODER_TABLE), vocabulary)?;
            let encoder = load(ENCODER_TABLE, source_vocabulary)?;
            Ok([encoder, table.clone(), table])
        }
        Tables::Separate => {
            let table = |name, rows| match weights.present(&[name]) {
                Some(name) => load(name, rows),
                None => load(token_table(weights)?, rows),
            };
            Ok([
                table(ENCODER_TABLE, source_vocabulary)?,
                table(DECODER_TABLE, vocabulary)?,
                table(OUTPUT_TABLE, vocabulary)?,
            ])
        }
    }
}

impl<L: Loader> Ends<L> {
    fn load(
        layers: &LayerLoader<L>,
        prefix: &str,
        table: L::Table,
        starts_from_zero: bool,
    ) -> Result<Self, Error> {
        let architecture = layers.architecture;
        let name = format!("{prefix}.embed_positions.weight");
        let positions = match architecture.positions {
            Positions::Learned { offset, max } => PositionSpec::Learned {
                name: &name,
                rows: max + offset,
                offset,
            },
            Positions::Sinusoidal { offset } => PositionSpec::Sinusoidal { offset },
            Positions::Marian { max } => {
                match max.filter(|_| layers.weights.present(&[&name]).is_some()) {
                    Some(rows) => PositionSpec::Learned {
                        name: &name,
                        rows,
                        offset: 0,
                    },
                    None => PositionSpec::MarianSinusoidal,
                }
            }
        };
        let spec = EmbeddingSpec {
            scale: architecture.embedding_scale,
            positions,
            padding: architecture.padding,
            starts_from_zero,
        };
        let norm = |is_present: bool, name: &str| {
            is_present
                .then(|| layers.norm(&format!("{prefix}.{name}")))
                .transpose()
        };
        let pre_norm = architecture.norms == NormPlacement::Pre;
        Ok(Self {
            embedding: layers.loader.load_embedding(layers.weights, table, &spec)?,
            max_positions: match architecture.positions {
                Positions::Marian { max } => max,
                Positions::Learned { .. } | Positions::Sinusoidal { .. } => None,
            },
            embedding_norm: norm(architecture.embedding_norm, "layernorm_embedding")?,
            final_norm: norm(pre_norm, "layer_norm")?,
        })
    }
}
