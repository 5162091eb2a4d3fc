//! What networks have in common, whatever the family: loading, sources in, the memory of a batch.

use super::Seq2Seq;
use super::decoding::{LayerState, State};
use super::memory_budget::{Sizes, batch_tokens};
use crate::nn::{Backend, DeviceMemory, Error, Loader, ShapeChecker, TensorSpec, Weights};

/// What a family's networks have of their own; with it, a [`Network`] is a [`Seq2Seq`].
pub trait Family: Sized {
    /// What a configuration says of a network.
    type Architecture: Send + Sync;
    /// Everything a network loads but its output.
    type Parts<L: Loader>: Send + Sync;

    /// Loads the network that `architecture` describes.
    fn load<L: Loader>(
        loader: &L,
        architecture: &Self::Architecture,
        weights: &Weights,
    ) -> Result<(Self::Parts<L>, L::Output), Error>;

    /// How many tokens it knows.
    fn vocabulary(architecture: &Self::Architecture) -> usize;

    /// The most tokens of a source or a target; `None` if positions are unbounded.
    fn max_positions(architecture: &Self::Architecture) -> Option<usize>;

    /// The sizes that its memory depends on.
    fn sizes(architecture: &Self::Architecture) -> Sizes;

    /// The encoder's states of `sources`, none of them empty: `[batch, source, d_model]`.
    fn run_encoder<B: Backend>(
        network: &Network<B, Self>,
        sources: &[&[u32]],
        layout: &B::Layout,
    ) -> Result<B::Hidden, Error>;

    /// The decoder layers' states before the first token.
    fn start<B: Backend>(
        network: &Network<B, Self>,
        encoded: &B::Hidden,
        layout: &B::Layout,
    ) -> Result<Vec<LayerState<B>>, Error>;

    /// The decoder's hidden vectors of the tokens at `positions`, one a row: `[rows, 1, d_model]`.
    fn decode<B: Backend>(
        network: &Network<B, Self>,
        tokens: &[&[u32]],
        positions: &[usize],
        layers: &mut [LayerState<B>],
    ) -> Result<B::Hidden, Error>;
}

/// A network of a family on a backend.
pub struct Network<B: Backend, F: Family> {
    pub(super) backend: B,
    pub(super) architecture: F::Architecture,
    pub(super) parts: F::Parts<B>,
    pub(super) output: B::Output,
    /// The device's free memory when the network was loaded. Later it is less, as the device keeps what
    /// a batch has used for the next one.
    memory: Option<DeviceMemory>,
}

/// The tensors the network that `architecture` describes needs, each checked to be there in its shape.
///
/// # Errors
/// If a tensor is missing or of another shape; the error names it.
pub(super) fn requirements<F: Family>(
    architecture: &F::Architecture,
    weights: &Weights,
) -> Result<Vec<TensorSpec>, Error> {
    let check = ShapeChecker::default();
    F::load(&check, architecture, weights)?;
    Ok(check.into_specs())
}

impl<B: Backend, F: Family> Network<B, F> {
    /// Loads the network `architecture` describes. Every tensor's presence and shape is checked
    /// before the first is loaded.
    ///
    /// # Errors
    /// If a tensor is missing, of another shape or unreadable; the error names it.
    pub fn load(
        backend: B,
        architecture: F::Architecture,
        weights: &Weights,
    ) -> Result<Self, Error> {
        requirements::<F>(&architecture, weights)?;
        let (parts, output) = F::load(&backend, &architecture, weights)?;
        Ok(Self {
            parts,
            output,
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
        let (encoded, _) = self.encoded(sources)?;
        self.backend.read(&encoded)
    }

    /// The decoder layers' states before the first token of `sources`.
    pub(super) fn start(&self, sources: &[&[u32]]) -> Result<Vec<LayerState<B>>, Error> {
        let (encoded, layout) = self.encoded(sources)?;
        F::start(self, &encoded, &layout)
    }

    /// The encoder's states of `sources`, and the layout of their batch.
    fn encoded(&self, sources: &[&[u32]]) -> Result<(B::Hidden, B::Layout), Error> {
        if sources.is_empty() || sources.iter().any(|source| source.is_empty()) {
            return Err(Error::EmptySource);
        }
        let lengths: Vec<usize> = sources.iter().map(|source| source.len()).collect();
        let layout = self.backend.layout(&lengths)?;
        Ok((F::run_encoder(self, sources, &layout)?, layout))
    }
}

impl<B: Backend, F: Family> Seq2Seq for Network<B, F> {
    fn encode<'a>(
        &'a self,
        sources: &[&[u32]],
    ) -> Result<Box<dyn super::DecoderState + 'a>, Error> {
        let layers = self.start(sources)?;
        Ok(Box::new(State::new(self, layers, sources.len())))
    }

    fn attention(
        &self,
        sources: &[&[u32]],
        targets: &[&[u32]],
    ) -> Result<Vec<Vec<Vec<f32>>>, Error> {
        if targets.len() != sources.len() {
            return Err(Error::NotOnePerRow {
                what: "targets",
                found: targets.len(),
                rows: sources.len(),
            });
        }
        let mut layers = self.start(sources)?;
        let share = 1.0 / layers.len().max(1) as f32;
        let longest = targets.iter().map(|target| target.len()).max().unwrap_or(0);
        let mut attention: Vec<Vec<Vec<f32>>> = vec![Vec::new(); targets.len()];
        for position in 0..longest {
            // A shorter target's last token is repeated; what it attends to then is left out.
            let token = |target: &&[u32]| target.get(position).or(target.last()).copied();
            let tokens: Vec<u32> = targets
                .iter()
                .map(|target| token(target).unwrap_or(0))
                .collect();
            let rows: Vec<&[u32]> = tokens.chunks(1).collect();
            for layer in &mut layers {
                layer.attended = Some(Vec::new());
            }
            F::decode(self, &rows, &vec![position; rows.len()], &mut layers)?;
            for (at, (target, source)) in targets.iter().zip(sources).enumerate() {
                if position >= target.len() {
                    continue;
                }
                let mut mean = vec![0.0; source.len()];
                for layer in &layers {
                    let row = layer.attended.as_ref().and_then(|rows| rows.get(at));
                    for (sum, weight) in mean.iter_mut().zip(row.into_iter().flatten()) {
                        *sum += share * weight;
                    }
                }
                attention[at].push(mean);
            }
        }
        Ok(attention)
    }

    fn restrict_vocabulary(&mut self, tokens: &[u32]) -> Result<(), Error> {
        self.output = self.backend.restrict(&self.output, tokens)?;
        Ok(())
    }

    fn can_join(&self) -> bool {
        B::CAN_JOIN
    }

    fn vocabulary(&self) -> usize {
        F::vocabulary(&self.architecture)
    }

    fn max_positions(&self) -> Option<usize> {
        F::max_positions(&self.architecture)
    }

    fn batch_tokens(&self, beams: usize) -> Option<usize> {
        let sizes = F::sizes(&self.architecture);
        Some(batch_tokens(&self.memory?, &sizes, beams))
    }

    fn batch_tokens_within(&self, free: u64, beams: usize) -> usize {
        let sizes = F::sizes(&self.architecture);
        batch_tokens(&DeviceMemory::of_f32(free), &sizes, beams)
    }

    fn wait(&self) -> Result<(), Error> {
        self.backend.wait()
    }
}
