//! What networks have in common, whatever the family: sources in, and the decoder between two steps
//! with its caches and rows.

use super::memory_budget::{Sizes, batch_tokens};
use super::{DecoderState, Seq2Seq};
use crate::nn::{Backend, Candidate, DeviceMemory, Error, Loader, TokenConstraints};

/// The caches of a decoder layer: keys and values of the tokens so far, and of the source.
pub(super) struct LayerState<B: Backend> {
    pub cache: B::SelfCache,
    pub memory: B::CrossMemory,
}

impl<B: Backend> LayerState<B> {
    /// The state before the first token of a layer whose cross-attention is `cross`; `encoded`:
    /// `[batch, source, d_model]`.
    pub(super) fn new(
        backend: &B,
        cross: &B::Attention,
        encoded: &B::Hidden,
        layout: &B::Layout,
    ) -> Result<Self, Error> {
        Ok(Self {
            cache: B::SelfCache::default(),
            memory: backend.cross_memory(cross, encoded, layout)?,
        })
    }
}

/// What a family's network has of its own; with it, it is a [`Seq2Seq`].
pub(super) trait FamilyNetwork: Send + Sync {
    /// What it computes with.
    type Backend: Backend;

    fn backend(&self) -> &Self::Backend;

    fn output(&self) -> &OutputOf<Self>;

    fn set_output(&mut self, output: OutputOf<Self>);

    /// How many tokens it knows.
    fn vocabulary(&self) -> usize;

    /// The most tokens of a source or a target; `None` if positions are unbounded.
    fn max_positions(&self) -> Option<usize>;

    /// The sizes that its memory depends on.
    fn sizes(&self) -> Sizes;

    /// The device's free memory when the network was loaded. Later it is less, as the device keeps
    /// what a batch has used for the next one.
    fn memory(&self) -> Option<DeviceMemory>;

    /// The encoder's states of `sources`, none of them empty: `[batch, source, d_model]`.
    fn run_encoder(
        &self,
        sources: &[&[u32]],
        layout: &LayoutOf<Self>,
    ) -> Result<HiddenOf<Self>, Error>;

    /// The decoder layers' states before the first token.
    fn start(
        &self,
        encoded: &HiddenOf<Self>,
        layout: &LayoutOf<Self>,
    ) -> Result<Vec<LayerState<Self::Backend>>, Error>;

    /// The decoder's hidden vectors of the tokens at `position`, one a row: `[rows, 1, d_model]`.
    fn decode(
        &self,
        tokens: &[&[u32]],
        position: usize,
        layers: &mut [LayerState<Self::Backend>],
    ) -> Result<HiddenOf<Self>, Error>;

    /// The encoder's states of `sources`, and the layout of their batch.
    fn encoded(&self, sources: &[&[u32]]) -> Result<(HiddenOf<Self>, LayoutOf<Self>), Error> {
        if sources.is_empty() || sources.iter().any(|source| source.is_empty()) {
            return Err(Error::EmptySource);
        }
        let lengths: Vec<usize> = sources.iter().map(|source| source.len()).collect();
        let layout = self.backend().layout(&lengths)?;
        Ok((self.run_encoder(sources, &layout)?, layout))
    }
}

type HiddenOf<N> = <<N as FamilyNetwork>::Backend as Backend>::Hidden;
type LayoutOf<N> = <<N as FamilyNetwork>::Backend as Backend>::Layout;
type OutputOf<N> = <<N as FamilyNetwork>::Backend as Loader>::Output;

impl<N: FamilyNetwork> Seq2Seq for N {
    fn encode<'a>(&'a self, sources: &[&[u32]]) -> Result<Box<dyn DecoderState + 'a>, Error> {
        let (encoded, layout) = self.encoded(sources)?;
        Ok(Box::new(State {
            network: self,
            layers: self.start(&encoded, &layout)?,
            position: 0,
            sentence_of_row: (0..sources.len()).collect(),
        }))
    }

    fn restrict_vocabulary(&mut self, tokens: &[u32]) -> Result<(), Error> {
        let output = self.backend().restrict(self.output(), tokens)?;
        self.set_output(output);
        Ok(())
    }

    fn vocabulary(&self) -> usize {
        FamilyNetwork::vocabulary(self)
    }

    fn max_positions(&self) -> Option<usize> {
        FamilyNetwork::max_positions(self)
    }

    fn batch_tokens(&self, beams: usize) -> Option<usize> {
        Some(batch_tokens(&self.memory()?, &self.sizes(), beams))
    }

    fn batch_tokens_within(&self, free: u64, beams: usize) -> usize {
        batch_tokens(&DeviceMemory::of_f32(free), &self.sizes(), beams)
    }

    fn wait(&self) -> Result<(), Error> {
        self.backend().wait()
    }
}

/// The decoder's state: the caches of each layer, and the sentence of each row.
struct State<'a, N: FamilyNetwork> {
    network: &'a N,
    layers: Vec<LayerState<N::Backend>>,
    /// Tokens fed so far.
    position: usize,
    sentence_of_row: Vec<usize>,
}

impl<N: FamilyNetwork> State<'_, N> {
    /// Feeds each row its next token; the decoder's hidden vectors, `[rows, 1, d_model]`.
    fn advance(&mut self, tokens: &[u32]) -> Result<HiddenOf<N>, Error> {
        if tokens.len() != self.sentence_of_row.len() {
            return Err(Error::NotOnePerRow {
                what: "tokens",
                found: tokens.len(),
                rows: self.sentence_of_row.len(),
            });
        }
        let rows: Vec<&[u32]> = tokens.chunks(1).collect();
        let hidden = self
            .network
            .decode(&rows, self.position, &mut self.layers)?;
        self.position += 1;
        Ok(hidden)
    }
}

impl<N: FamilyNetwork> DecoderState for State<'_, N> {
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
            .backend()
            .candidates(network.output(), &hidden, constraints, k)
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
            self.network.backend().reorder(&mut layer.cache, rows)?;
            if kept.len() < sentences {
                self.network.backend().select(&mut layer.memory, &kept)?;
            }
        }
        self.sentence_of_row = sentence_of_row;
        Ok(())
    }

    fn step_logits(&mut self, tokens: &[u32]) -> Result<Vec<Vec<f32>>, Error> {
        let hidden = self.advance(tokens)?;
        self.network
            .backend()
            .logits(self.network.output(), &hidden)
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
