//! The BART family's encoder and decoder, from a checkpoint to candidates.
//!
//! Follows transformers' `BartForConditionalGeneration` and `M2M100ForConditionalGeneration`.

use super::architecture::{Architecture, NormPlacement, Positions};
use super::layers::{DecoderLayer, EncoderLayer, LayerLoader, LayerState};
use super::memory_budget::batch_tokens;
use crate::nn::{
    Backend, Candidate, DeviceMemory, EmbeddingSpec, Error, Loader, PositionSpec, ShapeChecker,
    TensorSpec, TokenConstraints, Weights,
};
use crate::seq2seq::{DecoderState, Seq2Seq};

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
    embedding_norm: Option<L::Norm>,
    final_norm: Option<L::Norm>,
}

impl<B: Backend> Ends<B> {
    fn embed(&self, backend: &B, rows: &[&[u32]], start: usize) -> Result<B::Hidden, Error> {
        let hidden = backend.embed(&self.embedding, rows, start)?;
        match &self.embedding_norm {
            Some(norm) => backend.layer_norm(norm, &hidden),
            None => Ok(hidden),
        }
    }

    fn finish(&self, backend: &B, hidden: B::Hidden) -> Result<B::Hidden, Error> {
        match &self.final_norm {
            Some(norm) => backend.layer_norm(norm, &hidden),
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
    /// As [`Seq2Seq::encode`].
    pub fn encoder_states(&self, sources: &[&[u32]]) -> Result<Vec<Vec<f32>>, Error> {
        let (encoded, _) = self.run_encoder(sources)?;
        self.backend.read(&encoded)
    }

    fn run_encoder(&self, sources: &[&[u32]]) -> Result<(B::Hidden, B::Layout), Error> {
        if sources.is_empty() || sources.iter().any(|source| source.is_empty()) {
            return Err(Error::EmptySource);
        }
        let lengths: Vec<usize> = sources.iter().map(|source| source.len()).collect();
        let layout = self.backend.layout(&lengths)?;
        let mut hidden = self.parts.encoder.embed(&self.backend, sources, 0)?;
        for layer in &self.parts.encoder_layers {
            hidden = layer.forward(&self.backend, hidden, &layout)?;
        }
        Ok((self.parts.encoder.finish(&self.backend, hidden)?, layout))
    }
}

impl<B: Backend> Seq2Seq for Network<B> {
    fn encode<'a>(&'a self, sources: &[&[u32]]) -> Result<Box<dyn DecoderState + 'a>, Error> {
        let (encoded, layout) = self.run_encoder(sources)?;
        let layers = self
            .parts
            .decoder_layers
            .iter()
            .map(|layer| layer.start(&self.backend, &encoded, &layout))
            .collect::<Result<_, _>>()?;
        Ok(Box::new(State {
            network: self,
            layers,
            position: 0,
            sentence_of_row: (0..sources.len()).collect(),
        }))
    }

    fn restrict_vocabulary(&mut self, tokens: &[u32]) -> Result<(), Error> {
        self.parts.output = self.backend.restrict(&self.parts.output, tokens)?;
        Ok(())
    }

    fn vocabulary(&self) -> usize {
        self.architecture.vocabulary
    }

    fn max_positions(&self) -> Option<usize> {
        match self.architecture.positions {
            Positions::Learned { max, .. } => Some(max),
            Positions::Sinusoidal { .. } => None,
        }
    }

    fn batch_tokens(&self, beams: usize) -> Option<usize> {
        let memory = self.memory.as_ref()?;
        Some(batch_tokens(memory, &self.architecture, beams))
    }

    fn batch_tokens_within(&self, free: u64, beams: usize) -> usize {
        let memory = DeviceMemory {
            free,
            bytes_per_element: 4,
        };
        batch_tokens(&memory, &self.architecture, beams)
    }

    fn wait(&self) -> Result<(), Error> {
        self.backend.wait()
    }
}

/// The decoder's state: the caches of each layer, and the sentence of each row.
struct State<'a, B: Backend> {
    network: &'a Network<B>,
    layers: Vec<LayerState<B>>,
    /// Tokens fed so far.
    position: usize,
    sentence_of_row: Vec<usize>,
}

impl<B: Backend> State<'_, B> {
    /// Feeds each row its next token; the decoder's hidden vectors, `[rows, 1, d_model]`.
    fn advance(&mut self, tokens: &[u32]) -> Result<B::Hidden, Error> {
        if tokens.len() != self.sentence_of_row.len() {
            return Err(Error::NotOnePerRow {
                what: "tokens",
                found: tokens.len(),
                rows: self.sentence_of_row.len(),
            });
        }
        let network = self.network;
        let rows: Vec<&[u32]> = tokens.chunks(1).collect();
        let mut hidden = network
            .parts
            .decoder
            .embed(&network.backend, &rows, self.position)?;
        for (layer, state) in network.parts.decoder_layers.iter().zip(&mut self.layers) {
            hidden = layer.forward(&network.backend, hidden, state)?;
        }
        self.position += 1;
        network.parts.decoder.finish(&network.backend, hidden)
    }
}

impl<B: Backend> DecoderState for State<'_, B> {
    fn step(
        &mut self,
        tokens: &[u32],
        constraints: &[TokenConstraints],
        k: usize,
    ) -> Result<Vec<Vec<Candidate>>, Error> {
        if constraints.len() != tokens.len() {
            return Err(Error::NotOnePerRow {
                what: "constraints",
                found: constraints.len(),
                rows: tokens.len(),
            });
        }
        let hidden = self.advance(tokens)?;
        let network = self.network;
        network
            .backend
            .candidates(&network.parts.output, &hidden, constraints, k)
    }

    fn reorder(&mut self, rows: &[usize]) -> Result<(), Error> {
        let unchanged = rows.len() == self.sentence_of_row.len()
            && rows.iter().enumerate().all(|(new, &old)| new == old);
        if unchanged {
            return Ok(());
        }
        let (sentence_of_row, kept) = regroup(&self.sentence_of_row, rows)?;
        let sentences = self.sentence_of_row.last().map_or(0, |last| last + 1);
        for layer in &mut self.layers {
            self.network.backend.reorder(&mut layer.cache, rows)?;
            if kept.len() < sentences {
                self.network.backend.select(&mut layer.memory, &kept)?;
            }
        }
        self.sentence_of_row = sentence_of_row;
        Ok(())
    }

    fn step_logits(&mut self, tokens: &[u32]) -> Result<Vec<Vec<f32>>, Error> {
        let hidden = self.advance(tokens)?;
        self.network
            .backend
            .logits(&self.network.parts.output, &hidden)
    }
}

/// The sentence of each new row, numbered from 0, and the old numbers of the sentences that are kept.
fn regroup(old: &[usize], rows: &[usize]) -> Result<(Vec<usize>, Vec<usize>), Error> {
    let mut kept: Vec<usize> = Vec::new();
    let mut sentence_of_row = Vec::with_capacity(rows.len());
    for &row in rows {
        let sentence = *old.get(row).ok_or(Error::NotInBatch {
            what: "row",
            index: row,
            count: old.len(),
        })?;
        match kept.last() {
            Some(&last) if last == sentence => {}
            Some(&last) if last > sentence => {
                return Err(Error::RowsOutOfOrder);
            }
            _ => kept.push(sentence),
        }
        sentence_of_row.push(kept.len() - 1);
    }
    let beams = if kept.is_empty() {
        0
    } else {
        rows.len() / kept.len()
    };
    let even = sentence_of_row
        .iter()
        .enumerate()
        .all(|(row, &sentence)| row / beams.max(1) == sentence);
    if !even || rows.is_empty() {
        return Err(Error::UnevenRows {
            rows: rows.len(),
            sentences: kept.len(),
        });
    }
    Ok((sentence_of_row, kept))
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

impl<L: Loader> Parts<L> {
    fn load(loader: &L, architecture: &Architecture, weights: &Weights) -> Result<Self, Error> {
        let layers = LayerLoader {
            loader,
            weights,
            architecture,
        };
        let load =
            |name| loader.load_table(weights, name, architecture.vocabulary, architecture.d_model);
        let shared = load(token_table(weights)?)?;
        // An untied model has a table of its own wherever the checkpoint holds one.
        let table = |name| match weights.present(&[name]) {
            Some(name) if !architecture.tied => load(name),
            _ => Ok(shared.clone()),
        };
        let output = table(OUTPUT_TABLE)?;
        let bias = if architecture.output_bias {
            weights.present(&[OUTPUT_BIAS])
        } else {
            None
        };
        Ok(Self {
            encoder: Ends::load(&layers, "model.encoder", table(ENCODER_TABLE)?)?,
            encoder_layers: (0..architecture.encoder.layers)
                .map(|i| layers.encoder_layer(&format!("model.encoder.layers.{i}")))
                .collect::<Result<_, _>>()?,
            decoder: Ends::load(&layers, "model.decoder", table(DECODER_TABLE)?)?,
            decoder_layers: (0..architecture.decoder.layers)
                .map(|i| layers.decoder_layer(&format!("model.decoder.layers.{i}")))
                .collect::<Result<_, _>>()?,
            output: loader.load_output(weights, output, bias)?,
        })
    }
}

impl<L: Loader> Ends<L> {
    fn load(layers: &LayerLoader<L>, prefix: &str, table: L::Table) -> Result<Self, Error> {
        let architecture = layers.architecture;
        let name = format!("{prefix}.embed_positions.weight");
        let positions = match architecture.positions {
            Positions::Learned { offset, max } => PositionSpec::Learned {
                name: &name,
                rows: max + offset,
                offset,
            },
            Positions::Sinusoidal { offset } => PositionSpec::Sinusoidal { offset },
        };
        let spec = EmbeddingSpec {
            scale: architecture.embedding_scale,
            positions,
            padding: architecture.padding,
        };
        let norm = |is_present: bool, name: &str| {
            is_present
                .then(|| layers.norm(&format!("{prefix}.{name}")))
                .transpose()
        };
        let pre_norm = architecture.norms == NormPlacement::Pre;
        Ok(Self {
            embedding: layers.loader.load_embedding(layers.weights, table, &spec)?,
            embedding_norm: norm(architecture.embedding_norm, "layernorm_embedding")?,
            final_norm: norm(pre_norm, "layer_norm")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beams_of_a_sentence_stay_together_and_finished_sentences_go() {
        // Two sentences of two beams; the first sentence is finished, the second's beams swap.
        let (rows, kept) = regroup(&[0, 0, 1, 1], &[3, 2]).unwrap();
        assert_eq!((rows, kept), (vec![0, 0], vec![1]));
        // One row a sentence widens to two beams.
        let (rows, kept) = regroup(&[0, 1], &[0, 0, 1, 1]).unwrap();
        assert_eq!((rows, kept), (vec![0, 0, 1, 1], vec![0, 1]));
    }

    #[test]
    fn rows_out_of_order_or_unevenly_shared_are_refused() {
        for rows in [&[2, 0][..], &[0, 1, 2], &[0, 4], &[]] {
            assert!(regroup(&[0, 0, 1, 1], rows).is_err(), "{rows:?}");
        }
    }
}
