//! Encoder-decoder networks, as generation sees them.
//!
//! [`Seq2Seq`] reads sources and hands out a [`DecoderState`]; a step of it gives every row's best
//! next tokens, never logits over the whole vocabulary. [`Description`] is what a model's configuration
//! says of its network, by family; a family's networks are a module of their own, written over the
//! backend trait of [`crate::nn`].

pub mod bart;
mod config;
mod families;

use crate::nn::{Candidate, Error, TokenConstraints};

pub use config::ConfigError;
pub use families::{ConvertedWeights, Description, families_for};

/// A network that turns a source sequence into a target sequence, token by token.
pub trait Seq2Seq: Send + Sync {
    /// Reads `sources`, each a non-empty sequence of token ids, and stands before the first step,
    /// with one row a source.
    ///
    /// # Errors
    /// Where an id is outside the vocabulary, a source is empty or longer than the network's
    /// positions, or the computation fails.
    fn encode<'a>(&'a self, sources: &[&[u32]]) -> Result<Box<dyn DecoderState + 'a>, Error>;

    /// Lets the network say these tokens alone (ascending ids), once. Probabilities are then over
    /// them: a greedy result differs only where another token would have been said, a beam search
    /// can also order its hypotheses otherwise.
    ///
    /// # Errors
    /// Where a token is outside the vocabulary or the ids do not ascend.
    fn restrict_vocabulary(&mut self, tokens: &[u32]) -> Result<(), Error>;

    /// How many tokens the network knows.
    fn vocabulary(&self) -> usize;

    /// The most tokens a source or a target may have; none where positions have no end.
    fn max_positions(&self) -> Option<usize>;

    /// How many padded source tokens, counted once a beam, a batch may have for the memory of the
    /// network's device; none where that is the machine's own.
    fn batch_tokens(&self, _beams: usize) -> Option<usize> {
        None
    }

    /// Comes back when all that was asked for is computed, which a device may be at for longer than
    /// [`Seq2Seq::encode`]: for measuring.
    ///
    /// # Errors
    /// Where the computation failed.
    fn wait(&self) -> Result<(), Error> {
        Ok(())
    }
}

/// The decoder between two steps: the caches of its rows. A row is a hypothesis; the rows of a
/// sentence (its beams) lie together and every sentence has as many.
pub trait DecoderState {
    /// Feeds each row its next token and returns, for each, its `k` best following tokens under its
    /// constraints, best first.
    ///
    /// # Errors
    /// Where `tokens` and `constraints` are not one a row, or the computation fails.
    fn step(
        &mut self,
        tokens: &[u32],
        constraints: &[TokenConstraints],
        k: usize,
    ) -> Result<Vec<Vec<Candidate>>, Error>;

    /// Row `i` becomes what row `rows[i]` was. Rows may be repeated (beams that share a past) and
    /// left out; a sentence none of whose rows is named is let go. The new rows of a sentence must
    /// lie together, in the order of the sentences, as many for each.
    ///
    /// # Errors
    /// Where the new rows break that order, or the computation fails.
    fn reorder(&mut self, rows: &[usize]) -> Result<(), Error>;

    /// As [`DecoderState::step`], but the logits of each row over all that can be said: for
    /// comparing a network with its reference.
    ///
    /// # Errors
    /// As [`DecoderState::step`].
    fn step_logits(&mut self, tokens: &[u32]) -> Result<Vec<Vec<f32>>, Error>;
}
