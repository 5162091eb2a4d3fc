//! The decoder of any network between two steps, with its caches and rows.

use super::DecoderState;
use super::network::{Family, Network};
use crate::nn::{Backend, Candidate, Error, TokenConstraints};

/// The caches of a decoder layer: keys and values of the tokens so far, and of the source.
pub struct LayerState<B: Backend> {
    pub cache: B::SelfCache,
    pub memory: B::CrossMemory,
    /// What each row attended to at the last step, `[rows][source]`, in a decoder whose attention is
    /// watched.
    pub attended: Option<Vec<Vec<f32>>>,
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
            attended: None,
        })
    }

    /// The cross-attention of `hidden`, and where it is watched what it attended to.
    pub(super) fn cross_attention(
        &mut self,
        backend: &B,
        cross: &B::Attention,
        hidden: &B::Hidden,
    ) -> Result<B::Hidden, Error> {
        if let Some(attended) = &mut self.attended {
            *attended = backend.cross_weights(cross, hidden, &self.memory)?;
        }
        backend.cross_attention(cross, hidden, &self.memory)
    }
}

/// The decoder's state: the caches of each layer, and the sentence of each row.
pub(super) struct State<'a, B: Backend, F: Family> {
    network: &'a Network<B, F>,
    layers: Vec<LayerState<B>>,
    /// Tokens fed so far.
    position: usize,
    sentence_of_row: Vec<usize>,
}

impl<'a, B: Backend, F: Family> State<'a, B, F> {
    /// The state before the first token, with a row for each of so many sentences.
    pub(super) fn new(
        network: &'a Network<B, F>,
        layers: Vec<LayerState<B>>,
        sentences: usize,
    ) -> Self {
        Self {
            network,
            layers,
            position: 0,
            sentence_of_row: (0..sentences).collect(),
        }
    }

    /// Feeds each row its next token; the decoder's hidden vectors, `[rows, 1, d_model]`.
    fn advance(&mut self, tokens: &[u32]) -> Result<B::Hidden, Error> {
        if tokens.len() != self.sentence_of_row.len() {
            return Err(Error::NotOnePerRow {
                what: "tokens",
                found: tokens.len(),
                rows: self.sentence_of_row.len(),
            });
        }
        let rows: Vec<&[u32]> = tokens.chunks(1).collect();
        let hidden = F::decode(self.network, &rows, self.position, &mut self.layers)?;
        self.position += 1;
        Ok(hidden)
    }
}

impl<B: Backend, F: Family> DecoderState for State<'_, B, F> {
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
            .candidates(&network.output, &hidden, constraints, k)
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
        self.network.backend.logits(&self.network.output, &hidden)
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
