//! The BART family's encoder and decoder, from a checkpoint to candidates.
//!
//! Follows transformers' `BartForConditionalGeneration`, `M2M100ForConditionalGeneration` and
//! `MarianMTModel`.

use super::architecture::{Architecture, NormPlacement, Positions, Tables};
use super::layers::{DecoderLayer, EncoderLayer, LayerLoader};
use crate::nn::{
    Backend, DeviceMemory, EmbeddingSpec, Error, Loader, PositionSpec, ShapeChecker, TensorSpec,
    Weights,
};
use crate::seq2seq::decoding::{FamilyNetwork, LayerState};
use crate::seq2seq::memory_budget::Sizes;

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

/// An encoder-decoder of the BART family on a backend.
pub struct Network<B: Backend> {
    backend: B,
    architecture: Architecture,
    parts: Parts<B>,
    /// The device's free memory when the network was loaded. Later it is less, as the device keeps what
    /// a batch has used for the next one.
    memory: Option<DeviceMemory>,
}

/// Everything a network loads.
struct Parts<L: Loader> {
    encoder: Ends<L>,
    encoder_layers: Vec<EncoderLayer<L>>,
    decoder: Ends<L>,
    decoder_layers: Vec<DecoderLayer<L>>,
    output: L::Output,
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
    fn embed(&self, backend: &B, rows: &[&[u32]], start: usize) -> Result<B::Hidden, Error> {
        let tokens = start + rows.iter().map(|row| row.len()).max().unwrap_or(0);
        if let Some(positions) = self.max_positions.filter(|&most| tokens > most) {
            return Err(Error::TooLong { tokens, positions });
        }
        let hidden = backend.embed(&self.embedding, rows, start)?;
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
        match self.architecture.positions {
            Positions::Learned { max, .. } => Some(max),
            Positions::Marian { max } => max,
            Positions::Sinusoidal { .. } => None,
        }
    }

    fn sizes(&self) -> Sizes {
        self.architecture.sizes()
    }

    fn memory(&self) -> Option<DeviceMemory> {
        self.memory
    }

    fn run_encoder(&self, sources: &[&[u32]], layout: &B::Layout) -> Result<B::Hidden, Error> {
        let mut hidden = self.parts.encoder.embed(&self.backend, sources, 0)?;
        for layer in &self.parts.encoder_layers {
            hidden = layer.forward(&self.backend, hidden, layout)?;
        }
        self.parts.encoder.finish(&self.backend, hidden)
    }

    fn start(&self, encoded: &B::Hidden, layout: &B::Layout) -> Result<Vec<LayerState<B>>, Error> {
        self.parts
            .decoder_layers
            .iter()
            .map(|layer| layer.start(&self.backend, encoded, layout))
            .collect()
    }

    fn decode(
        &self,
        tokens: &[&[u32]],
        position: usize,
        layers: &mut [LayerState<B>],
    ) -> Result<B::Hidden, Error> {
        let decoder = &self.parts.decoder;
        let mut hidden = decoder.embed(&self.backend, tokens, position)?;
        for (layer, state) in self.parts.decoder_layers.iter().zip(layers) {
            hidden = layer.forward(&self.backend, hidden, state)?;
        }
        decoder.finish(&self.backend, hidden)
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

impl<L: Loader> Parts<L> {
    fn load(loader: &L, architecture: &Architecture, weights: &Weights) -> Result<Self, Error> {
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
        Ok(Self {
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
            output: loader.load_output(weights, output, bias)?,
        })
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
