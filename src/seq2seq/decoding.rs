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
    /// Of each row.
    rows: Vec<Row>,
}

/// A row of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Row {
    /// Its sentence, counted from 0.
    sentence: usize,
    /// Tokens fed so far.
    position: usize,
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
            rows: new_rows(0, sentences).collect(),
        }
    }

    /// Sentences that have a row.
    fn sentences(&self) -> usize {
        self.rows.last().map_or(0, |last| last.sentence + 1)
    }

    /// Feeds each row its next token; the decoder's hidden vectors, `[rows, 1, d_model]`.
    fn advance(&mut self, tokens: &[u32]) -> Result<B::Hidden, Error> {
        if tokens.len() != self.rows.len() {
            return Err(Error::NotOnePerRow {
                what: "tokens",
                found: tokens.len(),
                rows: self.rows.len(),
            });
        }
        let fed: Vec<&[u32]> = tokens.chunks(1).collect();
        let positions: Vec<usize> = self.rows.iter().map(|row| row.position).collect();
        let hidden = F::decode(self.network, &fed, &positions, &mut self.layers)?;
        for row in &mut self.rows {
            row.position += 1;
        }
        Ok(hidden)
    }
}

/// The rows of so many sentences, numbered from `first`, before their first token.
fn new_rows(first: usize, sentences: usize) -> impl Iterator<Item = Row> {
    (first..first + sentences).map(|sentence| Row {
        sentence,
        position: 0,
    })
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
        let unchanged =
            rows.len() == self.rows.len() && rows.iter().enumerate().all(|(new, &old)| new == old);
        if unchanged {
            return Ok(());
        }
        let Regrouped { rows: new, kept } = regroup(&self.rows, rows)?;
        let (sentences, counts): (Vec<usize>, Vec<usize>) = kept.iter().copied().unzip();
        if !B::CAN_JOIN && counts.iter().any(|count| Some(count) != counts.first()) {
            return Err(Error::UnevenRows {
                rows: rows.len(),
                sentences: sentences.len(),
            });
        }
        let is_regrouped = kept != grouped(&self.rows);
        for layer in &mut self.layers {
            let backend = &self.network.backend;
            backend.reorder(&mut layer.cache, rows)?;
            if is_regrouped {
                backend.select(&mut layer.memory, &sentences, &counts)?;
            }
        }
        self.rows = new;
        Ok(())
    }

    fn join(&mut self, sources: &[&[u32]]) -> Result<(), Error> {
        if !B::CAN_JOIN {
            return Err(Error::CannotJoin);
        }
        let joining = self.network.start(sources)?;
        for (layer, joining) in self.layers.iter_mut().zip(joining) {
            let backend = &self.network.backend;
            backend.join(&mut layer.cache, &mut layer.memory, joining.memory)?;
        }
        let sentences = self.sentences();
        self.rows.extend(new_rows(sentences, sources.len()));
        Ok(())
    }

    fn step_logits(&mut self, tokens: &[u32]) -> Result<Vec<Vec<f32>>, Error> {
        let hidden = self.advance(tokens)?;
        self.network.backend.logits(&self.network.output, &hidden)
    }
}

/// What the rows of a batch become.
struct Regrouped {
    /// The new rows; their sentences are numbered from 0.
    rows: Vec<Row>,
    /// The sentences that are kept: the old number of each and its new rows.
    kept: Vec<(usize, usize)>,
}

/// Row `i` becomes what row `rows[i]` of `old` was.
fn regroup(old: &[Row], rows: &[usize]) -> Result<Regrouped, Error> {
    let taken = |&row: &usize| {
        old.get(row).copied().ok_or(Error::NotInBatch {
            what: "row",
            index: row,
            count: old.len(),
        })
    };
    let mut rows: Vec<Row> = rows.iter().map(taken).collect::<Result<_, _>>()?;
    let kept = grouped(&rows);
    if kept.is_empty() || !kept.is_sorted_by(|(one, _), (next, _)| one < next) {
        return Err(Error::RowsOutOfOrder);
    }
    let numbers = kept.iter().enumerate();
    let numbers = numbers.flat_map(|(new, &(_, count))| std::iter::repeat_n(new, count));
    for (row, sentence) in rows.iter_mut().zip(numbers) {
        row.sentence = sentence;
    }
    Ok(Regrouped { rows, kept })
}

/// The sentences of rows in their order, and how many rows each has there.
fn grouped(rows: &[Row]) -> Vec<(usize, usize)> {
    rows.chunk_by(|one, next| one.sentence == next.sentence)
        .map(|rows| (rows[0].sentence, rows.len()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of these sentences, each at the position `10 + sentence`.
    fn rows(sentences: &[usize]) -> Vec<Row> {
        let row = |&sentence: &usize| Row {
            sentence,
            position: 10 + sentence,
        };
        sentences.iter().map(row).collect()
    }

    #[track_caller]
    fn assert_regrouped(
        old: &[usize],
        taken: &[usize],
        new: &[(usize, usize)],
        kept: &[(usize, usize)],
    ) {
        let found = regroup(&rows(old), taken).unwrap();
        let row = |row: &Row| (row.sentence, row.position);
        assert_eq!(found.rows.iter().map(row).collect::<Vec<_>>(), new);
        assert_eq!(found.kept, kept);
    }

    #[test]
    fn beams_of_a_sentence_stay_together_and_finished_sentences_go() {
        // Two sentences of two beams; the first sentence is finished, the second's beams swap.
        assert_regrouped(&[0, 0, 1, 1], &[3, 2], &[(0, 11), (0, 11)], &[(1, 2)]);
        // One row a sentence widens to two beams; of three sentences the second gets one.
        let wide = [(0, 10), (0, 10), (1, 11), (1, 11)];
        assert_regrouped(&[0, 1], &[0, 0, 1, 1], &wide, &[(0, 2), (1, 2)]);
        let uneven = [(0, 10), (0, 10), (1, 12)];
        assert_regrouped(&[0, 1, 2], &[0, 0, 2], &uneven, &[(0, 2), (2, 1)]);
    }

    #[test]
    fn rows_out_of_order_or_that_are_not_there_are_refused() {
        for taken in [&[2, 0][..], &[0, 2, 1], &[0, 4], &[]] {
            assert!(regroup(&rows(&[0, 0, 1, 1]), taken).is_err(), "{taken:?}");
        }
    }
}
